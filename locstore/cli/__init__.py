"""The command line: one file a command, loaded only when it is called."""

from __future__ import annotations

import gc
import sys

from locstore.cli.main import run_cli
from locstore.cli.streams import prepare_streams

__all__ = [
    "main",
]


def main() -> None:
    """Console script `locstore`."""
    # Start-up makes many objects that live on: looking through them for garbage again and again costs a tenth of it.
    gc.set_threshold(100_000, 20, 50)
    prepare_streams()
    sys.exit(run_cli(sys.argv[1:]))
