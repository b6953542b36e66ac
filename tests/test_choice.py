from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.choice import Choice, parts, sentence, suggestions
from digest.extract import statements

TOLD = [
    (
        Choice(chosen="95% freshness", over="100%", because="to maintain our 200ms latency SLA"),
        "Chose 95% freshness over 100% to maintain our 200ms latency SLA.",
    ),
    (
        Choice(chosen="SQLite", over="a server", because="because it needs no operator", cost="one writer at a time"),
        "Chose SQLite over a server because it needs no operator; cost: one writer at a time.",
    ),
    (Choice(over="a rewrite"), "Decided against a rewrite."),
    (Choice(cost="slower writes"), "Accepted slower writes."),
    (Choice(chosen="the plain form"), "Chose the plain form."),
    (Choice(), ""),
]


@pytest.mark.parametrize(("choice", "said"), TOLD)
def test_a_choice_is_told_and_read_again(choice: Choice, said: str) -> None:
    """Parts become a line, and the line gives the same parts."""
    assert (said, choice) == (sentence(choice), parts(said))


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("We picked Kafka instead of polling, since it scales", Choice(chosen="Kafka", over="polling", because="since it scales")),
        ("Prioritised latency over accuracy at the cost of recall.", Choice(chosen="latency", over="accuracy", cost="recall")),
        ("Kept the old table for reads.", Choice()),
        ("Chose not to keep the old table for reads.", Choice()),
        ("Chose 3 over 5 to 7.", Choice(chosen="3", over="5 to 7")),
    ],
)  # fmt: skip
def test_words_of_others_are_taken_apart_where_they_can_be(said: str, choice: Choice) -> None:
    """The usual ways to say it are read; what is said in another way is left as it is."""
    assert choice == parts(said)


WORDS = st.lists(
    st.sampled_from(["speed", "thrift", "90%", "old", "tables", "naïve", "עברית", "🦀"]), min_size=1, max_size=4
)


@given(chosen=WORDS, over=WORDS, reason=WORDS, cost=WORDS)
def test_no_part_is_lost(chosen: list[str], over: list[str], reason: list[str], cost: list[str]) -> None:
    """Whatever is put in stands in the line, and comes back in its part."""
    given_ = Choice(
        chosen=" ".join(chosen), over=" ".join(over), because="because " + " ".join(reason), cost=" ".join(cost)
    )

    assert given_ == parts(sentence(given_))


def test_a_reason_gets_its_word() -> None:
    """A reason that begins with no word of its own gets "because"."""
    assert "Chose a over b because it is quick." == sentence(Choice(chosen="a", over="b", because="it is quick"))


def test_suggestions_stand_in_the_evidence() -> None:
    """Each part that is suggested is a piece of the text; a text without a choice suggests nothing."""
    text = "Trade-off: we chose polling over webhooks because it is simpler.\n\nFixes a typo."
    found = list(suggestions([said for words in (text, "Fix a typo", "") for said in statements(words)]))

    assert ([Choice(chosen="polling", over="webhooks", because="because it is simpler")], True) == (
        found,
        all(part in text for c in found for part in (c.chosen, c.over, c.because)),
    )
