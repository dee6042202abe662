"""The store of paid pictures: each is kept under a key of what was asked for, so that none is paid for twice."""

from locstore.cache.credentials import refuse_credentials
from locstore.cache.filestore import FileStore
from locstore.cache.keys import canonical_json, image_key
from locstore.cache.memory import MemoryStore
from locstore.cache.opening import open_store
from locstore.cache.pruning import Pruned, prune
from locstore.cache.store import BrokenEntry, CacheEntry, Fault, PictureStore, UnusableEntry
from locstore.cache.verifying import Problem, find_problems, verify_store

__all__ = [
    "BrokenEntry",
    "CacheEntry",
    "Fault",
    "FileStore",
    "MemoryStore",
    "PictureStore",
    "Problem",
    "Pruned",
    "UnusableEntry",
    "canonical_json",
    "find_problems",
    "image_key",
    "open_store",
    "prune",
    "refuse_credentials",
    "verify_store",
]
