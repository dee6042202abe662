"""The command line: one file a command, loaded only when it is called."""

from __future__ import annotations

import sys

from locstore.cli.main import run_cli

__all__ = ["main"]


def main() -> None:
    """Console script `locstore`."""
    sys.exit(run_cli(sys.argv[1:]))
