"""Reading an app's string files: what they say, what is left out, and what is refused."""

from __future__ import annotations

import contextlib
import json
import plistlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from locstore.exchange import (
    ForeignError,
    ForeignText,
    as_template,
    normalised_foreign,
    normalised_source,
    placeholder_names,
    read_foreign,
    suffixes,
)


def put(root: Path, name: str, content: str | bytes) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def texts(path: Path) -> dict[str, ForeignText]:
    return {text.key: text for text in read_foreign(path, path.name).texts}


def unit(value: str, state: str = "translated") -> dict[str, Any]:
    return {"stringUnit": {"state": state, "value": value}}


class FileContract:
    """What every format keeps to; subclasses say how one German text is written."""

    suffix: str

    def one(self, root: Path) -> Path:
        """A file with `greet` = "Hallo" in German, whose source is "Hello"."""
        raise NotImplementedError

    def test_a_translation(self, tmp_path: Path) -> None:
        found = texts(self.one(tmp_path))["greet"]
        assert found.forms == {"other": "Hallo"}
        assert found.source == {"other": "Hello"}
        assert found.locale == "de"

    def test_a_file_that_is_cut_off(self, tmp_path: Path) -> None:
        path = self.one(tmp_path)
        data = path.read_bytes()
        for end in range(0, len(data), 7):
            path.write_bytes(data[:end])
            with contextlib.suppress(ForeignError):
                read_foreign(path, "cut")

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(ForeignError, match="cannot be read"):
            read_foreign(tmp_path / f"none{self.suffix}", "none")

    def test_a_file_far_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("locstore.exchange.texts.MAX_BYTES", 8)
        with pytest.raises(ForeignError, match="larger than"):
            read_foreign(self.one(tmp_path), "large")


class TestStringCatalog(FileContract):
    suffix = ".xcstrings"

    def write(self, root: Path, strings: dict[str, Any]) -> Path:
        return put(root, "L.xcstrings", json.dumps({"sourceLanguage": "en", "strings": strings, "version": "1.0"}))

    def one(self, root: Path) -> Path:
        return self.write(root, {"greet": {"localizations": {"en": unit("Hello", "new"), "de": unit("Hallo")}}})

    def test_the_key_is_the_source_where_none_is_given(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, {"Hello": {"localizations": {"de": unit("Hallo")}}})
        assert texts(path)["Hello"].source == {"other": "Hello"}

    @pytest.mark.parametrize(("state", "sure"), [("translated", True), ("needs_review", False), ("new", False)])
    def test_states(self, tmp_path: Path, state: str, sure: bool) -> None:
        path = self.write(tmp_path, {"Hello": {"localizations": {"de": unit("Hallo", state)}}})
        assert texts(path)["Hello"].sure is sure

    def test_plurals(self, tmp_path: Path) -> None:
        forms = {"one": unit("%lld Pflanze"), "other": unit("%lld Pflanzen", "needs_review")}
        path = self.write(tmp_path, {"%lld plants": {"localizations": {"de": {"variations": {"plural": forms}}}}})
        found = texts(path)["%lld plants"]
        assert found.forms == {"one": "%lld Pflanze", "other": "%lld Pflanzen"}
        assert found.sure is False

    def test_substitutions(self, tmp_path: Path) -> None:
        forms = {"one": unit("%arg Pflanze"), "other": unit("%arg Pflanzen")}
        localization = unit("Du hast %#@n@.") | {"substitutions": {"n": {"variations": {"plural": forms}}}}
        path = self.write(tmp_path, {"k": {"localizations": {"de": localization}}})
        assert texts(path)["k"].forms == {"one": "Du hast %1$lld Pflanze.", "other": "Du hast %1$lld Pflanzen."}

    def test_what_is_left_out(self, tmp_path: Path) -> None:
        strings = {
            "Brand": {"shouldTranslate": False, "localizations": {"de": unit("Brand")}},
            "Empty": {"localizations": {"de": unit("")}},
            "Nothing": {},
            "Odd": {"localizations": {"de": {"variations": {"device": {"mac": unit("x")}}}}},
            "Worse": {"localizations": []},
        }
        assert texts(self.write(tmp_path, strings)) == {}

    def test_nested_without_end(self, tmp_path: Path) -> None:
        with pytest.raises(ForeignError):
            read_foreign(put(tmp_path, "deep.xcstrings", "[" * 200_000), "deep")


