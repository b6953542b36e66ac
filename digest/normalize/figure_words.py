"""A figure as a sentence that claims no more than was measured.

Only an A/B test whose interval leaves out "no change" makes a figure fall or rise by so much; what was merely seen
before and after is told as from what to what, and never as a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest import quantity
from digest.metric import fields_of
from digest.stats import relative_change

if TYPE_CHECKING:
    from digest.normalize.judge import Figure

LEVEL = "95 % CI"


def sentence(figure: Figure) -> str:
    """The line of a figure, as raw text."""
    told = _tested(figure) if figure.sample.kind == "ab_test" else _seen(figure)
    return in_own_words(figure) or f"{figure.title} {told}{_judged(figure)}."


def in_own_words(figure: Figure) -> str:
    """The sentence of the configuration; empty where there is none, or where the figure lacks what it names."""
    words = figure.table.words
    given = _values(figure) if words else {}
    return words.format_map(given) if words and set(fields_of(words)) <= given.keys() else ""


def _values(figure: Figure) -> dict[str, str]:
    """What a sentence of one's own can use, as far as there is such a thing."""
    unit, digits, old, goal, lift = figure.unit, figure.digits, figure.old, figure.table.goal, figure.lift
    given = {"title": figure.title, "value": quantity.say(figure.value, unit, digits)}
    if old is not None:
        given["old"] = quantity.say(old, unit, digits)
        if change := _relative(figure):
            given["change"] = change
        if unit in quantity.SHARES:
            given["points"] = quantity.points(old, figure.value, unit)
    if lift and lift.low is not None and lift.high is not None:
        given |= {name: _signed_share(end, lift.change) for name, end in (("low", lift.low), ("high", lift.high))}
    if size := _size(figure):
        given["n"] = f"{size:,}"
    if goal is not None:
        given["goal"] = quantity.say(goal, unit)
    if figure.against:
        given["against"] = figure.days or figure.against
    return given


def _signed_share(share: float, change: float) -> str:
    return f"{quantity.signed(share * 100, quantity.change_decimals(change))} %"


def _tested(figure: Figure) -> str:
    """An A/B test: its effect where chance is ruled out, else the two levels, with the size of the test."""
    size, lift = _size(figure), figure.lift
    known = ["A/B test", *([f"n = {size:,}"] if size else [])]
    if figure.old is None:
        return f"{_value(figure)} ({', '.join([*known, 'no control group given'])})"
    levels = quantity.pair(figure.old, figure.value, figure.unit, figure.digits)
    if lift is None or lift.low is None or lift.high is None:
        few = "too few to tell" if figure.sample.variant else "significance unknown"
        return f"{levels}, {few} ({', '.join(known)})"
    known.append(f"{LEVEL} {quantity.interval(lift.low, lift.high, lift.change)}")
    if not lift.significant:
        return f"{levels}, not significant ({', '.join(known)})"
    verb = "rose" if lift.change > 0 else "fell"
    return f"{verb} {quantity.percent(lift.change)} ({', '.join([levels, *known])})"


def _seen(figure: Figure) -> str:
    """A figure that was seen once, or before and after."""
    old, unit = figure.old, figure.unit
    aside = [f"n = {size:,}"] if (size := _size(figure)) else []
    if old is None:
        return f"{_value(figure)} ({', '.join([_why_alone(figure), *aside])})"
    if quantity.same(old, figure.value, unit, figure.digits):
        told, change = f"unchanged at {_value(figure)}", ""
    else:
        told, change = quantity.pair(old, figure.value, unit, figure.digits), _change(figure)
    kind = "before/after" if figure.sample.kind == "before_after" else ""
    aside = [*filter(None, (change, _against(figure), kind)), *aside]
    return f"{told} ({', '.join(aside)})" if aside else told


def _why_alone(figure: Figure) -> str:
    if figure.against != "hole":
        return "first measurement"
    if figure.table.baseline == "control":
        return "no control group given"
    return f"no figure for {figure.days or 'the period before'}"


def _against(figure: Figure) -> str:
    """What it is compared with, where that is not simply the period before."""
    if figure.against == "fixed":
        return "against a fixed baseline"
    return f"against {figure.days}" if figure.against == "days" else ""


def _change(figure: Figure) -> str:
    """By how much; the distance to a goal is the better measure where there is one."""
    if figure.old == 0 and all(not v for v in figure.trend[:-1]):
        return "first measurement above zero" if figure.value > 0 else ""
    if figure.table.goal is not None or figure.old is None:
        return ""
    if figure.unit in quantity.SHARES:
        return quantity.points(figure.old, figure.value, figure.unit)
    change = _share(figure)
    return "" if change is None else quantity.change(change)


def _relative(figure: Figure) -> str:
    """The relative change as a word of its own, without its sign."""
    change = _share(figure)
    return "" if change is None else quantity.percent(change)


def _share(figure: Figure) -> float | None:
    """The change relative to what was; of what was zero or negative there is none."""
    if figure.old is None or figure.old <= 0 or figure.value < 0:
        return None
    return figure.lift.change if figure.lift else relative_change(figure.value, figure.old)


def _judged(figure: Figure) -> str:
    """Whether it got worse, and whether the goal is met: said where a reader may not see it from the figures."""
    table, verdict = figure.table, figure.verdict
    if table.goal is None or figure.met is None:
        return ", worse" if verdict == "worse" else ""
    said = quantity.say(table.goal, figure.unit)
    goal = f"the target of {said}" if table.slo is None else f"the {said} SLO"
    if not figure.met:
        joint = {"worse": "worse, and ", "better": "better, but "}.get(verdict, "")
        return f", {joint}{goal} is missed"
    met = f"within {goal}" if table.slo is not None and table.better == "down" else f"{goal} is met"
    return f", worse but {met}" if verdict == "worse" else f", {met}"


def _size(figure: Figure) -> int:
    sample = figure.sample
    return sample.variant[1] + sample.control[1] if sample.variant and sample.control else sample.n


def _value(figure: Figure) -> str:
    return quantity.say(figure.value, figure.unit, figure.digits)
