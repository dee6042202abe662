"""The plan: what a run would paint and why, what is gone, and what is not ours to touch."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import manimgx_fonts
import pytest
from projects import CONCEPT, WORDS, Folder, capture, catalog, make_folder, with_capture

import locstore.shots.shot
from locstore.errors import FindingsError
from locstore.findings import Severity
from locstore.run import Plan, Status
from locstore.shots import Selection

HERO_DE = "web/de-DE/01_tiny_hero.png"
HOW_DE = "web/de-DE/02_tiny_how.png"
ALL = {
    f"web/{locale}/{name}" for locale in ("de-DE", "en-US", "ja") for name in ("01_tiny_hero.png", "02_tiny_how.png")
}


def statuses(plan: Plan) -> dict[str, tuple[Status, str]]:
    return {p.path: (p.status, p.why) for p in plan.shots}


def settled(folder: Folder) -> bool:
    """Whether nothing is left to paint or remove, and nothing to say."""
    plan = folder.plan()
    return {p.status for p in plan.shots} == {Status.UNCHANGED} and not plan.removed and not plan.findings


def foreign(plan: Plan) -> set[str | None]:
    assert {f.code for f in plan.findings} <= {"run-foreign-file"}
    return {f.file for f in plan.findings}


def test_everything_is_new_at_first(folder: Folder) -> None:
    plan = folder.plan()
    assert statuses(plan) == dict.fromkeys(ALL, (Status.NEW, "it has no picture yet"))
    assert (plan.removed, plan.kept, plan.findings) == ({}, {}, ())


def test_nothing_is_left_after_a_run(folder: Folder) -> None:
    folder.run()
    assert statuses(folder.plan()) == dict.fromkeys(ALL, (Status.UNCHANGED, ""))
    assert settled(folder)


@pytest.mark.parametrize(
    ("old", "new", "why", "paths"),
    [
        ('background: "#33507F"', 'background: "#33507E"', "the design changed", {p for p in ALL if "hero" in p}),
        ("size: [200, 400]", "size: [200, 401]", "the size or format changed", ALL),
        (
            'text: "And how"}',
            'text: "And how", size: [3, 4]}',
            "the design changed",
            {p for p in ALL if "how" in p},
        ),
        (
            'text: "Say it", comment',
            'text: "Say it all", comment',
            "the words changed",
            {"web/en-US/01_tiny_hero.png"},
        ),
    ],
)
def test_a_change_in_the_concept(folder: Folder, old: str, new: str, why: str, paths: set[str]) -> None:
    folder.run()
    folder.replace("concepts/tiny.yaml", old, new)
    plan = folder.plan(fallback="source")
    changed = {p.path: p.why for p in plan.of(Status.CHANGED)}
    if why == "the words changed":  # the translations lost their msgid, so they show the source
        assert {changed.pop(HERO_DE), changed.pop("web/ja/01_tiny_hero.png")} == {why}
    assert changed == dict.fromkeys(paths, why)
    assert not plan.of(Status.NEW)


def test_a_changed_translation(folder: Folder) -> None:
    folder.run()
    folder.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Sag das")
    assert {p.path: p.why for p in folder.plan().of(Status.CHANGED)} == {HERO_DE: "the words changed"}


def test_a_changed_capture(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, concept=with_capture(CONCEPT, "hero", "{locale}/cap.png"))
    folder.write("concepts/cap.png", capture())
    folder.write("concepts/de/cap.png", capture(shade=100))
    folder.run()
    folder.write("concepts/de/cap.png", capture(shade=101))
    why = "a capture, background, frame or logo changed"
    assert {p.path: p.why for p in folder.plan().of(Status.CHANGED)} == {HERO_DE: why}


def test_a_capture_written_again_with_the_same_bytes(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, concept=with_capture(CONCEPT, "hero", "cap.png"))
    folder.write("concepts/cap.png", capture())
    folder.run()
    folder.write("concepts/cap.png", capture())
    assert settled(folder)


def test_a_new_font(folder: Folder) -> None:
    folder.run()
    font = next(iter(sorted(Path(manimgx_fonts.__file__).parent.rglob("*.ttf"))))
    (folder.root / "fonts").mkdir()
    shutil.copy(font, folder.root / "fonts" / "Own.ttf")
    assert statuses(folder.plan()) == dict.fromkeys(ALL, (Status.CHANGED, "the fonts changed"))


def test_a_version_that_paints_differently(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.run()
    monkeypatch.setattr(locstore.shots.shot, "PICTURE_VERSION", 999)
    why = "this version of locstore paints differently"
    assert statuses(folder.plan()) == dict.fromkeys(ALL, (Status.CHANGED, why))


def test_two_reasons_are_both_named(folder: Folder) -> None:
    folder.run()
    folder.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Sag das")
    folder.replace("concepts/tiny.yaml", 'background: "#33507F"', 'background: "#33507E"')
    assert statuses(folder.plan())[HERO_DE] == (Status.CHANGED, "the words changed; the design changed")


@pytest.mark.parametrize("change", ["comment", "po comment", "order of keys", "role of the concept"])
def test_what_is_not_in_the_picture_changes_nothing(folder: Folder, change: str) -> None:
    folder.run()
    before = folder.stamps()
    if change == "comment":
        folder.replace("concepts/tiny.yaml", "Verb first.", "Noun first.")
    elif change == "po comment":
        folder.replace("locales/de/LC_MESSAGES/tiny.po", 'msgctxt "hero', '# Checked.\nmsgctxt "hero')
    elif change == "order of keys":
        folder.replace("concepts/tiny.yaml", "concept: tiny\n", "")
        folder.write("concepts/tiny.yaml", (folder.root / "concepts/tiny.yaml").read_text() + "concept: tiny\n")
    else:
        folder.replace("concepts/tiny.yaml", "concept: tiny\n", "concept: tiny\nrole: An editor.\nsubject: A thing.\n")
    assert settled(folder)
    assert folder.run().painted == 0
    assert folder.repainted(before) == set()


# What is whose


def test_a_fresh_clone_has_the_manifest_only(folder: Folder, tmp_path: Path) -> None:
    folder.run()
    clone = Folder(tmp_path / "clone")
    shutil.copytree(folder.root, clone.root, ignore=shutil.ignore_patterns(".locstore"))
    for picture in clone.pictures():
        (clone.output / picture).touch()  # git sets no times
    assert settled(clone)
    before = clone.stamps()
    assert clone.run().unchanged == 6
    assert clone.stamps() == before


def test_a_run_killed_before_the_manifest_has_the_ledger_only(folder: Folder) -> None:
    folder.run()
    manifest = (folder.output / "manifest.json").read_bytes()
    (folder.output / "manifest.json").unlink()
    assert settled(folder)
    folder.run()
    assert (folder.output / "manifest.json").read_bytes() == manifest


def test_without_both_nothing_is_ours(folder: Folder) -> None:
    folder.run()
    shutil.rmtree(folder.root / ".locstore")
    (folder.output / "manifest.json").unlink()
    plan = folder.plan()
    assert foreign(plan) == {f"output/{path}" for path in ALL}
    assert plan.shots == ()


def test_a_project_that_moved_is_still_done(folder: Folder, tmp_path: Path) -> None:
    folder.run()
    folder.root.rename(tmp_path / "moved")
    assert settled(Folder(tmp_path / "moved"))


def test_a_deleted_picture_is_new(folder: Folder) -> None:
    folder.run()
    (folder.output / HERO_DE).unlink()
    plan = folder.plan()
    assert statuses(plan)[HERO_DE] == (Status.NEW, "its picture is not there any more")
    assert len(plan.of(Status.UNCHANGED)) == 5


def test_a_foreign_file_is_left_alone(folder: Folder) -> None:
    folder.write(f"output/{HERO_DE}", b"not ours")
    plan = folder.plan()
    assert foreign(plan) == {f"output/{HERO_DE}"}
    assert all(f.severity is Severity.ERROR for f in plan.findings)
    report = folder.run()
    assert (report.painted, report.ok) == (5, False)
    assert (folder.output / HERO_DE).read_bytes() == b"not ours"
    assert HERO_DE not in folder.manifest()["pictures"]


def test_overwrite_takes_a_foreign_file(folder: Folder) -> None:
    folder.write(f"output/{HERO_DE}", b"not ours")
    plan = folder.plan(overwrite=True)
    assert statuses(plan)[HERO_DE] == (Status.NEW, "a file that is not ours stands in its place")
    assert folder.run(overwrite=True).painted == 6
    assert settled(folder)


def test_a_picture_edited_by_hand_is_left_alone(folder: Folder) -> None:
    folder.run()
    edited = folder.pictures()[HOW_DE]
    folder.write(f"output/{HERO_DE}", edited)
    folder.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Sag das")
    assert foreign(folder.plan()) == {f"output/{HERO_DE}"}
    assert not folder.run().ok
    assert folder.pictures()[HERO_DE] == edited
    assert folder.run(overwrite=True).painted == 1
    assert folder.pictures()[HERO_DE] != edited
    assert settled(folder)


def test_an_edit_that_is_taken_back_is_ours_again(folder: Folder) -> None:
    folder.run()
    ours = folder.pictures()[HERO_DE]
    folder.write(f"output/{HERO_DE}", b"edited")
    assert foreign(folder.plan()) == {f"output/{HERO_DE}"}
    folder.write(f"output/{HERO_DE}", ours)
    assert settled(folder)


def test_a_folder_in_the_place_of_a_picture(folder: Folder) -> None:
    folder.run()
    (folder.output / HERO_DE).unlink()
    (folder.output / HERO_DE).mkdir()
    assert foreign(folder.plan()) == {f"output/{HERO_DE}"}


def test_a_picture_announced_by_a_killed_run_is_ours(folder: Folder) -> None:
    folder.run()
    with folder.open().ledger() as ledger:
        record = ledger.pictures(folder.output)[HERO_DE][0]
        ledger.forget(folder.output, HERO_DE)
        ledger.begin_write(folder.output, HERO_DE, record)
    (folder.output / "manifest.json").unlink()
    assert settled(folder)


def test_an_announcement_that_came_to_nothing_makes_nothing_ours(folder: Folder) -> None:
    folder.run()
    with folder.open().ledger() as ledger:
        record = ledger.pictures(folder.output)[HERO_DE][0]
        ledger.forget(folder.output, HERO_DE)
        ledger.begin_write(folder.output, HERO_DE, record)
    (folder.output / "manifest.json").unlink()
    folder.write(f"output/{HERO_DE}", b"somebody else's")
    assert foreign(folder.plan()) == {f"output/{HERO_DE}"}
    (folder.output / HERO_DE).unlink()
    assert statuses(folder.plan())[HERO_DE] == (Status.NEW, "it has no picture yet")


# What is gone


def test_a_screen_that_is_gone(folder: Folder) -> None:
    folder.run()
    how = {p for p in ALL if "how" in p}
    concept = CONCEPT[: CONCEPT.index("  - id: how")] + CONCEPT[CONCEPT.index("displays:") :]
    folder.write("concepts/tiny.yaml", concept)
    assert set(folder.plan().removed) == how
    folder.write("output/web/de-DE/mine.txt", "mine")
    report = folder.run()
    assert (report.removed, report.painted) == (3, 0)
    assert set(folder.pictures()) == ALL - how == set(folder.manifest()["pictures"])
    assert (folder.output / "web/de-DE/mine.txt").exists()
    assert settled(folder)


def test_a_locale_that_is_gone_takes_its_folder_with_it(folder: Folder) -> None:
    folder.run()
    shutil.rmtree(folder.root / "locales/de")
    assert folder.run().removed == 2
    assert not (folder.output / "web/de-DE").exists()
    assert (folder.output / "web/ja").exists()


def test_a_screen_that_is_renamed(folder: Folder) -> None:
    folder.run()
    folder.replace("concepts/tiny.yaml", "id: how", "id: why")
    for code, words in WORDS.items():
        folder.write(
            f"locales/{code}/LC_MESSAGES/tiny.po",
            catalog(code, {k.replace("how/", "why/"): v for k, v in words.items()}),
        )
    report = folder.run()
    assert (report.painted, report.unchanged, report.removed) == (3, 3, 3)
    assert set(folder.pictures()) == {p.replace("how", "why") for p in ALL}


def test_screens_that_change_places(folder: Folder) -> None:
    folder.run()
    old = folder.pictures()
    start, middle, end = (CONCEPT.index(mark) for mark in ("  - id: hero", "  - id: how", "displays:"))
    folder.write("concepts/tiny.yaml", CONCEPT[:start] + CONCEPT[middle:end] + CONCEPT[start:middle] + CONCEPT[end:])
    report = folder.run()
    assert (report.painted, report.removed) == (6, 6)
    new = folder.pictures()
    assert set(new) == {
        f"web/{lo}/{name}" for lo in ("de-DE", "en-US", "ja") for name in ("01_tiny_how.png", "02_tiny_hero.png")
    }
    assert new["web/ja/01_tiny_how.png"] == old["web/ja/02_tiny_how.png"]
    assert settled(folder)


def test_a_format_that_changes_leaves_no_second_set(folder: Folder) -> None:
    folder.run()
    folder.replace("concepts/tiny.yaml", "size: [200, 400]", "size: [200, 400], format: jpeg")
    assert folder.run().removed == 6
    assert set(folder.pictures()) == {p.replace(".png", ".jpg") for p in ALL}


def test_what_is_not_selected_is_kept(folder: Folder) -> None:
    folder.run()
    folder.replace("locales/ja/LC_MESSAGES/tiny.po", "伝えよう", "伝える")
    plan = folder.plan(Selection(locales=("de",)))
    assert set(plan.kept) == ALL - {HERO_DE, HOW_DE}
    assert not plan.removed
    report = folder.run(Selection(locales=("de",)))
    assert (report.painted, len(report.pictures)) == (0, 6)
    assert set(folder.manifest()["pictures"]) == ALL


def test_what_is_gone_is_removed_whatever_is_selected(folder: Folder) -> None:
    folder.run()
    shutil.rmtree(folder.root / "locales/de")
    assert set(folder.plan(Selection(locales=("ja",), screens=("how",))).removed) == {HERO_DE, HOW_DE}


def test_a_picture_edited_by_hand_is_not_removed(folder: Folder) -> None:
    folder.run()
    folder.write(f"output/{HERO_DE}", b"edited")
    shutil.rmtree(folder.root / "locales/de")
    report = folder.run()
    assert report.removed == 1
    assert set(folder.pictures()) == (ALL - {HOW_DE})


def test_a_picture_that_is_gone_twice_is_no_work(folder: Folder) -> None:
    folder.run()
    shutil.rmtree(folder.root / "locales/de")
    shutil.rmtree(folder.output / "web/de-DE")
    assert not folder.plan().removed
    assert folder.run().removed == 0


@pytest.mark.parametrize(
    "error", ["catalog", "concept", "missing capture", "overflow", "foreign file", "font", "gallery"]
)
def test_with_an_error_anywhere_nothing_is_removed(folder: Folder, error: str) -> None:
    folder.run()
    shutil.rmtree(folder.root / "locales/de")
    if error == "catalog":
        folder.write("locales/ja/LC_MESSAGES/tiny.po", "what is this")
    elif error == "concept":
        folder.replace("concepts/tiny.yaml", "concept: tiny", "concept: tiny\nfoo: 1")
    elif error == "missing capture":
        folder.write("concepts/tiny.yaml", with_capture(CONCEPT, "how", "nowhere.png"))
    elif error == "overflow":
        folder.replace("locales/ja/LC_MESSAGES/tiny.po", "伝えよう", "伝えよう" * 200)
    elif error == "foreign file":
        folder.write("output/web/ja/01_tiny_hero.png", b"not ours")
    elif error == "font":
        folder.write("fonts/broken.ttf", b"no font")
    else:
        folder.write("output/index.html", "<h1>My page</h1>")
    before = set(folder.pictures())
    if error not in {"overflow", "font", "gallery"}:  # those are seen by painting
        assert not folder.plan().removed
    report = folder.run()
    assert not report.ok
    assert report.removed == 0
    assert set(folder.pictures()) == before
    # What stands is on record, so that a clone of this state knows it, too.
    assert {HERO_DE, HOW_DE} <= set(folder.manifest()["pictures"])


# Others' hands


@pytest.mark.parametrize("path", ["../outside.png", "/outside.png", "web/../../outside.png"])
def test_a_manifest_cannot_reach_out_of_the_output_folder(folder: Folder, path: str) -> None:
    folder.run()
    outside = folder.root / "outside.png"
    outside.write_bytes(folder.pictures()[HERO_DE])
    manifest = folder.manifest()
    manifest["pictures"][str(outside) if path.startswith("/") else path] = manifest["pictures"][HERO_DE]
    text = json.dumps(manifest)
    (folder.output / "manifest.json").write_text(text)
    plan = folder.plan()
    assert [(f.code, f.file) for f in plan.findings] == [("shelve-manifest-unreadable", "output/manifest.json")]
    assert not plan.removed
    with pytest.raises(FindingsError):
        folder.run()
    assert outside.exists()
    assert (folder.output / "manifest.json").read_text() == text


@pytest.mark.parametrize(
    "content", ["{", '{"name": "my web app"}', "[]", '{"format": 99, "pictures": {}}', "<<<<<<< HEAD"]
)
def test_a_manifest_that_is_not_ours_stops_the_run(folder: Folder, content: str) -> None:
    folder.write("output/manifest.json", content)
    with pytest.raises(FindingsError) as stopped:
        folder.run()
    assert {(f.code, f.file) for f in stopped.value.findings} == {
        ("shelve-manifest-unreadable", "output/manifest.json")
    }
    assert (folder.output / "manifest.json").read_text() == content
    assert not folder.pictures()
    assert folder.run(overwrite=True).painted == 6
    assert settled(folder)


def test_a_page_that_is_not_ours_is_left_alone(folder: Folder) -> None:
    page = folder.write("output/index.html", "<h1>My page</h1>")
    report = folder.run()
    assert {(f.code, f.file) for f in report.findings} == {("run-foreign-file", "output/index.html")}
    assert (report.painted, report.ok) == (6, False)
    assert page.read_text() == "<h1>My page</h1>"
    assert folder.run(overwrite=True).ok
    assert "<h1>My page</h1>" not in page.read_text()
    assert folder.run().ok


def test_two_shots_for_one_place(folder: Folder) -> None:
    folder.write("concepts/other.yaml", CONCEPT.replace("concept: tiny", "concept: other"))
    for code, words in WORDS.items():
        folder.write(f"locales/{code}/LC_MESSAGES/other.po", catalog(code, words))
    first = folder.run()
    assert {(f.code, f.file) for f in first.findings} == {("shelve-same-file", "concepts/tiny.yaml")}
    assert (first.painted, first.ok) == (6, False)
    assert folder.run().painted == 0, "the second shot must not take the first one's place in turn"


def test_a_graphic_has_room_for_one_screen(folder: Folder) -> None:
    folder.replace("concepts/tiny.yaml", "displays: [", "displays: [play_feature_graphic, ")
    plan = folder.plan()
    paths = [p.path for p in plan.shots]
    assert len(paths) == len(set(paths)) == 9
