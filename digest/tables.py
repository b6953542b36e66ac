"""The tables of `config.toml` that say how a digest is made; those of sources and deliveries lie with these."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from digest.period import DEFAULT_ANCHOR, DEFAULT_DAYS

Count = Annotated[int, msgspec.Meta(ge=0, le=200)]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: frozen, by keyword, unknown keys refused."""


class Limits(Table, frozen=True):
    """How many bullets a section has at most."""

    progress: Count = 7
    tradeoffs: Count = 3
    metrics: Count = 5
    next: Count = 5


class Cadences(Table, frozen=True):
    """When periods begin and how long they are."""

    anchor: date = DEFAULT_ANCHOR
    days: Annotated[int, msgspec.Meta(ge=1, le=366)] = DEFAULT_DAYS


class Rules(Table, frozen=True):
    """What is ignored and what is demoted. Patterns are shell globs; authors are logins or names."""

    ignore_authors: tuple[str, ...] = ()
    ignore_labels: tuple[str, ...] = ()
    ignore_paths: tuple[str, ...] = ()
    demote_labels: tuple[str, ...] = ()
    demote_paths: tuple[str, ...] = ()
    promote_labels: tuple[str, ...] = ()
    promote_paths: tuple[str, ...] = ()


class Theme(Table, frozen=True):
    """What entries are grouped under: the first theme of which one rule fits."""

    name: str
    epics: tuple[str, ...] = ()
    milestones: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


class Wording(Table, frozen=True):
    """How lines are worded. `names` says people's names; `glossary` turns inside words into the reader's."""

    tense: str = "past"
    names: bool = False
    links: bool = True
    glossary: dict[str, str] = {}


class Audience(Table, frozen=True):
    """Who reads it: how much of it, in which detail, and what they must not see.

    `private` lets what lies in private repositories and restricted tickets through; by default it is for `leadership`
    and `team`, and not for an audience of any other name. `exclude_labels` and `exclude_repos` are shell globs;
    `exclude_words` are names that nothing may hold which is told.
    """

    limits: Limits | None = None
    keys: bool | None = None
    names: bool | None = None
    private: bool | None = None
    exclude_labels: tuple[str, ...] = ()
    exclude_repos: tuple[str, ...] = ()
    exclude_words: tuple[str, ...] = ()

    def filled(self, usual: Audience) -> Audience:
        """The table with what it does not say as in `usual`."""
        unsaid = [k for k in ("limits", "keys", "names", "private") if getattr(self, k) is None]
        return msgspec.structs.replace(self, **{k: getattr(usual, k) for k in unsaid})


class Polish(Table, frozen=True):
    """A program that words generated lines; nothing is run where there is no command.

    `longest` is how many characters a line may have, `deadline` how many seconds the program has for one.
    """

    command: tuple[str, ...] = ()
    deadline: Annotated[float, msgspec.Meta(gt=0, le=600)] = 20.0
    longest: Annotated[int, msgspec.Meta(ge=20, le=1000)] = 180


class Heartbeat(Table, frozen=True):
    """An address that is asked for after each run that went well: itself, or where it stands, like a secret."""

    url: str = ""

    def __post_init__(self) -> None:
        """Refuse what is neither."""
        if self.url and not self.url.startswith(("https://", "http://", "env:", "file:", "command:")):
            raise ValueError("url: write https://…, or env:NAME, file:PATH or command:ARGV")


class Taste(Table, frozen=True):
    """What is learnt from the published digests; `ignore` are patterns of signals that teach nothing."""

    learn: bool = True
    ignore: tuple[str, ...] = ()
