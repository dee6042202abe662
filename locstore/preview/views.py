"""What the pages show, as plain values: cards of pictures, progress of locales, the entries of a shot."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from babel.core import Locale as BabelLocale
from babel.core import UnknownLocaleError

from locstore.catalog.edit import entry_version
from locstore.findings import Finding, Severity, sort_findings
from locstore.preview.concept_state import ConceptState, ShotView, catalog_of
from locstore.preview.live import WIDTHS, Live
from locstore.preview.paint import SetFacts
from locstore.preview.project_state import ProjectState
from locstore.preview.words import SlotText, form_examples, shown_form, written_values
from locstore.review import ReviewState
from locstore.shots import Selection
from locstore.stores import Display, Locale
from locstore.typeset import parse_highlight

_RANK = ("missing", "fuzzy", "inherited", "translated", "source")
FILTERS = {
    "all": "All",
    "missing": "Missing",
    "fuzzy": "Fuzzy",
    "findings": "Findings",
    "waiting": "To review",
    "sent-back": "Sent back",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One picture on a page. `words` is (slot, plain text, language, direction)."""

    shot_view: ShotView
    findings: tuple[Finding, ...]
    standing: ReviewState
    comment: str
    by: str
    checked: bool
    slots: tuple[SetFacts, ...]

    @property
    def id(self) -> str:
        place = self.shot_view.place
        return f"{place.locale.gettext}/{place.screen}/{place.display.id}"

    @property
    def key(self) -> str:
        return self.shot_view.place.key

    @property
    def stress(self) -> bool:
        """Whether it is in a pseudo-locale, which nobody translates or approves."""
        return self.shot_view.stress

    @property
    def words(self) -> list[tuple[str, str, str, str]]:
        slots = self.shot_view.shot.slots if self.shot_view.shot is not None else ()
        return [(s.id, s.text, s.language, s.direction) for s in slots]

    @property
    def widths(self) -> list[int]:
        """The widths that its picture can be had in."""
        full = self.shot_view.place.display.size[0]
        return [w for w in WIDTHS if w < full] + ([full] if full <= WIDTHS[-1] else [])

    def count(self, severity: str) -> int:
        return sum(f.severity == severity for f in self.findings)

    def states(self) -> dict[str, int]:
        """How many of its words are missing and how many fuzzy."""
        states = [t.state for t in self.shot_view.texts]
        return {name: states.count(name) for name in ("missing", "fuzzy") if name in states}

    @property
    def marks(self) -> str:
        """What a filter may ask for."""
        found = [*self.states()] if self.stress else [*self.states(), str(self.standing).replace(" ", "-")]
        if any(f.severity != Severity.NOTE for f in self.findings):
            found.append("findings")
        return " ".join("waiting" if mark == "stale" else mark for mark in found)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a locale is: words by state, findings of all that is known, decisions on the cards given."""

    total: int
    translated: int
    fuzzy: int
    missing: int
    errors: int
    warnings: int
    approved: int
    sent_back: int
    waiting: int

    @property
    def marks(self) -> str:
        found = {
            "missing": self.missing,
            "fuzzy": self.fuzzy,
            "findings": self.errors + self.warnings,
            "waiting": self.waiting,
            "sent-back": self.sent_back,
        }
        return " ".join(name for name, count in found.items() if count)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LocaleRow:
    """A locale of the overview."""

    locale: Locale
    progress: Progress
    cards: tuple[Card, ...]

    @property
    def endonym(self) -> str:
        return endonym(self.locale)


def endonym(locale: Locale) -> str:
    """The language's name in itself, with the region where it tells two apart; its English one where CLDR has none."""
    try:
        own = BabelLocale.parse(locale.babel)
    except (UnknownLocaleError, ValueError):
        return locale.english
    name = own.get_display_name() if "_" in locale.gettext else own.get_language_name()
    return name or locale.english


