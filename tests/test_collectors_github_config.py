from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from digest import plugins
from digest.collectors import BUILTIN
from digest.collectors.github import GitHub
from digest.config import Secret
from digest.errors import ConfigError, DigestError, SourceError
from tests.sims.github.bench import TOKEN, run, source
from tests.sims.github.datagen import generate
from tests.sims.github.server import GithubSim

DATA = generate(big=0)
REPOS = ["acme/pay"]


@pytest.fixture(scope="module")
def sim() -> Iterator[GithubSim]:
    """A double that no test changes."""
    with GithubSim(DATA) as served:
        yield served


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an app's private key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    shape = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = tmp_path_factory.mktemp("app") / "key.pem"
    file.write_bytes(key.private_bytes(*shape))
    file.chmod(0o600)
    return file


def build(table: dict[str, Any], root: Path = Path()) -> GitHub:
    """What stands in `[collectors.hub]` as a source."""
    made: GitHub = plugins.build("collectors", BUILTIN, "hub", {"type": "github", **table}, root)
    return made


def test_a_table_needs_repositories_only(tmp_path: Path) -> None:
    """Everything but `repos` has a default."""
    made = build({"repos": REPOS}, tmp_path)

    assert ("hub", tmp_path, ("acme/pay",), "https://api.github.com", 120) == (
        made.name,
        made.root,
        made.repos,
        made.url,
        made.deadline,
    )
    assert ("env:GITHUB_TOKEN", True, False) == (made.token.place, made.upcoming, made.issues)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({}, "repos: name at least one"),
        ({"repos": ["acme"]}, "repos: 'acme' is no repository"),
        ({"repos": ["https://github.com/acme/pay"]}, "is no repository"),
        ({"repos": ["org:acme/pay"]}, "is no repository"),
        ({"repos": ["org:"]}, "is no repository"),
        ({"repos": ["acme/pay is:open"]}, "is no repository"),
        ({"repos": REPOS, "tokn": "env:T"}, "no setting is called 'tokn'"),
        ({"repos": REPOS, "token": TOKEN}, "a secret must not stand in the file itself"),
        ({"repos": REPOS, "deadline": 0}, "deadline"),
        ({"repos": REPOS, "app_id": 12}, "app_id and private_key belong together"),
        ({"repos": REPOS, "url": "github.acme.example"}, "url: no address of an API"),
        ({"repos": REPOS, "url": "https://"}, "url: no address of an API"),
        ({"repos": REPOS, "url": "https://h:x/api/v3"}, "url: no address of an API"),
        ({"repos": REPOS, "url": "https://me:pw@host/api/v3"}, "url: no address of an API"),
        ({"repos": REPOS, "url": "https://github.com"}, "the API of github.com is https://api.github.com"),
        ({"repos": REPOS, "url": "http://github.acme.example/api/v3"}, "http would send the token in the clear"),
    ],
)
def test_a_wrong_table_is_one_line(table: dict[str, Any], says: str) -> None:
    """What does not fit is told with the table's name, and a secret is not told."""
    with pytest.raises(ConfigError) as raised:
        build(table)

    told = str(raised.value)
    assert (True, True, False) == (told.startswith("[collectors.hub]"), says in told, TOKEN in told or "\n" in told)


@pytest.mark.parametrize(
    "url", ["https://github.acme.example/api/v3", "https://api.acme.ghe.com", "http://localhost:1"]
)
def test_other_servers_are_taken(url: str) -> None:
    """An Enterprise server, one of ghe.com and a local one are addresses of an API."""
    assert url == build({"repos": REPOS, "url": url}).url


def test_an_app_signs_in_by_its_key(sim: GithubSim, pem: Path) -> None:
    """With `app_id` and `private_key` the installation is found by the first repository, and its token is used."""
    secret = Secret(f"file:{pem}")

    found = run(sim, "acme/checkout", app_id=12, private_key=secret)
    routes = set(sim.stats()["by_route"])
    given = run(sim, "org:acme", app_id="Iv1.x", private_key=secret, installation_id=77)

    assert {"app installation", "app token", "GraphQL Digest"} == routes
    assert (73, [], []) == (len(found.found()), found.outcomes, given.outcomes)
    assert "signed in as app 12" == next(source(sim, "acme/checkout", app_id=12, private_key=secret).check())


def test_an_app_waits_for_its_installation_like_for_all_else(sim: GithubSim, pem: Path) -> None:
    """A server error while signing in is asked again; a key that is none, or no installation, is one line."""
    sim.faults.set(first_n=1, status=503)
    app: dict[str, Any] = {"app_id": 12, "private_key": Secret(f"file:{pem}")}
    ran = run(sim, "acme/checkout", **app)
    sim.faults.set(first_n=1, status=404)
    with pytest.raises(SourceError) as not_installed:
        run(sim, "acme/checkout", **app)
    sim.faults.clear()

    assert ([], [1], True) == (ran.outcomes, ran.slept, "not installed for acme/checkout" in str(not_installed.value))


def test_a_key_that_is_none_is_told_without_it(sim: GithubSim, tmp_path: Path) -> None:
    """What stands at `private_key` is not told when it is no key."""
    file = tmp_path / "key.pem"
    file.write_text("hunter2")
    file.chmod(0o600)

    with pytest.raises(DigestError) as raised:
        run(sim, "acme/checkout", app_id=12, private_key=Secret(f"file:{file}"))

    assert (True, False) == ("no RSA key" in str(raised.value), "hunter2" in str(raised.value))


@pytest.mark.parametrize(
    ("token", "repos", "says"),
    [
        ("bad", ["acme/checkout"], "it refuses the token (401)"),
        (
            "good",
            ["acme/checkout", "acme/gone", "org:nobody"],
            "acme/gone: not found, or the token has no access to it;",
        ),
        ("limited", ["acme/secret"], "acme/secret: not found, or the token has no access to it"),
    ],
)
def test_check_names_what_does_not_work(
    sim: GithubSim, monkeypatch: pytest.MonkeyPatch, token: str, repos: list[str], says: str
) -> None:
    """`check` ends in one error that names everything that cannot be read."""
    monkeypatch.setenv("GITHUB_TOKEN", token)

    with pytest.raises(SourceError) as raised:
        list(source(sim, *repos).check())

    assert says in str(raised.value)


def test_check_tells_of_archived_and_private(sim: GithubSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` says of each repository what it is."""
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setitem(DATA["repos"][0], "archived", True)

    lines = list(source(sim, "acme/checkout", "acme/secret").check())

    assert ["acme/checkout: can be read (public, archived)", "acme/secret: can be read (private)"] == lines[2:]


def test_check_takes_any_number_and_a_server_without_limits(sim: GithubSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many repositories are checked in few requests; a server that limits nothing tells of no limit."""
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr(sim, "spoil", lambda told: told["data"].update(rateLimit=None))
    sim.reset_stats()

    lines = list(source(sim, *["acme/checkout"] * 60).check())

    assert (["signed in as maria-k", *["acme/checkout: can be read (public)"] * 60], 2) == (lines, sim.stats()["total"])
