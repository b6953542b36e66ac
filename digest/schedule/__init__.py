"""Ready text for what starts `digest draft --if-due` every working day; digest itself decides whether a period is due.

No scheduler can say "every two weeks from an anchor date", and week parity breaks in years of 53 weeks, as 2026 is one.
So each of them asks daily, and the tool answers from its own calendar: a missed day is made up for on the next.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from digest.schedule.forges import github, gitlab
from digest.schedule.job import HOUR, MINUTE, Job

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = "/usr/local/bin:/usr/bin:/bin"
"""cron, systemd and launchd start with next to no PATH, and git has to be found."""


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
              command: {json.dumps(["digest", *job.asks])}
              envFrom:
                - secretRef: {{name: digest-{job.name}}}
              volumeMounts:
                - {{name: project, mountPath: /project}}
          volumes:
            - name: project
              persistentVolumeClaim: {{claimName: digest-{job.name}}}
"""


__all__ = ["WAYS", "Job"]

WAYS: dict[str, Callable[[Job], str]] = {
    "cron": cron,
    "systemd": systemd,
    "github": github,
    "gitlab": gitlab,
    "launchd": launchd,
    "kubernetes": kubernetes,
}
