"""The project file: `locstore.toml`, or `[tool.locstore]` in pyproject.toml."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from locstore.errors import UsageError
from locstore.findings import Finding

PROJECT_FILE = "locstore.toml"


class ProjectFile(BaseModel):
    """The options of a project. Paths are relative to the file and stay below its folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    concepts: tuple[str, ...] = Field(("concepts/*.yaml",), description="Concept files, as globs.")
    locales: str = Field("locales", description="Folder of the catalogs: <code>/LC_MESSAGES/<concept>.po.")
    fonts: str = Field("fonts", description="Folder of the project's own fonts.")
    output: str = Field("output", description="Folder that the pictures are shelved in.")
    layout: Literal["fastlane", "gradle-play-publisher"] = Field("fastlane", description="Folder layout for Play.")
    displays: tuple[str, ...] = Field((), description="Displays to use when no -d is given; all of them if empty.")
    jobs: int = Field(0, ge=0, le=256, description="Worker processes; 0 is one for each core.")
    format: Literal["png", "jpeg"] = Field("png", description="File format of store pictures.")
    allow_fuzzy: bool = Field(False, description="Use translations that are marked fuzzy.")
    fallback: Literal["none", "source"] = Field("none", description="What stands in for a missing translation.")
    system_fonts: bool = Field(True, description="Whether this machine's fonts may be the last resort.")

    @field_validator("concepts", "locales", "fonts", "output")
    @classmethod
    def _below(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for path in [value] if isinstance(value, str) else value:
            if not path or Path(path).is_absolute() or ".." in Path(path).parts:
                raise ValueError(f"{path!r} must be a path below the project's folder")
        return value


def find_project_file(start: Path) -> Path | None:
    """The project file of the nearest folder upwards from `start`."""
    start = start.resolve()
    for folder in (start, *start.parents):
        candidate = folder / PROJECT_FILE
        if candidate.is_file():
            return candidate
        pyproject = folder / "pyproject.toml"
        if pyproject.is_file() and "[tool.locstore" in pyproject.read_text(encoding="utf-8", errors="replace"):
            return pyproject
    return None


def read_config(path: Path, overrides: Mapping[str, Any]) -> ProjectFile:
    """The options of a project file, with those of the command line and the environment on top.

    Raises UsageError with every problem of the file, each with its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name}: cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f":{place[1]}:{place[2]}" if place else ""
        raise UsageError(f"{path.name}{where}: this is not valid TOML: {error}.") from error
    if path.name == "pyproject.toml":
        data = data.get("tool", {}).get("locstore", {})
    try:
        return ProjectFile.model_validate({**data, **overrides})
    except ValidationError as error:
        problems = [
            _problem(path.name, text, d["loc"], d["type"], d["msg"], overrides) for d in error.errors(include_url=False)
        ]
        raise UsageError("\n".join(sorted(problems))) from error


def _problem(
    name: str, text: str, loc: tuple[int | str, ...], kind: str, message: str, overrides: Mapping[str, Any]
) -> str:
    key = str(loc[0]) if loc else ""
    if key in overrides:
        return f"--{key.replace('_', '-')}: {message}."
    line = next(
        (n for n, row in enumerate(text.splitlines(), 1) if re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", row)),
        1,
    )
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(key, ProjectFile.model_fields, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(ProjectFile.model_fields)}."
        message = f"there is no option {key!r}. {hint}"
    else:
        message = message.removeprefix("Value error, ") + "."
    return str(Finding(code="project-option", message=message, file=name, line=line, path=key))
