"""The address of `origin` without asking git in each clone: what git says, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from digest.collectors.git import Git
from digest.collectors.git_origin import Abbreviations, abbreviations
from digest.errors import SourceError
from digest.model import Activity
from tests.conftest import Clone
from tests.test_collectors_git import IN, W7_8

ORIGIN = '[remote "origin"]\n\turl = https://github.com/acme/pay.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n'
SHORT = '[url "git@github.com:"]\n\tinsteadOf = https://github.com/\n\tinsteadOf = gh:\n'
LONGER = SHORT + '[url "ssh://git@here/"]\n\tinsteadOf = https://github.com/acme/\n'
HERE = "https://github.com/acme/pay.git"


@pytest.mark.parametrize(
    ("own", "users", "known"),
    [
        (ORIGIN, "", HERE),
        (ORIGIN, SHORT, "git@github.com:acme/pay.git"),
        (ORIGIN, LONGER, "ssh://git@here/pay.git"),
        ('[remote "origin"]\n\turl = gh:acme/pay\n', SHORT, "git@github.com:acme/pay"),
        ('[remote "origin"]\n\tfetch = x\n\turl = ../pay\n[core]\n\teditor = vi\n', "", "../pay"),
        ('[remote "fork"]\n\turl = a:b\n' + ORIGIN + '[branch "main"]\n\tremote = origin\n', "", HERE),
        ("", "", None),
        ('[remote "fork"]\n\turl = a:b\n', "", None),
        (ORIGIN + SHORT, "", None),
        (ORIGIN + "[include]\n\tpath = more\n", "", None),
        (ORIGIN + '[includeIf "gitdir:/"]\n\tpath = more\n', "", None),
        (ORIGIN + ORIGIN.replace("pay", "shop"), "", None),
        (ORIGIN + '[REMOTE "origin"]\n\turl = c:d\n', "", None),
        (ORIGIN + "[remote.origin]\n\turl = c:d\n", "", None),
        (ORIGIN + "\turl = c:d\n", "", None),
        ('[remote "origin"]\n\turl = "https://github.com/acme/pay#1" ; mine\n', "", None),
        ('[remote "origin"]\n\turl = https://github.com/acme/\\\n\tpay\n', "", None),
        ('[remote "origin"] url = e:f\n', "", None),
        ('[remote "origin"]\nurl = e:f\n', "", None),
        ('[remote "origin"]\n\turl\n', "", None),
        (ORIGIN + "[extensions]\n\tworktreeConfig = true\n", "", None),
        (ORIGIN, '[includeIf "gitdir:/"]\n\tpath = more\n', None),
        (ORIGIN, '[remote "origin"]\n\turl = c:d\n', None),
    ],
)
def test_what_is_known_is_what_git_says(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str, users: str, known: str | None
) -> None:
    """Where the settings may say more than an address, nothing is known, and git is asked."""
    (tmp_path / "users").write_text(users)
    (tmp_path / "more").write_text('[url "x:"]\n\tinsteadOf = https\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "users"))
    with (clone.path / ".git/config").open("a") as file:
        file.write(own)
    said = clone.git("ls-remote", "--get-url", "origin") if "url\n" not in own else None

    assert (known, True) == (abbreviations().origin(clone.path / ".git"), known in {said, None})


def test_settings_of_the_environment_are_heard(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of a file; a file that `git config` alone would read says nothing."""
    (clone.path / ".git/config").write_text(ORIGIN)
    for name, value in {"COUNT": "1", "KEY_0": "url.ssh://there/.insteadOf", "VALUE_0": "https://github.com/"}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    heard = abbreviations().origin(clone.path / ".git")
    monkeypatch.setenv("GIT_CONFIG", "elsewhere")

    assert ("ssh://there/acme/pay.git", Abbreviations(None)) == (heard, abbreviations())


def test_many_clones_have_the_address_that_each_would_have_alone(
    make_clone: Callable[[str], Clone], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one the settings are plain, of another they are its own."""
    (tmp_path / "users").write_text(SHORT)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "users"))
    for name, own in {"a": ORIGIN, "b": ORIGIN + LONGER, "c": ""}.items():
        clone = make_clone(f"src/{name}")
        clone.commit(f"In {name}", IN)
        with (clone.path / ".git/config").open("a") as file:
            file.write(own)
    paths = [str(tmp_path / "src" / name) for name in "abc"]
    alone = [a for path in paths for a in Git(paths=(path,)).collect(W7_8, None)]

    assert (alone, ["acme/pay", "pay", "c"]) == (
        list(Git(paths=(str(tmp_path / "src/*"),)).collect(W7_8, None)),
        [a.where for a in alone if isinstance(a, Activity)],
    )


def test_without_git_many_clones_say_so(
    make_clone: Callable[[str], Clone], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does."""
    paths = tuple(str(make_clone(name).path) for name in "ab")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError) as error:
        list(Git(paths=paths).collect(W7_8, None))

    assert "git is not installed" == error.value.message
