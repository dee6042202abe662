"""The engines behind the seam: models within their budget, lines found anywhere, words found where they have moved."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PIL import Image, ImageDraw

from locstore.layout import compose
from locstore.ocr import TextChecker, TextSettings
from locstore.ocr.clean import as_ink, background, lightness_residues, to_lab, turn_of, turned
from locstore.ocr.lines import as_gray, bands, islands
from locstore.ocr.models import find_model, model_folders
from locstore.ocr.tesseract import TesseractModels
from locstore.paint import LocalPainter
from locstore.readings import Verdict
from locstore.shots import Shot
from locstore.typeset import Box, FontLibrary


def folder_of(*names: str) -> Path:
    folders = model_folders()
    for name in names:
        if find_model(name, folders) is None:
            pytest.skip(f"Tesseract's model {name} is not installed")
    found = find_model(names[0], folders)
    assert found is not None
    return found.folder


def test_models_stay_within_the_budget() -> None:
    pytest.importorskip("tesserocr", reason="the reader of words is not installed")
    folder = folder_of("eng", "deu", "fra")
    models = TesseractModels(60 * 1024 * 1024)
    first = models.get(folder, "eng")
    assert models.get(folder, "eng") is first
    for name in ("deu", "fra", "eng", "deu"):
        models.get(folder, name)
        assert 0 < models.used <= 60 * 1024 * 1024
    models.close()
    assert models.used == 0


def test_no_engine_is_imported_with_the_package() -> None:
    engines = {"tesserocr", "rapidocr", "cv2", "onnxruntime"}
    code = f"import sys, locstore.ocr; print(sorted({engines} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"


def words_on(background_color: tuple[int, int, int], ink: tuple[int, int, int]) -> np.ndarray:
    picture = Image.new("RGB", (400, 80), background_color)
    for x in range(40, 360, 24):
        ImageDraw.Draw(picture).rectangle((x, 24, x + 8, 56), fill=ink)
    return np.asarray(picture)


@pytest.mark.parametrize(
    ("ground", "ink"),
    [((255, 255, 255), (0, 0, 0)), ((20, 40, 30), (250, 250, 220)), ((120, 130, 140), (160, 170, 180))],
)
def test_ink_does_not_depend_on_colours(ground: tuple[int, int, int], ink: tuple[int, int, int]) -> None:
    pixels = words_on(ground, ink)
    plane = lightness_residues(to_lab(pixels), to_lab(background(pixels)))[0]
    found = as_ink(plane, 20)
    assert found[40, 44] > 0.9
    assert found[40, 56] < 0.1
    (band,) = bands(found, 40)
    assert (band.top, band.bottom) == (24, 57)
    assert islands([found]) == 14


def test_nothing_is_no_ink() -> None:
    flat = np.full((60, 200, 3), 90, np.uint8)
    plane = lightness_residues(to_lab(flat), to_lab(background(flat)))[0]
    assert not as_ink(plane, 20).any()


@pytest.mark.parametrize("degrees", [-4.0, 0.0, 3.0])
def test_turned_lines_are_made_level(degrees: float) -> None:
    ink = np.zeros((200, 600), np.float32)
    ink[60:80, 50:550] = ink[120:140, 50:550] = 1
    tilted = turned(ink, -degrees)
    assert turn_of(tilted) == pytest.approx(degrees, abs=0.5)


def test_a_line_has_white_around_it() -> None:
    gray = as_gray(np.ones((10, 30), np.float32), height=20, margin=(3, 5))
    assert gray.shape == (26, 70)
    assert gray[0].min() == gray[:, 0].min() == 255
    assert gray[13, 35] == 0


@pytest.mark.parametrize("engines", ["auto", "tesseract"])
def test_words_that_a_model_has_moved_are_found(
    make_shot: Callable[..., Shot], library: FontLibrary, engines: Literal["auto", "tesseract"]
) -> None:
    pytest.importorskip("tesserocr", reason="the reader of words is not installed")
    folder_of("eng")
    shot = make_shot(("headline", "Never forget to water"), display=(900, 1600))
    asked = compose(shot, library, lambda asset: (330, 717))
    pixels = LocalPainter(library).paint(asked)
    moved = np.roll(pixels, 150, axis=0)
    with TextChecker(TextSettings(engines=engines), library) as checker:
        report = checker.check(moved, asked)
    (reading,) = report.readings
    assert reading.verdict is Verdict.EXACT
    assert reading.box is not None
    ink = asked.slots[0].text_layout.ink
    assert isinstance(ink, Box)
    assert abs(reading.box[1] - (ink.y + 150)) < 40
    assert "verify-text-moved" in {finding.code for finding in report.findings}
