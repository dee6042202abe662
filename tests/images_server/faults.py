"""What can go wrong between a client and an images API, and when it does: by seed, by script or on request."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from images_server.errors import ApiError
from images_server.typography import headline, read_design

NO_FAULT = "ok"

# An error instead of a picture; nothing is billed.
ERRORS = frozenset({
    "http-408", "http-409", "http-500", "http-503", "html-502", "error-200", "moderation",
    "rate-seconds", "rate-ms", "rate-date", "rate-bare", "fastapi-422",
})  # fmt: skip
# Errors after which every further request would fail too.
STOPPERS = frozenset({
    "bad-key", "unverified-org", "insufficient-quota", "billing-hard-limit", "retry-30-days", "proxy-quota",
})  # fmt: skip
# The connection fails. All but the first are billed: the request had arrived.
CONNECTION = frozenset({
    "reset-before-body", "reset-after-body", "reset-mid-answer", "hang", "slow-drip", "stale-connection",
})  # fmt: skip
# A picture that is not what was asked for. All are billed.
PICTURES = frozenset({"wrong-size", "near-size", "alpha", "wrong-format", "misspelt", "spelling"})
# An answer that does not hold what it should. All are billed.
ANSWERS = frozenset({"truncated-base64", "missing-item", "empty-data", "url-gone"})
# No faults, but other ways to hand a picture over that a gateway may choose.
HANDOVERS = frozenset({"answer-b64", "answer-url", "answer-data-uri"})

# A gateway that gave up waiting for the server behind it, which went on painting.
GATEWAY = {
    "gateway-408": 408,
    "gateway-504": 504,
    "gateway-520": 520,
    "gateway-524": 524,
}
# Answers with the picture in another place or spelling.
SHAPES = frozenset({
    "images-key", "raw-file", "base64url", "no-padding", "data-object", "data-strings", "event-stream", "usage-zero",
})  # fmt: skip
# Answers whose picture is on a host that the settings do not allow.
ELSEWHERE = "other-host-url"
# What no client can find a picture in.
NOTHING = "odd-json"
# Everything that a rough server answers, paid for each time; see `odd`.
ODD = frozenset(GATEWAY) | SHAPES | {ELSEWHERE, NOTHING}

ALL = ERRORS | STOPPERS | CONNECTION | PICTURES | ANSWERS | HANDOVERS | ODD
# What a total rate is spread over: a run goes on after each of these. A misspelt word is painted like any other
# picture and only found by reading it, so a rate of it is asked for by name.
USUAL = (ERRORS | CONNECTION | PICTURES | ANSWERS) - {"misspelt", "spelling", "url-gone", "fastapi-422"}

UNBILLED = ERRORS | STOPPERS | {"reset-before-body"}

HEADER = "x-test-fault"
_IN_PROMPT = re.compile(r"x-test-fault[:=] ?([a-z0-9,-]+)")


def spread(total: float, kinds: frozenset[str] = USUAL) -> dict[str, float]:
    """A total rate in equal parts over kinds of faults."""
    return dict.fromkeys(sorted(kinds), total / len(kinds))


def fraction(*parts: object) -> float:
    """A number in [0, 1) that depends on nothing but `parts`."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


class FaultPlan:
    """Decides the fault of each images request, the same one in every run.

    In order of precedence: the request's `x-test-fault` header, the same words in its prompt, the script (by the
    number of the request), the rates (by seed, prompt and the number of the attempt at this prompt), the share of
    headlines that are misspelt (by seed and the headline, whatever the rest of the prompt). Header and
    prompt hold a list with commas: the first name is for the first attempt, the last one repeats. Moderation
    ignores the attempt when it is drawn: a prompt that is refused once is refused always.
    """

    def __init__(
        self,
        seed: int,
        rates: Mapping[str, float],
        script: Sequence[str] = (),
        *,
        misspell: float = 0.0,
        misspell_tries: int = 1,
    ) -> None:
        unknown = [name for name in (*rates, *script) if name not in ALL and name != NO_FAULT]
        if unknown:
            raise ValueError(f"unknown faults: {', '.join(unknown)}; known are {', '.join(sorted(ALL))}")
        if sum(rates.values()) > 1 + 1e-9 or any(rate < 0 for rate in rates.values()):
            raise ValueError("the rates of faults must be between 0 and 1 together")
        self._seed = seed
        self._rates = dict(rates)
        self._script = tuple(script)
        self._attempts: dict[str, int] = {}
        self._misspell, self._misspell_tries = misspell, misspell_tries
        self._painted: dict[str, int] = {}

    def before_body(self, number: int, headers: Mapping[str, str]) -> bool:
        """Whether the images request of this number (from 0) is reset before its body is read.

        Only a header with this one name or the script can say so: all else is known after reading.
        """
        if HEADER in headers:
            return headers[HEADER].strip() == "reset-before-body"
        return self._scripted(number) == "reset-before-body"

    def fault(self, number: int, headers: Mapping[str, str], prompt: str, key: str) -> tuple[str, int]:
        """The fault (`ok`: none) and the number of the attempt at this prompt, from 1. Raises ApiError."""
        attempt = self._attempts[key] = self._attempts.get(key, 0) + 1
        marked = _IN_PROMPT.search(prompt)
        asked = headers.get(HEADER) or (marked[1] if marked else None)
        if asked:
            names = [name.strip() for name in asked.split(",")]
            name = names[min(attempt, len(names)) - 1]
            if name not in ALL and name != NO_FAULT:
                raise ApiError(400, f"No such fault: '{name}'.", param=HEADER, code="unknown_test_fault")
            return name, attempt
        drawn = self._scripted(number) or self._drawn(key, attempt)
        return self._spelled(prompt) if drawn == NO_FAULT else drawn, attempt

    def _scripted(self, number: int) -> str | None:
        if not self._script:
            return None
        return self._script[number] if number < len(self._script) else NO_FAULT

    def _spelled(self, prompt: str) -> str:
        """`spelling` for the first pictures of some headlines: a better prompt is known by the same words and place."""
        if not self._misspell:
            return NO_FAULT
        design = read_design(prompt)
        index = headline(design)
        if index is None:
            return NO_FAULT
        block = design.blocks[index]
        name = repr((block.head, block.lines, block.area))
        if fraction(self._seed, name, "misspell") >= self._misspell:
            return NO_FAULT
        self._painted[name] = self._painted.get(name, 0) + 1
        return "spelling" if self._painted[name] <= self._misspell_tries else NO_FAULT

    def _drawn(self, key: str, attempt: int) -> str:
        if fraction(self._seed, key, "moderation") < self._rates.get("moderation", 0.0):
            return "moderation"
        drawn = fraction(self._seed, key, attempt)
        for name in sorted(self._rates.keys() - {"moderation"}):
            drawn -= self._rates[name]
            if drawn < 0:
                return name
        return NO_FAULT
