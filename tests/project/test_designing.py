"""Presets written out as layers give the same scene; every value of a shot has its line; single shots are painted."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from locstore.concept.loader import parse_concept
from locstore.layout import Scene, compose
from locstore.project import Project, expand_screens, explain_shots, open_project, render_shots
from locstore.project.designing import expanded_screen
from locstore.shots import Matrix, Policy, Selection, expand
from locstore.typeset import FontLibrary

ROOT = Path(__file__).parents[2]
_PRESETS = ("bleed-bottom", "device-whole", "two-devices", "device-side", "detail-card", "quote")


@pytest.fixture(scope="module")
def sample() -> Project:
    return open_project(ROOT)


def matrix(data: dict[str, Any]) -> Matrix:
    out = io.StringIO()
    YAML(typ="safe").dump(data, out)
    loaded, findings = parse_concept(out.getvalue().encode(), ROOT / "concepts" / "x.yaml", "concepts/x.yaml")
    assert loaded is not None, findings
    return expand(loaded, {}, root=ROOT, selection=Selection(), policy=Policy(), digest=lambda path: path.name)


def scene(shot: Any) -> Scene:
    made = compose(shot, FontLibrary.for_project(None, system=False), lambda _: (1320, 2868)).scene
    same = tuple(dataclasses.replace(layer, name="", file="", line=0) for layer in made.layers)
    return dataclasses.replace(made, layers=same)


@pytest.mark.parametrize("index", range(5))
def test_the_samples_screens_written_out_are_the_same_scene(sample: Project, index: int) -> None:
    loaded = sample.concepts()[0]
    raw = {**loaded.document.data, "locales": ["en"], "displays": ["iphone_69", "ipad_13"]}
    screen = loaded.concept.screens[index]
    before = matrix({**raw, "screens": [raw["screens"][index]]})
    after = matrix({**raw, "screens": [expanded_screen(loaded, screen)]})
    assert [s.key for s in before.shots] == [s.key for s in after.shots]
    for old, new in zip(before.shots, after.shots, strict=True):
        assert new.layout == "layers"
        assert scene(new) == scene(old)


@pytest.mark.parametrize("preset", _PRESETS)
def test_every_new_preset_can_be_written_out(sample: Project, preset: str) -> None:
    loaded = sample.concepts()[0]
    raw = {**loaded.document.data, "locales": ["en"]}
    raw["displays"] = ["iphone_69", "ipad_13", {"id": "wide", "size": [1920, 1080]}, {"id": "even", "size": [900, 900]}]
    first = {**raw["screens"][0], "layout": preset, "scrim": "#ffffff", "capture": "captures/ar/hero-phone.png"}
    before = matrix({**raw, "screens": [first]})
    out = io.StringIO()
    YAML(typ="safe").dump({**raw, "screens": [first]}, out)
    own, _ = parse_concept(out.getvalue().encode(), ROOT / "concepts" / "x.yaml", "concepts/x.yaml")
    assert own is not None
    after = matrix({**raw, "screens": [expanded_screen(own, own.concept.screens[0])]})
    assert len(before.shots) == 4
    for old, new in zip(before.shots, after.shots, strict=True):
        assert scene(new) == scene(old)


def test_expand_prints_yaml_that_is_read_again(sample: Project) -> None:
    printed = YAML(typ="safe").load(expand_screens(sample, ["light"]))
    assert [screen["id"] for screen in printed["screens"]] == ["light"]
    assert printed["screens"][0]["layers"][0]["background"]["fade"]["color"] == "#fbfada"


def test_each_value_has_the_line_that_it_comes_from(sample: Project) -> None:
    (explained,), _ = explain_shots(sample, ["hero/ja/ipad_13"])
    lines = (ROOT / "concepts" / "pocket-garden.yaml").read_text().splitlines()
    rows = {row.name: row for row in explained.rows}
    assert "layout: caption-top" in lines[rows["layout"].line - 1]
    assert "headline: {weight: 700" in lines[rows["headline.size"].line - 1]
    assert rows["headline.text"].file.endswith("ja/LC_MESSAGES/pocket-garden.po")
    assert rows["device"].line == 0
    assert rows["headline.weight"].why == "role headline"


def test_a_shot_is_painted_beside_the_store_folders(sample: Project, tmp_path: Path) -> None:
    rendered, findings = render_shots(sample, ["hero/en/play_phone"], tmp_path)
    assert [r.shot for r in rendered] == ["hero/en_US/play_phone"]
    assert rendered[0].path == tmp_path / "hero_en-US_play_phone.png"
    assert rendered[0].path.read_bytes().startswith(b"\x89PNG")
    assert all(f.severity != "error" for f in findings)
