"""Reading PO files: states, lines, and every way in which a file can be broken."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest
from catalog_files import HEADER, HEADER_LINES, Load, Write, lines_of

from locstore.catalog import State, load_catalog
from locstore.findings import Finding, Severity

PLURAL = """\
msgctxt "hero/proof"
msgid "{n} plant"
msgid_plural "{n} plants"
msgstr[0] "{n} plante"
msgstr[1] "{n} plantes"
"""


def codes(findings: list[Finding]) -> list[str]:
    return [f.code for f in findings]


def test_states_lines_and_comments(load: Load) -> None:
    catalog, findings = load(
        """\
# The warm tone,
#  please.
#. From the concept.
#: garden.yaml:7
msgctxt "a/one"
msgid "One"
msgstr ""
"Un "
"deux"

#,fuzzy,no-wrap
#|msgid"Tow"
msgctxt "a/two"
msgid "Two"
msgstr "Deux"

msgctxt "a/three"
msgid "Three"
msgstr ""

#~ msgctxt "a/gone"
#~ msgid "Gone"
#~ msgstr "Parti"

#~| msgid "Old"
#~ msgctxt "a/end"
#~ msgid "End"
#~ msgstr "Fin"
"""
    )
    assert findings == []
    assert catalog is not None
    one, two, three = catalog.entries.values()
    assert (one.msgstr, one.state, one.line - HEADER_LINES) == (("Un deux",), State.TRANSLATED, 5)
    assert (one.msgstr_line - HEADER_LINES, one.comment) == (7, "The warm tone,\nplease.")
    assert (two.state, two.flags, two.line - HEADER_LINES) == (State.FUZZY, ("fuzzy", "no-wrap"), 13)
    assert (three.state, three.key) == (State.MISSING, ("a/three", "Three"))
    assert [e.msgstr for e in catalog.obsolete] == [("Parti",), ("Fin",)]
    assert catalog.entries["a/one", "One"] is one


def test_digest_code_and_path(write: Write) -> None:
    path = write(PLURAL)
    catalog, findings = load_catalog(path, code="fr", display_path="locales/fr.po")
    assert findings == []
    assert catalog is not None
    assert catalog.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (catalog.code, catalog.path, catalog.plural.nplurals) == ("fr", "locales/fr.po", 2)


def test_escapes_and_odd_spacing_that_gettext_accepts(load: Load) -> None:
    catalog, findings = load(
        'msgid"a \\"b\\"\\n"\nmsgstr "c \\\\ d\\n"\n\nmsgid "p"\nmsgid_plural "q"\nmsgstr [ 0 ]"r"\nmsgstr[1]"s"\n'
    )
    assert findings == []
    assert catalog is not None
    assert catalog.entries["", 'a "b"\n'].msgstr == ("c \\ d\n",)
    assert catalog.entries["", "p"].msgstr == ("r", "s")


@pytest.mark.parametrize(
    ("entries", "line"),
    [
        ('msgid "a\nmsgstr "b"\n', 1),  # no closing quote
        ('msgid "a"\nmsgstr b\n', 2),  # no quotes
        ('msgid "a"\nmsgstr\n', 2),
        ('msgid "a" "b"\nmsgstr "c"\n', 1),
        ('msgid "a"\nmsgstr "say "no""\n', 2),
        ('msgid "a"\nmsgstr "\\q"\n', 2),
        ('msgid "a"\nmsgstr "\\x41"\n', 2),
        ('msgid "a"\nmsgstring "b"\n', 2),
        ('msgid "a"\n# a comment\nmsgstr "b"\n', 2),
        ('# x\n"a"\nmsgid "b"\nmsgstr "c"\n', 2),
        ('msgid "a"\n\nmsgid "b"\nmsgstr "c"\n', 1),
        ('msgctxt "c"\nmsgctxt "d"\nmsgid "a"\nmsgstr "b"\n', 1),
        ('msgstr "b"\n', 1),
        ('msgid_plural "b"\nmsgstr[0] "c"\n', 1),
        ('msgctxt "c"\nmsgid ""\nmsgstr "b"\n', 2),
        ('msgid "a"\nmsgstr[0] "b"\n', 2),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr "b"\n', 3),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[2] "c"\n', 3),
        ('#~ msgid "a"\nmsgstr "b"\n', 2),
        ('#| msgstr "x"\nmsgid "a"\nmsgstr "b"\n', 1),
        ('#|\nmsgid "a"\nmsgstr "b"\n', 1),
        ('#| msgid "o"\n# x\nmsgid "a"\nmsgstr "b"\n', 2),
        ('#| msgid "o"\n#| msgid "p"\nmsgid "a"\nmsgstr "b"\n', 2),
        ('#| msgctxt "o"\nmsgid "a"\nmsgstr "b"\n', 1),
        ('# x\n#~| msgid "o"\n', 2),
        ('domain "x"\n', 1),
        ('msgid "a"\nmsgid_plural "as"\n' + "".join(f'msgstr[{i}] "b"\n' for i in range(11)), 1),
    ],
)
def test_each_broken_line_is_one_finding_with_its_line(load: Load, entries: str, line: int) -> None:
    catalog, findings = load(entries)
    assert catalog is None
    assert lines_of(findings, "catalog-syntax") == [line]
    assert codes(findings) == ["catalog-syntax"]


def test_all_syntax_problems_are_reported_and_sound_entries_checked(load: Load) -> None:
    catalog, findings = load(
        """\
