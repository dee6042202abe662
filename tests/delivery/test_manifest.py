"""The manifest: written the same every time, read back as it was, and a damaged one is a finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.delivery import MANIFEST, PictureRecord, read_manifest, record_from_dict, render_manifest
from locstore.findings import Finding, Severity

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
FINDING = Finding(code="typeset-below-minimum", message="Small.", severity=Severity.WARNING, shot="hero/ja/mac", line=3)
RECORDS = st.builds(
    PictureRecord,
    shot=TEXT,
    concept=TEXT,
    screen=TEXT,
    number=st.integers(1, 20),
    locale=TEXT,
    display=TEXT,
    size=st.tuples(st.integers(1, 9999), st.integers(1, 9999)),
    sha256=TEXT,
    bytes=st.integers(0),
    digests=st.dictionaries(TEXT, TEXT, max_size=3),
    assets=st.dictionaries(TEXT, TEXT, max_size=3),
    faces=st.lists(st.tuples(TEXT, st.integers(100, 900), TEXT, TEXT), max_size=2).map(tuple),
    words=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    findings=st.lists(st.just(FINDING), max_size=2).map(tuple),
)
RECORD = PictureRecord(
    shot="hero/ja/iphone_69",
    concept="garden",
    screen="hero",
    number=1,
    locale="ja",
    display="iphone_69",
    size=(1320, 2868),
    sha256="ab" * 32,
    bytes=12345,
    digests={"words": "12", "picture": "34"},
    assets={"concepts/logo.png": "cd" * 32},
    faces=(("Noto Sans JP", 700, "NotoSansJP.ttf", "ef" * 32),),
    words=(("headline", "こんにちは"),),
    findings=(FINDING,),
)
PATH = "screenshots/ja/01_iphone_69_hero.png"


def write(folder: Path, document: object) -> Path:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    (folder / MANIFEST).write_bytes(raw)
    return folder


def document(**changes: Any) -> dict[str, Any]:
    """A manifest with one picture, with other values in its record."""
    found: dict[str, Any] = json.loads(render_manifest({PATH: RECORD}, {}, {}))
    found["pictures"][PATH] |= changes
    return found


def problem(folder: Path) -> Finding:
    records, findings = read_manifest(folder)
    assert records == {}
    (finding,) = findings
    return finding


@given(RECORDS)
def test_a_record_there_and_back(record: PictureRecord) -> None:
    assert record_from_dict(json.loads(json.dumps(record.as_dict()))) == record


def test_a_manifest_there_and_back(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(render_manifest({PATH: RECORD}, {"concepts/g.yaml": "12"}, {"locstore": "1"}))
    assert read_manifest(tmp_path) == ({PATH: RECORD}, [])


def test_without_a_manifest_there_are_no_pictures(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) == ({}, [])
    assert read_manifest(tmp_path / "nowhere") == ({}, [])


@given(st.dictionaries(TEXT.filter(bool), RECORDS, max_size=3), st.randoms())
def test_the_same_pictures_give_the_same_bytes(pictures: dict[str, PictureRecord], random: Any) -> None:
    items = list(pictures.items())
    random.shuffle(items)
    one = render_manifest(pictures, {"b": "1", "a": "2"}, {"y": "1", "x": "2"})
    assert render_manifest(dict(items), {"a": "2", "b": "1"}, {"x": "2", "y": "1"}) == one
    assert one.endswith(b"}\n")


def test_people_can_read_it() -> None:
    text = render_manifest({PATH: RECORD}, {"concepts/g.yaml": "12"}, {"locstore": "1"}).decode()
    assert '"text": "こんにちは"' in text
    assert list(json.loads(text)) == ["format", "inputs", "pictures", "tools"]
    assert len(text.splitlines()) > 30


@pytest.mark.parametrize(
    "raw",
    [
        *(
            b"",
            b"{",
            b"\xff\xfe",
            b"[]",
            b"5",
            b"null",
            b'"a"',
            b"{}",
            b'{"format": 2, "pictures": {}}',
            b"[" * 100_000,
        ),
        *(b'{"format": 1}', b'{"format": 1, "pictures": []}', b'{"format": 1, "pictures": {"a.png": null}}'),
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_damaged(tmp_path: Path, raw: bytes) -> None:
    finding = problem(write(tmp_path, raw))
    assert (finding.code, finding.severity) == ("shelve-manifest-unreadable", Severity.ERROR)
    assert finding.file == (tmp_path / MANIFEST).as_posix()
    assert "Restore it, or delete it" in finding.message


@pytest.mark.parametrize("field", list(RECORD.as_dict()))
def test_a_field_that_is_gone(tmp_path: Path, field: str) -> None:
    damaged = document()
    del damaged["pictures"][PATH][field]
    assert problem(write(tmp_path, damaged)).code == "shelve-manifest-unreadable"


@pytest.mark.parametrize("field", list(RECORD.as_dict()))
@pytest.mark.parametrize("value", [None, True, 1.5, {"a": 1}, [1], [[1]]], ids=repr)
def test_a_field_of_another_kind(tmp_path: Path, field: str, value: object) -> None:
    assert problem(write(tmp_path, document(**{field: value}))).code == "shelve-manifest-unreadable"


@given(st.data())
def test_any_damage_to_any_part(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever is put in whatever place: a finding, or a record that is as good as any."""
    damaged = document()
    node: Any = damaged
    while True:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if not isinstance(node[key], (dict, list)) or not node[key] or data.draw(st.booleans()):
            break
        node = node[key]
    node[key] = data.draw(st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([]) | st.just({}))
    folder = write(tmp_path_factory.mktemp("output"), damaged)
    records, findings = read_manifest(folder)
    assert (records == {}) or findings == []
    (folder / MANIFEST).write_bytes(render_manifest(records, {}, {}))
    assert read_manifest(folder) == (records, [])


@pytest.mark.parametrize(
    "path", ["../a.png", "a/../../b.png", "/etc/passwd", "C:/a.png", "a\\..\\b.png", "..", "", "a\0b.png"]
)
def test_paths_that_lead_out(tmp_path: Path, path: str) -> None:
    """A run removes pictures of its own that no screen has any more: it must not be told of others' files."""
    damaged = document()
    damaged["pictures"] = {path: damaged["pictures"][PATH]}
    finding = problem(write(tmp_path, damaged))
    assert "is not below the output folder" in finding.message


def test_a_manifest_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    write(tmp_path, document())
    monkeypatch.setattr("locstore.files.os.open", denied)
    assert "Permission denied" in problem(tmp_path).message
