"""`locstore preview`: the translators' page on this machine, or a read-only copy of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from locstore.cli.options import jobs_option, make_selection, option, project_option


@click.command("preview")
@option("-l", "--locale", multiple=True, help="Only these locales, in any spelling or as globs.")
@option("-d", "--display", multiple=True, help="Only these displays: ids or globs.")
@option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; a token guards others than loopback."
)
@option("--port", type=click.IntRange(0, 65535), default=None, help="Port; 0 is any that is free. [default: 8484]")
@option("--open/--no-open", "open_browser", default=True, help="Open the page in a browser.")
@option("--static", type=click.Path(path_type=Path), default=None, help="Write a read-only copy to this folder.")
@jobs_option
@project_option
def command(
    locale: tuple[str, ...],
    display: tuple[str, ...],
    host: str,
    port: int | None,
    open_browser: bool,
    static: Path | None,
    jobs: int | None,
    project_folder: Path,
) -> int:
    """Show translators their words in place, on a page of this machine.

    The page follows the project's files, lets words be changed in the picture, and writes the PO files and
    review.json. ^C ends it, with exit code 0.
    """
    from locstore.preview import DEFAULT_PORT, Listening, export, serve

    selection = make_selection(locale, display, ())
    if "all" in selection.displays:
        selection = dataclasses.replace(selection, displays=())
    if static is not None:
        done = export(project_folder, {}, static, selection=selection, processes=jobs or 0)
        click.echo(f"{done.pages} pages and {done.pictures} pictures in {static.as_posix()}; open index.html there.")
        return 0

    def ready(address: str) -> None:
        click.echo(f"Preview at {address} (^C ends it)")
        if "token=" in address:
            click.echo("Whoever has the whole address can change the catalogs, and it travels unencrypted.", err=True)
        if open_browser:
            click.launch(address)

    where = Listening(host=host, port=DEFAULT_PORT if port is None else port, processes=jobs or 0)
    serve(project_folder, {}, where, selection, ready)
    click.echo("The preview has ended.")
    return 0
