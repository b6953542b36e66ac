"""The quantities of one sentence: pairs of old and new, differences, factors, and the words that say "no change"."""

from __future__ import annotations

import re
from itertools import pairwise

from digest.extract.numbers import Number, numbers
from digest.extract.statement import Direction, Measure, Polarity

LONGEST_GLUE = 60
"""Characters between two numbers that can still be set against each other."""

APPROXIMATELY = r"(?:[\s~≈<>(\[*`'\"]|about|around|roughly|approximately|approx\.?|nearly|almost|over|under|just|only|now|as low as)*"
ARROW = re.compile(rf"[\s)\]*`'\"]*(?:-+>|→|=>|⇒|⟶){APPROXIMATELY}", re.IGNORECASE)
TO = re.compile(rf"(?: [^\d,;]{{1,24}}?)? (?:down |up |all the way )?to {APPROXIMATELY}", re.IGNORECASE)
FROM_BEFORE = re.compile(
    rf"\b(?:from|was|were|went|going|goes|took|takes|occillate between){APPROXIMATELY}$", re.IGNORECASE
)
AGAINST = re.compile(
    rf"(?: [^\d.;]{{1,30}}?)?[\s(]*(?:vs\.?|versus|instead of|compared (?:to|with)|rather than|as opposed to|,? not){APPROXIMATELY}",
    re.IGNORECASE,
)
BACKWARDS = re.compile(rf",? (?:up |down )?from {APPROXIMATELY}", re.IGNORECASE)

LESS = re.compile(
    r"\b(?:reduc\w+|decreas\w+|drop\w*|lower\w*|sav(?:e[sd]?|ings?)|cuts?|cutting|shrink\w*|shrunk|smaller|fewer|less|down|shav\w+|trim\w*|fell|falls?|falling|gone|avoid\w*|remov\w+|declin\w+)\b",
    re.IGNORECASE,
)
MORE = re.compile(
    r"\b(?:increas\w+|faster|speed[- ]?ups?|speeds? up|sped up|quicker|improv\w+|grow\w*|grew|gain\w*|better|higher|rais\w+|rose|more|up|larger|bigger|boost\w*|additional|extra|overhead|longer|lift|win)\b",
    re.IGNORECASE,
)
SLOWER = re.compile(r"\b(?:slow(?:er|down|s)|slow down)\b", re.IGNORECASE)
BETTER = re.compile(
    r"\b(?:improv\w+|faster|speed[- ]?ups?|sped|better|sav(?:e[sd]?|ings?)|gain\w*|win|boost\w*|quicker)\b",
    re.IGNORECASE,
)
WORSE = re.compile(r"\b(?:slow(?:er|down|s)|regress\w*|worse|penalty|overhead|degrad\w*|wast\w+|loss)\b", re.IGNORECASE)
GOOD_WHEN_LOW = re.compile(
    r"\b(?:time|times|runtime|walltime|latency|duration|delay|memory|ram|size|sizes|usage|cost|costs|bill|overhead|allocations?|footprint|load|cpu"
    r"|errors?|failures?|abandonment|drop-?off|drop-?out|churn|conflicts|invalidations|lines|binary|bytes|storage|space|disk|rss|wait|retries|timeouts|p\d{2,3})\b",
    re.IGNORECASE,
)
GOOD_WHEN_HIGH = re.compile(
    r"\b(?:throughput|fps|frame ?rate|ops|rps|qps|requests?/s\w*|per second|speed|rate|accuracy|score|similarity|conversions?|performance|perf|bandwidth|hit ratio|hit rate|completion|retention)\b",
    re.IGNORECASE,
)
LOW_UNITS = {
    "s",
    "byte",
    "s/op",
    "byte/op",
    "alloc/op",
    "line",
    "cycle",
    "alloc",
    "query",
    "call",
    "USD",
    "EUR",
    "GBP",
    "request",
}
HIGH_UNITS = {"op/s", "fps", "byte/s"}

