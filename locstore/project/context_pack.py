"""The context pack: each string of the source language with a picture of where it stands, for translation platforms."""

from __future__ import annotations

import csv
import dataclasses
import html
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from locstore.concept import LoadedConcept, concept_messages
from locstore.errors import FindingsError, UsageError
from locstore.files import write_if_changed, write_whole
from locstore.findings import Finding, has_errors, sort_findings
from locstore.layout import Composition, SetSlot
from locstore.messages import Message
from locstore.paint import Pixels, UnreadablePicture, encode
from locstore.project.digests import FileDigests
from locstore.project.project import Project
from locstore.project.translations import room_words, slot_rooms
from locstore.run import Renderer
from locstore.shots import Selection, Shot, expand_source
from locstore.typeset import Box

_INDEX = "index.json"
_MADE_BY = "locstore"
_SCREEN_SIDE = 1400  # pixels of the longer side: platforms limit uploads, and the words stay legible
_CROP_WIDTH = 900
_MARGIN = 0.06  # of the canvas's shorter side, around a string
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a ZIP can hold: no clock in what is written
_STYLE = """body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222;
background:#fff}figure{margin:0 0 2.5rem;border-top:1px solid #ccc;padding-top:1rem}img{max-width:100%;height:auto;
border-radius:6px}code{color:#555}.source{font-size:1.25rem}@media(prefers-color-scheme:dark){body{background:#181818;
color:#eee}code{color:#aaa}}.pictures{display:flex;gap:1rem;align-items:flex-start}.crop{max-width:70%}
.screen{max-height:16rem}"""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PackString:
    """One string of a pack: `crop` and `screenshot` are paths in the pack, `box` (x, y, width, height) in the latter.

    A string that no display of the selection shows has no picture: both are ''.
    """

    concept: str
    msgctxt: str
    msgid: str
    msgid_plural: str | None = None
    room: str = ""
    comment: str = ""
    display: str = ""
    screenshot: str = ""
    crop: str = ""
    box: tuple[int, int, int, int] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Pack:
    """What was written: the strings, how many pictures, and what composing the source language had to say."""

    strings: tuple[PackString, ...]
    pictures: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not has_errors(self.findings)


def export_pack(
    project: Project,
    target: Path,
    selection: Selection,
    *,
    on_picture: Callable[[int, int], None] = lambda _done, _of: None,
) -> Pack:
    """Write a context pack, painted here in the source language; the same project gives the same bytes.

    `target` is a folder, or a ZIP by its name. In it are `screens/*.png` (whole pictures, scaled down), `strings/*.png`
    (a crop for each string), `index.json` and `screenshots.csv`, which name msgctxt, files and box, and `index.html`
    to look at. Each string is shown on the first of the selection's displays that has it. `on_picture` hears how many
    of how many are done. Raises FindingsError if a concept has errors, UsageError for a folder that holds something
    else or a selection that names nothing, EnvironmentProblem if the disk fails.
    """
    if has_errors(project.concept_findings()):
        raise FindingsError(project.concept_findings())
    zipped = target.suffix.lower() == ".zip"
    if not zipped:
        _check_folder(target)
    shots, findings, renderer = _source_shots(project, selection)
    places = _first_places(shots)
    wanted = [shot for shot in shots if any(place is shot for place in places.values())]
    files: dict[str, bytes] = {}
    display_path: dict[tuple[str, str], PackString] = {}
    for number, shot in enumerate(wanted, start=1):
        try:
            composition = renderer.compose(shot)
            pixels = renderer.painter.paint(composition)
        except UnreadablePicture:
            findings += renderer.check(shot)
        else:
            findings += composition.findings
            slots = [s for s in composition.slots if places[shot.concept, f"{shot.screen}/{s.id}"] is shot]
            display_path |= _cut(composition, pixels, slots, files)
        on_picture(number, len(wanted))
    strings = [
        _string(message, loaded, display_path.get((loaded.concept.concept, message.context)))
        for loaded in project.concepts()
        for message in concept_messages(loaded)
    ]
    pictures = len(files)
    files |= {_INDEX: _index(strings), "index.html": _page(strings), "screenshots.csv": _table(strings)}
    if zipped:
        write_whole(target, _zip(files))
    else:
        for name, data in sorted(files.items()):
            write_if_changed(target / name, data)
    return Pack(tuple(strings), pictures, tuple(sort_findings(findings)))


def _check_folder(folder: Path) -> None:
    """A folder is ours to write into if it is new, empty, or holds a pack."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        ours = json.loads((folder / _INDEX).read_text(encoding="utf-8")).get("made_by") == _MADE_BY
    except (OSError, ValueError, AttributeError):
        ours = False
    if not ours:
        raise UsageError(f"-o {folder.as_posix()}: something else stands there. Name a new folder, or a .zip file.")


def _source_shots(project: Project, selection: Selection) -> tuple[list[Shot], list[Finding], Renderer]:
    """The shots of the selection, then those on the concepts' other displays, for strings that only these show."""
    chosen = dataclasses.replace(project.default_selection(selection), locales=())
    shots: list[Shot] = []
    findings: list[Finding] = []
    with project.ledger(read_only=True) as ledger:
        digests = FileDigests(ledger)
        for loaded in project.concepts():
            everywhere = dataclasses.replace(chosen, displays=())
            matrix = expand_source(
                loaded, root=project.root, selection=everywhere, file_format=project.config.format, digest=digests
            )
            findings += matrix.findings
            first = [shot for shot in matrix.shots if chosen.takes(shot)]
            rest = [] if selection.displays else [shot for shot in matrix.shots if not chosen.takes(shot)]
            shots += [*first, *rest]
        renderer = Renderer(project.settings(digests))
        digests.save()
    if not shots and not findings and project.concepts():
        raise UsageError("-s or -d names no screen or display of the concept.")
    return shots, findings, renderer


