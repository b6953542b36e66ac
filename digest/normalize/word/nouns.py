"""Verbs that are nouns as often, and what behind them tells which of the two they are."""

from __future__ import annotations

from digest.normalize.word.lexicon import RARE, words
from digest.regex import regex

_ROW = regex(r"(?:^|\s+)(\w+):\s")


def _table(text: str) -> dict[str, frozenset[str]]:
    """Rows like `build: system failure`, as a word with its set of words."""
    rows = _ROW.split(text.strip())[1:]
    return {name: words(row) for name, row in zip(rows[::2], rows[1::2], strict=True)}


# Verbs that are nouns as often; what follows decides.
NOUNS_TOO = RARE | words(
    """
    abstract access address archive audit autocomplete backport balance ban batch benchmark block boost bound break
    broadcast build bundle cache cause center centre change check cleanup clone comment commit contract control copy
    cover crash cut deal debug default defrag delay design display document double download draw drive drop dump end
    error escape estimate exchange exercise exit experiment export fail fall filter fire fix fixup flag fold force
    format forward free gate golf group guard guide hash help hint hold hook host import increase index inline input
    install interrupt issue jump land launch lift limit link lint list load lock log look map mark match measure
    mention merge mirror mock mount move name need note offer order outline output package pad panic pass patch
    pause pay pick pin pipe place plan point poll port present print profile prompt prototype prune query quote rank
    read rebase record reference refresh relay release reload repair repeat report request rescue reserve reset
    result return reuse revert review rework rewrite roll round run sample scale scan schedule scope screen script
    seal search seed set setup share shift ship show skew skip sleep slice snapshot sort spawn speedup split spread
    stage start step stop store stream stub style sunset supplement supply support surface swap switch sync tag
    target template test throw tie time trace track train transfer transition trap trigger try turn tweak type
    update upgrade upload use version view wait watch work workaround wrap yield
    """
)

# Words that make a noun of the one before them: "Test coverage", "Release notes", "Build failures".
COMPOUNDS = _table(
    """
    build: cache config error errors failure failures fix fixes flags improvements log logs number pipeline process
      script scripts status system time times tools
    cache: hit hits invalidation key keys layer miss misses size
    crash: report reports
    debug: build info log logs logging message messages mode output print prints symbols
    error: code codes handling message messages page pages report reporting reports
    format: tweak tweaks option options string strings
    hash: function functions map maps table tables
    help: message output page text
    index: page pages
    issue: template templates tracker
    lint: fix fixes group groups level levels message messages name names rule rules
    lock: file files
    log: file files format level levels message messages output rotation
    query: builder param parameter parameters params performance planner string strings
    release: automation branch build builds candidate checklist date dates note notes pipeline plan process schedule
      script scripts workflow workflows
    search: bar box engine index page result results
    sort: key keys order
    state: machine machines
    tag: system
    test: case cases cleanup coverage data failure failures fixes fixture fixtures flags framework harness helper
      helpers improvements infra infrastructure plan runner scripts suite suites support util utilities utils
    time: out series zone zones
    trace: event events log logs
    type: annotation annotations checker checking definition definitions error errors hint hints inference parameter
      parameters safety system
    version: bump bumps number numbers
    """
)
# With these behind them they are verbs after all: "Switch to", "Check for", "Sort by".
_AFTER = _table(
    """
    to: try access backport change cut default downgrade drop fall fallback fold limit link log map move pin point port
      print reset return revert rollback scope switch transfer turn update upgrade
    up: touch hook back build clean look pick set speed split step sync wrap
    on: followup follow-up throw stop fire work block build error exit fail lint report run
    towards: point
    toward: point
    against: guard build check match run test
    from: port build copy load read return run start switch
    under: build run test
    with: deal build run start sync
    without: build run
    before: check exit run stop wait
    for: update check fix look search test wait
    in: check fold run wrap
    out: phase comment check fold split time
    down: cut pin trim
    after: exit run stop wait
    by: filter group order sort
    into: fold load merge move split turn
    via: load pass
    at: look run start stop
    through: pass
    during: skip
    off: split turn
    between: switch
    over: port switch
    around: work wrap
    """
)
PHRASES = frozenset(f"{verb} {after}" for after, verbs in _AFTER.items() for verb in verbs)
ADJECTIVES = (
    words("clean clear complete correct direct double duplicate free narrow open separate slow smooth") | NOUNS_TOO
)
SYMPTOMS = words("crash default die error escape fail hang leak panic")
# Behind "fix:" these are what is fixed, not what was done: "fix: derived reactivity".
PARTICIPLES = words("cache compile derive detach embed encode escape expect export generate import nest quote share")
