"""The pictures: the words where the prompt says, the same every time, valid files of any size."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from images_server import Settings, running
from images_server.contract import Ask
from images_server.painting import ModelPainter, Picture, Zeros, base64_length, base64_pieces
from images_server.references import from_bytes
from images_server.typography import misspelt, read_design
from plain_client import PROMPT, asked, fetch, opened, png, post

from locstore.layout import compose
from locstore.prompt import make_prompt
from locstore.shots import Shot
from locstore.typeset import FontLibrary

ASK = Ask(
    endpoint="generations",
    model="gpt-image-2",
    prompt=PROMPT,
    size=(640, 1024),
    quality="low",
    asked_quality="low",
    output_format="png",
    compression=100,
    n=1,
)


@pytest.fixture(scope="module")
def painter() -> ModelPainter:
    return ModelPainter()


def test_a_design_spec_reads_back() -> None:
    design = read_design(PROMPT)
    headline, proof = design.blocks
    assert headline.lines == ("Never forget", 'to "water" it')
    assert (headline.name, headline.language, headline.rtl, headline.align) == ("Headline", "en", False, "center")
    assert (headline.letters, headline.weight, headline.color) == (0.05, 700, (0xFB, 0xFA, 0xDA))
    assert dataclasses.astuple(headline.area) == pytest.approx((0.1, 0.9, 0.1, 0.24))
    assert (proof.language, proof.rtl, proof.align, proof.text_background) == ("ar", True, "start", (0xE8, 0xA8, 0x7C))
    assert design.background == (0x33, 0x66, 0x50)
    assert design.device is not None
    assert dataclasses.astuple(design.device) == pytest.approx((0.25, 0.75, 0.5, 1.0))


@pytest.mark.parametrize("prompt", ["A fern.", "[Typography]\nNo words at all.\n", "[", "[Typography]\nline 1:"])
def test_other_prompts_have_no_words(prompt: str) -> None:
    assert read_design(prompt).blocks == ()


@pytest.mark.parametrize(
    ("locale", "language", "headline"),
    [
        ("ja", "ja", "もう水やりを忘れない"),
        ("ar", "ar", "لن تنسى سقي نباتاتك"),
        ("de", "en", 'Nie mehr "vergessen" \\o/'),
    ],
)
def test_the_prompts_of_locstore_are_understood(
    make_shot: Callable[..., Shot], library: FontLibrary, locale: str, language: str, headline: str
) -> None:
    """If the prompt's format changes, the server must learn it: it would paint pictures without words."""
    shot = make_shot(("headline", headline), ("badge", "12"), locale=locale)
    composition = compose(shot, library, lambda asset: (1, 1))
    design = read_design(make_prompt(composition))
    for block, slot in zip(design.blocks, composition.slots, strict=True):
        assert block.lines == tuple(line.text for line in slot.text_layout.lines)
        assert (block.language, block.rtl) == (language, locale == "ar")
        assert block.letters == pytest.approx(slot.text_layout.size / 2868, abs=0.001)
        assert block.color == slot.text_layout.style.color
        assert block.area.top == pytest.approx(slot.text_layout.lines[0].box.y / 2868, abs=0.006)
    assert design.blocks[1].text_background == (0xE8, 0xA8, 0x7C)
    assert design.background == (0x12, 0x37, 0x2A)


def _ink(picture: Picture) -> np.ndarray:
    """Where a picture differs from its own corner, shape (height, width)."""
    pixels = np.asarray(opened(bytes(picture))).astype(int)
    return np.abs(pixels - pixels[0, 0]).max(axis=2) > 40


def test_words_stand_at_their_places(painter: ModelPainter) -> None:
    ink = _ink(painter.paint(ASK))
    rows = np.flatnonzero(ink.any(axis=1)) / 1024
    columns = np.flatnonzero(ink[: int(0.25 * 1024)].any(axis=0)) / 640
    headline = rows[rows < 0.27]
    assert headline.min() > 0.09
    assert 0.2 < headline.max() < 0.25
    assert columns.min() > 0.09
    assert columns.max() < 0.91
    assert 0.28 < rows[rows > 0.27].min() < 0.31
    assert rows.max() < 0.35


def test_the_same_prompt_gives_the_same_bytes_and_another_one_others(painter: ModelPainter) -> None:
    assert bytes(painter.paint(ASK)) == bytes(ModelPainter().paint(ASK)) != bytes(painter.paint(ASK, 1))
    other = dataclasses.replace(ASK, prompt=PROMPT + "\n")
    assert bytes(painter.paint(other)) != bytes(painter.paint(ASK))


def test_the_reference_stands_where_the_device_is(painter: ModelPainter) -> None:
    ask = dataclasses.replace(ASK, endpoint="edits", references=(from_bytes(png(color="#ff0000"), "image"),))
    image = opened(bytes(painter.paint(ask)))
    assert image.getpixel((320, 800)) == (255, 0, 0)
    assert image.getpixel((80, 800)) != (255, 0, 0)


@pytest.mark.parametrize("size", [(16, 16), (640, 1024), (1328, 2880)])
def test_fast_flat_pictures_are_valid(size: tuple[int, int]) -> None:
    flat = ModelPainter(words=False)
    for prompt in ("a", "b", "c"):
        image = opened(bytes(flat.paint(dataclasses.replace(ASK, size=size, prompt=prompt))))
        assert (image.size, image.mode) == (size, "RGB")
        assert len(image.getcolors() or ()) == 1


@pytest.mark.parametrize("words", [True, False])
def test_pictures_are_padded_to_the_byte(*, words: bool) -> None:
    padded = ModelPainter(words=words, pad_to=300_000).paint(ASK)
    assert len(padded) == len(bytes(padded)) == 300_000
    plain = ModelPainter(words=words).paint(ASK)
    assert opened(bytes(padded)).tobytes() == opened(bytes(plain)).tobytes()


@given(st.lists(st.binary(max_size=11) | st.builds(Zeros, st.integers(0, 11)), max_size=8))
def test_base64_in_pieces_is_base64(parts: list[bytes | Zeros]) -> None:
    picture = Picture(tuple(parts), "image/png")
    text = b"".join(base64_pieces(picture))
    assert text == base64.b64encode(bytes(picture))
    assert base64_length(picture) == len(text)


def test_long_pictures_are_encoded_whole() -> None:
    picture = Picture((bytes(range(256)) * 3001, b"x", Zeros(700_001), b"yz"), "image/png")
    text = b"".join(base64_pieces(picture))
    assert text == base64.b64encode(bytes(picture))
    assert len(text) == base64_length(picture)


def test_a_padded_picture_is_the_same_behind_its_address() -> None:
    with running(Settings(answer="url", pad_to=700_000, words=False)) as server:
        reply = post(server, asked())
        file = fetch(server, reply.json["data"][0]["url"])
    assert len(file.body) == 700_000
    assert opened(file.body).size == (1024, 1024)


@given(st.text(min_size=1))
def test_a_misspelt_line_is_another_line(line: str) -> None:
    assert misspelt(line) != line


def test_misspelling_swaps_letters() -> None:
    assert misspelt("Never forget") == "Never forgte"
    assert misspelt("11 AA") == "11 AAA"
