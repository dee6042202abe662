"""The queue's Redis: its address without the password, a client that outlives restarts, its errors in words."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from locstore.errors import EnvironmentProblem, UsageError

if TYPE_CHECKING:
    import redis

_CONNECT = 5.0  # seconds
_ANSWER = 20.0  # seconds; longer than any command that waits
_LONGEST_PAUSE = 2.0  # seconds between two tries to reach a Redis that is gone


@dataclasses.dataclass(frozen=True, slots=True)
class QueueAddress:
    """Where the queue is. `url` may hold a password and is in no message; `display_url` is what people see."""

    url: str = dataclasses.field(repr=False)
    display_url: str

    def __str__(self) -> str:
        return self.display_url


def read_address(url: str) -> QueueAddress:
    """The address in a redis://, rediss:// (TLS) or unix:// URL. Raises UsageError, without the URL in the message."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 6379
    except ValueError:
        raise UsageError("The queue's address is no URL. Write redis://host:6379/0.") from None
    if parts.scheme == "unix" and parts.path:
        return QueueAddress(url.strip(), f"unix://{parts.path}")
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise UsageError(
            "The queue's address must begin with redis://, rediss:// or unix:// and name a host, such as "
            "redis://127.0.0.1:6379/0."
        )
    number = parts.path.strip("/") or "0"
    if not re.fullmatch(r"\d{1,5}", number):
        raise UsageError("The path of the queue's address must be the number of a database, such as /0.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return QueueAddress(url.strip(), f"{parts.scheme}://{host}:{port}/{number}")


def connect(address: QueueAddress, *, patience: float, answer: float = _ANSWER) -> redis.Redis:
    """A client that tries for about `patience` seconds to reach a Redis that is restarting. Nothing is sent yet.

    What it repeats must not count twice: every script of the queue is safe to repeat.
    """
    need_packages()
    import redis
    from redis.backoff import EqualJitterBackoff
    from redis.retry import Retry

    tries = round(patience / _LONGEST_PAUSE * 4 / 3)
    try:
        client = redis.Redis.from_url(
            address.url,
            socket_connect_timeout=min(_CONNECT, answer),
            socket_timeout=answer,
            socket_keepalive=True,
            health_check_interval=30,
            retry=Retry(EqualJitterBackoff(cap=_LONGEST_PAUSE, base=0.05), tries),
            protocol=2,
        )
        client.connection_pool.make_connection()  # not opened yet; it looks at its options
    except (ValueError, TypeError):
        # Its own message would quote the URL.
        raise UsageError("The options after ? in the queue's address are not known to the Redis client.") from None
    return client


def need_packages() -> None:
    """Raises EnvironmentProblem if the packages of the queue are not installed."""
    missing = [name for name in ("redis", "dramatiq") if importlib.util.find_spec(name) is None]
    if missing:
        raise EnvironmentProblem(
            f"The queue needs {' and '.join(missing)}, not installed here. Install: pip install 'locstore[queue]'."
        )


def check_reachable(address: QueueAddress) -> None:
    """One try to reach Redis, of at most five seconds. Raises EnvironmentProblem; nothing was sent then."""
    client = connect(address, patience=0, answer=_CONNECT / 2)
    try:
        with redis_problems(address):
            client.ping()
    finally:
        client.close()


@contextlib.contextmanager
def redis_problems(address: QueueAddress) -> Iterator[None]:
    """Errors of Redis as EnvironmentProblem that names the server and never the password."""
    import redis

    try:
        yield
    except redis.AuthenticationError:
        raise EnvironmentProblem(
            f"{address.display_url} does not accept the user or password in the queue's URL."
        ) from None
    except (redis.ConnectionError, redis.TimeoutError) as error:
        raise EnvironmentProblem(
            f"Redis at {address.display_url} cannot be reached ({_plain(error, address)}). "
            "Start it, or correct --queue."
        ) from None
    except redis.RedisError as error:
        raise EnvironmentProblem(
            f"Redis at {address.display_url} refused a command: {_plain(error, address)}."
        ) from None


def _plain(error: Exception, address: QueueAddress) -> str:
    """An error's words without what stands in the URL."""
    text = " ".join(str(error).split()).rstrip(".")[:200] or type(error).__name__
    parts = urlsplit(address.url)
    for secret in (parts.password, parts.username):
        if secret:
            text = text.replace(secret, "***")
    return text
