"""The board: what Redis knows of runs, shots in hand and workers, changed only by scripts that are safe to repeat."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from locstore.run.queue import redis_keys
from locstore.run.queue.connection import QueueAddress, connect, redis_problems
from locstore.run.queue.records import (
    Answer,
    Event,
    Lease,
    QueueBudget,
    RunRecord,
    Timing,
    event_of,
    free_shots,
    run_record,
    texts,
)
from locstore.run.queue.redis_keys import RunKeys
from locstore.run.queue.scripts import Scripts
from locstore.version import __version__

KEEP = 7 * 86400  # seconds; how long a run that has ended can be attached to
MOST_TRIES = 3


class RunState:
    """Redis as the queue sees it. Every method raises EnvironmentProblem when Redis cannot be used."""

    def __init__(self, address: QueueAddress, *, patience: float = 30.0, timing: Timing | None = None) -> None:
        self.address = address
        self.timing = timing or Timing()
        self.client = connect(address, patience=patience)
        self.script = Scripts(self.client)

    @contextlib.contextmanager
    def reached(self) -> Iterator[None]:
        with redis_problems(self.address):
            yield

    def close(self) -> None:
        self.client.close()

    def settings(self) -> dict[str, str]:
        """What decides whether Redis may lose something: `appendonly`, `maxmemory_policy`; '' if it does not tell."""
        with self.reached():
            told = self.client.info()
        return {
            "appendonly": str(told.get("aof_enabled", "")),
            "maxmemory_policy": str(told.get("maxmemory_policy", "")),
        }

    def create(
        self, run: str, *, project: str, painter: str, spec: str, chunks: Sequence[str], total: int, limits: QueueBudget
    ) -> None:
        """Write down a run; its shots are not in the queue yet."""
        keys = RunKeys(run)
        facts: dict[str, str | int] = {
            "project": project,
            "painter": painter,
            "kit": spec,
            "total": total,
            "done": 0,
            "failed": 0,
            "state": "open",
        }
        with self.reached():
            began = int(self.script("heartbeat", [redis_keys.ALIVE, redis_keys.WHO], ["", ""]))
            number = self.client.incr(redis_keys.RUNS_BEGUN)
            pipe = self.client.pipeline(transaction=True)
            pipe.delete(*keys.all)
            pipe.rpush(keys.chunks, *chunks)
            pipe.hset(keys.budget, mapping=cast("Any", limits.as_hash()))
            pipe.hset(keys.facts, mapping=cast("Any", {**facts, "began": began}))
            pipe.zadd(redis_keys.RUNS, {run: number})
            pipe.execute()

    def facts(self, run: str) -> RunRecord | None:
        """How a run stands; None if there is none of that name any more."""
        keys = RunKeys(run)
        with self.reached():
            pipe = self.client.pipeline(transaction=False)
            pipe.hgetall(keys.facts)
            pipe.hlen(keys.held)
            pipe.llen(keys.chunks)
            pipe.hgetall(keys.budget)
            found, held, chunks, budget = pipe.execute()
        if not found:
            return None
        return run_record(run, texts(found), int(held), int(chunks), texts(budget))

    def runs(self) -> list[RunRecord]:
        """The runs that Redis still knows, the newest first."""
        with self.reached():
            known = [raw.decode() for raw in cast("list[bytes]", self.client.zrevrange(redis_keys.RUNS, 0, -1))]
        found = {run: self.facts(run) for run in known if redis_keys.is_run_name(run)}
        gone = [run for run, facts in found.items() if facts is None]
        if gone:
            with self.reached():
                self.client.zrem(redis_keys.RUNS, *gone)
        return [facts for facts in found.values() if facts is not None]

    def cancel(self, run: str) -> bool:
        """No further shot of the run is begun; returns whether it was open."""
        keys = RunKeys(run)
        with self.reached():
            if self.client.hget(keys.facts, "state") != b"open":
                return False
            pipe = self.client.pipeline(transaction=True)
            pipe.hset(keys.facts, "state", "cancelled")
            pipe.xadd(keys.events, {"kind": "cancelled", "index": "0", "text": ""})
            for key in keys.all:
                pipe.expire(key, KEEP)
            pipe.execute()
        return True

    def halt(self, run: str, why: str) -> None:
        """The server of the images API said that no request may leave any more."""
        with self.reached():
            self.client.hsetnx(RunKeys(run).facts, "halted", why[:300])

    def chunk(self, run: str, number: int) -> str | None:
        """The digest of a sheet of jobs."""
        with self.reached():
            found = cast("bytes | None", self.client.lindex(RunKeys(run).chunks, number))
        return found.decode() if found else None

    def unknown_calls(self, run: str) -> list[str]:
        """Request keys whose call of this run may have been paid for in vain."""
        with self.reached():
            return sorted(raw.decode() for raw in cast("set[bytes]", self.client.smembers(RunKeys(run).unknown)))

    def beat(self, worker: str, what: Mapping[str, Any]) -> int:
        """A worker process lives; returns Redis's time in milliseconds."""
        with self.reached():
            return int(
                self.script("heartbeat", [redis_keys.ALIVE, redis_keys.WHO], [worker, json.dumps(what, sort_keys=True)])
            )

    def now(self) -> int:
        """Redis's time in milliseconds."""
        with self.reached():
            return int(self.script("heartbeat", [redis_keys.ALIVE, redis_keys.WHO], ["", ""]))

    def leave_work(self, worker: str) -> None:
        """A worker process ends. One that has something in its hands is swept away like a dead one, with all of it."""
        with self.reached():
            if self.client.exists(redis_keys.leases_of(worker), redis_keys.sent_by(worker)):
                return
            pipe = self.client.pipeline(transaction=True)
            pipe.zrem(redis_keys.ALIVE, worker)
            pipe.hdel(redis_keys.WHO, worker)
            pipe.execute()

    def workers(self) -> int:
        """How many worker processes of this version were heard of lately."""
        with self.reached():
            silent = self.now() - round(self.timing.silence * 1000)
            living = cast("list[bytes]", self.client.zrangebyscore(redis_keys.ALIVE, silent, "+inf"))
            what = cast("list[bytes | None]", self.client.hmget(redis_keys.WHO, living)) if living else []
        return sum(json.loads(raw).get("version") == __version__ for raw in what if raw)

    def start(self, worker: str, run: str, index: int, *, nonce: str = "") -> tuple[Answer, str, Lease]:
        """Take a shot; only with `go`, `halted` and `poison` it is in our hands."""
        keys = RunKeys(run)
        lease = Lease(worker, run, index, nonce or secrets.token_hex(4))
        with self.reached():
            answer, text = self.script(
                "start",
                [keys.facts, keys.done, keys.held, keys.tries, keys.why, redis_keys.leases_of(worker)],
                [run, index, lease.text, MOST_TRIES],
            )
        return answer.decode(), text.decode(), lease

    def finish(
        self, lease: Lease, result: str, *, failed: bool, sent: int = 0, cached: int = 0, repairs: int = 0
    ) -> bool:
        """A shot has come to its end; False if somebody else had said so before."""
        keys = RunKeys(lease.run)
        with self.reached():
            return bool(
                self.script(
                    "finish",
                    [
                        *(keys.facts, keys.done, keys.held, keys.tries, keys.why),
                        *(redis_keys.leases_of(lease.worker), keys.events, keys.chunks, keys.budget, keys.unknown),
                    ],
                    [lease.run, lease.index, lease.text, result, int(failed), sent, cached, repairs, KEEP],
                )
            )

    def leave(self, lease: Lease, why: str, *, counts: bool, trouble: str = "") -> bool:
        """Give a shot back unfinished; returns whether it has to be put into the queue again."""
        keys = RunKeys(lease.run)
        with self.reached():
            return bool(
                self.script(
                    "leave",
                    [
                        *(keys.facts, keys.done, keys.held, keys.tries, keys.why),
                        *(redis_keys.leases_of(lease.worker), keys.events),
                    ],
                    [lease.run, lease.index, lease.text, why[:500], int(counts), trouble[:500]],
                )
            )

    def dead(self) -> list[tuple[str, str]] | None:
        """Worker processes that are dead, with the moment when each was heard of last; None: another looks now."""
        milliseconds = [round(seconds * 1000) for seconds in (self.timing.silence, self.timing.beat)]
        with self.reached():
            found = self.script("find_dead", [redis_keys.ALIVE, redis_keys.SUSPECTS, redis_keys.SWEEPING], milliseconds)
        texts = [value.decode() for value in found]
        return list(zip(texts[1::2], texts[2::2], strict=True)) if texts else None

    def reap(self, worker: str, heard: str) -> list[tuple[str, int]]:
        """The shots that a dead process held, to be put into the queue again before `forget`; its calls are unknown."""
        why = "the worker process that had it ended or fell silent"
        with self.reached():
            found = self.script(
                "reap",
                [redis_keys.ALIVE, redis_keys.leases_of(worker), redis_keys.sent_by(worker)],
                [worker, heard, why],
            )
        texts = [value.decode() for value in found]
        return [(run, int(index)) for run, index in zip(texts[::2], texts[1::2], strict=True)]

    def forget(self, worker: str, heard: str) -> None:
        """A dead process has nothing left."""
        with self.reached():
            keys = [redis_keys.ALIVE, redis_keys.WHO, redis_keys.SUSPECTS, redis_keys.leases_of(worker)]
            self.script("forget", keys, [worker, heard])

    def lost(self, run: str) -> list[int]:
        """Shots whose message must have been lost: nothing waits, nothing happens, and nobody has them."""
        keys = RunKeys(run)
        with self.reached():
            idle = round(self.timing.idle * 1000)
            if not self.script("idle", [keys.facts, keys.held, redis_keys.waiting_list()], [idle]):
                return []
            pipe = self.client.pipeline(transaction=True)
            pipe.hget(keys.facts, "total")
            pipe.get(keys.done)
            pipe.hkeys(keys.held)
            total, bits, held = pipe.execute()
        return free_shots(int(total), bits or b"", {int(raw) for raw in held})

    def events(self, run: str, after: str, *, wait: float) -> list[Event]:
        """What happened since the event `after` ('0' for all); waits up to `wait` seconds for something."""
        keys = RunKeys(run)
        with self.reached():
            found = self.client.xread({keys.events: after}, count=200, block=max(1, round(wait * 1000)))
        rows = cast("list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]", found or [])
        return [event_of(raw, fields) for _, entries in rows for raw, fields in entries]
