"""Forty-odd worked examples: what people wrote in commits, pull requests and decision records, and the line of each.

The texts are those of the extraction benchmark, by their names there; each runs through the whole line, from the text to
the statement to the words. The laws at the end are the manner in which its own hand-written bullets are worded.
"""

from __future__ import annotations

import re

import pytest

from digest.config import Wording
from digest.extract import statements
from digest.normalize.word import metric, next_step, tradeoff

WORDING = Wording()

TRADEOFFS = {
    "x0011": (
        "[ty] Collapse `never` paths in constraint set BDDs (#21880)",
        "However, that comes at the cost of creating larger BDDs, and on #21551 that was causing performance issues.",
        "Accepted creating larger BDDs.",
    ),
    "x0015": (
        "Fix unit test issues on address sanitizer and fortify (#437)",
        (
            "So I decided to go with a single solution for now, which was to just disable the linker optimizations for those "
            "tests."
        ),
        "Decided to go with a single solution for now, which was to just disable the linker optimizations for those tests.",
    ),
    "x0046": (
        "SslHandler aggregation prefer copy over CompositeByteBuf",
        "Better goodput (and potentially improved latency) at the cost of copy operations.",
        "Chose better goodput (and potentially improved latency) at the cost of copy operations.",
    ),
    "x0080": (
        "[ty] Rename Type unwrapping methods (#20857)",
        (
            "An alternative would be `try_as_class_literal`, which would follow the `strum` naming scheme, but is slightly "
            "longer."
        ),
        "Decided against `try_as_class_literal`, which would follow the `strum` naming scheme, but is slightly longer.",
    ),
    "x0117": (
        "VSR: Correct DVC after recovery",
        (
            "I had a hard time choosing between these approaches, but ended up going with option 2 because even though it "
            "feels a little like a hack (b/c it is less symmetrical with the start-view case), it seems much harder to get "
            'wrong — it is "obviously correct".'
        ),
        (
            "Went with option 2 because even though it feels a little like a hack, it seems much harder to get wrong — it is "
            '"obviously correct".'
        ),
    ),
    "x0202": (
        "Document that rejected write PRAGMAs in db.query() still take effect",
        (
            "Documenting this as a known limitation rather than fixing it, since a fix would need a hardcoded list of "
            "row-returning PRAGMAs."
        ),
        (
            "Chose documenting this as a known limitation over fixing it since a fix would need a hardcoded list of "
            "row-returning PRAGMAs."
        ),
    ),
    "x0232": (
        "[ty] Move `class_member` to `member` module (#20837)",
        "The drawback is that we need to make `place::place_by_id` public.",
        "Accepted having to make `place::place_by_id` public.",
    ),
    "x0270": (
        "VSR: Retry non-head prepare of pipeline",
        (
            "I decided to put the condition in `on_prepare_timeout` instead of just not enabling the timeout for "
            "`replica_count=1` because the latter approach requires elaborating `assert(prepare_timeout.ticking)` in a bunch "
            "of places."
        ),
        (
            "Decided to put the condition in `on_prepare_timeout` instead of just not enabling the timeout for "
            "`replica_count=1`."
        ),
    ),
    "x0286": (
        "Adjust sds types (#502)",
        (
            "The downside of the adjustment is that with allocators that do not allocate larger than requested chunks (like "
            'GNU allocator), we switch to a larger type "too early".'
        ),
        (
            "Accepted that with allocators that do not allocate larger than requested chunks (like GNU allocator), we switch "
            'to a larger type "too early".'
        ),
    ),
    "x0296": (
        "Fix motion vector computation after #17688. (#17717)",
        (
            "The downside is that we have to copy joint matrices from the previous frame's buffer to the current frame's "
            "buffer in `extract_skins`."
        ),
        (
            "Accepted having to copy joint matrices from the previous frame's buffer to the current frame's buffer in "
            "`extract_skins`."
        ),
    ),
    "x0302": (
        "Move incremental ignore-file checking down into `System` (#26771)",
        (
            "The API surface area of incremental ignore file checking is pretty small, so I chose to push it down into "
            "`System`."
        ),
        (
            "Chose to push it down into `System`, since the API surface area of incremental ignore file checking is pretty "
            "small."
        ),
    ),
    "x0313": (
        "Add compatibility test for `ruff-lsp` to CI (#8016)",
        "Avoids rebuilding Ruff at the cost of running _after_ the cargo tests\r\nhave finished.",
        "Avoided rebuilding Ruff at the cost of running after the cargo tests have finished.",
    ),
    "x0341": (
        "CLI: Add --development",
        "- When safety and user experience are in conflict, we prioritize safety.",
        "Prioritized safety when safety and user experience are in conflict.",
    ),
    "x0343": (
        "Index source code upfront to power (row, column) lookups (#1990)",
        "It looks like this is ~3.6% slower for the default rule set, but ~9.3% faster for `--select ALL`.",
        "Accepted that the change is ~3.6% slower for the default rule set, but ~9.3% faster for `--select ALL`.",
    ),
    "x0369": (
        "sort by pipeline then mesh for non transparent passes for massively better batching (#11671)",
        (
            "This trades off a bit of GPU time in exchange for massively\nbetter batching in scenes that aren't only drawing "
            "huge amounts of a\nsingle object."
        ),
        (
            "Chose massively better batching in scenes that aren't only drawing huge amounts of a single object at the cost "
            "of a bit of GPU time."
        ),
    ),
    "x0422": (
        "Only test release builds on main (#14475)",
        (
            "We could use a larger runner for a trivial speed-up (in exchange for $$), but I don't think this is going to "
            "break often enough to merit testing on every pull request commit?"
        ),
        "Chose not to use a larger runner for a trivial speed-up.",
    ),
    "x0541": (
        "Consolidate hash function used for non-persistent data in a new function (#5155)",
        "This slight CPU regression is worthy to me\nto counter the potential bad performance with hot keys.",
        "Accepted a slight CPU regression to counter the potential bad performance with hot keys.",
    ),
    "x0616": (
        "discovery: integrate async queue in ProcessRemoteAnnouncement",
        (
            "This\ndesign choice prioritizes connection stability over guaranteed\ndelivery of every gossip filter request, "
            "which is acceptable since\npeers can always resend timestamp range messages if needed."
        ),
        "Chose connection stability over guaranteed delivery of every gossip filter request.",
    ),
    "x0709": (
        "Control SST write lifetime hints based on compaction style (#13472)",
        (
            "NOTE: We deliberately decided to introduce a new option to ensure no impact to external users running their "
            "RocksDB instances on local flash."
        ),
        (
            "Decided to introduce a new option to ensure no impact to external users running their RocksDB instances on "
            "local flash."
        ),
    ),
    "x0785": (
        "Cache parallel iteration spans (#9950)",
        (
            "The one downside to this is that we pay for the memory for every Query(State) instantiated, not just those that "
            "are used for parallel iteration."
        ),
        "Accepted the memory for every Query(State) instantiated, not just those that are used for parallel iteration.",
    ),
    "x0838": (
        "Add `AnyNodeRef.visit_preorder`",
        "The other downside is that `AnyNodeRef` now contains code that is difficult to auto-generate.",
        "Accepted that `AnyNodeRef` now contains code that is difficult to auto-generate.",
    ),
    "x0869": (
        "Thread-specific histogram statistics",
        "This comes at the expense of slower reads (much less frequent), which now require merging all histograms.",
        "Accepted slower reads (much less frequent).",
    ),
    "x0972": (
        "Use explicit in/out list types for vectorized commands (#9742)",
        "On the downside this is a bit more verbose and less systematic.",
        "Accepted that the change is a bit more verbose and less systematic.",
    ),
    "x0997": (
        "Use constant string instead of user provided file name for DiskFileUpload temp file names.",
        "A slight security improvement at the cost of a little more obfuscated temp file names.",
        "Chose a slight security improvement at the cost of a little more obfuscated temp file names.",
    ),
    "x1018": (
        "Fix propagation of entries_read by calling streamPropagateGroupID unconditionally (#12898)",
        "Another approach is add another arg to XCLAIM and let it propagate entries_read, but we decided not to use it.",
        "Decided against adding another arg to XCLAIM and letting it propagate entries_read.",
    ),
    "x1098": (
        "# Add Project Scope to Collection Sources",
        "- Field location: `collectSources` (chosen) vs `rawEvents` vs tag system",
        "Chose `collectSources` over `rawEvents` and tag system (field location).",
    ),
    "x0535": (
        "CFO: Supervisor trap signals instead of unshare",
        "## Drawbacks\n\n- `kill -9` of the cfo supervisor won't clean up the descendants.",
        "Accepted that `kill -9` of the cfo supervisor won't clean up the descendants.",
    ),
    "x1110": (
        "# Environment variable configuration",
        "## Alternatives considered\n\n- Fetch config from a known location such as a license server.",
        "Considered fetching config from a known location such as a license server.",
    ),
}