class TestStrings(FileContract):
    suffix = ".strings"

    def one(self, root: Path) -> Path:
        put(root, "en.lproj/L.strings", '"greet" = "Hello";')
        return put(root, "de.lproj/L.strings", '/* Greets. */\n"greet" = "Hallo";\n')

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
    def test_encodings(self, tmp_path: Path, encoding: str) -> None:
        path = put(tmp_path, "L.strings", '"a" = "Grüße";'.encode(encoding))
        assert texts(path)["a"].forms == {"other": "Grüße"}

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            (r"a\"b\"", 'a"b"'),
            (r"a\\nb", r"a\nb"),
            (r"a\nb\tc", "a\nb\tc"),
            (r"\U00dcber", "Über"),
            (r"\UD83C\UDF31", "🌱"),
            (r"\UD83C alone", "\ufffd alone"),
            ("two\nlines", "two\nlines"),
            ("a // b /* c */", "a // b /* c */"),
        ],
    )
    def test_escapes(self, tmp_path: Path, written: str, read: str) -> None:
        path = put(tmp_path, "L.strings", f'// first\nkey = "{written}"; /* last\n */')
        assert texts(path)["key"].forms == {"other": read}

    def test_the_key_stands_for_a_source_that_is_not_there(self, tmp_path: Path) -> None:
        found = texts(put(tmp_path, "de.lproj/L.strings", '"Hello" = "Hallo";'))["Hello"]
        assert found.source == {"other": "Hello"}
        assert found.sure is None

    def test_compiled(self, tmp_path: Path) -> None:
        data = plistlib.dumps({"greet": "Hallo", "n": 3}, fmt=plistlib.FMT_BINARY)
        assert list(texts(put(tmp_path, "L.strings", data))) == ["greet"]

    @pytest.mark.parametrize(
        ("content", "line"),
        [('"a" = "b"', 1), ('\n"a" "b";', 2), ('"a" = ;', 1), ('\n\n"a = "b";', 3), ('"a" = "b"; }', 1), (";", 1)],
    )
    def test_slips_have_their_line(self, tmp_path: Path, content: str, line: int) -> None:
        with pytest.raises(ForeignError) as caught:
            read_foreign(put(tmp_path, "L.strings", content), "L.strings")
        assert caught.value.line == line


class TestStringsDict(FileContract):
    suffix = ".stringsdict"

    def write(self, root: Path, folder: str, **forms: str) -> Path:
        rules = {"NSStringFormatSpecTypeKey": "NSStringPluralRuleType", "NSStringFormatValueTypeKey": "d", **forms}
        data = {"greet": {"NSStringLocalizedFormatKey": "%#@n@", "n": rules}}
        return put(root, f"{folder}.lproj/L.stringsdict", plistlib.dumps(data))

    def one(self, root: Path) -> Path:
        self.write(root, "en", other="Hello")
        return self.write(root, "de", other="Hallo")

    def test_plurals(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, "de", one="%d Pflanze", other="%d Pflanzen")
        assert texts(path)["greet"].forms == {"one": "%d Pflanze", "other": "%d Pflanzen"}

    def test_entities_are_refused(self, tmp_path: Path) -> None:
        content = '<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "b">]><plist><dict/></plist>'
        with pytest.raises(ForeignError):
            read_foreign(put(tmp_path, "L.stringsdict", content), "L")


class TestAndroid(FileContract):
    suffix = ".xml"

    def write(self, root: Path, body: str, folder: str = "values-de") -> Path:
        return put(root, f"{folder}/strings.xml", f'<resources xmlns:xliff="x">{body}</resources>')

    def one(self, root: Path) -> Path:
        self.write(root, '<string name="greet">Hello</string>', "values")
        return self.write(root, '<string name="greet">Hallo</string>')

    @pytest.mark.parametrize(
        ("folder", "locale"),
        [("values-pt-rBR", "pt-BR"), ("values-b+zh+Hant", "zh-Hant"), ("values-iw", "iw"), ("values-land", ""),
         ("values", "")],
    )  # fmt: skip
    def test_the_folder_names_the_locale(self, tmp_path: Path, folder: str, locale: str) -> None:
        path = self.write(tmp_path, '<string name="a">x</string>', folder)
        assert texts(path)["a"].locale == locale

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            (r"L\'été", "L'été"),
            (r"a\"b", 'a"b'),
            (r"\u00dcber \uD83C\uDF31", "Über 🌱"),
            ("  a \n   b ", "a b"),
            ('"  a  b"', "  a  b"),
            ('x "  " y', "x    y"),
            (r"a\nb", "a\nb"),
            (r"\@a \?", "@a ?"),
            (r"a\\nb", r"a\nb"),
            ('<xliff:g id="n" example="3">%1$d</xliff:g> <b>x</b>', "%1$d x"),
            ("<![CDATA[a < b]]> &amp; c", "a < b & c"),
        ],
    )
    def test_escapes(self, tmp_path: Path, written: str, read: str) -> None:
        assert texts(self.write(tmp_path, f'<string name="a">{written}</string>'))["a"].forms == {"other": read}

    def test_plurals_and_what_is_left_out(self, tmp_path: Path) -> None:
        path = self.write(
            tmp_path,
            '\n<plurals name="p">\n<item quantity="one">a</item><item quantity="other">b</item>'
            '<item quantity="odd">c</item></plurals>'
            '<string name="brand" translatable="false">B</string><string name="empty"/>'
            '<string-array name="l"><item>x</item></string-array>',
        )
        assert {key: (t.forms, t.line) for key, t in texts(path).items()} == {"p": ({"one": "a", "other": "b"}, 2)}

    @pytest.mark.parametrize(
        "content",
        [
            '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><resources><string name="a">&b;</string></resources>',
            '<!DOCTYPE r SYSTEM "http://127.0.0.1/r.dtd"><resources/>',
            "<resources>" + "<b>" * 100 + "</b>" * 100 + "</resources>",
            "<html/>",
            '<resources><string name="a">x</string>',
        ],
    )
    def test_hostile_files(self, tmp_path: Path, content: str) -> None:
        with pytest.raises(ForeignError):
            read_foreign(put(tmp_path, "strings.xml", content), "strings.xml")


