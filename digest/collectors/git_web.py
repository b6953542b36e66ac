"""Where a repository stands on the web: from the address of its remote, never with the credentials in it."""

from __future__ import annotations

import msgspec

from digest.regex import regex

ADDRESS = regex(
    r"(?:(?P<scheme>https?|ssh|git|git\+ssh)://(?:[^@/]*@)?(?P<host>[\w.-]+)(?P<port>:\d+)?/|(?:[^@/:\s]+@)?(?P<short>[\w.-]{2,}):(?!//))"
    r"/*(?P<path>[^?#\s]+?)(?:\.git)?/*"
)
ALIASES = (
    (regex(r"(?:ssh|altssh|www)\.(github\.com|gitlab\.com|bitbucket\.org)"), r"\1"),
    (regex(r"(github\.com|gitlab\.com|bitbucket\.org)-[\w-]+"), r"\1"),  # a second account in ~/.ssh/config
)
STYLES = {
    "github": ("commit/{}", "pull/{}", "blob/{}/{}"),
    "gitlab": ("-/commit/{}", "-/merge_requests/{}", "-/blob/{}/{}"),
    "bitbucket.org": ("commits/{}", "pull-requests/{}", "src/{}/{}"),
    "codeberg": ("commit/{}", "pulls/{}", "src/commit/{}/{}"),
    "gitea": ("commit/{}", "pulls/{}", "src/commit/{}/{}"),
    "forgejo": ("commit/{}", "pulls/{}", "src/commit/{}/{}"),
}


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses of one repository; empty where its host is not one that we know."""

    slug: str = ""
    home: str = ""
    style: tuple[str, str, str] = STYLES["github"]

    def commit(self, commit: str) -> str:
        """The page of a commit."""
        return f"{self.home}/{self.style[0].format(commit)}" if self.home else ""

    def request(self, request: str) -> str:
        """The page of a pull request of this repository, `acme/pay#412`; empty for one of another."""
        where, mark, number = request.rpartition("!") if "!" in request else request.rpartition("#")
        ours = self.home and mark and where in {"", self.slug}
        return f"{self.home}/{self.style[1].format(number)}" if ours else ""

    def file(self, commit: str, path: str) -> str:
        """The page of a file as it was at a commit."""
        from urllib.parse import quote

        return f"{self.home}/{self.style[2].format(commit, quote(path))}" if self.home else ""


def web_of(remote: str, url: str = "") -> Web:
    """The web addresses that belong to a remote; `url` says the home page outright."""
    found = ADDRESS.fullmatch(url or remote)
    if not found:
        return Web()
    host = (found["host"] or found["short"]).lower()
    for pattern, plain in ALIASES:
        host = pattern.sub(plain, host)
    style = next((style for word, style in STYLES.items() if word in host), STYLES["github"] if url else None)
    slug = found["path"]
    if style is None:
        return Web(slug=slug)
    web_scheme = found["scheme"] in {"http", "https"}
    port = found["port"] or "" if web_scheme else ""
    return Web(slug=slug, home=f"{found['scheme'] if web_scheme else 'https'}://{host}{port}/{slug}", style=style)
