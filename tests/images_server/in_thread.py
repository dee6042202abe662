"""Runs the server in a thread of its own: what a test wants."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Iterator

from images_server.server import ImagesServer
from images_server.settings import Settings


@contextlib.contextmanager
def running(settings: Settings | None = None) -> Iterator[ImagesServer]:
    """A server in a thread of its own, for as long as the block lasts."""
    started: concurrent.futures.Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = concurrent.futures.Future()
    server = ImagesServer(settings)

    async def serve() -> None:
        async with server:
            done = asyncio.Event()
            started.set_result((asyncio.get_running_loop(), done))
            await done.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except OSError as error:
            # The port is taken, or the log cannot be written: the test must hear of it.
            if started.done():
                raise
            started.set_exception(error)

    thread = threading.Thread(target=run, name="images-server")
    thread.start()
    try:
        loop, done = started.result()
        try:
            yield server
        finally:
            loop.call_soon_threadsafe(done.set)
    finally:
        thread.join()
