"""Reads the locale folders of a layout as its upload tool does: which pictures it takes, for which display."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from locstore.findings import Finding, Severity
from locstore.stores import Display, Store, apple_rules, displays
from locstore.verify.facts import PictureFacts
from locstore.verify.layouts import EXPANDED_FOLDERS, Layout, Tree
from locstore.verify.listing import Listing, is_picture, some
from locstore.verify.locale_folders import check_locale_folder

# deliver steps over these beside the locale folders (loader.rb, 2026-07).
_PASSED_OVER = frozenset({"android", "fonts", "review_information", "trade_representative_contact_information"})
# What snapshot, frameit and deliver themselves keep in a locale's folder, and app previews.
_OTHER_SUFFIXES = (".strings", ".mov", ".mp4", ".m4v")
_OTHER_FILES = frozenset({"framefile.json", "readme.txt", "readme.md"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A picture that the upload tool takes. `path` is relative to the verified folder.

    `locale` is the store's code, `group` deliver's special folder or ''. `display` is known by the folder on
    Google Play; on the App Store the size decides, so it is None here.
    """

    path: PurePosixPath
    locale: str
    group: str
    display: Display | None


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A picture in its place and what is known of it; facts are None if not even its header can be read."""

    placed: Placed
    facts: PictureFacts | None
    display: Display | None


@dataclasses.dataclass(slots=True)
class Shelf:
    """A tree as its tool reads it.

    `locales` maps (group, store's code) to the locale's folder; `display_path` turns a path into what findings name.
    """

    tree: Tree
    display_path: Callable[[PurePosixPath], str]
    locales: dict[tuple[str, str], PurePosixPath] = dataclasses.field(default_factory=dict)
    pictures: list[Placed] = dataclasses.field(default_factory=list)
    findings: list[Finding] = dataclasses.field(default_factory=list)


def read_shelf(listing: Listing, tree: Tree) -> Shelf:
    """Every picture of the tree, and findings on folders and files that will not be uploaded."""
    reader = _Reader(listing, Shelf(tree, listing.display_path))
    if tree.locale is not None:
        reader.locale(tree.folder, tree.locale, "")
    elif tree.layout is Layout.DELIVER:
        reader.deliver()
    else:
        for name in listing.entries(tree.folder).folders:
            reader.locale(tree.folder / name, name, "")
    return reader.shelf


class _Reader:
    def __init__(self, listing: Listing, shelf: Shelf) -> None:
        self.listing = listing
        self.shelf = shelf

    def warn(self, code: str, message: str, path: PurePosixPath, severity: Severity = Severity.WARNING) -> None:
        self.shelf.findings.append(
            Finding(code=code, message=message, severity=severity, file=self.listing.display_path(path))
        )

    def deliver(self) -> None:
        root = self.shelf.tree.folder
        entries = self.listing.entries(root)
        self.stray([f for f in entries.files if is_picture(f)], root, "from outside of the locale folders")
        special = {name.casefold(): name for name in apple_rules().special_folders}
        for name in entries.folders:
            lowered = name.casefold()
            if lowered in _PASSED_OVER:
                continue
            if lowered not in special:
                self.locale(root / name, name, "")
            elif lowered in EXPANDED_FOLDERS:
                self.expanded(root / name, special[lowered])
            elif any(is_picture(f) for f in self.listing.entries(root / name).files):
                message = (
                    "fastlane deliver does not copy pictures in default/ to the locales, so they reach none. "
                    "Put them into the locale folders."
                )
                self.warn("verify-default-folder", message, root / name)

    def expanded(self, folder: PurePosixPath, group: str) -> None:
        message = f"fastlane deliver reads the locale folders inside {group}/ as part of the set."
        self.warn("verify-special-folder", message, folder, Severity.NOTE)
        entries = self.listing.entries(folder)
        self.stray([f for f in entries.files if is_picture(f)], folder, "from outside of the locale folders")
        for name in entries.folders:
            self.locale(folder / name, name, group)

    def locale(self, folder: PurePosixPath, name: str, group: str) -> None:
        store = self.shelf.tree.layout.store
        code, findings = check_locale_folder(name, store, self.listing.display_path(folder))
        self.shelf.findings += findings
        if code in self.listing.entries(folder.parent).folders or (group, code) in self.shelf.locales:
            code = name  # en-US and en-us side by side: two sets, one of them misspelled
        self.shelf.locales[group, code] = folder
        if store is Store.APPLE:
            self.deliver_locale(folder, code, group)
        elif self.shelf.tree.layout is Layout.SUPPLY:
            self.supply_locale(folder, code)
        else:
            self.gradle_locale(folder, code)

    def deliver_locale(self, folder: PurePosixPath, code: str, group: str) -> None:
        names = self.pictures(folder)
        if any(apple_rules().framed_mark in name.lower() for name in names):
            used = [n for n in names if "framed" in n.lower() or "watch" in n.lower()]
            ignored = [n for n in names if n not in used]
            if ignored:
                message = (
                    "Framed pictures are here, so fastlane deliver takes only names with 'framed' or 'watch' and "
                    f"ignores {some(ignored)}. Frame or remove them."
                )
                self.warn("verify-framed", message, folder)
            names = used
        self.place(folder, names, code, group, None)

    def supply_locale(self, folder: PurePosixPath, code: str) -> None:
        images = folder / "images"
        self.stray([f for f in self.listing.entries(folder).files if is_picture(f)], folder, "from outside of images/")
        if not self.listing.is_folder(images):
            return
        known = {d.supply_dir.casefold(): d for d in displays().values() if d.supply_dir}
        folders = {k: d for k, d in known.items() if d.kind == "screenshot"}
        stray: list[str] = []
        for file in self.listing.entries(images).files:
            display = known.get(PurePosixPath(file).stem.casefold())
            if display is not None and display.kind == "graphic" and is_picture(file):
                self.place(images, [file], code, "", display)
            else:
                stray.append(file)
        self.stray(stray, images)
        for name in self.listing.entries(images).folders:
            display = folders.get(name.casefold())
            if display is None:
                self.unknown_type(images / name, [d.supply_dir for d in folders.values() if d.supply_dir])
            else:
                self.place(images / name, self.pictures(images / name), code, "", display)

    def gradle_locale(self, folder: PurePosixPath, code: str) -> None:
        graphics = folder / "graphics"
        if not self.listing.is_folder(graphics):
            return
        known = {d.gpp_dir: d for d in displays().values() if d.gpp_dir}
        entries = self.listing.entries(graphics)
        self.stray(entries.files, graphics)
        for name in entries.folders:
            if name in known:
                self.place(graphics / name, self.pictures(graphics / name), code, "", known[name])
            else:
                self.unknown_type(graphics / name, list(known))

    def pictures(self, folder: PurePosixPath) -> list[str]:
        """The pictures of a folder; whatever else is in it is reported."""
        entries = self.listing.entries(folder)
        pictures = [name for name in entries.files if is_picture(name)]
        others = [n for n in entries.files if not is_picture(n) and not _belongs(n)]
        self.stray([*others, *(f"{name}/" for name in entries.folders)], folder)
        return pictures

    def place(
        self, folder: PurePosixPath, names: Sequence[str], code: str, group: str, display: Display | None
    ) -> None:
        self.shelf.pictures += (Placed(path=folder / name, locale=code, group=group, display=display) for name in names)

    def stray(self, names: Sequence[str], folder: PurePosixPath, where: str = "from here") -> None:
        if names:
            place = folder / names[0] if len(names) == 1 else folder
            message = f"{self.shelf.tree.layout} does not upload {some(names)} {where}. Move or remove it."
            self.warn("verify-stray-file", message, place)

    def unknown_type(self, folder: PurePosixPath, known: Sequence[str]) -> None:
        wanted = folder.name.casefold().replace("-", "")
        meant = next((name for name in known if name.casefold().replace("-", "") == wanted), None)
        advice = f"Rename it to {meant}." if meant else f"It knows {', '.join(known)}."
        message = f"{self.shelf.tree.layout} does not read the folder {folder.name!r}. {advice}"
        self.warn("verify-folder-unknown", message, folder)


def _belongs(name: str) -> bool:
    return name.lower().endswith(_OTHER_SUFFIXES) or name.lower() in _OTHER_FILES
