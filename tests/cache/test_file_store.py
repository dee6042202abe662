"""The store in a folder keeps the contract, and tells what is wrong with its files."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from store_contract import INPUTS, KEY, PNG, USAGE, StoreContract, put

from locstore.cache import FileStore, PictureStore, UnusableEntry, canonical_json, image_key, prune, verify_store
from locstore.errors import EnvironmentProblem
from locstore.findings import Severity

OLD = timedelta(hours=2)


def age_file(path: Path, by: timedelta) -> None:
    moment = time.time() - by.total_seconds()
    os.utime(path, (moment, moment))


class TestFileStore(StoreContract):
    @contextlib.contextmanager
    def make(self) -> Iterator[PictureStore]:
        with tempfile.TemporaryDirectory() as folder:
            yield FileStore(Path(folder) / "deep" / "cache")

    def age(self, store: PictureStore, key: str, by: timedelta) -> None:
        assert isinstance(store, FileStore)
        age_file(side_of(store, key), by)


class TestFileStoreWithoutHardLinks(TestFileStore):
    """FAT, and some network and phone file systems: the lock takes the link's place."""

    @pytest.fixture(autouse=True)
    def _no_links(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "link", failing(errno.EPERM))


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "cache")


@pytest.fixture
def filled(store: FileStore) -> FileStore:
    assert store.put_new(KEY, PNG, INPUTS, USAGE)
    return store


def side_of(store: FileStore, key: str = KEY) -> Path:
    return store.root / key[:2] / f"{key}.json"


def picture_of(store: FileStore, key: str = KEY) -> Path:
    path = store.path_of(key)
    assert path is not None
    return path


def files(store: FileStore) -> list[str]:
    return sorted(p.name for p in store.root.rglob("*") if p.is_file() and p.name != ".lock")


def failing(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def codes(store: FileStore) -> list[tuple[str, str]]:
    return [(f.code, str(f.severity)) for f in verify_store(store, image_key)]


def test_the_side_file(filled: FileStore):
    data = side_of(filled).read_bytes()
    fields = json.loads(data)
    assert fields.keys() == {"format", "content", "sha256", "bytes", "inputs", "usage"}
    assert (fields["format"], fields["bytes"], fields["inputs"], fields["usage"]) == (1, len(PNG), INPUTS, USAGE)
    assert data == canonical_json(fields)
    assert "水やり".encode() in data
    assert picture_of(filled).read_bytes() == PNG
    assert picture_of(filled).name == f"{KEY}.{fields['content']}.picture"


def test_nothing_is_made_before_the_first_picture(store: FileStore):
    assert store.get(KEY) is None
    assert store.remove(KEY) is False
    assert not store.root.exists()


def test_put_waits_for_files_and_folders(store: FileStore, monkeypatch: pytest.MonkeyPatch):
    flushed: list[str] = []
    flush = os.fsync

    def record(descriptor: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink().as_posix())
        flush(descriptor)

    if not Path("/proc/self/fd").exists():
        pytest.skip("the system does not tell the path of an open file")
    monkeypatch.setattr(os, "fsync", record)
    store.put_new(KEY, PNG, INPUTS, USAGE)
    names = [Path(p).relative_to(store.root.parent).as_posix() for p in flushed]
    # The folders as they are made, both files, and at the end the folders that have their names.
    assert names[:2] == [".", "cache"]
    assert sum(n.startswith(f"cache/{KEY[:2]}/.locstore-") for n in names[2:-2]) == 2
    assert names[-2:] == [f"cache/{KEY[:2]}", "cache"]
    # A writer that comes second says that the picture is safe, so it waits as well.
    flushed.clear()
    assert store.put_new(KEY, b"other", INPUTS, USAGE) is False
    assert len(flushed) == 2


def test_changed_content(filled: FileStore):
    path = picture_of(filled)
    path.write_bytes(PNG[:-1] + b"?")
    assert KEY in filled
    with pytest.raises(UnusableEntry, match="not what was stored") as caught:
        filled.get(KEY)
    assert (caught.value.key, caught.value.code) == (KEY, "cache-damaged")
    assert filled.put_new(KEY, PNG, INPUTS, USAGE) is False  # nothing is replaced behind the user's back
    assert codes(filled) == [("cache-damaged", "error")]


def test_content_that_is_longer_than_recorded(filled: FileStore):
    """It is refused by its size, before a file that grows without end is read into memory."""
    with picture_of(filled).open("ab") as stream:
        stream.truncate(50 << 30)
    with pytest.raises(UnusableEntry, match=r"53,687,091,200 bytes instead of 2,056"):
        filled.get(KEY)
    picture_of(filled).write_bytes(PNG + b"!")
    with pytest.raises(UnusableEntry, match=r"2,057 bytes instead of 2,056"):
        filled.get(KEY)


def test_short_content(filled: FileStore):
    picture_of(filled).write_bytes(PNG[:10])
    with pytest.raises(UnusableEntry, match=r"10 bytes instead of 2,056"):
        filled.get(KEY)
    assert codes(filled) == [("cache-damaged", "error")]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b"\0" * len(data),
        lambda data: data.replace(b"gpt-image-2", b"gpt-image-3") + b"\n",
        lambda data: data.replace(b'"bytes":2056', b'"bytes":true'),
        lambda data: data.replace(b'"bytes":2056', b'"bytes":NaN'),
        lambda data: data.replace(b'"content":"', b'"content":"../'),
        lambda data: data.replace(b'"format":1,', b""),
        lambda data: data.replace(b'"usage"', b'"use"'),
        lambda data: b"[" * 100_000,
        lambda data: b"[]",
        lambda data: b" " * (5 << 20),
        lambda data: data.decode().encode("utf-16"),
    ],
)
def test_a_changed_side_file(filled: FileStore, change: Callable[[bytes], bytes]):
    side = side_of(filled)
    changed = change(side.read_bytes())
    assert changed != side.read_bytes()
    side.write_bytes(changed)
    assert KEY in filled
    with pytest.raises(UnusableEntry, match="damaged"):
        filled.get(KEY)
    assert filled.put_new(KEY, PNG, INPUTS, USAGE) is False
    assert codes(filled) == [("cache-damaged", "error")]
    assert list(filled.entries()) == []
    # The picture stays as long as its side file: a person may know what to do.
    age_file(side, OLD)
    assert prune(filled).leftovers == ()
    assert filled.remove(KEY) is True
    assert filled.put_new(KEY, PNG, INPUTS, USAGE) is True
    assert filled.get(KEY) == PNG


