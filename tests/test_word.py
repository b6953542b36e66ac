"""What a reader finds in a progress line: real and made-up titles, each with the sentence it becomes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Wording
from digest.markdown import plain
from digest.model import Activity, Part
from digest.normalize.story import Story, alone
from digest.normalize.word import maintenance, progress

WORDED = {
    # imperative titles
    "Fix crash when the config file is empty": "Fixed crash when the config file is empty.",
    "Make the scheduler skip idle workers": "Made the scheduler skip idle workers.",
    "Keep the cache between runs": "Kept the cache between runs.",
    "Tell a series as one outcome, and ask where it is not sure": "Told a series as one outcome, and asked where it is not sure.",
    "Split the parser into two modules": "Split the parser into two modules.",
    "Teach the importer to read gzip": "Taught the importer to read gzip.",
    "Stop the worker before the queue is drained": "Stopped the worker before the queue is drained.",
    "Apply retention to archived orders": "Applied retention to archived orders.",
    "Get rid of the legacy adapter": "Got rid of the legacy adapter.",
    "Re-enable compression for large replies": "Re-enabled compression for large replies.",
    "Cleanup temporary tables after an import": "Cleaned up temporary tables after an import.",
    "Speed up the first page load by 30%": "Sped up the first page load by 30%.",
    "Parallelize the nightly export": "Parallelized the nightly export.",
    # what the program does from now on
    "Return null when the cart is empty": "Now returns null when the cart is empty.",
    "Warn on duplicate keys and skip them": "Now warns on duplicate keys and skips them.",
    "Always use UTF-8 for exported files": "Now always uses UTF-8 for exported files.",
    "Don't panic on empty input": "Stopped panicking on empty input.",
    "No longer require Python 3.8": "No longer requires Python 3.8.",
    "The parser now handles tabs": "The parser now handles tabs.",
    "StringUtils.isBlank should accept CharSequence": "StringUtils.isBlank now accepts CharSequence.",
    "Exports should not fail on Windows": "Exports no longer fail on Windows.",
    "As a customer, I want to pay with my card": "Customers can now pay with their card.",
    "TimedSemaphore.shutdown() must wake blocked threads": "TimedSemaphore.shutdown() now wakes blocked threads.",
    "Reset the search path during a reconnect": "Now resets the search path during a reconnect.",
    "Do not silently strip an argument": "Stopped silently stripping an argument.",
    "Better manage return annotation brackets": "Now better manages return annotation brackets.",
    "SystemUtils is missing important documentation": "Fixed: SystemUtils is missing important documentation.",
    # other forms
    "Adds gzip and removes the old adapter": "Added gzip and removed the old adapter.",
    "Added a group decorator.": "Added a group decorator.",
    "Adding support for IPv6 hosts": "Added support for IPv6 hosts.",
    "This PR adds retries to the uploader": "Added retries to the uploader.",
    "Support multiline values": "Added support for multiline values.",
    "Bump spring from 6.1 to 6.2": "Bumped spring from 6.1 to 6.2.",
    'Revert "Add dark mode (#12)"': "Reverted “Add dark mode”.",
    "revert(ui): add dark mode": "Reverted “Add dark mode” (ui).",
    "Release 2.4.0": "Released 2.4.0.",
    "release-2026-07-01": "Released 2026-07-01.",
    "fix: limiting matches to one crate": "Limited matches to one crate.",
    "Allow to set defaults to none": "Allowed setting defaults to none.",
    "open -> launch": "Open -> launch.",
    "Exposing the ability to configure hosts": "Exposed the ability to configure hosts.",
    "Supporting several carts for one user": "Added support for several carts for one user.",
    "Implement: search for the folder in parents": "Now searches for the folder in parents.",
    "Additionally wrap the error of a replay": "Wrapped the error of a replay.",
    "Don't write old snapshots, nor loading them": "Stopped writing old snapshots and loading them.",
    "Stop writing old snapshots, nor loading them": "Stopped writing old snapshots and loading them.",
    "Add schedules like @weekly (#1255)": "Added schedules.",
    "Make the panel scroll + make the bar sticky": "Made the panel scroll and made the bar sticky.",
    # how other houses write their titles
    "Bugzilla Bug 26056 [lang] Add methods to arrays": "Added methods to arrays.",
    "Add comparators for classes Submitted by: al.b Reviewed by: Ann B": "Added comparators for classes.",
    "Issue number: Obtained from: Submitted by:": "Made a change that its author did not describe.",
    'Add an element\'s "outer HTML". Closes #3998 [DHH]': 'Added an element\'s "outer HTML".',
    "Add proxies to templates [Ann Boe & Bob Coe]": "Added proxies to templates.",
    "* Fix paging of orders * Add tests * Allow counts": "Fixed paging of orders.",
    "pg, fix conversion of infinite values": "Fixed conversion of infinite values.",
    "# Add heading support": "Added heading support.",
    "Rate limiter part 2/3: add storage in memory": "Added storage in memory (Rate limiter).",
    "Feature: Ускорить поиск по каталогу": "Ускорить поиск по каталогу.",
    "Avoid assert_nil for objects that override nil?": "Avoided assert_nil for objects that override nil?.",
    'Revert "feat(ui): add dark mode"': "Reverted “Add dark mode”.",
    "Edits to the guide": "Edits to the guide.",
    "fix: Refer to commands, not subcommands": "Now refers to commands, not subcommands.",
    "fix: default expiry in recursive lookups": "Fixed default expiry in recursive lookups.",
    "Raise an error when the cache is closed": "Now raises an error when the cache is closed.",
    "Point out when a key belongs elsewhere": "Pointed out when a key belongs elsewhere.",
    "Always work on Unicode in exports": "Now always works on Unicode in exports.",
    "Sessions were lost on restart": "Fixed: sessions were lost on restart.",
    "Change Data Capture for orders": "Change Data Capture for orders.",
    "Do not use the old client; add a retry": "Stopped using the old client; added a retry.",
    "release validation fixes": "Release validation fixes.",
    "Add but disable a slow test": "Added but disabled a slow test.",
    "Updates diagrams for dark mode and add a fallback": "Updated diagrams for dark mode and added a fallback.",
    "fix(scrape): stop on a closed channel": "Stopped on a closed channel.",
    "fix: the path logic is now portable": "The path logic is now portable.",
    "fix: failing to reload on a change": "Fixed failing to reload on a change.",
    "Be more lenient with dates": "Now more lenient with dates.",
    "Users should be able to export a list": "Users can now export a list.",
    "Replies should be compressed": "Replies are now compressed.",
    "Exports should frobnicate twice": "Exports now frobnicate twice.",
    "Also handle tabs in names": "Now handles tabs in names.",
    "Partially revert a rename": "Partially reverted a rename.",
    "Fix for a crash on start": "Fixed a crash on start.",
    "Unable to save a draft": "Unable to save a draft.",
    "If a draft is open, save it": "If a draft is open, save it.",
    "Adding a draft removes the old one": "Adding a draft removes the old one.",
    # joined verbs
    "Add retries and remove the old client": "Added retries and removed the old client.",
    "Rename a flag, update its callers": "Renamed a flag, updated its callers.",
    "Improve and simplify the login form": "Improved and simplified the login form.",
    "Add create and update endpoints": "Added create and update endpoints.",
    "Allow callers to pass a path and use it": "Allowed callers to pass a path and use it.",
    # nouns stay nouns
    "Test coverage for the parser": "Test coverage for the parser.",
    "Release notes for the spring edition": "Release notes for the spring edition.",
    "Support for YAML anchors": "Added support for YAML anchors.",
    "Changes to the public interface": "Changed the public interface.",
    "Better error message for bad defaults": "Improved error message for bad defaults.",
    "Separate columns are easier to sort": "Separate columns are easier to sort.",
    # prefixes tell what a noun phrase is
    "feat: dark mode for the settings page": "Added dark mode for the settings page.",
    "feat: support for YAML anchors": "Added support for YAML anchors.",
    "fix: NPE in the join when a key is null": "Fixed NPE in the join when a key is null.",
    "fix: button is not clickable on phones": "Fixed: button is not clickable on phones.",
    "fix: panic when the list is empty": "Fixed panic when the list is empty.",
    "Search fails on umlauts": "Fixed: search fails on umlauts.",
    "feat(api)!: remove the v1 endpoints": "Breaking: removed the v1 endpoints (api).",
    # only insiders read these
    "fix(api): crash on empty input (#123)": "Fixed crash on empty input.",
    "[LANG-1829] Add a builder for ranges": "Added a builder for ranges.",
    "LANG-1829: Add a builder for ranges": "Added a builder for ranges.",
    "discovery/dns: fix a race on reload (fixes #88)": "Fixed a race on reload.",
    "Fixed #4711 -- Added a timeout for uploads.": "Added a timeout for uploads.",
    "Fix a leak introduced in 3f9c2ab17d04": "Fixed a leak.",
    "Fix a typo reported by @jo-doe in the guide": "Fixed a typo in the guide.",
    "✨ Add export to CSV 🎉": "Added export to CSV.",
    ":bug: WIP: fix the flicker on scroll...": "Fixed the flicker on scroll.",
    "Fix paging and various improvements": "Fixed paging.",
    "Fix a hang\u202e on \x1b[31mred\x1b[0m input\u200b": "Fixed a hang on red input.",
    "Keep AES-256 and CVE-2026-1234 in the report": "Kept AES-256 and CVE-2026-1234 in the report.",
    "Document the limits, see https://example.test/a#b": "Documented the limits.",
    # code stays code
    "Deprecate `isolated_filesystem` and use it less": "Deprecated `isolated_filesystem` and used it less.",
    "Deprecate isolated_filesystem in tests": "Deprecated isolated_filesystem in tests.",
    "Fix :func:`open` and ``--flag`` together": "Fixed `open` and `--flag` together.",
    "make [`manual_map`] ignore dyn types": "Made `manual_map` ignore dyn types.",
    "Add ArrayFill.fill(boolean[], boolean)": "Added ArrayFill.fill(boolean\\[\\], boolean).",
    'Use @MethodSource("dates") for dates': 'Now uses `@MethodSource("dates")` for dates.',
    "isBlank() accepts a null argument": "isBlank() accepts a null argument.",
}


def activity(title: str, **more: Any) -> Activity:
    """A merged change of that title."""
    return Activity(**{"source": "hub", "key": "acme/pay#1", "kind": "pull_request", "title": title, **more})


def told(title: str, wording: Wording | None = None, **more: Any) -> str:
    """The line of a story that is this one change; jo-doe has a name that is known."""
    return progress(alone(activity(title, **more)), wording or Wording(), {"jo-doe": "Jo Doe"})


@pytest.mark.parametrize("title", WORDED)
def test_a_title_becomes_a_sentence(title: str) -> None:
    """Past tense, outcome first, without what only insiders read, and with the meaning it had."""
    assert WORDED[title] == told(title)


@pytest.mark.parametrize(
    ("tense", "expected"),
    [
        ("past", "Added retries and removed the old client."),
        ("present", "Adds retries and removes the old client."),
        ("imperative", "Add retries and remove the old client."),
    ],
)
def test_the_house_decides_the_tense(tense: str, expected: str) -> None:
    """`wording.tense` is past, present or imperative, whatever tense the author wrote in."""
    titles = ("Add retries and remove the old client", "Adds retries and removes the old client")

    assert [expected, expected] == [told(t, Wording(tense=tense)) for t in titles]


@pytest.mark.parametrize("title", ["Fix", "Update", "misc", "Review feedback", "PAY-7", "Should we cache this?", "wip"])
def test_a_title_that_says_nothing_gives_way(title: str) -> None:
    """The body speaks where the title does not, then the longest message of a commit."""
    body = "<!-- template -->\n## What\n\nAdds a retry to the uploader. More follows.\n"
    parts = (Part(key="a", title="fix lint"), Part(key="b", title="add a retry to the uploader"))

    assert ["Added a retry to the uploader."] * 2 == [told(title, body=body), told(title, parts=parts)]


@pytest.mark.parametrize(
    ("title", "kind", "expected"),
    [
        ("Update", "pull_request", "Made a change titled “Update”."),
        ("Is this a bug?", "ticket", "Closed the ticket “Is this a bug?”."),
        ("PAY-7", "ticket", "Made a change in acme/pay that its author did not describe."),
        ("Fixes #4711", "pull_request", "Fixed a reported issue."),
        ("Merge branch 'main' into next", "commit", "Made a change in acme/pay that its author did not describe."),
    ],
)
def test_where_nothing_is_said_nothing_is_invented(title: str, kind: str, expected: str) -> None:
    """Without any text that tells something the line says so."""
    assert expected == told(title, kind=kind, where="acme/pay")


def test_a_wrapped_line_below_a_merge_is_read_to_its_end() -> None:
    """A sentence that the body breaks between lines is not cut where the line ends."""
    body = (
        "This updates the install target of the build and adds a target which\nwill prepare an archive. All is new.\n"
    )

    assert "Updated the install target of the build and added a target which will prepare an archive." == told(
        "auto merge of #195 : ann/shop/install, r=bob", body=body
    )


def test_a_monstrous_word_is_cut() -> None:
    """No word is longer than a reader takes in."""
    assert len(told(f"Add {'x' * 3000} to the cart")) < 200


@pytest.mark.parametrize(
    "body",
    [
        "Next steps:\n- Build the dashboard\n- Hire two people\n",
        "## TODO\n\n* Build the dashboard\n",
        "**Remaining work**\n1. Build the dashboard\n",
        "This does not yet support Windows.",
        "We would build the dashboard first.",
        "Adds the dashboard later.",
    ],
)
def test_what_is_still_to_come_was_not_done(body: str) -> None:
    """A list of next steps, a denial or a wish in the body never becomes what was done."""
    assert "Made a change titled “misc”." == told("misc", body=body)


def test_a_merge_is_told_by_the_line_below() -> None:
    """The subject of a merge commit names a branch; the title of what was merged stands below it."""
    body = "\nCo-authored-by: Jo <jo@example.test>\nAllow spaces in completions\n\nMore words."

    assert "Allowed spaces in completions." == told("Merge pull request #7 from jo/spaces", body=body)


def test_the_title_that_states_the_outcome_wins() -> None:
    """A ticket that says what readers get beats a pull request that names a class."""
    pull = activity("Add StripeClient")
    ticket = activity("PAY-7: Allow customers to pay by card", source="jira", key="PAY-7", kind="ticket")
    story = Story(lead=pull, members=(pull, ticket), keys=("PAY-7",))

    assert "Allowed customers to pay by card." == progress(story, Wording(), {})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("This caches templates so that pages open at once.", "Cached templates, so that pages open at once."),
        ("The cache is now shared by all workers.", "Cached templates; the cache is now shared by all workers."),
        ("Templates are now shared by all workers.", "Cached templates; templates are now shared by all workers."),
        ("This makes pages up to 3x faster.", "Cached templates, up to 3x faster."),
        ("It could be 3x faster if we tried.", "Cached templates."),
    ],
)
def test_a_short_title_takes_the_stated_effect(body: str, expected: str) -> None:
    """An effect is appended where the body states it, and never a wish."""
    assert expected == told("Cache templates", body=body)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"labels": ("breaking-change",)}, "Breaking: dropped the second endpoint of orders."),
        ({"body": "BREAKING CHANGE: clients must move."}, "Breaking: dropped the second endpoint of orders."),
        ({"body": "BREAKING CHANGE: none"}, "Dropped the second endpoint of orders."),
        ({"labels": ("experimental",)}, "Dropped the second endpoint of orders (experimental)."),
        ({"body": "It is off by default."}, "Dropped the second endpoint of orders (off by default)."),
        ({"body": "Action required: rotate keys"}, "Dropped the second endpoint of orders (action required)."),
        ({"body": "Users must rotate their keys."}, "Dropped the second endpoint of orders (action required)."),
        ({"body": "Users must be able to order."}, "Dropped the second endpoint of orders."),
        ({"body": "It is opt-in for now."}, "Dropped the second endpoint of orders (off by default)."),
        ({"body": "It is not enabled by default."}, "Dropped the second endpoint of orders (off by default)."),
        ({"body": "It is hidden behind a feature flag."}, "Dropped the second endpoint of orders (behind a flag)."),
    ],
)
def test_what_readers_have_to_know_is_said(more: dict[str, Any], expected: str) -> None:
    """Breaking, experimental, off by default and action required are said when the evidence says so."""
    assert expected == told("Drop the second endpoint of orders", **more)


def test_a_title_without_a_pause_is_broken_between_words() -> None:
    """Where there is no pause, the line ends between two words, with a mark, and not before a preposition's object."""
    title = f"Rename the importer {'of very long supplier catalogue names ' * 6}in the end"

    assert (True, True) == (told(title).endswith(" …"), len(told(title).split()) <= 26)


