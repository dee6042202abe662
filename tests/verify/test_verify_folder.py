"""Whole folders: layouts, names, and what belongs to the set. Pictures are the smallest that a display takes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from pathlib import Path

import pytest
from verify_files import put

from locstore.findings import Finding, Severity
from locstore.verify import VerifyReport, inspect_picture, verify_folder

WATCH = (312, 390)  # watch_series_3: asks for no other display
PHONE_35 = (640, 920)
PLAY = (320, 500)
IPAD = (768, 1004)
SUPPLY = "metadata/android/{}/images/phoneScreenshots"


def verify(root: Path, jobs: int = 1) -> VerifyReport:
    return verify_folder(root, display_path="out", jobs=jobs)


def of(report: VerifyReport, code: str) -> list[Finding]:
    return [f for f in report.findings if f.code == code]


def codes(report: VerifyReport) -> set[str]:
    return {f.code for f in report.findings}


def only(report: VerifyReport, code: str) -> Finding:
    """The one finding of this code."""
    (finding,) = of(report, code)
    return finding


def play_set(root: Path, *locales: str, folder: str = SUPPLY, count: int = 2) -> None:
    for locale in locales:
        for number in range(1, count + 1):
            put(root / folder.format(locale) / f"{number:02d}.png", PLAY)


# Layouts


@pytest.mark.parametrize(
    "place",
    ["screenshots/en-US", "fastlane/screenshots/en-US", "fastlane/screenshots-mac/en-US", "en-US", "appleTV/en-US"],
)
def test_deliver_folders_are_found(tmp_path: Path, place: str) -> None:
    put(tmp_path / place / "1.png", WATCH)
    report = verify(tmp_path)
    assert codes(report) - {"verify-special-folder"} == set()
    assert (report.pictures, report.locales, report.displays) == (1, ("en-US",), ("watch_series_3",))


@pytest.mark.parametrize(
    "place",
    [
        SUPPLY,
        "fastlane/" + SUPPLY,
        SUPPLY.removeprefix("metadata/"),
        SUPPLY.removeprefix("metadata/android/"),
        "src/main/play/listings/{}/graphics/phone-screenshots",
        "app/src/free/play/listings/{}/graphics/phone-screenshots",
        "play/listings/{}/graphics/phone-screenshots",
        "listings/{}/graphics/phone-screenshots",
        "{}/graphics/phone-screenshots",
    ],
)
def test_play_folders_are_found(tmp_path: Path, place: str) -> None:
    play_set(tmp_path, "en-US", folder=place)
    report = verify(tmp_path)
    assert codes(report) == {"verify-required-display", "verify-promotion"}
    assert not [f for f in report.findings if f.severity is not Severity.NOTE]
    assert (report.pictures, report.locales, report.displays) == (2, ("en-US",), ("play_phone",))


@pytest.mark.parametrize(
    ("place", "picture", "size", "display"),
    [
        ("de-DE", "1.png", WATCH, "watch_series_3"),
        ("de-DE", "images/phoneScreenshots/1.png", PLAY, "play_phone"),
        ("de-DE", "images/featureGraphic.jpg", (1024, 500), "play_feature_graphic"),
        ("de-DE", "graphics/wear-screenshots/1.png", (384, 384), "play_wear"),
    ],
)
def test_one_locale_folder(tmp_path: Path, place: str, picture: str, size: tuple[int, int], display: str) -> None:
    put(tmp_path / place / picture, size)
    report = verify(tmp_path / place)
    assert (report.pictures, report.locales, report.displays) == (1, ("de-DE",), (display,))


def test_both_stores_side_by_side(tmp_path: Path) -> None:
    put(tmp_path / "screenshots/de-DE/1.png", WATCH)
    put(tmp_path / "screenshots/ja/1.png", WATCH)
    play_set(tmp_path, "de-DE", "fr-FR")
    report = verify(tmp_path)
    assert report.pictures == 6
    messages = {f.file: f.message for f in of(report, "verify-missing-locale")}
    assert "lacks fr-FR" in messages["out/screenshots"]
    assert "lacks ja-JP" in messages["out/metadata/android"]


@pytest.mark.parametrize("content", ["nothing", "texts", "loose pictures", "no folder", "a file"])
def test_nothing_to_check_is_an_error_that_says_what_was_looked_for(tmp_path: Path, content: str) -> None:
    root = tmp_path / "x"
    if content not in {"no folder", "a file"}:
        root.mkdir()
    if content == "a file":
        put(root, WATCH)
    elif content == "texts":
        (root / "metadata/android/en-US").mkdir(parents=True)
        (root / "metadata/android/en-US/title.txt").write_text("Garden")
    elif content == "loose pictures":
        put(root / "a.png", WATCH)
    finding = only(verify(root), "verify-nothing-found")
    assert finding.severity is Severity.ERROR
    assert finding.file == "out"
    assert content in {"no folder", "a file"} or "metadata/android/<locale>/images/" in finding.message


def test_findings_name_paths_below_what_is_shown(tmp_path: Path) -> None:
    put(tmp_path / "screenshots/ja/1.png", (100, 100))
    assert only(verify(tmp_path), "verify-size").file == "out/screenshots/ja/1.png"
    report = verify_folder(tmp_path, display_path=".")
    assert only(report, "verify-size").file == "screenshots/ja/1.png"


def test_jobs_make_no_difference(tmp_path: Path) -> None:
    for locale in ("de-DE", "ja", "ko"):
        for number in range(4):
            put(tmp_path / f"screenshots/{locale}/{number}.png", WATCH if number else (9, 9))
    (tmp_path / "screenshots/ko/2.png").write_bytes(b"")
    assert verify(tmp_path, jobs=4) == verify(tmp_path)


def test_facts_that_are_known_are_not_read_again(tmp_path: Path) -> None:
    path = put(tmp_path / "screenshots/ja/1.png", WATCH)
    facts, _ = inspect_picture(path, "1.png")
    assert facts is not None
    known = {"screenshots/ja/1.png": dataclasses.replace(facts, has_alpha=True)}
    report = verify_folder(tmp_path, display_path="out", known=known)
    assert codes(report) == {"verify-alpha"}


# Pictures in their place


def test_rules_of_the_display_are_applied(tmp_path: Path) -> None:
    put(tmp_path / "screenshots/ja/1.png", WATCH, "RGBA")
    put(tmp_path / "screenshots/ja/2.png", (1320, 2860))
    put(tmp_path / "screenshots/ja/3.jpg", WATCH, kind="PNG")
    put(tmp_path / "screenshots/ja/4.png", WATCH).write_bytes(b"GIF89a")
    found = {(f.file, f.code) for f in verify(tmp_path).findings}
    assert found == {
        ("out/screenshots/ja/1.png", "verify-alpha"),
        ("out/screenshots/ja/2.png", "verify-size"),
        ("out/screenshots/ja/3.jpg", "verify-extension"),
        ("out/screenshots/ja/4.png", "verify-not-a-picture"),
    }


@pytest.mark.parametrize(
    ("name", "size", "display"),
    [
        ("1.png", (2048, 2732), "ipad_13"),
        ("1 app_ipad_pro_129.png", (2048, 2732), "ipad_129"),
        ("1 iPad Pro (12.9-inch) (2nd generation).png", (2048, 2732), "ipad_129"),
        ("1.png", (3840, 2160), "apple_tv"),
        ("1 Vision Pro.png", (3840, 2160), "vision_pro"),
    ],
)
def test_two_displays_of_one_size_are_told_apart_by_the_path(
    tmp_path: Path, name: str, size: tuple[int, int], display: str
) -> None:
    put(tmp_path / "screenshots/en-US" / name, size)
    assert verify(tmp_path).displays == (display,)


def test_play_pictures_belong_to_their_folder(tmp_path: Path) -> None:
    images = tmp_path / "metadata/android/en-US/images"
    put(images / "tenInchScreenshots/1.png", (800, 1280))
    put(images / "featureGraphic.png", (1024, 512))
    put(images / "icon.jpg", (512, 512))
    report = verify(tmp_path)
    assert {(f.file, f.code) for f in report.findings if f.severity is Severity.ERROR} == {
        ("out/metadata/android/en-US/images/tenInchScreenshots/1.png", "verify-size"),
        ("out/metadata/android/en-US/images/featureGraphic.png", "verify-size"),
        ("out/metadata/android/en-US/images/icon.jpg", "verify-format"),
    }
    assert report.displays == ("play_feature_graphic", "play_icon", "play_tablet_10")


# Names of locale folders


@pytest.mark.parametrize(("name", "meant"), [("en_US", "en-US"), ("pt_BR", "pt-BR"), ("ZH_hans", "zh-Hans")])
def test_misspelled_apple_locales(tmp_path: Path, name: str, meant: str) -> None:
    put(tmp_path / "screenshots" / name / "1.png", WATCH)
    report = verify(tmp_path)
    finding = only(report, "verify-locale-spelling")
    assert finding.severity is Severity.ERROR
    assert f"is {meant!r}, " in finding.message
    assert report.locales == (meant,)


@pytest.mark.parametrize("name", ["en-us", "EN-US", "en-Us"])
def test_deliver_compares_locales_without_case(tmp_path: Path, name: str) -> None:
    put(tmp_path / "screenshots" / name / "1.png", WATCH)
    report = verify(tmp_path)
    assert only(report, "verify-locale-spelling").severity is Severity.NOTE
    assert report.locales == ("en-US",)


@pytest.mark.parametrize(("name", "advice"), [("de", "de-DE"), ("tlh", "Rename or remove"), ("bg", "Rename or remove")])
def test_unknown_apple_locales(tmp_path: Path, name: str, advice: str) -> None:
    put(tmp_path / "screenshots" / name / "1.png", WATCH)
    finding = only(verify(tmp_path), "verify-locale-unknown")
    assert finding.severity is Severity.ERROR
    assert advice in finding.message
    assert "ignore_language_directory_validation" in finding.message
    assert finding.file == f"out/screenshots/{name}"


def test_play_locales(tmp_path: Path) -> None:
    play_set(tmp_path, "tlh", "pt_BR", "ja")
    report = verify(tmp_path)
    unknown = {f.file: f for f in of(report, "verify-locale-unknown")}
    assert {f.file: f.severity for f in unknown.values()} == {
        "out/metadata/android/tlh": Severity.WARNING,
        "out/metadata/android/ja": Severity.ERROR,
    }
    assert "ja-JP" in unknown["out/metadata/android/ja"].message
    assert only(report, "verify-locale-spelling").severity is Severity.ERROR


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        *(
            ("ar-SA", "ar"),
            ("pl", "pl-PL"),
            ("in", "id"),
            ("nb-NO", "no-NO"),
            ("zh_Hans", "zh-CN"),
            ("es-MX", "es-419"),
        ),
        *(("he", "iw-IL"), ("nn", "no-NO"), ("tl", "fil"), ("zh-Hant", "zh-TW"), ("en", "en-US"), ("pt", "pt-PT")),
    ],
)
def test_a_folder_whose_play_code_is_known_fails_the_upload(tmp_path: Path, name: str, meant: str) -> None:
    play_set(tmp_path, name)
    finding = only(verify(tmp_path), "verify-locale-unknown")
    assert finding.severity is Severity.ERROR
    assert f"{meant!r}" in finding.message


def test_a_misspelled_folder_beside_the_right_one_is_a_set_of_its_own(tmp_path: Path) -> None:
    for name in ("de", "de-DE", "de_de"):
        for number in range(6):
            put(tmp_path / f"screenshots/{name}/{number}.png", WATCH)
    report = verify(tmp_path)
    assert codes(report) == {"verify-locale-unknown", "verify-locale-spelling"}
    assert report.pictures == 18


# deliver's folders


def test_special_folders(tmp_path: Path) -> None:
    put(tmp_path / "screenshots/en-US/1.png", WATCH)
    put(tmp_path / "screenshots/default/1.png", WATCH)
    put(tmp_path / "screenshots/iMessage/xx/1.png", WATCH)
    put(tmp_path / "screenshots/iMessage/1.png", WATCH)
    put(tmp_path / "screenshots/fonts/en-US/1.png", WATCH)
    (tmp_path / "screenshots/app_clip_review_information/x").mkdir(parents=True)
    report = verify(tmp_path)
    assert [(f.code, f.severity, f.file) for f in report.findings] == [
        ("verify-default-folder", Severity.ERROR, "out/screenshots/default"),
        ("verify-stray-file", Severity.WARNING, "out/screenshots/iMessage/1.png"),
        ("verify-locale-unknown", Severity.WARNING, "out/screenshots/iMessage/xx"),
        ("verify-special-folder", Severity.NOTE, "out/screenshots/iMessage"),
    ]
    assert report.pictures == 2


def test_framed_pictures_hide_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "screenshots/en-US"
    for name in ("1_framed.png", "2.png", "watch-3.png"):
        put(folder / name, WATCH)
    put(folder / "4.png", (9, 9))
    report = verify(tmp_path)
    finding = only(report, "verify-framed")
    assert "leaves out 2.png, 4.png" in finding.message
    assert finding.severity is Severity.WARNING
    assert report.pictures == 2
    assert "verify-size" not in codes(report)


def test_framed_pictures_alone_are_fine(tmp_path: Path) -> None:
    put(tmp_path / "screenshots/en-US/1_framed.png", WATCH)
    assert verify(tmp_path).findings == ()


# Files that are not uploaded


def test_stray_files(tmp_path: Path) -> None:
    folder = tmp_path / "screenshots/en-US"
    put(folder / "1.png", WATCH)
    put(folder / "old/1.png", WATCH)
    put(tmp_path / "screenshots/loose.png", WATCH)
    for name in ("notes.txt", "1.webp", ".DS_Store", "Thumbs.db", "title.strings", "preview.mp4"):
        (folder / name).write_bytes(b"x")
    report = verify(tmp_path)
    assert {f.file for f in of(report, "verify-stray-file")} == {"out/screenshots/en-US", "out/screenshots/loose.png"}
    message = next(f.message for f in report.findings if f.file == "out/screenshots/en-US")
    assert "1.webp, notes.txt, old/" in message
    assert codes(report) == {"verify-stray-file"}


def test_stray_files_and_unknown_folders_of_supply(tmp_path: Path) -> None:
    play_set(tmp_path, "en-US")
    locale = tmp_path / "metadata/android/en-US"
    put(locale / "1.png", PLAY)
    put(locale / "images/promoGraphic.png", (180, 120))
    put(locale / "images/phone-screenshots/1.png", PLAY)
    put(locale / "images/chromebookScreenshots/1.png", PLAY)
    (locale / "title.txt").write_text("Garden")
    report = verify(tmp_path)
    assert {f.file for f in of(report, "verify-stray-file")} == {
        "out/metadata/android/en-US/1.png",
        "out/metadata/android/en-US/images/promoGraphic.png",
    }
    unknown = {(f.file or "").rpartition("/")[2]: f.message for f in of(report, "verify-folder-unknown")}
    assert "Rename it to phoneScreenshots." in unknown["phone-screenshots"]
    assert "tvScreenshots" in unknown["chromebookScreenshots"]


def test_unknown_folders_of_gradle_play_publisher(tmp_path: Path) -> None:
    place = "src/main/play/listings/{}/graphics/"
    play_set(tmp_path, "en-US", folder=place + "phone-screenshots")
    put(tmp_path / place.format("en-US") / "phoneScreenshots/1.png", PLAY)
    put(tmp_path / place.format("en-US") / "icon.png", (512, 512))
    report = verify(tmp_path)
    assert "Rename it to phone-screenshots." in only(report, "verify-folder-unknown").message
    assert "gradle-play-publisher does not upload icon.png" in only(report, "verify-stray-file").message


def test_links_are_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(tmp_path / "elsewhere/1.png", WATCH)
    inside = put(root / "screenshots/en-US/1.png", WATCH)
    (root / "screenshots/ja").symlink_to(tmp_path / "elsewhere")
    (root / "screenshots/en-US/2.png").symlink_to(tmp_path / "elsewhere/1.png")
    (root / "screenshots/en-US/3.png").symlink_to(inside)
    (root / "screenshots/en-US/4.png").symlink_to("4.png")
    (root / "unrelated").symlink_to(tmp_path / "elsewhere")
    report = verify(root)
    assert {f.file for f in of(report, "verify-symlink")} == {
        "out/screenshots/ja",
        "out/screenshots/en-US/2.png",
        "out/screenshots/en-US/4.png",
    }
    assert report.pictures == 2


def test_a_layout_behind_a_link_out_is_told(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere/en-US/1.png", WATCH)
    (tmp_path / "root").mkdir()
    (tmp_path / "root/screenshots").symlink_to(tmp_path / "elsewhere")
    assert codes(verify(tmp_path / "root")) == {"verify-symlink", "verify-nothing-found"}


def test_one_folder_under_two_names_is_read_once(tmp_path: Path) -> None:
    put(tmp_path / "fastlane/screenshots/en-US/1.png", WATCH)
    (tmp_path / "screenshots").symlink_to(tmp_path / "fastlane/screenshots")
    assert verify(tmp_path).pictures == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    put(tmp_path / "screenshots/en-US/1.png", WATCH)
    (tmp_path / "screenshots/en-US").chmod(0)
    try:
        assert "verify-unreadable" in codes(verify(tmp_path))
    finally:
        (tmp_path / "screenshots/en-US").chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    folder = tmp_path / "screenshots/en-US"
    folder.mkdir(parents=True)
    try:
        (folder / os.fsdecode(b"caf\xe9.png")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    finding = only(verify(tmp_path), "verify-damaged")
    assert finding.file == "out/screenshots/en-US/caf\ufffd.png"


# Counts and order


def test_counts(tmp_path: Path) -> None:
    for number in range(11):
        put(tmp_path / f"screenshots/en-US/{number:02d}.png", WATCH)
    play_set(tmp_path, "en-US", count=1)
    play_set(tmp_path, "en-GB", count=9)
    report = verify(tmp_path)
    many = {f.file: f.message for f in of(report, "verify-too-many")}
    assert "'en-US' has 11 pictures for watch_series_3" in many["out/screenshots/en-US"]
    assert "'en-GB' has 9 pictures" in many["out/metadata/android/en-GB/images/phoneScreenshots"]
    assert "1 of the 2 pictures" in only(report, "verify-too-few").message
    assert {f.severity for f in report.findings if f.code.startswith("verify-too")} == {Severity.ERROR}


def test_special_folders_count_apart(tmp_path: Path) -> None:
    for number in range(10):
        put(tmp_path / f"screenshots/en-US/{number:02d}.png", IPAD)
        put(tmp_path / f"screenshots/iMessage/en-US/{number:02d}.png", IPAD)
    assert codes(verify(tmp_path)) == {"verify-special-folder", "verify-required-display"}


@pytest.mark.parametrize("folder", ["appleTV", "APPLETV", "imessage"])
def test_other_folders_count_with_their_locale(tmp_path: Path, folder: str) -> None:
    for number in range(6):
        put(tmp_path / f"screenshots/en-US/{number:02d}.png", WATCH)
        put(tmp_path / f"screenshots/{folder}/en-us/{number:02d}_more.png", WATCH)
    assert "'en-US' has 12 pictures" in only(verify(tmp_path), "verify-too-many").message


@pytest.mark.parametrize("size", [WATCH, (1280, 800), (1920, 1080), (640, 920)])
def test_an_imessage_app_has_fewer_displays(tmp_path: Path, size: tuple[int, int]) -> None:
    put(tmp_path / "screenshots/iMessage/en-US/1.png", size)
    finding = only(verify(tmp_path), "verify-unknown-to-deliver")
    assert finding.severity is Severity.ERROR
    assert "iMessage" in finding.message


@pytest.mark.parametrize("size", [(2007, 2853), (1398, 2034), (320, 480), (480, 300)])
def test_sizes_that_deliver_does_not_know_cancel_the_upload(tmp_path: Path, size: tuple[int, int]) -> None:
    put(tmp_path / "screenshots/en-US/1.png", size)
    assert only(verify(tmp_path), "verify-unknown-to-deliver").severity is Severity.ERROR


@pytest.mark.parametrize("name", ["02.Png", "02.Jpeg", "02.JPg"])
def test_deliver_refuses_endings_in_mixed_case(tmp_path: Path, name: str) -> None:
    put(tmp_path / "screenshots/en-US" / name, WATCH)
    assert only(verify(tmp_path), "verify-suffix").severity is Severity.ERROR
    assert verify(tmp_path).pictures == 1


@pytest.mark.parametrize("name", ["02.PNG", "02.JPG", "02.JPEG", "02.png", "02.jpg", "02.jpeg"])
def test_deliver_takes_endings_in_one_case(tmp_path: Path, name: str) -> None:
    put(tmp_path / "screenshots/en-US" / name, WATCH)
    assert codes(verify(tmp_path)) == set()


def test_supply_takes_endings_in_any_case(tmp_path: Path) -> None:
    play_set(tmp_path, "en-US")
    (tmp_path / SUPPLY.format("en-US") / "01.png").rename(tmp_path / SUPPLY.format("en-US") / "01.Png")
    assert "verify-suffix" not in codes(verify(tmp_path))


def test_deliver_turns_a_picture_before_it_measures(tmp_path: Path) -> None:
    turned = put(tmp_path / "screenshots/en-US/1.jpg", (390, 312))
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    data = turned.read_bytes()
    turned.write_bytes(data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:])
    report = verify(tmp_path)
    assert report.displays == ("watch_series_3",)
    assert codes(report) == {"verify-orientation"}


def test_platforms_need_a_tree_each(tmp_path: Path) -> None:
    put(tmp_path / "screenshots/en-US/1.png", WATCH)
    put(tmp_path / "screenshots/en-US/2.png", IPAD)
    assert "verify-mixed-platforms" not in codes(verify(tmp_path))
    put(tmp_path / "screenshots/ja/3.png", (1280, 800))
    put(tmp_path / "screenshots-tv/en-US/1.png", (1920, 1080))
    finding = only(verify(tmp_path), "verify-mixed-platforms")
    assert finding.severity is Severity.ERROR
    assert finding.file == "out/screenshots"
    assert "screenshots-mac/" in finding.message


def test_a_tree_for_headsets_says_so_in_its_name(tmp_path: Path) -> None:
    put(tmp_path / "screenshots-vision/en-US/1.png", (3840, 2160))
    put(tmp_path / "screenshots-tv/en-US/1.png", (3840, 2160))
    assert verify(tmp_path).displays == ("apple_tv", "vision_pro")
    assert verify(tmp_path / "screenshots-vision").displays == ("vision_pro",)


def test_watch_pictures_have_one_size_in_every_language(tmp_path: Path) -> None:
    put(tmp_path / "screenshots/en-US/1.png", WATCH)
    put(tmp_path / "screenshots/ja/1.png", (396, 484))
    message = only(verify(tmp_path), "verify-watch-size").message
    assert "'en-US' has watch_series_3" in message
    put(tmp_path / "screenshots/ja/2.png", WATCH)
    assert "verify-watch-size" not in codes(verify(tmp_path))


def test_two_files_for_one_graphic(tmp_path: Path) -> None:
    put(tmp_path / "metadata/android/en-US/images/featureGraphic.png", (1024, 500))
    put(tmp_path / "metadata/android/en-US/images/featureGraphic.jpg", (1024, 500))
    assert "takes 1" in only(verify(tmp_path), "verify-too-many").message


def test_order_matters_only_where_names_are_sorted_plainly(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        put(tmp_path / f"screenshots/en-US/{number}.png", WATCH)
        put(tmp_path / SUPPLY.format("en-US") / f"{number}.png", PLAY)
        put(tmp_path / SUPPLY.format("en-GB") / f"{number:02d}.png", PLAY)
    report = verify(tmp_path)
    finding = only(report, "verify-order")
    assert finding.file == "out/metadata/android/en-US/images/phoneScreenshots"
    assert "10.png comes before 2.png" in finding.message


# What a locale lacks


def test_a_locale_without_a_display(tmp_path: Path) -> None:
    for locale in ("en-US", "de-DE", "ja"):
        put(tmp_path / f"screenshots/{locale}/1.png", WATCH)
        if locale != "ja":
            put(tmp_path / f"screenshots/{locale}/1_small.png", PHONE_35)
    finding = only(verify(tmp_path), "verify-missing-display")
    assert finding.file == "out/screenshots/ja"
    assert "iphone_35" in finding.message
    assert "watch" not in finding.message


def test_a_display_that_few_locales_have_is_told_once(tmp_path: Path) -> None:
    for locale in ("en-US", "de-DE", "ja", "ko", "fr-FR"):
        put(tmp_path / f"screenshots/{locale}/1.png", WATCH)
    put(tmp_path / "screenshots/en-US/1_small.png", PHONE_35)
    finding = only(verify(tmp_path), "verify-missing-display")
    assert finding.file == "out/screenshots"
    assert "Only 1 of 5 locales" in finding.message
    assert "en-US" in finding.message


def test_an_empty_locale_folder(tmp_path: Path) -> None:
    put(tmp_path / "screenshots/en-US/1.png", WATCH)
    (tmp_path / "screenshots/ja").mkdir()
    finding = only(verify(tmp_path), "verify-missing-display")
    assert finding.file == "out/screenshots/ja"


def test_a_picture_of_a_wrong_size_is_not_also_missing(tmp_path: Path) -> None:
    for locale in ("en-US", "de-DE"):
        put(tmp_path / f"screenshots/{locale}/1.png", WATCH)
        put(tmp_path / f"screenshots/{locale}/2.png", WATCH if locale == "en-US" else (9, 9))
    put(tmp_path / "screenshots/ja/1.png", (9, 9))
    assert codes(verify(tmp_path)) == {"verify-size"}


def screens(root: Path, **locales: str) -> VerifyReport:
    """Sets of pictures with the given names, the locales' hyphen written as an underscore."""
    for locale, names in locales.items():
        for name in names.split():
            put(root / "screenshots" / locale.replace("_", "-") / f"{name}.png", WATCH)
    return verify(root)


