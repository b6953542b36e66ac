"""Runs that nobody watches: the owner hears of a draft once, a monitor hears of each run that went well."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from digest import deliveries
from digest.deliveries import Receipt
from digest.errors import DigestError
from digest.notice import note_of
from digest.plugins import build
from digest.project import open_project
from digest.render import compose
from tests.examples import ARTICLE
from tests.lines import Line
from tests.servers.post import Post
from tests.servers.site import Site
from tests.servers.tls import make

SETTINGS = 'title = "Shop"\ntimezone = "UTC"\nstore = "state/digest.db"\n'
MAIL = """
[notify.me]
type = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "digest@example.test"
to = ["owner@example.test"]
"""


@pytest.fixture
def shop(line: Line) -> Line:
    """A project in which something happened in W7-8."""
    line.clone.commit("Add gift cards\n\nTrade-off: chose speed over memory", "2026-02-11T10:00:00Z")
    line.write("config.toml", SETTINGS)
    return line


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """A mail server."""
    with Post("none", make(tmp_path), login=False) as server:
        yield server


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """What expects a heartbeat."""
    with Site(lambda *_: (200, "OK"), lambda *_: True) as site:
        monkeypatch.setenv("BEAT", f"{site.url}/s3cret")
        yield site


def test_the_owner_hears_of_a_draft_once(shop: Line, post: Post) -> None:
    """With the number of notes and the path; a run that is not due says nothing more."""
    shop.write("config.toml", SETTINGS + MAIL.format(port=post.port))
    for _ in range(3):
        shop.run("draft", "--if-due")
    (mail,) = [message_from_bytes(raw, policy=policy.default) for _, raw in post.taken]
    text = mail.get_body(("plain",))

    assert ("Shop W7-8: the draft is ready, no notes to look at", True, ["owner@example.test"]) == (
        mail["Subject"],
        text is not None and str(shop.clone.path / "digests/2026-W07_W08.md") in text.get_content(),
        post.taken[0][0],
    )


@pytest.mark.parametrize(("guesses", "words"), [(0, "no notes"), (1, "1 note"), (2, "2 notes")])
def test_guesses_are_counted(shop: Line, guesses: int, words: str) -> None:
    """What waits for a decision is what there is to look at."""
    shop.run("draft")
    lines = "".join(f"- Guess {k}. <!-- ? git:{k:012d} -->\n" for k in range(guesses))
    shop.edit("digests/2026-W07_W08.md", "*Progress:*\n\n", f"*Progress:*\n\n{lines}")
    project = open_project(shop.clone.path)
    period = project.cadence.last(shop.at)

    assert f"Shop W7-8: the draft is ready, {words} to look at" == note_of(project, period).subject


def test_by_hand_nobody_is_told(shop: Line, post: Post) -> None:
    """Who drafts knows it."""
    shop.write("config.toml", SETTINGS + MAIL.format(port=post.port))
    shop.run("draft")
    shop.run("draft", "--if-due")

    assert [] == post.taken


def test_a_server_that_is_away_is_tried_again(shop: Line, post: Post) -> None:
    """The draft is there all the same, the run ends well, and the next one tells the owner."""
    shop.write("config.toml", SETTINGS + MAIL.format(port=1))
    first = shop.run("draft", "--if-due")
    shop.write("config.toml", SETTINGS + MAIL.format(port=post.port))
    shop.run("draft", "--if-due")
    shop.run("draft", "--if-due")

    assert (True, ["2026-W07_W08.md"], 1) == ("notify: " in first.stderr, shop.folder("digests"), len(post.taken))


def test_a_table_that_does_not_fit_breaks_no_run(shop: Line) -> None:
    """It is said, and `digest check` says it too."""
    shop.write("config.toml", SETTINGS + '[notify.me]\ntype = "smpt"\n')
    said = shop.run("draft", "--if-due").stderr

    assert (True, True) == (
        "notify: [notify.me]: no type is called 'smpt' (did you mean 'smtp'?)" in said,
        "no type is called 'smpt'" in shop.run("check", code=2).stderr,
    )


def test_a_chat_hears_it_too(shop: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Slack it is one line with the path."""
    with Site(lambda *_: (200, "ok")) as chat:
        monkeypatch.setenv("SLACK", f"{chat.url}/T/B/x")
        shop.write("config.toml", SETTINGS + '[notify.chat]\ntype = "slack"\nwebhook = "env:SLACK"\n')
        shop.run("draft", "--if-due")

    assert ["Shop W7-8: the draft is ready, no notes to look at:"] == [
        body["blocks"][0]["text"]["text"].partition(" /")[0] for _, _, body in chat.asked
    ]


def test_a_note_by_apprise(shop: Line) -> None:
    """The real program gets the note on its standard input and tells whatever it knows; one that fails is tried again."""
    with Site(lambda *_: (200, "ok")) as phone:
        (shop.clone.path / "me.yml").write_text(f"urls:\n  - json://{phone.url.removeprefix('http://')}/\n")
        command = [str(Path(sys.executable).with_name("apprise")), "--title", "digest", "--config", "me.yml"]
        shop.write("config.toml", f'{SETTINGS}[notify.phone]\ntype = "command"\ncommand = {json.dumps(command)}\n')
        phone.fault = "broken"
        refused = shop.run("draft", "--if-due").stderr
        phone.fault = ""
        shop.run("draft", "--if-due")
        shop.run("draft", "--if-due")

    told = [body["message"].splitlines()[0] for _, _, body in phone.asked]
    note = "Shop W7-8: the draft is ready, no notes to look at"

    assert (True, [note, note]) == ("notify: phone: " in refused, told)


