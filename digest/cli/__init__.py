"""The command line; the only place that prints and reads the clock.

What a command needs is imported inside of it, so that `digest --help` costs little more than click.
"""

from __future__ import annotations

import atexit
import gc

from digest.cli.approving import approve
from digest.cli.asking import check, why
from digest.cli.drafting import collect, draft
from digest.cli.group import digest as main
from digest.cli.looking import diff, history, search, show
from digest.cli.publishing import publish, render
from digest.cli.reviewing import review
from digest.cli.rolling import rollup
from digest.cli.starting import init
from digest.cli.tasting import taste
from digest.cli.timing import schedule, status

__all__ = ["main"]

for command in (
    init,
    check,
    collect,
    draft,
    rollup,
    review,
    approve,
    render,
    publish,
    why,
    taste,
    history,
    show,
    diff,
    search,
    schedule,
    status,
):
    main.add_command(command)

gc.set_threshold(100_000)
# A run is short: at its end to look for rubbish among all that is alive takes as long as to draft.
atexit.register(gc.freeze)
