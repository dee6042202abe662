"""Runs the server by hand, for benchmarks and for tests that kill things: its URL is the first line it prints."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from images_server.faults import ALL, spread
from images_server.server import ImagesServer
from images_server.settings import TEST_KEY, Settings


def rates(text: str) -> dict[str, float]:
    """`0.2` is a total over the usual faults; `http-500=0.1,hang=0.01` names them."""
    if "=" not in text:
        return spread(float(text))
    pairs = (pair.split("=", 1) for pair in text.split(","))
    return {name.strip(): float(rate) for name, rate in pairs}


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="images_server", description=__doc__, epilog=f"Faults: {', '.join(sorted(ALL))}.")
    p.add_argument("--port", type=int, default=0, help="0: a free one")
    p.add_argument("--dialect", choices=("openai", "gateway"), default="openai")
    p.add_argument("--mode", choices=("required", "allowed"), default="allowed", help="gateway: the field of this name")
    p.add_argument("--answer", choices=("b64_json", "url", "data-uri", "mixed"), default="b64_json")
    p.add_argument("--key", default=TEST_KEY, help="the only key that is taken")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--faults", type=rates, default={}, help="a total rate, or NAME=RATE,NAME=RATE")
    p.add_argument("--script", default="", help="the faults of the first, second, ... request: NAME,NAME,ok")
    p.add_argument("--delay", type=float, default=0.0, help="seconds from a request to its picture")
    p.add_argument("--wait", type=float, default=1.0, help="seconds that an injected 429 asks the client to wait")
    p.add_argument("--hang", type=float, default=600.0, help="seconds that a hanging request is held")
    p.add_argument("--drip", type=float, default=5.0, help="seconds that a slow answer takes")
    p.add_argument("--images-per-minute", type=int)
    p.add_argument("--tokens-per-minute", type=int)
    p.add_argument("--no-rate-headers", action="store_true", help="limits are enforced but not shown")
    p.add_argument("--bare", action="store_true", help="answers hold only what is not optional")
    p.add_argument("--flat", action="store_true", help="no words in the pictures: fast, for benchmarks")
    p.add_argument("--pad-to", type=int, default=0, metavar="BYTES", help="the least size of a PNG")
    p.add_argument("--misspell", type=float, default=0.0, help="the share of headlines with a spelling mistake")
    p.add_argument("--misspell-tries", type=int, default=1, help="how many pictures of such a headline have one")
    p.add_argument("--log", type=Path, help="where the requests are logged, a JSON object a line")
    return p


async def serve(settings: Settings) -> None:
    done = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, done.set)
    async with ImagesServer(settings) as server:
        print(server.url, flush=True)
        await done.wait()


def main(arguments: list[str] | None = None) -> None:
    given = parser().parse_args(arguments)
    settings = Settings(
        dialect=given.dialect,
        mode=given.mode,
        answer=given.answer,
        key=given.key,
        seed=given.seed,
        faults=given.faults,
        script=tuple(name for name in given.script.split(",") if name),
        delay=given.delay,
        wait=given.wait,
        hang=given.hang,
        drip=given.drip,
        images_per_minute=given.images_per_minute,
        tokens_per_minute=given.tokens_per_minute,
        rate_headers=not given.no_rate_headers,
        bare=given.bare,
        words=not given.flat,
        pad_to=given.pad_to,
        misspell=given.misspell,
        misspell_tries=given.misspell_tries,
        log=given.log,
        port=given.port,
    )
    try:
        asyncio.run(serve(settings))
    except (OSError, ValueError) as problem:
        sys.exit(f"images_server: {problem}")


if __name__ == "__main__":
    main()
