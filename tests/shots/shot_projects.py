"""Small projects for the tests: a concept, catalogs and files on disk, expanded into a matrix."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import polib

from locstore.catalog import Catalog, load_catalog
from locstore.concept import LoadedConcept, load_concept
from locstore.shots import Matrix, Policy, Selection, Shot, SlotWords, expand
from locstore.stores import resolve_locale
from locstore.values import plural_forms_for

ROOT = Path(__file__).parents[2]

# A catalog's entries: context -> forms of the translation; an entry whose context begins with ~ is fuzzy.
Words = Mapping[str, str | Sequence[str]]

CONCEPT = """\
concept: garden
values:
  plants: {number: 3}
screens:
  - id: hero
    copy:
      - {id: headline, text: Hello}
  - id: week
    copy:
      - {id: headline, text: A week}
      - {id: count, text: "{plants} plant", plural: "{plants} plants", count: plants, role: badge}
displays: [iphone_69, play_phone]
"""

# What translators would write for it.
FULL: Words = {
    "hero/headline": "Bonjour",
    "week/headline": "Une semaine",
    "week/count": ["{plants} plante", "{plants} plantes"],
}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Garden:
    """A project in a folder. Edit it with `concept`, `catalog` and `file`; `matrix` expands what is there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.concept(CONCEPT)

    def concept(self, text: str) -> None:
        self.file("concepts/garden.yaml", text.encode())

    def file(self, name: str, data: bytes = b"picture") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def loaded(self) -> LoadedConcept:
        loaded, findings = load_concept(self.root / "concepts" / "garden.yaml", "concepts/garden.yaml")
        assert loaded is not None, findings
        return loaded

    def catalog(self, code: str, words: Words, *, header: str | None = None) -> Path:
        """A PO file as locstore's own tools write it, one entry after the other."""
        ids = {f"{s.id}/{t.id}": (t.text, t.plural) for s in self.loaded().concept.screens for t in s.copy_}
        po = polib.POFile(wrapwidth=0)
        plural = header or plural_forms_for(resolve_locale(code).babel)
        po.metadata = {"Language": code, "Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": plural}
        for name, forms in words.items():
            context = name.removeprefix("~")
            text, many = ids[context]
            entry = polib.POEntry(msgctxt=context, msgid=text, flags=["fuzzy"] if name != context else [])
            if many is None:
                entry.msgstr = forms if isinstance(forms, str) else forms[0]
            else:
                entry.msgid_plural = many
                entry.msgstr_plural = dict(enumerate([forms] if isinstance(forms, str) else forms))
            po.append(entry)
        return self.file(f"locales/{code}/LC_MESSAGES/garden.po", str(po).encode())

    def line(self, code: str, text: str) -> int:
        """The line of a catalog that has this text."""
        rows = (self.root / f"locales/{code}/LC_MESSAGES/garden.po").read_text(encoding="utf-8").splitlines()
        (line,) = [number for number, row in enumerate(rows, 1) if text in row]
        return line

    def catalogs(self) -> dict[str, Catalog]:
        return read_catalogs(self.root, "garden")

    def matrix(self, selection: Selection | None = None, policy: Policy | None = None) -> Matrix:
        return expand(
            self.loaded(),
            self.catalogs(),
            root=self.root,
            selection=selection or Selection(),
            policy=policy or Policy(),
            digest=digest,
        )

    def shot(self, key: str, policy: Policy | None = None) -> Shot:
        return next(shot for shot in self.matrix(policy=policy).shots if shot.key == key)

    def words(self, key: str, slot: str, policy: Policy | None = None) -> SlotWords:
        return next(words for words in self.shot(key, policy).slots if words.id == slot)


def read_catalogs(root: Path, domain: str) -> dict[str, Catalog]:
    found = {}
    for path in sorted((root / "locales").glob(f"*/LC_MESSAGES/{domain}.po")):
        code = resolve_locale(path.parent.parent.name).gettext
        catalog, findings = load_catalog(path, code=code, display_path=path.relative_to(root).as_posix())
        assert catalog is not None, findings
        found[code] = catalog
    return found


def codes(matrix: Matrix) -> list[str]:
    return [finding.code for finding in matrix.findings]


def keys(matrix: Matrix) -> list[str]:
    return [shot.key for shot in matrix.shots]