def test_a_long_title_is_cut_where_a_reader_pauses() -> None:
    """At most about 24 words; a condition that limits the claim is not cut off."""
    title = (
        "Rewrite the importer of supplier catalogues (the nightly one, not the weekly) because it read every file twice, "
        "and keep its progress in the database unless the catalogue is smaller than ten thousand rows"
    )

    assert "Rewrote the importer of supplier catalogues." == told(title)


def test_the_glossary_speaks_the_readers_words() -> None:
    """Whole words, the longest first, not inside of code, paths or longer words."""
    wording = Wording(glossary={"vsr": "replication", "vsr journal": "replication log"})

    assert "Fixed the replication log and replication in `vsr journal` and vsr/x.zig." == told(
        "Fix the VSR journal and vsr in `vsr journal` and vsr/x.zig", wording
    )


def test_names_are_said_only_when_asked_for() -> None:
    """Names come from the map of people or are names already; a handle is never printed."""
    who = ("jo-doe", "ghost42", "Ann Lee")

    assert ["Added a map.", "Added a map (Jo Doe, Ann Lee)."] == [
        told("Add a map", Wording(names=names), people=who) for names in (False, True)
    ]


def test_maintenance_counts_in_a_fixed_order() -> None:
    """Right plurals, nothing that is zero, and nothing at all where nothing is counted."""
    counts = {"clean-up": 22, "dependency update": 7, "CI change": 1, "release": 0}

    assert ["7 dependency updates, 22 clean-ups, 1 CI change.", ""] == [maintenance(counts), maintenance({})]


