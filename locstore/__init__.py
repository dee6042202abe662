"""locstore: one screenshot concept in, exact and checked store screenshots in every language out.

    import locstore

    project = locstore.open_project("my-app")
    report = locstore.run(project, locstore.Selection(locales=("ja",)))
    for picture in report.pictures:
        print(picture.path, picture.size, picture.sha256)

docs/api.md describes every function and report.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from locstore.version import __version__

if TYPE_CHECKING:
    from locstore.api import (
        FolderReport,
        PlanReport,
        PlanRow,
        Prompt,
        PromptReport,
        check,
        open_project,
        plan,
        prompt,
        run,
        verify,
    )
    from locstore.errors import EnvironmentProblem, FindingsError, LocstoreError, UsageError
    from locstore.findings import Finding, Severity
    from locstore.project import CheckReport, CostRow, Progress, Project, RunPicture, RunReport
    from locstore.shots import Selection

__all__ = [
    "CheckReport",
    "CostRow",
    "EnvironmentProblem",
    "Finding",
    "FindingsError",
    "FolderReport",
    "LocstoreError",
    "PlanReport",
    "PlanRow",
    "Progress",
    "Project",
    "Prompt",
    "PromptReport",
    "RunPicture",
    "RunReport",
    "Selection",
    "Severity",
    "UsageError",
    "__version__",
    "check",
    "open_project",
    "plan",
    "prompt",
    "run",
    "verify",
]

# Where each public name is defined. It is imported when it is asked for, so that `locstore --help` answers at once.
_HOMES = {
    **dict.fromkeys(
        ("FolderReport", "PlanReport", "PlanRow", "Prompt", "PromptReport", "check", "open_project", "plan"),
        "locstore.api",
    ),
    **dict.fromkeys(("EnvironmentProblem", "FindingsError", "LocstoreError", "UsageError"), "locstore.errors"),
    **dict.fromkeys(("Finding", "Severity"), "locstore.findings"),
    **dict.fromkeys(("CheckReport", "CostRow", "Progress", "Project", "RunPicture", "RunReport"), "locstore.project"),
    "Selection": "locstore.shots",
}
# Functions of the API that have the name of a package of ours: the package can be called, too.
_PACKAGES = ("prompt", "run", "verify")


class _CallablePackage(ModuleType):
    """A package such as `locstore.run` that is called as the function of its name in `locstore.api`."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self.__wrapped__(*arguments, **options)

    @property
    def __wrapped__(self) -> Any:
        """The function, for `inspect.signature` and `help`."""
        return getattr(importlib.import_module("locstore.api"), self.__name__.rpartition(".")[2])


class _PublicPackage(ModuleType):
    """The package `locstore`: packages that share a name with a function of the API become callable when imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in _PACKAGES and isinstance(value, ModuleType):
            value.__class__ = _CallablePackage
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _PublicPackage


def __getattr__(name: str) -> object:
    if name in _PACKAGES:
        return importlib.import_module(f"locstore.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'locstore' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
