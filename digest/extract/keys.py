"""References in a text: ticket keys, the closing keywords of GitHub and GitLab, mentioned issues."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY = regex(r"(?<![\w./@:-])([A-Z][A-Z0-9_]{1,9})-([1-9]\d{0,6})(?![\w-]|\.\d)")
BRANCH_KEY = regex(r"(?<![A-Za-z0-9])([A-Za-z][A-Za-z0-9]{1,9})-([1-9]\d{0,6})(?![A-Za-z0-9])")
KEY_IN_URL = regex(r"/browse/([A-Z][A-Z0-9_]{1,9}-[1-9]\d{0,6})\b", hints=("/browse/",))

_STANDARDS = """
    AES ANSI ARM ASCII BASE BCP BLAKE2 BSD CP CRC CVE CWE COVID DES DIN DO EC ECMA ED25519 EIA EN ES FIPS GB GHSA GMT GPL
    GPT H HDMI HTTP HTTPS IEC IEEE IP IPV ISBN ISO ITU JEP JIS JSR KB KOI8 LATIN LGPL LTO MD MIPS MPEG MPL NIST OWASP P
    PEP PKCS POSIX PPC PR PS PY Q RC RFC RIPEMD RISC ROT RSA SHA SHA2 SHA3 SM SSE SSL STD T TC39 TCP TIS TLS TTY UAX UCS
    UDP USB UTC UTF UTS V VT W WCAG WIN WINDOWS X X86 XEP XT Y2K ZIP
"""
STANDARDS = frozenset(_STANDARDS.split())
"""Prefixes of standards, ciphers and encodings that look like the key of a Jira project."""

_BRANCH_WORDS = """
    bump build chore ci deps doc docs feat feature fix gh hotfix issue issues java jdk main master node part patch php pr
    pull py python r rc rel release rev rfc sprint step test tests topic user v ver version w week wip
"""
BRANCH_WORDS = frozenset(_BRANCH_WORDS.split())
"""Words that stand before a number in branch names and are no project."""

OWNER = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(?:/[A-Za-z0-9_.][A-Za-z0-9_.-]{0,99}){1,9}"
PAGES = "issues|work_items|pull|merge_requests"
REF = rf"(?:https://[\w.-]{{1,80}}/{OWNER}/(?:-/)?(?:{PAGES})/\d+|(?:{OWNER})?#\d+|GH-\d+)"
CLOSING = regex(
    r"\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)\b:?[ \t]+"
    rf"(?:issues? )?({REF}(?:(?:,? (?:and |& )?|, ?)(?!(?:and)\b){REF})*)",
    re.IGNORECASE,
    hints=("#", "gh-", "https://"),
)
MENTIONED = regex(rf"(?<![\w/&.:-]){REF}\b", re.IGNORECASE, hints=("#", "gh-", "https://"))
URL = regex(rf"https://[\w.-]{{1,80}}/({OWNER})/(?:-/)?({PAGES})/(\d+)", re.IGNORECASE)
REFERS = regex(r"[#/-]\d")
"""Stands in every reference."""

UNSEEN = regex(r"<!--.*?(?:-->|\Z)|```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL, hints=("<!--", "`"))
ONE_REF = regex(REF, re.IGNORECASE)


def ticket_keys(text: str) -> tuple[str, ...]:
    """Keys such as `PAY-1829`, each once, in the order of the text."""
    if "-" not in text:
        return ()
    found = [(m.start(), f"{m[1]}-{m[2]}") for m in KEY.finditer(text) if m[1] not in STANDARDS]
    found += [(m.start(1), m[1]) for m in KEY_IN_URL.finditer(text)]
    return _unique(key for _, key in sorted(found))


def branch_keys(text: str) -> tuple[str, ...]:
    """Keys in the name of a branch, where case is not kept: `fix/lang-1829-npe` holds `LANG-1829`."""
    return _unique(
        f"{m[1].upper()}-{m[2]}"
        for m in BRANCH_KEY.finditer(text)
        if m[1].lower() not in BRANCH_WORDS and m[1].upper() not in STANDARDS
    )


def closing_refs(text: str) -> tuple[str, ...]:
    """What a text says it closes: `#12`, `acme/pay#3`; comments and code are not read."""
    if not REFERS.search(text):
        return ()
    seen = UNSEEN.sub(" ", text)
    return _unique(_short(ref) for m in CLOSING.finditer(seen) for ref in ONE_REF.findall(m[1]))


def mentioned_refs(text: str) -> tuple[str, ...]:
    """Every issue or pull request that a text names, closed by it or not."""
    if not REFERS.search(text):
        return ()
    return _unique(_short(m.group()) for m in MENTIONED.finditer(UNSEEN.sub(" ", text)))


def _short(ref: str) -> str:
    if url := URL.fullmatch(ref):
        return f"{url[1]}{'!' if url[2].lower() == 'merge_requests' else '#'}{url[3]}"
    return "#" + ref[3:] if ref[:3].upper() == "GH-" else ref


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
