"""What only insiders read in a title, as patterns: prefixes, keys, hashes, handles, emoji, addresses, fillers."""

from __future__ import annotations

import re

from digest.normalize.word.lexicon import words
from digest.regex import regex

_EDGE = r"(?:(?<=\s)|^)"

EMOJI = regex(
    "[\U0001f000-\U0001faff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299\u200d\u20e3\ufe0e\ufe0f"
    f"\U000e0000-\U000e007f\ue000-\uf8ff]|{_EDGE}:[a-z0-9_+-]+:(?=\\s|$)"
)

# What no reader asks for: the fields of a commit template, the bullet or the heading mark of a list of changes.
FIELDS = regex(
    r"(?:^|(?<=[\w.)])\s+)(?:issue number|obtained from|submitted by|reviewed by|approved by|pr|cvs|bugzilla)"
    r":(?:\s|$).*$",
    re.IGNORECASE,
)
BULLETS = regex(r"^[*•]\s+(?P<first>\S.*?)(?:\s+[*•]\s.*)?$")
SERIES = regex(
    r"[\s,(–-]*\b(?:part|pt\.?|step|phase)\s*#?\d+\s*(?:/|of)\s*(?:\d+|n)\b\)?(?=:|\s|$)|\s[-–]\s\d{1,2}$|\s*\(\d+/\d+\)$",
    re.IGNORECASE,
)

# Prefixes, in the order in which they are tried.
UNFINISHED = regex(
    r"(?:(?:wip|draft|do not merge|dnm|rfc|poc)\b\s*[:-]?|(?:take|attempt|try) \d+\s*:)\s*", re.IGNORECASE
)
TAG = regex(r"\[(?P<tag>[^\]\n=^]{1,40})\](?!\s*=):?(?=\s|[A-Z\[`])\s*[:-]?\s*")
CONVENTIONAL = regex(
    r"(?P<kind>[A-Za-z]{2,12})\s?(?:\((?P<area>[^\s].{0,120}?)\))?(?:\[[^\]]{1,30}\])?(?P<bang>!?)\s?:\s*(?=\S)"
)
NUMBER = regex(
    r"(?:bugzilla )?(?:(?:(?P<fix>fix(?:e[sd])?)|close[sd]?|resolve[sd]?|refs?|issue|bug|gh|pr)[ -]?)?"
    r"(?:\#\d+|\(\#\d+\)(?=\s+\w)|(?<=bug )\d+|[A-Z][A-Z0-9]+-\d+(?=:))"
    r"(?:\s*(?:--|[:,.-])\s*|\s+(?=[A-Z`\[])|(?<=\))\s+)",
    re.IGNORECASE,
)
AREA = regex(r"(?P<area>[\w`./*,&+<>{}:()-]+(?: (?:\([\w-]+\)|[\w`./*,&+-]+)){0,2}?)(?P<bang>!?) ?: +(?=\S)")
CODE_AREA = regex(r"`(?P<area>[\w:.-]+)`(?P<bang>)\s+(?=(?P<verb>[A-Z][a-z]+)\s)")

# Marks inside of a title, with the words that lead up to them.
KEY = r"(?<![\w/.-])[A-Z][A-Z0-9_]{1,9}-\d{1,6}(?![\w-])"
NO_KEYS = words(
    """
    AES BASE CP CVE COVID CWE ECMA EC ES GB GMT GPT HTTP IEC IEEE IPV ISO JDK JEP JSR MD MP PEP POSIX PY RC RFC RSA
    SHA SSE TLS UCS UTC UTF V WINDOWS WCAG X
    """
)
_HASH = r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b|\b[0-9a-f]{40}\b"
_ISSUE = (
    r"(?<=, )issue \d{2,}\b|(?:\b[\w.-]+/[\w.-]+)?(?<![\w&/])\#\d+\b|\b(?:GH|gh|PR|pr)-\d+\b|\b[\w.-]+/[\w.-]+\#\d+\b"
)
_HANDLE = r"(?<![\w`./@])@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\[bot\])?(?![\w/.]\w)"
LEADS = (
    r"(?:(?:\b(?:as|was|reported|requested|introduced|caused|added|broken|noted|described|discussed|suggested|proposed|"
    r"refs?|references?|fix(?:e[sd])?|closes?d?|resolves?d?|related|part|follow[- ]?up|see|also|addresses|towards?|"
    r"to (?:expose|reproduce|cover|demonstrate|verify|address|resolve|trigger|catch)|"
    r"thanks|cc|backports?|cherry-picked|per|after|since|by|in|of|for|from|to|via|and|like|such as)|[,;:&-])\s+)*"
)
MARKED = regex(
    rf"\s*{LEADS}(?P<open>[\[(])?{LEADS}(?:\b(?:commit|issues?|bugs?|tickets?|pull request|PRs?)\s+)?"
    rf"(?P<mark>{_ISSUE}|{KEY}|{_HASH}|{_HANDLE})(?(open)[\])])"
)
MAY_BE_MARKED = regex(r"[#@\d]|[0-9a-f]{40}")
"""Stands in every mark."""

