"""The words of a shot: where they come from, what may stand in for them, and who is told of it."""

from __future__ import annotations

import pytest
from shot_projects import CONCEPT, FULL, Garden, Words, codes, keys

from locstore.findings import Finding, Severity
from locstore.shots import Policy, Selection

FUZZY = Policy(allow_fuzzy=True)
SOURCE = Policy(fallback_to_source=True)


def about(garden: Garden, context: str, policy: Policy | None = None, locale: str = "fr") -> list[Finding]:
    matrix = garden.matrix(Selection(locales=(locale,), screens=(context.partition("/")[0],)), policy)
    return [f for f in matrix.findings if context in f.message]


def brief(findings: list[Finding]) -> list[tuple[str, str, str | None, int | None]]:
    return [(f.code, str(f.severity), f.file, f.line) for f in findings]


FR = "locales/fr/LC_MESSAGES/garden.po"


# -- the three states


def test_translated(garden: Garden) -> None:
    garden.catalog("fr", FULL)
    words = garden.words("hero/fr/iphone_69", "headline")
    assert (words.markup, words.msgid, words.language, words.direction, words.state) == (
        *("Bonjour", "Hello", "fr-FR", "ltr", "translated"),
    )
    assert (words.file, words.line) == (FR, garden.line("fr", "Bonjour"))
    assert codes(garden.matrix()) == []


def test_the_source_needs_no_catalog(garden: Garden) -> None:
    words = garden.words("hero/en_US/iphone_69", "headline")
    assert (words.markup, words.language, words.state) == ("Hello", "en-US", "source")
    assert (words.file, words.line) == ("concepts/garden.yaml", 7)


def test_missing_is_an_error_at_the_entry(garden: Garden) -> None:
    garden.catalog("fr", {**FULL, "hero/headline": ""})
    (finding,) = about(garden, "hero/headline")
    assert brief([finding]) == [("shots-missing-words", "error", FR, garden.line("fr", "hero/headline"))]
    assert "Translate it, or run with --fallback source." in finding.message
    assert "hero/fr/iphone_69" not in keys(garden.matrix())
    assert "week/fr/iphone_69" in keys(garden.matrix())


def test_without_an_entry_it_is_an_error_at_the_file(garden: Garden) -> None:
    garden.catalog("fr", {"week/headline": "Une semaine"})
    assert brief(about(garden, "hero/headline")) == [("shots-missing-words", "error", FR, 1)]


def test_without_a_catalog_it_is_an_error_at_the_text(garden: Garden) -> None:
    garden.concept(CONCEPT + "locales: [fr]\n")
    assert brief(about(garden, "hero/headline")) == [("shots-missing-words", "error", "concepts/garden.yaml", 7)]


def test_fuzzy_is_an_error(garden: Garden) -> None:
    garden.catalog("fr", {"~hero/headline": "Salut"})
    (finding,) = about(garden, "hero/headline")
    assert brief([finding]) == [("shots-fuzzy", "error", FR, garden.line("fr", "hero/headline"))]
    assert "--allow-fuzzy" in finding.message


def test_fuzzy_words_that_are_allowed_are_a_warning(garden: Garden) -> None:
    garden.catalog("fr", {"~hero/headline": "Salut"})
    line = garden.line("fr", "Salut")
    assert brief(about(garden, "hero/headline", FUZZY)) == [("shots-fuzzy-used", "warning", FR, line)]
    words = garden.words("hero/fr/iphone_69", "headline", FUZZY)
    assert (words.markup, words.state, words.line) == ("Salut", "fuzzy", line)


@pytest.mark.parametrize("words", [{"hero/headline": ""}, {}, {"~hero/headline": "Salut"}])
def test_the_source_stands_in_with_a_warning(garden: Garden, words: Words) -> None:
    garden.catalog("fr", words)
    (finding,) = about(garden, "hero/headline", SOURCE)
    assert (finding.code, finding.severity, finding.file) == ("shots-source-fallback", Severity.WARNING, FR)
    display_path = garden.words("hero/fr/iphone_69", "headline", SOURCE)
    assert (display_path.markup, display_path.language, display_path.direction, display_path.state) == (
        "Hello",
        "en-US",
        "ltr",
        "source",
    )


def test_source_words_in_a_right_to_left_locale_run_left_to_right(garden: Garden) -> None:
    garden.catalog("ar", {})
    shot = garden.shot("hero/ar/iphone_69", SOURCE)
    assert (shot.locale.direction, shot.slots[0].direction) == ("rtl", "ltr")


