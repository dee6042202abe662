"""`import locstore`: what the commands do, from a script, a notebook and a thread."""

from __future__ import annotations

import asyncio
import inspect
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from projects import CONCEPT, MANY_DISPLAYS, Folder, clean_environment, make_folder

import locstore

ROOT = Path(__file__).parents[2]


def test_every_public_name_is_there() -> None:
    for name in locstore.__all__:
        assert getattr(locstore, name) is not None, name
    assert dir(locstore) == sorted(locstore.__all__)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'paint_everything'"):
        _ = locstore.paint_everything  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["check", "open_project", "plan", "prompt", "run", "verify"])
def test_functions_are_documented_and_typed(name: str) -> None:
    function = inspect.unwrap(getattr(locstore, name))
    signature = inspect.signature(function)
    assert inspect.getdoc(function)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    code = "import sys, locstore; print(sorted({'numpy', 'pydantic', 'babel', 'PIL', 'click'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_the_reports_name_pictures(folder: Folder) -> None:
    project = locstore.open_project(folder.root)
    assert locstore.check(project).ok
    before = locstore.plan(project)
    assert {row.status for row in before.shots} == {"new"}
    done = locstore.run(project)
    assert done.ok
    assert [p.path for p in done.pictures] == sorted(folder.pictures())
    assert {p.size for p in done.pictures} == {(200, 400)}
    assert all(p.painted and len(p.sha256) == 64 for p in done.pictures)
    again = locstore.run(project, locstore.Selection(locales=("ja",)))
    assert (again.painted, len(again.pictures)) == (0, 6)
    assert not any(p.painted for p in again.pictures)
    found = locstore.verify(folder.output)
    assert found.pictures == 0, "a custom display is no store's"
    prompts = locstore.prompt(project, locstore.Selection(locales=("de",), screens=("hero",))).prompts
    assert "Sag es" in prompts[0].text


def test_many_pictures_are_removed_with_yes_only(folder: Folder) -> None:
    locstore.run(locstore.open_project(folder.root))
    shutil.rmtree(folder.root / "locales/ja")
    project = locstore.open_project(folder.root)
    kept = locstore.run(project)
    assert (kept.removed, [f.code for f in kept.findings]) == (0, ["run-many-removals"])
    assert len(folder.pictures()) == 6
    done = locstore.run(project, yes=True)
    assert (done.ok, done.removed, len(folder.pictures())) == (True, 2, 4)


def test_what_stops_the_work(folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(locstore.UsageError, match="There is no locstore"):
        locstore.open_project(tmp_path.parent.parent)
    with pytest.raises(locstore.UsageError, match=r"there is no option 'paintre'\. Did you mean 'painter'"):
        locstore.open_project(folder.root, paintre="local")
    with pytest.raises(locstore.UsageError, match="is not a folder"):
        locstore.verify(tmp_path / "nowhere")


def test_interrupted_in_a_running_loop(tmp_path: Path) -> None:
    """^C in a notebook: what is painted is kept, and nothing more is painted."""
    many = CONCEPT.replace("displays: [{id: tiny, size: [200, 400]}]", MANY_DISPLAYS)
    folder = make_folder(tmp_path / "p", concept=many)

    class Interrupting(locstore.Progress):
        painted = 0

        def advance(self, outcome: object) -> None:
            self.painted += 1
            if self.painted == 3:
                os.kill(os.getpid(), signal.SIGINT)

    progress = Interrupting()

    async def cell() -> None:
        locstore.run(locstore.open_project(folder.root), progress=progress)

    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    loop = asyncio.new_event_loop()  # asyncio.run would handle ^C itself
    try:
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(cell())
    finally:
        loop.close()
        signal.signal(signal.SIGINT, old)
    assert 3 <= progress.painted < 36
    assert len(folder.manifest()["pictures"]) == progress.painted


SCRIPT = """\
import sys
import locstore

print("once", flush=True)
report = locstore.run(locstore.open_project(sys.argv[1], jobs=2))
print(report.painted, len(report.pictures), [f.message for f in report.findings if f.severity == "error"])
"""


def test_a_script_without_a_main_guard(tmp_path: Path) -> None:
    """Workers do not run the script again."""
    folder = make_folder(
        tmp_path / "p", concept=CONCEPT.replace("displays: [{id: tiny, size: [200, 400]}]", MANY_DISPLAYS)
    )
    script = tmp_path / "paint.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(script), str(folder.root)],
        capture_output=True,
        text=True,
        timeout=120,
        env=clean_environment() | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.stdout.splitlines() == ["once", "36 36 []"], done.stderr


def test_in_a_thread(folder: Folder) -> None:
    reports: list[locstore.RunReport] = []
    thread = threading.Thread(target=lambda: reports.append(locstore.run(locstore.open_project(folder.root))))
    thread.start()
    thread.join(120)
    assert [r.painted for r in reports] == [6]


def test_the_pages_examples_run(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Python block of docs/api.md, one after the other in one namespace, in a project's folder."""
    monkeypatch.chdir(folder.root)
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 5
    namespace: dict[str, object] = {"__name__": "example"}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"docs/api.md, block {number}", "exec"), namespace)  # noqa: S102 - our own page


def test_the_page_describes_every_name() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [name for name in locstore.__all__ if f"`{name}" not in page and f"locstore.{name}" not in page] == []
