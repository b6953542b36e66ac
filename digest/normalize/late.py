"""What an earlier period turns out to hold after its digest went out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.normalize import link

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from digest.model import Activity


def late(activities: Sequence[Activity], known: Collection[str]) -> list[Activity]:
    """What was done in an earlier period and was not `known` when its digest went out, marked late.

    What merely adds to an outcome that was known, such as the commit of a pull request that was told, is no news.
    """
    done = [activity for activity in activities if activity.state == "done"]
    news = {m.ref for story in link.link(done) if not {*story.refs} & {*known} for m in story.members}
    return [replace(activity, late=True) for activity in done if activity.ref in news]
