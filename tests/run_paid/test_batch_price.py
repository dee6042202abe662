"""What a batch costs: half, or what the project says."""

from __future__ import annotations

import pytest

from locstore.prompt import bill, estimate
from locstore.prompt.price import batch_factor


def test_half() -> None:
    assert batch_factor("gpt-image-2") == batch_factor("of-tomorrow") == 0.5
    full, half = (estimate((1024, 1024), "high", "gpt-image-2", 700, batch=batch) for batch in (False, True))
    assert full.dollars is not None
    assert half.dollars == pytest.approx(full.dollars / 2)
    assert (half.input_tokens, half.output_tokens) == (full.input_tokens, full.output_tokens)


def test_a_row_of_the_project() -> None:
    prices = {"mine": {"text_in": 1.0, "image_in": 2.0, "image_out": 4.0, "batch": 0.4}, "gpt-image-2": {"batch": 1.0}}
    assert bill(10**6, 10**6, 10**6, "mine", prices=prices, batch=True) == pytest.approx(2.8)
    assert bill(10**6, 10**6, 10**6, "mine", prices=prices) == pytest.approx(7.0)
    assert batch_factor("gpt-image-2-2026-04-21", prices) == 1.0
    assert bill(1, 1, 1, "unknown", prices=prices, batch=True) is None
