"""The matrix: which cells there are, in which order, under which keys and codes, and what a selection takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from shot_projects import CONCEPT, FULL, ROOT, Garden, codes, digest, keys, read_catalogs

from locstore.concept import load_concept
from locstore.findings import Severity
from locstore.shots import Matrix, Policy, Selection, expand, names_locale
from locstore.stores import resolve_locale


@pytest.fixture(scope="module")
def sample() -> Matrix:
    loaded, _ = load_concept(ROOT / "concepts" / "pocket-garden.yaml", "concepts/pocket-garden.yaml")
    assert loaded is not None
    catalogs = read_catalogs(ROOT, "pocket-garden")
    return expand(loaded, catalogs, root=ROOT, selection=Selection(), policy=Policy(), digest=lambda path: path.name)


def place(garden: Garden, key: str) -> tuple[str | None, str | None]:
    """The store codes of a cell."""
    found = next(p for p in garden.matrix().places if p.key == key)
    return found.locale.apple, found.locale.play


# -- the sample


def test_the_sample_is_whole(sample: Matrix) -> None:
    """50 locales on three App Store displays, 49 on two of Play, which has no Odia; five screens each."""
    assert len(sample.shots) == len(sample.places) == 5 * (50 * 3 + 49 * 2)
    assert (len(sample.locales), len(sample.displays)) == (50, 5)
    assert {f.severity for f in sample.findings} == {Severity.NOTE}


def test_the_samples_keys_are_its_own(sample: Matrix) -> None:
    assert len(set(keys(sample))) == len(sample.shots)


def test_the_samples_order(sample: Matrix) -> None:
    """The source first, then locales by code; displays and screens as the concept has them."""
    locales = list(dict.fromkeys(shot.locale.gettext for shot in sample.shots))
    assert locales == ["en_US", *sorted(set(locales) - {"en_US"})]
    assert keys(sample)[:6] == [
        *(f"{screen}/en_US/iphone_69" for screen in ("hero", "identify", "week", "light", "sync")),
        "hero/en_US/iphone_63",
    ]
    first = [shot for shot in sample.shots if shot.locale.gettext == "ja"]
    displays = ["iphone_69", "iphone_63", "ipad_13", "play_phone", "play_tablet_10"]
    assert list(dict.fromkeys(shot.display.id for shot in first)) == displays
    assert [shot.number for shot in first] == [1, 2, 3, 4, 5] * 5


def test_the_samples_store_codes(sample: Matrix) -> None:
    codes = {
        (shot.locale.gettext, str(shot.display.store)): (shot.locale.apple, shot.locale.play) for shot in sample.shots
    }
    assert codes["ja", "apple"][0] == "ja"
    assert codes["ja", "play"][1] == "ja-JP"
    assert codes["zh_CN", "apple"][0] == "zh-Hans"
    assert codes["es_MX", "play"][1] == "es-419"
    assert ("or", "play") not in codes


def test_what_the_sample_says_about_odia(sample: Matrix) -> None:
    (note,) = [f for f in sample.findings if f.code == "shots-not-offered"]
    assert (note.severity, note.file) == (Severity.NOTE, "concepts/pocket-garden.yaml")
    assert note.message == "Google Play does not offer Odia (or)."


def test_only_limits_a_slot_to_a_store(sample: Matrix) -> None:
    slots = {str(shot.display.store): [w.id for w in shot.slots] for shot in sample.shots if shot.screen == "sync"}
    assert slots == {"apple": ["headline", "caption", "saving"], "play": ["headline", "caption_play", "saving"]}


def test_right_to_left(sample: Matrix) -> None:
    directions = {shot.locale.gettext: shot.slots[0].direction for shot in sample.shots}
    assert {code for code, direction in directions.items() if direction == "rtl"} == {"ar", "he", "ur"}


# -- selection


@pytest.mark.parametrize("name", ["pt_BR", "pt-BR", "pt-br", "PT_br", "pt_BR.UTF-8", "pt_B*"])
def test_a_locale_in_any_spelling(name: str) -> None:
    assert names_locale(name, resolve_locale("pt_BR"))
    assert not names_locale(name, resolve_locale("pt"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(("zh-Hans", "zh_CN"), ("zh_Hans_CN", "zh_CN"), ("zh-CN", "zh_CN"), ("no", "nb"), ("no-NO", "nb")),
        *(("iw-IL", "he"), ("en", "en_US"), ("ja-JP", "ja"), ("de_AT", "de")),
    ],
)
def test_a_stores_code(name: str, code: str) -> None:
    assert names_locale(name, resolve_locale(code))


@pytest.mark.parametrize("name", ["xx", "", "zh-Hant", "d", "[", "de/"])
def test_not_this_locale(name: str) -> None:
    assert not names_locale(name, resolve_locale("de"))


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), 12),
        (Selection(locales=("ja",)), 4),
        (Selection(locales=("ja", "zh-Hans")), 8),
        (Selection(locales=("*",)), 12),
        (Selection(locales=("z*", "j*")), 8),
        (Selection(displays=("iphone_69",)), 6),
        (Selection(displays=("iphone_*", "play_*")), 12),
        (Selection(displays=("IPHONE_69",)), 0),
        (Selection(screens=("hero",)), 6),
        (Selection(screens=("h*",)), 6),
        (Selection(screens=("hero/ja/*",)), 2),
        (Selection(screens=("*/ja/iphone_69",)), 2),
        (Selection(screens=("hero/ja/iphone_69", "week/zh_CN/*")), 3),
        (Selection(screens=("hero/*",), locales=("ja",), displays=("play_phone",)), 1),
        (Selection(screens=("hero/ja",)), 0),
        (Selection(screens=("ja",)), 0),
    ],
)
def test_selection(garden: Garden, selection: Selection, expected: int) -> None:
    for code in ("ja", "zh_CN"):
        garden.catalog(code, {**FULL, "week/count": ["{plants} x"]})
    matrix = garden.matrix(selection)
    assert len(matrix.shots) == expected
    assert len(matrix.places) == 12  # all cells, whatever was asked for
    assert set(keys(matrix)) == {p.key for p in matrix.places if selection.takes(p)}


def test_what_is_not_selected_is_not_reported(garden: Garden) -> None:
    garden.catalog("fr", {"hero/headline": "Bonjour"})
    assert "shots-missing-words" in codes(garden.matrix())
    assert codes(garden.matrix(Selection(screens=("hero",)))) == []


# -- locales


def test_a_list_of_locales_in_its_order(garden: Garden) -> None:
    garden.concept(CONCEPT + "locales: [fr, en, zh-Hans]\n")
    assert [locale.gettext for locale in garden.matrix().locales] == ["fr", "en_US", "zh_CN"]


def test_a_locale_without_a_catalog_has_all_its_words_missing(garden: Garden) -> None:
    garden.concept(CONCEPT + "locales: [fr]\n")
    matrix = garden.matrix()
    assert matrix.shots == ()
    assert codes(matrix) == ["shots-missing-words"] * 3


def test_an_unknown_locale(garden: Garden) -> None:
    garden.concept(CONCEPT + "locales: [en, xx, fr]\noverrides: {yy: {}}\n")
    found = [(f.code, f.line, f.column, f.path) for f in garden.matrix().findings if f.code == "shots-unknown-locale"]
    assert found == [
        ("shots-unknown-locale", 13, 15, "locales.1"),
        ("shots-unknown-locale", 14, 13, "overrides.yy"),
    ]


def test_a_locale_twice(garden: Garden) -> None:
    garden.concept(CONCEPT + "locales: [en, zh_CN, zh-Hans]\n")
    (twice,) = [f for f in garden.matrix().findings if f.code == "concept-duplicate-id"]
    assert (twice.line, twice.column) == (13, 22)
    assert "'zh-Hans' (zh-Hans)" in twice.message


def test_mexican_spanish_is_shelved_for_latin_america_on_play(garden: Garden) -> None:
    garden.catalog("es_MX", FULL)
    assert place(garden, "hero/es_MX/play_phone") == ("es-MX", "es-419")
    assert place(garden, "hero/es_MX/iphone_69") == ("es-MX", None)


def test_unless_latin_america_has_its_own_catalog(garden: Garden) -> None:
    garden.catalog("es_MX", FULL)
    garden.catalog("es_419", FULL)
    matrix = garden.matrix()
    assert "hero/es_MX/play_phone" not in keys(matrix)
    assert place(garden, "hero/es_419/play_phone")[1] == "es-419"
    assert "hero/es_419/iphone_69" not in keys(matrix)  # the App Store has es-MX for it, which is es_MX's
    assert sorted(f.message for f in matrix.findings) == [
        "Google Play does not offer Spanish (Mexico) (es_MX). Its es-419 has the pictures of es_419.",
        "The App Store does not offer Spanish (Latin America) (es_419). Its es-MX has the pictures of es_MX.",
    ]


def test_two_locales_never_share_a_stores_code(garden: Garden) -> None:
    """Neither has one of its own: en_IN and en_SG would both stand in for en-GB, and one overwrite the other."""
    for code in ("en_IN", "en_SG", "en_ZA", "es_419", "es_US", "nn", "sr@latin", "ca@valencia", "zh_HK", "ms_MY"):
        forms = 3 if code == "sr@latin" else 1 if code in ("zh_HK", "ms_MY") else 2
        garden.catalog(code, {**FULL, "week/count": ["{plants} x"] * forms})
    places = garden.matrix().places
    for field in ("apple", "play"):
        shelves = {(getattr(p.locale, field), p.display.id, p.screen) for p in places if p.display.store == field}
        assert len(shelves) == len([p for p in places if p.display.store == field])
        assert None not in {code for code, *_ in shelves}
    assert place(garden, "hero/en_IN/iphone_69")[0] == "en-GB"
    assert "hero/en_SG/iphone_69" not in keys(garden.matrix())


def test_a_locale_that_no_store_has(garden: Garden) -> None:
    """It is in the table for translators; a custom display takes it, and the note says why stores do not."""
    garden.concept(CONCEPT.replace("play_phone", "{id: og, size: [1200, 630]}"))
    garden.catalog("sr@latin", {**FULL, "week/count": ["{plants} x"] * 3})
    matrix = garden.matrix()
    assert [key for key in keys(matrix) if "sr@latin" in key] == ["hero/sr@latin/og", "week/sr@latin/og"]
    assert [f.message for f in matrix.findings] == ["The App Store does not offer Serbian (Latin) (sr@latin)."]


# -- displays


def test_displays_that_no_store_has(garden: Garden) -> None:
    garden.concept(CONCEPT.replace("play_phone", "iphone_70, play_phon"))
    matrix = garden.matrix()
    found = [(f.code, f.line, f.column) for f in matrix.findings]
    assert found == [("shots-unknown-display", 12, 23), ("shots-unknown-display", 12, 34)]
    assert "Did you mean iphone_69" in matrix.findings[0].message
    assert [display.id for display in matrix.displays] == ["iphone_69"]


def test_the_format_of_custom_displays_is_their_own(garden: Garden) -> None:
    custom = "{id: og, size: [1200, 630], format: jpeg}, {id: tall, size: [900, 1600]}"
    garden.concept(CONCEPT.replace("play_phone", custom))
    for policy, store in ((Policy(), "png"), (Policy(format="jpeg"), "jpeg")):
        shots = garden.matrix(policy=policy).shots
        assert {s.display.id: (s.size, s.format, s.display.form) for s in shots} == {
            "iphone_69": ((1320, 2868), store, "phone"),
            "og": ((1200, 630), "jpeg", "desktop"),
            "tall": ((900, 1600), "png", "phone"),
        }


def test_only_for_a_display(garden: Garden) -> None:
    garden.concept(
        CONCEPT.replace("text: Hello", "text: Hello, only: [og]").replace("play_phone", "{id: og, size: [99, 99]}")
    )
    slots = {shot.key: len(shot.slots) for shot in garden.matrix().shots if shot.screen == "hero"}
    assert slots == {"hero/en_US/iphone_69": 0, "hero/en_US/og": 1}


def test_only_for_something_that_does_not_exist(garden: Garden) -> None:
    garden.concept(CONCEPT.replace("text: Hello", "text: Hello, only: [aple, ipad_13]"))
    (finding,) = garden.matrix().findings
    assert (finding.code, finding.line, finding.path) == ("concept-unknown-name", 7, "screens.0.copy.0.only.0")


# -- roles and names


def test_an_unknown_role(garden: Garden) -> None:
    garden.concept(CONCEPT.replace("role: badge", "role: bagde"))
    (finding,) = garden.matrix().findings
    assert (finding.code, finding.path) == ("concept-unknown-name", "screens.1.copy.1.role")
    assert finding.message == "There is no role 'bagde'. Did you mean 'badge'? Known: badge, caption, headline."


def test_a_role_of_ones_own_needs_a_size(garden: Garden) -> None:
    own = CONCEPT.replace("role: badge", "role: stamp") + "typography: {stamp: {weight: 600}}\n"
    garden.concept(own)
    (finding,) = garden.matrix().findings
    assert (finding.code, finding.line, finding.path) == ("concept-missing-key", 13, "typography.stamp")
    garden.concept(own.replace("weight", "size: [1, 2], weight"))
    assert codes(garden.matrix()) == []


@pytest.mark.parametrize(
    ("screen", "display", "misread"),
    [
        ("television", "apple_tv", True),
        ("visionary", "apple_tv", True),
        ("tv", "apple_tv", False),
        ("television", "vision_pro", False),
        ("television", "iphone_69", False),
        ("television", "play_tv", False),
        ("hero_framed", "iphone_69", True),
        ("framed", "iphone_69", False),
        ("hero_framed_2", "iphone_69", False),
        ("hero_framed", "play_phone", False),
    ],
)
def test_screens_that_deliver_would_misread(garden: Garden, screen: str, display: str, *, misread: bool) -> None:
    garden.concept(CONCEPT.replace("id: week", f"id: {screen}").replace("iphone_69, play_phone", display))
    found = [(f.code, f.severity, f.line, f.column) for f in garden.matrix().findings]
    assert found == ([("shots-misleading-name", Severity.ERROR, 8, 9)] if misread else [])


def test_the_misleading_name_says_for_what_it_is_taken(garden: Garden) -> None:
    garden.concept(CONCEPT.replace("id: week", "id: television").replace("iphone_69", "apple_tv"))
    (finding,) = garden.matrix().findings
    assert "'television' on apple_tv for vision_pro" in finding.message


def test_a_link_to_the_project(garden: Garden, tmp_path: Path) -> None:
    """The project's folder may itself be reached by a link."""
    garden.concept(CONCEPT.replace("id: hero\n", "id: hero\n    capture: a.png\n"))
    garden.file("concepts/a.png")
    link = tmp_path.parent / f"{tmp_path.name}-link"
    link.symlink_to(tmp_path, target_is_directory=True)
    garden.root = link
    assert codes(garden.matrix()) == []
    assert garden.shot("hero/en_US/iphone_69").assets()["capture"].sha256 == digest(tmp_path / "concepts" / "a.png")
