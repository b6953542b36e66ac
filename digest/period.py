"""Half-open runs of days in a zone, the grid that they tile, and the words that people use for them.

A *day* exists only here; everywhere else an instant is an aware datetime in UTC.
Weeks are ISO 8601 weeks: Monday to Sunday, and the year of a week is the year of its Thursday.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

import msgspec

from digest.errors import ConfigError
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

DEFAULT_ANCHOR = date(2024, 1, 1)
"""A Monday from which fourteen-day periods run through 2026 as W1-2, W3-4, …, W53-1."""

DEFAULT_DAYS = 14
FIRST_YEAR, LAST_YEAR = 1970, 9998
"""What clocks and calendars hold, with a day to spare for every zone."""

MONDAY = 1
WEEK = 7
HALF_A_YEAR = 26
"""Week numbers that run down over more weeks than this are a slip of the pen: `W8-7`."""

FORMS = "last, current, -1, -2, W7-8, 2026-W07, 2026-W07_W08 or 2026-02-09..2026-02-22"

_DATES = regex(r"(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?")
_SLUG = regex(r"(\d{4})-W(\d{1,2})(?:(?:_(?:(\d{4})-)?W?|-W?)(\d{1,2}))?", re.IGNORECASE)
_WEEKS = regex(r"W?(\d{1,2})(?:-W?(\d{1,2}))?", re.IGNORECASE)
_BACK = regex(r"-\d{1,3}")


class Period(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """The days `[first, end)` as they pass in `zone`.

    Attributes:
        first: the first day.
        end: the day after the last one.
        zone: where midnight is taken.
    """

    first: date
    end: date
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        if self.first >= self.end:
            raise ConfigError(f"period {self.first}..{self.last}: it ends before it begins")

    @property
    def last(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    @property
    def since(self) -> datetime:
        """The first instant, in UTC."""
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The first instant that is no longer inside, in UTC."""
        return _midnight(self.end, self.zone)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.first).days

    def __contains__(self, instant: datetime) -> bool:
        return self.since <= instant < self.until

    @property
    def whole_weeks(self) -> bool:
        """Whether it is made of whole ISO weeks, so that week numbers can name it."""
        return self.first.isoweekday() == MONDAY and self.days % WEEK == 0

    @property
    def label(self) -> str:
        """`W7-8`, `W53-1`, `W7`; by dates where it is not made of whole weeks."""
        if not self.whole_weeks:
            return f"{self.first.isoformat()}..{self.last.isoformat()}"
        first, last = self.first.isocalendar().week, self.last.isocalendar().week
        return f"W{first}" if self.days == WEEK else f"W{first}-{last}"

    @property
    def slug(self) -> str:
        """A file name that sorts: `2026-W07_W08`, `2026-W53_2027-W01`, `2026-02-10_2026-02-20`."""
        if not self.whole_weeks:
            return f"{self.first.isoformat()}_{self.last.isoformat()}"
        first, last = self.first.isocalendar(), self.last.isocalendar()
        begin = f"{first.year}-W{first.week:02}"
        if self.days == WEEK:
            return begin
        return f"{begin}_W{last.week:02}" if first.year == last.year else f"{begin}_{last.year}-W{last.week:02}"

    @property
    def dates(self) -> str:
        """`9 – 22 Feb 2026`, `28 Dec 2026 – 10 Jan 2027`: the days for people, both included."""
        first, last = self.first, self.last
        begin = f"{first.day}"
        if (first.year, first.month) != (last.year, last.month):
            begin += f" {first:%b}"
        if first.year != last.year:
            begin += f" {first.year}"
        return f"{begin} – {last.day} {last:%b} {last.year}"


