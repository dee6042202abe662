"""The payments file is lost while a batch is out: the provider is asked for it, and nothing is paid for twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch_projects import KEY, Tiny, collect, make_project, no_wait, quick, submit, twice
from images_server import running

from locstore.errors import EnvironmentProblem
from locstore.run.paid.batch_run import batch_findings, list_batches

PICTURES = 6


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr("time.sleep", no_wait)  # between tries to reach a server that has gone


def lose(tiny: Tiny, how: str) -> None:
    for path in (tiny.root / ".locstore").glob("payments.db*"):
        if how == "deleted":
            path.unlink()
        elif path.name == "payments.db":
            path.write_bytes(b"nothing of a database" * 500)
        else:
            path.unlink()


@pytest.mark.parametrize("how", ["deleted", "damaged"])
def test_the_batch_is_not_made_again(tmp_path: Path, how: str) -> None:
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        first = submit(tiny)
        lose(tiny, how)
        again = submit(tiny)
        assert (again.name, again.submitted, again.waiting) == ("", 0, PICTURES)
        assert "run-payments-recovered" in {finding.code for finding in again.findings}
        assert [run.name for run in list_batches(tiny.open())] == [first.name]
        taken = collect(tiny, first.name)
        assert (taken.done, taken.failed, taken.open) == (PICTURES, 0, 0)
        assert twice(server) == {}
        assert len(list(tiny.store().entries())) == PICTURES
    shots = {call.shot for call in tiny.calls()}
    assert "" not in shots
    assert len(shots) == PICTURES


def test_an_ordinary_run_asks_for_lost_batches_first(tmp_path: Path) -> None:
    with running(quick(batch_delay=60)) as server:
        tiny = make_project(tmp_path, server.url)
        first = submit(tiny)
        lose(tiny, "deleted")
        lost, note = batch_findings(tiny.open())
        assert (lost.code, note.code) == ("run-payments-recovered", "run-batch-open")
        assert first.name in note.message
        assert tiny.paid_run().codes() == ["run-batch-open"] * PICTURES
        assert twice(server) == {}
        assert [finding.code for finding in batch_findings(tiny.open())] == ["run-batch-open"]


def test_nothing_is_sent_if_the_provider_cannot_be_asked(tmp_path: Path) -> None:
    with running(quick()) as server:
        tiny = make_project(tmp_path, server.url)
        submit(tiny)
        lose(tiny, "deleted")
    with pytest.raises(EnvironmentProblem, match="cannot be reached"):
        batch_findings(tiny.open())
