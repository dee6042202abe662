"""A client without opinions: sends what it is told and hands back what came."""

from __future__ import annotations

import base64
import dataclasses
import http.client
import io
import json
from collections.abc import Mapping
from typing import Any

from images_server import TEST_KEY, ImagesServer
from PIL import Image

GENERATIONS = "/v1/images/generations"
EDITS = "/v1/images/edits"

PROMPT = """[Role]
You design app store screenshots.

[Typography]
2 text blocks. Each appears exactly once, verbatim.

Headline, in English (Latin script), written left to right:
  line 1: "Never forget"
  line 2: "to \\"water\\" it"
  place: 10.0% to 90.0% of the width, 10.0% to 24.0% of the height, from the top left corner
  size: letters 5.0% of the canvas height; weight bold 700; colour #fbfada; centred

Badge, in Arabic (Arabic script), written right to left:
  line 1: "نبتة نابضة بالحياة"
  place: 30.0% to 70.0% of the width, 30.0% to 33.0% of the height, from the top left corner
  size: letters 2.0% of the canvas height; weight semibold 600; colour #12372a; aligned where reading starts
  behind it: a pill with round ends of #e8a87c

[Style & Layout]
Device: a phone frame at 25.0% to 75.0% of the width, 50.0% to 100.0% of the height, from the top left corner.
Background: a smooth gradient of #336650, #12372a at 165°.

[Constraints]
- No extra text.
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """An answer in full."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> Any:
        return self.json["error"]

    def picture(self, number: int = 0) -> Image.Image:
        return opened(base64.b64decode(self.json["data"][number]["b64_json"], validate=True))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def asked(**changes: object) -> dict[str, object]:
    """A request that the openai dialect takes, with changes; None leaves a field out."""
    fields = {"model": "gpt-image-2", "prompt": "A fern.", "size": "1024x1024", "quality": "low", **changes}
    return {name: value for name, value in fields.items() if value is not None}


def post(
    server: ImagesServer,
    body: Mapping[str, object] | bytes,
    path: str = GENERATIONS,
    *,
    method: str = "POST",
    key: str | None = TEST_KEY,
    timeout: float = 10,
    **headers: str,
) -> Reply:
    """One request on a connection of its own; underscores in the names of headers become hyphens."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=timeout)
    all_headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
    all_headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body if isinstance(body, bytes) else json.dumps(body).encode(), all_headers)
        with connection.getresponse() as response:
            return Reply(response.status, {k.lower(): v for k, v in response.headers.items()}, response.read())
    finally:
        connection.close()


def fetch(server: ImagesServer, path: str) -> Reply:
    return post(server, b"", path.removeprefix(server.url), method="GET", key=None)


def png(size: tuple[int, int] = (64, 64), mode: str = "RGB", color: str = "red", file_format: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, color).save(file, file_format)
    return file.getvalue()


def form(*parts: tuple[str, str | None, bytes], boundary: str = "-fence-") -> tuple[bytes, str]:
    """A multipart body of (name, file name, data), and its content type."""
    body = b""
    for name, filename, data in parts:
        file = f'; filename="{filename}"\r\nContent-Type: image/png' if filename else ""
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + data + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f'multipart/form-data; boundary="{boundary}"'
