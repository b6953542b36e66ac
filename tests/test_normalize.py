"""From the facts of a period to a digest: everything has its place, nothing is invented, nothing is said twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest.config import Config, Limits, Rules, Theme
from digest.model import SECTIONS, Activity, Digest, Entry, Outcome, Sample, whole_ref
from digest.normalize import WHY_EMPTY, normalize
from digest.normalize.judge import Known
from digest.normalize.reverts import TAKEN_BACK
from digest.normalize.sift import DECLINED, SILENT, SMALL
from digest.period import Period
from tests.works import SHOP, at, commit, lines, links, pull, ticket

PERIOD = Period(first=date(2026, 2, 9), end=date(2026, 2, 23))


def digest(*activities: Activity, **rest: Any) -> Digest:
    """The digest of a period in which that was done."""
    given_ = {"upcoming": (), "outcomes": (), "config": Config(), **rest}
    return normalize(title="Shop", period=PERIOD, activities=activities, **given_)


def texts(made: Digest, name: Any) -> list[str]:
    """The lines of a section."""
    return [entry.text for entry in made.section(name).entries]


BUMP = commit(31, "Bump org.example:parent from 102 to 103.", changes=lines(pom_xml=2))
TIDY = [commit(40 + n, "Merge if statements with the same value") for n in range(4)]
WORK = pull(12, "Add gzip import", body="Trade-off: Chose a larger archive over a slower import.")


def test_every_activity_has_exactly_one_place() -> None:
    """Told, counted as maintenance, or left out; never twice and never lost."""
    everything = [
        WORK,
        commit(1, "Add gzip import", links=links(pull_request="#12")),
        BUMP,
        *TIDY,
        commit(2, "Deprecate the old store"),
        commit(3, 'Revert "Deprecate the old store"'),
        ticket("PAY-7", "Refunds by post", state="declined"),
        *(pull(60 + n, f"Show price number {n}") for n in range(9)),
    ]
    made = digest(*everything)
    places = [*(e.refs for e in made.section("progress").entries), *(x.refs for x in made.left_out)]
    places += [made.maintenance.refs] if made.maintenance else []

    assert sorted(a.ref for a in everything) == sorted(ref for refs in places for ref in refs)


def test_routine_is_one_line_with_counts() -> None:
    """And stands in no other place."""
    made = digest(BUMP, *TIDY)

    assert ("Maintenance: 1 dependency update, 4 clean-ups.", []) == (
        made.maintenance and made.maintenance.text,
        texts(made, "progress"),
    )


def test_what_is_left_out_says_why_and_how_it_would_be_told() -> None:
    """So that a person can audit and promote it."""
    made = digest(
        commit(2, "Deprecate the old store"),
        commit(3, 'Revert "Deprecate the old store"'),
        ticket("PAY-7", "Refunds by post", state="declined"),
        commit(4, "Test the import", changes=lines(tests__a_py=1)),
    )

    assert {TAKEN_BACK: "", DECLINED: "", SMALL: "Tested the import."} == {x.why: x.text for x in made.left_out}


def test_a_trade_off_stands_beside_its_story() -> None:
    """It shares the evidence of a progress line, and is sure where the author marked it."""
    made = digest(WORK)
    (tradeoff,) = made.section("tradeoffs").entries

    assert (f"hub:{SHOP}#12~tradeoff-1", True, made.section("progress").entries[0].refs[0]) == (
        tradeoff.refs[0],
        tradeoff.sure,
        whole_ref(tradeoff.refs[0]),
    )


def test_the_same_statement_is_told_once() -> None:
    """A pull request and its squash commit carry the same text."""
    made = digest(WORK, commit(1, WORK.title, body=WORK.body, links=links(pull_request="#12")))

    assert 1 == len(texts(made, "tradeoffs"))


def test_robots_state_nothing() -> None:
    """The release notes of a dependency are no claims of ours."""
    made = digest(replace(WORK, bot=True))

    assert [] == texts(made, "tradeoffs")


def test_a_standing_decision_is_a_trade_off() -> None:
    """What was chosen over what, from its record; a proposed one is none yet."""
    body = "# Use Redis\n\n## Status\n\nAccepted\n\n## Considered Options\n\n* Redis\n* Memcached\n\n"
    body += '## Decision Outcome\n\nChosen option: "Redis", because it keeps counts.\n'
    record = Activity(
        source="git", key="1f/docs/adr/1.md", kind="decision", title="Use Redis", body=body, done=at(1), where=SHOP
    )
    made, proposed = digest(record), digest(replace(record, state="planned"))

    assert (1, []) == (len(texts(made, "tradeoffs")), texts(proposed, "tradeoffs"))
    assert "Memcached" in texts(made, "tradeoffs")[0]


def test_a_guess_has_to_be_likely_and_to_have_a_figure() -> None:
    """What nobody marked is offered only where it is worth a person's question, and never as sure."""
    vague = pull(12, "Add gzip import", body="An alternative approach is a queue.")
    figure = pull(13, "Speed up the import", body="The import is 3x faster on the benchmark, from 9 s to 3 s.")
    made = digest(vague, figure)

    assert ([], [False]) == (texts(made, "tradeoffs"), [e.sure for e in made.section("metrics").entries])


