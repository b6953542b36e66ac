"""What a source gives until it is saved."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from digest.model import Activity, Item, Memo, Sample, Unchanged
from digest.store import spool
from digest.store.spool import MisfitError, Spool

NOON = datetime(2026, 2, 12, 12, tzinfo=UTC)
ITEMS: list[Item] = [
    Activity(source="hub", key="a", kind="ticket", title="Two\nlines and \u2028 more", done=NOON, body="x" * 400),
    Sample(source="lab", key="p95", metric="p95", value=1.5, unit="ms", at=NOON),
    Activity(source="hub", key="a", kind="ticket", title="Again", done=NOON),
    Memo(name="site", value='{"zone": "Asia/Tokyo"}'),
    Unchanged(keys=frozenset({"b", "c"})),
]


def test_half_of_a_character_is_no_reason_to_lose_a_text() -> None:
    """A tracker that cuts a title within an emoji sends one."""
    with Spool() as items:
        items.put(replace(ITEMS[2], title="Ship it \ud83d"))

        assert [replace(ITEMS[2], title="Ship it ?")] == list(items)


def test_an_item_that_is_none_is_the_failure_of_who_gave_it() -> None:
    """A number that is none in it, say; the store is not to blame."""
    with Spool() as items:
        items.put(replace(ITEMS[2], size=(float("nan"), 1, 1)))
        with pytest.raises(MisfitError, match="what it gave is of another kind than it should be: Expected `int`"):
            list(items)


@pytest.mark.parametrize("memory", [1, spool.MEMORY])
def test_what_was_put_comes_back_in_order(monkeypatch: pytest.MonkeyPatch, memory: int) -> None:
    """From memory or from a file, as often as it is read; what is no fact is not counted."""
    monkeypatch.setattr(spool, "MEMORY", memory)
    with Spool() as items:
        for item in ITEMS:
            items.put(item)
        read = [list(items), list(items)]

    assert ([ITEMS, ITEMS], 3) == (read, len(items))


def test_what_was_cleared_is_gone() -> None:
    """A source that failed leaves nothing behind, and more can be put."""
    with Spool() as items:
        items.put(ITEMS[0])
        items.clear()
        none = list(items)
        items.put(ITEMS[2])

        assert ([], [ITEMS[2]], 1) == (none, list(items), len(items))
