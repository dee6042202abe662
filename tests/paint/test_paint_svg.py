"""SVG pictures: drawn in an exact size, with limits, and never with a file from elsewhere."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from locstore.paint import UnreadablePicture, check_picture, picture_size
from locstore.paint.svg import svg_picture

pytest.importorskip("resvg", reason="the extra locstore[svg] is not installed")

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20"'
CIRCLE = f'{HEAD}><circle cx="10" cy="10" r="8" fill="#ff0000" fill-opacity="0.5"/></svg>'


def saved(folder: Path, text: str) -> Path:
    path = folder / "picture.svg"
    path.write_text(text, encoding="utf-8")
    return path


def embedded(color: tuple[int, int, int]) -> str:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), color).save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def test_it_is_drawn_in_the_size_that_is_wanted(tmp_path: Path) -> None:
    path = saved(tmp_path, CIRCLE)
    assert picture_size(path) == (40, 20)
    assert check_picture(path, "art/picture.svg") == []
    for size in ((40, 20), (400, 200), (300, 300)):
        image = svg_picture(path, size)
        assert (image.size, image.mode) == (size, "RGBA")
    pixels = np.asarray(svg_picture(path, (400, 200)))
    assert pixels[100, 100].tolist() == pytest.approx([255, 0, 0, 128], abs=1)
    assert pixels[100, 300].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("attributes", "size"),
    [('width="30mm" height="1in"', (113, 96)), ('width="50%" height="100%"', (40, 20)), ('width="12.6"', (13, 20))],
)
def test_sizes(tmp_path: Path, attributes: str, size: tuple[int, int]) -> None:
    assert picture_size(saved(tmp_path, f"{HEAD} {attributes}/>")) == size


def test_its_own_parts_and_embedded_pictures_are_drawn(tmp_path: Path) -> None:
    picture = embedded((0, 0, 255))
    body = (
        '<defs><linearGradient id="g"><stop stop-color="#00ff00"/></linearGradient><g id="p"><rect width="9" height="9"'
        f' fill="url(#g)"/></g></defs><use xlink:href="#p"/><image x="20" width="9" height="9" href="{picture}"/>'
    )
    path = saved(tmp_path, f"{HEAD}>{body}</svg>")
    assert check_picture(path, "picture.svg") == []
    pixels = np.asarray(svg_picture(path, (40, 20)))
    assert pixels[4, 4].tolist() == [0, 255, 0, 255]
    assert pixels[4, 24].tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize(
    "body",
    [
        '<image href="/etc/passwd" width="9" height="9"/>',
        '<image xlink:href="secret.png" width="9" height="9"/>',
        '<image href="file:///tmp/secret.png" width="9" height="9"/>',
        '<image href="https://example.org/a.png" width="9" height="9"/>',
        '<image href="&#x2f;tmp/secret.png" width="9" height="9"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>',
        '<use href="other.svg#part"/>',
        '<rect width="9" height="9" fill="url(other.svg#part)"/>',
        '<rect width="9" height="9" style="filter: url( \'/tmp/f.svg#a\' )"/>',
        "<style>rect { fill: url(other.svg#a) }</style>",
        '<style>@import "other.css";</style>',
        '<filter id="f"><feImage href="secret.png"/></filter>',
    ],
)
def test_what_refers_to_another_file_is_refused(tmp_path: Path, body: str) -> None:
    Image.new("RGB", (4, 4), (9, 9, 9)).save(tmp_path / "secret.png")
    path = saved(tmp_path, f"{HEAD}>{body}</svg>")
    (finding,) = check_picture(path, "art/picture.svg")
    assert (finding.code, finding.file, str(finding.severity)) == (
        "paint-picture-unreadable",
        "art/picture.svg",
        "error",
    )
    with pytest.raises(UnreadablePicture):
        svg_picture(path, (40, 20))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<svg", "damaged"),
        ("<html/>", "not an SVG"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "no size"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + CIRCLE, "DOCTYPE"),
        (f'{HEAD}><g id="a"><use href="#a"/></g></svg>', "circle"),
    ],
)
def test_what_cannot_be_drawn_is_told(tmp_path: Path, text: str, why: str) -> None:
    (finding,) = check_picture(saved(tmp_path, text), "picture.svg")
    assert finding.code == "paint-picture-unreadable"
    assert why in finding.message


def test_a_picture_that_grows_with_every_use_is_refused(tmp_path: Path) -> None:
    levels = ['<g id="l0"><rect width="1" height="1"/></g>']
    levels += [f'<g id="l{k}">' + f'<use href="#l{k - 1}"/>' * 10 + "</g>" for k in range(1, 9)]
    path = saved(tmp_path, f"{HEAD}>{''.join(levels)}</svg>")
    (finding,) = check_picture(path, "picture.svg")
    assert "elements" in finding.message


def test_a_size_beyond_the_limit_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePicture, match="megapixels"):
        svg_picture(saved(tmp_path, CIRCLE), (20_000, 20_000))


def test_text_is_a_finding(tmp_path: Path) -> None:
    path = saved(tmp_path, f"{HEAD}><text y='10'>Save 20 %</text></svg>")
    (finding,) = check_picture(path, "art/offer.svg")
    assert (finding.code, finding.file) == ("paint-svg-text", "art/offer.svg")
    assert check_picture(saved(tmp_path, f"{HEAD}><text> </text></svg>"), "a.svg") == []
