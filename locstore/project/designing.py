"""`concept expand`, `concept explain` and `render`: the design of a concept, looked at without a run."""

from __future__ import annotations

import contextlib
import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from locstore.concept import Background, Device, Frame, LayerSpec, LoadedConcept, Screen, Shape
from locstore.errors import FindingsError, UsageError
from locstore.files import write_whole
from locstore.findings import Finding, has_errors, sort_findings
from locstore.layout import PresetDesign, preset_layers
from locstore.paint import UnreadablePicture, encode
from locstore.project.digests import FileDigests
from locstore.project.project import Project, ProjectSnapshot
from locstore.run import Renderer
from locstore.shots import Explanation, Selection, canvas_shape, explain
from locstore.shots.cells import concept_displays
from locstore.shots.design import default_ground
from locstore.stores import UnknownLocale, resolve_locale

_SHAPES: tuple[Shape, ...] = ("tall", "portrait", "square", "landscape")


def expand_screens(project: Project, screens: Sequence[str]) -> str:
    """Screens with their presets written out as layers, as YAML that paints the same pictures.

    Raises FindingsError for a concept with errors, UsageError for a screen that is not there.
    """
    if has_errors(project.concept_findings()):
        raise FindingsError(project.concept_findings())
    found = [
        (loaded, screen)
        for loaded in project.concepts()
        for screen in loaded.concept.screens
        if not screens or screen.id in screens
    ]
    missing = sorted(set(screens) - {screen.id for _, screen in found})
    if missing:
        known = ", ".join(screen.id for loaded in project.concepts() for screen in loaded.concept.screens)
        raise UsageError(f"There is no screen {missing[0]!r}. The screens are: {known}.")
    return _yaml({"screens": [expanded_screen(loaded, screen) for loaded, screen in found]})


def expanded_screen(loaded: LoadedConcept, screen: Screen) -> dict[str, Any]:
    """A screen as plain data: its own keys, and its preset as layers for every shape of canvas that the concept has."""
    raw = next(s for s in loaded.document.data["screens"] if s.get("id") == screen.id)
    kept = {k: v for k, v in raw.items() if k in ("id", "show_on")}
    if screen.layers is not None and screen.layout is None:
        return {**kept, "layers": raw["layers"], **{k: v for k, v in raw.items() if k == "copy"}}
    displays, _ = concept_displays(loaded)
    shapes = [s for s in _SHAPES if any(canvas_shape(d.size) == s for d in displays)]
    defaults = loaded.concept.defaults

    def key(name: str) -> Any:
        own = getattr(screen, name)
        return own if own is not None or defaults is None else getattr(defaults, name)

    design = PresetDesign(
        layout=key("layout") or "caption-top",
        background=key("background") or Background(solid=default_ground(loaded)),
        capture=key("capture"),
        frame=key("frame") or Frame(),
        device=key("device") or Device(),
        scrim=key("scrim"),
        logo=bool(key("logo")) and loaded.concept.brand.logo is not None,
        slots=tuple(slot.id for slot in screen.copy_),
    )
    by_shape = {shape: preset_layers(design, shape, screen.layers or ()) for shape in shapes}
    words = {k: v for k, v in raw.items() if k == "copy"}
    return {**kept, "layers": _joined(by_shape), **words}


def _joined(by_shape: dict[Shape, list[LayerSpec]]) -> list[dict[str, Any]]:
    """One list for all shapes: a layer that differs has a `when` with its shapes."""
    lists = {shape: [_plain(item) for item in items] for shape, items in by_shape.items()}
    count = max(len(items) for items in lists.values())
    joined: list[dict[str, Any]] = []
    if any(len(items) != count for items in lists.values()):
        return [{**item, "when": {"shape": shape}} for shape, items in lists.items() for item in items]
    for i in range(count):
        groups: list[tuple[dict[str, Any], list[str]]] = []
        for shape, items in lists.items():
            same = next((group for group in groups if group[0] == items[i]), None)
            if same is None:
                groups.append((items[i], [shape]))
            else:
                same[1].append(shape)
        for item, shapes in groups:
            condition = {"shape": shapes[0] if len(shapes) == 1 else shapes}
            joined.append(item if len(groups) == 1 else {**item, "when": condition})
    return joined


