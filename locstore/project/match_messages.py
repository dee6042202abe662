"""Finds the messages that a text of an app fits, and brings its plural forms into the catalog's own."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping

from locstore.exchange import (
    OTHER,
    ForeignText,
    NormalisedSource,
    as_template,
    normalised_foreign,
    normalised_source,
    placeholder_names,
)
from locstore.messages import Message
from locstore.project.translations import Wording
from locstore.values import PluralRule, highlights, parse_plural_forms, plural_category, plural_forms_for

_SAMPLES = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """A message that a text fits; `exact` if the source is the same to the letter, `rank` the lower the better.

    `mapped` says that a mapping which a person wrote names the message.
    """

    message: Message
    names: Mapping[str, str]
    exact: bool
    rank: int
    mapped: bool = False


class Matcher:
    """The messages of one concept in one locale, by what a text can be recognized by."""

    def __init__(self, wording: Wording, key_map: Mapping[str, str]) -> None:
        self._wording = wording
        self._rule = wording.catalog.plural if wording.catalog else parse_plural_forms(_usual(wording))
        self._by_context = {message.context: message for message in wording.messages}
        self._map = key_map
        self._exact: dict[str, list[Message]] = defaultdict(list)
        self._loose: dict[str, list[Message]] = defaultdict(list)
        self._keys: dict[str, Message] = {}
        concept = wording.loaded.concept.concept
        for message in wording.messages:
            for text in _sources(message):
                normalised = normalised_source(text)
                self._exact[normalised.text].append(message)
                self._loose[normalised.loose].append(message)
            for sign in "/._-":
                name = message.context.replace("/", sign)
                for prefix in ("", f"{concept}{sign}"):
                    self._keys[f"{prefix}{name}".casefold()] = message

    def matches(self, text: ForeignText) -> Iterator[Match]:
        """The messages that a text fits, each once, the surest way to know it first."""
        seen: set[str] = set()
        for message, exact, rank in self._candidates(text):
            if message.context in seen:
                continue
            seen.add(message.context)
            names, same = self._names(message, text)
            yield Match(message, names, exact and same, rank, mapped=rank == 0 and not text.context)

    def _names(self, message: Message, text: ForeignText) -> tuple[dict[str, str], bool]:
        """Which argument is which value, and whether the text can stand there as it is."""
        if text.context:
            return {}, True
        fullest = max(map(normalised_source, _sources(message)), key=lambda normalised: len(normalised.arguments))
        theirs = (normalised_foreign(source) for source in text.source.values())
        nearest = max(theirs, key=lambda normalised: len(normalised.arguments), default=NormalisedSource("", ()))
        whole = (set(text.forms) == {OTHER}) == (message.plural is None or self._rule.nplurals == 1)
        same = whole and not _highlighted(message) and len(nearest.arguments) == len(fullest.arguments)
        return placeholder_names(fullest, nearest), same

    def _candidates(self, text: ForeignText) -> Iterator[tuple[Message, bool, int]]:
        mapped = self._map.get(f"{text.table}:{text.key}") or self._map.get(text.key) or text.context
        if mapped in self._by_context:
            message = self._by_context[mapped]
            yield message, _same_source(message, text), 0
            if text.context:
                return  # our own table says where a text belongs
        own_keys = [text.key.casefold(), f"{text.key}/{text.table}".casefold()]
        for key in own_keys:
            if key in self._keys:
                yield self._keys[key], _same_source(self._keys[key], text), 1
        sources = [normalised_foreign(source) for source in text.source.values()]
        for normalised in sources:
            for message in self._exact.get(normalised.text, ()):
                yield message, True, 2
        for normalised in sources:
            for message in self._loose.get(normalised.loose, ()) if normalised.loose else ():
                yield message, False, 3

    def forms(self, match: Match, text: ForeignText) -> dict[int, str]:
        """The text in the catalog's forms; {} if it lacks a form that its language needs."""
        names = dict(match.names)
        if text.context:
            written = {int(name) if name.isdigit() else 0: form for name, form in text.forms.items()}
        else:
            written = {i: as_template(form, names) for i, form in self._by_number(match, text).items()}
        return {i: form for i, form in written.items() if form}

    def _by_number(self, match: Match, text: ForeignText) -> dict[int, str]:
        other = text.forms.get(OTHER) or next(iter(text.forms.values()), "")
        if match.message.plural is None:
            return {0: other}
        found = {}
        for index, category in _categories(self._rule, self._wording.locale.babel).items():
            found[index] = text.forms.get(category, other)
        return found


def _usual(wording: Wording) -> str:
    return plural_forms_for(wording.locale.babel)


def _sources(message: Message) -> tuple[str, ...]:
    return (message.source,) if message.plural is None else (message.source, message.plural)


def _highlighted(message: Message) -> bool:
    """No app's text says which words a picture highlights, so a person has to."""
    try:
        return any(highlights(source) for source in _sources(message))
    except ValueError:
        return True


def _same_source(message: Message, text: ForeignText) -> bool:
    """Whether the file shows the source that the message has now; a file that shows none is not sure."""
    if text.context:
        return set(text.source.values()) <= set(_sources(message))
    own = {normalised_source(source).text for source in _sources(message)}
    return any(normalised_foreign(source).text in own for source in text.source.values())


def _categories(rule: PluralRule, babel: str) -> dict[int, str]:
    """The CLDR category of each of the catalog's forms: that of the first number that takes the form."""
    found: dict[int, str] = {}
    for number in (1, 2, 0, *range(3, _SAMPLES)):
        found.setdefault(rule.index(number), plural_category(number, babel))
        if len(found) == rule.nplurals:
            break
    return dict(sorted(found.items()))