def card(live: Live, project_state: ProjectState, shot_view: ShotView) -> Card:
    """One picture with what is known about it."""
    facts = live.facts(shot_view.digest) if shot_view.shot is not None else None
    decision = project_state.review.decisions.get(shot_view.identity) if shot_view.shot is not None else None
    return Card(
        shot_view=shot_view,
        findings=tuple(f for f in sort_findings(live.findings_of(shot_view)) if f.severity != Severity.NOTE),
        standing=project_state.review.standing(shot_view.place.key, shot_view.identity),
        comment=decision.comment if decision is not None else "",
        by=decision.by if decision is not None else "",
        checked=facts is not None,
        slots=facts.slots if facts is not None else (),
    )


def cards(live: Live, project_state: ProjectState, concept: ConceptState, selection: Selection) -> list[Card]:
    """Pictures of a selection in the concept's order."""
    return [card(live, project_state, shot_view) for shot_view in concept.shot_views(selection)]


def progress(live: Live, concept: ConceptState, locale: str, shown: Sequence[Card]) -> Progress:
    """`shown` are the locale's cards on the display that the page is about."""
    states = [text.state for text in concept.texts(locale).values()]
    found: set[tuple[str, str | None, str | None, str]] = set()
    for shot_view in concept.known_sheets(locale):
        # The same words make the same finding on several displays; a translator counts it once.
        found |= {
            (f.code, shot_view.place.screen, f.slot, str(f.severity))
            for f in live.findings_of(shot_view)
            if f.severity != Severity.NOTE
        }
    standings = [c.standing for c in shown if not c.stress]
    return Progress(
        total=len(states),
        translated=sum(s in {"translated", "inherited", "source"} for s in states),
        fuzzy=states.count("fuzzy"),
        missing=states.count("missing"),
        errors=sum(severity == "error" for *_, severity in found),
        warnings=sum(severity == "warning" for *_, severity in found),
        approved=standings.count(ReviewState.APPROVED),
        sent_back=standings.count(ReviewState.SENT_BACK),
        waiting=standings.count(ReviewState.WAITING) + standings.count(ReviewState.STALE),
    )


def rows(
    live: Live, project_state: ProjectState, concept: ConceptState, locales: Iterable[str], display: Display
) -> list[LocaleRow]:
    """The overview's locales, with their pictures on one display."""
    by_locale: dict[str, list[Card]] = {}
    for item in cards(live, project_state, concept, Selection(displays=(display.id,))):
        by_locale.setdefault(item.shot_view.place.locale.gettext, []).append(item)
    return [
        LocaleRow(
            locale=locale,
            progress=progress(live, concept, code, by_locale.get(code, [])),
            cards=tuple(by_locale.get(code, ())),
        )
        for code in locales
        if (locale := concept.locale(code)) is not None
    ]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One message as the editor shows it. `labels` name the plural forms by their example numbers."""

    text: SlotText
    forms: tuple[str, ...]
    labels: tuple[str, ...]
    shown: int
    fuzzy: bool
    version: str
    values: tuple[tuple[str, str], ...]
    highlights: bool

    def as_dict(self) -> dict[str, object]:
        """For the page's script."""
        return {
            "slot": self.text.slot.id,
            "forms": list(self.forms),
            "shown": self.shown,
            "fuzzy": self.fuzzy,
            "version": self.version,
            "state": self.text.state,
        }


def entries(concept: ConceptState, shot_view: ShotView) -> list[EntryView]:
    """The messages of a shot, to be read and changed."""
    locale = shot_view.place.locale
    own = catalog_of(concept, locale)
    values = written_values(concept.loaded, locale)
    found = []
    for text in shot_view.texts:
        message = text.message
        entry = own.entries.get(message.key) if own is not None else None
        count = own.plural.nplurals if own is not None and message.plural is not None else 1
        forms = (*(entry.msgstr if entry is not None else ()), *[""] * count)[:count]
        labels = form_examples(own.plural) if own is not None and message.plural is not None else [""]
        both = f"{message.source} {message.plural or ''}"
        found.append(
            EntryView(
                text=text,
                forms=forms,
                labels=tuple(labels),
                shown=shown_form(own, message, text.slot, concept.loaded, locale, count),
                fuzzy=entry is not None and "fuzzy" in entry.flags,
                version=entry_version(entry),
                values=tuple((name, value) for name, value in values.items() if f"{{{name}}}" in both),
                highlights=bool(parse_highlight(message.source).highlights),
            )
        )
    return found
