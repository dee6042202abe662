"""`locstore import` and `locstore export`: words in, words out, and nobody's words overwritten."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from projects import Call, Folder
from wordings import po, read

STRINGS = """
"Know any plant in a snap" = "植物がすぐわかる";
"Never forget to water again!" = "水やりを忘れない";
"Other" = "他";
"""


def catalog(plural: dict[str, str] | None = None, **units: tuple[str, str]) -> str:
    strings: dict[str, object] = {
        "Know any plant in a snap": {
            "localizations": {
                code: {"stringUnit": {"state": state, "value": value}} for code, (value, state) in units.items()
            }
        }
    }
    if plural:
        forms = {name: {"stringUnit": {"state": "translated", "value": value}} for name, value in plural.items()}
        source = {"one": "%lld plant alive", "other": "%lld plants alive"}
        sources = {name: {"stringUnit": {"state": "new", "value": value}} for name, value in source.items()}
        strings["alive"] = {
            "localizations": {
                "en": {"variations": {"plural": sources}},
                "ar": {"variations": {"plural": forms}},
            }
        }
    return json.dumps({"sourceLanguage": "en", "strings": strings})


class TestMatching:
    def test_missing_words_are_filled_as_fuzzy(self, folder: Folder, locstore: Call) -> None:
        folder.write("ja.lproj/L.strings", STRINGS)
        said = locstore("import", "ja.lproj/L.strings", "--json")
        assert said.code == 0
        assert {m["context"]: (m["outcome"], m["state"]) for m in said.json["messages"]} == {
            "how/headline": ("filled", "fuzzy"),
            "hero/headline": ("filled", "fuzzy"),
        }
        assert said.json["unmatched"] == {"ja.lproj/L.strings": ["Other"]}
        assert said.json["missing"] == {"ja": ["hero/proof", "how/caption"]}
        assert read(folder.root, "ja")["how/headline"] == (["植物がすぐわかる"], True)

    def test_the_files_own_word_for_it(self, folder: Folder, locstore: Call) -> None:
        folder.write("L.xcstrings", catalog(ja=("植物", "translated"), fr=("y", "needs_review")))
        locstore("import", "L.xcstrings")
        assert read(folder.root, "ja")["how/headline"] == (["植物"], False)

    @pytest.mark.parametrize(("mark", "fuzzy"), [("fuzzy", True), ("translated", False)])
    def test_marked_as_asked(self, folder: Folder, locstore: Call, mark: str, fuzzy: bool) -> None:
        folder.write("ja.lproj/L.strings", STRINGS)
        locstore("import", "ja.lproj/L.strings", "--mark", mark)
        assert read(folder.root, "ja")["how/headline"][1] is fuzzy
        # A headline with a highlight that the app's text has not is never sure.
        assert read(folder.root, "ja")["hero/headline"][1] is True

    def test_plurals_in_the_catalogs_own_order(self, folder: Folder, locstore: Call) -> None:
        forms = {c: f"%lld {c}" for c in ("zero", "one", "two", "few", "many", "other")}
        folder.write("L.xcstrings", catalog(forms))
        locstore("import", "L.xcstrings")
        forms_read, fuzzy = read(folder.root, "ar")["hero/proof"]
        assert forms_read == [f"{{n}} {c}" for c in ("zero", "one", "two", "few", "many", "other")]
        assert not fuzzy

    def test_by_key_and_by_map(self, folder: Folder, locstore: Call) -> None:
        folder.write("ja.lproj/L.strings", '"how_headline" = "いち"; "icloud.label" = "iCloud と";')
        folder.write("map.txt", "# keys\nicloud.label = how/caption\n")
        locstore("import", "ja.lproj/L.strings", "--screen-map", "map.txt")
        found = read(folder.root, "ja")
        assert (found["how/headline"], found["how/caption"]) == ((["いち"], True), (["iCloud と"], True))

    def test_a_map_that_names_nothing(self, folder: Folder, locstore: Call) -> None:
        folder.write("ja.lproj/L.strings", STRINGS)
        folder.write("map.txt", "a = how/nowhere\n")
        assert locstore("import", "ja.lproj/L.strings", "--screen-map", "map.txt").code == 2


class TestNothingIsLost:
    def test_words_that_are_there_stay(self, folder: Folder, locstore: Call) -> None:
        before = folder.po.read_bytes()
        folder.write("de.lproj/L.strings", '"Know any plant in a snap" = "Anders";')
        said = locstore("import", "de.lproj/L.strings", "--json")
        assert [m["outcome"] for m in said.json["messages"]] == ["differs"]
        assert (said.code, said.codes()) == (0, {"project-import-differs"})
        assert folder.po.read_bytes() == before

    def test_unless_asked_for(self, folder: Folder, locstore: Call) -> None:
        folder.write("de.lproj/L.strings", '"Know any plant in a snap" = "Anders";')
        locstore("import", "de.lproj/L.strings", "--overwrite")
        assert read(folder.root, "de")["how/headline"] == (["Anders"], True)
        assert read(folder.root, "de")["how/caption"] == (["Mit iCloud"], False)

    def test_dry_run(self, folder: Folder, locstore: Call) -> None:
        before = folder.stamps(), (folder.root / "locales/ja/LC_MESSAGES/tiny.po").read_bytes()
        folder.write("ja.lproj/L.strings", STRINGS)
        said = locstore("import", "ja.lproj/L.strings", "--dry-run", "--json")
        assert len(said.json["messages"]) == 2
        assert (folder.stamps(), (folder.root / "locales/ja/LC_MESSAGES/tiny.po").read_bytes()) == before

    def test_words_that_no_picture_may_have(self, folder: Folder, locstore: Call) -> None:
        folder.write("L.xcstrings", catalog({"one": "a", "other": "b"}))
        said = locstore("import", "L.xcstrings", "--json")
        assert [m["outcome"] for m in said.json["messages"]] == ["refused"]
        finding = said.json["findings"][0]
        assert (finding["code"], finding["severity"], finding["file"]) == (
            "catalog-placeholder-lost",
            "warning",
            "L.xcstrings",
        )

    def test_a_broken_catalog_is_left_alone(self, folder: Folder, locstore: Call) -> None:
        path = folder.write("locales/ja/LC_MESSAGES/tiny.po", "rubbish")
        folder.write("ja.lproj/L.strings", STRINGS)
        said = locstore("import", "ja.lproj/L.strings", "--json")
        assert (said.code, said.codes()) == (1, {"catalog-syntax"})
        assert path.read_bytes() == b"rubbish"


class TestLocales:
    def test_none_is_known(self, folder: Folder, locstore: Call) -> None:
        folder.write("L.strings", STRINGS)
        said = locstore("import", "L.strings", "--json")
        assert (said.code, said.codes()) == (1, {"project-import-locale"})
        assert locstore("import", "L.strings", "--locale", "ja").code == 0
        assert read(folder.root, "ja")["how/headline"][0] == ["植物がすぐわかる"]

    def test_one_of_several(self, folder: Folder, locstore: Call) -> None:
        folder.write("L.xcstrings", catalog(ja=("植", "translated"), sv=("v", "new"), xx=("v", "new"), ar=("ن", "new")))
        said = locstore("import", "L.xcstrings", "--locale", "ja", "--json")
        assert [m["locale"] for m in said.json["messages"]] == ["ja"]
        messages = [f["message"] for f in said.json["findings"]]
        assert any("locstore update --new sv" in m for m in messages)
        assert any("No store has the locale 'xx'" in m for m in messages)

    def test_the_source_language_itself_is_no_translation(self, folder: Folder, locstore: Call) -> None:
        folder.write("en.lproj/L.strings", '"Know any plant in a snap" = "Know it";')
        said = locstore("import", "en.lproj/L.strings", "--json")
        assert (said.code, said.json["messages"], said.json["findings"]) == (0, [], [])


@pytest.mark.parametrize("name", ["a.strings", "a.xcstrings", "a.csv", "strings.xml", "a.stringsdict", "a.docx"])
def test_a_file_that_is_not_what_it_says(folder: Folder, locstore: Call, name: str) -> None:
    folder.write(name, b'rub\0bish "')
    said = locstore("import", name, "--json")
    assert (said.code, said.codes()) == (1, {"project-import-unreadable"})


class TestTable:
    def test_what_is_exported_is_imported_to_the_letter(self, folder: Folder, locstore: Call) -> None:
        words = {"hero/headline": ["=1 *x*"], "hero/proof": ["{n} „a“,\n{n}", "'+{n} b"], "how/caption": ['-\n"x"']}
        folder.write("locales/de/LC_MESSAGES/tiny.po", po("de", words, fuzzy={"hero/proof", "how/caption"}))
        before = {code: read(folder.root, code) for code in ("de", "ar", "ja", "fr", "fr_CA")}
        assert locstore("export", "-o", "t.csv").code == 0
        for code in before:
            folder.write(f"locales/{code}/LC_MESSAGES/tiny.po", po(code, {}))
        assert locstore("import", "t.csv").code == 0
        assert {code: read(folder.root, code) for code in before} == before

    def test_what_was_changed_in_the_table(self, folder: Folder, locstore: Call) -> None:
        locstore("export", "-o", "t.csv", "-l", "ar")
        table = (folder.root / "t.csv").read_text(encoding="utf-8-sig")
        (folder.root / "t.csv").write_text(table.replace("fuzzy", "translated"), encoding="utf-8")
        locstore("import", "t.csv")
        assert read(folder.root, "ar")["how/headline"][1] is True
        locstore("import", "t.csv", "--overwrite")
        assert read(folder.root, "ar")["how/headline"] == (["اعرف أي نبتة"], False)

    def test_standard_output_and_stable_bytes(self, folder: Folder, locstore: Call) -> None:
        first, second = (locstore("export", "-l", "de", "-o", name) for name in ("a.csv", "b.csv"))
        assert first.code == second.code == 0
        assert (folder.root / "a.csv").read_bytes() == (folder.root / "b.csv").read_bytes()
        printed = locstore("export", "-l", "de").out
        assert printed.lstrip("\ufeff").startswith("locale,id,context")

    def test_a_broken_catalog_is_not_exported_as_empty(self, folder: Folder, locstore: Call) -> None:
        folder.po.write_text("rubbish", encoding="utf-8")
        assert locstore("export", "-o", "t.csv").code == 1
        assert not (folder.root / "t.csv").exists()


class TestPack:
    def test_every_string_has_its_place(self, folder: Folder, locstore: Call) -> None:
        said = locstore("export", "--format", "pack", "-o", "pack", "--json")
        assert said.code == 0
        strings = {s["msgctxt"]: s for s in json.loads((folder.root / "pack/index.json").read_text())["strings"]}
        assert said.json["strings"] == list(strings.values())
        assert list(strings) == ["hero/headline", "hero/proof", "how/headline", "how/caption"]
        # Only the second display shows the caption.
        assert {c: s["display"] for c, s in strings.items()} == dict.fromkeys(strings, "tall") | {
            "how/caption": "small"
        }
        for string in strings.values():
            with Image.open(folder.root / "pack" / string["screenshot"]) as screen:
                x, y, width, height = string["box"]
                assert 0 <= x < x + width <= screen.width
                words = np.asarray(screen)[y : y + height, x : x + width]
            assert words.std() > 10, "there are words in the box"
            with Image.open(folder.root / "pack" / string["crop"]) as crop:
                assert crop.width > width

    def test_the_page_shows_markup_as_text(self, folder: Folder, locstore: Call) -> None:
        folder.replace("concepts/tiny.yaml", "Know any plant in a snap", "<script>alert(1)</script>")
        locstore("export", "--format", "pack", "-o", "pack")
        page = (folder.root / "pack/index.html").read_text(encoding="utf-8")
        assert "&lt;script&gt;" in page
        assert "<script" not in page

    def test_a_zip_with_the_same_bytes(self, folder: Folder, locstore: Call) -> None:
        for name in ("a.zip", "b.zip"):
            assert locstore("export", "--format", "pack", "-o", name, "-d", "tall").code == 0
        assert (folder.root / "a.zip").read_bytes() == (folder.root / "b.zip").read_bytes()
        with zipfile.ZipFile(folder.root / "a.zip") as archive:
            assert archive.testzip() is None
            assert {name.partition("/")[0] for name in archive.namelist()} == {
                "index.html",
                "index.json",
                "screens",
                "screenshots.csv",
                "strings",
            }
            assert json.loads(archive.read("index.json"))["strings"][3]["crop"] == ""

    def test_a_folder_that_holds_something_else(self, folder: Folder, locstore: Call) -> None:
        assert locstore("export", "--format", "pack", "-o", "locales").code == 2
        assert locstore("export", "--format", "pack", "-o", "pack").code == 0
        assert locstore("export", "--format", "pack", "-o", "pack").code == 0

    def test_what_makes_no_sense(self, locstore: Call, tmp_path: Path) -> None:
        assert locstore("export", "--format", "pack", "-o", "p", "-d", "huge").code == 2
        assert locstore("export", "--format", "pack", "-o", "p", "-l", "de").code == 2
        assert locstore("export", "-d", "tall").code == 2
