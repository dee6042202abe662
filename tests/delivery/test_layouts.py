"""Where pictures are shelved: the paths that deliver, supply and Gradle Play Publisher read, and none outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import Call, Folder

from locstore.delivery import delivery_path, folder_layout, path_clashes
from locstore.findings import Severity
from locstore.folder_layout_names import BUILT_IN, folder_layout_names
from locstore.project import FileDigests, open_project
from locstore.shots import Cell, Selection
from locstore.stores import (
    Display,
    Store,
    apple_rules,
    custom_display,
    displays,
    displays_of_size,
    find_display,
    locales,
    resolve_locale,
)


def place(
    display: str | Display = "iphone_69",
    *,
    screen: str = "hero",
    number: int = 1,
    locale: str = "ja",
    form: Literal["png", "jpeg"] = "png",
    concept: str = "garden",
) -> Cell:
    found = find_display(display) if isinstance(display, str) else display
    return Cell(
        concept=concept, screen=screen, number=number, locale=resolve_locale(locale), display=found, format=form
    )


@pytest.mark.parametrize(
    ("display", "layout", "path"),
    [
        ("iphone_69", "fastlane", "screenshots/ja/01_iphone_69_hero.png"),
        ("iphone_69", "gradle-play-publisher", "screenshots/ja/01_iphone_69_hero.png"),
        ("apple_tv", "fastlane", "screenshots-tv/ja/01_apple_tv_hero.png"),
        ("vision_pro", "fastlane", "screenshots-vision/ja/01_vision_pro_vision_hero.png"),
        ("mac", "fastlane", "screenshots-mac/ja/01_mac_hero.png"),
        ("watch_ultra", "fastlane", "screenshots/ja/01_watch_ultra_hero.png"),
        ("iphone_duo", "fastlane", "app-store-connect/ja/01_iphone_duo_hero.png"),
        ("iphone_69_landscape", "fastlane", "screenshots/ja/01_iphone_69_landscape_hero.png"),
        (
            *("play_phone_landscape", "fastlane"),
            "metadata/android/ja-JP/images/phoneScreenshots/01_play_phone_landscape_hero.png",
        ),
        ("ipad_129", "fastlane", "screenshots/ja/01_ipad_129_app_ipad_pro_129_hero.png"),
        ("play_phone", "fastlane", "metadata/android/ja-JP/images/phoneScreenshots/01_hero.png"),
        ("play_tablet_7", "fastlane", "metadata/android/ja-JP/images/sevenInchScreenshots/01_hero.png"),
        ("play_tablet_10", "fastlane", "metadata/android/ja-JP/images/tenInchScreenshots/01_hero.png"),
        ("play_tv", "fastlane", "metadata/android/ja-JP/images/tvScreenshots/01_hero.png"),
        ("play_wear", "fastlane", "metadata/android/ja-JP/images/wearScreenshots/01_hero.png"),
        ("play_feature_graphic", "fastlane", "metadata/android/ja-JP/images/featureGraphic.png"),
        ("play_icon", "fastlane", "metadata/android/ja-JP/images/icon.png"),
        ("play_tv_banner", "fastlane", "metadata/android/ja-JP/images/tvBanner.png"),
        (
            *("play_phone", "gradle-play-publisher"),
            "src/main/play/listings/ja-JP/graphics/phone-screenshots/01_hero.png",
        ),
        (
            *("play_tablet_10", "gradle-play-publisher"),
            "src/main/play/listings/ja-JP/graphics/large-tablet-screenshots/01_hero.png",
        ),
        (
            *("play_feature_graphic", "gradle-play-publisher"),
            "src/main/play/listings/ja-JP/graphics/feature-graphic/01_hero.png",
        ),
        ("play_chromebook", "fastlane", "console/ja/01_play_chromebook_hero.png"),
        ("play_xr", "gradle-play-publisher", "console/ja/01_play_xr_hero.png"),
    ],
)
def test_paths(display: str, layout: str, path: str) -> None:
    assert delivery_path(place(display), layout) == PurePosixPath(path)


@pytest.mark.parametrize(
    ("locale", "apple", "play"),
    [
        ("pt_BR", "pt-BR", "pt-BR"),
        ("zh_CN", "zh-Hans", "zh-CN"),
        ("nb", "no", "no-NO"),
        ("he", "he", "iw-IL"),
        ("id", "id", "id"),
        ("es_MX", "es-MX", None),
        ("or", "or-IN", None),
        ("es_419", None, "es-419"),
    ],
)
def test_each_store_has_its_own_codes(locale: str, apple: str | None, play: str | None) -> None:
    deliver = delivery_path(place("iphone_69", locale=locale), "fastlane")
    supply = delivery_path(place("play_phone", locale=locale), "fastlane")
    publisher = delivery_path(place("play_phone", locale=locale), "gradle-play-publisher")
    assert (deliver.parts[1] if deliver else None) == apple
    assert (supply.parts[2] if supply else None) == play
    assert (publisher.parts[4] if publisher else None) == play


def test_custom_sizes() -> None:
    banner = custom_display("og", (1200, 630))
    for layout in BUILT_IN:
        assert str(delivery_path(place(banner, locale="zh_TW"), layout)) == "web/zh-Hant/01_og_hero.png"
        assert str(delivery_path(place(banner, locale="sr@latin", form="jpeg"), layout)) == "web/sr-Latn/01_og_hero.jpg"


def test_numbers_are_padded_so_that_names_sort_as_numbers() -> None:
    """Supply sorts by name; 99 pictures are many more than a store takes."""
    for display in ("iphone_69", "play_phone"):
        names = [str(delivery_path(place(display, number=n, screen=f"s{100 - n}"), "fastlane")) for n in range(1, 100)]
        assert names == sorted(names)


# -- what deliver makes of a path


@pytest.mark.parametrize("display", [d.id for d in displays().values() if d.store is Store.APPLE])
@pytest.mark.parametrize("screen", ["hero", "app_ipad_pro_129", "ipad_13", "iphone_69"])
def test_deliver_takes_a_picture_for_its_display(display: str, screen: str) -> None:
    found = find_display(display)
    path = delivery_path(place(display, screen=screen), "fastlane")
    assert displays_of_size(found.size, path=str(path)) == (found,)


@pytest.mark.parametrize("display", [d.id for d in displays().values() if d.store is Store.APPLE])
def test_also_at_the_sizes_that_two_displays_have(display: str) -> None:
    found = find_display(display)
    path = str(delivery_path(place(display), "fastlane"))
    assert {displays_of_size(size, path=path) for size in found.sizes} == {(found,)}


def test_the_two_that_deliver_can_tell_by_a_word_alone() -> None:
    shared = {size: displays_of_size(size) for d in displays().values() if d.store is Store.APPLE for size in d.sizes}
    assert {tuple(sorted(d.id for d in found)) for found in shared.values() if len(found) > 1} == {
        ("apple_tv", "vision_pro"),
        ("ipad_129", "ipad_13"),
    }


@pytest.mark.parametrize("screen", ["television", "visions", "supervision_2"])
def test_a_name_that_turns_a_television_into_a_headset(screen: str) -> None:
    """The shelf cannot help it, for the screen's id is in the name: the matrix refuses the id."""
    path = delivery_path(place("apple_tv", screen=screen), "fastlane")
    assert [d.id for d in displays_of_size((3840, 2160), path=str(path))] == ["vision_pro"]


