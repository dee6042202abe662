"""Reads the locale folders of a layout as its upload tool does: which pictures it takes, for which display."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from locstore.findings import Finding, Severity
from locstore.stores import Display, Store, apple_rules, displays
from locstore.verify.facts import PictureFacts
from locstore.verify.layouts import Tree
from locstore.verify.listing import Listing, is_picture, some
from locstore.verify.locale_folders import check_locale_folder, find_apple_locale
from locstore.verify.tool import Tool

# What snapshot, frameit and deliver themselves keep in a locale's folder, and app previews.
_OTHER_SUFFIXES = (".strings", ".mov", ".mp4", ".m4v")
_OTHER_FILES = frozenset({"framefile.json", "readme.txt", "readme.md"})


NO_LOCALE = "(none)"
"""The locale of pictures that deliver loads without a language."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A picture that the upload tool takes. `path` is relative to the verified folder.

    `locale` is the store's code, `group` is `iMessage` for the pictures of an iMessage app, else ''. `display` is known
    by the folder on Google Play; on the App Store the size decides, so it is None here.
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
class StoreFolder:
    """A tree as its tool reads it.

    `locales` maps (group, store's code) to the locale's folder; `display_path` turns a path into what findings name.
    """

    tree: Tree
    display_path: Callable[[PurePosixPath], str]
    locales: dict[tuple[str, str], PurePosixPath] = dataclasses.field(default_factory=dict)
    pictures: list[Placed] = dataclasses.field(default_factory=list)
    findings: list[Finding] = dataclasses.field(default_factory=list)


def read_store_folder(listing: Listing, tree: Tree) -> StoreFolder:
    """Every picture of the tree, and findings on folders and files that will not be uploaded."""
    reader = _Reader(listing, StoreFolder(tree, listing.display_path))
    if tree.locale is not None:
        reader.locale(tree.folder, tree.locale, "")
    elif tree.tool is Tool.DELIVER:
        reader.deliver()
    else:
        for name in listing.entries(tree.folder).folders:
            reader.locale(tree.folder / name, name, "")
    return reader.store_folder


