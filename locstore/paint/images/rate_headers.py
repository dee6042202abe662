"""How long the server asks us to wait, in all the forms in which it says so, and the limits it tells."""

from __future__ import annotations

import dataclasses
import datetime
import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_NUMBER = re.compile(r"\s*(\d{1,12}(?:\.\d{1,9})?)\s*", re.ASCII)
_UNIT = r"milliseconds?|msecs?|ms|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s"
_LENGTH = rf"\d{{1,9}}(?:\.\d{{1,9}})?\s*(?:{_UNIT})(?![a-z])\s*"
_SPAN = re.compile(rf"(\d{{1,9}}(?:\.\d{{1,9}})?)\s*({_UNIT})(?![a-z])", re.ASCII | re.IGNORECASE)
_ASKED = re.compile(rf"(?:try again|retry)\s+(?:in|after)\s+((?:{_LENGTH})+)", re.ASCII | re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class ServerLimit:
    """One limit of the server: how many in its window, how many are left, seconds until it is full again."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ServerLimits:
    """What the `x-ratelimit-*` headers told."""

    requests: ServerLimit | None = None
    images: ServerLimit | None = None
    tokens: ServerLimit | None = None


def wait_asked(headers: Mapping[str, str], message: str, now: datetime.datetime | None = None) -> float | None:
    """Seconds to wait, or None if nothing was said.

    `retry-after-ms` comes first, then `retry-after` (seconds or an HTTP date), then words such as "try again in
    1m30s". A date is read against the answer's own Date header where there is one, so that our clock does not matter;
    else against `now`. `headers` have lower-case names.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    after = headers.get("retry-after", "")
    seconds = _number(after)
    if seconds is None:
        seconds = _until(after, headers.get("date", ""), now)
    if seconds is not None:
        return seconds
    asked = _ASKED.search(message)
    return _span(asked[1]) if asked else None


def limits_told(headers: Mapping[str, str]) -> ServerLimits | None:
    """The limits in the `x-ratelimit-*` headers, or None. `headers` have lower-case names."""
    found = ServerLimits(*(_limit(headers, unit) for unit in ("requests", "images", "tokens")))
    return None if found == ServerLimits() else found


def _limit(headers: Mapping[str, str], unit: str) -> ServerLimit | None:
    limit, remaining = (_number(headers.get(f"x-ratelimit-{what}-{unit}", "")) for what in ("limit", "remaining"))
    text = headers.get(f"x-ratelimit-reset-{unit}", "")
    reset = _number(text)
    found = ServerLimit(
        None if limit is None else int(limit),
        None if remaining is None else int(remaining),
        _span(text) if reset is None else reset,
    )
    return None if found == ServerLimit() else found


def _number(text: str) -> float | None:
    match = _NUMBER.fullmatch(text)
    return float(match[1]) if match else None


def _span(text: str) -> float | None:
    """Seconds in "12s", "1m30s", "850ms", "2 hours"; None if there is none."""
    total, found = 0.0, False
    for number, name in _SPAN.findall(text):
        unit = name.lower()
        scale = 0.001 if unit.startswith(("ms", "mil")) else {"h": 3600.0, "m": 60.0, "s": 1.0}[unit[0]]
        total, found = total + float(number) * scale, True
    return total if found and math.isfinite(total) else None


def _until(text: str, server_date: str, now: datetime.datetime | None) -> float | None:
    at = _date(text)
    if at is None:
        return None
    start = _date(server_date) or now or datetime.datetime.now(datetime.UTC)
    return max(0.0, (at - start).total_seconds())


def _date(text: str) -> datetime.datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=datetime.UTC)
