"""dramatiq over Redis as the queue needs it: quick to find the dead, and by Redis's clock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from dramatiq.brokers.redis import RedisBroker
from dramatiq.message import Message
from dramatiq.middleware import Retries

from locstore.run.queue import redis_keys

if TYPE_CHECKING:
    import redis

_ACTOR = "paint"
_DEAD_LETTERS = 86_400_000  # milliseconds; a message that failed is of use to somebody who looks for a while
_TOGETHER = 500
_POLL = 500  # milliseconds between looks at an empty queue


class ServerClock:
    """Redis's time, in milliseconds, between two looks at it: clocks of workers may differ, also by hours."""

    def __init__(self, ask: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ahead = ask() - clock() * 1000

    def set(self, milliseconds: int) -> None:
        """What Redis has just said."""
        self._ahead = milliseconds - self._clock() * 1000

    def __call__(self) -> int:
        return round(self._clock() * 1000 + self._ahead)


class QueueBroker(RedisBroker):
    """A RedisBroker whose heartbeats are in Redis's time, and that puts many messages at once."""

    def __init__(self, client: redis.Redis, clock: ServerClock, *, silence: float = 15.0) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            client=client,
            middleware=[Retries(max_retries=0)],  # the board counts tries
            namespace=redis_keys.NAMESPACE,
            heartbeat_timeout=round(silence * 1000),
            maintenance_chance=1_000_000,  # look for dead workers with every command
            dead_message_ttl=_DEAD_LETTERS,
        )
        self._server_time = clock

    def _dispatch(self, command: str) -> Callable[..., Any]:
        """As dramatiq's, which takes the time of the machine that asks."""

        def send(queue: str, *arguments: Any) -> Any:
            return self._send(self.client, command, queue, *arguments)

        return send

    def _send(self, client: redis.Redis, command: str, queue: str, *arguments: Any) -> Any:
        return self.scripts["dispatch"](
            keys=[self.namespace],
            args=[
                command,
                self._server_time(),
                queue,
                self.broker_id,
                self.heartbeat_timeout,
                self.dead_message_ttl,
                self._should_do_maintenance(command),
                self._max_unpack_size(),  # type: ignore[no-untyped-call]
                *arguments,
            ],
            client=client,
        )

    def put(self, shots: Iterable[tuple[str, int]]) -> None:
        """Put shots, (run, index), into the queue. Raises redis.RedisError."""
        rows = list(shots)
        queue = redis_keys.queue_name()
        for start in range(0, len(rows), _TOGETHER):
            pipe = self.client.pipeline(transaction=False)
            for run, index in rows[start : start + _TOGETHER]:
                own = str(uuid4())
                message: Message[None] = Message(
                    queue_name=queue,
                    actor_name=_ACTOR,
                    args=(run, index),
                    kwargs={},
                    options={"redis_message_id": own},
                )
                self._send(pipe, "enqueue", queue, own, message.encode())
            pipe.execute()


def listen(broker: QueueBroker, work: Callable[[str, int], None], threads: int) -> Any:
    """A dramatiq Worker, started, that calls `work` with each shot that it takes."""
    import dramatiq
    from dramatiq.worker import Worker

    # Its log tells in tracebacks what the worker says in a line; a shot that failed is on the board.
    logger = logging.getLogger("dramatiq")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    dramatiq.actor(actor_name=_ACTOR, queue_name=redis_keys.queue_name(), broker=broker)(work)
    worker = Worker(broker, worker_threads=threads, worker_timeout=_POLL)
    worker.start()
    return worker
