"""Where glyphs come from: the project's fonts, installed font packages, then the system's, in that order."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import importlib.util
import sys
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import uharfbuzz as hb

from locstore.findings import Finding
from locstore.typeset.font_files import FontFileError, font_paths, open_faces

_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
_MOST_KEPT = 1024  # results that a library keeps; the sample's 50 locales need 553

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class FontFile:
    """A font file and where it comes from: `project`, `package` or `system`."""

    path: Path
    source: str

    @property
    def name(self) -> str:
        return self.path.name


@dataclasses.dataclass(frozen=True)
class Face:
    """One face of a font file, with what choosing it needs; `index` is its place in the library."""

    index: int
    file: FontFile
    family: str
    weights: tuple[int, int]
    italic: bool
    color: bool
    upem: int
    hb_face: hb.Face
    optical_sizes: tuple[float, float] | None = None

    @cached_property
    def coverage(self) -> frozenset[int]:
        return frozenset(self.hb_face.unicodes)

    def has(self, codes: AbstractSet[int]) -> bool:
        """Whether the face can show all the code points: as glyphs, or built from their canonical parts."""
        if codes <= self.coverage:
            return True
        for code in codes - self.coverage:
            parts = unicodedata.normalize("NFD", chr(code))
            if len(parts) == 1 or not {ord(part) for part in parts} <= self.coverage:
                return False
        return True

    def clamped(self, weight: int) -> int:
        """The weight of the face that is nearest to the one asked for."""
        low, high = self.weights
        return min(max(weight, low), high)

    @lru_cache(maxsize=16)  # noqa: B019 - a face lives as long as its library
    def at_weight(self, weight: int, optical_size: float = 0.0) -> hb.Font:
        """The face's HarfBuzz font at a weight and an optical size (pixels; 0 is the face's own), both clamped.

        The optical size counts pixels as CSS does (`font-optical-sizing: auto`).
        """
        font = hb.Font(self.hb_face)
        variations: dict[str, float] = {}
        low, high = self.weights
        if low < high:
            variations["wght"] = float(self.clamped(weight))
        if optical_size and self.optical_sizes is not None:
            smallest, largest = self.optical_sizes
            variations["opsz"] = min(max(optical_size, smallest), largest)
        if variations:
            font.set_variations(variations)
        return font

    def __hash__(self) -> int:
        return self.index


def font_directories() -> tuple[Path, ...]:
    """The folders in which Linux, macOS and Windows keep fonts."""
    home = Path.home()
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    if sys.platform == "win32":
        return (Path("C:/Windows/Fonts"), home / "AppData/Local/Microsoft/Windows/Fonts")
    return (
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
    )


def installed_font_files() -> list[FontFile]:
    """Fonts of the default packages and of every installed `fontpkg-*` family, without importing them."""
    modules = list(_PACKAGES)
    entries = importlib.metadata.entry_points(group="fontpkg.family")
    modules += sorted({e.value.partition(":")[0] for e in entries})
    files = []
    for module in modules:
        spec = importlib.util.find_spec(module)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            files += [FontFile(p, "package") for p in font_paths(Path(folder))]
    return files


def project_font_files(folder: Path | None) -> list[FontFile]:
    """The fonts that decide a project's pictures: its own in `folder`, then the installed packages'."""
    own = [FontFile(p, "project") for p in font_paths(folder, unusable=True)] if folder and folder.is_dir() else []
    return own + installed_font_files()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class FontLibrary:
    """Every face the typesetter may use, in the order it may use them.

    `files` are the project's fonts and the packages'; the folders in `system` are read only when a cluster has no
    glyph in those, since what they hold differs from machine to machine. `digest` gives a file's SHA-256 (a caller
    with a cache of digests passes its own). A file that cannot be read becomes a finding, not an exception.
    """

    def __init__(
        self,
        files: Iterable[FontFile],
        *,
        system: Sequence[Path] = (),
        digest: Callable[[Path], str] = _sha256,
    ) -> None:
        self.findings: list[Finding] = []
        self._digest = lru_cache(maxsize=None)(digest)
        self._system = tuple(system)
        self._system_read = False
        self.faces: list[Face] = []
        self.orders: dict[tuple[Hashable, ...], list[Face]] = {}
        """Faces in order of preference, for `FontFallback`; empty again when faces are added."""
        self._kept: dict[Hashable, Any] = {}
        for file in files:
            self._load(file)

    @classmethod
    def for_project(
        cls,
        folder: Path | None = None,
        *,
        system: bool = True,
        digest: Callable[[Path], str] = _sha256,
    ) -> FontLibrary:
        """The library of a project whose own fonts are in `folder`."""
        return cls(project_font_files(folder), system=font_directories() if system else (), digest=digest)

    def _load(self, file: FontFile) -> None:
        try:
            # The faces of the packages' CJK collection hold the same glyphs; the buffer's language picks the variants.
            faces = open_faces(file.path, first_only=file.source == "package")
        except OSError as error:
            self._unreadable(file, error.strerror or type(error).__name__)
            return
        except FontFileError as error:
            self._unreadable(file, str(error))
            return
        for hb_face in faces:
            if not hb_face.glyph_count or not hb_face.unicodes:
                self._unreadable(file, "it has no glyphs or no character map")
                continue
            self.faces.append(_describe(len(self.faces), file, hb_face))

    def _unreadable(self, file: FontFile, why: str) -> None:
        if file.source == "system":
            return  # not the project's; there are always a few that HarfBuzz cannot read
        self.findings.append(
            Finding(
                code="typeset-font-unreadable",
                message=f"This font cannot be used: {why}. Replace it with a whole TrueType or OpenType file.",
                file=file.path.as_posix() if file.source == "package" else f"fonts/{file.name}",
            )
        )

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result of `make`, computed once for each `key` until faces are added.

        `key` holds every input of `make` but the faces. All callers share the result, so nobody may change it.
        """
        found: T | None = self._kept.get(key)
        if found is not None:
            return found
        faces = len(self.faces)
        made = make()
        if len(self.faces) == faces:  # system fonts that `make` had read may change what it returns next time
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = made
        return made

    def digest(self, face: Face) -> str:
        """SHA-256 of the face's file."""
        return self._digest(face.file.path)

    def read_system_fonts(self) -> bool:
        """Add the system's fonts once; False when they were added before or there are none to add."""
        if self._system_read or not self._system:
            return False
        self._system_read = True
        before = len(self.faces)
        for folder in self._system:
            if folder.is_dir():
                for path in font_paths(folder):
                    self._load(FontFile(path, "system"))
        self.orders.clear()
        self._kept.clear()
        return len(self.faces) > before

    def fingerprint(self) -> list[tuple[str, str]]:
        """(name, SHA-256) of the project's and the packages' fonts: what decides a picture's typography."""
        return [(f.file.name, self.digest(f)) for f in self.faces if f.file.source != "system"]

    def families(self) -> list[str]:
        return sorted({f.family for f in self.faces})


def _describe(index: int, file: FontFile, hb_face: hb.Face) -> Face:
    family = hb_face.get_name(16) or hb_face.get_name(1) or file.path.stem
    style = (hb_face.get_name(17) or hb_face.get_name(2) or "").lower()
    axes = {a.tag: a for a in hb_face.axis_infos}
    optical = axes.get("opsz")
    if "wght" in axes:
        weights = (int(axes["wght"].min_value), int(axes["wght"].max_value))
    else:
        own = int(hb.Font(hb_face).get_style_value(hb.StyleTag.WEIGHT)) or 400
        weights = (own, own)
    return Face(
        index=index,
        file=file,
        family=family,
        weights=weights,
        italic="italic" in style or "oblique" in style or "italic" in file.name.lower(),
        color=bool(hb_face.has_color_png or hb_face.has_color_paint or hb_face.has_color_layers),
        upem=hb_face.upem,
        hb_face=hb_face,
        optical_sizes=(optical.min_value, optical.max_value) if optical else None,
    )
