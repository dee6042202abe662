"""The project file: `locstore.toml`, or `[tool.locstore]` in pyproject.toml."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from locstore import folder_layout_names
from locstore.errors import UsageError
from locstore.files import read_regular
from locstore.findings import Finding
from locstore.paint.images import ImagesConfig
from locstore.painter_names import BUILT_IN, painter_names
from locstore.plugins import unknown_name

PROJECT_FILE = "locstore.toml"
_MAX_BYTES = 1 << 20  # a thousand times a large project file

# Environment variable -> the option of the project file that it sets, for every command and for the Python API.
VARIABLES: Mapping[str, tuple[str, ...]] = {
    "LOCSTORE_ALLOW_FUZZY": ("allow_fuzzy",),
    "LOCSTORE_CACHE": ("cache",),
    "LOCSTORE_DISPLAY": ("displays",),
    "LOCSTORE_FALLBACK": ("fallback",),
    "LOCSTORE_FORMAT": ("format",),
    "LOCSTORE_JOBS": ("jobs",),
    "LOCSTORE_LAST_RESORT": ("text", "last_resort"),
    "LOCSTORE_LAYOUT": ("layout",),
    "LOCSTORE_MODE": ("images", "mode"),
    "LOCSTORE_OUTPUT": ("output",),
    "LOCSTORE_PAINTER": ("painter",),
    "LOCSTORE_QUEUE": ("queue",),
    "LOCSTORE_REPAIRS": ("text", "repairs"),
    "LOCSTORE_TEXT_CHECK": ("text", "check"),
}
_TABLE = re.compile(r"^\s*\[+\s*tool\s*\.\s*\"?locstore\"?\s*[].]", re.MULTILINE)


class TextOptions(BaseModel):
    """The table `[text]`: whether and how the words of a finished picture are read back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    check: Literal["auto", "always", "never"] = Field(
        "auto", description="When words are read back: auto is where an image model painted them."
    )
    models: str = Field("tessdata", description="Folder of the project's own Tesseract models.")
    allow: tuple[str, ...] = Field((), description="Words that may stand in a picture beside the slots: the brand's.")
    tolerance: float = Field(
        0.06, ge=0, le=0.5, description="How far words may stand from their box, as a fraction of the canvas's height."
    )
    repairs: int = Field(2, ge=0, le=10, description="How often a picture with wrong words is asked for again.")
    last_resort: Literal["typeset", "fail"] = Field(
        "typeset", description="What becomes of words that no try got right: set them here, or fail."
    )


