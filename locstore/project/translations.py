"""The words of a project by locale: each catalog that a concept uses, with everything that is wrong in it."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from functools import cached_property

from locstore.catalog import Catalog, check_message, discover
from locstore.concept import LoadedConcept, Slot, SlotStyle, concept_messages
from locstore.errors import FindingsError, UsageError
from locstore.findings import Finding, has_errors
from locstore.lint import SlotLimits, lint_catalog
from locstore.messages import Message
from locstore.project.project import Project
from locstore.shots import WordsState, names_locale, words_state
from locstore.shots.cells import concept_locales
from locstore.shots.design import merged
from locstore.stores import Locale, UnknownLocale, resolve_locale


@dataclasses.dataclass(frozen=True)
class Wording:
    """One concept in one locale other than its source.

    `catalog` is None where there is no file, or one too broken to be read; `problems` are the file's own.
    """

    loaded: LoadedConcept
    locale: Locale
    source: Locale
    catalog: Catalog | None
    catalogs: dict[str, Catalog]
    problems: tuple[Finding, ...]
    allow_fuzzy: bool

    @cached_property
    def messages(self) -> list[Message]:
        return concept_messages(self.loaded)

    @cached_property
    def slots(self) -> dict[str, Slot]:
        """The slot of each message, by msgctxt."""
        return {f"{screen.id}/{slot.id}": slot for screen in self.loaded.concept.screens for slot in screen.copy_}

    @cached_property
    def rooms(self) -> dict[str, SlotLimits]:
        """The room of each message, by msgctxt."""
        return slot_rooms(self.loaded)

    def room_words(self, context: str) -> str:
        """What a slot has room for, in words: `headline, at most 3 lines`."""
        return room_words(self.rooms[context])

    def state(self, message: Message) -> WordsState:
        """The state of a message in this locale: see `words_state`."""
        return words_state(message, self.locale, self.source, self.catalogs, allow_fuzzy=self.allow_fuzzy)

    def findings(self) -> list[Finding]:
        """Of the file, of each translation against its message, and of the lint."""
        found = list(self.problems)
        if self.catalog is None:
            return found
        known = self.loaded.concept.values.keys()
        for message in self.messages:
            entry = self.catalog.entries.get(message.key)
            if entry is not None:
                count = self.slots[message.context].count
                found += check_message(message, entry, self.catalog, known, count=count)
        language = self.source.language
        return found + lint_catalog(self.messages, self.catalog, source_language=language, rooms=self.rooms)


def room_words(room: SlotLimits) -> str:
    """A slot's role, and how many lines it may have."""
    lines = f", at most {room.max_lines} line{'s' if room.max_lines > 1 else ''}" if room.max_lines else ""
    return f"{room.role}{lines}"


def slot_rooms(loaded: LoadedConcept) -> dict[str, SlotLimits]:
    """The room of every slot of a concept, by msgctxt."""
    return {f"{screen.id}/{slot.id}": _room(loaded, slot) for screen in loaded.concept.screens for slot in screen.copy_}


def _room(loaded: LoadedConcept, slot: Slot) -> SlotLimits:
    return SlotLimits(slot.role, merged(loaded, slot, SlotStyle()).max_lines or 0)


def wordings(project: Project, names: Sequence[str] = ()) -> tuple[list[Wording], list[Finding]]:
    """Every concept in every locale that it is translated to, or in those that `names` says (codes or globs).

    The findings are of catalogs that belong to no locale. Raises FindingsError if a concept has errors, UsageError for
    a name that fits no locale.
    """
    if has_errors(project.concept_findings()):
        raise FindingsError(project.concept_findings())
    found: list[Wording] = []
    loose: list[Finding] = []
    known: list[Locale] = []
    for loaded in project.concepts():
        source = resolve_locale(loaded.concept.source)
        catalogs, problems = project.catalogs(loaded.concept.concept)
        files = _files(project, loaded.concept.concept)
        locales, unknown = concept_locales(loaded, catalogs, source)
        if has_errors(unknown):
            raise FindingsError(unknown)
        if loaded.concept.locales == "all":
            # A catalog too broken to be read is a locale all the same.
            locales = sorted({*locales, *files.values()}, key=lambda locale: locale.gettext)
        known += locales
        used = {display_path for display_path, locale in files.items() if locale in locales}
        loose += [f for f in problems if f.file not in used]
        found += [
            Wording(
                loaded,
                locale,
                source,
                catalogs.get(locale.gettext),
                catalogs,
                tuple(f for f in problems if f.file is not None and files.get(f.file) == locale),
                project.config.allow_fuzzy,
            )
            for locale in locales
            if locale != source and (not names or any(names_locale(name, locale) for name in names))
        ]
    for name in names:
        if not any(names_locale(name, locale) for locale in known):
            codes = ", ".join(sorted({locale.gettext for locale in known})) or "none"
            raise UsageError(f"-l {name}: the project has no such locale. It has: {codes}.")
    return found, loose


def _files(project: Project, domain: str) -> dict[str, Locale]:
    """The catalogs of a domain as they are shown, with their locales."""
    files = {}
    for code, path in discover(project.root / project.config.locales, domain).items():
        with contextlib.suppress(UnknownLocale):  # `Project.catalogs` reports it
            files[project.display_path(path)] = resolve_locale(code)
    return files
