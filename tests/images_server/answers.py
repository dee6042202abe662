"""Successful answers: JSON with pictures that are encoded while they are sent, and streams of events."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator, Sequence

from images_server.contract import Ask
from images_server.http1 import Answer, Pieces
from images_server.painting import Picture, Zeros, base64_length, base64_pieces
from images_server.tokens import usage

_PIECE = 256 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Embedded:
    """A picture as base64 text inside JSON; `keep` is how many characters of it are sent (None: all)."""

    picture: Picture
    keep: int | None = None

    def __len__(self) -> int:
        return base64_length(self.picture) if self.keep is None else self.keep

    def pieces(self) -> Iterator[bytes]:
        left = len(self)
        for piece in base64_pieces(self.picture):
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return


def embedded(picture: Picture, *, truncated: bool = False) -> Embedded:
    """Cut short, the text has an odd length, so that no decoder can take it for a whole one."""
    return Embedded(picture, base64_length(picture) * 6 // 10 | 1 if truncated else None)


def details(ask: Ask, pictures: int, *, bare: bool) -> dict[str, object]:
    """What an answer says besides the pictures; all of it is optional."""
    if bare:
        return {}
    return {
        "background": "opaque",
        "output_format": ask.output_format,
        "quality": ask.asked_quality,
        "size": f"{ask.size[0]}x{ask.size[1]}",
        "usage": usage(ask.prompt, ask.size, ask.quality, pictures=pictures, references=len(ask.references)),
    }


def pictures_answer(items: Sequence[Embedded | str], more: dict[str, object], *, data_uri: bool = False) -> Answer:
    """The JSON answer; an item that is a string is the address of a picture."""
    segments: list[bytes | Embedded] = [b'{\n  "created": %d,\n  "data": [' % int(time.time())]
    for index, item in enumerate(items):
        segments.append(b", " if index else b"")
        if isinstance(item, str):
            segments.append(json.dumps({"url": item}).encode())
        else:
            prefix = f"data:{item.picture.media_type};base64," if data_uri else ""
            segments += [b'{"b64_json": "' + prefix.encode(), item, b'"}']
    tail = json.dumps(more, indent=2)[1:-1].rstrip()
    segments.append(b"]" + (b"," + tail.encode() if tail else b"") + b"\n}\n")
    return Answer(200, Pieces(sum(map(len, segments)), _Flow(segments)))


def picture_file(picture: Picture) -> Answer:
    starts = ((part, start) for part in picture.parts for start in range(0, len(part), _PIECE))
    pieces = (
        bytes(min(_PIECE, len(part) - start)) if isinstance(part, Zeros) else part[start : start + _PIECE]
        for part, start in starts
    )
    return Answer(200, Pieces(len(picture), pieces), picture.media_type)


def events_answer(ask: Ask, items: Sequence[Embedded], more: dict[str, object]) -> Answer:
    """Server-sent events: the partial pictures that were asked for, then one `completed` for each item."""
    family = {"generations": "image_generation", "edits": "image_edit"}[ask.endpoint]
    shown = {key: value for key, value in more.items() if key != "usage"} | {"created_at": int(time.time())}
    segments: list[bytes | Embedded] = []
    for item in items:
        for index in range(ask.partial_images):
            segments += _event(f"{family}.partial_image", item, shown | {"partial_image_index": index})
        usage_too = {"usage": more["usage"]} if "usage" in more else {}
        segments += _event(f"{family}.completed", item, shown | usage_too)
    return Answer(200, Pieces(None, _Flow(segments)), "text/event-stream; charset=utf-8")


def _event(name: str, item: Embedded, values: dict[str, object]) -> list[bytes | Embedded]:
    rest = json.dumps(values)[1:].encode()
    return [f'event: {name}\ndata: {{"type": "{name}", "b64_json": "'.encode(), item, b'", ' + rest + b"\n\n"]


@dataclasses.dataclass(frozen=True, slots=True)
class _Flow:
    segments: Sequence[bytes | Embedded]

    def __iter__(self) -> Iterator[bytes]:
        for segment in self.segments:
            if isinstance(segment, bytes):
                yield segment
            else:
                yield from segment.pieces()
