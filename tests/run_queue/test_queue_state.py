"""The state of runs in Redis: each answer of each script, also to a repeated one, and what strangers wrote there."""

from __future__ import annotations

import pytest
from queue_parts import beat

from locstore.errors import EnvironmentProblem
from locstore.run.queue import QueueBudget
from locstore.run.queue.records import Lease, printable
from locstore.run.queue.run_state import HEARTBEATS, RunKeys, new_run_name

RUN = "tiny-1"


@pytest.fixture
def run(run_state):
    run_state.create(
        RUN, project="tiny", painter="local", spec="0" * 64, chunks=["1" * 64], total=3, limits=QueueBudget()
    )
    return RUN


def test_a_shot_ends_once_however_often_it_is_delivered(run_state, run):
    beat(run_state, "one")
    beat(run_state, "two")
    answer, _, lease = run_state.start("one", run, 0)
    assert answer == "go"
    assert run_state.facts(run).held == 1
    assert run_state.start("two", run, 0)[0] == "go", "the engine has delivered it again"
    assert run_state.finish(lease, '{"a": 1}', failed=False, sent=2)
    assert not run_state.finish(lease, '{"a": 2}', failed=True, sent=2)
    facts = run_state.facts(run)
    assert (facts.done, facts.failed, facts.held, facts.sent) == (1, 0, 0, 2)
    assert run_state.start("two", run, 0)[0] == "done"
    assert [(e.kind, e.index, e.text) for e in run_state.events(run, "0", wait=0.01)] == [("end", 0, '{"a": 1}')]
    assert not run_state.client.exists(RunKeys(run).tries)


def test_shots_of_dead_workers_are_in_nobodys_hands(run_state, run):
    run_state.start("never heard of", run, 0)
    beat(run_state, "silent", ago=1000.0)
    run_state.start("silent", run, 1)
    assert run_state.facts(run).held == 0


def test_every_key_of_a_run_goes_some_day(run_state, run):
    for index in range(3):
        _, _, lease = run_state.start("one", run, index)
        assert run_state.facts(run).state == "open"
        left = [key for key in RunKeys(run).all if run_state.client.exists(key)]
        assert all(
            run_state.client.ttl(key) > 0 for key in left if key not in (RunKeys(run).painting, RunKeys(run).tries)
        )
        run_state.finish(lease, "{}", failed=index == 1)
    facts = run_state.facts(run)
    assert (facts.state, facts.done, facts.failed) == ("finished", 3, 1)
    assert not run_state.cancel(run)
    left = [key for key in RunKeys(run).all if run_state.client.exists(key)]
    assert left
    assert all(0 < run_state.client.ttl(key) <= 7 * 86400 for key in left)


def test_what_is_given_back_is_free_again(run_state, run):
    _, _, lease = run_state.start("one", run, 1)
    assert run_state.leave(lease, "the disk was full", counts=False, trouble="host: the disk was full")
    assert [e.text for e in run_state.events(run, "0", wait=0.01) if e.kind == "trouble"] == ["host: the disk was full"]
    assert run_state.client.hlen(RunKeys(run).tries) == 0
    assert run_state.start("two", run, 1)[0] == "go"
    assert not run_state.leave(lease, "again", counts=True), "another worker has it by now"


def test_three_tries_and_it_is_poison(run_state, run):
    for number in range(3):
        answer, _, lease = run_state.start("one", run, 2)
        assert answer == "go"
        assert run_state.leave(lease, f"reason {number}", counts=True)
    answer, why, lease = run_state.start("one", run, 2)
    assert (answer, why) == ("poison", "reason 2")
    run_state.finish(lease, "{}", failed=True)
    assert run_state.start("two", run, 2)[0] == "done"


@pytest.mark.parametrize(("name", "index"), [("other", 0), (RUN, 3), (RUN, 2**31)])
def test_what_is_not_of_the_run_is_not_begun(run_state, run, name, index):
    assert run_state.start("one", name, index)[0] == "gone"


