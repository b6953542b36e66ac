"""Deliveries that are files: whole or not at all, where the configuration says, built by their tables."""

from __future__ import annotations

import os
import stat
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from digest import deliveries
from digest.deliveries.eml import Eml
from digest.deliveries.file import File
from digest.errors import DigestError
from digest.files import write_whole
from digest.plugins import build
from digest.render import compose
from tests.examples import ARTICLE

MESSAGE = compose(ARTICLE)


def made(name: str, root: Path, **table: Any) -> Any:
    """The delivery of a table `[deliveries.NAME]`."""
    return build("deliveries", deliveries.BUILTIN, name, table, root)


@pytest.mark.parametrize(
    ("form", "expected"), [("markdown", MESSAGE.markdown), ("text", MESSAGE.text), ("html", MESSAGE.html)]
)
def test_a_file_holds_the_form_that_was_asked_for(tmp_path: Path, form: str, expected: str) -> None:
    """Markdown by default; the folder is made, the receipt names the path."""
    delivery = made("file", tmp_path, path="out/{slug}-{label}-{edition}", format=form)
    receipt = delivery.deliver(MESSAGE, delivery.recipients())

    assert (expected, ("out/{slug}-{label}-{edition}",)) == (
        (tmp_path / "out/2026-W07_W08-W7-8-1").read_text(encoding="utf-8"),
        receipt.accepted,
    )


def test_without_a_table_files_lie_beside_the_drafts(tmp_path: Path) -> None:
    """`digests/published`, named by the period."""
    for delivery in (File(root=tmp_path), Eml(root=tmp_path)):
        delivery.deliver(MESSAGE, delivery.recipients())

    assert ["2026-W07_W08.eml", "2026-W07_W08.md"] == sorted(p.name for p in (tmp_path / "digests/published").iterdir())


def test_a_new_mail_in_a_file(tmp_path: Path) -> None:
    """From, to and subject are those of the table; a mail program opens it for editing."""
    delivery = made("eml", tmp_path, path="{slug}.eml", sender="Ann <ann@example.test>", to=["lead@example.test"])
    delivery.deliver(MESSAGE, delivery.recipients())
    read = message_from_bytes((tmp_path / "2026-W07_W08.eml").read_bytes(), policy=policy.default)

    assert ("1", "Ann <ann@example.test>", "lead@example.test", MESSAGE.subject) == (
        read["X-Unsent"],
        read["From"],
        read["To"],
        read["Subject"],
    )


@pytest.mark.parametrize(
    ("name", "table", "expected"),
    [
        ("file", {"path": "{week}.md"}, "[deliveries.file]: '{week}.md' may hold {slug}, {label}, {edition} and nothing else in braces"),
        ("file", {"path": "{slug.__class__}.md"}, "[deliveries.file]: '{slug.__class__}.md' may hold {slug}, {label}, {edition} and nothing else in braces"),
        ("file", {"format": "pdf"}, "[deliveries.file]: format: invalid enum value 'pdf'"),
        ("eml", {"to": ["nobody"]}, "[deliveries.eml]: 'nobody' is no address: write ann@example.com or Ann <ann@example.com>"),
        ("eml", {"subject": "{week"}, "[deliveries.eml]: '{week' may hold {subject}, {title}, {label} and nothing else in braces"),
        ("eml", {"too": []}, "[deliveries.eml]: no setting is called 'too' (did you mean 'to'?)"),
    ],
)  # fmt: skip
def test_a_table_that_does_not_fit_is_one_line(tmp_path: Path, name: str, table: dict[str, Any], expected: str) -> None:
    """It is said when the configuration is read, not when the digest goes out."""
    with pytest.raises(DigestError) as caught:
        made(name, tmp_path, **table)

    assert expected == str(caught.value)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """`check` tries it beforehand, `deliver` says it in one line."""
    (tmp_path / "file").write_text("in the way")
    delivery = made("file", tmp_path, path="file/{slug}.md")
    with pytest.raises(DigestError) as before:
        delivery.check()
    with pytest.raises(DigestError) as then:
        delivery.deliver(MESSAGE, delivery.recipients())

    assert (
        f"{tmp_path / 'file'}: no files can be written there",
        f"{tmp_path / 'file/2026-W07_W08.md'}: File exists",
    ) == (
        str(before.value),
        str(then.value),
    )


def test_a_folder_that_can_be_made_is_fine(tmp_path: Path) -> None:
    """It need not be there yet."""
    said = [made(name, tmp_path, path="a/b/{slug}").check() for name in ("file", "eml")]

    assert [f"writes to {tmp_path / 'a/b'}"] * 2 == said


def test_what_is_written_replaces_what_was_there(tmp_path: Path) -> None:
    """A second run leaves one file, with the mode that files have."""
    for text in (b"old", b"new"):
        write_whole(tmp_path / "x", text)

    assert (["x"], b"new", 0o644) == (
        [p.name for p in tmp_path.iterdir()],
        (tmp_path / "x").read_bytes(),
        stat.S_IMODE((tmp_path / "x").stat().st_mode),
    )


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: the old file stands, and no half of the new one lies about."""
    write_whole(tmp_path / "x", b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "x", b"new")

    assert (["x"], b"old") == ([p.name for p in tmp_path.iterdir()], (tmp_path / "x").read_bytes())
