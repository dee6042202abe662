"""The limits of a minute hold, and the headers tell the truth about them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images_server import Settings, running
from images_server.errors import duration
from images_server.limiter import Bucket, Limiter
from plain_client import asked, post


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 500), st.lists(st.tuples(st.floats(0, 30), st.integers(1, 10)), max_size=60))
def test_never_more_than_the_limit_and_what_was_full_in_any_minute(limit: int, steps: list[tuple[float, int]]) -> None:
    clock = Clock()
    bucket = Bucket(limit, clock)
    taken = 0
    for pause, amount in steps:
        clock.now += pause
        if bucket.wait_for(amount) == 0:
            bucket.take(amount)
            taken += amount
    # An ask for more than a minute holds is served by a full bucket, and owes the rest.
    assert taken <= limit + limit * clock.now / 60 + 10


@given(st.integers(1, 500), st.integers(1, 10))
def test_who_waits_as_told_is_served(limit: int, amount: int) -> None:
    clock = Clock()
    limiter = Limiter(limit, None, clock=clock)
    while (refused := limiter.refusal("gpt-image-2", amount, 0)) is None:
        pass
    clock.now += int(refused.headers["retry-after-ms"]) / 1000
    assert limiter.refusal("gpt-image-2", amount, 0) is None


def test_a_refusal_takes_nothing() -> None:
    limiter = Limiter(10, 100, clock=Clock())
    assert limiter.refusal("gpt-image-2", 1, 99) is None
    refused = limiter.refusal("gpt-image-2", 1, 50)
    assert refused is not None
    assert (refused.error["type"], refused.status) == ("tokens", 429)
    assert "Limit 100, Used 99, Requested 50" in refused.error["message"]
    assert limiter.headers()["x-ratelimit-remaining-requests"] == "9"


def test_the_sixth_image_of_a_minute_is_refused() -> None:
    with running(Settings(images_per_minute=5, words=False)) as server:
        replies = [post(server, asked(prompt=f"Fern {number}")) for number in range(6)]
        assert [reply.status for reply in replies] == [200] * 5 + [429]
        assert [reply.headers["x-ratelimit-remaining-requests"] for reply in replies] == ["4", "3", "2", "1", "0", "0"]
        assert replies[0].headers["x-ratelimit-limit-requests"] == "5"
        last = replies[-1]
        assert last.error["code"] == "rate_limit_exceeded"
        assert last.error["message"].startswith("Rate limit reached for gpt-image-2 in organization org-test on images")
        assert 10 <= int(last.headers["retry-after"]) <= 12
        assert server.billed == 5
        assert server.requests[-1].fault == "limit"


def test_images_count_not_requests() -> None:
    with running(Settings(images_per_minute=5, words=False)) as server:
        assert [post(server, asked(n=n)).status for n in (3, 3, 2)] == [200, 429, 200]


def test_tokens_count_too() -> None:
    with running(Settings(tokens_per_minute=500, words=False)) as server:
        replies = [post(server, asked(quality="low")) for _ in range(3)]
        assert [reply.status for reply in replies] == [200, 200, 429]
        assert replies[0].headers["x-ratelimit-limit-tokens"] == "500"


def test_a_limit_may_be_silent() -> None:
    with running(Settings(images_per_minute=1, rate_headers=False, words=False)) as server:
        post(server, asked())
        reply = post(server, asked())
    assert reply.status == 429
    assert not [name for name in reply.headers if name.startswith(("x-ratelimit", "retry-after"))]
    assert "Please try again in " in reply.error["message"]


def test_a_fast_limit_fills_up_again() -> None:
    with running(Settings(images_per_minute=600, words=False)) as server:
        for _ in range(500):
            refused = post(server, asked(n=10))
            if refused.status == 429:
                break
        time.sleep(int(refused.headers["retry-after-ms"]) / 1000)
        assert post(server, asked(n=10)).status == 200


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2315, "232ms"), (7.188, "7.188s"), (12, "12s"), (1.2, "1.2s"), (90, "1m30s")]
)
def test_durations_are_written_as_the_api_does(seconds: float, text: str) -> None:
    assert duration(seconds) == text
