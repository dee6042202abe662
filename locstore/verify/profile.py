"""The name of a picture's colour profile, with everything that is sRGB called `sRGB`.

Source: ICC.1:2022 (profile header, tag table, `desc`, `mluc`, `XYZ ` types); ITU-T H.273 for cICP code points.
"""

from __future__ import annotations

import struct

SRGB = "sRGB"
_UNREADABLE = "unreadable"
_HEADER = 128
_MAX_TAGS = 200
# The colorants of sRGB, adapted to D50, as X, Y, Z (IEC 61966-2-1).
_SRGB_COLORANTS = {
    b"rXYZ": (0.4361, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7141),
}
_TOLERANCE = 0.008
_PRIMARIES = {1: "BT.709", 9: "BT.2020", 11: "DCI-P3", 12: "Display P3"}
_SRGB_TRANSFERS = (1, 13)


def cicp_name(body: bytes) -> str:
    """The name for a PNG cICP chunk of four bytes."""
    primaries, transfer = body[0], body[1]
    if primaries == 1 and transfer in _SRGB_TRANSFERS:
        return SRGB
    name = _PRIMARIES.get(primaries, f"cICP primaries {primaries}")
    return f"{name} (HDR)" if transfer in {16, 18} else name


def icc_name(profile: bytes) -> str:
    """`sRGB`, or the profile's own description; `unreadable` if it has none.

    A profile counts as sRGB by its colorants; the description decides only for profiles without colorants.
    """
    tags = _tags(profile)
    name = _description(tags.get(b"desc", b"")) or _UNREADABLE
    colorants = {key: _xyz(tags.get(key, b"")) for key in _SRGB_COLORANTS}
    if all(colorants.values()):
        near = all(
            abs(have - want) <= _TOLERANCE
            for key, wanted in _SRGB_COLORANTS.items()
            for have, want in zip(colorants[key], wanted, strict=True)
        )
        return SRGB if near else name
    return SRGB if "srgb" in name.lower() else name


def _tags(profile: bytes) -> dict[bytes, bytes]:
    if len(profile) < _HEADER + 4 or profile[36:40] != b"acsp":
        return {}
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    tags: dict[bytes, bytes] = {}
    for place in range(_HEADER + 4, _HEADER + 4 + 12 * min(count, _MAX_TAGS), 12):
        if place + 12 > len(profile):
            break
        signature, offset, size = struct.unpack_from(">4sII", profile, place)
        tags[signature] = profile[offset : offset + size]
    return tags


def _description(tag: bytes) -> str:
    if tag[:4] == b"desc" and len(tag) >= 12:
        (length,) = struct.unpack_from(">I", tag, 8)
        return tag[12 : 12 + length].split(b"\0")[0].decode("ascii", "replace").strip()
    if tag[:4] == b"mluc" and len(tag) >= 28:
        length, offset = struct.unpack_from(">II", tag, 20)
        return tag[offset : offset + length].decode("utf-16-be", "replace").strip("\0 ")
    return ""


def _xyz(tag: bytes) -> tuple[float, ...]:
    """X, Y and Z of an XYZ tag; empty if it is none."""
    if tag[:4] != b"XYZ " or len(tag) < 20:
        return ()
    return tuple(number / 65536 for number in struct.unpack_from(">3i", tag, 8))
