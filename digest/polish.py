"""Other words for a generated line, by a program of the user's choice; taken only if they say nothing new.

The program gets one line with its evidence as JSON and prints one line. Every number, name and link in its answer has
to stand in the evidence, else the plain wording stands and the draft says so. Nothing is sent anywhere by this module.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.errors import DigestError
from digest.files import write_whole
from digest.markdown import escape, one_line, plain
from digest.model import Activity, Digest, Entry, whole_ref
from digest.regex import regex
from digest.running import answer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping
    from pathlib import Path

    from digest.config import Polish

MOST = 20_000
"""Characters of a text that the program is given."""

REMEMBERED = 1000
PRIVATE = 0o600
"""It holds texts of the sources, as the store does."""

_LINK = regex(r"(?:\w+:)?//\S+|\bwww\.\S+|[\w.+-]+@[\w-]+\.\w+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|ai)\b\S*")
_NUMBER = regex(r"\d+(?:[.,:/]\d+)*")
_WORD = regex(r"[^\W_]+(?:['’_.+#-]+[^\W_]+)*[+#]*")
_COUNTS = regex(
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|[mb]illions?|half|halved"
    r"|thirds?|quarters?|doubled?|twice|tripled?|thrice",
    re.IGNORECASE,
)
"""Numbers in words."""

_OPENING = regex(
    r"\w{2,}ed|a|an|the|it|we|now|made|cut|built|kept|let|put|sped|set|ran|began|brought|gave|got|led|sent|found|took"
    r"|wrote|chose|fell|rose|grew|went|users|customers|teams?|partnering|choosing|by|after|with|to",
    re.IGNORECASE,
)
"""Words that a sentence may begin with, though they stand in no evidence."""


class Unfit(Exception):  # noqa: N818 - it is a judgement, no failure
    """Why an answer is not taken."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line as the program gets it: in plain text, with all that it may use."""

    text: str
    section: str
    activities: tuple[Activity, ...]
    longest: int

    def request(self) -> str:
        """The JSON on its standard input."""
        evidence = [
            {"ref": a.ref, "title": a.title, "text": a.body[:MOST], "url": a.url, "labels": list(a.labels)}
            for a in self.activities
        ]
        given = {"line": self.text, "section": self.section, "longest": self.longest, "evidence": evidence}
        return json.dumps(given, ensure_ascii=False)

    def ground(self) -> str:
        """All that an answer may rest on."""
        texts = [self.text]
        for a in self.activities:
            texts += [a.title, a.body, a.url, a.key, *a.labels, *a.people, a.topic, a.milestone]
            texts += [text for part in a.parts for text in (part.title, part.body)]
        return "\n".join(texts)


def check(answer: str, line: Line) -> str:
    """The answer on one line.

    Raises:
        Unfit: it is empty, too long, or says something that stands in no evidence.
    """
    said = one_line(answer)
    if not said:
        raise Unfit("the program said nothing")
    if len(said) > line.longest:
        raise Unfit(f"it has {len(said)} characters, {line.longest} are allowed")
    ground = line.ground()
    known = set(_words(ground))
    numbers = set(_NUMBER.findall(ground))
    for link in _LINK.findall(said):
        if link.rstrip(".,;:)!?") not in ground:
            raise Unfit(f"the link {link} stands in no evidence")
    signs = {c for c in said if c.isnumeric() and not c.isdecimal() and c not in ground}  # such as ½ and ²
    for number in (*_NUMBER.findall(said), *sorted(signs)):
        if number not in numbers:
            raise Unfit(f"the number {number} stands in no evidence")
    for name in _claims(said):
        if name.casefold() not in known:
            raise Unfit(f"{name} stands in no evidence")
    return said


def _claims(said: str) -> Iterator[str]:
    """The names of a sentence, and the numbers in words: what has to be known."""
    for k, found in enumerate(_WORD.finditer(said)):
        word = found[0]
        opens = k == 0 or said[: found.start()].rstrip()[-1:] in {".", "!", "?"}
        if _COUNTS.fullmatch(word) or (not word.islower() and not (opens and _OPENING.fullmatch(word))):
            yield word


def _words(text: str) -> Iterator[str]:
    """The words of a text, whole and in their parts."""
    for found in _WORD.finditer(text):
        yield found[0].casefold()
        yield from re.findall(r"[^\W_]+", found[0].casefold())


def polish(
    digest: Digest,
    table: Polish,
    ask: Callable[[str], str],
    *,
    known: Mapping[str, Activity],
    skip: Collection[str] = (),
    memory: MutableMapping[str, str],
) -> Digest:
    """The digest in the words of the program, with a note for each line that stays as it was.

    Args:
        digest: what is generated; a line of a person is not in it.
        table: how long a line may be.
        ask: hands the program one request and gives its answer; raises `DigestError` where it cannot be run.
        known: the activities by ref.
        skip: refs whose line a person has worded already.
        memory: answers by request, so that drafting again changes no words.
    """
    notes: list[str] = []

    def worded(entry: Entry, section: str) -> Entry:
        refs = dict.fromkeys(map(whole_ref, entry.refs))
        activities = tuple(known[ref] for ref in refs if ref in known)
        if not activities or not {*entry.refs}.isdisjoint(skip) or any("could not be run" in n for n in notes):
            return entry
        line = Line(text=plain(entry.text), section=section, activities=activities, longest=table.longest)
        try:
            return replace(entry, text=escape(check(_remembered(line, ask, memory), line)))
        except Unfit as error:
            notes.append(f"The wording stays plain, {error}: {entry.text}")
        except DigestError as error:
            notes.append(f"The program of [polish] could not be run, the wording stays plain: {error.message}")
        return entry

    sections = tuple(replace(s, entries=tuple(worded(e, s.name) for e in s.entries)) for s in digest.sections)
    return replace(digest, sections=sections, notes=(*digest.notes, *notes))


def _remembered(line: Line, ask: Callable[[str], str], memory: MutableMapping[str, str]) -> str:
    request = line.request()
    key = hashlib.sha256(request.encode("utf-8", "replace")).hexdigest()[:24]
    if key not in memory:
        memory[key] = ask(request)
    return memory[key]


@contextmanager
def remembered(file: Path) -> Iterator[dict[str, str]]:
    """The answers of earlier runs, and with those of this one when it is over; the file can be deleted."""
    try:
        memory = dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        memory = {}
    before = len(memory)
    yield memory
    if len(memory) != before:
        with suppress(OSError):
            kept = dict(list(memory.items())[-REMEMBERED:])
            write_whole(file, json.dumps(kept, ensure_ascii=False, indent=0).encode(), mode=PRIVATE)


def asker(table: Polish, root: Path) -> Callable[[str], str]:
    """What runs the program: its arguments as they stand, without a shell, with a deadline."""

    def ask(request: str) -> str:
        name = table.command[0]
        try:
            given = request.encode("utf-8", "replace")
            answer = answer_of(table.command, given, cwd=root, deadline=table.deadline, most=MOST)
        except subprocess.TimeoutExpired:
            raise DigestError(f"{name} took longer than {table.deadline:g} seconds") from None
        except OSError as error:
            raise DigestError(f"{name}: {error.strerror}") from None
        if answer.code:
            raise DigestError(f"{name} ended with {answer.code}")
        return next(filter(str.strip, answer.said.decode("utf-8", "replace").splitlines()), "")

    return ask