class TestTable(FileContract):
    suffix = ".csv"

    def one(self, root: Path) -> Path:
        return put(root, "t.csv", "key,source,translation,locale\ngreet,Hello,Hallo,de\n")

    @pytest.mark.parametrize("sign", [";", "\t"])
    def test_other_signs_between_cells(self, tmp_path: Path, sign: str) -> None:
        path = put(tmp_path, "t.csv", f'Key{sign}Target{sign}Status\ngreet{sign}"Hal{sign}lo"{sign}needs_review\n')
        found = texts(path)["greet"]
        assert (found.forms, found.sure) == ({"other": f"Hal{sign}lo"}, False)

    def test_a_column_for_each_language(self, tmp_path: Path) -> None:
        file = read_foreign(put(tmp_path, "t.csv", "key,en,de,pt-BR\ngreet,Hello,Hallo,Olá\nbye,Bye,,Tchau\n"), "t")
        assert file.source_language == "en"
        assert [(t.key, t.locale, t.source["other"], t.forms["other"]) for t in file.texts] == [
            ("greet", "de", "Hello", "Hallo"),
            ("greet", "pt-BR", "Hello", "Olá"),
            ("bye", "pt-BR", "Bye", "Tchau"),
        ]

    def test_no_column_that_is_known(self, tmp_path: Path) -> None:
        with pytest.raises(ForeignError, match="name the columns") as caught:
            read_foreign(put(tmp_path, "t.csv", "apples,pears\n1,2\n"), "t")
        assert caught.value.line == 1

    def test_apostrophes_of_others_stay(self, tmp_path: Path) -> None:
        assert texts(put(tmp_path, "t.csv", "key,translation\na,'=x\n"))["a"].forms == {"other": "'=x"}


@pytest.mark.parametrize("suffix", suffixes())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.one_of(st.binary(max_size=120), st.text("\"'=;,{}[]<>/ab\n\\", max_size=40).map(str.encode)))
def test_rubbish_is_refused_or_read(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = put(tmp_path, f"rubbish{suffix}", data)
    with contextlib.suppress(ForeignError):
        assert read_foreign(path, "rubbish").display_path == "rubbish"


def test_another_kind_of_file(tmp_path: Path) -> None:
    with pytest.raises(ForeignError, match=r"Known: \.xcstrings"):
        read_foreign(tmp_path / "a.docx", "a.docx")
    assert {c.suffix for c in FileContract.__subclasses__()} | {".tsv", ".xlf"} <= set(suffixes())


# -- format strings


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Never forget to *water* again", "Never forget to water again"),
        ("{plants} plants kept alive", "%1$lld plants kept alive"),
        ("{plants} plants kept alive", "%d plants kept alive"),
        ("{a} of {b}", "%2$@ of %1$s"),
        ("{a} of {b}", "{x} of {y}"),
        ("It’s “alive”", 'It\'s "alive"'),
        ("100% {{sure}} \\*", "100%% {{sure}} *"),
    ],
)
def test_the_same_words(ours: str, theirs: str) -> None:
    if "{{" in theirs:
        theirs = theirs.replace("{{", "{").replace("}}", "}").replace("{sure}", "{ sure }")
        ours = ours.replace("sure", " sure ")
    assert normalised_source(ours).text == normalised_foreign(theirs).text


def test_arguments_find_their_names() -> None:
    names = placeholder_names(normalised_source("{done} of {all}"), normalised_foreign("%2$@ of %1$@"))
    assert names == {"2": "done", "1": "all"}
    assert as_template("%1$@ davon %2$@", names) == "{all} davon {done}"


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("100 %% {x} * \\", "100 % {{x}} \\* \\\\"),
        ("%@ und %@", "{a} und {b}"),
        ("%5$@", "%5$@"),
        ("50 % off", "50 % off"),
    ],
)
def test_templates(text: str, template: str) -> None:
    assert as_template(text, {"1": "a", "2": "b"}) == template
