"""Review in a browser on this machine: the same draft file as the prompt and any editor, under the same guard.

`facts`, `taken` and `view` say what the page shows, `acts` and `desk` what it changes, `gate` who may ask, `app` and
`server` how it is asked.
"""

from __future__ import annotations

from digest.web.desk import Desk, Finding
from digest.web.facts import Evidence, Facts, facts_of
from digest.web.server import Served, serve
from digest.web.taken import Taken, taken_out

__all__ = ["Desk", "Evidence", "Facts", "Finding", "Served", "Taken", "facts_of", "serve", "taken_out"]
