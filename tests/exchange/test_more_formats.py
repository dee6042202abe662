"""Formats of translation services and of fastlane: PO with other contexts, ARB, XLIFF, text files, XML lists."""

from __future__ import annotations

import plistlib
from pathlib import Path

import pytest
from projects import Call, Folder

from locstore.exchange import ForeignError, ForeignText, exchange_formats, normalised_foreign, read_foreign


def put(root: Path, name: str, text: str | bytes) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def texts(path: Path) -> dict[str, ForeignText]:
    return {text.key: text for text in read_foreign(path, path.name).texts}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_fastlanes_captions(tmp_path: Path, encoding: str) -> None:
    put(tmp_path, "screenshots/en-US/title.strings", '"01Home" = "Your garden";'.encode(encoding))
    path = put(tmp_path, "screenshots/de-DE/title.strings", '"01Home" = "Dein Garten";'.encode(encoding))
    found = texts(path)["01Home"]
    assert (found.locale, found.table, found.source) == ("de-DE", "title", {"other": "Your garden"})
    assert found.forms == {"other": "Dein Garten"}


def test_strings_as_an_xml_list(tmp_path: Path) -> None:
    path = put(tmp_path, "de.lproj/L.strings", plistlib.dumps({"Water": "Wasser"}))
    assert texts(path)["Water"].forms == {"other": "Wasser"}


PO = r"""msgid ""
msgstr ""
"Language: pt_BR\n"

msgctxt "app_store_screenshot-1"
msgid "Your garden"
msgstr "Seu jardim"

#, fuzzy
msgid "Water"
msgstr "Agua"
"""


def test_po_with_other_contexts(tmp_path: Path) -> None:
    found = texts(put(tmp_path, "AppStoreStrings.po", PO))
    one = found["app_store_screenshot-1"]
    assert (one.locale, one.source, one.sure, one.line) == ("pt_BR", {"other": "Your garden"}, True, 5)
    assert found["Water"].sure is False


def test_arb(tmp_path: Path) -> None:
    put(tmp_path, "app_en.arb", '{"garden": "Your garden", "plants": "{n, plural, =1{one plant} other{# plants}}"}')
    path = put(
        tmp_path,
        "app_de.arb",
        '{"@@locale": "de",\n "garden": "Dein Garten", "@garden": {},\n'
        ' "plants": "{n, plural, =1{eine Pflanze} other{# Pflanzen}}",\n "x": "{g, select, a{A} other{B}}"}',
    )
    found = texts(path)
    assert set(found) == {"garden", "plants"}
    assert (found["garden"].locale, found["garden"].source, found["garden"].line) == ("de", {"other": "Your garden"}, 2)
    assert found["plants"].forms == {"one": "eine Pflanze", "other": "{n} Pflanzen"}
    assert found["plants"].source == {"one": "one plant", "other": "{n} plants"}


XLIFF_1 = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file source-language="en" target-language="ja" original="L.strings"><body>
<trans-unit id="hero"><source>Your <g>garden</g></source><target state="final">庭</target><note>n</note></trans-unit>
<trans-unit id="none"><source>Water</source></trans-unit>
<trans-unit id="open"><source>Water</source><target state="needs-review-translation">水</target></trans-unit>
</body></file></xliff>"""
XLIFF_2 = """<xliff version="2.0" srcLang="en" trgLang="ja" xmlns="urn:oasis:names:tc:xliff:document:2.0">
<file id="f"><unit id="hero"><segment state="final"><source>Your garden</source><target>庭</target></segment></unit>
</file></xliff>"""


@pytest.mark.parametrize("text", [XLIFF_1, XLIFF_2])
def test_xliff(tmp_path: Path, text: str) -> None:
    found = texts(put(tmp_path, "x.xliff", text))
    hero = found["hero"]
    assert (hero.locale, hero.source, hero.forms, hero.sure) == ("ja", {"other": "Your garden"}, {"other": "庭"}, True)
    assert set(found) <= {"hero", "open"}
    assert "open" not in found or found["open"].sure is False


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.xliff", "<!DOCTYPE a><xliff/>"),
        ("x.xliff", "<resources/>"),
        ("x.xlf", "<xliff>" + "<g>" * 200),
        ("x.arb", "[]"),
        ("x.arb", "{"),
        ("x.strings", "<?xml version='1.0'?><plist><array/></plist>"),
    ],
)
def test_what_is_not_what_its_name_says(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(ForeignError):
        read_foreign(put(tmp_path, name, text), name)


def test_a_metadata_tree(tmp_path: Path) -> None:
    put(tmp_path, "metadata/en-US/subtitle.txt", "Water on time\n")
    found = texts(put(tmp_path, "metadata/zh_Hans/subtitle.txt", "按时浇水\n"))["subtitle"]
    assert (found.locale, found.source) == ("zh_Hans", {"other": "Water on time"})


@pytest.mark.parametrize("columns", ["key,en,de,ja", "key,de,en,ja", "key,de,ja,en", "de,key,ja,en"])
def test_the_source_of_a_table_stands_anywhere(tmp_path: Path, columns: str) -> None:
    row = {"key": "k", "en": "Water", "de": "Wasser", "ja": "水"}
    path = put(tmp_path, "t.csv", columns + "\n" + ",".join(row[c] for c in columns.split(",")) + "\n")
    found = {text.locale: text for text in read_foreign(path, "t.csv").texts}
    assert {text.source["other"] for text in found.values()} == {"Water"}
    assert set(found) == {"de", "ja"}


@pytest.mark.parametrize("text", ["{{ name }} waters", "{{name}} waters", "{name} waters", "%1$@ waters", "%@ waters"])
def test_placeholders_of_any_spelling(text: str) -> None:
    assert normalised_foreign(text).text == "\0 waters"


PLUGIN = """\
from locstore.exchange import ForeignFile, ForeignText


