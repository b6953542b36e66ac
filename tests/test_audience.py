"""Who reads it: more or less of it, and nothing of what they must not see, by whatever way a digest leaves."""

from __future__ import annotations

import json
import re
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from digest.audience import audience_of, evidence_of, folded, for_audience
from digest.charts import Trend
from digest.config import Audience, Limits
from digest.corrections import corrections
from digest.deliveries import Message
from digest.deliveries.message import Head, to_mail
from digest.deliveries.slack import payload
from digest.errors import ConfigError
from digest.export import as_json, as_plain
from digest.markdown import escape
from digest.model import SECTIONS, Activity, Digest, Entry, LeftOut, Outcome, Part, Section
from digest.render import compose
from tests.drafts import WEEKS
from tests.lines import Line
from tests.works import at

RULES = Audience(
    private=False, exclude_labels=("security*",), exclude_repos=("acme/vault",), exclude_words=("Zyx Corp",)
)
SECRETS = ("Zyx Corp", "zyx-corp", "ZYXCORP", "**Zyx** corp", "Zyx\u200b Corp", "Żyx Corp", "zyx_corp", "Zyx%20Corp")
SECRET = re.compile(r"zyx[\W_]*corp|hushhush|acme[\W_]*vault|acme[\W_]*closed")
"""What must not be found; `hushhush` stands in every activity that a rule excludes by anything but a word."""

FIELDS = ("title", "body", "branch", "topic", "milestone", "url", "key", "people", "labels", "parts")


@st.composite
def activities(draw: st.DrawFn, number: int) -> Activity:
    """An activity that is fine, or breaks one of the rules in one of its fields."""
    fine = Activity(
        source="hub", key=f"acme/shop#{number}", kind="pull_request", title=f"Add thing {number}", done=at(1),
        url=f"https://forge.test/acme/shop/pull/{number}", where="acme/shop", people=("ann",),
    )  # fmt: skip
    hush = replace(fine, title=f"Add hushhush {number}")
    secret, field = draw(st.sampled_from(SECRETS)), draw(st.sampled_from(FIELDS))
    values: dict[str, Any] = {
        "people": (secret,), "labels": (secret,), "parts": (Part(key="1", title="x", body=secret),),
        "url": f"https://forge.test/{secret}", "key": f"{secret}#{number}",
    }  # fmt: skip
    broken = {field: values.get(field, f"Add {secret}")}
    return draw(
        st.sampled_from(
            [
                fine,
                replace(hush, private=True, where="acme/closed", key=f"acme/closed#{number}"),
                replace(hush, private=True, where="SEC", key=f"SEC-{number}", url="", kind="ticket"),
                replace(hush, labels=("Security: high",)),
                replace(hush, where="acme/vault", url=f"https://forge.test/acme/vault/{number}"),
                replace(fine, **broken),
            ]
        )
    )


@st.composite
def told(draw: st.DrawFn) -> tuple[Digest, list[Activity]]:
    """A digest of such activities, with lines of a person, and the activities that are known."""
    closed = Activity(
        source="hub", key="acme/closed#1", kind="commit", title="x", where="acme/closed", private=True, done=at(1)
    )
    known = [closed, *(draw(activities(n)) for n in range(8))]
    own = st.sampled_from(
        ["Fine.", *(f"Did it for {s}." for s in SECRETS), "See acme/closed#3.", "[x](https://f.test/acme/vault)"]
    )

    def entry() -> Entry:
        behind = draw(st.lists(st.sampled_from(known), max_size=2, unique_by=lambda a: a.ref))
        unknown = ("hub:hushhush#99",) if bool(behind) and draw(st.booleans()) else ()
        refs = (*(a.ref for a in behind), *unknown)
        text = escape(behind[0].title) if bool(behind) and draw(st.booleans()) else draw(own)
        theme = draw(st.sampled_from(["", "Checkout", "For Zyx Corp"]))
        return Entry(text=text, refs=refs, links=tuple(a.url for a in behind), theme=theme, keys=(draw(own),))

    sections = tuple(
        Section(name=name, entries=tuple(entry() for _ in range(draw(st.integers(0, 3)))), why_empty=draw(own))
        for name in SECTIONS
    )
    everything = tuple(a.ref for a in known)
    digest = Digest(
        title="Shop",
        period=WEEKS,
        sections=sections,
        maintenance=Entry(text=draw(own), refs=everything, links=tuple(a.url for a in known)),
        left_out=tuple(LeftOut(title=a.title, refs=(a.ref,), text=escape(a.title)) for a in known),
        outcomes=(Outcome(source="hub", status="truncated", detail="acme/vault: no access; Zyx Corp"),),
        urls={a.ref: a.url for a in known},
        trends={a.ref: Trend(values=(1.0, 2.0)) for a in known},
        notes=("Closed without being done: Zyx Corp",),
        headline=draw(own),
    )
    return digest, [a for a in known if a.private or draw(st.integers(0, 4))]