def test_a_missing_screen_is_named(tmp_path: Path) -> None:
    report = screens(tmp_path, en_US="01_hero 02_care 03_sync", de_DE="01_hero 03_sync", ja="01_hero 02_care 03_sync")
    finding = only(report, "verify-missing-screen")
    assert finding.file == "out/screenshots/de-DE"
    assert "lacks 02_care" in finding.message
    assert codes(report) == {"verify-missing-screen"}


def test_a_screen_that_few_locales_have_is_told_once(tmp_path: Path) -> None:
    report = screens(tmp_path, en_US="home list extra", de_DE="home list", ja="home list", ko="home list")
    assert "Only 1 of 4 locales have extra" in only(report, "verify-missing-screen").message


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("01_garden 02_water", "01_garten 02_wasser"),  # the number tells the screen
        ("home list", "start liste"),  # nothing in common, but as many
        ("1_en-US 2_en-US", "1_de-DE 2_de-DE"),
        ("home_en_US list", "home_de_DE list"),
        ("home list", "home_framed list_framed"),
    ],
)
def test_names_may_differ_by_language(tmp_path: Path, english: str, german: str) -> None:
    assert screens(tmp_path, en_US=english, de_DE=german).findings == ()


def test_translated_names_are_counted(tmp_path: Path) -> None:
    report = screens(tmp_path, en_US="home list water", de_DE="start liste")
    finding = only(report, "verify-missing-screen")
    assert finding.file == "out/screenshots/de-DE"
    assert "2 of up to 3" in finding.message


