"""The board: each answer of each script, also when it is asked twice."""

from __future__ import annotations

import pytest
from queue_parts import until

from locstore.errors import EnvironmentProblem
from locstore.run.queue import QueueBudget
from locstore.run.queue.broker import QueueBroker, ServerClock
from locstore.run.queue.records import Lease, free_shots
from locstore.run.queue.redis_keys import RunKeys, leases_of, new_run_name, waiting_list

RUN = "tiny-1"


@pytest.fixture
def run(run_state):
    run_state.create(
        RUN, project="tiny", painter="local", spec="0" * 64, chunks=["1" * 64], total=3, limits=QueueBudget()
    )
    return RUN


def test_a_shot_is_taken_once_and_ends_once(run_state, run):
    answer, _, lease = run_state.start("one", run, 0)
    assert answer == "go"
    assert run_state.start("two", run, 0)[0] == "held"
    assert run_state.start("one", run, 0)[0] == "held", "a second message to the same worker"
    assert run_state.start("one", run, 0, nonce=lease.nonce)[0] == "go", "the same question, repeated"
    assert run_state.facts(run).held == 1
    assert run_state.finish(lease, '{"a": 1}', failed=False, sent=2)
    assert not run_state.finish(lease, '{"a": 2}', failed=True, sent=2)
    facts = run_state.facts(run)
    assert (facts.done, facts.failed, facts.held, facts.sent) == (1, 0, 0, 2)
    assert run_state.start("two", run, 0)[0] == "done"
    assert [(e.kind, e.index, e.text) for e in run_state.events(run, "0", wait=0.01)] == [("end", 0, '{"a": 1}')]
    assert not run_state.client.exists(leases_of("one"), RunKeys(run).tries)


def test_the_last_shot_ends_the_run_and_everything_of_it_will_go(run_state, run):
    for index in range(3):
        _, _, lease = run_state.start("one", run, index)
        assert run_state.facts(run).state == "open"
        run_state.finish(lease, "{}", failed=index == 1)
    facts = run_state.facts(run)
    assert (facts.state, facts.done, facts.failed) == ("finished", 3, 1)
    assert not run_state.cancel(run)
    left = [key for key in RunKeys(run).all if run_state.client.exists(key)]
    assert left
    assert all(run_state.client.ttl(key) > 0 for key in left)


def test_what_is_given_back_is_free_again(run_state, run):
    _, _, lease = run_state.start("one", run, 1)
    assert run_state.leave(lease, "the disk was full", counts=False, trouble="host: the disk was full")
    assert [e.text for e in run_state.events(run, "0", wait=0.01) if e.kind == "trouble"] == ["host: the disk was full"]
    assert run_state.client.hlen(RunKeys(run).tries) == 0
    assert run_state.start("two", run, 1)[0] == "go"
    assert not run_state.leave(lease, "again", counts=True), "it is in other hands by now"


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
    assert run_state.finish(lease, "{}", failed=False), "what was in hand still comes"
    assert not run_state.leave(Lease("one", run, 1, "x"), "", counts=False), "it is not for the queue any more"


def test_who_is_silent_at_two_looks_is_dead(run_state, run):
    run_state.beat("one", {})
    run_state.beat("two", {})
    _, _, lease = run_state.start("one", run, 0)
    looks: list[list[str]] = []

    def look() -> bool:
        run_state.beat("two", {})
        dead = run_state.dead()
        if dead is not None:
            looks.append([name for name, _ in dead])
        return bool(looks and looks[-1])

    until(look, seconds=20, what="the death of a worker")
    assert looks[-1] == ["one"]
    assert [] in looks, "it was called dead at the first look"
    ((worker, heard),) = _dead(run_state)
    assert run_state.reap(worker, heard) == [(run, 0)]
    assert run_state.reap(worker, heard) == [(run, 0)], "until it is forgotten, what it held is not lost"
    run_state.forget(worker, heard)
    assert run_state.reap(worker, heard) == []
    assert run_state.start("two", run, 0)[0] == "go"
    assert run_state.finish(lease, "{}", failed=False), "the dead one lives, and was first"


def _dead(run_state):
    found = None
    while not found:
        found = run_state.dead()
        run_state.beat("two", {})
    return found


def test_who_is_heard_of_again_is_not_dead(run_state, run):
    run_state.beat("one", {})
    _, _, lease = run_state.start("one", run, 0)
    found: list[tuple[str, str]] = []
    until(lambda: found.extend(run_state.dead() or []) or found, seconds=20)
    run_state.beat("one", {})
    assert run_state.reap(*found[0]) == []
    run_state.forget(*found[0])
    assert run_state.facts(run).held == 1
    assert run_state.finish(lease, "{}", failed=False)


def test_lost_messages_are_found(run_state, run):
    broker = QueueBroker(run_state.client, ServerClock(run_state.now))
    broker.put((run, index) for index in range(3))
    assert run_state.lost(run) == [], "they wait"
    run_state.client.delete(waiting_list())
    run_state.start("one", run, 1)
    assert run_state.lost(run) == [], "a moment ago all was well"
    lost: list[int] = []
    until(lambda: lost.extend(run_state.lost(run)) or lost, seconds=20)
    assert lost == [0, 2]
    assert run_state.lost(run) == [], "one worker is told, once"


def test_free_shots():
    assert free_shots(10, b"", set()) == list(range(10))
    assert free_shots(10, bytes([0b10100000, 0b01000000]), {1}) == [3, 4, 5, 6, 7, 8]
    assert free_shots(3, b"\xff", set()) == []


def test_runs_are_listed_and_forgotten_ones_go(run_state, run):
    run_state.create(
        "later", project="p", painter="images", spec="0" * 64, chunks=["1" * 64], total=1, limits=QueueBudget(5, 1.5)
    )
    assert [facts.name for facts in run_state.runs()] == ["later", RUN]
    run_state.client.delete(RunKeys(RUN).facts)
    assert [facts.name for facts in run_state.runs()] == ["later"]


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
