"""Standard output and error that are closed or full: a command goes on, and its exit code says what it did."""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO, cast


class _UnfailingStream:
    """Standard error whose writes are lost, and do not raise, when its disk is full or its reader has gone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            return  # what is in the buffer cannot be shown


def prepare_streams() -> None:
    """Make the standard streams usable, for the whole process.

    A descriptor that was closed by the caller (`>&-`) is opened on the null device: otherwise the next file that is
    opened, such as the ledger, would take its number and be written into.
    """
    for descriptor, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
        if getattr(sys, name) is None:
            mode = "r" if descriptor == 0 else "w"
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    sys.stderr = cast("TextIO", _UnfailingStream(sys.stderr))
