"""Jobs side by side: none is lost, and none that is stuck holds the others or the program."""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import Any

import pytest

from digest.abreast import Job, abreast


def test_each_job_gives_once() -> None:
    """Whatever their number and the number at once."""
    jobs: list[Job[Any]] = [Job(partial(pow, n, 2)) for n in range(20)]

    found = list(abreast(jobs, at_once=3))

    assert [(n, n * n) for n in range(20)] == sorted(found, key=lambda f: f[0])


def test_a_job_begins_before_anybody_asks_for_its_result() -> None:
    """What is done meanwhile is done side by side."""
    begun = Event()
    given = abreast([Job(begun.set)], at_once=1)

    assert (True, [(0, None)]) == (begun.wait(5), list(given))


def test_a_job_that_is_stuck_is_left_behind() -> None:
    """After its time, with its place for the next one."""
    never, jobs = Event(), [Job[object](partial(str, 1), 5)]
    stuck: Job[object] = Job(partial(never.wait, 60), 0.01)

    expected = [(0, None), (1, "1")]
    assert expected == list(abreast([stuck, *jobs], at_once=1))


def test_what_a_job_raises_is_raised() -> None:
    """Where somebody sees it."""
    with pytest.raises(ZeroDivisionError):
        list(abreast([Job(partial(divmod, 1, 0))], at_once=1))
