"""What every payment ledger promises of a claim; a subclass brings a ledger, in SQLite or in Redis."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from locstore.run.paid import CLAIM_RULES, CallState, Claim, Fact, decide

KEY = "a" * 64
OTHER = "b" * 64


class ClaimContract:
    """`open_ledger(run)` gives a ledger of the run of this name, another run's for another name."""

    cache: set[str]

    def open_ledger(self, run: str) -> Any:
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _cache(self) -> None:
        self.cache = set()

    def claim(self, ledger: Any, *, retry_unknown: bool = False, key: str = KEY) -> tuple[Claim, int]:
        found: tuple[Claim, int] = ledger.claim(
            key, shot="hero/de/x", model="m", estimate=0.25, retry_unknown=retry_unknown
        )
        return found

    def test_what_is_sent_is_waited_for(self) -> None:
        first, other = self.open_ledger("one"), self.open_ledger("two")
        claim, call = self.claim(first)
        assert claim is Claim.SEND
        assert call > 0
        for ledger, retry in itertools.product((first, other), (False, True)):
            assert self.claim(ledger, retry_unknown=retry) == (Claim.WAIT, 0)
        assert self.claim(other, key=OTHER)[0] is Claim.SEND

    @pytest.mark.parametrize("cached", [False, True])
    @pytest.mark.parametrize("retry", [False, True])
    @pytest.mark.parametrize("same_run", [False, True])
    @pytest.mark.parametrize("state", list(CallState))
    def test_each_state_as_the_rules_say(self, state: CallState, same_run: bool, retry: bool, cached: bool) -> None:
        first = self.open_ledger("one")
        ledger = first if same_run else self.open_ledger("two")
        _, call = self.claim(first)
        if state is not CallState.SENT:
            first.settle(call, state)
        facts = {
            CallState.SENT: {Fact.SENT},
            CallState.REFUSED: {Fact.REFUSED},
            CallState.UNKNOWN: {Fact.UNKNOWN_HERE if same_run else Fact.UNKNOWN},
        }.get(state, set())
        if cached:
            self.cache.add(KEY)
            facts = facts | {Fact.CACHED}
        assert self.claim(ledger, retry_unknown=retry)[0] is decide(facts, retry_unknown=retry)

    def test_confirmed_once_it_is_repeated_once(self) -> None:
        first = self.open_ledger("one")
        first.settle(self.claim(first)[1], CallState.UNKNOWN)
        later = self.open_ledger("two")
        claim, call = self.claim(later, retry_unknown=True)
        assert claim is Claim.SEND
        later.settle(call, CallState.UNKNOWN)
        assert self.claim(later, retry_unknown=True)[0] is Claim.NEEDS_CONFIRMATION, "once for each run"
        last = self.open_ledger("three")
        assert self.claim(last)[0] is Claim.NEEDS_CONFIRMATION
        assert self.claim(last, retry_unknown=True)[0] is Claim.SEND

    def test_a_picture_that_comes_after_the_look_into_the_cache(self) -> None:
        first, other = self.open_ledger("one"), self.open_ledger("two")
        _, call = self.claim(first)
        self.cache.add(KEY)
        first.settle(call, CallState.DONE)
        assert self.claim(other) == (Claim.CACHED, 0)


def test_the_first_rule_that_applies_decides() -> None:
    for count in range(len(Fact) + 1):
        for facts in itertools.combinations(Fact, count):
            for retry in (False, True):
                applying = [
                    rule.claim for rule in CLAIM_RULES if rule.fact in facts and not (retry and rule.until_confirmed)
                ]
                assert decide(facts, retry_unknown=retry) is (applying[0] if applying else Claim.SEND)
    assert {rule.fact for rule in CLAIM_RULES} == set(Fact)


@pytest.mark.parametrize(
    ("facts", "retry", "claim"),
    [
        ({Fact.CACHED, Fact.UNKNOWN, Fact.SENT, Fact.REFUSED}, False, Claim.CACHED),
        ({Fact.IN_BATCH, Fact.UNKNOWN}, True, Claim.IN_BATCH),
        ({Fact.SENT, Fact.UNKNOWN}, True, Claim.WAIT),
        ({Fact.UNKNOWN, Fact.REFUSED}, False, Claim.NEEDS_CONFIRMATION),
        ({Fact.UNKNOWN, Fact.REFUSED}, True, Claim.REFUSED),
        ({Fact.UNKNOWN}, True, Claim.SEND),
        ({Fact.UNKNOWN_HERE}, True, Claim.NEEDS_CONFIRMATION),
        (set(), False, Claim.SEND),
    ],
)
def test_the_order_of_the_rules(facts: set[Fact], retry: bool, claim: Claim) -> None:
    assert decide(facts, retry_unknown=retry) is claim