METRICS = {
    "x0001": (
        "Directly extract joints into SkinnedMeshJoints (#6833)",
        (
            "On my local machine, this halves the time for `prepare_skinned _meshes` on `many_foxes` (195.75us -> 93.93us on "
            "average)."
        ),
        (
            "Halved the time for `prepare_skinned _meshes` on `many_foxes` on the author's local machine (195.75us → 93.93us "
            "on average; benchmark)."
        ),
    ),
    "x0087": (
        "Reduce the size of MeshUniform to improve performance (#9416)",
        (
            "This change allows us to reduce the serialized MeshUniform size from 208 bytes to 144 bytes,\nwhich is over a "
            "30% saving in data to serialize, and VRAM bandwidth and\nspace."
        ),
        (
            "Reduced the serialized MeshUniform size from 208 bytes to 144 bytes, which is over a 30% saving in data to "
            "serialize, and VRAM bandwidth and space."
        ),
    ),
    "x0115": (
        "Extend trace filtering to more operation types (#9335)",
        "Benchmark: \n- trace-heavy `db_stress` command reduced 30% elapsed time  (79.21 -> 55.47 seconds)",
        "Trace-heavy `db_stress` command reduced 30% elapsed time (79.21 → 55.47 seconds; benchmark).",
    ),
    "x0187": (
        "Parallel GPU buffer writes (#22314)",
        "In the 250k bevymark_3d stress test, this saves 1.7ms in the system, and 2.8ms in frame time",
        "Saved 1.7ms in the system in the 250k bevymark_3d stress test, and 2.8ms in frame time (benchmark).",
    ),
    "x0318": (
        "Include minimal contextual information in `CompactionIterator` (#10505)",
        "I haven't observed any CPU regression or drop in throughput or latency increase.",
        "Observed no CPU regression or drop in throughput or latency increase (benchmark).",
    ),
    "x0423": (
        "[ty] Reuse Rayon pools across mdtests (#25734)",
        (
            "In paired benchmarks at default concurrency, this reduced median mdtest runtime by 7.6%; the improvement was "
            "8.4% at 12 harness threads."
        ),
        (
            "Reduced median mdtest runtime by 7.6% in paired benchmarks at default concurrency; the improvement was 8.4% at "
            "12 harness threads."
        ),
    ),
    "x0429": (
        "build: reduce Linux binary size from 12 to 2 megs",
        "",
        "Reduced Linux binary size from 12 to 2 megs.",
    ),
    "x0521": (
        "Flush on every plugin `Data` message (#12728)",
        "In the worst case, this decreases performance by about 40%, when sending\r\nvery small values (just numbers).",
        "Decreased performance by about 40% in the worst case, when sending very small values (just numbers).",
    ),
    "x0557": (
        "Much, much faster extract() implementation",
        "Takes my test down from ten minutes to four seconds!",
        "Took the test down from ten minutes to four seconds.",
    ),
    "x0637": (
        "Refactor shebang parsing to remove regex dependency (#5690)",
        "This is about 100x faster than using a regex for cases that match (2.5ns vs. 250ns).",
        (
            "Refactored shebang parsing to remove regex dependency: about 100x faster than using a regex for cases that "
            "match (2.5ns vs. 250ns; benchmark)."
        ),
    ),
    "x0773": (
        "[ty] Share parameter lists with `Arc` (#25735)",
        (
            "On Home Assistant, this reduced retained memory from 3,230,014,380 bytes to 3,212,250,858 bytes, saving "
            "17,763,522 bytes (0.55%) without diagnostic changes."
        ),
        (
            "Reduced retained memory from 3,230,014,380 bytes to 3,212,250,858 bytes on Home Assistant, saving 17,763,522 "
            "bytes (0.55%) without diagnostic changes."
        ),
    ),
    "x0810": (
        "Introduce EventExecutor.shutdownGracefully() that deprecates shutdown()",
        "- Reduce the running time of SingleThreadEventLoopTest from 40s to 15s using custom graceful shutdown parameters",
        "Reduced the running time of SingleThreadEventLoopTest from 40s to 15s using custom graceful shutdown parameters.",
    ),
    "x0862": (
        "bevy_transform: Use Changed in the query for much faster transform_propagate_system (#4180)",
        "Frame rate increased from ~42fps to ~44fps",
        "Frame rate increased from ~42fps to ~44fps (benchmark).",
    ),
    "x0992": (
        "Constants: Reduce connections_max by 1",
        "Saves a whopping 5MiB of RAM :)",
        "Saved a whopping 5MiB of RAM.",
    ),
}

