"""Texts of paragraphs alone are cut without the parser, exactly as the parser would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.extract import blocks

LETTERS = "ab1.:;()\"'!é\u00a0\u2028\x0b\x0c \t\n\n\n-=#>`<[|_*&\\"


@given(st.text(alphabet=LETTERS, max_size=25))
def test_what_needs_no_parser_is_cut_as_the_parser_cuts_it(text: str) -> None:
    """Whatever a person writes: the same paragraphs, the same lines, and nothing but paragraphs."""
    told = blocks._parser().parse(text) if not blocks.MARKED.search(text) else []
    cut = blocks._tokens(text) if not blocks.MARKED.search(text) else []

    assert [(t.map, t.content) for t in told if t.type == "inline"] == [(t.map, t.content) for t in cut]
    assert set() == {t.type for t in told} - {"inline", "paragraph_open", "paragraph_close"}


def test_a_commit_message_needs_no_parser() -> None:
    """Paragraphs, a quotation in the middle of a line, a web address."""
    text = "It took `2 s` and *now* takes 1 s.\nSee https://example.test/a-b#c for why.\n\n(Found by Ann.)\n"

    assert [([0, 2], "sentence"), ([3, 4], "sentence")] == [
        (token.map, "sentence") for token in blocks._tokens(text) if isinstance(token, blocks._Paragraph)
    ]
