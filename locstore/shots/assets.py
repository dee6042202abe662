"""Files that a concept names: found for a locale and display, with fallbacks that are reported."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from locstore.concept import LoadedConcept
from locstore.findings import Finding, Severity
from locstore.shots.design import same_locale
from locstore.shots.shot import Asset
from locstore.stores import Display, Locale, resolve_locale

Digest = Callable[[Path], str]

_LOCALE = re.compile(r"\{locale\}/|[-_.]?\{locale\}")
_DISPLAY = re.compile(r"\{display\}/|[-_.]?\{display\}")


@dataclasses.dataclass(frozen=True, slots=True)
class _Candidate:
    """A path to try, and whether it is for the wanted locale."""

    path: str
    own_locale: bool


class AssetFinder:
    """Finds and digests the files of one concept; `findings()` tells what was missing or fell back."""

    def __init__(self, loaded: LoadedConcept, root: Path, digest: Digest) -> None:
        self._loaded = loaded
        self._root = root
        self._digest = digest
        self._found: dict[str, Asset | None] = {}
        self._problems: dict[tuple[str, ...], Finding] = {}
        self._source = resolve_locale(loaded.concept.source)
        self._fallbacks: dict[tuple[str, str], set[str]] = {}
        self._places: dict[str, tuple[str | int, ...]] = {}

    def find(self, pattern: str, locale: Locale, display: Display, place: tuple[str | int, ...]) -> Asset | None:
        """The file for a locale and display; None, with a finding, if there is none.

        `{locale}` is tried as gettext, BCP 47, Apple and Play write it, then along the fallback chain, then
        without it; `{display}` as the display's id, then its form (`phone`, `tablet`), then without it.
        """
        tried: list[str] = []
        for candidate in _candidates(pattern, locale, display):
            if candidate.path in tried:
                continue
            tried.append(candidate.path)
            asset = self._open(candidate.path, place)
            if asset is not None:
                if not candidate.own_locale and locale.gettext != self._source.gettext:
                    self._fallbacks.setdefault((pattern, asset.display_path), set()).add(locale.gettext)
                    self._places[pattern] = place
                return asset
        if not any(name in tried for name, *_ in self._problems):
            self._report_missing(pattern, tried, locale, display, place)
        return None

    def _open(self, name: str, place: tuple[str | int, ...]) -> Asset | None:
        if name not in self._found:
            self._found[name] = self._read(name, place)
        return self._found[name]

    def _read(self, name: str, place: tuple[str | int, ...]) -> Asset | None:
        path = self._loaded.folder / name
        try:
            if not path.is_file():
                return None
            if not path.resolve().is_relative_to(self._root.resolve()):
                message = f"{name} leads out of the project's folder; copy the file into it."
                self._problems[(name, "outside")] = self._loaded.finding("shots-outside-project", message, *place)
                return None
            return Asset(path, path.relative_to(self._root).as_posix(), self._digest(path))
        except OSError as error:
            message = f"{name} cannot be read: {error.strerror or error}."
            self._problems[(name, "unreadable")] = self._loaded.finding("shots-file-unreadable", message, *place)
            return None

    def _report_missing(
        self, pattern: str, tried: list[str], locale: Locale, display: Display, place: tuple[str | int, ...]
    ) -> None:
        names = " or ".join(dict.fromkeys([tried[0], tried[-1]]))
        where = f" for {locale.gettext} on {display.id}" if len(tried) > 1 else ""
        message = f"There is no file{where}: put it at {names}, below the concept's folder."
        key = (pattern, tried[-1], display.form)
        self._problems.setdefault(key, self._loaded.finding("shots-missing-file", message, *place))

    def findings(self) -> list[Finding]:
        """Missing files are errors, fallbacks to another locale's picture notes, one for each picture used."""
        findings = list(self._problems.values())
        for (pattern, used), locales in sorted(self._fallbacks.items()):
            names = ", ".join(sorted(locales))
            one = len(locales) == 1
            many = "1 locale uses" if one else f"{len(locales)} locales use"
            own = "it has no picture of its own" if one else "they have no picture of their own"
            findings.append(
                self._loaded.finding(
                    "shots-fallback-file",
                    f"{many} {used}, for {own}: {names}.",
                    *self._places[pattern],
                    severity=Severity.NOTE,
                )
            )
        return findings


def _candidates(pattern: str, locale: Locale, display: Display) -> Iterator[_Candidate]:
    has_locale = "{locale}" in pattern
    own = [c for c in (locale.gettext, locale.bcp47, locale.apple, locale.play) if c] if has_locale else []
    chain = list(locale.fallbacks()) if has_locale else []
    names = [(pattern.replace("{locale}", c), True) for c in own]
    names += [(pattern.replace("{locale}", c), same_locale(c, locale.gettext)) for c in chain]
    names.append((_LOCALE.sub("", pattern), not has_locale))
    for name, is_own in names:
        for kind in (display.id, display.form):
            yield _Candidate(name.replace("{display}", kind), is_own)
        yield _Candidate(_DISPLAY.sub("", name), is_own)
