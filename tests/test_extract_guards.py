"""What is not looked at holds nothing: each short cut of the extraction gives what the long way gives."""

from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from digest.extract import keys, nexts, tables, tradeoffs, units
from digest.extract.cues import Cue, Cues, score, words_of
from digest.extract.measures import may_measure, measures
from digest.extract.numbers import NUMBER, numbers
from digest.normalize.word import patterns

WORDS = sorted({word for table in (tradeoffs.CUES, nexts.CUES) for word in table._by_word})
USUAL = [
    "we",
    "it",
    "this",
    "could",
    "but",
    "is",
    "not",
    "in",
    "the",
    "a",
    "of",
    "to",
    "later",
    "pr",
    "good",
    "for",
    ",",
]
SENTENCES = st.lists(st.sampled_from(WORDS + USUAL * 6), max_size=14).map(" ".join)


@given(SENTENCES, st.sampled_from([tradeoffs.CUES, nexts.CUES]), st.sampled_from([0.4, 1.0, 1.7]))
def test_rules_that_cannot_weigh_enough_are_not_tried(sentence: str, table: Cues, least: float) -> None:
    """With a bound a sentence meets the same rules, or none where they weigh less."""
    words = words_of(sentence)
    met, bound = table.met(sentence, words), table.met(sentence, words, least=least)

    assert (met if score(met) >= least else []) == (bound if score(bound) >= least else [])


def test_the_bound_is_for_tables_without_negative_weights() -> None:
    """What is left to try can only add to what was met."""
    rules: set[Cue] = {
        rule
        for table in (tradeoffs.CUES, nexts.CUES)
        for rule in itertools.chain(table._always, *table._by_word.values())
    }

    assert [] == [rule.name for rule in rules if rule.weight < 0]


SAID = (
    "no not any don't can’t n'tx twice two seconds 3 20% 5ms from to by half error noise perf regression ` `x` ``y 1``"
)


@given(st.lists(st.sampled_from(SAID.split()), max_size=9).map(" ".join))
def test_what_cannot_measure_holds_no_measure(sentence: str) -> None:
    """A sentence without a digit and without a word of change measures nothing."""
    words = words_of(sentence)

    assert may_measure(sentence, words) or measures(sentence, words) == ()


LINES = st.text("$❯% >.|\t  a1:/s±", max_size=16)


@given(st.lists(LINES, min_size=2, max_size=5))
def test_output_is_known_by_its_lines(lines: list[str]) -> None:
    """A look at the whole paragraph first changes nothing of what its lines say."""
    piece = "\n".join(lines)
    lines = piece.splitlines()
    printed = sum(tables.TOOL_LINE.search(line) is not None for line in lines)
    columns = sum(bool(tables.COLUMNS.search(line) or tables.PROMPT.match(line)) for line in lines)
    is_one = (printed > 0 or columns > 1) and (printed + columns) * 2 >= len(lines)

    assert (is_one if len(lines) != 1 else tables.TOOL_ROW.match(lines[0]) is not None) == tables.is_output(piece)


@given(st.text(".!?\"')]`* \na", max_size=20), st.integers(0, 5))
def test_a_sentence_ends_at_the_first_of_several_marks(text: str, start: int) -> None:
    """The pattern that begins with the mark finds what the one finds that first looks what stands before it."""
    plain = re.compile(r"(?<![.!?])[.!?]+[\"')\]`*_]*(?=\s)")

    assert [m.span() for m in plain.finditer(text, start)] == [m.span() for m in units.STOP.finditer(text, start)]


@given(
    st.lists(st.sampled_from(["\n", ">", " ", "TODO", "Next", "next steps:", "A-b: c", "x"]), max_size=9).map("".join)
)
def test_a_line_of_its_own_is_one_after_a_tag_or_with_a_label(text: str) -> None:
    """The pattern that begins with the end of the line finds what one finds for each of the two cases."""
    shape = units.NEW_LINE_OF_ITS_OWN.pattern
    label = re.compile("\n" + shape[shape.index("(?=[") : -1])
    after_tag = {m.start() + 1 for m in re.finditer(r">\n", text)}

    assert sorted(after_tag | {m.start() for m in label.finditer(text)}) == [
        m.start() for m in units.NEW_LINE_OF_ITS_OWN.finditer(text)
    ]


PARTS = [
    "3",
    "٣",
    "two",
    "TWENTY",
    " ",
    "seconds",
    " Minutes",
    "tımes",
    " lines",
    "-",
    "%",
    "x",
    ".5",
    "ms",
    "$",
    "1,000",
]


@given(st.lists(st.sampled_from(PARTS), max_size=7).map("".join))
def test_a_text_without_digit_and_counted_thing_has_no_number(text: str) -> None:
    """To look for a digit first changes no number."""
    assert tuple(m.span() for m in NUMBER.finditer(text)) == tuple((n.start, n.end) for n in numbers(text))


def test_a_number_in_letters_of_another_alphabet_is_one() -> None:
    """A dotless i is what a pattern that ignores case takes for an i; it ended in a KeyError."""
    assert [("6", "s"), ("3", "x")] == [(n.written, n.unit) for n in numbers("sıx mınutes, 3 tımes")]


REFS = ["fixes ", "see ", "#", "12", "GH-7", "acme/pay", "https://x.test/a/b/pull/", "`", " ", "<!--", "٣", "/", "-"]


@given(st.lists(st.sampled_from(REFS), max_size=7).map("".join))
def test_a_text_without_a_numbered_mark_refers_to_nothing(text: str) -> None:
    """To look for `#1` first loses no reference."""
    seen = keys.UNSEEN.sub(" ", text)

    assert (not keys.CLOSING.search(seen), not keys.MENTIONED.search(seen)) == (
        not keys.closing_refs(text),
        not keys.mentioned_refs(text),
    )


MARKS = ["#1", "PAY-7", "issue ", " ", "deadbeef", "0" * 7, "a" * 40, "@ann", "gh-2", "(", ")", "x", "fixes "]


@given(st.lists(st.sampled_from(MARKS), max_size=6).map("".join))
def test_a_title_without_digit_or_handle_has_no_mark(title: str) -> None:
    """To look for one of them first loses no mark."""
    assert bool(patterns.MARKED.search(title)) <= bool(patterns.MAY_BE_MARKED.search(title))
