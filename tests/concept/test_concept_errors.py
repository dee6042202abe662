"""Every mistake of a concept file is reported in one pass, each once, at its line and column."""

from __future__ import annotations

import pytest
from concept_text import VALID, brief, parse, screen, slot

from locstore.findings import Severity

SLOT = "screens.0.copy.0"
OVERRIDE = "overrides:\n  de:\n    hero:\n      "  # what follows stands on line 10, column 7

VALUES = {
    "colour name": (slot("color: red"), ("value", 5, 44, f"{SLOT}.color"), "is not a colour; write it as #RRGGBB"),
    "colour of five digits": (slot('pill: "#12345"'), ("value", 5, 43, f"{SLOT}.pill"), "#12345"),
    "colour with a line end": (slot('color: "#fff\\n"'), ("value", 5, 44, f"{SLOT}.color"), "is not a colour"),
    "highlight is a colour": (slot('highlight: "#fff"'), ("value", 5, 48, f"{SLOT}.highlight"), "mapping"),
    "highlight's colour": (
        slot("highlight: {color: blue}"),
        ("value", 5, 56, f"{SLOT}.highlight.color"),
        "'blue' is not a colour",
    ),
    "size upside down": (slot("size: [5, 2]"), ("value", 5, 43, f"{SLOT}.size"), "[smallest, largest]"),
    "size is one number": (slot("size: 5"), ("value", 5, 43, f"{SLOT}.size"), "list"),
    "size of one": (slot("size: [1]"), ("value", 5, 43, f"{SLOT}.size"), "needs 2 items"),
    "size of three": (slot("size: [1, 2, 3]"), ("value", 5, 43, f"{SLOT}.size"), "2 items at most"),
    "size of nothing": (slot("size: [0, 4]"), ("value", 5, 44, f"{SLOT}.size.0"), "greater than 0"),
    "size of half the canvas": (slot("size: [4, 50]"), ("value", 5, 47, f"{SLOT}.size.1"), "40"),
    "box leaves the canvas": (slot("box: [0.5, 0.5, 0.6, 0.1]"), ("value", 5, 42, f"{SLOT}.box"), "leaves"),
    "box without area": (slot("box: [0, 0, 1, 0]"), ("value", 5, 42, f"{SLOT}.box"), "no area"),
    "box in pixels": (slot("box: [0, 0, 1, 400]"), ("value", 5, 52, f"{SLOT}.box.3"), "400"),
    "not a number": (slot("box: [.nan, 0, 1, 1]"), ("value", 5, 43, f"{SLOT}.box.0"), "number"),
    "no lines": (slot("max_lines: 0"), ("value", 5, 48, f"{SLOT}.max_lines"), "1"),
    "weight": (slot("weight: bold"), ("value", 5, 45, f"{SLOT}.weight"), "'bold'"),
    "align": (slot("align: left"), ("value", 5, 44, f"{SLOT}.align"), "'start', 'center' or 'end'"),
    "only is a word": (slot("only: apple"), ("value", 5, 43, f"{SLOT}.only"), "list"),
    "plural without count": (slot("plural: Hellos"), ("value", 5, 9, SLOT), "needs count"),
    "text is a number": (VALID.replace("Hello", "2026"), ("value", 5, 30, f"{SLOT}.text"), "put it in quotes"),
    "text is empty": (VALID.replace("Hello", '""'), ("value", 5, 30, f"{SLOT}.text"), "1 character"),
    "text is long": (VALID.replace("Hello", "x" * 2001), ("value", 5, 30, f"{SLOT}.text"), "2000 characters"),
    "text is nothing": (
        VALID.replace("{id: headline, text: Hello}", "id: headline\n        text:"),
        ("value", 6, 9, f"{SLOT}.text"),
        "found nothing",
    ),
    "id with a space": (VALID.replace("id: hero", "id: Hero Two"), ("value", 3, 9, "screens.0.id"), "'Hero Two'"),
    "id is a number": (VALID.replace("id: hero", "id: 5"), ("value", 3, 9, "screens.0.id"), "quotes"),
    "concept leaves its folder": (VALID.replace("garden", "../evil"), ("value", 1, 10, "concept"), "'../evil'"),
    "screens is a mapping": (
        "concept: a\nscreens: {hero: {}}\ndisplays: [mac]\n",
        ("value", 2, 10, "screens"),
        "should be a list",
    ),
    "no displays": (VALID.replace("[iphone_69]", "[]"), ("value", 6, 11, "displays"), "1 items or more"),
    "displays is a word": (VALID.replace("[iphone_69]", "iphone_69"), ("value", 6, 11, "displays"), "list"),
    "displays is nothing": (VALID.replace(" [iphone_69]", ""), ("value", 6, 1, "displays"), "found nothing"),
    "a display is a number": (VALID.replace("[iphone_69]", "[69]"), ("value", 6, 12, "displays.0"), "iphone_69"),
    "display too small": (
        VALID.replace("[iphone_69]", "[{id: og, size: [1200, 6]}]"),
        ("value", 6, 34, "displays.0.size.1"),
        "16",
    ),
    "display too large": (
        VALID.replace("[iphone_69]", "[{id: og, size: [16384, 16384]}]"),
        ("value", 6, 12, "displays.0"),
        "64 megapixels",
    ),
    "layout": (screen("layout: top"), ("value", 6, 13, "screens.0.layout"), "'caption-top'"),
    "frame": (screen("frame: phon"), ("value", 6, 12, "screens.0.frame"), "'phone'"),
    "frame without a screen": (screen("frame: {image: a.png}"), ("value", 6, 12, "screens.0.frame"), "Screen is"),
    "frame's screen": (
        screen("frame: {image: a.png, screen: [0, 0, 0, 9]}"),
        ("value", 6, 35, "screens.0.frame.screen"),
        "positive",
    ),
    "drawn frame with a picture": (
        screen("frame: {kind: phone, image: a.png, screen: [0, 0, 9, 9]}"),
        ("value", 6, 12, "screens.0.frame"),
        "a drawn one has neither",
    ),
    "background": (screen("background: red"), ("value", 6, 17, "screens.0.background"), "not a colour"),
    "background is a number": (screen("background: 5"), ("value", 6, 17, "screens.0.background"), "mapping"),
    "two backgrounds": (
        screen('background: {solid: "#fff", image: a.png}'),
        ("value", 6, 17, "screens.0.background"),
        "exactly one",
    ),
    "gradient of one": (
        screen('background: {gradient: ["#fff"]}'),
        ("value", 6, 28, "screens.0.background.gradient"),
        "2 items or more",
    ),
    "art-only with words": (screen("layout: art-only"), ("value", 4, 5, "screens.0.copy"), "shows no words"),
    "shadow": (screen("device: {shadow: -1}"), ("value", 6, 22, "screens.0.device.shadow"), "-1"),
    "logo": (screen("logo: maybe"), ("value", 6, 11, "screens.0.logo"), "true or false"),
    "number is a word": (
        VALID + "values: {a: {number: many}}\n",
        ("value", 7, 22, "values.a.number"),
        "This should be a number (found 'many').",
    ),
    "number is true": (VALID + "values: {a: {number: true}}\n", ("value", 7, 22, "values.a.number"), "True"),
    "number is infinite": (VALID + "values: {a: {number: 1e400}}\n", ("value", 7, 22, "values.a.number"), "finite"),
    "number is huge": (VALID + "values: {a: {number: 1e19}}\n", ("value", 7, 22, "values.a.number"), "1e+19"),
    "compact": (
        VALID + "values: {a: {number: 1, compact: maybe}}\n",
        ("value", 7, 34, "values.a.compact"),
        "'short' or 'long'",
    ),
    "currency's code": (
        VALID + "values: {a: {currency: 5, code: usd}}\n",
        ("value", 7, 33, "values.a.code"),
        "'usd'",
    ),
    "amount of a market": (
        VALID + "values: {a: {currency: 5, code: USD, locales: {ja: {currency: x, code: JPY}}}}\n",
        ("value", 7, 63, "values.a.locales.ja.currency"),
        "number",
    ),
    "date that is none": (
        VALID + "values: {a: {date: 2026-13-40}}\n",
        ("value", 7, 20, "values.a.date"),
        "2026-13-40",
    ),
    "value of two kinds": (
        VALID + "values: {a: {number: 1, text: b}}\n",
        ("value", 7, 13, "values.a"),
        "exactly one of: currency, number, percent, date, text",
    ),
    "value of no kind": (VALID + "values: {a: {numbr: 1}}\n", ("value", 7, 13, "values.a"), "exactly one of"),
    "value is a number": (VALID + "values: {a: 5}\n", ("value", 7, 13, "values.a"), "exactly one of"),
    "name of a value": (VALID + "values: {A: {text: b}}\n", ("value", 7, 13, "values.A"), "'A'"),
    "locales is a word": (VALID + "locales: german\n", ("value", 7, 10, "locales"), "Write all, or a list"),
    "locales has a number": (VALID + "locales: [de, 5]\n", ("value", 7, 15, "locales.1"), "quotes"),
    "palette": (VALID + "style: {palette: [red]}\n", ("value", 7, 19, "style.palette.0"), "'red'"),
    "override is a word": (VALID + "overrides: {de: bold}\n", ("value", 7, 17, "overrides.de"), "mapping"),
    "override's screen is a word": (
        VALID + "overrides: {de: {hero: bold}}\n",
        ("value", 7, 24, "overrides.de.hero"),
        "mapping",
    ),
    "override's background": (
        VALID + OVERRIDE + "background: red\n",
        ("value", 10, 19, "overrides.de.hero.background"),
        "not a colour",
    ),
    "words for a slot": (
        VALID + OVERRIDE + "headline: Hallo\n",
        ("value", 10, 17, "overrides.de.hero.headline"),
        "never words",
    ),
    "copy in an override": (
        VALID + OVERRIDE + "copy: [{id: headline, text: Hallo}]\n",
        ("value", 10, 13, "overrides.de.hero.copy"),
        "never words",
    ),
}

