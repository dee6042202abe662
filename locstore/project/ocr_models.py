"""Which reader and models prove the words of each locale of a project, and how to get those that are missing."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

from locstore.ocr import TextSettings, unreliable
from locstore.ocr.ensemble import OcrEnsembles
from locstore.ocr.models import companion_name, model_names, package_of
from locstore.project.digests import FileDigests
from locstore.project.project import Project
from locstore.shots import Selection
from locstore.stores import Locale

_LATIN = "Latn"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LocaleModels:
    """One locale: `wanted` is the model that it should have, `model` what stands in `folder` for it ("" for nothing).

    `second` names what votes beside it, `package` is Debian's package of `wanted`, and `doubt` says why words are
    called likely at best.
    """

    locale: str
    name: str
    wanted: str
    model: str
    folder: str
    second: tuple[str, ...]
    package: str
    doubt: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OcrReport:
    """What proves words here: `engines` is "" when none is installed; `missing` are models, `command` brings them."""

    engines: str
    folders: tuple[str, ...]
    locales: tuple[LocaleModels, ...]
    missing: tuple[str, ...]
    command: str

    @property
    def ok(self) -> bool:
        return bool(self.engines) and not self.missing


def ocr_models(project: Project, locales: Sequence[str] = ()) -> OcrReport:
    """Look up every locale of the project's concepts, or those named. Raises UsageError for a name of none of them."""
    selection = Selection(tuple(locales), (), ())
    with project.ledger(read_only=True) as ledger:
        digests = FileDigests(ledger)
        places = project.snapshot(selection, digests).places
    used = {place.locale.gettext: place.locale for place in places if selection.takes(place)}
    ensembles = OcrEnsembles(TextSettings(models=(project.root / project.config.text.models,)))
    rows = tuple(_row(used[code], ensembles, project.root) for code in sorted(used))
    missing = {row.wanted for row in rows if row.wanted and not row.model}
    companion = companion_name()
    if not ensembles.has_model(companion) and any(used[row.locale].script != _LATIN for row in rows):
        missing.add(companion)
    return OcrReport(
        engines=ensembles.engines,
        folders=tuple(_shown(folder, project.root) for folder in ensembles.folders),
        locales=rows,
        missing=tuple(sorted(missing)),
        command=_command(sorted(missing)),
    )


def _row(locale: Locale, ensembles: OcrEnsembles, root: Path) -> LocaleModels:
    found = ensembles.found(locale.bcp47)
    names = model_names(locale.bcp47)
    others = [model.name for model in found[1:2]]
    if ensembles.votes_too(locale.bcp47):
        others.append("rapidocr")
    return LocaleModels(
        locale=locale.gettext,
        name=locale.english,
        wanted=names[0] if names else "",
        model=found[0].name if found else "",
        folder=_shown(found[0].folder, root) if found else "",
        second=tuple(others),
        package=package_of(names[0]) if names else "",
        doubt=unreliable(locale.bcp47) if names else "Tesseract has no model for this language.",
    )


def _shown(folder: Path, root: Path) -> str:
    try:
        return folder.relative_to(root).as_posix()
    except ValueError:
        return folder.as_posix()


def _command(missing: Sequence[str]) -> str:
    """The one command that brings the models where this system keeps them; "" when none is missing."""
    if not missing:
        return ""
    if sys.platform == "darwin":
        return "brew install tesseract-lang"
    return "sudo apt-get install " + " ".join(package_of(name) for name in missing)
