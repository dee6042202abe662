"""Contents by their digest: what is put is got, whole or not at all, in a folder, in memory and in a bucket."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cloud_servers import S3Server, environment, plain_s3, s3_bucket, shared_s3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from locstore.cache import BlobStore, CloudBlobs, FileBlobs, MemoryBlobs, open_blobs, open_store, prune
from locstore.errors import EnvironmentProblem

DATA = b"a font" * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()


class BlobContract:
    @contextlib.contextmanager
    def make(self) -> Iterator[BlobStore]:
        raise NotImplementedError

    @pytest.fixture
    def blobs(self) -> Iterator[BlobStore]:
        with self.make() as made:
            yield made

    def test_what_is_put_can_be_got(self, blobs: BlobStore) -> None:
        assert blobs.get(DIGEST) is None
        assert DIGEST not in blobs
        assert blobs.put(DATA) == blobs.put(DATA) == DIGEST
        assert DIGEST in blobs
        assert blobs.get(DIGEST) == DATA
        assert blobs.get("0" * 64) is None

    @settings(max_examples=15, suppress_health_check=[HealthCheck.differing_executors])
    @given(st.lists(st.binary(max_size=50), max_size=4))
    def test_any_bytes(self, contents: list[bytes]) -> None:
        with self.make() as blobs:
            digests = [blobs.put(data) for data in contents]
            assert digests == [hashlib.sha256(data).hexdigest() for data in contents]
            assert [blobs.get(digest) for digest in digests] == contents

    @pytest.mark.parametrize("digest", ["", "A" * 64, "../" + "a" * 61, "a" * 63])
    def test_what_is_no_digest(self, blobs: BlobStore, digest: str) -> None:
        with pytest.raises(ValueError, match="64 small hex digits"):
            blobs.get(digest)
        with pytest.raises(ValueError, match="64 small hex digits"):
            assert digest in blobs

    def test_many_at_once(self, blobs: BlobStore) -> None:
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(blobs.put, [DATA] * 8)) == {DIGEST}
        assert blobs.get(DIGEST) == DATA


class TestMemoryBlobs(BlobContract):
    @contextlib.contextmanager
    def make(self) -> Iterator[BlobStore]:
        yield MemoryBlobs()


class TestFileBlobs(BlobContract):
    @contextlib.contextmanager
    def make(self) -> Iterator[BlobStore]:
        with tempfile.TemporaryDirectory() as folder:
            yield FileBlobs(Path(folder) / "deep")


class TestS3Blobs(BlobContract):
    @contextlib.contextmanager
    def make(self) -> Iterator[BlobStore]:
        with tempfile.TemporaryDirectory() as folder:
            yield CloudBlobs(s3_bucket(shared_s3()), FileBlobs(Path(folder)))


def test_they_stand_beside_the_pictures(tmp_path: Path):
    blobs = open_blobs(".locstore/cache", tmp_path)
    assert isinstance(blobs, FileBlobs)
    blobs.put(DATA)
    assert (tmp_path / f".locstore/cache/blobs/{DIGEST[:2]}/{DIGEST}").read_bytes() == DATA
    store = open_store(".locstore/cache", tmp_path)
    assert list(store.entries()) == list(store.broken()) == []
    prune(store)
    assert blobs.get(DIGEST) == DATA
    assert isinstance(open_blobs("memory://", tmp_path), MemoryBlobs)


def test_another_machine_gets_them_once(tmp_path: Path):
    with plain_s3() as server, environment(**server.variables):
        open_blobs("s3://bucket-of-tests/x", tmp_path / "a").put(DATA)
        other = open_blobs("s3://bucket-of-tests/x", tmp_path / "b")
        assert other.get(DIGEST) == DATA
        server.requests.clear()
        assert other.get(DIGEST) == DATA
        assert DIGEST in other
        assert server.requests == []
        # Who has it does not send it again.
        open_blobs("s3://bucket-of-tests/x", tmp_path / "c").put(DATA)
        assert [method for method, _ in server.requests] == ["HEAD"]


def test_damage_is_found_and_a_copy_is_made_again(tmp_path: Path):
    with plain_s3() as server, environment(**server.variables):
        blobs = open_blobs("s3://bucket-of-tests/x", tmp_path)
        assert isinstance(blobs, CloudBlobs)
        blobs.put(DATA)
        blobs.copy.path_of(DIGEST).write_bytes(b"?")
        assert blobs.get(DIGEST) == DATA
        assert blobs.copy.path_of(DIGEST).read_bytes() == DATA
        (name,) = [path for path in server.objects if "/blobs/" in path]
        server.objects[name] = b"?"
        assert blobs.get(DIGEST) == DATA
        with pytest.raises(EnvironmentProblem, match=f"Delete blobs/{DIGEST[:2]}/{DIGEST} there"):
            open_blobs("s3://bucket-of-tests/x", tmp_path / "other").get(DIGEST)


def test_a_damaged_file_is_put_again(tmp_path: Path):
    blobs = FileBlobs(tmp_path)
    path = blobs.path_of(blobs.put(DATA))
    path.write_bytes(b"?")
    with pytest.raises(EnvironmentProblem, match="damaged"):
        blobs.get(DIGEST)
    blobs.put(DATA)
    assert blobs.get(DIGEST) == DATA


def test_a_bucket_that_is_away(tmp_path: Path):
    shared_s3()
    server = S3Server()
    name = server.bucket()
    server.stop()
    with environment(**server.variables), pytest.raises(EnvironmentProblem, match="no connection"):
        open_blobs(f"s3://{name}", tmp_path).put(DATA)
