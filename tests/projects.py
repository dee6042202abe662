"""Small projects for the tests of the runner, the project and the command line: quick to paint, easy to break."""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from locstore.cli.main import run_cli
from locstore.paint import encode_png
from locstore.project import FileDigests, Project, RunReport, open_project, run
from locstore.run import PaintJournal, Plan
from locstore.shots import Selection
from locstore.typeset import project_font_files

CONFIG = """\
concepts = ["concepts/*.yaml"]
jobs = 1
system_fonts = false
"""

CONCEPT = """\
concept: tiny
style: {palette: ["#1B2A49", "#F4F1EA"]}
screens:
  - id: hero
    background: "#33507F"
    copy:
      - {id: headline, text: "Say it", comment: "Verb first."}
  - id: how
    background: "#507F33"
    copy:
      - {id: headline, text: "And how"}
displays: [{id: tiny, size: [200, 400]}]
locales: all
"""

WORDS = {
    "de": {"hero/headline": ("Say it", "Sag es"), "how/headline": ("And how", "Und wie")},
    "ja": {"hero/headline": ("Say it", "伝えよう"), "how/headline": ("And how", "その方法")},
}
_PLURALS = {"de": "nplurals=2; plural=(n != 1);", "ja": "nplurals=1; plural=0;"}
# 312 x 390: the smallest display of a store.
STORE_DISPLAY = "watch_series_3"
# Six sizes make 36 shots of the small concept: enough to keep two workers busy for a while.
MANY_DISPLAYS = "displays: [" + ", ".join(f"{{id: d{n}, size: [{400 + n}, 600]}}" for n in range(6)) + "]"


def catalog(code: str, words: dict[str, tuple[str, str]]) -> str:
    """A PO file: msgctxt -> (msgid, msgstr), both as they stand between the quotes."""
    head = "\n".join(
        [
            'msgid ""',
            'msgstr ""',
            f'"Language: {code}\\n"',
            '"MIME-Version: 1.0\\n"',
            '"Content-Type: text/plain; charset=UTF-8\\n"',
            '"Content-Transfer-Encoding: 8bit\\n"',
            f'"Plural-Forms: {_PLURALS.get(code, _PLURALS["de"])}\\n"',
        ]
    )
    entries = [f'msgctxt "{k}"\nmsgid "{source}"\nmsgstr "{text}"' for k, (source, text) in words.items()]
    return "\n\n".join([head, *entries]) + "\n"


def capture(*, width: int = 60, height: int = 120, shade: int = 200) -> bytes:
    """A plain PNG."""
    return encode_png(np.full((height, width, 3), shade, np.uint8))


@dataclasses.dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def codes(self) -> set[str]:
        """The codes of the findings of a --json report."""
        return {f["code"] for f in self.json["findings"]}


@dataclasses.dataclass(frozen=True)
class Folder:
    """A project's folder, and what one does with it."""

    root: Path

    @property
    def output(self) -> Path:
        return self.root / "output"

    @property
    def po(self) -> Path:
        return self.root / "locales/de/LC_MESSAGES/tiny.po"

    def write(self, path: str, content: str | bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace a piece of text that stands there exactly once."""
        target = self.root / path
        text = target.read_text(encoding="utf-8")
        assert text.count(old) == 1, (path, old, text)
        target.write_text(text.replace(old, new), encoding="utf-8")

    def open(self, **overrides: Any) -> Project:
        return open_project(self.root, overrides)

    def run(
        self, selection: Selection | None = None, *, overwrite: bool = False, yes: bool = True, **overrides: Any
    ) -> RunReport:
        """A run that may remove as many pictures as it likes, unless `yes` is False."""
        return run(self.open(**overrides), selection or Selection(), overwrite=overwrite, yes=yes)

    def plan(self, selection: Selection | None = None, *, overwrite: bool = False, **overrides: Any) -> Plan:
        project = self.open(**overrides)
        with project.ledger() as ledger:
            digests = FileDigests(ledger)
            snapshot = project.snapshot(project.default_selection(selection or Selection()), digests)
            return project.plan(snapshot, ledger, digests, overwrite=overwrite)

    def pictures(self) -> dict[str, bytes]:
        """By path in the output folder."""
        files = (p for p in self.output.rglob("*") if p.suffix in {".png", ".jpg"} and p.is_file())
        return {p.relative_to(self.output).as_posix(): p.read_bytes() for p in sorted(files)}

    def stamps(self) -> dict[str, tuple[int, int]]:
        """Of every file in the output folder: (inode, mtime), which change with each writing."""
        files = ((p, p.stat()) for p in sorted(self.output.rglob("*")) if p.is_file())
        return {p.relative_to(self.output).as_posix(): (s.st_ino, s.st_mtime_ns) for p, s in files}

    def repainted(self, before: dict[str, tuple[int, int]]) -> set[str]:
        """Pictures that were written since `before` was taken."""
        now = self.stamps()
        return {path for path in self.pictures() if before.get(path) != now[path]}

    def manifest(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.output / "manifest.json").read_text(encoding="utf-8"))
        return document

    def leftovers(self) -> list[Path]:
        """Temporary files."""
        return sorted(self.root.rglob(".locstore-*"))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "locstore", *arguments]

    def process(self, *arguments: str, stdin: str | None = None, **environment: str) -> Said:
        """Run a command in a process of its own."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            env=clean_environment() | environment,
        )
        return Said(done.returncode, done.stdout, done.stderr)


def clean_environment() -> dict[str, str]:
    """The environment of this process without options of locstore."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LOCSTORE_")}


def make_folder(
    root: Path,
    *,
    concept: str = CONCEPT,
    config: str = CONFIG,
    words: dict[str, dict[str, tuple[str, str]]] | None = None,
) -> Folder:
    """The small project; `concept` and `words` take the place of its own."""
    folder = Folder(root)
    folder.write(".locstore/ledger.db", _ledger_that_knows_the_fonts())
    folder.write("locstore.toml", config)
    folder.write("concepts/tiny.yaml", concept)
    for code, entries in (WORDS if words is None else words).items():
        folder.write(f"locales/{code}/LC_MESSAGES/tiny.po", catalog(code, entries))
    return folder


@functools.cache
def _ledger_that_knows_the_fonts() -> bytes:
    """A ledger without pictures; with it a new project need not read the packages' fonts for their digests."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "ledger.db"
        with PaintJournal(path) as ledger:
            digests = FileDigests(ledger)
            for file in project_font_files(None):
                digests(file.path)
            digests.save()
        return path.read_bytes()


def with_capture(concept: str, screen: str, path: str) -> str:
    """The concept with a capture on one screen."""
    return concept.replace(f"  - id: {screen}\n", f'  - id: {screen}\n    capture: "{path}"\n')


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A small project, not painted yet."""
    return make_folder(tmp_path / "project")


Call = Callable[..., Said]


@pytest.fixture
def locstore(folder: Folder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """`locstore("run", "-j1")` in the project's folder, in this process."""
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)

    def call(*arguments: str) -> Said:
        monkeypatch.chdir(folder.root)
        capsys.readouterr()
        code = run_cli(list(arguments))
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call
