"""The queue's Lua scripts: each change of more than one value happens in Redis, at once or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import redis

_NAMES = (
    "heartbeat",
    "reap",
    "claim",
    "finish",
    "forget",
    "idle",
    "leave",
    "note",
    "rate_limit",
    "budget",
    "settle",
    "start",
    "find_dead",
)


class Scripts:
    """Runs a script by its name; Redis keeps them by digest and is sent the text again after a restart."""

    def __init__(self, client: redis.Redis) -> None:
        folder = resources.files("locstore.run.queue") / "lua"
        self._scripts = {
            name: client.register_script((folder / f"{name}.lua").read_text(encoding="utf-8")) for name in _NAMES
        }

    def __call__(self, name: str, keys: Sequence[str], arguments: Sequence[str | int | bytes]) -> Any:
        """What the script returns. Raises redis.RedisError."""
        return self._scripts[name](keys=list(keys), args=list(arguments))
