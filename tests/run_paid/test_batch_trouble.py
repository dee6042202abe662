"""Batches on machines that fail: a cut to the cache, two collectors, little memory, answers in pieces."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from batch_projects import KEY, collect, make_project, no_wait, quick, submit, twice
from cache.cloud_servers import environment as cloud_environment
from cache.cloud_servers import plain_s3
from hypothesis import given
from hypothesis import strategies as st
from images_server import running
from paid_project import environment

from locstore.cache import ReadThroughStore, open_store
from locstore.errors import EnvironmentProblem
from locstore.paint.images.batch import _split
from locstore.project.reporting.costs import costs
from locstore.run.paid import CallState
from locstore.run.paid.batch_run import forget_batch, list_batches


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def test_a_bucket_that_goes_away_while_pictures_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("obstore", reason="obstore is not installed: pip install 'locstore[cloud]'")
    with running(quick()) as server, plain_s3() as s3:
        tiny = make_project(tmp_path, server.url)
        tiny.write("locstore.toml", 'cache = "s3://bucket-of-tests/team"\n' + (tmp_path / "locstore.toml").read_text())
        with cloud_environment(**s3.variables, OPENAI_API_KEY=KEY):
            name = submit(tiny).name
            # Both objects of three pictures, and then nothing more.
            put = ReadThroughStore.put_new

            def put_and_cut(self, key, *more):
                if sum(path.endswith(".json") for path in s3.objects) == 3:
                    s3.status = 403
                return put(self, key, *more)

            with monkeypatch.context() as patch:
                patch.setattr(ReadThroughStore, "put_new", put_and_cut)
                with pytest.raises(EnvironmentProblem, match="was paid for; it is kept in"):
                    collect(tiny, name)
            s3.status = 0
            (run,) = list_batches(tiny.open())
            assert (run.state, run.open, run.done) == ("open", 3, 3)
            got = collect(tiny, name)
            assert (got.open, got.findings) == (0, ())
            store = open_store("s3://bucket-of-tests/team", tmp_path)
            assert isinstance(store, ReadThroughStore)
            assert list(store.waiting.entries()) == []
            assert sum(path.endswith(".json") for path in s3.objects) == 6
            assert twice(server) == {}
            (run,) = list_batches(tiny.open())
            assert (run.state, run.done) == ("done", 6)


def test_two_collectors_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with running(quick(batch_delay=0.3)) as server:
        tiny = make_project(tmp_path, server.url)
        name = submit(tiny).name
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda _: collect(tiny, name), range(2)))
        assert sum(got.done for got in both) == 6
        assert [got.open for got in both] == [0, 0]
        assert list(tiny.store().broken()) == []


_SUBMIT = """
import sys
from pathlib import Path
from locstore.project import BudgetLimits, FileDigests, open_project
from locstore.run.paid.batch_run import submit_batch
from locstore.run import Status
from locstore.shots import Selection

project = open_project(Path(sys.argv[1]), {"painter": "images"})
with project.ledger() as ledger:
    digests = FileDigests(ledger)
    plan = project.plan(project.snapshot(Selection(), digests), ledger, digests)
    shots, settings = plan.of(Status.NEW), project.settings(digests)
sys.stdin.readline()
print(submit_batch(project, shots, settings, BudgetLimits()).submitted)
"""


def test_two_that_submit_at_once(tmp_path: Path):
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        both = [
            subprocess.Popen(
                [sys.executable, "-c", _SUBMIT, str(tmp_path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment({"OPENAI_API_KEY": KEY}),
            )
            for _ in range(2)
        ]
        counts = [int(process.communicate("go\n", timeout=60)[0]) for process in both]
        assert sorted(counts) == [0, 6]
        for run in list_batches(tiny.open()):
            collect(tiny, run.name)
        assert server.billed == 6


_COLLECT = """
import resource, sys
from pathlib import Path
from locstore.project import open_project
from locstore.run.paid.batch_run import collect_batch, list_batches
import locstore.paint.images.batch, locstore.run.paid.batch

