"""The manifest of a run beside the pictures: what was written then, and whether it is still the same.

The format is that of `locstore.delivery`; here only `pictures`, `sha256` and `words` are looked at, and a
`manifest.json` of anybody else is left alone.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import PurePosixPath

from locstore.files import read_regular
from locstore.findings import Finding, Severity
from locstore.verify.facts import file_digest
from locstore.verify.listing import Listing

_NAME = PurePosixPath("manifest.json")
_MAX_BYTES = 64 * 1024 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """Path in the folder -> SHA-256 of the file at the run; `wordless` are the paths with nothing to translate."""

    digests: Mapping[str, str]
    wordless: frozenset[str]


def read_manifest(listing: Listing) -> tuple[Manifest, list[Finding]]:
    """The manifest in the verified folder; an empty one if there is none."""
    empty = Manifest({}, frozenset())
    if str(_NAME) not in listing.entries(PurePosixPath()).files:
        return empty, []
    path = listing.path(_NAME)
    try:
        document = json.loads(read_regular(path, _MAX_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        message = f"The manifest cannot be read ({error}), so changes since the run were not looked for."
        return empty, [_warning("verify-manifest", message, listing.display_path(_NAME))]
    pictures = document.get("pictures") if isinstance(document, dict) else None
    if not isinstance(pictures, dict):
        return empty, []
    entries = {path: entry for path, entry in pictures.items() if _is_ours(path, entry)}
    digests = {path: entry["sha256"].lower() for path, entry in entries.items()}
    wordless = frozenset(path for path, entry in entries.items() if _has_no_words(entry))
    return Manifest(digests, wordless), []


def verify_unchanged(listing: Listing, manifest: Manifest, digests: Mapping[str, str]) -> list[Finding]:
    """Warnings for pictures of the run that are gone or differ. `digests` are those of files already read."""
    findings: list[Finding] = []
    for name, wanted in manifest.digests.items():
        path = PurePosixPath(name)
        folder, file = path.parent, path.name
        if not (listing.is_folder(folder) and file in listing.entries(folder).files):
            message = "The last run wrote this picture, and it is gone. Run again or restore it."
        elif (digests.get(name) or file_digest(listing.path(path))) != wanted:
            message = "The picture was changed after the run that wrote it. Run again, or keep your change on purpose."
        else:
            continue
        findings.append(_warning("verify-changed-since-run", message, listing.display_path(path)))
    return findings


def _is_ours(path: object, entry: object) -> bool:
    if not isinstance(path, str) or not isinstance(entry, dict) or not isinstance(entry.get("sha256"), str):
        return False
    posix = PurePosixPath(path)
    return bool(posix.name) and not posix.is_absolute() and ".." not in posix.parts and "\0" not in path


def _has_no_words(entry: Mapping[str, object]) -> bool:
    """Nothing to translate: no words at all, or the same ones in every language."""
    return entry.get("words", True) in (False, []) or entry.get("shared_words") is True


def _warning(code: str, message: str, file: str) -> Finding:
    return Finding(code=code, message=message, severity=Severity.WARNING, file=file)