# -- none outside, and each for itself

IDS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,62}", fullmatch=True)
DISPLAYS = st.sampled_from(list(displays().values())) | st.builds(
    custom_display, IDS, st.tuples(st.integers(16, 16384), st.integers(16, 16384))
)
PLACES = st.builds(
    Cell,
    concept=IDS,
    screen=IDS,
    number=st.integers(1, 500),
    locale=st.sampled_from(locales()),
    display=DISPLAYS,
    format=st.sampled_from(["png", "jpeg"]),
)
ROOTS = {*(tree.folder for tree in apple_rules().trees), "metadata", "src", "web", "console", "app-store-connect"}


@given(PLACES, st.sampled_from(tuple(BUILT_IN)))
def test_no_path_leaves_the_output_folder(cell: Cell, layout: str) -> None:
    path = delivery_path(cell, layout)
    if path is None:
        code = cell.locale.apple if cell.display.store is Store.APPLE else cell.locale.play
        assert code is None
        return
    assert not path.is_absolute()
    assert path.parts[0] in ROOTS
    assert not {"..", ".", ""} & set(path.parts)
    assert all(len(part) <= 255 and not set(part) & set('\\:*?"<>|\0\n') for part in path.parts)
    assert all(part.rstrip(" .") == part for part in path.parts)  # Windows would take these off
    assert path.suffix == (".jpg" if cell.format == "jpeg" else ".png")


def every_place(screens: Sequence[str], display_path: Sequence[Display]) -> list[Cell]:
    return [
        Cell(concept="g", screen=screen, number=number, locale=locale, display=display, format="png")
        for locale in locales()
        for display in display_path
        for number, screen in enumerate(screens, 1)
    ]


