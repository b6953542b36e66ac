"""Seeded generator of the data set: the same seed and instant give the same data.

acme/checkout    73 pull requests merged in the fortnight: every trap of `texts` is in it, and every edge of the window
acme/platform    32, two of them merged into other branches; its former name is acme/old-name
acme/mobile-app  a quiet fortnight
acme/monolith    `big` of them, more than a search gives
acme/secret      private: the token "limited" does not see it
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sims.github.boards import boards
from tests.sims.github.records import DAY, Generator, Record, iso
from tests.sims.github.texts import BOTS, CHECKLIST, CHORES, HOSTILE, PEOPLE, TEMPLATE

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def generate(seed: int = 7, now: datetime = NOW, big: int = 1150) -> dict[str, Any]:
    """The data set; its window are the fourteen days before `now`, half-open."""
    g = Generator(seed, now)
    repos = [_checkout(g), _platform(g), *_others(g, big)]
    people: list[Record] = [{"login": login, "name": name, "type": "User", "db_id": g.uid()} for login, name in PEOPLE]
    bots: list[Record] = [{"login": f"{b}[bot]", "name": None, "type": "Bot", "db_id": g.uid()} for b in BOTS]
    for repo in repos:
        repo["items"].sort(key=lambda item: item["number"])
        for item in repo["items"]:
            code = base64.urlsafe_b64encode(f"sim:{item['db_id']}".encode()).decode().rstrip("=")
            item["node_id"] = f"{'PR' if item['kind'] == 'pr' else 'I'}_{code}"
    window = {"start": iso(g.start), "end": iso(now)}
    told: dict[str, Any] = {"seed": seed, "now": iso(now), "window": window, "users": people + bots, "repos": repos}
    return {**told, "projects": boards(g, repos)}


def _checkout(g: Generator) -> Record:
    repo = g.repo("checkout")
    issues = [
        g.issue(repo, f"Checkout fails for {x}", "Steps to reproduce…", ["bug"], state="CLOSED" if i % 2 else "OPEN")
        for i, x in enumerate(["guests", "Amex", "Safari 17", "zero-priced items", "gift cards", "RTL locales"])
    ]
    g.issue(repo, "Won't do: fax orders", None, [], state="CLOSED", state_reason="NOT_PLANNED")
    g.issue(repo, "Feature: save for later", "I would love this", ["enhancement"])
    for _ in range(26):
        g.pull(repo, g.feature(), g.person(), g.inside())
    for i in range(12):
        fix = g.pull(repo, g.fix(), g.person(), g.inside())
        if i < len(issues):
            fix["closes"] = [{"repo": "acme/checkout", "number": issues[i]["number"]}]
            fix["body"] += f"\r\nCloses #{issues[i]['number']}"
    for _ in range(14):
        bot, lines = g.random.choice(BOTS[:2]), g.random.randint
        text = g.bump(bot)
        g.pull(repo, text, f"{bot}[bot]", g.inside(), additions=lines(1, 4000), deletions=lines(1, 4000))
    for title in CHORES:
        body = g.random.choice([None, "", TEMPLATE, TEMPLATE + CHECKLIST])
        labels = ["skip-changelog"] if g.random.random() < 0.5 else []
        g.pull(repo, (title, body, labels), g.person(), g.inside())
    for title, body in HOSTILE:
        g.pull(repo, (title, body, []), "sam", g.inside())
    _reverted(g, repo)
    _odd(g, repo)
    _edges(g, repo)
    _open(g, repo)
    return repo


def _reverted(g: Generator, repo: Record) -> None:
    body = "## Why\nCompetitors do.\n\nExpected: +1.5% conversion."
    text = ("Show delivery promise on the product page", body, ["enhancement"])
    first = g.pull(repo, text, "maria-k", g.start + 2 * DAY)
    why = f"Reverts acme/checkout#{first['number']}\n\nRaised p95 of the product page from 320 ms to 1.9 s."
    g.pull(repo, (f'Revert "{first["title"]}"', why, []), "ole-b", g.start + 4 * DAY)
    again = f"Reverts the revert of #{first['number']}, now with a cache."
    g.pull(repo, (f'Reapply "{first["title"]}"', again, ["enhancement"]), "maria-k", g.start + 9 * DAY)


def _odd(g: Generator, repo: Record) -> None:
    """Sizes, authors and scripts at their limits; 65,536 characters is GitHub's for a body."""
    huge = ("Lorem ipsum dolor sit amet, " * 40 + "\n") * 58
    g.pull(repo, ("Huge body", huge, []), "dwright", g.start + 5 * DAY)
    g.pull(repo, ("Deleted account's work", "The author deleted their account.", []), None, g.start + 3 * DAY)
    mixed = "עברית العربية 日本語 👩‍👩‍👧‍👦 e\u0301"
    labels = ["🔥 hot", "area: checkout flow"]
    g.pull(repo, ("\u202eRTL override\u202c and zero\u200bwidth", mixed, labels), "r-haddad", g.start + 6 * DAY)
    vendored: tuple[str, str, list[str]] = ("Vendored parser regenerated", "generated code, please do not review", [])
    size = {"additions": 1_204_331, "deletions": 988_120, "changed_files": 3000}
    g.pull(repo, vendored, "tnguyen", g.start + 6 * DAY, **size)
    size = dict.fromkeys(size, 0)
    g.pull(repo, ("Empty merge (re-run CI)", None, []), "tnguyen", g.start + 6 * DAY, **size)