def test_a_change_that_says_nothing_is_left_out_with_that_reason() -> None:
    """A title of keys alone cannot be told; nobody invents the words, and a note asks for them."""
    made = digest(commit(1, "[SECURITY-3916]"), pull(12, "Add gzip import"))

    assert ([SILENT], "1 change is not described by anybody; find words by hand if it matters: [SECURITY-3916]") == (
        [x.why for x in made.left_out],
        made.notes[0],
    )


def test_an_empty_section_says_how_to_fill_it() -> None:
    """Every section is there, with a reason where it has no line."""
    made = digest()

    assert [(name, WHY_EMPTY[name]) for name in SECTIONS] == [(s.name, s.why_empty) for s in made.sections]


def test_the_limits_are_kept() -> None:
    """Each section has at most as many lines as the configuration says."""
    config = Config(limits=Limits(progress=2, tradeoffs=1, metrics=1, next=1))
    made = digest(
        *(replace(pull(n, f"Show price number {n}"), body=f"Trade-off: Chose {n} over {n + 1}.") for n in range(1, 6)),
        upcoming=[ticket(f"PAY-{n}", f"Refund kind {n}", state="active") for n in range(1, 4)],
        config=config,
    )

    assert [2, 1, 0, 1] == [len(s.entries) for s in made.sections]


def test_what_reads_the_same_is_one_line() -> None:
    """Two changes that are told in the same words are one line with all evidence."""
    made = digest(pull(12, "Fix login"), pull(13, "Fix login", where="acme/pay"))
    (entry,) = made.section("progress").entries

    assert (2, ("hub:acme/shop#13", "reads the same", 0.7)) == (len(entry.refs), entry.joined[-1])


def test_open_work_is_next_and_robots_promise_nothing() -> None:
    """Tickets with a date first, then those under way, then pull requests."""
    made = digest(
        upcoming=[
            pull(20, "Rank by age", state="active"),
            ticket("PAY-9", "Refund by voucher", state="planned"),
            ticket("PAY-8", "Refund by post", state="active", due=at(500)),
            pull(21, "Bump x from 1 to 2", state="active", bot=True),
        ]
    )

    assert [("jira:PAY-8",), ("jira:PAY-9",), (f"hub:{SHOP}#20",)] == [e.refs for e in made.section("next").entries]


