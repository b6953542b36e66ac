"""A story: the activities that tell of one outcome, folded into one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from digest.model import Activity

if TYPE_CHECKING:
    from collections.abc import Iterator


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome with all its evidence.

    Attributes:
        lead: the member that gives the story its words.
        members: all that belong to it, the lead first, then in the order in which they were done.
        keys: the ticket keys that it is about (not those that are merely mentioned).
        joined: why the others belong to the lead: (ref, reason, confidence 0…1).
        doubts: what may belong to it and is not sure enough to be joined, in the same form.
        umbrella: what the parts of a series have in common, as a title; empty where the lead has the words.
    """

    lead: Activity
    members: tuple[Activity, ...]
    keys: tuple[str, ...] = ()
    joined: tuple[tuple[str, str, float], ...] = ()
    doubts: tuple[tuple[str, str, float], ...] = ()
    umbrella: str = ""

    @property
    def refs(self) -> tuple[str, ...]:
        """The refs of all members, the lead's first."""
        return tuple(m.ref for m in self.members)

    @property
    def urls(self) -> tuple[str, ...]:
        """The web addresses of the members that have one, in the order of the refs, each once."""
        return tuple(dict.fromkeys(m.url for m in self.members if m.url))

    @property
    def texts(self) -> Iterator[tuple[Activity, str]]:
        """Every text that its members carry, with the member: title and body, then those of its parts."""
        for member in self.members:
            yield member, f"{member.title}\n\n{member.body}".strip()
            for part in member.parts:
                yield member, f"{part.title}\n\n{part.body}".strip()

    @property
    def bot(self) -> bool:
        """Whether no person made any of it."""
        return all(m.bot for m in self.members)


def alone(activity: Activity, keys: tuple[str, ...] = ()) -> Story:
    """The story of one activity."""
    return Story(lead=activity, members=(activity,), keys=keys)
