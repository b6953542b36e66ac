"""Titles of routine: the patterns by which dependency updates, release steps, merges and cosmetic edits are known.

Each table holds whole titles, in lower case and without prefixes, keys and numbers (`twins.bare`).
"""

from __future__ import annotations

import re

from digest.regex import regex


def _titles(*patterns: str) -> re.Pattern[str]:
    return regex(rf"(?:{'|'.join(patterns)})", re.IGNORECASE)


VERSION = r"[`'\"]?v?\d+(?:\.\d+)*(?:[-.+]?[a-z]+\.?\d*)?"
_TOOLS = (
    r"(?:rust-?fmt|gofmt|golint|golangci(?:-lint)?|black|prettier|clippy|rubocop|eslint|ruff|isort|linters?|checkstyle|spotless|formatter"
    r"|pmd|spotbugs)"
)
_LINTED = (
    r"(?:new|some|all|several|more|compiler|build|lint|java|javac|mypy|pylint|style|clippy|rubocop|ruff|eslint"
    r"|checkstyle)"
)
_LITTLE = r"(?:internal|minor|small|misc\w*|some|more|general|code|a few|various|further|tiny|trivial|little|light)*\W*"
_STRAY = r"(?:unused|unnecessary|redundant|needless|superfluous|dead|stray|commented)"
_BLANKS = r"(?:whitespaces?|spaces?|commas?|new ?lines?|semicolons?|dots?|parenthes[ei]s)"
_BRANCH = r"(?:master|main|trunk|stable|develop(?:ment)?|release\S*)"

BUMP = _titles(
    rf"(?:bump|upgrade|downgrade|update|pin|unpin)(?:s|d|ed)?\b.*\b(?:from|to) {VERSION}\b.*",
    r"(?:bump|upgrade|downgrade)(?:s|d|ed)? (?!(?:the )?version)\S+(?: (?!to [a-z]{3}|so |for )\S+){0,3}",
    r"(?:bump|upgrade|update|refresh|pin|unpin|roll)(?:s|d|ed|ned)?\b.*"
    r"\b(?:dependenc(?:y|ies)|deps|crates|gems|packages|submodules?|lock-?files?|toolchain|monorepo)\b.*",
    r"(?:bump|upgrade|update|refresh)(?:s|d|ed)? (?:the )?"
    r"(?:cargo|yarn|gemfile|go|poetry|uv|npm|package)[-. ](?:lock|sum|mod)\b.*",
    r"update (?:dependency|module|image|\S+ action)\b.*",
    r"(?:dep|deps|dependency|dependencies) (?:bumps?|updates?|upgrades?)\b.*",
    r"lock file maintenance.*",
    r"pre-commit autoupdate.*",
    r"\S+: (?:bump|upgrade)\b.*",
)
BUMP_PREFIX = _titles(
    r"[a-z]+\((?:[\w-]+[/-])?(?:deps?|dependenc(?:y|ies))(?:-\w+)?\)!?:.*",
    r"(?:deps|dependencies)[:(].*",
    r"bump\([^)]+\):? .*|bump\([^)]+\):?",
    r"\[(?:deps?|pre-commit\.ci)\].*",
)

RELEASE = _titles(
    r"\[(?:maven-)?release[^\]]*\].*",
    r"(?:(?:cut|tag|prepare|preparing|start|finish|begin|make|for|the|a|new|post-?|pre-?) ?)*releas(?:e|ing)"
    rf"(?: (?:of|version|candidate|notes?|for))*(?: {VERSION})?\W*",
    r"(?:bump|set|update|increment|change|prepare)s?(?: \w+)? versions?(?: (?:number|string|to|for|from|in)\b.*)?",
    rf"(?:bump|set|go|move) (?:back )?to {VERSION}\b.*",
    rf"(?:prepare|preparing)\b.*\b(?:next|{VERSION}|development|release)\b.*",
    r"(?:back to|open|start|next) (?:the )?(?:development|dev|snapshot)\b.*",
    rf"(?:version )?{VERSION}(?: release)?",
    r"[a-z][\w-]*[- ]v?\d+\.\d+(?:\.\d+(?:[.-]?(?:alpha|beta|rc)[.-]?\d*)?|[.-]?(?:alpha|beta|rc)[.-]?\d*)",
    rf"(?:add|write)s? (?:the )?(?:changes|change ?log|(?:release )?notes) (?:for|of|to) (?:[a-z]+[- ])?{VERSION}",
    r".*\bsnapshot version.*",
    r"(?:update|add|edit|fix|tweak|generate|prepare|finali[sz]e)s?\b.{0,20}"
    r"\b(?:changelog|change log|changes\.(?:md|rst|txt|xml)|release notes|news)"
    r"(?:\W+(?:for|to|entry|entries|of|with|after|in)\b.*)?",
    r"changelog\b.*",
    r"cherry[- ]pick\w* .*\b(?:changelog|release notes)\b.*",
)