project = open_project(Path(sys.argv[1]), {"painter": "images"})
name = list_batches(project)[0].name
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
done = collect_batch(project, name, poll=0.05).done
print(done, before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell the most memory that a process had")
def test_memory_does_not_grow_with_the_answers(tmp_path: Path):
    """32 pictures of 8 MB are 340 MB of answers; a few pictures' worth is in memory."""
    with running(quick(pad_to=8_000_000)) as server:
        tiny = make_project(tmp_path, server.url, screens=16, locales=("de",))
        submit(tiny)
        command = [sys.executable, "-c", _COLLECT, str(tmp_path)]
        out = subprocess.check_output(command, text=True, env=environment({"OPENAI_API_KEY": KEY}))
    done, before, most = map(int, out.split())
    grown = (most - before) * (1 if sys.platform == "darwin" else 1024)
    assert done == 32
    assert grown < 160_000_000, f"{grown:,} bytes"


@given(st.lists(st.binary(max_size=9).map(lambda b: b.replace(b"\n", b"")), max_size=6), st.data())
def test_lines_come_whole_however_the_bytes_come(lines: list[bytes], data: st.DataObject):
    whole = b"".join(line + b"\n" for line in lines)
    skip = data.draw(st.integers(0, len(whole)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    expected = whole[skip:].split(b"\n")[:-1]
    found = list(_split(iter(pieces), 0, skip))
    assert [line for _, line in found] == expected
    assert [whole[end - 1 : end] for end, _ in found] == [b"\n"] * len(found)
    assert not found or found[-1][0] == len(whole)
    # Without a line feed at the end the last one counts, too.
    assert [line for _, line in _split(iter([*pieces, b"rest"]), 0, skip)] == [*expected, b"rest"]


def test_waiting_is_told_and_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    waits: list[float] = []
    with running(quick(batch_delay=60)) as server:
        tiny = make_project(tmp_path, server.url)
        name = submit(tiny).name

        def wait(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 12:
                raise KeyboardInterrupt

        monkeypatch.setattr("time.sleep", wait)
        with pytest.raises(KeyboardInterrupt):
            collect(tiny, name)
        assert waits == sorted(waits)
        assert waits[0] < 0.1
        assert max(waits) <= 60
        monkeypatch.setattr("time.sleep", no_wait)
        assert collect(tiny, name, wait=False).open == 6


def test_a_batch_that_the_server_does_not_tell_of_stays_open(tmp_path: Path) -> None:
    """A 404 of a proxy says nothing of the pictures: only the provider's end, or a person, settles them."""
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        name = submit(tiny).name
        known, server._desk.batches = server._desk.batches, {}
        got = collect(tiny, name)
        assert (got.open, [f.code for f in got.findings]) == (6, ["run-batch-unfinished"])
        assert f"locstore runs forget {name}" in got.findings[0].message
        assert [run.state for run in list_batches(tiny.open())] == ["open"]
        assert list((tmp_path / ".locstore/batches").glob("*.inputs"))
        server._desk.batches = known
        got = collect(tiny, name)
        assert (got.open, got.done, got.findings) == (0, 6, ())
        assert twice(server) == {}


def test_a_person_gives_a_batch_up(tmp_path: Path) -> None:
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        name = submit(tiny).name
        server._desk.batches = {}
        assert tiny.cli("runs", "forget", name).out.startswith(f"The batch {name} is given up; 6 pictures are unknown.")
        assert [run.state for run in list_batches(tiny.open())] == ["done"]
        assert len(tiny.calls(CallState.UNKNOWN)) == 6
        assert submit(tiny).submitted == 0
        assert submit(tiny, retry_unknown=True).submitted == 6
        assert forget_batch(tiny.open(), name) == 0


def test_parked_pictures_take_nothing_of_the_budget(tmp_path: Path) -> None:
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url, screens=3)
        name = submit(tiny, max_calls=2).name
        forget_batch(tiny.open(), name)
        assert len(tiny.calls(CallState.UNKNOWN)) == 2
        report = submit(tiny, max_calls=3)
        assert (report.submitted, report.unknown) == (3, 2)


def test_the_report_has_batches_at_their_price_and_each_call_by_its_model(tmp_path: Path) -> None:
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url, screens=1)
        collect(tiny, submit(tiny).name)
        project = tiny.open()
        halves = costs(project, tmp_path / ".locstore/ledger.db")
        whole = [call.estimate for call in tiny.calls()]
        assert sum(cost.dollars or 0 for cost in halves.values()) == pytest.approx(sum(whole), rel=0.05)
        # Another model, of no known price, does not change what the earlier calls cost.
        tiny.configure(server.url, model="of-tomorrow")
        assert costs(tiny.open(), tmp_path / ".locstore/ledger.db") == halves
