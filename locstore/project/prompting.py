"""`prompt`: what an image model would be asked for."""

from __future__ import annotations

import dataclasses

from locstore.findings import Finding, sort_findings
from locstore.paint import UnreadablePicture
from locstore.project.digests import FileDigests
from locstore.project.project import Project
from locstore.prompt import RequestSize, make_prompt, request_size
from locstore.run import Renderer
from locstore.shots import Selection


@dataclasses.dataclass(frozen=True, slots=True)
class ShotPrompt:
    """A shot's key, its prompt and the size of the request."""

    shot: str
    prompt: str
    size: RequestSize


def prompts(project: Project, selection: Selection, model: str) -> tuple[list[ShotPrompt], list[Finding]]:
    """The prompts of the selected shots, and every finding about them. Nothing is sent."""
    with project.ledger(read_only=True) as ledger:
        digests = FileDigests(ledger)
        snapshot = project.snapshot(project.default_selection(selection), digests)
        renderer = Renderer(project.settings(digests))
        digests.save()
    findings = list(snapshot.findings)
    made = []
    for shot in snapshot.shots:
        try:
            composition = renderer.compose(shot)
        except UnreadablePicture:
            findings += renderer.check(shot)
            continue
        findings += composition.findings
        made.append(ShotPrompt(shot.key, make_prompt(composition), request_size(shot.size, model)))
    return made, sort_findings(findings)
