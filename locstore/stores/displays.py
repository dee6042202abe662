"""The display: one place for pictures in a store's listing, with the sizes and limits that apply to it."""

from __future__ import annotations

import dataclasses
import re
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from locstore.stores.tables import size_text

Alpha = Literal["allowed", "advised-against", "refused"]
Form = Literal["phone", "tablet", "watch", "desktop", "tv", "headset", "car", "graphic"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Store(StrEnum):
    """Whose rules a display follows; custom displays follow none."""

    APPLE = "apple"
    PLAY = "play"
    CUSTOM = "custom"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What Google Play asks for on top before it promotes an app with these screenshots.

    Sides are in pixels and ratios (width, height); None and () mean that Google names none.
    """

    min_count: int
    min_count_games: int
    min_side: int | None
    max_side: int | None
    ratios: tuple[tuple[int, int], ...]
    note: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """A place for pictures in a store's listing. Sizes are (width, height) in pixels.

    `size` is the one to make. `sizes` holds every size the App Store takes; on Google Play the recommended
    ones, where `min_side`, `max_side` (of both sides) and `max_ratio` (long to short) decide, or the exact
    ones where these are None. `ratios` is the shape Play advises, as (width, height), None where it names
    none.

    `required` says that the store turns down an app of this platform without it, `required_note` when.
    Counts are for each language, `max_count` None for no limit; `max_bytes` is for each picture, None if no
    limit is known. `formats` are file extensions.

    `asc_display_type` is App Store Connect's ScreenshotDisplayType, `image_type` Google's AppImageType; None
    where the API has none. `unknown_to_deliver` are the `sizes` that fastlane deliver does not know: one such picture
    cancels its whole upload. `supply_dir` and `gpp_dir` are the folders of fastlane supply and gradle-play-publisher.
    `hints` are the words by which deliver recognizes this display in a path where another has the same size: all
    words of one tuple. `scaled_from` is the display whose pictures the App Store scales for this one. `base` is the id
    in the store's table of a display in another of its sizes (see `display_variant`), and `id` itself for the display
    as it is there. `checked` is the ISO date when the facts were last compared with `sources`.
    """

    id: str
    name: str
    store: Store
    platform: str
    form: Form
    kind: Literal["screenshot", "graphic"]
    size: tuple[int, int]
    sizes: tuple[tuple[int, int], ...]
    required: bool
    required_note: str
    min_count: int
    max_count: int | None
    max_bytes: int | None
    formats: tuple[str, ...]
    alpha: Alpha = "refused"
    alpha_note: str = ""
    base: str = ""
    asc_display_type: str | None = None
    image_type: str | None = None
    supply_dir: str | None = None
    gpp_dir: str | None = None
    min_side: int | None = None
    max_side: int | None = None
    max_ratio: float | None = None
    taken_ratio: Fraction | None = None
    ratios: tuple[tuple[int, int], ...] | None = None
    promotion: Promotion | None = None
    hints: tuple[tuple[str, ...], ...] = ()
    scaled_from: str | None = None
    unknown_to_deliver: tuple[tuple[int, int], ...] = ()
    devices: tuple[str, ...] = ()
    note: str = ""
    sources: tuple[str, ...] = ()
    checked: str = ""

    def __post_init__(self) -> None:
        if not self.base:
            object.__setattr__(self, "base", self.id)

    @property
    def by_hand(self) -> bool:
        """Whether no upload tool takes pictures of this size for this display."""
        if self.store is Store.APPLE:
            return self.size in self.unknown_to_deliver
        return self.store is Store.CUSTOM or self.supply_dir is None

    @property
    def aspect(self) -> float:
        """Width by height of `size`."""
        return self.size[0] / self.size[1]

    @property
    def hint(self) -> str | None:
        """A piece of path that makes fastlane deliver choose this display; None if the size is enough."""
        return " ".join(self.hints[0]) if self.hints else None

    def accepts(self, size: tuple[int, int]) -> str | None:
        """None if the store takes a picture of this size (width, height) here, else one sentence why not."""
        if self.min_side is not None and self.max_side is not None:
            return self._breaks_bounds(size, self.min_side, self.max_side)
        if size in self.sizes:
            return None
        allowed = ", ".join(size_text(s) for s in self.sizes)
        return f"{size_text(size)} is not a size of {self._label}, which takes exactly {allowed}."

    def advice_on(self, size: tuple[int, int]) -> str | None:
        """One sentence on a size (width, height) that the store takes though its page says otherwise; None if none."""
        short, long = sorted(size)
        if self.max_ratio is None or self.accepts(size) is not None or long <= short * self.max_ratio:
            return None
        taken = f"{float(self.taken_ratio or 0):g}"
        return (
            f"{size_text(size)} is {long / short:.3g}:1; Google's page says {self.max_ratio:g}:1 at most for "
            f"{self._label}, and uploads up to {taken}:1 are taken. Make it {self.max_ratio:g}:1 to be sure."
        )

    @property
    def _label(self) -> str:
        return self.id if self.name == self.id else f"{self.id} ({self.name})"

    def _breaks_bounds(self, size: tuple[int, int], low: int, high: int) -> str | None:
        short, long = sorted(size)
        if short < low or long > high:
            return f"{size_text(size)} is outside of {self._label}, whose sides are {low} to {high} pixels."
        limit = self.taken_ratio or (None if self.max_ratio is None else Fraction(self.max_ratio))
        if self.max_ratio is not None and limit is not None and long > short * limit:
            taken = "" if self.taken_ratio is None else f" (up to {float(self.taken_ratio):g}:1 is taken)"
            rule = "must be square" if self.max_ratio == 1 else f"may be {self.max_ratio:g}:1 at most{taken}"
            return f"{size_text(size)} is {long / short:.3g}:1, but a picture of {self._label} {rule}."
        return None


def custom_display(
    id: str,  # noqa: A002 - the field's name
    size: tuple[int, int],
    *,
    form: Form | None = None,
) -> Display:
    """A display of the project's own, of one exact size (width, height) in pixels, without a store's limits.

    `form` is taken from the shape if None: upright ones are phones or tablets, wide ones desktops, squares
    graphics. Raises ValueError for a size below 1 and for an id that could not be part of a file name.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"A display's id is made of letters, digits, _ and -, not {id!r}")
    width, height = size
    if width < 1 or height < 1:
        raise ValueError(f"Display {id} needs a width and a height of at least 1 pixel, not {size_text(size)}")
    return Display(
        id=id,
        name=id,
        store=Store.CUSTOM,
        platform="custom",
        form=form or _form_of(width, height),
        kind="screenshot",
        size=size,
        sizes=(size,),
        required=False,
        required_note="",
        min_count=0,
        max_count=None,
        max_bytes=None,
        formats=("png", "jpg", "jpeg"),
        alpha="allowed",
    )


def _form_of(width: int, height: int) -> Form:
    if width == height:
        return "graphic"
    if width > height:
        return "desktop"
    # Tablets are about 3:4; 8:5 and slimmer is how phones are.
    return "phone" if height * 5 >= width * 8 else "tablet"
