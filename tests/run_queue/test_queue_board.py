"""The board: each answer of each script, also when it is asked twice."""

from __future__ import annotations

import pytest
from queue_parts import until

from locstore.errors import EnvironmentProblem
from locstore.run.queue import Purse
from locstore.run.queue.broker import QueueBroker, ServerClock
from locstore.run.queue.records import Hold, free_shots
from locstore.run.queue.redis_keys import RunKeys, holds_of, new_run_name, waiting_list

RUN = "tiny-1"


@pytest.fixture
def run(board):
    board.create(RUN, project="tiny", painter="local", kit="0" * 64, sheets=["1" * 64], total=3, limits=Purse())
    return RUN


def test_a_shot_is_taken_once_and_ends_once(board, run):
    answer, _, hold = board.start("one", run, 0)
    assert answer == "go"
    assert board.start("two", run, 0)[0] == "held"
    assert board.start("one", run, 0)[0] == "held", "a second message to the same worker"
    assert board.start("one", run, 0, nonce=hold.nonce)[0] == "go", "the same question, repeated"
    assert board.facts(run).held == 1
    assert board.finish(hold, '{"a": 1}', failed=False, sent=2)
    assert not board.finish(hold, '{"a": 2}', failed=True, sent=2)
    facts = board.facts(run)
    assert (facts.done, facts.failed, facts.held, facts.sent) == (1, 0, 0, 2)
    assert board.start("two", run, 0)[0] == "done"
    assert [(e.kind, e.index, e.text) for e in board.events(run, "0", wait=0.01)] == [("end", 0, '{"a": 1}')]
    assert not board.client.exists(holds_of("one"), RunKeys(run).tries)


def test_the_last_shot_ends_the_run_and_everything_of_it_will_go(board, run):
    for index in range(3):
        _, _, hold = board.start("one", run, index)
        assert board.facts(run).state == "open"
        board.finish(hold, "{}", failed=index == 1)
    facts = board.facts(run)
    assert (facts.state, facts.done, facts.failed) == ("finished", 3, 1)
    assert not board.cancel(run)
    left = [key for key in RunKeys(run).all if board.client.exists(key)]
    assert left
    assert all(board.client.ttl(key) > 0 for key in left)


def test_what_is_given_back_is_free_again(board, run):
    _, _, hold = board.start("one", run, 1)
    assert board.leave(hold, "the disk was full", counts=False, trouble="host: the disk was full")
    assert [e.text for e in board.events(run, "0", wait=0.01) if e.kind == "trouble"] == ["host: the disk was full"]
    assert board.client.hlen(RunKeys(run).tries) == 0
    assert board.start("two", run, 1)[0] == "go"
    assert not board.leave(hold, "again", counts=True), "it is in other hands by now"


def test_three_tries_and_it_is_poison(board, run):
    for number in range(3):
        answer, _, hold = board.start("one", run, 2)
        assert answer == "go"
        assert board.leave(hold, f"reason {number}", counts=True)
    answer, why, hold = board.start("one", run, 2)
    assert (answer, why) == ("poison", "reason 2")
    board.finish(hold, "{}", failed=True)
    assert board.start("two", run, 2)[0] == "done"


@pytest.mark.parametrize(("name", "index"), [("other", 0), (RUN, 3), (RUN, 2**31)])
def test_what_is_not_of_the_run_is_not_begun(board, run, name, index):
    assert board.start("one", name, index)[0] == "gone"


def test_cancelled_and_halted(board, run):
    _, _, hold = board.start("one", run, 0)
    board.halt(run, "no credit")
    board.halt(run, "a later reason")
    assert board.start("one", run, 1)[:2] == ("halted", "no credit")
    assert board.cancel(run)
    assert board.start("two", run, 2)[0] == "cancelled"
    assert board.finish(hold, "{}", failed=False), "what was in hand still comes"
    assert not board.leave(Hold("one", run, 1, "x"), "", counts=False), "it is not for the queue any more"


def test_who_is_silent_at_two_looks_is_dead(board, run):
    board.beat("one", {})
    board.beat("two", {})
    _, _, hold = board.start("one", run, 0)
    looks: list[list[str]] = []

    def look() -> bool:
        board.beat("two", {})
        dead = board.dead()
        if dead is not None:
            looks.append([name for name, _ in dead])
        return bool(looks and looks[-1])

    until(look, seconds=20, what="the death of a worker")
    assert looks[-1] == ["one"]
    assert [] in looks, "it was called dead at the first look"
    ((worker, heard),) = _dead(board)
    assert board.bury(worker, heard) == [(run, 0)]
    assert board.bury(worker, heard) == [(run, 0)], "until it is forgotten, what it held is not lost"
    board.forget(worker, heard)
    assert board.bury(worker, heard) == []
    assert board.start("two", run, 0)[0] == "go"
    assert board.finish(hold, "{}", failed=False), "the dead one lives, and was first"


def _dead(board):
    found = None
    while not found:
        found = board.dead()
        board.beat("two", {})
    return found


def test_who_is_heard_of_again_is_not_dead(board, run):
    board.beat("one", {})
    _, _, hold = board.start("one", run, 0)
    found: list[tuple[str, str]] = []
    until(lambda: found.extend(board.dead() or []) or found, seconds=20)
    board.beat("one", {})
    assert board.bury(*found[0]) == []
    board.forget(*found[0])
    assert board.facts(run).held == 1
    assert board.finish(hold, "{}", failed=False)


def test_lost_messages_are_found(board, run):
    broker = QueueBroker(board.client, ServerClock(board.now))
    broker.put((run, index) for index in range(3))
    assert board.lost(run) == [], "they wait"
    board.client.delete(waiting_list())
    board.start("one", run, 1)
    assert board.lost(run) == [], "a moment ago all was well"
    lost: list[int] = []
    until(lambda: lost.extend(board.lost(run)) or lost, seconds=20)
    assert lost == [0, 2]
    assert board.lost(run) == [], "one worker is told, once"


def test_free_shots():
    assert free_shots(10, b"", set()) == list(range(10))
    assert free_shots(10, bytes([0b10100000, 0b01000000]), {1}) == [3, 4, 5, 6, 7, 8]
    assert free_shots(3, b"\xff", set()) == []


def test_runs_are_listed_and_forgotten_ones_go(board, run):
    board.create("later", project="p", painter="images", kit="0" * 64, sheets=["1" * 64], total=1, limits=Purse(5, 1.5))
    assert [facts.name for facts in board.runs()] == ["later", RUN]
    board.client.delete(RunKeys(RUN).facts)
    assert [facts.name for facts in board.runs()] == ["later"]


def test_a_repeated_script_survives_a_restart_of_redis(board, run, server):
    server.kill()
    server.start()
    assert board.start("one", run, 0)[0] == "go"


def test_redis_that_is_gone_is_a_problem_of_the_environment(board, server):
    server.kill()
    with pytest.raises(EnvironmentProblem, match=r"Redis at redis://127\.0\.0\.1:\d+/0 cannot be reached"):
        board.facts(RUN)


@pytest.mark.parametrize("name", ["", "A", "a b", "a:b", "x" * 49, "../x", "-a"])
def test_names_of_runs_cannot_leave_their_place(name):
    with pytest.raises(ValueError, match="no name"):
        RunKeys(name)


@pytest.mark.parametrize("project", ["", "Pocket Garden", "日本", "x" * 300, "--"])
def test_new_names_are_good_names(project):
    assert RunKeys(new_run_name(project)).facts
