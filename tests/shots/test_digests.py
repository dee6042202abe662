"""Digests: the same inputs give the same, and a change shows in the part it belongs to and in no other."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shot_projects import CONCEPT, FULL, ROOT, Garden

from locstore.shots import PICTURE_VERSION, Policy, Shot, fingerprint, shot_digests

FONTS = [("Noto.ttf", "ab12")]
KEY = "week/fr/iphone_69"
PICTURES = (
    "background: {image: b.png}\n    capture: c.png\n    frame: {image: f.png, screen: [0, 0, 9, 9]}\n    logo: true"
)
RICH = CONCEPT.replace("id: week\n", f"id: week\n    {PICTURES}\n") + "brand: {logo: l.png}\n"


@pytest.fixture
def rich(garden: Garden) -> Garden:
    garden.concept(RICH)
    garden.catalog("fr", FULL)
    for name in "bcfl":
        garden.file(f"concepts/{name}.png", name.encode())
    return garden


def digests(garden: Garden, key: str = KEY) -> dict[str, str]:
    return shot_digests(garden.shot(key), FONTS)


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    assert before.keys() == after.keys()
    return {part for part in before if before[part] != after[part]}


def test_the_same_inputs_give_the_same(rich: Garden) -> None:
    assert digests(rich) == digests(rich)
    assert set(digests(rich)) == {"words", "design", "display", "assets", "fonts", "version", "picture"}
    assert digests(rich)["version"] == str(PICTURE_VERSION)


DESIGN = {
    "layout": ("id: week\n", "id: week\n    layout: full-bleed\n"),
    "a style": ("text: A week", "text: A week, weight: 300"),
    "a colour": ("text: A week", 'text: A week, color: "#123456"'),
    "hyphenation": ("text: A week", "text: A week, hyphenate: true"),
    "a box": ("text: A week", "text: A week, box: [0, 0, 1, 0.5]"),
    "the role": ("role: badge", "role: caption"),
    "the scrim": ("id: week\n", 'id: week\n    scrim: "#123456"\n'),
    "the device": ("id: week\n", "id: week\n    device: {scale: 0.9}\n"),
    "the frame's radius": ("9, 9]}", "9, 9], radius: 5}"),
    "the typography": ("displays:", "typography: {headline: {weight: 300}}\ndisplays:"),
    "an override": ("displays:", "overrides: {fr: {week: {layout: full-bleed}}}\ndisplays:"),
    "the palette": ("displays:", 'style: {palette: ["#FFFFFF"]}\ndisplays:'),
}


@pytest.mark.parametrize(("old", "new"), DESIGN.values(), ids=DESIGN)
def test_design(rich: Garden, old: str, new: str) -> None:
    before = digests(rich)
    rich.concept(RICH.replace(old, new))
    assert changed(before, digests(rich)) == {"design", "picture"}


def test_words(rich: Garden) -> None:
    before = digests(rich)
    rich.catalog("fr", {**FULL, "week/headline": "La semaine"})
    assert changed(before, digests(rich)) == {"words", "picture"}


def test_a_value_is_words(rich: Garden) -> None:
    before = digests(rich)
    rich.concept(RICH.replace("number: 3", "number: 4"))
    assert changed(before, digests(rich)) == {"words", "picture"}


def test_a_name_that_is_kept_together_is_words_where_it_is_said(rich: Garden) -> None:
    rich.concept(RICH.replace("{number: 3}", "{number: 3}\n  app: {text: Pocket Garden}"))
    rich.catalog("fr", {**FULL, "week/headline": "Une *Semaine* Verte"})
    before = digests(rich)
    rich.concept(
        RICH.replace("{number: 3}", "{number: 3}\n  app: {text: Pocket Garden}") + "keep_together: [No Such]\n"
    )
    assert changed(before, digests(rich)) == set()
    rich.concept(RICH + "keep_together: [Semaine Verte]\n")
    assert changed(before, digests(rich)) == {"words", "picture"}
    (headline, _) = rich.shot(KEY).slots
    assert headline.keep_together == ("Semaine Verte",)


def test_text_values_are_kept_together_when_they_are_names(rich: Garden) -> None:
    long = "a sentence of more than thirty characters"
    rich.concept(
        RICH.replace("{number: 3}", f"{{number: 3}}\n  app: {{text: Pocket Garden}}\n  claim: {{text: {long}}}")
    )
    rich.catalog("fr", {**FULL, "week/headline": "{app} et {claim}"})
    (headline, count) = rich.shot(KEY).slots
    assert long in headline.markup
    assert headline.keep_together == ("Pocket Garden",)
    assert count.keep_together == ()


def test_a_value_that_no_text_shows_is_nothing(rich: Garden) -> None:
    before = digests(rich)
    rich.concept(RICH.replace("{number: 3}", "{number: 3}\n  other: {number: 4}"))
    assert changed(before, digests(rich)) == set()


def test_another_language_of_the_same_words(rich: Garden) -> None:
    """It chooses other shapes of the same characters."""
    rich.concept(RICH + "locales: [fr]\n")
    same = {"week/headline": "A week", "week/count": ["{plants} plants"] * 2}
    rich.catalog("fr", same)
    before = digests(rich)
    rich.catalog("fr", {})
    after = shot_digests(rich.shot(KEY, Policy(fallback_to_source=True)), FONTS)
    assert changed(before, after) == {"words", "picture"}


@pytest.mark.parametrize("name", ["b.png", "c.png", "f.png", "l.png"])
def test_assets(rich: Garden, name: str) -> None:
    before = digests(rich)
    rich.file(f"concepts/{name}", b"another")
    assert changed(before, digests(rich)) == {"assets", "picture"}


def test_a_touched_file_is_the_same_file(rich: Garden) -> None:
    before = digests(rich)
    rich.file("concepts/c.png", b"c")
    assert changed(before, digests(rich)) == set()


def test_two_assets_that_change_places(rich: Garden) -> None:
    before = digests(rich)
    rich.file("concepts/b.png", b"c")
    rich.file("concepts/c.png", b"b")
    assert changed(before, digests(rich)) == {"assets", "picture"}


def test_fonts(rich: Garden) -> None:
    shot = rich.shot(KEY)
    before = shot_digests(shot, FONTS)
    for fonts in ([], [("Noto.ttf", "cd34")], [("Other.ttf", "ab12")], [*FONTS, ("Other.ttf", "cd34")]):
        assert changed(before, shot_digests(shot, fonts)) == {"fonts", "picture"}


def test_the_display(rich: Garden) -> None:
    before = digests(rich)
    assert changed(before, digests(rich, "week/fr/play_phone")) == {"display", "picture"}
    rich.concept(RICH.replace("play_phone", "{id: og, size: [1320, 2868]}"))
    assert changed(before, digests(rich, "week/fr/og")) == {"display", "picture"}  # another shape of phone is drawn


def test_the_file_format(rich: Garden) -> None:
    jpeg = shot_digests(rich.shot(KEY, Policy(format="jpeg")), FONTS)
    assert changed(digests(rich), jpeg) == {"display", "picture"}


NOTHING = {
    "a comment in the concept": ("displays:", "# no comment\ndisplays:"),
    "a comment for translators": ("text: A week", "text: A week, comment: Warm."),
    "another screen": ("displays:", "  - id: last\ndisplays:"),
    "another screen's words": ("text: Hello", "text: Hi"),
    "another screen's design": ("id: hero\n", "id: hero\n    layout: full-bleed\n"),
    "another display": ("[iphone_69,", "[ipad_13, iphone_69,"),
    "another locale's design": ("displays:", "overrides: {de: {week: {layout: full-bleed}}}\ndisplays:"),
    "what is said to image models": ("displays:", "subject: A garden\nrole: A designer\ndisplays:"),
}


@pytest.mark.parametrize(("old", "new"), NOTHING.values(), ids=NOTHING)
def test_what_changes_nothing(rich: Garden, old: str, new: str) -> None:
    before = digests(rich)
    rich.concept(RICH.replace(old, new))
    assert changed(before, digests(rich)) == set()


def test_the_order_of_the_screens_changes_no_picture(garden: Garden) -> None:
    before = digests(garden, "hero/en_US/iphone_69")
    hero, week = CONCEPT.index("  - id: hero"), CONCEPT.index("  - id: week")
    end = CONCEPT.index("displays:")
    garden.concept(CONCEPT[:hero] + CONCEPT[week:end] + CONCEPT[hero:week] + CONCEPT[end:])
    assert garden.shot("hero/en_US/iphone_69").number == 2
    assert digests(garden, "hero/en_US/iphone_69") == before


@settings(max_examples=30)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20), max_size=4
    )
)
def test_comments_in_a_catalog_change_nothing(tmp_path_factory: pytest.TempPathFactory, comments: list[str]) -> None:
    garden = Garden(tmp_path_factory.mktemp("garden"))
    path = garden.catalog("fr", FULL)
    before = digests(garden)
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    for i, comment in enumerate(comments):
        place = 1 + i % (len(blocks) - 1)
        blocks[place] = f"{['# ', '#. ', '#: '][i % 3]}{comment}\n{blocks[place]}"
    path.write_text("\n\n".join(blocks), encoding="utf-8")
    assert digests(garden) == before


@given(st.permutations(["hero/headline", "week/headline", "week/count"]))
def test_the_order_of_a_catalog_changes_nothing(tmp_path_factory: pytest.TempPathFactory, order: list[str]) -> None:
    garden = Garden(tmp_path_factory.mktemp("garden"))
    garden.catalog("fr", {name: FULL[name] for name in order})
    other = Garden(tmp_path_factory.mktemp("garden"))
    other.catalog("fr", FULL)
    assert digests(garden) == digests(other)


# -- fingerprints

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
ENCODABLE = JSON.filter(lambda value: not any(0xD800 <= ord(c) < 0xE000 for c in json.dumps(value, ensure_ascii=False)))


@given(ENCODABLE)
def test_a_fingerprint_is_that_of_the_value_and_not_of_how_it_came_about(value: object) -> None:
    assert fingerprint(value) == fingerprint(json.loads(json.dumps(value)))


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(), min_size=2))
def test_the_order_of_keys_does_not_count(value: dict[str, int]) -> None:
    assert fingerprint(value) == fingerprint(dict(reversed(value.items())))


@given(ENCODABLE, ENCODABLE)
def test_other_values_have_other_fingerprints(one: object, other: object) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (fingerprint(one) == fingerprint(other)) is same


def test_the_same_in_another_process(garden: Garden) -> None:
    """No hash seed, no set order, no time is in it."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path; from shot_projects import Garden;"
        "from locstore.shots import shot_digests; garden = object.__new__(Garden); garden.root = Path(sys.argv[1]);"
        "print(shot_digests(garden.shot('week/en_US/iphone_69'), [('a', 'b')])['picture'])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program, str(garden.root), str(ROOT / "tests" / "shots")],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in "12"
    }
    assert found == {shot_digests(garden.shot("week/en_US/iphone_69"), [("a", "b")])["picture"]}


def test_a_shot_is_a_value(rich: Garden) -> None:
    one, other = rich.shot(KEY), rich.shot(KEY)
    assert isinstance(one, Shot)
    assert one == other
    assert one.key == "week/fr/iphone_69"
    assert one.size == (1320, 2868)
    json.dumps(one.inputs())