# The same picture


def test_the_same_picture_in_two_languages(tmp_path: Path) -> None:
    for locale in ("de-DE", "en-GB", "en-US", "ja"):
        put(tmp_path / f"screenshots/{locale}/1.png", WATCH, note="one")
        put(tmp_path / f"screenshots/{locale}/2.png", WATCH, note=locale[:2])
    finding = only(verify(tmp_path), "verify-same-picture")
    assert finding.file == "out/screenshots/de-DE/1.png"
    assert "'en-GB', 'en-US', 'ja'" in finding.message
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("locales", "same_language"),
    [
        (("en-US", "en-AU", "en-GB"), True),
        (("pt-BR", "pt-PT"), True),
        (("zh-Hans", "zh-Hant"), False),
        (("es-ES", "ca"), False),
    ],
)
def test_which_locales_may_share_pictures(tmp_path: Path, locales: tuple[str, ...], same_language: bool) -> None:
    for locale in locales:
        put(tmp_path / f"screenshots/{locale}/1.png", WATCH, note="one")
    assert codes(verify(tmp_path)) == (set() if same_language else {"verify-same-picture"})


def test_the_same_picture_twice_in_one_locale(tmp_path: Path) -> None:
    for number in (1, 2):
        put(tmp_path / f"screenshots/ja/{number}.png", WATCH, note="one")
    finding = only(verify(tmp_path), "verify-repeated-picture")
    assert "2.png" in finding.message


