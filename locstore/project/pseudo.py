"""Pseudo-locales of a project: which slots would break in a longer or turned-around language, seen before translating.

Their pictures stand in `<output>/pseudo/<code>/`, beside the folders of the stores: no upload tool reads them there.
They have no ledger, manifest or gallery, are painted locally whatever the painter, and with everything that is wrong.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath

from locstore.catalog import PSEUDO_LOCALES
from locstore.errors import UsageError
from locstore.files import write_below_if_changed
from locstore.findings import Finding, Severity, sort_findings
from locstore.layout import Composition
from locstore.paint import UnreadablePicture, encode
from locstore.project.digests import FileDigests
from locstore.project.project import Project
from locstore.run import PaintSettings, Renderer
from locstore.shots import Cell, Selection, Shot, expand_pseudo, pseudo_code

PSEUDO_FOLDER = "pseudo"

_LIKE = {"en-XA": "40 % longer", "ar-XB": "from right to left", "en-XL": "as wide as German and Finnish"}
# What pseudo-locales are there to find, said once for each slot; the other findings are passed on.
_FIT = frozenset({"typeset-overflow", "typeset-below-minimum", "typeset-word-broken", "typeset-outside-safe-area"})


@dataclasses.dataclass(frozen=True, slots=True)
class PseudoReport:
    """Pictures written, those that were the same already, those that could not be made, and every finding."""

    folder: str
    painted: int
    unchanged: int
    failed: int
    findings: tuple[Finding, ...]


def pseudo_codes(selection: Selection) -> tuple[tuple[str, ...], Selection]:
    """The pseudo-locales that a selection names, and the selection without them."""
    codes = tuple(dict.fromkeys(c for name in selection.locales if (c := pseudo_code(name)) is not None))
    rest = tuple(name for name in selection.locales if pseudo_code(name) is None)
    return codes, dataclasses.replace(selection, locales=rest)


def pseudo_shots(
    project: Project, codes: Sequence[str], selection: Selection, digests: FileDigests
) -> tuple[list[Shot], list[Finding]]:
    """The shots of all concepts in these pseudo-locales, and what is wrong with their words and files.

    Raises UsageError if the selection names no picture at all.
    """
    shots: list[Shot] = []
    findings: list[Finding] = []
    for loaded in project.concepts():
        matrix = expand_pseudo(
            loaded, codes, root=project.root, selection=selection, file_format=project.config.format, digest=digests
        )
        shots += matrix.shots
        findings += matrix.findings
    if not shots and not findings and project.concepts():
        raise UsageError("-s or -d names no screen or display of the concept.")
    return shots, findings


def check_pseudo(
    project: Project, selection: Selection, settings: PaintSettings, digests: FileDigests, codes: Sequence[str] = ()
) -> list[Finding]:
    """Which slots would break, each once with its worst display, as warnings; `codes` are all by default.

    Fonts and files are not looked at again: `check` has done so.
    """
    shots, findings = pseudo_shots(project, codes or PSEUDO_LOCALES, selection, digests)
    renderer = Renderer(settings)
    compositions = []
    for shot in shots:
        try:
            compositions.append(renderer.compose(shot))
        except UnreadablePicture:
            continue  # `check` names the file
    return sort_findings([*_softened(findings), *pseudo_findings(compositions)])


def pseudo_findings(compositions: Iterable[Composition]) -> list[Finding]:
    """What compositions in pseudo-locales say of their slots: where one would break, and by how much."""
    worst: dict[tuple[str, str, str], list[tuple[float, bool, Shot, Finding]]] = {}
    others: list[Finding] = []
    for composition in compositions:
        shot = composition.shot
        over = {slot.id: slot.text_layout.style.min_size / slot.text_layout.size - 1 for slot in composition.slots}
        for finding in composition.findings:
            if finding.code in _FIT and finding.slot is not None:
                broken = finding.code == "typeset-word-broken"
                key = (shot.concept, f"{shot.screen}/{finding.slot}", shot.locale.bcp47)
                worst.setdefault(key, []).append((0.0 if broken else over[finding.slot], broken, shot, finding))
            else:
                others.append(finding)
    return [*(_fit(name, code, found) for (_, name, code), found in worst.items()), *_softened(others)]


def _fit(name: str, code: str, found: Sequence[tuple[float, bool, Shot, Finding]]) -> Finding:
    over, broken, shot, finding = max(found, key=lambda one: one[0])
    displays = list(dict.fromkeys(s.display.id for _, _, s, _ in found))
    more = f" and {len(displays) - 1} more" if len(displays) > 1 else ""
    if over > 0.001:
        what = f"is {over * 100:.0f} % too long"
    elif broken:
        what = "fits only with a word broken in two"
    else:
        what = "leaves the safe area"
    return Finding(
        code="project-pseudo-fit",
        message=f"{name} {what} in {code} ({_LIKE[code]}) on {shot.display.id}{more}. Give it more room or lines, "
        "allow a smaller size, or shorten the text.",
        severity=Severity.WARNING,
        file=finding.file,
        line=finding.line,
        shot=shot.key,
        slot=finding.slot,
    )


def _softened(findings: Iterable[Finding]) -> list[Finding]:
    """No pseudo-locale is ever shipped: nothing in one is an error."""
    return [dataclasses.replace(f, severity=Severity.WARNING) if f.severity is Severity.ERROR else f for f in findings]


def pseudo_path(place: Cell) -> PurePosixPath:
    """A picture's path below the output folder: `pseudo/en-XA/pocket-garden/01_iphone_69_hero.png`."""
    suffix = {"png": ".png", "jpeg": ".jpg"}[place.format]
    name = f"{place.number:02d}_{place.display.id}_{place.screen}{suffix}"
    return PurePosixPath(PSEUDO_FOLDER, place.locale.bcp47, place.concept, name)


def paint_pseudo(
    project: Project, selection: Selection, *, on_picture: Callable[[int, int], None] = lambda _done, _of: None
) -> PseudoReport:
    """Paint the pseudo-locales that the selection names into the output folder's `pseudo`, one after the other.

    Words that do not fit are painted all the same: that is what one wants to see. `on_picture` hears how many of how
    many are done. Raises UsageError for a selection that names other locales too or no picture, EnvironmentProblem
    when the disk fails.
    """
    codes, rest = pseudo_codes(selection)
    if rest.locales:
        named = ", ".join(rest.locales)
        raise UsageError(f"-l {named}: pseudo-locales are painted by themselves, into another folder. Run them apart.")
    with project.ledger() as ledger:
        digests = FileDigests(ledger)
        shots, findings = pseudo_shots(project, codes, project.default_selection(rest), digests)
        renderer = Renderer(project.settings(digests))
        digests.save()
    findings = [*project.concept_findings(), *_softened(findings)]
    compositions: list[Composition] = []
    painted = 0
    for number, shot in enumerate(shots, start=1):
        try:
            composition = renderer.compose(shot)
            pixels = renderer.painter.paint(composition)
        except UnreadablePicture:
            findings += renderer.check(shot)
        else:
            compositions.append(composition)
            painted += write_below_if_changed(project.output, str(pseudo_path(shot)), encode(pixels, shot.format))
        on_picture(number, len(shots))
    return PseudoReport(
        folder=f"{project.config.output}/{PSEUDO_FOLDER}",
        painted=painted,
        unchanged=len(compositions) - painted,
        failed=len(shots) - len(compositions),
        findings=tuple(sort_findings([*findings, *pseudo_findings(compositions)])),
    )
