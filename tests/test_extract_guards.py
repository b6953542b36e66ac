"""What is not looked at holds nothing: each short cut of the extraction gives what the long way gives."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from digest.extract import nexts, tables, tradeoffs
from digest.extract.cues import Cue, Cues, score, words_of
from digest.extract.measures import may_measure, measures

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
