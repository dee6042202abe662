"""Type-checked, never run: how a program of somebody else's uses the public API."""

from __future__ import annotations

from pathlib import Path

import locstore

project: locstore.Project = locstore.open_project(Path(), painter="local")
selection = locstore.Selection(locales=("ja",), screens=("hero",))
checked: locstore.CheckReport = locstore.check(project, selection, pseudo=True)
planned: locstore.PlanReport = locstore.plan(project, selection)
done: locstore.RunReport = locstore.run(project, selection, max_cost=1.5)
found: locstore.FolderReport = locstore.verify("output", text=False)
asked: locstore.PromptReport = locstore.prompt(project)
size: tuple[int, int] = done.pictures[0].size
digest: str = done.pictures[0].sha256
status: str = planned.shots[0].status
text: str = asked.prompts[0].text
problems: list[locstore.Finding] = [f for f in done.findings if f.severity is locstore.Severity.ERROR]
