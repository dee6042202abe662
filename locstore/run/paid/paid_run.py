"""The paid run on one machine: keeps an ImageGenerator busy with tasks, ends it cleanly on ^C, SIGTERM or trouble."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple

from locstore.cache import PictureStore
from locstore.errors import EnvironmentProblem
from locstore.paint.images import ImagesClient, ImagesConfig, Secret
from locstore.processes import ENDING_SIGNALS, current_stop
from locstore.run.paid.budget import LocalBudget, Spending
from locstore.run.paid.generate import ENDS_RUN, GenerationStopped, ImageGenerator
from locstore.run.paid.payments import LocalPaymentLedger
from locstore.run.paid.rate_limit import LocalRateLimiter
from locstore.run.paid.request import Kind, Prepared
from locstore.run.pool import interrupts_held
from locstore.run.render import PaintSettings, Task, TaskResult

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

# Pictures that are somewhere between request and shelf for each call that is out: some are prepared and wait for their
# turn, some have come and wait to be finished. No call waits for the painting of another's picture before that.
_ROOM = 5
_BATCH = 8
_WRITERS = 4


class PaidRun:
    """One run of the images or backdrop painter over some jobs."""

    def __init__(
        self,
        *,
        config: ImagesConfig,
        kind: Kind,
        key: Secret,
        settings: PaintSettings,
        store: PictureStore,
        book: LocalPaymentLedger,
        budget: LocalBudget,
        pool: Executor,
        on_result: Callable[[TaskResult], None],
        retry_unknown: bool,
        seed: int | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self._pool, self._budget, self._on_result = pool, budget, on_result
        self._interrupted = False
        self._problem: Exception | None = None
        self._room = asyncio.Semaphore(config.concurrency * _ROOM)
        # SQLite and fsync wait for the disk: in threads, so that the loop never does. Pictures have some of their own,
        # for those that wait to be written are what fills the memory.
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._writers = ThreadPoolExecutor(_WRITERS, thread_name_prefix="cache")
        self._client = ImagesClient(config, key)
        self._generator = ImageGenerator(
            config=config,
            kind=kind,
            settings=settings,
            store=store,
            book=book,
            budget=budget,
            rate_limiter=LocalRateLimiter(images=config.images_per_minute, tokens=config.tokens_per_minute),
            client=self._client,
            compute=self._in_pool,
            disk=self._disk,
            writers=self._writers,
            retry_unknown=retry_unknown,
            seed=seed,
            say=say,
        )

    def run(self, tasks: Sequence[Task]) -> Spending:
        """Ask for every task's picture and write it.

        Raises KeyboardInterrupt after ^C or SIGTERM, EnvironmentProblem or BrokenProcessPool when the disk or a worker
        fails; both when the calls in flight are in.
        """
        try:
            asyncio.run(self._run(tasks))
        except asyncio.CancelledError:
            if not self._interrupted:
                raise
        finally:
            self._writers.shutdown()
            self._disk.shutdown()
        spent = self._generator.spent
        self._budget.tell(spent)
        if self._interrupted:
            raise KeyboardInterrupt
        if self._problem is not None:
            raise self._with_kept(self._problem)
        return spent

    def _with_kept(self, problem: Exception) -> Exception:
        """The problem that ended the run, with where the pictures are that the cache could not take."""
        kept = self._generator.kept
        if not kept or not isinstance(problem, EnvironmentProblem):
            return problem
        pictures = "1 picture that is paid for is" if len(kept) == 1 else f"{len(kept)} pictures that are paid for are"
        return EnvironmentProblem(
            f"{problem} {pictures} kept in {kept[0].parent.as_posix()}; the next run takes them from there."
        )

    async def _run(self, tasks: Sequence[Task]) -> None:
        with self._interruptible():
            async with self._client, asyncio.TaskGroup() as pictures:
                with self._held():
                    for start in range(0, len(tasks), _BATCH):
                        if self._generator.halted:
                            break
                        for prepared in await self._generator.prepare(tuple(tasks[start : start + _BATCH])):
                            await self._room.acquire()
                            pictures.create_task(self._make(prepared))

    async def _make(self, prepared: Prepared) -> None:
        try:
            with self._held(), contextlib.suppress(GenerationStopped):
                self._on_result(await self._generator.make(prepared))
        finally:
            self._room.release()

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """The first ^C or SIGTERM lets nothing more leave and waits for what is in flight, for it is paid.

        A second one ends the run at once.
        """
        loop = asyncio.get_running_loop()
        main = asyncio.current_task()

        def interrupted() -> None:
            if self._interrupted and main is not None:
                main.cancel()
            self._interrupted = True
            self._generator.halt("interrupted")

        # A signal that is ignored, as ^C is in the background of a shell, stays ignored.
        handlers = {number: before for number in ENDING_SIGNALS if callable(before := signal.getsignal(number))}
        try:
            for number in handlers:
                loop.add_signal_handler(number, interrupted)
        except (NotImplementedError, RuntimeError):
            # Windows, where ^C cancels at once and the calls in flight are unknown; or not the main thread, to which
            # somebody who waits for it passes ^C on.
            if (stop := current_stop()) is not None:
                stop.on_press(lambda: loop.call_soon_threadsafe(interrupted))
            yield
            return
        try:
            yield
        finally:
            for number, before in handlers.items():
                loop.remove_signal_handler(number)
                signal.signal(number, before)

    @contextlib.contextmanager
    def _held(self) -> Iterator[None]:
        """A problem with the environment ends the run, but not the other calls: they are paid."""
        try:
            yield
        except ENDS_RUN as problem:
            self._problem = self._problem or problem
            self._generator.halt(str(problem))

    def _in_pool(self, work: Callable[[*Ts], T], /, *args: *Ts) -> asyncio.Future[T]:
        # It may start a worker, which must not hear ^C before it can ignore it.
        with interrupts_held():
            return asyncio.get_running_loop().run_in_executor(self._pool, work, *args)
