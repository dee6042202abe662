"""What a store of paid pictures can do, whatever it is made of, and the words for what stands in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from locstore.cache.keys import short_key
from locstore.errors import EnvironmentProblem


@dataclasses.dataclass(frozen=True, slots=True)
class CacheEntry:
    """A paid picture as its side file describes it; the content has not been read.

    `bytes` is the size of the content and `sha256` its digest (hex), `inputs` is what the key was made of,
    `usage` what the server billed, `modified` when the entry was put (UTC).
    """

    key: str
    bytes: int
    sha256: str
    inputs: Mapping[str, Any]
    usage: Mapping[str, Any]
    modified: datetime


class Fault(StrEnum):
    """Why something in a store is no entry that can be used."""

    LEFTOVER = "leftover"  # never became an entry: a writer was stopped, or is still at work
    NO_CONTENT = "no content"  # a side file whose picture has gone
    UNREADABLE = "unreadable"  # a side file that is not as it was written
    UNKNOWN_FORMAT = "unknown format"  # written by another version of locstore


@dataclasses.dataclass(frozen=True, slots=True)
class BrokenEntry:
    """Something of the store's own that is no whole entry. `name` is its path in the store, `bytes` its size."""

    key: str | None
    name: str
    fault: Fault
    bytes: int
    modified: datetime


class UnusableEntry(EnvironmentProblem):
    """A key is taken by an entry that cannot be used, and only the user may decide to pay again.

    `code` is that of a finding: cache-damaged or cache-unknown-format.
    """

    def __init__(self, key: str, code: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.code = code


def damaged(key: str, reason: str) -> UnusableEntry:
    return UnusableEntry(
        key,
        "cache-damaged",
        f"The paid picture {short_key(key)} is damaged: {reason}. Restore it from a backup, or run "
        "`locstore cache verify --remove-damaged` and pay for it again.",
    )


def unknown_format(key: str, version: object) -> UnusableEntry:
    return UnusableEntry(
        key,
        "cache-unknown-format",
        f"The paid picture {short_key(key)} is stored in format {version!r}, which this version of locstore does not "
        "know. Use the version that paid for it, or another folder as `cache`.",
    )


class PictureStore(Protocol):
    """Paid pictures by key. A key is 64 small hex digits; every method raises ValueError for another.

    Any number of threads, processes and machines may use one store at once. What goes wrong with the disk or
    the network is an EnvironmentProblem.
    """

    def get(self, key: str) -> bytes | None:
        """The picture, checked against its digest; None if there is none.

        Raises UnusableEntry for a damaged entry or one of another version: None would mean to pay again.
        """
        ...

    def put_new(self, key: str, data: bytes, inputs: Mapping[str, Any], usage: Mapping[str, Any]) -> bool:
        """Store a picture and wait for the disk. False, and nothing changes, if the key has an entry already.

        Of any number of writers of one key exactly one is told True, and its picture is what all read.
        `inputs` and `usage` are JSON. Raises ValueError if `inputs` hold credentials; in `usage` they are
        replaced, for the picture is paid by then.
        """
        ...

    def __contains__(self, key: str) -> bool:
        """Whether the key has an entry, damaged or not; `get` reads it."""
        ...

    def entries(self) -> Iterator[CacheEntry]:
        """Every entry with both its parts, in the order of the keys."""
        ...

    def broken(self) -> Iterator[BrokenEntry]:
        """Everything of the store's own that `entries` leaves out."""
        ...

    def remove(self, key: str) -> bool:
        """Remove an entry, damaged or not; returns whether there was one."""
        ...

    def discard(self, broken: BrokenEntry) -> bool:
        """Remove a leftover, or a side file without content, if that is still what it is; returns whether it did."""
        ...
