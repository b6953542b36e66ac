"""Facts → words: one line of escaped inline Markdown each, that says nothing its evidence does not say.

A raw title is read (`titles`), the text that tells most is chosen (`choice`) and told in one tense (`sentence`, by the
verbs of `verbs` and `chain`), fitted (`fit`) and finished (`finish`). Sentences of bodies go the same way (`prose`).
"""

from __future__ import annotations

from digest.normalize.word.done import maintenance, progress
from digest.normalize.word.later import next_step
from digest.normalize.word.metrics import metric
from digest.normalize.word.tradeoffs import tradeoff

__all__ = ["maintenance", "metric", "next_step", "progress", "tradeoff"]
