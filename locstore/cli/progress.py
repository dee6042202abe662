"""How a long run shows that it goes on: a bar on a terminal, a line now and then in CI."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from locstore.project import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from locstore.run import TaskResult

_EVERY_SECONDS = 5.0


class LineProgress(Progress):
    """A plain line every few seconds, on standard error."""

    def __init__(self) -> None:
        self._total = self._done = 0
        self._next = 0.0

    def start(self, total: int) -> None:
        self._total = total
        if total:
            click.echo(f"Painting {total} pictures.", err=True)
            self._next = time.monotonic() + _EVERY_SECONDS

    def advance(self, outcome: TaskResult) -> None:
        self._done += 1
        if time.monotonic() >= self._next:
            click.echo(f"{self._done} of {self._total}: {outcome.shot}", err=True)
            self._next = time.monotonic() + _EVERY_SECONDS

    def say(self, line: str) -> None:
        click.echo(line, err=True)

    def confirm(self, question: str) -> bool:
        if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        return click.confirm(question, default=False, err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class BarProgress(LineProgress):
    """A bar with the time that is left."""

    def __init__(self) -> None:
        super().__init__()
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def start(self, total: int) -> None:
        if not total:
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("Painting"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task("", total=total)

    def advance(self, outcome: TaskResult) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=1, description=outcome.shot)

    def say(self, line: str) -> None:
        if self._bar is None:
            click.echo(line, err=True)
        else:
            self._bar.console.print(line, markup=False, highlight=False)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def make_progress() -> LineProgress:
    """A bar where somebody can see it, lines elsewhere."""
    return BarProgress() if sys.stderr.isatty() else LineProgress()