STEPS = {
    "x0239": (
        "routing: map insufficient local bandwidth error to no path",
        "In a follow-up, this payment outcome can be reintroduced on a higher level (payment lifecycle).",
        "Reintroducing this payment outcome on a higher level (payment lifecycle).",
    ),
    "x0336": (
        "Add method to estimate index size (#14010)",
        "## Next steps\n\n- Partitioned index size estimation implementation",
        "Implementing partitioned index size estimation.",
    ),
    "x0411": (
        "Add formatter progress tracking to CI (#5919)",
        "We should also consider pinning commits so we don't get spurious regression when they change their code.",
        "Pinning commits so we don't get spurious regression when they change their code.",
    ),
    "x0598": (
        "Make the `iter_combinators` examples more pretty (#3075)",
        "I intend to additionally change the distribution of the satellites, to be more uniform in space.",
        "Changing the distribution of the satellites, to be more uniform in space.",
    ),
    "x0611": (
        "[ty] Infer yield expression (#23796)",
        "Remaining part is checking return types, I'm planning to do that in a\nseparate PR.",
        "Checking return types.",
    ),
    "x0673": (
        "Fix HyperClockCache Rollback bug in #10801 (#10843)",
        "Intended follow-up: refactoring for better code sharing in clock_cache.cc",
        "Refactoring for better code sharing in clock_cache.cc.",
    ),
    "x0693": (
        "Finish the job of moving shapes into the stream",
        "I intend to update the normal parser with\na similar tracing view.",
        "Updating the normal parser with a similar tracing view.",
    ),
    "x0787": (
        "add the ability to have a list of glob excludes (#9343)",
        "TODO: Allow the input glob to be multiples too with `wax::any(patterns)?`",
        "Allowing the input glob to be multiples too with `wax::any(patterns)?`.",
    ),
    "x0812": (
        "Report corrupted keys during compaction (#7124)",
        "Still need to investigate what is the recommended google-test way of doing it.",
        "Investigating what is the recommended google-test way of doing it.",
    ),
    "x1071": (
        "[RocksDB] Sync file to disk incrementally",
        "Will introduce a parameter to control the sync interval in a follow up diff after cleaning up EnvOptions.",
        "Introducing a parameter to control the sync interval after cleaning up EnvOptions.",
    ),
}

