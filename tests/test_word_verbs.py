"""Forms of verbs: each that can be made is known again, and what is known can be made."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.normalize.word.verbs import BASES, Form, inflect, is_base, lemma

FORMS: tuple[Form, ...] = tuple(form for form in get_args(Form) if form != "base")
PREFIXES = ["", "re", "un", "de", "pre-", "x"]
ENDINGS = ["", "s", "es", "ies", "d", "ed", "ied", "ked", "ing", "ying", "king", " up"]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_each_verb_is_known_again(form: Form) -> None:
    """Without a table of all forms each is led back to its verb, or to one that is written so in this form, too."""
    made = {word for base in BASES if not is_base(word := inflect(base, form))}
    found = {word: lemma(word) for word in made}

    assert {word: (word, form) for word in made} == {
        word: (inflect(known[0], known[1]), known[1]) for word, known in found.items() if known
    }


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("was", ("be", "past")),
        ("thought", ("think", "past")),
        ("reran", ("rerun", "past")),
        ("rethrew", ("rethrow", "past")),
        ("stopped", ("stop", "past")),
        ("opened", ("open", "past")),
        ("mimicking", ("mimic", "ing")),
        ("relies", ("rely", "third")),
        ("tying", ("tie", "ing")),
        ("initializes", ("initialize", "third")),
        ("sets up", ("setup", "third")),
        ("followed up", ("followup", "past")),
        ("Has", ("have", "third")),
        ("rewidgetized", ("rewidgetize", "past")),
        ("table", ("table", "base")),
        ("bananas", None),
    ],
)
def test_a_word_and_its_verb(word: str, expected: tuple[str, Form] | None) -> None:
    """Irregular forms, doubled letters, particles, prefixes and coined verbs; other words are none."""
    assert expected == lemma(word)


@given(
    prefix=st.sampled_from(PREFIXES),
    base=st.sampled_from(sorted(BASES)),
    cut=st.integers(0, 2),
    ending=st.sampled_from(ENDINGS),
)
def test_what_is_known_can_be_made(prefix: str, base: str, cut: int, ending: str) -> None:
    """The verb that is found behind a word gives that word in the form that was told."""
    word = prefix + base[: len(base) - cut] + ending
    known = lemma(word)
    made = inflect(*known) if known and known[1] != "base" else word

    assert word == made
