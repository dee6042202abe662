"""Which model reads a language, where it is found, and what its file says that it can write."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from locstore.ocr import TextSettings, unreliable
from locstore.ocr.ensemble import OcrEnsembles
from locstore.ocr.models import find_model, model_folders, model_names, model_table, package_of
from locstore.ocr.traineddata import UnreadableModel, model_charset
from locstore.stores import locales


def traineddata(characters: list[str], *, parts: int = 24) -> bytes:
    """A model file with nothing but the list of the LSTM's characters."""
    lines = [str(len(characters) + 3), "NULL 0 Common 0", "Joined 7 0", "|Broken|0|1 f 0"]
    body = "\n".join(lines + [f"{c} 3 0,255,0,255 Latin 1" for c in characters]).encode()
    start = 4 + 8 * parts
    offsets = [-1] * parts
    offsets[21] = start
    return struct.pack(f"<i{parts}q", parts, *offsets) + body


def test_a_charset_is_read_from_the_container(tmp_path: Path) -> None:
    path = tmp_path / "deu.traineddata"
    path.write_bytes(traineddata(["a", "ß", "ch", "é"]))
    assert model_charset(path) == {"a", "ß", "c", "h", "é"}


@pytest.mark.parametrize(
    "data",
    [b"", b"\x18", b"not a model at all, only words", traineddata(["a"])[:60], traineddata(["a"], parts=23)[:100]],
)
def test_a_broken_model_is_said_to_be_broken(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "deu.traineddata"
    path.write_bytes(data)
    with pytest.raises(UnreadableModel):
        model_charset(path)


def test_a_model_that_is_cut_short_has_no_charset(tmp_path: Path) -> None:
    whole = traineddata(["a", "b"])
    offsets = list(struct.unpack_from("<24q", whole, 4))
    offsets[22] = len(whole) + 100
    path = tmp_path / "deu.traineddata"
    path.write_bytes(struct.pack("<i24q", 24, *offsets) + whole[196:])
    with pytest.raises(UnreadableModel):
        model_charset(path)


def test_every_locale_of_the_stores_has_a_model() -> None:
    without = [row.bcp47 for row in locales() if not model_names(row.bcp47)]
    assert without == []


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("zh-Hans", "chi_sim"),
        ("zh-Hant", "chi_tra"),
        ("zh-HK", "chi_tra"),
        ("nb", "nor"),
        ("sr", "srp"),
        ("sr-Latn", "srp_latn"),
        ("ms", "msa"),
        ("pt-BR", "por"),
        ("en-GB", "eng"),
        ("de_DE", "deu"),
        ("es-419", "spa"),
    ],
)
def test_languages_find_their_model(language: str, first: str) -> None:
    assert model_names(language)[0] == first


def test_the_table_is_dated_and_its_names_are_models() -> None:
    table = model_table()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(table["checked"]))
    names = {name for row in table["language"].values() for name in row}
    assert all(re.fullmatch(r"[a-z]{3}(_[a-z]+)?|script/[A-Za-z]+", name) for name in names)
    assert {name for name in names if name.startswith("script/")} == set(table["package"])
    assert package_of("chi_sim") == "tesseract-ocr-chi-sim"
    assert package_of("script/Latin") == "tesseract-ocr-script-latn"


def test_the_projects_own_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, prefix = tmp_path / "own", tmp_path / "prefix"
    for folder in (own, prefix):
        folder.mkdir()
        (folder / "deu.traineddata").write_bytes(traineddata(["a"]))
    monkeypatch.setenv("TESSDATA_PREFIX", str(prefix))
    folders = model_folders((own, tmp_path / "absent"))
    assert folders[:2] == (own, prefix)
    found = find_model("deu", folders)
    assert found is not None
    assert found.folder == own


def test_a_broken_model_counts_as_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    (tmp_path / "tlh.traineddata").write_bytes(b"half")
    (tmp_path / "deu.traineddata").write_bytes(b"half")
    ensembles = OcrEnsembles(TextSettings(models=(tmp_path,), engines="tesseract"))
    assert all(model.folder != tmp_path for model in ensembles.found("de"))


def test_unreliable_languages_are_named_with_a_reason() -> None:
    assert unreliable("or-IN").endswith(".")
    assert unreliable("ur")
    assert unreliable("de") == ""
    assert unreliable("ar") == ""
    assert unreliable("ar", "وفّر")
    assert unreliable("ar", "لكل") == ""
