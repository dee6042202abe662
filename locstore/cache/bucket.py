"""A bucket of a cloud, in the few verbs that a store needs; the only module that knows obstore."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import re
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from locstore.cache.bucket_address import BucketAddress, profile_keys, where_keys_are
from locstore.errors import EnvironmentProblem, UsageError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

UNSAFE = "LOCSTORE_CACHE_UNSAFE"
# Always the same object: the first run on a bucket makes it, and every later one proves with one request that the
# server refuses to make it again.
CANARY = ".locstore-canary"

_TIMEOUTS = {"connect_timeout": "5s", "timeout": "120s", "read_timeout": "30s"}
_RETRIES: dict[str, Any] = {
    "max_retries": 4,
    "retry_timeout": timedelta(seconds=90),
    "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=5), "base": 2},
}
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>([A-Za-z]{3,40})</Code>")
# Where machines of a cloud keep their role's keys; who is not on one has none.
_METADATA = re.compile(r"169\.254\.(?:169\.254|170\.2)|metadata\.google\.internal|\[fd00:ec2::254\]")
_NO_BUCKET = re.compile(r"NoSuchBucket|ContainerNotFound|bucket does not exist")
_OFFLINE = re.compile(r"kind: Connect\b|ConnectError|ConnectionRefused|dns error|connection closed|IncompleteMessage")


@dataclasses.dataclass(frozen=True, slots=True)
class Stored:
    """An object as a listing tells it; `bytes` is its size, `modified` when it was put (UTC)."""

    name: str
    bytes: int
    modified: datetime


class Bucket:
    """Objects by name below a prefix. `display_url` names it in messages; `unsafe` accepts a bucket that is not
    create-only.

    Safe for threads. What goes wrong is an EnvironmentProblem that holds no key, user, query or signature.
    """

    def __init__(self, store: ObjectStore, display_url: str, *, unsafe: bool = False, advice: str = "") -> None:
        self.display_url = display_url
        self._store = store
        self._unsafe = unsafe
        self._advice = advice
        self._lock = threading.Lock()
        self._proved: bool | None = None

    @property
    def keeps_what_is_there(self) -> bool:
        """Whether the server refuses to put an object over another; proved with the canary, once for each process.

        Raises EnvironmentProblem if it does not, unless the bucket is `unsafe`.
        """
        with self._lock:
            if self._proved is None:
                # The first may be the one that makes it. The second is refused by every server that can be used.
                proved = any(not self._put_new(CANARY, b"locstore\n") for _ in range(2))
                if not proved and not self._unsafe:
                    raise EnvironmentProblem(
                        f"The shared cache {self.display_url}: the server ignores If-None-Match, so two runs could "
                        "overwrite "
                        "each other's paid pictures. Use a server that honours it (S3, R2, MinIO, GCS and Azure do), "
                        f"or set {UNSAFE}=1 if only one run writes at a time."
                    )
                self._proved = proved
        return self._proved

    def get(self, name: str) -> tuple[bytes, str] | None:
        """An object's bytes and its tag, which changes with its content; None if there is none."""
        import obstore

        with self._guard():
            try:
                found = obstore.get(self._store, name)
                return bytes(found.bytes()), found.meta["e_tag"] or ""
            except FileNotFoundError as error:
                if _NO_BUCKET.search(str(error)):
                    raise  # nothing can be there, and nothing could be kept there
                return None

    def has(self, name: str) -> bool:
        import obstore

        with self._guard():
            try:
                obstore.head(self._store, name)
            except FileNotFoundError:
                return False
            return True

    def create(self, name: str, data: bytes) -> bool:
        """Put an object that is not there yet; False, and nothing changes, if one is.

        A put whose answer was lost is tried again and then meets its own object: False does not tell whose it is.
        """
        if self.keeps_what_is_there:
            return self._put_new(name, data)
        if self.has(name):
            return False
        self._overwrite(name, data)
        return True

    def replace(self, name: str, data: bytes, tag: str) -> bool:
        """Put an object in the place of the one that has `tag`; False if that is no longer the one."""
        import obstore

        if not self.keeps_what_is_there:
            self._overwrite(name, data)
            return True
        with self._guard():
            try:
                obstore.put(self._store, name, data, mode={"e_tag": tag}, use_multipart=False)
            except (obstore.exceptions.PreconditionError, FileNotFoundError):
                return False
            return True

    def delete(self, name: str) -> None:
        import obstore

        with self._guard(), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, name)

    def touch(self, name: str) -> datetime:
        """Put an empty object, whatever is there; returns when, by the server's clock."""
        import obstore

        with self._guard():
            obstore.put(self._store, name, b"", use_multipart=False)
            return obstore.head(self._store, name)["last_modified"]

    def folders(self) -> list[str]:
        """The first parts of all names that have several, sorted."""
        import obstore

        with self._guard():
            return sorted(obstore.list_with_delimiter(self._store)["common_prefixes"])

    def list(self, folder: str) -> list[Stored]:
        """The objects in a folder, by name."""
        import obstore

        with self._guard():
            pages = obstore.list(self._store, folder)
            found = [Stored(m["path"], m["size"], m["last_modified"]) for page in pages for m in page]
        return sorted(found, key=lambda stored: stored.name)

    def _overwrite(self, name: str, data: bytes) -> None:
        import obstore

        with self._guard():
            obstore.put(self._store, name, data, use_multipart=False)

    def _put_new(self, name: str, data: bytes) -> bool:
        import obstore

        with self._guard():
            try:
                obstore.put(self._store, name, data, mode="create", use_multipart=False)
            except obstore.exceptions.AlreadyExistsError:
                return False
            except (NotImplementedError, obstore.exceptions.GenericError) as error:
                # A server that has never heard of the header may say so (501) and not put anything.
                if not self._unsafe or _status(str(error)) != "501":
                    raise
                obstore.put(self._store, name, data, use_multipart=False)
            return True

    @contextlib.contextmanager
    def _guard(self) -> Iterator[None]:
        import obstore

        try:
            yield
        except (obstore.exceptions.BaseError, OSError, NotImplementedError) as error:
            # Not chained: the library's words hold whole addresses, and Azure's have a signature in the query.
            raise EnvironmentProblem(f"The shared cache {self.display_url}: {self._explain(error)}") from None

    def _explain(self, error: Exception) -> str:
        text = str(error)
        status, code = _status(text), _CODE.search(text)
        said = " ".join(part for part in (status and f"HTTP {status}", code and code[1]) if part)
        kind = type(error).__name__
        if _METADATA.search(text):
            return f"there are no credentials. Set {self._advice}."
        if _NO_BUCKET.search(text):
            return "there is no such bucket. Correct `cache`, or create the bucket."
        if kind in {"PermissionDeniedError", "UnauthenticatedError", "PermissionError"} or status in {"401", "403"}:
            return f"access is refused ({said or kind}). Check {self._advice} and the bucket's policy."
        if kind in {"NotSupportedError", "NotImplementedError"} or status == "501":
            return f"the server cannot do what is needed ({said or 'not implemented'}). Use another."
        if status:
            return f"the server answered {said}. Try again later."
        reason = "there is no connection" if _OFFLINE.search(text) else "it does not answer"
        return f"{reason}. Check the network and the endpoint, then run again."


