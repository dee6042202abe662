"""The first call of a run goes alone: a server that answers nothing usable is not paid for every shot."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

# Equal failures in a row after which a run stops.
MOST_EQUAL = 3


class Canary:
    """Lets calls out one at a time until one of them has brought a usable picture, and counts equal failures in a row.

    All its methods are for one event loop.
    """

    def __init__(self) -> None:
        self._proven = False
        self._alone = asyncio.Lock()
        self._last, self._count = "", 0

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """From before a call until its picture is judged: exclusive as long as no picture was usable."""
        if self._proven:
            yield
            return
        await self._alone.acquire()
        # While this one waited, another call may have brought a usable picture: then they go side by side.
        held = not self.proven
        if not held:
            self._alone.release()
        try:
            yield
        finally:
            if held:
                self._alone.release()

    @property
    def proven(self) -> bool:
        """Whether a call has brought a usable picture."""
        return self._proven

    def usable(self) -> None:
        """A call brought a picture that can be shown."""
        self._proven = True
        self._last, self._count = "", 0

    def failed(self, how: str) -> bool:
        """A call brought no usable picture; `how` says in which way. Returns whether the run has to stop."""
        self._count = self._count + 1 if how == self._last else 1
        self._last = how
        return self._count >= MOST_EQUAL
