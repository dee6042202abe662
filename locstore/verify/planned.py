"""What will be wrong with a run's sets, known before a picture is painted: counts, and files in the way."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from locstore.findings import Finding, Severity
from locstore.stores import Store, apple_rules, displays_of_size, find_display
from locstore.verify.facts import inspect_picture
from locstore.verify.listing import is_picture, some
from locstore.verify.rules import label


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedPicture:
    """A picture that a run will write: its path below the output folder, and the store's set that it joins.

    `display` is the id in the store's table. `path` is also the key by which `planned_sets` names refused pictures.
    """

    path: str
    store: Store
    locale: str
    display: str


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedSets:
    """What is wrong with the sets, and the paths of pictures that a store or an upload tool would not take."""

    findings: tuple[Finding, ...]
    refused: frozenset[str]


def planned_sets(
    pictures: Sequence[PlannedPicture], output: Path, *, display_path: str, ours: Collection[str]
) -> PlannedSets:
    """Count the sets together with the files that are already in their folders.

    `ours` are the paths of pictures that locstore wrote earlier: those that are not planned any more will go. Files of
    anybody else stay, so they count. `display_path` names the output folder in findings.
    """
    planned = {picture.path for picture in pictures}
    folders = {PurePosixPath(picture.path).parent for picture in pictures}
    foreign = {folder: _foreign(output, folder, planned, ours) for folder in sorted(folders)}
    findings: list[Finding] = []
    refused: set[str] = set()
    sets: dict[tuple[str, str, str], list[PlannedPicture]] = defaultdict(list)
    for picture in pictures:
        if picture.store is not Store.CUSTOM:
            sets[picture.store, picture.display, picture.locale].append(picture)
    counts: dict[tuple[str, int], list[str]] = defaultdict(list)
    for (store, id_, locale), members in sets.items():
        here = {PurePosixPath(p.path).parent for p in members}
        more = sum(_joins(output / folder / name, id_) for folder in here for name in foreign[folder])
        count = len(members) + (more if store is Store.APPLE else sum(len(foreign[folder]) for folder in here))
        counts[id_, count].append(locale)
        limit = find_display(id_).max_count
        if limit is not None and count > limit:
            refused.update(p.path for p in members)
    findings += (f for (id_, count), locales in counts.items() for f in _count(id_, count, locales, display_path))
    for folder, names in foreign.items():
        hiding = _hiding(folder, names)
        if hiding:
            refused.update(p.path for p in pictures if PurePosixPath(p.path).parent == folder)
            findings.append(_hidden(hiding, f"{display_path}/{folder}"))
    findings += _other_platforms(output, foreign, display_path)
    return PlannedSets(tuple(findings), frozenset(refused))


def _foreign(output: Path, folder: PurePosixPath, planned: Collection[str], ours: Collection[str]) -> list[str]:
    """The pictures in a folder that locstore neither wrote nor will write."""
    try:
        names = sorted(entry.name for entry in (output / folder).iterdir() if is_picture(entry.name))
    except OSError:  # not there yet, or not readable: the run says so where it writes
        return []
    return [n for n in names if not n.startswith(".") and not {f"{folder}/{n}"} & {*planned, *ours}]


def _size(path: Path) -> tuple[int, int] | None:
    facts, _ = inspect_picture(path, path.name, inflate=False)
    return facts.shown_size if facts is not None else None


def _joins(path: Path, display: str) -> bool:
    """Whether deliver would put a file into this display's set: it goes by the size."""
    size = _size(path)
    if size is None:
        return False
    found = displays_of_size(size, Store.APPLE, "/".join(path.parts[-4:]))
    return bool(found) and found[0].id == display


def _count(id_: str, count: int, locales: Sequence[str], display_path: str) -> Iterator[Finding]:
    display = find_display(id_)
    names = some([repr(locale) for locale in sorted(set(locales))])
    if display.max_count is not None and count > display.max_count:
        message = (
            f"{count} pictures are for {label(display)} in {names}, and the store takes {display.max_count}. "
            "Take some screens away with show_on, or remove files that are not of this project."
        )
        yield Finding(code="verify-too-many", message=message, file=display_path)
    elif count < display.min_count:
        message = (
            f"{count} of the {display.min_count} pictures that {label(display)} needs are planned in {names}. "
            "Add screens."
        )
        yield Finding(code="verify-too-few", message=message, file=display_path)


def _hiding(folder: PurePosixPath, names: Sequence[str]) -> list[str]:
    """Files for whose sake deliver leaves out the others of its tree's folder."""
    rules = apple_rules()
    if folder.parts[0] not in {tree.folder for tree in rules.trees}:
        return []
    return [name for name in names if PurePosixPath(name).stem.casefold().endswith(rules.framed_mark)]


def _hidden(names: Sequence[str], display_path: str) -> Finding:
    message = (
        f"Old files are here whose names end in {apple_rules().framed_mark} ({some(names)}). fastlane deliver would "
        "take them and leave out the pictures of this run. Move them away."
    )
    return Finding(code="verify-framed", message=message, file=display_path)


def _other_platforms(
    output: Path, foreign: Mapping[PurePosixPath, Sequence[str]], display_path: str
) -> Iterator[Finding]:
    """Files of another platform in a tree of deliver's."""
    trees = {tree.folder: tree for tree in apple_rules().trees}
    found: dict[str, list[str]] = defaultdict(list)
    for folder, names in foreign.items():
        tree = trees.get(folder.parts[0])
        for name in names if tree is not None else ():
            size = _size(output / folder / name)
            displays = displays_of_size(size, Store.APPLE, f"{folder}/{name}") if size is not None else ()
            if tree is not None and displays and displays[0].platform not in tree.displays:
                found[tree.folder].append(f"{folder.name}/{name} ({displays[0].id})")
    for tree_folder, names in found.items():
        message = (
            f"Files of another platform are in the tree {tree_folder}/: {some(names)}. fastlane deliver sends a tree "
            "to one platform's version of the app. Move them to the tree of their platform."
        )
        yield Finding(
            code="verify-mixed-platforms",
            message=message,
            severity=Severity.ERROR,
            file=f"{display_path}/{tree_folder}",
        )
