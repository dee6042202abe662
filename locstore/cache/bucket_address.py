"""Addresses of buckets: `s3://bucket/prefix`, `gs://bucket/prefix` and `az://container/prefix`."""

from __future__ import annotations

import configparser
import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from locstore.errors import UsageError

Cloud = Literal["s3", "gs", "az"]
CLOUDS: tuple[Cloud, ...] = ("s3", "gs", "az")

# Two letters at least: C:\\cache is a path.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")
_PART = re.compile(r"[A-Za-z0-9!_.*'()=+,@ -]+")


@dataclasses.dataclass(frozen=True, slots=True)
class BucketAddress:
    """A bucket of a cloud and a prefix in it, without slashes at its ends; '' for none. It holds no secret."""

    cloud: Cloud
    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"{self.cloud}://{self.bucket}" + (f"/{self.prefix}" if self.prefix else "")


def scheme_of(url_or_path: str) -> str | None:
    """The scheme of a URL in small letters; None for a path."""
    found = _SCHEME.match(url_or_path)
    return found[1].lower() if found else None


def read_bucket_address(url: str) -> BucketAddress:
    """The bucket that a URL of one of the `CLOUDS` names.

    Raises UsageError, which never shows more of the URL than its scheme: the rest may hold a password.
    """
    cloud = cast("Cloud", scheme_of(url))
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit(f"{cloud}://")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            f"`cache` is a {cloud}:// address with a user, a `?` or a `#`. Write {cloud}://bucket/prefix and nothing "
            f"more; keys belong in the environment ({_KEYS[cloud]})."
        )
    prefix = parts.path.strip("/")
    names = prefix.split("/") if prefix else []
    if not _BUCKET.fullmatch(parts.netloc) or not all(_PART.fullmatch(n) and n not in {".", ".."} for n in names):
        raise UsageError(f"`cache` is a {cloud}:// address that names no bucket. Write {cloud}://bucket/prefix.")
    return BucketAddress(cloud, parts.netloc, prefix)


_KEYS: dict[Cloud, str] = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
}


def where_keys_are(cloud: Cloud) -> str:
    """The variables that hold a cloud's credentials, for messages."""
    return _KEYS[cloud]


def profile_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """The keys of the AWS profile in use, as options of a store; empty where AWS's own order finds others first.

    Variables come before the profile, the profile before the machine's role. Raises UsageError for a profile
    that is not there or has no keys of its own (single sign-on, an assumed role).
    """
    named = environment.get("AWS_PROFILE", "")
    if environment.get("AWS_ACCESS_KEY_ID") or environment.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        return {}
    folder = Path("~/.aws").expanduser()
    options: dict[str, str] = {}
    for variable, file, section in (
        ("AWS_CONFIG_FILE", "config", f"profile {named}" if named and named != "default" else "default"),
        ("AWS_SHARED_CREDENTIALS_FILE", "credentials", named or "default"),
    ):
        parser = configparser.RawConfigParser()
        try:
            parser.read(environment.get(variable) or folder / file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            # Never the parser's own words: they quote the line, and the line may be the key.
            raise UsageError(f"The AWS file {variable} names, or ~/.aws/{file}, cannot be read.") from None
        if parser.has_section(section):
            options |= {name: value for name, value in parser.items(section) if name in _PROFILE}
    keys = {_PROFILE[name]: value for name, value in options.items()}
    if "access_key_id" in keys and "secret_access_key" in keys:
        return keys
    if named:
        raise UsageError(
            f"The AWS profile {named!r} has no keys of its own. Put temporary ones into the environment: "
            f"`eval $(aws configure export-credentials --profile {named} --format env)`."
        )
    return {}


_PROFILE = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_access_key",
    "aws_session_token": "session_token",
    "region": "region",
}
