from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from msgspec.structs import replace

from digest import draft
from digest.draft.marks import fingerprint, words
from digest.errors import DraftError
from digest.model import Digest, Entry, LeftOut, Outcome, Section
from tests.drafts import WEEKS, digests

SHOP = Digest(
    title="Recommendation Engine",
    period=WEEKS,
    sections=(
        Section(
            name="progress",
            entries=(
                Entry(
                    text="Implemented real-time inventory checks using Redis.",
                    refs=("github:acme/shop#412", "jira:PAY-7"),
                ),
                Entry(text="Moved the basket to one table.", refs=("github:acme/shop#420",)),
            ),
        ),
        Section(
            name="tradeoffs",
            entries=(
                Entry(text="Kept the old table for reads.", refs=("git:0123456789ab",), sure=False),
                Entry(text="Chose 95% freshness over 100%.", refs=("github:acme/shop#412~tradeoff-1",), sure=False),
            ),
        ),
        Section(name="metrics", why_empty="no source gave a figure; add a [metrics.NAME] table or write a line"),
        Section(
            name="next", entries=(Entry(text="Partnering with data science to improve ranking.", refs=("jira:PAY-9",)),)
        ),
    ),
    maintenance=Entry(text="Maintenance: 7 dependency updates, 22 clean-ups.", refs=("github:acme/shop#1",)),
    left_out=(
        LeftOut(title="cut --> it", refs=("github:acme/shop#430",), text="Cut the log --> size.", why="below (7)"),
    ),
    outcomes=(
        Outcome(source="github", status="complete", count=12),
        Outcome(source="jira", status="truncated", count=50, detail="asked for | more than 50"),
    ),
    urls={"github:acme/shop#412": "https://github.com/acme/shop/pull/412"},
    notes=("Promise kept: pay by card.",),
    redactions=("github-token", "github-token"),
)
PAGE = """\
<!-- digest: draft of W7-8 (9 – 22 Feb 2026)
Reword, move, delete or add lines as you like. The comment after a line names its evidence: keep it there.
A line without one is yours. A "?" marks a guess: delete the "?" to confirm it, or delete the line.
`digest draft` brings news in and keeps what you wrote; `digest publish` sends what stands here.
Sources:
- github: complete, 12
- jira: truncated, 50 – asked for | more than 50
Notes:
- Promise kept: pay by card.
Secrets that were cut from the evidence:
- github-token
-->

**Recommendation Engine Update - W7-8**

*Progress:*

- Implemented real-time inventory checks using Redis. <!-- github:acme/shop#412 jira:PAY-7 -->
- Trade-off: Chose 95% freshness over 100%. <!-- ? github:acme/shop#412~tradeoff-1 -->
- Moved the basket to one table. <!-- github:acme/shop#420 -->
- Trade-off: Kept the old table for reads. <!-- ? git:0123456789ab -->

*Metrics:*

<!-- empty metrics: no source gave a figure; add a [metrics.NAME] table or write a line -->

*Next:*

- Partnering with data science to improve ranking. <!-- jira:PAY-9 -->

Maintenance: 7 dependency updates, 22 clean-ups.

<!-- left out: to tell one, cut its line here and paste it under a heading
- Cut the log --&gt; size. (github:acme/shop#430; below [7])
-->

<!-- digest:state v1
title|Recommendation%20Engine
period|2026-02-09|2026-02-23|Europe/Berlin
outcome|github|complete|12
outcome|jira|truncated|50|asked%20for%20%7C%20more%20than%2050
note|Promise%20kept:%20pay%20by%20card.
redacted|github-token
redacted|github-token
maintenance|7c1f3bf0b2
"""


def plain(digest: Digest) -> list[tuple[str, str, tuple[str, ...], bool]]:
    """What has to survive of the entries; trade-offs stand where their evidence does, so order is left aside."""
    return sorted((s.name, words(e.text), e.refs, e.sure) for s in digest.sections for e in s.entries)