def test_inputs_that_make_another_key(filled: FileStore):
    side = side_of(filled)
    side.write_bytes(side.read_bytes().replace(b"gpt-image-2", b"gpt-image-3"))
    assert codes(filled) == [("cache-wrong-key", "error")]


@pytest.mark.parametrize("version", ["2", '"1"', "true", "null"])
def test_another_versions_entry_is_left_alone(filled: FileStore, version: str):
    side = side_of(filled)
    side.write_bytes(side.read_bytes().replace(b'"format":1', f'"format":{version}'.encode()))
    assert KEY in filled
    with pytest.raises(UnusableEntry, match="Use the version that paid for it") as caught:
        filled.get(KEY)
    assert caught.value.code == "cache-unknown-format"
    assert filled.put_new(KEY, b"", INPUTS, USAGE) is False
    assert codes(filled) == [("cache-unknown-format", "error")]
    before = files(filled)
    age_file(side, OLD)
    assert prune(filled, timedelta(0), 0).removed == ()
    assert files(filled) == before


def test_a_side_file_without_its_picture_is_no_entry(filled: FileStore):
    picture_of(filled).unlink()
    assert KEY not in filled
    assert filled.get(KEY) is None
    assert list(filled.entries()) == []
    assert filled.path_of(KEY) is None
    assert codes(filled) == [("cache-incomplete", "error")]
    assert filled.put_new(KEY, b"paid again", INPUTS, USAGE) is True
    assert filled.get(KEY) == b"paid again"
    assert filled.put_new(KEY, PNG, INPUTS, USAGE) is False
    assert codes(filled) == []


def test_prune_takes_a_side_file_without_its_picture(filled: FileStore):
    picture_of(filled).unlink()
    assert prune(filled).leftovers == ()  # young: somebody may be repairing it
    age_file(side_of(filled), OLD)
    (broken,) = filled.broken()
    assert len(prune(filled, dry_run=True).leftovers) == 1
    assert len(prune(filled).leftovers) == 1
    assert files(filled) == []
    # Found broken, then repaired by a writer: it stays.
    assert filled.put_new(KEY, PNG, INPUTS, USAGE)
    assert filled.discard(broken) is False
    assert filled.get(KEY) == PNG


def test_prune_takes_what_stopped_writers_left(filled: FileStore):
    shard = side_of(filled).parent
    other = KEY[:2] + "0" * 62
    leftovers = [
        shard / ".locstore-1-abcdefgh",
        shard / f"{KEY}.{'0' * 16}.picture",
        shard / f"{KEY}.{'0' * 16}.json",
        shard / f"{other}.{'1' * 16}.picture",
    ]
    for path in leftovers:
        path.write_bytes(b"half")
    assert codes(filled) == [("cache-incomplete", "note")] * 4
    assert prune(filled).leftovers == ()
    for path in leftovers:
        age_file(path, OLD)
    age_file(picture_of(filled), OLD)
    age_file(side_of(filled), OLD)
    assert codes(filled) == [("cache-incomplete", "warning")] * 4
    done = prune(filled)
    assert sorted(b.name for b in done.leftovers) == sorted(p.relative_to(filled.root).as_posix() for p in leftovers)
    assert done.freed_bytes == 16
    assert not any(path.exists() for path in leftovers)
    assert filled.get(KEY) == PNG


