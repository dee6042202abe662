"""Batches from their submission to the shelves: what is asked for, once, and what becomes of each picture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from batch_projects import KEY, Told, collect, make_project, no_wait, quick, submit, twice
from images_server import running

from locstore.errors import EnvironmentProblem, UsageError
from locstore.run.paid import CallState
from locstore.run.paid.batch_requests import Bounds
from locstore.run.paid.batch_run import batch_findings, cancel_batch, list_batches, submit_batch


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.mark.parametrize("painter", ["images", "backdrop"])
def test_from_submission_to_the_shelf(tmp_path: Path, painter):
    with running(quick(batch_delay=0.3)) as server:
        tiny = make_project(tmp_path, server.url)
        report = submit(tiny, painter)
        count = 6 if painter == "images" else 2
        assert (report.submitted, report.parts, report.findings) == (count, 1, ())
        assert report.name.startswith("batch-")
        (run,) = list_batches(tiny.open(painter))
        assert (run.name, run.state, run.pictures, run.open, run.painter) == (
            report.name,
            "open",
            count,
            count,
            painter,
        )
        told = Told()
        got = collect(tiny, report.name, painter, on_progress=told)
        assert (got.pictures, got.open, got.done, got.failed, got.findings) == (count, 0, count, 0, ())
        assert told.heard[-1] == (count, count)
        assert list_batches(tiny.open(painter))[0].state == "done"
        # Half the price, by the server's own count.
        assert 0 < got.billed < report.estimated * 1.2
        done = tiny.paid_run(painter, max_calls=0)
        assert (len(done.painted), done.spent.sent) == (6, 0)
        assert server.requests == []
        assert server.billed == count
    assert len(tiny.pictures()) == 6
    assert sorted(p.name for p in (tmp_path / ".locstore/batches").iterdir()) == [".lock"]
    assert submit(tiny, painter).submitted == 0


def test_half_the_price(tmp_path: Path):
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        full = sum(p.dollars or 0 for p in tiny.prepared())
        assert submit(tiny).estimated == pytest.approx(full / 2)
        assert list_batches(tiny.open())[0].estimated == pytest.approx(full / 2)
        tiny = make_project(tmp_path / "other", server.url, prices={"gpt-image-2": {"batch": 0.25}})
        assert submit(tiny).estimated == pytest.approx(full / 4)


def test_what_is_with_a_batch_is_asked_for_by_nobody(tmp_path: Path):
    with running(quick(batch_delay=60)) as server:
        tiny = make_project(tmp_path, server.url)
        first = submit(tiny)
        again = submit(tiny, retry_unknown=True)
        assert (again.name, again.submitted, again.waiting) == ("", 0, 6)
        (note,) = batch_findings(tiny.open())
        assert (note.code, note.severity) == ("run-batch-open", "note")
        assert f"--attach {first.name}" in note.message
        assert tiny.paid_run().codes() == ["run-batch-open"] * 6
        assert server.requests == []
        with tiny.book():
            assert len(tiny.calls(CallState.UNKNOWN)) == 6
        got = collect(tiny, first.name, wait=False)
        assert (got.open, got.done) == (6, 0)


def test_only_what_failed_is_asked_for_again(tmp_path: Path):
    with running(quick(batch_failing=0.5, seed=5)) as server:
        tiny = make_project(tmp_path, server.url, screens=4)
        first = submit(tiny)
        got = collect(tiny, first.name)
        refused = [f for f in got.findings if f.code == "run-call-refused"]
        failed = [f for f in got.findings if f.code == "run-call-failed"]
        assert refused
        assert failed
        assert all(f.shot for f in got.findings)
        assert got.done == 12 - len(got.findings) == server.billed
        second = submit(tiny)
        assert (second.submitted, second.cached, second.refused) == (len(failed), got.done, len(refused))
        assert collect(tiny, second.name).done == len(failed)
        assert twice(server) == {}
        assert len(tiny.paid_run(max_calls=0).painted) == 12 - len(refused)


def test_a_batch_that_expires(tmp_path: Path):
    with running(quick(batch_end="expired", batch_done=0.5)) as server:
        tiny = make_project(tmp_path, server.url)
        got = collect(tiny, submit(tiny).name)
        assert (got.done, got.failed, got.open) == (3, 3, 0)
        assert {f.code for f in got.findings} == {"run-call-failed"}
        assert "batch_expired" in got.findings[0].message
        assert server.billed == 3
        assert submit(tiny).submitted == 3


def test_a_batch_that_is_cancelled(tmp_path: Path):
    with running(quick(batch_delay=60)) as server:
        tiny = make_project(tmp_path, server.url)
        name = submit(tiny).name
        cancel_batch(tiny.open(), name)
        got = collect(tiny, name)
        assert (got.done, got.failed, got.open) == (0, 6, 0)
        assert server.billed == 0
        assert submit(tiny).submitted == 6


def test_a_batch_that_is_no_batch_fails_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from locstore.paint.images import batch_lines

    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        monkeypatch.setitem(batch_lines.ENDPOINTS, "generations", "/v1/images/edits")
        with monkeypatch.context() as patch:
            patch.setattr("locstore.run.paid.batch_requests.ENDPOINTS", {"generations": "/v1/images/generations"})
            name = submit(tiny).name
        got = collect(tiny, name)
        assert (got.done, got.failed) == (0, 6)
        (finding,) = got.findings
        assert finding.code == "run-batch-unfinished"
        assert "line 1: This line is not a request for the endpoint." in finding.message
        assert "not paid for" in finding.message


def test_the_limits(tmp_path: Path):
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        half = (tiny.prepared()[0].dollars or 0) / 2
        report = submit(tiny, max_cost=2.5 * half)
        assert (report.submitted, report.left) == (2, 4)
        assert "--max-cost" in report.stopped
        assert report.estimated <= 2.5 * half
        # What is with the first batch takes nothing of the limit.
        report = submit(tiny, max_calls=1)
        assert (report.submitted, report.waiting, report.left) == (1, 2, 3)
        assert submit(tiny, max_calls=0).name == ""
        assert submit(make_project(tmp_path / "b", server.url, model="of-tomorrow"), max_cost=5).submitted == 0


def test_files_are_split(tmp_path: Path):
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url, screens=4)
        report = submit(tiny, bounds=Bounds(lines=5))
        assert (report.submitted, report.parts) == (12, 3)
        assert sorted(len(b.lines) for b in server._desk.batches.values()) == [2, 5, 5]
        assert collect(tiny, report.name).done == 12
        tiny = make_project(tmp_path / "b", server.url, screens=4)
        report = submit(tiny, bounds=Bounds(bytes=10_000))
        files = [f for f in server._desk.shelf.files.values() if f.purpose == "batch"][3:]
        assert report.parts == len(files) > 1
        assert all(len(f) <= 10_000 for f in files)
        report = submit(make_project(tmp_path / "c", server.url), bounds=Bounds(bytes=500))
        assert (report.submitted, {f.code for f in report.findings}) == (0, {"run-batch-too-large"})
        assert "Run it without --batch" in report.findings[0].message


def test_pictures_that_the_model_is_shown_go_along(tmp_path: Path):
    """An edit: its line holds the capture as a data URL, and goes to a batch of its own endpoint."""
    from PIL import Image

    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        Image.new("RGB", (90, 160), "#345").save(tiny.write("concepts/captures/s0.png", b""))
        concept = (tmp_path / "concepts/tiny.yaml").read_text()
        tiny.write("concepts/tiny.yaml", concept.replace("  - id: s0\n", "  - id: s0\n    capture: captures/s0.png\n"))
        report = submit(tiny)
        assert (report.submitted, report.parts) == (6, 2)
        assert sorted((b.endpoint, len(b.lines)) for b in server._desk.batches.values()) == [
            ("/v1/images/edits", 3), ("/v1/images/generations", 3),
        ]  # fmt: skip
        got = collect(tiny, report.name)
        assert (got.done, got.findings) == (6, ())
        assert len(tiny.paid_run(max_calls=0).painted) == 6
        # The same request, sent alone, is the same picture: nothing is asked for.
        assert tiny.paid_run().spent.sent == 0


@pytest.mark.parametrize("ranges", [True, False])
def test_downloads_that_break_are_taken_up(tmp_path: Path, ranges: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("time.sleep", no_wait)
    with running(quick(batch_cuts=4, batch_cut_at=70_000, batch_ranges=ranges, pad_to=50_000)) as server:
        tiny = make_project(tmp_path, server.url)
        got = collect(tiny, submit(tiny).name)
        assert (got.done, got.findings) == (6, ())
        assert twice(server) == {}


def test_a_download_that_breaks_for_good_goes_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("time.sleep", no_wait)
    with running(quick(batch_cuts=7, batch_cut_at=100, pad_to=50_000)) as server:
        tiny = make_project(tmp_path, server.url)
        name = submit(tiny).name
        with pytest.raises(EnvironmentProblem, match="cannot be reached") as caught:
            collect(tiny, name)
        assert KEY not in str(caught.value)
        assert collect(tiny, name).done == 6


@pytest.mark.parametrize("script", [("lost",), ("made-500",), ("refused", "ok"), ("refused", "lost")])
def test_an_answer_that_is_lost_makes_no_second_batch(tmp_path: Path, script, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("time.sleep", no_wait)
    with running(quick(batch_script=script)) as server:
        tiny = make_project(tmp_path, server.url)
        report = submit(tiny)
        assert len(server._desk.batches) == 1
        assert collect(tiny, report.name).done == 6
        assert twice(server) == {}


def test_two_batches_of_a_part_become_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A list that showed the first too late: the younger one is cancelled before it has cost anything."""
    from locstore.run.paid.batch import Batches

    find = Batches._found
    with running(quick(batch_delay=30, batch_script=("made-500",) * 3)) as server:
        tiny = make_project(tmp_path, server.url)
        with monkeypatch.context() as patch:
            patch.setattr(Batches, "_found", lambda *_: None)
            with pytest.raises(EnvironmentProblem, match="--attach batch-"):
                submit(tiny)
        assert Batches._found is find
        (run,) = list_batches(tiny.open())
        assert run.state == "sending"
        assert len(server._desk.batches) == 3
        collect(tiny, run.name, wait=False)
        states = [b.status for b in server._desk.batches.values()]
        assert states == ["validating", "cancelling", "cancelling"]
        assert list_batches(tiny.open())[0].state == "open"


