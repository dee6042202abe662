"""`locstore cache`: the store of paid pictures, for people and scripts."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from locstore.cli.options import cache_option, json_option, make_project, notes_option, option, project_option
from locstore.cli.printing import count_words, print_findings, print_json, print_table
from locstore.errors import UsageError
from locstore.findings import has_errors

if TYPE_CHECKING:
    from locstore.cache import CacheEntry, PictureStore, Pushed
    from locstore.project import Project

_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
_BYTES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def _read_age(_context: click.Context, _option: click.Parameter, value: str | None) -> timedelta | None:
    if value is None:
        return None
    found = re.fullmatch(r"(\d{1,5})\s*([mhdw])", value.strip().lower())
    if found is None:
        raise click.BadParameter(f"{value!r} is no age. Write a number and m, h, d or w, such as 30d.")
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


def _read_size(_context: click.Context, _option: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    found = re.fullmatch(r"(\d{1,15}(?:\.\d{1,3})?)\s*([KMGT]?B|)", value.strip().upper())
    if found is None:
        raise click.BadParameter(f"{value!r} is no size. Write a number and KB, MB, GB or TB, such as 2GB.")
    return int(float(found[1]) * _BYTES[found[2]])


@click.group("cache")
def command() -> None:
    """Look at, verify and prune the store of paid pictures.

    Every picture that an image model was paid for is kept under a key of what it was made from, and never paid
    for twice. The store is the project's option `cache`.
    """


@command.command("ls")
@cache_option
@json_option
@project_option
def list_entries(cache: str | None, as_json: bool, project_folder: Path) -> int:
    """List the paid pictures, the newest first."""
    _, store = _open(cache, project_folder)
    entries = sorted(store.entries(), key=lambda e: (e.modified, e.key), reverse=True)
    if as_json:
        print_json([_as_dict(e) | {"inputs": e.inputs, "usage": e.usage} for e in entries])
        return 0
    now = datetime.now(UTC)
    print_table(
        ("key", "size", "model", "pixels", "age"),
        [(e.key[:12], _size(e.bytes), _input(e, "model"), _input(e, "size"), _age(now - e.modified)) for e in entries],
    )
    click.echo(f"{_pictures(len(entries))}, {_size(sum(e.bytes for e in entries))}.", err=True)
    return 0


@command.command("verify")
@option("--remove-damaged", is_flag=True, help="Remove what can never be used; a run pays for it again.")
@cache_option
@notes_option
@json_option
@project_option
def verify(remove_damaged: bool, cache: str | None, notes: bool, as_json: bool, project_folder: Path) -> int:
    """Read every paid picture; check its digest, and its key against what it was made from."""
    from locstore.project import verify_cache

    project, store = _open(cache, project_folder)
    checked = verify_cache(project, store, remove_damaged=remove_damaged)
    if as_json:
        print_json(
            {
                "entries": checked.entries,
                "bytes": checked.bytes,
                "findings": [f.as_dict() for f in checked.findings],
                "removed": checked.removed,
            }
        )
    else:
        print_findings(checked.findings, notes=notes)
        removed = f" Removed {_pictures(len(checked.removed))}." if checked.removed else ""
        click.echo(
            f"Verified {_pictures(checked.entries)}, {_size(checked.bytes)}: "
            f"{count_words(checked.findings, notes=notes)}.{removed}"
        )
    return 1 if has_errors(checked.findings) else 0


@command.command("prune")
@option("--older-than", metavar="AGE", callback=_read_age, help="Remove pictures older than this: 30d, 12h, 2w.")
@option("--max-size", metavar="SIZE", callback=_read_size, help="Remove the oldest until this much is left: 2GB.")
@option("--dry-run", is_flag=True, help="Only show what would be removed.")
@cache_option
@json_option
@project_option
def prune_store(
    older_than: timedelta | None,
    max_size: int | None,
    dry_run: bool,
    cache: str | None,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Remove what stopped writers left behind, and old pictures if you say which.

    A picture that is removed is paid for again when a run needs it.
    """
    from locstore.cache import prune

    _, store = _open(cache, project_folder)
    pruned = prune(store, older_than, max_size, dry_run=dry_run)
    if as_json:
        print_json(
            {
                "dry_run": dry_run,
                "removed": [_as_dict(e) for e in pruned.removed],
                "leftovers": [{"name": b.name, "bytes": b.bytes} for b in pruned.leftovers],
                "freed_bytes": pruned.freed_bytes,
                "kept": pruned.kept,
                "kept_bytes": pruned.kept_bytes,
            }
        )
        return 0
    for entry in pruned.removed:
        click.echo(f"{entry.key[:12]}  {_size(entry.bytes)}")
    click.echo(
        f"{'Would remove' if dry_run else 'Removed'} {_pictures(len(pruned.removed))} and "
        f"{len(pruned.leftovers)} leftovers, {_size(pruned.freed_bytes)}; "
        f"{_pictures(pruned.kept)} kept, {_size(pruned.kept_bytes)}."
    )
    return 0


