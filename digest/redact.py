"""Secrets out of text, when it is read: what is stored, drafted or sent never held one.

A table of what vendors document about their tokens, not a guess by entropy: a hash, a UUID or a version is no secret.
Every pattern runs in time linear to the text, and only where one of its hints stands in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from digest.regex import folded, regex

if TYPE_CHECKING:
    import re

_ALONE = r"(?<![A-Za-z0-9])"
_KEY_LINES = r"(?:[\s>\"',]|\\[nr])*+"
_NO_PLACEHOLDER = (
    r"(?!\*|x{3}|\.{3}|redacted|example|changeme|your|password|passwd|pass\b|secret|token|env\.|env:|file:|os\.|self\.)"
)


LONG = 15
"""Characters of the shortest token that is known by its form alone; few words of a text are so long."""


class Rule(NamedTuple):
    """What a secret looks like.

    Attributes:
        kind: what stands in the text instead: `[redacted: kind]`.
        hints: lower-case parts of which one stands in every text that holds such a secret.
        pattern: the secret; a group named `secret` where only a part of what is found has to go.
        spread: it may hold white space, or be short; any other one stands within a long word, with its hint.
    """

    kind: str
    hints: tuple[str, ...]
    pattern: str
    spread: bool = False


RULES = (
    Rule(
        "private-key",
        ("private key",),
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        rf"{_KEY_LINES}(?:[A-Za-z][A-Za-z-]{{1,30}}: [^\n\\]{{1,200}}{_KEY_LINES}){{0,8}}"
        rf"(?:[A-Za-z0-9+/=]{{16,}}+{_KEY_LINES})++"
        rf"(?:[A-Za-z0-9+/=]{{0,99}}{_KEY_LINES}-----END [A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)?-----)?",
        spread=True,
    ),
    Rule(
        "github-token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        rf"{_ALONE}(?:gh[pousr]_[A-Za-z0-9]{{36,}}|github_pat_[A-Za-z0-9_]{{22,}})",
    ),
    Rule(
        "gitlab-token",
        ("glpat-", "glptt-", "gldt-", "glrt-", "glcbt-", "glsoat-", "glft-", "glimt-", "gloas-"),
        rf"{_ALONE}gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|oas)-[A-Za-z0-9_.-]{{20,}}",
    ),
    Rule("aws-access-key", ("akia", "asia"), rf"{_ALONE}(?:AKIA|ASIA)[A-Z0-9]{{16}}(?![A-Za-z0-9])"),
    Rule(
        "aws-secret-key",
        ("secret",),
        r"(?i:aws_?secret_?(?:access_?)?key)[\"']?\s{0,5}[:=]\s{0,5}[\"']?(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])",
        spread=True,
    ),
    Rule("slack-token", ("xox", "xapp-"), rf"{_ALONE}(?:xox[abceoprs][.-]|xapp-)[A-Za-z0-9-]{{10,}}"),
    Rule(
        "webhook",
        ("hooks.slack.com", "discord", "webhook.office.com"),
        r"https://(?:hooks\.slack\.com/(?:services|workflows|triggers)"
        r"|discord(?:app)?\.com/api/webhooks|[a-z0-9-]{1,63}\.webhook\.office\.com/webhookb2)/[A-Za-z0-9/_@-]{20,}",
    ),
    Rule(
        "google-key",
        ("aiza", "ya29.", "gocspx-"),
        rf"{_ALONE}(?:AIza[A-Za-z0-9_-]{{35}}|ya29\.[A-Za-z0-9_-]{{20,}}|GOCSPX-[A-Za-z0-9_-]{{20,}})",
    ),
    Rule(
        "stripe-key",
        ("sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_"),
        rf"{_ALONE}(?:[sr]k_(?:live|test)_|whsec_)[A-Za-z0-9]{{16,}}",
    ),
    Rule("npm-token", ("npm_",), rf"{_ALONE}npm_[A-Za-z0-9]{{36}}(?![A-Za-z0-9])"),
    Rule("pypi-token", ("pypi-",), rf"{_ALONE}pypi-AgE[A-Za-z0-9_-]{{40,}}"),
    Rule("rubygems-token", ("rubygems_",), rf"{_ALONE}rubygems_[0-9a-f]{{48}}"),
    Rule("docker-token", ("dckr_",), rf"{_ALONE}dckr_(?:pat|oat)_[A-Za-z0-9_-]{{20,}}"),
    Rule(
        "jwt",
        ("eyj",),
        r"(?<![\w-])eyJ[A-Za-z0-9_-]{10,}+\.eyJ[A-Za-z0-9_-]{10,}+\.[A-Za-z0-9_-]{10,}",
    ),
    Rule(
        "azure-key",
        ("accountkey=", "sharedaccesskey=", "q~", "sig="),
        r"(?:(?i:AccountKey|SharedAccessKey)=(?P<secret>[A-Za-z0-9+/]{43,}={1,2})"
        r"|(?<![\w~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}"
        r"|[?&]sig=[A-Za-z0-9%/+]{43,}(?:%3[Dd]|=))",
    ),
    Rule("sendgrid-key", ("sg.",), rf"{_ALONE}SG\.[A-Za-z0-9_-]{{22}}\.[A-Za-z0-9_-]{{43}}"),
    Rule("twilio-key", ("sk",), rf"{_ALONE}SK[0-9a-f]{{32}}(?![0-9A-Za-z])"),
    Rule("mailgun-key", ("key-",), rf"{_ALONE}key-[0-9a-f]{{32}}(?![0-9A-Za-z])"),
    Rule("atlassian-token", ("atatt3", "atctt3", "atbb"), r"(?<![\w=-])(?:AT[AC]TT3|ATBB)[A-Za-z0-9_=-]{20,}"),
    Rule(
        "model-key",
        ("sk-", "hf_"),
        rf"{_ALONE}(?:sk-(?:proj|svcacct|admin|ant-[a-z]{{2,8}}\d\d)-[A-Za-z0-9_-]{{20,}}"
        r"|sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|hf_[A-Za-z0-9]{34}(?![A-Za-z0-9]))",
    ),
    Rule(
        "vault-token",
        (
            "hvs.",
            "hvb.",
            "dop_v1_",
            "doo_v1_",
            "glsa_",
            "lin_api_",
            "nrak-",
            "dapi",
            "shp",
            "figd_",
            "hrku-",
            "pscale_",
        ),
        rf"{_ALONE}(?:hv[sb]\.[A-Za-z0-9_-]{{24,}}|do[op]_v1_[0-9a-f]{{64}}|glsa_[A-Za-z0-9]{{32}}_[0-9a-f]{{8}}"
        r"|lin_api_[A-Za-z0-9]{40}|NRAK-[A-Z0-9]{27}|dapi[0-9a-f]{32}|shp(?:at|ca|pa|ss)_[0-9a-f]{32}"
        r"|figd_[A-Za-z0-9_-]{40,}|HRKU-[A-Za-z0-9_-]{36,}|pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,})(?![0-9A-Za-z])",
    ),
    Rule("age-key", ("age-secret-key-1",), rf"{_ALONE}AGE-SECRET-KEY-1[0-9A-Z]{{58}}(?![0-9A-Za-z])"),
    Rule("telegram-token", (":aa",), rf"{_ALONE}\d{{8,10}}:AA[A-Za-z0-9_-]{{33}}(?![A-Za-z0-9_-])"),
    Rule(
        "url-password",
        ("://",),
        rf"://[^\s/:@?#]{{0,100}}:(?P<secret>(?i:{_NO_PLACEHOLDER})[^\s/@?#$<{{\[]{{3,200}})@(?=[\w\[])",
        spread=True,
    ),
    Rule(
        "authorization",
        ("authorization",),
        r"(?i:authorization[\"']?\s{0,5}[:=]\s{0,5}[\"']?(?:bearer|basic|token)\s{1,5})(?P<secret>[A-Za-z0-9._~+/=-]{16,})",
        spread=True,
    ),
    Rule(
        "cookie",
        ("cookie:",),
        r"(?i:cookie:\s{1,5}[A-Za-z0-9_.-]{1,64}=)(?P<secret>[A-Za-z0-9%._~+/=-]{16,})",
        spread=True,
    ),
    Rule(
        "token",
        ("token",),
        r"(?i:\btoken)[\"']?\s{0,5}(?:=|:=|:(?=\s|[\"']))\s{0,5}[\"']?(?P<secret>(?=[A-Za-z_-]{0,199}\d)[A-Za-z0-9_-]{32,200}+)(?![(.\[])",
        spread=True,
    ),
    Rule(
        "password",
        ("password", "passwd", "pwd", "secret", "apikey", "api_key", "api-key", "token"),
        r"(?i:password|passwd|pwd|secret|api[_-]?key|secret[_-]?key|(?:access|auth|api|bearer)[_-]?token)"
        rf"[\"']?\s{{0,5}}(?:=|:=|:(?=\s|[\"']))\s{{0,5}}[\"']?(?P<secret>(?i:{_NO_PLACEHOLDER})"
        r"(?=[^\s\"']{0,99}\d)(?=[^\s\"']{0,99}[A-Za-z])[^\s\"'`<>(){}\[\],;$&|]{6,200}+)(?![(\[]|\{(?!(?:code|noformat)\}))",
        spread=True,
    ),
)
_TRIED = [(rule, regex(rule.pattern)) for rule in RULES]


def redact(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with each secret replaced by `[redacted: kind]`, and the kinds, one for each finding."""
    kinds: list[str] = []
    small = folded(text)
    long_words = " ".join(word for word in small.split() if len(word) >= LONG)
    for rule, pattern in _TRIED:
        place = small if rule.spread else long_words
        for hint in rule.hints if place else ():
            if hint in place:
                text = pattern.sub(lambda found, kind=rule.kind: _cut(found, kind, kinds), text)  # type: ignore[misc]
                break
    return text, tuple(kinds)


def _cut(found: re.Match[str], kind: str, kinds: list[str]) -> str:
    """What stands instead of the match; notes the kind."""
    kinds.append(kind)
    whole, start = found[0], found.start()
    begin, end = found.span("secret") if found.re.groupindex and found["secret"] else found.span()
    return f"{whole[: begin - start]}[redacted: {kind}]{whole[end - start :]}"
