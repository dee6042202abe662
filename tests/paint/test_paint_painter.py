"""What every painter must do: a contract that a test class for each painter inherits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from locstore.layout import Composition, compose
from locstore.paint import LocalPainter, Painter, UnreadablePicture, picture_size
from locstore.shots import Asset, Shot
from locstore.typeset import Box, FontLibrary

SIZE = (330, 717)
GROUND, CAPTURE, LOGO, PILL = (18, 55, 42), (20, 120, 220), (250, 0, 250), (232, 168, 124)
WORDS = [("headline", "Never forget to *water*", {"highlight": {"color": "#ff8000"}}), ("badge", "Save $120")]
BLANK = ("headline", " ")
Compose = Callable[..., Composition]
Pixels = npt.NDArray[np.uint8]


def saved(path: Path, image: Image.Image) -> Asset:
    image.save(path, "PNG")
    return Asset(path, path.name, hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture
def capture(tmp_path: Path) -> Asset:
    return saved(tmp_path / "capture.png", Image.new("RGB", (330, 717), CAPTURE))


@pytest.fixture
def composed(make_shot: Callable[..., Shot], library: FontLibrary) -> Compose:
    """A composition of a shot with usual words, of a small custom display."""

    def composed(*slots: tuple[Any, ...], **design: Any) -> Composition:
        shot = make_shot(*(slots or WORDS), **{"display": SIZE, **design})
        found = compose(shot, library, lambda asset: picture_size(asset.path))
        # The canvas is small, so that painting is quick; its words are.
        assert [finding for finding in found.findings if finding.code != "compose-small-words"] == []
        return found

    return composed


def near(pixels: Pixels, color: tuple[int, int, int], slack: int = 2) -> npt.NDArray[np.bool_]:
    """Where the colour is, as a mask."""
    return np.asarray((np.abs(pixels.astype(int) - color) <= slack).all(axis=2))


def part(pixels: Pixels, box: Box) -> Pixels:
    """The pixels wholly inside a box."""
    return pixels[max(0, round(box.y)) : round(box.bottom), max(0, round(box.x)) : round(box.right)]


def word_area(composition: Composition) -> npt.NDArray[np.bool_]:
    """Where words and plates may be painted."""
    mask = np.zeros(composition.shot.size[::-1], bool)
    for slot in composition.slots:
        for box in [slot.text_background.box if slot.text_background else None, slot.text_layout.ink]:
            if box is not None:
                mask[max(0, int(box.y) - 3) : int(box.bottom) + 4, max(0, int(box.x) - 3) : int(box.right) + 4] = True
    return mask


class PainterContract:
    """A painter turns a composition into exact pixels. Subclasses give `painter`."""

    @pytest.fixture
    def painter(self, library: FontLibrary) -> Painter:
        raise NotImplementedError

    @pytest.mark.parametrize("size", [SIZE, (717, 330), (64, 64), (500, 501), "iphone_69"])
    def test_the_size_is_exact(self, painter: Painter, composed: Compose, size: Any) -> None:
        composition = composed(("caption", "Hi"), display=size)
        pixels = painter.paint(composition)
        width, height = composition.shot.size
        assert pixels.shape == (height, width, 3)
        assert pixels.dtype == np.uint8

    def test_the_same_composition_gives_the_same_pixels(
        self, painter: Painter, composed: Compose, capture: Asset
    ) -> None:
        composition = composed(capture=capture)
        first = painter.paint(composition)
        other = painter.paint(composed(("headline", "Nie wieder *Gießen*"), capture=capture))
        again = painter.paint(composition)
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)

    def test_pixels_belong_to_the_caller(self, painter: Painter, composed: Compose) -> None:
        composition = composed()
        pixels = painter.paint(composition)
        kept = pixels.copy()
        pixels[:] = 0
        assert np.array_equal(painter.paint(composition), kept)

    @pytest.mark.parametrize("locale", ["en", "ar"])
    def test_words_change_pixels_only_where_they_stand(
        self, painter: Painter, composed: Compose, capture: Asset, locale: str
    ) -> None:
        words = composed(capture=capture, locale=locale)
        blank = composed(BLANK, capture=capture, locale=locale)
        changed = (painter.paint(words) != painter.paint(blank)).any(axis=2)
        area = word_area(words)
        assert changed.any()
        assert not (changed & ~area).any()
        region = words.text_region
        rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
        assert region.contains(Box(columns[0], rows[0], columns[-1] - columns[0], rows[-1] - rows[0]), 3)

    def test_words_have_their_colours(self, painter: Painter, composed: Compose) -> None:
        composition = composed()
        pixels = painter.paint(composition)
        headline, badge = composition.slots
        assert headline.text_layout.ink is not None
        assert badge.text_background is not None
        for color in ((251, 250, 218), (255, 128, 0), GROUND):
            assert near(part(pixels, headline.text_layout.ink), color).mean() > 0.02
        text_background = part(pixels, badge.text_background.box)
        assert near(text_background, PILL).mean() > 0.4
        assert near(text_background, (18, 55, 42)).mean() > 0.02
        # The plate's ends are round.
        assert near(text_background, GROUND)[0, 0]
        assert near(text_background, GROUND)[-1, -1]

    def test_the_capture_fills_the_screen(self, painter: Painter, composed: Compose, capture: Asset) -> None:
        composition = composed(BLANK, capture=capture, layout="art-only")
        assert composition.device is not None
        screen = composition.device.screen
        inner = Box(screen.x, screen.y + screen.height * 0.2, screen.width, screen.height * 0.6)
        assert near(part(painter.paint(composition), inner), CAPTURE, 0).all()

    @pytest.mark.parametrize("locale", ["en", "he"])
    def test_the_logo_is_in_its_place(self, painter: Painter, composed: Compose, tmp_path: Path, locale: str) -> None:
        logo = saved(tmp_path / "logo.png", Image.new("RGBA", (200, 100), (*LOGO, 255)))
        composition = composed(logo=logo, locale=locale, layout="caption-side")
        assert composition.logo is not None
        seen = near(painter.paint(composition), LOGO, 0)
        box = composition.logo.box
        assert part(seen, box).sum() == seen.sum()  # type: ignore[arg-type]
        assert seen.sum() == pytest.approx(box.width * box.height / 2, rel=0.1)

    def test_an_unreadable_picture_is_named(self, painter: Painter, composed: Compose, capture: Asset) -> None:
        composition = composed(capture=capture)
        data = capture.path.read_bytes()
        capture.path.write_bytes(data[: len(data) // 2])
        with pytest.raises(UnreadablePicture, match="damaged"):
            painter.paint(composition)

    @pytest.mark.parametrize("layout", ["caption-top", "caption-side", "full-bleed", "art-only"])
    @pytest.mark.parametrize("size", [(16, 16), (16, 300), (300, 16)])
    @pytest.mark.parametrize("picture", [(1, 1), (900, 9), (9, 900)])
    def test_nothing_is_too_small_or_too_odd_to_be_painted(
        self,
        painter: Painter,
        make_shot: Callable[..., Shot],
        library: FontLibrary,
        tmp_path: Path,
        layout: str,
        size: tuple[int, int],
        picture: tuple[int, int],
    ) -> None:
        asset = saved(tmp_path / "odd.png", Image.new("RGBA", picture, (*LOGO, 99)))
        design = {"layout": layout, "capture": asset, "logo": asset, "display": size, "scrim": "#000000"}
        shot = make_shot(*WORDS, device={"scale": 2, "shift": (0.9, -1.5)}, **design)
        composition = compose(shot, library, lambda asset: picture_size(asset.path))
        assert painter.paint(composition).shape == (size[1], size[0], 3)


class TestLocalPainter(PainterContract):
    @pytest.fixture
    def painter(self, library: FontLibrary) -> Painter:
        return LocalPainter(library)

    def test_two_painters_agree_whatever_they_keep(
        self, library: FontLibrary, composed: Compose, capture: Asset
    ) -> None:
        design = {"gradient": ["#436850", "#12372a"], "angle": 120, "glow": [{"color": "#ffffff"}]}
        compositions = [composed(capture=capture, background=design, locale=locale) for locale in ("en", "de", "he")]
        results = []
        for budget in (0, 700_000, 10**8):
            painter = LocalPainter(library, cache_bytes=budget)
            results.append([painter.paint(composition) for composition in [*compositions, *compositions]])
        for one, two, three in zip(*results, strict=True):
            assert np.array_equal(one, two)
            assert np.array_equal(two, three)

    def test_the_ground_is_painted_once_for_all_locales(
        self, library: FontLibrary, composed: Compose, capture: Asset
    ) -> None:
        painter = LocalPainter(library)
        painter.paint(composed(capture=capture, locale="en"))
        capture.path.unlink()
        with pytest.raises(FileNotFoundError):
            capture.path.stat()
        found = composed_like(composed, capture)
        assert painter.paint(found).shape == (SIZE[1], SIZE[0], 3)

    def test_backgrounds(self, library: FontLibrary, composed: Compose, tmp_path: Path) -> None:
        painter = LocalPainter(library)
        solid = painter.paint(composed(BLANK, background="#102030"))
        assert near(solid, (16, 32, 48), 0).all()
        gradient = painter.paint(composed(BLANK, background={"gradient": ["#000000", "#c86432"]}))
        assert gradient[0].max() <= 1
        assert near(gradient[-1:], (200, 100, 50)).all()
        glowing = {"solid": "#102030", "glow": [{"color": "#ffffff", "at": (0.5, 0.5), "radius": 0.1, "opacity": 1}]}
        glow = painter.paint(composed(BLANK, background=glowing))
        assert glow[358, 165].min() > 240
        assert near(glow[:200], (16, 32, 48), 0).all()
        picture = saved(tmp_path / "scene.png", Image.new("RGB", (100, 50), (9, 99, 199)))
        scene = composed(BLANK, background={"image": "scene.png"}, background_asset=picture)
        assert near(painter.paint(scene), (9, 99, 199), 1).all()

    def test_full_bleed_shows_the_capture_everywhere_under_a_scrim(
        self, library: FontLibrary, composed: Compose, capture: Asset
    ) -> None:
        plain = composed(BLANK, layout="full-bleed", capture=capture)
        assert plain.device is None
        painter = LocalPainter(library)
        assert near(painter.paint(plain), CAPTURE, 0).all()
        pixels = painter.paint(composed(BLANK, layout="full-bleed", capture=capture, scrim="#000000"))
        assert pixels[0].max() < 60
        assert near(pixels[400:], CAPTURE, 0).all()

    @pytest.mark.parametrize("kind", ["phone", "tablet", "none"])
    def test_drawn_devices(self, library: FontLibrary, composed: Compose, capture: Asset, kind: str) -> None:
        frame = {"kind": kind, "color": "#aa0000"}
        composition = composed(BLANK, capture=capture, layout="art-only", frame=frame, device={"shadow": 0})
        assert composition.device is not None
        body, screen = composition.device.body, composition.device.screen
        pixels = LocalPainter(library).paint(composition)
        outside = np.ones(pixels.shape[:2], bool)
        outside[int(body.y) : int(body.bottom), int(body.x) : int(body.right)] = False
        assert near(pixels, GROUND, 0)[outside].all()
        middle = round(screen.y + screen.height / 2)
        rim = pixels[middle, int(body.x) : int(screen.x)]
        assert (kind == "none") == (len(rim) == 0)
        if kind != "none":
            assert near(rim[None], (170, 0, 0)).mean() > 0.5
        assert near(pixels, GROUND, 0)[int(body.y), int(body.x)]

    def test_a_shadow_falls_below_the_device(self, library: FontLibrary, composed: Compose, capture: Asset) -> None:
        one, two = (
            LocalPainter(library).paint(
                composed(BLANK, capture=capture, layout="art-only", device={"shadow": shade}, background="#c0c0c0")
            )
            for shade in (0.0, 0.8)
        )
        assert (two <= one).all()
        assert (two < one).any(axis=2).mean() > 0.05

    def test_a_picture_frame_covers_the_edges_of_the_capture(
        self, library: FontLibrary, composed: Compose, tmp_path: Path, capture: Asset
    ) -> None:
        picture = Image.new("RGBA", (400, 800), (200, 0, 0, 255))
        picture.paste((0, 0, 0, 0), (40, 40, 360, 760))
        picture.paste((0, 255, 0, 255), (180, 60, 220, 80))
        frame = {"kind": "image", "image": "frame.png", "screen": (35, 35, 330, 717)}
        composition = composed(
            BLANK,
            capture=capture,
            layout="art-only",
            frame=frame,
            frame_asset=saved(tmp_path / "frame.png", picture),
            device={"shadow": 0},
        )
        assert composition.device is not None
        body, screen = composition.device.body, composition.device.screen
        pixels = LocalPainter(library).paint(composition)
        scale = body.width / 400
        assert near(pixels[int(body.y) + 5, int(body.x) + 5][None, None], (200, 0, 0)).all()
        assert near(pixels, (200, 0, 0))[round(screen.y + 100), round(screen.x) + 1]
        assert near(pixels, CAPTURE)[round(body.y + 400 * scale), round(body.x + 200 * scale)]
        assert near(pixels, (0, 255, 0), 6)[round(body.y + 70 * scale), round(body.x + 200 * scale)]
        assert near(pixels, GROUND, 0)[int(body.y) - 2].all()

    def test_emoji_without_a_colour_font_have_the_colour_of_the_words(
        self, composed: Compose, make_shot: Callable[..., Shot], library: FontLibrary
    ) -> None:
        """Without a colour font a warning is given, and the outline is in the words' own colour."""
        shot = make_shot(("headline", "🌱"), display=SIZE)
        composition = compose(shot, library, lambda asset: picture_size(asset.path))
        assert [f.code for f in composition.findings] == ["typeset-emoji-without-color"]
        pixels = LocalPainter(library).paint(composition)
        assert near(pixels, (251, 250, 218)).sum() > 50


def composed_like(composed: Compose, capture: Asset) -> Composition:
    """The shot in German, made while its capture was there."""
    Image.new("RGB", (330, 717), CAPTURE).save(capture.path)
    found = composed(("headline", "Nie wieder *Gießen*"), capture=capture, locale="de")
    capture.path.unlink()
    return found
