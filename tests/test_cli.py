"""The command line on real repositories: what a person, a script and cron get."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest import draft as drafts
from digest.cli import group, main
from tests.conftest import Clone

NOW = datetime(2026, 2, 24, 8, tzinfo=UTC)
HEAVY = {"github", "jira", "git", "jinja2", "requests", "prompt_toolkit", "rich", "sqlite3", "markdown_it"}


@pytest.fixture
def project(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """A clone with a fortnight of work, as the working directory, on the Tuesday after."""
    clone.commit("Start the shop", "2026-01-10T10:00:00Z", {"README.md": "shop\n"})
    clone.commit(
        "feat(cart): save the cart between sessions (#12)\n\n"
        "The cart now survives a closed tab. We saw a 12% reduction in cart abandonment (A/B test).\n\n"
        "Trade-off: chose 95% freshness over 100% to maintain our 200ms latency SLA.",
        "2026-02-10T10:00:00Z",
        {"src/cart.py": "cart = 1\n" * 80},
    )
    clone.commit("fix: crash when the cart is empty (#13)", "2026-02-12T10:00:00Z", {"src/cart.py": "cart = 2\n" * 90})
    clone.commit(
        "Bump requests from 2.31.0 to 2.32.0", "2026-02-13T10:00:00Z", {"requirements.txt": "requests==2.32.0\n"}
    )
    clone.commit("PAY-7 Add refunds to the order page", "2026-02-20T10:00:00Z", {"src/refund.py": "refund = 1\n" * 60})
    monkeypatch.chdir(clone.path)
    monkeypatch.setattr(group, "now", lambda: NOW)
    return clone


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command asks the clock through the group; a test decides what it says."""
    for module in ("drafting", "publishing", "asking"):
        monkeypatch.setattr(f"digest.cli.{module}.now", lambda: NOW)
    monkeypatch.setattr("digest.cli.group.now", lambda: NOW)


def run(*args: str, code: int = 0) -> Result:
    """Run the program and see that it ends with `code`."""
    result = CliRunner().invoke(main, args)
    assert code == result.exit_code, f"{result.output}\n{result.exception!r}"
    return result


def test_help_costs_little() -> None:
    """`digest --help` imports nothing heavy."""
    code = "import sys; from digest.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert set() == HEAVY & {name.partition(".")[0] for name in done.stderr.split()}


def test_a_draft_without_configuration(project: Clone) -> None:
    """In a clone one command prints the digest and writes the draft; people read about it on standard error."""
    result = run("draft")
    lines = [line for line in result.stdout.splitlines() if line]

    assert "**Clone Update - W7-8**" == lines[0]
    assert "*Progress:*" in lines
    assert any("chose 95% freshness over 100%" in line.lower() for line in lines)
    assert (project.path / "digests" / "2026-W07_W08.md").is_file()
    assert "git: complete, 4 found" in result.stderr
    assert "draft: digests/2026-W07_W08.md" in result.stderr


def test_printing_writes_nothing(project: Clone) -> None:
    """--print leaves the clone as it was."""
    run("draft", "--print")

    assert "" == project.git("status", "--porcelain")


def test_the_json_tells_every_activity_once(project: Clone) -> None:
    """Every activity of the period is in exactly one of progress, maintenance and left_out."""
    told = json.loads(run("draft", "--print", "--json").stdout)
    refs = [r for e in told["sections"]["progress"] for r in e["refs"]]
    refs += (told["maintenance"] or {"refs": []})["refs"] + [r for o in told["left_out"] for r in o["refs"]]
    commits = project.git("log", "--format=%H", "--since=2026-02-09T00:00:00Z").split()

    assert sorted(f"git:{sha[:12]}" for sha in commits) == sorted(r for r in refs if "~" not in r)
    assert {
        "label": "W7-8",
        "slug": "2026-W07_W08",
        "since": "2026-02-09T00:00:00+00:00",
        "until": "2026-02-23T00:00:00+00:00",
    } == told["period"]
    assert ["PAY-7"] == [k for e in told["sections"]["progress"] for k in e["keys"]]