class Cadence(msgspec.Struct, frozen=True, kw_only=True):
    """The grid of periods: they tile from `anchor`, each `days` long, in both directions without a gap."""

    anchor: date = DEFAULT_ANCHOR
    days: int = DEFAULT_DAYS
    zone: tzinfo = UTC

    def at(self, day: date) -> Period:
        """The period that holds `day`."""
        first = self.anchor + (day - self.anchor) // timedelta(days=self.days) * timedelta(days=self.days)
        return Period(first=first, end=first + timedelta(days=self.days), zone=self.zone)

    def current(self, now: datetime) -> Period:
        """The period that is under way at `now`."""
        return self.at(now.astimezone(self.zone).date())

    def last(self, now: datetime) -> Period:
        """The latest period that has ended at `now`."""
        return self.back(now, 1)

    def back(self, now: datetime, periods: int) -> Period:
        """The period that lies `periods` before the one under way."""
        return self.at(self.current(now).first - timedelta(days=self.days * periods))

    def previous(self, period: Period) -> Period:
        """The run of the same length that ends where `period` begins."""
        return Period(first=period.first - (period.end - period.first), end=period.first, zone=self.zone)

    def ended_between(self, after: date, now: datetime) -> Iterator[Period]:
        """Every period of the grid that begins at or after `after` and has ended at `now`, oldest first."""
        period = self.at(after)
        if period.first < after:
            period = self.at(period.end)
        end = self.current(now).first
        while period.first < end:
            yield period
            period = self.at(period.end)

    def missing(self, told: Collection[Period], now: datetime) -> list[Period]:
        """Every period that has ended since the first of `told` and lies in none of them, oldest first.

        Where nothing was told yet, it is the last one alone.
        """
        if not told:
            return [self.last(now)]
        since = self.ended_between(min(period.end for period in told), now)
        return [p for p in since if not any(t.first <= p.first and p.end <= t.end for t in told)]

    def parse(self, words: str, now: datetime) -> Period:
        """The period that `words` names; the forms are listed in `FORMS`.

        Raises:
            ConfigError: the words name no period.
        """
        text = words.strip()
        if text.lower() == "last":
            return self.last(now)
        if text.lower() in {"current", "0", "-0"}:
            return self.current(now)
        if _BACK.fullmatch(text):
            return self.back(now, int(text[1:]))
        try:
            return _checked(self._named(text, now))
        except (ValueError, OverflowError) as error:
            raise ConfigError(f"period {words!r}: {error}", f"write {FORMS}") from None

    def _named(self, text: str, now: datetime) -> Period:
        if found := _DATES.fullmatch(text.replace("_", "..")):
            first = date.fromisoformat(found[1])
            last = date.fromisoformat(found[2]) if found[2] else first
            return Period(first=first, end=last + timedelta(days=1), zone=self.zone)
        if found := _SLUG.fullmatch(text):
            first = date.fromisocalendar(int(found[1]), int(found[2]), MONDAY)
            return self._weeks(first, int(found[4]), int(found[3] or 0)) if found[4] else self.at(first)
        if found := _WEEKS.fullmatch(text):
            first = _latest_week(int(found[1]), self.current(now).end)
            return self._weeks(first, int(found[2])) if found[2] else self.at(first)
        raise ValueError("no such form")

    def _weeks(self, first: date, last_week: int, last_year: int = 0) -> Period:
        """From the Monday `first` to the end of the next week that has the number `last_week`."""
        year = last_year or first.isocalendar().year + (last_week < first.isocalendar().week)
        last = date.fromisocalendar(year, last_week, MONDAY)
        if not last_year and last_week < first.isocalendar().week and (last - first).days > HALF_A_YEAR * WEEK:
            raise ValueError("it ends before it begins")
        return Period(first=first, end=last + timedelta(days=WEEK), zone=self.zone)


def _checked(period: Period) -> Period:
    """The period, if clocks and calendars hold its instants in every zone."""
    if not FIRST_YEAR <= period.first.year <= period.last.year <= LAST_YEAR:
        raise ValueError(f"only the years {FIRST_YEAR} to {LAST_YEAR} can be told")
    return period


def _latest_week(week: int, before: date) -> date:
    """The Monday of the latest ISO week with this number that begins before the day `before`."""
    for year in range(before.isocalendar().year, before.isocalendar().year - WEEK, -1):
        try:
            monday = date.fromisocalendar(year, week, MONDAY)
        except ValueError:
            continue  # most years have no week 53
        if monday < before:
            return monday
    raise ValueError(f"there is no week {week}")


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The first instant of `day`; where a clock change skips midnight, the instant of the change."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