NO_CHANGE = re.compile(
    r"\b(?:no|any|without(?: an?y?)?|not? (?:see|notice|observe|measure|show)\w* (?:any|a)?|not suffer an?)\s+(?:\w+[- ]){0,2}?"
    r"(?:noticeable|measurable|significant|observable|visible|real|major|performance|perf|cpu|runtime|speed|latency|memory|user-visible|statistically)"
    r"[\s-]+(?:\w+[- ]){0,2}?(?:regressions?|impact|changes?|difference|degradation|slowdown|cost|overhead|penalty|punch|latency|effect)\b"
    r"|\bperf(?:ormance)?[ -]neutral\b|\bwithin (?:the |measurement )?noise\b|\bin the noise\b"
    r"|\b(?:just|basically|nearly|exactly|roughly) (?:as fast|identical|the same (?:\w+ )?(?:speed|latency|performance))\b|\b(?:is|are|stays?|remains?) (?:largely )?unchanged at\b"
    r"|\boverhead\b.{0,40}\bnear zero\b|\bno difference beyond\b",
    re.IGNORECASE,
)
FACTORS: tuple[tuple[re.Pattern[str], str, Direction], ...] = (
    (
        re.compile(
            r"\btwice as (?:fast|many)\b|\b(?:doubl(?:es|ed|ing)) (?:the )?(?:\w+ ){0,2}(?:speed|throughput|performance|rate|fps)\b|\b(?:speed|throughput|performance)s? (?:has |have )?doubled\b",
            re.IGNORECASE,
        ),
        "2",
        "up",
    ),
    (
        re.compile(
            r"\btwice as (?:slow|large|big)\b|\bdoubl(?:es|ed|ing) (?:the )?(?:\w+ ){0,2}(?:time|size|memory|cost|latency)\b",
            re.IGNORECASE,
        ),
        "2",
        "up",
    ),
    (
        re.compile(
            r"\bhalv(?:es|ed|ing) (?:the )?(?:\w+ ){0,2}(?:time|size|memory|cost|effort|latency|number of|runtime|usage)\b|\b(?:reduc|cut|shrink|decreas)\w* [^.]{1,60}?\b(?:by|in) half\b",
            re.IGNORECASE,
        ),
        "0.5",
        "down",
    ),
)
UP_BY_HALF = re.compile(r"\b(?:up|increased|rose) by half\b", re.IGNORECASE)
MAGNITUDES = re.compile(
    r"\borders? of magnitude\b|\bfrom (?:hours|days|minutes) to (?:seconds|minutes|milliseconds)\b", re.IGNORECASE
)
TIME_WORDS = re.compile(r"\bfrom (hours|days|minutes) to (seconds|minutes|milliseconds)\b", re.IGNORECASE)


def measures(sentence: str) -> tuple[Measure, ...]:
    """The measures of a sentence, in order."""
    found = numbers(sentence)
    used: set[int] = set()
    out: list[tuple[int, Measure]] = []
    for k, (a, b) in enumerate(pairwise(found)):
        if k in used:
            continue
        pair = _pair(sentence, a, b)
        if pair:
            used |= {k, k + 1}
            out.append((a.start, _of_pair(sentence, *pair)))
    for k, number in enumerate(found):
        if k not in used and number.unit and (single := _single(sentence, number, found, k)):
            out.append((number.start, single))
    return tuple(m for _, m in sorted(out, key=lambda item: item[0])) + _in_words(sentence, some=bool(out))


def _pair(sentence: str, a: Number, b: Number) -> tuple[Number, Number] | None:
    """The old and the new number of two neighbours, if the words between them set one against the other."""
    glue = sentence[a.end : b.start]
    if len(glue) > LONGEST_GLUE or (a.unit and b.unit and a.unit != b.unit):
        return None
    if ARROW.fullmatch(glue):
        return a, b
    if TO.fullmatch(glue) and FROM_BEFORE.search(sentence[max(0, a.start - 40) : a.start]):
        return (a, b) if (a.unit or b.unit) and not _is_range(sentence, b) else None
    if (a.unit or b.unit) and AGAINST.fullmatch(glue):
        return b, a
    if BACKWARDS.fullmatch(glue) and (a.unit or b.unit) and a.unit != "x":
        return b, a
    return None


def _is_range(sentence: str, b: Number) -> bool:
    """Whether "from 65 to 80 times better" is one range and no pair."""
    return b.unit == "x" and re.match(r"\s(?:better|faster|slower|more|less)", sentence[b.end :]) is not None


def _of_pair(sentence: str, old: Number, new: Number) -> Measure:
    unit = new.written_unit or old.written_unit
    before = old.value * (old.factor if old.unit else new.factor)
    after = new.value * (new.factor if new.unit else old.factor)
    direction: Direction = "down" if after < before else "up" if after > before else "none"
    name = old.unit or new.unit
    around = sentence[max(0, min(old.start, new.start) - 70) : max(old.end, new.end) + 25]
    return Measure(
        baseline=old.written,
        new=new.written,
        unit=unit,
        direction=direction,
        polarity=_polarity(direction, name, around),
        metric=named(sentence, min(old.start, new.start), max(old.end, new.end)),
    )


def _polarity(direction: Direction, unit: str, around: str) -> Polarity:
    if direction == "none":
        return "same"
    if unit in LOW_UNITS:
        low = True
    elif unit in HIGH_UNITS:
        low = False
    else:
        high, lows = GOOD_WHEN_HIGH.search(around), GOOD_WHEN_LOW.search(around)
        low = bool(lows) and not high
        if not high and not lows:
            return "worse" if WORSE.search(around) else "better" if BETTER.search(around) or LESS.search(around) else ""
    return "better" if (direction == "down") == low else "worse"


