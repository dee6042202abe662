"""`verify_folder`: every picture of a store-ready folder and the set as a whole, whoever made them."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from locstore.findings import Finding, Severity, sort_findings
from locstore.stores import Store, displays_of_size, locale_for_apple, locale_for_play
from locstore.verify.deliver import deliver_findings, deliver_size_findings
from locstore.verify.facts import PictureFacts, inspect_picture
from locstore.verify.gaps import verify_coverage
from locstore.verify.layouts import LOOKED_FOR, find_trees
from locstore.verify.listing import Listing, some
from locstore.verify.locale_folders import language_of
from locstore.verify.manifest import read_manifest, verify_unchanged
from locstore.verify.rules import unknown_size, verify_picture
from locstore.verify.sets import verify_sets
from locstore.verify.store_folders import Picture, Placed, StoreFolder, read_store_folder
from locstore.verify.tool import Tool

_Checked = tuple[Picture, list[Finding]]


@dataclasses.dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was found, how many pictures were looked at, and the stores' locale codes and display ids they have."""

    findings: tuple[Finding, ...]
    pictures: int
    locales: tuple[str, ...]
    displays: tuple[str, ...]


def verify_folder(
    root: Path, *, display_path: str, jobs: int = 1, known: Mapping[str, PictureFacts] | None = None
) -> VerifyReport:
    """Check a folder in a layout of fastlane or gradle-play-publisher, or a part of one.

    `display_path` is how the folder is named in findings; `jobs` pictures are read at a time; those in `known` (facts
    by posix path in the folder) are not read again. Nothing raises for what is in the folder: every problem is a
    finding. Links that lead out of `root` are not followed.
    """
    if not root.is_dir():
        message = "There is no such folder. Name the folder that holds the pictures."
        return VerifyReport((Finding(code="verify-nothing-found", message=message, file=display_path),), 0, (), ())
    listing = Listing(root, display_path)
    trees = find_trees(listing)
    store_folders = [read_store_folder(listing, tree) for tree in trees]
    manifest, findings = read_manifest(listing)
    placed = [picture for store_folder in store_folders for picture in store_folder.pictures]
    inspected = _inspect_all(listing, placed, jobs, known or {})
    if not placed:
        message = f"No pictures were found. Looked for {LOOKED_FOR}."
        findings.append(Finding(code="verify-nothing-found", message=message, file=display_path))
    results = iter(inspected)
    seen: list[Picture] = []
    for store_folder in store_folders:
        findings += store_folder.findings
        pictures: list[Picture] = []
        for place in store_folder.pictures:
            facts, problems = next(results)
            picture, more = _against_display(place, facts, store_folder.tree.tool, listing)
            pictures.append(picture)
            findings += problems + more
        if pictures:
            findings += verify_sets(store_folder, pictures)
            findings += verify_coverage(store_folder, pictures)
            findings += _same_pictures(store_folder, pictures, manifest.wordless)
        seen += pictures
    findings += _one_store_only(store_folders)
    digests = {p.placed.path.as_posix(): p.facts.sha256 for p in seen if p.facts is not None}
    findings += verify_unchanged(listing, manifest, digests)
    return VerifyReport(
        findings=tuple(sort_findings(findings + listing.problems(tree.folder for tree in trees))),
        pictures=len(seen),
        locales=tuple(sorted({p.placed.locale for p in seen})),
        displays=tuple(sorted({p.display.id for p in seen if p.display is not None})),
    )


def _inspect_all(
    listing: Listing, placed: Sequence[Placed], jobs: int, known: Mapping[str, PictureFacts]
) -> list[tuple[PictureFacts | None, list[Finding]]]:
    def inspect(place: Placed) -> tuple[PictureFacts | None, list[Finding]]:
        facts = known.get(place.path.as_posix())
        if facts is not None:
            return facts, []
        return inspect_picture(listing.path(place.path), listing.display_path(place.path))

    if jobs <= 1 or len(placed) < 2:
        return [inspect(place) for place in placed]
    # Threads are enough: reading, inflating and hashing let go of the interpreter.
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        return list(pool.map(inspect, placed))


