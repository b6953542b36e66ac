"""Next steps → one line each: the work itself, without the words that only say that it is later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.extract import Statement
from digest.normalize.word.chain import verb_at
from digest.normalize.word.choice import FEATURES
from digest.normalize.word.clause import is_clause, small
from digest.normalize.word.fit import shortened
from digest.normalize.word.prose import line, read_said, without_aside
from digest.normalize.word.sentence import tell
from digest.normalize.word.titles import read
from digest.normalize.word.verbs import inflect, is_base, lemma
from digest.regex import regex

if TYPE_CHECKING:
    from digest.config import Wording
    from digest.model import Activity

LONGEST = 22

_WHEN = r"separate|follow[- ]?up|later|future|next|subsequent|upcoming|different|new|another|immediate|near"
_THING = (
    r"prs?|patch(?:es)?|commits?|changes?|pull requests?|mrs?|diffs?|work|follow[- ]?ups?|steps?|time|stage|point|date"
)
_LATER = (
    rf"(?:in|as|with|for|to|via|through)(?: (?:a|an|the|another|some|our|my))?"
    rf"(?: (?:{_WHEN}))+(?: (?:{_THING}))?"
    r"|in (?:the )?(?:near )?future|later(?: on)?|eventually|at (?:some|a later) point|down the (?:road|line)"
    r"|some day|in follow[- ]?ups?|separately|soon|next"
)
_WILL = (
    r"(?:['’]ll|['’]d|['’]m|['’]re| (?:will|would|can|could|should|must|need|plan|intend|hope|want|am|are|may|might|"
    r"still|also|eventually|probably|have|planning|going|hoping|intending|like|love|consider|additionally|try|to|then))"
)
_FRONT = regex(
    rf"^(?:(?:{_LATER}|todo|to do|follow[- ]?ups?|next(?: steps?)?|future work|remaining(?: work| part is)?|"
    r"left(?: to do)?|intended follow[- ]?up|still|also|then|and|but|so|however|ideally|argu?ably|probably|perhaps|"
    r"maybe|i think|i guess|will(?: also)?|needs? to|should(?: also)?|"
    r"an? (?:good |possible |logical )?(?:next|follow-up) step (?:would be|is|would involve|could be)"
    r"(?: to(?: try to)?)?|"
    r"the (?:next|remaining) (?:step|part|task|thing) (?:is|would be)(?: to)?|"
    r"it (?:would|will|might|could) be (?:nice|good|great|useful|better|interesting)(?: to)?|"
    rf"(?:i|we){_WILL}+)[,:.]?\s+)+",
    re.IGNORECASE,
)
_BACK = regex(
    rf"(?:[,;(]? *(?:{_LATER})\)?|,? ?\(?(?:follow[- ]?up|separate pr|tbd|todo)\)?|"
    r",? (?:i['’]m|i am|we are|we['’]re) (?:planning|going)\b.*|[,;.–—-]\s*follow up\b.*|,? which will be \w+|"
    r",? (?:is|are) (?:left|deferred|postponed|planned|still (?:to do|missing|open))\b.*)+[.)]?$",
    re.IGNORECASE,
)
_MIDDLE = regex(rf" (?:in|as|for) (?:an?|another|the) (?:{_WHEN}) (?:{_THING})\b(?= \w)", re.IGNORECASE)
_TO_BE_DONE = (
    regex(
        r"(?P<what>[^,;:]{2,60}?) (?:will|should|can|must|could|needs? to|has to|have to|is to|are to) "
        r"(?:then |also |later |eventually )?be (?P<verb>[a-z-]+)(?P<rest>\b.*)",
        re.IGNORECASE,
    ),
    regex(
        r"(?P<what>[^,;:]{2,60}?) (?:is|are) not (?:yet |currently )?(?P<verb>\w+ed)(?: yet)?(?P<rest>\b.*)",
        re.IGNORECASE,
    ),
)
_POINTS_BACK = regex(
    r"(?:\S+ ){0,2}(?:this|that|it|those|these|them|one)|that's .*|"
    r"(?:this|that|it) (?:is|was|will|can|could|should)\b.*|\S+",
    re.IGNORECASE,
)


# Without what "this" or "being" refers to, a step says nothing; a sentence of "we" argues instead of planning.
_LEANS = regex(
    r"^being\b|\b(?:reflect|address|fix|solve|do|support|for|of|on|to|with) (?:this|that|it|these|those|them)[.]?$"
    r"|\b(?:we|I)(?:['’]re|['’]m| are| am) \w+ing\b",
    re.IGNORECASE,
)


_IF_FIRST = regex(r"(?:once|if|when|until|unless|after|as soon as)\b", re.IGNORECASE)
_SENTENCE = regex(r"(?<=[a-z)`])(?<!e\.g)(?<!i\.e)(?<!etc)\.\s+(?=\S)")
_NOUN_OF = regex(
    r"(?P<what>(?:the )?[^,.;:]+?) (?P<noun>implementation|support|removal|integration|migration|validation)"
)
_VERB_OF = {
    "implementation": "implement",
    "support": "support",
    "removal": "remove",
    "integration": "integrate",
    "migration": "migrate",
    "validation": "validate",
}


def next_step(source: Statement | Activity, wording: Wording) -> str:
    """What comes next, as something under way: "Partnering with data science to improve ranking.".

    Empty where the words only point back to what stood before them: "Leaving that for later".
    """
    if isinstance(source, Statement):
        title = read_said(source.text)
        first = _SENTENCE.split(title.text, maxsplit=1)[0]
        title = replace(title, text=planned(without_aside(first)))
        verb = verb_at(title.text.split(), 0) if title.text else None
        if verb and verb[1] == "third":
            return ""
    elif source.kind == "milestone":
        return line(_milestone(source), read(source.title, ()), wording)
    else:
        title = read(source.title, (source.key,))
        is_fault = source.type.lower() in {"bug", "defect"}
        wanted = source.type.lower() in FEATURES
        title = replace(title, kind=title.kind or ("fix" if is_fault else "feat" if wanted else ""))
    told = tell(title, "ongoing")
    leans = isinstance(source, Statement) and (_LEANS.search(told) or _IF_FIRST.match(told))
    unclear = title.text.endswith("?") or leans
    return "" if unclear or _POINTS_BACK.fullmatch(told) else line(shortened(told, LONGEST), title, wording)


def _milestone(milestone: Activity) -> str:
    """A milestone by its name and its day."""
    due = f", due {milestone.due.day} {milestone.due:%b %Y}" if milestone.due else ""
    return f"Reaching the milestone “{read(milestone.title, ()).text}”{due}"


def planned(text: str) -> str:
    """The work itself: "I plan to add tests in a follow-up" is "add tests"."""
    left = _BACK.sub("", _FRONT.sub("", _MIDDLE.sub("", text), count=1)).strip(" ,;:.")
    if " " not in left:
        left = text
    if is_base(left.split(" ", 1)[0].lower()):
        return left
    if (noun := _NOUN_OF.fullmatch(left)) and not is_clause(left):
        return f"{_VERB_OF[noun['noun'].lower()]} {small(noun['what'])}"
    for pattern in _TO_BE_DONE:
        found = pattern.fullmatch(left)
        known = lemma(found["verb"]) if found else None
        if not found or is_clause(found["what"]):
            continue
        if known and known[1] == "past" and not _POINTS_BACK.fullmatch(found["what"]):
            return f"{inflect(known[0], 'base')} {small(found['what'])}{found['rest']}"
    return left