def test_a_draft_is_the_format_of_the_article_with_a_comment_behind_each_line() -> None:
    """The whole file, to the letter, up to the table of refs."""
    text = draft.write(SHOP)
    upto = len(PAGE.splitlines()) - 1

    assert PAGE.splitlines()[:upto] == text.splitlines()[:upto]


@given(digests())
def test_what_is_written_is_read_again(digest: Digest) -> None:
    """Every entry comes back with its words, refs and doubt; so does all else that the draft is to keep."""
    found = draft.read(draft.write(digest))

    assert (plain(digest), ()) == (plain(found.digest), found.notes)
    assert digest.urls == found.digest.urls
    assert replace(digest, sections=(), left_out=(), urls={}) == replace(
        found.digest, sections=(), left_out=(), urls={}
    )
    assert [left.refs for left in digest.left_out] == [left.refs for left in found.digest.left_out]


def test_nothing_is_saved_over_a_change_that_somebody_else_made(tmp_path: Path) -> None:
    """The hash that was read has to fit what is on the disk; else the file stays as it is."""
    file = tmp_path / "w.md"
    file.write_text("mine", encoding="utf-8")
    _, found = draft.load(file)
    file.write_text("theirs", encoding="utf-8")

    with pytest.raises(DraftError, match="changed by somebody else"):
        draft.save(file, "new", found)
    with pytest.raises(DraftError, match="exists already"):
        draft.save(file, "new", None)
    assert (["w.md"], "theirs") == ([p.name for p in tmp_path.iterdir()], file.read_text(encoding="utf-8"))


def test_a_removed_file_does_not_come_back(tmp_path: Path) -> None:
    """Who removed the file meanwhile meant it."""
    file = tmp_path / "w.md"
    found = draft.save(file, "new", None)
    file.unlink()

    with pytest.raises(DraftError, match="removed meanwhile"):
        draft.save(file, "newer", found)
    assert [] == list(tmp_path.iterdir())


def test_saving_keeps_mode_link_newlines_and_mark(tmp_path: Path) -> None:
    """A file stays what it is: its mode, the link that leads to it, CRLF, BOM."""
    file, link = tmp_path / "real.md", tmp_path / "link.md"
    file.write_bytes(b"\xef\xbb\xbfone\r\ntwo\n")
    file.chmod(0o640)
    link.symlink_to(file)
    text, found = draft.load(link)
    again = draft.save(link, text, found)

    assert (b"\xef\xbb\xbfone\r\ntwo\n", 0o640, True) == (
        file.read_bytes(),
        file.stat().st_mode & 0o777,
        link.is_symlink(),
    )
    assert found == again


def test_a_draft_can_be_saved_again_with_the_hash_of_the_last_time(tmp_path: Path) -> None:
    """`save` gives what the next `save` asks for."""
    file = tmp_path / "folder" / "w.md"
    draft.save(file, "two\n", draft.save(file, "one\n", None))

    assert "two\n" == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("data", "said"), [(b"a\nb\xff", "line 2 is not UTF-8"), (None, "No such file")], ids=["latin-1", "missing"]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, data: bytes | None, said: str) -> None:
    """The error names the file and says what is wrong."""
    file = tmp_path / "w.md"
    if data:
        file.write_bytes(data)

    with pytest.raises(DraftError) as raised:
        draft.load(file)
    assert (True, True) == (str(file) in raised.value.message, said in raised.value.message)


def test_a_diff_shows_the_lines_that_differ() -> None:
    """`-` is what stands in the file, `+` what would; nothing where nothing changes."""
    assert ("", ["-b", "+c"]) == (
        draft.diff("a\nb", "a\nb\n"),
        [
            line
            for line in draft.diff("a\r\nb\r\n", "a\r\nc\r\n").splitlines()
            if line[0] in "+-" and line[1:2] != line[:1]
        ],
    )


def test_a_file_that_lost_its_footer_says_how_to_get_it_back() -> None:
    """Without the period there is no digest; drafting again mends it."""
    with pytest.raises(DraftError, match=r"line 3: .*digest:state.*`digest draft` writes it again"):
        draft.read("*Progress:*\n\n- A line")
    assert 10 == len(fingerprint(""))
