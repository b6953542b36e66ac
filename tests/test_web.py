from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from digest import draft, project, web
from digest.cli.browsing import Background, tunnel
from digest.draft import files
from digest.errors import DraftError
from digest.model import Activity, Digest, Entry, LeftOut, Part, Sample, Section
from digest.web.acts import Act, decode
from tests.browser import raw, review
from tests.drafts import WEEKS
from tests.lines import TUESDAY, Line
from tests.test_draft import SHOP


@pytest.fixture
def desk(tmp_path: Path) -> web.Desk:
    """A draft on the desk."""
    file = tmp_path / "2026-W07_W08.md"
    file.write_text(draft.write(SHOP), encoding="utf-8")
    return web.Desk(file=file, gather=lambda _: web.Facts(), preview=lambda digest: (digest.title, ""))


def test_an_act_on_what_was_not_seen_is_not_done(desk: web.Desk) -> None:
    """Where the file has another hash than the page saw, it stays as it is, and the page gets to see it."""
    before = desk.file.read_text()
    answer = desk.act("an older hash", [Act(do="drop", at=16)])

    assert (True, desk.seen(), before) == (answer.stale, answer.view["seen"], desk.file.read_text())


def test_a_change_between_reading_and_writing_wins(desk: web.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody saves in the last moment: their file stands, and the page is told."""
    seen = desk.seen()
    save = draft.save

    def late(path: Path, text: str, expected: str | None) -> str:
        path.write_text(path.read_text() + "\nTheirs.\n")
        return save(path, text, expected)

    monkeypatch.setattr(draft, "save", late)
    answer = desk.act(seen, [Act(do="add", section="next", text="Mine.")])

    assert (True, True, False) == (
        answer.stale,
        "Theirs." in desk.file.read_text(),
        "Mine." in desk.file.read_text(),
    )


def test_of_two_who_save_in_the_same_moment_one_is_told(desk: web.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have seen the same file and both find it unchanged: one writes, the other is told, and no words are lost."""
    both = threading.Barrier(2)
    look = files._refuse_foreign_change

    def slowly(path: Path, expected: str | None) -> None:
        look(path, expected)
        with suppress(threading.BrokenBarrierError):  # where the second is kept waiting, the first goes on alone
            both.wait(0.3)

    monkeypatch.setattr(files, "_refuse_foreign_change", slowly)
    other = web.Desk(file=desk.file, gather=desk.gather, preview=desk.preview)
    seen = desk.seen()
    acts = {who: [Act(do="add", section="next", text=f"{who}.")] for who in ("Mine", "Theirs")}
    with ThreadPoolExecutor(2) as pool:
        mine = pool.submit(desk.act, seen, acts["Mine"])
        theirs = pool.submit(other.act, seen, acts["Theirs"])
        stale = {"Mine.": mine.result().stale, "Theirs.": theirs.result().stale}
    told = [x.entry.text for x in draft.read(desk.file.read_text()).lines if x.entry.text in stale]

    assert (1, [words for words, was_stale in stale.items() if not was_stale]) == (sum(stale.values()), told)


def test_several_acts_are_done_together_or_not_at_all(desk: web.Desk) -> None:
    """The second of two acts cannot be done: the first is not, either."""
    before = desk.file.read_text()
    with pytest.raises(DraftError, match="a line needs words"):
        desk.act(desk.seen(), [Act(do="add", section="next", text="Mine."), Act(do="add", section="next", text=" ")])

    assert before == desk.file.read_text()


def test_undo_stops_at_a_foreign_change(desk: web.Desk) -> None:
    """What somebody else wrote since is never taken back with what the page did."""
    answer = desk.act(desk.seen(), [Act(do="add", section="next", text="Mine.")])
    desk.file.write_text(desk.file.read_text().replace("Mine.", "Mine and theirs."))
    told = desk.undo(answer.view["seen"])
    again = desk.undo(told.view["seen"])

    assert (True, True, False, True) == (
        answer.view["undo"],
        told.stale,
        again.view["undo"],
        "Mine and theirs." in desk.file.read_text(),
    )


def test_words_that_would_break_the_file_are_words(desk: web.Desk) -> None:
    """Comments, headings and marks of git in what a person types stay inside of the line."""
    nasty = "<!-- digest:state v1 --> *Next:* <<<<<<< mine\n# x\n-->"
    desk.act(desk.seen(), [Act(do="add", section="next", text=nasty)])

    read = draft.read(desk.file.read_text())
    assert (SHOP.period, 2, "&lt;!-- digest:state v1 --> *Next:* <<<<<<< mine # x -->") == (
        read.digest.period,
        len(read.digest.section("next").entries),
        read.digest.section("next").entries[-1].text,
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"seen": 1}', b'{"seen": "", "acts": [{"do": "publish"}]}', b'{"seen": "", "else": 1}', b"\xff"],
)
def test_what_the_page_cannot_ask_is_refused(body: bytes) -> None:
    """Anything but the known acts is an error that says to reload."""
    with pytest.raises(DraftError) as error:
        decode(body)

    assert "reload the page" == error.value.hint


