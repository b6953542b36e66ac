"""Trade-offs: what a change gives up, accepts or declines, with a reason or a counterpart."""

from __future__ import annotations

import re

from digest.extract.cues import Cue, Cues, cue

BUT = r"\b(?:but|however|albeit|although|though|yet)\b"
WHY = r"\b(?:because|since|as (?:it|we|this|the|that)|due to|so that|to (?:avoid|keep|make|get|start|ensure|prevent|retain|maintain))\b"

CUES = Cues(
    cue(
        "at the cost of",
        1.0,
        "cost costs expense price tradeoff",
        r"\bat (?:the|a|an) (?:\w+ )?(?:cost|expense|price|tradeoff) (?:of|that)\b",
    ),
    cue("in exchange for", 1.0, "exchange", r"\bin exchange (?:for|of)\b"),
    cue(
        "trades X for Y",
        1.0,
        "trade trades trading traded sacrifice sacrifices sacrificing",
        r"\b(?:we |this |and )?(?:trad(?:es?|ing|ed)(?: off)?|sacrific(?:es?|ing)) (?:\w+ ){1,6}(?:for|in)\b",
    ),
    cue(
        "a trade-off",
        1.0,
        "trade tradeoff tradeoffs",
        r"\b(?:is|are|it's|as|the|a|an|significant|good|this|some) (?:\w+ )?trade-?\s?offs? (?:between|of|here|that|where|we|is|are|for)\b|\ba (?:\w+ )?trade-?\s?off\b",
    ),
    cue(
        "prefers X over Y",
        1.0,
        "over",
        r"\b(?:priorit\w+|prefer\w*|favou?r\w*|chos[ae]n?|choos\w+|picked|value[sd]?|valuing) (?:\S+ ){1,8}over\b",
    ),
    cue(
        "higher priority than",
        1.0,
        "priority value",
        r"\bhigher (?:in )?priority than\b|\bvalue [^.]+ more than\b|\b(?:we )?prioriti[sz]e \w+\.?$",
    ),
    cue(
        "downside",
        1.0,
        "downside drawback disadvantage downsides drawbacks disadvantages",
        r"\b(?:the|one|only|other|main|possible|potential|big|slight|another|on the|a) (?:\w+ )?(?:downsides?|drawbacks?|disadvantages?)\b",
    ),
    cue(
        "caveat", 0.7, "caveat caveats limitation", r"\b(?:the|one|only|a|known|main) (?:\w+ )?(?:caveat|limitation)\b"
    ),
    cue(
        "an alternative is",
        1.0,
        "alternative alternatives approach option options possibility solution",
        r"\b(?:an|one|another|the|other|better|possible) (?:\w+ )?(?:alternatives?|approach|option|possibility|solution)s?(?: that)? (?:would|is|was|could|might|we considered|considered)\b",
    ),
    cue("alternatively", 1.0, "alternatively", r"\balternatively\b[^.]*\b(?:could|can|would|might)\b"),
    cue(
        "could, but",
        1.0,
        "could might",
        rf"\b(?:we|i|one|you|it|this) (?:_?could_?|might|can)(?: also| instead| probably| have| potentially)*\b[^.]*{BUT}(?! also)",
    ),
    cue(
        "considered",
        1.0,
        "considered discussed tried",
        r"\b(?:i|we) (?:also |first |originally |have )?(?:considered|discussed|tried|thought about)\b",
    ),
    cue(
        "decided",
        0.9,
        "opted chose decided went picked settled elected deliberately",
        r"\b(?:i|we)(?:'ve| have)? (?:\w+ )?(?:opted|chose|decided|went with|picked|settled|elected) (?!that)\b",
    ),
    cue("ended up", 0.6, "ended", r"\bended (?:up|doing)\b"),
    cue(
        "compromise",
        1.0,
        "compromise balance",
        r"\b(?:good|acceptable|reasonable|fair|best|decent|easily [^.]*) (?:compromise|balance)\b",
    ),
    cue("lesser evil", 1.0, "evil", r"\blesser (?:evil|of two evils)\b"),
    cue(
        "worth it",
        0.7,
        "worth worthy worthwhile",
        r"\b(?:be|is|are|isn't|not|quite) (?:not )?(?:worth|worthy)\b|\bworth (?:it|the)\b",
    ),
    cue(
        "acceptable",
        0.7,
        "acceptable accept tolerable ok okay fine reasonable",
        r"\b(?:is|are|be|seems?|was|still|that's|probably) (?:probably |perfectly |totally |an? )?(?:acceptable|tolerable|ok|okay|fine|reasonable)\b|\bwe(?: also)? accept\b",
    ),
    cue("good enough", 1.0, "enough", r"\b(?:good|is|works?|fine|well) (?:enough|good enough) for\b"),
    cue(
        "not a big deal",
        0.7,
        "deal issue problem concern rely",
        r"\b(?:isn't|not|shouldn't be|no) (?:an? )?(?:big |real |significant |huge )?(?:deal|issue in practice|problem|concern)\b|\bdon't (?:ever )?(?:really )?(?:rely|need|care)\b",
    ),
    cue(
        "slightly worse",
        0.5,
        "slightly little bit albeit somewhat marginally less more",
        r"\b(?:slight(?:ly)?|a (?:tiny |little )?bit|a little|somewhat|albeit|marginally) (?:(?:more|less) )?(?:\w*(?:slower|longer|verbose|complex|complicated|expensive|bigger|larger|higher|obfuscated|comprehensive|skewed|uglier|undesirable|waste|weird|awkward|cpu|regression|increase))\b",
    ),
    cue("but", 0.3, "but however albeit although though", BUT),
    cue("because", 0.3, "because since as due so to", WHY),
    cue("rather than", 0.5, "rather instead", r"\b(?:rather (?:than|then)|instead of)\b"),
    cue("instead", 0.4, "instead", r"\binstead,? (?:i|we|this|of)\b|\b(?:we|i|this pr) instead\b"),
    cue("for now", 0.5, "now meantime mean moment", r"\b(?:for now|in the mean ?time|for the moment|at this point)\b"),
    cue(
        "skips",
        0.4,
        "skip skipping disable disabling ignore ignoring disabled just",
        r"\b(?:skip\w*|disabl\w+|ignor\w+|left|leave|just)\b",
    ),
    cue("ideally", 0.8, "ideally ideal", r"\bideal(?:ly)?\b[^.]*\b(?:would|should|shouldn't|but|we|i)\b"),
    cue("unfortunately", 0.6, "unfortunately", r"\bunfortunately\b"),
    cue("hacky", 0.7, "hack hacky ugly", r"\b(?:hacky|a (?:little |bit of a )*hack|ugly)\b"),
    cue("learning curve", 0.8, "curve", r"\blearning curve\b"),
    cue("outweighs", 1.0, "outweigh outweighs", r"\boutweighs?\b"),
    cue(
        "will require",
        0.7,
        "require requires training costs invest",
        r"\b(?:will|may|might|would|could) (?:also )?(?:require|need to invest)\b",
    ),
    cue("lacks", 0.7, "lack lacks limit", r"\b(?:may|might|it|but it|would|could) (?:lack|limit)s?\b"),
    cue("not as good", 0.8, "good many", r"\bnot as (?:good|many|\w+) as\b|\bnot as many\b"),
    cue("chosen", 1.0, "chosen", r"\(chosen\)"),
    cue("accepts X", 1.0, "accept accepting accepted", r"\b(?:we|i) (?:accept|accepted|are accepting)\b"),
    cue("the price is", 1.0, "price costs", r"\bthe (?:price|cost) (?:is|of this is|we pay)\b|\bcosts us\b"),
    cue("rejected because", 1.0, "rejected", r"\brejected because\b"),
    cue("loses, but", 0.8, "lose loses losing", r"\b(?:we|this|it|you) (?:lose|loses|are losing)\b"),
    cue(
        "more than needed",
        0.4,
        "more slower longer larger expensive complicated complex verbose",
        r"\b(?:is|be|are|more|make|makes|takes|turned out to be) (?:\w+ )?(?:slower|longer|larger|more expensive|complicated|more complex|verbose|brittle)\b",
    ),
)

