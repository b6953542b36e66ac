"""A local Jira, Cloud or Data Center: what the `jira` client needs to read tickets. See the README beside it.

`python -m tests.sims.jira.server --port 8081 --flavour cloud`. Any credentials do; a secret "bad…" fails and "limited"
does not see the project SEC.
"""

from __future__ import annotations

import argparse

from tests.sims.jira.datagen import generate
from tests.sims.jira.shapes import Json
from tests.sims.jira.site import LOG_IN, Site
from tests.sims.simkit import Reply, Request, Sim

WORDS = {401: LOG_IN["message"], 403: "Forbidden", 429: "Rate limit exceeded.", 503: "Service Unavailable"}
BUSY = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0", "RateLimit-Reason": "jira-burst-based"}


class JiraSim(Sim):
    """A site behind faults; its switches are the attributes of `site`."""

    name = "jira"

    def __init__(self, data: Json, *, flavour: str = "cloud", port: int = 0, host: str = "127.0.0.1") -> None:
        super().__init__(host, port)
        self.site = Site(data=data, flavour=flavour, url=self.url)

    @property
    def cloud(self) -> bool:
        """Whether it is Atlassian's own."""
        return self.site.cloud

    def route(self, req: Request) -> Reply:
        """The answer to a request without a fault."""
        self.site.same_page = self.faults.repeat_pages
        self.site.repeat_token = self.site.repeat_token or 10**6 * self.faults.duplicate_pages
        return self.site.answer(req)

    def fault_reply(self, req: Request) -> Reply:
        """What a failing site or the proxy before it says."""
        status = 429 if self.faults.kind in ("secondary", "primary") else self.faults.status
        text = WORDS.get(status, "Internal server error")
        if status in (502, 504):
            html = b"<html><body><h1>Bad Gateway</h1></body></html>"
            return Reply(raw=html, status=status, headers={"Content-Type": "text/html"})
        plain = {"message": text, "status-code": status}
        body = plain if status in (401, 429) else {"errorMessages": [text], "errors": {}}
        return Reply(body, status, dict(BUSY) if status == 429 else {})


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--flavour", choices=["cloud", "dc"], default="cloud")
    parser.add_argument("--user-tz", default="America/New_York")
    asked = parser.parse_args()
    sim = JiraSim(generate(asked.seed), flavour=asked.flavour, port=asked.port)
    sim.site.user_tz = asked.user_tz
    print(f"Jira ({asked.flavour}) on {sim.url}", flush=True)  # noqa: T201 - a program for the hand
    sim.serve_forever()


if __name__ == "__main__":
    main()
