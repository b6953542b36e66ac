"""Each vendor's token is cut, nothing that merely looks like one is; examples are put together when the test runs."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.redact import LONG, RULES, redact
from tests.spelled import holds_blanks, unhinted

ALNUM = "aB3dE5gH7jK9mN1pQ2sT4vW6xY8zA0cD"
HEX = "0123456789abcdef" * 6
UPPER = "ABCD2EFG3HIJ4KLM5NOP"


def run(alphabet: str, length: int) -> str:
    """A string of that length over the alphabet."""
    return (alphabet * (length // len(alphabet) + 1))[:length]


PEM = "\n".join(
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        run(ALNUM, 64),
        run(ALNUM, 64),
        "aB3=",
        "-----END RSA " + "PRIVATE KEY-----",
    ]
)

SECRETS = {
    "github-token": ["gh" + "p_" + run(ALNUM, 36), "gh" + "s_" + run(ALNUM, 40), "github" + "_pat_" + run(ALNUM, 82)],
    "gitlab-token": ["gl" + "pat-" + run(ALNUM, 20)],
    "aws-access-key": ["AK" + "IA" + run(UPPER, 16)],
    "slack-token": ["xo" + "xb-123456789012-" + run(ALNUM, 24), "xa" + "pp-1-" + run(UPPER, 20)],
    "webhook": [
        "https://hooks.slack" + ".com/services/T" + run(UPPER, 8) + "/B" + run(UPPER, 8) + "/" + run(ALNUM, 24)
    ],
    "google-key": ["AI" + "za" + run(ALNUM, 35), "GOC" + "SPX-" + run(ALNUM, 28)],
    "stripe-key": ["sk" + "_live_" + run(ALNUM, 24), "wh" + "sec_" + run(ALNUM, 32)],
    "npm-token": ["np" + "m_" + run(ALNUM, 36)],
    "pypi-token": ["py" + "pi-AgEIcHlwaS5vcmc" + run(ALNUM, 60)],
    "rubygems-token": ["ruby" + "gems_" + run(HEX, 48)],
    "docker-token": ["dc" + "kr_pat_" + run(ALNUM, 27)],
    "jwt": [".".join(["ey" + "J" + run(ALNUM, 30), "ey" + "J" + run(ALNUM, 40), run(ALNUM, 43)])],
    "private-key": [PEM, PEM.replace("\n", "\\n")],
    "azure-key": [run(ALNUM, 3) + "8Q" + "~" + run(ALNUM, 34)],
    "sendgrid-key": ["S" + "G." + run(ALNUM, 22) + "." + run(ALNUM, 43)],
    "twilio-key": ["S" + "K" + run(HEX, 32)],
    "mailgun-key": ["ke" + "y-" + run(HEX, 32)],
    "atlassian-token": ["AT" + "ATT3" + run(ALNUM, 180)],
    "model-key": ["s" + "k-proj-" + run(ALNUM, 60), "h" + "f_" + run("abCDefGH", 34), "h" + "f_" + run(ALNUM, 34)],
    "vault-token": [
        "hv" + "s." + run(ALNUM, 90),
        "da" + "pi" + run(HEX, 32),
        "fi" + "gd_" + run(ALNUM, 40),
        "HR" + "KU-" + run(ALNUM, 60),
        "psc" + "ale_tkn_" + run(ALNUM, 43),
        "shp" + "ss_" + run(HEX, 32),
    ],
    "age-key": ["AGE-" + "SECRET-KEY-1" + run(UPPER, 58)],
    "telegram-token": ["123456789:A" + "A" + run(ALNUM, 33)],
}
ASSIGNED = {
    "aws-secret-key": ("aws_secret_access_key = ", run(ALNUM, 40), ""),
    "azure-key": ("AccountName=acme;AccountKey=", run(ALNUM, 86) + "==", ";EndpointSuffix=core"),
    "url-password": ("clone https://bot:", "hunter2", "@example.test/acme/pay.git"),
    "authorization": ("Authorization: Bearer ", run(ALNUM, 20), " was sent"),
    "cookie": ("Set-Cookie: session=", run(ALNUM, 32), "; Path=/"),
    "token": ("curl -d token=", run(HEX, 40), " fails"),
    "password": ("DB_PASSWORD=", "hunter2", " in the environment"),
}
HARMLESS = [
    "This reverts commit " + HEX[:40] + ".",
    "trace 123e4567-e89b-12d3-a456-426614174000",
    "image@sha256:" + HEX[:64],
    "Bump requests from 2.32.3 to 2.34.2",
    "integrity sha512-" + run(ALNUM, 86) + "==",
    "https://example.test:8080/path?q=a@b.example",
    "ssh://git@example.test:22/acme/pay.git",
    "Reset password: users get a mail within 5 minutes",
    "password=os.environ['PW1234'] and token=${TOKEN_123}",
    "password=get_password2() is gone",
    "The next_page_token = response2.next_page_token, token: see the wiki, token=$TOKEN_0123456789012345678901234567890",
    "Set token=some-long-name-without-any-figure-in-it, Cookie: theme=dark",
    "https://user:password@example.test, https://user:pass@example.test and https://user:$PASS1@example.test",
    "Rename secret_key to signing_key in 3 places",
    "cache key: user-profile-v2",
    "A task-key-value store, risk-free, msg.send(), sk-learn-compatible-estimators-everywhere",
    "Detect the line -----BEGIN " + "PRIVATE KEY----- in a diff",
    "API key: see the wiki; Secret: ask Ann",
    "AK" + "IA" + run(UPPER, 20),
    "AKIA is a prefix; ghp_ too; eyJ begins a token",
]


@pytest.mark.parametrize(("kind", "secret"), [(k, s) for k, several in SECRETS.items() for s in several])
def test_a_token_is_cut_from_the_sentence_around_it(kind: str, secret: str) -> None:
    """What stands around a secret stays, the secret goes, its kind is told."""
    found = redact(f"Use {secret}, then (“{secret}”) again.")

    assert (f"Use [redacted: {kind}], then (“[redacted: {kind}]”) again.", (kind, kind)) == found


@pytest.mark.parametrize("kind", ASSIGNED)
def test_only_the_value_is_cut_where_a_name_tells_what_it_is(kind: str) -> None:
    """The name of the setting stays readable."""
    before, secret, after = ASSIGNED[kind]

    assert (f"{before}[redacted: {kind}]{after}", (kind,)) == redact(before + secret + after)


def test_marks_of_a_tracker_are_no_part_of_a_value() -> None:
    """A password that ends where a block of code does is cut, too."""
    text = "{code}password: hunter2{code} and {noformat}password=hunter2{noformat}"

    expected = "{code}password: [redacted: password]{code} and {noformat}password=[redacted: password]{noformat}"
    assert (expected, ("password", "password")) == redact(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    """Hashes, UUIDs, digests, versions, placeholders and prose are no secrets."""
    assert (text, ()) == redact(text)


def test_every_rule_has_an_example() -> None:
    """No rule of the table is without a test."""
    assert {rule.kind for rule in RULES} == SECRETS.keys() | ASSIGNED.keys()


def test_a_hint_stands_in_every_secret_and_a_token_in_one_long_word() -> None:
    """A rule that is not tried where no hint stands, or no long word, would find nothing there."""
    tokens = [rule for rule in RULES if not rule.spread]

    assert [] == [rule.kind for rule in RULES if unhinted(rule.pattern, 0, rule.hints)]
    assert [] == [rule.kind for rule in tokens if holds_blanks(rule.pattern) or shortest(rule.pattern) < LONG]
    assert [True, True] == [holds_blanks("a[^x]b"), holds_blanks("(?:a|b.)+")]


def shortest(pattern: str) -> int:
    """The length of the least that a pattern finds."""
    least: int = re._parser.parse(pattern).getwidth()[0]  # type: ignore[attr-defined]
    return least


def test_a_key_without_its_last_line_is_cut_as_well() -> None:
    """A private key that was cut off is still a secret."""
    text, kinds = redact("\n".join(PEM.split("\n")[:3]) + "\n")

    assert ("[redacted: private-key]", ("private-key",)) == (text, kinds)


@given(
    st.lists(st.sampled_from([s for several in SECRETS.values() for s in several] + HARMLESS) | st.text(), max_size=6)
)
def test_redacting_twice_changes_nothing(parts: list[str]) -> None:
    """What was redacted holds no secret any more."""
    once, _ = redact(" ".join(parts))

    assert (once, ()) == redact(once)


@pytest.mark.parametrize(
    "piece",
    [
        "ey" + "J-",
        "ey" + "Jaaaaaaaaaaaa.",
        "-----BEGIN " + "PRIVATE KEY-----\n",
        "://a:b",
        "://",
        "password=",
        "password=1a",
        "gh" + "p_a",
        "github" + "_pat_",
        "SK",
        "gl" + "pat-",
        "AT" + "ATT3",
        "a" * 40,
        "x: ",
    ],
)
def test_time_grows_with_the_text_only(piece: str) -> None:
    """A long text made to trap a pattern is read in well under a second."""
    begin = time.perf_counter()
    redact(piece * (100_000 // len(piece)) + "password")

    assert time.perf_counter() - begin < 1
