"""Finding catalogs below a locales folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from locstore.catalog import discover, discover_problems


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A locales folder with catalogs for pt_BR and de, and a folder without one."""
    root = tmp_path / "locales"
    for code in ("pt_BR", "de"):
        make(root, code)
    (root / "ja" / "LC_MESSAGES").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "README").write_text("not a folder")
    return root


def make(root: Path, code: str) -> Path:
    path = root / code / "LC_MESSAGES" / "garden.po"
    path.parent.mkdir(parents=True)
    path.write_text("")
    return path


def test_sorted_by_code(root: Path) -> None:
    found = discover(root, "garden")
    assert list(found) == ["de", "pt_BR"]
    assert found["de"] == root / "de" / "LC_MESSAGES" / "garden.po"
    assert discover(root, "other") == {}
    assert discover(root / "absent", "garden") == {}


def test_folders_without_the_catalog_are_named(root: Path) -> None:
    (finding,) = discover_problems(root, "garden", display_path="locales")
    assert (finding.code, finding.severity) == ("catalog-absent", "warning")
    assert finding.file == "locales/ja/LC_MESSAGES/garden.po"


def test_links(root: Path, tmp_path: Path) -> None:
    outside = make(tmp_path / "elsewhere", "fr")
    (root / "fr").symlink_to(outside.parent.parent, target_is_directory=True)  # a folder outside
    (root / "ja" / "LC_MESSAGES" / "garden.po").symlink_to(outside)  # a file outside
    (root / "pt").symlink_to("pt_BR", target_is_directory=True)  # inside: fine
    (root / "loop").symlink_to("loop")
    (root / "it").mkdir()
    (root / "it" / "LC_MESSAGES").symlink_to(root / "nowhere")
    assert list(discover(root, "garden")) == ["de", "pt", "pt_BR"]
    problems = discover_problems(root, "garden")
    assert [(f.code, Path(f.file or "").parts[-3]) for f in problems] == [
        ("catalog-outside", "fr"),
        ("catalog-absent", "it"),
        ("catalog-outside", "ja"),
    ]


def test_a_root_that_is_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root, target_is_directory=True)
    assert list(discover(tmp_path / "link", "garden")) == ["de", "pt_BR"]
