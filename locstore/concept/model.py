"""The concept spec as pydantic models: what a designer may write, with its limits and defaults."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from locstore.concept.conditions import ShowOnSpec, When
from locstore.concept.fields import (
    Fraction,
    FractionBox,
    HexColor,
    Identifier,
    Number,
    RelativePath,
    SizeRange,
)
from locstore.concept.fills import Shadowing, Spot, Stops, Stroking, TiltSpec
from locstore.concept.frame import FrameSpec
from locstore.concept.scene import Layers
from locstore.concept.spec import Spec


class PromptStyle(Spec):
    """The look, for prompts; the palette also gives the local painter its default colours."""

    palette: tuple[HexColor, ...] = ()
    composition: str = ""
    lens: str = ""
    typeface: str = Field("", max_length=200, description="The typeface in words, such as `geometric sans`.")
    avoid: tuple[str, ...] = ()


class Brand(Spec):
    """What identifies the product."""

    logo: RelativePath | None = Field(None, description="A PNG, set on screens with `logo: true`.")


class Amount(Spec):
    """An amount of money."""

    currency: Number
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(description="ISO 4217, such as USD.")
    decimals: Annotated[int, Field(ge=0, le=4)] | None = None


class CurrencySpec(Amount):
    """Money, written the locale's way; `locales` gives other amounts for other markets."""

    locales: dict[str, Amount] = Field(default_factory=dict)


class NumberSpec(Spec):
    """A count, grouped the locale's way, or compact; `locales` gives other counts for other markets."""

    number: Number
    compact: Literal[False, True, "short", "long"] = Field(False, description="true is short: 12K; long: 12 thousand.")
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    locales: dict[str, Number] = Field(default_factory=dict)


class PercentSpec(Spec):
    """A share: 0.97 is written as 97 %; `locales` gives other shares for other markets."""

    percent: Number
    decimals: Annotated[int, Field(ge=0, le=4)] = 0
    locales: dict[str, Number] = Field(default_factory=dict)


class DateSpec(Spec):
    """A calendar day; `locales` gives other days for other markets."""

    date: datetime.date
    format: Literal["short", "medium", "long", "full"] = "long"
    locales: dict[str, datetime.date] = Field(default_factory=dict)


class TextSpec(Spec):
    """A word that is the same in every language, such as a product name; `locales` has other names."""

    text: str
    locales: dict[str, str] = Field(default_factory=dict)


_VALUE_KINDS: dict[str, type[Spec]] = {
    "currency": CurrencySpec,
    "number": NumberSpec,
    "percent": PercentSpec,
    "date": DateSpec,
    "text": TextSpec,
}


def _value_kind(raw: Any) -> Any:
    """Choose the model by its key, so that a mistake gives one error and not one for each kind."""
    if isinstance(raw, Spec):
        return raw
    kinds = [k for k in _VALUE_KINDS if isinstance(raw, dict) and k in raw]
    if len(kinds) != 1:
        names = ", ".join(_VALUE_KINDS)
        raise ValueError(f"a value is a mapping with exactly one of: {names}")
    return _VALUE_KINDS[kinds[0]].model_validate(raw)


ValueSpec = Annotated[CurrencySpec | NumberSpec | PercentSpec | DateSpec | TextSpec, BeforeValidator(_value_kind)]


PluralCategory = Literal["zero", "two", "few", "many"]


class HighlightSpec(Spec):
    """How a `*span*` of the words looks."""

    color: HexColor
    weight: Annotated[int, Field(ge=100, le=900)] | None = None


class TextGradient(Spec):
    """Colours over the letters, from their top to their bottom unless `angle` says otherwise."""

    colors: Stops
    angle: Annotated[float, Field(ge=0, le=360)] = Field(180, description="CSS degrees: 180 runs downwards.")


class TextPlate(Spec):
    """A rounded area behind the words; lengths in em of the words' size."""

    color: HexColor
    opacity: Fraction = 1.0
    padding: tuple[Annotated[float, Field(ge=0, le=3)], Annotated[float, Field(ge=0, le=3)]] = Field(
        (0.75, 0.38), description="[sides, above and below], in em."
    )
    radius: Annotated[float, Field(ge=0, le=4)] | None = Field(None, description="In em; round ends if left out.")
    per_line: bool = Field(False, description="An area behind each line instead of one behind all.")