def test_icons_may_be_the_same_everywhere(tmp_path: Path) -> None:
    for locale in ("de-DE", "fr-FR"):
        put(tmp_path / f"metadata/android/{locale}/images/icon.png", (512, 512), note="icon")
    assert "verify-same-picture" not in codes(verify(tmp_path))


# Displays that a store asks for


def test_recommended_iphone_sets(tmp_path: Path) -> None:
    put(tmp_path / "screenshots/en-US/1.png", (1242, 2208))
    missing = of(verify(tmp_path), "verify-required-display")
    # 6.3 inches are required, 6.9 only recommended.
    severities = {f.message.split()[5]: f.severity for f in missing}
    assert severities == {"iphone_63": Severity.WARNING, "iphone_69": Severity.NOTE}
    put(tmp_path / "screenshots/en-US/2.png", (1206, 2622))
    put(tmp_path / "screenshots/en-US/3.png", (1320, 2868))
    assert verify(tmp_path).findings == ()


def test_an_ipad_set_needs_13_inches(tmp_path: Path) -> None:
    put(tmp_path / "screenshots/en-US/1.png", (768, 1024))
    assert "ipad_13" in only(verify(tmp_path), "verify-required-display").message


def test_play_asks_for_phone_pictures(tmp_path: Path) -> None:
    put(tmp_path / "metadata/android/en-US/images/tvScreenshots/1.png", (640, 360))
    severities = {f.message.split()[5]: f.severity for f in of(verify(tmp_path), "verify-required-display")}
    assert severities == {
        "play_phone": Severity.WARNING,
        "play_feature_graphic": Severity.NOTE,
        "play_icon": Severity.NOTE,
    }


