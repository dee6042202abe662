"""The estimate against OpenAI's own table, and that an unknown price is never free."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.prompt.price import bill, estimate, model_prices, output_tokens

SIZES = st.tuples(st.integers(16, 3840), st.integers(16, 3840))


@pytest.mark.parametrize(
    ("size", "tokens"),
    [
        ((1024, 1024), (196, 1756, 7024)),
        ((1024, 1536), (158, 1372, 5488)),
        ((1536, 1024), (158, 1372, 5488)),
        # Single rows that users of the guide's calculator have published.
        ((1792, 1024), (139, 1243, 5063)),
        ((3584, 2048), (337, 3027, 12_329)),
    ],
)
def test_output_tokens_are_those_of_openai(size: tuple[int, int], tokens: tuple[int, int, int]) -> None:
    assert tuple(output_tokens(size, quality) for quality in ("low", "medium", "high")) == tokens


def test_a_call_in_dollars() -> None:
    found = estimate((1024, 1024), "medium", "gpt-image-2", 2700)
    assert (found.input_tokens, found.output_tokens) == (1000, 1756)
    assert found.dollars == pytest.approx((1000 * 5 + 1756 * 30) / 1e6)
    half = estimate((1024, 1024), "medium", "gpt-image-2", 2700, batch=True)
    assert half.dollars == pytest.approx((1000 * 5 + 1756 * 30) / 2e6)


def test_references_cost_image_tokens() -> None:
    without = estimate((1024, 1024), "low", "gpt-image-2", 350)
    square = estimate((1024, 1024), "low", "gpt-image-2", 350, [(512, 512)])
    tall = estimate((1024, 1024), "low", "gpt-image-2", 350, [(1320, 2868)])
    assert square.input_tokens - without.input_tokens == 65 + 129 + 4160
    assert tall.input_tokens - without.input_tokens == 65 + 3 * 129 + 6240
    assert square.dollars is not None
    assert without.dollars is not None
    assert square.dollars - without.dollars == pytest.approx((65 + 129 + 4160) * 8 / 1e6)


@pytest.mark.parametrize(
    ("quality", "like"), [("", "medium"), ("standard", "medium"), ("hd", "high"), ("auto", "high")]
)
def test_other_words_for_a_quality(quality: str, like: str) -> None:
    assert output_tokens((1024, 1024), quality) == output_tokens((1024, 1024), like)


def test_an_unknown_quality_has_no_price() -> None:
    found = estimate((1024, 1024), "xhigh", "gpt-image-2", 10)
    assert (found.output_tokens, found.dollars) == (None, None)


@pytest.mark.parametrize("model", ["gpt-image-1.5", "gpt-image-20", "my-gateway", ""])
def test_an_unknown_model_has_no_price(model: str) -> None:
    assert estimate((1024, 1024), "low", model, 10).dollars is None
    assert bill(1, 2, 3, model) is None


def test_the_qualities_of_a_later_model() -> None:
    qualities = ("low", "medium", "high", "xhigh", "max")
    tokens = [output_tokens((1024, 1024), quality, "gpt-image-2.5-flare") for quality in qualities]
    assert tokens == [196, 439, 1756, 3122, 7024]
    assert estimate((1024, 1024), "max", "gpt-image-2.5", 10).dollars is not None


def test_a_price_by_picture() -> None:
    prices = {"mine": {"picture": 0.04}}
    assert estimate((1024, 1024), "odd", "mine", 900, prices=prices).dollars == 0.04
    assert bill(9, 9, 9, "mine", prices=prices, batch=True) == 0.02


def test_a_dated_snapshot_costs_what_its_model_costs() -> None:
    assert model_prices("gpt-image-2-2026-04-21") == model_prices("gpt-image-2")


def test_a_project_overrides_prices_in_whole_and_in_part() -> None:
    mine = {"my-gateway": {"text_in": 1.0, "image_in": 1.0, "image_out": 10.0}, "gpt-image-2": {"image_out": 60.0}}
    assert bill(1_000_000, 1_000_000, 1_000_000, "my-gateway", prices=mine) == pytest.approx(12.0)
    assert model_prices("gpt-image-2", mine) == {"text_in": 5.0, "image_in": 8.0, "image_out": 60.0}
    assert model_prices("half-known", {"half-known": {"image_out": 1.0}}) is None


@given(SIZES, st.integers(0, 32_000))
def test_no_known_call_is_free_and_better_costs_more(size: tuple[int, int], characters: int) -> None:
    costs = [estimate(size, quality, "gpt-image-2", characters).dollars for quality in ("low", "medium", "high")]
    assert all(cost is not None and cost > 0 for cost in costs)
    assert costs == sorted(costs, key=lambda cost: cost or 0)
