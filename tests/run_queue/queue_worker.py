"""A worker in a process of its own whose death is noticed soon; some shots can be made to kill it or to hang."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

from locstore.run.queue import Supervisor, WorkerOptions, WorkerProcess, read_address, worker


def options(text: str) -> WorkerOptions:
    given = json.loads(text)
    return WorkerOptions(
        read_address(given["url"]),
        given["cache"],
        Path(given["scratch"]),
        threads=given["threads"],
        processes=given["processes"],
        limit=given["limit"],
        grace=given["grace"],
        hosts=tuple(given["hosts"]),
        key_env=given["key_env"],
        dead_after=given["dead_after"],
    )


def spoil(what: str, shot: str) -> None:
    """`die` kills the process in the middle of a shot, `sleep` makes every shot take a while."""
    paint = worker.paint_here

    def spoilt(settings, task):
        if what == "sleep":
            time.sleep(float(shot))
        elif task.shot.key == shot:
            os.kill(os.getpid(), signal.SIGKILL)
        return paint(settings, task)

    worker.paint_here = spoilt


def main() -> None:
    given = options(sys.argv[1])
    if sys.argv[2:3] == ["supervised"]:
        Supervisor(given, lambda line: sys.stderr.write(f"{line}\n")).run()
        return
    if len(sys.argv) == 4:
        spoil(sys.argv[2], sys.argv[3])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    own = given.scratch / "work" / str(os.getpid())
    WorkerProcess(given, own, pulse=lambda _: None, say=lambda line: sys.stderr.write(f"{line}\n")).run(stop)


if __name__ == "__main__":
    main()
