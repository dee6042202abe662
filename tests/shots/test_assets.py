"""Files that a concept names: found for a locale and a display, with fallbacks that are told, and none from outside."""

from __future__ import annotations

from pathlib import Path

import pytest
from shot_projects import CONCEPT, FULL, Garden, codes, keys

from locstore.findings import Severity
from locstore.shots import Policy, Selection


def with_capture(pattern: str, displays: str = "iphone_69, play_phone") -> str:
    captured = CONCEPT.replace("id: hero\n", f'id: hero\n    capture: "{pattern}"\n')
    return captured.replace("iphone_69, play_phone", displays)


def captured(garden: Garden, key: str) -> str:
    capture = garden.shot(key).capture
    assert capture is not None
    return capture.display_path


@pytest.mark.parametrize("folder", ["ja", "ja-JP"])
def test_the_locales_own(garden: Garden, folder: str) -> None:
    garden.concept(with_capture("c/{locale}/hero.png"))
    garden.catalog("ja", {**FULL, "week/count": ["{plants}"]})
    garden.file("concepts/c/hero.png", b"general")
    garden.file(f"concepts/c/{folder}/hero.png", b"japanese")
    assert captured(garden, "hero/ja/iphone_69") == f"concepts/c/{folder}/hero.png"
    assert captured(garden, "hero/en_US/iphone_69") == "concepts/c/hero.png"
    assert codes(garden.matrix()) == []


@pytest.mark.parametrize("folder", ["zh_CN", "zh-CN", "zh-Hans"])
def test_every_spelling_of_a_store(garden: Garden, folder: str) -> None:
    garden.concept(with_capture("c/{locale}/hero.png"))
    garden.catalog("zh_CN", {**FULL, "week/count": ["{plants}"]})
    garden.file("concepts/c/hero.png")
    garden.file(f"concepts/c/{folder}/hero.png")
    assert captured(garden, "hero/zh_CN/iphone_69") == f"concepts/c/{folder}/hero.png"


@pytest.mark.parametrize("folder", ["en_US", "en-US", "en"])
def test_the_sources_own(garden: Garden, folder: str) -> None:
    garden.concept(with_capture("c/{locale}/hero.png"))
    garden.file(f"concepts/c/{folder}/hero.png")
    assert captured(garden, "hero/en_US/iphone_69") == f"concepts/c/{folder}/hero.png"
    assert codes(garden.matrix()) == []


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (["fr_CA/hero-iphone_69", "fr_CA/hero-phone", "fr/hero-iphone_69"], "fr_CA/hero-iphone_69"),
        (["fr_CA/hero-phone", "fr_CA/hero", "fr/hero-iphone_69"], "fr_CA/hero-phone"),
        (["fr_CA/hero", "fr/hero-iphone_69"], "fr_CA/hero"),
        (["fr/hero-phone", "hero-iphone_69"], "fr/hero-phone"),
        (["fr/hero", "hero-iphone_69"], "fr/hero"),
        (["hero-phone", "hero"], "hero-phone"),
        (["hero", "de/hero-iphone_69"], "hero"),
    ],
)
def test_the_order_of_fallbacks(garden: Garden, there: list[str], expected: str) -> None:
    """The locale's own picture of any display goes before another locale's of this display."""
    garden.concept(with_capture("c/{locale}/hero-{display}.png"))
    garden.catalog("fr", FULL)
    garden.catalog("fr_CA", {})
    for name in there:
        garden.file(f"concepts/c/{name}.png")
    matrix = garden.matrix(Selection(locales=("fr_CA",), displays=("iphone_69",), screens=("hero",)))
    assert [shot.capture.display_path for shot in matrix.shots if shot.capture] == [f"concepts/c/{expected}.png"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("hero-{locale}-{display}.png", "hero.png"),
        ("hero.{locale}.png", "hero.png"),
        ("hero_{display}.png", "hero.png"),
        ("{locale}/{display}/hero.png", "hero.png"),
        ("a/{display}/{locale}/hero.png", "a/hero.png"),
    ],
)
def test_what_is_left_when_both_are_left_out(garden: Garden, pattern: str, expected: str) -> None:
    garden.concept(with_capture(pattern))
    garden.file(f"concepts/{expected}")
    assert captured(garden, "hero/en_US/iphone_69") == f"concepts/{expected}"


