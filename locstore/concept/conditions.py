"""Conditions: on which stores, forms, displays, shapes of canvas and locales a part of a concept is shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from locstore.concept.spec import Spec

Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]


def _many(raw: Any) -> Any:
    """One name may be written without a list."""
    return [raw] if isinstance(raw, str) else raw


Names = Annotated[tuple[Name, ...], BeforeValidator(_many), Field(min_length=1, max_length=200)]
Shape = Literal["tall", "portrait", "square", "landscape"]
Shapes = Annotated[tuple[Shape, ...], BeforeValidator(_many), Field(min_length=1, max_length=4)]


class When(Spec):
    """All given keys must hold; of a key's list one name is enough. Names may be globs, such as `play_*`.

    A locale also holds for its regions: `de` for de_AT.
    """

    store: Names | None = Field(None, description="apple, play or custom.")
    form: Names | None = Field(None, description="phone, tablet, watch, tv, desktop ...")
    display: Names | None = Field(None, description="Display ids.")
    locale: Names | None = Field(None, description="Codes in any spelling; a language holds for its regions.")
    shape: Shapes | None = Field(None, description="Shape of the canvas.")
    direction: Literal["ltr", "rtl"] | None = Field(None, description="Of the locale.")


def _when(raw: Any) -> Any:
    """A list is kept whole under `show_on`: which kind each name is, only the stores' tables know."""
    if isinstance(raw, (list, tuple)):
        return {"names": raw}
    return {"names": [raw]} if isinstance(raw, str) else {"when": raw} if isinstance(raw, dict) else raw


class ShowOn(Spec):
    """Either names (stores, forms, displays: one is enough; and of locales, if any, one), or a `when`."""

    names: tuple[Name, ...] = ()
    when: When | None = None


ShowOnSpec = Annotated[ShowOn, BeforeValidator(_when)]