def _edges(g: Generator, repo: Record) -> None:
    for title, merged in (
        ("EDGE merged exactly at the window start (in)", g.start),
        ("EDGE merged one second before the window (out)", g.start - SECOND),
        ("EDGE merged one second before the end (in)", g.now - SECOND),
        ("EDGE merged exactly at the end (out, next window)", g.now),
    ):
        g.pull(repo, (title, "x", []), "sam", merged)
    text = ("OLD merged long ago, commented in the window (out)", "x", list[str]())
    g.pull(repo, text, "sam", g.start - 40 * DAY)["updated_at"] = iso(g.start + 7 * DAY)


def _open(g: Generator, repo: Record) -> None:
    for title, state, draft in (
        ("WIP: new tax engine", "OPEN", True),
        ("Open: gift cards v2", "OPEN", False),
        ("Open: upgrade to Node 26", "OPEN", False),
        ("Abandoned experiment", "CLOSED", False),
    ):
        g.pull(repo, (title, "…", []), g.person(), None, state=state, draft=draft)


def _platform(g: Generator) -> Record:
    repo = g.repo("platform", renamed_from="acme/old-name")
    for _ in range(20):
        g.pull(repo, g.feature(), g.person(), g.inside())
    for _ in range(8):
        g.pull(repo, g.bump("renovate"), "renovate[bot]", g.inside())
    text = ("Add tracing to the gateway", "Trade-off: 1% CPU.", ["enhancement"])
    base = g.pull(repo, text, "yuki-s", g.start + 3 * DAY)
    title = f"[release/2.x] {base['title']} (backport #{base['number']})"
    port = (title, f"Backport of #{base['number']}", ["backport"])
    g.pull(repo, port, "github-actions[bot]", g.start + 4 * DAY, base="release/2.x")
    stacked = ("Stacked: part 2 of tracing", "merged into the feature branch, not main", list[str]())
    g.pull(repo, stacked, "yuki-s", g.start + 2 * DAY, base="feature/tracing")
    cross, closes = ("Cross-repo fix", "Fixes acme/checkout#101", list[str]()), {"repo": "acme/checkout", "number": 101}
    g.pull(repo, cross, "yuki-s", g.start + 2 * DAY, closes=[closes])
    return repo


def _others(g: Generator, big: int) -> list[Record]:
    quiet = g.repo("mobile-app")
    g.pull(quiet, ("Last merge before a quiet fortnight", "x", []), "sam", g.start - 3 * DAY)
    monolith = g.repo("monolith")
    for i in range(big):
        g.pull(monolith, g.feature() if i % 3 else g.fix(), g.person(), g.inside())
    secret = g.repo("secret", private=True)
    g.pull(secret, ("Rotate the signing key", "CHK-300", ["security"]), "dwright", g.start + DAY)
    return [quiet, monolith, secret]
