"""Paid pictures through the queue: one book, one budget, one key that stays where it is."""

from __future__ import annotations

import dataclasses
import json
import re
import signal
from collections import Counter

import pytest
from images_server import in_thread
from images_server.settings import Settings
from projects import CONCEPT, Folder, make_folder
from queue_parts import CALM, is_sent, options, run_of, started, tree, until, working
from test_queue_faults import Runner
from test_queue_runs import start

from locstore.cache import FileStore
from locstore.errors import EnvironmentProblem
from locstore.project import BudgetLimits, run
from locstore.run.paid import CallState, LocalPaymentLedger
from locstore.run.paid.answers import AnswerStore
from locstore.run.queue import worker as working_module
from locstore.run.queue.run_state import RunKeys, call_of
from locstore.shots import Selection

KEY = "zzKeyOfTheTest.9f8e7d6c5b4a"
VARIABLE = "QUEUE_TEST_KEY"
SHOTS = 6


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    monkeypatch.setenv("LOCSTORE_ALLOW_HOST", "127.0.0.1")  # for the runs that ask from here, without a worker


def painted_by(root, url: str, server, **images: object) -> Folder:
    """The small project, 6 shots of the smallest size that an images API paints."""
    folder = make_folder(root, concept=CONCEPT.replace("[200, 400]", "[640, 1024]"))
    rows = {"base_url": url, "key_env": VARIABLE, **images}
    table = "".join(f"{name} = {json.dumps(value)}\n" for name, value in rows.items())
    folder.write(
        "locstore.toml",
        f'system_fonts = false\njobs = 1\npainter = "images"\nqueue = "{server.url}"\n'
        f'[text]\ncheck = "never"\n[images]\n{table}',
    )
    return folder


def worker(server, folder, scratch, **other):
    return options(server, folder, scratch, hosts=("127.0.0.1",), key_env=VARIABLE, dead_after=CALM, **other)


def quick(**other) -> Settings:
    return Settings(key=KEY, words=False, **other)


def states(run_state) -> list[str]:
    """The states of all calls that the queue knows."""
    return sorted(run_state.client.hget(key, "state").decode() for key in run_state.client.keys(call_of("*")))


def prompts(api) -> Counter[str]:
    return Counter(entry.key for entry in api.requests)


def test_two_workers_paint_what_one_machine_paints_and_nothing_is_asked_twice(server, run_state, tmp_path):
    with in_thread.running(quick(delay=0.1)) as api:
        project = painted_by(tmp_path / "project", api.url, server)
        with working(worker(server, project, tmp_path / "a")), working(worker(server, project, tmp_path / "b")):
            report = project.run()
        assert (report.painted, report.failed) == (SHOTS, 0)
        assert set(prompts(api).values()) == {1}
        assert report.spent is not None
        assert (report.spent.sent, report.spent.cached, report.spent.stopped) == (SHOTS, 0, "")
        assert report.spent.billed > 0
        assert report.spent.billed == pytest.approx(run_of(run_state).billed)
        here = painted_by(tmp_path / "here", api.url, server)
        alone = here.run(queue="")
        assert alone.spent is not None
        assert tree(project.output) == tree(here.output)
        assert alone.spent.billed == pytest.approx(report.spent.billed, abs=1e-4)
    held = server.everything() + b"".join(tree(project.root).values()) + b"".join(tree(tmp_path / "a").values())
    assert KEY.encode() not in held
    assert KEY[2:].encode() not in held
    assert states(run_state) == ["done"] * SHOTS


def test_a_finished_picture_is_never_asked_for_again(server, run_state, tmp_path):
    with in_thread.running(quick()) as api:
        project = painted_by(tmp_path / "project", api.url, server)
        with working(worker(server, project, tmp_path / "a")):
            project.run()
            before = tree(project.output)
            for path in project.output.rglob("*.png"):
                path.unlink()
            report = project.run()
        assert len(api.requests) == SHOTS
    assert report.spent is not None
    assert (report.painted, report.spent.sent, report.spent.cached) == (SHOTS, 0, SHOTS)
    assert tree(project.output) == before


def test_one_budget_for_all_workers(server, tmp_path):
    with in_thread.running(quick(delay=0.2)) as api:
        project = painted_by(tmp_path / "project", api.url, server)
        with working(worker(server, project, tmp_path / "a")), working(worker(server, project, tmp_path / "b")):
            report = run(project.open(), Selection(), limits=BudgetLimits(max_calls=4))
        assert len(api.requests) == 4
    assert (report.painted, report.failed) == (4, 2)
    (stopped,) = [f for f in report.findings if f.code == "run-stopped"]
    assert "2 pictures are still to come: the limit of 4 calls" in stopped.message


def test_a_server_that_says_no_ends_the_run_for_all(server, run_state, tmp_path):
    with in_thread.running(quick(script=("ok", "insufficient-quota"))) as api:
        project = painted_by(tmp_path / "project", api.url, server)
        with working(worker(server, project, tmp_path / "a", threads=1)):
            report = project.run()
        assert len(api.requests) == 2
    assert (report.painted, report.failed) == (1, SHOTS - 1)
    assert report.spent is not None
    assert report.spent.by_server
    assert run_of(run_state).halted
    assert run_of(run_state).state == "finished"


