"""Which of a story's texts gives it its words: the one that states an outcome; never a question, a key or a filler."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.normalize.word import bodies
from digest.normalize.word.clause import is_clause
from digest.normalize.word.lexicon import words
from digest.normalize.word.sentence import RELEASED
from digest.normalize.word.titles import read
from digest.normalize.word.verbs import lemma
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digest.model import Activity
    from digest.normalize.story import Story
    from digest.normalize.word.titles import Title

MERGED = regex(
    r"(?:\[\w+\]\s*)?(?:Merge (?:pull request|branch|branches|remote|tag|commit|\S+ into)|"
    r"Auto merge of|Rollup merge|Merged in)\b",
    re.IGNORECASE,
)
# A title of such words alone says nothing.
_EMPTY = {""} | words(
    """
    a add added address addressed addresses again and apply applied based bug bugfix bugfixes bugs bump change
    changed changelog changes clean-up clean-ups cleanup cleanups code comment comments commit conflict conflicts
    debug do docs documentation done feedback few final first fix fixed fixes fixing fixup fixups format formatting
    from further general improvement improvements in initial issue issues last lint linting little merge merged
    minor misc miscellaneous more nit nits of oops other pr quick readme rebase refactor refactoring refactorings
    release response review reviews several small some squash stuff suggestion suggestions temp test tests the
    things tiny tmp to todo try tweak tweaks typo typos update updated updates updating various version wip work
    working works
    """
)
_QUESTION = regex(r"(?:should we|can we|could we|shall we|how|why|what|is it|does|do we|who|where)\b", re.IGNORECASE)
_EFFECT = regex(r"\b(?:now|no longer|so that|faster|instead of|should|when|without)\b", re.IGNORECASE)
_FAULTS = frozenset({"bug", "fix", "defect", "regression", "incident", "hotfix"})
FEATURES = frozenset({"feat", "feature", "new feature", "story", "epic"})
_PLAIN = regex(r"[A-Za-z][a-z'’-]*[,.:;]?|[A-Z]{2,5}|\d[\d.,%]*")
_TRAILER = regex(r"[A-Z][A-Za-z]+(?:-[A-Za-z]+)+: ")
MARGIN = 1.0
STATED = 2.0
GOOD_LENGTH = range(4, 21)
FULL_LINE, WRAPPED = 55, 5
"""A line of so many characters may have been wrapped; so many lines are read at most."""
_SENTENCE_END = regex(r"(?<=[a-z)`]\.)\s+(?=[A-Z])")


def best_title(story: Story, people: Mapping[str, str]) -> Title | None:
    """The title that tells the story: the lead's, unless another tells clearly more; None where none does."""
    read_ones = [(_typed(read(raw, story.keys, people), activity), activity) for activity, raw in _titles(story)]
    noted = [read(bodies.noted(activity.body), story.keys, people) for activity in story.members if not activity.bot]
    scored = [(worth(title), title) for title in _kinds_shared((*(title for title, _ in read_ones), *noted))]
    if scored and scored[0][0] > 0:
        most = max(scored, key=lambda s: s[0])
        return most[1] if most[0] >= scored[0][0] + MARGIN else scored[0][1]
    further = [(worth(title), title) for title in _further(story, people)]
    readable = [(STATED, title) for _, title in scored if _is_readable(title.text)]
    others = [s for s in scored if s[0] > 0]
    for told in (others, [s for s in further if s[0] >= STATED], readable[:1]):
        if told:
            return max(told, key=lambda s: s[0])[1]
    return None


def _kinds_shared(titles: Sequence[Title]) -> list[Title]:
    """The titles, each with the kind that another of the same words has: a commit has no type, its ticket does."""
    kinds = {title.text.casefold(): title.kind for title in titles if title.kind}
    shared = [(title, kinds.get(title.text.casefold(), "")) for title in titles]
    return [replace(title, kind=kind) if kind and not title.kind else title for title, kind in shared]


def _is_readable(text: str) -> bool:
    """Whether a title that says little can be said all the same: a few words, no question, not "Merge branch"."""
    return " " in text and not is_question(text) and not MERGED.match(text)


def is_question(text: str) -> bool:
    """Whether a title asks; "Avoid nil?" only names what ends in a question mark."""
    known = lemma(text.split(" ", 1)[0])
    return bool(_QUESTION.match(text)) or (text.endswith("?") and (known is None or known[1] != "base"))


def worth(title: Title) -> float:
    """How much a title says; 0 for nothing."""
    text = title.text
    told = text.split()
    if RELEASED.fullmatch(text):
        return 1
    if is_question(text) or MERGED.match(text) or all(w.lower().strip(",./-&!") in _EMPTY for w in told):
        return 0
    if len(told) == 1 and not title.kind:
        return 0
    is_code = sum(not _PLAIN.fullmatch(word) for word in told) > len(told) / 2
    named = title.kind not in {"", "docs", "test"}
    states = 2.0 if lemma(told[0]) or named else 1.0 if _EFFECT.search(text) else 0.5 if is_clause(text) else 0.0
    return 0.5 + states + (len(told) in GOOD_LENGTH) - is_code / 2


def _typed(title: Title, activity: Activity) -> Title:
    """With what the source itself calls it, where its title has no prefix that says so."""
    if title.kind:
        return title
    named = {activity.type.lower(), *(label.lower() for label in activity.labels)}
    kind = "fix" if named & _FAULTS else "feat" if named & FEATURES else ""
    return replace(title, kind=kind) if kind else title


def _titles(story: Story) -> Iterator[tuple[Activity, str]]:
    """The titles of its members, the lead's first; of a merge, the line below that says what was merged."""
    for member in story.members:
        if MERGED.match(member.title.strip()):
            yield member, _below(member.body)
        else:
            yield member, member.title


def _below(body: str) -> str:
    """The first line of a text, with the lines that go on with its first sentence."""
    lines = [line.strip() for line in body.splitlines()]
    at = next((k for k, line in enumerate(lines) if line and not _TRAILER.match(line)), len(lines))
    told = lines[at : at + 1]
    for line in lines[at + 1 : at + WRAPPED]:
        if len(told[-1]) < FULL_LINE or told[-1].endswith((".", "!", "?", ":")) or not line[:1].islower():
            break
        told.append(line)
    whole = " ".join(told)
    return _SENTENCE_END.split(whole, maxsplit=1)[0] if len(told) > 1 else whole


def _further(story: Story, people: Mapping[str, str]) -> Iterator[Title]:
    """Where no title tells anything: the first sentences of the bodies, then the messages of the commits."""
    for member in story.members:
        if said := bodies.first_sentence(member.body):
            yield read(said, story.keys, people)
    for member in story.members:
        for part in member.parts:
            yield _typed(read(part.title, story.keys, people), member)
