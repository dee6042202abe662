"""`locstore status` and `locstore lint`."""

from __future__ import annotations

import pytest
from projects import Call, Folder
from wordings import po


def rows(said: object) -> dict[str, dict[str, object]]:
    return {row["code"]: row for row in said.json["locales"]}  # type: ignore[attr-defined]


def test_the_three_states_and_what_is_inherited(locstore: Call) -> None:
    said = locstore("status", "--json")
    assert said.code == 0
    found = {
        code: tuple(row[k] for k in ("translated", "inherited", "fuzzy", "missing", "percent"))
        for code, row in rows(said).items()
    }
    assert found == {
        "ar": (1, 0, 1, 2, 25.0),
        "de": (4, 0, 0, 0, 100.0),
        "fr": (1, 0, 0, 3, 25.0),
        "fr_CA": (0, 1, 0, 3, 25.0),
        "ja": (0, 0, 0, 4, 0.0),
    }


@pytest.mark.parametrize(
    ("config", "state"), [("", "inherited"), ("allow_fuzzy = true\n", "fuzzy")], ids=["strict", "fuzzy allowed"]
)
def test_a_fuzzy_region_goes_by_the_shown_picture(folder: Folder, locstore: Call, config: str, state: str) -> None:
    """The picture of fr_CA shows the French translation, unless fuzzy words are painted; status and report agree."""
    folder.write("locstore.toml", config + (folder.root / "locstore.toml").read_text(encoding="utf-8"))
    folder.write(
        "locales/fr_CA/LC_MESSAGES/tiny.po",
        po("fr_CA", {"how/headline": ["Toutes vos plantes"]}, fuzzy={"how/headline"}),
    )
    row = rows(locstore("status", "--json"))["fr_CA"]
    assert {key: row[key] for key in ("translated", "inherited", "fuzzy", "missing")} == {
        "translated": 0,
        "inherited": 0,
        "fuzzy": 0,
        "missing": 3,
        state: 1,
    }
    reported = locstore("report", "--json").json["locales"]
    (words,) = [row["words"] for row in reported if row["locale"] == "fr_CA"]
    assert words == {"translated": int(state == "inherited"), "fuzzy": int(state == "fuzzy"), "missing": 3}


def test_the_table(locstore: Call) -> None:
    said = locstore("status", "-l", "de")
    assert said.out.splitlines()[0].split("\t")[:3] == ["locale", "language", "translated"]
    assert said.out.splitlines()[1].startswith("de\tGerman\t4\t0\t0\t0\t100\t")
    assert "4 of 4 messages done, 100 %." in said.out


@pytest.mark.parametrize(("least", "locales", "code"), [("100", "de", 0), ("25", "fr,ar", 0), ("25.1", "de,fr", 1)])
def test_fail_under(locstore: Call, least: str, locales: str, code: int) -> None:
    assert locstore("status", "--fail-under", least, "-l", locales).code == code


def test_a_broken_catalog_is_missing_altogether(folder: Folder, locstore: Call) -> None:
    folder.po.write_text("rubbish", encoding="utf-8")
    said = locstore("status", "--json")
    assert said.code == 0
    assert (rows(said)["de"]["missing"], rows(said)["de"]["errors"]) == (4, 1)
    assert said.codes() == {"catalog-syntax"}


def test_a_locale_that_is_not_there(locstore: Call) -> None:
    said = locstore("status", "-l", "sv")
    assert said.code == 2
    assert "It has: ar, de, en_US, fr, fr_CA, ja" in said.err


def test_findings_are_counted(folder: Folder, locstore: Call) -> None:
    folder.replace("locales/de/LC_MESSAGES/tiny.po", "Mit iCloud", "Mit  iCloud.")
    assert rows(locstore("status", "--json"))["de"]["warnings"] == 2


def test_approvals_where_there_is_a_review(folder: Folder, locstore: Call) -> None:
    assert rows(locstore("status", "--json"))["de"]["approved"] is None
    folder.write("review.json", '{"format": 1, "decisions": {}}')
    row = rows(locstore("status", "--json"))["de"]
    assert (row["approved"], row["pictures"]) == (0, 4)
    assert locstore("approve", "hero/de/tall").code in {0, 1}


class TestLint:
    def test_findings_with_their_line(self, folder: Folder, locstore: Call) -> None:
        folder.replace("locales/de/LC_MESSAGES/tiny.po", "Jede Pflanze im Nu", "Jede Pflanze im im Augenblick.")
        said = locstore("lint", "-l", "de", "--json")
        assert said.code == 0
        assert said.codes() == {"catalog-lint-doubled-words", "catalog-lint-end-punctuation"}
        line = folder.po.read_text(encoding="utf-8").split("\n").index('msgstr "Jede Pflanze im im Augenblick."') + 1
        assert {f["line"] for f in said.json["findings"]} == {line}
        assert {f["file"] for f in said.json["findings"]} == {"locales/de/LC_MESSAGES/tiny.po"}

    def test_strict(self, folder: Folder, locstore: Call) -> None:
        assert locstore("lint", "-l", "de", "--strict").code == 0
        folder.replace("locales/de/LC_MESSAGES/tiny.po", "im Nu", "im  Nu")
        assert locstore("lint", "-l", "de", "--strict").code == 1

    def test_what_breaks_a_picture_is_an_error(self, folder: Folder, locstore: Call) -> None:
        folder.replace("locales/de/LC_MESSAGES/tiny.po", "{n} Pflanzen leben", "Pflanzen leben")
        said = locstore("lint", "-l", "de", "--json")
        assert (said.code, said.codes()) == (1, {"catalog-placeholder-lost"})

    def test_silenced_in_the_file(self, folder: Folder, locstore: Call) -> None:
        folder.replace("locales/de/LC_MESSAGES/tiny.po", "Mit iCloud", "mit wolke")
        assert locstore("lint", "--json").codes() == {"catalog-lint-capitals"}
        text = 'msgctxt "how/caption"'
        folder.replace("locales/de/LC_MESSAGES/tiny.po", text, f"# locstore-lint: ignore capitals\n{text}")
        assert locstore("lint", "--json").codes() == set()

    def test_a_broken_catalog_and_an_empty_one(self, folder: Folder, locstore: Call) -> None:
        folder.write("locales/ja/LC_MESSAGES/tiny.po", "")
        folder.po.write_text("rubbish", encoding="utf-8")
        said = locstore("lint", "--json")
        assert (said.code, said.codes()) == (1, {"catalog-syntax", "catalog-header"})
