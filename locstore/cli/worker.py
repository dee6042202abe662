"""`locstore worker`: paint for others: take shots from a queue."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import click

from locstore.cli.options import option
from locstore.errors import UsageError


@click.command("worker")
@option(
    "--queue", required=True, help="redis://host:6379/0, or rediss:// for TLS. A password is better in LOCSTORE_QUEUE."
)
@option(
    "--cache", default=None, help="The cache of the projects: a shared folder, or a bucket such as s3://name/prefix."
)
@option(
    "--threads",
    type=click.IntRange(1, 256),
    default=4,
    show_default=True,
    help="Shots that each process works on at once.",
)
@option("--processes", type=click.IntRange(0, 256), default=0, help="Processes that paint; 0 is one for each core.")
@option("--scratch", type=click.Path(path_type=Path), default=None, help="Folder for what runs send; may be emptied.")
@option("--time-limit", type=click.FloatRange(1), default=300.0, show_default=True, help="Seconds for painting a shot.")
@option(
    "--grace",
    type=click.FloatRange(0),
    default=60.0,
    show_default=True,
    help="Seconds that a stop waits for shots that are begun.",
)
@option(
    "--allow-host",
    multiple=True,
    metavar="HOST",
    help="Servers that may have the API key, beside api.openai.com: host, host:port, or http://host:port.",
)
@option("--key-env", default="OPENAI_API_KEY", show_default=True, help="Variable that holds the API key.")
def command(
    queue: str,
    cache: str | None,
    threads: int,
    processes: int,
    scratch: Path | None,
    time_limit: float,
    grace: float,
    allow_host: tuple[str, ...],
    key_env: str,
) -> int:
    """Paint for others: take shots from a queue, until SIGTERM or ^C.

    Needs no project: fonts, captures and words come through the cache. The key of the images API is taken from this
    process's environment. Processes that die are replaced. SIGTERM and ^C begin no further shot and send no further
    request; what is begun is ended, and answers that are awaited are taken in.
    """
    from locstore.run.paid import hosts_of_user
    from locstore.run.queue import Supervisor, WorkerOptions, printable
    from locstore.run.queue.run_queued import open_run_state
    from locstore.run.queue.supervisor import log_time

    if cache is None:
        raise UsageError("Give the worker the cache of the projects: --cache, or LOCSTORE_CACHE.")
    run_state = open_run_state(queue, patience=0)
    address = run_state.address
    run_state.close()
    named = [host for given in allow_host for host in given.replace(",", " ").split()]
    count = processes or os.cpu_count() or 1
    options = WorkerOptions(
        address=address,
        cache=_absolute(cache),
        scratch=(scratch or _scratch()).absolute(),
        threads=threads,
        processes=count,
        limit=time_limit,
        grace=grace,
        hosts=("api.openai.com", *named, *hosts_of_user(os.environ)),
        key_env=key_env,
    )
    click.echo(
        f"Working for {address.display_url} with {count} process{'' if count == 1 else 'es'} of {threads}; cache "
        f"{_shown(options.cache)}.",
        err=True,
    )
    Supervisor(options, lambda line: click.echo(f"{log_time()} locstore worker: {printable(line)}", err=True)).run()
    return 0


def _absolute(cache: str) -> str:
    return cache if "://" in cache else str(Path(cache).expanduser().absolute())


def _shown(cache: str) -> str:
    """Without what may be secret in a URL."""
    parts = urlsplit(cache)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}" if "://" in cache else cache


def _scratch() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "locstore" / "worker"
