"""One headline in many scripts, as it was judged by eye: sizes, lines and places, and a picture of them.

Run with `--force-regen` after a change that is meant, and look at the picture before it is committed.
"""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from pytest_regressions.data_regression import DataRegressionFixture
from pytest_regressions.image_regression import ImageRegressionFixture

from locstore.typeset import (
    Box,
    FontLibrary,
    Highlight,
    StyledText,
    TextLayout,
    TextStyle,
    parse_highlight,
    rasterise,
    typeset,
)

HEADLINE = {
    "en": "Never forget to *water* again",
    "ar": "لن تنسى *سقي نباتاتك* بعد اليوم",
    "bn": "গাছে *পানি দিতে* আর ভুলবেন না",
    "de": "Nie wieder *Gießen* vergessen",
    "fr": "N’oubliez plus jamais d’*arroser*",
    "he": "לא שוכחים יותר *להשקות*",
    "hi": "पौधों को *पानी देना* कभी न भूलें",
    "ja": "もう*水やり*を忘れない",
    "ko": "*물 주기*, 이제 잊지 마세요",
    "ml": "ചെടി *നനയ്ക്കാൻ* ഇനി മറക്കില്ല",
    "ru": "Больше не забудете про *полив*",
    "ta": "செடிக்கு *நீர் ஊற்ற* இனி மறக்காதீர்கள்",
    "th": "ไม่ลืม*รดน้ำต้นไม้*อีกต่อไป",
    "ur": "اب *پانی دینا* کبھی نہ بھولیں",
    "vi": "Không lo quên *tưới cây* nữa",
    "zh-Hans": "再也不会忘了*浇水*",
}
SHEET = ["en", "ar", "he", "hi", "th", "ja", "ko", "zh-Hans", "ta", "ur"]
BOX = Box(0, 0, 1108, 645)  # the text region of caption-top on a 6.9" iPhone
INK, PAPER, MARKED = (18, 55, 42), (251, 250, 218), (200, 85, 61)
STYLE = TextStyle(min_size=62, max_size=128, color=INK, valign="middle", highlight=Highlight(MARKED))
COLUMNS, SHRINK = 2, 4


def headline(language: str, library: FontLibrary) -> TextLayout:
    styled = parse_highlight(HEADLINE[language])
    words = StyledText(
        text=styled.text,
        language=language,
        direction="rtl" if language in {"ar", "he", "ur"} else "ltr",
        highlights=styled.highlights,
    )
    return typeset(words, STYLE, BOX, library)


@pytest.mark.parametrize("language", HEADLINE)
def test_headline(library: FontLibrary, language: str, data_regression: DataRegressionFixture) -> None:
    setting = headline(language, library)
    assert setting.findings == ()
    lines = [
        {
            "text": line.text,
            "baseline": round(line.baseline),
            "advance": [round(line.box.x), round(line.box.right)],
            "ink": [round(v) for v in (line.ink.x, line.ink.y, line.ink.right, line.ink.bottom)],
            "glyphs": sum(len(run.glyphs) for run in line.runs),
        }
        for line in setting.lines
    ]
    data_regression.check(
        {
            "size": round(setting.size, 1),
            "line_height": round(setting.line_height, 3),
            "faces": [f"{face.family} {face.weight}" for face in setting.faces],
            "lines": lines,
        }
    )


def painted(setting: TextLayout, library: FontLibrary) -> Image.Image:
    canvas: npt.NDArray[np.float32] = np.full((int(BOX.height), int(BOX.width), 3), PAPER, np.float32)
    for layer in rasterise(setting, library):
        assert layer.alpha is not None
        height, width = layer.alpha.shape
        part = canvas[layer.y : layer.y + height, layer.x : layer.x + width]
        part += (np.array(layer.color, np.float32) - part) * (layer.alpha[..., None] / np.float32(255))
    return Image.fromarray(canvas.round().astype(np.uint8))


def test_contact_sheet(library: FontLibrary, image_regression: ImageRegressionFixture) -> None:
    cells = [painted(headline(language, library), library).reduce(SHRINK) for language in SHEET]
    wide, high = cells[0].size
    sheet = Image.new("RGB", (wide * COLUMNS, high * len(cells) // COLUMNS))
    for number, cell in enumerate(cells):
        sheet.paste(cell, (number % COLUMNS * wide, number // COLUMNS * high))
    stream = io.BytesIO()
    sheet.save(stream, "PNG", optimize=True)
    # One pixel to the side is 1.8: a lost mark is seen, another rounding is not.
    image_regression.check(stream.getvalue(), diff_threshold=0.005)
