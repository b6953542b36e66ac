"""A digest and a template → the text of a message.

A format is a file in `templates/`: `team.md.j2` in the user's folder is the format `team`. The user's folder comes
first; ours stay reachable as `builtin/markdown.md.j2`, so that a template can extend the one that it replaces. What
stands before `.j2` decides how values are printed (HTML, plain text, else Markdown), so that no template can forget it.
"""

from __future__ import annotations

import sys
import textwrap
import traceback
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    pass_context,
)
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from msgspec.structs import replace

from digest import charts, places
from digest.errors import ConfigError, DigestError
from digest.files import write_whole
from digest.layout import Words, lay_out
from digest.markdown import clean, escape, one_line
from digest.regex import regex

if TYPE_CHECKING:
    from jinja2 import BaseLoader
    from jinja2.bccache import Bucket
    from jinja2.runtime import Context

    from digest.deliveries import Message
    from digest.model import Digest

WIDTH = 76
HEAVY = 90_000
"""Gmail cuts a mail off at about 102,000 bytes of HTML."""

LANGUAGE = regex(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})
WRONG = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
"""What a template can run into; everything else is a fault of ours."""


def render(digest: Digest, template: str, *, lang: str = "en", links: bool = True, folder: Path | None = None) -> str:
    """The digest as the format `template` has it: `markdown`, `text`, `email`, `email.txt` or one of the user's.

    Args:
        digest: what is said.
        template: the name of a format, with or without its endings.
        lang: of the texts, as a tag like `en` or `de-AT`.
        links: whether lines point at their evidence.
        folder: the user's own templates.

    Raises:
        DigestError: no such format, or the template is broken: one line with its file and line.
    """
    if not LANGUAGE.fullmatch(lang):
        raise ConfigError(f"lang: {lang!r} names no language", "write one like en or de-AT")
    environment = _environment(folder)
    name = _find(environment, template)
    page = lay_out(digest, links=links)
    values = {k: getattr(page, k) for k in ("title", "subject", "period", "blocks", "maintenance", "links")}
    try:
        text = environment.get_template(name).render(**values, lang=lang)
    except WRONG as error:
        raise _complaint(name, error) from None
    return _inline_styles(text) if _kind(name) == "html" else text


def compose(
    digest: Digest, *, edition: int = 1, lang: str = "en", links: bool = True, folder: Path | None = None
) -> Message:
    """The message that the deliveries take: the digest in every form. A later edition says that it is corrected.

    Raises:
        DigestError: a template is broken.
    """
    subject = lay_out(digest).subject
    if edition > 1:
        digest = replace(digest, headline=f"{escape(subject)} (corrected)")

    def form(template: str) -> str:
        return render(digest, template, lang=lang, links=links, folder=folder)

    from digest.deliveries import Message, identity

    return Message(
        id=identity(digest, edition),
        slug=digest.period.slug if edition == 1 else f"{digest.period.slug}.{edition}",
        subject=subject,
        markdown=form("markdown"),
        text=form("email.txt"),
        html=form("email"),
        digest=digest,
        edition=edition,
        lang=lang,
    )


def page(name: str, **values: Any) -> str:
    """A page of our own for a browser; a user's templates have no part in it."""
    return _environment(None).get_template(f"builtin/{name}").render(values)


def formats(folder: Path | None = None) -> list[str]:
    """The names of the formats there are, with their endings."""
    names = _environment(folder).list_templates()
    return sorted({n.removesuffix(".j2") for n in names if n.endswith(".j2") and not n.startswith(("builtin/", "_"))})


def too_heavy(html: str) -> bool:
    """Whether a mail program may cut the page off."""
    return len(html.encode()) > HEAVY