VETOES = Cues(
    cue(
        "only a topic",
        -2.0,
        "trade tradeoff tradeoffs",
        r"\b(?:discuss|explain|document|describe)\w* (?:the|these|this|those)?\s?(?:\w+ )?trade-?\s?offs?|control over the [\w .]*trade|trade-?offs? (?:section|guide|doc|page|chapter)|make [\w ]+trade-?off tunable",
    ),
    cue("nothing given up", -2.0, "without", r"\bwithout (?:sacrific|compromis)"),
    cue("a placeholder", -3.0, "", r"\[?e\.g\.,? |\{.*\}$|<!--"),
    cue("a question", -0.6, "", r"\?\W*$"),
)

THRESHOLD = 1.0


def weigh(sentence: str, words: list[str]) -> list[Cue]:
    """The rules by which a sentence is a trade-off; none if it is not one."""
    met = CUES.met(sentence, words)
    if not met:
        return []
    vetoes = VETOES.met(sentence, words)
    score = sum(rule.weight for rule in met) + sum(rule.weight for rule in vetoes)
    return met if score >= THRESHOLD else []


SIDES: tuple[tuple[re.Pattern[str], bool], ...] = (
    (
        re.compile(
            r"(?P<gained>.+?),? (?:at|with) (?:the|a) (?:\w+ )?(?:cost|expense|price) of (?P<given>.+)", re.IGNORECASE
        ),
        True,
    ),
    (
        re.compile(r"(?:accept\w*|trad\w+(?: off)?)? ?(?P<given>.+?),? in exchange for (?P<gained>.+)", re.IGNORECASE),
        True,
    ),
    (
        re.compile(
            r"\b(?:prioriti[sz]e\w*|prefer\w*|favou?r\w*|chose|choose\w*|picked|chosen) (?P<gained>.+?) over (?P<given>.+?)(?: (?P<because>(?:because|since|to|as|for) .+))?$",
            re.IGNORECASE,
        ),
        True,
    ),
)


def sides(sentence: str) -> tuple[str, str, str]:
    """What was gained, what was given up, and why: as far as one of the usual forms says so."""
    for shape, _ in SIDES:
        if match := shape.search(sentence.rstrip(".")):
            groups = match.groupdict()
            return groups["gained"].strip(), groups["given"].strip(), (groups.get("because") or "").strip()
    return "", "", ""