def _plain(item: LayerSpec) -> dict[str, Any]:
    """A layer as a designer would write it: without defaults, short forms where there are some."""
    data = item.model_dump(mode="json", exclude_defaults=True)
    if data.get("text") and len(data["text"]) == 1:
        data["text"] = data["text"][0]
    background = data.get("background")
    if background and "gradient" in background:
        background["gradient"] = [s["color"] if set(s) == {"color"} else s for s in background["gradient"]]
    if background is not None and set(background) == {"solid"}:
        data["background"] = background["solid"]
    return data


def _yaml(data: Any) -> str:
    from ruamel.yaml import YAML

    writer = YAML()
    writer.default_flow_style = None
    writer.width = 118
    writer.representer.sort_base_mapping_type_on_output = False
    out = io.StringIO()
    writer.dump(data, out)
    return out.getvalue()


@dataclasses.dataclass(frozen=True, slots=True)
class ExplainedShot:
    """A shot's key and where each of its values comes from."""

    shot: str
    rows: tuple[Explanation, ...]


def explain_shots(project: Project, keys: Sequence[str]) -> tuple[list[ExplainedShot], list[Finding]]:
    """Where the values of shots come from. Raises UsageError for a key that names none."""
    snapshot, _ = _snapshot(project, keys)
    concepts = {loaded.concept.concept: loaded for loaded in snapshot.concepts}
    explained = [ExplainedShot(shot.key, tuple(explain(concepts[shot.concept], shot))) for shot in snapshot.shots]
    return explained, sort_findings(snapshot.findings)


@dataclasses.dataclass(frozen=True, slots=True)
class RenderedShot:
    """A shot that was painted outside the store folders; `path` is None if errors stopped it."""

    shot: str
    path: Path | None


def render_shots(
    project: Project, keys: Sequence[str], folder: Path | None = None
) -> tuple[list[RenderedShot], list[Finding]]:
    """Paint shots at once, with the local painter, into a folder of their own (`.locstore/render`).

    A picture with errors is painted too where that is possible: it is there to be looked at. Raises UsageError for a
    key that names no shot.
    """
    snapshot, renderer = _snapshot(project, keys)
    findings = list(snapshot.findings)
    target = folder or project.root / ".locstore" / "render"
    rendered = []
    for shot in snapshot.shots:
        try:
            composition = renderer.compose(shot)
            pixels = renderer.painter.paint(composition)
            findings += [*composition.findings, *renderer.painter.contrast(composition)]
        except UnreadablePicture:
            findings += renderer.check(shot)
            rendered.append(RenderedShot(shot.key, None))
            continue
        path = (
            target / f"{shot.screen}_{shot.locale.bcp47}_{shot.display.id}.{'jpg' if shot.format == 'jpeg' else 'png'}"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, encode(pixels, shot.format))
        rendered.append(RenderedShot(shot.key, path))
    return rendered, sort_findings(findings)


def _snapshot(project: Project, keys: Sequence[str]) -> tuple[ProjectSnapshot, Renderer]:
    with project.ledger() as ledger:
        digests = FileDigests(ledger)
        wanted = tuple(key if "/" in key else f"{key}/*" for key in keys)
        snapshot = project.snapshot(_selection(wanted), digests)
        renderer = Renderer(project.settings(digests))
        digests.save()
    return snapshot, renderer


def _selection(keys: Sequence[str]) -> Selection:
    """Keys with the locale in any spelling: hero/en/iphone_69 is hero/en_US/iphone_69."""
    spelled = []
    for key in keys:
        parts = key.split("/")
        if len(parts) == 3:
            with contextlib.suppress(UnknownLocale):  # a glob, or a mistake that the selection reports
                parts[1] = resolve_locale(parts[1]).gettext
        spelled.append("/".join(parts))
    return Selection(screens=tuple(spelled))
