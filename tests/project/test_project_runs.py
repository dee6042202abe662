"""Projects as people have them: nothing to do, several concepts, catalogs that nobody asked for."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from projects import CONCEPT, STORE_DISPLAY, WORDS, Call, Folder, capture, catalog, make_folder, with_capture

ALL = {
    f"web/{locale}/{name}" for locale in ("de-DE", "en-US", "ja") for name in ("01_tiny_hero.png", "02_tiny_how.png")
}


def test_a_run_with_nothing_to_do_writes_nothing(folder: Folder, locstore: Call) -> None:
    assert locstore("run").out.startswith("Painted 6, 0 unchanged; no findings.")
    before = folder.stamps()
    assert {"manifest.json", "index.html"} < before.keys()
    assert locstore("run").out.startswith("Painted 0, 6 unchanged; no findings.")
    assert folder.stamps() == before


def test_other_commands_write_nothing(folder: Folder, locstore: Call) -> None:
    locstore("run")
    before = folder.stamps()
    folder.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Sag das")
    shutil.rmtree(folder.root / "locales/ja")
    for arguments in (("plan",), ("check",), ("prompt", "-s", "hero"), ("verify", "output")):
        locstore(*arguments)
        assert folder.stamps() == before


def test_plan_says_what_run_then_does(folder: Folder, locstore: Call) -> None:
    locstore("run")
    folder.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Sag das")
    shutil.rmtree(folder.root / "locales/ja")
    (folder.output / "web/en-US/02_tiny_how.png").unlink()
    plan = locstore("plan", "--json").json
    assert {s["path"]: s["status"] for s in plan["shots"] if s["status"] != "unchanged"} == {
        "web/de-DE/01_tiny_hero.png": "changed",
        "web/en-US/02_tiny_how.png": "new",
    }
    assert plan["removed"] == ["web/ja/01_tiny_hero.png", "web/ja/02_tiny_how.png"]
    report = locstore("run", "--json").json
    assert (report["painted"], report["unchanged"], report["removed"]) == (2, 2, 2)
    plan = locstore("plan", "--json").json
    assert {s["status"] for s in plan["shots"]} == {"unchanged"}
    assert plan["removed"] == []


@pytest.mark.parametrize(
    "options",
    [("--output", "elsewhere"), ("--format", "jpeg"), ("--layout", "gradle-play-publisher")],
)
def test_plan_takes_the_options_of_run_that_move_pictures(
    folder: Folder, locstore: Call, options: tuple[str, str]
) -> None:
    folder.replace("concepts/tiny.yaml", "displays: [{id: tiny, size: [200, 400]}]", "displays: [play_wear]")
    plain = {s["path"] for s in locstore("plan", "--json").json["shots"]}
    locstore("run", "-l", "de", "-s", "hero", *options)
    plan = locstore("plan", "-l", "de", "-s", "hero", "--json", *options).json
    assert [s["status"] for s in plan["shots"]] == ["unchanged"]
    assert options[0] == "--output" or plan["shots"][0]["path"] not in plain


def test_a_changed_word_repaints_what_shows_it(tmp_path: Path, locstore: Call) -> None:
    folder = make_folder(tmp_path / "project")
    concept = CONCEPT.replace("size: [200, 400]}]", "size: [200, 400]}, {id: wide, size: [400, 200]}]")
    folder.write("concepts/tiny.yaml", concept)
    # Austria has a catalog with one word of its own, and takes the rest from German.
    folder.write("locales/es/LC_MESSAGES/tiny.po", catalog("es", WORDS["de"]))
    folder.write("locales/es_MX/LC_MESSAGES/tiny.po", catalog("es_MX", {"how/headline": ("And how", "Y esto")}))
    assert locstore("run").code == 0
    before = folder.stamps()
    folder.replace("locales/es/LC_MESSAGES/tiny.po", "Sag es", "Dilo")
    assert locstore("run").code == 0
    assert folder.repainted(before) == {
        f"web/{code}/01_{display}_hero.png" for code in ("es-ES", "es-MX") for display in ("tiny", "wide")
    }
    before = folder.stamps()
    folder.replace("locales/es/LC_MESSAGES/tiny.po", "Und wie", "Y cómo")
    assert locstore("run").code == 0
    assert folder.repainted(before) == {f"web/es-ES/02_{display}_how.png" for display in ("tiny", "wide")}


def test_a_changed_capture_repaints_what_shows_it(tmp_path: Path, locstore: Call) -> None:
    folder = make_folder(tmp_path / "project", concept=with_capture(CONCEPT, "hero", "{locale}/cap.png"))
    folder.write("concepts/cap.png", capture())
    folder.write("concepts/ja/cap.png", capture(shade=90))
    assert locstore("run").code == 0
    before = folder.stamps()
    folder.write("concepts/cap.png", capture(shade=91))
    assert locstore("run").code == 0
    assert folder.repainted(before) == {"web/en-US/01_tiny_hero.png", "web/de-DE/01_tiny_hero.png"}


def test_two_concepts_in_one_project(folder: Folder, locstore: Call) -> None:
    other = CONCEPT.replace("concept: tiny", "concept: other").replace("id: tiny", "id: banner")
    folder.write("concepts/other.yaml", other.replace("Say it", "Say that"))
    folder.write(
        "locales/de/LC_MESSAGES/other.po",
        catalog("de", {"hero/headline": ("Say that", "Sag das"), "how/headline": ("And how", "Wie")}),
    )
    assert locstore("run").out.startswith("Painted 10, 0 unchanged; no findings.")
    assert {p for p in folder.pictures() if "banner" in p} == {
        f"web/{code}/{n}_banner_{s}.png" for code in ("de-DE", "en-US") for n, s in (("01", "hero"), ("02", "how"))
    }
    before = folder.stamps()
    folder.replace("locales/de/LC_MESSAGES/other.po", "Sag das", "Sag dies")
    assert locstore("run").out.startswith("Painted 1, 9 unchanged")
    assert folder.repainted(before) == {"web/de-DE/01_banner_hero.png"}
    (folder.root / "concepts/other.yaml").unlink()
    assert locstore("run", "--yes").out.startswith("Painted 0, 6 unchanged, 4 removed")
    assert set(folder.pictures()) == ALL


def test_two_concepts_of_one_name(folder: Folder, locstore: Call) -> None:
    folder.write("concepts/tiny2.yaml", CONCEPT)
    said = locstore("check")
    assert said.code == 1
    assert "concepts/tiny2.yaml:1:" in said.err
    assert "The concept 'tiny' is also in concepts/tiny.yaml" in said.err


def test_one_broken_concept_does_not_stop_the_other(folder: Folder, locstore: Call) -> None:
    folder.write("concepts/broken.yaml", "concept: [\n")
    said = locstore("run")
    assert said.code == 1
    assert "concepts/broken.yaml:2:1: error:" in said.err
    assert set(folder.pictures()) == ALL


def test_a_second_catalog_for_a_locale(folder: Folder, locstore: Call) -> None:
    folder.write("locales/de_DE/LC_MESSAGES/tiny.po", catalog("de_DE", WORDS["de"]))
    for command in ("check", "run"):
        said = locstore(command, "--json")
        assert said.code == 1
        assert "project-second-catalog" in said.codes()
        (finding,) = (f for f in said.json["findings"] if f["code"] == "project-second-catalog")
        assert finding["file"] == "locales/de_DE/LC_MESSAGES/tiny.po"
        assert "locales/de/LC_MESSAGES/tiny.po" in finding["message"]


def test_a_catalog_that_no_concept_lists(folder: Folder, locstore: Call) -> None:
    folder.replace("concepts/tiny.yaml", "locales: all", "locales: [en, ja]")
    said = locstore("check")
    assert (said.code, "no findings" in said.out) == (0, False)
    assert re.search(r"locales/de/LC_MESSAGES/tiny\.po: warning: .* \[project-unused-catalog\]", said.err)
    assert locstore("run").code == 0
    assert not (folder.output / "web/de-DE").exists()


@pytest.mark.parametrize("spelling", ["en", "en_US", "en-us", "ja", "ja-JP"])
def test_a_catalog_is_used_in_any_spelling_of_the_list(folder: Folder, locstore: Call, spelling: str) -> None:
    folder.replace(
        "concepts/tiny.yaml", "locales: all", f"locales: [de, {spelling}, {'ja' if 'en' in spelling else 'en'}]"
    )
    assert locstore("check").out.endswith("no findings.\n")


def test_a_catalog_that_a_listed_region_falls_back_on_is_used(folder: Folder, locstore: Call) -> None:
    folder.replace("concepts/tiny.yaml", "locales: all", "locales: [en, de, ja, es_MX, xx]")
    folder.write("locales/es/LC_MESSAGES/tiny.po", catalog("es", WORDS["de"]))
    folder.write("locales/es_MX/LC_MESSAGES/tiny.po", catalog("es_MX", {}))
    assert locstore("check", "--json").codes() == {"shots-unknown-locale", "shots-regional-fallback"}


def test_no_concept_at_all(folder: Folder, locstore: Call) -> None:
    shutil.rmtree(folder.root / "concepts")
    for command in ("check", "run", "plan", "extract", "update", "prompt"):
        said = locstore(command)
        assert said.code == 1
        assert "locstore.toml: error: There is no concept at concepts/*.yaml. Run `locstore init`" in said.err
    assert not folder.output.exists()


def test_the_file_that_has_no_concept_is_the_one_that_is_there(folder: Folder, locstore: Call) -> None:
    (folder.root / "locstore.toml").unlink()
    folder.write("pyproject.toml", "[tool.locstore]\n")
    shutil.rmtree(folder.root / "concepts")
    assert locstore("check").err.startswith("pyproject.toml: error: There is no concept")


def test_displays_of_the_file_are_used_without_d(folder: Folder, locstore: Call) -> None:
    folder.replace("concepts/tiny.yaml", "size: [200, 400]}]", "size: [200, 400]}, {id: wide, size: [400, 200]}]")
    folder.write("locstore.toml", 'displays = ["wide"]\njobs = 1\n')
    locstore("run")
    assert {Path(p).name for p in folder.pictures()} == {"01_wide_hero.png", "02_wide_how.png"}
    assert len(locstore("plan", "-d", "tiny", "--json").json["shots"]) == 6
    assert len(locstore("plan", "-d", "all", "--json").json["shots"]) == 12
    assert locstore("check", "--json").json["shots"] == 12, "check looks at all of them"


def test_a_display_of_the_file_that_the_concept_has_not(folder: Folder, locstore: Call) -> None:
    folder.write("locstore.toml", 'displays = ["wide"]\n')
    said = locstore("run")
    assert said.code == 2
    assert "`displays` in the project file" in said.err
    assert "It has: tiny." in said.err


def test_the_manifest_and_the_gallery_know_nothing_of_this_machine(
    tmp_path: Path, locstore: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-anybody")
    folder = make_folder(tmp_path / "project", concept=with_capture(CONCEPT, "hero", "cap.png"))
    folder.replace("concepts/tiny.yaml", "displays: [", f"displays: [{STORE_DISPLAY}, ")
    folder.write("concepts/cap.png", capture())
    folder.write("output/web/ja/01_tiny_hero.png", b"foreign")  # so that there is a finding, too
    folder.write("fonts/broken.ttf", b"no font")
    assert locstore("run").code == 1
    written = "".join((folder.output / name).read_text() for name in ("manifest.json", "index.html"))
    assert "run-foreign-file" in written
    assert "typeset-font-unreadable" in written
    for secret in (str(tmp_path), tmp_path.name, str(Path.home()) + "/", "sk-not", "/site-packages", "/usr/"):
        assert secret not in written
    inputs = json.loads((folder.output / "manifest.json").read_text())["inputs"]
    assert {"concepts/tiny.yaml", "locales/de/LC_MESSAGES/tiny.po"} < inputs.keys()


def test_a_font_that_cannot_be_read_is_not_passed_over(folder: Folder, locstore: Call) -> None:
    folder.write("fonts/broken.ttf", b"no font")
    folder.write("fonts/empty.otf", b"")
    (folder.root / "fonts/dangling.ttf").symlink_to("nowhere")
    (folder.root / "fonts/folder.ttf").mkdir()
    for command in ("check", "run"):
        said = locstore(command)
        assert said.code == 1
        for name in ("broken.ttf", "empty.otf"):
            assert re.search(rf"fonts/{name}: error: .* \[typeset-font-unreadable\]", said.err)


def test_the_pictures_pass_verify(folder: Folder, locstore: Call) -> None:
    folder.replace("concepts/tiny.yaml", "displays: [", f"displays: [{STORE_DISPLAY}, play_wear, ")
    assert locstore("run").code == 0
    said = locstore("verify", "output", "--json")
    assert said.code == 0
    assert (said.json["pictures"], said.json["displays"]) == (12, ["play_wear", STORE_DISPLAY])


def test_a_project_without_store_displays_has_no_sets_to_miss(folder: Folder, locstore: Call) -> None:
    assert locstore("run").out.startswith("Painted 6, 0 unchanged; no findings.")


def test_leftovers_of_a_killed_run_are_cleared_away(folder: Folder, locstore: Call) -> None:
    gone = folder.write("output/web/de-DE/.locstore-999999999-abc", b"half")
    alive = folder.write("output/web/de-DE/.locstore-1-abc", b"half")
    other = folder.write("output/web/de-DE/.locstore-mine", b"not a temporary file")
    assert locstore("run").code == 0
    assert [p.exists() for p in (gone, alive, other)] == [False, True, True]
