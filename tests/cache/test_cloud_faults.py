"""Buckets that fail, lie, or are not there: no paid picture is lost, none is overwritten, no secret is told."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cloud_servers import ACCESS, SECRET, OldBucket, PlainS3, S3Server, environment, plain_s3, s3_bucket, shared_s3
from store_contract import INPUTS, KEY, PNG, USAGE, put

from locstore.cache import (
    BucketStore,
    Fault,
    FileStore,
    Pushed,
    ReadThroughStore,
    UnusableEntry,
    image_key,
    open_blobs,
    open_store,
    prune,
    ready_cache,
    transfer,
    verify_store,
)
from locstore.cache.bucket import CANARY
from locstore.errors import EnvironmentProblem, UsageError
from locstore.project import open_project, verify_cache

pytest.importorskip("obstore", reason="obstore is not installed: pip install 'locstore[cloud]'")

URL = "s3://bucket-of-tests/team"


@pytest.fixture
def cloud() -> BucketStore:
    return BucketStore(s3_bucket(shared_s3()))


@contextlib.contextmanager
def plain(create_only: str = "kept", **more: str) -> Iterator[PlainS3]:
    with plain_s3(create_only) as server, environment(**server.variables, **more):
        yield server


def opened(root: Path) -> ReadThroughStore:
    store = open_store(URL, root)
    assert isinstance(store, ReadThroughStore)
    return store


def quiet(error: BaseException | str) -> str:
    """The words of an error, which hold no secret, and no part of one in what it was made from."""
    text = str(error)
    for secret in (ACCESS, SECRET, "hush"):
        assert secret not in text
    if isinstance(error, BaseException):
        assert error.__cause__ is None
    return text


def objects(store: BucketStore) -> list[str]:
    return [stored.name for folder in store.bucket.folders() for stored in store.bucket.list(folder)]


def test_the_objects_are_the_file_stores_files(cloud: BucketStore, tmp_path: Path):
    files = FileStore(tmp_path)
    for store in (cloud, files):
        assert store.put_new(KEY, PNG, INPUTS, USAGE)
    picture, side = objects(cloud)
    content, _ = cloud.bucket.get(side) or (b"", "")
    mine = json.loads(content)
    theirs = json.loads((tmp_path / KEY[:2] / f"{KEY}.json").read_bytes())
    assert side == f"{KEY[:2]}/{KEY}.json"
    assert picture == f"{KEY[:2]}/{KEY}.{mine['content']}.picture"
    assert mine | {"content": ""} == theirs | {"content": ""}


@pytest.mark.parametrize("damage", [b"?" * len(PNG), PNG[:10]])
def test_damage_in_the_bucket_is_found(cloud: BucketStore, damage: bytes):
    put(cloud, 1)
    cloud.put_new(KEY, PNG, INPUTS, USAGE)
    picture = next(name for name in objects(cloud) if name.startswith(f"{KEY[:2]}/{KEY}") and name.endswith("picture"))
    cloud.bucket.delete(picture)
    cloud.bucket.create(picture, damage)
    with pytest.raises(UnusableEntry, match="damaged"):
        cloud.get(KEY)
    assert [f.code for f in verify_store(cloud, image_key)] == ["cache-damaged"]
    assert cloud.put_new(KEY, PNG, INPUTS, USAGE) is False


def test_a_side_file_that_cannot_be_read_keeps_its_key(cloud: BucketStore):
    cloud.bucket.create(f"{KEY[:2]}/{KEY}.json", b"{}")
    assert KEY in cloud
    assert cloud.put_new(KEY, PNG, INPUTS, USAGE) is False
    assert [b.fault for b in cloud.broken()] == [Fault.UNREADABLE]
    assert [f.code for f in verify_store(cloud, image_key)] == ["cache-damaged"]
    assert cloud.remove(KEY) is True
    assert cloud.put_new(KEY, PNG, INPUTS, USAGE) is True


def test_a_picture_that_has_gone_is_put_again(cloud: BucketStore):
    cloud.put_new(KEY, PNG, INPUTS, USAGE)
    cloud.bucket.delete(objects(cloud)[0])
    assert KEY not in cloud
    assert cloud.get(KEY) is None
    assert [(f.code, str(f.severity)) for f in verify_store(cloud, image_key)] == [("cache-incomplete", "error")]
    assert cloud.put_new(KEY, b"paid again", INPUTS, USAGE) is True
    assert cloud.get(KEY) == b"paid again"
    assert list(cloud.broken()) == []


def test_what_stopped_writers_left_is_pruned_when_it_is_old(cloud: BucketStore):
    cloud.put_new(KEY, PNG, INPUTS, USAGE)
    name = f"{KEY[:2]}/{KEY}.{'0' * 16}.picture"
    cloud.bucket.create(name, b"half")
    cloud.bucket.create("ab/readme.txt", b"mine")
    assert [(b.name, b.fault) for b in cloud.broken()] == [(name, Fault.LEFTOVER)]
    assert prune(cloud).leftovers == ()
    assert isinstance(cloud.bucket, OldBucket)
    cloud.bucket.ages[name] = timedelta(hours=2)
    assert [b.name for b in prune(cloud, dry_run=True).leftovers] == [name]
    assert prune(cloud).freed_bytes == 4
    assert list(cloud.broken()) == []
    assert cloud.get(KEY) == PNG
    assert "ab/readme.txt" in objects(cloud)


def test_a_writer_whose_content_was_pruned_puts_it_again(cloud: BucketStore, monkeypatch: pytest.MonkeyPatch):
    """It slept for hours between its two puts, and another machine took the first for a leftover."""
    publish = BucketStore._publish

    def publish_late(self: BucketStore, key: str, nonce: str, side: bytes) -> bool:
        self.bucket.delete(f"{key[:2]}/{key}.{nonce}.picture")
        return publish(self, key, nonce, side)

    monkeypatch.setattr(BucketStore, "_publish", publish_late)
    assert cloud.put_new(KEY, PNG, INPUTS, USAGE) is True
    assert cloud.get(KEY) == PNG


def test_an_answer_that_is_lost_does_not_make_the_writer_second(tmp_path: Path):
    """The client asks again and meets its own object; the nonce tells that it is its own."""
    with plain() as server:
        store = opened(tmp_path).shared
        server.lose = 1
        assert store.put_new(KEY, PNG, INPUTS, USAGE) is True
        sides = [m for m, path in server.requests if m == "PUT" and path.endswith(".json")]
        assert len(sides) == 2
        assert store.get(KEY) == PNG


@pytest.mark.parametrize("create_only", ["ignored", "refused"])
def test_a_server_that_is_not_create_only_is_refused(tmp_path: Path, create_only: str):
    with plain(create_only) as server:
        store = opened(tmp_path)
        with pytest.raises(EnvironmentProblem) as caught:
            store.shared.put_new(KEY, PNG, INPUTS, USAGE)
        message = quiet(caught.value)
        assert "LOCSTORE_CACHE_UNSAFE=1" in message or "cannot do what is needed" in message
        assert [path for path in server.objects if not path.endswith(CANARY)] == []


@pytest.mark.parametrize("create_only", ["ignored", "refused"])
def test_such_a_server_may_be_used_with_a_warning(tmp_path: Path, create_only: str):
    with plain(create_only, LOCSTORE_CACHE_UNSAFE="1"):
        store = opened(tmp_path)
        assert [(f.code, str(f.severity)) for f in store.findings()] == [("cache-unsafe", "warning")]
        assert store.put_new(KEY, PNG, INPUTS, USAGE) is True
        assert store.put_new(KEY, b"other", INPUTS, USAGE) is False
        assert store.shared.get(KEY) == PNG


def test_the_canary_costs_one_request_when_it_is_there(tmp_path: Path):
    with plain() as server:
        opened(tmp_path).put_new(KEY, PNG, INPUTS, USAGE)
        assert sum(path.endswith(CANARY) for _, path in server.requests) == 2
        server.requests.clear()
        BucketStore(OldBucket(opened(tmp_path).shared.bucket._store, URL)).findings()
        assert sum(path.endswith(CANARY) for _, path in server.requests) == 1


def test_reading_needs_no_right_to_write(tmp_path: Path):
    with plain() as server:
        opened(tmp_path / "a").put_new(KEY, PNG, INPUTS, USAGE)
        server.requests.clear()
        assert opened(tmp_path / "b").get(KEY) == PNG
        assert {method for method, _ in server.requests} == {"GET"}


def test_a_second_read_does_not_ask_the_bucket(tmp_path: Path):
    with plain() as server:
        opened(tmp_path / "a").put_new(KEY, PNG, INPUTS, USAGE)
        store = opened(tmp_path / "b")
        assert store.get(KEY) == PNG
        server.requests.clear()
        assert store.get(KEY) == PNG
        assert KEY in store
        assert server.requests == []


def test_a_damaged_copy_is_fetched_again(tmp_path: Path):
    with plain():
        store = opened(tmp_path)
        store.put_new(KEY, PNG, INPUTS, USAGE)
        path = store.path_of(KEY)
        assert path is not None
        path.write_bytes(b"?" * len(PNG))
        assert store.get(KEY) == PNG
        assert path != store.path_of(KEY)
        assert store.copy.get(KEY) == PNG


def test_a_damaged_copy_of_what_the_bucket_lost_is_no_reason_to_pay(tmp_path: Path):
    with plain():
        store = opened(tmp_path)
        store.put_new(KEY, PNG, INPUTS, USAGE)
        path = store.path_of(KEY)
        assert path is not None
        path.write_bytes(b"?" * len(PNG))
        store.shared.remove(KEY)
        with pytest.raises(UnusableEntry):
            store.get(KEY)


def test_a_copy_of_what_the_bucket_lost_gives_way_to_a_new_picture(tmp_path: Path):
    with plain():
        store = opened(tmp_path)
        store.put_new(KEY, PNG, INPUTS, USAGE)
        store.shared.remove(KEY)
        assert store.put_new(KEY, b"paid again", INPUTS, USAGE) is True
        assert store.get(KEY) == store.shared.get(KEY) == b"paid again"


def test_a_cut_while_a_picture_is_sent(tmp_path: Path):
    """The call is paid, and the bucket is away: the picture waits here, is used from here, and goes when it can."""
    server = S3Server()
    bucket = server.bucket()
    (tmp_path / "locstore.toml").write_text(f'cache = "s3://{bucket}/team"\n')
    with environment(**server.variables):
        project = open_project(tmp_path)
        store = open_store(project.config.cache, tmp_path)
        assert isinstance(store, ReadThroughStore)
        assert ready_cache(project.config.cache, project.root) == []
        server.stop()
        with pytest.raises(EnvironmentProblem) as caught:
            store.put_new(KEY, PNG, INPUTS, USAGE)
        message = quiet(caught.value)
        assert "no connection" in message
        assert "was paid for; it is kept in" in message
        assert bucket in message
        # The book of calls asks so whether a call is done: it is, and nobody pays again.
        assert KEY in store
        assert store.get(KEY) == PNG
        with pytest.raises(EnvironmentProblem):
            ready_cache(project.config.cache, project.root)
        server.start_again()
        try:
            assert store.shared.get(KEY) is None
            (finding,) = store.findings()
            assert (finding.code, finding.message[:21]) == ("cache-waiting", "1 paid picture could ")
            assert [entry.key for entry in store.entries()] == [KEY]
            assert ready_cache(project.config.cache, project.root) == []
            assert store.shared.get(KEY) == PNG
            assert list(store.waiting.entries()) == []
            assert store.findings() == []
            assert store.put_new(KEY, b"other", INPUTS, USAGE) is False
        finally:
            server.stop()


def test_a_waiting_picture_that_another_machine_has_sent_meanwhile(tmp_path: Path):
    with plain():
        store = opened(tmp_path)
        store.waiting.put_new(KEY, PNG, INPUTS, USAGE)
        opened(tmp_path / "other").put_new(KEY, b"theirs", INPUTS, USAGE)
        assert store.push_outbox() == Pushed(there=1)
        assert store.get(KEY) == b"theirs"


def test_a_damaged_waiting_picture_is_not_sent_and_not_lost(tmp_path: Path):
    with plain():
        store = opened(tmp_path)
        store.waiting.put_new(KEY, PNG, INPUTS, USAGE)
        path = store.waiting.path_of(KEY)
        assert path is not None
        path.write_bytes(b"?" * len(PNG))
        assert store.push_outbox() == Pushed(damaged=1)
        assert KEY not in store.shared
        assert path.exists()


@pytest.mark.parametrize(
    ("status", "said"), [(403, "access is refused"), (503, "HTTP 503"), (401, "access is refused"), (500, "HTTP 500")]
)
def test_errors_of_the_server_are_told_without_secrets(tmp_path: Path, status: int, said: str):
    with plain() as server:
        server.status = status
        with pytest.raises(EnvironmentProblem) as caught:
            opened(tmp_path).get(KEY)
        assert said in quiet(caught.value)
        assert URL in str(caught.value)


def test_no_bucket(tmp_path: Path):
    """A bucket that is not there has no picture, but nobody must pay for one: it could not be kept."""
    with environment(**shared_s3().variables):
        store = open_store("s3://not-there-at-all/x", tmp_path)
        with pytest.raises(EnvironmentProblem, match="no such bucket"):
            list(store.entries())
        with pytest.raises(EnvironmentProblem, match="no such bucket"):
            store.get(KEY)
        with pytest.raises(EnvironmentProblem, match="no such bucket"):
            assert KEY in store


@pytest.mark.parametrize(
    "url",
    [
        "s3://me:hush@bucket/a", "s3://bucket?token=hush", "gs://bucket/a#hush", "az://bucket/a?sig=hush", "s3://",
        "s3:///hush", "s3://b", "gs://bucket/../hush", "az://bucket/a//hush", "s3://[hush/a", "ftp://hush", "http://hush",
    ],
)  # fmt: skip
def test_addresses_that_name_no_bucket(tmp_path: Path, url: str):
    for opening in (open_store, open_blobs):
        with pytest.raises(UsageError) as caught:
            opening(url, tmp_path)
        quiet(str(caught.value))


def test_every_cloud_is_opened_by_its_own_variables(tmp_path: Path):
    with environment(AZURE_STORAGE_ACCOUNT_NAME="acme", AZURE_STORAGE_ACCOUNT_KEY="aHVzaA=="):
        azure, google = open_store("az://container/team", tmp_path), open_store("gs://bucket", tmp_path)
    assert isinstance(azure, ReadThroughStore)
    assert isinstance(google, ReadThroughStore)
    assert (azure.shared.bucket.display_url, google.shared.bucket.display_url) == ("az://container/team", "gs://bucket")
    assert (type(azure.shared.bucket._store).__name__, type(google.shared.bucket._store).__name__) == (
        "AzureStore", "GCSStore",
    )  # fmt: skip
    with environment(), pytest.raises(UsageError, match="AZURE_STORAGE_ACCOUNT_NAME") as caught:
        open_store("az://container/team", tmp_path)
    quiet(caught.value)


def test_a_profile_of_aws(tmp_path: Path):
    (tmp_path / "credentials").write_text(
        f"[default]\naws_access_key_id = no\naws_secret_access_key = no\n"
        f"[team]\naws_access_key_id = {ACCESS}\naws_secret_access_key = {SECRET}\n"
    )
    (tmp_path / "config").write_text("[profile sso]\nsso_session = hush\nregion = eu-central-1\n")
    files = {"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"), "AWS_CONFIG_FILE": str(tmp_path / "config")}
    with environment(AWS_PROFILE="team", **files):
        store = open_store(URL, tmp_path)
        assert isinstance(store, ReadThroughStore)
        assert store.shared.bucket._store.config["access_key_id"] == ACCESS  # type: ignore[union-attr]
    with environment(AWS_PROFILE="sso", **files), pytest.raises(UsageError, match="export-credentials") as caught:
        open_store(URL, tmp_path)
    quiet(caught.value)
    (tmp_path / "credentials").write_text(f"{SECRET}\n")
    # Another region: a bucket that is open stays open.
    files["AWS_REGION"] = "eu-north-1"
    with environment(AWS_PROFILE="team", **files), pytest.raises(UsageError, match="cannot be read") as caught:
        open_store(URL, tmp_path)
    quiet(caught.value)


def test_without_obstore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import sys

    for name in [n for n in sys.modules if n == "obstore" or n.startswith("obstore.")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "obstore", None)
    with environment(AWS_REGION="nowhere-1"), pytest.raises(UsageError, match=r"pip install 'locstore\[cloud\]'"):
        open_store(URL, tmp_path)


def test_verify_looks_at_the_bucket_and_at_the_copies(tmp_path: Path):
    server = shared_s3()
    bucket = server.bucket()
    (tmp_path / "locstore.toml").write_text(f'cache = "s3://{bucket}"\n')
    with environment(**server.variables):
        project = open_project(tmp_path)
        store = open_store(project.config.cache, tmp_path)
        assert isinstance(store, ReadThroughStore)
        keys = [put(store, n) for n in range(3)]
        here = store.copy.path_of(keys[0])
        assert here is not None
        here.write_bytes(b"?" * 100)
        there = next(n for n in objects(store.shared) if n.startswith(f"{keys[1][:2]}/{keys[1]}") and "picture" in n)
        store.shared.bucket.delete(there)
        store.shared.bucket.create(there, b"!" * 100)
        checked = verify_cache(project, store, remove_damaged=True)
        assert (checked.entries, checked.bytes) == (3, 300)
        assert sorted((f.file or "").rpartition("/")[0] for f in checked.findings) == [
            f".locstore/cache/{keys[0][:2]}", f"s3://{bucket}/{keys[1][:2]}",
        ]  # fmt: skip
        assert sorted(checked.removed) == sorted(keys[:2])
        # The copy was only a copy; the bucket's picture has gone, and its copy here is whole.
        assert store.get(keys[0]) == bytes([0]) * 100
        assert store.get(keys[1]) == bytes([1]) * 100
        assert keys[1] not in store.shared
        assert store.push() == Pushed(pushed=1, there=2)
        assert verify_cache(project, store, remove_damaged=False).findings == ()


def test_from_a_folder_to_a_bucket_and_back(tmp_path: Path, cloud: BucketStore):
    folder, other = FileStore(tmp_path / "a"), FileStore(tmp_path / "b")
    keys = [put(folder, n) for n in range(5)]
    assert transfer(folder, cloud) == Pushed(pushed=5)
    assert transfer(folder, cloud) == Pushed(there=5)
    assert transfer(cloud, other) == Pushed(pushed=5)
    assert [other.get(key) for key in keys] == [folder.get(key) for key in keys]
    assert [(e.key, e.inputs, e.usage) for e in other.entries()] == [
        (e.key, e.inputs, e.usage) for e in folder.entries()
    ]


def test_pulling_and_removing(tmp_path: Path):
    server = shared_s3()
    name = server.bucket()
    with environment(**server.variables):
        theirs, mine = (open_store(f"s3://{name}/x", tmp_path / who) for who in ("theirs", "mine"))
        assert isinstance(mine, ReadThroughStore)
        keys = [put(theirs, n) for n in range(3)]
        assert mine.pull() == Pushed(pushed=3)
        assert [e.key for e in mine.copy.entries()] == sorted(keys)
        assert mine.remove(keys[0]) is True
        assert keys[0] not in mine
        assert keys[0] in theirs  # their copy: only a machine itself can take that back
        assert mine.remove(keys[0]) is False
