"""Runs over the queue: the same folder as on one machine, to be left alone, picked up, cancelled."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import threading

import pytest
from projects import Folder, clean_environment
from queue_parts import is_sent, options, queued_project, run_of, started, tree, until, working

from locstore.cache import MemoryBlobs
from locstore.cli.main import run_cli
from locstore.errors import EnvironmentProblem, UsageError
from locstore.findings import Severity
from locstore.project import run
from locstore.run.queue import QueueBudget, RunWatcher, SentTask
from locstore.run.queue.run_queued import cancel_run, list_runs
from locstore.shots import Selection


def start(project: Folder, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        project.command("run", *arguments),
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment(),
    )


def test_the_folder_is_what_one_machine_makes(server, run_state, project, tmp_path):
    here = queued_project(tmp_path / "here", server)
    here.run(queue="")
    with working(options(server, project, tmp_path / "a")), working(options(server, project, tmp_path / "b")):
        report = project.run()
    assert (report.painted, report.failed) == (12, 0)
    assert tree(project.output) == tree(here.output)
    assert project.run(queue="").unchanged == 12, "the next run on this machine has nothing to do"
    facts = run_of(run_state)
    assert (facts.state, facts.done, facts.held, facts.project) == ("finished", 12, 0, "tiny")
    assert run_state.client.keys("locstore:holds:*") == []


def test_workers_need_no_folder_of_the_project(server, project, tmp_path):
    """The worker's cache is a copy of the blobs only, on what might be another machine."""
    shared = tmp_path / "shared"
    given = options(server, shared, tmp_path / "a")
    given.scratch.mkdir()
    with working(given):
        report = project.run(cache=given.cache)
    assert report.painted == 12
    assert {path.name for path in shared.rglob("*") if path.is_dir()} >= {".locstore", "cache", "blobs"}
    assert not list(given.scratch.rglob("*.yaml")) + list(given.scratch.rglob("*.po"))


def test_findings_come_back(server, project, tmp_path):
    project.replace("concepts/tiny.yaml", 'text: "And how"', f'text: "{"Donaudampfschiff" * 12}"')
    project.replace("locales/de/LC_MESSAGES/tiny.po", 'msgid "And how"', f'msgid "{"Donaudampfschiff" * 12}"')
    project.replace("locales/ja/LC_MESSAGES/tiny.po", 'msgid "And how"', f'msgid "{"Donaudampfschiff" * 12}"')
    here = queued_project(tmp_path / "here", server)
    for path in ("concepts/tiny.yaml", "locales/de/LC_MESSAGES/tiny.po", "locales/ja/LC_MESSAGES/tiny.po"):
        here.write(path, (project.root / path).read_bytes())
    expected = here.run(queue="")
    with working(options(server, project, tmp_path / "a")):
        report = project.run()
    assert report.failed == expected.failed > 0
    assert report.findings == expected.findings
    assert tree(project.output) == tree(here.output)


def test_a_killed_runner_and_another_machine_that_picks_it_up(server, run_state, project, tmp_path):
    process = start(project)
    until(lambda: run_state.runs() and run_state.client.llen("locstore:queue:x") == 0 and run_of(run_state).total == 12)
    process.kill()
    process.wait()
    for stream in (process.stdout, process.stderr):
        stream.close()
    shutil.copytree(project.root, tmp_path / "elsewhere")
    elsewhere = Folder(tmp_path / "elsewhere")
    name = run_of(run_state).name
    with working(options(server, project, tmp_path / "a")):
        report = run(elsewhere.open(cache=str(project.root / ".locstore" / "cache")), Selection(), attach=name)
        assert (report.painted, report.failed) == (12, 0)
        again = run(project.open(), Selection(), attach=name)
        assert again.painted == 12, "the one who was killed may have it, too"
    project.run(queue="")
    assert tree(project.output) == tree(elsewhere.output)
    assert run(project.open(), Selection(), attach=name).painted == 0, "to attach twice does nothing twice"


def test_interrupted_it_goes_on(server, run_state, project, tmp_path):
    process = start(project)
    until(lambda: is_sent(run_state))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    name = run_of(run_state).name
    assert process.returncode == 130, (out, err)
    assert f"locstore run --attach {name}" in err
    assert "Traceback" not in err
    with working(options(server, project, tmp_path / "a")):
        until(lambda: run_of(run_state).state == "finished")
        said = project.process("run", "--attach", name, "--json")
    assert said.code == 0, said.err
    assert said.json["painted"] == 12


def test_cancelled(server, run_state, project, tmp_path):
    reports = []
    thread = threading.Thread(target=lambda: reports.append(project.run()))
    thread.start()
    until(lambda: is_sent(run_state))
    assert cancel_run(server.url, run_of(run_state).name)
    assert not cancel_run(server.url, run_of(run_state).name)
    thread.join(30)
    (report,) = reports
    assert (report.painted, report.failed) == (0, 12)
    assert "run-stopped" in {f.code for f in report.findings}
    with working(options(server, project, tmp_path / "a")):
        until(lambda: run_state.client.llen("locstore:queue:shots") == 0)
    assert run_of(run_state).done == 0


