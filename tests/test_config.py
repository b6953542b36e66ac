"""The configuration: strict, typed, and complaints that say what to do."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest import config
from digest.errors import ConfigError


def complaint(tmp_path: Path, toml: str) -> str:
    """What `load` says about a file with this content."""
    file = tmp_path / "config.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load(file)
    return str(caught.value).replace(f"{tmp_path}{os.sep}", "")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('titel = "X"', "config.toml: no setting is called 'titel' (did you mean 'title'?)"),
        ("[limits]\nprogres = 3", "config.toml: limits: no setting is called 'progres' (did you mean 'progress'?)"),
        ('[limits]\nprogress = "3"', "config.toml: limits.progress: expected `int`, got `str`"),
        ("[limits]\nprogress = -1", "config.toml: limits.progress: expected `int` >= 0"),
        ("[period]\nanchor = 3", "config.toml: period.anchor: expected `date`, got `int`"),
        (
            '[[themes]]\nname = "A"\nlables = ["x"]',
            "config.toml: themes[0]: no setting is called 'lables' (did you mean 'labels'?)",
        ),
        ('timezone = "Mars/Olympus"', "timezone: no zone is called 'Mars/Olympus' (write one like Europe/Berlin)"),
        ("title = ", "config.toml: not valid TOML: Invalid value (at end of document)"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path: Path, toml: str, said: str) -> None:
    """The line names the file, the path of the key and what is wrong with it."""
    assert said == complaint(tmp_path, toml)


def test_no_file_is_fine() -> None:
    """Every key has a default."""
    assert (7, 3, 5, 5) == tuple(
        getattr(config.Config().limits, n) for n in ("progress", "tradeoffs", "metrics", "next")
    )


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    """A file that an editor began with a BOM loads."""
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xef\xbb\xbftitle = 'X'\n")

    assert "X" == config.load(file).title


@pytest.mark.parametrize("literal", ["ghp_abc", "http://x", "envTOKEN:x"])
def test_a_literal_secret_is_refused(literal: str) -> None:
    """The refusal names the three ways and not the secret."""
    with pytest.raises(ValueError, match="env:NAME, file:PATH or command:ARGV") as caught:
        config.Secret(literal)

    assert literal not in str(caught.value)


def test_a_secret_prints_as_stars(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither repr nor str shows it, and it is read only on demand."""
    monkeypatch.setenv("TOKEN", "s3cret\n")
    secret = config.Secret("env:TOKEN")

    assert ("***", "***", "s3cret") == (repr(secret), str(secret), secret.reveal())


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    """A file is read relative to the configuration, unless others can read it too."""
    file = tmp_path / "token"
    file.write_text("s3cret\n", encoding="utf-8")
    file.chmod(0o600)
    read = config.Secret("file:token").reveal(tmp_path)
    file.chmod(0o640)
    with pytest.raises(ConfigError, match="can be read by others"):
        config.Secret("file:token").reveal(tmp_path)

    assert "s3cret" == read


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("env:NOT_SET", "environment variable NOT_SET is not set (export NOT_SET=… before the run)"),
        ("command:false s3cret", "secret command false: CalledProcessError (run it by hand)"),
        ("command:no-such-program", "secret command no-such-program: FileNotFoundError (run it by hand)"),
        ("command:true", "the secret command:true is empty"),
    ],
)
def test_a_missing_secret_is_one_line(place: str, said: str) -> None:
    """The line names the place and what to do, never an argument that may be secret."""
    with pytest.raises(ConfigError) as caught:
        config.Secret(place).reveal()

    assert said == str(caught.value)


def test_a_secret_from_a_command() -> None:
    """The first line of what the command prints; no shell reads it."""
    assert "$HOME" == config.Secret("command:printf '$HOME\\nrest'").reveal()


def test_the_nearest_file_upwards_is_found(tmp_path: Path) -> None:
    """The search goes up, passes over another program's file and ends at the repository."""
    inner = tmp_path / "repo" / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "repo" / ".git").mkdir()
    (tmp_path / "config.toml").write_text('title = "outside"', encoding="utf-8")
    (tmp_path / "repo" / "a" / "config.toml").write_text("[tool.other]\nx = 1", encoding="utf-8")
    before = config.find(inner)
    (tmp_path / "repo" / "config.toml").write_text('title = "ours"', encoding="utf-8")

    assert (None, tmp_path / "repo" / "config.toml") == (before, config.find(inner))


@pytest.mark.parametrize("text", ['timezone = "Europe/Berln"', "[limits]\nprogress = 3"])
def test_a_file_with_a_key_of_ours_is_ours(tmp_path: Path, text: str) -> None:
    """It is read and checked, not passed over in silence, whichever of our keys it has."""
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")

    assert tmp_path / "config.toml" == config.find(tmp_path)


def test_the_environment_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """$DIGEST_CONFIG is used, and refused where it points nowhere."""
    file = tmp_path / "x.toml"
    file.write_text("", encoding="utf-8")
    monkeypatch.setenv("DIGEST_CONFIG", str(file))
    found = config.find(tmp_path)
    file.unlink()
    with pytest.raises(ConfigError, match="no config file at"):
        config.find(tmp_path)

    assert file == found


@pytest.mark.parametrize(
    ("value", "name"), [("Asia/Tokyo", "Asia/Tokyo"), (":Asia/Tokyo", "Asia/Tokyo"), ("JST-9", "UTC")]
)
def test_the_local_zone(monkeypatch: pytest.MonkeyPatch, value: str, name: str) -> None:
    """$TZ names it; what is no zone of the IANA list is read as UTC."""
    monkeypatch.setenv("TZ", value)

    assert ZoneInfo(name) == config.zone("")
