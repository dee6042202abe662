"""What Redis knows of runs and shots beside the engine's messages; changed only by scripts that are safe to repeat."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any, cast

from locstore.run.queue.connection import QueueAddress, connect, redis_problems
from locstore.run.queue.records import Answer, Event, Lease, QueueBudget, RunRecord, event_of, run_record, texts
from locstore.version import __version__

if TYPE_CHECKING:
    import redis

KEEP = 7 * 86400  # seconds; how long a run that has ended can be attached to
ABANDONED = 30 * 86400  # seconds without news after which a run that has not ended is forgotten
MOST_TRIES = 3
DEAD_AFTER = 15.0  # seconds without a heartbeat of the engine

_ROOT = "locstore"
_RUN = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
_RUNS, _RUNS_BEGUN = f"{_ROOT}:runs", f"{_ROOT}:runs-begun"
_WORKERS = f"{_ROOT}:workers"  # hash: worker -> host, process, threads, version
NAMESPACE = f"{_ROOT}:queue"  # the engine's keys begin with it
HEARTBEATS = f"{NAMESPACE}:__heartbeats__"  # the engine's sorted set: worker -> when it was heard of last (ms)
_SCRIPTS = ("budget", "claim", "finish", "leave", "note", "rate_limit", "settle", "start")


def call_of(key: str) -> str:
    """Hash: what is known of the last call for a request."""
    return f"{_ROOT}:call:{key}"


def pace_of(scope: str) -> str:
    """Sorted set: requests of the last minute to one images API."""
    return f"{_ROOT}:pace:{scope}"


def once(operation: str) -> str:
    """Marks an operation on money as done, for a while: one that is repeated after a lost answer counts once."""
    return f"{_ROOT}:once:{operation}"


@dataclasses.dataclass(frozen=True, slots=True)
class RunKeys:
    """The keys of one run. Some keep the names that older versions gave them."""

    name: str

    def __post_init__(self) -> None:
        if not is_run_name(self.name):
            raise ValueError(f"{self.name[:60]!r} is no name of a run")

    def _key(self, part: str) -> str:
        return f"{_ROOT}:run:{self.name}:{part}"

    @property
    def facts(self) -> str:
        """Hash: total, state, counts, the digest of the RunSpec."""
        return self._key("facts")

    @property
    def chunks(self) -> str:
        """List of the digests of the chunks of tasks."""
        return self._key("sheets")

    @property
    def done(self) -> str:
        """Bitmap: which shots have come to an end."""
        return self._key("done")

    @property
    def painting(self) -> str:
        """Hash: shot -> worker that has begun it."""
        return self._key("held")

    @property
    def tries(self) -> str:
        """Hash: shot -> how often it was begun."""
        return self._key("tries")

    @property
    def why(self) -> str:
        """Hash: shot -> why its last try came to nothing."""
        return self._key("why")

    @property
    def events(self) -> str:
        """Stream: what became of each shot, and troubles."""
        return self._key("events")

    @property
    def budget(self) -> str:
        """Hash: limits and what is reserved and spent, in millionths of a dollar."""
        return self._key("purse")

    @property
    def unknown(self) -> str:
        """Set of request keys whose call of this run may have been billed."""
        return self._key("unknown")

    @property
    def shot_keys(self) -> tuple[str, ...]:
        """What the scripts of a shot are given."""
        return self.facts, self.done, self.painting, self.tries, self.why, self.events

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.shot_keys, self.chunks, self.budget, self.unknown)


def is_run_name(name: str) -> bool:
    return _RUN.fullmatch(name) is not None


def new_run_name(project: str) -> str:
    """A name that people can type: the project's, and a few digits."""
    plain = re.sub(r"[^a-z0-9]+", "-", project.lower()).strip("-")[:32].strip("-") or "run"
    if plain.startswith("batch"):
        plain = f"run-{plain}"  # batch-... is how runs with a provider's Batch API are called
    return f"{plain}-{secrets.token_hex(3)}"