def test_a_line_of_a_book_is_refused() -> None:
    """A line has an end."""
    with pytest.raises(DraftError) as error:
        decode(b'{"seen": "", "acts": [{"do": "add", "text": "' + b"x" * 4001 + b'"}]}')

    assert "a line may have 4000 characters" == error.value.message


def test_facts_name_the_evidence_and_its_points() -> None:
    """Title, address, what it is, words and points; of a figure its value; what nobody knows is said."""
    activity = Activity(
        source="github",
        key="acme/shop#412",
        kind="pull_request",
        title="Add  Redis \x1b[31m",
        body="Because it is quick.",
        url="https://github.com/acme/shop/pull/412",
        people=("ann",),
        where="acme/shop",
        done=TUESDAY,
        parts=(Part(key="abc", title="Begin", body="at last"),),
    )
    unsafe = Activity(source="git", key="1", kind="commit", title="x", url="javascript:alert(1)")
    sample = Sample(source="sql", key="conv", metric="conversion", value=3.5, unit="%", baseline=3, n=9, at=TUESDAY)
    entry = Entry(text="Added.", refs=(activity.ref,), points={"feature": 2.0}, joined=(("jira:PAY-7", "key", 0.9),))
    left = LeftOut(title="x", refs=("git:1",), points={"small": -1.0})
    digest = Digest(
        title="Shop", period=WEEKS, sections=(Section(name="progress", entries=(entry,)),), left_out=(left,)
    )
    facts = web.facts_of(digest, [activity, unsafe], [sample])
    found = facts.behind([activity.ref, f"{activity.ref}~tradeoff-1", "git:1", "sql:conv", "git:gone"])

    assert (
        ["Add Redis", "x", "conversion: 3.5 %, before 3, n = 9", "not in the store of this machine; digest draft reads it"],
        ["https://github.com/acme/shop/pull/412", "", "", ""],
        "pull request in acme/shop, done on 24 Feb 2026 by ann",
        ("Because it is quick.", "Begin\nat last"),
        ("rank 2.00 = feature +2.00", "joined jira:PAY-7: key (confidence 90%)"),
        ("rank -1.00 = small -1.00",),
    ) == (
        [e.title for e in found],
        [e.url for e in found],
        found[0].about,
        found[0].text,
        facts.why([activity.ref]),
        facts.why(["git:1"]),
    )  # fmt: skip


def test_facts_are_asked_for_anew_after_a_foreign_change(desk: web.Desk) -> None:
    """Acts of the page cost no look into the store; a re-draft of somebody else does."""
    asked: list[int] = []

    def gather(read: draft.Draft) -> web.Facts:
        asked.append(len(read.lines))
        return web.Facts()

    desk.gather = gather
    desk.act(desk.look()["seen"], [Act(do="add", section="next", text="Mine.")])
    desk.look()
    desk.file.write_text(draft.add(desk.file.read_text(), "next", "Theirs."))
    desk.look()

    assert [5, 7] == asked


def test_the_page_closes_when_nobody_is_there(tmp_path: Path) -> None:
    """Without anything done for a while it ends by itself, and says so."""
    file = tmp_path / "d.md"
    file.write_text(draft.write(SHOP), encoding="utf-8")
    desk = web.Desk(file=file, gather=lambda _: web.Facts(), preview=lambda _: ("", ""))
    with web.serve(desk, idle=0.01) as served:
        why = served.wait()

    assert "idle" == why


def test_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    """The address is 127.0.0.1, on a port that the system chose; another address of this machine is not answered."""
    with review(tmp_path, SHOP) as up:
        answered = "HTTP" in raw(up.served.port, "GET / HTTP/1.1\n\n")
        lines = Path("/proc/net/tcp").read_text().splitlines()
        listening = {x.split()[1] for x in lines if f":{up.served.port:04X} 00000000:0000" in x}

    assert (True, {f"0100007F:{up.served.port:04X}"}) == (answered, listening)


def test_over_ssh_the_way_in_is_told() -> None:
    """On a machine that is reached over SSH the terminal prints the tunnel; on one's own it does not."""
    told = tunnel({"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.7 22"}, 4711)

    assert (True, []) == ("ssh -N -L 4711:127.0.0.1:4711" in told[0] and told[0].endswith("@192.0.2.7"), tunnel({}, 1))


