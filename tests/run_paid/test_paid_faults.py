"""Every fault of the server, once: what becomes of the shot, in the book and on disk."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from images_server import in_thread
from images_server.faults import ALL, ELSEWHERE, GATEWAY, HANDOVERS, NOTHING, PICTURES, SHAPES, STOPPERS, spread
from images_server.painting import background_color
from images_server.settings import Settings
from paid_project import KEY, SIZE, make_project
from PIL import Image

from locstore.run.paid import CallState

RETRIED = {
    "http-409", "http-500", "http-503",
    "rate-seconds", "rate-ms", "rate-date", "rate-bare",
}  # fmt: skip
LOST = {
    "reset-after-body", "reset-mid-answer", "hang", "truncated-base64", "missing-item", "empty-data", "url-gone",
    "http-408", "html-502", "error-200", *GATEWAY, NOTHING,
}  # fmt: skip
GOOD = (PICTURES | HANDOVERS | SHAPES | {"slow-drip", "stale-connection"}) - {"wrong-size"}
KINDS = sorted(ALL - STOPPERS - {ELSEWHERE})


def quick(**other):
    return Settings(key=KEY, words=False, wait=0.2, drip=0.4, **other)


def test_each_fault_once(tmp_path):
    # Good answers in between: the first call goes alone, and three equal failures in a row end a run.
    script = tuple(name for kind in KINDS for name in ("ok", kind))
    with in_thread.running(quick(script=script)) as server:
        project = make_project(
            tmp_path, server.url, screens=30, locales=("de", "fr"), concurrency=len(script), deadline=3.0
        )
        prepared = project.prepared()
        assert len(prepared) >= len(script)
        done = project.paid_run()
        requests = server.requests
    shots = {hashlib.sha256(p.request.prompt.encode()).hexdigest(): p for p in prepared}
    states = {}
    for call in project.calls():
        states.setdefault(call.shot, []).append(call.state)
    ends = {o.shot: o for o in done.results}
    assert set(ends) == {p.task.shot.key for p in prepared}, "a shot was lost"
    assert len(done.results) == len(prepared)
    faults = {shots[e.key].task.shot.key: e.fault for e in requests if e.key and e.fault != "ok"}
    # Before its body is read, the server cannot tell whose request it resets.
    assert set(faults.values()) == set(KINDS) - {"reset-before-body"}
    for shot, fault in faults.items():
        found = [f.code for f in ends[shot].findings]
        if fault in RETRIED:
            assert states[shot] == [CallState.FAILED, CallState.DONE], fault
        elif fault in LOST:
            assert (states[shot], found) == ([CallState.UNKNOWN], ["run-call-unknown"]), fault
            assert "--retry-unknown" in ends[shot].findings[0].message
        elif fault in ("moderation", "fastapi-422"):
            state = CallState.REFUSED if fault == "moderation" else CallState.REJECTED
            assert (states[shot], found) == ([state], [f"run-call-{state}"])
        elif fault == "wrong-size":
            assert states[shot] == [CallState.DONE]
            assert "paint-picture-too-far-off" in found
            assert ends[shot].record is None
        else:
            assert fault in GOOD
            assert states[shot] == [CallState.DONE], fault
        assert (ends[shot].record is not None) == (fault in RETRIED | GOOD), fault
        if fault == "near-size":
            assert {"paint-picture-enlarged", "paint-picture-other-size"} <= set(found)
        if fault == "alpha":
            assert "paint-picture-alpha" in found
    for p in prepared:
        key = p.task.shot.key
        path = tmp_path / "output" / p.task.path
        assert path.exists() == (ends[key].record is not None)
        if path.exists():
            with Image.open(path) as picture:
                assert (picture.size, picture.mode) == (SIZE, "RGB")
                if faults.get(key) not in ("alpha", "wrong-format"):
                    assert picture.getpixel((320, 512)) == background_color(p.request.prompt, 0, None)
    assert done.spent.sent == len(requests)


@pytest.mark.parametrize("fault", sorted(STOPPERS))
def test_what_stops_a_run_keeps_what_is_done(tmp_path, fault):
    with in_thread.running(quick(script=("ok", "ok", fault))) as server:
        project = make_project(tmp_path, server.url, concurrency=1)
        done = project.paid_run()
        assert len(server.requests) == 3, "a request left after the stop"
        assert done.spent.by_server
        assert done.spent.stopped
        assert len(done.painted) == len(done.results) == 2
        assert Counter(c.state for c in project.calls()) == {CallState.DONE: 2, CallState.FAILED: 1}
        again = project.paid_run()
    assert again.spent.sent == len(again.painted) == 4
    assert not again.spent.by_server


def test_a_refused_shot_is_not_asked_for_again(tmp_path):
    with in_thread.running(quick(script=("moderation",))) as server:
        project = make_project(tmp_path, server.url, screens=1, locales=(), concurrency=1)
        assert project.paid_run().codes() == ["run-call-refused"]
        assert project.paid_run(retry_unknown=True).codes() == ["run-call-refused"]
        assert len(server.requests) == 1


def test_retries_end(tmp_path):
    with in_thread.running(quick(faults={"rate-ms": 1.0})) as server:
        project = make_project(tmp_path, server.url, screens=1, locales=(), max_attempts=3)
        done = project.paid_run()
        assert len(server.requests) == 3
    assert done.codes() == ["run-call-failed"]
    assert "Tried 3 times" in done.findings[0].message
    assert done.spent.billed is None


def test_a_server_that_is_not_there_costs_nothing(tmp_path):
    project = make_project(tmp_path, "http://127.0.0.1:9", screens=1, locales=(), max_attempts=1)
    done = project.paid_run(max_calls=1)
    assert done.codes() == ["run-call-failed"]
    assert (done.spent.sent, done.spent.estimated, done.spent.stopped) == (0, 0, "")


def test_a_fifth_of_all_requests_fail(tmp_path):
    with in_thread.running(quick(faults=spread(0.2), seed=7)) as server:
        project = make_project(
            tmp_path, server.url, screens=10, locales=("de", "fr", "it", "nl", "sv"), concurrency=16, deadline=2.0
        )
        prepared = project.prepared()
        assert len(prepared) == 60
        done = project.paid_run()
        requests = server.requests
        delivered = len(done.painted)
        assert any(e.fault != "ok" for e in requests)
        ends = Counter(
            "done" if o.record else next(f.code for f in o.findings if f.severity == "error") for o in done.results
        )
        assert sum(ends.values()) == 60
        assert set(ends) <= {
            "done", "run-call-refused", "run-call-failed", "run-call-unknown", "paint-picture-too-far-off",
        }  # fmt: skip
        unknown = len(project.calls(CallState.UNKNOWN))
        assert unknown == ends["run-call-unknown"]
        far = ends["paint-picture-too-far-off"]
        # What was billed is here, or listed as unknown.
        assert delivered + far <= sum(e.billed for e in requests) <= delivered + far + unknown
        asked = len(requests)
        after = project.paid_run()
        assert {c.shot for c in project.calls(CallState.UNKNOWN)} >= {
            o.shot for o in done.results if "run-call-unknown" in [f.code for f in o.findings]
        }
        retried = {o.shot for o in after.results}
        assert retried.isdisjoint({o.shot for o in done.painted})
        again = {e.key for e in server.requests[asked:]}
        assert len(again) <= ends["run-call-failed"]
    paths = {p.task.path: p for p in prepared}
    for path, file in project.pictures().items():
        with Image.open(file) as picture:
            assert picture.size == SIZE
            color = background_color(paths[path].request.prompt, 0, None)
            near = max(abs(a - b) for a, b in zip(picture.getpixel((320, 1020)), color, strict=True))
            assert near <= 2
