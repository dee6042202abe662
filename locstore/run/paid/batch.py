"""The second half of a batch: sent, found again after a crash, and its pictures taken into the cache.

Every step is in the book before the next one begins, so that a run that is killed anywhere goes on where it was:

    writing    its file is being written          -> dropped: nothing has left
    written    the file is whole                  -> sent (a file that was sent already costs nothing)
    uploaded   the server has the file            -> a batch is asked for
    creating   the server may have been asked     -> looked for by its metadata, then asked for
    created    the server works on it             -> polled; its lines are taken in, each once
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from locstore.cache import PictureStore
from locstore.errors import EnvironmentProblem
from locstore.findings import Finding
from locstore.paint.images import CallResult, ImagesConfig, Secret
from locstore.paint.images.batch import BatchClient, BatchRefused, BatchStatus, BatchUnclear
from locstore.paint.images.batch_lines import BatchAnswer, read_batch_line
from locstore.run.paid.answers import AnswerStore
from locstore.run.paid.batch_payments import BatchPaymentLedger, Part, PartState
from locstore.run.paid.batch_requests import drop_part
from locstore.run.paid.payments import CODE_OF, STATE_OF, CallState
from locstore.run.paid.request import billed_dollars

METADATA = _RUN, _PART = "locstore_run", "locstore_part"  # by which a batch is found again
_ASKS = 3
_LOOKS = 3
_GIVEN_UP = frozenset({"cancelled", "cancelling"})
_NEVER = "never sent"
_REMEMBER = 16  # lines after which the place in the server's file is written down
_FAR_BACK = 3 * 86_400.0  # seconds; the server's clock may be another


@dataclasses.dataclass(slots=True)
class Taken:
    """What a look at the server brought.

    `open` are pictures that it still works on, by its own count `worked`; `stuck` is whether it did not tell of a
    batch. `billed` is in US dollars, over `told` pictures.
    """

    done: int = 0
    failed: int = 0
    open: int = 0
    worked: int = 0
    billed: float = 0.0
    told: int = 0
    stuck: bool = False
    findings: list[Finding] = dataclasses.field(default_factory=list)


class Batches:
    """The batches of one project. One process at a time submits or collects; the caller has the lock of `folder`."""

    def __init__(
        self,
        *,
        config: ImagesConfig,
        key: Secret,
        client: BatchClient,
        store: PictureStore,
        book: BatchPaymentLedger,
        folder: Path,
        wait: Callable[[float], None] | None = None,
    ) -> None:
        self._config, self._key, self._client = config, key, client
        self._store, self._book, self._folder = store, book, folder
        self._wait = wait or time.sleep
        self._answers = AnswerStore(folder.parent / "answers")
        self.recovered: list[Finding] = []  # about batches that the payments file had lost

    def send(self, name: str | None = None) -> list[Finding]:
        """Bring every part of a run, or of all, to the server; also those of a run that was killed on the way.

        Raises EnvironmentProblem; what is done by then stays done.
        """
        findings: list[Finding] = []
        self._tidy()
        for part in self._book.parts(name):
            if part.state is PartState.WRITING:
                self._settle(part, CallState.FAILED, _NEVER)
            elif part.state not in (PartState.CREATED, PartState.SETTLED):
                try:
                    self._send(part)
                except BatchRefused as error:
                    count = sum(1 for _ in self._book.open_calls(part))
                    self._settle(part, CallState.FAILED, f"the server refuses the batch: {error}")
                    message = f"The server refuses the batch {part.name} of {count} pictures: {error} Nothing was paid."
                    findings.append(Finding(code="run-batch-refused", message=message))
        return findings

    def look(self, name: str) -> Taken:
        """Ask how far a run has come, and take in what has ended. Raises EnvironmentProblem."""
        taken = Taken()
        for part in self._book.parts(name):
            if part.state is not PartState.CREATED:
                continue
            try:
                status = self._client.get(part.batch)
                if status.ended:
                    self._take(part, status, taken)
                    continue
                taken.worked += status.completed + status.failed
            except BatchRefused as error:
                # A proxy's 404 or another project's key says nothing of what became of the pictures.
                taken.stuck = True
                message = (
                    f"The server does not tell of the batch {part.name} ({part.batch}): {error} Nothing is changed by "
                    f"that. If its pictures are lost for good, `locstore runs forget {part.name}` says so; they may "
                    "have been paid for."
                )
                taken.findings.append(Finding(code="run-batch-unfinished", message=message))
            taken.open += sum(1 for _ in self._book.open_calls(part))
        return taken

    def cancel(self, name: str) -> None:
        """Ask for the end of a run; what is done by then is paid for and is taken in by the next `look`."""
        for part in self._book.parts(name):
            if part.state in (PartState.WRITING, PartState.WRITTEN, PartState.UPLOADED):
                self._settle(part, CallState.FAILED, _NEVER)
            elif part.state is PartState.CREATING:
                status = self._found(part)
                if status is None:
                    self._settle(part, CallState.FAILED, _NEVER)
                else:
                    self._book.move(part, PartState.CREATED, batch=status.id)
        for part in self._book.parts(name):
            if part.state is PartState.CREATED:
                self._client.cancel(part.batch)

    def _tidy(self) -> None:
        """Delete files that a killed process had done with."""
        parts = [part for part in self._book.parts() if part.state is not PartState.SETTLED]
        wanted = {name for part in parts for name in (part.lines_name, part.inputs_name)}
        for path in self._folder.glob("batch-*"):
            if path.name not in wanted:
                path.unlink(missing_ok=True)

    def _settle(self, part: Part, state: CallState, message: str) -> None:
        drop_part(self._book, self._folder, part, state, message)

    def _send(self, part: Part) -> None:
        if part.state is PartState.WRITTEN:
            lines = self._folder / part.lines_name
            if not lines.exists():
                raise BatchRefused("its file has been deleted.")
            file = self._client.upload(lines, f"locstore-{part.name}-{part.part}.jsonl")
            part = self._book.move(part, PartState.UPLOADED, file=file)
        # Asked for by a process that was killed before it could write down the answer, or not asked for yet.
        status = self._found(part) if part.state is PartState.CREATING else None
        if status is None:
            part = self._book.move(part, PartState.CREATING)
            status = self._create(part)
        self._book.move(part, PartState.CREATED, batch=status.id)
        (self._folder / part.lines_name).unlink(missing_ok=True)

    def _create(self, part: Part) -> BatchStatus:
        unclear = ""
        for _ in range(_ASKS):
            try:
                return self._client.create(part.file, part.endpoint, {_RUN: part.name, _PART: str(part.part)})
            except BatchUnclear as error:
                unclear = str(error)
                status = self._found(part)
                if status is not None:
                    return status
            except (EnvironmentProblem, BatchRefused) as error:
                if unclear:
                    # An earlier try may have made one that the list does not show yet: the next run looks again.
                    raise EnvironmentProblem(str(error)) from None
                if isinstance(error, EnvironmentProblem):
                    self._book.move(part, PartState.UPLOADED)
                raise
        raise EnvironmentProblem(
            f"The images API does not make the batch ({unclear}). `locstore run --attach {part.name}` goes on."
        )

    def _found(self, part: Part) -> BatchStatus | None:
        """The batch that an earlier request made, if it did: the oldest. Others of the part are not to be paid."""
        for look in range(_LOOKS):
            if look:
                self._wait(1.0)  # a list may be a moment behind
            mine = [
                status
                for status in self._client.batches(since=part.began - _FAR_BACK)
                if status.metadata.get(_RUN) == part.name and status.metadata.get(_PART) == str(part.part)
            ]
            if mine:
                first, *others = sorted(mine, key=lambda s: (s.state in _GIVEN_UP, s.created, s.id))
                for other in others:
                    if not other.ended:
                        self._client.cancel(other.id)
                return first
        return None

    def _take(self, part: Part, status: BatchStatus, taken: Taken) -> None:
        """Every line of the server's files, each once, then what nothing was said of."""
        if status.output_file is not None:
            for end in self._take_file(part, status.output_file, part.outputs, taken):
                part = self._book.took(part, outputs=end, errors=part.errors)
        if status.error_file is not None:
            for end in self._take_file(part, status.error_file, part.errors, taken):
                part = self._book.took(part, outputs=part.outputs, errors=end)
        rest = list(self._book.open_calls(part))
        unknown = status.state == "completed" and bool(rest)
        if rest:
            why = "; ".join(status.problems[:3]) or f"it is {status.state}"
            many = "1 picture" if len(rest) == 1 else f"{len(rest)} pictures"
            paid = (
                "They may have been paid for. Ask again with --retry-unknown."
                if unknown
                else "They were not paid for. Run with --batch again to ask for them."
            )
            message = f"The batch {part.name} ended without {many}: {why}. {paid}"
            taken.findings.append(Finding(code="run-batch-unfinished", message=message))
            taken.failed += len(rest)
        self._settle(part, CallState.UNKNOWN if unknown else CallState.FAILED, f"the batch is {status.state}")

    def _take_file(self, part: Part, file: str, start: int, taken: Taken) -> Iterator[int]:
        """Take in the lines from a byte on; from time to time, and at the end, the byte up to which that is done."""
        end = start
        for number, (end, line) in enumerate(self._client.lines(file, start), 1):
            answer = read_batch_line(line, self._config, self._key)
            if answer is not None:
                self._take_line(part, answer, taken)
            if number % _REMEMBER == 0:
                yield end
        yield end

    def _take_line(self, part: Part, answer: BatchAnswer, taken: Taken) -> None:
        found = self._book.place(part, answer.custom_id)
        if found is None:
            return  # taken in by an earlier look, or not ours
        place, _, shot = found
        key, reply = answer.custom_id, answer.reply
        data = reply.data
        if reply.result is CallResult.FETCH and reply.url is not None:
            data = self._client.fetch(reply.url)
        usage = dataclasses.asdict(reply.usage) if reply.usage else {}
        if data is not None:
            # First the bytes, then the word that they are there.
            self._store.put_new(key, data, self._inputs(part, place), usage)
            self._book.settle_line(part, key, CallState.DONE, usage=usage)
            taken.done += 1
            billed = billed_dollars(reply.usage, self._config, model=part.model, batch=True)
            taken.billed += billed or 0.0
            taken.told += billed is not None
            return
        if reply.answer is not None:
            self._answers.keep(key, reply.answer)
        state = CallState.UNKNOWN if reply.billed else STATE_OF.get(reply.result, CallState.UNKNOWN)
        self._book.settle_line(part, key, state, message=reply.message)
        message = reply.message or "The server said nothing of the picture."
        if state is CallState.UNKNOWN:
            message += " It may have been paid for. Ask again with --retry-unknown."
        taken.failed += 1
        taken.findings.append(Finding(code=CODE_OF[state], message=message, shot=shot))

    def _inputs(self, part: Part, place: int) -> dict[str, Any]:
        path = self._folder / part.inputs_name
        try:
            with path.open("rb") as stream:
                stream.seek(place)
                inputs: dict[str, Any] = json.loads(stream.readline())
        except (OSError, ValueError) as error:
            raise EnvironmentProblem(
                f"{path.as_posix()} cannot be read ({error}); its pictures cannot be kept without it. Restore it."
            ) from error
        return inputs