def test_an_edit_is_kept(project: Clone) -> None:
    """What a person changed in the draft stands after drafting again."""
    run("draft")
    file = project.path / "digests" / "2026-W07_W08.md"
    text = file.read_text(encoding="utf-8")
    line = next(x for x in text.splitlines() if "refund" in x.lower() and x.startswith("- "))
    file.write_text(
        text.replace(line, "- Customers can be paid back. <!--" + line.partition("<!--")[2]), encoding="utf-8"
    )
    again = run("draft")

    assert "- Customers can be paid back." in again.stdout
    assert "Customers can be paid back." in file.read_text(encoding="utf-8")


def test_drafting_again_without_news_changes_nothing(project: Clone) -> None:
    """The second run leaves the file byte for byte."""
    run("draft")
    file = project.path / "digests" / "2026-W07_W08.md"
    before = file.read_bytes()
    result = run("draft")

    assert (before, True) == (file.read_bytes(), "(nothing new)" in result.stderr)


def test_what_was_reverted_after_the_first_draft_leaves_it(project: Clone) -> None:
    """A change that was taken back inside the period is no progress, whenever the draft was begun."""
    run("draft")
    project.git("revert", "--no-edit", "HEAD", when="2026-02-21T10:00:00Z")
    again = run("draft")

    assert ("refund" in again.stdout.lower(), "taken back by its source: " in again.stderr) == (False, True)


def test_if_due_is_silent_when_not_due(project: Clone) -> None:
    """Cron hears of a draft once."""
    first, second = run("draft", "--if-due"), run("draft", "--if-due")

    assert ("**Clone Update - W7-8**", "", "") == (first.stdout.splitlines()[0], second.stdout, second.stderr)


def test_missed_periods_are_said_and_caught_up(project: Clone) -> None:
    """--if-due drafts the last ended period and names the missed ones; --catch-up, then or later, drafts them."""
    run("draft", "--period", "2026-W01_W02")
    first = run("draft", "--if-due")
    again = run("draft", "--if-due", "--catch-up")
    run("draft", "--catch-up")
    more = run("draft", "--catch-up")

    assert ("missed: W3-4, W5-6" in first.stderr, "", "no period was missed\n") == (True, again.stdout, more.stderr)
    assert ["2026-W01_W02.md", "2026-W03_W04.md", "2026-W05_W06.md", "2026-W07_W08.md"] == sorted(
        p.name for p in (project.path / "digests").glob("*.md")
    )


def test_what_was_published_is_not_missed(project: Clone) -> None:
    """Who tidies the drafts away after they went out is not asked for them again."""
    run("draft", "--period", "2026-W01_W02")
    run("draft", "--if-due", "--catch-up")
    for name in ("2026-W03_W04", "2026-W07_W08"):
        run("publish", "--period", name, "--allow-unreviewed")
        (project.path / f"digests/{name}.md").unlink()
    (project.path / "digests/2026-W05_W06.md").unlink()
    due, missed = run("draft", "--if-due"), run("draft", "--catch-up")

    assert ("", "", ["**Clone Update - W5-6**"]) == (
        due.stdout,
        due.stderr,
        [line for line in missed.stdout.splitlines() if line.startswith("**")],
    )


def test_two_runs_at_once(project: Clone) -> None:
    """The second of two runs ends with 75 and says why."""
    from digest.project import open_project

    with open_project(project.path).locked():
        result = run("draft", code=75)

    assert "another run works on Clone" in result.stderr


def test_review_by_flags(project: Clone) -> None:
    """Without a terminal the flags decide."""
    run("draft")
    refused = run("review", code=2)
    run("review", "--add-tradeoff", "Chose boring technology over speed.", "--keep-all")
    printed = run("render", "markdown")

    assert "--keep-all" in refused.stderr
    assert "- Trade-off: Chose boring technology over speed." in printed.stdout


def test_two_lines_are_told_as_one(project: Clone) -> None:
    """`--join` takes the evidence of the second line into the first; a pair without its sign is refused."""
    run("draft")
    file = project.path / "digests" / "2026-W07_W08.md"
    first, second, *rest = [x for x in drafts.read(file.read_text("utf-8")).lines if x.section == "progress"]
    refused = run("review", "--join", first.entry.refs[0], code=2)
    run("review", "--join", f"{first.entry.refs[0]}={second.entry.refs[0]}")
    lines = [x.entry for x in drafts.read(file.read_text("utf-8")).lines if x.section == "progress"]

    assert "write --join REF=REF" in refused.stderr
    assert [
        (first.entry.text, (*first.entry.refs, *second.entry.refs)),
        *((x.entry.text, x.entry.refs) for x in rest),
    ] == [(entry.text, entry.refs) for entry in lines]


