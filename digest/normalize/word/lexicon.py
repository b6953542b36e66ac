"""The words that `verbs` and `sentence` know: verbs by what they tell, irregular forms, words that are nouns too."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


# What a change did to the project: "added", "renamed".
CHANGES = words(
    """
    abort abstract accelerate accommodate acknowledge activate adapt add address adjust adopt advertise agree align
    allocate allow allowlist alter amend analyze annotate appease append apply archive arrange ask assert assess assign
    associate assure attach attend audit augment authenticate autocomplete autofix autogenerate autolabel automate
    autosave avoid backfill backport backtrack bake balance ban batch bind blacklist bless block bolden boost
    bootstrap bound brake break bring broadcast broaden build bump bundle bypass cache calculate cancel canonicalize
    capture carry cast catch center centralize centre change characterize cherry-pick chomp choose clamp clarify
    classify clean cleanse cleanup clear clone close coalesce collaborate collapse collect colour combine comment
    communicate compact compensate compile complete comply compress compute condense configure confirm conform
    connect consolidate constrain construct consult consume continue contribute control convert convey coordinate
    copy copy-edit copyedit correct correlate cover create cull customise customize cut dampen darken deactivate
    deal debounce debug decide declare decode decommission decompress decorate decouple decrease decrypt dedent
    deduce dedup dedupe deduplicate defend defer define deflake defrag delay delegate delete deliver demonstrate
    demote denoise denormalize denote deny deploy deprecate derive describe deserialise deserialize design destroy
    destruct detach determine develop diagnose differentiate disable disallow disambiguate disarm discard disconnect
    discourage discuss disentangle dismantle dispatch dispose distinguish distribute ditch divide do document
    dogfood double double-check downcast downgrade download downscale drain draw drive drop duplicate ease edit
    elaborate elevate elide eliminate embed embolden embrace emphasize enable encapsulate encode encourage encrypt
    end endow enforce enhance enlarge enlist enqueue enquote enrich enroll ensure entitle entrust equip erase
    escalate establish estimate evaluate evict exchange exclude execute exempt exercise exhaust expand expect
    experiment expire explain explode explore export expose extend externalize extract facilitate factor familiarize
    fast-forward fetch figure fill filter finalise finalize find fine-tune finish fix fixup flatten flesh flip flush
    focus fold forbid force forego forget formalize format fortify forward free freeze fulfill fuse fuzz gain gate
    gather generalize generate give go golf grab grant group grow guarantee guard guide halve hardcode harden harmonize
    hash heal highlight hire hoist hold hook host hug illustrate impl implement imply import improve incentivize
    include incorporate increase increment indent index indicate inform initialise initialize initiate inject inline
    insert inspect install instantiate instruct instrument integrate intercept internalize interpolate interrupt
    intersperse intertwine interview introduce invalidate invert invest investigate isolate italicize iterate
    jettison join jump justify keep kill label launch lay lazy-load leave lessen let leverage lift lighten limit
    link list localize locate lock loosen lose lower lowercase maintain make manage mangle map mark materialize
    maximize measure meet memoize mention merge migrate mimic minify minimize mirror mitigate mock modernize modify
    modularize monitor motivate mount move mutate name narrow negate negotiate nest neutralize normalise normalize
    note nudge nullify obey obfuscate observe obtain offload omit onboard open opt optimise optimize order organise
    organize outfit outlaw outline outsource overcome overhaul overlap overload override oversee overwrite own pack
    package pad paginate parallelize parameterize parametrise parametrize paraphrase pare partition partner pass
    patch pause pay perform permit persist pick pickup pilot pin pipe placate place plan pluck plumb pluralize point
    polish poll populate port postfix postpone pre-allocate preallocate precede precheck precompile precompute
    predict prefetch prefix preheat preload prepare prepend prerender preselect presize presume prettify prevail
    prevent prioritise prioritize privatize produce profile prohibit promote proofread propose protect prototype
    prove provide prune publish pull punctuate purge purify push put qualify quantify quarantine quote randomize
    rank re-enable reactivate read readjust reallocate reap reapply rearrange reassemble reassign rebase rebuild
    recalculate recalibrate recast receive recheck reclaim reclassify recombine recommend recompile recompute
    reconcile reconfigure reconnect reconsider recover recreate rectify recurse recycle redact redefine redeploy
    redesign redirect rediscover redistribute redo reduce reenable reestablish reevaluate reexport refactor
    reference refine reflect reflow refocus reformat reframe refresh regen register regroup reify reimplement
    reindex reinforce reinitialize reinstall reinstate reinterpret reintroduce relabel relate relax relay release
    relicense reload relocate rely remake remap remediate remove rename render renumber reopen reorder reorganize
    repackage repair reparent repeat rephrase replace replicate repopulate reposition represent reprint reprioritize
    repurpose requalify request requeue rerun rescale reschedule research resequence reserve reset reshape resize
    resolve respell restart restate restore restrict restructure restyle resubmit resume resurface resurrect retain
    retarget retest rethink rethrow retire retitle retool retrieve retrigger retrofit reunite reuse revalidate
    revamp reveal reverse revert review revise revisit revive revoke rewind rewire reword rework rewrap rewrite
    rezone roll rotate round sample sandbox sanitize save say scale scan schedule scope scrub seal secure see seed
    segregate select separate serialise serialize serve set setup sever shard share sharpen shield shift ship
    short-circuit shorten shrink shuffle shut sidestep silence simplify simulate skew slim slow smarten smooth
    snapshot soft-delete soften solidify solve sort spawn speak specialize specify speed speedup spell splat split
    spread sprinkle spruce squash squeeze squelch stabilize stage stagger standardise standardize start stash steal
    steer stick stop streamline strengthen stretch stringify structure stub style subclass subdivide submit
    substitute subsume subtract summarize sunset superimpose supersede supplement supply suppress surface surmount
    surround survive suspend sustain swap switch symlink sync synchronise synchronize synthesize tabulate tackle tag
    tailor take talk taper target teach tell terminate test think throttle tidy tie tighten toggle tokenize trace
    train transcode transfer transform transition translate transliterate transpile transpose trap traverse triage
    trim truncate tune turn tweak type unblock unbreak unbundle undelete undeprecate underline undo unescape
    unexport unflag unhide unify unignore unindent uninstall unlink unlock unmark unmask unmount unpin unquote
    unregister unreserve unroll unseal unset unskip unstick untangle untie unveil unwrap upcase update upgrade
    uplift upload uppercase uproot upsert utilize vary vectorise vectorize vendor version vet visualize volunteer
    wake warm weaken wean weed whitelist whittle widen win wipe wire withdraw wordsmith work workaround worsen wrap
    write xfail yield zero
    """
)

# Nouns first of all, and verbs only where an article, code or their preposition follows: "Process the queue".
RARE = words(
    """
    alias anchor backup bold box bucket buffer cap channel chunk color colour command compose echo express fake
    fallback feed float follow-up followup fork function guess hack init intern inverse layer lookup mask model
    namespace number overlay page phase pop probe process progress proxy queue range rollback rollout scaffold
    script sequence shadow shutdown sign signal space splat state stream subset tab table tail theme thread touch
    visit walk zoom
    """
)

# What the program does from now on: "Returned null when …" would tell of the old fault.
HABITS = words(
    """
    accept account assume await bail be behave believe call check coerce compare complain consider contain count
    crash default depend detect die discover display dump emit enumerate error escape exit fail fall fallback fire
    flag follow get handle have help hide hint honor honour ignore infer inherit interpret invoke issue lint listen
    load log look match need notify offer output panic parse ping prefer present preserve print prompt propagate
    quit raise recognize record refer refuse reject remember report require rescue respect respond retry return run
    scroll search send show skip sleep store strip suggest support tag-along throw tolerate track treat trigger try
    use validate verify wait warn watch
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
        be:was become:became begin:began bind:bound break:broke bring:brought broadcast:broadcast build:built
        cast:cast catch:caught choose:chose cut:cut deal:dealt delay:delayed do:did downcast:downcast draw:drew
        drive:drove fall:fell fight:fought find:found forbid:forbade forego:forewent forget:forgot freeze:froze
        get:got give:gave go:went grow:grew have:had hide:hid hit:hit hold:held keep:kept know:knew lay:laid
        leave:left let:let lose:lost make:made mean:meant meet:met overcome:overcame overdo:overdid
        overlay:overlaid override:overrode oversee:oversaw overwrite:overwrote pay:paid proofread:proofread
        put:put quit:quit read:read rebuild:rebuilt recast:recast redo:redid relay:relayed remake:remade
        rerun:reran reset:reset rethink:rethought rewind:rewound rewrite:rewrote run:ran say:said see:saw
        seek:sought send:sent set:set show:showed shrink:shrank shut:shut sleep:slept speak:spoke speed:sped
        spell:spelled spend:spent split:split spread:spread steal:stole stick:stuck sunset:sunset take:took
        teach:taught tell:told think:thought throw:threw typeset:typeset undo:undid unset:unset wake:woke
        win:won wind:wound withdraw:withdrew write:wrote
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
    "backup": ("back", "up"),
    "followup": ("follow", "up"),
    "follow-up": ("follow", "up"),
    "rollout": ("roll", "out"),
    "init": ("initialize", ""),
    "regen": ("regenerate", ""),
    "impl": ("implement", ""),
    "lookup": ("look", "up"),
    "rollback": ("roll", "back"),
    "fallback": ("fall", "back"),
    "shutdown": ("shut", "down"),
}

# Verbs of two or more syllables that double the last letter all the same.
DOUBLING = words(
    """
    admit begin bootstrap commit control debug defer defrag embed emit equip forbid forget format infer omit outfit
    overlap overrun permit prefer program recap refer rerun reset retrofit sidestep snapshot submit transfer unplug
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
# An unknown word before an article opens a title as a verb does, unless it is one of these: "Almost a rewrite".
NO_OPENING_VERBS = words(
    """
    almost also another as both but done either else even given half hopefully just like many maybe missed most much
    neither no nor not once only perhaps plus quite rather same such than these they thus too very what yet yes
    """
)
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
    a accidental all an bad basic broken bulk cannot dark dead default duplicate empty error errors experimental
    extra failed failing failure flaky full high inconsistent incorrect infinite initial integer invalid large leak
    long low memory minor missing multiple new no not null off out panic partial possible potential race real-time
    simple slow some stale strange support the three two typo typos unable undefined unexpected unknown unused
    upfront use-after-free weird when wrong
    """
)