def open_bucket(place: BucketAddress) -> Bucket:
    """The bucket, with the credentials of the environment; the same one for as long as the environment is the same.

    Nothing is sent yet. Raises UsageError if obstore is not installed or the environment's options are wrong.
    """
    names = sorted(n for n in os.environ if n.startswith(("AWS_", "GOOGLE_", "AZURE_")) or n in {UNSAFE, "HOME"})
    return _bucket(place, tuple((name, os.environ[name]) for name in names))


@functools.lru_cache(maxsize=8)
def _bucket(place: BucketAddress, environment: tuple[tuple[str, str], ...]) -> Bucket:
    """Kept, for each has its own connections and every picture of a run opens the store."""
    variables = dict(environment)
    try:
        import obstore.exceptions
    except ModuleNotFoundError as error:
        raise UsageError(
            f"`cache` is a {place.cloud}:// address, which needs obstore. Install it: pip install 'locstore[cloud]'."
        ) from error
    try:
        store = _store(place, variables)
    except (obstore.exceptions.BaseError, ValueError) as error:
        missing = "the account's name is missing" if "Account must be" in str(error) else "an option is wrong"
        raise UsageError(
            f"The shared cache {place}: {missing}. Set {where_keys_are(place.cloud)} in the environment."
        ) from None
    unsafe = variables.get(UNSAFE, "").lower() in {"1", "true", "yes", "on"}
    return Bucket(store, str(place), unsafe=unsafe, advice=where_keys_are(place.cloud))


def _store(place: BucketAddress, variables: Mapping[str, str]) -> ObjectStore:
    from obstore.store import AzureStore, GCSStore, S3Store

    prefix = place.prefix or None
    shared: Any = {"prefix": prefix, "retry_config": _RETRIES}
    if place.cloud == "gs":
        return GCSStore(place.bucket, client_options=_client(variables.get("GOOGLE_BASE_URL", "")), **shared)
    if place.cloud == "az":
        endpoint = variables.get("AZURE_STORAGE_ENDPOINT") or variables.get("AZURE_ENDPOINT", "")
        return AzureStore(place.bucket, client_options=_client(endpoint), **shared)
    names = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
    endpoint = next((variables[name] for name in names if variables.get(name)), "")
    keys = profile_keys(variables)
    if variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION"):
        keys.pop("region", None)
    options: Any = {"disable_bulk_delete": True, **keys}
    if endpoint:
        options["endpoint"] = endpoint.rstrip("/")
    return S3Store(place.bucket, client_options=_client(endpoint), **shared, **options)


def _client(endpoint: str) -> Any:
    """Plain http only where the environment names such an endpoint: MinIO on this machine, tests."""
    return {**_TIMEOUTS, "allow_http": endpoint.startswith("http://")}


def _status(text: str) -> str:
    found = _STATUS.search(text)
    return found[1] if found else ""