NAMES = {
    "unknown key": (VALID + "colour: red\n", ("unknown-key", 7, 1, "colour"), "Known keys: brand, concept,"),
    "misspelt key": (VALID + "screns: []\n", ("unknown-key", 7, 1, "screns"), "Did you mean 'screens'?"),
    "misspelt key of a slot": (slot("colr: red"), ("unknown-key", 5, 37, f"{SLOT}.colr"), "Did you mean 'color'?"),
    "misspelt key of a highlight": (
        slot('highlight: {color: "#fff", wait: 5}'),
        ("unknown-key", 5, 64, f"{SLOT}.highlight.wait"),
        "'weight'",
    ),
    "misspelt key of a screen": (
        screen("layoutt: caption-top"),
        ("unknown-key", 6, 5, "screens.0.layoutt"),
        "Did you mean 'layout'?",
    ),
    "misspelt key of a glow": (
        screen('background: {solid: "#fff", glow: [{color: "#fff", radios: 1}]}'),
        ("unknown-key", 6, 56, "screens.0.background.glow.0.radios"),
        "'radius'",
    ),
    "misspelt key of a value": (
        VALID + "values: {a: {number: 1, compac: true}}\n",
        ("unknown-key", 7, 25, "values.a.compac"),
        "compac",
    ),
    "misspelt key of an override's slot": (
        VALID + OVERRIDE + "headline: {siz: [1, 2]}\n",
        ("unknown-key", 10, 18, "overrides.de.hero.headline.siz"),
        "Did you mean 'size'?",
    ),
    "misspelt design of an override": (
        VALID + OVERRIDE + "layoutt: caption-top\n",
        ("unknown-key", 10, 7, "overrides.de.hero.layoutt"),
        "Did you mean 'layout'?",
    ),
    "misspelt design inside of an override": (
        VALID + OVERRIDE + "device: {scal: 1}\n",
        ("unknown-key", 10, 16, "overrides.de.hero.device.scal"),
        "Did you mean 'scale'?",
    ),
    "text in an override": (
        VALID + OVERRIDE + "headline: {text: Hallo}\n",
        ("unknown-key", 10, 18, "overrides.de.hero.headline.text"),
        "never words. Put the words for 'text' into the locale's catalog.",
    ),
    "plural in an override": (
        VALID + OVERRIDE + "headline: {plural: Hallo}\n",
        ("unknown-key", 10, 18, "overrides.de.hero.headline.plural"),
        "never words",
    ),
    "a merge key without a mapping": (
        VALID + "typography: {a: {weight: 400}, b: {<<: 400}}\n",
        ("yaml", 7, 40, "typography.b"),
        "<< takes a mapping",
    ),
    "no text": (VALID.replace(", text: Hello", ""), ("missing-key", 5, 9, SLOT), "The key 'text' of"),
    "no displays at all": (VALID.replace("displays: [iphone_69]\n", ""), ("missing-key", 1, 1, None), "'displays'"),
    "no size of a display": (
        VALID.replace("[iphone_69]", "[{id: og}]"),
        ("missing-key", 6, 12, "displays.0"),
        "'size'",
    ),
    "no code of an amount": (
        VALID + "values: {a: {currency: 5}}\n",
        ("missing-key", 7, 13, "values.a"),
        "The key 'code' of values.a is missing.",
    ),
    "screen twice": (
        VALID.replace("displays", "  - id: hero\ndisplays"),
        ("duplicate-id", 6, 9, "screens.1.id"),
        "The screen 'hero' stands here for the second time (first on line 3).",
    ),
    "slot twice": (
        VALID.replace("displays", "      - {id: headline, text: Again}\ndisplays"),
        ("duplicate-id", 6, 14, "screens.0.copy.1.id"),
        "The slot 'headline' stands here for the second time (first on line 5).",
    ),
    "display twice": (
        VALID.replace("[iphone_69]", "[mac, {id: mac, size: [99, 99]}]"),
        ("duplicate-id", 6, 17, "displays.1"),
        "The display 'mac'",
    ),
    "slot with a name of design": (
        VALID.replace("headline", "layout"),
        ("value", 5, 14, f"{SLOT}.id"),
        "cannot be called 'layout'",
    ),
    "count of nothing": (
        slot("plural: Hellos, count: plants"),
        ("unknown-name", 5, 60, f"{SLOT}.count"),
        "There is no value 'plants'. Add it under values.",
    ),
    "misspelt count": (
        slot("plural: Hellos, count: plant") + "values: {plants: {number: 3}}\n",
        ("unknown-name", 5, 60, f"{SLOT}.count"),
        "Did you mean 'plants'?",
    ),
    "screen of an override": (
        VALID + "overrides: {de: {her: {headline: {max_lines: 2}}}}\n",
        ("unknown-name", 7, 18, "overrides.de.her"),
        "Did you mean 'hero'?",
    ),
    "slot of an override": (
        VALID + OVERRIDE + "headlin: {max_lines: 2}\n",
        ("unknown-name", 10, 7, "overrides.de.hero.headlin"),
        "It has: headline.",
    ),
}


