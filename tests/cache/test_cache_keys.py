"""The key is what the documentation says: a tagged SHA-256 of canonical JSON."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.cache import FileStore, MemoryStore, canonical_json, image_key, open_store, refuse_credentials
from locstore.errors import UsageError


def test_canonical_json():
    assert canonical_json({"b": [1, 2.5, None, True], "a": "ü\n水"}) == '{"a":"ü\\n水","b":[1,2.5,null,true]}'.encode()


def test_the_key_by_hand():
    text = 'locstore-image-1\0{"model":"gpt-image-2","prompt":"水やり"}'
    assert image_key({"prompt": "水やり", "model": "gpt-image-2"}) == hashlib.sha256(text.encode()).hexdigest()


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(), min_size=2))
def test_the_order_of_the_inputs_does_not_matter(inputs: dict[str, int]):
    assert image_key(dict(reversed(inputs.items()))) == image_key(inputs)
    changed = {**inputs, next(iter(inputs)): "another"}
    assert image_key(changed) != image_key(inputs)


def test_credentials_can_be_refused_before_anything_is_paid():
    refuse_credentials({"model": "gpt-image-2", "references": ["0" * 64], "quality": "high"})
    with pytest.raises(ValueError, match=r"extra\.1\.X-Api-Key looks like one"):
        refuse_credentials({"extra": [{}, {"X-Api-Key": "hush"}]})


@pytest.mark.parametrize(
    ("written", "folder"),
    [
        (".locstore/cache", "project/.locstore/cache"),
        ("../shared", "project/../shared"),
        ("file:///srv/my%20pictures", "/srv/my pictures"),
        ("file://localhost/srv/pictures", "/srv/pictures"),
        ("FILE:///srv/pictures", "/srv/pictures"),
        ("/srv/pictures", "/srv/pictures"),
        ("file:///C:/pictures", "C:/pictures"),
    ],
)
def test_folders(written: str, folder: str):
    store = open_store(written, Path("project"))
    assert isinstance(store, FileStore)
    assert store.root == Path(folder)


def test_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HOME", str(tmp_path))
    store = open_store("~/pictures", Path("project"))
    assert isinstance(store, FileStore)
    assert store.root == tmp_path / "pictures"


def test_memory():
    assert isinstance(open_store("memory://", Path()), MemoryStore)


@pytest.mark.parametrize("url", ["redis://hush", "ftp://me:hush@host/a", "https://bucket.example/hush"])
def test_what_cannot_be_a_store(url: str):
    with pytest.raises(UsageError, match="Name a folder, or a bucket as s3://, gs:// or az://") as caught:
        open_store(url, Path())
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("url", ["file://", "file:///", "file://host/a", "file:///a?b", "", "  "])
def test_addresses_that_name_no_folder(url: str):
    with pytest.raises(UsageError):
        open_store(url, Path())
