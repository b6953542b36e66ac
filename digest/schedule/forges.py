"""A digest that lives in a repository: a job opens a pull request with the draft, merging it publishes.

The steps are plain shell, the same for every forge but for how a branch is pushed and a request is opened. Nothing of a
job's machine outlives it: what was sent to whom is in the folder of what is published, and is pushed also when a
delivery failed.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from digest.schedule.job import HOUR, MINUTE

if TYPE_CHECKING:
    from digest.schedule.job import Job

DRAFT = """\
digest draft --if-due@ALL@ || [ $? -eq 4 ] # 4: a source is missing, the draft says which
if [ ! -d @DRAFTS@ ]; then exit 0; fi
git add -- @DRAFTS@ ':(exclude)*.lock'
if git diff --cached --quiet; then exit 0; fi
slug=$(basename -s .md "$(git diff --cached --name-only | head -n 1)")
if git ls-remote --exit-code --heads origin "digest/$slug" > /dev/null; then exit 0; fi # it is being edited there
git switch -c "digest/$slug"
git commit -m "Draft the digest of $slug"
"""
"""Leaves a new branch with the draft checked out, or ends the step where there is nothing new."""

PUBLISH = """\
git cat-file -e "$BEFORE^{commit}" 2> /dev/null || BEFORE=$(git rev-parse HEAD^)
git diff --name-only --diff-filter=AM "$BEFORE" HEAD -- @DRAFTS@ |
  { grep '/[0-9][^/]*\\.md$' || true; } | { grep -v /published/ || true; } > "${TMPDIR:-/tmp}/drafts"
while read -r draft; do
  set -- --period "$(basename -s .md "$draft")"
  folder=$(dirname "$draft")
  if [ "$folder" != @DRAFTS@ ]; then set -- "$@" --project "$(basename "$folder")"; fi
  digest collect "$@" || true # the evidence that is frozen with it; what is missing, publish says
  digest approve "$@" --yes --by "$MERGED_BY"
  digest publish "$@" --correct --yes
done < "${TMPDIR:-/tmp}/drafts"
"""
"""Publishes every draft that the merge brought or changed; the one who merged stands by it."""

KEEP = """\
if [ ! -d @DRAFTS@ ]; then exit 0; fi
git add -- @DRAFTS@ ':(exclude)*.lock'
if git diff --cached --quiet; then exit 0; fi
git commit -m "Publish the digest"
"""
"""Commits what was published and what was sent to whom."""

NAME = """\
git config user.name digest
git config user.email digest@@HOST@
"""

GITHUB = """\
# .github/workflows/digest.yml
name: digest
on:
  schedule:
    - cron: "@MINUTE@ @HOUR@ * * 1-5" # UTC; whether a period is due is decided by digest, in @ZONE@
  workflow_dispatch:
  push:
    branches: [main] # the default branch
    paths: [@PATHS@]
permissions:
  contents: write
  pull-requests: write
concurrency: digest
jobs:
  draft:
    if: github.event_name != 'push'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install digest
      - name: Open a pull request with the draft
        env:
          GITHUB_TOKEN: ${{ github.token }}
          GH_TOKEN: ${{ github.token }}
        run: |
@DRAFT_STEP@
          git push origin HEAD
          gh pr create --fill --head "digest/$slug"
  publish:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install digest
      - name: Publish what was merged
        env:
          GITHUB_TOKEN: ${{ github.token }}
          BEFORE: ${{ github.event.before }}
          MERGED_BY: ${{ github.actor }}
        run: |
@PUBLISH_STEP@
      - name: Keep what was published
        if: always()
        env:
          GH_TOKEN: ${{ github.token }}
        run: |
@KEEP_STEP@
          git push origin "HEAD:$GITHUB_REF_NAME" && exit 0
          git push origin "HEAD:refs/heads/digest/published-$GITHUB_RUN_ID" # where the branch is protected
          gh pr create --fill --head "digest/published-$GITHUB_RUN_ID"
"""

GITLAB = """\
# .gitlab-ci.yml; add a pipeline schedule "@MINUTE@ @HOUR@ * * 1-5" in @ZONE@, and a project access token with the scope
# write_repository and the role Maintainer as the masked variable DIGEST_PUSH_TOKEN
.digest:
  image: python:3.12
  resource_group: digest
  variables:
    GIT_DEPTH: "0"
  before_script:
    - pip install digest
    - git remote set-url origin "https://oauth2:$DIGEST_PUSH_TOKEN@$CI_SERVER_HOST/$CI_PROJECT_PATH.git"

digest-draft:
  extends: .digest
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
  script:
    - |
@DRAFT_STEP@
      git push -o merge_request.create origin HEAD

digest-publish:
  extends: .digest
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
      changes: [@PATHS@]
  variables:
    BEFORE: $CI_COMMIT_BEFORE_SHA
    MERGED_BY: $GITLAB_USER_NAME
  script:
    - |
@PUBLISH_STEP@
  after_script: # also when a delivery failed
    - |
@KEEP_STEP@
      git push -o ci.skip origin "HEAD:$CI_COMMIT_BRANCH"
"""


def github(job: Job) -> str:
    """A workflow that opens a pull request with the draft and publishes what is merged, with the repository's token."""
    return _filled(GITHUB, job, host="users.noreply.github.com", indent=10)


def gitlab(job: Job) -> str:
    """Two jobs: one for a pipeline schedule, which opens a merge request, and one that publishes what is merged."""
    return _filled(GITLAB, job, host="noreply.$CI_SERVER_HOST", indent=6)


def _filled(text: str, job: Job, *, host: str, indent: int) -> str:
    """The template with the steps and names of the job in it."""
    drafts = shlex.quote(job.drafts)
    steps = {"@DRAFT_STEP@": NAME + DRAFT, "@PUBLISH_STEP@": NAME + PUBLISH, "@KEEP_STEP@": NAME + KEEP}
    for mark, step in steps.items():
        lines = "".join(f"{' ' * indent}{line}\n" for line in step.splitlines())
        text = text.replace(f"{mark}\n", lines)
    values = {
        "@MINUTE@": str(MINUTE),
        "@HOUR@": str(HOUR),
        "@ZONE@": job.zone,
        "@HOST@": host,
        "@ALL@": " --all" if job.several else "",
        "@PATHS@": ", ".join(f"'{path}'" for path in _paths(job)),
        "@DRAFTS@": drafts,
    }
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def _paths(job: Job) -> list[str]:
    """Which files of a push are drafts, as globs in YAML."""
    folder = job.drafts.replace("'", "''")
    return [f"{folder}/*.md", *([f"{folder}/*/*.md"] if job.several else [])]