def every_form(message: Message) -> dict[str, str]:
    """A message in each way in which it leaves."""
    mail = message_from_bytes(
        to_mail(message, Head(sender="a@b.test", to=("c@d.test",)), "send"), policy=policy.default
    )
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return {
        "markdown": message.markdown,
        "text": message.text,
        "html": message.html,
        "mail": "\n".join([*map(str, mail.values()), *parts]),
        "json": as_json(as_plain(message.digest)).decode(),
        "slack": json.dumps(payload(message), ensure_ascii=False),
        "model": repr(message.digest),
    }


@settings(max_examples=60)
@given(told(), st.booleans())
def test_nothing_leaks(given_: tuple[Digest, list[Activity]], detailed: bool) -> None:  # noqa: FBT001
    """Titles, links, refs, keys, names, what was left out, notes, corrections: in no form of the message."""
    digest, known = given_
    audience = Audience(
        **{name: getattr(RULES, name) for name in ("private", "exclude_labels", "exclude_repos", "exclude_words")},
        keys=detailed, names=detailed, limits=Limits(progress=50) if detailed else None,
    )  # fmt: skip
    evidence = evidence_of(known, (), {})
    shown = for_audience(digest, audience, evidence)
    before = for_audience(replace(digest, sections=digest.sections[:2]), audience, evidence)
    message = compose(replace(shown, corrections=corrections(before, shown)), edition=2)

    leaks = {name: found[0] for name, text in every_form(message).items() if (found := SECRET.search(folded(text)))}
    assert {} == leaks


@given(told())
def test_who_may_see_everything_sees_everything(given_: tuple[Digest, list[Activity]]) -> None:
    """Leadership is shown the digest as it is."""
    digest, known = given_

    assert digest == for_audience(digest, audience_of("", {}), evidence_of(known, (), {}))


def shop(*texts: str) -> Digest:
    """A digest with these lines in Progress, each of its own pull request."""
    entries = tuple(Entry(text=text, refs=(f"hub:acme/shop#{n}",), keys=(f"PAY-{n}",)) for n, text in enumerate(texts))
    left = (
        LeftOut(title="x", refs=("hub:acme/shop#8",), text="Found no room."),
        LeftOut(title="y", refs=(), why="small"),
    )
    return Digest(title="Shop", period=WEEKS, sections=(Section(name="progress", entries=entries),), left_out=left)


def pulls(count: int = 9) -> list[Activity]:
    """The pull requests behind it."""
    return [
        Activity(
            source="hub", key=f"acme/shop#{n}", kind="pull_request", title="x", people=("ann", "bob"), where="acme/shop"
        )
        for n in range(count)
    ]


def texts(digest: Digest) -> list[str]:
    """The lines of Progress."""
    return [entry.text for entry in digest.section("progress").entries]


