"""Options that several commands share. Each can also be set by an environment variable, LOCSTORE_<NAME>."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from locstore.project import Project
    from locstore.shots import Selection

F = TypeVar("F", bound=Callable[..., Any])


def option(*names: str, own: str = "", **attributes: Any) -> Callable[[F], F]:
    """A click option whose environment variable is LOCSTORE_ and its long name.

    `own` is the command that means something else by that name than others: then it stands before it.
    """
    long = next(n for n in names if n.startswith("--")).partition("/")[0]
    variable = f"LOCSTORE_{own.upper()}{'_' if own else ''}" + long.removeprefix("--").replace("-", "_").upper()
    return click.option(*names, envvar=variable, show_envvar=True, **attributes)


def project_option(command: F) -> F:
    return option(
        "--project",
        "project_folder",
        type=click.Path(path_type=Path, exists=True),
        default=".",
        help="Folder of the project, or one below it.",
    )(command)


def selection_options(command: F) -> F:
    """-l, -d, -s: which locales, displays and screens."""
    for names, text in (
        (("-s", "--screen"), "Only these screens: ids or globs, or a shot's key such as hero/ja/*."),
        (("-d", "--display"), "Only these displays: ids or globs; `all` for every display of the concept."),
        (("-l", "--locale"), "Only these locales, in any spelling or as globs."),
    ):
        command = option(*names, multiple=True, help=text)(command)
    return command


def words_options(command: F) -> F:
    """What may stand in for a translation."""
    command = option(
        "--fallback",
        type=click.Choice(["none", "source"]),
        default=None,
        help="What stands in for a missing translation.",
    )(command)
    return option("--allow-fuzzy/--no-allow-fuzzy", default=None, help="Use translations marked fuzzy.")(command)


def shelf_options(command: F) -> F:
    """Where pictures go, and in which format."""
    command = option("--output", default=None, help="Folder for the pictures, below the project's.")(command)
    command = option("--format", "file_format", type=click.Choice(["png", "jpeg"]), default=None, help="File format.")(
        command
    )
    return option(
        "--layout",
        metavar="NAME",
        default=None,
        help="Folders for Play: fastlane, gradle-play-publisher, or a package's.",
    )(command)


def painter_options(command: F) -> F:
    """Who paints, and how an image model is asked."""
    command = option(
        "--mode", type=click.Choice(["instant", "thinking"]), default=None, help="How the image model works."
    )(command)
    return option(
        "--painter",
        metavar="NAME",
        default=None,
        help="local typesets and paints here; images has a model paint all; backdrop has it paint what is behind.",
    )(command)


def text_options(command: F) -> F:
    """Whether words are read back from the picture, and what is done about wrong ones."""
    command = option(
        "--last-resort",
        type=click.Choice(["typeset", "fail"]),
        default=None,
        help="Words that no try got right: set them here, or fail.",
    )(command)
    command = option(
        "--repairs", type=click.IntRange(0, 10), default=None, help="How often wrong words are asked for again."
    )(command)
    return option(
        "--text-check",
        type=click.Choice(["auto", "always", "never"]),
        default=None,
        help="Read the words back from the picture; auto is where an image model painted them.",
    )(command)


def jobs_option(command: F) -> F:
    return option(
        "-j",
        "--jobs",
        type=click.IntRange(0, 256),
        default=None,
        help="Worker processes; 0 is one for each core.",
    )(command)


def cache_option(command: F) -> F:
    return option("--cache", default=None, help="Folder of the paid pictures [default: .locstore/cache]")(command)


def notes_option(command: F) -> F:
    return option("--notes", is_flag=True, help="Show notes, too: fallbacks and the like.")(command)


def json_option(command: F) -> F:
    return option("--json", "as_json", is_flag=True, callback=_note_json, help="Print the result as JSON.")(command)


def _note_json(context: click.Context, _option: click.Parameter, value: bool) -> bool:
    """Remembered for errors that leave a command without a result: they are printed as JSON, too."""
    if isinstance(context.obj, dict):
        context.obj["json"] = value
    return value


def make_selection(locale: tuple[str, ...], display: tuple[str, ...], screen: tuple[str, ...]) -> Selection:
    """Commas separate, too: -l ja,ko."""
    from locstore.shots import Selection

    def split(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(part.strip() for value in values for part in value.split(",") if part.strip())

    return Selection(split(locale), split(display), split(screen))


def images_override(mode: str | None) -> dict[str, str] | None:
    """`--mode` as it stands in the project file's table `images`."""
    return {"mode": mode} if mode else None


def text_override(**given: Any) -> dict[str, Any] | None:
    """Options as they stand in the project file's table `text`; None if there are none."""
    return {name: value for name, value in given.items() if value is not None} or None


def make_project(folder: Path, **overrides: Any) -> Project:
    """The project, with the options that were given on top of its file."""
    from locstore.project import open_project

    return open_project(folder, {k: v for k, v in overrides.items() if v is not None})
