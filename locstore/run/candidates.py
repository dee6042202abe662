"""Candidates: pictures whose words are wrong, kept beside the shelf for a person to look at and to accept."""

from __future__ import annotations

import json
from pathlib import Path

from locstore.delivery import PictureRecord, record_from_dict
from locstore.files import write_whole


def keep_candidate(folder: Path, path: str, data: bytes, record: PictureRecord) -> None:
    """Keep a picture's bytes at `path` (its place on the shelf) below `folder`, and its record as JSON beside it."""
    write_whole(folder / path, data)
    text = json.dumps(record.as_dict(), indent=1, sort_keys=True, ensure_ascii=False)
    write_whole(_beside(folder, path), f"{text}\n".encode())


def drop_candidate(folder: Path, path: str) -> None:
    """Remove the candidate for a place on the shelf, if there is one: a good picture stands there now."""
    for file in (_beside(folder, path), folder / path):
        file.unlink(missing_ok=True)


def read_candidate(folder: Path, path: str) -> PictureRecord | None:
    """The record of the candidate for a place on the shelf; None if there is none that can be used.

    It is of the present inputs if its digest `picture` is the one that the plan has.
    """
    try:
        record = record_from_dict(json.loads(_beside(folder, path).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return record if (folder / path).is_file() else None


def _beside(folder: Path, path: str) -> Path:
    return folder / f"{path}.json"
