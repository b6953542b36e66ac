"""A bi-weekly project digest, drafted from merged PRs, closed tickets and metrics, in which nothing is invented."""

from __future__ import annotations

__version__ = "0.1.0"