def _against_display(place: Placed, facts: PictureFacts | None, tool: Tool, listing: Listing) -> _Checked:
    """The picture with its display, and what the display's store or the upload tool does not take."""
    display = place.display
    display_path = listing.display_path(place.path)
    findings = deliver_findings(place.path, display_path) if tool is Tool.DELIVER else []
    if facts is None:
        return Picture(place, None, display), findings
    if display is None:
        # deliver goes by the size; of two displays with one size the whole path chooses.
        facts = dataclasses.replace(facts, size=facts.shown_size)
        path = f"{listing.name}/{place.path.as_posix()}"
        fitting = displays_of_size(facts.size, Store.APPLE, path)
        if not fitting:
            return Picture(place, facts, None), [*findings, unknown_size(facts.size, display_path)]
        display = fitting[0]
        findings += deliver_size_findings(facts.size, display, place.group, display_path)
    return Picture(place, facts, display), [*findings, *verify_picture(facts, display, display_path)]


def _same_pictures(
    store_folder: StoreFolder, pictures: Sequence[Picture], wordless: Collection[str]
) -> Iterator[Finding]:
    """The same file twice: in one locale, or in locales whose languages differ."""
    store = store_folder.tree.tool.store
    same: dict[tuple[str, str, str], list[Picture]] = defaultdict(list)
    for picture in pictures:
        if picture.facts is None or picture.display is None or picture.display.supply_dir == "icon":
            continue
        if picture.placed.path.as_posix() not in wordless:
            same[picture.placed.group, picture.display.id, picture.facts.sha256].append(picture)
    for copies in same.values():
        first = copies[0].placed
        languages = {language_of(p.placed.locale, store) for p in copies}
        here = [p.placed.path.name for p in copies[1:] if p.placed.locale == first.locale]
        if len(languages) > 1:
            others = {p.placed.locale: p.placed.path.name for p in copies if p.placed.locale != first.locale}
            named = [
                f"{locale!r}" if name == first.path.name else f"'{locale} ({name})'" for locale, name in others.items()
            ]
            message = f"The same picture stands in other languages: {some(named)}. Translate it there."
            code = "verify-same-picture"
        elif here:
            message = f"The same picture stands in this locale again: {some(here)}. Remove or replace it."
            code = "verify-repeated-picture"
        else:
            continue
        yield Finding(code=code, message=message, severity=Severity.WARNING, file=store_folder.display_path(first.path))


def _one_store_only(store_folders: Sequence[StoreFolder]) -> Iterator[Finding]:
    """Languages that both stores know and only one of the two sets has."""
    found: dict[Store, dict[str, str]] = {Store.APPLE: {}, Store.PLAY: {}}
    folders: dict[Store, str] = {}
    for store_folder in store_folders:
        store = store_folder.tree.tool.store
        for picture in store_folder.pictures:
            row = (locale_for_apple if store is Store.APPLE else locale_for_play)(picture.locale)
            if row is not None and row.apple is not None and row.play is not None:
                found[store][row.bcp47] = row.play if store is Store.APPLE else row.apple
                folders.setdefault(store, store_folder.display_path(store_folder.tree.folder))
    if len(folders) < 2:
        return
    for store, other, name in ((Store.APPLE, Store.PLAY, "Google Play"), (Store.PLAY, Store.APPLE, "App Store")):
        missing = sorted(found[store][tag] for tag in found[store].keys() - found[other].keys())
        if missing:
            message = f"The {name} set lacks {some(missing)}, which the other store's set has. Add them."
            yield Finding(
                code="verify-missing-locale",
                message=message,
                severity=Severity.WARNING,
                file=folders[other],
            )