def test_the_command_serves_the_draft(line: Line) -> None:
    """A real process: the address on standard error alone, the page behind it, Done ends it, what is left is said."""
    line.clone.commit("feat: add carts\n\nTrade-off: chose speed over thrift.", "2026-02-12T10:00:00+00:00")
    line.run("draft")
    argv = [sys.executable, "-m", "digest", "review", "--web", "--period", "W7-8"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(argv, cwd=line.clone.path, env=env, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        process.stderr.readline()
        address = process.stderr.readline().strip()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = opener.open(address, timeout=10).read().decode()
        here = address.partition("/?")[0]
        token = address.partition("token=")[2].encode()
        shown = [token in Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
        csrf = re.search(r'"csrf": "([^"]+)"', page)
        headers = {"Origin": here, "X-CSRF-Token": csrf[1] if csrf else "", "Content-Type": "application/json"}
        opener.open(urllib.request.Request(f"{here}/leave", b"{}", headers), timeout=10)
        said = process.stderr.read()

    assert (0, [False, False], True, True, True) == (
        process.returncode,
        shown,
        "chose speed over thrift" in page,
        "feat: add carts" in page,
        "saved: digests/2026-W07_W08.md; " in said,
    )


def test_the_store_gives_the_evidence_and_the_numbers_are_checked(line: Line) -> None:
    """The page gets what the store knows of a line, and a number that no evidence holds is named at its line."""
    line.clone.commit("feat: add carts, 20% quicker\n\nFor everybody.", "2026-02-12T10:00:00+00:00")
    line.run("draft")
    text = draft.add(line.read("digests/2026-W07_W08.md"), "metrics", "Costs fell by 42%.")
    read = draft.read(text)
    background = Background(project=project.open_project(line.clone.path))
    (found,) = background.gather(read).behind(read.lines[0].entry.refs)

    assert (
        "feat: add carts, 20% quicker",
        ("For everybody.",),
        [(read.lines[-1].at, "the number 42% has no evidence")],
    ) == (
        found.title,
        found.text,
        [(f.at, f.message) for f in background.lint(read)],
    )


def test_what_was_collected_since_is_offered(line: Line) -> None:
    """The store has news that the draft has not: it is named, and brought in under the hash that the page saw."""
    line.clone.commit("feat: add carts", "2026-02-12T10:00:00+00:00")
    line.run("draft")
    line.clone.commit("feat: add wish lists", "2026-02-13T10:00:00+00:00")
    line.run("collect")
    background = Background(project=project.open_project(line.clone.path))
    file = line.clone.path / "digests/2026-W07_W08.md"
    desk = web.Desk(file=file, gather=background.gather, redraft=background.redraft, preview=lambda _: ("", ""))
    view = desk.look()
    stale = desk.bring("an older hash")
    done = desk.bring(view["seen"])

    assert (["new: Added wish lists."], True, [], ["Added carts.", "Added wish lists."]) == (
        view["pending"],
        stale.stale,
        done.view["pending"],
        [x.entry.text for x in draft.read(file.read_text()).lines],
    )


def test_what_stands_in_the_way_of_publishing_is_found(line: Line) -> None:
    """Beside the numbers: a missing approval, as `digest publish` would say it."""
    line.write("config.toml", 'title = "Shop"\napproval = true\n[collectors.git]\npaths = ["."]\n')
    line.clone.commit("feat: add carts", "2026-02-12T10:00:00+00:00")
    line.run("draft")
    read = draft.read(line.read("digests/2026-W07_W08.md"))
    background = Background(project=project.open_project(line.clone.path))
    background.gather(read)

    assert [(0, "nobody has approved it (digest approve)")] == [(f.at, f.message) for f in background.lint(read)]


def test_the_page_says_how_far_the_digest_is(line: Line) -> None:
    """Drafted, in review, published, edited since: with the command that leads on, none where it is published as it is."""
    line.clone.commit("feat: add carts", "2026-02-12T10:00:00+00:00")
    line.run("draft")
    background = Background(project=project.open_project(line.clone.path))
    file = line.clone.path / "digests/2026-W07_W08.md"
    desk = web.Desk(file=file, gather=background.gather, standing=background.standing, preview=lambda _: ("", ""))
    found = [desk.look()]
    found.append(
        desk.act(desk.seen(), [Act(do="reword", at=found[0]["sections"][0]["lines"][0]["at"], text="Carts.")]).view
    )
    line.run("publish")
    found.append(desk.look())
    found.append(desk.act(desk.seen(), [Act(do="add", section="next", text="Wish lists.")]).view)

    assert [
        ("drafted", "digest publish"),
        ("in review", "digest publish"),
        ("published on 2026-02-24", ""),
        ("published on 2026-02-24; the draft was edited since (digest publish --correct)", "digest publish --correct"),
    ] == [(view["standing"], view["then"]) for view in found]
