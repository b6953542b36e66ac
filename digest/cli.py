"""The command line; the only place that prints and reads the clock."""

from __future__ import annotations

import click


@click.group()
@click.version_option(package_name="digest")
def main() -> None:
    """Draft, review and publish a bi-weekly project digest in which nothing is invented."""