def _first_places(shots: Sequence[Shot]) -> dict[tuple[str, str], Shot]:
    """The shot that shows each string, by concept and msgctxt."""
    places: dict[tuple[str, str], Shot] = {}
    for shot in shots:
        for slot in shot.slots:
            places.setdefault((shot.concept, f"{shot.screen}/{slot.id}"), shot)
    return places


def _cut(
    composition: Composition, pixels: Pixels, slots: Sequence[SetSlot], files: dict[str, bytes]
) -> dict[tuple[str, str], PackString]:
    """Put the picture and a crop of each slot to the files; what is known of the strings by then comes back."""
    shot = composition.shot
    stem = f"{shot.concept}-{shot.screen}"
    screenshot = f"screens/{stem}-{shot.display.id}.png"
    width, height = shot.size
    scale = min(1.0, _SCREEN_SIDE / max(width, height))
    files[screenshot] = _scaled(pixels, scale)
    found = {}
    for slot in slots:
        place = _extent(slot)
        if place is None:
            continue
        margin = _MARGIN * min(width, height)
        left, top = max(0, round(place.x - margin)), max(0, round(place.y - margin))
        right, bottom = min(width, round(place.right + margin)), min(height, round(place.bottom + margin))
        crop = f"strings/{stem}-{slot.id}.png"
        files[crop] = _scaled(pixels[top:bottom, left:right], min(1.0, _CROP_WIDTH / (right - left)))
        box = (place.x, place.y, place.width, place.height)
        x, y, w, h = (round(edge * scale) for edge in box)
        found[shot.concept, f"{shot.screen}/{slot.id}"] = PackString(
            concept=shot.concept,
            msgctxt="",
            msgid="",
            display=shot.display.id,
            screenshot=screenshot,
            crop=crop,
            box=(x, y, w, h),
        )
    return found


def _extent(slot: SetSlot) -> Box | None:
    """What a slot covers, its plate included; None for words of nothing."""
    if slot.text_background is not None:
        return slot.text_background.box
    return slot.text_layout.ink


def _scaled(pixels: Pixels, scale: float) -> bytes:
    from PIL import Image

    height, width = pixels.shape[:2]
    if scale < 1.0:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        picture = Image.fromarray(np.ascontiguousarray(pixels)).resize(size, Image.Resampling.LANCZOS)
        pixels = np.asarray(picture, dtype=np.uint8)
    return encode(np.ascontiguousarray(pixels), "png")


def _string(message: Message, loaded: LoadedConcept, display_path: PackString | None) -> PackString:
    return dataclasses.replace(
        display_path or PackString(concept=loaded.concept.concept, msgctxt="", msgid=""),
        msgctxt=message.context,
        msgid=message.source,
        msgid_plural=message.plural,
        room=room_words(slot_rooms(loaded)[message.context]),
        comment="\n".join(message.comments),
    )


def _index(strings: Sequence[PackString]) -> bytes:
    document = {"made_by": _MADE_BY, "format": 1, "strings": [dataclasses.asdict(string) for string in strings]}
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _table(strings: Sequence[PackString]) -> bytes:
    """The same for scripts that upload: one line for each string that has a picture."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("msgctxt", "msgid", "crop", "screenshot", "x", "y", "width", "height"))
    for string in strings:
        if string.box is not None:
            # A source text may begin like a formula; file names and numbers cannot.
            msgid = f"'{string.msgid}" if string.msgid[:1] in tuple("=+-@") else string.msgid
            writer.writerow((string.msgctxt, msgid, string.crop, string.screenshot, *string.box))
    return out.getvalue().encode()


def _page(strings: Sequence[PackString]) -> bytes:
    figures = "\n".join(_figure(string) for string in strings)
    policy = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    page = (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>Strings in their place</title>\n'
        f"<style>{_STYLE}</style>\n<h1>Strings in their place</h1>\n{figures}\n</html>\n"
    )
    return page.encode()


def _figure(string: PackString) -> str:
    e = html.escape
    picture = "<p>No picture of the selection shows it.</p>"
    if string.crop:
        alt, whole = e(f"{string.msgctxt} on {string.display}"), e(f"The whole picture on {string.display}")
        picture = (
            f'<div class=pictures><img class=crop src="{e(string.crop)}" alt="{alt}">'
            f'<a href="{e(string.screenshot)}"><img class=screen src="{e(string.screenshot)}" alt="{whole}"></a></div>'
        )
    plural = f"<br>{e(string.msgid_plural)}" if string.msgid_plural else ""
    notes = "<br>".join(e(line) for line in string.comment.split("\n"))
    return (
        f"<figure>{picture}<figcaption><p class=source>{e(string.msgid)}{plural}</p>"
        f"<p><code>{e(string.msgctxt)}</code> · {e(string.room)}</p><p>{notes}</p></figcaption></figure>"
    )


def _zip(files: Mapping[str, bytes]) -> bytes:
    """Stored, not deflated: PNG does not shrink, and two versions of zlib would give two files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return out.getvalue()
