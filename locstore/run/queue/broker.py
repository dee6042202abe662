"""The engine: dramatiq over Redis. It delivers messages, delivers those of dead workers again, and sends heartbeats.

Its times are those of the machine that asks, so the clocks of workers must agree: `check_clock` refuses others.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from locstore.errors import EnvironmentProblem
from locstore.run.queue.connection import need_packages
from locstore.run.queue.run_state import NAMESPACE, RunState
from locstore.version import __version__

if TYPE_CHECKING:
    from dramatiq.brokers.redis import RedisBroker

_ACTOR = "paint"
_DEAD_LETTERS = 86_400_000  # milliseconds; a message that cannot be read is kept for whoever looks for it
_POLL = 500  # milliseconds between looks at an empty queue, and between heartbeats
_CLOCKS_APART = 5.0  # seconds


def queue_name(version: str = __version__) -> str:
    """Workers of another version paint differently: each version has a queue of its own."""
    return "shots-" + re.sub(r"[^A-Za-z0-9]+", "-", version)


def make_broker(run_state: RunState, *, works: bool) -> RedisBroker:
    """The engine's broker. Only one that `works` looks for dead workers, with every command."""
    need_packages()
    from dramatiq.brokers.redis import RedisBroker
    from dramatiq.middleware import Retries

    return RedisBroker(  # type: ignore[no-untyped-call]
        client=run_state.client,
        middleware=[Retries(max_retries=0)],  # tries are counted in RunState
        namespace=NAMESPACE,
        heartbeat_timeout=round(run_state.dead_after * 1000),
        maintenance_chance=1_000_000 if works else 0,
        dead_message_ttl=_DEAD_LETTERS,
    )


def check_clock(run_state: RunState) -> None:
    """Raises EnvironmentProblem if this machine's clock and Redis's differ: living workers would look dead."""
    before = time.time()
    there = run_state.now() / 1000
    apart = there - (before + time.time()) / 2
    if abs(apart) > _CLOCKS_APART:
        raise EnvironmentProblem(
            f"The clock of this machine is {abs(apart):.0f} s {'behind' if apart > 0 else 'ahead of'} the clock of "
            f"Redis at {run_state.address.display_url}. Set both by NTP: by them it is told which workers are alive."
        )


def put(broker: RedisBroker, run_state: RunState, shots: Iterable[tuple[str, int]]) -> None:
    """Put shots, (run, index), into the queue. Raises EnvironmentProblem."""
    from dramatiq.message import Message

    with run_state.reached():
        for run, index in shots:
            broker.enqueue(
                Message(queue_name=queue_name(), actor_name=_ACTOR, args=(run, index), kwargs={}, options={})
            )


def listen(broker: RedisBroker, work: Callable[[str, int], None], threads: int) -> Any:
    """A worker of the engine, started, that calls `work` with each shot; no thread has more than one message."""
    import dramatiq
    from dramatiq.worker import Worker

    # Its log tells in tracebacks what our worker says in a line; why a shot failed is in RunState.
    logger = logging.getLogger("dramatiq")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    dramatiq.actor(actor_name=_ACTOR, queue_name=queue_name(), broker=broker)(work)
    worker = Worker(broker, worker_threads=threads, worker_timeout=_POLL)
    worker.queue_prefetch = threads
    worker.start()
    return worker
