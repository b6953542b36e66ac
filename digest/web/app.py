"""The page and what it asks for, as a Flask application. Nothing here sends a digest anywhere."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from digest import render
from digest.errors import DigestError
from digest.regex import regex
from digest.web import gate as rules
from digest.web.acts import decode
from digest.web.desk import Answer, Desk
from digest.web.gate import Gate

if TYPE_CHECKING:
    from flask import Flask, Response

REMEMBERED = 8
"""How many previews can still be loaded."""

SCHEMES = {"light": "not all", "dark": "all"}
_STYLE = regex(r"(?s)<style.*?</style>")
_DARK = regex(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)")


class Room(msgspec.Struct, kw_only=True):
    """What the requests share: the draft, the gate, the previews, when somebody last did something, and the way out."""

    desk: Desk
    gate: Gate
    leave: Callable[[], None]
    last: float = msgspec.field(default_factory=time.monotonic)
    mails: OrderedDict[str, str] = msgspec.field(default_factory=OrderedDict)

    def remember(self, html: str) -> str:
        """Keep a preview for the frame that is about to ask for it; gives its name."""
        name = hashlib.sha256(html.encode("utf-8", "replace")).hexdigest()[:16]
        self.mails[name] = html
        while len(self.mails) > REMEMBERED:
            self.mails.popitem(last=False)
        return name


def make_app(room: Room) -> Flask:
    """The application over one draft."""
    from flask import Flask

    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = rules.LARGEST
    _guard(app, room)
    _read(app, room)
    _write(app, room)
    return app


def _guard(app: Flask, room: Room) -> None:
    from flask import request

    @app.before_request
    def refuse() -> Response | None:
        reason = room.gate.refusal(request)
        return _words(f"Refused: {reason}.", 403) if reason else None

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in rules.HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("Content-Security-Policy", rules.NOTHING)
        return response

    @app.errorhandler(DigestError)
    def complain(error: DigestError) -> Response:
        return _json({"error": str(error)}, 422)


def _read(app: Flask, room: Room) -> None:
    from flask import Response, redirect, request

    @app.get("/")
    def page() -> Any:
        if "token" in request.args:
            known = room.gate.knows(request)
            if not (room.gate.enter(request.args["token"]) or known):
                return _words("Refused: this address was used before, or it is wrong. Start the review again.", 403)
            typed = request.headers.get("Sec-Fetch-Site", "") in rules.OURS
            inside = redirect("/", 303) if typed else Response(rules.INSIDE)
            inside.set_cookie(room.gate.cookie_name, room.gate.cookie, httponly=True, samesite="Strict", path="/")
            return inside
        room.last = time.monotonic()
        nonce = secrets.token_urlsafe(16)
        html = render.page("_review.html.j2", state=room.desk.look(anew=True), csrf=room.gate.csrf, nonce=nonce)
        return Response(html, headers={"Content-Security-Policy": rules.page_policy(nonce)})

    @app.get("/seen")
    def seen() -> Response:
        return _json({"seen": room.desk.seen()})

    @app.get("/view")
    def view() -> Response:
        return _json(room.desk.look())

    @app.get("/mail/<name>/<scheme>")
    def mail(name: str, scheme: str) -> Response:
        html = room.mails.get(name)
        if html is None or scheme not in SCHEMES:
            return _words("This preview is gone.", 404)
        shown = _STYLE.sub(lambda style: _DARK.sub(SCHEMES[scheme], str(style[0])), html)
        return Response(shown, headers={"Content-Security-Policy": rules.PREVIEW})


def _write(app: Flask, room: Room) -> None:
    from flask import request

    def asked() -> Any:
        room.last = time.monotonic()
        return decode(request.get_data())

    @app.post("/act")
    def act() -> Response:
        wanted = asked()
        return _answer(room.desk.act(wanted.seen, wanted.acts))

    @app.post("/undo")
    def undo() -> Response:
        return _answer(room.desk.undo(asked().seen))

    @app.post("/redraft")
    def redraft() -> Response:
        return _answer(room.desk.bring(asked().seen))

    @app.post("/preview")
    def preview() -> Response:
        wanted = asked()
        markdown, html = room.desk.show(wanted.seen, wanted.acts)
        return _json({"markdown": markdown, "mail": room.remember(html)})

    @app.post("/leave")
    def leave() -> Response:
        room.leave()
        return _json({})


def _answer(answer: Answer) -> Response:
    return _json(answer.view, 409 if answer.stale else 200)


def _json(value: dict[str, Any], status: int = 200) -> Response:
    from flask import Response

    return Response(msgspec.json.encode(value), status, content_type="application/json")


def _words(text: str, status: int) -> Response:
    from flask import Response

    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")
