"""Values in words: the market's own, written in the language of the words, isolated from right-to-left text."""

from __future__ import annotations

import pytest
from shot_projects import Garden

from locstore.findings import Severity
from locstore.shots import Policy

NB, FSI, PDI = "\u00a0", "\u2068", "\u2069"

MARKETS = """\
concept: garden
values:
  n: {number: 12000, locales: {de: 5000, ja: 300}}
  p: {percent: 0.5, locales: {de: 0.4}}
  d: {date: 2026-12-01, locales: {de: 2027-01-02}}
  t: {text: iCloud, locales: {zh_CN: 云}}
  c: {currency: 4.99, code: USD, locales: {ja: {currency: 500, code: JPY}}}
screens: [{id: a, copy: [{id: b, text: "{n} {p} {d} {t} {c}"}]}]
displays: [{id: og, size: [99, 99]}]
"""


def test_every_kind_has_values_of_its_own_in_a_market(garden: Garden) -> None:
    garden.concept(MARKETS)
    for code in ("de", "ja", "zh_CN", "fr"):
        garden.catalog(code, {"a/b": "{n}|{p}|{d}|{t}|{c}"})
    assert garden.words("a/de/og", "b").markup == f"5.000|40{NB}%|2. Januar 2027|iCloud|4,99{NB}$"
    assert garden.words("a/ja/og", "b").markup == "300|50%|2026年12月1日|iCloud|￥500"
    assert garden.words("a/zh_CN/og", "b").markup.split("|")[3] == "云"
    assert garden.words("a/fr/og", "b").markup.startswith(f"12\u202f000|50{NB}%|1 décembre 2026|")


@pytest.mark.parametrize("value", ["{number: 3, locales: {xx: 4}}", "{text: a, locales: {xx: b}}"])
def test_a_market_that_does_not_exist_is_a_finding(garden: Garden, value: str) -> None:
    garden.concept(MARKETS.replace("{percent: 0.5, locales: {de: 0.4}}", value))
    found = [f for f in garden.matrix().findings if f.code == "shots-unknown-locale"]
    assert [(f.line, f.path) for f in found] == [(4, "values.p.locales.xx")]


def test_a_fallbacks_values_are_written_in_its_language(garden: Garden) -> None:
    garden.concept(MARKETS)
    garden.catalog("ja", {})
    english = garden.words("a/ja/og", "b", Policy(fallback_to_source=True))
    assert english.language == "en-US"
    assert english.markup == "300 50% December 1, 2026 iCloud ¥500"  # the market's amounts, in English


def test_a_region_keeps_its_own_conventions_in_words_of_its_language(garden: Garden) -> None:
    garden.concept(MARKETS)
    garden.catalog("en_GB", {})
    assert garden.words("a/en_GB/og", "b").markup == "12,000 50% 1 December 2026 iCloud US$4.99"


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("ar", "{text: Disney+}", f"{FSI}Disney+{PDI}"),
        ("he", "{text: C#}", f"{FSI}C#{PDI}"),
        ("ur", "{text: Yahoo!}", f"{FSI}Yahoo!{PDI}"),
        ("fa", "{text: +1 555-0100}", f"{FSI}+1 555-0100{PDI}"),
        ("he", "{number: -5}", f"{FSI}\u200e-5{PDI}"),
        ("he", "{number: 1234}", "1,234"),
        ("fa", "{number: 1234}", "۱٬۲۳۴"),
        ("ar", "{text: ديزني}", "ديزني"),
        ("de", "{text: Disney+}", "Disney+"),
        ("de", "{text: ديزني}", f"{FSI}ديزني{PDI}"),
    ],
)
def test_values_that_the_words_direction_would_reorder_are_isolated(
    garden: Garden, code: str, value: str, shown: str
) -> None:
    concept = 'concept: garden\nvalues: {v: %s}\nscreens: [{id: a, copy: [{id: b, text: "On {v}"}]}]\n'
    garden.concept(concept % value + "displays: [{id: og, size: [99, 99]}]\n")
    garden.catalog(code, {"a/b": "{v}"})
    (shot,) = [s for s in garden.matrix().shots if s.locale.language == code]
    assert shot.slots[0].markup == shown


POLISH = """\
concept: garden
source: pl
values: {n: {number: %s}}
screens:
  - {id: a, copy: [{id: b, text: "{n} roślina", plural: "{n} roślin", %s count: n}]}
displays: [{id: og, size: [99, 99]}]
"""
FEW = 'plural_forms: {few: "{n} rośliny"},'


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1 roślina"), (3, "3 rośliny"), (5, "5 roślin"), (22, "22 rośliny"), (0, "0 roślin")]
)
def test_a_source_language_has_its_plural_forms(garden: Garden, number: int, words: str) -> None:
    garden.concept(POLISH % (number, FEW))
    matrix = garden.matrix()
    assert [f for f in matrix.findings if f.code == "concept-plural-forms"] == []
    assert garden.words("a/pl/og", "b").markup == words


def test_a_source_language_with_forms_that_nobody_wrote(garden: Garden) -> None:
    garden.concept(POLISH % (3, ""))
    (finding,) = [f for f in garden.matrix().findings if f.code == "concept-plural-forms"]
    assert (finding.severity, finding.line) == (Severity.WARNING, 5)
    assert "Add plural_forms with few; plural is then many." in finding.message


def test_plural_forms_that_the_source_language_does_not_have(garden: Garden) -> None:
    garden.concept(POLISH.replace("source: pl", "source: en") % (3, FEW))
    (finding,) = [f for f in garden.matrix().findings if f.code == "concept-plural-forms"]
    assert (finding.severity, finding.path) == (Severity.ERROR, "screens.0.copy.0.plural_forms.few")
    assert "has no plural category few" in finding.message


def test_font_families_for_a_language_that_does_not_exist(garden: Garden) -> None:
    garden.concept(
        "concept: garden\ntypography:\n  headline: {font_families: {default: [A], ja: [B], Arab: [C], xx: [D]}}\n"
        "screens: [{id: a, copy: [{id: b, text: Hi}]}]\ndisplays: [{id: og, size: [99, 99]}]\n"
    )
    found = [f for f in garden.matrix().findings if f.code == "shots-unknown-locale"]
    assert [(f.line, f.path) for f in found] == [(3, "typography.headline.font_families.xx")]
