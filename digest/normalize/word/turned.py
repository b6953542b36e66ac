"""Sentences that begin with a reason or a condition, turned so that what was done or measured stands first."""

from __future__ import annotations

import re

from digest.normalize.word.clause import small
from digest.normalize.word.verbs import inflect, lemma
from digest.regex import regex

_WHO = r"(?:i|we)(?:['’]?ve| have)?"
_CHOICE = (
    r"(?:(?:also|just|then|therefore|finally|instead|deliberately|intentionally) )*"
    r"(?:ended up|decided|chose|chosen|opted|went|settled|elected|picked|kept|made|left|used|added|moved|put|stuck)"
)
_REASON_FIRST = regex(
    r"(?P<joint>since|as|because|although|though|while|when|if|instead of|rather than|due to|given that) "
    rf"(?P<why>[^,]+), (?P<did>{_WHO} .+)",
    re.IGNORECASE,
)
_SO = regex(rf"(?P<why>[^;:]+), so(?: that)? (?P<did>{_WHO} {_CHOICE}\b.+)", re.IGNORECASE)
_BUT = regex(rf"[^;:]+,? but (?:(?P<who>{_WHO}) )?(?P<did>{_CHOICE}\b.+)", re.IGNORECASE)
_POINTS = regex(r"\b(?:it|this|that|so|one|them|these)[.]?$", re.IGNORECASE)
_CONDITION = regex(
    r"(?P<where>(?:in|on|for|with|under|at) [^,;:]{3,80}), (?:this|it|that)(?: (?:pr|patch|change|commit))? "
    r"(?P<did>.+)",
    re.IGNORECASE,
)
_LETS = regex(
    r"(?:(?:this|it|that|which)(?: (?:pr|patch|change|commit))? )(?:also |now )?"
    r"(?:allow(?:s|ed)|lets?|enable[sd]|help(?:s|ed)|ma[dk]es? it possible)(?: us)?(?: to)? (?P<verb>[a-z-]+)\b",
    re.IGNORECASE,
)
_PAUSE = regex(r",(?!\d)|;|\s\(")
_MY = regex(
    r"\b(?:my|our)(?= (?:\w+ )?(?:machine|laptop|computer|desktop|config|setup|system|testing|tests|experiments?)\b)",
    re.IGNORECASE,
)
_REALLY = regex(r"\bthis ((?:pr |patch |change )?)(?:actually|really|basically|effectively|also) ")


def decided_first(text: str) -> str:
    """A decision before its reason: "Since X, we did Y" is "We did Y, since X"."""
    if found := _REASON_FIRST.fullmatch(text):
        joint = found["joint"].lower()
        comma = "" if joint in {"when", "if", "instead of", "rather than"} else ","
        return f"{found['did'].rstrip('.')}{comma} {joint} {small(found['why'])}"
    if found := _SO.fullmatch(text):
        return f"{found['did'].rstrip('.')}, since {small(found['why'])}"
    if (found := _BUT.fullmatch(text)) and not _POINTS.search(found["did"]):
        return f"{found['who'] or 'we'} {found['did']}"
    return text


def measured_first(text: str) -> str:
    """What was measured before where: "In X, this saves Y" is "this saves Y in X"; what it lets do is what it did."""
    text = _MY.sub("the author's", text)
    if found := _CONDITION.fullmatch(text):
        did = found["did"]
        known = lemma(next((w for w in did.split() if not w.endswith("ly")), ""))
        if known and known[1] in {"third", "past"}:
            pause = _PAUSE.search(did)
            at = pause.start() if pause else len(did.rstrip("."))
            where = found["where"]
            text = f"this {did[:at]} {where[0].lower()}{where[1:]}{did[at:]}"
    if (found := _LETS.match(text)) and (known := lemma(found["verb"])) and known[1] == "base":
        text = f"this {inflect(known[0], 'third')}{text[found.end() :]}"
    return _REALLY.sub(r"this \1", text)