HOSTILE = [
    "<script>alert(1)</script> Add a form",
    '=HYPERLINK("http://evil.test")',
    "Add [a link](javascript:alert(1)) to the page",
    "Add **bold** and _more_ ![x](y)",
    "`<img src=x onerror=y>` fix the image",
    "Fix \u202egnp.exe\u202c on \x1b]0;title\x07 hosts",
    "--> <!-- Add a comment",
    "# Add a heading",
    "1. Add a list",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_only_text(title: str) -> None:
    """Outside of code spans nothing is left that Markdown, HTML or a terminal would obey."""
    line = re.sub(r"`[^`]*`", "", told(title))

    assert [] == re.findall(
        r"(?<!\\)[<\[](?=[a-z/!])|(?<!\\)\]\(|(?<!\\)\*\*|[\x00-\x1f\u202a-\u202e\u2066-\u2069]", line
    )


MARKS = re.compile(r"(?<!\w)@\w|#\d|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,40}\b|[\n\r\U0001f300-\U0001faff]")
WORDS = st.sampled_from(
    [
        "Add",
        "fix",
        "Update",
        "support",
        "the",
        "and",
        ",",
        ".",
        "(",
        ")",
        "[",
        "]",
        ":",
        "-",
        "`code`",
        "`un",
        "#12",
        "PAY-7",
        "@jo",
        "3f9c2ab17d04",
        "🎉",
        "when",
        "crash",
        "no",
        "longer",
        "should",
        "be",
        "test",
        "x_y",
        "a/b",
        "WIP",
        "feat:",
        "fix(api)!:",
        "<b>",
        "https://x.test/1",
        "…",
        "?",
        "12%",
        "from",
        "to",
        "revert",
        '"quoted"',
        "don't",
        "not",
    ]
)


@given(st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=30).map(" ".join)), st.text(max_size=60))
def test_any_title_is_one_safe_line(title: str, body: str) -> None:
    """Whatever a title holds, the line is one sentence without handles, numbers of issues, hashes or emoji."""
    line = told(title, body=body)
    outside_code = re.sub(r"`[^`]*`", "", line)

    assert (True, [], True) == (line.endswith((".", "…")), MARKS.findall(outside_code), len(plain(line).split()) <= 60)


