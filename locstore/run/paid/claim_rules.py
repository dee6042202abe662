"""The rules by which a paid request may be sent: one table, used by the SQLite ledger, by batches and by Redis."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from enum import StrEnum


class Fact(StrEnum):
    """What can be known of a request when a claim is made for it. Several facts may be true at once."""

    CACHED = "cached"  # its picture is in the cache
    IN_BATCH = "in_batch"  # it is in a batch whose end is not known yet
    SENT = "sent"  # a living run or worker has sent it
    UNKNOWN_HERE = "unknown_here"  # a call of this very run may have been billed and brought no picture
    UNKNOWN = "unknown"  # a call of an earlier run may have been billed and brought no picture
    REFUSED = "refused"  # the server refused this very request


class Claim(StrEnum):
    """The answer to a claim."""

    SEND = "send"  # nothing forbids it: the call is now `sent`
    CACHED = "cached"  # use the picture in the cache
    IN_BATCH = "in_batch"  # take in the batch: `locstore run --attach`
    WAIT = "wait"  # somebody else waits for the answer: ask again later
    NEEDS_CONFIRMATION = "needs_confirmation"  # it may be billed twice: ask the user (`--retry-unknown`)
    REFUSED = "refused"  # do not send it again


@dataclasses.dataclass(frozen=True, slots=True)
class ClaimRule:
    """Where `fact` is true, the answer is `claim`; a rule with `until_confirmed` is passed over by --retry-unknown."""

    fact: Fact
    claim: Claim
    until_confirmed: bool = False


# The first rule whose fact is true decides. Without any the answer is SEND.
CLAIM_RULES: tuple[ClaimRule, ...] = (
    ClaimRule(Fact.CACHED, Claim.CACHED),
    ClaimRule(Fact.IN_BATCH, Claim.IN_BATCH),
    ClaimRule(Fact.SENT, Claim.WAIT),
    ClaimRule(Fact.UNKNOWN_HERE, Claim.NEEDS_CONFIRMATION),
    ClaimRule(Fact.UNKNOWN, Claim.NEEDS_CONFIRMATION, until_confirmed=True),
    ClaimRule(Fact.REFUSED, Claim.REFUSED),
)


def decide(facts: Collection[Fact], *, retry_unknown: bool) -> Claim:
    """The answer to a claim for a request of which exactly these facts are true."""
    for rule in CLAIM_RULES:
        if rule.fact in facts and not (rule.until_confirmed and retry_unknown):
            return rule.claim
    return Claim.SEND


def rules_as_text(*, retry_unknown: bool) -> str:
    """The rules that apply, as `fact=claim` separated by spaces: how claim.lua reads them."""
    return " ".join(f"{rule.fact}={rule.claim}" for rule in CLAIM_RULES if not (rule.until_confirmed and retry_unknown))