class Lines:
    suffixes = (".lines",)

    def read(self, path, display_path, source_language):
        pairs = [line.split("=") for line in path.read_text().splitlines()]
        return ForeignFile(display_path, tuple(ForeignText(key=k, forms={"other": v}, locale="de") for k, v in pairs))


LINES = Lines()
"""


def test_a_package_adds_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "site/lines_format.py", PLUGIN)
    put(tmp_path, "site/lines-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: lines\nVersion: 1.0\n")
    points = "[locstore.exchange_formats]\nlines = lines_format:LINES\n"
    put(tmp_path, "site/lines-1.0.dist-info/entry_points.txt", points)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert exchange_formats()[-1].suffixes == (".lines",)
    assert texts(put(tmp_path, "a.lines", "hero=Garten"))["hero"].forms == {"other": "Garten"}


# -- into a project


@pytest.fixture
def captions(folder: Folder) -> Folder:
    """A concept whose words are those of fastlane's English captions."""
    for path in [*folder.root.glob("locales/*/LC_MESSAGES/*.po"), *folder.root.glob("concepts/*.yaml")]:
        path.unlink()
    folder.write(
        "concepts/garden.yaml",
        "concept: garden\ndisplays: [iphone_35]\nscreens:\n  - id: home\n    layout: caption-top\n    copy:\n"
        "      - {id: title, role: headline, text: Your garden}\n      - {id: keyword, role: subline, text: Green}\n",
    )
    for locale, title, keyword in (("en-US", "Your garden", "Green"), ("de-DE", "Dein Garten", "Grün")):
        for table, text in (("title", title), ("keyword", keyword)):
            content = f'"01Home" = "{text}";'.encode("utf-16")
            put(folder.root, f"fastlane/screenshots/{locale}/{table}.strings", content)
    return folder


FILES = ("fastlane/screenshots/de-DE/title.strings", "fastlane/screenshots/de-DE/keyword.strings")


def catalog(folder: Folder) -> str:
    return (folder.root / "locales/de/LC_MESSAGES/garden.po").read_text()


def test_new_starts_the_catalogs(captions: Folder, locstore: Call) -> None:
    done = locstore("import", *FILES, "--new")
    assert done.code == 0, done.err
    assert 'msgstr "Dein Garten"' in catalog(captions)
    assert 'msgstr "Grün"' in catalog(captions)


def test_a_mapping_is_known_before_a_catalog_exists(captions: Folder, locstore: Call) -> None:
    for path in captions.root.glob("fastlane/screenshots/en-US/*"):
        path.unlink()
    captions.write("map.txt", "title:01Home = home/title\nkeyword:01Home = home/keyword\n")
    done = locstore("import", *FILES, "--new", "--screen-map", "map.txt", "--mark", "translated")
    assert done.code == 0, done.err
    assert "fuzzy" not in catalog(captions)
    assert 'msgstr "Dein Garten"' in catalog(captions)


def test_a_mapping_marks_the_same_words_as_translated(captions: Folder, locstore: Call) -> None:
    captions.write("map.txt", "title:01Home = home/title\nkeyword:01Home = home/keyword\n")
    assert locstore("import", *FILES, "--new", "--mark", "fuzzy").code == 0
    assert catalog(captions).count("#, fuzzy") == 2
    assert locstore("import", *FILES, "--screen-map", "map.txt", "--mark", "translated").code == 0
    assert "fuzzy" not in catalog(captions)


def test_nothing_that_fits_is_an_error_with_its_reason(captions: Folder, locstore: Call) -> None:
    for path in captions.root.glob("fastlane/screenshots/en-US/*"):
        path.unlink()
    done = locstore("import", *FILES, "--new")
    assert done.code == 1
    assert "none of its 1 texts has the source or the key of a message" in done.err
    assert "--screen-map" in done.err
