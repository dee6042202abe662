"""The words of a slot in a locale: looked up along the fallback chain, values filled in, every doubt reported."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from locstore.catalog import Catalog, Lookup, State, check_message, look_up
from locstore.concept import (
    Amount,
    CurrencySpec,
    DateSpec,
    LoadedConcept,
    NumberSpec,
    PercentSpec,
    Slot,
    TextSpec,
    ValueSpec,
)
from locstore.findings import Finding, Severity, has_errors
from locstore.messages import Message
from locstore.shots.design import same_locale
from locstore.shots.shot import FilledWords
from locstore.stores import Locale, resolve_locale
from locstore.values import (
    CurrencyValue,
    DateValue,
    NumberValue,
    PercentValue,
    PlaceholderError,
    PluralFormsError,
    TextValue,
    Value,
    fill,
    placeholders,
    plural_category,
    plural_operand,
)

T = TypeVar("T")

_LONGEST_NAME = 30
"""Characters of a text value that is kept on one line; a longer one is a sentence, not a name."""

_HIGHLIGHT_MARKS = re.compile(r"\\(?=[*\\])|(?<!\\)\*")


@dataclasses.dataclass(frozen=True, slots=True)
class FoundWords:
    """Words for a slot: markup with values filled, the locale they are in, their state, place and unbroken names."""

    markup: str
    locale: Locale
    state: str
    file: str
    line: int
    keep_together: tuple[str, ...] = ()

    @property
    def filled(self) -> FilledWords:
        """The words as a shot has them."""
        return FilledWords(
            markup=self.markup,
            language=self.locale.bcp47,
            direction="rtl" if self.locale.direction == "rtl" else "ltr",
            state=self.state,
            file=self.file,
            line=self.line,
            keep_together=self.keep_together,
        )


def locale_values(loaded: LoadedConcept, locale: Locale) -> dict[str, Value]:
    """The concept's values as this locale has them: a market may have its own amount.

    A value that cannot be written is left out; `check_concept` reports it.
    """
    values = {}
    for name, spec in loaded.concept.values.items():
        with contextlib.suppress(ValueError):
            values[name] = spec_value(spec, locale)
    return values


def amount_value(amount: Amount) -> CurrencyValue:
    """Raises ValueError for a currency that does not exist."""
    return CurrencyValue(amount.currency, amount.code, amount.decimals)


def spec_value(spec: ValueSpec, locale: Locale | None = None) -> Value:
    """The value in a locale, or as the concept has it for all. Raises ValueError if it cannot be written."""
    match spec:
        case CurrencySpec():
            return amount_value(_of_market(spec.locales, locale) or spec)
        case NumberSpec():
            number = _or_own(_of_market(spec.locales, locale), spec.number)
            return NumberValue(number, compact=spec.compact, decimals=spec.decimals)
        case PercentSpec():
            return PercentValue(_or_own(_of_market(spec.locales, locale), spec.percent), spec.decimals)
        case DateSpec():
            return DateValue(_or_own(_of_market(spec.locales, locale), spec.date), spec.format)
        case TextSpec():
            return TextValue(_or_own(_of_market(spec.locales, locale), spec.text))


def _of_market(own: Mapping[str, T], locale: Locale | None) -> T | None:
    """What `locales` of a value says for a locale, or for the nearest locale that it falls back on."""
    for code in (locale.gettext, *locale.fallbacks()) if locale is not None and own else ():
        for written, value in own.items():
            if same_locale(written, code):
                return value
    return None


def _or_own(found: T | None, own: T) -> T:
    return own if found is None else found


def names_in(loaded: LoadedConcept, values: Mapping[str, Value], markup: str) -> tuple[str, ...]:
    """The names in `markup` that a line should not be broken in; `values` are those of the locale.

    Those of the concept's `keep_together`, and its text values of at most `_LONGEST_NAME` characters.
    """
    texts = [value.text for value in values.values() if isinstance(value, TextValue)]
    names = [*loaded.concept.keep_together, *(text for text in texts if len(text) <= _LONGEST_NAME)]
    plain = _HIGHLIGHT_MARKS.sub("", markup)
    return tuple(dict.fromkeys(name for name in names if name in plain))


class WordFinder:
    """Resolves words for one locale of one concept; `findings` grow as slots are asked for."""

    def __init__(
        self,
        loaded: LoadedConcept,
        locale: Locale,
        source: Locale,
        catalogs: Mapping[str, Catalog],
        *,
        allow_fuzzy: bool,
        fallback_to_source: bool,
    ) -> None:
        self._loaded = loaded
        self._locale = locale
        self._source = source
        self._catalogs = catalogs
        self._allow_fuzzy = allow_fuzzy
        self._fallback_to_source = fallback_to_source
        self._values = locale_values(loaded, locale)
        self._known: dict[str, FoundWords | None] = {}
        self.findings: list[Finding] = []

    def find(self, message: Message, slot: Slot) -> FoundWords | None:
        """The words, or None with a finding of severity error."""
        if message.context not in self._known:
            self._known[message.context] = self._find(message, slot)
        return self._known[message.context]

    def _find(self, message: Message, slot: Slot) -> FoundWords | None:
        count = self._count(slot, self._locale)
        if slot.count and count is None:
            return None  # no such value, or one that counts nothing: `check_concept` reports it
        if self._locale == self._source:
            return self._source_words(message, slot)
        own = self._catalogs.get(self._locale.gettext)
        if own is not None and not self._sound(message, slot, own):
            return None
        try:
            found = look_up(message, self._chain(), count=count, allow_fuzzy=self._allow_fuzzy)
        except PluralFormsError as error:
            path = next(c.path for c in self._chain() if message.key in c.entries)
            self._say("catalog-plural-forms", f"Plural-Forms is wrong: {error}.", Severity.ERROR, path)
            return None
        if found is None:
            return self._without_translation(message, slot, own)
        return self._translated(message, slot, found)

    def _count(self, slot: Slot, language: Locale) -> int | None:
        """The number that chooses the slot's plural form in words of `language`.

        None if the slot has no plural or no such number.
        """
        value = self._values.get(slot.count or "")
        try:
            return None if value is None else plural_operand(value, language.babel)
        except ValueError:
            return None

    def _translated(self, message: Message, slot: Slot, found: Lookup) -> FoundWords | None:
        if found.code != self._locale.gettext and not self._sound(message, slot, self._catalogs[found.code]):
            return None
        if found.state is State.FUZZY:
            self._say(
                "shots-fuzzy-used",
                f"The fuzzy translation of {message.context} is used.",
                Severity.WARNING,
                found.path,
                found.line,
            )
        used = self._locale
        if found.code != self._locale.gettext:
            used = resolve_locale(found.code)
            self._say(
                "shots-regional-fallback",
                f"{message.context} has no words in {self._locale.gettext}; those of {found.code} are used.",
                Severity.NOTE,
                found.path,
                found.line,
            )
        return self._filled(
            found.text, used, str(found.state), found.path or self._loaded.display_path, found.line or 1
        )

    def _sound(self, message: Message, slot: Slot, catalog: Catalog) -> bool:
        """Whether a catalog's words for the message have no errors; what is wrong with them is reported."""
        entry = catalog.entries.get(message.key)
        if entry is None:
            return True
        known = self._loaded.concept.values.keys()
        problems = check_message(message, entry, catalog, known, count=slot.count, allow_fuzzy=self._allow_fuzzy)
        self.findings += problems
        return not has_errors(problems)

    def _chain(self) -> Sequence[Catalog]:
        # A pseudo-locale is in no table: only the others can be resolved.
        others = (resolve_locale(code).gettext for code in self._locale.fallbacks())
        canonical = dict.fromkeys((self._locale.gettext, *others))
        return [self._catalogs[code] for code in canonical if code in self._catalogs]

    def _without_translation(self, message: Message, slot: Slot, own: Catalog | None) -> FoundWords | None:
        entry = own.entries.get(message.key) if own is not None else None
        place = (own.path if own else message.file, entry.line if entry else (1 if own else message.line))
        if self._locale.language == self._source.language and self._locale.script == self._source.script:
            words = self._source_words(message, slot)
            self._say(
                "shots-regional-fallback",
                f"{message.context} has no words in {self._locale.gettext}; the source's are used.",
                Severity.NOTE,
                *place,
            )
            return words
        state = entry.state if entry is not None else State.MISSING
        if self._fallback_to_source:
            self._say(
                "shots-source-fallback",
                f"{message.context} is {state} in {self._locale.gettext}; the source language is shown instead.",
                Severity.WARNING,
                *place,
            )
            return self._source_words(message, slot)
        if state is State.FUZZY:
            advice = "Confirm the translation, or run with --allow-fuzzy."
            self._say("shots-fuzzy", f"{message.context} is fuzzy. {advice}", Severity.ERROR, *place)
        else:
            advice = "Translate it, or run with --fallback source."
            self._say(
                "shots-missing-words",
                f"{message.context} has no translation. {advice}",
                Severity.ERROR,
                *place,
            )
        return None

    def _source_words(self, message: Message, slot: Slot) -> FoundWords | None:
        """The concept's own text: for a number, the one of its plural category in the source language."""
        text = message.source
        count = self._count(slot, self._source)
        if message.plural is not None and count is not None:
            category = plural_category(count, self._source.babel)
            forms = cast("Mapping[str, str]", slot.plural_forms)
            if category in forms:
                text = forms[category]
            elif category != "one" and count != 1:
                text = message.plural
        return self._filled(text, self._source, "source", message.file, message.line)

    def _filled(self, text: str, locale: Locale, state: str, file: str, line: int) -> FoundWords | None:
        # Words of another language have their values in that language; a region's own conventions stay for its words.
        same = (locale.language, locale.script) == (self._locale.language, self._locale.script)
        babel = self._locale.babel if same else locale.babel
        try:
            values = {name: self._values[name].format(babel) for name in placeholders(text)}
        except (KeyError, PlaceholderError):
            return None  # reported by check_message, or for the source text by `check_concept`
        markup = fill(text, values, direction=locale.direction)
        return FoundWords(markup, locale, state, file, line, names_in(self._loaded, self._values, markup))

    def _say(
        self, code: str, message: str, severity: Severity, file: str | None = None, line: int | None = None
    ) -> None:
        self.findings.append(Finding(code=code, message=message, severity=severity, file=file, line=line))
