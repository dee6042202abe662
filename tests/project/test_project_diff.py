"""`locstore diff` and `locstore fastlane`: what changed, and how it is uploaded."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from projects import Call, Folder

from locstore.pages import ComparedPicture, render_comparison


@pytest.fixture
def painted(folder: Folder, locstore: Call) -> Folder:
    assert locstore("run").code == 0
    return folder


def changes(call: Call, *arguments: str) -> dict[str, str]:
    found = json.loads(call("diff", *arguments, "--json").out)["differences"]
    return {d["path"]: d["change"] for d in found}


def test_against_a_folder(painted: Folder, locstore: Call) -> None:
    before = painted.root / "before"
    shutil.copytree(painted.output, before)
    paths = sorted(painted.pictures())
    (before / paths[0]).unlink()
    (before / paths[1]).write_bytes(b"other")
    (before / "gone.png").write_bytes(b"gone")
    assert changes(locstore, "before") == {paths[0]: "added", paths[1]: "changed", "gone.png": "removed"}
    done = locstore("diff", "before", "--exit-code", "--html", "page.html")
    assert done.code == 1
    assert f"1 added, 1 removed, 1 changed, {len(paths) - 2} same." in done.out
    page = (painted.root / "page.html").read_text()
    assert page.count("<section") == 3
    assert "data:image/png;base64," in page
    assert locstore("diff", "output", "--exit-code").code == 0


def git(folder: Folder, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder.root, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_against_a_revision(painted: Folder, locstore: Call) -> None:
    git(painted, "init", "-q")
    git(painted, "add", "-f", ".")
    git(painted, "commit", "-qm", "Pictures")
    assert changes(locstore, "HEAD") == {}
    path = min(painted.pictures())
    (painted.output / path).write_bytes(b"other")
    assert changes(locstore, "HEAD") == {path: "changed"}


@pytest.mark.parametrize("other", ["no-such-revision", "--output=x", "HEAD~9999"])
def test_what_is_neither_a_folder_nor_a_revision(painted: Folder, locstore: Call, other: str) -> None:
    done = locstore("diff", "--", other)
    assert done.code == 2
    assert "Traceback" not in done.err


def test_a_page_cannot_be_broken_by_a_name() -> None:
    page = render_comparison("<b>", [ComparedPicture("<script>.png", "added", None, b"\x89PNG")])
    assert "<script>.png" not in page
    assert "<b>" not in page


CONCEPT = """\
concept: garden
displays: [{displays}]
screens:
  - {{id: a, layout: art-only}}
  - {{id: b, layout: art-only}}
"""


@pytest.mark.parametrize(
    ("displays", "lanes"),
    [
        ("iphone_69, watch_ultra", ["screenshots_ios"]),
        ("mac, iphone_69", ["screenshots_ios", "screenshots_osx"]),
        ("apple_tv, vision_pro", ["screenshots_appletvos", "screenshots_xros"]),
        ("play_phone, play_feature_graphic", ["screenshots_play"]),
        ("iphone_duo, play_chromebook", []),
    ],
)
def test_lanes_are_those_of_the_projects_displays(
    folder: Folder, locstore: Call, displays: str, lanes: list[str]
) -> None:
    for path in (folder.root / "concepts").glob("*.yaml"):
        path.unlink()
    folder.write("concepts/garden.yaml", CONCEPT.format(displays=displays))
    done = locstore("fastlane")
    assert done.code == 0
    found = [line.split()[1].removeprefix(":") for line in done.out.splitlines() if line.startswith("lane ")]
    assert found == lanes
    if "screenshots_ios" in lanes:
        assert 'screenshots_path: "output/screenshots"' in done.out


@pytest.mark.skipif(shutil.which("ruby") is None, reason="ruby is not installed")
def test_lanes_are_valid_ruby(folder: Folder, locstore: Call) -> None:
    for path in (folder.root / "concepts").glob("*.yaml"):
        path.unlink()
    folder.write("concepts/garden.yaml", CONCEPT.format(displays="iphone_69, mac, play_phone"))
    text = locstore("fastlane").out
    done = subprocess.run(["ruby", "-c"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
