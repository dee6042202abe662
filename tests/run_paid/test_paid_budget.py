"""The budget: no order of calls, in parallel and with any end, passes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.run.paid import LocalBudget

STEP = st.tuples(st.floats(0, 3), st.sampled_from(["open", "done", "unknown", "failed", "not-sent"]), st.floats(0, 1))


@given(st.integers(0, 6), st.floats(0, 8), st.lists(STEP, max_size=40), st.integers(1, 5))
def test_it_is_never_passed(max_calls, max_cost, steps, at_once):
    budget = LocalBudget(max_calls, max_cost)
    flying = []
    left, paid = 0, 0.0

    def end(price, how, share):
        nonlocal left, paid
        if how == "not-sent":
            budget.release(price)
            return
        left += 1
        billed = price * share if how == "done" else None
        paid += {"done": price * share, "unknown": price}.get(how, 0.0)
        budget.settle(price, billed, paid=how in ("done", "unknown"))

    for price, how, share in steps:
        if budget.reserve(price) is None:
            flying.append((price, "unknown" if how == "open" else how, share))
        while len(flying) > (at_once if how == "open" else 0):
            end(*flying.pop(0))
        assert left + len(flying) <= max_calls
        assert paid + sum(price for price, *_ in flying) <= max_cost + 1e-6
        assert budget.calls == left + len(flying)
    for one in flying:
        end(*one)
    assert budget.counted == pytest.approx(paid)
    assert budget.reserved == pytest.approx(0, abs=1e-9)


def test_a_refused_reservation_takes_nothing():
    budget = LocalBudget(max_calls=2, max_cost=1.0)
    assert budget.reserve(0.6) is None
    assert "--max-cost" in budget.reserve(0.6)
    assert budget.reserve(0.4) is None
    assert "--max-calls" in budget.reserve(0.0)
    assert (budget.calls, budget.reserved) == (2, 1.0)


def test_a_price_that_is_not_known_cannot_be_kept_to():
    assert "price is not known" in LocalBudget(max_cost=100).reserve(None)
    assert LocalBudget(max_calls=1).reserve(None) is None


def test_a_request_that_brought_nothing_counts_as_a_call_but_costs_nothing():
    budget = LocalBudget(max_calls=1, max_cost=1.0)
    assert budget.reserve(1.0) is None
    budget.settle(1.0, None, paid=False)
    assert budget.reserve(1.0) is not None
    assert (budget.billed, budget.estimated, budget.reserved) == (0, 0, 0)


def test_the_bill_takes_the_place_of_the_estimate():
    budget = LocalBudget(max_cost=1.0)
    budget.reserve(0.9)
    budget.settle(0.9, 0.2, paid=True)
    assert budget.reserve(0.8) is None
    assert (budget.billed, budget.estimated) == (0.2, 0.9)
