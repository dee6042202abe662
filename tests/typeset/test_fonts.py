"""Where glyphs come from: the order of sources, fonts that cannot be read, weights and digests."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from font_files import write_color_font, write_font

from locstore.findings import Severity
from locstore.typeset import Box, FontFile, FontLibrary, StyledText, TextLayout, TextStyle, project_font_files, typeset
from locstore.typeset.fonts import Face

STYLE = TextStyle(min_size=10, max_size=100)
BOX = Box(0, 0, 1000, 400)


def family_of(setting: TextLayout, library: FontLibrary, position: int = 0) -> str:
    """The family in which the code point at `position` is set."""
    for line in setting.lines:
        for run in line.runs:
            if any(glyph.cluster == position for glyph in run.glyphs):
                return library.faces[run.face_index].family
    raise AssertionError(f"nothing is set at {position}")


def english(text: str, library: FontLibrary, style: TextStyle = STYLE) -> TextLayout:
    return typeset(StyledText(text=text, language="en"), style, BOX, library)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A project's fonts folder and a system's."""
    project, system = tmp_path / "project", tmp_path / "system"
    project.mkdir()
    system.mkdir()
    return project, system


def test_project_fonts_come_before_packages_and_these_before_the_systems(folders: tuple[Path, Path]) -> None:
    project, system = folders
    write_font(project / "own.ttf", "ab ", family="Own")
    write_font(system / "system.ttf", "abc☙ ", family="Machine")
    library = FontLibrary([*project_font_files(project)], system=[system])
    setting = english("a©☙", library)
    assert [family_of(setting, library, i) for i in range(3)] == ["Own", "Noto Sans", "Machine"]
    assert {f.family: f.source for f in setting.faces} == {
        "Own": "project",
        "Noto Sans": "package",
        "Machine": "system",
    }
    found = {f.code: f for f in setting.findings}
    assert found["typeset-system-font"].severity is Severity.WARNING
    assert "system.ttf" in found["typeset-system-font"].message


def test_wanted_families_come_first(folders: tuple[Path, Path]) -> None:
    project, _ = folders
    write_font(project / "1.ttf", "ab", family="First")
    write_font(project / "2.ttf", "a", family="Second")
    library = FontLibrary.for_project(project, system=False)
    wanted = TextStyle(min_size=10, max_size=100, families=("SECOND", "No Such Family", "First"))
    assert family_of(english("a", library, wanted), library) == "Second"
    setting = english("ab", library, wanted)
    assert [family_of(setting, library, i) for i in range(2)] == ["First", "First"]  # a word is of one face
    assert [f.code for f in setting.findings] == [
        "typeset-unknown-family",
        "typeset-face-fallback",
        "typeset-weight-missing",
    ]
    assert "Second does not have b" in setting.findings[1].message
    assert family_of(english("ab", library), library) == "First"


@pytest.mark.parametrize("text", ["a", "©", "☙", "😀"])
def test_the_systems_fonts_do_not_change_what_the_project_can_set(folders: tuple[Path, Path], text: str) -> None:
    """Once one slot has needed a system font, all of them are known; the next slots must not look different."""
    project, system = folders
    write_color_font(project / "color.ttf", 0, family="Own Pictures", plain="©☙")
    write_font(system / "text.ttf", "a©☙\U00010330", family="Wanted")
    write_color_font(system / "emoji.ttf", 0, family="Color Emoji")
    style = TextStyle(min_size=10, max_size=100, families=("Wanted",))
    files = project_font_files(project)
    fresh, used = (FontLibrary(files, system=[system]) for _ in range(2))
    assert english("\U00010330", used, style).faces[0].source == "system"
    assert english(text, used, style) == english(text, fresh, style)


def test_system_fonts_are_read_only_when_needed(folders: tuple[Path, Path]) -> None:
    _, system = folders
    write_font(system / "system.ttf", "☙", family="Machine")
    library = FontLibrary.for_project(None, system=False)
    assert not library.read_system_fonts()
    library = FontLibrary(project_font_files(None), system=[system, system / "not there"])
    english("abc", library)
    assert "Machine" not in library.families()
    english("☙", library)
    assert "Machine" in library.families()
    assert not library.read_system_fonts()


