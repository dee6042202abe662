"""The locale: one language of a listing, under the names that gettext, Babel, Apple and Google give it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from locstore.stores.tables import read_table

# setlocale names may carry an encoding, and @euro for a currency sign of long ago; neither matters here.
_ENCODING = re.compile(r"\.utf_?8(?=@|$)")


_SEARCHED = 50  # messages in one file that name similar locales; a file can have thousands of unknown codes


class UnknownLocale(LookupError):
    """No row of the locale table has this code; the message names similar ones.

    The similar names are searched when the message is read, because most callers only want to know whether a code is
    known, and the search compares the code with every name of the table.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return _unknown(self.code)

    def message(self, number: int) -> str:
        """The message for the unknown code with this number, from 0, in one file: only the first have similar names."""
        return str(self) if number < _SEARCHED else _described(self.code, ())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """One language of a listing.

    `gettext` is the name of its catalog folder and `aliases` are other names for it, also those of regions
    that no store tells apart (de_AT is German). `babel` is a code that Babel parses. `apple` and `play` are
    the stores' own codes, None where the store does not offer the locale; then `apple_fallback` and
    `play_fallback` name the store's nearest one, if there is one. `script` is ISO 15924 (Jpan, Hans, Latn).
    `words_from` is set where the rule of `fallbacks` does not do.
    """

    bcp47: str
    gettext: str
    aliases: tuple[str, ...]
    babel: str
    apple: str | None
    play: str | None
    apple_fallback: str | None
    play_fallback: str | None
    script: str
    direction: Literal["ltr", "rtl"]
    english: str
    note: str
    words_from: tuple[str, ...] | None

    @property
    def language(self) -> str:
        """The language without script and region: `pt` of pt-BR."""
        return self.bcp47.partition("-")[0]

    def fallbacks(self) -> tuple[str, ...]:
        """The gettext codes to look words up in after this locale's own, nearest first.

        The rule takes modifier, region and script off, one by one, and keeps what names the same script:
        fr_CA falls back on fr, but zh_TW not on zh, which is Simplified. Where kinship is otherwise the
        table says so: es_MX asks es_419 first, and pt_BR does not ask pt, which is European.
        """
        if self.words_from is not None:
            return self.words_from
        return tuple(
            code
            for code in _shortened(self.gettext)
            if (row := _by_spelling().get(_spelling(code))) is not None and row.script == self.script
        )


@cache
def locales() -> tuple[Locale, ...]:
    """All locales, by BCP 47 tag: those of the stores, and a few that translators use and no store offers."""
    table: dict[str, dict[str, Any]] = read_table("locales")["locale"]
    return tuple(
        Locale(
            bcp47=tag,
            gettext=row["gettext"],
            aliases=tuple(row.get("aliases", ())),
            babel=row["babel"],
            apple=row.get("apple"),
            play=row.get("play"),
            apple_fallback=row.get("apple_fallback"),
            play_fallback=row.get("play_fallback"),
            script=row.get("script", "Latn"),
            direction=row.get("direction", "ltr"),
            english=row["english"],
            note=row.get("note", ""),
            words_from=tuple(row["words_from"]) if "words_from" in row else None,
        )
        for tag, row in table.items()
    )


def resolve_locale(code: str) -> Locale:
    """The locale that a gettext, BCP 47, Babel, Apple or Google code means, in any case, with `-` or `_`.

    `.UTF-8` at the end is ignored. Raises UnknownLocale, also for languages that no store offers.
    """
    try:
        return _by_spelling()[_spelling(code)]
    except KeyError:
        raise UnknownLocale(code) from None


@cache
def apple_locale_codes() -> tuple[str, ...]:
    """The App Store's 50 locale codes, case-sensitive, sorted. An unknown code is an error there."""
    return tuple(sorted(row.apple for row in locales() if row.apple is not None))


@cache
def play_locale_codes() -> tuple[str, ...]:
    """Google Play's 87 locale codes, sorted. No API lists them, so an unknown one may be new, not wrong."""
    return tuple(sorted(row.play for row in locales() if row.play is not None))


def locale_for_apple(code: str) -> Locale | None:
    """The locale with exactly this App Store code (case-sensitive), None if there is no such code."""
    return _by_apple().get(code)


def locale_for_play(code: str) -> Locale | None:
    """The locale with exactly this Google Play code (case-sensitive), None if there is no such code."""
    return _by_play().get(code)


@cache
def _by_apple() -> Mapping[str, Locale]:
    return MappingProxyType({row.apple: row for row in locales() if row.apple is not None})


@cache
def _by_play() -> Mapping[str, Locale]:
    return MappingProxyType({row.play: row for row in locales() if row.play is not None})


@cache
def _by_spelling() -> Mapping[str, Locale]:
    found: dict[str, Locale] = {}
    for row in locales():
        for code in (row.bcp47, row.gettext, *row.aliases, row.apple, row.play):
            if code is not None:
                found[_spelling(code)] = row
    # Babel's code may be another row's own (fa-AE has fa), so it comes last.
    for row in locales():
        found.setdefault(_spelling(row.babel), row)
    return MappingProxyType(found)


def _spelling(code: str) -> str:
    lowered = _ENCODING.sub("", code.lower().replace("-", "_"))
    return lowered.removesuffix("@euro")


def _shortened(code: str) -> Iterator[str]:
    code, _, modifier = code.partition("@")
    if modifier:
        yield code
    while "_" in code:
        code = code.rpartition("_")[0]
        yield code


def _unknown(code: str) -> str:
    wanted = _spelling(code)
    return _described(code, (_related(wanted) or _similar(wanted))[:3])


def _described(code: str, near: Sequence[str]) -> str:
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    return f"There is no locale {code!r} in the stores. {meant}`locstore locales` lists them all."


def _related(wanted: str) -> list[str]:
    """A known language with another region (de_LU), a country's code (jp) or an English name."""
    language, _, region = wanted.partition("_")
    if region and language in _by_spelling():
        nearest = _by_spelling()[language]
        cousins = (row.gettext for row in locales() if row.language == nearest.language)
        return list(dict.fromkeys([nearest.gettext, *cousins]))
    country = f"_{wanted}" if len(wanted) == 2 else None
    found = [row.gettext for spelling, row in _by_spelling().items() if country and spelling.endswith(country)]
    found += [row.gettext for row in locales() if row.english.lower() == wanted]
    return list(dict.fromkeys(found))


def _similar(wanted: str) -> list[str]:
    from difflib import get_close_matches

    names = {row.english.lower(): row.gettext for row in locales()}
    names |= {spelling: row.gettext for spelling, row in _by_spelling().items()}
    return list(dict.fromkeys(names[name] for name in get_close_matches(wanted, names)))
