"""Where the program keeps what is its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest import places


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({}, ("/home/ann/.cache/digest", "/home/ann/.local/state/digest")),
        ({"XDG_CACHE_HOME": "/c", "XDG_STATE_HOME": "/s"}, ("/c/digest", "/s/digest")),
        ({"XDG_CACHE_HOME": "c", "XDG_STATE_HOME": ""}, ("/home/ann/.cache/digest", "/home/ann/.local/state/digest")),
    ],
)
def test_a_folder_of_the_user(
    monkeypatch: pytest.MonkeyPatch, named: dict[str, str], expected: tuple[str, str]
) -> None:
    """The variables of XDG name it; an empty or a relative one is as none."""
    monkeypatch.setattr(places, "MAC", False)
    for variable in ("XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in {"HOME": "/home/ann", **named}.items():
        monkeypatch.setenv(variable, value)

    assert tuple(map(Path, expected)) == (places.cache(), places.state())


def test_a_folder_on_a_mac(monkeypatch: pytest.MonkeyPatch) -> None:
    """There they lie in the Library, with blanks in the name and all."""
    monkeypatch.setattr(places, "MAC", True)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/Users/ann")

    assert Path("/Users/ann/Library/Application Support/digest") == places.state()