@pytest.mark.parametrize(("text", "expected", "words"), VALUES.values(), ids=VALUES)
def test_values(text: str, expected: tuple[str, int, int, str], words: str) -> None:
    _, findings = parse(text)
    assert brief(findings) == [expected]
    assert words in findings[0].message


@pytest.mark.parametrize(("text", "expected", "words"), NAMES.values(), ids=NAMES)
def test_names(text: str, expected: tuple[str, int, int, str], words: str) -> None:
    _, findings = parse(text)
    assert brief(findings) == [expected]
    assert words in findings[0].message


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../x.png",
        "a/../../x",
        "a/..",
        "..",
        "a\\b.png",
        "C:/x.png",
        "~/x",
        "",
        "file:///x",
        "a\0b",
        "a\n",
    ],
)
@pytest.mark.parametrize("key", ["capture: {}", "background: {{image: {}}}"])
def test_paths_that_lead_out(path: str, key: str) -> None:
    quoted = '"' + path.replace("\\", "\\\\").replace("\0", "\\0").replace("\n", "\\n") + '"'
    _, findings = parse(screen(key.format(quoted)))
    assert [f.code for f in findings] == ["concept-value"]
    assert "below the concept's own folder" in findings[0].message
    assert findings[0].line == 6


def test_a_logo_that_leads_out() -> None:
    _, findings = parse(VALID + "brand: {logo: ../x.png}\n")
    assert brief(findings) == [("value", 7, 15, "brand.logo")]