def test_a_leftover_that_was_published_since_stays(store: FileStore):
    shard = store.root / KEY[:2]
    shard.mkdir(parents=True)
    content = shard / f"{KEY}.{'0' * 16}.picture"
    content.write_bytes(PNG)
    age_file(content, OLD)
    (broken,) = store.broken()
    store.put_new(KEY, PNG, INPUTS, USAGE)
    published = side_of(store)
    nonce = json.loads(published.read_bytes())["content"]
    published.write_bytes(published.read_bytes().replace(nonce.encode(), b"0" * 16))
    assert store.discard(broken) is False
    assert store.get(KEY) == PNG


def test_other_peoples_files_are_left_alone(filled: FileStore):
    shard = side_of(filled).parent
    wrong = ("00" if KEY[:2] != "00" else "11") + "0" * 62
    others = [
        filled.root / "README",
        filled.root / "zz" / "a.json",
        shard / "notes.txt",
        shard / f"{wrong}.json",
        shard / f"{wrong}.{'0' * 16}.picture",
    ]
    for path in others:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"mine")
        age_file(path, OLD)
    assert codes(filled) == []
    assert [e.key for e in filled.entries()] == [KEY]
    prune(filled, timedelta(0))
    assert all(path.exists() for path in others)


@pytest.mark.parametrize("call", ["fsync", "link"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_or_broken_disk(store: FileStore, monkeypatch: pytest.MonkeyPatch, call: str, number: int):
    put(store, 1)
    before = files(store)
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(number))
        with pytest.raises(EnvironmentProblem) as caught:
            store.put_new(KEY, PNG, INPUTS, USAGE)
    assert os.strerror(number) in str(caught.value) or "free some space" in str(caught.value)
    assert KEY not in store
    assert files(store) == before  # neither an entry nor a leftover
    assert store.put_new(KEY, PNG, INPUTS, USAGE) is True
    assert store.get(KEY) == PNG


def test_an_interrupt_after_publishing_keeps_the_picture(store: FileStore, monkeypatch: pytest.MonkeyPatch):
    link = os.link

    def interrupted(source: Path, target: Path) -> None:
        link(source, target)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.put_new(KEY, PNG, INPUTS, USAGE)
    assert store.get(KEY) == PNG
    assert codes(store) == []


def test_a_file_where_the_folder_should_be(tmp_path: Path):
    (tmp_path / "cache").write_text("a file")
    store = FileStore(tmp_path / "cache")
    with pytest.raises(EnvironmentProblem, match="a file stands where a folder is needed"):
        store.put_new(KEY, PNG, INPUTS, USAGE)
    with pytest.raises(EnvironmentProblem, match="a file stands where a folder is needed"):
        list(store.entries())


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES])
def test_a_side_file_that_cannot_be_read_is_not_taken_for_a_free_key(
    filled: FileStore, monkeypatch: pytest.MonkeyPatch, number: int
):
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", failing(number))
        with pytest.raises(EnvironmentProblem):
            filled.get(KEY)
        with pytest.raises(EnvironmentProblem):
            assert KEY in filled
        with pytest.raises(EnvironmentProblem):
            filled.put_new(KEY, b"other", INPUTS, USAGE)
    assert filled.get(KEY) == PNG


def test_get_follows_an_entry_that_is_put_again(filled: FileStore, monkeypatch: pytest.MonkeyPatch):
    """Between the reads of the side file and of the picture the entry goes and comes again."""
    read = FileStore._content
    replaced = []

    def replace_first(self: FileStore, key: str, record: object) -> bytes | None:
        if not replaced:
            replaced.append(True)
            self.remove(key)
            self.put_new(key, b"again", INPUTS, USAGE)
        return read(self, key, record)  # type: ignore[arg-type]

    monkeypatch.setattr(FileStore, "_content", replace_first)
    assert filled.get(KEY) == b"again"


def test_findings_name_the_file_and_what_to_do(filled: FileStore):
    picture_of(filled).write_bytes(b"")
    (finding,) = verify_store(filled, image_key)
    assert finding.file == f"{KEY[:2]}/{KEY}.json"
    assert finding.severity is Severity.ERROR
    assert "--remove-damaged" in finding.message


def test_times_are_in_utc(filled: FileStore):
    age_file(side_of(filled), timedelta(days=3))
    (entry,) = filled.entries()
    assert entry.modified.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - entry.modified - timedelta(days=3)) < timedelta(minutes=1)


def test_the_lock_takes_the_links_place(store: FileStore, monkeypatch: pytest.MonkeyPatch):
    """Without hard links, looking and writing are two steps; nobody may come in between."""
    look = FileStore._taken

    def look_slowly(self: FileStore, key: str) -> bool:
        found = look(self, key)
        time.sleep(0.02)
        return found

    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    monkeypatch.setattr(FileStore, "_taken", look_slowly)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda n: store.put_new(KEY, b"%d" % n, INPUTS, {}), range(4)))
    assert told.count(True) == 1
    assert store.get(KEY) == b"%d" % told.index(True)


def test_a_side_file_has_a_limit(filled: FileStore):
    side_of(filled).write_bytes(b" " * (4 << 20) + side_of(filled).read_bytes())
    with pytest.raises(UnusableEntry, match="far too long"):
        filled.get(KEY)
