"""The page of `locstore diff`: each picture before and after, in one file."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Sequence

from locstore.pages.environment import render_alone


@dataclasses.dataclass(frozen=True, slots=True)
class ComparedPicture:
    """A path, what became of it (added, removed, changed), and the files' bytes, None where there is none."""

    path: str
    change: str
    before: bytes | None
    after: bytes | None

    @property
    def before_url(self) -> str | None:
        return _data_url(self.before)

    @property
    def after_url(self) -> str | None:
        return _data_url(self.after)


def render_comparison(other: str, pictures: Sequence[ComparedPicture]) -> str:
    """HTML; `other` is what the pictures are compared with, as the user named it."""
    return render_alone(
        "comparison.html", style="comparison.css", script="comparison.js", other=other, pictures=list(pictures)
    )


def _data_url(data: bytes | None) -> str | None:
    if data is None:
        return None
    kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
