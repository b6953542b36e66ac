"""`init`: a configuration from the clone's remotes and a few answers."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from digest.cli.group import project_options, short, tell
from digest.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

GITLAB = "https://gitlab.com"
HEADER = """\
# The configuration of `digest`; every key is explained in config.example.toml of the project.
# Check it with: digest check
"""


@click.command()
@project_options
@click.option("--title", help="What the digest is called; by default the name of the repository.")
@click.option("--timezone", help="Where midnight is taken, like Europe/Berlin; by default that of this machine.")
@click.option(
    "--github", multiple=True, metavar="OWNER/NAME", help="A repository on GitHub; by default that of the remotes."
)
@click.option("--github-url", metavar="URL", help="The API of a GitHub Enterprise Server.")
@click.option(
    "--gitlab", multiple=True, metavar="GROUP/NAME", help="A project on GitLab; by default that of the remotes."
)
@click.option("--gitlab-url", metavar="URL", help="A GitLab server of your own.")
@click.option("--jira-url", metavar="URL", help="A Jira site.")
@click.option("--jira-user", metavar="EMAIL", help="The account on Jira Cloud; leave it out for a Data Center token.")
@click.option("--jira-project", multiple=True, metavar="KEY", help="A project on Jira.")
@click.option("--yes", is_flag=True, help="Ask nothing, take what is given and what is found.")
@click.option("--force", is_flag=True, help="Write over a configuration that is there.")
def init(repo: Path | None, config: Path | None, **given: Any) -> None:
    """Write a config.toml for this clone."""
    from pathlib import Path as Folder

    from digest import project
    from digest.config import FILE_NAME, load, zone

    start = repo or Folder.cwd()
    top = project.clone_at(start)
    file = config or (top if top and (top / ".git").exists() else start) / FILE_NAME
    if file.exists() and not given["force"]:
        raise ConfigError(f"{short(file)} exists already", "edit it, or use --force to write over it")
    answers = _defaults(top or start, given)
    if not given["yes"] and sys.stdin.isatty() and sys.stdout.isatty():
        _ask(answers)
    zone(str(answers["timezone"]))
    text = _file(answers)
    file.write_text(text, encoding="utf-8")
    load(file)
    click.echo(str(file))
    _say_next(answers)


def _defaults(top: Path, given: dict[str, Any]) -> dict[str, Any]:
    from digest import project
    from digest.config import zone

    remotes = project.remotes(top)
    found = [r.path for r in remotes if r.host == "github.com"][:1]
    labs = [r for r in remotes if "gitlab" in r.host][:1]
    own = [f"https://{r.host}" for r in labs if r.host != "gitlab.com"]
    return {
        "title": given["title"] or project.title_of(top),
        "timezone": given["timezone"] or str(zone("")),
        "github": list(given["github"] or found),
        "github_url": given["github_url"] or "",
        "gitlab": list(given["gitlab"] or (r.path for r in labs)),
        "gitlab_url": given["gitlab_url"] or "".join(own if not given["gitlab"] else ()),
        "jira_url": given["jira_url"] or "",
        "jira_user": given["jira_user"] or "",
        "jira_project": list(given["jira_project"]),
    }


def _ask(answers: dict[str, Any]) -> None:
    answers["title"] = click.prompt("Title of the digest", default=answers["title"])
    answers["timezone"] = click.prompt("Time zone", default=answers["timezone"])
    answers["github"] = _ask_for("Repositories on GitHub (OWNER/NAME", answers["github"])
    answers["gitlab"] = _ask_for("Projects on GitLab (GROUP/NAME or group:NAME", answers["gitlab"])
    if answers["gitlab"]:
        answers["gitlab_url"] = click.prompt("GitLab server", default=answers["gitlab_url"] or GITLAB)
    asked = click.prompt("Jira site (https://…, - for none)", default=answers["jira_url"] or "-")
    answers["jira_url"] = "" if asked == "-" else asked
    if answers["jira_url"]:
        keys = ", ".join(answers["jira_project"])
        asked = click.prompt("Jira projects (keys, several with commas)", default=keys or None)
        answers["jira_project"] = [k.strip() for k in asked.split(",") if k.strip()]
        asked = click.prompt(
            "Jira account (e-mail on Cloud, - for a Data Center token)", default=answers["jira_user"] or "-"
        )
        answers["jira_user"] = "" if asked == "-" else asked


def _ask_for(what: str, known: list[str]) -> list[str]:
    asked = click.prompt(f"{what}, several with commas, - for none)", default=", ".join(known) or "-")
    return [name.strip() for name in asked.split(",") if name.strip() not in {"", "-"}]


def _file(answers: dict[str, Any]) -> str:
    """The text of the file; a JSON string or list of strings is one of TOML too."""
    import json

    def value(name: str) -> str:
        return json.dumps(answers[name], ensure_ascii=False)

    lines = [HEADER, f"title = {value('title')}", f"timezone = {value('timezone')}", ""]
    lines += ["[collectors.git]", 'paths = ["."]', ""]
    if answers["github"]:
        lines += ["[collectors.github]", f"repos = {value('github')}", 'token = "env:GITHUB_TOKEN"']
        lines += [f"url = {value('github_url')}"] if answers["github_url"] else []
        lines.append("")
    if answers["gitlab"]:
        lines += ["[collectors.gitlab]", f"projects = {value('gitlab')}", 'token = "env:GITLAB_TOKEN"']
        lines += [f"url = {value('gitlab_url')}"] if answers["gitlab_url"] not in {"", GITLAB} else []
        lines.append("")
    if answers["jira_url"]:
        lines += ["[collectors.jira]", f"url = {value('jira_url')}", f"projects = {value('jira_project')}"]
        lines += [f"user = {value('jira_user')}"] if answers["jira_user"] else []
        lines += ['token = "env:JIRA_TOKEN"', ""]
    return "\n".join(lines)


def _say_next(answers: dict[str, Any]) -> None:
    tokens = {"GITHUB_TOKEN": "github", "GITLAB_TOKEN": "gitlab", "JIRA_TOKEN": "jira_url"}
    needed = [token for token, source in tokens.items() if answers[source]]
    if answers["gitlab"] and find_spec("gitlab") is None:
        tell("GitLab is read by a package of its own: pip install 'digest[gitlab]'")
    if needed:
        tell(f"set {' and '.join(needed)} in the environment, then: digest check")