def test_a_killed_workers_calls_are_unknown_and_asked_again_only_on_purpose(server, run_state, tmp_path):
    with in_thread.running(quick(script=("ok", *["hang"] * SHOTS))) as slow:  # the first call of a run goes alone
        project = painted_by(tmp_path / "project", slow.url, server)
        runner = Runner(project)
        with started(worker(server, project, tmp_path / "a")) as dying:
            until(lambda: states(run_state) == ["done", "sent", "sent"] and len(slow.requests) == 3)
            dying.kill()
        calls = {name: run_state.client.hget(name, "state") for name in run_state.client.keys(call_of("*"))}
        cut_off = {name.decode().rpartition(":")[2] for name, state in calls.items() if state == b"sent"}
        assert len(cut_off) == 2
    with in_thread.running(quick(port=int(slow.url.rpartition(":")[2]))) as api:
        with working(worker(server, project, tmp_path / "b")):
            report = runner.report()
            assert (report.painted, report.failed) == (SHOTS - 2, 2)
            assert [f.code for f in report.findings if f.shot].count("run-call-unknown") == 2
            assert set(run_state.unknown_calls(run_of(run_state).name)) == cut_off
            assert len(api.requests) == SHOTS - 3
            again = project.run()
            assert (again.painted, again.failed, len(api.requests)) == (0, 2, SHOTS - 3)
            with CallBookOf(project) as book:
                assert {call.key for call in book.calls(CallState.UNKNOWN)} == cut_off
            here = project.run(queue="")
            assert (here.painted, len(api.requests)) == (0, SHOTS - 3), "this machine knows it, too"
            last = run(project.open(), Selection(), limits=BudgetLimits(retry_unknown=True))
        assert (last.painted, last.failed, len(api.requests)) == (2, 0, SHOTS - 1)
    with CallBookOf(project) as book:
        assert book.calls(CallState.UNKNOWN) == []


class CallBookOf:
    """The project's own book."""

    def __init__(self, project: Folder) -> None:
        self._path = project.root / ".locstore" / "payments.db"

    def __enter__(self) -> LocalPaymentLedger:
        self._book = LocalPaymentLedger(self._path, lambda _: False)
        return self._book

    def __exit__(self, *_: object) -> None:
        self._book.close()


@pytest.mark.parametrize("change", ["host", "key"])
def test_the_key_goes_only_where_the_worker_lets_it(server, run_state, tmp_path, monkeypatch, change):
    monkeypatch.setattr(working_module, "_FIRST_PAUSE", 0.05)
    with in_thread.running(quick()) as api:
        project = painted_by(tmp_path / "project", api.url, server)
        given = worker(server, project, tmp_path / "a", threads=1)
        other = {"host": {"hosts": ("api.openai.com",)}, "key": {"key_env": "NO_SUCH_VARIABLE"}}[change]
        said: list[str] = []
        runner = Runner(project)
        until(lambda: is_sent(run_state))
        strict = options(server, project, tmp_path / "b", **({"hosts": given.hosts, "key_env": VARIABLE} | other))
        with working(strict, say=said.append):
            until(lambda: said)
            assert api.requests == []
            run_state.cancel(run_of(run_state).name)
            runner.report()
        assert api.requests == []
    assert ("--allow-host 127.0.0.1" in said[0]) if change == "host" else ("NO_SUCH_VARIABLE" in said[0])
    assert KEY not in said[0]
    assert b"trouble" in {
        fields[b"kind"] for _, fields in run_state.client.xrange(RunKeys(run_of(run_state).name).events)
    }


def test_backdrops_are_shared_by_workers(server, tmp_path):
    with in_thread.running(quick(delay=0.2)) as api:
        project = painted_by(tmp_path / "project", api.url, server)
        project.replace("locstore.toml", 'painter = "images"', 'painter = "backdrop"')
        with working(worker(server, project, tmp_path / "a")), working(worker(server, project, tmp_path / "b")):
            report = project.run()
        assert (report.painted, report.failed) == (SHOTS, 0)
        assert len(api.requests) == 2, "one for each screen"
        here = painted_by(tmp_path / "here", api.url, server)
        here.replace("locstore.toml", 'painter = "images"', 'painter = "backdrop"')
        here.run(queue="")
    assert tree(project.output) == tree(here.output)


def full_once(monkeypatch) -> list[str]:
    """The cache cannot take the first picture; returns a list that its key comes into."""
    monkeypatch.setattr(working_module, "_FIRST_PAUSE", 0.05)
    put, full = FileStore.put_new, []

    def no_room(self, key, *rest):
        if not full:
            full.append(key)
            raise EnvironmentProblem("No space left on device.")
        return put(self, key, *rest)

    monkeypatch.setattr(FileStore, "put_new", no_room)
    return full


