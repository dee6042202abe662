"""Answers of paid calls that brought no picture, kept on disk: a later run reads them again and pays nothing.

A URL on a host that was not allowed, a shape that this version cannot read, a picture that the full disk of the cache
could not take: each was paid for. They are in `.locstore/answers`, or, where that cannot be written, in a folder of
this user's below the system's folder of temporary files.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from locstore.errors import EnvironmentProblem
from locstore.files import write_whole
from locstore.paint.images import MAX_ANSWER, Answer, Usage

_KEPT = 60 * 86_400.0  # seconds; addresses of pictures end after hours or days, and bills are settled by then
_NAME = re.compile(r"[0-9a-f]{64}\.answer")


class AnswerStore:
    """Answers by the key of their request. `spare` is the folder for when `folder` cannot be written."""

    def __init__(self, folder: Path, spare: Path | None = None) -> None:
        self._folder, self._spare = folder, spare or spare_folder()

    def keep(self, key: str, answer: Answer) -> Path:
        """Store an answer in place of an earlier one of its key; returns where it is.

        Raises EnvironmentProblem if neither folder takes it.
        """
        head = {"format": 1, "headers": dict(answer.headers), "status": answer.status}
        data = json.dumps(head, sort_keys=True).encode() + b"\n" + answer.body
        problem: OSError | EnvironmentProblem | None = None
        for folder in (self._folder, self._spare):
            try:
                _make(folder, private=folder == self._spare)
                write_whole(folder / f"{key}.answer", data)
            except (OSError, EnvironmentProblem) as error:
                problem = error
            else:
                return folder / f"{key}.answer"
        raise EnvironmentProblem(
            f"A paid answer could be kept neither in {self._folder.as_posix()} nor in {self._spare.as_posix()} "
            f"({problem}). Free some space."
        )

    def read(self, key: str) -> Answer | None:
        """The answer of a key; None if there is none that can be read."""
        for path in self._paths(key):
            try:
                if path.stat().st_size > 2 * MAX_ANSWER:
                    continue
                head, _, body = path.read_bytes().partition(b"\n")
                fields = json.loads(head)
                if fields["format"] == 1:
                    headers = {str(name): str(value) for name, value in fields["headers"].items()}
                    return Answer(int(fields["status"]), headers, body)
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                continue  # not there, or not an answer of ours
        return None

    def drop(self, key: str) -> None:
        """Forget the answer of a key: its picture is in the cache."""
        for path in self._paths(key):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()

    def prune(self) -> None:
        """Remove answers that are older than 60 days."""
        oldest = time.time() - _KEPT
        for folder in (self._folder, self._spare):
            for path in folder.glob("*.answer") if folder.is_dir() else ():
                if _NAME.fullmatch(path.name) and path.stat().st_mtime < oldest:
                    path.unlink(missing_ok=True)

    def _paths(self, key: str) -> Iterator[Path]:
        yield self._folder / f"{key}.answer"
        if _is_private(self._spare):
            yield self._spare / f"{key}.answer"


def answer_of(data: bytes, usage: Usage | None) -> Answer:
    """A picture that came whole, as an answer that can be kept and read again."""
    told: dict[str, object] = {"data": [{"b64_json": base64.b64encode(data).decode()}]}
    if usage is not None:
        split = {"text_tokens": usage.input_text_tokens, "image_tokens": usage.input_image_tokens}
        told["usage"] = {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "input_tokens_details": {name: count for name, count in split.items() if count is not None},
        }
    return Answer(200, {"content-type": "application/json"}, json.dumps(told).encode())


def spare_folder() -> Path:
    """The folder of this user below the system's folder of temporary files."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"locstore-answers-{user}"


def _make(folder: Path, *, private: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if private and not _is_private(folder):
        raise PermissionError(f"{folder.as_posix()} belongs to another user")


def _is_private(folder: Path) -> bool:
    """Whether a folder is this user's own, and no link: anybody may write beside it."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    own = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)
    return stat.S_ISDIR(found.st_mode) and own
