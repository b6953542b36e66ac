"""What goes out: one digest as one edition, and a message of it for each audience."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest import archive, pipeline
from digest.audience import Evidence, evidence_of, for_audience
from digest.corrections import corrections
from digest.model import Digest
from digest.project import Project
from digest.render import compose

if TYPE_CHECKING:
    from digest.archive import Edition
    from digest.deliveries import Message
    from digest.store import Store


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One edition of a digest, before it is frozen or after.

    Attributes:
        digest: all of it. before: the edition that this one corrects.
        evidence: what is known of its lines, which decides who sees them.
    """

    project: Project
    digest: Digest
    evidence: Evidence
    number: int = 1
    before: Digest | None = None

    def whole(self) -> Message:
        """The message with everything in it; it is what is frozen and compared, and goes to nobody."""
        return self._composed(self.digest, self.before)

    def message(self, audience: str = "") -> Message:
        """The message for an audience.

        Raises:
            ConfigError: there is no such audience, or the title itself is not for it.
        """
        return self._composed(self.shown(audience), self.before and self._cut(self.before, audience))

    def shown(self, audience: str = "") -> Digest:
        """The digest as an audience sees it."""
        return self._cut(self.digest, audience)

    def _cut(self, digest: Digest, audience: str) -> Digest:
        return for_audience(digest, self.project.audience(audience), self.evidence)

    def _composed(self, digest: Digest, before: Digest | None) -> Message:
        config = self.project.config
        digest = replace(digest, corrections=corrections(before, digest) if before else ())
        links, folder = config.wording.links, self.project.templates
        return compose(digest, edition=self.number, lang=config.lang, links=links, folder=folder)


def of_draft(project: Project, store: Store, digest: Digest, number: int = 1) -> Issue:
    """The edition of that number that a reviewed digest would become."""
    corrected = archive.edition(project.published, digest.period.slug, number - 1)
    activities = pipeline.facts(project, store, digest.period)
    activities += corrected.origin.evidence if corrected else ()
    samples = pipeline.figures(project, store, digest.period)
    evidence = evidence_of(activities, samples, project.config.people)
    before = corrected.digest if corrected else None
    return Issue(project=project, digest=digest, evidence=evidence, number=number, before=before)


def of_edition(project: Project, edition: Edition) -> Issue:
    """An edition as it went out."""
    corrected = archive.edition(project.published, edition.digest.period.slug, edition.number - 1)
    activities = (*(corrected.origin.evidence if corrected else ()), *edition.origin.evidence)
    evidence = evidence_of(activities, edition.origin.samples, project.config.people)
    before = corrected.digest if corrected else None
    return Issue(project=project, digest=edition.digest, evidence=evidence, number=edition.number, before=before)


def of_period(project: Project, store: Store, digest: Digest) -> Issue:
    """The draft of a period as it would go out now: as the edition that it is already, or as the next one."""
    there = archive.latest(project.published, digest.period.slug)
    if there is None:
        return of_draft(project, store, digest)
    same = of_draft(project, store, digest, there.number)
    if archive.hash_of(same.whole().markdown) == there.sha256:
        return same
    return of_draft(project, store, digest, there.number + 1)
