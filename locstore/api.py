"""The public API: what the commands do, as functions that return reports. `import locstore` offers all of it.

Every function may be called from a script without a `__main__` guard, from a notebook and from a thread. Findings are
data in a report; exceptions are for what stops the work: `UsageError` for a wrong argument or project file,
`FindingsError` for inputs that cannot be used at all, `EnvironmentProblem` for a disk, a server or a worker that fails.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locstore.findings import Finding, has_errors, sort_findings
from locstore.processes import run_in_thread
from locstore.shots import Selection

if TYPE_CHECKING:
    from locstore.project import CheckReport, CostRow, Progress, Project, RunReport
    from locstore.project.verify_text import PictureReading
    from locstore.prompt import RequestSize

_ALL = Selection()


@dataclasses.dataclass(frozen=True, slots=True)
class PlanRow:
    """What a run would do with one shot. `status` is new, changed or unchanged; `path` is below the output folder."""

    shot: str
    path: str
    status: str
    why: str


@dataclasses.dataclass(frozen=True, slots=True)
class PlanReport:
    """What a run would paint and remove. `costs`, by locale and display, are of a painter that pays."""

    shots: tuple[PlanRow, ...]
    removed: tuple[str, ...]
    costs: tuple[CostRow, ...]
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not has_errors(self.findings)


@dataclasses.dataclass(frozen=True, slots=True)
class FolderReport:
    """What is in a store-ready folder. `readings` are the words read back, where a project knows what they should be;
    `not_read` says why none were read, or is ''.
    """

    pictures: int
    locales: tuple[str, ...]
    displays: tuple[str, ...]
    readings: tuple[PictureReading, ...]
    not_read: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not has_errors(self.findings)


@dataclasses.dataclass(frozen=True, slots=True)
class Prompt:
    """What an image model would be asked for: the text, and the size of the request."""

    shot: str
    text: str
    size: RequestSize


@dataclasses.dataclass(frozen=True, slots=True)
class PromptReport:
    """The prompts of the selected shots, and what is wrong with the shots."""

    prompts: tuple[Prompt, ...]
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not has_errors(self.findings)


def open_project(folder: Path | str = ".", **options: Any) -> Project:
    """The project that a folder belongs to; `options` are keys of locstore.toml and win over the file's.

    Raises UsageError if there is no project, or for every option that is wrong.
    """
    from locstore import project as rooms

    return rooms.open_project(Path(folder), options)


def check(project: Project, selection: Selection = _ALL, *, pseudo: bool = False) -> CheckReport:
    """Every problem that a run would meet, without painting: concept, catalogs, files, fonts, whether words fit.

    With `pseudo`, also which slots would break in a longer language or a right-to-left one. Raises UsageError for a
    selector that names nothing.
    """
    from locstore import project as rooms

    return rooms.check(project, selection, pseudo=pseudo)


def plan(project: Project, selection: Selection = _ALL, *, overwrite: bool = False) -> PlanReport:
    """What `run` would paint and remove, and what a painter that pays would cost. Nothing is written or sent."""
    from locstore import project as rooms

    seen, costs = rooms.plan(project, selection, overwrite=overwrite)
    return PlanReport(
        shots=tuple(PlanRow(p.shot.key, p.path, str(p.status), p.why) for p in seen.shots),
        removed=tuple(sorted(seen.removed)),
        costs=tuple(costs),
        findings=tuple(sort_findings(seen.findings)),
    )


def run(
    project: Project,
    selection: Selection = _ALL,
    *,
    overwrite: bool = False,
    max_calls: int | None = None,
    max_cost: float | None = None,
    retry_unknown: bool = False,
    require_approved: bool = False,
    yes: bool = False,
    progress: Progress | None = None,
) -> RunReport:
    """Paint what is new or changed, check it and put it into the store folders.

    `max_calls` and `max_cost` (US dollars) bound a painter that pays. Shots with errors are not written; their last
    good picture stays. A run that would remove more pictures than it paints, and more than a tenth of all, removes them
    only with `yes` or if `progress.confirm` says so; else they stay, with an error. Raises EnvironmentProblem when the
    disk, a server or a worker fails; KeyboardInterrupt passes through. What is done stays done.
    """
    from locstore import project as rooms

    limits = rooms.BudgetLimits(max_calls, max_cost, retry_unknown)

    def work() -> RunReport:
        return rooms.run(
            project,
            selection,
            overwrite=overwrite,
            limits=limits,
            progress=progress,
            require_approved=require_approved,
            yes=yes,
        )

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    return run_in_thread(work)  # a paid run has a loop of its own, and a thread runs one at a time


def verify(folder: Path | str, *, text: bool | None = None, jobs: int = 0) -> FolderReport:
    """Check finished pictures in a store-ready folder, whoever made them, against the stores' rules.

    `text` reads every word back (True), none (False), or those that an image model painted in a project's own output
    (None). `jobs` pictures are looked at in parallel; 0 is one for each core. Raises UsageError if there is no folder.
    """
    from locstore.errors import UsageError
    from locstore.project.verify_text import read_back
    from locstore.verify import verify_folder

    folder = Path(folder)
    if not folder.is_dir():
        raise UsageError(f"{folder.as_posix()} is not a folder.")
    workers = jobs or os.cpu_count() or 1
    report = verify_folder(folder, display_path=folder.as_posix(), jobs=workers)
    words = read_back(folder, asked=text, jobs=workers)
    return FolderReport(
        pictures=report.pictures,
        locales=tuple(report.locales),
        displays=tuple(report.displays),
        readings=words.pictures,
        not_read=words.why,
        findings=tuple(sort_findings([*report.findings, *words.findings])),
    )


def prompt(project: Project, selection: Selection = _ALL, *, model: str | None = None) -> PromptReport:
    """What an image model would be asked for, word for word; `model` is the project's own if it is None."""
    from locstore import project as rooms

    made, findings = rooms.prompts(project, selection, model or project.config.images.model)
    prompts = tuple(Prompt(p.shot, p.prompt, p.size) for p in made)
    return PromptReport(prompts, tuple(findings))