def test_a_fallback_is_noted_once_for_each_picture(garden: Garden) -> None:
    garden.concept(with_capture("c/{locale}/hero-{display}.png", "iphone_69, iphone_63, ipad_13"))
    for code in ("fr", "fr_CA", "de"):
        garden.catalog(code, FULL)
    garden.file("concepts/c/hero.png")
    garden.file("concepts/c/fr/hero-phone.png")
    notes = [f for f in garden.matrix().findings if f.code == "shots-fallback-file"]
    assert {(f.severity, f.line, f.column) for f in notes} == {(Severity.NOTE, 6, 14)}
    assert [f.message for f in notes] == [
        "1 locale uses concepts/c/fr/hero-phone.png, for it has no picture of its own: fr_CA.",
        "3 locales use concepts/c/hero.png, for they have no picture of their own: de, fr, fr_CA.",
    ]


def test_a_picture_for_everybody_is_no_fallback(garden: Garden) -> None:
    garden.concept(with_capture("hero-{display}.png"))
    garden.catalog("fr", FULL)
    garden.file("concepts/hero-phone.png")
    assert codes(garden.matrix()) == []


def test_a_missing_capture(garden: Garden) -> None:
    garden.concept(with_capture("c/{locale}/hero-{display}.png"))
    garden.catalog("fr", FULL)
    matrix = garden.matrix()
    (finding,) = matrix.findings
    assert (finding.code, finding.severity, finding.line, finding.path) == (
        *("shots-missing-file", Severity.ERROR, 6, "screens.0.capture"),
    )
    assert "c/en_US/hero-iphone_69.png or c/hero.png" in finding.message
    assert {key.partition("/")[0] for key in keys(matrix)} == {"week"}


def test_a_missing_capture_of_each_form(garden: Garden) -> None:
    """Phones have one and tablets none: the finding is about the tablet."""
    garden.concept(with_capture("hero-{display}.png", "iphone_69, ipad_13"))
    garden.file("concepts/hero-phone.png")
    (finding,) = garden.matrix().findings
    assert "hero-ipad_13.png" in finding.message
    assert "on ipad_13" in finding.message


def test_a_missing_capture_of_an_override_is_shown_where_it_is_written(garden: Garden) -> None:
    row = "overrides: {fr: {hero: {capture: a.png}, week: {background: {image: b.png}}}}"
    garden.concept(CONCEPT + row + "\n")
    garden.catalog("fr", FULL)
    first, second = row.index("a.png") + 1, row.index("b.png") + 1
    found = [(f.line, f.column, f.path) for f in garden.matrix().findings]
    assert found == [(13, first, "overrides.fr.hero.capture"), (13, second, "overrides.fr.week.background.image")]


def test_all_kinds_of_files(garden: Garden) -> None:
    rows = ("background: {image: b.png}", "capture: c.png", "frame: {image: f.png, screen: [0, 0, 9, 9]}", "logo: true")
    files = "".join(f"    {row}\n" for row in rows)
    garden.concept(CONCEPT.replace("id: hero\n", f"id: hero\n{files}") + "brand: {logo: l.png}\n")
    found = [(f.code, f.line, f.path) for f in garden.matrix().findings]
    assert found == [
        ("shots-missing-file", 6, "screens.0.background.image"),
        ("shots-missing-file", 7, "screens.0.capture"),
        ("shots-missing-file", 8, "screens.0.frame.image"),
        ("shots-missing-file", 17, "brand.logo"),
    ]
    for name in "bcfl":
        garden.file(f"concepts/{name}.png", name.encode())
    assets = garden.shot("hero/en_US/iphone_69").assets()
    assert {kind: asset.display_path for kind, asset in assets.items()} == {
        "background": "concepts/b.png",
        "capture": "concepts/c.png",
        "frame": "concepts/f.png",
        "logo": "concepts/l.png",
    }