def test_promotion_is_a_note_until_there_are_enough_large_pictures(tmp_path: Path) -> None:
    play_set(tmp_path, "en-US", count=3)
    folder = tmp_path / SUPPLY.format("en-US")
    for number in range(4, 7):
        put(folder / f"{number:02d}.png", (1080, 1920))
    finding = only(verify(tmp_path), "verify-promotion")
    assert finding.severity is Severity.NOTE
    assert "at least 4" in finding.message
    assert "320x500 has a side below 1080 pixels" in finding.message
    put(folder / "07.jpg", (1920, 1080))
    assert not of(verify(tmp_path), "verify-promotion")


# The manifest


def manifest(root: Path, pictures: object) -> None:
    (root / "manifest.json").write_text(json.dumps({"pictures": pictures}))


def test_changed_and_missing_pictures_of_the_run(tmp_path: Path) -> None:
    kept = put(tmp_path / "screenshots/ja/1.png", WATCH)
    put(tmp_path / "screenshots/ja/2.png", WATCH)
    put(tmp_path / "web/ja/3.png", (9, 9))
    digest = hashlib.sha256(kept.read_bytes()).hexdigest()
    names = ("screenshots/ja/1.png", "screenshots/ja/2.png", "screenshots/ja/9.png", "web/ja/3.png", "web/ja/1.png")
    manifest(tmp_path, {name: {"sha256": digest} for name in names})
    report = verify(tmp_path)
    assert codes(report) == {"verify-changed-since-run"}
    assert {f.file: "gone" in f.message for f in report.findings} == {
        "out/screenshots/ja/2.png": False,
        "out/screenshots/ja/9.png": True,
        "out/web/ja/3.png": False,
        "out/web/ja/1.png": True,
    }
    assert {f.severity for f in report.findings} == {Severity.WARNING}


