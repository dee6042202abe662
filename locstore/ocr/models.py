"""Which Tesseract models read a language, and where they are found on this machine."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from locstore.stores import UnknownLocale, resolve_locale

SUFFIX = ".traineddata"


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """A model's name as Tesseract knows it (`deu`, `script/Latin`) and the folder that it is in."""

    name: str
    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / f"{self.name}{SUFFIX}"


@cache
def model_table() -> dict[str, Any]:
    """`data/models.toml` as it stands."""
    text = resources.files("locstore.ocr").joinpath("data/models.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def table_key(language: str) -> str:
    """The row of the table for a BCP 47 tag: with its script where that decides (zh-Hant for zh-HK, sr-Latn)."""
    table = model_table()["language"]
    parts = language.replace("_", "-").split("-")
    base = parts[0].lower()
    with contextlib.suppress(UnknownLocale):  # a language of no store has no script of its own in the table
        parts.append(resolve_locale(language).script)
    for part in parts[1:]:
        if f"{base}-{part.title()}" in table:
            return f"{base}-{part.title()}"
    return base


def model_names(language: str) -> tuple[str, ...]:
    """The models that read a language, best first; empty for a language that Tesseract has no model for."""
    row = model_table()["language"].get(table_key(language))
    return tuple(row) if row else ()


def companion_name() -> str:
    """The model that reads Latin names in lines of a model without Latin letters."""
    return str(model_table()["companion"])


def beside_names(script: str) -> tuple[str, ...]:
    """Models of other languages of a script (ISO 15924) that may read beside a language's own."""
    return tuple(model_table()["beside"].get(script, ()))


def marked_letters() -> frozenset[str]:
    """Letters with marks that an image model puts for plain ones."""
    return frozenset(model_table()["marks"])


def package_of(model: str) -> str:
    """Debian's package of a model: `tesseract-ocr-chi-sim`."""
    known: dict[str, str] = model_table()["package"]
    return "tesseract-ocr-" + known.get(model, model.replace("_", "-").lower())


def model_folders(own: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Where models are looked for: the project's folders, TESSDATA_PREFIX, then where systems keep them."""
    folders = list(own)
    if prefix := os.environ.get("TESSDATA_PREFIX"):
        folders += [Path(prefix), Path(prefix) / "tessdata"]
    folders += sorted(Path("/usr/share/tesseract-ocr").glob("*/tessdata"), reverse=True)
    folders += [Path("/usr/share/tessdata"), Path("/usr/share/tesseract/tessdata"), Path("/usr/local/share/tessdata")]
    if sys.platform == "darwin":
        folders += [Path("/opt/homebrew/share/tessdata"), Path("/opt/local/share/tessdata")]
    if sys.platform == "win32":
        folders.append(Path("C:/Program Files/Tesseract-OCR/tessdata"))
    return tuple(dict.fromkeys(folder for folder in folders if folder.is_dir()))


def find_model(name: str, folders: Sequence[Path]) -> Model | None:
    """The first folder that has the model."""
    for folder in folders:
        if (folder / f"{name}{SUFFIX}").is_file():
            return Model(name, folder)
    return None
