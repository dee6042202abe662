"""Readings of pictures, remembered by picture, words and reader: the same picture is not read twice."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

from locstore.findings import Finding, finding_from_dict
from locstore.readings import SlotReading, reading_from_dict
from locstore.run.database import Database

_SCHEMA = """
create table if not exists readings (
    number integer primary key,
    key text not null unique,
    place text not null,
    sha256 text not null,
    result text not null
);
create index if not exists readings_place on readings (place, sha256);
"""
_KEPT = 4  # results for one place: with and without --text, and what another branch of the project had


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What reading one picture gave."""

    readings: tuple[SlotReading, ...]
    findings: tuple[Finding, ...]


def overlaid(old: Result, new: Result) -> Result:
    """Both, where the new one speaks for the slots that it has read and for the picture as a whole."""
    if not new.readings:
        return old
    said = {r.slot for r in new.readings}
    return Result(
        (*(r for r in old.readings if r.slot not in said), *new.readings),
        (*(f for f in old.findings if f.slot is not None and f.slot not in said), *new.findings),
    )


class ReadingCache(Database):
    """SQLite in the project's `.locstore` folder. It holds nothing that cannot be read again."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _SCHEMA, "store of readings")

    def get(self, key: str) -> Result | None:
        """What was read under this key, if anything was."""
        with self._guard():
            row = self._db.execute("select result from readings where key = ?", (key,)).fetchone()
            return _result(row[0]) if row else None

    def of(self, place: str, sha256: str) -> Result:
        """What is known of the file with this digest at this place: later readings of a slot replace earlier ones."""
        with self._guard():
            rows = self._db.execute(
                "select result from readings where place = ? and sha256 = ? order by number", (place, sha256)
            ).fetchall()
            known = Result((), ())
            for (text,) in rows:
                known = overlaid(known, _result(text))
        return known

    def put(
        self, key: str, place: str, sha256: str, readings: Sequence[SlotReading], findings: Sequence[Finding]
    ) -> None:
        """Keep a result, and drop what is older than the last few of its place."""
        data = {"readings": [r.as_dict() for r in readings], "findings": [f.as_dict() for f in findings]}
        text = json.dumps(data, ensure_ascii=False, sort_keys=True)
        with self._guard(), self._db:
            self._db.execute("begin immediate")
            self._db.execute("delete from readings where key = ?", (key,))
            self._db.execute(
                "insert into readings (key, place, sha256, result) values (?, ?, ?, ?)", (key, place, sha256, text)
            )
            self._db.execute(
                "delete from readings where place = ? and number not in "
                "(select number from readings where place = ? order by number desc limit ?)",
                (place, place, _KEPT),
            )


def _result(text: str) -> Result:
    data = json.loads(text)
    return Result(
        tuple(reading_from_dict(r) for r in data["readings"]), tuple(finding_from_dict(f) for f in data["findings"])
    )
