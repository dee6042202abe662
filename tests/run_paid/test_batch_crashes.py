"""A run with a batch that is killed before each of its steps: no picture is paid for twice, and none is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from batch_projects import KEY, make_project, quick
from images_server import ImagesServer, running
from paid_project import environment

from locstore.cache import FileStore

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are of Unix")

# One process imports everything and opens the fonts; its children, one for each step, are killed just before theirs.
# A step is a request to the server, before and after, a change of the ledger, before and after, and a file of the batch
# that is opened or deleted; the cache has tests of its own. Then another child brings the rest home, as a user would:
# --attach, and --batch again.
_PROGRAM = """
import contextlib, os, shutil, signal, sys, time
from pathlib import Path
import httpx
import httpx._transports.default as transports
import locstore.paint.images.batch, locstore.run.paid.batch
from locstore.project import BudgetLimits, FileDigests, open_project
from locstore.run.paid.batch_run import collect_batch, list_batches, submit_batch
from locstore.run import Status
from locstore.run.paid import prepare_shots
from locstore.run.paid.batch_payments import BatchPaymentLedger
from locstore.shots import Selection

# To read the certificates takes longer than everything else.
context = transports.create_ssl_context()
transports.create_ssl_context = lambda *_, **__: context

template, first, stride = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])

def project_of(root):
    return open_project(root, {"painter": "images"})

def planned(project):
    with project.ledger() as ledger:
        digests = FileDigests(ledger)
        snapshot = project.snapshot(Selection(), digests)
        plan = project.plan(snapshot, ledger, digests)
        return plan.of(Status.NEW), project.settings(digests)

def submit(project):
    shots, settings = planned(project)
    return submit_batch(project, shots, settings, BudgetLimits())

def collect(project, name):
    return collect_batch(project, name, poll=0.01)

def count_steps(limit):
    seen = [0]
    def step(*_):
        seen[0] += 1
        if seen[0] == limit:
            os.kill(os.getpid(), signal.SIGKILL)
    send, change = httpx.Client.send, BatchPaymentLedger._change
    def stepped_send(self, *args, **more):
        step()
        answer = send(self, *args, **more)
        step()
        return answer
    @contextlib.contextmanager
    def stepped_change(self):
        step()
        with change(self) as db:
            yield db
        step()
    httpx.Client.send, BatchPaymentLedger._change = stepped_send, stepped_change
    def heard(event, args):
        if event in ("open", "os.remove") and "locstore/batches/batch-" in str(args[0]):
            step()
    sys.addaudithook(heard)
    time.sleep = lambda _: None
    return seen

shots, settings = planned(project_of(template))
prepare_shots(shots, settings, project_of(template).config.images, "images", 1)

def child(work):
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]

for n in range(first, 10_000, stride):
    root = template.parent / f"run-{n}"
    shutil.copytree(template, root, ignore=shutil.ignore_patterns(".locstore"))
    config = root / "locstore.toml"
    config.write_text(config.read_text() + f'[images.fields]\\nuser = "run-{n}"\\n')

    def first_run():
        project = project_of(root)
        count_steps(n)
        collect(project, submit(project).name)

    def the_rest():
        time.sleep = lambda _: None
        project = project_of(root)
        for run in list_batches(project):
            collect(project, run.name)
        again = submit(project)
        if again.name:
            collect(project, again.name)

    status = child(first_run)
    rest = child(the_rest) if status else 0
    print(n, status, rest, flush=True)
    if status == 0:
        break
"""


def until_worked_off(server: ImagesServer) -> None:
    """A batch that nobody asks for is worked on all the same: it would be the one that is paid for in vain."""
    end = time.monotonic() + 30
    while any(b.status not in {"completed", "cancelled"} for b in server._desk.batches.values()):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_killed_before_each_step(tmp_path: Path):
    with running(quick()) as server:
        make_project(tmp_path / "template", server.url, screens=1, locales=("de",))
        program = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(tmp_path / "template"), "1", "1"],
            stdout=subprocess.PIPE,
            text=True,
            env=environment({"OPENAI_API_KEY": KEY}),
        )
        out, _ = program.communicate(timeout=240)
        runs = [tuple(map(int, line.split())) for line in out.splitlines()]
        assert len(runs) > 20
        assert [status for _, status, _ in runs] == [9] * (len(runs) - 1) + [0]
        assert {rest for _, _, rest in runs} == {0}
        until_worked_off(server)
        billed = Counter(entry.key for entry in server.log.entries if entry.billed)
        kept: set[str] = set()
        for number, _, _ in runs:
            folder = tmp_path / f"run-{number}/.locstore"
            keys = {entry.key for entry in FileStore(folder / "cache").entries()}
            assert len(keys) == 2, f"lost after step {number}"
            assert [p.name for p in (folder / "batches").iterdir()] == [".lock"], f"left after step {number}"
            kept |= keys
        assert set(billed) == kept
        assert set(billed.values()) == {1}
