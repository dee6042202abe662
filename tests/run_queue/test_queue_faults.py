"""Faults: what dies, hangs, restarts or lies; nothing is lost, nothing ends twice."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import threading
import time
from collections import Counter

import pytest
from PIL import Image
from projects import Folder
from queue_parts import CALM, QUICK, is_sent, options, run_of, started, tree, until, working

from locstore.cache import FileBlobs
from locstore.errors import EnvironmentProblem
from locstore.project import run
from locstore.run.queue import QueueBudget, RunState, WorkerProcess
from locstore.run.queue import worker as working_module
from locstore.run.queue.broker import make_broker, put, queue_name
from locstore.run.queue.run_state import NAMESPACE, RunKeys
from locstore.shots import Selection

WAITING = f"{NAMESPACE}:{queue_name()}"  # where the engine keeps messages


class Runner:
    """A run in a thread of this process."""

    def __init__(self, project: Folder) -> None:
        self.reports = []
        self._thread = threading.Thread(target=lambda: self.reports.append(project.run()))
        self._thread.start()

    def report(self, seconds: float = 90):
        self._thread.join(seconds)
        assert self.reports, "the run did not end"
        return self.reports[0]


def ends(run_state: RunState) -> Counter[int]:
    """How often each shot of the one run came to its end."""
    found = Counter()
    for _, fields in run_state.client.xrange(RunKeys(run_of(run_state).name).events):
        if fields[b"kind"] == b"end":
            found[int(fields[b"index"])] += 1
    return found


def test_a_worker_that_is_killed(server, run_state, project, tmp_path):
    given = options(server, project, tmp_path / "a", dead_after=CALM)
    runner = Runner(project)
    with started(given, "sleep", "30") as slow:
        until(lambda: run_state.runs() and run_of(run_state).held == 2, what="a worker at work")
        slow.kill()
    killed = time.monotonic()
    with working(options(server, project, tmp_path / "b", dead_after=CALM)):
        report = runner.report()
    assert time.monotonic() - killed < 60
    assert (report.painted, report.failed) == (12, 0)
    assert ends(run_state) == dict.fromkeys(range(12), 1)


def test_a_shot_that_kills_its_workers_is_given_up_after_three(server, run_state, project, tmp_path):
    runner = Runner(project)
    given = options(server, project, tmp_path / "a", threads=1, dead_after=CALM)
    deaths = 0
    while deaths < 10 and not (run_state.runs() and run_of(run_state).done == 12):
        with started(given, "die", "hero/de/d0") as worker:
            until(
                lambda worker=worker: (
                    worker.process.poll() is not None or (run_state.runs() and run_of(run_state).done == 12)
                )
            )
            deaths += worker.process.poll() is not None
    report = runner.report()
    assert deaths == 3
    assert (report.painted, report.failed) == (11, 1)
    (poison,) = [f for f in report.findings if f.code == "run-poison-shot"]
    assert poison.shot == "hero/de/d0"
    assert "ended or fell silent" in poison.message


def test_a_shot_that_hangs(server, run_state, project, tmp_path, monkeypatch):
    """Its process is replaced, others get their shots, and after three it is given up."""
    release = threading.Event()
    hung = []
    paint = working_module.paint_here

    def hang(settings, task):
        if task.shot.key == "how/ja/d1":
            hung.append(task.shot.key)
            release.wait(60)
        return paint(settings, task)

    monkeypatch.setattr(working_module, "paint_here", hang)
    runner = Runner(project)
    replaced = 0
    said: list[str] = []
    for number in range(4):
        given = options(server, project, tmp_path / f"w{number}", limit=1.0)
        worker = WorkerProcess(given, given.scratch / "own", pulse=lambda _: None, say=said.append)
        stop = threading.Event()
        watch = threading.Thread(target=lambda stop=stop: (runner._thread.join(), stop.set()))
        watch.start()
        replaced += not worker.run(stop)
    release.set()
    report = runner.report()
    assert (len(hung), replaced) == (3, 3)
    assert (report.painted, report.failed) == (11, 1)
    (poison,) = [f for f in report.findings if f.code == "run-poison-shot"]
    assert (poison.shot, "not painted within 1 s" in poison.message) == ("how/ja/d1", True)
    assert any("hangs" in line for line in said)


def test_redis_is_killed_and_comes_back(server, run_state, project, tmp_path, monkeypatch):
    paint = working_module.paint_here
    seen = []

    def slowly(settings, task):
        seen.append(task.shot.key)
        time.sleep(0.1)
        return paint(settings, task)

    monkeypatch.setattr(working_module, "paint_here", slowly)
    with working(options(server, project, tmp_path / "a", threads=2, dead_after=CALM)):
        runner = Runner(project)
        until(lambda: run_state.runs() and run_of(run_state).done >= 3)
        server.kill()
        time.sleep(1.0)
        server.start()
        report = runner.report()
    assert (report.painted, report.failed) == (12, 0)
    assert ends(run_state) == dict.fromkeys(range(12), 1)


def test_a_cut_to_the_cache(server, run_state, project, tmp_path, monkeypatch):
    """Shots go back into the queue without a try against them, and the one who runs hears why."""
    cut = threading.Event()
    cut.set()
    put = FileBlobs.put
    tried = []

    def cut_off(self, data):
        if cut.is_set() and data[:4] == b"\x89PNG" and threading.current_thread().name != "MainThread":
            tried.append(1)
            if len(tried) > 6:
                cut.clear()
            raise EnvironmentProblem("s3://bucket cannot be reached.")
        return put(self, data)

    monkeypatch.setattr(working_module, "_FIRST_PAUSE", 0.05)
    project.replace("locstore.toml", "jobs = 1", 'jobs = 1\ncache = "../shared/.locstore/cache"')
    runner = Runner(project)
    until(lambda: is_sent(run_state))
    monkeypatch.setattr(FileBlobs, "put", cut_off)
    said: list[str] = []
    with working(options(server, tmp_path / "shared", tmp_path / "a"), say=said.append):
        report = runner.report()
    assert len(tried) > 6
    assert (report.painted, report.failed) == (12, 0)
    assert any("s3://bucket cannot be reached" in line for line in said)
    troubles = [
        f for _, f in run_state.client.xrange(RunKeys(run_of(run_state).name).events) if f[b"kind"] == b"trouble"
    ]
    assert troubles


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_machine_with_a_wrong_clock_is_refused(server, run_state, project, tmp_path, monkeypatch, seconds):
    """By its times living workers would look dead to it, or it to them."""
    true = time.time
    monkeypatch.setattr("locstore.run.queue.broker.time.time", lambda: true() + seconds)
    with pytest.raises(EnvironmentProblem, match=r"clock of this machine is 3600 s (ahead of|behind)"):
        project.run()
    given = options(server, project, tmp_path / "a")
    worker = WorkerProcess(given, given.scratch / "own", pulse=lambda _: None, say=lambda _: None)
    with pytest.raises(EnvironmentProblem, match="clock"):
        worker.run(threading.Event())
    assert run_state.runs() == []


def test_a_run_that_was_cut_off_while_it_was_sent(server, run_state, project, tmp_path, monkeypatch):
    """`--attach` puts the shots into the queue that were not there yet."""
    monkeypatch.setattr("locstore.run.queue.send.CHUNK", 5)
    sent = []

    def cut_off(broker, state, shots):
        if sent:
            raise EnvironmentProblem("Redis is gone.")
        sent.append(1)
        put(broker, state, shots)

    monkeypatch.setattr("locstore.run.queue.send.put", cut_off)
    with pytest.raises(EnvironmentProblem, match="--attach"):
        project.run()
    facts = run_of(run_state)
    assert (facts.queued, facts.total) == (5, 12)
    monkeypatch.setattr("locstore.run.queue.send.put", put)
    monkeypatch.setattr("locstore.run.queue.messages.CHUNK", 5)
    monkeypatch.setattr("locstore.run.queue.worker.CHUNK", 5)
    monkeypatch.setattr("locstore.run.queue.task_files.CHUNK", 5)
    with working(options(server, project, tmp_path / "a")):
        report = run(project.open(), Selection(), attach=facts.name)
    assert report.painted == 12


def test_a_false_workers_pictures_are_not_taken(server, run_state, project, tmp_path, monkeypatch):
    """HTML, another size, an empty file and another format, each with a record that tells the truth of its bytes."""
    paint = working_module.paint_here
    wrong = io.BytesIO()
    Image.new("RGB", (100, 100)).save(wrong, "PNG")
    rgba = io.BytesIO()
    Image.new("RGBA", (200, 400)).save(rgba, "PNG")
    junk = [b"<html>not a picture</html>", wrong.getvalue(), b"", rgba.getvalue()]
    cycle = iter(range(1000))

    def lie(settings, task):
        result = paint(settings, task)
        data = junk[next(cycle) % len(junk)]
        (settings.output / result.path).write_bytes(data)
        record = dataclasses.replace(result.record, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
        return dataclasses.replace(result, record=record)

    monkeypatch.setattr(working_module, "paint_here", lie)
    with working(options(server, project, tmp_path / "a")):
        report = project.run()
    assert (report.painted, report.failed) == (0, 12)
    assert {f.code for f in report.findings} == {"run-picture-lost"}
    assert not list(project.output.rglob("screenshots/**/*.png"))


BAD = [
    (["../../etc", 0], {}),
    (["tiny-1", "0"], {}),
    (["tiny-1", -1], {}),
    (["tiny-1", 2**40], {}),
    ([["tiny-1"], 0], {}),
    (["nobody-1", 0], {}),
    ([], {}),
    (["tiny-1", 0, 0], {}),
    (["tiny-1"], {"run": "x"}),
]


def test_bad_messages_do_no_harm(server, run_state, project, tmp_path):
    """Whoever can write into Redis cannot make a worker do anything but paint."""
    queue = queue_name()
    with working(options(server, project, tmp_path / "a")):
        for n, (args, kwargs) in enumerate(BAD):
            for actor in ("paint", "os.system"):
                message = {
                    "queue_name": queue,
                    "actor_name": actor,
                    "args": args,
                    "kwargs": kwargs,
                    "options": {"redis_message_id": f"{actor}{n}"},
                    "message_id": f"{actor}{n}",
                    "message_timestamp": 0,
                }
                run_state.client.hset(f"{WAITING}.msgs", f"{actor}{n}", json.dumps(message))
                run_state.client.rpush(WAITING, f"{actor}{n}")
        assert project.run().painted == 12
    assert run_state.client.llen(WAITING) == 0


def test_a_run_with_damaged_messages_ends_with_findings(server, run_state, project, tmp_path):
    blobs = FileBlobs(project.root / ".locstore" / "cache")
    spec, chunk = blobs.put(b"not a kit"), blobs.put(b"not a sheet")
    run_state.create("bad-1", project="tiny", painter="local", spec=spec, chunks=[chunk], total=1, limits=QueueBudget())
    put(make_broker(run_state, works=False), run_state, [("bad-1", 0)])
    with working(options(server, project, tmp_path / "a")):
        until(lambda: run_state.facts("bad-1").state == "finished")
        assert project.run().painted == 12, "others are not held up"
    assert run_state.facts("bad-1").failed == 1
    events = run_state.events("bad-1", "0", wait=0.01)
    assert "run-poison-shot" in events[-1].text
    assert all("not a" not in e.text or "cannot be used" in e.text for e in events)


def test_a_run_that_nobody_can_serve_waits_and_says_why(server, run_state, project, tmp_path, monkeypatch):
    monkeypatch.setattr(working_module, "_FIRST_PAUSE", 0.05)
    said: list[str] = []
    with working(options(server, tmp_path / "other", tmp_path / "a"), say=said.append):
        runner = Runner(project)
        until(lambda: said)
    assert "does not have the content" in said[0]
    with working(options(server, project, tmp_path / "b")):
        assert runner.report().painted == 12


def test_stopped_with_care_a_worker_leaves_nothing_behind(server, run_state, project, tmp_path):
    runner = Runner(project)
    with started(options(server, project, tmp_path / "a", dead_after=QUICK), "sleep", "0.3"):
        until(lambda: run_state.runs() and run_of(run_state).held)
    assert run_of(run_state).held == 0
    assert run_state.client.hlen(RunKeys(run_of(run_state).name).tries) == 0
    assert run_state.workers() == {}
    with working(options(server, project, tmp_path / "b")):
        report = runner.report()
    assert report.painted == 12
    assert ends(run_state) == dict.fromkeys(range(12), 1)
    assert tree(project.output)