@pytest.mark.parametrize("path", ["a.png", "a/b.png", "./a.png", "a//b.png", "..a/b..png", "{locale}/{display}.png"])
def test_paths_that_stay(path: str) -> None:
    assert parse(screen(f'capture: "{path}"'))[1] == []


def test_everything_at_once() -> None:
    """Mistakes of every kind in one file: YAML's, the types', the names'."""
    text = """\
concept: Garden
colour: red
screens:
  - id: hero
    layout: top
    background: {gradient: ["#fff"], angle: 500}
    capture: ../x.png
    copy:
      - {id: headline, text: A, size: [9, 1], color: blue}
      - {id: headline, text: B, id: b}
      - {id: layout, plural: C, count: many}
  - id: hero
    foo: 1
displays: [mac, mac, 5]
displays: [tv]
overrides:
  de: {her: {}, hero: {headline: {text: A}, other: {}, layou: top}}
"""
    _, findings = parse(text)
    assert brief(findings) == [
        ("value", 1, 10, "concept"),
        ("unknown-key", 2, 1, "colour"),
        ("value", 5, 13, "screens.0.layout"),
        ("value", 6, 28, "screens.0.background.gradient"),
        ("value", 6, 45, "screens.0.background.angle"),
        ("value", 7, 14, "screens.0.capture"),
        ("value", 9, 39, "screens.0.copy.0.size"),
        ("value", 9, 54, "screens.0.copy.0.color"),
        ("duplicate-id", 10, 14, "screens.0.copy.1.id"),
        ("duplicate-key", 10, 33, "screens.0.copy.1.id"),
        ("missing-key", 11, 9, "screens.0.copy.2"),
        ("value", 11, 14, "screens.0.copy.2.id"),
        ("unknown-name", 11, 40, "screens.0.copy.2.count"),
        ("duplicate-id", 12, 9, "screens.1.id"),
        ("unknown-key", 13, 5, "screens.1.foo"),
        ("duplicate-id", 14, 17, "displays.1"),
        ("value", 14, 22, "displays.2"),
        ("duplicate-key", 15, 1, "displays"),
        ("unknown-name", 17, 8, "overrides.de.her"),
        ("unknown-key", 17, 35, "overrides.de.hero.headline.text"),
        ("unknown-name", 17, 45, "overrides.de.hero.other"),
        ("unknown-key", 17, 56, "overrides.de.hero.layou"),
    ]
    assert {f.severity for f in findings} == {Severity.ERROR}
    assert {f.file for f in findings} == {"c.yaml"}


def test_a_concept_whose_names_are_wrong_can_still_be_looked_at() -> None:
    """The matrix reports more about it, so that one `check` shows all there is."""
    loaded, findings = parse(VALID.replace("displays", "  - id: hero\ndisplays"))
    assert loaded is not None
    assert [f.code for f in findings] == ["concept-duplicate-id"]


@pytest.mark.parametrize(
    "text", ["- a\n", "hello\n", "null\n", "5\n", "concept: [a]\nscreens: 5\ndisplays: {}\noverrides: [1]\nvalues: x\n"]
)
def test_something_else_than_a_concept(text: str) -> None:
    loaded, findings = parse(text)
    assert loaded is None
    assert findings
    assert all(f.line == 1 or f.path for f in findings)


def test_a_long_value_is_shown_in_short() -> None:
    _, findings = parse(VALID.replace("id: hero", "id: " + "A" * 5000))
    assert all(len(f.message) < 250 for f in findings)
