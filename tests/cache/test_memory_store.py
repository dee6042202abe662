"""The store in memory keeps the contract."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from store_contract import StoreContract

from locstore.cache import MemoryStore, PictureStore


class TestMemoryStore(StoreContract):
    @contextlib.contextmanager
    def make(self) -> Iterator[PictureStore]:
        yield MemoryStore()

    def age(self, store: PictureStore, key: str, by: timedelta) -> None:
        assert isinstance(store, MemoryStore)
        data, side, modified = store._entries[key]
        store._entries[key] = (data, side, modified - by)
