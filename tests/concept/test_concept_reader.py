"""The concept as a file: encodings, YAML's traps, and files that mean harm."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from concept_text import SAMPLE, VALID, brief, parse, slot, valid

from locstore.concept import load_concept
from locstore.findings import Finding


def only(text: str | bytes) -> Finding:
    loaded, findings = parse(text)
    assert loaded is None
    (finding,) = findings
    return finding


def test_the_sample_has_no_findings() -> None:
    loaded, findings = load_concept(SAMPLE, "concepts/pocket-garden.yaml")
    assert findings == []
    assert loaded is not None
    assert loaded.concept.concept == "pocket-garden"
    assert loaded.folder == SAMPLE.parent
    assert SAMPLE.read_text(encoding="utf-8").splitlines()[loaded.line("screens", 0, "id") - 1] == "  - id: hero"


def test_the_digest_is_that_of_the_bytes() -> None:
    assert valid(VALID).digest == valid(VALID).digest
    assert valid(VALID).digest != valid(VALID + "# a comment\n").digest


# -- the file


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    loaded, (finding,) = load_concept(tmp_path / "none.yaml", "concepts/none.yaml")
    assert loaded is None
    assert (finding.code, finding.file) == ("concept-unreadable", "concepts/none.yaml")
    assert "No such file" in finding.message


def test_a_folder(tmp_path: Path) -> None:
    _, (finding,) = load_concept(tmp_path, "concepts")
    assert finding.code == "concept-unreadable"


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(b"#" * (512 * 1024 + 1))
    _, (finding,) = load_concept(path, "c.yaml")
    assert finding.code == "concept-unreadable"
    assert "512 KiB" in finding.message


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "\ufeff"])
def test_an_empty_file(text: str) -> None:
    finding = only(text)
    assert (finding.code, finding.message, finding.line) == ("concept-yaml", "The file is empty.", 1)


def test_a_byte_order_mark_is_no_character_of_the_first_key() -> None:
    valid("\ufeff" + VALID)
    assert brief(parse("\ufeffconcpt: a\n" + VALID)[1])[0] == ("unknown-key", 1, 1, "concpt")


@pytest.mark.parametrize(("encoding", "line", "byte"), [("utf-16", 1, "0xff"), ("latin-1", 5, "0xe9")])
def test_another_encoding(encoding: str, line: int, byte: str) -> None:
    finding = only(VALID.replace("Hello", "Héllo").encode(encoding))
    assert (finding.code, finding.line) == ("concept-unreadable", line)
    assert byte in finding.message


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends(end: str) -> None:
    valid(VALID.replace("\n", end))
    assert brief(parse((VALID + "foo: 1\n").replace("\n", end))[1]) == [("unknown-key", 7, 1, "foo")]


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\x85"])
def test_separators_are_no_line_ends(char: str) -> None:
    """Design tools put U+2028 into copied texts; YAML 1.1 and ruamel.yaml count lines by it, editors do not."""
    text = VALID.replace("text: Hello", f'text: "Hel{char}lo"')
    assert brief(parse(text + "foo: 1\n")[1]) == [("unknown-key", 7, 1, "foo")]
    assert only(text + "foo: [\n").line == 8


# -- YAML


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        (VALID.replace("    copy", "\tcopy"), 4, 1, "\\t"),
        (VALID.replace("[iphone_69]", "[iphone_69"), 7, 1, "expected ',' or ']'"),
        (slot("color: #fff"), 6, 9, "a flow mapping from line 5: expected"),
        (VALID.replace("Hello", "H: ello"), 5, 31, "mapping"),
        (VALID.replace("Hello", '"Hello'), 7, 1, "end of stream"),
        (VALID + "---\n" + VALID, 7, 1, "single document"),
        (VALID.replace("Hello", "*nothing"), 5, 30, "undefined alias"),
        ("%YAML 9.9\n---\n" + VALID, 1, 1, "incompatible"),
        (VALID.replace("Hello", "He\0llo"), 5, 32, "U+0000 is not allowed"),
        (VALID.replace("Hello", "He\x07llo"), 5, 32, "U+0007 is not allowed"),
        (VALID.replace("Hello", "He\ufffello"), 5, 32, "U+FFFE is not allowed"),
    ],
    ids=[
        *("tab", "bracket", "hash in flow", "colon", "quote", "two documents", "alias", "version"),
        *("NUL", "bell", "no character"),
    ],
)
def test_broken_yaml(text: str, line: int, column: int, words: str) -> None:
    finding = only(text)
    assert (finding.code, finding.line, finding.column) == ("concept-yaml", line, column)
    assert words in finding.message
    assert "\n" not in finding.message


def test_duplicate_keys_at_every_depth() -> None:
    text = VALID.replace("text: Hello", "text: Hello, text: Bye") + "concept: other\nconcept: third\n"
    assert brief(parse(text)[1]) == [
        ("duplicate-key", 5, 37, "screens.0.copy.0.text"),
        ("duplicate-key", 7, 1, "concept"),
        ("duplicate-key", 8, 1, "concept"),
    ]
    assert "(first on line 1)" in parse(text)[1][1].message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (VALID.replace("Hello", "!greeting Hello"), (5, 30)),
        (VALID.replace("Hello", "!!binary SGVsbG8="), (5, 30)),
        (VALID.replace("- {id: headline", "- !slot {id: headline"), (5, 9)),
        (VALID.replace("[iphone_69]", "!!python/tuple [iphone_69]"), (6, 11)),
        (VALID + 'subject: !!python/object/apply:os.system ["echo locstore"]\n', (7, 10)),
        (VALID + "style: !!omap [a: b]\n", (7, 8)),
        (VALID + "style: !!set {palette}\n", (7, 8)),
    ],
)
def test_tags_are_refused(text: str, place: tuple[int, int], capfd: pytest.CaptureFixture[str]) -> None:
    loaded, findings = parse(text)
    assert loaded is None
    tags = [f for f in findings if f.code == "concept-yaml"]
    assert [(f.line, f.column) for f in tags] == [place]
    assert "The tag !" in tags[0].message
    assert capfd.readouterr() == ("", "")


def test_a_tag_is_no_second_error() -> None:
    assert only(VALID.replace("Hello", "!greeting Hello")).code == "concept-yaml"


@pytest.mark.parametrize(
    ("rest", "place", "path"),
    [
        ("typography:\n  headline:\n    color: #FBFADA\n", (9, 5), "typography.headline.color"),
        ("style:\n  palette:\n    - #FBFADA\n", (9, 5), "style.palette.0"),
        ("brand:\n  logo:\n", (8, 3), "brand.logo"),
        ("overrides: {de: {hero: {capture: }}}\n", (7, 25), "overrides.de.hero.capture"),
    ],
)
def test_a_key_without_a_value_is_not_taken_for_left_out(rest: str, place: tuple[int, int], path: str) -> None:
    _, findings = parse(VALID + rest)
    assert brief(findings) == [("value", *place, path)]


def test_null_is_a_value() -> None:
    loaded = valid(VALID + "overrides: {de: {hero: {capture: null, frame: ~}}}\n")
    assert loaded.concept.overrides["de"]["hero"].screen.capture is None


def test_keys_are_words() -> None:
    assert brief(parse(VALID + "? [a]\n: b\n")[1]) == [("yaml", 7, 3, None)]


def test_aliases_are_filled_in() -> None:
    loaded = valid(VALID + "typography: {headline: &big {weight: 700}, caption: *big}\n")
    assert loaded.concept.typography["caption"].weight == 700


def test_an_error_in_an_alias_is_shown_where_it_is_written() -> None:
    findings = parse(VALID + "typography: {headline: &big {weight: 70}, caption: *big}\n")[1]
    assert brief(findings) == [
        ("value", 7, 38, "typography.caption.weight"),
        ("value", 7, 38, "typography.headline.weight"),
    ]


def test_an_alias_bomb() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    findings = parse("\n".join(rows))[1]
    assert [f.code for f in findings].count("concept-yaml-too-large") == 1


def test_an_alias_that_holds_itself() -> None:
    findings = parse(VALID + "values: &a {b: *a}\n")[1]
    assert "concept-yaml-too-large" in [f.code for f in findings]


@pytest.mark.parametrize(
    "text",
    ["[" * 500, "- " * 2000, "\n".join(" " * i + "a:" for i in range(800)), "a: " + "{b: " * 500 + "}" * 500],
    ids=["brackets", "dashes", "keys", "braces"],
)
def test_nested_too_deeply(text: str) -> None:
    finding = only(text)
    assert finding.code == "concept-yaml"
    assert "nested too deeply" in finding.message


def test_nested_deeply_in_a_valid_concept() -> None:
    loaded, findings = parse(VALID + "subject: " + "[" * 60 + "]" * 60 + "\n")
    assert loaded is None
    assert brief(findings)[0][:2] == ("value", 7)
    assert "concept-yaml-too-large" in [f.code for f in findings]
    assert all(len(str(f)) < 300 for f in findings)


# -- YAML's words


def test_norway() -> None:
    """`no`, `on` and `y` are words in YAML 1.2, and also in a file that says it is YAML 1.1."""
    rest = "locales: [no, nb, on, off, y, n, yes, NO]\n"
    words = ("no", "nb", "on", "off", "y", "n", "yes", "NO")
    assert valid(VALID + rest).concept.locales == words
    assert valid("%YAML 1.1\n---\n" + VALID + rest).concept.locales == words


def test_norway_as_a_key() -> None:
    loaded = valid(VALID + "overrides: {no: {hero: {headline: {max_lines: 2}}}}\n")
    assert list(loaded.concept.overrides) == ["no"]


@pytest.mark.parametrize(
    ("written", "number"),
    [("12_000", 12000), ("0x1F", 31), ("0o17", 15), ("017", 17), ("1e3", 1000), ("+5", 5), ('"12"', 12), ("1.50", 1.5)],
)
def test_numbers(written: str, number: float) -> None:
    loaded = valid(VALID + f"values: {{a: {{number: {written}}}}}\n")
    assert loaded.concept.values["a"].model_dump()["number"] == pytest.approx(number)


def test_words_that_look_like_numbers_stay_words() -> None:
    assert valid(VALID.replace("Hello", '"12:30"')).concept.screens[0].copy_[0].text == "12:30"
    assert valid(VALID.replace("Hello", "12:30")).concept.screens[0].copy_[0].text == "12:30"
    assert valid(VALID.replace("Hello", "1.2.3")).concept.screens[0].copy_[0].text == "1.2.3"


def test_line_breaks_and_markup_of_texts_are_kept() -> None:
    text = VALID.replace(
        "{id: headline, text: Hello}", "id: headline\n        text: |-\n          One *two*\n          three \\*"
    )
    assert valid(text).concept.screens[0].copy_[0].text == "One *two*\nthree \\*"


def test_an_emoji_as_json_writes_it() -> None:
    assert valid(VALID.replace("Hello", r'"\ud83c\udf31"')).concept.screens[0].copy_[0].text == "🌱"


@pytest.mark.parametrize("text", [VALID.replace("Hello", r'"\ud83c"'), VALID + 'values: {"\\ud83c": {text: a}}\n'])
def test_half_a_character(text: str) -> None:
    loaded, findings = parse(text)
    assert loaded is None
    assert "Half of a character" in " ".join(f.message for f in findings)
    for finding in findings:
        str(finding).encode()  # can be printed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "c.yaml").write_text("concept: c\n", encoding="utf-8")
    monkeypatch.setattr("locstore.files.os.open", denied)
    _, (finding,) = load_concept(tmp_path / "c.yaml", "c.yaml")
    assert (finding.code, "Permission denied" in finding.message) == ("concept-unreadable", True)
