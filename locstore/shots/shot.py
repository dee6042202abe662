"""The Shot: one screen in one locale on one display, with words and design resolved. The value that travels."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from locstore.concept import Background, Device, Frame, LayerSpec, SlotStyle
from locstore.shots.uppercase import uppercase
from locstore.stores import Display, Locale
from locstore.typeset import parse_highlight

LAYERS_ONLY = "layers"
# Part of every digest: raise it when the same inputs begin to give another picture.
PICTURE_VERSION = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Asset:
    """A file that a picture is made from. `display_path` is its path relative to the project."""

    path: Path
    display_path: str
    sha256: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FilledWords:
    """The words of one slot in one locale, with placeholders filled; `SlotWords` says what each field is."""

    markup: str
    language: str
    direction: Literal["ltr", "rtl"]
    state: str
    file: str
    line: int
    keep_together: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SlotDesign:
    """A slot of a shot without its words: its id, role, source text (`msgid`) and complete style."""

    id: str
    role: str
    msgid: str
    style: SlotStyle

    def with_words(self, words: FilledWords) -> SlotWords:
        """The slot with these words in it."""
        return SlotWords(
            id=self.id,
            role=self.role,
            markup=words.markup,
            msgid=self.msgid,
            language=words.language,
            direction=words.direction,
            state=words.state,
            style=self.style,
            file=words.file,
            line=words.line,
            keep_together=words.keep_together,
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SlotWords:
    """A slot of a shot with its words in the shot's language and its complete style.

    `markup` is what the catalog says with placeholders filled, marks and all: it is part of digests. `text` is what is
    set, without marks and in capitals if the style asks for them, `highlights` are its highlighted spans; both are made
    from `markup` here, once, and nobody later reads marks. `language` is the BCP 47 tag of the words, another than the
    locale's when a fallback was allowed. `keep_together` are the names in them that a line should not be broken in.
    `file` and `line` say where the words are written: the catalog's msgstr, or the concept for the source language.
    """

    id: str
    role: str
    markup: str
    msgid: str
    language: str
    direction: Literal["ltr", "rtl"]
    state: str
    style: SlotStyle
    file: str
    line: int
    keep_together: tuple[str, ...] = ()
    text: str = ""
    highlights: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        marked = parse_highlight(self.markup)
        text, highlights = marked.text, marked.highlights
        if self.style.uppercase:
            text, highlights = uppercase(text, self.language, highlights)
            names = tuple(uppercase(name, self.language)[0] for name in self.keep_together)
            object.__setattr__(self, "keep_together", names)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "highlights", highlights)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SceneLayer:
    """A layer of a shot: what the concept says, with overrides and conditions resolved, and the line it is on."""

    item: LayerSpec
    name: str
    file: str
    line: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The concept's words for an image model; the local painter does not see them."""

    role: str = ""
    subject: str = ""
    palette: tuple[str, ...] = ()
    composition: str = ""
    lens: str = ""
    typeface: str = ""
    avoid: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of the matrix: what decides where a picture stands, known before its words are."""

    concept: str
    screen: str
    number: int
    locale: Locale
    display: Display
    format: Literal["png", "jpeg"]

    @property
    def key(self) -> str:
        """`hero/ja/iphone_69`: how people name a shot."""
        return f"{self.screen}/{self.locale.gettext}/{self.display.id}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CellDesign(Cell):
    """The design of a cell with its files, but without its slots.

    `number` counts the screens of its locale and display from 1. `layout` is LAYERS_ONLY for a screen without a preset.
    `layer_assets` are the files that `layers` name, by the path as the concept writes it. Assets are resolved, with
    fallbacks taken.
    """

    layout: str
    background: Background
    background_asset: Asset | None
    capture: Asset | None
    frame: Frame
    frame_asset: Asset | None
    device: Device
    scrim: str | None
    logo: Asset | None
    brief: Brief = Brief()
    layers: tuple[SceneLayer, ...] = ()
    layer_assets: tuple[tuple[str, Asset], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShotDesign(CellDesign):
    """A shot without its words: the same in every state of the catalogs."""

    slots: tuple[SlotDesign, ...]

    def with_words(self, words: Mapping[str, FilledWords]) -> Shot:
        """The shot with these words, by the ids of slots. Raises KeyError for a slot without words."""
        own = {field.name: getattr(self, field.name) for field in dataclasses.fields(CellDesign)}
        return Shot(**own, slots=tuple(slot.with_words(words[slot.id]) for slot in self.slots))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shot(CellDesign):
    """Everything that later steps need; nothing after it reads YAML or PO files."""

    slots: tuple[SlotWords, ...]

    @property
    def design(self) -> ShotDesign:
        """The shot without its words."""
        own = {field.name: getattr(self, field.name) for field in dataclasses.fields(CellDesign)}
        slots = tuple(SlotDesign(id=s.id, role=s.role, msgid=s.msgid, style=s.style) for s in self.slots)
        return ShotDesign(**own, slots=slots)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.display.size

    def assets(self) -> dict[str, Asset]:
        """The files that are in the picture, by what they are for."""
        files = {
            "background": self.background_asset,
            "capture": self.capture,
            "frame": self.frame_asset,
            "logo": self.logo,
        }
        own = {kind: asset for kind, asset in files.items() if asset is not None}
        return own | {f"layer {pattern}": asset for pattern, asset in self.layer_assets}

    def inputs(self) -> dict[str, Any]:
        """Everything that decides the pixels, JSON-ready, by kind: what `plan` compares and the manifest records."""
        return {
            "words": [
                {
                    "slot": s.id,
                    "markup": s.markup,
                    "language": s.language,
                    "direction": s.direction,
                    # Left out when empty, so that the digests of words without names stay what they were.
                    **({"keep_together": list(s.keep_together)} if s.keep_together else {}),
                }
                for s in self.slots
            ],
            "design": {
                "layout": self.layout,
                "background": self.background.model_dump(mode="json"),
                "frame": self.frame.digest_data(),
                "device": self.device.digest_data(),
                "scrim": self.scrim,
                "direction": self.locale.direction,
                "styles": [s.style.model_dump(mode="json", exclude_none=True) for s in self.slots],
                **self._later_design(),
            },
            "display": {
                "size": list(self.size),
                "form": self.display.form,
                "store": str(self.display.store),
                "format": self.format,
            },
            "assets": {kind: asset.sha256 for kind, asset in self.assets().items()},
        }

    def _later_design(self) -> dict[str, Any]:
        """Parts of the design that came after the first release: only where they change the picture."""
        parts: dict[str, Any] = {}
        if self.layers:
            parts["layers"] = [layer.item.model_dump(mode="json", exclude_defaults=True) for layer in self.layers]
        if self.locale.direction == "rtl" and self._turned():
            parts["mirrored"] = True  # before, glows, slanted gradients and slots' own boxes were not mirrored
        return parts

    def _turned(self) -> bool:
        glows = any(glow.at[0] != 0.5 for glow in self.background.glow)
        slanted = self.background.gradient is not None and self.background.angle % 180 != 0
        return glows or slanted or any(slot.style.box is not None for slot in self.slots)


def fingerprint(value: Any) -> str:
    """Tagged SHA-256 of canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"locstore\0" + text.encode()).hexdigest()


def shot_digests(shot: Shot, fonts: Sequence[tuple[str, str]], painter: str = "") -> dict[str, str]:
    """A short digest for each kind of input and one of all (`picture`), so that a change can be named.

    `painter` is a digest of what a paid painter adds; with it the concept's brief counts, too.
    """
    parts = {kind: fingerprint(value)[:16] for kind, value in shot.inputs().items()}
    parts["fonts"] = fingerprint([list(f) for f in fonts])[:16]
    parts["version"] = str(PICTURE_VERSION)
    if painter:
        parts["painter"] = fingerprint([painter, dataclasses.asdict(shot.brief)])[:16]
    parts["picture"] = fingerprint(parts)
    return parts
