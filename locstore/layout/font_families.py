"""The font families of a slot for the language of its words, from the `families` and `font_families` of its style."""

from __future__ import annotations

from locstore.concept import SlotStyle
from locstore.stores import UnknownLocale, resolve_locale

# Names of writing systems that are more than one script, by the scripts of their letters.
_SYSTEMS = {"Jpan": ("Hira", "Kana", "Hani"), "Kore": ("Hang",)}
_DEFAULT = "default"


def families_for(style: SlotStyle, language: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """(families for all text, (script, family) pairs that come before them) for words in a language (BCP 47).

    The script is "" for families of the language itself. Of the locales in `font_families` the nearest one counts:
    its own, else one that it falls back on.
    """
    named = style.font_families or {}
    families = (*named.get(_DEFAULT, ()), *(style.families or ()))
    own: list[tuple[str, str]] = []
    script = _script(language)
    for key, names in named.items():
        if _is_script(key) and key in ("Hans", "Hant", "Jpan", "Kore"):
            own += [("", name) for name in names if key == script]
        elif _is_script(key):
            own += [(kind, name) for kind in _SYSTEMS.get(key, (key,)) for name in names]
    for code in _chain(language):
        nearest = next((names for key, names in named.items() if key != _DEFAULT and _code(key) == code), None)
        if nearest is not None:
            own += [("", name) for name in nearest]
            break
    return families, tuple(own)


def _is_script(key: str) -> bool:
    return len(key) == 4 and key.isalpha() and key.istitle()


def _script(language: str) -> str:
    try:
        return resolve_locale(language).script
    except UnknownLocale:
        return ""


def _code(key: str) -> str:
    if _is_script(key):
        return ""
    try:
        return resolve_locale(key).gettext
    except UnknownLocale:
        return key


def _chain(language: str) -> tuple[str, ...]:
    try:
        locale = resolve_locale(language)
    except UnknownLocale:
        return (language, language.partition("-")[0])
    return (locale.gettext, *(_code(code) for code in locale.fallbacks()))
