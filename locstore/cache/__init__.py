"""The store of paid pictures: each is kept under a key of what was asked for, so that none is paid for twice.

obstore is imported when a bucket is opened, so that a project with a folder does not wait for it.
"""

from locstore.cache.blobs import BlobStore, CloudBlobs, FileBlobs, MemoryBlobs, open_blobs
from locstore.cache.bucket import Bucket
from locstore.cache.bucket_store import BucketStore
from locstore.cache.credentials import refuse_credentials
from locstore.cache.file_store import FileStore
from locstore.cache.keys import canonical_json, image_key
from locstore.cache.memory import MemoryStore
from locstore.cache.opening import open_store, ready_cache
from locstore.cache.pruning import Pruned, prune
from locstore.cache.read_through import Pushed, ReadThroughStore, remove_everywhere, transfer
from locstore.cache.store import BrokenEntry, CacheEntry, Fault, PictureStore, UnusableEntry
from locstore.cache.verifying import Problem, find_problems, verify_store

__all__ = [
    "BlobStore",
    "BrokenEntry",
    "Bucket",
    "BucketStore",
    "CacheEntry",
    "CloudBlobs",
    "Fault",
    "FileBlobs",
    "FileStore",
    "MemoryBlobs",
    "MemoryStore",
    "PictureStore",
    "Problem",
    "Pruned",
    "Pushed",
    "ReadThroughStore",
    "UnusableEntry",
    "canonical_json",
    "find_problems",
    "image_key",
    "open_blobs",
    "open_store",
    "prune",
    "ready_cache",
    "refuse_credentials",
    "remove_everywhere",
    "transfer",
    "verify_store",
]
