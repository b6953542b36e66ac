"""The address of `origin` of each of many clones, without a process of git for each of them.

What abbreviates addresses is the same for all clones as a rule, and is asked once. A clone whose own settings may say
more than an address is asked by itself.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import msgspec

from digest.regex import regex

if TYPE_CHECKING:
    from pathlib import Path

WANTED = r"^(url\..*\.insteadof|includeif\..*|remote\.origin\..*)$"
SAYS_MORE = regex(r"^\s*\[\s*(?:include|includeif|url)\b|worktreeconfig|\\$", re.IGNORECASE | re.MULTILINE)
ORIGIN = regex(r"^\[remote \"origin\"\]((?:\n[ \t][^\n]*)+)", re.MULTILINE)
ANY_ORIGIN = regex(r"remote[\s.\"]*origin\"?[ \t]*\]", re.IGNORECASE)
URL = regex(r"^\s*url\b(?:[ \t]*=[ \t]*(?P<plain>[\w@%+,.:/~-]+)[ \t]*$)?", re.IGNORECASE | re.MULTILINE)


class Abbreviations(msgspec.Struct, frozen=True):
    """How the user abbreviates addresses: (what is written, what it stands for); None where that is not one answer."""

    pairs: tuple[tuple[str, str], ...] | None

    def origin(self, folder: Path) -> str | None:
        """The whole address of `origin` of the clone with this folder of git's; None where git has to be asked."""
        if self.pairs is None:
            return None
        try:
            config = (folder / "config").read_text("utf-8")
        except (OSError, ValueError):
            return None
        found = ORIGIN.search(config)
        if SAYS_MORE.search(config) or len(ANY_ORIGIN.findall(config)) != 1 or not found:
            return None
        urls = URL.findall(found[1])
        return self._whole(urls[0]) if len(urls) == 1 and urls[0] else None

    def _whole(self, address: str) -> str:
        fitting = [(short, whole) for short, whole in self.pairs or () if address.startswith(short)]
        short, whole = max(fitting, key=lambda pair: len(pair[0]), default=("", ""))
        return whole + address[len(short) :]


def abbreviations() -> Abbreviations:
    """What git says about addresses outside of any clone; where it cannot be asked, each clone tells why."""
    try:
        import git

        asker = git.Git()
        options = {"env": {"GIT_DIR": os.devnull}, "with_exceptions": False, "strip_newline_in_stdout": False}
        said = str(asker.config("--null", "--get-regexp", WANTED, **options))
    except (ImportError, OSError):
        return Abbreviations(None)
    except git.GitCommandNotFound:
        return Abbreviations(None)
    settings = [line.partition("\n")[::2] for line in said.split("\0") if line]
    if "GIT_CONFIG" in os.environ or not all(key.startswith("url.") for key, _ in settings):
        return Abbreviations(None)
    ends = slice(len("url."), -len(".insteadof"))
    return Abbreviations(tuple((short, key[ends]) for key, short in settings))