class _Reader:
    def __init__(self, listing: Listing, store_folder: StoreFolder) -> None:
        self.listing = listing
        self.store_folder = store_folder

    def warn(self, code: str, message: str, path: PurePosixPath, severity: Severity = Severity.WARNING) -> None:
        self.store_folder.findings.append(
            Finding(code=code, message=message, severity=severity, file=self.listing.display_path(path))
        )

    def deliver(self) -> None:
        """Read the tree as deliver's loader does (loader.rb at d5347690, 2026-07)."""
        root = self.store_folder.tree.folder
        rules = apple_rules()
        entries = self.listing.entries(root)
        self.stray([f for f in entries.files if is_picture(f)], root, "from outside of the locale folders")
        special = {name.casefold(): name for name in rules.special_folders}
        expanded = {name.casefold() for name in rules.expanded_folders}
        passed_over = {name.casefold() for name in rules.passed_over}
        for name in entries.folders:
            lowered = name.casefold()
            if lowered in passed_over:
                continue
            if lowered not in special:
                self.locale(root / name, name, "")
            elif lowered in expanded:
                self.expanded(root / name, special[lowered])
            else:
                self.without_locale(root / name)

    def expanded(self, folder: PurePosixPath, spelled: str) -> None:
        """A folder of locale folders. Only the exact spelling `iMessage` makes sets of their own."""
        imessage = spelled == "iMessage"
        if imessage and folder.name != spelled:
            message = (
                f"fastlane deliver knows an iMessage app's pictures by the exact name iMessage/. Those in "
                f"{folder.name}/ join the app's own sets. Rename the folder."
            )
            self.warn("verify-special-folder", message, folder)
        else:
            own = "as sets of the iMessage app" if imessage else "together with the locales' own pictures"
            message = f"fastlane deliver reads the locale folders inside {folder.name}/ {own}."
            self.warn("verify-special-folder", message, folder, Severity.NOTE)
        entries = self.listing.entries(folder)
        self.stray([f for f in entries.files if is_picture(f)], folder, "from outside of the locale folders")
        special = {name.casefold() for name in apple_rules().special_folders}
        for name in entries.folders:
            if name.casefold() in special:
                self.without_locale(folder / name)
            elif find_apple_locale(name) is not None:
                self.locale(folder / name, name, spelled if folder.name == spelled and imessage else "")
            else:
                message = (
                    f"{name!r} is no App Store locale, so fastlane deliver passes over the folder inside "
                    f"{folder.name}/ without a word. Rename it to the store's code, or remove it."
                )
                self.warn("verify-locale-unknown", message, folder / name)

    def without_locale(self, folder: PurePosixPath) -> None:
        """`default/`: deliver loads its pictures without a language."""
        names = [name for name in self.listing.entries(folder).files if is_picture(name)]
        if not names:
            return
        message = (
            f"fastlane deliver loads the pictures in {folder.name}/ without a language; the upload fails when it asks "
            "App Store Connect to activate that. Move them into the locale folders."
        )
        self.warn("verify-default-folder", message, folder, Severity.ERROR)
        self.place(folder, self.framed(folder, names), NO_LOCALE, "", None)

    def locale(self, folder: PurePosixPath, name: str, group: str) -> None:
        store = self.store_folder.tree.tool.store
        code, findings = check_locale_folder(name, self.store_folder.tree.tool, self.listing.display_path(folder))
        self.store_folder.findings += findings
        misspelled = any(f.severity is not Severity.NOTE for f in findings)
        siblings = {name for name in self.listing.entries(folder.parent).folders if name != folder.name}
        if misspelled and (code in siblings or (group, code) in self.store_folder.locales):
            code = name  # en-US and en_us side by side: two sets, one of them misspelled
        self.store_folder.locales.setdefault((group, code), folder)
        if store is Store.APPLE:
            self.place(folder, self.framed(folder, self.pictures(folder)), code, group, None)
        elif self.store_folder.tree.tool is Tool.SUPPLY:
            self.supply_locale(folder, code)
        else:
            self.gradle_locale(folder, code)

    def framed(self, folder: PurePosixPath, names: Sequence[str]) -> list[str]:
        """The files that deliver takes: all, or only framed ones where one file is framed."""
        rules = apple_rules()
        if not any(PurePosixPath(name).stem.casefold().endswith(rules.framed_mark) for name in names):
            return list(names)
        used = [n for n in names if any(word in (folder / n).as_posix().casefold() for word in rules.framed_words)]
        ignored = [n for n in names if n not in used]
        if ignored:
            message = (
                f"A name here ends in {rules.framed_mark}, so fastlane deliver takes only files with 'framed' or "
                f"'watch' in their path and leaves out {some(ignored)}. Frame or remove them."
            )
            self.warn("verify-framed", message, folder)
        return used

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
        self.store_folder.pictures += (
            Placed(path=folder / name, locale=code, group=group, display=display) for name in names
        )

    def stray(self, names: Sequence[str], folder: PurePosixPath, where: str = "from here") -> None:
        if names:
            place = folder / names[0] if len(names) == 1 else folder
            message = f"{self.store_folder.tree.tool} does not upload {some(names)} {where}. Move or remove it."
            self.warn("verify-stray-file", message, place)

    def unknown_type(self, folder: PurePosixPath, known: Sequence[str]) -> None:
        wanted = folder.name.casefold().replace("-", "")
        meant = next((name for name in known if name.casefold().replace("-", "") == wanted), None)
        advice = f"Rename it to {meant}." if meant else f"It knows {', '.join(known)}."
        message = f"{self.store_folder.tree.tool} does not read the folder {folder.name!r}. {advice}"
        self.warn("verify-folder-unknown", message, folder)


def _belongs(name: str) -> bool:
    return name.lower().endswith(_OTHER_SUFFIXES) or name.lower() in _OTHER_FILES