def test_cancelled_and_halted(run_state, run):
    _, _, lease = run_state.start("one", run, 0)
    run_state.halt(run, "no credit")
    run_state.halt(run, "a later reason")
    assert run_state.start("one", run, 1)[:2] == ("halted", "no credit")
    assert run_state.cancel(run)
    assert run_state.start("two", run, 2)[0] == "cancelled"
    assert run_state.finish(lease, "{}", failed=False), "what was begun still comes"
    assert not run_state.leave(Lease("one", run, 1, "x"), "", counts=False), "it is not for the queue any more"


def test_runs_are_listed_and_forgotten_ones_go(run_state, run):
    run_state.create(
        "later", project="p", painter="images", spec="0" * 64, chunks=["1" * 64], total=1, limits=QueueBudget(5, 1.5),
        options={"painter": "images"},
    )  # fmt: skip
    assert [facts.name for facts in run_state.runs()] == ["later", RUN]
    assert run_state.facts("later").options == {"painter": "images"}
    run_state.client.delete(RunKeys(RUN).facts)
    assert [facts.name for facts in run_state.runs()] == ["later"]


def test_workers_are_counted_by_version_and_dead_ones_go(run_state):
    for name, version in (("a", "1"), ("b", "1"), ("c", "2")):
        beat(run_state, name)
        run_state.add_worker(name, {"version": version})
    beat(run_state, "b", ago=1000.0)
    assert run_state.workers() == {"1": 1, "2": 1}
    beat(run_state, "d")
    run_state.add_worker("d", {"version": "2"})
    assert sorted(run_state.client.hkeys("locstore:workers")) == [b"a", b"c", b"d"]
    run_state.remove_worker("d")
    assert run_state.workers() == {"1": 1, "2": 1}


def test_what_strangers_wrote_is_passed_over(run_state, run):
    client = run_state.client
    client.zadd("locstore:runs", {b"\xff\xfe": 1, "A B": 2, "numbers": 3, "string": 4, "list": 5, "x" * 300: 6})
    client.hset(RunKeys("numbers").facts, mapping={"total": "many", "kit": "x"})
    client.set(RunKeys("string").facts, "junk")
    client.rpush(RunKeys("list").facts, "junk")
    client.hset("locstore:workers", mapping={"junk": b"\xff", "list": "[]", "\x1b[2J": "{}"})
    client.zadd(HEARTBEATS, {name: run_state.now() for name in ("junk", "list", "\x1b[2J")})
    assert [facts.name for facts in run_state.runs()] == [RUN]
    assert sum(run_state.workers().values()) <= 1
    client.xadd(RunKeys(run).events, {"kind": "end", "index": "-1", "outcome": "{}"})
    client.xadd(RunKeys(run).events, {"junk": b"\xff"})
    assert [event.kind for event in run_state.events(run, "0", wait=0.01)] == ["", ""]


def test_a_terminal_is_shown_no_control_characters(run_state, run):
    evil = "\x1b]0;title\x07\u202etxt"
    run_state.client.hset(RunKeys(run).facts, mapping={"project": evil, "halted": evil})
    facts = run_state.facts(run)
    assert facts.project == facts.halted == "\\x1b]0;title\\x07\\u202etxt"
    _, _, lease = run_state.start("one", run, 0)
    run_state.leave(lease, evil, counts=True, trouble=evil)
    (event,) = run_state.events(run, "0", wait=0.01)
    assert event.text == facts.project
    assert printable("日本 ok é") == "日本 ok é"


def test_a_repeated_script_survives_a_restart_of_redis(run_state, run, server):
    server.kill()
    server.start()
    assert run_state.start("one", run, 0)[0] == "go"


def test_redis_that_is_gone_is_a_problem_of_the_environment(run_state, server):
    server.kill()
    with pytest.raises(EnvironmentProblem, match=r"Redis at redis://127\.0\.0\.1:\d+/0 cannot be reached"):
        run_state.facts(RUN)


@pytest.mark.parametrize("name", ["", "A", "a b", "a:b", "x" * 49, "../x", "-a"])
def test_names_of_runs_cannot_leave_their_place(name):
    with pytest.raises(ValueError, match="no name"):
        RunKeys(name)


@pytest.mark.parametrize("project", ["", "Pocket Garden", "日本", "x" * 300, "--"])
def test_new_names_are_good_names(project):
    assert RunKeys(new_run_name(project)).facts
