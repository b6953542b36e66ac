"""The words that `verbs` and `sentence` know: verbs by what they tell, irregular forms, words that are nouns too."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


# What a change did to the project: "added", "renamed".
CHANGES = words(
    """
    agree attend autofix autolabel assess coordinate collaborate communicate consult cull hire interview negotiate
    onboard partner pilot research think abort abstract accelerate accommodate acknowledge activate adapt add
    address adjust adopt advertise align allocate allow allowlist alter amend analyze annotate append apply archive
    arrange assert assign associate attach audit augment automate avoid backfill backport balance ban batch bind
    block boost bootstrap bound break bring broaden build bump bundle bypass cache calculate cancel canonicalize
    capture carry catch centralize change characterize cherry-pick choose clarify classify clean cleanup clear
    cleanse clone close coalesce collapse collect combine comment compact compile complete compress compute condense
    configure connect consolidate constrain construct consume continue control convert copy correct cover create
    customize cut deal decide declare decommission decouple decrease dedup dedupe deduplicate defer define delay
    delegate delete deliver demote denote deploy deprecate derive describe deserialize design detach determine
    develop disable disallow discard disconnect discourage dismantle distinguish distribute divide do document
    double double-check downcast downgrade download drain draw drive drop duplicate ease edit elaborate eliminate
    embed embrace enable encapsulate encode encourage end enforce enhance enlarge enrich ensure equip establish
    evaluate evict exclude execute exempt exercise expand expect experiment explain explore export expose extend
    externalize extract facilitate factor fetch figure fill filter finalize find fine-tune finish fix fixup flatten
    flesh flip flush focus fold forbid force forget formalize format forward free freeze fuse fuzz gate gather
    generalize generate give go golf grant group grow guard guarantee guide halve harden hardcode harmonize hash
    highlight hoist hold hook host hug implement import improve include incorporate increase increment indent index
    initialize inject inline insert install instantiate instrument integrate internalize introduce invalidate invert
    investigate invest isolate iterate join justify keep kill label launch lay leave let leverage lift limit link
    list localize lock loosen lose lower maintain make manage map mark materialize maximize measure memoize mention
    merge migrate minimize mirror mock modernize modify modularize monitor motivate mount move name narrow negate
    nest normalize note obtain offload omit open opt optimize order organize outlaw outline overhaul override
    overwrite own pack package paginate parallelize parameterize parametrize partition pass patch pause pay perform
    pickup permit persist pick pin pipe place plan plumb point polish poll populate port postpone pre-allocate
    preallocate precompile precompute prefetch prefix prepare prettify prevent prioritize produce profile prohibit
    promote propose protect prototype prove provide prune publish pull purge push put qualify quote randomize rank
    re-enable read rearrange reassign rebuild recalculate reclaim reclassify recommend reconcile reconfigure recover
    recreate redact redefine redesign redirect redo reduce refactor reference refine reformat refresh register
    reimplement reinstate reintroduce relax release relocate remake remove rename render reorder reorganize
    repackage repair rephrase replace replicate request reserve reset resize resolve restart restore restrict
    restructure resume retain rethink retire reuse revamp reverse revert review revise revisit revive rewind rewire
    reword rework rewrite roll rotate round sample sandbox sanitize save say scale scan schedule scope scrub seal
    secure see seed select separate serialize serve set setup shard share sharpen shield shift ship shorten shrink
    shuffle shut silence simplify slim slow smooth snapshot solve sort specialize specify speed speedup spell split
    spread squash squeeze stabilize stage standardize start stick stop streamline strengthen stretch structure stub
    style subclass submit substitute summarize supersede supply suppress surface suspend swap switch sync
    synchronize tackle tag take target teach tell terminate test throttle tidy tie tighten toggle trace train
    transfer transform transition translate transpose trim truncate tune turn tweak type unblock unbreak undeprecate
    undo unify uninstall unlink unlock unpin unregister unroll unset untangle unwrap update upgrade uplift upload
    utilize vectorize vendor version visualize wake volunteer warm weaken whitelist widen win wire wordsmith work
    workaround wrap write yield zero
    """
)

# What the program does from now on: "Returned null when …" would tell of the old fault.
HABITS = words(
    """
    account get rescue run use accept assume await bail be behave believe call check coerce compare complain
    consider contain count crash default depend detect die discover display dump emit enumerate error escape exit
    fail fall fire flag follow handle have help hide hint honor honour ignore infer inherit interpret invoke issue
    lint listen load log look match need notify offer output panic parse ping prefer present preserve print prompt
    propagate quit raise recognize record refer refuse reject remember report require respect respond retry return
    scroll search send show skip sleep store strip suggest support tag-along throw tolerate track treat trigger try
    validate verify wait warn watch
    """
)

# These tell of now where a condition follows: "Now closes the menu when it is empty".
CONDITIONAL = words(
    """
    abort apply block cancel clear close create delay delete disable drop enable exclude flush force generate
    include keep open pass release remove request reset restart reuse set start stop trim
    """
)
CONDITIONS = words("when if during while unless until")

IRREGULAR = dict(
    pair.split(":")
    for pair in words(
        """
    be:was begin:began bind:bound break:broke bring:brought build:built catch:caught choose:chose cut:cut deal:dealt
    do:did draw:drew drive:drove fall:fell fight:fought find:found forbid:forbade forget:forgot freeze:froze get:got
    give:gave go:went grow:grew have:had hide:hid hit:hit hold:held keep:kept know:knew lay:laid leave:left let:let
    lose:lost make:made mean:meant override:overrode overwrite:overwrote pay:paid put:put quit:quit read:read
    rebuild:rebuilt recast:recast redo:redid remake:remade rerun:reran reset:reset rethink:rethought rewind:rewound
    rewrite:rewrote run:ran say:said see:saw seek:sought send:sent set:set show:showed shrink:shrank shut:shut
    sleep:slept speed:sped spell:spelled spend:spent split:split spread:spread stick:stuck take:took teach:taught
    tell:told think:thought throw:threw typeset:typeset undo:undid unset:unset wake:woke win:won wind:wound
    write:wrote
    """
    )
)

# One word in a title, two in a sentence: "Cleanup docs" is "Cleaned up docs".
PHRASAL = {
    "setup": ("set", "up"),
    "cleanup": ("clean", "up"),
    "speedup": ("speed", "up"),
    "fixup": ("fix", "up"),
    "workaround": ("work", "around"),
    "pickup": ("pick", "up"),
}

# Verbs of two or more syllables that double the last letter all the same.
DOUBLING = words(
    """
    admit begin commit control debug defer emit equip forbid forget format infer omit overrun permit prefer program
    refer rerun reset submit transfer unplug
    """
)

PREPOSITIONS = words(
    """
    about across after against and around as at before between by during for from in inside into of off on onto or
    over out per through to toward towards under up upon via with within without
    """
)
AUXILIARIES = words(
    """
    is are was were isn't aren't wasn't weren't be been can can't cannot could couldn't does doesn't did didn't do
    don't has hasn't have haven't may might must mustn't needs should shouldn't will won't would wouldn't now
    """
)
# Third persons that make a clause of what stands before them: "Search returns wrong results".
FINITE = words(
    """
    accepts allows becomes breaks causes contains crashes creates deadlocks drops emits enters expects fails forgets
    gets gives goes handles hangs ignores keeps leaks leads loses makes misses needs outputs overflows panics prints
    produces raises rejects reports requires results returns runs shows skips stays stops supports takes throws
    times triggers uses wants works writes
    """
)
SUBORDINATORS = words("because how if so that unless until when where whether which while who")
DETERMINERS = words(
    """
    a all an any both each every existing it its more new one our some such that the their them these this those two
    unused
    """
)
# "Always use X" is said of now, not of what was done once.
ADVERBS = words(
    """
    actually always automatically consistently correctly eagerly explicitly gracefully lazily never only optionally
    properly silently transparently
    """
)
# What is better stands for itself: "Better errors" were not added, nor were they fixed.
PRAISES = words(
    """
    better cleaner no correct easier faster fewer improved less lower more nicer optional proper smaller simpler
    stricter support test tests docs documentation
    """
)
# Words that open a title with a capital letter for no other reason than that they open it.
OPENERS = words(
    """
    a all an accidental bad bulk basic broken cannot dark dead default duplicate empty error errors extra failed
    failing failure flaky experimental full high inconsistent incorrect initial infinite integer invalid large leak
    long low memory missing minor multiple new no not null off out panic partial possible potential race real-time
    simple slow some stale support the three two typo typos unable undefined unexpected upfront unknown unused
    use-after-free when wrong
    """
)
