"""`locstore locales`: the locales of the stores and how gettext, BCP 47, Apple and Play write them."""

from __future__ import annotations

import dataclasses

import click

from locstore.cli.options import json_option, option
from locstore.cli.printing import print_json, print_table


@click.command("locales")
@option("--store", type=click.Choice(["apple", "play"]), default=None, help="Only those that this store has.")
@json_option
def command(store: str | None, as_json: bool) -> None:
    """List the locales of the stores and their codes."""
    from locstore.stores import locales

    shown = [row for row in locales() if store is None or getattr(row, store)]
    if as_json:
        print_json([{**dataclasses.asdict(row), "fallbacks": row.fallbacks()} for row in shown])
        return
    print_table(
        ("gettext", "bcp47", "apple", "play", "script", "direction", "name", "falls back on"),
        [
            (
                row.gettext,
                row.bcp47,
                row.apple or "-",
                row.play or "-",
                row.script,
                row.direction,
                row.english,
                ", ".join(row.fallbacks()),
            )
            for row in shown
        ],
    )
