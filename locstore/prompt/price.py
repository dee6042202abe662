"""What a picture will cost, before it is asked for. An estimate: the bill is the `usage` of the answer."""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

_COLUMNS = ("text_in", "image_in", "image_out")


@dataclasses.dataclass(frozen=True, slots=True)
class Estimate:
    """Tokens and US dollars of one call. `dollars` is None where the model's price is not known; it is never 0 then.

    `output_tokens` is None for a quality that the formula does not know.
    """

    input_tokens: int
    output_tokens: int | None
    dollars: float | None


def estimate(
    size: tuple[int, int],
    quality: str,
    model: str,
    prompt_characters: int,
    reference_sizes: Sequence[tuple[int, int]] = (),
    *,
    prices: Mapping[str, Mapping[str, float]] | None = None,
    batch: bool = False,
) -> Estimate:
    """The cost of one picture of `size` (width, height) pixels.

    `prices` (model -> text_in, image_in, image_out in dollars per million tokens) goes before the table that comes
    with locstore; a row may give some of the columns. `batch` is the batch API's price: half, unless the model's row
    has another factor as `batch`. Source: OpenAI's image generation guide and batch guide, 2026-11.
    """
    text = math.ceil(prompt_characters / _data()["characters_per_token"])
    images = sum(_reference_tokens(reference) for reference in reference_sizes)
    output = output_tokens(size, quality, model)
    # A price by picture holds for any quality, also one that the formula does not know.
    flat = "picture" in {**_row(_data()["model"], model), **_row(prices or {}, model)}
    known = output is not None or flat
    dollars = bill(text, images, output or 0, model, prices=prices, batch=batch) if known else None
    return Estimate(text + images, output, dollars)


def output_tokens(size: tuple[int, int], quality: str, model: str = "") -> int | None:
    """Tokens of a painted picture at a quality of a model, or None for a quality without a number."""
    data = _data()
    own: dict[str, int] = next((row for prefix, row in data["quality_of"].items() if model.startswith(prefix)), {})
    named = data["quality_as"].get(quality, quality)
    work = own.get(quality, own.get(named, data["quality"].get(named)))
    if work is None:
        return None
    longer, shorter = max(size), min(size)
    # Beyond the API's 3:1 the formula would come to nothing; no picture is free.
    across = max(1, (2 * work * shorter + longer) // (2 * longer))
    tokens: int = (work * across * (2_000_000 + size[0] * size[1]) + 3_999_999) // 4_000_000
    return tokens


def bill(
    text_tokens: int,
    image_tokens: int,
    output: int,
    model: str,
    *,
    prices: Mapping[str, Mapping[str, float]] | None = None,
    batch: bool = False,
) -> float | None:
    """US dollars for the tokens that an answer's `usage` tells, or None where the price is not known."""
    flat = {**_row(_data()["model"], model), **_row(prices or {}, model)}.get("picture")
    if flat is not None:
        return float(flat) * (batch_factor(model, prices) if batch else 1.0)
    row = model_prices(model, prices)
    if row is None:
        return None
    dollars = (text_tokens * row["text_in"] + image_tokens * row["image_in"] + output * row["image_out"]) / 1e6
    return dollars * (batch_factor(model, prices) if batch else 1.0)


def batch_factor(model: str, prices: Mapping[str, Mapping[str, float]] | None = None) -> float:
    """What a call costs by the batch API, as a part of its price: 0.5, or `batch` of the model's row in `prices`."""
    row = {**_row(_data()["model"], model), **_row(prices or {}, model)}
    return float(row.get("batch", _data()["batch_factor"]))


def model_prices(model: str, prices: Mapping[str, Mapping[str, float]] | None = None) -> dict[str, float] | None:
    """Dollars per million tokens by column, or None if a column is not known."""
    row = {**_row(_data()["model"], model), **_row(prices or {}, model)}
    return {column: float(row[column]) for column in _COLUMNS} if all(column in row for column in _COLUMNS) else None


def _row(table: Mapping[str, Mapping[str, float]], model: str) -> Mapping[str, float]:
    """A model's row: by its name, else by the name without the date of a snapshot."""
    return table.get(model) or table.get(re.sub(r"-\d{4}-\d{2}-\d{2}$", "", model)) or {}


def _reference_tokens(size: tuple[int, int]) -> int:
    rule: dict[str, int] = _data()["reference"]
    longer, shorter = max(size), min(size)
    tiles = math.ceil(longer / shorter)
    return rule["base"] + rule["each"] * tiles + (rule["square"] if longer == shorter else rule["oblong"])


@cache
def _data() -> dict[str, Any]:
    text = resources.files("locstore.prompt").joinpath("data", "prices.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