def test_publish_freezes_and_delivers_once(project: Clone) -> None:
    """A reviewed draft becomes a frozen edition, a file and an email; the second run sends nothing."""
    run("draft")
    run("review", "--keep-all")
    run("publish")
    folder = project.path / "digests" / "published"
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    run("publish")
    after = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}

    assert {"2026-W07_W08.json", "2026-W07_W08.md", "2026-W07_W08.eml"} == set(before)
    assert before == after
    assert "W7-8" in run("history").stdout


def test_a_changed_draft_is_a_correction(project: Clone) -> None:
    """What was published stays; other words need --correct and become the second edition."""
    run("draft")
    run("review", "--keep-all")
    run("publish")
    run("review", "--add-tradeoff", "Chose A over B.")
    refused = run("publish", code=3)
    run("publish", "--correct")

    assert "--correct" in refused.stderr
    assert (project.path / "digests" / "published" / "2026-W07_W08.2.json").is_file()


def test_an_unfinished_period_is_not_published(project: Clone) -> None:
    """A period that has not ended needs a flag that says so."""
    run("draft", "--period", "current")
    run("review", "--period", "current", "--keep-all")
    refused = run("publish", "--period", "current", code=3)

    assert "W9-10 has not ended yet" in refused.stderr
    assert "--allow-unfinished" in refused.stderr


@pytest.mark.parametrize("name", ["PAY-7", "#13"])
def test_why(project: Clone, name: str) -> None:
    """The facts behind a line, by any name that a person would use."""
    result = run("why", name)

    assert "git:" in result.stdout
    assert "rank " in result.stdout


def test_why_of_nothing(project: Clone) -> None:
    """An unknown name is one line."""
    assert "nothing in W7-8 is called 'NOPE-1'" in run("why", "NOPE-1", code=1).stderr


def test_why_looks_into_the_drafts(project: Clone) -> None:
    """Without --period a line of an older draft is found too; with it only there."""
    project.commit("Add wish lists", "2026-01-29T10:00:00Z", {"src/wish.py": "wish = 1\n" * 60})
    run("draft", "--period", "W5-6")
    ref = project.git("log", "--format=%h", "--abbrev=12", "--grep", "wish lists").strip()

    assert "Add wish lists" in run("why", ref).stdout
    assert "--period" in run("why", ref, "--period", "W7-8", code=1).stderr


def test_news_and_oddities_are_said_in_words(project: Clone) -> None:
    """What drafting again did to a line, and a heading that it does not know, are said with the file."""
    run("draft")
    file = project.path / "digests" / "2026-W07_W08.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("*Metrics:*", "*Team:*\n\n- Welcome Bob.\n\n*Metrics:*"), encoding="utf-8")
    project.commit("Add wish lists", "2026-02-18T10:00:00Z", {"src/wish.py": "wish = 1\n" * 60})
    told = run("draft").stderr

    assert "new: Added wish lists.\n" in told
    assert "no section is called 'Team'" in told