def test_a_server_without_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        monkeypatch.setattr(server._desk, "serves", lambda _: False)
        report = submit(tiny)
        assert [f.code for f in report.findings] == ["run-batch-refused"]
        assert "Nothing was paid" in report.findings[0].message
        assert tiny.paid_run().spent.sent == 6


def test_a_wrong_key_stops_and_keeps_the_batch_for_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-0123456789abcdef")
        with pytest.raises(EnvironmentProblem, match="Incorrect API key") as caught:
            submit(tiny)
        assert "0123456789" not in str(caught.value)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        (run,) = list_batches(tiny.open())
        assert run.state == "sending"
        assert collect(tiny, run.name).done == 6
        assert server.billed == 6


def test_no_key_no_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        with pytest.raises(EnvironmentProblem, match="set OPENAI_API_KEY"):
            submit(tiny)
        assert server.log.entries == []


def test_nothing_of_the_key_is_on_the_disk(tmp_path: Path):
    with running(quick(batch_delay=60)) as server:
        tiny = make_project(tmp_path, server.url)
        submit(tiny)
        for path in tmp_path.rglob("*"):
            assert not path.is_file() or KEY.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("painter", "images", "message"),
    [
        ("local", {}, "--batch asks an image model; add --painter images"),
        ("images", {"dialect": "gateway"}, "needs the dialect openai"),
        ("images", {"generations_path": "/openai/deployments/{model}/images/generations"}, "images.generations_path"),
        ("backdrop", {"edits_path": "/v2/edits"}, "images.edits_path"),
    ],
)
def test_where_there_are_no_batches(tmp_path: Path, painter, images, message):
    tiny = make_project(tmp_path, "http://127.0.0.1:9", **images)
    planned, settings = tiny.planned("images")
    from locstore.project import BudgetLimits

    with pytest.raises(UsageError, match=message):
        submit_batch(tiny.open(painter), planned, settings, BudgetLimits())