msgid "one
msgstr "un"

msgid "two"
msgstr "deux" x

what is this
"and this"

msgid "three"
msgstr "tr\\tois"
"""
    )
    assert catalog is None
    assert lines_of(findings, "catalog-syntax") == [1, 5, 7]
    assert lines_of(findings, "catalog-character") == [11]


@pytest.mark.parametrize("char", ["\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\r"])
@pytest.mark.parametrize("place", ['msgid "a"\nmsgstr "b{}c"\n', '# b{}c\nmsgid "a"\nmsgstr "b"\n'])
def test_characters_that_break_lines_are_found_at_their_line(load: Load, char: str, place: str) -> None:
    catalog, findings = load(place.format(char))
    assert catalog is None
    assert lines_of(findings, "catalog-character") == [2 if 'b{}c"' in place else 1]


@pytest.mark.parametrize(
    "char",
    [
        "\x01",
        "\x7f",
        "\x9f",
        "\u202a",
        "\u202d",
        "\u202e",
        "\ufffd",
        "\ufeff",
        "\ue000",
        "\U0010fffe",
        "\u0378",
    ],
)
def test_forbidden_characters(load: Load, char: str) -> None:
    _, findings = load(f'msgctxt "x"\nmsgid "a"\nmsgstr ""\n"b{char}c{char}"\n')
    (finding,) = findings
    assert (finding.code, finding.severity) == ("catalog-character", Severity.ERROR)
    assert f"U+{ord(char):04X}" in finding.message
    assert "“x”" in finding.message
    assert finding.line == HEADER_LINES + 3


@pytest.mark.parametrize(
    "text",
    [
        "\u2066a\u2069",
        "\u200eb",
        "\u200fc",
        "\u061cd",
        "👩\u200d🌾",
        "می\u200cخواهم",
        "a\\nb",
        "ไทย\u200bไทย",
        "\U0001faea",
        "\U00030000",
    ],
)
def test_allowed_characters(load: Load, text: str) -> None:
    _, findings = load(f'msgid "a"\nmsgstr "{text}"\n')
    assert findings == []


@pytest.mark.parametrize("text", [" b", "b ", "\u00a0b", "b\u3000"])
def test_white_space_at_an_end_is_a_warning(load: Load, text: str) -> None:
    _, findings = load(f'msgid "a"\nmsgstr "{text}"\n')
    assert [(f.code, f.severity) for f in findings] == [("catalog-whitespace", Severity.WARNING)]


@pytest.mark.parametrize(
    ("source", "text"), [("a", "b\\n"), ("a", "\\nb"), ("a\\n", "b"), ("\\na", "b"), ("a\\n", "\\nb")]
)
def test_line_ends_at_the_ends_must_agree(load: Load, source: str, text: str) -> None:
    entry = f'msgid "{source}"\nmsgstr "{text}"\n'
    assert codes(load(entry)[1]) == ["catalog-line-end"]
    assert "catalog-line-end" not in codes(load("#, fuzzy\n" + entry)[1])


def test_white_space_that_the_source_has_too_is_meant(load: Load) -> None:
    assert load('msgid "a "\nmsgstr "b "\n')[1] == []


def test_a_text_of_white_space_is_missing(load: Load) -> None:
    catalog, _ = load('msgid "a"\nmsgstr "  "\n')
    assert catalog is not None
    assert catalog.entries["", "a"].state is State.MISSING


@pytest.mark.parametrize(
    "entries",
    [
        'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n',
        'msgid "a"\nmsgstr "b"\n\n#~ msgid "a"\n#~ msgstr "c"\n',
    ],
)
def test_duplicates_are_errors_as_for_msgfmt(load: Load, entries: str) -> None:
    catalog, findings = load(entries)
    assert catalog is None
    assert lines_of(findings, "catalog-duplicate") == [4]
    assert f"line {HEADER_LINES + 1}" in findings[0].message


def test_the_same_text_in_two_contexts_is_no_duplicate(load: Load) -> None:
    catalog, findings = load('msgid "a"\nmsgstr "b"\n\nmsgctxt "c"\nmsgid "a"\nmsgstr "d"\n')
    assert findings == []
    assert catalog is not None
    assert list(catalog.entries) == [("", "a"), ("c", "a")]


def test_a_second_header_is_a_duplicate(load: Load) -> None:
    catalog, findings = load(HEADER)
    assert catalog is None
    assert codes(findings) == ["catalog-duplicate"]


def test_limit_of_a_text(load: Load) -> None:
    assert load(f'msgid "a"\nmsgstr "{"é" * 2000}"\n')[1] == []
    catalog, findings = load('msgid "a"\nmsgstr "' + "\\n" * 2001 + '"\n')
    assert catalog is None
    assert lines_of(findings, "catalog-too-long") == [2]
    assert "2,001" in findings[0].message


@pytest.mark.parametrize(
    "text",
    [f'"{"a" * 100_000}"', '""\n' + '"ab"\n' * 500_000, '"' + '\\"' * 1_000_000 + '"', '"' + "\\" * 999_999],
)
def test_monstrous_texts_are_rejected_quickly(load: Load, text: str) -> None:
    start = time.process_time()  # of this process alone: a busy machine changes nothing
    catalog, findings = load(f'msgid "a"\nmsgstr {text}\n')
    assert catalog is None
    assert findings
    assert time.process_time() - start < 10  # seconds; the quadratic way takes minutes


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "big.po"
    with path.open("wb") as file:
        file.truncate(8 * 1024 * 1024 + 1)
    catalog, (finding,) = load_catalog(path, code="fr", display_path="big.po")
    assert (catalog, finding.code, finding.file) == (None, "catalog-too-large", "big.po")


def test_garbage_is_counted_not_listed_forever(load: Load) -> None:
    _, findings = load("x\n" * 5000)
    assert len(findings) == 1001
    assert "4,000 more" in findings[-1].message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.po"):
        catalog, (finding,) = load_catalog(path, code="fr", display_path="fr.po")
        assert (catalog, finding.code) == (None, "catalog-unreadable")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (HEADER.encode("utf-16"), 1),
        (b"\xef\xbb\xbf" + HEADER.encode(), 1),
        (HEADER.replace("UTF-8", "ISO-8859-1").encode(), 10),
        (HEADER.replace("UTF-8", "CHARSET").encode(), 10),
        (HEADER.encode() + 'msgid "a"\nmsgstr "é"\n'.encode("latin-1"), HEADER_LINES + 2),
    ],
)
def test_wrong_charset(load: Load, data: bytes, line: int) -> None:
    catalog, (finding,) = load(data)
    assert (catalog, finding.code, finding.line) == (None, "catalog-charset", line)


def test_missing_header_and_charset_are_warnings(load: Load) -> None:
    catalog, (finding,) = load('msgid "a"\nmsgstr "b"\n', header="")
    assert catalog is not None
    assert (finding.code, finding.severity) == ("catalog-header", Severity.WARNING)
    lacking = "\n".join(line for line in HEADER.split("\n") if "Content-Type" not in line)
    assert codes(load('msgid "a"\nmsgstr "b"\n', header=lacking)[1]) == ["catalog-header"]


def test_empty_file(load: Load) -> None:
    catalog, findings = load(b"")
    assert catalog is not None
    assert (dict(catalog.entries), codes(findings)) == ({}, ["catalog-header"])


def test_windows_line_ends(load: Load) -> None:
    catalog, findings = load((HEADER + PLURAL).replace("\n", "\r\n").encode())
    assert findings == []
    assert catalog is not None
    assert catalog.entries["hero/proof", "{n} plant"].line == HEADER_LINES + 1


def header_with(plural_forms: str) -> str:
    return HEADER.replace("nplurals=2; plural=(n > 1);", plural_forms)


@pytest.mark.parametrize(
    "value",
    [
        "nplurals=2; plural=n >;",
        "nplurals=2;",
        "plural=n != 1;",
        "nplurals=0; plural=0;",
        "nplurals=999999; plural=0;",
        "nplurals=2; plural=n;",
        "nplurals=2; plural=n/0;",
        "nplurals=2; plural=__import__('os');",
        "nplurals=2; plural=" + "(" * 3000 + "n" + ")" * 3000 + ";",
    ],
)
def test_wrong_plural_forms(load: Load, value: str) -> None:
    _, findings = load(PLURAL, header=header_with(value))
    assert [(f.code, f.line) for f in findings] == [("catalog-plural-forms", 12)]


def test_missing_plural_forms_matter_only_with_plurals(load: Load) -> None:
    lacking = HEADER.replace('"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n', "")
    assert load('msgid "a"\nmsgstr "b"\n', header=lacking)[1] == []
    assert codes(load(PLURAL, header=lacking)[1]) == ["catalog-plural-forms-missing"]


def test_number_of_forms(load: Load) -> None:
    _, findings = load(PLURAL, header=header_with("nplurals=4; plural=(n==1 ? 0 : n==2 ? 1 : n==3 ? 2 : 3);"))
    assert codes(findings) == ["catalog-plural-language", "catalog-plural-count"]
    assert [f.line for f in findings] == [12, HEADER_LINES + 4]
    assert "nplurals=4" in findings[0].message
    assert "2 plural forms" in findings[1].message


@pytest.mark.parametrize(
    ("code", "value", "warned"),
    [
        ("fr", "nplurals=2; plural=(n > 1);", False),
        ("fr", "nplurals=3; plural=(n==0 || n==1) ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;", False),
        ("xx", "nplurals=2; plural=(n > 1);", False),
        ("ja", "nplurals=2; plural=(n > 1);", True),
        ("pl", "nplurals=2; plural=(n > 1);", True),
    ],
)
def test_forms_that_disagree_with_cldr_are_a_warning(load: Load, code: str, value: str, warned: bool) -> None:
    header = header_with(value).replace("Language: fr", f"Language: {code}")
    _, findings = load("", header=header, code=code)
    assert codes(findings) == ["catalog-plural-language"] * warned
    assert all(f.severity is Severity.WARNING for f in findings)


def test_a_form_that_is_never_selected(load: Load) -> None:
    _, findings = load("", header=header_with("nplurals=3; plural=(n > 1);"), code="fr")
    assert any("msgstr[2]" in f.message for f in findings)


def test_an_empty_form_makes_the_entry_missing(load: Load) -> None:
    catalog, findings = load(PLURAL.replace('"{n} plantes"', '""'))
    assert catalog is not None
    assert catalog.entries["hero/proof", "{n} plant"].state is State.MISSING
    assert lines_of(findings, "catalog-plural-incomplete") == [5]


@pytest.mark.parametrize(
    ("declared", "code", "warned"),
    [("de", "fr", True), ("fr_CA", "fr", False), ("iw", "he", False), ("sr@latin", "sr_Latn", False)],
)
def test_language_of_another_folder(load: Load, declared: str, code: str, warned: bool) -> None:
    header = "\n".join(
        line.replace("Language: fr", f"Language: {declared}") for line in HEADER.split("\n") if "Plural" not in line
    )
    _, findings = load("", header=header, code=code)
    assert codes(findings) == ["catalog-language"] * warned