class RunState:
    """The state of runs in Redis. Every method raises EnvironmentProblem when Redis cannot be used.

    `dead_after` is in seconds: a worker without a heartbeat of the engine for so long is dead.
    """

    def __init__(self, address: QueueAddress, *, patience: float = 30.0, dead_after: float = DEAD_AFTER) -> None:
        self.address, self.dead_after = address, dead_after
        self.client: redis.Redis = connect(address, patience=patience)
        folder = resources.files("locstore.run.queue") / "lua"
        self._scripts = {
            name: self.client.register_script((folder / f"{name}.lua").read_text(encoding="utf-8")) for name in _SCRIPTS
        }

    def script(self, name: str, keys: Sequence[str], arguments: Sequence[str | int | bytes]) -> Any:
        """What a script returns; it happens in Redis at once or not at all. Raises redis.RedisError."""
        return self._scripts[name](keys=list(keys), args=list(arguments))

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

    def now(self) -> int:
        """Redis's time in milliseconds."""
        with self.reached():
            seconds, microseconds = self.client.time()
        return seconds * 1000 + microseconds // 1000

    def create(
        self,
        run: str,
        *,
        project: str,
        painter: str,
        spec: str,
        chunks: Sequence[str],
        total: int,
        limits: QueueBudget,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """Write down a run; its shots are not in the queue yet. `options` are what it was planned with."""
        keys = RunKeys(run)
        facts: dict[str, str | int] = {
            "project": project,
            "painter": painter,
            "version": __version__,
            "options": json.dumps(options or {}, sort_keys=True),
            "kit": spec,
            "total": total,
            "queued": 0,
            "done": 0,
            "failed": 0,
            "state": "open",
            "began": self.now(),
        }
        with self.reached():
            number = self.client.incr(_RUNS_BEGUN)
            pipe = self.client.pipeline(transaction=True)
            pipe.delete(*keys.all)
            pipe.rpush(keys.chunks, *chunks)
            pipe.hset(keys.budget, mapping=cast("Any", limits.as_hash()))
            pipe.hset(keys.facts, mapping=cast("Any", facts))
            pipe.zadd(_RUNS, {run: number})
            for key in keys.all:
                pipe.expire(key, ABANDONED)
            pipe.execute()

    def note_queued(self, run: str, count: int) -> None:
        """The first `count` shots of a run are in the queue: what is not, `--attach` puts there."""
        with self.reached():
            self.client.hset(RunKeys(run).facts, "queued", str(count))

    def facts(self, run: str) -> RunRecord | None:
        """The state of a run; None if there is none of that name, or what is there was not written by locstore."""
        keys = RunKeys(run)
        with self.reached():
            pipe = self.client.pipeline(transaction=False)
            pipe.hgetall(keys.facts)
            pipe.hvals(keys.painting)
            pipe.llen(keys.chunks)
            pipe.hgetall(keys.budget)
            found, painting, chunks, budget = pipe.execute(raise_on_error=False)
        if not isinstance(found, dict) or not found or not isinstance(painting, list) or not isinstance(budget, dict):
            return None
        alive = self._alive({raw.decode(errors="replace") for raw in painting}) if painting else set()
        held = sum(raw.decode(errors="replace") in alive for raw in painting)
        try:
            return run_record(run, texts(found), held, int(chunks), texts(budget))
        except (ValueError, TypeError):
            return None

    def runs(self) -> list[RunRecord]:
        """The runs that Redis still knows, the newest first. What is no run is passed over."""
        with self.reached():
            members = cast("list[bytes]", self.client.zrevrange(_RUNS, 0, -1))
        known = [raw.decode(errors="replace") for raw in members]
        found = {run: self.facts(run) for run in known if is_run_name(run)}
        gone = [run for run, facts in found.items() if facts is None]
        if gone:
            with self.reached():
                self.client.zrem(_RUNS, *gone)
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
        """The server of the images API said that no further request may be sent."""
        with self.reached():
            self.client.hsetnx(RunKeys(run).facts, "halted", why[:300])

    def chunk(self, run: str, number: int) -> str | None:
        """The digest of a chunk of tasks."""
        with self.reached():
            found = cast("bytes | None", self.client.lindex(RunKeys(run).chunks, number))
        return found.decode(errors="replace") if found else None

    def unknown_calls(self, run: str) -> list[str]:
        """Request keys whose call of this run may have been billed and brought no picture."""
        with self.reached():
            members = cast("set[bytes]", self.client.smembers(RunKeys(run).unknown))
        return sorted(raw.decode(errors="replace") for raw in members)

    def add_worker(self, worker: str, what: Mapping[str, Any]) -> None:
        """A worker process begins. Entries of dead ones are removed."""
        with self.reached():
            known = {raw.decode(errors="replace") for raw in cast("list[bytes]", self.client.hkeys(_WORKERS))}
            dead = known - self._alive(known)
            if dead:
                self.client.hdel(_WORKERS, *dead)
            self.client.hset(_WORKERS, worker, json.dumps(what, sort_keys=True))

    def remove_worker(self, worker: str) -> None:
        """A worker process has ended."""
        with self.reached():
            self.client.hdel(_WORKERS, worker)

    def workers(self) -> dict[str, int]:
        """How many worker processes live, by version."""
        with self.reached():
            found = cast("dict[bytes, bytes]", self.client.hgetall(_WORKERS))
        named = {raw.decode(errors="replace"): value for raw, value in found.items()}
        counts: dict[str, int] = {}
        for worker in self._alive(set(named)):
            with contextlib.suppress(ValueError, AttributeError):  # what somebody else has written there
                version = str(json.loads(named[worker]).get("version"))[:40]
                counts[version] = counts.get(version, 0) + 1
        return counts

    def _alive(self, workers: set[str]) -> set[str]:
        """Those of the workers of which the engine has heard lately."""
        if not workers:
            return set()
        since = self.now() - self.dead_after * 1000
        with self.reached():
            living = cast("list[bytes]", self.client.zrangebyscore(HEARTBEATS, since, "+inf"))
        return workers & {raw.decode(errors="replace") for raw in living}

    def start(self, worker: str, run: str, index: int) -> tuple[Answer, str, Lease]:
        """Begin a shot that was delivered; with `go`, `halted` and `poison` it is the worker's to end or leave."""
        keys = RunKeys(run)
        with self.reached():
            answer, text = self.script("start", keys.shot_keys[:5], [index, worker, MOST_TRIES])
        lease = Lease(worker, run, index, secrets.token_hex(4))
        return cast("Answer", answer.decode()), text.decode(errors="replace"), lease

    def finish(
        self, lease: Lease, result: str, *, failed: bool, sent: int = 0, cached: int = 0, repairs: int = 0
    ) -> bool:
        """A shot has come to its end; False if its end was told before."""
        arguments: list[str | int | bytes] = [lease.index, result, int(failed), sent, cached, repairs, KEEP]
        with self.reached():
            return bool(self.script("finish", RunKeys(lease.run).all, arguments))

    def leave(self, lease: Lease, why: str, *, counts: bool, trouble: str = "") -> bool:
        """Give a shot back unfinished; returns whether it has to be put into the queue again."""
        arguments: list[str | int | bytes] = [lease.index, lease.worker, why[:500], int(counts), trouble[:500]]
        with self.reached():
            return bool(self.script("leave", RunKeys(lease.run).shot_keys, arguments))

    def events(self, run: str, after: str, *, wait: float) -> list[Event]:
        """What happened since the event `after` ('0' for all); waits up to `wait` seconds for something."""
        keys = RunKeys(run)
        with self.reached():
            found = self.client.xread({keys.events: after}, count=200, block=max(1, round(wait * 1000)))
        rows = cast("list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]", found or [])
        return [event_of(raw, fields) for _, entries in rows for raw, fields in entries]
