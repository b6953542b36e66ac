"""Ready text for what starts `digest draft --if-due` every working day; digest itself decides whether a period is due.

No scheduler can say "every two weeks from an anchor date", and week parity breaks in years of 53 weeks, as 2026 is one.
So each of them asks daily, and the tool answers from its own calendar: a missed day is made up for on the next.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE, HOUR = 7, 9
"""Away from the full hour, when everybody else's jobs start."""

PATH = "/usr/local/bin:/usr/bin:/bin"
"""cron, systemd and launchd start with next to no PATH, and git has to be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be started.

    Attributes:
        program: the absolute path of `digest`.
        folder: where it is started. config: the configuration, None for a clone without one.
        drafts: the folder of the drafts, from `folder` on.
        zone: the name of the project's zone. name: a word for the files and labels, letters, digits and `-` only.
    """

    program: Path
    folder: Path
    config: Path | None
    drafts: str
    zone: str
    name: str

    @property
    def words(self) -> list[str]:
        """The command as a list of arguments."""
        where = ["--config", str(self.config)] if self.config else ["--repo", str(self.folder)]
        return [str(self.program), "draft", "--if-due", *where]


def cron(job: Job) -> str:
    """Lines for `crontab -e`; cron reads `%` as a line break, so it is escaped."""
    line = f"cd {shlex.quote(str(job.folder))} && {shlex.join(job.words)}".replace("%", "\\%")
    return f"PATH={PATH}\n{MINUTE} {HOUR} * * 1-5 {line}\n"


def systemd(job: Job) -> str:
    """Two user units: a service and a timer that catches up after sleep."""
    command = " ".join(_systemd_word(word) for word in job.words)
    folder = str(job.folder).replace("%", "%%")
    return f"""\
# ~/.config/systemd/user/digest-{job.name}.service
[Unit]
Description=Draft the digest of {job.name} when it is due

[Service]
Type=oneshot
WorkingDirectory={folder}
Environment=PATH={PATH}
ExecStart={command}
SuccessExitStatus=75

# ~/.config/systemd/user/digest-{job.name}.timer
[Unit]
Description=Ask every working day whether a digest of {job.name} is due

[Timer]
OnCalendar=Mon..Fri {HOUR:02}:{MINUTE:02}
Persistent=true

[Install]
WantedBy=timers.target

# systemctl --user daemon-reload && systemctl --user enable --now digest-{job.name}.timer
"""


def _systemd_word(word: str) -> str:
    """One argument of ExecStart (systemd.service(5), "Command lines"): quoted, `%` and `$` doubled."""
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"' if text != word or any(c.isspace() or c in "'\";" for c in word) else word


def launchd(job: Job) -> str:
    """A property list for ~/Library/LaunchAgents."""
    words = "\n".join(f"    <string>{escape(word)}</string>" for word in job.words)
    days = "\n".join(
        f"    <dict><key>Weekday</key><integer>{day}</integer><key>Hour</key><integer>{HOUR}</integer>"
        f"<key>Minute</key><integer>{MINUTE}</integer></dict>"
        for day in range(1, 6)
    )
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>digest.{escape(job.name)}</string>
  <key>ProgramArguments</key>
  <array>
{words}
  </array>
  <key>WorkingDirectory</key><string>{escape(str(job.folder))}</string>
  <key>EnvironmentVariables</key>
  <dict><key>PATH</key><string>{PATH}:/opt/homebrew/bin</string></dict>
  <key>StartCalendarInterval</key>
  <array>
{days}
  </array>
</dict>
</plist>
"""


def kubernetes(job: Job) -> str:
    """A CronJob; the image holds git and digest, the claim holds the clone and its drafts."""
    return f"""\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: digest-{job.name}
spec:
  schedule: "{MINUTE} {HOUR} * * 1-5"
  timeZone: {json.dumps(job.zone)}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: digest
              image: registry.example.com/digest:latest
              workingDir: /project
              command: ["digest", "draft", "--if-due"]
              envFrom:
                - secretRef: {{name: digest-{job.name}}}
              volumeMounts:
                - {{name: project, mountPath: /project}}
          volumes:
            - name: project
              persistentVolumeClaim: {{claimName: digest-{job.name}}}
"""


def github(job: Job) -> str:
    """A workflow that opens a pull request with the draft; it needs only the repository's own token."""
    drafts = shlex.quote(job.drafts)
    return f"""\
# .github/workflows/digest.yml
name: digest
on:
  schedule:
    - cron: "{MINUTE} {HOUR} * * 1-5" # UTC; whether a period is due is decided by digest, in {job.zone}
  workflow_dispatch:
permissions:
  contents: write
  pull-requests: write
jobs:
  draft:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {{fetch-depth: 0}}
      - uses: actions/setup-python@v5
        with: {{python-version: "3.12"}}
      - run: pip install digest
      - run: digest draft --if-due
        env: {{GITHUB_TOKEN: "${{{{ github.token }}}}"}}
      - name: Open a pull request with the draft
        env: {{GH_TOKEN: "${{{{ github.token }}}}"}}
        run: |
          git add {drafts}
          git diff --cached --quiet && exit 0
          branch="digest/$(git diff --cached --name-only | head -n 1 | xargs basename -s .md)"
          git config user.name digest
          git config user.email digest@users.noreply.github.com
          git switch -c "$branch"
          git commit -m "Draft the digest"
          git push origin "$branch"
          gh pr create --fill --head "$branch"
"""


def gitlab(job: Job) -> str:
    """A job for a pipeline schedule; it opens a merge request with the draft."""
    drafts = shlex.quote(job.drafts)
    return f"""\
# .gitlab-ci.yml; add a pipeline schedule "{MINUTE} {HOUR} * * 1-5" in {job.zone}
digest:
  image: python:3.12
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
  variables:
    GIT_DEPTH: "0"
  script:
    - pip install digest
    - digest draft --if-due
    - git add {drafts}
    - git diff --cached --quiet && exit 0
    - git config user.name digest
    - git config user.email digest@noreply.$CI_SERVER_HOST
    - git switch -c "digest/$CI_PIPELINE_ID"
    - git commit -m "Draft the digest"
    - git push -o merge_request.create "https://oauth2:$DIGEST_PUSH_TOKEN@$CI_SERVER_HOST/$CI_PROJECT_PATH.git" HEAD
"""


WAYS: dict[str, Callable[[Job], str]] = {
    "cron": cron,
    "systemd": systemd,
    "github": github,
    "gitlab": gitlab,
    "launchd": launchd,
    "kubernetes": kubernetes,
}
