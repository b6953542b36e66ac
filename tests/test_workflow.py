"""The jobs of a forge, run for real: their shell, on a bare repository, with the program as it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from digest.archive import thaw
from digest.period import Cadence
from digest.schedule import WAYS, Job
from tests.conftest import Clone

ROOT = Path(__file__).parent.parent
JOB = Job(
    program=Path("/opt/digest"), folder=Path("/srv"), config=None, drafts="digests", zone="UTC", name="shop"
)  # fmt: skip
PERIOD = Cadence().last(datetime.now(UTC))
BRANCH = f"digest/{PERIOD.slug}"
DRAFT = f"digests/{PERIOD.slug}.md"


def steps(way: str, job: str, *, several: bool = False) -> list[str]:
    """The shell of a job, as its forge reads it from the file."""
    told: dict[str, Any] = yaml.safe_load(WAYS[way](replace(JOB, several=several)))
    if way == "github":
        return [step["run"] for step in told["jobs"][job]["steps"] if "run" in step]
    own = told[f"digest-{job}"]
    whole = "\n".join([*told[".digest"]["before_script"], *own["script"]])  # one shell runs both
    return [whole, *("\n".join(own["after_script"]) for _ in own.get("after_script", [])[:1])]


class Forge:
    """A bare repository, and machines that clone it afresh for each job."""

    def __init__(self, folder: Path, seed: Clone) -> None:
        self.folder = folder
        self.bare = folder / "group" / "shop.git"
        seed.git("clone", "--quiet", "--bare", ".", str(self.bare))
        self.git("config", "receive.advertisePushOptions", "true")
        self.machines = 0
        programs = folder / "bin"
        programs.mkdir()
        for name, body in {
            "digest": f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -m digest "$@"',
            "pip": "exit 0",
            "gh": f'echo "$@" >> "{folder}/gh"',
        }.items():
            (programs / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
            (programs / name).chmod(0o755)

    def git(self, *args: str) -> str:
        """Ask the bare repository."""
        done = subprocess.run(["git", *args], cwd=self.bare, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def checkout(self, branch: str = "main") -> Path:
        """A fresh machine with the branch checked out."""
        self.machines += 1
        work = self.folder / f"machine{self.machines}"
        self.git("clone", "--quiet", "--branch", branch, str(self.bare), str(work))
        return work

    def run(self, scripts: list[str], work: Path, **env: str) -> list[int]:
        """Run steps as a forge does, each in its own shell, and give their exit codes."""
        url = "https://oauth2:secret@forge.test/group/shop.git"
        told = {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "TMPDIR": str(work.parent), "MERGED_BY": "Ann",
            "GITHUB_REF_NAME": "main", "GITHUB_RUN_ID": "1", "CI_COMMIT_BRANCH": "main", "CI_SERVER_HOST": "forge.test",
            "CI_PROJECT_PATH": "group/shop", "DIGEST_PUSH_TOKEN": "secret", "XDG_STATE_HOME": str(work) + ".state",
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{self.bare}.insteadOf", "GIT_CONFIG_VALUE_0": url,
        }  # fmt: skip
        codes = []
        for script in scripts:
            done = subprocess.run(
                ["bash", "-e", "-c", script],
                cwd=work,
                env={**os.environ, **told, **env},
                capture_output=True,
                check=False,
            )
            codes.append(done.returncode)
            sys.stderr.write(f"{done.stdout.decode()}{done.stderr.decode()}")  # shown where a test fails
        return codes

    def branches(self) -> list[str]:
        """The branches that there are."""
        return self.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()

    def merge(self, edit: tuple[str, str] | None = None) -> str:
        """What a team does with the request: edit the draft, merge it; the commit that main had before."""
        work = self.checkout(BRANCH)
        if edit:
            text = (work / DRAFT).read_text(encoding="utf-8")
            assert edit[0] in text, text
            (work / DRAFT).write_text(text.replace(*edit), encoding="utf-8")
        before = self.git("rev-parse", "main")
        who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.test"]
        for args in (
            ["commit", "--quiet", "--all", "--allow-empty", "-m", "Edit"],
            ["push", "--quiet", "origin", "HEAD:main"],
        ):
            subprocess.run(["git", *who, *args], cwd=work, check=True, capture_output=True)
        self.git("branch", "-D", BRANCH)
        return before


@pytest.fixture
def forge(clone: Clone, tmp_path: Path) -> Forge:
    """A forge with a repository in which something was done in the last period."""
    day = (PERIOD.since + timedelta(days=2)).isoformat()
    clone.commit("Start the shop", (PERIOD.since - timedelta(days=40)).isoformat())
    clone.commit(
        "Add refunds to the order page\n\nTrade-off: chose refunds over vouchers because people asked for money.",
        day,
        {"src/refund.py": "refund = 1\n" * 80},
    )
    return Forge(tmp_path, clone)


@pytest.mark.parametrize("way", ["github", "gitlab"])
@pytest.mark.parametrize("job", ["draft", "publish"])
@pytest.mark.parametrize("several", [False, True])
def test_the_shell_is_shell(way: str, job: str, several: bool) -> None:  # noqa: FBT001
    """The file is YAML, and bash and sh understand every step of it."""
    found = [
        subprocess.run([shell, "-n"], input=script.encode(), check=False).returncode
        for script in steps(way, job, several=several)
        for shell in ("bash", "sh")
    ]

    assert {0} == set(found)


@pytest.mark.parametrize("way", ["github", "gitlab"])
def test_no_other_token_is_asked_for(way: str) -> None:
    """On GitHub the workflow's own; on GitLab one of the project, as its jobs may not push."""
    secrets = set(re.findall(r"\$\{\{ *(secrets\.\w+|github\.token) *\}\}|\$(\w*TOKEN)\b", WAYS[way](JOB)))

    assert {"github": {("github.token", "")}, "gitlab": {("", "DIGEST_PUSH_TOKEN")}}[way] == secrets


