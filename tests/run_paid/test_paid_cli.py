"""Paid runs by the command line: what is sent, what it costs, how it ends, and where the key is not."""

from __future__ import annotations

import base64
import http.server
import itertools
import json
import os
import random
import re
import shutil
import signal
import threading
import time
from collections import Counter
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from images_server import in_thread
from images_server.settings import Settings
from paid_project import KEY, SIZE, finished, make_project
from PIL import Image

from locstore.run.paid import CallState
from locstore.run.paid.rate_limit import LONGEST_WAIT


def quick(**other):
    return Settings(key=KEY, words=False, **other)


def leaked(project, *texts):
    """Places where the key stands: files below the project, or texts."""
    forms = {KEY.encode(), base64.b64encode(KEY.encode()), quote(KEY, safe="").encode(), KEY.encode("utf-16-le")}
    files = [p for p in project.root.rglob("*") if p.is_file()]
    found = [p.as_posix() for p in files if any(form in p.read_bytes() for form in forms)]
    return found + [text for text in texts if KEY in text]


def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def test_plan_run_and_run_again(tmp_path):
    with in_thread.running(quick()) as server:
        project = make_project(tmp_path, server.url, locales=("de",))
        plan = project.cli("plan", "--painter", "images", "--json")
        assert plan.code == 0, plan.err
        costs = json.loads(plan.out)["costs"]
        assert [(c["locale"], c["display"], c["calls"], c["cached"]) for c in costs] == [
            ("en_US", "d0", 2, 0),
            ("de", "d0", 2, 0),
        ]
        assert server.requests == []

        first = project.cli("run", "--painter", "images", "--json")
        assert first.code == 0, first.err
        report = json.loads(first.out)
        spent = report["spent"]
        assert spent["sent"] == len(server.requests) == sum(c["calls"] for c in costs) == 4
        assert spent["estimated"] == pytest.approx(sum(c["dollars"] for c in costs))
        assert 0 < spent["billed"] == pytest.approx(spent["estimated"], rel=0.1)
        assert len(project.pictures()) == 4
        for path in project.pictures().values():
            with Image.open(path) as picture:
                assert picture.size == SIZE

        assert project.planned()[0] == []
        # The report goes by the same option; without it these are not the pictures that the project wants.
        rows = json.loads(project.cli("report", "--painter", "images", "--json").out)["locales"]
        assert {shot["picture"] for row in rows for shot in row["shots"]} == {"painted"}
        rows = json.loads(project.cli("report", "--painter", "local", "--json").out)["locales"]
        assert {shot["picture"] for row in rows for shot in row["shots"]} == {"changed"}
        shutil.rmtree(project.root / "output")
        table = project.cli("plan", "--painter", "images").out
        assert "en_US\td0\t2\t0\t2\t0\t$0.00" in table
        assert "0 calls, 4 pictures from the cache, 0 tokens, $0.00." in table
        shelved = json.loads(project.cli("run", "--painter", "images", "--json").out)
        assert (shelved["spent"]["sent"], shelved["spent"]["cached"], shelved["painted"]) == (0, 4, 4)
        assert len(server.requests) == 4
    assert leaked(project, plan.out, first.out, first.err) == []


def test_a_bad_key_stops_the_run(tmp_path):
    with in_thread.running(Settings(key="another-key-0123456789", words=False)) as server:
        project = make_project(tmp_path, server.url, concurrency=1)
        said = project.cli("run", "--painter", "images")
        assert said.code == 3
        assert "6 pictures are still to come" in said.err
        assert len(server.requests) == 1
    assert leaked(project, said.out, said.err) == []
    assert "Traceback" not in said.err


def test_without_a_key_nothing_is_sent(tmp_path):
    with in_thread.running(quick()) as server:
        project = make_project(tmp_path, server.url)
        said = project.cli("run", "--painter", "images", key="")
        assert server.requests == []
    assert said.code == 3
    assert "set OPENAI_API_KEY" in said.err


