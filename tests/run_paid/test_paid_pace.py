"""The pace of requests, on a clock of our own: an event loop whose time jumps to the next thing to do."""

from __future__ import annotations

import asyncio
import random
import selectors

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.paint.images import ServerLimits
from locstore.paint.images.rate_headers import ServerLimit
from locstore.run.paid.rate_limit import LocalRateLimiter, backoff


class Jumping(asyncio.SelectorEventLoop):
    """Sleeping costs no time: the clock goes on by as much as the selector would have waited."""

    def __init__(self):
        self.now = 1000.0
        super().__init__(selectors.SelectSelector())
        select = self._selector.select

        def at_once(timeout=None):
            assert timeout is not None, "everybody waits for nothing"
            self.now += max(0.0, timeout)
            return select(0)

        self._selector.select = at_once

    def time(self):
        return self.now


def played(work):
    """Run `work(loop)` on the jumping clock."""
    loop = Jumping()
    try:
        return loop.run_until_complete(work(loop))
    finally:
        loop.close()


async def entered(loop, pace, tokens):
    """When each request was let through, for all that come at once."""
    times = []

    async def one(amount):
        await pace.acquire(amount)
        times.append((loop.time() - 1000.0, amount))

    await asyncio.gather(*(one(amount) for amount in tokens))
    return times


@given(
    images=st.none() | st.integers(1, 6),
    tokens=st.none() | st.integers(50, 400),
    wanted=st.lists(st.integers(0, 200), max_size=30),
)
def test_no_minute_holds_more_than_its_limits(images, tokens, wanted):
    async def work(loop):
        return await entered(loop, LocalRateLimiter(images=images, tokens=tokens, clock=loop.time), wanted)

    times = played(work)
    assert len(times) == len(wanted)
    for start, _ in times:
        minute = [amount for at, amount in times if start <= at < start + 60 - 1e-6]
        assert images is None or len(minute) <= images
        # One that is larger than the limit goes alone: it would wait for ever.
        assert tokens is None or sum(minute) <= tokens or len(minute) == 1 or sum(minute[1:]) == 0
    if images is None and tokens is None:
        assert all(at == 0 for at, _ in times)
    elif tokens is None and times:
        assert max(at for at, _ in times) <= 60 * (len(wanted) // images) + 1


def test_without_limits_nobody_waits_and_with_one_the_first_do_not():
    async def work(loop):
        return await entered(loop, LocalRateLimiter(images=3, clock=loop.time), [0] * 7)

    assert [round(at) for at, _ in played(work)] == [0, 0, 0, 60, 60, 60, 120]


def test_a_pause_holds_everybody_and_the_longest_counts():
    async def work(loop):
        pace = LocalRateLimiter(clock=loop.time)
        pace.pause(20)
        pace.pause(5)
        waiting = asyncio.ensure_future(entered(loop, pace, [1, 1]))
        await asyncio.sleep(10)
        pace.pause(30)  # until 40
        return await waiting

    assert [round(at) for at, _ in played(work)] == [40, 40]


def test_it_follows_the_limits_that_the_server_tells():
    async def work(loop):
        pace = LocalRateLimiter(images=5, clock=loop.time)
        pace.apply_server_limits(ServerLimits(images=ServerLimit(2, 1, 30.0)))
        return await entered(loop, pace, [1] * 4)

    assert [round(at) for at, _ in played(work)] == [0, 0, 60, 60]


def test_it_follows_limits_up_again_but_not_above_its_own():
    async def work(loop):
        pace = LocalRateLimiter(images=4, clock=loop.time)
        pace.apply_server_limits(ServerLimits(images=ServerLimit(1), tokens=ServerLimit(10)))
        pace.apply_server_limits(ServerLimits(images=ServerLimit(50), tokens=ServerLimit(10_000)))
        return await entered(loop, pace, [10] * 5)

    assert [round(at) for at, _ in played(work)] == [0, 0, 0, 0, 60]


@pytest.mark.parametrize("kind", ["images", "requests", "tokens"])
def test_what_is_used_up_is_waited_for(kind):
    async def work(loop):
        pace = LocalRateLimiter(clock=loop.time)
        pace.apply_server_limits(ServerLimits(**{kind: ServerLimit(100, 0, 12.5)}))
        return await entered(loop, pace, [1])

    assert played(work) == [(12.5, 1)]


def test_at_the_end_nobody_waits_any_longer():
    async def work(loop):
        pace = LocalRateLimiter(images=1, clock=loop.time)
        pace.pause(3600)
        waiting = asyncio.ensure_future(entered(loop, pace, [1, 1, 1]))
        sleeping = asyncio.ensure_future(pace.sleep(7200))
        await asyncio.sleep(4)
        pace.end()
        await sleeping
        return await waiting

    assert [at for at, _ in played(work)] == [4, 4, 4]


def test_one_that_gives_up_does_not_hold_the_others():
    async def work(loop):
        pace = LocalRateLimiter(images=1, clock=loop.time)
        await pace.acquire(1)
        first = asyncio.ensure_future(pace.acquire(1))
        second = asyncio.ensure_future(entered(loop, pace, [1]))
        await asyncio.sleep(1)
        first.cancel()
        return await second

    assert [round(at) for at, _ in played(work)] == [60]


def test_a_permit_that_is_given_back_is_free_for_another():
    async def work(loop):
        pace = LocalRateLimiter(images=1, clock=loop.time)
        pace.give_back(await pace.acquire(1))
        return await entered(loop, pace, [1, 1])

    assert [round(at) for at, _ in played(work)] == [0, 60]


@given(st.integers(1, 30), st.integers())
def test_backoff_stays_within_bounds(attempt, seed):
    assert 0 <= backoff(attempt, random.Random(seed)) <= min(60.0, 2.0 ** (attempt - 1))


def test_backoff_has_full_jitter_and_differs_between_workers():
    waits = [backoff(7, random.Random(seed)) for seed in range(200)]
    assert min(waits) < 10
    assert max(waits) > 50
    assert len(set(waits)) == 200