@pytest.mark.parametrize("way", ["github", "gitlab"])
def test_from_draft_to_published(forge: Forge, way: str) -> None:
    """A scheduled job proposes the draft, the team words it, merging publishes it in the name of who merged."""
    drafted = forge.run(steps(way, "draft"), forge.checkout())
    proposed = forge.branches()
    again = forge.run(steps(way, "draft"), forge.checkout())
    before = forge.merge(("Added refunds to the order page.", "Customers can be paid back."))
    published = forge.run(steps(way, "publish"), forge.checkout(), BEFORE=before)
    work = forge.checkout()
    edition = thaw(work / f"digests/published/{PERIOD.slug}.json")
    words = (work / f"digests/published/{PERIOD.slug}.md").read_text(encoding="utf-8")

    assert ({0}, [BRANCH, "main"], ["main"]) == ({*drafted, *again, *published}, sorted(proposed), forge.branches())
    assert ("Ann", True, True) == (
        edition.origin.by,
        "Customers can be paid back." in words,
        bool(edition.origin.evidence),
    )


@pytest.mark.parametrize("way", ["github", "gitlab"])
def test_a_job_that_is_run_again_does_nothing(forge: Forge, way: str) -> None:
    """What was published and sent is in the repository, so that a fresh machine knows it."""
    forge.run(steps(way, "draft"), forge.checkout())
    before = forge.merge()
    forge.run(steps(way, "publish"), forge.checkout(), BEFORE=before)
    head = forge.git("rev-parse", "main")
    codes = forge.run([*steps(way, "publish"), *steps(way, "draft")], forge.checkout(), BEFORE=before)

    assert ({0}, head, ["main"]) == ({*codes}, forge.git("rev-parse", "main"), forge.branches())


def test_an_edit_of_what_is_published_is_a_correction(forge: Forge) -> None:
    """Merged like the draft was."""
    forge.run(steps("github", "draft"), forge.checkout())
    merged = forge.merge()
    forge.run(steps("github", "publish"), forge.checkout(), BEFORE=merged)
    forge.git("branch", BRANCH, "main")
    before = forge.merge(("Added refunds to the order page.", "Customers can be paid back."))
    codes = forge.run(steps("github", "publish"), forge.checkout(), BEFORE=before)
    said = (forge.checkout() / f"digests/published/{PERIOD.slug}.2.md").read_text(encoding="utf-8")

    assert ({0}, True) == ({*codes}, "Reworded: Customers can be paid back." in said)


def test_a_guess_is_not_published_by_merging(forge: Forge) -> None:
    """The job fails and says which; what stands is kept, nothing is sent."""
    forge.run(steps("github", "draft"), forge.checkout())
    before = forge.merge(("*Next:*\n", "*Next:*\n\n- A guess. <!-- ? git:000000000000 -->\n"))
    codes = forge.run(steps("github", "publish"), forge.checkout(), BEFORE=before)

    assert ([0, 3, 0], False) == (codes, (forge.checkout() / "digests/published").exists())


def test_where_main_is_protected_a_request_is_opened(forge: Forge) -> None:
    """The push is refused, and what was published goes to a branch with a request of its own."""
    forge.run(steps("github", "draft"), forge.checkout())
    before = forge.merge()
    hook = forge.bare / "hooks" / "update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/heads/main ]\n', encoding="utf-8")
    hook.chmod(0o755)
    codes = forge.run(steps("github", "publish"), forge.checkout(), BEFORE=before)

    assert ({0}, ["digest/published-1", "main"]) == ({*codes}, forge.branches())
    assert [f"pr create --fill --head {BRANCH}", "pr create --fill --head digest/published-1"] == (
        (forge.folder / "gh").read_text(encoding="utf-8").splitlines()
    )


def test_several_projects_in_one_repository(forge: Forge) -> None:
    """Each has its draft in the request, and each is published under its name."""
    work = forge.checkout()
    (work / "config.toml").write_text(
        'title = "All"\ntimezone = "UTC"\n[projects.pay.collectors.git]\npaths = ["."]\n'
        '[projects.search.collectors.git]\npaths = ["."]\n',
        encoding="utf-8",
    )
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.test"]
    for args in (["add", "config.toml"], ["commit", "--quiet", "-m", "Add a configuration"], ["push", "--quiet"]):
        subprocess.run(["git", *who, *args], cwd=work, check=True, capture_output=True)
    drafted = forge.run(steps("github", "draft", several=True), forge.checkout())
    before = forge.merge()
    published = forge.run(steps("github", "publish", several=True), forge.checkout(), BEFORE=before)
    found = sorted(str(p.parent.parent.name) for p in forge.checkout().glob("digests/*/published/*.json"))

    assert ({0}, ["pay", "search"]) == ({*drafted, *published}, found)
