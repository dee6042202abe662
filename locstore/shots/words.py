"""The words of a slot in a locale: looked up along the fallback chain, values filled in, every doubt reported."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from locstore.catalog import (
    Catalog,
    CurrencyValue,
    DateValue,
    NumberValue,
    PercentValue,
    PlaceholderError,
    State,
    TextValue,
    Value,
    check_message,
    fill,
    look_up,
    placeholders,
    plural_operand,
)
from locstore.concept import (
    CurrencySpec,
    DateSpec,
    LoadedConcept,
    NumberSpec,
    PercentSpec,
    Slot,
    TextSpec,
    ValueSpec,
)
from locstore.findings import Finding, Severity
from locstore.messages import Message
from locstore.stores import Locale, UnknownLocale, resolve_locale


@dataclasses.dataclass(frozen=True, slots=True)
class FoundWords:
    """Words for a slot: markup with values filled, the locale they are in, their state and place."""

    markup: str
    locale: Locale
    state: str
    file: str
    line: int


def locale_values(loaded: LoadedConcept, locale: Locale) -> dict[str, Value]:
    """The concept's values as this locale has them: a market may have its own amount."""
    return {name: _value(spec, locale) for name, spec in loaded.concept.values.items()}


def _value(spec: ValueSpec, locale: Locale) -> Value:
    match spec:
        case CurrencySpec():
            amount = spec
            for code in (locale.gettext, *locale.fallbacks()):
                own = next((a for c, a in spec.locales.items() if _same_locale(c, code)), None)
                if own is not None:
                    return CurrencyValue(own.currency, own.code, own.decimals)
            return CurrencyValue(amount.currency, amount.code, amount.decimals)
        case NumberSpec():
            return NumberValue(spec.number, compact=spec.compact, decimals=spec.decimals)
        case PercentSpec():
            return PercentValue(spec.percent, spec.decimals)
        case DateSpec():
            return DateValue(spec.date, spec.format)
        case TextSpec():
            return TextValue(spec.text)


def _same_locale(written: str, code: str) -> bool:
    try:
        return resolve_locale(written).gettext == code
    except UnknownLocale:
        return False


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
        operand = self._values.get(slot.count) if slot.count else None
        count = plural_operand(operand, self._locale.babel) if operand is not None else None
        if self._locale == self._source:
            return self._source_words(message, count)
        chain = self._chain()
        own = self._catalogs.get(self._locale.gettext)
        if own is not None:
            entry = own.entries.get(message.key)
            if entry is not None:
                problems = check_message(
                    message,
                    entry,
                    own,
                    self._loaded.concept.values.keys(),
                    count=slot.count,
                    allow_fuzzy=self._allow_fuzzy,
                )
                self.findings += problems
                if any(f.severity is Severity.ERROR for f in problems):
                    return None
        found = look_up(message, chain, count=count, allow_fuzzy=self._allow_fuzzy)
        if found is None:
            return self._without_translation(message, count, own)
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
        return self._filled(found.text, used, str(found.state), found.path or self._loaded.shown, found.line or 1)

    def _chain(self) -> Sequence[Catalog]:
        codes = (self._locale.gettext, *self._locale.fallbacks())
        return [self._catalogs[c] for c in codes if c in self._catalogs]

    def _without_translation(self, message: Message, count: int | None, own: Catalog | None) -> FoundWords | None:
        entry = own.entries.get(message.key) if own is not None else None
        place = (own.path if own else message.file, entry.line if entry else (1 if own else message.line))
        if self._locale.language == self._source.language:
            words = self._source_words(message, count)
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
            return self._source_words(message, count)
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

    def _source_words(self, message: Message, count: int | None) -> FoundWords | None:
        text = message.source
        if message.plural is not None and count != 1:
            text = message.plural
        return self._filled(text, self._source, "source", message.file, message.line)

    def _filled(self, text: str, locale: Locale, state: str, file: str, line: int) -> FoundWords | None:
        try:
            values = {name: self._values[name].format(self._locale.babel) for name in placeholders(text)}
        except (KeyError, PlaceholderError):
            return None  # reported by check_message, or for the source text by the matrix
        return FoundWords(fill(text, values), locale, state, file, line)

    def _say(
        self, code: str, message: str, severity: Severity, file: str | None = None, line: int | None = None
    ) -> None:
        self.findings.append(Finding(code=code, message=message, severity=severity, file=file, line=line))


def check_source(loaded: LoadedConcept) -> list[Finding]:
    """Placeholders of the source texts that are malformed or that no value fills."""
    findings: list[Finding] = []
    known = loaded.concept.values
    for i, screen in enumerate(loaded.concept.screens):
        for j, slot in enumerate(screen.copy_):
            for field in ("text", "plural"):
                text = getattr(slot, field)
                if text is None:
                    continue
                place = ("screens", i, "copy", j, field)
                try:
                    names = placeholders(text)
                except PlaceholderError as error:
                    findings.append(loaded.finding("concept-placeholder", f"{error}", *place))
                    continue
                for name in names:
                    if name not in known:
                        message = f"There is no value {name!r} for {{{name}}}. Add it under values, or write {{{{."
                        findings.append(loaded.finding("concept-unknown-name", message, *place))
    return findings