def _plate(raw: Any) -> Any:
    return {"color": raw} if isinstance(raw, str) else raw


def _families_by_language(raw: Any) -> Any:
    """A list, or a name alone, is for all languages."""
    if isinstance(raw, str):
        raw = [raw]
    if isinstance(raw, (list, tuple)):
        return {"default": raw}
    if isinstance(raw, dict):
        return {key: [names] if isinstance(names, str) else names for key, names in raw.items()}
    return raw


FontFamilies = Annotated[dict[str, tuple[str, ...]], BeforeValidator(_families_by_language)]


class SlotStyle(Spec):
    """How words are set. Sizes are percent of the canvas's mean side, the square root of width x height."""

    families: tuple[str, ...] | None = Field(None, description="Font families to try first.")
    font_families: FontFamilies | None = Field(
        None,
        description="Font families by `default`, locale (ja, pt_BR) or script (Arab, Hans): those named for the words' "
        "own language or script come first.",
    )
    weight: Annotated[int, Field(ge=100, le=900)] | None = None
    size: SizeRange | None = Field(None, description="[smallest, largest] em size in percent.")
    max_lines: Annotated[int, Field(ge=1, le=12)] | None = None
    color: HexColor | None = None
    align: Literal["start", "center", "end"] | None = None
    line_height: Annotated[float, Field(ge=0.8, le=3)] | None = None
    letter_spacing: Annotated[float, Field(ge=-0.1, le=0.5)] | None = Field(None, description="In em.")
    highlight: HighlightSpec | None = None
    hyphenate: bool | None = Field(None, description="Long words may be hyphenated, by the language's dictionary.")
    pill: HexColor | None = Field(None, description="Colour of a rounded plate behind the words.")
    box: FractionBox | None = Field(
        None, description="[x, y, width, height] as fractions of the canvas, instead of the layout's place."
    )
    uppercase: bool | None = Field(None, description="By the language's rules: Turkish İ, Greek without accents.")
    shadow: Shadowing | None = None
    outline: Stroking | None = None
    gradient: TextGradient | None = None
    background: Annotated[TextPlate, BeforeValidator(_plate)] | None = Field(
        None, description="An area behind the words; a colour alone is a pill."
    )


class Slot(SlotStyle):
    """A place for words on a screen. The text is the msgid, `screen/slot` the msgctxt."""

    id: Identifier
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    plural: Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None = None
    plural_forms: dict[PluralCategory, Annotated[str, StringConstraints(min_length=1, max_length=2000)]] = Field(
        default_factory=dict,
        description="Texts for plural categories of the source language that `text` and `plural` do not serve: "
        "few and many in Polish or Russian.",
    )
    count: str | None = Field(None, description="The value that chooses the plural form.")
    role: str = Field("headline", description="headline, caption, badge, or a role of `typography`.")
    comment: str = Field("", description="For translators.")
    only: tuple[str, ...] = Field((), description="Older spelling of show_on: stores (apple, play) or display ids.")
    show_on: ShowOnSpec | None = Field(None, description="Stores, forms, displays and locales that show the slot.")

    @model_validator(mode="after")
    def _plural(self) -> Slot:
        if self.plural is not None and self.count is None:
            raise ValueError("plural needs count: the name of the value that chooses the form")
        if self.only and self.show_on is not None:
            raise ValueError("only is the older spelling of show_on; give one of them")
        if self.count is not None and self.plural is None:
            raise ValueError("count needs plural: the source text for the other numbers")
        if self.plural_forms and self.plural is None:
            raise ValueError("plural_forms needs plural: the source text for the other numbers")
        return self


class Glow(Spec):
    """A soft round light on the background."""

    color: HexColor
    at: Spot = Field((0.5, 0.3), description="Centre as fractions of the canvas.")
    radius: Annotated[float, Field(gt=0, le=3)] = Field(0.6, description="Fraction of the longer side.")
    opacity: Fraction = 0.5