@pytest.mark.parametrize(
    ("entry", "silent"),
    [
        ({"words": False}, True),
        ({"words": []}, True),
        ({"shared_words": True}, True),
        ({"words": [{}]}, False),
        ({}, False),
    ],
)
def test_pictures_with_nothing_to_translate_may_be_the_same(
    tmp_path: Path, entry: dict[str, object], silent: bool
) -> None:
    records = {}
    for locale in ("ja", "ko"):
        path = put(tmp_path / f"screenshots/{locale}/1.png", WATCH, note="one")
        records[f"screenshots/{locale}/1.png"] = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), **entry}
    manifest(tmp_path, records)
    assert codes(verify(tmp_path)) == (set() if silent else {"verify-same-picture"})


def test_a_manifest_may_not_name_files_elsewhere(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(root / "screenshots/ja/1.png", WATCH)
    put(tmp_path / "secret.png", WATCH)
    manifest(root, {n: {"sha256": "0"} for n in ("../secret.png", "/etc/hostname", "", "screenshots/../../secret.png")})
    assert verify(root).findings == ()


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"pictures": \ud800}'])
def test_a_manifest_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    put(tmp_path / "screenshots/ja/1.png", WATCH)
    (tmp_path / "manifest.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert [(f.code, f.severity) for f in verify(tmp_path).findings] == [("verify-manifest", Severity.WARNING)]


@pytest.mark.parametrize(
    "document", [[], {"name": "My app"}, {"pictures": []}, {"pictures": {"a": 1, "b": {"sha256": 2}}}]
)
def test_a_manifest_of_somebody_else_is_left_alone(tmp_path: Path, document: object) -> None:
    put(tmp_path / "screenshots/ja/1.png", WATCH)
    (tmp_path / "manifest.json").write_text(json.dumps(document))
    assert verify(tmp_path).findings == ()