def test_a_verb_that_ends_like_an_adverb() -> None:
    """Apply, reply and rely are verbs."""
    titles = ("fix: dont apply host-config gating to stable behavior", "Apply host gating to builds")

    assert ["Stopped applying host-config gating to stable behavior.", "Applied host gating to builds."] == [
        progress(alone(Activity(source="git", key="1", kind="commit", title=title)), Wording(), {}) for title in titles
    ]


FORMS = {
    # verbs that no list holds, told by what follows them; nouns that are verbs before an article only
    "Flunk the build on warnings": "Flunked the build on warnings.",
    "Almost all of the parser": "Almost all of the parser.",
    "Process the queue in order": "Processed the queue in order.",
    "Process manager for workers": "Process manager for workers.",
    "Fallback to the default locale": "Now falls back to the default locale.",
    "Init the cache early": "Initialized the cache early.",
    "Delay validation of adapters": "Delayed validation of adapters.",
    "Embed the time zones": "Embedded the time zones.",
    "Cast keys to strings": "Cast keys to strings.",
    # deeds and faults that are said as nouns
    "Improvements to the login form": "Improved the login form.",
    "Minor changes to the guide": "Changed the guide.",
    "Minor changes to reduce noise": "Minor changes to reduce noise.",
    "Removal of the old client": "Removed the old client.",
    "Documentation for the hooks": "Documented the hooks.",
    "Faster startup of workers": "Sped up startup of workers.",
    "Typo in the guide": "Fixed typo in the guide.",
    "Typo fix in the guide": "Typo fix in the guide.",
    "Missing check in the parser": "Fixed missing check in the parser.",
    "New lint for empty loops": "Added new lint for empty loops.",
    "More tests for the parser": "Added more tests for the parser.",
    "More doc fixes": "More doc fixes.",
    "Ability to sort orders": "Added the ability to sort orders.",
    "Native histogram support": "Added native histogram support.",
    "panic on a mismatch of ids": "Panic on a mismatch of ids.",
    "docs: support for proxies": "Support for proxies.",
    # turns of phrase
    "Fix it so options stay off": "Made sure that options stay off.",
    "We must match the clock when ticking": "Now matches the clock when ticking.",
    "the lint will no longer be triggered twice": "The lint is no longer triggered twice.",
    "Empty reads on a file should not start a job": "Empty reads on a file no longer start a job.",
    "fix: the port should remain unchanged": "The port now remains unchanged.",
    "Revert as the compiler ignores the flag": "Reverted an earlier change as the compiler ignores the flag.",
    "Prevent inject of modules in workers": "Prevented injecting of modules in workers.",
    "Avoid slow calls by a cache": "Avoided slow calls by a cache.",
    "feat: conditionally complete linear order": "Added conditionally complete linear order.",
    "Better document the limits": "Better documented the limits.",
    "entirely removes the lock": "Entirely removed the lock.",
    "Update the theme: Add a highlight": "Updated the theme: added a highlight.",
    "Add vertical lines && fix the index": "Added vertical lines and fixed the index.",
    "Fix #4640 (a corner case of redirects)": "Fixed a corner case of redirects.",
    "Fix: long keys trigger a mapping": "Fixed: long keys trigger a mapping.",
    "Improve performance of lists - 1": "Improved performance of lists.",
    "Take 2: load templates from a folder": "Now loads templates from a folder.",
    "Modify a test to expose #12552": "Modified a test.",
    "Obey the rules; Fix #2875": "Obeyed the rules.",
    "fix: [needless_return_twice] trigger in functions": "Fixed trigger in functions (needless_return_twice).",
    "Tweaks: * drop a flag * sort keys": "Dropped a flag (Tweaks).",
}