class Background(Spec):
    """One of `solid`, `gradient` or `image`, with optional glows on top."""

    solid: HexColor | None = None
    gradient: Annotated[tuple[HexColor, ...], Field(min_length=2, max_length=6)] | None = None
    angle: Annotated[float, Field(ge=0, le=360)] = Field(180, description="CSS degrees: 180 runs downwards.")
    image: RelativePath | None = Field(None, description="May hold {locale} and {display}, as captures do.")
    glow: Annotated[tuple[Glow, ...], Field(max_length=12)] = ()

    @model_validator(mode="after")
    def _one(self) -> Background:
        given = [n for n in ("solid", "gradient", "image") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError("a background needs exactly one of solid, gradient, image")
        return self


def _background(raw: Any) -> Any:
    return {"solid": raw} if isinstance(raw, str) else raw


Layout = Literal[
    "caption-top",
    "caption-bottom",
    "caption-side",
    "full-bleed",
    "art-only",
    "bleed-bottom",
    "device-whole",
    "two-devices",
    "device-side",
    "detail-card",
    "quote",
]
BackgroundSpec = Annotated[Background, BeforeValidator(_background)]


class Device(Spec):
    """Where the framed capture stands, beyond what the layout says."""

    later_keys: ClassVar[frozenset[str]] = frozenset({"tilt", "rotate"})

    scale: Annotated[float, Field(ge=0.3, le=2)] = 1.0
    shift: Spot = Field((0.0, 0.0), description="Fractions of the canvas; x runs with the text.")
    shadow: Fraction = 0.45
    tilt: TiltSpec | None = None
    rotate: Annotated[float, Field(ge=-360, le=360)] | None = None


class ScreenDesign(Spec):
    """The parts of a screen that an override may change for one locale."""

    layout: Layout | None = None
    background: BackgroundSpec | None = None
    capture: RelativePath | None = Field(
        None, description="The app's real screen; {locale} and {display} are filled, with fallbacks."
    )
    frame: FrameSpec | None = None
    device: Device | None = None
    scrim: HexColor | None = Field(None, description="Full-bleed: colour that fades in behind the words.")
    logo: bool | None = None
    layers: Layers | None = Field(
        None,
        description="Bottom to top. With a layout they are between its device and its words; without, they are all.",
    )


class Screen(ScreenDesign):
    """One picture of the set: layout, background, capture and words."""

    id: Identifier
    show_on: ShowOnSpec | None = Field(
        None, description="Stores, forms, displays and locales that have this screen: a list, or keys as in `when`."
    )
    copy_: tuple[Slot, ...] = Field((), alias="copy")


class CustomDisplay(Spec):
    """A size that is no store's: a web banner, a press picture."""

    id: Identifier
    size: tuple[Annotated[int, Field(ge=16, le=16384)], Annotated[int, Field(ge=16, le=16384)]]
    format: Literal["png", "jpeg"] = "png"

    @model_validator(mode="after")
    def _limit(self) -> CustomDisplay:
        if self.size[0] * self.size[1] > 64_000_000:
            raise ValueError("at most 64 megapixels")
        return self


class DisplayChoice(Spec):
    """A store's display in another orientation or size: `{display: iphone_69, orientation: landscape}`."""

    display: str
    orientation: Literal["portrait", "landscape"] | None = None
    size: tuple[Annotated[int, Field(ge=16, le=16384)], Annotated[int, Field(ge=16, le=16384)]] | None = None


def _display(raw: Any) -> Any:
    """A display is an id or a mapping; deciding here gives one error for a mistake, not one for each."""
    if isinstance(raw, (str, CustomDisplay, DisplayChoice)):
        return raw
    if isinstance(raw, dict) and "display" in raw:
        return DisplayChoice.model_validate(raw)
    if isinstance(raw, dict):
        return CustomDisplay.model_validate(raw)
    raise ValueError(
        "a display is an id such as iphone_69, {display: iphone_69, orientation: landscape}, "
        "or {id: og, size: [1200, 630]}"
    )


DisplaySpec = Annotated[str | DisplayChoice | CustomDisplay, BeforeValidator(_display)]


# Keys of a screen's override that are design; every other key must be the id of one of its slots.
SCREEN_DESIGN_KEYS = frozenset(ScreenDesign.model_fields)


class ScreenOverride(Spec):
    """Design of one screen where a condition holds; never words. `patches` change single layers, by their id."""

    screen: ScreenDesign = ScreenDesign()
    slots: dict[str, SlotStyle] = Field(default_factory=dict)
    patches: dict[Identifier, dict[str, Any]] = Field(default_factory=dict)


def _override(raw: Any) -> Any:
    if not isinstance(raw, dict):
        return raw
    design = {k: v for k, v in raw.items() if k in SCREEN_DESIGN_KEYS}
    slots = {k: v for k, v in raw.items() if k not in SCREEN_DESIGN_KEYS}
    patches = design.pop("layers") if isinstance(design.get("layers"), dict) else {}
    return {"screen": design, "slots": slots, "patches": patches}


OverrideSpec = Annotated[ScreenOverride, BeforeValidator(_override)]


class OverrideRule(Spec):
    """Design for what `when` says; in the list of overrides the later rule wins."""

    when: When
    text_styles: dict[str, SlotStyle] = Field(default_factory=dict, description="Styles by role.")
    screens: dict[str, OverrideSpec] = Field(default_factory=dict)


def _overrides_kind(raw: Any) -> str | None:
    return "array" if isinstance(raw, (list, tuple)) else "object" if isinstance(raw, dict) else None


OverridesSpec = Annotated[
    Annotated[dict[str, dict[str, OverrideSpec]], Tag("object")]
    | Annotated[Annotated[tuple[OverrideRule, ...], Field(max_length=500)], Tag("array")],
    Discriminator(
        _overrides_kind,
        custom_error_type="overrides_kind",
        custom_error_message="Write a list of rules: [{when: {locale: de}, screens: {...}}]",
    ),
]


def _locales_kind(raw: Any) -> str | None:
    """Choose between the word and the list, so that a mistake gives one error and not one for each."""
    if isinstance(raw, (list, tuple)):
        return "list"
    return "all" if raw == "all" else None


LocalesSpec = Annotated[
    Annotated[Literal["all"], Tag("all")] | Annotated[tuple[str, ...], Tag("list")],
    Discriminator(
        _locales_kind,
        custom_error_type="locales_kind",
        custom_error_message="Write all, or a list of codes: [en, de, pt_BR]",
    ),
]


class Concept(Spec):
    """The whole spec of one set of screenshots."""

    concept: Identifier = Field(description="Its name, and the gettext domain of its catalogs.")
    source: str = Field("en", description="Language of the texts below; it needs no catalog.")
    role: str = ""
    subject: str = ""
    style: PromptStyle = PromptStyle()
    brand: Brand = Brand()
    values: dict[Identifier, ValueSpec] = Field(default_factory=dict)
    keep_together: tuple[Annotated[str, StringConstraints(min_length=1, max_length=100)], ...] = Field(
        (), description="Names that no line is broken in, such as Google Pay; text values are kept whole anyway."
    )
    typography: dict[str, SlotStyle] = Field(default_factory=dict, description="Styles by role.")
    screens: Annotated[tuple[Screen, ...], Field(min_length=1)]
    displays: Annotated[tuple[DisplaySpec, ...], Field(min_length=1)]
    locales: LocalesSpec = "all"
    defaults: ScreenDesign | None = Field(None, description="Design of every screen that does not say its own.")
    overrides: OverridesSpec = Field(
        default_factory=dict, description="A list of rules with `when`; or, as before, a map by locale."
    )

    @property
    def locale_overrides(self) -> dict[str, dict[str, ScreenOverride]]:
        """The map by locale, empty if overrides are a list."""
        return self.overrides if isinstance(self.overrides, dict) else {}

    @property
    def override_rules(self) -> tuple[OverrideRule, ...]:
        """The list of rules, empty if overrides are a map."""
        return () if isinstance(self.overrides, dict) else self.overrides

    @model_validator(mode="before")
    @classmethod
    def _styles(cls, raw: Any) -> Any:
        """`text_styles` is another name of `typography`."""
        if isinstance(raw, dict) and "text_styles" in raw:
            if "typography" in raw:
                raise ValueError("text_styles and typography are the same; keep one of them")
            return {**{k: v for k, v in raw.items() if k != "text_styles"}, "typography": raw["text_styles"]}
        return raw
