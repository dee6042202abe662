"""`locstore runs`: list and cancel runs that are with a queue or a batch."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from locstore.cli.options import json_option, make_project, option, project_option
from locstore.cli.printing import print_json, print_table
from locstore.errors import UsageError

if TYPE_CHECKING:
    from locstore.run.paid.batch_run import BatchRun
    from locstore.run.queue import RunRecord


def _queue_option(command: Any) -> Any:
    return option("--queue", default=None, help="redis://host:6379/0; else the project's queue.")(command)


@click.group("runs", invoke_without_command=True)
@_queue_option
@json_option
@project_option
@click.pass_context
def command(context: click.Context, queue: str | None, as_json: bool, project_folder: Path) -> int:
    """List runs that are with a queue or a batch, the newest first; `locstore run --attach RUN` picks one up."""
    if context.invoked_subcommand is not None:
        return 0
    batches, address = _batches_and_address(queue, project_folder)
    runs: list[RunRecord] = []
    if address:
        from locstore.run.queue.run_queued import list_runs

        runs = list_runs(address)
    if as_json:
        print_json({"runs": [*map(_as_dict, runs), *map(_batch_as_dict, batches)]})
        return 0
    if not runs and not batches:
        where = "the queue nor with" if address else "a queue (none is named: --queue redis://host:6379/0) nor with"
        click.echo(f"No run is with {where} a batch.")
        return 0
    print_table(
        ("run", "project", "painter", "state", "done", "failed", "in hand", "began (UTC)", "billed"),
        [*map(_row, runs), *map(_batch_row, batches)],
    )
    return 0


def _batches_and_address(queue: str | None, project_folder: Path) -> tuple[list[BatchRun], str]:
    """The batches of the project, and the queue's address, '' for none. With --queue there need be no project."""
    try:
        project = make_project(project_folder)
    except UsageError:
        if queue is None:
            raise
        return [], queue
    from locstore.run.paid.batch_run import list_batches

    return list_batches(project), queue if queue is not None else project.config.queue


def _row(run: RunRecord) -> tuple[str, ...]:
    return (
        run.name,
        run.project,
        run.painter,
        "halted" if run.halted else run.state,
        f"{run.done}/{run.total}",
        str(run.failed),
        str(run.held),
        _began(run.began / 1000).strftime("%Y-%m-%d %H:%M"),
        "-" if run.painter == "local" else f"${run.billed:.2f}",
    )


def _batch_row(run: BatchRun) -> tuple[str, ...]:
    failed = run.pictures - run.open - run.done
    began = _began(run.began).strftime("%Y-%m-%d %H:%M")
    done = f"{run.done}/{run.pictures}"
    return run.name, "", run.painter, run.state, done, str(failed), str(run.open), began, f"about ${run.estimated:.2f}"


@command.command("cancel")
@click.argument("run")
@_queue_option
@json_option
@project_option
def cancel(run: str, queue: str | None, as_json: bool, project_folder: Path) -> int:
    """Begin no further shot of RUN; what workers, or the provider, have in hand comes to its end."""
    from locstore.run.paid.batch_payments import BATCH_RUN

    if run.startswith(BATCH_RUN):
        from locstore.run.paid.batch_run import cancel_batch

        cancel_batch(make_project(project_folder), run)
        cancelled = True
    else:
        from locstore.run.queue.run_queued import cancel_run

        cancelled = cancel_run(_address(queue, project_folder), run)
    if as_json:
        print_json({"run": run, "cancelled": cancelled})
    else:
        click.echo(f"Run {run} is cancelled." if cancelled else f"Run {run} had ended before.")
    return 0


@command.command("forget")
@click.argument("run")
@json_option
@project_option
def forget(run: str, as_json: bool, project_folder: Path) -> int:
    """Give up a batch that the provider does not tell of any more.

    Its pictures become unknown: they may have been paid for, and `locstore run --retry-unknown` asks for them again.
    """
    from locstore.run.paid.batch_run import forget_batch

    count = forget_batch(make_project(project_folder), run)
    if as_json:
        print_json({"run": run, "unknown": count})
    else:
        pictures = "1 picture is" if count == 1 else f"{count} pictures are"
        click.echo(f"The batch {run} is given up; {pictures} unknown. `locstore run --retry-unknown` asks again.")
    return 0


def _address(queue: str | None, project_folder: Path) -> str:
    if queue:
        return queue
    address = make_project(project_folder).config.queue
    if not address:
        raise UsageError("No queue is named. Give --queue redis://host:6379/0, LOCSTORE_QUEUE, or `queue` in the file.")
    return address


def _began(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _as_dict(run: RunRecord) -> dict[str, Any]:
    return {
        "run": run.name,
        "project": run.project,
        "painter": run.painter,
        "state": run.state,
        "halted": run.halted or None,
        "total": run.total,
        "done": run.done,
        "failed": run.failed,
        "in_hand": run.held,
        "began": _began(run.began / 1000).isoformat(timespec="seconds"),
        "sent": run.sent,
        "cached": run.cached,
        "estimated": run.estimated,
        "billed": run.billed,
    }


def _batch_as_dict(run: BatchRun) -> dict[str, Any]:
    return {
        "run": run.name,
        "painter": run.painter,
        "model": run.model,
        "state": run.state,
        "total": run.pictures,
        "done": run.done,
        "failed": run.pictures - run.open - run.done,
        "in_hand": run.open,
        "began": _began(run.began).isoformat(timespec="seconds"),
        "estimated": run.estimated,
    }
