"""A package adds a painter by an entry point: it paints, decides what is painted again, and is refused if broken."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from projects import Call, Folder

from locstore.errors import EnvironmentProblem, UsageError
from locstore.painter_names import painter_names
from locstore.run.painter import LOCAL, find_painter

PLAID = """\
import numpy as np


class Canvas:
    def paint(self, composition):
        width, height = composition.shot.size
        pixels = np.zeros((height, width, 3), np.uint8)
        pixels[::2] = (200, 30, 40)
        return pixels

    def contrast(self, composition):
        return []


class Plaid:
    name = "plaid"
    pays = False
    writes_words = False

    def fingerprint(self, images):
        return "plaid-1"

    def open(self, library):
        return Canvas()


PLAID = Plaid()
"""


def install(folder: Path, points: str) -> None:
    """A tiny installed package: a module, its metadata and its entry points."""
    (folder / "plaid.py").write_text(PLAID)
    info = folder / "plaid-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plaid\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[locstore.painters]\n{points}\n")


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("site")
    monkeypatch.syspath_prepend(str(folder))
    return folder


def test_a_packages_painter_paints(folder: Folder, locstore: Call, site: Path) -> None:
    install(site, "plaid = plaid:PLAID")
    assert painter_names() == ("local", "images", "backdrop", "plaid")
    assert locstore("run").code == 0
    done = locstore("run", "--painter", "plaid")
    assert done.code == 0
    assert done.out.startswith("Painted 6, ")
    painted = [np.asarray(Image.open(io.BytesIO(data))) for data in folder.pictures().values()]
    assert {pixels.shape for pixels in painted} == {(400, 200, 3)}
    assert {tuple(pixels[0, 0].tolist()) for pixels in painted} == {(200, 30, 40)}
    assert locstore("run", "--painter", "plaid").out.startswith("Painted 0, ")
    assert locstore("run").out.startswith("Painted 6, "), "the local painter's pictures are others"


def test_a_package_cannot_replace_a_built_in_painter(site: Path) -> None:
    install(site, "local = plaid:PLAID")
    assert painter_names() == ("local", "images", "backdrop")
    assert find_painter("local") is LOCAL


def test_a_package_that_cannot_be_imported(site: Path) -> None:
    install(site, "plaid = plaid:TARTAN")
    with pytest.raises(EnvironmentProblem, match=r"The package plaid adds 'plaid', but plaid:TARTAN: .*TARTAN"):
        find_painter("plaid")


def test_a_name_that_nothing_has() -> None:
    with pytest.raises(UsageError, match=r"there is no 'imags'. Did you mean 'images'\?"):
        find_painter("imags")
