"""A preview served to the browser from another process."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from browsing import PATIENCE


@contextlib.contextmanager
def preview(folder: Path, *options: str) -> Iterator[str]:
    """`locstore preview` of a project on a free port; its address."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOCSTORE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "locstore", "preview", "--no-open", "--port", "0", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Preview at "), line + process.stdout.read()
        yield line.split()[2].rstrip("/")
    finally:
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, out
