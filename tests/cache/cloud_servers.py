"""Buckets for tests: an S3 server of this process on loopback, obstore's own stores, and entries that look old."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import hashlib
import http.client
import http.server
import itertools
import logging
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from locstore.cache import Bucket

if TYPE_CHECKING:
    from locstore.cache.bucket import Stored

ACCESS, SECRET = "AKIALOCSTORETESTKEY0", "zzSecretOfTheTest/4f3e2d1c0b9a8f7e6d5c4b3a"
_NUMBERS = itertools.count()


class OldBucket(Bucket):
    """A bucket whose objects can be made to look older than they are: no server lets one set the time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ages: dict[str, timedelta] = {}

    def list(self, folder: str) -> list[Stored]:
        return [
            dataclasses.replace(stored, modified=stored.modified - self.ages.get(stored.name, timedelta(0)))
            for stored in super().list(folder)
        ]

    def age(self, key: str, by: timedelta) -> None:
        self.ages[f"{key[:2]}/{key}.json"] = by


class S3Server:
    """moto's S3 in a thread of this process; it can be stopped and started again with what it has."""

    def __init__(self) -> None:
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        self.port = self._server.get_host_and_port()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._server.stop()

    def start_again(self) -> None:
        from moto.server import ThreadedMotoServer

        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self._server.start()

    def bucket(self) -> str:
        """A new bucket; returns its name."""
        name = f"locstore-test-{next(_NUMBERS)}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("PUT", f"/{name}")
        assert connection.getresponse().status == 200
        connection.close()
        return name

    @property
    def variables(self) -> dict[str, str]:
        """The environment in which the server is found."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCESS,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
            "NO_PROXY": "127.0.0.1",
        }


class PlainS3(http.server.ThreadingHTTPServer):
    """As little of S3 as a store needs, and faults that no honest server has.

    `create_only` says what becomes of If-None-Match: "kept", "ignored" or "refused" (501). `lose` is how many answers
    to PUT are lost after the object was stored; `status` is what every request gets instead of an answer, and 403 is
    what every PUT gets after the first `refuse_after`.
    """

    daemon_threads = True

    def __init__(self, create_only: str = "kept") -> None:
        super().__init__(("127.0.0.1", 0), _PlainHandler)
        self.create_only = create_only
        self.lose = 0
        self.status = 0
        self.refuse_after: int | None = None
        self.puts = 0
        self.objects: dict[str, bytes] = {}
        self.requests: list[tuple[str, str]] = []
        self.lock = threading.Lock()

    @property
    def variables(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{self.server_address[1]}",
            "AWS_ACCESS_KEY_ID": ACCESS,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "NO_PROXY": "127.0.0.1",
        }


class _PlainHandler(http.server.BaseHTTPRequestHandler):
    server: PlainS3
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        condition = self.headers.get("if-none-match")
        with self.server.lock:
            self._note()
            self.server.puts += 1
            if self.server.refuse_after is not None and self.server.puts > self.server.refuse_after:
                return self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            there = self.path in self.server.objects
            if self.server.status:
                return self._answer(self.server.status, b"<Error><Code>SlowDown</Code></Error>")
            if condition and self.server.create_only == "refused":
                return self._answer(501, b"<Error><Code>NotImplemented</Code></Error>")
            if condition and there and self.server.create_only == "kept":
                return self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            self.server.objects[self.path] = data
            if self.server.lose and self.path.endswith(".json"):
                self.server.lose -= 1
                self.close_connection = True
                return None
        return self._answer(200, b"")

    def do_GET(self) -> None:
        self._note()
        if self.server.status:
            return self._answer(self.server.status, f"<Error><Code>AccessDenied</Code>{SECRET}</Error>".encode())
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query))
        if "list-type" in query:
            return self._answer(200, self._listing(address.path, query))
        data = self.server.objects.get(self.path)
        if data is None:
            return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        return self._answer(200, data)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self._note()
        self.server.objects.pop(self.path, None)
        self._answer(204, b"")

    def _listing(self, bucket: str, query: dict[str, str]) -> bytes:
        """All objects below a prefix on one page; with a delimiter, what is deeper only by its folder."""
        start, delimiter = f"{bucket.rstrip('/')}/", query.get("delimiter")
        prefix = query.get("prefix", "")
        with self.server.lock:
            objects = {unquote(path).removeprefix(start): data for path, data in self.server.objects.items()}
        names = sorted(name for name in objects if name.startswith(prefix))
        folders: dict[str, None] = {}
        found = []
        for name in names:
            first, cut, _ = name.removeprefix(prefix).partition(delimiter) if delimiter else (name, "", "")
            if cut:
                folders[f"{prefix}{first}{cut}"] = None
            else:
                found.append(
                    f"<Contents><Key>{name}</Key><Size>{len(objects[name])}</Size>"
                    f'<ETag>"{hashlib.sha256(objects[name]).hexdigest()}"</ETag>'
                    "<LastModified>2026-11-30T12:00:00.000Z</LastModified></Contents>"
                )
        found += [f"<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>" for folder in folders]
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(found)}</ListBucketResult>".encode()

    def _note(self) -> None:
        self.server.requests.append((self.command, self.path))

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("etag", f'"{hashlib.sha256(body).hexdigest()}"')
        self.send_header("last-modified", self.date_time_string())
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def plain_s3(create_only: str = "kept") -> Iterator[PlainS3]:
    with PlainS3(create_only) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@cache
def shared_s3() -> S3Server:
    """One server for all tests that do not stop it. Skips the test where moto or obstore is missing."""
    pytest.importorskip("obstore", reason="obstore is not installed: pip install 'locstore[cloud]'")
    pytest.importorskip("moto", reason="moto[server] is not installed")
    server = S3Server()
    atexit.register(server.stop)
    return server


@contextlib.contextmanager
def environment(**variables: str) -> Iterator[None]:
    """No variable of a cloud or of locstore but these."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "GOOGLE_", "AZURE_", "LOCSTORE_"))}
    with mock.patch.dict(os.environ, {**kept, **variables}, clear=True):
        yield


def s3_bucket(server: S3Server, prefix: str = "team/cache", *, name: str | None = None, **options: Any) -> OldBucket:
    """The bucket as `open_bucket` makes it, but able to look old."""
    from locstore.cache.bucket import open_bucket
    from locstore.cache.bucket_address import BucketAddress

    place = BucketAddress("s3", name or server.bucket(), prefix)
    with environment(**server.variables):
        made = open_bucket(place)
    return OldBucket(made._store, str(place), **options)
