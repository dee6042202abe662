"""How long a paid picture takes to come from the cache: a folder, and a bucket behind S3's protocol on loopback.

    python benchmarks/cache.py            # moto's S3 server in a process of its own; the default is 40 pictures
    python benchmarks/cache.py --url s3://bucket/prefix   # a real bucket, with the environment's credentials

A hit in a bucket is one request for the side file and one for the picture, its digest checked; the first one on a
machine also writes the copy, later ones read the copy. `bare requests` are the same two objects, fetched from the
server on loopback by http.client: what is left of a hit is ours. Figures are medians, in milliseconds a picture; all
stores get the same pictures, in turns, so that a busy machine slows all of them.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from locstore.cache import FileStore, ReadThroughStore, image_key, open_store

_ANYBODY = "AWS4-HMAC-SHA256 Credential=benchmark/20260101/us-east-1/s3/aws4_request"  # the server checks no more
_SIZES = {"typical, 0.6 MB": 600_000, "large, 3 MB": 3_000_000}


@contextmanager
def s3_server() -> Iterator[str]:
    """An S3 server, moto, in a process of its own: in ours it would take turns with us."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port)
                connection.request("PUT", "/benchmark")
                assert connection.getresponse().status == 200
                break
            except ConnectionError:
                time.sleep(0.1)
        os.environ |= {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "benchmark",
            "AWS_SECRET_ACCESS_KEY": "benchmark",
            "AWS_REGION": "us-east-1",
            "NO_PROXY": "127.0.0.1",
        }
        yield "s3://benchmark/cache"
    finally:
        server.terminate()
        server.wait()


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def bare(url: str, names: list[str]) -> Callable[[], object]:
    """The same objects without any store."""
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["AWS_ENDPOINT_URL"].rpartition(":")[2]))

    def fetch() -> None:
        for name in names:
            connection.request("GET", f"/{bucket}/{prefix}/{name}", headers={"Authorization": _ANYBODY})
            assert connection.getresponse().read()

    fetch()  # the connection is made
    return fetch


def measure(url: str, folder: Path, size: int, count: int) -> dict[str, list[float]]:
    chance = random.Random(size)
    files = FileStore(folder / "files")
    writer = open_store(url, folder / "writer")
    reader = open_store(url, folder / "reader")
    assert isinstance(writer, ReadThroughStore)
    assert isinstance(reader, ReadThroughStore)
    cloud = reader.shared
    found: dict[str, list[float]] = {}
    for number in range(count):
        inputs = {"benchmark": f"{size}/{number}/{chance.random()}"}
        key, data = image_key(inputs), chance.randbytes(size)
        steps: dict[str, Callable[[], object]] = {
            "put, folder": lambda key=key, data=data, inputs=inputs: files.put_new(key, data, inputs, {}),  # type: ignore[misc]
            "put, bucket": lambda key=key, data=data, inputs=inputs: writer.put_new(key, data, inputs, {}),  # type: ignore[misc]
            "hit, folder": lambda key=key: files.get(key),  # type: ignore[misc]
            "hit, bucket": lambda key=key: cloud.get(key),  # type: ignore[misc]
            "hit, bucket, first on a machine": lambda key=key: reader.get(key),  # type: ignore[misc]
            "hit, bucket, copy": lambda key=key: reader.get(key),  # type: ignore[misc]
            "miss, bucket": lambda key=key: f"{key[::-1]}" in reader,  # type: ignore[misc]
        }
        for name, step in steps.items():
            found.setdefault(name, []).append(timed(step))
        if "AWS_ENDPOINT_URL" in os.environ:
            names = [o.name for o in reader.shared.bucket.list(key[:2]) if key in o.name]
            found.setdefault("bare requests", []).append(timed(bare(url, names)))
        assert reader.get(key) == data
    return found


def report(url: str, count: int) -> None:
    for title, size in _SIZES.items():
        with tempfile.TemporaryDirectory() as folder:
            found = measure(url, Path(folder), size, count)
        base = statistics.median(found["hit, folder"])
        print(f"\n{title}; {count} pictures\n{'':34}{'median':>8}{'p95':>8}   against a hit in a folder")
        for name, times in found.items():
            middle = statistics.median(times)
            most = sorted(times)[int(len(times) * 0.95)]
            print(f"{name:34}{middle:8.1f}{most:8.1f}   {middle / base:.1f}x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a bucket; without it a server is started on loopback")
    parser.add_argument("--count", type=int, default=40)
    given = parser.parse_args()
    if given.url:
        report(given.url, given.count)
    else:
        with s3_server() as url:
            report(url, given.count)


if __name__ == "__main__":
    main()
