"""Whether a process of this machine is alive, told from a later one that got the same number."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def started_at(process: int) -> str:
    """When a process began, in the system's own count; '' for one that has ended and where the system does not tell.

    A process that ended and whose parent has not asked for its exit code (a killed run in a container) has ended, too.
    """
    try:
        # The name, in brackets, may hold any bytes.
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
        return "" if fields[0] in (b"Z", b"X") else fields[19].decode("ascii")
    except (OSError, IndexError):
        return ""


def is_alive(process: int, started: str | None = None) -> bool:
    """Whether the process runs; with `started`, whether it is the one that began then."""
    if sys.platform == "win32":
        return process == os.getpid()  # signal 0 would end the process there
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    if started is not None:
        return started_at(process) == started
    # Where /proc is not there, nothing more is known than that there is such a process.
    return not Path("/proc/self/stat").exists() or started_at(process) != ""
