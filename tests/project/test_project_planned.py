"""What `check`, `plan` and `run` know of the stores' sets before a picture is painted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from projects import Call, Folder

CONCEPT = """\
concept: garden
locales: [{locales}]
displays: [{displays}]
screens:
"""


def concept(folder: Folder, displays: str, count: int, *, locales: str = "en", more: str = "") -> None:
    for path in (folder.root / "concepts").glob("*.yaml"):
        path.unlink()
    screens = "".join(
        f"  - id: s{n}\n    background: {{solid: '#10{n:02x}30'}}\n    layout: art-only\n" for n in range(count)
    )
    folder.write("concepts/garden.yaml", CONCEPT.format(displays=displays, locales=locales) + screens + more)


def errors(call: Call, *arguments: str) -> dict[str, str]:
    """Code to message."""
    found = json.loads(call(*arguments, "--json").out)["findings"]
    return {f["code"]: f["message"] for f in found if f["severity"] == "error"}


@pytest.mark.parametrize(
    ("displays", "count", "code", "words"),
    [
        ("play_phone", 9, "verify-too-many", "9 pictures are for play_phone"),
        ("play_phone", 8, None, ""),
        ("play_phone", 1, "verify-too-few", "1 of the 2 pictures"),
        ("play_phone", 2, None, ""),
        ("iphone_69", 11, "verify-too-many", "11 pictures are for iphone_69"),
        ("iphone_69", 10, None, ""),
        ("play_xr", 3, "verify-too-few", "3 of the 4"),
    ],
)
def test_sets_are_counted_before_painting(
    folder: Folder, locstore: Call, displays: str, count: int, code: str | None, words: str
) -> None:
    concept(folder, displays, count)
    for command in ("check", "plan"):
        found = errors(locstore, command)
        assert set(found) == ({code} if code else set())
        assert words in found.get(code or "", "")


def test_a_set_that_is_too_large_is_not_painted(folder: Folder, locstore: Call) -> None:
    concept(folder, "play_phone, play_tablet_7", 9, more="    show_on: [play_phone]\n")
    done = locstore("run")
    assert done.code == 1
    assert {path.split("/")[4] for path in folder.pictures()} == {"sevenInchScreenshots"}


def test_a_project_may_ignore_it(folder: Folder, locstore: Call) -> None:
    concept(folder, "play_phone", 1)
    folder.write("locstore.toml", '[verify]\nignore = ["verify-too-few"]\n')
    assert errors(locstore, "check") == {}


def test_an_error_in_the_concept_stops_its_screen(folder: Folder, locstore: Call) -> None:
    concept(folder, "iphone_35", 2, more="    copy: [{id: title, role: headline, text: Words}]\n")
    assert list(errors(locstore, "check")) == ["concept-value"]
    assert locstore("run").code == 1
    assert [Path(path).name for path in folder.pictures()] == ["01_iphone_35_s0.png"]


def old_file(folder: Folder, path: str, size: tuple[int, int]) -> None:
    target = folder.root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size).save(target)


def test_old_framed_files_would_hide_ours(folder: Folder, locstore: Call) -> None:
    concept(folder, "iphone_35", 1, locales="en, de")
    folder.write("locstore.toml", 'output = "fastlane"\n')
    old_file(folder, "fastlane/screenshots/en-US/home_framed.png", (640, 960))
    for command in ("check", "plan", "run"):
        assert "home_framed.png" in errors(locstore, command)["verify-framed"]
    root = folder.root / "fastlane/screenshots"
    assert not list((root / "en-US").glob("0*.png"))
    assert list((root / "de-DE").glob("0*.png"))


def test_old_files_count(folder: Folder, locstore: Call) -> None:
    concept(folder, "iphone_35", 6)
    folder.write("locstore.toml", 'output = "fastlane"\n')
    for number in range(5):
        old_file(folder, f"fastlane/screenshots/en-US/old{number}.png", (640, 920))
        old_file(folder, f"fastlane/screenshots/en-US/other{number}.png", (640, 1096))
    assert "11 pictures are for iphone_35" in errors(locstore, "check")["verify-too-many"]


def test_our_own_older_files_do_not_count(folder: Folder, locstore: Call) -> None:
    concept(folder, "iphone_35", 10)
    assert locstore("run").code == 0
    text = (folder.root / "concepts/garden.yaml").read_text().replace("id: s", "id: t")
    folder.write("concepts/garden.yaml", text)
    assert errors(locstore, "check") == {}
    assert locstore("run").code == 0
    assert len(folder.pictures()) == 10


def test_old_files_of_another_platform(folder: Folder, locstore: Call) -> None:
    concept(folder, "iphone_35", 1)
    folder.write("locstore.toml", 'output = "fastlane"\n')
    old_file(folder, "fastlane/screenshots/en-US/desk.png", (1280, 800))
    for command in ("check", "run"):
        assert "mac" in errors(locstore, command)["verify-mixed-platforms"]


def test_each_platform_gets_its_tree(folder: Folder, locstore: Call) -> None:
    concept(folder, "watch_series_3, iphone_35, {display: mac, size: [1280, 800]}", 1)
    done = locstore("run")
    assert done.code == 0, done.err
    assert {path.split("/")[0] for path in folder.pictures()} == {"screenshots", "screenshots-mac"}
    assert locstore("verify", "output").code == 0