def test_a_milestone_is_reached_or_lies_ahead_or_is_overdue() -> None:
    """A day that has passed is no promise."""

    def milestone(name: str, days: float, **rest: Any) -> Activity:
        given_ = {"source": "hub", "kind": "milestone", "where": SHOP, "due": at(24 * days), **rest}
        return Activity(key=f"{SHOP}/milestone/{name}", title=name, **given_)

    made = digest(
        milestone("2026.01", 3, done=at(80)),
        upcoming=[milestone("2026.02", 5, state="planned"), milestone("2026.03", 40, state="planned")],
    )

    assert (
        ["Reached the milestone “2026.01”."],
        ["Reaching the milestone “2026.02” (overdue).", "Reaching the milestone “2026.03”, due 21 Mar 2026."],
    ) == (texts(made, "progress"), texts(made, "next"))


def test_a_promise_is_answered() -> None:
    """Done is noted; what is open stays in Next and says that it moved."""
    promised = [
        Entry(text="Ship refunds.", refs=("jira:PAY-7",), keys=("PAY-7",)),
        Entry(text="Refund by post.", refs=("jira:PAY-8",), keys=("PAY-8",)),
    ]
    made = digest(
        pull(12, "PAY-7: Ship refunds"),
        upcoming=[ticket("PAY-8", "Refund by post", state="active")],
        promises=promised,
        promised_in="W5-6",
    )

    assert ("Of 2 promised in W5-6: 1 done, 1 moved.", True) == (
        made.notes[0],
        texts(made, "next")[0].endswith("(moved once)."),
    )


def test_a_missing_figure_is_said() -> None:
    """It is no zero."""
    lost = Sample(source="db", key="errors", metric="errors", at=at(1), value=None, detail="no rows")
    made = digest(known=Known(period=PERIOD, now=[lost]))

    assert (("No figure for Errors: no rows.",), []) == (made.notes, texts(made, "metrics"))


def test_a_theme_is_the_first_that_fits() -> None:
    """By label, path, milestone or epic."""
    themes = (Theme(name="Money", epics=("PAY-1",), labels=("pay*",)), Theme(name="Files", paths=("src/*",)))
    made = digest(
        pull(12, "Add gzip import", changes=lines(src__a_py=9)),
        pull(13, "Round refunds", labels=("Payments",), changes=lines(src__a_py=1)),
        ticket("PAY-7", "Name the currency", topic="PAY-1 Refunds"),
        pull(14, "Show ages"),
        config=Config(themes=themes),
    )

    assert {"Files", "Money", ""} == {e.theme for e in made.section("progress").entries}
    assert ["Money", "Money"] == [e.theme for e in made.section("progress").entries if e.theme == "Money"]


def test_what_is_ignored_is_named() -> None:
    """With the rule that ignores it."""
    made = digest(pull(12, "Add gzip import"), config=Config(rules=Rules(ignore_authors=("ann",))))

    assert ["ignored by the rule ignore_authors ann"] == [x.why for x in made.left_out]


def test_the_outcomes_and_addresses_are_kept() -> None:
    """And what was cut from the evidence."""
    outcome = Outcome(source="hub", status="truncated")
    made = digest(replace(WORK, redacted=("token",)), outcomes=[outcome])

    assert ((outcome,), {WORK.ref: WORK.url}, ("token",)) == (made.outcomes, made.urls, made.redactions)


UNORDERED = [WORK, BUMP, *TIDY, *(pull(60 + n, f"Show price number {n}") for n in range(5))]


@given(st.permutations(UNORDERED))
def test_the_order_of_the_sources_changes_nothing(activities: list[Activity]) -> None:
    """The same facts make the same digest of what was done, however they came in."""
    assert texts(digest(*UNORDERED), "progress") == texts(digest(*activities), "progress")


def test_a_title_that_says_nothing_is_left_out() -> None:
    """A bare "Revert" is no outcome; a person is asked for words."""
    made = digest(commit(1, "Revert"), commit(2, "Show prices"))

    assert (["Now shows prices."], ["Revert"]) == (texts(made, "progress"), [o.title for o in made.left_out])
