"""The first half of a batch: requests into files and into the book. Nothing leaves here."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
from collections.abc import Iterable
from pathlib import Path

from locstore.cache import PictureStore, canonical_json
from locstore.errors import EnvironmentProblem
from locstore.findings import Finding
from locstore.paint.images import ImageRequest, ImagesConfig, ReferenceProblem
from locstore.paint.images.batch_lines import ENDPOINTS, MOST_BYTES, MOST_LINES, batch_line
from locstore.prompt.price import batch_factor
from locstore.run.paid.batch_payments import BatchPaymentLedger, Part, PartState, Wanted
from locstore.run.paid.budget import LocalBudget
from locstore.run.paid.payments import CallState, Claim
from locstore.run.paid.request import Kind, Prepared

_CLAIMED = 64  # pictures that are claimed in one transaction
_HELD = 16_000_000  # bytes of lines that wait for it


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """What a file of lines may hold."""

    lines: int = MOST_LINES
    bytes: int = MOST_BYTES


@dataclasses.dataclass(slots=True)
class Submitted:
    """What became of the pictures that were wanted.

    `cached` ones are here, `waiting` ones with another run or batch, `refused` and `unknown` ones are not asked for.
    `dollars` is the estimate at the batch's price; `stopped` says which limit ended it.
    """

    submitted: int = 0
    cached: int = 0
    waiting: int = 0
    refused: int = 0
    unknown: int = 0
    dollars: float = 0.0
    stopped: str = ""
    findings: list[Finding] = dataclasses.field(default_factory=list)


class _Draft:
    """A part whose file is being written; `count` and `size` are as if all that is held were claimed."""

    def __init__(self, part: Part, folder: Path, opened: contextlib.ExitStack) -> None:
        self.part = part
        self.count = self.size = self.waiting = self.written = 0
        self.held: list[tuple[Wanted, bytes]] = []
        self._lines = opened.enter_context((folder / part.lines_name).open("wb"))
        self._inputs = opened.enter_context((folder / part.inputs_name).open("wb"))

    @property
    def is_full(self) -> bool:
        """Whether what is held is worth a transaction."""
        return len(self.held) >= _CLAIMED or self.waiting > _HELD

    def hold(self, key: str, shot: str, request: ImageRequest, line: bytes, dollars: float | None) -> None:
        place = self._inputs.tell()
        self._inputs.write(canonical_json(request.cache_inputs()) + b"\n")
        self.held.append((Wanted(key, shot, dollars, place), line))
        self.count += 1
        self.size += len(line)
        self.waiting += len(line)

    def release(self) -> list[tuple[Wanted, bytes]]:
        held, self.held, self.waiting = self.held, [], 0
        return held

    def write(self, line: bytes) -> None:
        self._lines.write(line)
        self.written += 1

    def close(self) -> None:
        """Wait for the disk: after a crash the server is sent what is there."""
        for stream in (self._lines, self._inputs):
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()


class BatchWriter:
    """Writes the parts of one run into `folder`, whose lock the caller has."""

    def __init__(
        self,
        name: str,
        *,
        kind: Kind,
        config: ImagesConfig,
        store: PictureStore,
        book: BatchPaymentLedger,
        folder: Path,
        budget: LocalBudget,
        bounds: Bounds,
        retry_unknown: bool,
    ) -> None:
        self._name, self._kind, self._config = name, kind, config
        self._store, self._book, self._folder = store, book, folder
        self._budget, self._bounds, self._retry_unknown = budget, bounds, retry_unknown
        self._factor = batch_factor(config.model, config.prices)
        self._seen: set[str] = set()
        self._drafts: dict[str, _Draft] = {}
        self._told = Submitted()

    def write(self, prepared: Iterable[Prepared]) -> Submitted:
        """Write and claim what is to be asked for; ends early when the budget has no room.

        Raises EnvironmentProblem for the disk, and what `prepared` raises; then nothing is claimed.
        """
        with contextlib.ExitStack() as opened:
            try:
                for one in prepared:
                    line = self._line(one)
                    if one.request is not None and line is not None and not self._take(one, one.request, line, opened):
                        break
                for draft in self._drafts.values():
                    self._seal(draft)
            except BaseException as error:
                for part in self._book.parts(self._name):
                    drop_part(self._book, self._folder, part, CallState.FAILED, "never sent")
                if isinstance(error, OSError):
                    raise EnvironmentProblem(
                        f"The batch cannot be written to {self._folder.as_posix()}: {error.strerror}. Nothing was sent."
                    ) from error
                raise
        return self._told

    def _line(self, one: Prepared) -> bytes | None:
        if one.result is not None:
            self._told.findings += one.result.findings
        if one.request is None or one.key in self._seen:
            return None
        self._seen.add(one.key)
        if one.key in self._store:
            self._told.cached += 1
            return None
        try:
            line = batch_line(one.key, one.request, self._config)
        except (ReferenceProblem, OSError, ValueError) as error:
            self._told.findings.append(Finding(code="run-cannot-ask", message=str(error), shot=one.task.shot.key))
            return None
        if len(line) > self._bounds.bytes:
            message = (
                f"This picture's request has {len(line):,} bytes with the pictures that the model is shown; a batch "
                f"takes {self._bounds.bytes:,}. Run it without --batch."
            )
            self._told.findings.append(Finding(code="run-batch-too-large", message=message, shot=one.task.shot.key))
            return None
        return line

    def _take(self, one: Prepared, request: ImageRequest, line: bytes, opened: contextlib.ExitStack) -> bool:
        """Put a line into the draft of its endpoint; False if the budget has no room for it."""
        dollars = None if one.dollars is None else one.dollars * self._factor
        over = self._budget.reserve(dollars)
        if over:
            # What is held may be another run's or parked, and gives its part of the budget back.
            for waiting in self._drafts.values():
                self._claim(waiting)
            over = self._budget.reserve(dollars)
        self._told.stopped = over or ""
        if over:
            return False
        endpoint = ENDPOINTS[request.endpoint]
        draft = self._drafts.get(endpoint)
        if draft and (draft.count >= self._bounds.lines or draft.size + len(line) > self._bounds.bytes):
            self._seal(self._drafts.pop(endpoint))
            draft = None
        if draft is None:
            draft = self._drafts[endpoint] = _Draft(self._begin(endpoint), self._folder, opened)
        draft.hold(one.key, one.task.shot.key, request, line, dollars)
        if draft.is_full:
            self._claim(draft)
        return True

    def _begin(self, endpoint: str) -> Part:
        number = len(self._book.parts(self._name)) + 1
        return self._book.begin(
            self._name, number, kind=self._kind, endpoint=endpoint, model=self._config.model, now=time.time()
        )

    def _claim(self, draft: _Draft) -> None:
        told, held = self._told, draft.release()
        wanted = [one for one, _ in held]
        claims = self._book.claim_for(draft.part, wanted, retry_unknown=self._retry_unknown)
        for (one, line), claim in zip(held, claims, strict=True):
            if claim is Claim.SEND:
                draft.write(line)
                told.submitted += 1
                told.dollars += one.estimate or 0.0
                continue
            self._budget.release(one.estimate)
            if claim is Claim.CACHED:
                told.cached += 1
            elif claim in (Claim.WAIT, Claim.IN_BATCH):
                told.waiting += 1
            elif claim is Claim.REFUSED:
                told.refused += 1
                message = "The server refused this very request before. Change the concept's words for the model."
                told.findings.append(Finding(code="run-call-refused", message=message, shot=one.shot))
            else:
                told.unknown += 1
                message = (
                    "An earlier call for this picture was cut off and may have been paid for. Ask again with "
                    "--retry-unknown."
                )
                told.findings.append(Finding(code="run-call-unknown", message=message, shot=one.shot))

    def _seal(self, draft: _Draft) -> None:
        self._claim(draft)
        draft.close()
        if draft.written:
            self._book.move(draft.part, PartState.WRITTEN)
        else:
            drop_part(self._book, self._folder, draft.part, CallState.FAILED, "never sent")


def drop_part(book: BatchPaymentLedger, folder: Path, part: Part, state: CallState, message: str) -> None:
    """Settle what nothing is known of as `state`, and delete the part's files."""
    book.settle_rest(part, state, message)
    for name in (part.lines_name, part.inputs_name):
        (folder / name).unlink(missing_ok=True)
