"""An outcome as it travels from a worker to the one who runs: JSON, without paths and times of the worker's machine."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from locstore.delivery import PictureRecord, record_from_dict
from locstore.findings import Finding, finding_from_dict
from locstore.run.render import TaskResult


class DamagedResult(ValueError):
    """What stands in a run's stream is no outcome of this version."""


@dataclasses.dataclass(frozen=True, slots=True)
class ReceivedResult:
    """What a worker said of a shot: an outcome whose picture is in the cache, or why it was not asked for."""

    result: TaskResult | None
    skipped: str = ""


def pack_outcome(result: TaskResult) -> str:
    data: dict[str, Any] = {
        "path": result.path,
        "shot": result.shot,
        "findings": [finding.as_dict() for finding in result.findings],
    }
    if result.record is not None:
        data["record"] = result.record.as_dict()
    if result.candidate is not None:
        data["candidate"] = result.candidate.as_dict()
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def pack_skipped(why: str) -> str:
    """A shot that is still to come: the budget or the server ended the run before it."""
    return json.dumps({"skipped": why[:300]}, ensure_ascii=False)


def pack_failed(finding: Finding) -> str:
    """A shot of which a worker knows nothing but that it failed."""
    return pack_outcome(TaskResult("", "", findings=(finding,)))


def unpack_outcome(text: str) -> ReceivedResult:
    """Raises DamagedResult. Paths are not checked: they must be those of the run's own jobs."""
    try:
        data = json.loads(text)
        if "skipped" in data:
            return ReceivedResult(None, str(data["skipped"]))
        result = TaskResult(
            str(data["path"]),
            str(data["shot"]),
            record=_record(data.get("record")),
            candidate=_record(data.get("candidate")),
            findings=tuple(finding_from_dict(found) for found in data["findings"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DamagedResult("an outcome in the run's stream cannot be read") from None
    return ReceivedResult(result)


def _record(data: Any) -> PictureRecord | None:
    return None if data is None else record_from_dict(data)