def test_a_run_that_is_not_in_the_book(tmp_path: Path):
    tiny = make_project(tmp_path, "http://127.0.0.1:9")
    assert list_batches(tiny.open()) == []
    assert batch_findings(tiny.open()) == []
    with pytest.raises(UsageError, match="There is no batch 'batch-0'"):
        collect(tiny, "batch-0")


def test_an_interrupt_before_anything_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The first file is whole and the second is not: neither is sent, and every picture is free again."""
    from locstore.run.paid import batch_requests

    line, calls = batch_requests.batch_line, []

    def interrupted(*args):
        calls.append(args)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return line(*args)

    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        with monkeypatch.context() as patch:
            patch.setattr(batch_requests, "batch_line", interrupted)
            with pytest.raises(KeyboardInterrupt):
                submit(tiny, bounds=Bounds(lines=2))
        assert server.log.entries == []
        assert [p.name for p in (tmp_path / ".locstore/batches").iterdir()] == [".lock"]
        assert submit(tiny).submitted == 6


def test_a_line_with_strange_answers(tmp_path: Path):
    """Nothing that a server writes into a line raises, and what may be paid is never free again."""
    from locstore.paint.images import CallResult, ImagesConfig
    from locstore.paint.images.batch_lines import read_batch_line

    def read(**fields):
        return read_batch_line(json.dumps(fields).encode(), ImagesConfig(), None)

    for nothing in (b"", b"[]", b"{", b"null", b'{"custom_id": 3}', b"\xff", b"[" * 100_000):
        assert read_batch_line(nothing, ImagesConfig(), None) is None
    for response, result, billed in (
        ({"status_code": 200, "body": {"data": []}}, CallResult.UNKNOWN, True),
        ({"status_code": 200, "body": None}, CallResult.UNKNOWN, True),
        ({"status_code": 400, "body": {"error": {"code": "moderation_blocked"}}}, CallResult.REFUSED, False),
        ({"status_code": 429, "body": {"error": {"code": "rate_limit_exceeded"}}}, CallResult.RETRY, False),
        ({"status_code": 500, "body": {"error": {"type": "server_error"}}}, CallResult.RETRY, False),
        ({"status_code": 504, "body": {}}, CallResult.UNKNOWN, True),
        ({"status_code": "x", "body": 3}, CallResult.UNKNOWN, True),
        (None, CallResult.UNKNOWN, True),
    ):
        answer = read(custom_id="a", response=response, error=None)
        assert answer is not None
        assert (answer.reply.result, answer.reply.billed) == (result, billed)
    expired = read(custom_id="a", response=None, error={"code": "batch_expired", "message": "late"})
    assert expired is not None
    assert (expired.reply.result, expired.reply.billed) == (CallResult.RETRY, False)
