"""Trade-offs: what a change gives up, accepts or declines, with a reason or a counterpart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.extract.cues import Cue, Cues, cue, score
from digest.regex import regex

if TYPE_CHECKING:
    from digest.extract.sections import Section

THRESHOLD = 1.0
CORE = 0.5
"""What at least one rule must weigh: "but" and "because" say nothing by themselves, however often they stand."""

BUT = r"(?:\b(?:but|however|albeit)\b|(?<!even )\b(?:al)?though\b)"
WE = r"\b(?:i|we)(?:'ve| have|'re| are|'m| am)?(?: \w+ly| also| just| instead)? "

# fmt: off
# One rule of weight 1 is enough; the others need company.
CUES = Cues(
    # The words of the trade itself.
    cue("at the cost of", 1.0, "cost costs expense price tradeoff",
        r"\b(?:at|with) (?:the|an?|some) (?:\w+ )?(?:cost|expense|price|tradeoff) (?:of|that)\b"),
    cue("in exchange for", 1.0, "exchange", r"\bin exchange (?:for|of)\b"),
    cue("trades X for Y", 1.0, "trade trades trading traded sacrifice sacrifices sacrificing sacrificed",
        r"\b(?:trad(?:es?|ing|ed)(?: off| away)?|sacrific(?:es?|ing|ed)) (?!-?off)(?:\w+ ){1,6}(?:for|in)\b"),
    cue("a trade-off", 1.0, "trade tradeoff tradeoffs",
        r"\ban? (?:\w+ )?trade-?\s?off\b",
        r"\btrade-?\s?offs? (?:between|here|that we|is that|are)\b",
        r"\b(?:good|right|favou?rable|significant|acceptable|reasonable|worthwhile) trade-?\s?offs?\b"),
    cue("prefers X over Y", 1.0, "over",
        r"\b(?:prioriti[sz]e[sd]|prioriti[sz]ing|prefers|preferred|preferring|favou?r(?:s|ed|ing)|chose|chosen|choosing|picked|valued|valuing) (?:\S+ ){1,8}?over\b",
        r"\b(?:we|i|this|and|to) (?:\w+ )?(?:priorit\w+|prefer|favou?r|choose|pick|value) (?:\S+ ){1,8}?over\b"),
    cue("puts X first", 1.0, "priority value prioritize prioritise",
        r"\bhigher (?:in )?priority than\b",
        r"\bwe (?:\w+ )?value (?:\S+ ){1,12}?more than\b",
        r"\bwe (?:\w+ )?prioriti[sz]e (?:\w+ ?){1,3}\.?$"),
    cue("compromise", 1.0, "compromise balance",
        r"\b(?:good|acceptable|reasonable|fair|best|decent|sensible|pragmatic) (?:.{1,40} )?(?:compromise|balance)\b"),
    cue("the lesser evil", 1.0, "evil", r"\blesser (?:evil|of two evils)\b"),
    cue("outweighs", 1.0, "outweigh outweighs outweighed", r"\boutweigh(?:s|ed)?\b"),
    cue("accepts a cost", 1.0, "accept accepting accepted",
        WE + r"?(?:accept|accepted|accepting) (?!an? (?:\w+ )?(?:list|string|path|argument))\w+"),
    cue("pays a price", 1.0, "price costs",
        r"\bthe price (?:is|of this is|we pay|for this is)\b",
        r"\b(?:this|it|which) costs us\b"),
    cue("lives with it", 1.0, "live", r"\b(?:can|could|will|have to) live with\b"),
    cue("good for one, not for another", 1.0, "good better faster",
        r"\b(?:good|better|faster|great) for .{1,60}\bbut (?:not|worse|slower)\b"),
    # Costs that are named as costs.
    cue("downside", 1.0, "downside drawback disadvantage downsides drawbacks disadvantages",
        r"\b(?:the|one|only|other|main|possible|potential|big|slight|another|an?|on the) (?:\w+ )?"
        r"(?:down-?sides?|drawbacks?|disadvantages?)\b"),
    cue("one possible issue", 1.0, "issue problem concern surprise wrinkle",
        r"\b(?:one|the only|a|another) (?:possible|potential|remaining|minor) (?:issue|problem|concern|surprise|wrinkle)\b.{0,40} (?:is|are)\b"),
    cue("not happy with it", 0.7, "happy thrilled fan elegant pretty prettiest great", r"(?:\bnot|n't) (?:\w+ )?(?:happy|thrilled|a fan|elegant|(?:the )?prettiest|great)\b"),
    cue("caveat", 0.7, "caveat limitation limitations",
        r"\b(?:the|one|only|an?|known|main) (?:\w+ )?(?:caveat|limitation)s?\b"),
    cue("slightly worse", 0.6, "slight slightly little bit albeit somewhat marginally way",
        r"\b(?:slight(?:ly)?|(?:a |one )?(?:tiny |little )?bit|a little|somewhat|albeit|marginally|way)(?: (?:more|less|too|of an?|big))? "
        r"(?:\w+ )?(?:slower|longer|verbose|complex|complicated|expensive|bigger|larger|higher|obfuscated|comprehensive"
        r"|skewed|ugl\w+|undesirable|waste\w*|weird|awkward|regression|increase|overhead|systematic|hac\w+|function calls)\b"),
    cue("goes up a little", 0.4, "little bit slightly",
        r"\b(?:goes|go|went) up a (?:little|bit)\b|\ba little,? (?:but|so)\b"),
    cue("some overhead", 0.4, "overhead regression expensive penalty wasteful slower waste",
        r"\b(?:additional|extra|more|some|small|constant|slight) (?:\w+ )?(?:overhead|regression|penalty|waste|copy|copies)\b",
        r"\b(?:more expensive|wasteful|is slower)\b"),
    cue("hacky", 0.7, "hack hacky ugly brittle intrusive",
        r"\b(?:hacky|an? (?:little |bit of a |ugly )?hack|ugly|more brittle)\b"),
    cue("learning curve", 0.8, "curve", r"\blearning curve\b"),
    cue("lacks", 0.6, "lack lacks lacking limit limits cannot",
        r"\b(?:may|might|but it|it|would|could) (?:lack|limit)s?\b|\ba lack of\b"),
    cue("not as good", 0.8, "as", r"(?:\bnot|n't) (?:quite )?as (?:good|many|fast|\w+) as\b|\bnot as many\b"),
    cue("not complete", 0.7, "fully completely entirely transparently perfect",
        r"\b(?:not|n't|though not) (?:\w+ )?(?:fully|completely|entirely|transparently|perfect)\b(?! (?:convinced|sure|clear|certain|investigated|tested|understood))"),
    cue("loses something", 0.7, "lose loses losing lossy",
        r"\b(?:we|this|it|you) (?:will |would |may )?(?:lose|loses|are losing)\b",
        r"\blossy\b"),
    cue("ideally", 0.8, "ideally ideal",
        r"\bideally\b.{0,120}\b(?:would|should|shouldn't|but|never)\b",
        r"\b(?:the|an?) ideal (?:\w+ )?(?:would|fix|solution)\b",
        r"\b(?:not|n't|less than) ideal\b.{0,80}" + BUT),
    cue("unfortunately", 0.5, "unfortunately", r"\bunfortunately\b"),
    cue("a risk taken", 0.6, "risk risks",
        r"\b(?:there's|there is|at the|some|a|the) (?:\w+ )?risks? (?:that|of|associated|is)\b"),
    # Ways not taken.
    cue("an alternative is", 1.0, "alternative alternatives",
        r"\b(?<!recommended )(?<!an )(?:an|one|another|the|other|better|possible|only) (?!recommended)(?:\w+ )?alternatives? (?:would|is|was|are|could|might)\b",
        r"^(?:an |another )?alternatives?:",
        r"\bother alternat\w+"),
    cue("another way would be", 1.0, "approach option options possibility way solution",
        r"\b(?:one|another|other) (?:\w+ )?(?:approach|option|possibility|solution|way)s?(?: here)? (?:would|could|might|was|we considered)\b",
        r"\bthe other option that we considered\b"),
    cue("another way is", 0.7, "approach option",
        r"\b(?:one|another|other) (?:\w+ )?(?:approach|option|possibility) is\b"),
    cue("alternatively", 1.0, "alternatively", r"\balternatively\b.{0,160}\b(?:could|can|would|might)\b"),
    cue("could, but", 1.0, "could might may",
        r"\b(?:we|i|one)(?: _?could_?| might| may|'d)(?: also| instead| probably| have| potentially|, in theory,)*\b.{0,220}" + BUT + r"(?! also)"),
    cue("could instead", 0.8, "could might", r"\b(?:we|i|one) (?:could|might)\b.{0,160}\binstead\b"),
    cue("the other way would hurt", 0.7, "would",
        r"\bwould (?:also |just |probably |not )?(?:require|need|mean|regress|break|complicate|involve|interfere|be (?:\w+ )?"
        r"(?:annoying|confusing|tricky|incompatible|too|more|hard|harder|a lot|overkill|difficult|expensive|slower|costly))\b",
        r"\bwould have (?:needed|required|meant|potential)\b"),
    cue("considered", 1.0, "considered discussed pondered",
        WE + r"(?:considered|discussed|pondered|thought about|debated)\b(?! (?:this|it|in|a range|several|two|the following)\b)"),
    cue("tried", 0.5, "tried", WE + r"(?:also )?tried (?!to (?:keep|run|build|reproduce|fix))"),
    cue("still better", 0.5, "still", r"\bstill (?:is |much |a lot |roughly |way )*(?:better|faster|twice|less|worth)\b"),
    cue("does not make sense", 0.5, "sense", r"(?:\bnot|n't) (?:think )?(?:it )?(?:make|makes|made) (?:much |any |a lot of )?sense\b"),
    cue("too much for what it gives", 0.7, "overkill premature complexity scope yagni", r"\boverkill\b|\bpremature optimi[sz]ation\b|\bnot worth the\b|\bout of scope\b|\byagni\b"),
    cue("for simplicity", 0.7, "simplicity simple", r"\bfor (?:the sake of )?simplicity\b|\bkeep(?:s|ing)? (?:it|things|this) simple\b"),
    cue("errs on the safe side", 1.0, "err erring errs", r"\berr(?:ing|s)? on the (?:safe )?side\b"),
    cue("on purpose", 0.5, "deliberately intentionally purposely purpose", r"\b(?:deliberately|intentionally|purposely|on purpose)\b.{0,60}(?:\bnot|n't|\bno)\b|(?:\bnot|n't)\b.{0,60}\b(?:deliberately|intentionally|purposely|on purpose)\b"),
    cue("a stop-gap", 0.3, "mitigate mitigates workaround temporary temporarily stopgap", r"\b(?:mitigat\w+|work-?\s?around|temporar\w+|stop-?gap)\b"),
    cue("long term, but", 0.5, "term eventually ultimately", r"\b(?:long(?:er)?[- ]term|eventually|ultimately)\b.{5,150}\bbut\b"),
    cue("turned out worse", 0.6, "turned turns complicates",
        r"\bturn(?:ed|s) out (?:to be )?(?:slower|worse|more|too|not)\b",
        r"\bcomplicates\b"),
    cue("decided", 0.7, "opted chose decided settled elected deliberately decide prefer went picked stayed punt",
        WE
        + r"(?:opted|chose|decided|settled|elected|opt|went with|picked|stayed with|prefer|deliberately)(?: \w+)? (?:to|for|on|against|not|with|that|going|the|a|\d)",
        r"\bive decided\b|\b(?:an? )?(?:design |deliberate |conscious )(?:choice|decision)\b"),
    cue("decided, so as to", 0.3, "chose decided opted", r"\b(?:chose|decided|opted)\b.{3,150}\bto (?:ensure|avoid|prevent|keep|retain|preserve|reduce|stay|simplify)\b"),
    cue("ended up", 0.6, "ended", r"\bended (?:up|doing)\b"),
    cue("conservative", 0.4, "conservative conservatively arbitrary simpler minimal",
        r"\b(?:more |a )?(?:conservative(?:ly)?|arbitrary|minimal damage)\b"),
    cue("does X rather than Y", 0.2, "rather instead", WE + r"(?!don't|can't).{3,80}\b(?:rather than|instead of)\b"),
    cue("rather than", 0.4, "rather instead",
        r"\b(?:rather (?:than|then)|instead of)\b|\b(?:i|we|this (?:pr|fix|commit)) instead\b|^instead,|\bbut instead\b|\bshould instead\b"),
    cue("does not want", 0.5, "want wanted", WE + r"(?:do not|don't|didn't) want\b"),
    cue("chosen", 1.0, "chosen", r"\(chosen\)"),
    cue("rejected because", 1.0, "rejected declined", r"\b(?:rejected|declined) (?:because|since|as|due)\b"),
    # Good enough.
    cue("worth it", 0.7, "worth worthy worthwhile",
        r"\b(?:be|is|are|isn't|not|quite|seems|merit) (?:not )?(?:worth|worthy|worthwhile)\b(?! of)|\bworth it\b"),
    cue("acceptable", 0.6, "acceptable tolerable ok okay fine reasonable",
        r"\b(?:is|are|be|seems?|feels?|that's|this is|probably)[^,]{0,20} (?:acceptable|tolerable|ok|okay|fine|reasonable)\b"),
    cue("good enough", 1.0, "enough fine good sufficient ok okay",
        r"\b(?:good |works |well )?enough for (?:now|our|us|this|most|the)\b",
        r"\b(?:fine|good|ok|okay|sufficient) for (?:now|most|us|our)\b", r"\bprobably (?:fine|ok|okay)\b"),
    cue("not a big deal", 0.6, "deal issue problem concern rely matter care cost unnecessary",
        r"\b(?:isn't|not|shouldn't be|no|never|not be) (?:really )?(?:an? )?(?:\w+ )?(?:deal|issue in practice|problem|concern|significant cost)\b(?! if)",
        r"\b(?:we|i) (?:don't|do not) (?:ever |really )*(?:rely|need|care)\b|\bdoesn't (?:really )?matter\b",
        r"\bis unnecessary\b"),
    cue("does not have to be perfect", 1.0, "accurate perfect",
        r"(?:\bnot|n't) (?:have|need) to be (?:\S+ )?(?:accurate|perfect|exact)\b"),
    cue("for now", 0.5, "now meantime mean moment point initially",
        r"\b(?:for now|in the mean ?time|for the moment|at this point|to start small)\b"),
    cue("leaves out", 0.4, "skip skipping skipped disable disabling ignore ignoring disabled punt limitation",
        r"\b(?:skip(?:ping|ped)?|disabl(?:e|ed|ing)|ignor(?:e|ed|ing)|punt(?:ed)?|limitation)\b"),
    # What ties two sides together.
    cue("but", 0.3, "but however albeit although though", BUT),
    cue("although simpler, we believe", 1.0, "although while", r"^(?:although|while)\b.{10,160}, (?:\w+ )?we (?:still )?(?:believe|think|find|found|prefer|chose|choose|decided|feel)\b"),
    cue("although, we", 0.5, "although", r"^although\b.{10,160}, (?:\w+ )?(?:we|i|it)\b"),
    cue("because", 0.3, "because since as due so risk",
        r"\b(?:because|b/c|due to|so that)\b|\b(?:since|as) (?:its?|we|i|this|that|the|they|an?|those|reading|there)\b|\bin order to\b"),
    cue("better here, worse there", 0.9, "but albeit although though while however",
        r"\b(?:more|better|simpler|faster|stronger|increases?|gain)\b.{0,100}\b(?:but|albeit|although|though|however)\b.{0,100}"
        r"\b(?:less|slower|fewer|worse|interferes|decreases?|complicate[sd]?)\b",
        r"\bwhile .{3,60}\bmore \w+, it(?:'s| is) less\b",
        r"\b(?:less|slower|fewer|worse|half the|increased|decreases?)\b.{0,100}\b(?:but|albeit|although|though|however)\b.{0,100}"
        r"\b(?:more|better|simpler|faster|stronger|increases?|as fast)\b"),
)

# In the consequences of a decision, a burden is what the decision costs.
BURDENS = Cues(
    cue("a burden", 1.0, "require requires requiring required need needed training costs cost invest risk risks issues longer complexity learning effort increase",
        r"\b(?:will|may|might|would|could|must) (?:\w+ )?(?:need|require|have to|take (?:more|longer)|be some)\b",
        r"\brequir(?:es?|ing)\b",
        r"\b(?:significant|initial|ongoing|additional|upfront) (?:\w+ )?(?:costs?|investment|effort|time|training)\b",
        r"\b(?:risks?|issues|complexity|learning curve|the need for)\b"),
)

VETOES = Cues(
    cue("only a topic", -2.0, "trade tradeoff tradeoffs section example doc guide",
        r"\b(?:discuss|explain|document|describe)\w* (?:the|these|this|those)?\s?(?:\w+ )?trade-?\s?offs?",
        r"\b(?:trade-?offs?|downsides?|drawbacks?|alternatives?) (?:section|guide|doc|page|chapter|example)", r"\bcontrol over the [\w .]{0,40}trade",
        r"\btrade-?offs? (?:section|guide|doc|page|chapter)",
        r"\bmake [\w ]{1,40}trade-?off tunable"),
    cue("nothing given up", -2.0, "without", r"\bwithout (?:sacrific|compromis)"),
    cue("a placeholder", -3.0, "", r"\[e\.g\.,? |^\{.*\}$"),
    cue("the old state", -0.7, "previously originally currently first used atm",
        r"\b(?:previously|originally|used to|when we first|atm)\b|^currently\b"),
    cue("a bug", -0.6, "bug fix fixes fixed problematic crash",
        r"\b(?:fix(?:es|ed)? (?:a|the) bug|is problematic)\b|^\[?fix(?:es|ed)?\b"),
    cue("only leads in", -0.4, "", r":\W*$"),
    cue("a question", -1.0, "", r"^(?:should|can|could|do|does|is|are|why|what|how|would) .*\?\W*$"),
)
# fmt: on


def weigh(sentence: str, words: list[str], section: Section) -> list[Cue]:
    """The rules by which a sentence is a trade-off; none if it is not one."""
    if section == "consequences":
        met = [*CUES.met(sentence, words), *BURDENS.met(sentence, words)]
    else:
        met = CUES.met(sentence, words, least=THRESHOLD)
    if (
        all(rule.weight < CORE for rule in met)
        or score(met) < THRESHOLD
        or score(met) + score(VETOES.met(sentence, words)) < THRESHOLD
    ):
        return []
    return met


SIDES = (
    regex(
        r"(?P<gained>.+?),? (?:at|with) (?:the|an?) (?:\w+ )?(?:cost|expense|price) of (?P<given>.+)",
        re.IGNORECASE,
        hints=("cost of", "expense of", "price of"),
    ),
    regex(
        r"(?:.*?\b(?:accept\w*|trad\w+(?: off)?) )?(?P<given>.+?),? in exchange for (?P<gained>.+)",
        re.IGNORECASE,
        hints=("in exchange for",),
    ),
    regex(
        r"\b(?:prioriti[sz]e\w*|prefer\w*|favou?r\w*|chose|choose\w*|picked|chosen) (?P<gained>.+?) over (?P<given>.+?)"
        r"(?:,? (?P<because>(?:because|since|to|as|for|which) .+))?$",
        re.IGNORECASE,
        hints=(" over ",),
    ),
    regex(r"\btrad(?:es?|ing|ed)(?: off)? (?P<given>(?:\w+ ){1,6}?)for (?P<gained>.+)", re.IGNORECASE),
    regex(
        r"(?P<gained>.+?) (?:rather than|instead of) (?P<given>.+?)(?:,? (?P<because>(?:because|since|as) .+))?$",
        re.IGNORECASE,
        hints=("rather than", "instead of"),
    ),
    regex(
        r"(?:the|one|only|another) (?:\w+ )*(?:downside|drawback|disadvantage).{0,30}? is (?:that )?(?P<given>.+)",
        re.IGNORECASE,
    ),
)


NO_SIDE = regex(r"(?:this|it|that|which|however|but|and|so|,|\s|comes|does)*", re.IGNORECASE)
OPENING = regex(r"^(?:however|but|so|and|also|therefore|unfortunately),? ", re.IGNORECASE)


def sides(sentence: str) -> tuple[str, str, str]:
    """What was gained, what was given up, and why: as far as one of the usual forms says so."""
    for shape in SIDES:
        if match := shape.search(OPENING.sub("", sentence.rstrip("."))):
            groups = match.groupdict(default="")
            gained = groups.get("gained", "").strip(" ,")
            gained = "" if NO_SIDE.fullmatch(gained) else gained
            return gained, groups["given"].strip(), groups.get("because", "").strip()
    return "", "", ""
