"""The side file of a paid picture: what it was made from, what it cost, and how to know that it is whole."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from locstore.cache.credentials import refuse_credentials, without_credentials
from locstore.cache.keys import canonical_json
from locstore.cache.store import damaged, unknown_format

_FORMAT = 1
# A prompt has at most 32,000 characters; what is far larger was not written by locstore.
_MAX_BYTES = 4 << 20
_NONCE = re.compile(r"[0-9a-f]{16}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """`content` is the nonce in the name of the content file: every writer's own, so that none meets another's."""

    content: str
    sha256: str
    bytes: int
    inputs: dict[str, Any]
    usage: dict[str, Any]


def make_record(data: bytes, inputs: Mapping[str, Any], usage: Mapping[str, Any], content: str) -> Record:
    """Raises ValueError for credentials in `inputs`."""
    refuse_credentials(inputs)
    return Record(content, hashlib.sha256(data).hexdigest(), len(data), dict(inputs), without_credentials(usage))


def encode_record(record: Record) -> bytes:
    """Canonical JSON. Raises ValueError or TypeError for inputs or usage that are not JSON, or far too long."""
    encoded = canonical_json({"format": _FORMAT, **dataclasses.asdict(record)})
    if len(encoded) > _MAX_BYTES:
        raise ValueError(f"The inputs of a paid picture take {len(encoded):,} bytes; {_MAX_BYTES:,} are allowed.")
    return encoded


def decode_record(key: str, data: bytes) -> Record:
    """The inverse. Raises UnusableEntry for anything that `encode_record` cannot have written."""
    if len(data) > _MAX_BYTES:
        raise damaged(key, "its side file is far too long")
    try:
        fields = json.loads(data, parse_constant=_refuse)
        canonical = canonical_json(fields)
    except (ValueError, RecursionError) as error:
        raise damaged(key, "its side file is not valid JSON") from error
    if not isinstance(fields, dict) or "format" not in fields:
        raise damaged(key, "its side file has no format")
    version = fields.pop("format")
    if type(version) is not int or version != _FORMAT:
        raise unknown_format(key, version)
    if canonical != data:
        raise damaged(key, "its side file was changed")
    if not _is_record(fields):
        raise damaged(key, "its side file lacks a field or has a wrong one")
    return Record(**fields)


def _is_record(fields: dict[str, Any]) -> bool:
    return (
        fields.keys() == {field.name for field in dataclasses.fields(Record)}
        and isinstance(fields["content"], str)
        and _NONCE.fullmatch(fields["content"]) is not None
        and isinstance(fields["sha256"], str)
        and _DIGEST.fullmatch(fields["sha256"]) is not None
        and type(fields["bytes"]) is int
        and isinstance(fields["inputs"], dict)
        and isinstance(fields["usage"], dict)
    )


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def check_content(key: str, record: Record, data: bytes) -> None:
    """Raises UnusableEntry unless `data` is what was stored."""
    if len(data) != record.bytes:
        raise damaged(key, f"it has {len(data):,} bytes instead of {record.bytes:,}")
    if hashlib.sha256(data).hexdigest() != record.sha256:
        raise damaged(key, "its content is not what was stored")