@command.command("push")
@click.argument("url", required=False)
@cache_option
@json_option
@project_option
def push(url: str | None, cache: str | None, as_json: bool, project_folder: Path) -> int:
    """Send paid pictures that the project's bucket does not have; with URL, send the project's cache to that store."""
    from locstore.project.caching import push_cache

    return _copied("Pushed", push_cache(_project(cache, project_folder), url), as_json=as_json)


@command.command("pull")
@click.argument("url", required=False)
@cache_option
@json_option
@project_option
def pull(url: str | None, cache: str | None, as_json: bool, project_folder: Path) -> int:
    """Fetch the paid pictures of the project's bucket to this machine; with URL, those of that store to the cache."""
    from locstore.project.caching import pull_cache

    return _copied("Pulled", pull_cache(_project(cache, project_folder), url), as_json=as_json)


@command.command("rm")
@click.argument("key")
@cache_option
@json_option
@project_option
def remove(key: str, cache: str | None, as_json: bool, project_folder: Path) -> int:
    """Remove the picture whose key begins with KEY; a run that needs it pays for another.

    Copies on other machines are removed by their next run.
    """
    from locstore.cache import remove_everywhere

    _, store = _open(cache, project_folder)
    # A whole key is not looked for: a damaged picture, which may well be the one that has to go, is not listed.
    whole = key.lower() if re.fullmatch("[0-9a-f]{64}", key.lower()) else _find(store, key)
    if not remove_everywhere(store, whole):
        raise UsageError(f"No paid picture has the key {whole}. `locstore cache ls` lists them.")
    if as_json:
        print_json({"removed": whole})
    else:
        click.echo(f"Removed {whole[:12]}.")
    return 0


@command.command("path")
@click.argument("key", required=False)
@cache_option
@json_option
@project_option
def show_path(key: str | None, cache: str | None, as_json: bool, project_folder: Path) -> int:
    """Print the folder of the store, or the file of the picture whose key begins with KEY.

    Of a bucket they are those of the copies on this machine; a picture that is not here is fetched.
    """
    from locstore.cache import FileStore, ReadThroughStore

    project, store = _open(cache, project_folder)
    if not isinstance(store, FileStore | ReadThroughStore):
        raise UsageError(f"The store {project.config.cache} has no folder.")
    folder = store.copy.root if isinstance(store, ReadThroughStore) else store.root
    path = folder if key is None else store.path_of(_find(store, key))
    if as_json:
        print_json({"path": path})
    else:
        click.echo(str(path))
    return 0


def _project(cache: str | None, project_folder: Path) -> Project:
    return make_project(project_folder, cache=cache)


def _copied(what: str, done: Pushed, *, as_json: bool) -> int:
    if as_json:
        print_json(dataclasses.asdict(done))
    else:
        damaged = f", {done.damaged} damaged ones left out: see `locstore cache verify`" if done.damaged else ""
        click.echo(f"{what} {_pictures(done.pushed)}, {done.there} were there already{damaged}.")
    return 1 if done.damaged else 0


def _open(cache: str | None, project_folder: Path) -> tuple[Project, PictureStore]:
    from locstore.project import open_cache

    project = _project(cache, project_folder)
    return project, open_cache(project)


def _find(store: PictureStore, prefix: str) -> str:
    """The one key that begins with `prefix`. Raises UsageError for none or several."""
    found = [entry.key for entry in store.entries() if entry.key.startswith(prefix.lower())]
    if not found:
        raise UsageError(f"No paid picture has a key that begins with {prefix!r}. `locstore cache ls` lists them.")
    if len(found) > 1:
        raise UsageError(f"{len(found)} keys begin with {prefix!r}. Write more of the one that you mean.")
    return found[0]


def _input(entry: CacheEntry, name: str) -> str:
    value = entry.inputs.get(name)
    return "-" if value is None else str(value)


def _as_dict(entry: CacheEntry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "bytes": entry.bytes,
        "sha256": entry.sha256,
        "model": entry.inputs.get("model"),
        "size": entry.inputs.get("size"),
        "modified": entry.modified.isoformat(timespec="seconds"),
    }


def _pictures(count: int) -> str:
    return f"{count:,} paid picture{'' if count == 1 else 's'}"


def _size(count: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} B"


def _age(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for unit, factor in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= factor:
            return f"{seconds // factor}{unit}"
    return f"{seconds}s"