def _single(sentence: str, number: Number, found: tuple[Number, ...], k: int) -> Measure | None:
    """A figure that stands alone counts if a word of change is near."""
    floor = found[k - 1].end if k else 0
    ceiling = found[k + 1].start if k + 1 < len(found) else len(sentence)
    after = re.split(r"[;,](?= )|\bbut\b", sentence[number.end : min(ceiling, number.end + 45)], maxsplit=1)[0]
    before = re.split(r"[;](?= )|\bbut\b", sentence[max(floor, number.start - 70) : number.start])[-1]
    near = after if _moves(after) else before if _moves(before) else ""
    sign = sentence[number.start]
    if not near and sign not in "+-−":
        return None
    direction, polarity = _movement(number, near, before + " # " + after, sign)
    return Measure(
        value=number.written,
        unit=number.written_unit,
        direction=direction,
        polarity=polarity,
        metric=named(sentence, number.start, number.end),
    )


def _moves(words: str) -> bool:
    return any(shape.search(words) for shape in (LESS, MORE, SLOWER, WORSE))


def _movement(number: Number, near: str, clause: str, sign: str) -> tuple[Direction, Polarity]:
    relative = number.unit in ("%", "x")
    worse = bool(WORSE.search(near)) and not re.search(
        r"\b(?:reduc|less|fix|remov|fewer|lower)\w*", clause, re.IGNORECASE
    )
    if SLOWER.search(near):
        return ("down" if relative else "up"), "worse"
    if sign in "+-−" and not near:
        direction: Direction = "up" if sign == "+" else "down"
        return direction, _polarity(direction, number.unit, clause)
    if re.search(r"\bimprov\w+|\bwin\b|\bbetter\b", near, re.IGNORECASE) and not re.search(
        r"\breduc|\bsav", near, re.IGNORECASE
    ):
        low = GOOD_WHEN_LOW.search(clause) and not GOOD_WHEN_HIGH.search(clause)
        return ("down" if low else "up"), "better"
    if LESS.search(near):
        down_bad = GOOD_WHEN_HIGH.search(clause) and not GOOD_WHEN_LOW.search(clause) and relative
        return "down", "worse" if down_bad or worse else "better"
    up_bad = (
        worse
        or (GOOD_WHEN_LOW.search(clause) and not BETTER.search(near))
        or (not relative and number.unit in LOW_UNITS and not BETTER.search(near))
    )
    return "up", "worse" if up_bad else "better"


def _in_words(sentence: str, *, some: bool) -> tuple[Measure, ...]:
    out: list[Measure] = []
    for shape, value, direction in FACTORS:
        if (match := shape.search(sentence)) and not some:
            good = direction == "down" or not re.search(
                r"time|size|memory|cost|latency|slow|large|big", match.group(), re.IGNORECASE
            )
            out.append(
                Measure(
                    value=value,
                    unit="x",
                    direction=direction,
                    polarity="better" if good else "worse",
                    metric=named(sentence, *match.span()),
                )
            )
    if not some and UP_BY_HALF.search(sentence):
        out.append(Measure(value="50", unit="%", direction="up", polarity="better"))
    if not some and (match := TIME_WORDS.search(sentence)):
        out.append(Measure(baseline=match[1], new=match[2], direction="down", polarity="better"))
    elif MAGNITUDES.search(sentence):
        down = bool(LESS.search(sentence))
        out.append(Measure(direction="down" if down else "up", polarity="better", qualitative="orders_of_magnitude"))
    if NO_CHANGE.search(sentence):
        out.append(Measure(direction="none", polarity="same", qualitative="no_change"))
    return tuple(out)


NAME_AFTER = re.compile(
    r"\s*(?:reduction|decrease|increase|improvement|drop|savings?|gain|rise|less|fewer|more|of)\s(?:in |of |on |to )?(?P<name>[\w`/. -]{3,50}?)(?=$|[,.;()]|\s(?:for|when|with|by|from|to|and|on|in|as|at)\b)",
    re.IGNORECASE,
)
NAME_BEFORE = re.compile(
    r"(?:reduc\w+|increas\w+|improv\w+|decreas\w+|cuts?|lower\w*|shrink\w*|raises?|drops?|brings?(?: down)?) (?:the )?(?P<name>[\w`/. -]{3,50}?) (?:down )?(?:from|by|to)\b[^,;]{0,20}$",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"(?:^|[,;:(] ?)(?:the |our |its )?(?P<name>[\w`/. -]{3,50}?) (?:\w+ed |has |is |was )?(?:dropped|fell|went|increased|rose|decreased|improved|goes|going|is|are|from)(?: down| up)?(?: from| by| to)?[^,;]{0,12}$",
    re.IGNORECASE,
)


def named(sentence: str, start: int, end: int) -> str:
    """The quantity that a figure is about, as far as the words next to it say so."""
    if match := NAME_AFTER.match(sentence, end):
        return match["name"].strip()
    before = sentence[max(0, start - 110) : start]
    for shape in (NAME_BEFORE, SUBJECT):
        if match := shape.search(before):
            return match["name"].strip()
    return ""
