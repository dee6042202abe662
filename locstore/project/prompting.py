"""`prompt`: what an image model would be asked for."""

from __future__ import annotations

import dataclasses

from locstore.findings import Finding, sort_findings
from locstore.paint import UnreadablePicture
from locstore.project.digests import FileDigests
from locstore.project.project import Project
from locstore.prompt import RequestSize, make_prompt, request_size
from locstore.run import Studio
from locstore.shots import Selection


@dataclasses.dataclass(frozen=True, slots=True)
class ShotPrompt:
    """A shot's key, its prompt and the size of the request."""

    shot: str
    prompt: str
    size: RequestSize


def prompts(project: Project, selection: Selection, model: str) -> tuple[list[ShotPrompt], list[Finding]]:
    """The prompts of the selected shots, and every finding about them. Nothing is sent."""
    with project.ledger() as ledger:
        digests = FileDigests(ledger)
        situation = project.situation(project.default_selection(selection), digests)
        studio = Studio(project.settings(digests))
        digests.save()
    findings = list(situation.findings)
    made = []
    for shot in situation.shots:
        try:
            composition = studio.compose(shot)
        except UnreadablePicture:
            findings += studio.check(shot)
            continue
        findings += composition.findings
        made.append(ShotPrompt(shot.key, make_prompt(composition), request_size(shot.size, model)))
    return made, sort_findings(findings)