def test_quota_ends_with_3_and_keeps_what_is_done(tmp_path):
    with in_thread.running(quick(script=("ok", "ok", "insufficient-quota"))) as server:
        project = make_project(tmp_path, server.url, concurrency=1)
        said = project.cli("run", "--painter", "images")
        assert said.code == 3
        assert "quota" in said.err
        assert len(project.pictures()) == 2
        assert len(json.loads((tmp_path / "output/manifest.json").read_text())["pictures"]) == 2
        project.paid_run()
        assert (len(project.pictures()), len(server.requests)) == (6, 7)


def test_refused_and_unknown_are_listed_and_end_with_1(tmp_path):
    with in_thread.running(quick(script=("moderation", "empty-data"))) as server:
        project = make_project(tmp_path, server.url, screens=1, concurrency=1)
        said = project.cli("run", "--painter", "images")
        assert (said.code, len(project.pictures())) == (1, 1)
        assert "run-call-refused" in said.err
        assert "run-call-unknown" in said.err
        assert "--retry-unknown" in said.err
        assert project.paid_run().codes() == ["run-call-refused", "run-call-unknown"]
        assert len(server.requests) == 3
        said = project.cli("run", "--painter", "images", "--retry-unknown")
        assert (said.code, len(server.requests), len(project.pictures())) == (1, 4, 2)
        assert "run-call-unknown" not in said.err


@pytest.mark.parametrize("concurrency", [1, 4])
def test_limits_are_not_passed(tmp_path, concurrency):
    """Also requests that fail are requests."""
    with in_thread.running(quick(script=("http-500", "ok", "http-500"))) as server:
        project = make_project(tmp_path, server.url, concurrency=concurrency)
        done = project.paid_run(max_calls=3)
        assert len(server.requests) == done.spent.sent == 3
        assert "--max-calls" in done.spent.stopped
        assert not done.spent.by_server
        price = project.prepared()[0].dollars
        before = len(server.requests)
        done = project.paid_run(max_cost=2.5 * price)
        assert "--max-cost" in done.spent.stopped
        assert len(server.requests) - before == 2
        assert done.spent.estimated <= 2.5 * price
        assert project.paid_run(max_calls=0).spent.sent == 0


def test_limits_by_the_command_line(tmp_path):
    with in_thread.running(quick()) as server:
        project = make_project(tmp_path, server.url, model="a-model-of-tomorrow")
        done = project.paid_run(max_cost=5)
        assert len(server.requests) == 0
        assert "price is not known" in done.spent.stopped
        said = project.cli("run", "--painter", "images", "--max-calls", "2")
        assert (said.code, len(server.requests)) == (1, 2)
        assert "4 pictures are still to come: the limit of 2 calls" in said.err


def test_backdrops_are_asked_for_at_the_same_time(tmp_path):
    """No turn is taken by pictures that wait for a backdrop which another turn has asked for. The first goes alone."""
    with in_thread.running(quick(delay=0.5)) as server:
        project = make_project(tmp_path, server.url, screens=4, locales=("de", "fr", "nl"), concurrency=3)
        look_different(project)
        said = project.cli("run", "--painter", "backdrop")
        assert said.code == 0, said.err
        assert "Sent 4 requests, 12 pictures from the cache" in said.out
        assert (len(server.requests), server.most_in_flight) == (4, 3)
    assert len(project.pictures()) == 16


def look_different(project):
    """Gives each screen a ground of its own."""
    numbers = itertools.count(33)
    concept = project.root / "concepts/tiny.yaml"
    concept.write_text(re.sub("#33507F", lambda _: f"#{next(numbers)}507F", concept.read_text()))