@pytest.mark.parametrize("title", FORMS)
def test_a_title_of_another_form_becomes_a_sentence_too(title: str) -> None:
    """Verbs that are unknown, deeds that are nouns, turns of phrase: told in the same manner."""
    assert FORMS[title] == told(title)


MORE_FORMS = {
    'Fix "map iteration and map write" in pages': 'Fixed "map iteration and map write" in pages.',
    "Revert #9011, don't add brackets": "Reverted “Don't add brackets”.",
    "Fix `explore` crashes on {}": "Fixed `explore` crashes on {}.",
    "Fix to apply classes to elements": "Applied classes to elements.",
    "Command to get keys": "Added a command to get keys.",
    "Strange gaps on old browsers": "Fixed strange gaps on old browsers.",
    "initial lint implementation": "Added initial lint implementation.",
    "Phase out the flag, add an option": "Phased out the flag, added an option.",
    "PromQL (histograms): reconcile the bounds of buckets": "Reconciled the bounds of buckets.",
    "Fix `needless_loop` suggests wrongly for an index": "Fixed: `needless_loop` suggests wrongly for an index.",
    "Point towards the handler": "Pointed towards the handler.",
    "breaking: change the inspect API": "Breaking: changed the inspect API.",
    "fix: derived reactivity and regressions": "Fixed derived reactivity and regressions.",
    "fix: only re-run the attachment if it changed": "Now only re-runs the attachment if it changed.",
    "fix: throw on invalid tags": "Now throws on invalid tags.",
    "fix: when re-connecting a signal, remove its flag": "Removed its flag when re-connecting a signal.",
    "Add a link: Serve a model with Docker": "Added a link: Serve a model with Docker.",
    "misc. spec fixes": "Miscellaneous spec fixes.",
    "Session cleanup": "Cleaned up session.",
    "Parser rewrite": "Rewrote parser.",
    "Typo fix": "Fixed typo.",
    "Rustfmt fixes": "Rustfmt fixes.",
    "Quick refactor": "Quick refactor.",
    "Fix (#49) cannot find a context": "Fixed: cannot find a context.",
    "Try to avoid test hangs": "Tried to avoid test hangs.",
    "Try to import a module before its dummy": "Now tries to import a module before its dummy.",
    "Make do -i work with streams": "Made do -i work with streams.",
    "Rename Store to Stash and make it public": "Renamed Store to Stash and made it public.",
    "Turn the removal into a deprecation and point to the adapter": (
        "Turned the removal into a deprecation and pointed to the adapter."
    ),
    "fix: line breaks in strings, issue 13157": "Fixed line breaks in strings.",
    "New release process for the gems": "Added new release process for the gems.",
    "Initial implementation of uname": "Added initial implementation of uname.",
    "feat: [S/P^e : R/p] = e * [S/P : R/p]": "Added \\[S/P^e: R/p\\] = e * \\[S/P: R/p\\].",
}


@pytest.mark.parametrize("title", MORE_FORMS)
def test_nouns_of_deeds_and_attempts(title: str) -> None:
    """What was done to a thing is told as a verb where its noun says so without doubt, and an attempt as one."""
    assert MORE_FORMS[title] == told(title)


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        (
            "[arithmetic_side_effects] Fix #10252",
            "Fix #10252\n\nchangelog: [`arithmetic_side_effects`]: No longer lints on shifts of constants\n",
            "No longer lints on shifts of constants.",
        ),
        (
            "Update",
            "```release-note\nAdded a timeout to the probe of volumes.\n```",
            "Added a timeout to the probe of volumes.",
        ),
        ("Fix a leak in the pool", "changelog: The pool now closes its files", "Fixed a leak in the pool."),
        ("Fix #7", "changelog: none", "Fixed a reported issue."),
    ],
)
def test_a_note_for_the_release_speaks_where_the_title_does_not(title: str, body: str, expected: str) -> None:
    """What the author wrote for readers is told before the first sentence of the body, and never against the title."""
    assert expected == told(title, body=body)
