"""Payment ledger, budget and rate limit in Redis: as those of one machine, also when several workers ask at once."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from claim_contract import ClaimContract
from queue_parts import beat

from locstore.paint.images import ImagesConfig
from locstore.run.paid import Call, CallState, Claim, LocalBudget
from locstore.run.queue import QueueBudget, RunState, found_calls, note_calls, read_address
from locstore.run.queue.payments import RedisBudget, RedisPaymentLedger, RedisRateLimiter, limits_of
from locstore.run.queue.run_state import HEARTBEATS, RunKeys, call_of, pace_of

RUN = "tiny-1"
KEY = "a" * 64


def create(run_state, run=RUN, limits=None):
    run_state.create(
        run, project="tiny", painter="images", spec="0" * 64, chunks=["1" * 64], total=9, limits=limits or QueueBudget()
    )


@pytest.fixture
def cache():
    return set()


@pytest.fixture
def book(run_state, cache):
    create(run_state)
    beat(run_state, "one")
    return RedisPaymentLedger(run_state, run=RUN, worker="one", cached=cache.__contains__)


def ask(book, *, retry_unknown=False, key=KEY):
    return book.claim(key, shot="hero/de/x", model="m", estimate=0.25, retry_unknown=retry_unknown)


def state(run_state, key=KEY):
    found = run_state.client.hget(call_of(key), "state")
    return found and CallState(found.decode())


def test_a_call_is_in_the_book_before_it_leaves(run_state, book):
    claim, call = ask(book)
    assert claim is Claim.SEND
    assert call > 0
    assert state(run_state) is CallState.SENT
    assert ask(book)[0] is Claim.WAIT
    other = RedisPaymentLedger(run_state, run=RUN, worker="two", cached=lambda _: False)
    assert ask(other)[0] is Claim.WAIT


class TestRedisClaims(ClaimContract):
    @pytest.fixture(autouse=True)
    def _server(self, run_state):
        self.run_state = run_state

    def open_ledger(self, run):
        create(self.run_state, run)
        beat(self.run_state, run)
        return RedisPaymentLedger(self.run_state, run=run, worker=run, cached=lambda key: key in self.cache)


def test_what_became_of_a_call_is_written_down(run_state, book):
    _, call = ask(book)
    book.settle(call, CallState.UNKNOWN, message="x" * 999, usage={"output_tokens": 3})
    assert len(run_state.client.hget(call_of(KEY), "message")) <= 300
    assert run_state.unknown_calls(RUN) == [KEY]


def test_unknown_calls_are_asked_for_again_only_on_purpose_and_by_another_run(run_state, book):
    _, call = ask(book)
    book.settle(call, CallState.UNKNOWN)
    assert ask(book, retry_unknown=True)[0] is Claim.NEEDS_CONFIRMATION, "once a run"
    create(run_state, "tiny-2")
    later = RedisPaymentLedger(run_state, run="tiny-2", worker="two", cached=lambda _: False)
    assert ask(later)[0] is Claim.NEEDS_CONFIRMATION
    assert ask(later, retry_unknown=True)[0] is Claim.SEND
    assert run_state.unknown_calls(RUN) == []


def test_many_workers_claim_one_call(server, run_state):
    create(run_state)
    boards = [RunState(read_address(server.url), patience=2) for _ in range(8)]
    for number in range(8):
        beat(run_state, str(number))
    books = [RedisPaymentLedger(b, run=RUN, worker=str(n), cached=lambda _: False) for n, b in enumerate(boards)]
    barrier = threading.Barrier(len(books))

    def claim(book):
        barrier.wait()
        return ask(book)[0]

    with ThreadPoolExecutor(len(books)) as pool:
        claims = list(pool.map(claim, books))
    for b in boards:
        b.close()
    assert sorted(claims) == [Claim.SEND] + [Claim.WAIT] * 7


def test_a_dead_workers_calls_are_unknown_and_count_as_spent(run_state):
    create(run_state, limits=QueueBudget(max_cost=1.0))
    shared_budget = RedisBudget(run_state, run=RUN, limits=QueueBudget(max_cost=1.0))
    beat(run_state, "one")
    book = RedisPaymentLedger(run_state, run=RUN, worker="one", cached=lambda _: False)
    for key in ("b" * 64, "c" * 64):
        assert shared_budget.reserve(0.25) is None
        ask(book, key=key)
    _, call = ask(book, key="d" * 64)
    book.settle(call, CallState.FAILED)
    create(run_state, "tiny-2")
    other = RedisPaymentLedger(run_state, run="tiny-2", worker="two", cached=lambda _: False)
    assert ask(other, key="b" * 64)[0] is Claim.WAIT
    beat(run_state, "one", ago=1000.0)
    assert ask(other, key="b" * 64)[0] is Claim.NEEDS_CONFIRMATION
    run_state.client.delete(HEARTBEATS)
    assert ask(other, key="c" * 64)[0] is Claim.NEEDS_CONFIRMATION, "the engine has forgotten it"
    assert run_state.unknown_calls(RUN) == ["b" * 64, "c" * 64]
    assert state(run_state, "d" * 64) is CallState.FAILED
    facts = run_state.facts(RUN)
    assert (facts.reserved, facts.billed, facts.estimated, facts.calls) == (0.0, 0.5, 0.5, 2)
    # It was not dead after all: what it says counts.
    book.settle(1, CallState.DONE)
    assert state(run_state, "b" * 64) is CallState.DONE
    assert run_state.unknown_calls(RUN) == ["c" * 64]


def test_a_call_whose_bytes_came_after_all_is_done(run_state, book):
    _, call = ask(book)
    book.settle(call, CallState.UNKNOWN)
    found_calls(run_state, RUN, [KEY])
    assert (state(run_state), run_state.unknown_calls(RUN)) == (CallState.DONE, [])


def known(state, *, key=KEY, shot="hero/de/x", call=1):
    return Call(call, key, shot, "m", state, 0.25, {}, "")


def test_the_projects_calls_are_respected(run_state, book):
    note_calls(run_state, [known(CallState.UNKNOWN), known(CallState.REFUSED, key="b" * 64)])
    assert ask(book)[0] is Claim.NEEDS_CONFIRMATION
    assert ask(book, key="b" * 64, retry_unknown=True)[0] is Claim.REFUSED
    assert ask(book, retry_unknown=True)[0] is Claim.SEND
    note_calls(run_state, [known(CallState.UNKNOWN)])
    assert state(run_state) is CallState.SENT, "what is known here is newer"


def test_what_the_project_has_settled_since_is_corrected(run_state, book):
    note_calls(run_state, [known(CallState.UNKNOWN)])
    note_calls(run_state, [known(CallState.FAILED), known(CallState.DONE, call=2)])
    assert ask(book)[0] is Claim.SEND


def test_a_call_that_failed_here_and_is_unknown_to_the_project_now(run_state, book):
    _, call = ask(book)
    book.settle(call, CallState.FAILED)
    note_calls(run_state, [known(CallState.UNKNOWN)])
    assert ask(book)[0] is Claim.NEEDS_CONFIRMATION


def test_an_unknown_call_of_a_run_is_settled_by_the_project_that_took_it_over(run_state, book):
    _, call = ask(book)
    book.settle(call, CallState.UNKNOWN)
    note_calls(run_state, [known(CallState.DONE)])
    assert state(run_state) is CallState.UNKNOWN, "this project knows nothing of that call"
    note_calls(run_state, [known(CallState.FAILED, shot=RUN), known(CallState.DONE, call=2)])
    assert (state(run_state), run_state.unknown_calls(RUN)) == (None, [])


LIMITS = [(None, None), (3, None), (None, 1.0), (2, 0.6), (0, None), (None, 0.0)]


@pytest.mark.parametrize(("calls", "cost"), LIMITS)
def test_a_purse_is_a_budget(run_state, calls, cost):
    """The same sequence of operations, with the same answers, as the budget of one machine."""
    create(run_state, limits=QueueBudget(calls, cost))
    assert limits_of(run_state, RUN) == QueueBudget(calls, cost)
    shared_budget, budget = RedisBudget(run_state, run=RUN, limits=QueueBudget(calls, cost)), LocalBudget(calls, cost)
    answers = []
    for each in (shared_budget, budget):
        said = [each.reserve(0.3), each.reserve(0.3)]
        if said[0] is None:
            each.settle(0.3, 0.25, paid=True)
        if said[1] is None:
            each.release(0.3)
        said += [each.reserve(None), each.reserve(0.5)]
        if said[2] is None:
            each.settle(None, None, paid=True)
        answers.append(said)
    assert answers[0] == answers[1]
    facts = run_state.facts(RUN)
    assert facts.calls == budget.calls
    assert facts.reserved == pytest.approx(budget.reserved)
    assert (facts.billed, facts.estimated) == pytest.approx((budget.billed, budget.estimated))


def test_a_repeated_operation_counts_once(run_state):
    create(run_state, limits=QueueBudget(5, 1.0))
    for _ in range(3):
        assert run_state.script("budget", [RunKeys(RUN).budget, "locstore:once:x"], ["reserve", "100000", "", 0]) == b""
    assert run_state.facts(RUN).calls == 1
    assert run_state.facts(RUN).reserved == pytest.approx(0.1)


def test_many_workers_share_one_budget(server, run_state):
    create(run_state, limits=QueueBudget(max_cost=1.0))
    boards = [RunState(read_address(server.url), patience=2) for _ in range(4)]

    def spend(own):
        shared_budget = RedisBudget(own, run=RUN, limits=QueueBudget(max_cost=1.0))
        return sum(shared_budget.reserve(0.1) is None for _ in range(10))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(spend, boards)) == 10
    for each in boards:
        each.close()


class TestGate:
    """One rate over all workers, by Redis's clock."""

    @pytest.fixture
    def gates(self, server, run_state):
        create(run_state)
        config = ImagesConfig(images_per_minute=5, tokens_per_minute=1000)
        boards = [RunState(read_address(server.url), patience=2) for _ in range(2)]
        pool = ThreadPoolExecutor(4)
        yield [RedisRateLimiter(b, run=RUN, config=config, threads=pool) for b in boards]
        pool.shutdown()
        for each in boards:
            each.close()

    def test_images_a_minute(self, gates):
        passed = [gates[n % 2]._ask(str(n), 10) for n in range(6)]
        assert [wait for wait, _ in passed[:5]] == [0.0] * 5
        assert 50 < passed[5][0] <= 60
        assert gates[1]._ask("0", 10) == (0.0, ""), "the same request, repeated"

    def test_tokens_a_minute(self, gates):
        assert gates[0]._ask("a", 900)[0] == 0
        assert gates[1]._ask("b", 100)[0] == 0
        assert 50 < gates[1]._ask("c", 1)[0] <= 60

    def test_more_tokens_than_a_minute_has_are_let_through_alone(self, gates):
        assert gates[0]._ask("a", 5000)[0] == 0
        assert gates[1]._ask("b", 1)[0] > 0

    def test_a_pause_is_for_everybody(self, gates):
        gates[0]._pause(30)
        gates[0]._pause(2)
        assert 25 < gates[1]._ask("a", 1)[0] <= 30

    def test_what_the_server_told_one_worker_holds_for_all(self, gates):
        gates[0]._follow({"images": 2, "tokens": 100_000})
        assert [gates[1]._ask(str(n), 1)[0] > 0 for n in range(3)] == [False, False, True]

    def test_old_requests_do_not_count(self, run_state, gates):
        (passed,) = {gates[0]._passed, gates[1]._passed}
        assert passed.startswith(pace_of(""))
        for n in range(5):
            run_state.client.zadd(passed, {f"old{n}:10": run_state.now() - 60_001})
        assert gates[0]._ask("a", 10)[0] == 0

    def test_the_end_of_a_run_lets_everybody_go(self, run_state, gates):
        gates[0]._pause(60)
        told: list[str] = []

        def halt(why):
            told.append(why)
            gates[0].end()

        gates[0].on_end = halt

        async def wait_and_cancel():
            waiting = [asyncio.create_task(gates[0].acquire(1)) for _ in range(3)]
            await asyncio.sleep(0)
            run_state.cancel(RUN)
            async with asyncio.timeout(20):
                await asyncio.gather(*waiting)

        asyncio.run(wait_and_cancel())
        assert set(told) == {"cancelled"}
