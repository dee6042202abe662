"""One concept with its catalogs, as the preview has it: every cell of the matrix with the words of the moment."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping

from locstore.catalog import PSEUDO_LOCALES, Catalog
from locstore.concept import LoadedConcept, Slot, concept_messages
from locstore.delivery import identity_of
from locstore.findings import Finding
from locstore.messages import Message
from locstore.preview.words import SlotText, slot_texts
from locstore.project import FileDigests, Project
from locstore.shots import (
    Cell,
    Selection,
    Shot,
    ShotDesign,
    concept_cells,
    expand_designs,
    expand_pseudo,
    pseudo_cells,
    pseudo_code,
    shot_digests,
)
from locstore.stores import Display, Locale, UnknownLocale, resolve_locale
from locstore.values import parse_plural_forms, plural_forms_for

# Notes that a translator need not read.
_NOTES = frozenset({"shots-not-offered", "shots-fallback-file"})


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
    """One concept with its catalogs. The designs of shots are made when somebody looks, and kept."""

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
        self._designs: dict[str, tuple[ShotDesign | None, tuple[Finding, ...]]] = {}
        if kept is not None and kept.catalogs.keys() == self.catalogs.keys():
            self._take_over(kept)
            return
        survey = concept_cells(loaded, self.catalogs)
        stress = pseudo_cells(loaded, PSEUDO_LOCALES)
        self.findings: tuple[Finding, ...] = tuple(dict.fromkeys(f for f in survey.findings if f.code not in _NOTES))
        self.places: dict[str, Cell] = {cell.key: cell for cell in (*survey.cells, *stress)}
        self.locales: dict[str, Locale] = {locale.gettext: locale for locale in survey.locales}
        self.stress: dict[str, Locale] = {cell.locale.gettext: cell.locale for cell in stress}
        self.displays: dict[str, Display] = {display.id: display for display in survey.displays}

    def _take_over(self, kept: ConceptState) -> None:
        """Of the same concept and files: all but what other catalogs change."""
        self.findings, self.places = kept.findings, kept.places
        self.locales, self.stress, self.displays = kept.locales, kept.stress, kept.displays
        changed = {code for code, catalog in self.catalogs.items() if kept.catalogs[code].digest != catalog.digest}
        same = {code for code, own in self.locales.items() if not changed & {code, *map(_canonical, own.fallbacks())}}
        same |= self.stress.keys()
        with kept._lock:
            self._designs = kept._designs
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
            missing = [place for place in wanted if place.key not in self._designs.keys() | self._sheets.keys()]
            if missing:
                self._expand(missing)
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
        design, problems = self._designs[place.key]
        if design is None:
            return ShotView(place=place, shot=None, texts=(), digest="", findings=problems)
        texts = self.texts(place.locale.gettext)
        own = tuple(texts[f"{place.screen}/{slot.id}"] for slot in design.slots)
        shot = design.with_words({t.slot.id: t.filled for t in own})
        findings = tuple(dataclasses.replace(f, shot=place.key, slot=t.slot.id) for t in own for f in t.findings)
        digest = shot_digests(shot, self._fonts)["picture"]
        return ShotView(place=place, shot=shot, texts=own, digest=digest, findings=findings)

    def _expand(self, missing: Collection[Cell]) -> None:
        """Make the designs of cells, and the pictures of pseudo-locales, whose words no catalog changes."""
        root = self._project.root
        with self._digests() as digests:
            stress = [cell for cell in missing if cell.locale.gettext in self.stress]
            for cell in stress:
                self._sheets[cell.key] = self._stress_view(cell, digests)
            cells = [cell for cell in missing if cell.locale.gettext not in self.stress]
            designs, found = expand_designs(self.loaded, cells, root=root, digest=digests)
        problems = tuple(f for f in found if f.code not in _NOTES and f not in self.findings)
        known = {design.key: design for design in designs}
        for cell in cells:
            design = known.get(cell.key)
            self._designs[cell.key] = (design, () if design is not None else problems)

    @contextlib.contextmanager
    def _digests(self) -> Iterator[FileDigests]:
        with self._project.ledger() as ledger:
            digests = FileDigests(ledger)
            yield digests
            digests.save()

    def _stress_view(self, cell: Cell, digests: FileDigests) -> ShotView:
        """A cell of a pseudo-locale, whose words are made from the source's."""
        matrix = expand_pseudo(
            self.loaded,
            [cell.locale.bcp47],
            root=self._project.root,
            selection=Selection(displays=(cell.display.id,), screens=(cell.screen,)),
            file_format="png",
            digest=digests,
        )
        shot = next((shot for shot in matrix.shots if shot.key == cell.key), None)
        if shot is None:
            problems = tuple(f for f in matrix.findings if f not in self.findings)
            return ShotView(place=cell, shot=None, texts=(), digest="", findings=problems)
        digest = shot_digests(shot, self._fonts)["picture"]
        return ShotView(place=cell, shot=shot, texts=(), digest=digest, findings=())


def _canonical(code: str) -> str:
    try:
        return resolve_locale(code).gettext
    except UnknownLocale:
        return code


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
