"""Batches that the payments file has lost: found by their files of inputs, and by the provider's own list.

While a batch is out, `.locstore/batches/` has a file with the inputs of each of its pictures. If the payments file does
not know such a file (it was deleted, or damaged), the provider is asked for the batch before anything is sent, and the
batch is written down again: its pictures are not paid for twice.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locstore.cache import image_key
from locstore.findings import Finding, Severity
from locstore.run.paid.batch_payments import BatchPaymentLedger, Wanted
from locstore.run.paid.request import Kind

if TYPE_CHECKING:
    from locstore.paint.images.batch import BatchClient

_INPUTS = re.compile(r"(batch-[0-9a-f]+)-(\d{1,4})\.inputs")
_FAR_BACK = 30 * 86_400.0  # seconds; providers keep a batch's answers for about a month


def lost_parts(ledger: BatchPaymentLedger, folder: Path) -> dict[tuple[str, int], Path]:
    """The files of inputs of parts that the ledger does not know, by the run's name and the part's number."""
    known = {(part.name, part.part) for part in ledger.parts()}
    found = {
        (match[1], int(match[2])): path
        for path in sorted(folder.glob("batch-*.inputs"))
        if (match := _INPUTS.fullmatch(path.name))
    }
    return {place: path for place, path in found.items() if place not in known}


def recover_batches(
    ledger: BatchPaymentLedger, client: BatchClient, folder: Path, metadata: tuple[str, str], kind: Kind
) -> list[Finding]:
    """Write down again what the provider has of lost parts. The caller has the lock of `folder`.

    `metadata` are the names under which the provider knows a run and the number of a part. Raises EnvironmentProblem
    if the provider cannot be asked: then nothing may be sent.
    """
    lost = lost_parts(ledger, folder)
    if not lost:
        return []
    findings = []
    oldest = min(path.stat().st_mtime for path in lost.values())
    for status in client.batches(since=min(oldest, time.time()) - _FAR_BACK):
        place = _place(status.metadata, metadata)
        path = lost.pop(place, None) if place is not None else None
        if place is None or path is None:
            continue
        wanted, model = _read_inputs(path)
        part = ledger.begin(place[0], place[1], kind=kind, endpoint="", model=model, now=status.created)
        ledger.adopt(part, status.id, wanted)
        message = (
            f"The batch {place[0]} was not in the payments file any more. The provider has it, with "
            f"{len(wanted)} pictures; `locstore run --attach {place[0]}` takes them in."
        )
        findings.append(Finding(code="run-payments-recovered", message=message, severity=Severity.WARNING))
    return findings


def _place(told: Mapping[str, str], metadata: tuple[str, str]) -> tuple[str, int] | None:
    name, number = (told.get(field, "") for field in metadata)
    return (name, int(number)) if name and number.isdigit() else None


def _read_inputs(path: Path) -> tuple[list[Wanted], str]:
    """The pictures of a file of inputs, and their model. A last line that was cut short is left out."""
    wanted: dict[str, Wanted] = {}
    model, place = "", 0
    with path.open("rb") as stream:
        for line in stream:
            try:
                inputs: dict[str, Any] = json.loads(line)
            except ValueError:
                break
            key = image_key(inputs)
            wanted[key] = Wanted(key, "", None, place)
            model = str(inputs.get("model") or model)
            place += len(line)
    return list(wanted.values()), model