class _Compiled(BytecodeCache):
    """Keeps compiled templates from one run to the next; to compile one takes longer than to print it."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """What an earlier run compiled from the same source."""
        with suppress(OSError), self._file(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next run, where that can be."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                write_whole(self._file(bucket), bucket.bytecode_to_string())

    @staticmethod
    def _file(bucket: Bucket) -> Path:
        own = int(Path(__file__).stat().st_mtime)  # the options of the environment are part of what is compiled
        return places.cache() / f"template-{own}-{bucket.key}"


@cache
def _environment(folder: Path | None) -> ImmutableSandboxedEnvironment:
    if folder and not folder.is_dir():
        raise ConfigError(f"templates: no folder at {folder}")
    inside = Path(__file__).with_name("templates")  # in a wheel
    ours = FileSystemLoader(inside if inside.is_dir() else Path(__file__).parents[1] / "templates")
    theirs: list[BaseLoader] = [FileSystemLoader(folder)] if folder else []
    made = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*theirs, PrefixLoader({"builtin": ours}), ours]),
        undefined=StrictUndefined,
        autoescape=True,  # for every kind: `_printed` says what escaping means there
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_Compiled(),
    )
    made.filters |= {
        "bars": charts.bars,
        "direction": lambda lang: "rtl" if lang.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr",
        "ends": charts.ends,
        "host": lambda url: urlsplit(url).hostname or "",
        "spark": charts.spark,
        "words": charts.words,
        "wrap": _wrap,
    }
    return made


def _find(environment: ImmutableSandboxedEnvironment, template: str) -> str:
    names = [n for n in environment.list_templates() if n.endswith(".j2") and not n.startswith(("_", "builtin/_"))]
    wanted = template.removesuffix(".j2")
    found = [n for n in names if n == f"{wanted}.j2"] or [n for n in names if n.startswith(f"{wanted}.")]
    if not found:
        known = sorted({n.removesuffix(".j2") for n in names if not n.startswith("builtin/")})
        raise ConfigError(f"no format is called {template!r}", f"known are {', '.join(known)}")
    return min(found)


def _kind(name: str | None) -> str:
    """`html`, `txt`, `md`: what a template makes, from its name."""
    kind = (name or "").removesuffix(".j2").rpartition(".")[2]
    return "html" if kind in {"html", "htm", "xhtml", "xml"} else kind


@pass_context
def _printed(context: Context, value: Any) -> Any:
    """A value as the page that is being printed needs it; Jinja itself escapes for HTML what is no `Markup`."""
    kind = _kind(context.name)
    if isinstance(value, Markup):
        return value
    if kind == "html":
        return clean(value) if isinstance(value, str) else value
    if kind == "txt":
        return Markup(clean(str(value)))  # noqa: S704 - the page is plain text
    return Markup(value.markdown if isinstance(value, Words) else escape(str(value)))  # noqa: S704 - it is Markdown


def _wrap(text: object, indent: int = 0) -> Markup:
    """Lines of at most 76 characters; those after the first of a bullet stand below its words."""
    said = str(text)
    hang = indent + (2 if said.startswith("- ") else 0)
    wrapper = textwrap.TextWrapper(WIDTH, initial_indent=" " * indent, subsequent_indent=" " * hang)
    wrapper.break_long_words = wrapper.break_on_hyphens = False
    return Markup(wrapper.fill(said))  # noqa: S704 - for pages of plain text


def _inline_styles(html: str) -> str:
    """Styles where mail programs look for them. Nothing is loaded: not from the web, not from this machine."""
    import css_inline

    return css_inline.CSSInliner(
        load_remote_stylesheets=False,
        keep_style_tags=True,
        remove_inlined_selectors=True,
        minify_css=True,
        apply_width_attributes=True,
    ).inline(html)


def _complaint(name: str, error: BaseException) -> DigestError:
    """The error of a template as one line: its file and line, and what was wrong."""
    if isinstance(error, TemplateSyntaxError):
        where = f"{error.filename or error.name or name}:{error.lineno}"
    else:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".j2")]
        where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else name
    what = f"there is no template {error}" if isinstance(error, TemplateNotFound) else one_line(str(error))
    return DigestError(f"template {where}: {what}", "our own template is reachable as builtin/…")
