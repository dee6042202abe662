"""How far each locale's words are, and which findings are about which screen's words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from locstore.catalog import Catalog, State
from locstore.concept import LoadedConcept, concept_messages
from locstore.findings import Finding
from locstore.messages import Message
from locstore.project.project import ProjectSnapshot
from locstore.shots import words_state
from locstore.stores import Locale, resolve_locale

_CONTEXT = re.compile(r"[\w.-]+/[\w.-]+")


def count_words(
    snapshot: ProjectSnapshot, locales: Iterable[Locale], *, allow_fuzzy: bool
) -> dict[str, Counter[State]]:
    """Messages by state, for each locale by its gettext code.

    Words that a related catalog lends (es for es_MX) count as translated; those of the source language do in its own
    regions only.
    """
    counts: dict[str, Counter[State]] = {}
    for locale in locales:
        found = counts[locale.gettext] = Counter()
        for loaded in snapshot.concepts:
            catalogs = _catalogs(snapshot, loaded)
            found.update(
                _state(message, locale, loaded, catalogs, allow_fuzzy=allow_fuzzy)
                for message in concept_messages(loaded)
            )
    return counts


def words_findings(snapshot: ProjectSnapshot) -> tuple[dict[tuple[str, str], list[Finding]], dict[str, list[Finding]]]:
    """Findings about catalogs: by (locale, screen) where they name a message, else by locale."""
    contexts = {m.context for loaded in snapshot.concepts for m in concept_messages(loaded)}
    codes = {catalog.path: catalog.code for catalog in snapshot.catalogs}
    by_screen: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    by_locale: dict[str, list[Finding]] = defaultdict(list)
    for finding in snapshot.findings:
        code = codes.get(finding.file or "")
        if code is None:
            continue
        screens = {c.partition("/")[0] for c in _CONTEXT.findall(finding.message.replace("*", "")) if c in contexts}
        for screen in screens:
            by_screen[code, screen].append(finding)
        if not screens:
            by_locale[code].append(finding)
    return by_screen, by_locale


def _catalogs(snapshot: ProjectSnapshot, loaded: LoadedConcept) -> dict[str, Catalog]:
    domain = loaded.concept.concept
    return {c.code: c for c in snapshot.catalogs if PurePosixPath(c.path).stem == domain}


def _state(
    message: Message, locale: Locale, loaded: LoadedConcept, catalogs: dict[str, Catalog], *, allow_fuzzy: bool
) -> State:
    source = resolve_locale(loaded.concept.source)
    if locale.gettext == source.gettext:
        return State.TRANSLATED
    state = words_state(message, locale, source, catalogs, allow_fuzzy=allow_fuzzy)
    return State.TRANSLATED if state == "inherited" else State(state)