def test_a_translation_with_an_error_is_not_painted(garden: Garden) -> None:
    garden.catalog("fr", {**FULL, "week/count": ["{plantes} plante", "{plants} plantes"]})
    matrix = garden.matrix()
    assert codes(matrix) == ["catalog-placeholder-unknown", "catalog-placeholder-lost"]
    assert "week/fr/iphone_69" not in keys(matrix)


def test_each_finding_comes_once_however_many_displays_there_are(garden: Garden) -> None:
    garden.concept(CONCEPT.replace("iphone_69", "iphone_69, iphone_63, ipad_13"))
    garden.catalog("fr", {})
    assert len(about(garden, "hero/headline")) == 1


# -- regions


def test_a_region_holds_only_what_differs(garden: Garden) -> None:
    garden.catalog("fr", FULL)
    garden.catalog("fr_CA", {"hero/headline": "Allô"})
    assert garden.words("hero/fr_CA/iphone_69", "headline").markup == "Allô"
    words = garden.words("week/fr_CA/iphone_69", "headline")
    assert (words.markup, words.language, words.file) == ("Une semaine", "fr-FR", FR)
    (note,) = about(garden, "week/headline", locale="fr_CA")
    assert brief([note]) == [("shots-regional-fallback", "note", FR, garden.line("fr", "Une semaine"))]
    assert note.message == "week/headline has no words in fr_CA; those of fr are used."


def test_the_nearest_relative_comes_first(garden: Garden) -> None:
    garden.catalog("es", {**FULL, "hero/headline": "Hola"})
    garden.catalog("es_419", {"hero/headline": "Qué tal"})
    garden.catalog("es_MX", {})
    assert garden.words("hero/es_MX/iphone_69", "headline").markup == "Qué tal"
    assert garden.words("week/es_MX/iphone_69", "headline").language == "es-ES"


def test_a_region_of_the_source_takes_the_source(garden: Garden) -> None:
    garden.catalog("en_GB", {"week/headline": "A fortnight"})
    words = garden.words("hero/en_GB/iphone_69", "headline")
    assert (words.markup, words.language, words.state) == ("Hello", "en-US", "source")
    (note,) = about(garden, "hero/headline", locale="en_GB")
    assert brief([note]) == [("shots-regional-fallback", "note", "locales/en_GB/LC_MESSAGES/garden.po", 1)]
    assert garden.words("week/en_GB/iphone_69", "headline").markup == "A fortnight"


def test_regions_of_english_when_english_is_not_the_source(garden: Garden) -> None:
    """The chain of en_GB says `en`, and English's catalog is kept as en_US, however its folder is called."""
    garden.concept(CONCEPT.replace("concept: garden", "concept: garden\nsource: de"))
    garden.catalog("en", {**FULL, "hero/headline": "Good day"})
    garden.catalog("en_GB", {})
    words = garden.words("hero/en_GB/iphone_69", "headline")
    assert (words.markup, words.language) == ("Good day", "en-US")


def test_brazil_does_not_ask_portugal(garden: Garden) -> None:
    garden.catalog("pt", FULL)
    garden.catalog("pt_BR", {})
    assert brief(about(garden, "hero/headline", locale="pt_BR"))[0][:2] == ("shots-missing-words", "error")


def test_traditional_chinese_does_not_take_a_simplified_source(garden: Garden) -> None:
    """They are one language to the code, and two scripts to the reader."""
    garden.concept(CONCEPT.replace("concept: garden", "concept: garden\nsource: zh_CN"))
    garden.catalog("zh_TW", {})
    assert brief(about(garden, "hero/headline", locale="zh_TW"))[0][:2] == ("shots-missing-words", "error")


def test_hong_kong_asks_taiwan(garden: Garden) -> None:
    garden.catalog("zh_TW", {**FULL, "hero/headline": "你好", "week/count": ["{plants} 株"]})
    garden.catalog("zh_HK", {})
    assert garden.words("hero/zh_HK/play_phone", "headline").markup == "你好"


def test_an_error_in_the_relatives_words_is_reported_for_the_region(garden: Garden) -> None:
    """Also when the relative itself is not painted."""
    garden.concept(CONCEPT + "locales: [fr_CA]\n")
    garden.catalog("fr", {**FULL, "week/count": ["{plantes} plante", "{plants} plantes"]})
    matrix = garden.matrix()
    assert "catalog-placeholder-unknown" in codes(matrix)
    assert keys(matrix) == ["hero/fr_CA/iphone_69", "hero/fr_CA/play_phone"]


