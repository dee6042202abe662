"""What the benchmarks of paid runs share: a throw-away project, the test server beside it, a run that is watched."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import polib

_REPOSITORY = Path(__file__).resolve().parent.parent
_TESTS = _REPOSITORY / "tests"
sys.path.insert(0, str(_TESTS))

from images_server import TEST_KEY, Entry, read_log  # noqa: E402

# The smallest picture that gpt-image-2 paints (655,360 pixels), asked for and delivered as it is.
SIZE = (640, 1024)
_CAPTION = "Measure the light with your camera"
_KEY_VARIABLE = "LOCSTORE_BENCH_KEY"


def make_project(
    root: Path,
    shots: int,
    url: str,
    *,
    text: Mapping[str, object] | None = None,
    caption: bool = False,
    **images: object,
) -> None:
    """A project with `shots` pictures of SIZE: screens of one headline, in the sample's locales and words.

    Words are read back only where `text`, the table of this name, says so: most benchmarks paint flat colours. With
    `caption` a second slot stands below.
    """
    locales = sample_locales()
    count = next(n for n in range(min(shots, len(locales)), 0, -1) if shots % n == 0)
    screens = range(shots // count)
    for code in locales[:count]:
        _write_catalog(root / "locales" / code / "LC_MESSAGES" / "bench.po", code, len(screens))
    (root / "concepts").mkdir()
    concept = {
        "concept": "bench",
        "subject": "A calm, sunlit plant-care app.",
        "style": {"palette": ["#12372A", "#FBFADA"]},
        "typography": {
            "headline": {"weight": 700, "size": [2.0, 6.6], "max_lines": 4, "color": "#FBFADA"},
            "caption": {"weight": 500, "size": [1.6, 2.8], "max_lines": 3, "color": "#FBFADA"},
        },
        "screens": [
            {
                "id": f"s{n}",
                "layout": "caption-top",
                "background": {"solid": "#12372A"},
                "copy": [
                    {"id": "headline", "text": f"Never forget to water {n}"},
                    *([{"id": "caption", "role": "caption", "text": _CAPTION}] if caption else []),
                ],
            }
            for n in screens
        ],
        "displays": [{"id": "bench", "size": list(SIZE)}],
        "locales": locales[:count],
    }
    # JSON is YAML.
    (root / "concepts" / "bench.yaml").write_text(json.dumps(concept), encoding="utf-8")
    options = {"base_url": url, "key_env": _KEY_VARIABLE, **images}
    rows = ['painter = "images"', "[images]", *(f"{name} = {json.dumps(value)}" for name, value in options.items())]
    reading = {"check": "never"} if text is None else text
    rows += ["[text]", *(f"{name} = {json.dumps(value)}" for name, value in reading.items())]
    (root / "locstore.toml").write_text("\n".join(rows) + "\n", encoding="utf-8")


def sample_locales() -> list[str]:
    """The sample's locales but for English, whose words are the source."""
    codes = sorted(p.name for p in (_REPOSITORY / "locales").iterdir() if p.is_dir())
    return [code for code in codes if not code.startswith("en")]


def _write_catalog(path: Path, code: str, screens: int) -> None:
    sample = polib.pofile(str(_REPOSITORY / "locales" / code / "LC_MESSAGES" / "pocket-garden.po"))
    words = next((e.msgstr.replace("*", "") for e in sample if e.msgctxt == "hero/headline"), "") or code
    below = next((e.msgstr for e in sample if e.msgid == _CAPTION), "") or code
    catalog = polib.POFile()
    catalog.metadata = {"Language": code, "Content-Type": "text/plain; charset=UTF-8"}
    for n in range(screens):
        source = f"Never forget to water {n}"
        catalog.append(polib.POEntry(msgctxt=f"s{n}/headline", msgid=source, msgstr=f"{words} {n}"))
        catalog.append(polib.POEntry(msgctxt=f"s{n}/caption", msgid=_CAPTION, msgstr=below))
    path.parent.mkdir(parents=True)
    catalog.save(str(path))


class Server:
    """A test server in a process of its own, and its log."""

    def __init__(self, process: subprocess.Popen[str], url: str, log: Path) -> None:
        self.process, self.url, self._log = process, url, log

    def requests(self) -> list[Entry]:
        """The images requests that came, in their order."""
        return [e for e in read_log(self._log) if e.event == "request" and e.path.startswith("/v1/images/")]

    def billed(self) -> int:
        return sum(entry.billed for entry in self.requests())


@contextlib.contextmanager
def server(folder: Path, *options: str) -> Iterator[Server]:
    log = folder / "requests.jsonl"
    command = [sys.executable, "-m", "images_server", "--log", str(log), *options]
    environment = {**os.environ, "PYTHONPATH": str(_TESTS)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "the test server did not start"
        try:
            yield Server(process, url, log)
        finally:
            process.terminate()


@dataclasses.dataclass(slots=True)
class Memory:
    """Peak resident memory in MB: of the command's own process, and of its largest worker."""

    main: float = 0.0
    worker: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its exit code, its report (None if it was killed), seconds, memory."""

    code: int
    report: dict[str, object] | None
    seconds: float
    memory: Memory


def start(root: Path, *options: str) -> subprocess.Popen[bytes]:
    """`locstore run --json` in the project; its report goes to a file, so that no pipe can fill."""
    environment = {**os.environ, _KEY_VARIABLE: TEST_KEY}
    command = [sys.executable, "-m", "locstore", "run", "--json", *options]
    with (root / "report.json").open("wb") as out, (root / "errors.txt").open("wb") as errors:
        return subprocess.Popen(command, cwd=root, env=environment, stdout=out, stderr=errors)


def run(root: Path, *options: str) -> Run:
    """A run to its end."""
    memory = Memory()
    begun = time.perf_counter()
    process = start(root, *options)
    watcher = threading.Thread(target=_watch, args=(process, memory))
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - begun
    watcher.join()
    text = (root / "report.json").read_text(encoding="utf-8")
    if not text:
        raise SystemExit((root / "errors.txt").read_text(encoding="utf-8"))
    return Run(code, json.loads(text), seconds, memory)


def _watch(process: subprocess.Popen[bytes], memory: Memory) -> None:
    """Linux tells each process's peak; only the last look counts, so a few a second are enough."""
    while process.poll() is None:
        memory.main = max(memory.main, _peak(process.pid))
        for child in _below(process.pid):
            memory.worker = max(memory.worker, _peak(child))
        time.sleep(0.2)


def _peak(process: int) -> float:
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
        return int(text.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return 0.0


def _below(process: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    children = [int(number) for number in text.split()]
    return children + [found for child in children for found in _below(child)]


def load() -> str:
    """How busy the machine is, for figures are worth little without it."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
