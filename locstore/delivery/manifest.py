"""The manifest: what made each picture, so that the next run knows what to paint and what is ours to remove."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from locstore.files import append_line, read_regular
from locstore.findings import Finding, finding_from_dict
from locstore.readings import SlotReading, reading_from_dict

MANIFEST = "manifest.json"
JOURNAL = ".manifest-journal"  # beside the manifest, while a run goes on and after one that was killed
_FORMAT = 1
_MAX_BYTES = 1 << 29  # 512 MiB: 200,000 pictures


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PictureRecord:
    """One picture that locstore wrote.

    `digests` are those of the shot's inputs by kind (words, design, display, assets, fonts, version) and of all
    (`picture`); `sha256` and `bytes` are the file's; `faces` name family, weight and file digest of each face;
    `assets` maps the files that are in the picture to their SHA-256; `words` is (slot, plain text);
    `findings` are what painting and checking had to say; `text` is what was read of each slot, `pixels` the SHA-256
    of the pixels of a picture that its inputs do not decide (one that an image model painted), else ''.
    """

    shot: str
    concept: str
    screen: str
    number: int
    locale: str
    display: str
    size: tuple[int, int]
    sha256: str
    bytes: int
    digests: Mapping[str, str]
    assets: Mapping[str, str] = dataclasses.field(default_factory=dict)
    faces: tuple[tuple[str, int, str, str], ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    text: tuple[SlotReading, ...] = ()
    pixels: str = ""

    @property
    def identity(self) -> str:
        """What a person's decision on this picture holds for: another picture has another identity."""
        return identity_of(self.shot, self.digests["picture"], self.pixels)

    def as_dict(self) -> dict[str, Any]:
        data = {
            "shot": self.shot,
            "concept": self.concept,
            "screen": self.screen,
            "number": self.number,
            "locale": self.locale,
            "display": self.display,
            "size": list(self.size),
            "sha256": self.sha256,
            "bytes": self.bytes,
            "digests": dict(sorted(self.digests.items())),
            "assets": dict(sorted(self.assets.items())),
            "faces": [
                {"family": family, "weight": weight, "file": file, "sha256": digest}
                for family, weight, file, digest in self.faces
            ],
            "words": [{"slot": slot, "text": text} for slot, text in self.words],
            "findings": [f.as_dict() for f in self.findings],
        }
        if self.text:
            data["text"] = [reading.as_dict() for reading in self.text]
        if self.pixels:
            data["pixels"] = self.pixels
        return data


def identity_of(shot: str, inputs: str, pixels: str = "") -> str:
    """`hero/ja/iphone_69 inputs-3f...`: what a person's decision on a shot's picture holds for.

    `inputs` is the digest `picture` of `shot_digests`, `pixels` the SHA-256 of pixels that the inputs do not decide.
    It does not change with the file's compression, which may differ between machines. The shot is part of it because
    two locales may have the same words, and sending one back leaves the other as it is.
    """
    return f"{shot} pixels-{pixels}" if pixels else f"{shot} inputs-{inputs}"


def record_from_dict(data: Mapping[str, Any]) -> PictureRecord:
    """The inverse of `PictureRecord.as_dict`. Raises KeyError, TypeError or ValueError for other data."""
    width, height = data["size"]
    record = PictureRecord(
        shot=data["shot"],
        concept=data["concept"],
        screen=data["screen"],
        number=data["number"],
        locale=data["locale"],
        display=data["display"],
        size=(width, height),
        sha256=data["sha256"],
        bytes=data["bytes"],
        digests=dict(data["digests"]),
        assets=dict(data["assets"]),
        faces=tuple((f["family"], f["weight"], f["file"], f["sha256"]) for f in data["faces"]),
        words=tuple((w["slot"], w["text"]) for w in data["words"]),
        findings=tuple(finding_from_dict(f) for f in data["findings"]),
        text=tuple(reading_from_dict(r) for r in data.get("text", ())),
        pixels=data.get("pixels", ""),
    )
    texts = [record.pixels, record.shot, record.concept, record.screen, record.locale, record.display, record.sha256]
    texts += [text for pair in (*record.digests.items(), *record.assets.items(), *record.words) for text in pair]
    texts += [text for family, _, file, digest in record.faces for text in (family, file, digest)]
    numbers = [record.number, *record.size, record.bytes, *(weight for _, weight, _, _ in record.faces)]
    if not all(type(text) is str for text in texts) or not all(type(number) is int for number in numbers):
        raise TypeError("a field has a value of the wrong kind")
    return record


def render_manifest(
    pictures: Mapping[str, PictureRecord], inputs: Mapping[str, str], tools: Mapping[str, str]
) -> bytes:
    """JSON with sorted keys and no clock. `pictures` by path in the output folder, `inputs` path -> SHA-256."""
    document = {
        "format": _FORMAT,
        "tools": dict(tools),
        "inputs": dict(inputs),
        "pictures": {path: record.as_dict() for path, record in pictures.items()},
    }
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False)
    return (text + "\n").encode()


def _below(path: str) -> str:
    """A path that stays in the output folder. Raises ValueError for any other."""
    if not path or path.startswith("/") or any(char in path for char in "\\:\0") or ".." in path.split("/"):
        raise ValueError(f"{path!r} is not below the output folder")
    return path


def read_manifest(output: Path) -> tuple[dict[str, PictureRecord], list[Finding]]:
    """The records of the last run; a manifest that is not there is empty, a damaged one a finding."""
    path = output / MANIFEST
    try:
        document = json.loads(read_regular(path, _MAX_BYTES).decode())
        if document.get("format") != _FORMAT:
            raise ValueError(f"format {document.get('format')!r}")
        return {_below(name): record_from_dict(data) for name, data in document["pictures"].items()}, []
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return {}, [
            Finding(
                code="shelve-manifest-unreadable",
                message=f"The manifest of the last run cannot be read ({error}). Restore it, or delete it together "
                "with the pictures to have everything painted again.",
                file=path.as_posix(),
            )
        ]


def append_to_journal(output: Path, path: str, record: PictureRecord) -> None:
    """Note that a picture is about to be written to `path` below `output`.

    A run that is killed writes no manifest; its pictures are known by these lines. Raises EnvironmentProblem.
    """
    line = json.dumps({"path": path, "record": record.as_dict()}, ensure_ascii=True, sort_keys=True)
    append_line(output / JOURNAL, line.encode())


def read_journal(output: Path) -> dict[str, list[PictureRecord]]:
    """By path: the records that `append_to_journal` noted, the last one first; lines cut off by a kill are left out."""
    found: dict[str, list[PictureRecord]] = {}
    try:
        lines = read_regular(output / JOURNAL, _MAX_BYTES).splitlines()
    except OSError:
        return found
    for line in reversed(lines):
        try:
            entry = json.loads(line)
            found.setdefault(_below(entry["path"]), []).append(record_from_dict(entry["record"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return found


def remove_journal(output: Path, records: Mapping[str, PictureRecord]) -> None:
    """Remove the journal once a manifest has `records`; it stays if another run has noted other pictures since."""
    noted = read_journal(output)
    if all(records.get(path) in found or not (output / path).exists() for path, found in noted.items()):
        (output / JOURNAL).unlink(missing_ok=True)
