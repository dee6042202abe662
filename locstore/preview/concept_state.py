"""One concept with its catalogs, as the preview has it: every cell of the matrix with the words of the moment."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from locstore.catalog import PSEUDO_LOCALES, Catalog
from locstore.concept import LoadedConcept, Slot, concept_messages
from locstore.delivery import identity_of
from locstore.findings import Finding
from locstore.messages import Message
from locstore.preview.words import SlotText, slot_texts
from locstore.project import FileDigests, Project
from locstore.shots import (
    Cell,
    Matrix,
    Policy,
    Selection,
    Shot,
    expand,
    expand_pseudo,
    pseudo_code,
    shot_digests,
)
from locstore.stores import Display, Locale, UnknownLocale, resolve_locale
from locstore.values import parse_plural_forms, plural_forms_for

_LENIENT = Policy(allow_fuzzy=True, fallback_to_source=True)
# Frames are expanded without catalogs, so these say nothing of the translations.
_OF_WORDS = frozenset({"shots-source-fallback", "shots-regional-fallback", "shots-not-offered", "shots-fallback-file"})
_NOWHERE = Selection(screens=("\0",))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShotView:
    """One cell of the matrix as the page shows it: its shot with the words of the moment, None if a file lacks.

    `digest` names the picture; `identity` is what a decision about it holds for.
    """

    place: Cell
    shot: Shot | None
    texts: tuple[SlotText, ...]
    digest: str
    findings: tuple[Finding, ...]

    @property
    def stress(self) -> bool:
        """Whether it is in a pseudo-locale."""
        return pseudo_code(self.place.locale.bcp47) is not None

    @property
    def identity(self) -> str:
        return identity_of(self.place.key, self.digest)


class ConceptState:
    """One concept with its catalogs. Shots without their words (`frames`) are made when somebody looks, and kept."""

    def __init__(
        self,
        loaded: LoadedConcept,
        catalogs: Mapping[str, Catalog],
        findings: Iterable[Finding],
        *,
        project: Project,
        fonts: tuple[tuple[str, str], ...],
        kept: ConceptState | None = None,
    ) -> None:
        self.loaded = loaded
        self.name = loaded.concept.concept
        self.catalogs = dict(catalogs)
        self.catalog_findings = tuple(findings)
        self.messages: dict[str, Message] = {m.context: m for m in concept_messages(loaded)}
        self.slots: dict[str, Slot] = {
            f"{screen.id}/{slot.id}": slot for screen in loaded.concept.screens for slot in screen.copy_
        }
        self.source = resolve_locale(loaded.concept.source)
        self._project = project
        self._fonts = fonts
        self._lock = threading.RLock()
        self._texts: dict[str, dict[str, SlotText]] = {}
        self._sheets: dict[str, ShotView] = {}
        self._frames: dict[str, tuple[Shot | None, tuple[Finding, ...]]] = {}
        if kept is not None and kept.catalogs.keys() == self.catalogs.keys():
            self._take_over(kept)
            return
        with self._digests() as digests:
            matrix = self._expanded(_NOWHERE, digests)
            stress = self._pseudo(PSEUDO_LOCALES, _NOWHERE, digests)
        self.findings: tuple[Finding, ...] = tuple(f for f in matrix.findings if f.code not in _OF_WORDS)
        self.places: dict[str, Cell] = {place.key: place for place in (*matrix.places, *stress.places)}
        self.locales: dict[str, Locale] = {locale.gettext: locale for locale in matrix.locales}
        self.stress: dict[str, Locale] = {locale.gettext: locale for locale in stress.locales}
        self.displays: dict[str, Display] = {display.id: display for display in matrix.displays}

    def _take_over(self, kept: ConceptState) -> None:
        """Of the same concept and files: all but what other catalogs change."""
        self.findings, self.places = kept.findings, kept.places
        self.locales, self.stress, self.displays = kept.locales, kept.stress, kept.displays
        changed = {code for code, catalog in self.catalogs.items() if kept.catalogs[code].digest != catalog.digest}
        same = {code for code, own in self.locales.items() if not changed & {code, *map(_canonical, own.fallbacks())}}
        same |= self.stress.keys()
        with kept._lock:
            self._frames = kept._frames
            self._texts = {code: texts for code, texts in kept._texts.items() if code in same}
            self._sheets = {
                k: shot_view for k, shot_view in kept._sheets.items() if shot_view.place.locale.gettext in same
            }

    @property
    def screens(self) -> tuple[str, ...]:
        """The ids in the concept's order."""
        return tuple(screen.id for screen in self.loaded.concept.screens)

    def locale(self, code: str) -> Locale | None:
        """A locale of the concept or a pseudo-locale, by its gettext code."""
        return self.locales.get(code) or self.stress.get(code)

    def texts(self, locale: str) -> dict[str, SlotText]:
        """Every message in a locale, by context; none for a pseudo-locale, whose words nobody writes."""
        if locale in self.stress:
            return {}
        with self._lock:
            if locale not in self._texts:
                self._texts[locale] = slot_texts(
                    self.loaded, self.locales[locale], self.source, self.catalogs, self.messages
                )
            return self._texts[locale]

    def shot_views(self, selection: Selection) -> list[ShotView]:
        """The cells of a selection in the concept's order."""
        wanted = [place for place in self.places.values() if selection.takes(place)]
        with self._lock:
            missing = [place for place in wanted if place.key not in self._frames]
            if missing:
                self._expand(selection, missing)
            return [self._sheet(place) for place in wanted]

    def shot_view(self, key: str) -> ShotView | None:
        """One cell by its shot's key."""
        place = self.places.get(key)
        if place is None:
            return None
        found = self.shot_views(Selection((place.locale.gettext,), (place.display.id,), (place.screen,)))
        return next((shot_view for shot_view in found if shot_view.place.key == key), None)

    def known_sheets(self, locale: str) -> list[ShotView]:
        """The cells of a locale that somebody has looked at."""
        with self._lock:
            return [shot_view for shot_view in self._sheets.values() if shot_view.place.locale.gettext == locale]

    def _sheet(self, place: Cell) -> ShotView:
        if place.key not in self._sheets:
            self._sheets[place.key] = self._new_sheet(place)
        return self._sheets[place.key]

    def _new_sheet(self, place: Cell) -> ShotView:
        frame, problems = self._frames[place.key]
        if frame is None:
            return ShotView(place=place, shot=None, texts=(), digest="", findings=problems)
        if place.locale.gettext in self.stress:
            digest = shot_digests(frame, self._fonts)["picture"]
            return ShotView(place=place, shot=frame, texts=(), digest=digest, findings=())
        texts = self.texts(place.locale.gettext)
        own = tuple(texts[f"{place.screen}/{slot.id}"] for slot in frame.slots)
        shot = with_texts(frame, {t.slot.id: t for t in own})
        findings = tuple(dataclasses.replace(f, shot=place.key, slot=t.slot.id) for t in own for f in t.findings)
        digest = shot_digests(shot, self._fonts)["picture"]
        return ShotView(place=place, shot=shot, texts=own, digest=digest, findings=findings)

    def _expand(self, selection: Selection, missing: Collection[Cell]) -> None:
        codes = [place.locale.gettext for place in missing]
        stress = tuple(dict.fromkeys(code for name in codes if name in self.stress and (code := pseudo_code(name))))
        shots: list[Shot] = []
        found: list[Finding] = []
        with self._digests() as digests:
            if any(code not in self.stress for code in codes):
                matrix = self._expanded(selection, digests)
                shots += matrix.shots
                found += matrix.findings
            if stress:
                matrix = self._pseudo(stress, selection, digests)
                shots += matrix.shots
                found += matrix.findings
        known = {shot.key: shot for shot in shots}
        problems = tuple(f for f in found if f.code not in _OF_WORDS and f not in self.findings)
        for place in missing:
            shot = known.get(place.key)
            self._frames[place.key] = (shot, () if shot is not None else problems)

    @contextlib.contextmanager
    def _digests(self) -> Iterator[FileDigests]:
        with self._project.ledger() as ledger:
            digests = FileDigests(ledger)
            yield digests
            digests.save()

    def _expanded(self, selection: Selection, digests: FileDigests) -> Matrix:
        """Shots with the source's words in every locale: what a translation cannot break."""
        empty = {code: _empty(catalog) for code, catalog in self.catalogs.items()}
        root = self._project.root
        return expand(self.loaded, empty, root=root, selection=selection, policy=_LENIENT, digest=digests)

    def _pseudo(self, codes: Sequence[str], selection: Selection, digests: FileDigests) -> Matrix:
        return expand_pseudo(
            self.loaded, codes, root=self._project.root, selection=selection, file_format="png", digest=digests
        )


def with_texts(shot: Shot, texts: Mapping[str, SlotText]) -> Shot:
    """The shot with these words in its slots."""
    slots = tuple(
        dataclasses.replace(
            slot,
            markup=texts[slot.id].markup,
            language=texts[slot.id].language,
            direction=texts[slot.id].direction,
            state=texts[slot.id].state,
            file=texts[slot.id].file,
            line=texts[slot.id].line,
        )
        for slot in shot.slots
    )
    return dataclasses.replace(shot, slots=slots)


def _canonical(code: str) -> str:
    try:
        return resolve_locale(code).gettext
    except UnknownLocale:
        return code


def _empty(catalog: Catalog) -> Catalog:
    return dataclasses.replace(catalog, entries={}, obsolete=())


def catalog_of(concept: ConceptState, locale: Locale) -> Catalog | None:
    """The locale's own catalog, an empty one where it has none yet; None for the source language."""
    if locale == concept.source:
        return None
    known = concept.catalogs.get(locale.gettext)
    if known is not None:
        return known
    return Catalog(
        code=locale.gettext,
        path="",
        digest="",
        entries={},
        obsolete=(),
        plural=parse_plural_forms(plural_forms_for(locale.babel)),
    )