def test_screens_that_look_alike_share_a_backdrop(tmp_path):
    """A prompt for a backdrop names no screen: what is asked for in the same words is paid for once."""
    with in_thread.running(quick(delay=0.2)) as server:
        project = make_project(tmp_path, server.url, screens=3, locales=("de",), concurrency=3)
        concept = (tmp_path / "concepts/tiny.yaml").read_text()
        alike = concept.replace("#33507E", "#33507F").replace("#33507D", "#33507F")
        assert alike.count("#33507F") == 3
        project.write("concepts/tiny.yaml", alike)
        said = project.cli("run", "--painter", "backdrop")
        assert said.code == 0, said.err
        assert "Sent 1 requests, 5 pictures from the cache" in said.out
        assert len(server.requests) == 1
    assert len(project.pictures()) == 6


def test_retry_after_is_waited_for(tmp_path):
    with in_thread.running(quick(script=("rate-seconds",), wait=2.0)) as server:
        project = make_project(tmp_path, server.url, screens=2, locales=(), concurrency=1)
        done = project.paid_run()
        times = [e.time for e in server.requests]
    assert len(done.painted) == 2
    assert 2.0 <= times[1] - times[0] < 4.0


def test_killed_at_random_points(tmp_path):
    chance = random.Random(3)
    with in_thread.running(quick(delay=0.25)) as server:
        project = make_project(tmp_path, server.url, screens=8, concurrency=4)
        flying = 0
        for _ in range(2):
            seen = len(server.requests) + chance.randint(1, 6)
            process = project.start("run", "--painter", "images")
            until(lambda seen=seen: len(server.requests) >= seen)
            time.sleep(chance.uniform(0, 0.3))
            process.kill()
            process.communicate(timeout=20)
            flying += 4
        listed = project.cli("run", "--painter", "images")
        unknown = len(project.calls(CallState.UNKNOWN))
        kept = sum(1 for _ in project.store().entries())
        assert server.billed - kept <= unknown <= flying
        assert 24 - kept == unknown
        assert max(Counter(e.key for e in server.requests).values()) == 1, "a call was made twice"
        assert listed.code == (1 if unknown else 0)
        assert listed.err.count("run-call-unknown") == unknown
        before = len(server.requests)
        project.paid_run(retry_unknown=True)
        assert len(server.requests) - before == unknown
    assert len(project.pictures()) == 24
    assert project.calls(CallState.UNKNOWN) == []
    assert not list(project.root.rglob("*.locstore-*"))


def test_two_runs_at_once_do_not_pay_twice(tmp_path):
    with in_thread.running(quick(delay=0.2)) as server:
        project = make_project(tmp_path, server.url, screens=4, concurrency=3)
        said = [finished(p) for p in [project.start("run", "--painter", "images", "--json") for _ in range(2)]]
        assert [s.code for s in said] == [0, 0], [s.err for s in said]
        assert sum(json.loads(s.out)["spent"]["sent"] for s in said) == len(server.requests) == server.billed == 12
        assert max(Counter(e.key for e in server.requests).values()) == 1
    assert len(project.pictures()) == 12
    assert len(json.loads((tmp_path / "output/manifest.json").read_text())["pictures"]) == 12


def test_an_interrupt_waits_for_what_is_paid(tmp_path):
    with in_thread.running(quick(delay=1.0, undelayed=1)) as server:  # the first call goes alone
        project = make_project(tmp_path, server.url, screens=4, concurrency=3)
        process = project.start("run", "--painter", "images")
        until(lambda: server.in_flight == 3)
        os.killpg(process.pid, signal.SIGINT)
        said = finished(process)
        assert said.code == 130
        assert "Traceback" not in said.err
        assert [c.state for c in project.calls()] == [CallState.DONE] * 4
        assert (len(server.requests), len(project.pictures())) == (4, 4)
        server.settings = quick()
        assert len(project.paid_run().painted) == 8
        assert (len(server.requests), len(project.pictures())) == (12, 12)


