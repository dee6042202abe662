"""Options that several commands share. Each can also be set by an environment variable, LOCSTORE_<NAME>."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

if TYPE_CHECKING:
    from locstore.project import Project
    from locstore.shots import Selection

F = TypeVar("F", bound=Callable[..., Any])


def group(name: str, values: type[Any], *options: Callable[[Any], Any]) -> Callable[[F], F]:
    """A decorator that adds `options` to a command, which gets their values as one argument: `name`, a `values`."""
    fields = [field.name for field in dataclasses.fields(values)]

    def decorate(command: F) -> F:
        @functools.wraps(command)
        def with_group(*arguments: Any, **given: Any) -> Any:
            made = values(**{field: given.pop(field) for field in fields})
            return command(*arguments, **{name: made}, **given)

        added: Any = with_group
        for add in reversed(options):
            added = add(added)
        return added  # type: ignore[no-any-return]

    return decorate


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


@dataclasses.dataclass(frozen=True, slots=True)
class SelectionOptions:
    """-l, -d, -s: which locales, displays and screens; commas separate, too: -l ja,ko."""

    locale: tuple[str, ...] = ()
    display: tuple[str, ...] = ()
    screen: tuple[str, ...] = ()

    @property
    def given(self) -> bool:
        """Whether any of them was given."""
        return bool(self.locale or self.display or self.screen)

    def selection(self) -> Selection:
        return make_selection(self.locale, self.display, self.screen)


selection_options = group(
    "chosen",
    SelectionOptions,
    option("-l", "--locale", multiple=True, help="Only these locales, in any spelling or as globs."),
    option(
        "-d",
        "--display",
        multiple=True,
        help="Only these displays: ids or globs; `all` for every display of the concept.",
    ),
    option(
        "-s", "--screen", multiple=True, help="Only these screens: ids or globs, or a shot's key such as hero/ja/*."
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class WordsOptions:
    """What may be used in place of a translation."""

    allow_fuzzy: bool | None = None
    fallback: str | None = None

    def overrides(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


words_options = group(
    "words",
    WordsOptions,
    option("--allow-fuzzy/--no-allow-fuzzy", default=None, help="Use translations marked fuzzy."),
    option(
        "--fallback",
        type=click.Choice(["none", "source"]),
        default=None,
        help="What is used in place of a missing translation.",
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """Where pictures go, and in which format."""

    layout: str | None = None
    file_format: str | None = None
    output: str | None = None

    def overrides(self) -> dict[str, Any]:
        return {"layout": self.layout, "format": self.file_format, "output": self.output}


delivery_options = group(
    "delivery",
    DeliveryOptions,
    option(
        "--layout",
        metavar="NAME",
        default=None,
        help="Folders for Play: fastlane, gradle-play-publisher, or a package's.",
    ),
    option("--format", "file_format", type=click.Choice(["png", "jpeg"]), default=None, help="File format."),
    option("--output", default=None, help="Folder for the pictures, below the project's."),
)


@dataclasses.dataclass(frozen=True, slots=True)
class PainterOptions:
    """Who paints, and how an image model is asked."""

    painter: str | None = None
    mode: str | None = None

    def overrides(self) -> dict[str, Any]:
        return {"painter": self.painter, "images": {"mode": self.mode} if self.mode else None}


painter_options = group(
    "painting",
    PainterOptions,
    option(
        "--painter",
        metavar="NAME",
        default=None,
        help="local typesets and paints here; images has a model paint all; backdrop has it paint what is behind.",
    ),
    option("--mode", type=click.Choice(["instant", "thinking"]), default=None, help="How the image model works."),
)


@dataclasses.dataclass(frozen=True, slots=True)
class TextCheckOptions:
    """Whether words are read back from the picture, and what is done about wrong ones."""

    text_check: str | None = None
    repairs: int | None = None
    last_resort: str | None = None

    def overrides(self) -> dict[str, Any]:
        given = {"check": self.text_check, "repairs": self.repairs, "last_resort": self.last_resort}
        return {"text": {name: value for name, value in given.items() if value is not None} or None}


text_options = group(
    "text",
    TextCheckOptions,
    option(
        "--text-check",
        type=click.Choice(["auto", "always", "never"]),
        default=None,
        help="Read the words back from the picture; auto is where an image model painted them.",
    ),
    option("--repairs", type=click.IntRange(0, 10), default=None, help="How often wrong words are asked for again."),
    option(
        "--last-resort",
        type=click.Choice(["typeset", "fail"]),
        default=None,
        help="Words that no try got right: set them here, or fail.",
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class BudgetOptions:
    """What a run may spend, who may have the key, and whether calls that may have been paid are asked for again."""

    max_calls: int | None = None
    max_cost: float | None = None
    retry_unknown: bool = False
    allow_host: tuple[str, ...] = ()

    @property
    def allow_hosts(self) -> tuple[str, ...]:
        """The servers that the user allows; several may be in one value, between commas or spaces."""
        return tuple(host for given in self.allow_host for host in given.replace(",", " ").split())


budget_options = group(
    "budget",
    BudgetOptions,
    option("--max-calls", type=click.IntRange(0), default=None, help="Stop before more requests than this are sent."),
    option(
        "--max-cost", type=click.FloatRange(0), default=None, help="Stop before more US dollars than this are spent."
    ),
    option("--retry-unknown", is_flag=True, help="Ask again for pictures whose earlier call may have been paid."),
    option("--allow-host", multiple=True, metavar="HOST", help="A server that may have the key of the images API."),
)


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


class Overrides(Protocol):
    """A group of options that win over keys of the project file."""

    def overrides(self) -> Mapping[str, Any]:
        """Keys of the project file; None for an option that was not given."""
        ...


def make_project(folder: Path, *groups: Overrides, **more: Any) -> Project:
    """The project, with the options that were given on top of its file."""
    from locstore.project import open_project

    given = {key: value for options in groups for key, value in options.overrides().items()} | more
    return open_project(folder, {key: value for key, value in given.items() if value is not None})
