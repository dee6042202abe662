"""A slot's words as a translator sees them: also those that a run would refuse, filled as far as they can be."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from locstore.catalog import Catalog, Entry, State, check_message
from locstore.concept import LoadedConcept, Slot
from locstore.findings import Finding
from locstore.messages import Message
from locstore.shots import words_state
from locstore.shots.shot import FilledWords
from locstore.shots.slot_words import FoundWords, WordFinder, locale_values, names_in
from locstore.stores import Locale
from locstore.values import (
    CurrencyValue,
    NumberValue,
    PercentValue,
    PlaceholderError,
    PluralFormsError,
    PluralRule,
    Value,
    fill,
    plural_operand,
)
from locstore.values.plural import sample_numbers

WordState = Literal["translated", "fuzzy", "missing", "inherited", "source"]

# The state of the words says these already; a translator at work need not read them again.
_SAID_BY_STATE = frozenset({"shots-source-fallback", "shots-regional-fallback", "shots-fuzzy-used"})
_NAME = re.compile(r"\{([\w-]{1,64})\}")
_MARKUP = re.compile(r"[*\\]")
_EXAMPLES = 4


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SlotText:
    """One message in one locale.

    `markup` is what is set, with values filled in, in `language` and `direction`; `forms` is what the locale's own
    catalog holds, () without an entry. `file` and `line` say where the words are written. `keep_together` are the
    names in `markup` that a line should not be broken in.
    """

    message: Message
    slot: Slot
    state: WordState
    markup: str
    language: str
    direction: Literal["ltr", "rtl"]
    forms: tuple[str, ...]
    file: str
    line: int
    findings: tuple[Finding, ...]
    keep_together: tuple[str, ...] = ()

    @property
    def filled(self) -> FilledWords:
        """The words as a shot has them."""
        return FilledWords(
            markup=self.markup,
            language=self.language,
            direction=self.direction,
            state=self.state,
            file=self.file,
            line=self.line,
            keep_together=self.keep_together,
        )


def slot_texts(
    loaded: LoadedConcept,
    locale: Locale,
    source: Locale,
    catalogs: Mapping[str, Catalog],
    messages: Mapping[str, Message],
) -> dict[str, SlotText]:
    """Every message of the concept in a locale, by context. Words that a run can paint are the run's own."""
    finder = WordFinder(loaded, locale, source, catalogs, allow_fuzzy=True, fallback_to_source=True)
    texts: dict[str, SlotText] = {}
    for screen in loaded.concept.screens:
        for slot in screen.copy_:
            message = messages[f"{screen.id}/{slot.id}"]
            before = len(finder.findings)
            found = finder.find(message, slot)
            findings = tuple(f for f in finder.findings[before:] if f.code not in _SAID_BY_STATE)
            own = catalogs.get(locale.gettext)
            entry = own.entries.get(message.key) if own is not None else None
            if found is None:
                found = _as_it_stands(loaded, locale, message, slot, own, entry)
            texts[message.context] = SlotText(
                message=message,
                slot=slot,
                state=_state(message, locale, source, catalogs),
                markup=found.markup,
                language=found.locale.bcp47,
                direction=found.locale.direction,
                forms=entry.msgstr if entry is not None else (),
                file=found.file,
                line=found.line,
                findings=findings,
                keep_together=found.keep_together,
            )
    return texts


def _state(message: Message, locale: Locale, source: Locale, catalogs: Mapping[str, Catalog]) -> WordState:
    """The state of the words that the preview shows: fuzzy ones, too."""
    return "source" if locale == source else words_state(message, locale, source, catalogs, allow_fuzzy=True)