def test_a_picture_that_a_full_cache_cannot_take_is_kept_and_used(server, run_state, tmp_path, monkeypatch):
    """The bytes are paid for: they are kept, the same worker's next try takes them, nothing is unknown."""
    full = full_once(monkeypatch)
    keep, kept = AnswerStore.keep, []

    def seen(self, key, answer):
        kept.append((key, keep(self, key, answer)))
        return kept[-1][1]

    monkeypatch.setattr(AnswerStore, "keep", seen)
    with in_thread.running(quick()) as api:
        project = painted_by(tmp_path / "project", api.url, server)
        with working(worker(server, project, tmp_path / "a")):  # its machine keeps the answer
            report = project.run()
        assert len(api.requests) == SHOTS
        assert set(prompts(api).values()) == {1}
    assert (report.painted, report.failed) == (SHOTS, 0)
    assert "run-call-unknown" not in {f.code for f in report.findings}
    assert [key for key, _ in kept] == full
    assert {path.parent for _, path in kept} == {tmp_path / "a/answers"}, "it outlives the worker's process"
    assert not any(path.exists() for _, path in kept), "its picture is in the cache"
    facts = run_of(run_state)
    assert run_state.unknown_calls(facts.name) == []
    assert facts.reserved == 0
    assert facts.calls == SHOTS
    assert states(run_state) == ["done"] * SHOTS


def test_a_full_disk_makes_one_call_unknown_and_holds_up_nobody(server, run_state, tmp_path, monkeypatch):
    """The bytes are paid for and can be kept nowhere: that is said, and no other worker waits for them for ever."""
    full = full_once(monkeypatch)

    def no_room_either(self, key, answer):
        raise EnvironmentProblem("No space left on device.")

    monkeypatch.setattr(AnswerStore, "keep", no_room_either)
    with in_thread.running(quick()) as api:
        project = painted_by(tmp_path / "project", api.url, server)
        with working(worker(server, project, tmp_path / "a")), working(worker(server, project, tmp_path / "b")):
            report = project.run()
        assert len(api.requests) == SHOTS
    assert (report.painted, report.failed) == (SHOTS - 1, 1)
    assert "run-call-unknown" in {f.code for f in report.findings}
    facts = run_of(run_state)
    assert run_state.unknown_calls(facts.name) == full
    assert facts.reserved == 0
    assert facts.calls == SHOTS
    assert states(run_state) == ["done"] * (SHOTS - 1) + ["unknown"]


def test_sigterm_takes_in_what_was_sent_and_sends_nothing_new(server, run_state, tmp_path):
    with in_thread.running(quick(delay=3)) as api:
        project = painted_by(tmp_path / "project", api.url, server)
        runner = Runner(project)
        with started(worker(server, project, tmp_path / "a", grace=60.0)) as ending:
            until(lambda: len(api.requests) == 3)  # the first alone, then two at once
            ending.end()
        assert len(api.requests) == 3
        assert states(run_state) == ["done"] * 3
        assert run_of(run_state).done == 3
        with working(worker(server, project, tmp_path / "b")):
            report = runner.report()
        assert (report.painted, report.failed) == (SHOTS, 0)
        assert set(prompts(api).values()) == {1}


def test_five_runs_on_one_worker_with_five_threads(server, run_state, tmp_path):
    """None closes the connections of another, however many runs there are."""
    with in_thread.running(quick(delay=0.3)) as api:
        projects = [painted_by(tmp_path / f"p{n}", api.url, server) for n in range(5)]
        for project in projects:
            project.replace("locstore.toml", "[images]", f'[images]\nfields = {{user = "{project.root.name}"}}')
            project.replace("locstore.toml", "jobs = 1", f'jobs = 1\ncache = "{(tmp_path / "cache").as_posix()}"')
        runners = [Runner(project) for project in projects]
        until(lambda: len(run_state.runs()) == 5 and all(facts.queued for facts in run_state.runs()))
        given = worker(server, tmp_path, tmp_path / "a", threads=5)
        with working(dataclasses.replace(given, cache=str(tmp_path / "cache"))):
            reports = [runner.report() for runner in runners]
    assert [(report.painted, report.failed) for report in reports] == [(SHOTS, 0)] * 5


def test_attach_as_it_is_printed(server, run_state, tmp_path):
    """The run remembers painter, output and selection: the command that a run prints needs no options."""
    with in_thread.running(quick()) as api:
        project = painted_by(tmp_path / "project", api.url, server)
        project.replace("locstore.toml", 'painter = "images"', 'painter = "local"')
        process = start(project, "--painter", "images", "--output", "elsewhere", "-l", "de")
        until(lambda: is_sent(run_state))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        (name,) = re.findall(r"`locstore run --attach (\S+)`", err)
        with working(worker(server, project, tmp_path / "a")):
            attached = start(project, "--attach", name)
            out, err = attached.communicate(timeout=60)
        assert attached.returncode == 0, (out, err)
    assert "Painted 2," in out
    assert len(list((project.root / "elsewhere").rglob("*.png"))) == 2
