"""Whether a line can stand alone before a reader who knows nothing of the text that it was taken from.

A sentence in the middle of a text leans on its neighbours: "But this has a few downsides." What its author marked as a
trade-off or a next step is told all the same; a guess that leans is none that a person should be asked about.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.extract.statement import LABELLED
from digest.markdown import plain
from digest.regex import regex

if TYPE_CHECKING:
    from digest.extract import Measure, Statement

MOST_WORDS = 28
QUOTES = "\"'“‘«"
"""A sentence that begins with a quotation speaks of somebody's words."""

_LEANS = regex(
    r"(?:but|and|or|however|also|so|because|since|then|otherwise|although|though|yet|still|again|instead|alternatively|"
    r"while|therefore|thus|hence|moreover|besides|finally|same|not|maybe|perhaps|before|after|discussed|due)\b",
    re.IGNORECASE,
)
_POINTS = regex(
    r"^(?:(?:\S+ ){0,4}?(?:this|these|it|its|they|them|there|here|he|she|i|we|you|my|our|your|others?)|that|those)\b",
    re.IGNORECASE,
)
_PERSON = regex(r"\b(?:I|I'm|I've|I'd|I'll|my|me|imo|imho|afaik)\b|~~|https?:|:$", re.IGNORECASE)
_EMPTY = regex(
    r"\b(?:a few|some|several|the|its|minor|certain) (?:down-?sides?|drawbacks?|trade-?offs?|caveats?|issues?)[.]?$",
    re.IGNORECASE,
)
_DECIDES = regex(
    r"(?:cho[so]\w*|accept\w*|decid\w+|kept|keep\w*|prefer\w*|put|opt\w*|went|going|trad(?:ed|ing)|gave up|giv\w+ up|"
    r"favou?r\w*|left|leav\w+|prioriti[sz]\w*|document\w*|defer\w*|postpon\w*|avoid\w*|skip\w*|stuck|settl\w+|rul\w+|"
    r"reject\w*|dropp\w+|sacrific\w*|risk\w*|limit\w*|allow\w*|requir\w*)\b",
    re.IGNORECASE,
)
_CHANGES = regex(
    r"\d.*(?:→|->|\b(?:to|from|fast\w*|slow\w*|less|fewer|more|smaller|larger|reduc\w+|improv\w+|increas\w+|decreas\w+|"
    r"drop\w*|sav\w+|cut\w*|speed\w*|lower\w*|higher|down|up|times|resulted)\b)|"
    r"(?:reduc|improv|increas|decreas|sav|cut|halv|doubl|resulted|fell|rose|grew|speed|drop|shr[aiu]nk|took|lower|faster|slower)\w*.*\d",
    re.IGNORECASE,
)
_UNDER_WAY = regex(r"\w+ing\b", re.IGNORECASE)
_NAMED = regex(r"[^\W\d]{3}")


def stands_alone(text: str, statement: Statement) -> bool:
    """Whether the line `text` (inline Markdown) says by itself what was chosen, was measured or comes next.

    What stood behind a label of its kind always does. What stood under a heading of its kind needs not have the form
    of one, but must not lean either.
    """
    if statement.confidence >= LABELLED:
        return True
    said = plain(text).strip()
    if not said or said[0] in QUOTES or len(said.split()) > MOST_WORDS or said.count("(") != said.count(")"):
        return False
    if _LEANS.match(said) or _POINTS.match(said) or _PERSON.search(said) or _EMPTY.search(said):
        return False
    if statement.kind == "metric":
        return bool(_CHANGES.search(said)) and any(_tells(m) for m in statement.measures)
    return statement.explicit or bool((_DECIDES if statement.kind == "tradeoff" else _UNDER_WAY).match(said))


def _tells(measure: Measure) -> bool:
    """Whether a measure is a figure of something: it has a unit, or a name and two values that differ."""
    pair = measure.baseline and measure.new and measure.baseline != measure.new
    moved = measure.baseline is None or measure.baseline != measure.new
    return bool((measure.unit and moved) or (pair and _NAMED.search(measure.metric)))
