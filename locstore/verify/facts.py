"""What a picture file is, measured from its bytes: format, pixels, mode, profile, and what is damaged."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import stat
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from locstore.findings import Finding, Severity
from locstore.verify.jpeg import JPEG_SIGNATURE, read_jpeg
from locstore.verify.png import PNG_SIGNATURE, read_png

# App Store Connect takes at most 500 MiB for a screenshot (2026-10); nothing larger is worth reading.
_MAX_BYTES = 500 * 1024 * 1024
_SUFFIXES = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"}
_OTHER_FORMATS = (
    (0, b"GIF8", "a GIF"),
    (8, b"WEBP", "a WebP picture"),
    (0, b"BM", "a BMP picture"),
    (0, b"II*\0", "a TIFF picture"),
    (0, b"MM\0*", "a TIFF picture"),
    (4, b"ftypavif", "an AVIF picture"),
    (4, b"ftypheic", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIC picture"),
    (4, b"ftyp", "a video"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (0, b"%PDF", "a PDF"),
    (0, b"<svg", "an SVG drawing"),
    (0, b"8BPS", "a Photoshop file"),
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PictureFacts:
    """A PNG or JPEG file, measured.

    `format` is `png` or `jpeg`; `size` is (width, height) in pixels; `mode` is RGB, RGBA, L, LA, P or CMYK;
    `bit_depth` counts bits a channel; `has_alpha` also holds for a transparent palette or colour; `profile` is
    None for an untagged picture, `sRGB`, or the name of another colour profile; `bytes` and `sha256` are the
    file's; `orientation` is EXIF's number for a JPEG, 1 if it is not turned.
    """

    format: str
    size: tuple[int, int]
    mode: str
    bit_depth: int
    has_alpha: bool
    profile: str | None
    bytes: int
    sha256: str
    orientation: int = 1

    @property
    def shown_size(self) -> tuple[int, int]:
        """(width, height) as a reader of EXIF sees the picture: an orientation of 5 to 8 swaps the sides."""
        return (self.size[1], self.size[0]) if self.orientation >= 5 else self.size


def inspect_picture(
    source: Path | bytes, display_path: str, *, inflate: bool = True
) -> tuple[PictureFacts | None, list[Finding]]:
    """Measure one picture and prove that it is whole; no rule of a store is applied here.

    `display_path` names the picture in findings, and its suffix is held against the content. Facts are None when not
    even the header can be read; a damaged picture with a good header has facts and findings. Nothing raises:
    what cannot be opened is a finding too. Without `inflate` the sums of a PNG's chunks are trusted: enough for
    bytes that were encoded a moment ago.
    """
    if isinstance(source, bytes):
        return _inspect(io.BytesIO(source), len(source), display_path, inflate)
    try:
        status = source.stat()
        if not stat.S_ISREG(status.st_mode):
            return None, [_finding("verify-unreadable", "This is not a regular file.", display_path)]
        with source.open("rb") as stream:
            return _inspect(stream, status.st_size, display_path, inflate)
    except OSError as error:
        reason = error.strerror or str(error)
        return None, [_finding("verify-unreadable", f"The file cannot be read: {reason}.", display_path)]


def _inspect(
    stream: BinaryIO, length: int, display_path: str, inflate: bool
) -> tuple[PictureFacts | None, list[Finding]]:
    if length > _MAX_BYTES:
        message = f"The file has {length:,} bytes; no store takes more than {_MAX_BYTES:,}. Save it smaller."
        return None, [_finding("verify-bytes", message, display_path)]
    start = stream.read(64)
    stream.seek(0)
    if start.startswith(PNG_SIGNATURE):
        facts, findings = _inspect_png(stream, length, display_path, inflate)
    elif start.startswith(JPEG_SIGNATURE):
        facts, findings = _inspect_jpeg(stream, length, display_path)
    else:
        return None, [_foreign(start, display_path)]
    wanted = _SUFFIXES.get(PurePosixPath(display_path).suffix.lower())
    actual = "png" if start.startswith(PNG_SIGNATURE) else "jpeg"
    if wanted is not None and wanted != actual:
        message = f"The name says {wanted.upper()}, the content is {actual.upper()}. Rename the file or save it anew."
        findings.append(_finding("verify-extension", message, display_path))
    return facts, findings


def _inspect_png(
    stream: BinaryIO, length: int, display_path: str, inflate: bool
) -> tuple[PictureFacts | None, list[Finding]]:
    reading = read_png(stream, length, inflate=inflate)
    findings: list[Finding] = []
    if reading.too_large:
        findings.append(_finding("verify-too-many-pixels", reading.too_large, display_path))
    if reading.problem:
        findings.append(_finding("verify-damaged", f"The PNG is damaged: {reading.problem}.", display_path))
    if reading.frames > 1:
        message = f"The PNG is animated ({reading.frames} frames); stores show one. Save the frame that is meant."
        findings.append(_finding("verify-animated", message, display_path, Severity.WARNING))
    if reading.trailing:
        message = f"{reading.trailing:,} bytes follow the end of the picture. Save it anew."
        findings.append(_finding("verify-trailing-data", message, display_path, Severity.WARNING))
    header = reading.header
    if header is None:
        return None, findings
    if header.interlaced:
        message = "The PNG is interlaced, which some upload tools do not take. Save it without interlacing."
        findings.append(_finding("verify-interlaced", message, display_path, Severity.WARNING))
    facts = PictureFacts(
        format="png",
        size=(header.width, header.height),
        mode=header.mode,
        bit_depth=header.bit_depth,
        has_alpha=header.mode in {"RGBA", "LA"} or reading.transparent,
        profile=reading.profile,
        bytes=length,
        sha256=_digest(stream),
    )
    return facts, findings


def _inspect_jpeg(stream: BinaryIO, length: int, display_path: str) -> tuple[PictureFacts | None, list[Finding]]:
    reading = read_jpeg(stream.read())
    findings: list[Finding] = []
    if reading.too_large:
        findings.append(_finding("verify-too-many-pixels", reading.too_large, display_path))
    if reading.problem:
        findings.append(_finding("verify-damaged", f"The JPEG is damaged: {reading.problem}.", display_path))
    if reading.pictures > 1:
        message = (
            f"The JPEG holds {reading.pictures} pictures (MPO, as some cameras and phones write it); stores show one. "
            "Save the one that is meant as a plain JPEG."
        )
        findings.append(_finding("verify-animated", message, display_path, Severity.WARNING))
    elif reading.trailing:
        message = f"{reading.trailing:,} bytes follow the end of the picture. Save it anew."
        findings.append(_finding("verify-trailing-data", message, display_path, Severity.WARNING))
    header = reading.header
    if header is None:
        return None, findings
    if reading.orientation != 1:
        message = (
            f"The JPEG is to be turned before it is shown (EXIF orientation {reading.orientation}). fastlane deliver "
            "reads its size after turning; a store may not turn it. Save it turned."
        )
        findings.append(_finding("verify-orientation", message, display_path, Severity.WARNING))
    facts = PictureFacts(
        format="jpeg",
        size=(header.width, header.height),
        mode=header.mode,
        bit_depth=header.bit_depth,
        has_alpha=False,
        profile=reading.profile,
        bytes=length,
        sha256=_digest(stream),
        orientation=reading.orientation,
    )
    return facts, findings


def file_digest(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; '' if it cannot be read."""
    try:
        with path.open("rb") as stream:
            return _digest(stream)
    except OSError:
        return ""


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _foreign(start: bytes, display_path: str) -> Finding:
    """Say what the file is instead of PNG or JPEG."""
    if not start:
        return _finding("verify-damaged", "The file is empty (0 bytes). Make it again.", display_path)
    if start.startswith(b"version https://git-lfs"):
        message = "This is a Git LFS pointer, not the picture. Run `git lfs pull` first."
        return _finding("verify-not-a-picture", message, display_path)
    if start.startswith(b"\x89PNG") or start[1:4] == b"PNG":
        message = "The PNG is damaged: its first bytes were changed, as a text-mode copy does. Copy it again as binary."
        return _finding("verify-damaged", message, display_path)
    for offset, mark, name in _OTHER_FORMATS:
        if start[offset : offset + len(mark)] == mark:
            return _finding("verify-not-a-picture", f"This is {name}; stores take PNG or JPEG.", display_path)
    return _finding("verify-not-a-picture", "This is neither PNG nor JPEG. Save it as one of them.", display_path)


def _finding(code: str, message: str, display_path: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code=code, message=message, severity=severity, file=display_path)