def test_the_logo_is_only_where_it_is_asked_for(garden: Garden) -> None:
    garden.concept(CONCEPT + "brand: {logo: l.png}\n")
    assert codes(garden.matrix()) == []
    assert garden.shot("hero/en_US/iphone_69").logo is None


# -- files that are not what they seem


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_that_leads_out_of_the_project(
    garden: Garden, tmp_path_factory: pytest.TempPathFactory, kind: str
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.png").write_bytes(b"secret")
    if kind == "file":
        garden.concept(with_capture("a.png"))
        (garden.root / "concepts" / "a.png").symlink_to(outside / "secret.png")
    else:
        garden.concept(with_capture("c/secret.png"))
        (garden.root / "concepts" / "c").symlink_to(outside, target_is_directory=True)
    matrix = garden.matrix()
    assert [(f.code, f.line) for f in matrix.findings] == [("shots-outside-project", 6)]
    assert "hero/en_US/iphone_69" not in keys(matrix)


def test_a_link_that_leads_out_is_an_error_also_where_there_is_a_fallback(garden: Garden, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.png"
    outside.write_bytes(b"secret")
    garden.concept(with_capture("c/{locale}.png"))
    garden.file("concepts/c/.png")
    (garden.root / "concepts" / "c" / "en_US.png").symlink_to(outside)
    assert codes(garden.matrix()) == ["shots-outside-project"]


def test_a_link_inside_of_the_project(garden: Garden) -> None:
    garden.concept(with_capture("a.png"))
    garden.file("shared/b.png")
    (garden.root / "concepts" / "a.png").symlink_to(garden.root / "shared" / "b.png")
    assert captured(garden, "hero/en_US/iphone_69") == "concepts/a.png"


def test_a_broken_link_and_a_link_to_itself(garden: Garden) -> None:
    garden.concept(with_capture("a.png"))
    (garden.root / "concepts" / "a.png").symlink_to("nowhere.png")
    assert codes(garden.matrix()) == ["shots-missing-file"]
    (garden.root / "concepts" / "a.png").unlink()
    (garden.root / "concepts" / "a.png").symlink_to("a.png")
    assert codes(garden.matrix()) == ["shots-missing-file"]


def test_a_folder_is_no_picture(garden: Garden) -> None:
    garden.concept(with_capture("a.png"))
    (garden.root / "concepts" / "a.png").mkdir()
    assert codes(garden.matrix()) == ["shots-missing-file"]


def test_a_name_that_is_too_long(garden: Garden) -> None:
    garden.concept(with_capture("x" * 300 + ".png"))
    (finding,) = garden.matrix().findings
    assert finding.code == "shots-file-unreadable"
    assert "too long" in finding.message


def test_a_file_that_may_not_be_read(garden: Garden, monkeypatch: pytest.MonkeyPatch) -> None:
    garden.concept(with_capture("a.png"))
    garden.file("concepts/a.png")
    read = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path.name == "a.png":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    (finding,) = garden.matrix().findings
    assert (finding.code, finding.message) == ("shots-file-unreadable", "a.png cannot be read: Permission denied.")


def test_each_file_is_read_once(garden: Garden, monkeypatch: pytest.MonkeyPatch) -> None:
    garden.concept(with_capture("hero.png", "iphone_69, iphone_63, ipad_13"))
    garden.file("concepts/hero.png")
    for code in ("fr", "de"):
        garden.catalog(code, FULL)
    seen: list[Path] = []
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: (seen.append(path), read(path))[1])
    garden.matrix(policy=Policy())
    assert [path.name for path in seen].count("hero.png") == 1