LINE = regex(
    r"(?:(?:origin|upstream)/)?(?:master|main|mainline|trunk|next|dev|devel|develop(?:ment)?|head|gh-pages"
    r"|(?:releases?|maint|stable|lts|upstream)\b.*|v?\d+(?:[._-](?:\d+|x))*)"
    r"|.*-(?:stable|lts)|.*\d\.(?:\d+|x)\b.*",
    re.IGNORECASE,
)
"""A branch that lives on beside the others: a main line, the line of a release."""

MERGE = _titles(
    r"(?:back-?)?merge (?:back )?(?:in )?release\b.*",
    r"merge (?:remote-tracking )?(?:branch(?:es)?|tag|upstream|commit)\b.*",
    r"(?:back-?)?merge \S+ (?:back )?(?:in)?to \S+.*",
    rf"merge (?:\S+ )?{_BRANCH}(?: branch)?(?: into .*| changes)?",
    rf"(?:back-?)?merge .*\b(?:in)?to {_BRANCH}",
    rf"sync with (?:upstream|{_BRANCH}).*",
)

CI_PREFIX = _titles(r"(?:ci|gha|workflows?)(?:\([^)]*\))?!?: .*")

COSMETIC_PREFIX = _titles(r"(?:style|fmt|typo|nit)s?(?:\([^)]*\))?!?:.*")
COSMETIC = _titles(
    r"(?:java|rust|ts|js|php|py)?docs?\W*",
    rf"{_LITTLE}(?:refactor(?:ing|s)?|clean-? ?ups?|nits?|tweaks?|polish(?:ing)?|tidy(?:ing)?(?: up)?)\W*",
    rf"{_LITTLE}(?:formatting|style|lint(?:s|ing)?|typos?|whitespace)\W*",
    r"(?:code|coding) (?:style|format(?:ting)?)\b.*",
    r"(?:re-?)?(?:format|indent|sort|wrap|order|organi[sz]e|group)s?(?:ed|ting)?\b(?! (?:of|by|results?|order)).{0,40}",
    rf"(?:run|apply|appease|satisfy|silence)\b.{{0,25}}\b(?:{_TOOLS}|warnings?)\b.{{0,30}}",
    r"(?:add|remove|drop|delete|update)s?(?:e?d)? (?:an? |the |some |old )?(?:todos?|fixmes?)\b.*",
    rf"(?:fix|address|resolve|silence)(?:e[sd])? (?:{_LINTED} ){{0,3}}"
    r"(?:warnings|lints|style (?:issues|errors)).{0,30}",
    rf"(?:fix|address|resolve)(?:e[sd])? (?:{_LINTED} ){{0,3}}{_TOOLS}"
    r" (?:issues|errors|failures|violations|offen[cs]es).{0,30}",
    r"(?:fix|correct)(?:e[sd])?\b.{0,30}\b(?:typos?|spelling|misspell\w*|grammar|broken links?)\b.*",
    r"(?:fix|correct)(?:e[sd])? (?:(?:an?|the|some|few|minor|code|docs?|bad|wrong) )*"
    r"(?:whitespace|indent(?:ation)?|formatting|punctuation|wording|capitali[sz]ation)\b.*",
    r"(?:typos?|spelling|grammar|whitespace)\b.*",
    rf"(?:remove|drop|delete|get rid of|clean up)s?d?\b.{{0,20}}\b(?:{_STRAY}|(?:trailing|extra) {_BLANKS})\b.*",
    r"(?:add|use|make)s?\b.{0,12}"
    r"\b(?:final|const|braces|curly|whitespace|parenthes[ei]s|override annotations?|ternary)\b.{0,40}",
    r"(?:re-?use|use|prefer|replace) [\w.]+(?:\(\))?",
    r"(?:re-?use|use|prefer|replace|merge|collapse|inline|invert|flip|combine)\b.{0,30}"
    r"\b(?:ternary|if[- ]else|if statements?|ifs|else|lambdas?|method references?|diamond|for-?each|var|imports)\b.*",
    r"(?:fix|update|bump|add|extend)s?\b.{0,12}\b(?:copyright|licen[cs]e (?:headers?|years?))\b.*",
)

CONSEQUENCE = regex(
    r"\b(?:CVE-\d+|GHSA-\w+|security|vulnerab\w+|breaking|incompatib\w+|backwards?[- ]incompat\w*|MSRV"
    r"|end of (?:life|support)"
    r"|no longer (?:support\w*|work\w*|compatible)"
    r"|(?:drop(?:s|ped|ping)?|remov(?:e|es|ed|ing)) (?:the )?support"
    r"|minimum (?:supported )?\w+(?: version)?|required \w+ version|now requires?"
    r"|requires? (?:at least|java|python|node|ruby|go|rust|jdk|php))\b",
    re.IGNORECASE,
)
"""What makes an update more than routine to those who use the project."""
