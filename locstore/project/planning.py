"""`plan`: what a run would do with each shot of a selection, and what that would cost."""

from __future__ import annotations

import dataclasses

from locstore.findings import sort_findings
from locstore.project.digests import FileDigests
from locstore.project.project import Project
from locstore.run import Plan, Status
from locstore.run.paid import CostRow, CostTable, cost_table
from locstore.shots import Selection


def plan(project: Project, selection: Selection, *, overwrite: bool = False) -> tuple[Plan, list[CostRow]]:
    """The plan with every finding about the project, and the costs of a painter that pays. Nothing is written or sent.

    Pictures that an image model cannot be asked for are errors among the findings.

    Raises UsageError for a selector that names nothing, EnvironmentProblem if the output folder is none.
    """
    with project.ledger(read_only=True) as ledger:
        digests = FileDigests(ledger)
        snapshot = project.snapshot(project.default_selection(selection), digests)
        made = project.plan(snapshot, ledger, digests, overwrite=overwrite)
        digests.save()
        todo = [*made.of(Status.NEW), *made.of(Status.CHANGED)]
        costs = cost_table(project, todo, project.settings(digests)) if project.painter.pays else CostTable()
    findings = dict.fromkeys([*snapshot.findings, *made.findings, *costs.findings])
    return dataclasses.replace(made, findings=tuple(sort_findings(findings))), list(costs.rows)
