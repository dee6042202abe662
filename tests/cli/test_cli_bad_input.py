"""Every kind of bad input: a finding with file and line, the right exit code, and never a traceback."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from projects import CONCEPT, WORDS, Call, Folder, capture, catalog, with_capture

PO = "locales/de/LC_MESSAGES/tiny.po"


def broken_yaml(folder: Folder) -> None:
    folder.replace("concepts/tiny.yaml", "locales: all", "locales: [all")


def tab_in_yaml(folder: Folder) -> None:
    folder.replace("concepts/tiny.yaml", '    background: "#33507F"', '\tbackground: "#33507F"')


def empty_concept(folder: Folder) -> None:
    folder.write("concepts/tiny.yaml", "")


def concept_that_is_a_list(folder: Folder) -> None:
    folder.write("concepts/tiny.yaml", "- a\n- b\n")


def concept_in_latin_1(folder: Folder) -> None:
    folder.write("concepts/tiny.yaml", CONCEPT.replace("And how", "Und Übung").encode("latin-1"))


def unknown_key(folder: Folder) -> None:
    folder.replace("concepts/tiny.yaml", '    background: "#33507F"', '    backgruond: "#33507F"')


def two_unknown_keys(folder: Folder) -> None:
    unknown_key(folder)
    folder.replace("concepts/tiny.yaml", "locales: all", "locale: all")


def duplicate_slot(folder: Folder) -> None:
    slot = '      - {id: headline, text: "Say it", comment: "Verb first."}\n'
    folder.replace("concepts/tiny.yaml", slot, slot + slot)


def duplicate_key(folder: Folder) -> None:
    folder.replace("concepts/tiny.yaml", "concept: tiny\n", "concept: tiny\nconcept: tiny\n")


def missing_capture(folder: Folder) -> None:
    folder.write("concepts/tiny.yaml", with_capture(CONCEPT, "hero", "cap.png"))


def capture_that_is_a_folder(folder: Folder) -> None:
    missing_capture(folder)
    (folder.root / "concepts/cap.png").mkdir()


def capture_outside(folder: Folder) -> None:
    missing_capture(folder)
    outside = folder.root.parent / "outside.png"
    outside.write_bytes(capture())
    (folder.root / "concepts/cap.png").symlink_to(outside)


def capture_that_is_no_picture(folder: Folder) -> None:
    missing_capture(folder)
    folder.write("concepts/cap.png", "no picture")


def capture_that_is_cut_off(folder: Folder) -> None:
    missing_capture(folder)
    folder.write("concepts/cap.png", capture()[:-40])


def empty_capture(folder: Folder) -> None:
    missing_capture(folder)
    folder.write("concepts/cap.png", b"")


def unknown_display(folder: Folder) -> None:
    folder.replace("concepts/tiny.yaml", "displays: [", "displays: [iphone_99, ")


def unknown_locale_in_the_list(folder: Folder) -> None:
    folder.replace("concepts/tiny.yaml", "locales: all", "locales: [en, de, ja, xx_YY]")


def unknown_locale_of_a_catalog(folder: Folder) -> None:
    folder.write("locales/xx_YY/LC_MESSAGES/tiny.po", catalog("xx_YY", WORDS["de"]))


def unknown_source(folder: Folder) -> None:
    folder.replace("concepts/tiny.yaml", "concept: tiny\n", "concept: tiny\nsource: xx\n")


def broken_po(folder: Folder) -> None:
    folder.po.write_text(folder.po.read_text() + '\nmsgid "half\nmsgstr\nwhat is this\n')


def po_in_latin_1(folder: Folder) -> None:
    folder.po.write_bytes(folder.po.read_bytes().replace(b"Und wie", "Übung".encode("latin-1")))


def empty_po(folder: Folder) -> None:
    folder.po.write_bytes(b"")


def po_with_nul(folder: Folder) -> None:
    folder.replace(PO, "Und wie", "Und\0wie")


def duplicate_message(folder: Folder) -> None:
    folder.po.write_text(folder.po.read_text() + '\nmsgctxt "hero/headline"\nmsgid "Say it"\nmsgstr "Sag was"\n')


def wrong_plural_forms(folder: Folder) -> None:
    folder.replace(PO, "plural=(n != 1);", "plural=(n !== 1;")


def too_few_plural_forms(folder: Folder) -> None:
    folder.replace("concepts/tiny.yaml", "screens:", "values: {n: {number: 5}}\nscreens:")
    folder.replace("concepts/tiny.yaml", 'text: "And how"}', 'text: "{n} day", plural: "{n} days", count: n}')
    for code in ("de", "ja"):
        entry = 'msgctxt "how/headline"\nmsgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n} Tag"\n'
        head = catalog(code, {"hero/headline": ("Say it", "Sag")})
        folder.write(f"locales/{code}/LC_MESSAGES/tiny.po", f"{head}\n{entry}")


def placeholder_that_is_not_there(folder: Folder) -> None:
    folder.replace(PO, "Und wie", "Und {wie}")


def control_character(folder: Folder) -> None:
    folder.replace(PO, "Und wie", "Und \x1b[31mwie")


def bidi_override(folder: Folder) -> None:
    folder.replace(PO, "Und wie", "Und \u202ewie")


def very_long_words(folder: Folder) -> None:
    folder.replace(PO, "Und wie", "Und wie " * 12_500)


def one_very_long_word(folder: Folder) -> None:
    folder.replace(PO, "Und wie", "w" * 100_000)


def words_that_do_not_fit(folder: Folder) -> None:
    folder.replace(PO, "Und wie", "Und wie " * 100)


def missing_translation(folder: Folder) -> None:
    folder.replace(PO, 'msgstr "Und wie"', 'msgstr ""')


def unreadable_font(folder: Folder) -> None:
    folder.write("fonts/broken.ttf", b"no font")


# What is done to the project, the finding's code, and where it must point.
CASES: list[tuple[Callable[[Folder], None], str, str]] = [
    (broken_yaml, "concept-yaml", r"concepts/tiny\.yaml:1[34]:\d+"),
    (tab_in_yaml, "concept-yaml", r"concepts/tiny\.yaml:5:\d+"),
    (empty_concept, "concept-yaml", r"concepts/tiny\.yaml:1"),
    (concept_that_is_a_list, "concept-value", r"concepts/tiny\.yaml:1:\d+"),
    (concept_in_latin_1, "concept-unreadable", r"concepts/tiny\.yaml:11"),
    (unknown_key, "concept-unknown-key", r"concepts/tiny\.yaml:5:5"),
    (two_unknown_keys, "concept-unknown-key", r"concepts/tiny\.yaml:13:1"),
    (duplicate_slot, "concept-duplicate-id", r"concepts/tiny\.yaml:8:\d+"),
    (duplicate_key, "concept-duplicate-key", r"concepts/tiny\.yaml:2:1"),
    (missing_capture, "shots-missing-file", r"concepts/tiny\.yaml:5:14"),
    (capture_that_is_a_folder, "shots-missing-file", r"concepts/tiny\.yaml:5:14"),
    (capture_outside, "shots-outside-project", r"concepts/tiny\.yaml:5:14"),
    (capture_that_is_no_picture, "paint-picture-unreadable", r"concepts/cap\.png"),
    (capture_that_is_cut_off, "paint-picture-unreadable", r"concepts/cap\.png"),
    (empty_capture, "paint-picture-unreadable", r"concepts/cap\.png"),
    (unknown_display, "shots-unknown-display", r"concepts/tiny\.yaml:12:\d+"),
    (unknown_locale_in_the_list, "shots-unknown-locale", r"concepts/tiny\.yaml:13:\d+"),
    (unknown_locale_of_a_catalog, "shots-unknown-locale", r"locales/xx_YY/LC_MESSAGES/tiny\.po"),
    (unknown_source, "shots-unknown-locale", r"concepts/tiny\.yaml:2:\d+"),
    (broken_po, "catalog-syntax", rf"{PO}:17"),
    (po_in_latin_1, "catalog-charset", rf"{PO}:15"),
    (empty_po, "shots-missing-words", rf"{PO}:1"),
    (po_with_nul, "catalog-character", rf"{PO}:15"),
    (duplicate_message, "catalog-duplicate", rf"{PO}:17"),
    (wrong_plural_forms, "catalog-plural-forms", rf"{PO}:7"),
    (too_few_plural_forms, "catalog-plural-count", rf"{PO}:1\d"),
    (placeholder_that_is_not_there, "catalog-placeholder-unknown", rf"{PO}:15"),
    (control_character, "catalog-character", rf"{PO}:15"),
    (bidi_override, "catalog-character", rf"{PO}:15"),
    (very_long_words, "catalog-too-long", rf"{PO}:15"),
    (one_very_long_word, "catalog-too-long", rf"{PO}:15"),
    (words_that_do_not_fit, "typeset-overflow", rf"{PO}:15"),
    (missing_translation, "shots-missing-words", rf"{PO}:13"),
    (unreadable_font, "typeset-font-unreadable", r"fonts/broken\.ttf"),
]


def cpu_seconds() -> float:
    """CPU time of this process and of its finished children; a busy machine does not make it longer."""
    return sum(os.times()[:4])


@pytest.mark.parametrize(("spoil", "code", "place"), CASES, ids=[case[0].__name__ for case in CASES])
def test_check_and_run_name_it(
    folder: Folder, locstore: Call, spoil: Callable[[Folder], None], code: str, place: str
) -> None:
    spoil(folder)
    start = cpu_seconds()
    for command in ("check", "run"):
        said = locstore(command)
        assert said.code == 1
        assert re.search(rf"^{place}: error: .*\[{code}\]$", said.err, re.MULTILINE), said.err
        assert str(folder.root) not in said.err + said.out
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", said.err + said.out)
    for command in ("prompt", "update"):
        said = locstore(command)
        assert said.code in {0, 1}
    assert cpu_seconds() - start < 10, "bad input must not take long"


def test_every_error_of_a_catalog_is_told(folder: Folder, locstore: Call) -> None:
    broken_po(folder)
    places = {(f["line"], f["code"]) for f in locstore("check", "--json").json["findings"] if f["file"] == PO}
    assert {(17, "catalog-syntax"), (18, "catalog-syntax"), (19, "catalog-syntax")} <= places


def test_errors_of_several_files_are_told_at_once(folder: Folder, locstore: Call) -> None:
    two_unknown_keys(folder)
    broken_po(folder)
    unreadable_font(folder)
    unknown_locale_of_a_catalog(folder)
    folder.write("concepts/other.yaml", "a: [")
    files = {f.get("file") for f in locstore("check", "--json").json["findings"]}
    assert {"concepts/tiny.yaml", "concepts/other.yaml", "fonts/broken.ttf"} <= files


def test_an_empty_folder(folder: Folder, locstore: Call) -> None:
    folder.root.rename(folder.root.parent / "away")
    folder.root.mkdir()
    for command in ("check", "run", "plan", "extract", "update", "prompt"):
        said = locstore(command)
        assert (said.code, said.out) == (2, "")
        assert said.err == (
            "locstore: There is no locstore.toml in this folder or above it. Run `locstore init` to start a project "
            "here.\n"
        )
    assert not list(folder.root.iterdir())


@pytest.mark.parametrize("command", ["check", "plan", "run", "prompt"])
@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("-l", "fr"), "-l fr: the project has no such locale. It has: de, en_US, ja."),
        (("-d", "iphone_99"), "the concept has no such display. It has: tiny."),
        (("-s", "nope"), "-s nope: the concept has no such screen. It has: hero, how."),
        (("-s", "hero/fr/*"), "-s hero/fr/*: the concept has no such screen."),
        (("-l", "de,fr", "-s", "x*"), "-l fr: the project has no such locale."),
    ],
)
def test_selectors_that_name_nothing(
    folder: Folder, locstore: Call, command: str, options: tuple[str, ...], says: str
) -> None:
    said = locstore(command, *options)
    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert not folder.output.exists()


def test_selectors_in_many_spellings(folder: Folder, locstore: Call) -> None:
    def shots(*options: str) -> set[str]:
        return {s["shot"] for s in locstore("plan", "--json", *options).json["shots"]}

    assert shots("-l", "de-DE") == shots("-l", "DE") == {"hero/de/tiny", "how/de/tiny"}
    assert shots("-l", "d*", "-l", "ja") == shots("-l", "de,ja") == shots("-l", " ja , de ")
    assert shots("-s", "h*o", "-l", "en") == {"hero/en_US/tiny"}
    assert shots("-s", "how/ja/*") == {"how/ja/tiny"}
    assert len(shots("-d", "t*")) == 6


def test_a_finding_cannot_steer_the_terminal(folder: Folder, locstore: Call) -> None:
    folder.replace("concepts/tiny.yaml", "locales: all", 'locales: all\n"\\e[31mred\\u202e": 1')
    said = locstore("check")
    assert said.code == 1
    assert "\\u001b[31mred\\u202e" in said.err