def test_a_second_interrupt_ends_at_once(tmp_path):
    with in_thread.running(quick(delay=60.0, undelayed=1)) as server:
        project = make_project(tmp_path, server.url, screens=4, concurrency=3)
        process = project.start("run", "--painter", "images")
        until(lambda: server.in_flight == 3)
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.3)
        assert process.poll() is None
        start = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        said = finished(process)
        assert time.monotonic() - start < 5
        assert said.code == 130
        assert "Traceback" not in said.err
        assert [c.state for c in project.calls()] == [CallState.DONE] + [CallState.UNKNOWN] * 3


def test_an_interrupt_does_not_wait_for_a_time_to_send(tmp_path):
    # A wait that a run would sit out: one of more than LONGEST_WAIT ends it without an interrupt.
    with in_thread.running(quick(script=("rate-seconds",), wait=LONGEST_WAIT - 10)) as server:
        project = make_project(tmp_path, server.url, concurrency=3)
        process = project.start("run", "--painter", "images")
        until(lambda: any(e.status == 429 for e in server.requests))
        time.sleep(0.3)
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        start = time.monotonic()
        said = finished(process)
        assert said.code == 130
        assert time.monotonic() - start < 5
        assert "Traceback" not in said.err
        assert len(server.requests) == 1
        assert [c.state for c in project.calls()] == [CallState.FAILED], "what waits for its time is not claimed"


def test_a_wait_that_is_too_long_ends_the_run_and_is_told(tmp_path):
    with in_thread.running(quick(script=("rate-seconds",), wait=2 * LONGEST_WAIT)) as server:
        project = make_project(tmp_path, server.url, concurrency=3)
        said = project.cli("run", "--painter", "images")
        assert len(server.requests) == 1
        assert "6 pictures are still to come" in said.err
        assert "asks to wait 10 minutes before the next request, and locstore waits 5 minutes at most" in said.err
        assert not project.calls(CallState.UNKNOWN)


class Echo(http.server.BaseHTTPRequestHandler):
    """A server that says the key back, in every place of an answer in turn."""

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        key = self.headers["authorization"]
        turn = self.server.turn = getattr(self.server, "turn", -1) + 1
        error = {"message": f"Your key {key} is odd", "type": key, "param": key, "code": "c" + KEY}
        status, kind, body = [
            (400, "application/json", json.dumps({"error": error})),
            (500, "text/html", f"<html><title>Bad {key}</title>{key}</html>"),
            (200, "application/json", json.dumps({"error": error})),
            (200, "application/json", json.dumps({"data": [{"url": f"/files/{KEY}.png?key={KEY}"}]})),
            (200, "application/json", json.dumps({"data": [{"url": f"https://{KEY}.example/{KEY}"}]})),
            (401, "application/json", json.dumps({"error": error, "message": key})),
        ][turn % 6]
        self.answer(status, kind, body)

    def do_GET(self):
        self.answer(404, "text/html", KEY)

    def answer(self, status, kind, body):
        data = body.encode()
        self.send_response(status)
        for name, value in (("content-type", kind), ("content-length", str(len(data))), ("x-request-id", KEY)):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@contextmanager
def echoing():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_the_key_is_nowhere_when_the_server_says_it(tmp_path):
    with echoing() as url:
        project = make_project(tmp_path, url, screens=3, locales=("de", "fr"), concurrency=1, max_attempts=1)
        texts = []
        for arguments in ((), ("--json", "--notes")):
            said = project.cli("run", "--painter", "images", "--retry-unknown", *arguments)
            assert said.code == 3
            assert "Traceback" not in said.err
            texts += [said.out, said.err]
    assert project.calls()
    assert leaked(project, *texts, repr(project.calls())) == []


def test_a_cache_in_memory_is_refused_before_anything_is_sent(tmp_path):
    with in_thread.running(quick()) as server:
        project = make_project(tmp_path, server.url, locales=("de",))
        config = project.root / "locstore.toml"
        config.write_text('cache = "memory://"\n' + config.read_text())
        for arguments in (("run",), ("run", "--batch")):
            said = project.cli(*arguments, "--painter", "images")
            assert said.code == 2
            assert "memory://" in said.err
        assert server.requests == []
