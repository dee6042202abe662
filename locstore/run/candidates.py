"""Candidates: pictures whose words are wrong, kept outside the output folder for a person to look at and to accept."""

from __future__ import annotations

import json
from pathlib import Path

from locstore.delivery import PictureRecord, record_from_dict
from locstore.files import link_below, read_regular, write_below


def keep_candidate(folder: Path, path: str, data: bytes, record: PictureRecord) -> None:
    """Write a picture to its delivery path `path` below `folder`, and its record as JSON beside it."""
    write_below(folder, path, data)
    text = json.dumps(record.as_dict(), indent=1, sort_keys=True, ensure_ascii=False)
    write_below(folder, f"{path}.json", f"{text}\n".encode())


def drop_candidate(folder: Path, path: str) -> None:
    """Remove the candidate for a delivery path, if there is one: a good picture has been written there.

    Nothing is removed through a link.
    """
    if link_below(folder, path.rpartition("/")[0] or path) is not None:
        return
    for file in (_beside(folder, path), folder / path):
        file.unlink(missing_ok=True)


def read_candidate(folder: Path, path: str) -> PictureRecord | None:
    """The record of the candidate for a delivery path; None if there is none that can be used.

    The candidate was made from the present inputs if its digest `picture` is that of the plan.
    """
    try:
        record = record_from_dict(json.loads(read_regular(_beside(folder, path), 1 << 26)))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return record if (folder / path).is_file() else None


def _beside(folder: Path, path: str) -> Path:
    return folder / f"{path}.json"