def test_each_run_that_went_well_beats(shop: Line, monitor: Site) -> None:
    """Due or not; a draft made by hand does not, and a run that failed does not."""
    shop.write("config.toml", SETTINGS + '[heartbeat]\nurl = "env:BEAT"\n')
    counts = []
    for args, code in (("draft", 0), ("draft --if-due", 0), ("status", 0)):
        shop.run(*args.split(), code=code)
        counts.append(len(monitor.asked))
    shop.write("config.toml", SETTINGS + '[heartbeat]\nurl = "env:BEAT"\n[collectors.git]\npaths = ["gone"]\n')
    shop.at = shop.at.replace(month=4)
    shop.run("draft", "--if-due", code=1)
    shop.at = shop.at.replace(month=8, day=28)
    shop.run("status", code=1)

    assert ([0, 1, 2], 2) == (counts, len(monitor.asked))


def test_a_monitor_hears_of_what_did_not_arrive(shop: Line) -> None:
    """A digest that went out and could not be taken is no good state, until a later run delivers it."""
    take = '[deliveries.desk]\ntype = "command"\ncommand = ["/bin/sh", "-c", "cat >/dev/null; exit {code}"]\n'
    shop.write("config.toml", SETTINGS + take.format(code=75))
    shop.run("draft")
    shop.run("publish", "--allow-unreviewed", code=75)
    waits = shop.run("status", code=1).stderr
    shop.write("config.toml", SETTINGS + take.format(code=0))
    shop.run("publish", "--allow-unreviewed")
    fine = shop.run("status").stdout

    assert (True, True) == ("published" in waits and "desk: not taken yet by /bin/sh" in waits, "published" in fine)


@pytest.mark.parametrize("fault", ["broken", "lost before", "moved", "gone", "unset"])
def test_a_heartbeat_breaks_no_run(shop: Line, monitor: Site, monkeypatch: pytest.MonkeyPatch, fault: Any) -> None:
    """It is said without its address, and the run ends as it would."""
    shop.write("config.toml", SETTINGS + '[heartbeat]\nurl = "env:BEAT"\n')
    if fault == "gone":
        monkeypatch.setenv("BEAT", "http://127.0.0.1:1/s3cret")
    elif fault == "unset":
        monkeypatch.delenv("BEAT")
    else:
        monitor.fault = fault
    said = shop.run("status").stderr

    assert (True, False) == (said.startswith("heartbeat: not taken: "), "s3cret" in said)


def piped(root: Path, script: str, **table: Any) -> Any:
    """The delivery of a table `[deliveries.pipe]` that runs a shell script."""
    table = {"type": "command", "command": ["/bin/sh", "-c", script]} | table
    return build("deliveries", deliveries.BUILTIN, "pipe", table, root)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("cat >got", Receipt(accepted=("/bin/sh",), detail="/bin/sh took it")),
        ("echo busy >&2; exit 75", Receipt(deferred={"/bin/sh": "busy"})),
        ("kill -9 $$", Receipt(detail="/bin/sh was killed")),
        ("exec sleep 5", Receipt(detail="/bin/sh did not end within 0.3 seconds")),
    ],
)
def test_a_program_takes_it(tmp_path: Path, script: str, expected: Receipt) -> None:
    """Its exit code is the verdict; where it was cut off, nobody knows."""
    timeout = 0.3 if "sleep" in script else 30

    assert expected == piped(tmp_path, script, timeout=timeout).deliver(compose(ARTICLE), ("/bin/sh",))


def test_a_program_gets_the_form_it_asked_for(tmp_path: Path) -> None:
    """On its standard input, in the folder of the configuration."""
    message = compose(ARTICLE)
    for form in ("text", "markdown", "html"):
        piped(tmp_path, f"cat >{form}", format=form).deliver(message, ("x",))
    got = [(tmp_path / form).read_text() for form in ("text", "markdown", "html")]

    assert [message.text, message.markdown, message.html] == got


def test_a_program_that_refuses_or_is_not_there(tmp_path: Path) -> None:
    """Nothing was told to anybody; `check` finds a missing one beforehand."""
    with pytest.raises(DigestError) as refused:
        piped(tmp_path, "echo no such channel >&2; exit 1").deliver(compose(ARTICLE), ("x",))
    gone = piped(tmp_path, "", command=["./gone"])
    with pytest.raises(DigestError) as started:
        gone.deliver(compose(ARTICLE), ("x",))
    with pytest.raises(DigestError) as checked:
        gone.check()

    assert (
        "pipe: /bin/sh: no such channel",
        "pipe: ./gone: No such file or directory",
        "pipe: there is no program ./gone",
    ) == (
        str(refused.value),
        str(started.value),
        str(checked.value),
    )