def test_the_team_reads_more() -> None:
    """Keys and names where they are not said, and what found no room."""
    shown = for_audience(
        shop("Added refunds.", "Ann fixed PAY-1."), audience_of("team", {}), evidence_of(pulls(), (), {"ann": "Ann"})
    )

    assert ["Added refunds (PAY-0, Ann).", "Ann fixed PAY-1.", "Found no room (Ann)."] == texts(shown)


@pytest.mark.parametrize(
    ("word", "text", "hidden"),
    [
        ("ING", "Cut the pricing page.", False),
        ("ING", "Moved ING to the new page.", True),
        ("Shell", "Formatted with shellcheck.", True),
        ("Müller AG", "Paid muller-ag back.", True),
        ("C++", "Wrote it in C.", True),
        ("", "Anything.", False),
    ],
)
def test_what_an_excluded_word_is(word: str, text: str, hidden: bool) -> None:  # noqa: FBT001
    """Short ones count as whole words; case, accents and what joins the parts do not count."""
    audience = Audience(exclude_words=(word,))

    assert ([] if hidden else [text]) == texts(for_audience(shop(text), audience, evidence_of(pulls(), (), {})))


def test_evidence_that_nobody_knows_keeps_a_line_out() -> None:
    """Where the store is gone, a closed audience reads nothing rather than too much."""
    shown = for_audience(shop("A.", "B."), Audience(private=False), evidence_of(pulls(1), (), {}))

    assert ["A."] == texts(shown)


def test_the_title_itself_is_refused() -> None:
    """It cannot be left out."""
    with pytest.raises(ConfigError, match="the title 'Shop' holds a word"):
        for_audience(shop("A."), Audience(exclude_words=("shop",)), evidence_of(pulls(), (), {}))


def test_an_audience_of_ones_own_begins_closed() -> None:
    """Private is let through for the two that work there, and for those whose table says so."""
    tables = {"press": Audience(), "board": Audience(private=True), "team": Audience(exclude_words=("x",))}
    found = [audience_of(name, tables).private for name in ("press", "board", "team", "leadership")]

    assert ([False, True, True, True], True) == (found, audience_of("team", tables).keys)


def test_each_delivery_has_its_audience(line: Line) -> None:
    """One digest, one run, three files: the customer's name is in none that it must not be in."""
    line.clone.commit("Start the shop", "2026-01-10T10:00:00Z")
    line.clone.commit("PAY-7 Add refunds for Big Bank", "2026-02-10T10:00:00Z", {"src/a.py": "a\n" * 80})
    line.clone.commit("PAY-8 Add gift cards", "2026-02-11T10:00:00Z", {"src/b.py": "b\n" * 80})
    line.write(
        "config.toml",
        'title = "Shop"\n[audiences.press]\nexclude_words = ["Big Bank"]\n'
        '[deliveries.boss]\ntype = "file"\npath = "boss.md"\n'
        '[deliveries.team]\ntype = "file"\naudience = "team"\npath = "team.md"\n'
        '[deliveries.press]\ntype = "file"\naudience = "press"\npath = "press.md"\n',
    )
    line.run("draft")
    line.run("publish")
    rendered = line.run("render", "markdown", "--audience", "press")

    assert (True, "Added refunds for Big Bank (PAY-7, Ann)." in line.read("team.md")) == (
        "Added refunds for Big Bank." in line.read("boss.md"),
        True,
    )
    assert (line.read("press.md"), "1 of its lines are not for press\n") == (rendered.stdout, rendered.stderr)
    assert ("gift cards" in rendered.stdout, "bank" in rendered.stdout.lower()) == (True, False)


def test_an_unknown_audience_is_one_line(line: Line) -> None:
    """It names those that there are."""
    line.clone.commit("Start", "2026-02-10T10:00:00Z")
    line.write("config.toml", 'title = "Shop"\n[deliveries.file]\naudience = "pres"\npath = "x.md"\n')
    line.run("draft")

    assert "no audience is called 'pres' (known are leadership, team" in line.run("publish", code=2).stderr
