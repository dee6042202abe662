"""`locstore displays`: what the stores call their displays, and the sizes they take."""

from __future__ import annotations

import click

from locstore.cli.options import json_option, option
from locstore.cli.printing import print_json, print_table


@click.command("displays")
@option("--store", type=click.Choice(["apple", "play"]), default=None, help="Only this store's.")
@json_option
def command(store: str | None, as_json: bool) -> None:
    """List the displays of the stores and their sizes in pixels."""
    from locstore.stores import displays

    shown = [d for d in displays().values() if store is None or d.store == store]
    if as_json:
        print_json(
            [
                {
                    "id": d.id,
                    "name": d.name,
                    "store": str(d.store),
                    "platform": d.platform,
                    "size": d.size,
                    "sizes": d.sizes,
                    "required": d.required,
                    "note": d.required_note,
                    "counts": [d.min_count, d.max_count],
                    "max_bytes": d.max_bytes,
                    "asc_display_type": d.asc_display_type,
                    "image_type": d.image_type,
                    "checked": d.checked,
                }
                for d in shown
            ]
        )
        return
    print_table(
        ("id", "store", "name", "size", "also", "required"),
        [
            (
                d.id,
                str(d.store),
                d.name,
                f"{d.size[0]}x{d.size[1]}",
                ", ".join(f"{w}x{h}" for w, h in d.sizes if (w, h) != d.size),
                "yes" if d.required else "",
            )
            for d in shown
        ],
    )