def test_inputs_that_changed_since_are_not_overwritten_with_old_pictures(server, run_state, project, tmp_path):
    process = start(project)
    until(lambda: is_sent(run_state))
    process.kill()
    process.communicate()
    project.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Sag es laut")
    with working(options(server, project, tmp_path / "a")):
        report = run(project.open(), Selection(), attach=run_of(run_state).name)
    assert (report.painted, report.failed) == (10, 2)
    (outdated,) = [f for f in report.findings if f.code == "run-outdated"]
    assert outdated.severity is Severity.WARNING
    assert "2 pictures" in outdated.message


def test_runs_of_others_are_not_picked_up(server, run_state, project, tmp_path):
    with working(options(server, project, tmp_path / "a")):
        project.run()
    name = run_of(run_state).name
    project.replace("concepts/tiny.yaml", "concept: tiny", "concept: other")
    for code in ("de", "ja"):
        folder = project.root / "locales" / code / "LC_MESSAGES"
        (folder / "tiny.po").rename(folder / "other.po")
    with pytest.raises(UsageError, match="is one of tiny"):
        run(project.open(), Selection(), attach=name)
    for none in ("tiny-000000", "../x"):
        with pytest.raises(UsageError, match="has no run"):
            run(project.open(), Selection(), attach=none)


def test_a_picture_that_was_changed_in_the_cache_is_not_taken(server, run_state, project, tmp_path):
    process = start(project)
    until(lambda: is_sent(run_state))
    process.kill()
    process.communicate()
    blobs = project.root / ".locstore" / "cache" / "blobs"
    before = set(blobs.rglob("*"))
    with working(options(server, project, tmp_path / "a")):
        until(lambda: run_of(run_state).state == "finished")
    pictures = sorted(p for p in set(blobs.rglob("*")) - before if p.is_file())
    assert len(pictures) == 12
    pictures[0].unlink()
    report = run(project.open(), Selection(), attach=run_of(run_state).name)
    assert report.painted == 11
    assert "run-picture-lost" in {f.code for f in report.findings}
    pictures[1].write_bytes(b"x")
    for path in project.output.rglob("*.png"):
        path.unlink()
    with pytest.raises(EnvironmentProblem, match="damaged"):
        run(project.open(), Selection(), attach=run_of(run_state).name)


def test_the_list_of_runs(server, run_state, project, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(project.root)
    assert list_runs(server.url) == []
    with working(options(server, project, tmp_path / "a")):
        project.run()

    def said(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        return run_cli(["runs", *arguments]), capsys.readouterr().out

    code, out = said("--json")
    (row,) = json.loads(out)["runs"]
    assert code == 0
    assert (row["done"], row["total"], row["state"], row["project"]) == (12, 12, "finished", "tiny")
    _, out = said("--queue", server.url)
    assert out.splitlines()[1].split("\t")[:5] == [row["run"], "tiny", "local", "finished", "12/12"]
    assert said("cancel", row["run"]) == (0, f"Run {row['run']} had ended before.\n")
    assert said("cancel", "nobody", "--json")[0] == 2


def test_memory_is_no_cache_for_a_queue(project):
    with pytest.raises(UsageError, match="memory"):
        project.run(cache="memory://")


def test_that_no_worker_is_there_is_told(run_state, monkeypatch):
    monkeypatch.setattr("locstore.run.queue.watcher._NO_WORKERS", 0.1)
    run_state.create(
        "tiny-1", project="p", painter="local", spec="0" * 64, chunks=["1" * 64], total=1, limits=QueueBudget()
    )
    said: list[str] = []
    watcher = RunWatcher(
        run_state,
        MemoryBlobs(),
        run_state.facts("tiny-1"),
        [SentTask("a.png", "hero/de/x", (200, 400), ())],
        said.append,
    )
    thread = threading.Thread(target=lambda: said.append(str(list(watcher.news()))))
    thread.start()
    until(lambda: said)
    run_state.cancel("tiny-1")
    thread.join(30)
    assert re.match(r"No worker of version \S+ is at work", said[0])
    assert said[1:] == ["[]"]
    assert watcher.cancelled


def test_a_supervisor_replaces_the_dead(server, run_state, project, tmp_path):
    given = options(server, project, tmp_path / "a", processes=1)
    with started(given, "supervised") as worker:
        until(lambda: run_state.client.hkeys("locstore:workers"), what="a worker process")
        (first,) = run_state.client.hgetall("locstore:workers").values()
        os.kill(json.loads(first)["process"], signal.SIGKILL)
        until(lambda: set(run_state.client.hvals("locstore:workers")) - {first}, what="another process")
        assert project.run().painted == 12
        said = worker.end()
    assert "signal 9" in said
    assert not (tmp_path / "a" / "work").exists() or not list((tmp_path / "a" / "work").iterdir())