# Whatever is left that another program would turn into a mention or a back-link.
PING = regex(r"(?<!\w)@(?=\w)|\#(?=\d)")
_ANNOTATIONS = words(
    """
    Autowired Beta Deprecated Disabled Experimental Extension Ignore Inject NonNull NotNull Nullable Override
    Restricted SuppressWarnings Symbol Test VisibleForTesting apply author cached_property classmethod code
    contextmanager dataclass decorator deprecated final import layer link media overload override param property
    return returns see since staticmethod supports throws type types typing wraps inheritDoc
    """
)
ANNOTATION = regex(
    rf"(?<![\w`])@(?:[\w.-]+/[\w./-]+|\w+(?:\.\w+)+|[A-Z]\w+(?=\()|(?:{'|'.join(sorted(_ANNOTATIONS))})\b)(?:\([^)]*\))?"
)
URL = regex(
    r"(?P<lead>(?:\b(?:as|at|by|for|from|in|of|on|see|to|via|with|and|the)\s+)*)"
    r"[(<\[]?\bhttps?://(?:www\.)?(?P<host>[^\s/?\#)>\]]+)[^\s)>\]]*[)>\]]?",
    re.IGNORECASE,
)

# What may be left at the end.
ONLY_BRACKET = regex(r"(?P<verb>(?:(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?) )?)\((?P<what>[^()]+)\)", re.IGNORECASE)
NUMBERS = regex(r"(?:\s*\(\#\d+\))+\s*$")
EMPTY = regex(
    r"(?<![\w>*\])])(?:\(\s*(?:[,;&/+]|and|\s)*\)|\[\s*\]|(?<!on )(?<!for )(?<!with )(?<!of )\{\s*\})|\"\s*\""
)
TRAILER = regex(
    r"\s*(?:,?\s*\b[ra]=\S+"
    r"|\[(?:ci[ -]skip|skip[ -]ci|skip[ -]\w+|no ci|wip|backport[^\]]*|\d+/\d+|[A-Z]+-\d+)\]"
    r"|(?-i:\[[A-Z]{2,4}\]|\[[A-Z]\w+(?:,? (?:& |and )?[A-Z]\w+)+\])"  # credits
    r"|(?<=[.\w\"')])\s+(?-i:Closes|Fixes|Resolves|Refs|See)|[;.]\s+(?-i:Fix)"
    r"|\((?:backport|cherry[- ]pick(?:ed)?|fix(?:es)?|closes?|resolves?|refs?|see|via|[\d.x]+ backport)[^)]*\)"
    r"|\(GH-\d+\)|\((?:major|minor|patch)\))\s*$",
    re.IGNORECASE,
)
FILLER = regex(
    r",?\s*(?:and|&|\+|plus)\s+"
    r"(?:(?:a few|do|some|other|various|misc|minor|small|more|additional)\s+)+"
    r"(?:other |code )?(?:improvements?|fix(?:es)?|changes|clean-?ups?|tweaks|things|stuff|updates|nits)\.?$",
    re.IGNORECASE,
)
LOOSE_END = regex(r"\s*(?:\.{2,}|…|[,;:.!]|\s[-–—&+]|\band|\.\s+(?:this|it|that))\s*$", re.IGNORECASE)

EMPHASIS = regex(r"(?<![\w*`/])\*{1,2}(\w[^*`]*\w)\*{1,2}(?![\w*`/])")
ROLE = regex(_EDGE + r"(?::[a-z]+)?:[a-z]+:`([^`]+)`")
LINKED = regex(r"\[(`[^`]+`)\](?!\()")
CODE = regex(r"`([^`]+)`")
