"""What the queue's values are called in Redis, and which names of runs are good."""

from __future__ import annotations

import dataclasses
import re
import secrets

from locstore.version import __version__

_ROOT = "locstore"
_RUN = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")

ALIVE = f"{_ROOT}:alive"  # sorted set: worker process -> when it was heard of last (ms, Redis's clock)
WHO = f"{_ROOT}:who"  # hash: worker process -> host, process id, threads
SUSPECTS = f"{_ROOT}:suspects"  # hash: silent worker process -> what was heard last at the look before
SWEEPING = f"{_ROOT}:sweeping"  # one looks for the dead at a time
RUNS = f"{_ROOT}:runs"  # sorted set: run -> which one it was since the beginning
RUNS_BEGUN = f"{_ROOT}:runs-begun"  # how many there have been: two may begin in one millisecond
NAMESPACE = f"{_ROOT}:queue"  # dramatiq's


def queue_name(version: str = __version__) -> str:
    """Workers of another version paint differently: each version has a queue of its own."""
    return "shots-" + re.sub(r"[^A-Za-z0-9]+", "-", version)


def waiting_list() -> str:
    """Where dramatiq keeps the messages that nobody has taken."""
    return f"{NAMESPACE}:{queue_name()}"


def leases_of(worker: str) -> str:
    """Set of `run index`: the shots that a worker process has in its hands."""
    return f"{_ROOT}:holds:{worker}"


def sent_by(worker: str) -> str:
    """Set of request keys: the paid calls that a worker process has in flight."""
    return f"{_ROOT}:sent:{worker}"


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
    """The keys of one run."""

    name: str

    def __post_init__(self) -> None:
        if not is_run_name(self.name):
            raise ValueError(f"{self.name[:60]!r} is no name of a run")

    def _key(self, part: str) -> str:
        return f"{_ROOT}:run:{self.name}:{part}"

    @property
    def facts(self) -> str:
        """Hash: total, state, counts, the digest of the kit."""
        return self._key("facts")

    @property
    def chunks(self) -> str:
        """List of digests of the sheets with the jobs."""
        return self._key("sheets")

    @property
    def done(self) -> str:
        """Bitmap: which shots have come to an end."""
        return self._key("done")

    @property
    def held(self) -> str:
        """Hash: shot -> who holds it."""
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
        """Set of request keys whose call of this run may have been paid."""
        return self._key("unknown")

    @property
    def all(self) -> tuple[str, ...]:
        return (
            self.facts,
            self.chunks,
            self.done,
            self.held,
            self.tries,
            self.why,
            self.events,
            self.budget,
            self.unknown,
        )


def is_run_name(name: str) -> bool:
    return _RUN.fullmatch(name) is not None


def new_run_name(project: str) -> str:
    """A name that people can type: the project's, and a few digits that make it one of its own."""
    plain = re.sub(r"[^a-z0-9]+", "-", project.lower()).strip("-")[:32].strip("-") or "run"
    if plain.startswith("batch"):
        plain = f"run-{plain}"  # batch-... is how runs with a provider's Batch API are called
    return f"{plain}-{secrets.token_hex(3)}"