def test_a_fuzzy_relative_is_no_help(garden: Garden) -> None:
    garden.catalog("fr", {"~hero/headline": "Salut"})
    garden.catalog("fr_CA", {})
    assert brief(about(garden, "hero/headline", locale="fr_CA"))[0][:2] == ("shots-missing-words", "error")
    allowed = about(garden, "hero/headline", FUZZY, locale="fr_CA")
    assert [f.code for f in allowed] == ["shots-fuzzy-used", "shots-regional-fallback"]


# -- values


PRICE = """\
values:
  price:
    currency: 5
    code: USD
    locales:
      fr: {currency: 6, code: EUR}
      es: {currency: 7, code: EUR}
      es_419: {currency: 90, code: MXN}
      en: {currency: 4, code: GBP}
screens: [{id: hero, copy: [{id: price, text: "{price}"}]}]
displays: [iphone_69, play_phone, {id: og, size: [99, 99]}]
"""


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("fr", "6,00\xa0€"),
        ("fr_CA", "6,00\xa0€"),
        ("es", "7,00\xa0€"),
        ("es_MX", "$90.00"),
        ("de", "5,00\xa0$"),
        ("ja", "$5.00"),
        ("en_GB", "£4.00"),
    ],
)
def test_a_market_has_its_own_amount_and_regions_inherit_it(garden: Garden, code: str, written: str) -> None:
    garden.concept("concept: garden\n" + PRICE)
    garden.catalog(code, {"hero/price": "{price}"})
    assert garden.words(f"hero/{code}/og", "price").markup == written


def test_values_are_written_the_locales_way(garden: Garden) -> None:
    garden.concept("""\
concept: garden
values:
  n: {number: 12000}
  p: {percent: 0.5}
  d: {date: 2026-12-01}
  t: {text: iCloud}
  c: {number: 12000, compact: true}
screens: [{id: a, copy: [{id: b, text: "{n} {p} {d} {t} {c}"}]}]
displays: [mac]
""")
    garden.catalog("de", {"a/b": "{n} {p} {d} {t} {c}"})
    assert garden.words("a/de/mac", "b").markup == "12.000 50\xa0% 1. Dezember 2026 iCloud 12.000"
    assert garden.words("a/en_US/mac", "b").markup == "12,000 50% December 1, 2026 iCloud 12K"


def test_values_cannot_open_a_highlight(garden: Garden) -> None:
    garden.concept(
        'concept: g\nvalues: {t: {text: "5*"}}\nscreens: [{id: a, copy: [{id: b, text: "{t} *x*"}]}]\ndisplays: [mac]\n'
    )
    assert garden.words("a/en_US/mac", "b").markup == "5\\* *x*"


COUNT = """\
concept: garden
values: {n: {number: %s}}
screens: [{id: a, copy: [{id: b, text: "{n} plant", plural: "{n} plants", count: n}]}]
displays: [{id: og, size: [99, 99]}]
"""


@pytest.mark.parametrize(
    ("code", "forms", "number", "chosen"),
    [
        ("en_US", 0, 1, "1 plant"),
        ("en_US", 0, 2, "2 plants"),
        ("en_US", 0, 0, "0 plants"),
        ("pl", 3, 1, 0),
        ("pl", 3, 2, 1),
        ("pl", 3, 5, 2),
        ("pl", 3, 12, 2),
        ("pl", 3, 22, 1),
        ("pl", 3, 112, 2),
        ("ru", 3, 1, 0),
        ("ru", 3, 21, 0),
        ("ru", 3, 11, 2),
        ("ru", 3, 3, 1),
        ("ru", 3, 12000, 2),
        ("ar", 6, 0, 0),
        ("ar", 6, 1, 1),
        ("ar", 6, 2, 2),
        ("ar", 6, 3, 3),
        ("ar", 6, 11, 4),
        ("ar", 6, 100, 5),
        ("ar", 6, 12000, 5),
        ("ja", 1, 1, 0),
        ("ja", 1, 12000, 0),
        ("fr", 2, 0, 0),
        ("fr", 2, 1.5, 1),
        ("fr", 2, 2, 1),
    ],
)
def test_plural_forms(garden: Garden, code: str, forms: int, number: float, chosen: int | str) -> None:
    garden.concept(COUNT % number)
    if forms:
        garden.catalog(code, {"a/b": [f"{{n}} form{i}" for i in range(forms)]})
    words = garden.words(f"a/{code}/og", "b").markup
    assert words == chosen if isinstance(chosen, str) else words.endswith(f"form{chosen}")


