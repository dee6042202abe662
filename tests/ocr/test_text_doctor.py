"""`locstore ocr doctor`: which model is found where, what is missing, and the one command that brings it."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import Call, Folder, folder, locstore

from locstore.ocr.models import model_folders

__all__ = ["folder", "locstore"]

tesserocr = pytest.importorskip("tesserocr", reason="the reader of words is not installed")


@pytest.fixture
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the project's own folder and TESSDATA_PREFIX are looked at."""

    def only_own(own: tuple[Path, ...] = ()) -> tuple[Path, ...]:
        system = Path("/usr")
        return tuple(path for path in model_folders(own) if system not in path.parents)

    monkeypatch.setattr("locstore.ocr.ensemble.model_folders", only_own)


def installed(name: str) -> Path:
    for path in model_folders():
        if (path / f"{name}.traineddata").is_file():
            return path / f"{name}.traineddata"
    pytest.skip(f"Tesseract's model {name} is not installed")


def test_missing_models_are_named_with_the_command_that_brings_them(
    folder: Folder, locstore: Call, no_models: None
) -> None:
    said = locstore("ocr", "doctor")
    assert said.code == 1
    assert "sudo apt-get install tesseract-ocr-deu tesseract-ocr-eng tesseract-ocr-jpn" in said.out
    report = locstore("ocr", "doctor", "--json").json
    assert report["missing"] == ["deu", "eng", "jpn"]
    assert report["ok"] is False


def test_the_projects_own_models_are_found(folder: Folder, locstore: Call, no_models: None) -> None:
    folder.write("tessdata/deu.traineddata", installed("deu").read_bytes())
    said = locstore("ocr", "doctor", "-l", "de", "--json")
    assert said.code == 0
    (row,) = said.json["locales"]
    assert (row["locale"], row["model"], row["folder"], row["package"]) == (
        "de",
        "deu",
        "tessdata",
        "tesseract-ocr-deu",
    )


def test_a_model_that_is_cut_short_is_missing(folder: Folder, locstore: Call, no_models: None) -> None:
    folder.write("tessdata/deu.traineddata", installed("deu").read_bytes()[:5000])
    said = locstore("ocr", "doctor", "-l", "de", "--json")
    assert said.code == 1
    assert said.json["missing"] == ["deu"]


def test_without_an_engine_the_environment_is_at_fault(
    folder: Folder, locstore: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locstore.ocr.ensemble.has_tesseract", lambda: False)
    said = locstore("ocr", "doctor")
    assert said.code == 3
    assert "pip install 'locstore[ocr]'" in said.err
    assert locstore("ocr", "doctor", "--json").code == 3


def test_a_locale_that_the_project_lacks_is_a_usage_error(folder: Folder, locstore: Call) -> None:
    said = locstore("ocr", "doctor", "-l", "sv")
    assert said.code == 2
    assert "no such locale" in said.err
