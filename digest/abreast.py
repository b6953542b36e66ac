"""Jobs side by side, each with a time after which nobody waits for it any longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Semaphore, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

T = TypeVar("T")

GLANCE = 0.25
"""Seconds between two looks at the clock while nothing ends."""


class Job(msgspec.Struct, Generic[T], frozen=True):
    """Something to do, and how many seconds it may take; None for as many as it likes."""

    run: Callable[[], T]
    seconds: float | None = None


class _Broken(msgspec.Struct, frozen=True):
    error: BaseException


def abreast(jobs: Sequence[Job[T]], *, at_once: int) -> Iterator[tuple[int, T | None]]:
    """Begin all jobs; the place of each and what it gave, as it ends, None for one that took longer than it may.

    A thread cannot be stopped. One that is stuck is left behind, and neither Ctrl-C nor the end of the program waits.
    """
    ended: SimpleQueue[tuple[int, T | _Broken]] = SimpleQueue()
    begun: dict[int, float] = {}
    slots = Semaphore(at_once)

    def work(place: int, job: Job[T]) -> None:
        with slots:
            begun[place] = time.monotonic()
            try:
                ended.put((place, job.run()))
            except BaseException as error:  # noqa: BLE001 - it is raised where somebody sees it
                ended.put((place, _Broken(error)))

    for place, job in enumerate(jobs):
        Thread(target=work, args=(place, job), daemon=True).start()
    return _as_they_end(dict(enumerate(jobs)), ended, begun, slots)


def _as_they_end(
    waiting: dict[int, Job[T]], ended: SimpleQueue[tuple[int, T | _Broken]], begun: dict[int, float], slots: Semaphore
) -> Iterator[tuple[int, T | None]]:
    while waiting:
        try:
            place, result = ended.get(timeout=GLANCE)
        except Empty:
            now = time.monotonic()
            for place in [p for p, j in waiting.items() if j.seconds and now - begun.get(p, now) > j.seconds]:
                del waiting[place]
                slots.release()
                yield place, None
            continue
        if waiting.pop(place, None) is None:
            continue
        if isinstance(result, _Broken):
            raise result.error
        yield place, result
