"""Whether a condition of a concept (`when`, `show_on`, `only`) holds for a locale and display."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from locstore.concept import LoadedConcept, Shape, ShowOn, Slot, When
from locstore.findings import Finding
from locstore.stores import Display, Form, Locale, Store, UnknownLocale, displays, resolve_locale

_Path = tuple[str | int, ...]
_FORMS: tuple[str, ...] = get_args(Form)


def canvas_shape(size: tuple[int, int]) -> Shape:
    """`tall` from 1.6:1 on (phones), `portrait` (tablets), `landscape`, and what is between `square`."""
    width, height = size
    if height >= 1.6 * width:
        return "tall"
    if height >= 1.15 * width:
        return "portrait"
    return "landscape" if width >= 1.15 * height else "square"


def holds(when: When | None, locale: Locale, display: Display) -> bool:
    """Whether all keys of a condition hold; None always does."""
    if when is None:
        return True
    return (
        (when.store is None or _any(when.store, str(display.store)))
        and (when.form is None or _any(when.form, display.form))
        and (when.display is None or any(_any(when.display, own) for own in (display.id, display.base)))
        and (when.locale is None or any(covers_locale(name, locale) for name in when.locale))
        and (when.shape is None or canvas_shape(display.size) in when.shape)
        and (when.direction is None or when.direction == ("rtl" if locale.direction == "rtl" else "ltr"))
    )


def shown(show_on: ShowOn | None, locale: Locale, display: Display) -> bool:
    """Whether a screen, slot or layer is shown: one of the named stores, forms and displays, and of the locales.

    Names of a kind that are not given ask for nothing: `[ja]` is all displays in Japanese.
    """
    if show_on is None:
        return True
    if show_on.when is not None:
        return holds(show_on.when, locale, display)
    wanted_locales = [name for name in show_on.names if not names_place(name)]
    places = [name for name in show_on.names if names_place(name)]
    return (
        not places or any(_any(places, own) for own in (str(display.store), display.form, display.id, display.base))
    ) and (not wanted_locales or any(covers_locale(name, locale) for name in wanted_locales))


def slot_shown(slot: Slot, locale: Locale, display: Display) -> bool:
    """Whether a slot is shown, by `show_on` or its older spelling `only`."""
    if slot.only and display.store not in slot.only and not {display.id, display.base} & {*slot.only}:
        return False
    return shown(slot.show_on, locale, display)


def covers_locale(name: str, locale: Locale) -> bool:
    """Whether a code in any spelling, or a glob of codes, means this locale or the language that it is a region of."""
    codes = [c for c in (locale.gettext, locale.bcp47, locale.apple, locale.play) if c]
    if any(fnmatch.fnmatchcase(c.casefold(), name.casefold()) for c in codes):
        return True
    try:
        wanted = resolve_locale(name).gettext
    except UnknownLocale:
        return False
    return wanted == locale.gettext or any(_gettext(code) == wanted for code in locale.fallbacks())


def names_place(name: str) -> bool:
    """Whether a name of `show_on` is a store, form or display, or a glob that fits one; others are locales."""
    if name in _FORMS or name in tuple(map(str, Store)) or name in displays():
        return True
    try:
        resolve_locale(name)
    except UnknownLocale:
        return _is_glob(name) and any(fnmatch.fnmatchcase(known, name) for known in (*displays(), *_FORMS, *Store))
    return False


def unknown_names(
    loaded: LoadedConcept, condition: ShowOn | When | None, place: _Path, used: Sequence[Display]
) -> Iterator[Finding]:
    """Findings for names of a condition that no store, form, display or locale has: it would never hold."""
    if isinstance(condition, ShowOn) and condition.when is None:
        for i, name in enumerate(condition.names):
            if not names_place(name) and not _known_locale(name) and name not in {d.id for d in used}:
                everything = (*map(str, Store), *_FORMS, *displays())
                yield _unknown(loaded, "store, form, display or locale", name, everything, (*place, i))
        return
    when = condition.when if isinstance(condition, ShowOn) else condition
    if when is None:
        return
    tables: tuple[tuple[str, Iterable[str] | None, tuple[str, ...]], ...] = (
        ("store", when.store, tuple(map(str, Store))),
        ("form", when.form, _FORMS),
        ("display", when.display, (*displays(), *(d.id for d in used))),
    )
    for key, names, known in tables:
        for i, name in enumerate(names or ()):
            if not any(fnmatch.fnmatchcase(k, name) for k in known):
                yield _unknown(loaded, key, name, known, (*place, key, i))
    for i, name in enumerate(when.locale or ()):
        if not _known_locale(name):
            yield _unknown(loaded, "locale", name, (), (*place, "locale", i))


def _unknown(loaded: LoadedConcept, what: str, name: str, known: Iterable[str], place: _Path) -> Finding:
    close = difflib.get_close_matches(name, list(known), n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    message = f"There is no {what} {name!r}, so this never holds.{hint}"
    return loaded.finding("concept-unknown-name", message, *place)


def _known_locale(name: str) -> bool:
    if _is_glob(name):
        return True
    try:
        resolve_locale(name)
    except UnknownLocale:
        return False
    return True


def _is_glob(name: str) -> bool:
    return any(char in name for char in "*?[")


def _any(names: Iterable[str], own: str) -> bool:
    return any(fnmatch.fnmatchcase(own, name) for name in names)


def _gettext(code: str) -> str | None:
    try:
        return resolve_locale(code).gettext
    except UnknownLocale:
        return None
