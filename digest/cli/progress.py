"""How far the sources are, on a terminal, while they are asked."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from digest.collecting import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from digest.collectors import Collector


@contextmanager
def shown(meanwhile: Callable[[], object] = lambda: None) -> Iterator[Watch]:
    """A watch that draws on standard error while it is open, a line for each source; it leaves no trace.

    Nothing is drawn where standard error is no terminal. `meanwhile` is done while the sources answer.
    """
    with ExitStack() as stack:
        found: list[Callable[[str, int], object]] = []

        def begin(sources: Sequence[Collector]) -> None:
            if sys.stderr.isatty() and not all(_reads_one_clone(source) for source in sources):
                found.append(stack.enter_context(_drawn([source.name for source in sources])))
            meanwhile()

        yield Watch(asked=begin, found=lambda name, count: [draw(name, count) for draw in found])


def _reads_one_clone(source: Collector) -> bool:
    """Whether it is done before anything could be drawn."""
    return getattr(source, "paths", ()) == (".",)


@contextmanager
def _drawn(names: Sequence[str]) -> Iterator[Callable[[str, int], object]]:
    """A line for each name; what is given tells how many were found."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), TextColumn("{task.completed} found"), TimeElapsedColumn())
    with Progress(SpinnerColumn(), *columns, console=Console(stderr=True), transient=True) as bars:
        lines = {name: bars.add_task(name, total=None) for name in names}
        yield lambda name, count: bars.update(lines[name], completed=count)
