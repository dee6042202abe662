"""Pseudo-locales of a project: in `check`, painted apart from the stores' folders, and never part of all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from projects import Call, Folder

from locstore.errors import UsageError
from locstore.project import FileDigests, paint_pseudo, pseudo_codes
from locstore.shots import Selection, expand_pseudo, pseudo_code, pseudo_locale
from locstore.stores import resolve_locale


@pytest.fixture
def tight(folder: Folder) -> Folder:
    """A headline that just fits, in one line of one size."""
    folder.replace(
        "concepts/tiny.yaml",
        '{id: headline, text: "Know any',
        '{id: headline, max_lines: 1, size: [5, 6], text: "Know any',
    )
    folder.replace("concepts/tiny.yaml", "locales: all", "locales: [de]")
    return folder


@pytest.mark.parametrize(
    ("name", "code"),
    [("en-XA", "en-XA"), ("EN_xa", "en-XA"), ("ar_XB", "ar-XB"), ("en", None), ("*", None), ("en*", None)],
)
def test_names(name: str, code: str | None) -> None:
    assert pseudo_code(name) == code


def test_a_pseudo_locale_is_in_no_store() -> None:
    locale = pseudo_locale("ar-XB", resolve_locale("en"))
    assert (locale.apple, locale.play, locale.apple_fallback, locale.play_fallback) == (None,) * 4
    assert (locale.direction, locale.bcp47, locale.gettext) == ("rtl", "ar-XB", "ar_XB")


def test_shots_on_every_display(folder: Folder) -> None:
    project = folder.open()
    (loaded,) = project.concepts()
    with project.ledger() as ledger:
        matrix = expand_pseudo(
            loaded,
            ["en-XA", "ar-XB"],
            root=project.root,
            selection=Selection(screens=("hero",)),
            file_format="png",
            digest=FileDigests(ledger),
        )
    assert [shot.key for shot in matrix.shots] == [
        "hero/en_XA/tall",
        "hero/en_XA/small",
        "hero/ar_XB/tall",
        "hero/ar_XB/small",
    ]
    assert matrix.findings == ()
    headline = matrix.shots[2].slots[0]
    assert (headline.direction, headline.language) == ("rtl", "ar-XB")
    assert headline.markup.count("*") == 2
    assert matrix.shots[0].slots[1].markup.startswith("[12 ")


def test_check_names_the_slot_and_by_how_much(tight: Folder, locstore: Call) -> None:
    assert "project-pseudo-fit" not in locstore("check", "-l", "de", "--json").codes()
    said = locstore("check", "-l", "de", "--pseudo", "--json")
    found = [f for f in said.json["findings"] if f["code"] == "project-pseudo-fit"]
    assert {f["severity"] for f in found} == {"warning"}
    assert {f["slot"] for f in found} == {"headline"}
    wide = next(f for f in found if "en-XL" in f["message"])
    assert wide["message"].startswith("how/headline is ")
    assert " % too long in en-XL (as wide as German and Finnish) on " in wide["message"]
    assert wide["file"] == "concepts/tiny.yaml"
    assert "Know any" in tight.root.joinpath("concepts/tiny.yaml").read_text().split("\n")[wide["line"] - 1]


def test_one_by_its_name(tight: Folder, locstore: Call) -> None:
    said = locstore("check", "-l", "en_xl", "--json")
    found = [f["message"] for f in said.json["findings"] if f["code"] == "project-pseudo-fit"]
    assert found
    assert all("en-XL" in message for message in found)
    assert said.json["locales"] <= 1


def test_never_part_of_all(folder: Folder, locstore: Call) -> None:
    assert locstore("check", "--json").json["locales"] == 6
    assert not (folder.root / "output/pseudo").exists()


class TestPainting:
    def test_a_folder_of_its_own(self, folder: Folder) -> None:
        report = paint_pseudo(folder.open(), Selection(locales=("en-XA", "ar_XB"), displays=("tall",)))
        assert (report.painted, report.unchanged, report.failed) == (4, 0, 0)
        assert sorted(folder.pictures()) == [
            "pseudo/ar-XB/tiny/01_tall_hero.png",
            "pseudo/ar-XB/tiny/02_tall_how.png",
            "pseudo/en-XA/tiny/01_tall_hero.png",
            "pseudo/en-XA/tiny/02_tall_how.png",
        ]
        again = paint_pseudo(folder.open(), Selection(locales=("en-XA", "ar-XB"), displays=("tall",)))
        assert (again.painted, again.unchanged) == (0, 4)

    def test_no_upload_tool_and_no_run_sees_them(self, folder: Folder, locstore: Call) -> None:
        paint_pseudo(folder.open(), Selection(locales=("en-XA",)))
        before = folder.pictures()
        said = locstore("run", "-l", "de", "--json")
        assert not {f["code"] for f in said.json["findings"]} & {"verify-stray-file", "run-foreign-file"}
        assert before.items() <= folder.pictures().items()
        assert not any("pseudo" in path for path in folder.manifest()["pictures"])

    def test_words_that_do_not_fit_are_painted(self, tight: Folder) -> None:
        report = paint_pseudo(tight.open(), Selection(locales=("en-XL",), screens=("how",), displays=("tall",)))
        assert (report.painted, report.failed) == (1, 0)
        assert "project-pseudo-fit" in {f.code for f in report.findings}
        picture = next(Path(tight.output).rglob("*.png"))
        with Image.open(picture) as image:
            assert np.asarray(image).std() > 5

    def test_not_together_with_others(self, folder: Folder) -> None:
        with pytest.raises(UsageError, match="by themselves"):
            paint_pseudo(folder.open(), Selection(locales=("en-XA", "de")))

    def test_a_selection_that_names_nothing(self, folder: Folder) -> None:
        with pytest.raises(UsageError):
            paint_pseudo(folder.open(), Selection(locales=("en-XA",), displays=("huge",)))

    def test_what_a_selection_names(self) -> None:
        codes, rest = pseudo_codes(Selection(locales=("en_xa", "de", "en-XA"), screens=("hero",)))
        assert codes == ("en-XA",)
        assert rest == Selection(locales=("de",), screens=("hero",))
