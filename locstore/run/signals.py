"""The signals that ask a run to end, in the command's own process and in its worker processes."""

from __future__ import annotations

import signal
import sys

# ^C, `kill` or a service manager's stop, and a terminal that is closed.
ENDING_SIGNALS: tuple[signal.Signals, ...] = (
    (signal.SIGINT, signal.SIGTERM) if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
)
_GRACE = 20  # seconds


def leave_ending_to_parent() -> None:
    """In a worker process: a signal to the whole process group does not stop the picture in work.

    The parent ends its workers. SIGTERM may also come from the parent's pool, so it ends this process after 20
    seconds.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, lambda _number, _frame: signal.alarm(_GRACE))
