"""Whatever a valid file says, expanding it ends with shots and findings and never with an exception."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from shot_projects import CONCEPT, Garden, digest

from locstore.concept.loader import parse_concept
from locstore.findings import Severity, explanations, has_errors
from locstore.shots import Policy, Selection, expand, shot_digests

EXTRA = """\
style: {palette: ["#12372A"]}
brand: {logo: logo.png}
typography: {headline: {weight: 700, highlight: {color: "#fff"}}}
overrides: {fr: {hero: {layout: full-bleed, headline: {max_lines: 2}}}}
locales: [en, fr, ja]
"""
TREE: dict[str, Any] = YAML(typ="safe", pure=True).load(CONCEPT + EXTRA)
TREE["values"] |= {"price": {"currency": 5, "code": "USD", "locales": {"fr": {"currency": 6, "code": "EUR"}}}}
TREE["values"] |= {"share": {"percent": 0.5}, "name": {"text": "iCloud"}}
TREE["screens"][0] |= {"capture": "c/{locale}.png", "frame": "auto", "background": {"solid": "#fff"}, "logo": True}
TREE["screens"][0]["copy"][0] |= {"text": "*{name}* {price}", "only": ["apple"]}

VALUES = st.one_of(
    st.text(max_size=12),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.booleans(),
    st.sampled_from(
        [
            *(
                "hero",
                "week",
                "headline",
                "badge",
                "stamp",
                "plants",
                "name",
                "price",
                "apple",
                "mac",
                "og",
                "television",
            ),
            *("fr_CA", "en_US", "ja", "xx", "EUR", "XXX", "XQZ", "{", "{x}", "*", "art-only", "full-bleed", "x" * 300),
            *(
                {"id": "og", "size": [16, 16384]},
                {"text": "a"},
                {"date": "2026-01-01"},
                {"number": -1, "compact": "long"},
            ),
            *({"ja": {"hero": {}}}, ["en_IN", "en_SG", "sr@latin", "zh_TW"], [], {}, None),
        ]
    ),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Garden:
    """Two catalogs for the texts as they were, and one of the files."""
    garden = Garden(tmp_path_factory.mktemp("garden"))
    french = {"hero/headline": "Bonjour", "~week/headline": "Semaine", "week/count": ["{plants} a", "{plants} b"]}
    garden.catalog("fr", french)
    garden.catalog("ja", {"week/headline": "{plants}"})
    garden.file("concepts/c/fr.png")
    garden.file("concepts/logo.png")
    return garden


@settings(max_examples=100)
@given(st.data())
def test_any_concept_that_can_be_read(project: Garden, data: st.DataObject) -> None:
    tree = json.loads(json.dumps(TREE))
    for _ in range(data.draw(st.integers(1, 3))):
        damage(tree, data)
    path = project.root / "concepts" / "garden.yaml"
    loaded, findings = parse_concept(json.dumps(tree).encode(), path, "concepts/garden.yaml")
    if loaded is None or loaded.concept.source != "en":
        return
    policy = Policy(fallback_to_source=data.draw(st.booleans()), allow_fuzzy=data.draw(st.booleans()))
    matrix = expand(loaded, project.catalogs(), root=project.root, selection=Selection(), policy=policy, digest=digest)
    assert len({shot.key for shot in matrix.shots}) == len(matrix.shots) or has_errors(findings)
    assert {shot.key for shot in matrix.shots} <= {place.key for place in matrix.places}
    assert len(matrix.places) == len(matrix.shots) or has_errors([*findings, *matrix.findings])
    for finding in matrix.findings:
        assert finding.code in explanations()
        assert str(finding).encode()
        assert finding.line is not None or finding.severity is not Severity.ERROR
    for shot in matrix.shots:
        assert shot_digests(shot, [])
        assert all(words.style.size is not None and words.style.color is not None for words in shot.slots) or findings


def damage(tree: Any, data: st.DataObject) -> None:
    """Put another value somewhere into the tree, or take one out."""
    node = tree
    while True:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        inner = node[key]
        if not isinstance(inner, (dict, list)) or not inner or data.draw(st.integers(0, 4)) == 0:
            break
        node = inner
    if data.draw(st.integers(0, 9)):
        node[key] = data.draw(VALUES)
    else:
        del node[key]