@pytest.mark.parametrize("layout", tuple(BUILT_IN))
def test_every_place_has_a_path_of_its_own(layout: str) -> None:
    """All locales and displays there are; graphics hold one picture, so there is one screen of them."""
    shots = [d for d in displays().values() if d.kind == "screenshot"]
    graphics = [d for d in displays().values() if d.kind == "graphic"]
    places = [*every_place(["hero", "week", "sync"], shots), *every_place(["hero"], graphics)]
    assert list(path_clashes(places, layout)) == []
    paths = [str(path).lower() for cell in places if (path := delivery_path(cell, layout)) is not None]
    assert len(paths) == len(set(paths))  # also where upper and lower case are the same


PLUGIN = """\
from pathlib import PurePosixPath

from locstore.delivery import deliver_path


class Flat:
    name = "flat"

    def path(self, cell):
        return PurePosixPath("flat", f"{cell.locale.bcp47}-{cell.display.id}-{cell.number}.png")


class Escaping(Flat):
    def path(self, cell):
        return PurePosixPath("..", deliver_path(cell))


FLAT, ESCAPING = Flat(), Escaping()
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed package with two folder layouts."""
    folder = tmp_path / "site"
    info = folder / "flat_layouts-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "flat_layouts.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: flat-layouts\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[locstore.folder_layouts]\nflat = flat_layouts:FLAT\nescaping = flat_layouts:ESCAPING\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    folder_layout.cache_clear()
    yield
    folder_layout.cache_clear()


@pytest.mark.usefixtures("package")
def test_a_package_adds_a_layout(folder: Folder, locstore: Call) -> None:
    assert folder_layout_names() == ("fastlane", "gradle-play-publisher", "escaping", "flat")
    done = locstore("run", "--layout", "flat", "-l", "en")
    assert done.code == 0, done.err
    assert {path.rpartition("/")[0] for path in folder.pictures()} == {"flat"}


@pytest.mark.usefixtures("package")
def test_a_layout_of_a_package_cannot_leave_the_output_folder() -> None:
    with pytest.raises(ValueError, match="outside of the output folder"):
        delivery_path(place(), "escaping")


def test_a_layout_that_nothing_has(folder: Folder, locstore: Call) -> None:
    done = locstore("plan", "--layout", "fastlan")
    assert done.code == 2
    assert "Did you mean 'fastlane'?" in done.err


def test_screens_of_one_graphic_clash() -> None:
    banner = find_display("play_feature_graphic")
    places = [p for p in every_place(["hero", "week", "sync"], [banner]) if p.locale.gettext == "ja"]
    assert [(a.screen, b.screen) for a, b in path_clashes(places, "fastlane")] == [("hero", "week"), ("hero", "sync")]
    assert list(path_clashes(places, "gradle-play-publisher")) == []


def test_screens_of_two_concepts_clash() -> None:
    one, other, third = place(concept="a"), place(concept="b"), place(concept="b", number=2)
    assert list(path_clashes([one, other, third], "fastlane")) == [(one, other)]


def test_a_place_that_no_store_has_clashes_with_nothing() -> None:
    nowhere = place("play_phone", locale="es_MX")
    assert delivery_path(nowhere, "fastlane") is None
    assert list(path_clashes([nowhere, nowhere], "fastlane")) == []


def test_a_project_with_clashing_screens_says_so_and_paints_the_first(tmp_path: Path) -> None:
    (tmp_path / "locstore.toml").write_text("", encoding="utf-8")
    (tmp_path / "concepts").mkdir()
    text = "concept: {}\nscreens:\n  - id: hero\n  - id: week\ndisplays: [{}]\nlocales: [en]\n"
    (tmp_path / "concepts" / "a.yaml").write_text(
        text.format("a", "play_feature_graphic, play_phone"), encoding="utf-8"
    )
    (tmp_path / "concepts" / "b.yaml").write_text(text.format("b", "play_phone"), encoding="utf-8")
    project = open_project(tmp_path)
    with project.ledger() as ledger:
        snapshot = project.snapshot(Selection(), FileDigests(ledger))
    found = [(f.code, f.severity, f.file, f.line) for f in snapshot.findings]
    assert found == [
        ("shelve-same-file", Severity.ERROR, "concepts/a.yaml", 4),
        ("shelve-same-file", Severity.ERROR, "concepts/b.yaml", 3),
        ("shelve-same-file", Severity.ERROR, "concepts/b.yaml", 4),
    ]
    assert "play_feature_graphic holds one picture" in snapshot.findings[0].message
    assert "Screen 'hero' of a has the same number and id" in snapshot.findings[1].message
    shots = [(shot.concept, shot.key) for shot in snapshot.shots]
    assert shots == [
        ("a", "hero/en_US/play_feature_graphic"),
        ("a", "hero/en_US/play_phone"),
        ("a", "week/en_US/play_phone"),
    ]
