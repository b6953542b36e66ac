"""The table of faults: what comes of each in each source, in how many seconds of waiting and with how many requests.

Run it as `python benchmarks/faults.py`; `tests/test_faults.py` holds every cell to what it has to be.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.fault_table import FAULTS, KINDS, cases, doubles, run

TIMES = {"never": "", "once": "once: ", "always": "always: ", "later": "from page 2: "}


def main() -> None:
    """Print the table in Markdown."""
    cells: dict[tuple[str, str], list[str]] = {}
    leaks = 0
    with ExitStack() as stack, TemporaryDirectory() as folder:
        served = {name: stack.enter_context(sim) for name, sim in doubles().items()}
        for number, (source, fault, when) in enumerate(cases()):
            own = Path(folder, str(number))
            own.mkdir()
            ran = run(source, served[source], own, when, **FAULTS[fault])
            leaks += len(ran.leaks)
            figures = f"{ran.seconds:.0f} s, {ran.requests} requests, {len(ran.rows)} rows"
            time, _, again = when.partition(" ")
            told = (
                f"{again.replace('again', 'rerun') + ', ' * bool(again)}{TIMES[time]}{ran.outcome.status} ({figures})"
            )
            cells.setdefault((source, fault), []).append(told)
    lines = [f"| fault | {' | '.join(KINDS)} |", "|---" * (len(KINDS) + 1) + "|"]
    for fault in FAULTS:
        row = ("<br>".join(cells.get((source, fault), ["not of it"])) for source in KINDS)
        lines.append(f"| {fault} | {' | '.join(row)} |")
    sys.stdout.write("\n".join([*lines, "", f"{len(cases())} runs; places where a secret stood: {leaks}", ""]))


if __name__ == "__main__":
    main()
