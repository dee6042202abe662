"""Request sizes: legal for the model, covering the display, as small as can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.prompt import end_of_model, image_models, request_size
from locstore.stores import displays

MODEL = "gpt-image-2"


@pytest.mark.parametrize("display", displays().values(), ids=lambda d: d.id)
def test_every_store_size_is_covered_by_a_legal_request(display):
    for size in {display.size, *display.sizes}:
        request = request_size(size, MODEL)
        assert image_models(MODEL).problem((request.width, request.height)) is None
        assert request.covers == (request.width >= size[0] and request.height >= size[1])
        if size[0] * size[1] <= 8_000_000:
            assert request.covers


@pytest.mark.parametrize(
    ("display", "wanted"),
    [
        ((1320, 2868), "1328x2880"),
        ((2064, 2752), "2064x2752"),
        ((1080, 1920), "1088x1920"),
        ((3840, 2160), "3840x2160"),
    ],
)
def test_known_requests(display, wanted):
    assert request_size(display, MODEL).text == wanted


@given(st.integers(16, 8000), st.integers(16, 8000))
def test_any_size_gives_a_legal_request(width, height):
    request = request_size((width, height), MODEL)
    assert image_models(MODEL).problem((request.width, request.height)) is None


@given(st.integers(700, 3800), st.integers(700, 3800))
def test_no_smaller_legal_request_covers(width, height):
    family = image_models(MODEL)
    if family.problem((-(-width // 16) * 16, -(-height // 16) * 16)) is None:
        request = request_size((width, height), MODEL)
        assert request.width - width < 16
        assert request.height - height < 16


def test_legacy_models_take_the_nearest_of_three_sizes():
    assert request_size((1320, 2868), "gpt-image-1.5").text == "1024x1536"
    assert request_size((2868, 1320), "gpt-image-1-mini").text == "1536x1024"
    assert request_size((2048, 2048), "gpt-image-1.5").text == "1024x1024"
    assert not request_size((1320, 2868), "gpt-image-1.5").covers


def test_gateways_get_names_and_a_project_may_define_its_own():
    assert request_size((1320, 2868), MODEL, names={}).text == "vertical_1_2"
    assert request_size((1080, 1920), MODEL, names={}).text == "vertical_9_16"
    assert request_size((1320, 2868), MODEL, names={"tall": [1, 2], "wide": [2, 1]}).text == "tall"


@pytest.mark.parametrize(
    ("size", "why"),
    [
        ((1320, 2880), "multiples of 16"),
        ((3856, 2160), "longest edge"),
        ((3200, 1024), "factor of 3"),
        ((512, 512), "area"),
        ((3840, 3840), "area"),
    ],
)
def test_illegal_sizes_are_explained(size, why):
    assert why in (image_models(MODEL).problem(size) or "")


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("gpt-image-1.5", "ends at OpenAI on 2026-12-01"),
        ("gpt-image-1-mini", "ends at OpenAI on 2026-12-01"),
        ("chatgpt-image-latest", "ends at OpenAI on 2026-12-01"),
        ("gpt-image-1-2025-04-23", "gpt-image-1 is gone"),
        ("dall-e-2", "dall-e-2 is gone"),
    ],
)
def test_the_end_of_a_model_is_told(model, told):
    assert told in end_of_model(model)
    assert "images.model" in end_of_model(model)


@pytest.mark.parametrize("model", ["gpt-image-2", "gpt-image-2.6-flare", "gpt-image-2-2026-04-21", "my-deployment"])
def test_a_model_without_a_known_end_has_no_hint(model):
    assert end_of_model(model) == ""
