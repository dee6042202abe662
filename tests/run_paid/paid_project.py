"""Tiny projects for the paid painters: quick to compose, and a run of theirs inside this process."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from locstore.cache import PictureStore, open_store
from locstore.findings import Finding, has_errors
from locstore.paint.images import Secret
from locstore.project import FileDigests, Project, open_project
from locstore.run import PaintSettings, PlannedShot, Status, TaskResult, tasks_in_order
from locstore.run.paid import (
    Call,
    CallState,
    Kind,
    LocalBudget,
    LocalPaymentLedger,
    PaidRun,
    Prepared,
    Spending,
    prepare_shots,
)
from locstore.run.paid.paint import with_text
from locstore.shots import Selection

# Nothing in it that a regular expression for keys would know: it must be found by its value.
KEY = "zzKeyOfTheTest.9f8e7d6c5b4a"
SIZE = (640, 1024)  # the smallest size that an images API paints

_HEAD = """\
concept: tiny
style: {palette: ["#1B2A49", "#F4F1EA"]}
screens:
"""
_SCREEN = """\
  - id: s%d
    background: "#3350%02X"
    copy:
      - {id: headline, text: "Say it %d"}
"""
_TAIL = "displays: [%s]\nlocales: %s\n"
_PO = 'msgid ""\nmsgstr ""\n"Language: %s\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def make_project(
    root: Path,
    url: str,
    *,
    screens: int = 2,
    locales: tuple[str, ...] = ("de", "fr"),
    displays: tuple[tuple[int, int], ...] = (SIZE,),
    **images: Any,
) -> Tiny:
    """A concept with some screens in English and `locales`, on displays d0, d1, ... of these sizes."""
    project = Tiny(root)
    sizes = ", ".join(f"{{id: d{n}, size: [{w}, {h}]}}" for n, (w, h) in enumerate(displays))
    # A ground of its own for each screen: a backdrop is asked for by what is behind the words.
    body = "".join(_SCREEN % (n, 0x7F - n, n) for n in range(screens))
    project.write("concepts/tiny.yaml", _HEAD + body + _TAIL % (sizes, "all" if locales else "[en]"))
    for locale in locales:
        entries = (
            f'\nmsgctxt "s{n}/headline"\nmsgid "Say it {n}"\nmsgstr "{locale} sagt {n}"\n' for n in range(screens)
        )
        project.write(f"locales/{locale}/LC_MESSAGES/tiny.po", _PO % locale + "".join(entries))
    project.configure(url, **images)
    return project


@dataclasses.dataclass(frozen=True)
class Done:
    """What a run inside this process did."""

    spent: Spending
    results: list[TaskResult]

    @property
    def painted(self) -> list[TaskResult]:
        return [o for o in self.results if o.record is not None]

    @property
    def findings(self) -> list[Finding]:
        return [f for o in self.results for f in o.findings]

    def codes(self) -> list[str]:
        return sorted(f.code for f in self.findings)


@dataclasses.dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@dataclasses.dataclass(frozen=True)
class Tiny:
    """A project's folder, and what one does with it."""

    root: Path

    def write(self, path: str, content: str | bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def configure(self, url: str, *, text: Mapping[str, Any] | None = None, **images: Any) -> None:
        """Most tests paint flat colours, so words are read back only where `text` says so."""
        tables = {"images": {"base_url": url, **images}, "text": {"check": "never"} if text is None else text}
        rows = ["system_fonts = false", "jobs = 1"]
        for table, options in tables.items():
            rows += [f"[{table}]", *(f"{name} = {_toml(value)}" for name, value in options.items())]
        self.write("locstore.toml", "\n".join(rows) + "\n")

    def open(self, painter: Kind = "images") -> Project:
        return open_project(self.root, {"painter": painter})

    def store(self) -> PictureStore:
        return open_store(".locstore/cache", self.root)

    @contextlib.contextmanager
    def book(self) -> Iterator[LocalPaymentLedger]:
        store = self.store()
        book = LocalPaymentLedger(self.root / ".locstore/payments.db", lambda key: key in store)
        try:
            yield book
        finally:
            book.close()

    def calls(self, state: CallState | None = None) -> list[Call]:
        with self.book() as book:
            return book.calls(state)

    def planned(self, painter: Kind = "images") -> tuple[list[PlannedShot], PaintSettings]:
        """What a run would paint."""
        project = self.open(painter)
        with project.ledger() as ledger:
            digests = FileDigests(ledger)
            snapshot = project.snapshot(Selection(), digests)
            assert not has_errors(snapshot.findings), snapshot.findings
            plan = project.plan(snapshot, ledger, digests)
            return [*plan.of(Status.NEW), *plan.of(Status.CHANGED)], with_text(project, project.settings(digests))

    def prepared(self, painter: Kind = "images") -> list[Prepared]:
        planned, settings = self.planned(painter)
        return (
            painting_thread()
            .submit(prepare_shots, planned, settings, self.open(painter).config.images, painter, 1)
            .result()
        )

    def paid_run(
        self,
        painter: Kind = "images",
        *,
        max_calls: int | None = None,
        max_cost: float | None = None,
        retry_unknown: bool = False,
        store: PictureStore | None = None,
        pool: Executor | None = None,
    ) -> Done:
        """A run in this process over what is new or changed."""
        planned, settings = self.planned(painter)
        results: list[TaskResult] = []
        with self.book() as book:
            run = PaidRun(
                config=self.open(painter).config.images,
                kind=painter,
                key=Secret(KEY),
                settings=settings,
                store=store or self.store(),
                book=book,
                budget=LocalBudget(max_calls, max_cost),
                pool=pool or painting_thread(),
                on_result=results.append,
                retry_unknown=retry_unknown,
            )
            return Done(run.run(tasks_in_order(planned)), results)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "locstore", *arguments, "--project", str(self.root)]

    def start(self, *arguments: str, key: str = KEY) -> subprocess.Popen[str]:
        """A command in a process of its own, at the head of a group."""
        return subprocess.Popen(
            self.command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment({"OPENAI_API_KEY": key}),
            start_new_session=True,
        )

    def cli(self, *arguments: str, key: str = KEY) -> Said:
        return finished(self.start(*arguments, key=key))

    def pictures(self) -> dict[str, Path]:
        output = self.root / "output"
        return {p.relative_to(output).as_posix(): p for p in sorted(output.rglob("*.png"))}


def finished(process: subprocess.Popen[str]) -> Said:
    try:
        out, err = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return Said(process.returncode, out, err)


def environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("LOCSTORE_", "OPENAI_")) and "proxy" not in k.lower()
    }
    return {**kept, **more}


@cache
def painting_thread() -> ThreadPoolExecutor:
    """One thread for all tests: it stands in for the worker process, whose studio is kept."""
    return ThreadPoolExecutor(1, thread_name_prefix="painting")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{k}" = {_toml(v)}' for k, v in value.items()) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return f'"{value}"' if isinstance(value, str) else repr(value)
