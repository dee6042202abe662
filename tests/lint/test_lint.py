"""The lint: what each check finds, what it lets pass, and how it is silenced."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from locstore.catalog import Catalog, Entry, State
from locstore.findings import Severity, explanations
from locstore.lint import SlotLimits, lint_catalog, lint_titles
from locstore.messages import Message
from locstore.project import open_project
from locstore.project.linting import lint
from locstore.values import parse_plural_forms, plural_forms_for

ROOT = Path(__file__).parents[2]


def entry_of(message: Message, forms: tuple[str, ...], **more: object) -> Entry:
    return Entry(
        context=message.context,
        msgid=message.source,
        msgid_plural=message.plural,
        msgstr=forms,
        state=State.TRANSLATED,
        line=3,
        msgstr_lines=tuple(range(5, 5 + len(forms))),
        **more,  # type: ignore[arg-type]
    )


def catalog_of(code: str, *entries: Entry) -> Catalog:
    return Catalog(
        code=code,
        path=f"{code}.po",
        digest="",
        entries=MappingProxyType({e.key: e for e in entries}),
        obsolete=(),
        plural=parse_plural_forms(plural_forms_for(code)),
    )


def codes(code: str, source: str, text: str, *, role: str = "", max_lines: int = 0) -> set[str]:
    message = Message(context="s/a", source=source)
    catalog = catalog_of(code, entry_of(message, (text,)))
    found = lint_catalog([message], catalog, source_language="en", rooms={"s/a": SlotLimits(role, max_lines)})
    return {f.code.removeprefix("catalog-lint-") for f in found}


WRONG = [
    ("placeholders", "de", "{n} plants", "{n} von {n} Pflanzen"),
    ("highlights", "de", "A *plant* here", "*Eine* Pflanze *hier*"),
    ("end-punctuation", "de", "Water it.", "Gieß sie"),
    ("end-punctuation", "de", "Water it", "Gieß sie!"),
    ("end-punctuation", "ja", "Water it?", "水やり！"),
    ("end-punctuation", "hi", "Water it", "पानी दें।"),
    ("end-punctuation", "ar", "Ready?", "جاهز"),
    ("opening-mark", "es", "Ready?", "Listo?"),
    ("doubled-words", "de", "In the light", "In in dem Licht"),
    ("doubled-words", "ru", "All the plants", "Все все растения"),
    ("untranslated", "fr", "Water your plants", "Water your plants"),
    ("length", "fi", "Save", "Säästä kaikki kasvisi yhdellä kertaa"),
    ("numbers", "de", "97 plants", "96 Pflanzen"),
    ("numbers", "mr", "Save 30 plants", "रोपे वाचवा"),
    ("numbers", "ar", "Save 30 plants", "أنقذ ٣١ نبتة"),
    ("quotes", "de", "Say “hello”", "Sag “hallo”"),
    ("quotes", "fr", "Say “hello”", 'Dites "bonjour"'),
    ("quotes", "ja", "Say “hello”", "「こんにちは"),
    ("spaces", "de", "In the light", "Im  Licht"),
    ("spaces", "de", "In the\nlight", "Im \nLicht"),
    ("sign-spaces", "fr", "Ready?", "Prêt?"),
    ("sign-spaces", "fr", "Ready?", "Prêt ?"),
    ("sign-spaces", "fr_CA", "Plants: all", "Plantes: toutes"),
    ("sign-spaces", "de", "Plants, all", "Pflanzen , alle"),
    ("capitals", "pl", "Water it", "podlej"),
    ("capitals", "fr", "water it", "Arrosez-la"),
    ("brackets", "de", "Plants (all)", "Pflanzen (alle"),
    ("brackets", "ja", "Plants (all)", "植物"),
    ("accelerators", "de", "Save", "&Speichern"),
    ("accelerators", "de", "Save", "S_peichern"),
    ("entities", "de", "Plants & care", "Pflanzen &amp; Pflege"),
    ("entities", "de", "Plants", "<b>Pflanzen</b>"),
    ("mixed-scripts", "ru", "Light", "Cвет"),
    ("mixed-scripts", "el", "None", "Kανένα"),
    ("mixed-scripts", "ur", "A plant", "ايك پودا"),
    ("invisible", "de", "A plant", "Eine\u200b Pflanze"),
    ("invisible", "de", "A plant", "Eine Pflanze\u200e"),
    ("invisible", "de", "A plant", "Eine Pflan\u200dze"),
    ("invisible", "ar", "A plant", "نبتة \u2067"),
    ("line-breaks", "de", "A plant", "Eine\nPflanze"),
    ("line-breaks", "de", "A plant", r"Eine\nPflanze"),
]

RIGHT = [
    ("de", "Water it.", "Gieß sie."),
    ("de", "Ready? Now", "Bereit? Jetzt"),
    ("ja", "Water it.", "水をやろう。"),
    ("zh_CN", "Ready?", "准备好了吗？"),
    ("hi", "Water it.", "पानी दें।"),
    ("ar", "Ready?", "جاهز؟"),
    ("el", "Ready?", "Έτοιμοι;"),
    ("th", "Water it.", "รดน้ำ"),
    ("es", "Ready?", "¿Listo?"),
    ("de", "Ready… for all", "Bereit … für alle"),
    ("hi", "Slowly", "धीरे धीरे"),
    ("id", "Plants", "Tanaman tanaman"),
    ("fr", "We water", "Nous nous arrosons"),
    ("en_GB", "Water your plants", "Water your plants"),
    ("de", "iCloud", "iCloud"),
    ("de", "Premium", "Premium"),
    ("fr", "{n} iCloud", "{n} iCloud"),
    ("ar", "Save 30 plants", "أنقذ ٣٠ نبتة"),
    ("ru", "10,000 plants", "10 000 растений"),
    ("de", "Two plants", "2 Pflanzen"),
    ("de", "3D light", "Dreidimensionales Licht"),
    ("de", "Say “hello”", "Sag „hallo“"),
    ("fr", "Say “hello”", "Dites «\u202fbonjour\u202f»"),
    ("ja", "Say “hello”", "「こんにちは」と言おう"),
    ("sv", "Say “hello”", "Säg ”hej”"),
    ("he", 'A 6" pot', 'עציץ 6"'),
    ("fr", "Ready?", "Prêt\u202f?"),
    ("fr", "At 10:30", "À 10:30"),
    ("fr", "See example.org/a?b", "Voir https://example.org"),
    ("fr_CA", "Ready?", "Prêt?"),
    ("de", "Always with iCloud", "iCloud ist dabei"),
    ("ja", "Water it", "水やり"),
    ("de", "{n} plants", "Pflanzen: {n}"),
    ("ja", "Plants (all)", "植物（すべて）"),
    ("de", "Plants & care", "Pflanzen & Pflege"),
    ("ru", "With iCloud", "С iCloud"),
    ("fa", "The plants", "گیاه\u200cها"),
    ("de", "A family 👨‍👩‍👧", "Eine Familie 👨‍👩‍👧"),
    ("th", "A plant", "ต้น\u200bไม้"),
    ("ar", "With iCloud", "مع iCloud\u200f"),
    ("de", "A\nplant", "Eine\nPflanze"),
]


@pytest.mark.parametrize(("name", "code", "source", "text"), WRONG)
def test_what_is_found(name: str, code: str, source: str, text: str) -> None:
    assert name in codes(code, source, text)


@pytest.mark.parametrize(("code", "source", "text"), RIGHT)
def test_what_is_let_pass(code: str, source: str, text: str) -> None:
    assert codes(code, source, text) == set()


def test_every_check_is_tried() -> None:
    tried = {name for name, *_ in WRONG} | {"inconsistent", "same-translation"}
    assert {f"catalog-lint-{name}" for name in tried} == lint_titles().keys()


def test_the_titles_are_those_of_the_explanations() -> None:
    assert {code: explanations()[code].title for code in lint_titles()} == lint_titles()


def test_an_asian_headline_has_no_full_stop() -> None:
    assert codes("ja", "Water it.", "水やりを忘れない", role="headline") == set()
    assert codes("ja", "Water it.", "水やりを忘れない", role="caption") == {"end-punctuation"}


def test_more_lines_than_the_slot_has() -> None:
    assert "length" in codes("de", "A\nB", "A\nB", max_lines=1)
    assert "length" not in codes("de", "A\nB", "A\nB", max_lines=2)


class TestPlurals:
    MESSAGE = Message(context="s/p", source="1 plant.", plural="{n} plants.")

    def test_each_form_against_its_own_source(self) -> None:
        catalog = catalog_of("de", entry_of(self.MESSAGE, ("1 Pflanze.", "{n} Pflanzen.")))
        assert lint_catalog([self.MESSAGE], catalog, source_language="en") == []

    def test_the_line_is_that_of_the_form(self) -> None:
        catalog = catalog_of("de", entry_of(self.MESSAGE, ("1 Pflanze.", "{n} Pflanzen")))
        (found,) = lint_catalog([self.MESSAGE], catalog, source_language="en")
        assert (found.line, found.file) == (6, "de.po")
        assert "msgstr[1]" in found.message


class TestSilence:
    MESSAGE = Message(context="s/a", source="Water your plants.")

    @pytest.mark.parametrize(
        "more",
        [
            {"comment": "locstore-lint: ignore end-punctuation, untranslated"},
            {"comment": "By Ann.\nlocstore-lint: ignore catalog-lint-untranslated end-punctuation"},
            {"flags": ("no-wrap", "locstore-ignore:untranslated", "locstore-ignore:catalog-lint-end-punctuation")},
        ],
    )
    def test_by_the_translator(self, more: dict[str, object]) -> None:
        loud = catalog_of("de", entry_of(self.MESSAGE, ("Water your plants.",)))
        assert lint_catalog([self.MESSAGE], loud, source_language="en") != []
        catalog = catalog_of("de", entry_of(self.MESSAGE, ("Water your plants.",), **more))
        assert lint_catalog([self.MESSAGE], catalog, source_language="en") == []

    def test_only_what_is_named(self) -> None:
        comment = "locstore-lint: ignore capitals"
        catalog = catalog_of("de", entry_of(self.MESSAGE, ("Water your plants.",), comment=comment))
        assert len(lint_catalog([self.MESSAGE], catalog, source_language="en")) == 1


class TestWholeCatalog:
    ONE, TWO = Message(context="s/a", source="Light"), Message(context="s/b", source="Light")
    OTHER = Message(context="s/c", source="Weather")

    def test_one_source_in_two_ways(self) -> None:
        catalog = catalog_of("de", entry_of(self.ONE, ("Licht",)), entry_of(self.TWO, ("Helligkeit",)))
        (found,) = lint_catalog([self.ONE, self.TWO], catalog, source_language="en")
        assert found.code == "catalog-lint-inconsistent"
        assert "“Licht” in s/a" in found.message

    def test_case_alone_is_no_difference(self) -> None:
        catalog = catalog_of("de", entry_of(self.ONE, ("Licht an",)), entry_of(self.TWO, ("Licht AN",)))
        assert lint_catalog([self.ONE, self.TWO], catalog, source_language="en") == []

    def test_two_sources_in_one_way(self) -> None:
        catalog = catalog_of("de", entry_of(self.ONE, ("Wetter",)), entry_of(self.OTHER, ("Wetter",)))
        (found,) = lint_catalog([self.ONE, self.OTHER], catalog, source_language="en")
        assert (found.code, found.severity) == ("catalog-lint-same-translation", Severity.NOTE)

    def test_missing_words_say_nothing(self) -> None:
        message = Message(context="s/a", source="Light.")
        entry = Entry(
            context="s/a",
            msgid="Light.",
            msgid_plural=None,
            msgstr=("",),
            state=State.MISSING,
            line=1,
            msgstr_lines=(2,),
        )
        assert lint_catalog([message], catalog_of("de", entry), source_language="en") == []


def test_the_samples_catalogs_are_clean() -> None:
    report = lint(open_project(ROOT))
    assert report.catalogs >= 49
    assert [str(f) for f in report.findings] == []
