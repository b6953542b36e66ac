"""Seeded generator of the data set: the same seed and instant give the same data.

acme/checkout                  every trap of the texts, and every edge of the window; its issues are what it is planned by
acme/platform/gateway          below a subgroup; two of it are merged into other branches; its former name is acme/old-name
acme/platform/infra/terraform  internal, two groups down
acme/mobile-app                a quiet fortnight
acme/legacy                    archived since, with one merge in the window
acme/monolith                  `big` merge requests
acme/secret                    private: the token "limited" does not see it
acme/docs                      takes no merge requests
other/library                  of another group
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sims.github.texts import BOTS, CHECKLIST, CHORES, HOSTILE, TEMPLATE
from tests.sims.gitlab.book import Book, Record

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENT = timedelta(milliseconds=1)


def generate(seed: int = 7, now: datetime = NOW, big: int = 130) -> dict[str, Any]:
    """The data set; its window are the fourteen days before `now`, half-open."""
    book = Book(seed, now)
    book.group("acme")
    book.group("acme/platform", visibility="internal")
    book.group("acme/platform/infra", visibility="private")
    book.group("other")
    _checkout(book)
    _gateway(book)
    _others(book, big)
    window = {"start": book.start.isoformat(), "end": now.isoformat()}
    return {
        "seed": seed,
        "now": now.isoformat(),
        "window": window,
        "groups": book.groups,
        "projects": book.projects,
        "truth": book.truth,
    }


def _checkout(book: Book) -> None:
    project = book.project("acme/checkout")
    for _ in range(24):
        book.merged(project, book.draw.feature(), book.draw.inside())
    for _ in range(10):
        book.merged(project, book.draw.fix(), book.draw.inside())
    for _ in range(12):
        bot = book.draw.random.choice(BOTS[:2])
        book.merged(project, book.draw.bump(bot), book.draw.inside(), author=f"{bot}-bot")
    for title in CHORES:
        body = book.draw.random.choice([None, "", TEMPLATE, TEMPLATE + CHECKLIST])
        book.merged(project, (title, body, []), book.draw.inside())
    for title, body in HOSTILE:
        book.merged(project, (title, body, []), book.draw.inside(), author="sam")
    _edges(book, project)
    _odd(book, project)
    _open(book, project)
    _issues(book, project)


def _edges(book: Book, project: Record) -> None:
    """Both ends of the window; a merge is noted a moment after the update that it is."""
    for title, at in (
        ("EDGE merged exactly at the window start (in)", book.start),
        ("EDGE merged a moment before the window (out)", book.start - MOMENT),
        ("EDGE merged a moment before the end (in)", book.now - MOMENT),
        ("EDGE merged exactly at the end (out, next window)", book.now),
    ):
        book.merged(project, (title, "x", []), at, updated=at - 300 * MOMENT)
    old = ("OLD merged long ago, commented in the window (out)", "x", list[str]())
    book.merged(project, old, book.start - 40 * DAY, updated=book.start + 7 * DAY)
    slow = ("SLOW begun long ago, merged in the window (in)", "x", list[str]())
    book.merged(project, slow, book.start + 2 * DAY, created=book.start - 200 * DAY)


def _odd(book: Book, project: Record) -> None:
    huge = ("Lorem ipsum dolor sit amet, " * 40 + "\n") * 58
    book.merged(project, ("Huge description", huge, []), book.start + 5 * DAY)
    gone = ("Deleted account's work", "GitLab gives it to the ghost.", list[str]())
    book.merged(project, gone, book.start + 3 * DAY, author="ghost")
    token = ("Bump the schema", "Made by a project access token.", list[str]())
    book.merged(project, token, book.start + 3 * DAY, author="project_101_bot_4f2a9c")
    mixed = (
        "\u202eRTL override\u202c and zero\u200bwidth",
        "עברית 日本語 👩‍👩‍👧‍👦 e\u0301",
        ["🔥 hot", "area::checkout"],
    )
    book.merged(project, mixed, book.start + 6 * DAY)
    forward = ("Put on top without a merge commit", "fast-forward", list[str]())
    book.merged(project, forward, book.start + 6 * DAY, merge_commit=None)
    whole = ("Rework the tax cache", "Closes #9999", list[str]())
    book.merged(project, whole, book.start + 6 * DAY, size=(120, 30, 4), approved=["maria-k", "sam"], author="sam")


def _open(book: Book, project: Record) -> None:
    book.opened(project, ("Gift cards v2", "…", []), book.now - 2 * DAY, milestone=project["milestones"][0])
    book.opened(project, ("Upgrade to Node 26", "…", []), book.now - 5 * DAY, milestone=None)
    book.opened(project, ("Draft: new tax engine", "…", []), book.now - DAY, draft=True)
    book.opened(project, ("Forgotten for months", "…", []), book.now - 90 * DAY)
    book.closed(project, ("Abandoned experiment", "…", []), book.start + 4 * DAY)
    book.closed(project, ("Abandoned before the window", "…", []), book.start - 4 * DAY, updated=book.start + DAY)


def _issues(book: Book, project: Record) -> None:
    for what in ("guests", "Amex", "Safari 17", "zero-priced items", "gift cards"):
        issue = book.issue(project, f"Checkout fails for {what}", closed=book.draw.inside())
        text = (f"fix: checkout for {what}", f"Adds the missing case.\n\nCloses #{issue['iid']}", ["bug"])
        book.merged(project, text, book.draw.inside())
    for title, at in (
        ("EDGE closed exactly at the window start (in)", book.start),
        ("EDGE closed a moment before the window (out)", book.start - MOMENT),
        ("EDGE closed a moment before the end (in)", book.now - MOMENT),
        ("EDGE closed exactly at the end (out)", book.now),
    ):
        book.issue(project, title, closed=at)
    book.issue(project, "Fax orders", closed=book.start + DAY, labels=["resolution::won't do"], declined=True)
    book.issue(project, "Checkout fails, again", closed=book.start + DAY, duplicate=True, declined=True)
    book.issue(project, "Moved to the gateway", closed=book.start + DAY, moved=4711)
    book.issue(project, "Confidential: leaking baskets", closed=book.start + 2 * DAY, confidential=True)
    book.issue(project, "Closed before, commented in the window", closed=book.start - DAY, updated=book.start + DAY)
    running, next_one = project["milestones"][0], project["milestones"][1]
    rehearse = book.issue(project, "Rehearse peak season", milestone=running, assignees=["maria-k"])
    _parts(book, project, rehearse)
    book.issue(project, "Write the runbook", milestone=running, due=(book.now + 3 * DAY).date().isoformat())
    book.issue(project, "Next quarter's idea", milestone=next_one)
    book.issue(project, "An idea without a date")


def _parts(book: Book, project: Record, rehearse: Record) -> None:
    """Tasks: two of an issue that was closed, one of an issue that is open; and an issue of an epic."""
    epic = {"id": 1, "iid": 12, "title": "Faster checkout", "kind": "EPIC", "of": {"path": "acme"}}
    whole = book.issue(project, "Pay by link", closed=book.start + 5 * DAY, parent=epic)
    for title in ("Pay by link: the page", "Pay by link: the mail"):
        of = {**whole, "of": {"path": project["path"]}}
        book.issue(project, title, closed=book.start + 4 * DAY, kind="TASK", parent=of)
    of = {**rehearse, "of": {"path": project["path"]}}
    book.issue(project, "Book the rehearsal", closed=book.start + 3 * DAY, kind="TASK", parent=of)
    book.issue(project, "Ends must meet", closed=book.start + 3 * DAY, kind="REQUIREMENT")


def _gateway(book: Book) -> None:
    project = book.project("acme/platform/gateway", former="acme/old-name", visibility="internal")
    for _ in range(14):
        book.merged(project, book.draw.feature(), book.draw.inside())
    for _ in range(6):
        book.merged(project, book.draw.bump("renovate"), book.draw.inside(), author="renovate-bot")
    port = ("[release/2.x] Add tracing (backport)", "Backport.", ["backport"])
    book.merged(project, port, book.start + 4 * DAY, target="release/2.x")
    part = ("Stacked: part 2 of tracing", "merged into the feature branch", list[str]())
    book.merged(project, part, book.start + 2 * DAY, target="feature/tracing")
    book.issue(project, "Gateway drops long headers", closed=book.draw.inside())


def _others(book: Book, big: int) -> None:
    terraform = book.project("acme/platform/infra/terraform", visibility="private")
    for _ in range(5):
        book.merged(terraform, book.draw.fix(), book.draw.inside())
    quiet = book.project("acme/mobile-app")
    book.merged(quiet, ("Last merge before a quiet fortnight", "x", []), book.start - 3 * DAY)
    legacy = book.project("acme/legacy", archived=True)
    book.merged(legacy, ("Point everybody to the new repository", "x", []), book.start + DAY)
    monolith = book.project("acme/monolith", branch="trunk")
    for i in range(big):
        book.merged(monolith, book.draw.feature() if i % 3 else book.draw.fix(), book.draw.inside())
    secret = book.project("acme/secret", visibility="private")
    book.merged(secret, ("Rotate the signing key", "CHK-300", ["security"]), book.start + DAY)
    book.project("acme/docs", requests="disabled")
    library = book.project("other/library")
    book.merged(library, ("Parse dates of all kinds", "x", []), book.start + DAY)
