"""Numbers with their units: found in running text, and compared as quantities (0.34 s is 340 ms)."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from digest.regex import folded, regex

THOUSANDS = regex(r"[,\u00a0\u2009\u202f ](?=\d{3}(?!\d))")

# canonical unit, factor to it, how people write it
UNITS: tuple[tuple[str, str, str], ...] = (
    ("s", "1", "s sec secs second seconds"),
    ("s", "0.001", "ms msec msecs millis millisecond milliseconds"),
    ("s", "0.000001", "us µs μs usec micros microsecond microseconds"),
    ("s", "0.000000001", "ns nsec nanos nanosecond nanoseconds"),
    ("s", "60", "m min mins minute minutes"),
    ("s", "3600", "h hr hrs hour hours"),
    ("s", "86400", "day days"),
    ("byte", "1", "b byte bytes"),
    ("byte", "1000", "kb kilobyte kilobytes"),
    ("byte", "1000000", "mb meg megs megabyte megabytes"),
    ("byte", "1000000000", "gb gig gigs gigabyte gigabytes"),
    ("byte", "1000000000000", "tb terabyte terabytes"),
    ("byte", "1024", "kib"),
    ("byte", "1048576", "mib"),
    ("byte", "1073741824", "gib"),
    ("byte/s", "1000", "kb/s kb/sec"),
    ("byte/s", "1000000", "mb/s mb/sec"),
    ("byte/s", "1000000000", "gb/s gb/sec"),
    ("byte/s", "1048576", "mib/s"),
    ("byte/s", "1073741824", "gib/s"),
    ("%", "1", "% percent pct"),
    ("points", "1", "pp percentage-points points"),
    ("bp", "1", "bps basis-points"),
    ("x", "1", "x × times fold -fold"),
    ("op/s", "1", "ops/s ops/sec op/s i/s iter/s requests/sec requests/s req/s rps qps tps rows/s events/s"),
    ("fps", "1", "fps"),
    ("s/op", "0.000000001", "ns/op ns/iter"),
    ("s/op", "0.000001", "us/op µs/op micros/op"),
    ("s/op", "0.001", "ms/op"),
    ("byte/op", "1", "b/op"),
    ("alloc/op", "1", "allocs/op"),
    ("count", "1000", "k thousand"),
    ("count", "1000000", "M mn million"),
    ("count", "1000000000", "bn billion"),
    ("line", "1", "line lines loc"),
    ("cycle", "1", "cycle cycles"),
    ("alloc", "1", "allocation allocations allocs"),
    ("query", "1", "query queries"),
    ("call", "1", "call calls round-trips"),
    ("request", "1", "request requests"),
)
SCALES = {alias: (name, Decimal(factor)) for name, factor, aliases in UNITS for alias in aliases.split()}
CURRENCIES = {"$": "USD", "£": "GBP", "€": "EUR"}
_WORDS = "one two three four five six seven eight nine ten eleven twelve"
WORDS = {word: value for value, word in enumerate(_WORDS.split(), 1)} | {"fifteen": 15, "twenty": 20, "thirty": 30}

_UNIT = "|".join(sorted((re.escape(alias) for alias in SCALES), key=len, reverse=True))
_PLAIN = r"(?:\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3})+(?![\d,])|\d+)(?:\.\d+)?"
NUMBER = regex(
    rf"(?<![\w.#/:@^\\\[])(?:(?<![\w)\]]-)(?<!\d[–~])(?P<sign>[-+−])?(?P<money>[$£€])?(?P<low>{_PLAIN})"
    rf"(?:(?:%|x|×)?[-–~](?P<high>{_PLAIN}))?"
    rf"(?:(?: (?:more|fewer|less|extra) |\s?|[-](?=\D))(?P<unit>{_UNIT})(?!\w|/\w))?)(?!\w|[/-]\w|[.:]\d)"
    rf"|(?<![\w-])(?P<word>{'|'.join(WORDS)}) (?P<wordunit>seconds?|minutes?|hours?|days?|times|percent|lines)\b",
    re.IGNORECASE,
)

COUNTS = regex(r"\d| (?:second|minute|hour|day|times|percent|lines)", re.IGNORECASE)
"""Stands in every number, and is quicker to look for."""


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A number as it stands in a text.

    Attributes:
        value: the number itself, or the lower end of a range, as written and without a scale applied.
        unit: the unit in its normal form: `s`, `byte`, `%`, `x`, `USD`, `op/s`; "" for a bare number.
        factor: what to multiply the value with to get that unit (340 ms: 0.001).
        start: where it begins.
        end: where it ends, behind the unit.
        high: the upper end of a range.
        written: the digits without thousands separators, a range with a hyphen between its ends.
        written_unit: the unit as the author wrote it.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    factor: Decimal = Decimal(1)
    high: Decimal | None = None
    written: str = ""
    written_unit: str = ""


def numbers(text: str) -> tuple[Number, ...]:
    """The numbers of a text, in order; versions, dates, clock times, references and names with digits are none."""
    return tuple(_number(match) for match in NUMBER.finditer(text)) if COUNTS.search(text) else ()


def _number(match: re.Match[str]) -> Number:
    if match["word"]:
        digits, high, unit = str(WORDS[folded(match["word"])]), None, match["wordunit"]
    else:
        digits = THOUSANDS.sub("", match["low"])
        high = THOUSANDS.sub("", match["high"]) if match["high"] else None
        unit = match["unit"] or ""
    name, factor = _scale(unit)
    if match["money"]:
        name = CURRENCIES[match["money"]]
    sign = "-" if match["sign"] in ("-", "−") else ""
    return Number(
        value=Decimal(sign + digits),
        unit=name,
        start=match.start(),
        end=match.end(),
        factor=factor,
        high=Decimal(high) if high else None,
        written=f"{digits}-{high}" if high else digits,
        written_unit=unit or (name if match["money"] else ""),
    )


def _scale(unit: str) -> tuple[str, Decimal]:
    if not unit:
        return "", Decimal(1)
    name, factor = SCALES.get(unit) or SCALES[folded(unit)]
    return ("" if name == "count" else name), factor


def same_quantity(a: Number, b: Number) -> bool:
    """Whether two numbers say the same, allowing for the digits that the rougher of the two leaves out."""
    if a.unit != b.unit or (a.high is None) != (b.high is None):
        return False
    grain = max(_grain(a), _grain(b)) / 2
    ends = [(a.value, b.value)] + ([(a.high, b.high)] if a.high is not None and b.high is not None else [])
    return all(abs(x * a.factor - y * b.factor) <= grain for x, y in ends)


def _grain(number: Number) -> Decimal:
    """What the last written digit is worth; a bare whole number is taken as exact."""
    exponent = number.value.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(exponent) * number.factor