class VerifyOptions(BaseModel):
    """The table `[verify]`: which findings of finished pictures are ignored, and how bad others are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ignore: tuple[str, ...] = Field((), description="Findings to ignore: CODE, or CODE:PATH, both globs.")
    severity: dict[str, Literal["error", "warning", "note"]] = Field(
        default_factory=dict, description="The severity of findings: CODE or CODE:PATH to error, warning or note."
    )

    @field_validator("ignore", "severity")
    @classmethod
    def _rules(cls, value: tuple[str, ...] | dict[str, str]) -> tuple[str, ...] | dict[str, str]:
        from locstore.verify import parse_rule

        for text in value:
            parse_rule(text)
        return value


class ProjectFile(BaseModel):
    """The options of a project. Paths are relative to the file and stay below its folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    concepts: tuple[str, ...] = Field(("concepts/*.yaml",), description="Concept files, as globs.")
    locales: str = Field("locales", description="Folder of the catalogs: <code>/LC_MESSAGES/<concept>.po.")
    fonts: str = Field("fonts", description="Folder of the project's own fonts.")
    output: str = Field("output", description="Folder that the pictures are written to.")
    output_link: bool = Field(False, description="Whether `output` may be a symbolic link, to another disk say.")
    cache: str = Field(".locstore/cache", description="Folder of the paid pictures; it may be outside the project.")
    layout: str = Field(
        "fastlane",
        description="Folder layout: fastlane, gradle-play-publisher, or the name of an installed package's layout.",
    )
    displays: tuple[str, ...] = Field((), description="Displays to use when no -d is given; all of them if empty.")
    jobs: int = Field(0, ge=0, le=256, description="Worker processes; 0 is one for each core.")
    format: Literal["png", "jpeg"] = Field("png", description="File format of store pictures.")
    allow_fuzzy: bool = Field(False, description="Use translations that are marked fuzzy.")
    fallback: Literal["none", "source"] = Field("none", description="What stands in for a missing translation.")
    painter: str = Field(
        "local", description="Who paints: local, images, backdrop, or the name of an installed package's painter."
    )
    images: ImagesConfig = Field(ImagesConfig(), description="The images API, for the painters images and backdrop.")
    text: TextOptions = Field(TextOptions(), description="Reading the words back from finished pictures.")
    verify: VerifyOptions = Field(VerifyOptions(), description="Which findings of finished pictures count.")
    queue: str = Field("", description="redis://host/0: hand shots to workers; empty paints here.")
    system_fonts: bool = Field(True, description="Whether this machine's fonts may be the last resort.")

    @field_validator("concepts", "locales", "fonts", "output")
    @classmethod
    def _below(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for path in [value] if isinstance(value, str) else value:
            if not path or Path(path).is_absolute() or ".." in Path(path).parts or "\0" in path:
                raise ValueError(f"{path!r} must be a path below the project's folder")
        return value

    @field_validator("painter")
    @classmethod
    def _known_painter(cls, value: str) -> str:
        if value not in BUILT_IN and value not in (names := painter_names()):
            raise ValueError(unknown_name(value, names))
        return value

    @field_validator("layout")
    @classmethod
    def _known_layout(cls, value: str) -> str:
        if value not in folder_layout_names.BUILT_IN and value not in (
            names := folder_layout_names.folder_layout_names()
        ):
            raise ValueError(unknown_name(value, names))
        return value

    @field_validator("concepts")
    @classmethod
    def _globs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("name at least one concept file")
        for pattern in value:
            if not Path(pattern).parts or any("**" in part and part != "**" for part in Path(pattern).parts):
                raise ValueError(f"{pattern!r} is not a pattern of files, such as concepts/*.yaml")
        return value


class ProjectFolder(Protocol):
    """What a run needs of an opened project: its folder, its options, and a name that is the same on every machine."""

    @property
    def root(self) -> Path: ...

    @property
    def config(self) -> ProjectFile: ...

    @property
    def label(self) -> str:
        """The names of its concepts, at most 100 characters."""
        ...


def find_project_file(start: Path) -> Path | None:
    """The project file of the nearest folder upwards from `start`."""
    start = start.resolve()
    for folder in (start, *start.parents):
        candidate = folder / PROJECT_FILE
        if candidate.is_file():
            return candidate
        pyproject = folder / "pyproject.toml"
        if pyproject.is_file() and _has_table(pyproject):
            return pyproject
    return None


def _has_table(pyproject: Path) -> bool:
    """Whether a pyproject.toml has the table; one that is not valid TOML has it if a line looks like its header."""
    try:
        text = read_regular(pyproject, _MAX_BYTES).decode("utf-8-sig", errors="replace")
    except OSError:
        return False
    if not _TABLE.search(text):
        return False
    try:
        tool = tomllib.loads(text).get("tool")
    except (ValueError, RecursionError):
        return True  # reading it as the project file says what is wrong
    return isinstance(tool, dict) and "locstore" in tool


def read_config(path: Path, overrides: Mapping[str, Any]) -> ProjectFile:
    """The options of a project file, under those of the environment (`VARIABLES`), under `overrides`.

    Raises UsageError with every problem of the file, each with its line, and of the environment, with the variable.
    """
    try:
        text = read_regular(path, _MAX_BYTES).decode("utf-8-sig").replace("\r\n", "\n")
        data = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{path.name}: cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UsageError(f"{path.name}:{line}: this is not UTF-8: byte 0x{error.object[error.start]:02x}.") from error
    except RecursionError as error:
        raise UsageError(f"{path.name}: this is not valid TOML: its parts are nested too deeply.") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f":{place[1]}:{place[2]}" if place else f":{len(text.splitlines())}"  # "at end of document"
        raise UsageError(f"{path.name}{where}: this is not valid TOML: {error}.") from error
    except ValueError as error:  # a number of thousands of digits
        raise UsageError(f"{path.name}:{_long_number(text)}: this number has too many digits.") from error
    if path.name == "pyproject.toml":
        data = data["tool"]["locstore"]
        if not isinstance(data, dict):
            line = _line(text, ("tool", "locstore"))
            raise UsageError(f"{path.name}:{line}: tool.locstore must be a table: [tool.locstore].")
    environment = _environment()
    try:
        return ProjectFile.model_validate(_merged(_merged(data, environment), overrides))
    except ValidationError as error:
        problems = [
            _problem(path.name, text, d["loc"], d["type"], d["msg"], overrides, environment)
            for d in error.errors(include_url=False)
        ]
        raise UsageError("\n".join(sorted(problems))) from error


def _long_number(text: str) -> int:
    """The line of the first number that is too long for an integer."""
    found = re.search(r"[0-9a-fA-F_]{1000}", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _merged(data: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Options on top of the file's; a table keeps what is not overridden."""
    merged = dict(data)
    for key, value in overrides.items():
        below = merged.get(key)
        merged[key] = {**below, **value} if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _environment() -> dict[str, Any]:
    """The options that the environment sets; an empty variable sets nothing."""
    options: dict[str, Any] = {}
    for variable, keys in VARIABLES.items():
        given: Any = os.environ.get(variable, "").strip()
        if not given:
            continue
        if keys == ("displays",):
            given = re.split(r"[\s,]+", given)
        elif keys == ("queue",) and given == "none":
            given = ""
        table = options.setdefault(keys[0], {}) if len(keys) > 1 else options
        table[keys[-1]] = given
    return options


def _is_given(options: Mapping[str, Any], keys: Sequence[str]) -> bool:
    given = options.get(keys[0]) if keys else None
    return bool(keys) and keys[0] in options and (not isinstance(given, dict) or keys[-1] in given)


def _problem(
    name: str,
    text: str,
    loc: tuple[int | str, ...],
    kind: str,
    message: str,
    overrides: Mapping[str, Any],
    environment: Mapping[str, Any],
) -> str:
    keys = [part for part in loc if isinstance(part, str)]
    message = message.removeprefix("Value error, ").replace("valid tuple", 'list, such as ["a", "b"]')
    if kind == "extra_forbidden":
        tables = {
            "images": ImagesConfig.model_fields,
            "text": TextOptions.model_fields,
            "verify": VerifyOptions.model_fields,
        }
        known = ProjectFile.model_fields if len(keys) == 1 else tables[keys[0]]
        close = difflib.get_close_matches(keys[-1], known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(known)}."
        message = f"there is no option {keys[-1]!r}. {hint}"
    message = message if message.endswith((".", "?")) else f"{message}."
    if _is_given(overrides, keys):
        return f"--{keys[-1].replace('_', '-')}: {message}"
    if _is_given(environment, keys):
        variable = next(name for name, path in VARIABLES.items() if path[0] == keys[0] and path[-1] == keys[-1])
        return f"{variable}: {message}"
    line = _line(text, (*(("tool", "locstore") if name == "pyproject.toml" else ()), *keys))
    return str(Finding(code="project-option", message=message, file=name, line=line, path=".".join(keys)))


def _line(text: str, wanted: tuple[str, ...]) -> int:
    """The line where a key of a TOML file stands, or what it is in begins; from 1."""
    table: tuple[str, ...] = ()
    best = 1
    for number, row in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+([\w\s.\"'-]+)\]", row):
            path = table = _key_parts(header[1])
        elif key := re.match(r"\s*([\w\s.\"'-]+?)\s*=", row):
            path = (*table, *_key_parts(key[1]))
        else:
            continue
        if path == wanted:
            return number
        if path == wanted[: len(path)]:
            best = number
    return best


def _key_parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
