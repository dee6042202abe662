"""Servers and machines that cost money for nothing, each once: what is billed, counted, kept and asked for again."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections import Counter

import pytest
from images_server import in_thread
from images_server.settings import Settings
from paid_project import KEY, finished, make_project

from locstore.errors import EnvironmentProblem, UsageError
from locstore.paint.images import Answer
from locstore.run.paid import CallState, free_space
from locstore.run.paid.answers import AnswerStore
from locstore.run.paid.api_key import hosts_of_user
from locstore.run.paid.canary import Canary
from locstore.run.paid.payments import LocalPaymentLedger


def quick(**other):
    return Settings(key=KEY, words=False, **other)


def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


@pytest.mark.parametrize("fault", ["gateway-504", "gateway-408", "gateway-524", "images-key", "odd-json"])
def test_a_gateway_that_gave_up_is_not_asked_again(tmp_path, fault):
    """The server behind it paints and bills: three calls stop the run, a second run asks for none of them."""
    with in_thread.running(quick(faults={fault: 1.0})) as server:
        project = make_project(tmp_path, server.url, screens=6, concurrency=4)
        done = project.paid_run(max_cost=10)
        if fault == "images-key":
            assert (len(done.painted), server.billed) == (18, 18)
            return
        assert server.billed == len(server.requests) == 3, "it paid on"
        assert done.codes() == ["run-call-unknown"] * 3
        assert done.spent.by_server
        assert "3 calls in a row ended in the same way" in done.spent.stopped
        assert "127.0.0.1" in done.spent.stopped
        assert done.spent.billed is None
        assert done.spent.estimated == pytest.approx(3 * project.prepared()[0].dollars, rel=0.01)
        assert [c.state for c in project.calls()] == [CallState.UNKNOWN] * 3
        project.paid_run(max_calls=1)
        assert max(Counter(e.key for e in server.requests).values()) == 1


def test_the_budget_counts_what_a_gateway_may_have_billed(tmp_path):
    with in_thread.running(quick(faults={"gateway-504": 1.0})) as server:
        project = make_project(tmp_path, server.url, concurrency=1)
        price = project.prepared()[0].dollars
        done = project.paid_run(max_cost=2.5 * price)
        assert server.billed == 2
        assert "--max-cost" in done.spent.stopped


@pytest.mark.parametrize("fault", ["http-500", "http-503", "rate-ms"])
def test_each_try_counts_against_the_budget(tmp_path, fault):
    with in_thread.running(quick(faults={fault: 1.0}, wait=0.01)) as server:
        project = make_project(tmp_path, server.url, screens=1, locales=())
        price = project.prepared()[0].dollars
        done = project.paid_run(max_cost=2.5 * price)
        assert len(server.requests) == 2
        assert "--max-cost" in done.spent.stopped


def test_a_bill_of_zeros_is_no_bill(tmp_path):
    with in_thread.running(quick(faults={"usage-zero": 1.0})) as server:
        project = make_project(tmp_path, server.url, screens=6, concurrency=4)
        price = project.prepared()[0].dollars
        done = project.paid_run(max_cost=8.5 * price)
        assert server.billed == len(done.painted) == 8
        assert (done.spent.billed, done.spent.told) == (None, 0)
        assert done.spent.estimated == pytest.approx(8 * price, rel=0.01)
        said = project.cli("run", "--painter", "images", "--max-calls", "1")
        assert "billed" not in said.out


@pytest.mark.parametrize("fault", ["wrong-size", "empty-data", "truncated-base64"])
def test_three_useless_pictures_stop_the_run(tmp_path, fault):
    with in_thread.running(quick(faults={fault: 1.0})) as server:
        project = make_project(tmp_path, server.url, screens=6, concurrency=8)
        done = project.paid_run()
        assert server.billed == 3
        assert server.most_in_flight == 1, "the first calls did not go alone"
        assert done.spent.by_server
        assert len(done.results) == 3


def test_one_useless_picture_stops_nothing(tmp_path):
    with in_thread.running(quick(script=("wrong-size", "empty-data", "wrong-size"), delay=0.1)) as server:
        project = make_project(tmp_path, server.url, screens=6, concurrency=8)
        done = project.paid_run()
        assert (len(done.painted), server.billed) == (15, 18)
        assert server.most_in_flight > 1
        assert done.spent.stopped == ""


def test_a_server_that_is_busy_for_all_ends_the_run(tmp_path):
    with in_thread.running(quick(faults={"http-503": 1.0})) as server:
        project = make_project(tmp_path, server.url, screens=6, concurrency=8, max_attempts=2)
        done = project.paid_run()
        assert len(server.requests) == 6
        assert done.spent.by_server


def test_the_canary_lets_calls_out_side_by_side_when_one_was_usable():
    async def work():
        canary, out, most = Canary(), 0, []

        async def one():
            nonlocal out
            async with canary.turn():
                out += 1
                most.append(out)
                await asyncio.sleep(0.001)
                if len(most) == 2:
                    canary.usable()
                out -= 1

        await asyncio.gather(*(one() for _ in range(6)))
        return most

    assert asyncio.run(work())[:2] == [1, 1]
    assert max(asyncio.run(work())) > 1


def test_equal_failures_are_counted_in_a_row():
    canary = Canary()
    assert [canary.failed(how) for how in "aabaaa"] == [False, False, False, False, False, True]
    canary.usable()
    assert not canary.failed("a")


def test_a_picture_on_another_host_is_kept_and_fetched_later(tmp_path):
    with in_thread.running(quick(script=("other-host-url",))) as server:
        project = make_project(tmp_path, server.url, screens=1, concurrency=2)
        done = project.paid_run()
        assert (len(server.requests), done.spent.by_server) == (1, True)
        assert "images.fetch_hosts" in done.spent.stopped
        assert [c.state for c in project.calls()] == [CallState.UNKNOWN]
        (kept,) = (tmp_path / ".locstore/answers").iterdir()
        assert b"/files/" in kept.read_bytes()
        project.configure(server.url, fetch_hosts=("localhost",))
        again = project.paid_run()
        assert (len(again.painted), again.spent.recovered, len(server.requests)) == (3, 1, 3)
        assert max(Counter(e.key for e in server.requests).values()) == 1, "it was paid twice"
        assert not project.calls(CallState.UNKNOWN)
        assert not list((tmp_path / ".locstore/answers").iterdir())
        assert sum(1 for call in project.calls(CallState.DONE) if call.usage) == 3


def test_a_url_that_has_gone_stays_unknown(tmp_path):
    with in_thread.running(quick(script=("url-gone",))) as server:
        project = make_project(tmp_path, server.url, screens=1, locales=())
        assert project.paid_run().codes() == ["run-call-unknown"]
        assert project.paid_run().codes() == ["run-call-unknown"]
        assert len(server.requests) == 1


def test_answers_are_kept_beside_when_their_folder_cannot_be_written(tmp_path):
    folder, spare = tmp_path / "answers", tmp_path / "spare"
    folder.write_bytes(b"")
    store, key = AnswerStore(folder, spare), "0a" * 32
    answer = Answer(200, {"content-type": "image/png"}, b"\n\0picture\n")
    assert store.keep(key, answer).parent == spare
    assert store.read(key) == answer
    spare.chmod(0o777)  # anybody could have put it there
    assert store.read(key) is None
    spare.chmod(0o700)
    store.drop(key)
    assert store.read(key) is None
    spare.rmdir()
    spare.write_bytes(b"")
    with pytest.raises(EnvironmentProblem, match="kept neither"):
        store.keep(key, answer)


def test_a_damaged_answer_is_none(tmp_path):
    store, key = AnswerStore(tmp_path / "answers", tmp_path / "spare"), "0b" * 32
    path = store.keep(key, Answer(200, {}, b"x"))
    for damaged in (b"", b"{", b"[]\nx", b'{"format": 2}\n', b"\xff\n", b'{"format":1,"headers":3,"status":1}\n'):
        path.write_bytes(damaged)
        assert store.read(key) is None
    os.utime(path, (0, 0))
    store.prune()
    assert not path.exists()


def test_a_call_that_waits_for_the_rate_limit_is_not_sent(tmp_path):
    """Kill -9 after one request, with one picture a minute: one call is unknown, the others were never sent."""
    with in_thread.running(quick(delay=0.3)) as server:
        project = make_project(tmp_path, server.url, screens=3, concurrency=6, images_per_minute=1)
        process = project.start("run", "--painter", "images")
        until(
            lambda: len(project.calls(CallState.DONE)) == 1 if (tmp_path / ".locstore/payments.db").exists() else False
        )
        time.sleep(0.5)
        process.kill()
        process.communicate(timeout=20)
        assert [c.state for c in project.calls()] == [CallState.DONE]


def test_sigterm_takes_in_what_is_out(tmp_path):
    with in_thread.running(quick(script=("ok",), delay=1.0)) as server:
        project = make_project(tmp_path, server.url, screens=4, concurrency=3)
        process = project.start("run", "--painter", "images")
        until(lambda: server.in_flight == 3)
        process.send_signal(signal.SIGTERM)
        said = finished(process)
        assert (said.code, "Traceback" in said.err) == (130, False)
        assert {c.state for c in project.calls()} == {CallState.DONE}
        assert len(project.pictures()) == len(server.requests) == 4


def test_any_exception_of_one_picture_is_its_own_finding(tmp_path, monkeypatch):
    settle, broken = LocalPaymentLedger.settle, []

    def odd(self, call, state, **more):
        if state is CallState.DONE and not broken:
            broken.append(call)
            raise ZeroDivisionError("odd")
        settle(self, call, state, **more)

    monkeypatch.setattr(LocalPaymentLedger, "settle", odd)
    with in_thread.running(quick()) as server:
        project = make_project(tmp_path, server.url, screens=3, concurrency=3)
        done = project.paid_run()
        assert (len(done.painted), done.codes()) == (8, ["run-shot-broken"])
        assert "ZeroDivisionError: odd" in done.findings[0].message
        assert Counter(c.state for c in project.calls()) == {CallState.DONE: 8, CallState.UNKNOWN: 1}
        again = project.paid_run()
        assert (len(again.painted), len(server.requests)) == (1, 9)


def test_a_wait_has_an_end(tmp_path):
    with in_thread.running(quick()) as server:
        project = make_project(tmp_path, server.url, screens=1, locales=(), deadline=0.1)
        with project.book() as other:
            (prepared,) = project.prepared()
            other.claim(prepared.key, shot="x/y/z", model="m", estimate=1.0, retry_unknown=False)
            import locstore.run.paid.generate as room

            patience = room._PATIENCE
            room._PATIENCE = 0.5
            try:
                done = project.paid_run()
            finally:
                room._PATIENCE = patience
        assert done.codes() == ["run-call-waiting"]
        assert not server.requests


def test_a_server_that_asks_for_weeks_ends_the_run(tmp_path):
    with in_thread.running(quick(script=("ok", "retry-30-days"))) as server:
        project = make_project(tmp_path, server.url, concurrency=1)
        start = time.monotonic()
        done = project.paid_run()
        assert time.monotonic() - start < 30
        assert "asks to wait 30 days" in done.spent.stopped
        assert (len(server.requests), done.spent.by_server) == (2, True)
        assert len(project.paid_run().painted) == 5, "the gate stayed closed"


def test_a_disk_that_fills_up_is_seen_before_a_call_leaves(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    with in_thread.running(quick()) as server:
        project = make_project(tmp_path, server.url, concurrency=1)
        full = usage._replace(free=6 << 20)
        monkeypatch.setattr(free_space.shutil, "disk_usage", lambda _: full if len(server.requests) >= 2 else usage)
        with pytest.raises(EnvironmentProblem, match="6 MiB free"):
            project.paid_run()
        assert (len(server.requests), len(project.pictures())) == (2, 2)
        assert {c.state for c in project.calls()} == {CallState.DONE}


class Full:
    """A store that takes two pictures, and then no more."""

    def __init__(self, store):
        self.store, self.taken = store, 0

    def __contains__(self, key):
        return key in self.store

    def get(self, key):
        return self.store.get(key)

    def put_new(self, *given):
        if self.taken == 2:
            raise EnvironmentProblem("no space left on device.")
        self.taken += 1
        return self.store.put_new(*given)


def test_answers_that_find_no_room_are_kept_and_taken_by_the_next_run(tmp_path):
    with in_thread.running(quick(delay=0.3)) as server:
        project = make_project(tmp_path, server.url, screens=3, concurrency=4)
        with pytest.raises(EnvironmentProblem, match=r"no space left.* paid for (is|are) kept in "):
            project.paid_run(store=Full(project.store()))
        asked = len(server.requests)
        assert len(list((tmp_path / ".locstore/answers").iterdir())) == asked - 2
        again = project.paid_run()
        assert again.spent.recovered == asked - 2
        assert (len(project.pictures()), len(server.requests), server.billed) == (9, 9, 9)
        assert not project.calls(CallState.UNKNOWN)


def test_a_folder_that_cannot_be_written_is_found_before_the_first_call(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EnvironmentProblem, match=r"cannot be written: .*\. Nothing was asked for"):
        free_space.check_writable(tmp_path / "file/output")
    free_space.check_writable(tmp_path / "new/output")
    assert list((tmp_path / "new/output").iterdir()) == []
    with in_thread.running(quick()) as server:
        project = make_project(tmp_path, server.url)
        (tmp_path / "output").write_bytes(b"in the way")
        said = project.cli("run", "--painter", "images")
        assert (said.code, len(server.requests)) == (3, 0), said.err


LISTENER = {"OPENAI_API_KEY": KEY, "AWS_SECRET_ACCESS_KEY": "zzAnotherSecret.1a2b3c4d"}


@pytest.mark.parametrize(
    ("key_env", "host", "sent"),
    [
        ("AWS_SECRET_ACCESS_KEY", None, False),
        ("AWS_SECRET_ACCESS_KEY", "images.example.com", False),
        ("AWS_SECRET_ACCESS_KEY", "127.0.0.1", True),
        ("OPENAI_API_KEY", None, True),
    ],
)
def test_a_project_file_alone_sends_no_other_key(tmp_path, monkeypatch, key_env, host, sent):
    for name, value in LISTENER.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with in_thread.running(Settings(key=LISTENER[key_env], words=False)) as server:
        project = make_project(tmp_path / "project", server.url, screens=1, locales=("de",), key_env=key_env)
        said = project.cli("run", "--painter", "images", *(["--allow-host", host] if host else []))
        assert len(server.requests) == 2 * int(sent), said.err
        assert server.url.removeprefix("http://") in said.err
        assert said.code == (0 if sent else 2)
        if not sent:
            assert "AWS_SECRET_ACCESS_KEY" in said.err
            assert "--allow-host" in said.err
            project.configure(server.url, key_env=key_env)
            (tmp_path / "config/locstore").mkdir(parents=True)
            (tmp_path / "config/locstore/config.toml").write_text('allow_hosts = ["127.0.0.1"]')
            assert project.cli("run", "--painter", "images").code == 0
            assert len(server.requests) == 2


@pytest.mark.parametrize("text", ["allow_host = []", "allow_hosts = 3", "allow_hosts = [3]", "no toml"])
def test_a_broken_file_of_the_user_is_said(tmp_path, text):
    (tmp_path / "locstore").mkdir()
    (tmp_path / "locstore/config.toml").write_text(text)
    with pytest.raises(UsageError, match=r"config\.toml"):
        hosts_of_user({"XDG_CONFIG_HOME": str(tmp_path)})
    assert hosts_of_user({"XDG_CONFIG_HOME": str(tmp_path / "none"), "LOCSTORE_ALLOW_HOST": "a.b, c.d"}) == [
        "a.b",
        "c.d",
    ]


@pytest.mark.parametrize("limit", ["nan", "inf", "-1"])
def test_a_limit_that_is_no_number_is_refused(tmp_path, limit):
    project = make_project(tmp_path, "http://127.0.0.1:9")
    assert project.cli("run", "--painter", "images", "--max-cost", limit).code == 2
