"""The stores in buckets keep the contract of the file store.

S3 is spoken with a real server on loopback (moto). For Google Cloud Storage and Azure there is none to install: their
stores differ from S3's in obstore only, below the verbs of `Bucket`, which obstore's store in memory stands in for.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cloud_servers import OldBucket, s3_bucket, shared_s3
from store_contract import StoreContract

from locstore.cache import BucketStore, PictureStore, ReadThroughStore


def memory_bucket() -> OldBucket:
    pytest.importorskip("obstore", reason="obstore is not installed: pip install 'locstore[cloud]'")
    from obstore.store import MemoryStore

    return OldBucket(MemoryStore(), "gs://bucket")


class CloudContract(StoreContract):
    def age(self, store: PictureStore, key: str, by: timedelta) -> None:
        cloud = store.shared if isinstance(store, ReadThroughStore) else store
        assert isinstance(cloud, BucketStore)
        assert isinstance(cloud.bucket, OldBucket)
        cloud.bucket.age(key, by)


class TestMemoryBucket(CloudContract):
    @contextlib.contextmanager
    def make(self) -> Iterator[PictureStore]:
        yield BucketStore(memory_bucket())


class TestS3(CloudContract):
    @contextlib.contextmanager
    def make(self) -> Iterator[PictureStore]:
        yield BucketStore(s3_bucket(shared_s3()))


class TestCopiedMemoryBucket(CloudContract):
    @contextlib.contextmanager
    def make(self) -> Iterator[PictureStore]:
        with tempfile.TemporaryDirectory() as folder:
            yield ReadThroughStore(BucketStore(memory_bucket()), Path(folder) / "copy")


class TestCopiedS3(CloudContract):
    @contextlib.contextmanager
    def make(self) -> Iterator[PictureStore]:
        with tempfile.TemporaryDirectory() as folder:
            yield ReadThroughStore(BucketStore(s3_bucket(shared_s3())), Path(folder) / "copy")