def _as_it_stands(
    loaded: LoadedConcept,
    locale: Locale,
    message: Message,
    slot: Slot,
    catalog: Catalog | None,
    entry: Entry | None,
) -> FoundWords:
    """Words that a run would refuse, for the one who is to mend them."""
    forms = entry.msgstr if entry is not None else ()
    form = shown_form(catalog, message, slot, loaded, locale, len(forms))
    text = forms[form] if form < len(forms) and forms[form].strip() else message.plural or message.source
    file, line = (
        (catalog.path, entry.line) if catalog is not None and entry is not None else (message.file, message.line)
    )
    markup = filled(text, written_values(loaded, locale), locale.direction)
    names = names_in(loaded, locale_values(loaded, locale), markup)
    return FoundWords(markup, locale, "missing", file, line, names)


def shown_form(
    catalog: Catalog | None, message: Message, slot: Slot, loaded: LoadedConcept, locale: Locale, forms: int
) -> int:
    """The plural form that the slot's own number chooses; 0 where there is no choice."""
    value = locale_values(loaded, locale).get(slot.count or "")
    if catalog is None or message.plural is None or value is None:
        return 0
    try:
        return min(catalog.plural.index(plural_operand(value, locale.babel)), max(0, forms - 1))
    except (ValueError, PluralFormsError):
        return 0


def form_examples(rule: PluralRule) -> list[str]:
    """For each plural form a few numbers that choose it: `1`, `2, 3, 4, 22 …`."""
    found: list[list[int]] = [[] for _ in range(rule.nplurals)]
    for number in sample_numbers():
        try:
            found[rule.index(number)].append(number)
        except PluralFormsError:
            continue  # the catalog's own findings name it
    return [", ".join(map(str, f[:_EXAMPLES])) + (" …" if len(f) > _EXAMPLES else "") for f in found]


def example_number(rule: PluralRule, form: int) -> int | None:
    """The smallest number that chooses a plural form."""
    for number in sample_numbers():
        try:
            if rule.index(number) == form:
                return number
        except PluralFormsError:
            continue
    return None


def written_values(
    loaded: LoadedConcept,
    locale: Locale,
    *,
    words: Locale | None = None,
    count: str | None = None,
    number: int | None = None,
) -> dict[str, str]:
    """The locale's values as the language of the `words` writes them (None: the locale's own).

    The value named `count` has another `number`, if given.
    """
    values = locale_values(loaded, locale)
    if count in values and number is not None:
        values[count] = _with_number(values[count], number)
    return {name: value.format((words or locale).babel) for name, value in values.items()}


def _with_number(value: Value, number: int) -> Value:
    match value:
        case NumberValue():
            return dataclasses.replace(value, number=number)
        case CurrencyValue():
            return dataclasses.replace(value, amount=Decimal(number))
        case PercentValue():
            return dataclasses.replace(value, fraction=Decimal(number) / 100)
    return value


def filled(text: str, values: Mapping[str, str], direction: Literal["ltr", "rtl"]) -> str:
    """The text with its placeholders replaced; one that is malformed or unknown stays visible as it is.

    `direction` is that of the words: values are isolated in them as in a saved picture.
    """
    try:
        return fill(text, values, direction=direction)
    except PlaceholderError:
        return _NAME.sub(lambda m: _MARKUP.sub(r"\\\g<0>", values[m[1]]) if m[1] in values else m[0], text)


def check_forms(
    loaded: LoadedConcept, text: SlotText, catalog: Catalog, forms: Sequence[str], *, fuzzy: bool
) -> list[Finding]:
    """What is wrong with words that are not saved yet, as it would be reported after saving them."""
    message, known = text.message, catalog.entries.get(text.message.key)
    line = known.line if known is not None else 1
    lines = known.msgstr_lines if known is not None else ()
    state = State.FUZZY if fuzzy else State.TRANSLATED
    entry = Entry(
        context=message.context,
        msgid=message.source,
        msgid_plural=message.plural,
        msgstr=tuple(forms),
        state=state if all(form.strip() for form in forms) else State.MISSING,
        line=line,
        msgstr_lines=lines if len(lines) == len(forms) else (line,) * len(forms),
    )
    return check_message(message, entry, catalog, loaded.concept.values.keys(), count=text.slot.count)