WORKED = [
    *(("tradeoff", *example) for example in TRADEOFFS.values()),
    *(("metric", *example) for example in METRICS.values()),
    *(("next", *example) for example in STEPS.values()),
]
NAMES = [*TRADEOFFS, *METRICS, *STEPS]


def worded(kind: str, title: str, passage: str) -> str:
    """The line of the first statement of that kind in a text of that title."""
    found = next(s for s in statements(f"{title}\n\n{passage}") if s.kind == kind)
    if kind == "next":
        return next_step(found, WORDING)
    return (tradeoff if kind == "tradeoff" else metric)(found, title, WORDING)


@pytest.mark.parametrize(("kind", "title", "passage", "expected"), WORKED, ids=NAMES)
def test_worked_example(kind: str, title: str, passage: str, expected: str) -> None:
    """From the text that a person wrote to the line that a reader gets."""
    assert expected == worded(kind, title, passage)


MANNER = {
    "tradeoff": r"(?:Chose|Accepted|Decided|Considered|Prioritized|Avoided|Went with)\b",
    "metric": r"(?:[A-Z]\w+ed|Took|Frame rate|Trace-heavy)\b.*\w",
    "next": r"[A-Z]\w+ing\b",
}
"""With what a line of each kind opens: a decision, a result or what it is of, work under way."""

FORBIDDEN = re.compile(r"\b(?:I|[Uu]nfortunately|NOTE|follow-?up|TODO)\b|#\d|https?:|[\r\n]|:\)|->")


@pytest.mark.parametrize(("kind", "title", "passage", "expected"), WORKED, ids=NAMES)
def test_worked_example_keeps_the_manner(kind: str, title: str, passage: str, expected: str) -> None:
    """The decision or figure first, one sentence, no word of the author to himself, and no number that is not his."""
    line = worded(kind, title, passage)
    invented = set(re.findall(r"\d+(?:[.,]\d+)*", line)) - set(re.findall(r"\d+(?:[.,]\d+)*", f"{title} {passage}"))

    assert (True, [], set(), True, expected) == (
        re.match(MANNER[kind], line) is not None,
        FORBIDDEN.findall(line),
        invented,
        len(line) <= 185,
        line,
    )


def test_there_are_forty() -> None:
    """Enough of each kind to judge by."""
    assert (True, True, True, True) == (
        len(WORKED) >= 40,
        len(TRADEOFFS) >= 20,
        len(METRICS) >= 10,
        len(STEPS) >= 10,
    )
