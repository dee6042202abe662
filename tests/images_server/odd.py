"""What servers that speak the dialect only roughly answer, seen in the field; every one of them is paid for."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from images_server.answers import picture_file
from images_server.faults import ELSEWHERE, GATEWAY, NOTHING
from images_server.http1 import Answer
from images_server.painting import Picture


def odd_answer(fault: str, picture: Picture, more: Mapping[str, object], url: str) -> Answer | None:
    """The answer of such a fault, None for any other. `url` is where the picture can be fetched."""
    if fault in GATEWAY:
        page = f"<html><head><title>{GATEWAY[fault]} Gateway Time-out</title></head><body></body></html>"
        return Answer(GATEWAY[fault], page.encode(), "text/html")
    data = b"".join(picture_file(picture).pieces)
    text = base64.b64encode(data).decode()
    zero = {"total_tokens": 0, "input_tokens": 0, "output_tokens": 0}
    bodies: dict[str, object] = {
        "images-key": {"created": 1, "images": [text]},
        "base64url": {"data": [{"b64_json": base64.urlsafe_b64encode(data).decode()}], **more},
        "no-padding": {"data": [{"b64_json": text.rstrip("=")}], **more},
        "data-object": {"data": {"b64_json": text}, **more},
        "data-strings": {"data": [text], **more},
        "usage-zero": {"data": [{"b64_json": text}], **more, "usage": zero},
        ELSEWHERE: {"data": [{"url": url.replace("127.0.0.1", "localhost")}], **more},
        NOTHING: {"status": "succeeded", "job": "a1b2"},
    }
    if fault in bodies:
        return Answer(200, json.dumps(bodies[fault]).encode())
    if fault == "raw-file":
        return Answer(200, data, picture.media_type)
    if fault == "event-stream":
        event = json.dumps({"type": "image_generation.completed", "b64_json": text, **more})
        draft = json.dumps({"type": "image_generation.partial_image", "b64_json": text[:400]})
        body = f"event: x\ndata: {draft}\n\nevent: image_generation.completed\ndata: {event}\n\n"
        return Answer(200, body.encode(), "text/event-stream")
    return None
