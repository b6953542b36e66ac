"""The last look at what a source gives, before anything else sees it: no field of it holds a secret.

A source cuts secrets from the titles and bodies that it reads. What else it tells, the names of labels, branches,
milestones, people and files, is looked through here for all sources, also for those of third parties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.model import Activity, Memo, Sample
from digest.redact import redact
from digest.regex import regex

if TYPE_CHECKING:
    from digest.model import Item

WORDS = ("title", "body", "branch", "type", "topic", "milestone")
NAMES = ("key", "where", "url")
"""Fields that name something: what stands for a secret in them is one word, as a name has to be."""

_MARK = regex(r"\[redacted: ([a-z-]+)\]")


def screened(item: Item) -> Item:
    """The same without a secret in any field; of an activity with the kinds of those that were found."""
    if isinstance(item, Activity):
        return _activity(item)
    if isinstance(item, Sample):
        return replace(item, unit=_cut(item.unit), url=_name(item.url), detail=_cut(item.detail))
    if isinstance(item, Memo):
        return replace(item, value=_cut(item.value))
    return item


def _activity(item: Activity) -> Activity:
    """Most hold none, and are told so by one look at all of their fields at once."""
    names = (item.key, item.where, item.url, item.branch, item.type, item.topic, item.milestone)
    people = (*item.people, *item.labels, *[part.author for part in item.parts])
    others = (*[link.target for link in item.links], *[change.path for change in item.changes or ()])
    if not redact("\n".join((*names, *people, *others)))[1]:
        return item
    found = list[str]()
    return replace(
        item,
        **{field: _cut(getattr(item, field), found) for field in WORDS},
        **{field: _name(getattr(item, field), found) for field in NAMES},
        people=tuple(_name(person, found) for person in item.people),
        labels=tuple(_cut(label, found) for label in item.labels),
        links=tuple(replace(link, target=_name(link.target, found)) for link in item.links),
        parts=tuple(replace(part, author=_name(part.author, found)) for part in item.parts),
        changes=item.changes and tuple(replace(change, path=_name(change.path, found)) for change in item.changes),
        redacted=(*item.redacted, *found),
    )


def _cut(text: str, found: list[str] | None = None) -> str:
    text, kinds = redact(text)
    if found is not None:
        found += kinds
    return text


def _name(text: str, found: list[str] | None = None) -> str:
    cut = _cut(text, found)
    return cut if cut == text else _MARK.sub(r"redacted-\1", cut)