def test_compact_numbers_choose_the_form_of_what_is_seen(garden: Garden) -> None:
    garden.concept(COUNT.replace("%s", "12341, compact: true"))
    garden.catalog("ru", {"a/b": ["{n} a", "{n} b", "{n} c"]})
    assert garden.words("a/ru/og", "b").markup == "12\xa0тыс. c"  # 12,341 itself would take the first form


def test_a_header_whose_rule_fails_for_this_number(garden: Garden) -> None:
    """It is fine for the numbers that every rule is tried on, and this one is not among them."""
    garden.concept(COUNT % 12345)
    garden.catalog("fr", {"a/b": ["{n} a", "{n} b"]}, header="nplurals=2; plural=(n == 12345 ? 7 : n > 1);")
    matrix = garden.matrix()
    (finding,) = [f for f in matrix.findings if f.severity is Severity.ERROR]
    assert (finding.code, finding.file) == ("catalog-plural-forms", FR)
    assert keys(matrix) == ["a/en_US/og"]


# -- what is wrong with the concept's own words


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("{plant}", "concept-unknown-name", "There is no value 'plant' for {plant}."),
        ("{plants", "concept-placeholder", "is not closed; write {{ for a brace."),
        ("{Plants }", "concept-placeholder", "is not a placeholder"),
        ("a}", "concept-placeholder", "closes nothing; write }} for a brace."),
        ("a *b", "concept-highlight", "has no partner; write \\* for an asterisk."),
        ("a ** b", "concept-highlight", "enclose nothing"),
        ("a\\tb", "concept-character", "Character 2 is U+0009 (a control character)."),
        ("a\\0b", "concept-character", "U+0000"),
        ("a\\u2028b", "concept-character", "a line separator; write \\n"),
        ("a\\u202eb", "concept-character", "a bidi embedding or override"),
        ("a\\ue000", "concept-character", "a private-use character"),
    ],
)
def test_source_texts(garden: Garden, text: str, code: str, words: str) -> None:
    garden.concept(CONCEPT.replace("text: Hello", f'text: "{text}"'))
    (finding,) = garden.matrix().findings
    assert (finding.code, finding.severity, finding.line, finding.column) == (code, Severity.ERROR, 7, 30)
    assert finding.path == "screens.0.copy.0.text"
    assert words in finding.message


def test_a_plural_text_is_looked_at_too(garden: Garden) -> None:
    garden.concept(CONCEPT.replace('plural: "{plants} plants"', 'plural: "{plans} plants"'))
    (finding,) = garden.matrix().findings
    assert (finding.code, finding.path) == ("concept-unknown-name", "screens.1.copy.1.plural")
    assert "week/en_US/iphone_69" not in keys(garden.matrix())


def test_what_is_allowed_in_texts(garden: Garden) -> None:
    garden.concept(CONCEPT.replace("text: Hello", 'text: "{{ \\\\* }} *a*\\nb 🏴󠁧󠁢󠁥󠁮󠁧󠁿 می‌خواهم \\u2068x\\u2069"'))
    assert codes(garden.matrix()) == []


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("{currency: 5, code: XQZ}", "values.plants"),
        ("{currency: 5, code: USD, locales: {ja: {currency: 5, code: XQZ}}}", "values.plants.locales.ja"),
        ("{date: 2026-12-01}", "screens.1.copy.1.count"),
        ("{text: three}", "screens.1.copy.1.count"),
    ],
)
def test_values_that_cannot_be_written_or_counted(garden: Garden, value: str, path: str) -> None:
    garden.concept(CONCEPT.replace("{number: 3}", value))
    garden.catalog("ja", {**FULL, "week/count": ["{plants}"]})
    found = [(f.code, f.path) for f in garden.matrix().findings]
    assert found == [("concept-value", path)]
    assert "hero/ja/iphone_69" in keys(garden.matrix())
    assert "week/ja/iphone_69" not in keys(garden.matrix())


def test_an_amount_for_a_locale_that_does_not_exist(garden: Garden) -> None:
    garden.concept(CONCEPT.replace("{number: 3}", "{currency: 5, code: USD, locales: {xx: {currency: 5, code: USD}}}"))
    (finding,) = garden.matrix().findings
    assert (finding.code, finding.line, finding.column) == ("shots-unknown-locale", 3, 46)


def test_a_count_that_is_no_value_stops_nothing_but_its_screen(garden: Garden) -> None:
    garden.concept(CONCEPT.replace("count: plants", "count: plans"))
    garden.catalog("fr", FULL)
    assert keys(garden.matrix(Selection(displays=("iphone_69",)))) == ["hero/en_US/iphone_69", "hero/fr/iphone_69"]