def test_a_merge_that_was_left_half_way_names_the_file(project: Clone) -> None:
    """A conflict in the draft is one line with file, line and remedy, and the file stays as it is."""
    run("draft")
    file = project.path / "digests" / "2026-W07_W08.md"
    file.write_text("<<<<<<< HEAD\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    before = file.read_bytes()

    assert "2026-W07_W08.md: line 1: a git merge was left half way" in run("draft", code=1).stderr
    assert before == file.read_bytes()


def test_a_dry_run_names_the_files(project: Clone) -> None:
    """Where a delivery would put the digest is said without a placeholder."""
    run("draft")
    told = run("publish", "--dry-run").stderr

    assert "would go to digests/published/2026-W07_W08.md" in told
    assert "{" not in told


def test_check(project: Clone) -> None:
    """A line for each source and delivery."""
    lines = run("check").stdout.splitlines()

    assert ["config:", "store:", "git:"] == [x.split()[1] for x in lines[:3]]
    assert {"ok"} == {x.split()[0] for x in lines}


def test_init_reads_the_remotes(project: Clone) -> None:
    """The written file loads, and holds the repository that origin names."""
    project.git("remote", "add", "origin", "git@github.com:acme/shop-front.git")
    run("init", "--yes", "--jira-url", "https://acme.atlassian.net", "--jira-project", "PAY", "--jira-user", "a@b.test")
    refused = run("init", "--yes", code=2)
    text = (project.path / "config.toml").read_text(encoding="utf-8")

    assert 'title = "Shop Front"' in text
    assert 'repos = ["acme/shop-front"]' in text
    assert 'projects = ["PAY"]' in text
    assert "exists already" in refused.stderr


@pytest.mark.parametrize(
    ("remote", "args", "table"),
    [
        ("git@gitlab.com:acme/sub/shop.git", (), 'projects = ["acme/sub/shop"]\ntoken = "env:GITLAB_TOKEN"\n'),
        ("https://gitlab.acme.test/acme/shop", (), 'projects = ["acme/shop"]\ntoken = "env:GITLAB_TOKEN"\nurl = "https://gitlab.acme.test"\n'),
        ("git@github.com:acme/shop.git", ("--gitlab", "group:acme", "--gitlab-url", "https://git.test/lab"), 'projects = ["group:acme"]\ntoken = "env:GITLAB_TOKEN"\nurl = "https://git.test/lab"\n'),
    ],
)  # fmt: skip
def test_init_knows_gitlab(project: Clone, remote: str, args: tuple[str, ...], table: str) -> None:
    """A clone that comes from a GitLab gets its table, with the address where it is a server of one's own."""
    project.git("remote", "add", "origin", remote)
    told = run("init", "--yes", *args)
    text = (project.path / "config.toml").read_text(encoding="utf-8")

    assert (True, True) == (f"[collectors.gitlab]\n{table}" in text, "GITLAB_TOKEN" in told.stderr)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("draft", "--repo", "nowhere"), 2, "no folder at nowhere (name a clone with --repo)"),
        (("draft", "--period", "W99"), 2, "period 'W99'"),
        (("draft", "--config", "none.toml"), 2, "no config file at none.toml"),
        (("review",), 2, "there is no draft at digests/2026-W07_W08.md"),
        (("publish",), 1, "there is no draft of W7-8"),
        (("render", "markdown"), 1, "there is no draft of W7-8"),
    ],
)
def test_errors_are_one_line(project: Clone, args: tuple[str, ...], code: int, said: str) -> None:
    """What is wrong and what to do, no traceback, the documented exit code."""
    result = run(*args, code=code)

    assert said in result.stderr
    assert ("", False) == (result.stdout, "Traceback" in result.stderr)


def test_outside_of_a_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a clone nor a configuration: one line says so."""
    monkeypatch.chdir(tmp_path)

    assert "is neither in a git clone nor below a config.toml" in run("draft", code=2).stderr


def test_a_broken_source_does_not_stop_the_others(project: Clone) -> None:
    """The draft says on top what is missing, and the exit code is 4."""
    (project.path / "config.toml").write_text(
        'title = "Shop"\n[collectors.git]\npaths = ["."]\n[collectors.gone]\ntype = "git"\npaths = ["../gone"]\n',
        encoding="utf-8",
    )
    result = run("draft", code=4)
    text = (project.path / "digests" / "2026-W07_W08.md").read_text(encoding="utf-8")

    assert "gone: failed" in result.stderr
    assert "gone" in text.partition("**Shop Update")[0]


def test_a_bare_repository(
    project: Clone, make_clone: Callable[[str], Clone], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare clone is read; its drafts go to the working directory."""
    project.git("clone", "--quiet", "--bare", ".", str(tmp_path / "shop.git"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    result = run("draft", "--repo", "../shop.git")

    assert "**Shop Update - W7-8**" == result.stdout.splitlines()[0]
    assert ["2026-W07_W08.md"] == [p.name for p in (work / "digests").iterdir()]


def test_the_scope_of_a_source_is_what_it_is_asked_for() -> None:
    """Its token and its patience are no part of it; its repositories are."""
    from digest.collecting import scope_of
    from digest.collectors.github import GitHub
    from digest.config import Secret

    one, other = GitHub(repos=("a/b",)), GitHub(repos=("a/b", "a/c"))
    patient = GitHub(repos=("a/b",), deadline=7, token=Secret("env:OTHER"))

    assert (True, False) == (scope_of(one) == scope_of(patient), scope_of(one) == scope_of(other))