def damaged(kind: str, folder: Path) -> bytes:
    whole = write_font(folder / "whole", "abcdefgh ").read_bytes()
    return {
        "empty": b"",
        "garbage": bytes(range(256)) * 40,
        "text": b"This is a licence, not a font.\n" * 50,
        "header only": whole[:12],
        "half": whole[: len(whole) // 2],
        "last table cut": whole[:-64],
        "no characters": write_font(folder / "none", "").read_bytes(),
    }[kind]


@pytest.mark.parametrize("kind", ["empty", "garbage", "text", "header only", "half", "last table cut", "no characters"])
def test_a_broken_font_is_a_finding_and_the_others_serve(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    (folder / "broken.ttf").write_bytes(damaged(kind, tmp_path))
    library = FontLibrary.for_project(folder, system=False)
    assert [(f.code, f.severity, f.file) for f in library.findings] == [
        ("typeset-font-unreadable", Severity.ERROR, "fonts/broken.ttf")
    ]
    assert str(tmp_path) not in library.findings[0].message
    setting = english("abc", library)
    assert [face.family for face in setting.faces] == ["Noto Sans"]
    assert setting.findings == ()


def test_a_broken_system_font_is_nobodys_fault(folders: tuple[Path, Path]) -> None:
    _, system = folders
    (system / "broken.ttf").write_bytes(b"no font")
    library = FontLibrary([], system=[system])
    assert not library.read_system_fonts()
    assert library.findings == []


def test_a_file_that_went_away_is_a_finding(tmp_path: Path) -> None:
    library = FontLibrary([FontFile(tmp_path / "gone.otf", "project")])
    assert [f.file for f in library.findings] == ["fonts/gone.otf"]
    assert library.faces == []


def test_without_any_font_every_letter_is_missing() -> None:
    setting = english("a b", FontLibrary([]))
    assert {f.code for f in setting.findings} == {"typeset-missing-glyph"}
    assert [line.text for line in setting.lines] == ["a b"]


def test_only_fonts_are_looked_for(folders: tuple[Path, Path]) -> None:
    project, _ = folders
    write_font(project / "B.TTF", "a")
    (project / "deeper").mkdir()
    write_font(project / "deeper" / "A.otf", "a")
    (project / "OFL.txt").write_text("licence")
    (project / "folder.ttf").mkdir()
    own = [f.name for f in project_font_files(project) if f.source == "project"]
    assert sorted(own) == ["A.otf", "B.TTF"]
    assert project_font_files(project / "not there") == project_font_files(None)


def face_named(library: FontLibrary, family: str) -> Face:
    return next(f for f in library.faces if f.family == family and not f.italic)


@pytest.mark.parametrize(("asked", "got"), [(100, 400), (400, 400), (550, 550), (900, 700)])
def test_weights_are_clamped_to_what_the_face_has(library: FontLibrary, asked: int, got: int) -> None:
    face = face_named(library, "Noto Sans")
    assert face.weights == (400, 700)
    wide = face.at_weight(asked).get_glyph_h_advance(face.at_weight(400).get_nominal_glyph(ord("m")))
    assert wide == face.at_weight(got).get_glyph_h_advance(face.at_weight(400).get_nominal_glyph(ord("m")))
    setting = english("m", library, TextStyle(min_size=10, max_size=100, weight=asked))
    assert [f.weight for f in setting.faces] == [got]


def test_the_weight_axis_changes_widths(library: FontLibrary) -> None:
    light, bold = (english("mm", library, TextStyle(min_size=9, max_size=99, weight=w)) for w in (400, 700))
    assert light.lines[0].box.width < bold.lines[0].box.width


def test_a_static_font_has_the_weight_it_says(folders: tuple[Path, Path]) -> None:
    project, _ = folders
    write_font(project / "black.ttf", "a", weight=900, family="Same")
    write_font(project / "light.ttf", "a", weight=300, family="Same")
    library = FontLibrary.for_project(project, system=False)
    assert [f.weights for f in library.faces[:2]] == [(900, 900), (300, 300)]
    chosen = english("a", library, TextStyle(min_size=10, max_size=100, weight=400)).faces
    assert [(f.file, f.weight) for f in chosen] == [("light.ttf", 300)]


def test_digest_is_that_of_the_file_and_counted_once(tmp_path: Path) -> None:
    path = write_font(tmp_path / "own.ttf", "a")
    calls: list[Path] = []

    def digest(asked: Path) -> str:
        calls.append(asked)
        return hashlib.sha256(asked.read_bytes()).hexdigest()

    files = [FontFile(path, "project")]
    plain, counted = FontLibrary(files), FontLibrary(files, digest=digest)
    assert plain.fingerprint() == counted.fingerprint() == [("own.ttf", hashlib.sha256(path.read_bytes()).hexdigest())]
    assert english("a", counted).faces[0].sha256 == counted.digest(counted.faces[0])
    assert calls == [path]


def test_the_fingerprint_leaves_the_system_out(folders: tuple[Path, Path]) -> None:
    _, system = folders
    write_font(system / "system.ttf", "☙")
    library = FontLibrary(project_font_files(None), system=[system])
    before = library.fingerprint()
    assert library.read_system_fonts()
    assert library.fingerprint() == before


def test_every_script_of_the_stores_has_its_own_font(library: FontLibrary) -> None:
    families = set(library.families())
    scripts = "Arabic Bengali Devanagari Gujarati Gurmukhi Hebrew Kannada Malayalam Oriya Tamil Telugu Thai"
    assert {f"Noto Sans {name}" for name in scripts.split()} | {"Noto Sans", "Noto Sans CJK JP"} <= families
    assert library.findings == []
