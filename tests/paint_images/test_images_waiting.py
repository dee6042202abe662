"""How long to wait, in every form in which servers say it."""

from __future__ import annotations

import datetime

import pytest

from locstore.paint.images.rate_headers import ServerLimit, ServerLimits, limits_told, wait_asked

NOW = datetime.datetime(2026, 11, 22, 10, 0, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after-ms": "850"}, "", 0.85),
        ({"retry-after-ms": "1500.5", "retry-after": "9"}, "try again in 20s", 1.5005),
        ({"retry-after": "12"}, "try again in 20s", 12),
        ({"retry-after": " 0.5 "}, "", 0.5),
        ({"retry-after": "Sun, 22 Nov 2026 10:01:30 GMT"}, "", 90),
        ({"retry-after": "Sunday, 22-Nov-26 10:01:30 GMT"}, "", 90),
        ({"retry-after": "Sun, 22 Nov 2026 09:00:00 GMT"}, "", 0),
        ({"retry-after": "Sun, 22 Nov 2026 10:01:30 GMT", "date": "Sun, 22 Nov 2026 10:01:20 GMT"}, "", 10),
        ({}, "Rate limit reached. Please try again in 12s.", 12),
        ({}, "Please try again in 1m30s. Visit", 90),
        ({}, "Please try again in 850ms.", 0.85),
        ({}, "Try again in 1.5 seconds", 1.5),
        ({}, "Please retry after 26 seconds.", 26),
        ({}, "try again in 2 minutes", 120),
        ({}, "try again in 1h2m3s", 3723),
        ({"retry-after": "soon"}, "try again in 7s", 7),
        ({"retry-after": "-5"}, "", None),
        ({"retry-after": "nan"}, "", None),
        ({"retry-after": "inf"}, "", None),
        ({"retry-after": "1e9"}, "", None),
        ({"retry-after": "٣"}, "", None),
        ({}, "try again in a while", None),
        ({}, "try again in 5 shops", None),
        ({}, "", None),
    ],
)
def test_the_wait_that_is_asked_for(headers: dict[str, str], message: str, seconds: float | None) -> None:
    assert wait_asked(headers, message, NOW) == (None if seconds is None else pytest.approx(seconds))


def test_limits_are_read_from_the_headers() -> None:
    headers = {
        "x-ratelimit-limit-requests": "50",
        "x-ratelimit-remaining-requests": "49",
        "x-ratelimit-reset-requests": "1.2s",
        "x-ratelimit-remaining-tokens": "249000",
        "x-ratelimit-reset-tokens": "6m0s",
        "x-ratelimit-limit-images": "many",
    }
    assert limits_told(headers) == ServerLimits(
        requests=ServerLimit(50, 49, 1.2), images=None, tokens=ServerLimit(None, 249_000, 360.0)
    )
    assert limits_told({}) is None
