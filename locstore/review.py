"""The review file: what people decided about pictures, kept in the project for version control.

A decision holds for one picture, by its identity (`PictureRecord.identity`); when the picture changes it stays in the
file, and counts no more.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, TextIO, cast

from locstore.errors import EnvironmentProblem, FindingsError, UsageError
from locstore.files import read_regular, write_whole
from locstore.findings import Finding

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

REVIEW_FILE = "review.json"
_FORMAT = 1
_MAX_BYTES = 1 << 26  # 64 MiB
_FIELDS = frozenset({"shot", "accepted", "state", "comment", "by"})

State = Literal["", "approved", "sent-back"]
_STATES = ("", "approved", "sent-back")


class ReviewState(StrEnum):
    """Where a shot stands in its review."""

    APPROVED = "approved"
    SENT_BACK = "sent back"
    STALE = "stale"  # decided about, but the picture has changed since
    WAITING = "waiting"  # nobody has decided yet


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """What people decided about one picture of a shot.

    `accepted` are slots whose words a person has read and found right, sorted; `state` is about the picture as a
    whole; `comment` and `by` belong to the last decision.
    """

    shot: str
    accepted: tuple[str, ...] = ()
    state: State = ""
    comment: str = ""
    by: str = ""

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, without what is empty."""
        data = {**dataclasses.asdict(self), "accepted": list(self.accepted)}
        return {name: value for name, value in data.items() if value}


@dataclasses.dataclass(frozen=True, slots=True)
class Review:
    """The decisions of a project by the picture's identity."""

    decisions: Mapping[str, Decision] = dataclasses.field(default_factory=dict)

    def accepted(self, identity: str) -> frozenset[str]:
        """The slots of this picture that a person accepted."""
        decision = self.decisions.get(identity)
        return frozenset(decision.accepted) if decision else frozenset()

    def standing(self, shot: str, identity: str) -> ReviewState:
        """Where `shot` stands now that its picture is the one with `identity`."""
        decision = self.decisions.get(identity)
        if decision is not None and decision.state:
            return ReviewState.APPROVED if decision.state == "approved" else ReviewState.SENT_BACK
        if any(d.shot == shot and d.state for d in self.decisions.values()):
            return ReviewState.STALE
        return ReviewState.WAITING


def read_review(path: Path) -> tuple[Review, list[Finding]]:
    """The decisions in the file `path`; one that is not there is empty, an unreadable one an ERROR finding."""
    try:
        return _parsed(read_regular(path, _MAX_BYTES)), []
    except FileNotFoundError:
        return Review(), []
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"The review file cannot be read ({reason}). Restore it, or mend it by hand; it is not overwritten."
        return Review(), [Finding(code="project-review-unreadable", message=message, file=path.name)]


def accept(path: Path, identity: str, shot: str, slots: Collection[str], by: str) -> Decision:
    """Add slots of one picture that a person has read and found right; returns the decision as it stands now.

    Raises FindingsError if the file is unreadable, EnvironmentProblem if it cannot be written.
    """
    with _writing(path) as decisions:
        old = decisions.get(identity, Decision(shot))
        accepted = tuple(sorted({*old.accepted, *slots}))
        new = dataclasses.replace(old, shot=shot, accepted=accepted, by=by)
        decisions[identity] = new
    return new


def decide(path: Path, identity: str, shot: str, state: State, comment: str = "", by: str = "") -> Decision:
    """Approve a picture, send it back, or take either back ('', which also takes the comment).

    Accepted slots stay. Returns the decision as it stands now; raises as `accept`.
    """
    with _writing(path) as decisions:
        old = decisions.get(identity, Decision(shot))
        new = dataclasses.replace(old, shot=shot, state=state, comment=comment, by=by)
        decisions[identity] = new
        if not (new.accepted or new.state or new.comment):
            del decisions[identity]
    return new


def forget(path: Path, keep: Collection[str]) -> int:
    """Drop the decisions whose identity is not in `keep`; returns how many went. Raises as `accept`."""
    kept = frozenset(keep)
    with _writing(path) as decisions:
        gone = [identity for identity in decisions if identity not in kept]
        for identity in gone:
            del decisions[identity]
    return len(gone)


def _parsed(data: bytes) -> Review:
    """Raises ValueError, KeyError, TypeError or AttributeError for anything but what `_rendered` writes."""
    document = json.loads(data, object_pairs_hook=_without_doubles)
    if document["format"] != _FORMAT or document.keys() != {"format", "decisions"}:
        raise ValueError(f"format {document['format']!r} is not known to this version")
    return Review({name: _decision(fields) for name, fields in document["decisions"].items()})


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A merge of two branches may leave a picture twice; which of the two holds is for a person to say."""
    found = dict(pairs)
    if len(found) != len(pairs):
        double = next(name for name, _ in pairs if [n for n, _ in pairs].count(name) > 1)
        raise ValueError(f"{double!r} stands twice")
    return found


def _decision(fields: Mapping[str, Any]) -> Decision:
    if not fields.keys() <= _FIELDS:
        raise ValueError(f"{', '.join(sorted(fields.keys() - _FIELDS))} is not known to this version")
    decision = Decision(**{**fields, "accepted": tuple(fields.get("accepted", ()))})
    texts = [decision.shot, decision.comment, decision.by, *decision.accepted]
    if not all(type(text) is str for text in texts) or type(fields.get("accepted", [])) is not list:
        raise TypeError("a field has a value of the wrong kind")
    if decision.state not in _STATES:
        raise ValueError(f"the state {decision.state!r} is not known to this version")
    for text in texts:
        text.encode()  # half a surrogate pair cannot be shown or written again
    return decision


def _rendered(decisions: Mapping[str, Decision]) -> bytes:
    document = {"format": _FORMAT, "decisions": {name: d.as_dict() for name, d in decisions.items()}}
    try:
        return (json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    except UnicodeEncodeError as error:
        raise UsageError("A comment or name is not valid Unicode text. Write it again.") from error


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[dict[str, Decision]]:
    """The decisions to change, read and written back while nobody else does."""
    with _lock(path.with_name(f".{path.name}.lock")):
        review, findings = read_review(path)
        if findings:
            raise FindingsError(findings)
        decisions = dict(review.decisions)
        yield decisions
        if decisions != review.decisions:
            write_whole(path, _rendered(decisions), durable=True)


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Be the only thread or process in here. A killed process lets go; the lock file goes with its last user."""
    try:
        stream = _locked(path)
    except OSError as error:
        reason = error.strerror or error
        raise EnvironmentProblem(f"{path.as_posix()} cannot be locked: {reason}. Check the folder's mode.") from error
    with stream:
        try:
            yield
        finally:
            if sys.platform == "win32":
                stream.seek(0)
                msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)
            else:
                path.unlink(missing_ok=True)  # under the lock: who waits for this very file sees that it is gone


def _locked(path: Path) -> TextIO:
    while True:
        stream = cast("TextIO", path.open("a", encoding="utf-8"))
        if sys.platform == "win32":
            msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)
            return stream
        fcntl.flock(stream, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(path.stat(), os.fstat(stream.fileno())):
                return stream
        stream.close()  # the one before us has removed it
