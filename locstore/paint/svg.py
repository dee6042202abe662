"""SVG files as pictures, by the optional extra `locstore[svg]` (resvg), with limits and without files from elsewhere.

A file may refer to its own parts (`#id`) and hold pictures (`data:`), nothing else: a renderer that follows a path
would put any file of this machine into a screenshot. Words in an SVG need fonts that the renderer does not have: they
are a finding, never missing in silence.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from PIL import Image

from locstore.findings import Finding, Severity
from locstore.paint.pictures import UnreadablePicture

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 50_000  # with every `use` counted as often as it is shown
MAX_PIXELS = 64_000_000
_SVG = "http://www.w3.org/2000/svg"
_LENGTH = re.compile(r"\s*([0-9.]+(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|)\s*$")
_UNITS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_URL = re.compile(r"url\s*\(\s*['\"]?\s*([^'\")]*)", re.IGNORECASE)
_REFERENCE = re.compile(r"#[^\s]+$")
_PICTURE = re.compile(r"data:image/(png|jpeg|jpg|gif|webp)[;,]", re.IGNORECASE)


class UnusableSvg(UnreadablePicture):
    """An SVG that cannot be used; the message says why and what to do."""


def svg_size(path: Path) -> tuple[int, int]:
    """(width, height) in CSS pixels, from its width and height or its viewBox. Raises UnusableSvg."""
    width, height = _natural_size(_parsed(path))
    return max(1, round(width)), max(1, round(height))


def check_svg(path: Path, display_path: str) -> list[Finding]:
    """Findings for an SVG that cannot be used, and for words in it that have no font."""
    try:
        root = _parsed(path)
        _natural_size(root)
        _renderer()
    except UnusableSvg as error:
        return [Finding(code="paint-picture-unreadable", message=f"{error}", file=display_path)]
    words = [element for element in root.iter() if _name(element) in ("text", "tspan", "textPath")]
    if any("".join(element.itertext()).strip() for element in words):
        message = (
            "The SVG holds text. It is drawn without fonts, so the words are missing in the picture. "
            "Convert the text to paths, or make it a slot."
        )
        return [Finding(code="paint-svg-text", message=message, severity=Severity.ERROR, file=display_path)]
    return []


def svg_picture(path: Path, size: tuple[int, int]) -> Image.Image:
    """The drawing as RGBA of exactly this size. Raises UnusableSvg."""
    width, height = size
    if width * height > MAX_PIXELS:
        raise UnusableSvg(
            f"The SVG would be drawn in {width}x{height} pixels; {MAX_PIXELS // 1_000_000} megapixels "
            "are the most. Show it smaller."
        )
    root = _parsed(path)
    natural = _natural_size(root)
    if "viewBox" not in root.attrib:
        root.set("viewBox", f"0 0 {natural[0]:g} {natural[1]:g}")
    root.set("width", str(width))
    root.set("height", str(height))
    root.set("preserveAspectRatio", "none")
    render, usvg = _renderer()
    ET.register_namespace("", _SVG)
    text = ET.tostring(root, encoding="unicode")
    try:
        tree = usvg.Tree.from_str(text, usvg.Options.default())
        data = render(tree, (1.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    except BaseException as error:
        # The binding reports what it cannot parse as a panic, which is no Exception.
        if type(error).__name__ != "PanicException" and not isinstance(error, (ValueError, RuntimeError)):
            raise
        raise UnusableSvg("The SVG cannot be drawn. Export it again as plain SVG.") from None
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        drawn = image.convert("RGBA")
    return drawn if drawn.size == size else drawn.resize(size, Image.Resampling.LANCZOS)


def _renderer() -> tuple[Any, Any]:
    """The binding's `render` and its module `usvg`. Raises UnusableSvg if it is not installed."""
    try:
        from resvg import render, usvg
    except ImportError:
        raise UnusableSvg("SVG needs the extra: pip install 'locstore[svg]'; or export the picture as PNG.") from None
    return render, usvg


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _parsed(path: Path) -> ET.Element:
    """The root of a file that keeps to the limits."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnusableSvg("The file is not there. Put it there or correct the path.") from None
    except OSError as error:
        raise UnusableSvg(f"The SVG cannot be read: {error.strerror or error}.") from None
    if len(data) > MAX_BYTES:
        raise UnusableSvg(f"The SVG has more than {MAX_BYTES // 1_000_000} MB. Simplify it, or export it as PNG.")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
        raise UnusableSvg("The SVG has a DOCTYPE or is not UTF-8. Export it as plain SVG.")
    try:
        root = ET.fromstring(data)  # noqa: S314 - entities need a DOCTYPE, which is refused above
    except ET.ParseError as error:
        raise UnusableSvg(f"The SVG is damaged: {error}. Export it again.") from None
    if _name(root) != "svg":
        raise UnusableSvg("This is not an SVG picture: its first element is not <svg>.")
    _check_references(root)
    if _shown_elements(root) > MAX_ELEMENTS:
        raise UnusableSvg(f"The SVG shows more than {MAX_ELEMENTS:,} elements. Simplify it, or export it as PNG.")
    return root


def _check_references(root: ET.Element) -> None:
    for element in root.iter():
        for key, value in element.attrib.items():
            name = key.rpartition("}")[2].lower()
            if name in ("href", "src") or name.endswith("base"):
                _check_reference(value, element)
            _check_style(value, element)
        if element.text and _name(element) == "style":
            if "@import" in element.text.lower() or "\\" in element.text:
                raise UnusableSvg("The SVG's style imports another file. Export it as plain SVG.")
            _check_style(element.text, element)


def _check_style(text: str, element: ET.Element) -> None:
    for match in _URL.finditer(text):
        _check_reference(match.group(1), element)


def _check_reference(value: str, element: ET.Element) -> None:
    reference = value.strip()
    if _name(element) == "a" or _REFERENCE.match(reference) or _PICTURE.match(reference):
        return
    raise UnusableSvg(
        f'The SVG refers to "{reference[:60]}". Only its own parts (#id) and embedded PNG or JPEG pictures (data:) are '
        "drawn. Embed what it refers to."
    )


def _shown_elements(root: ET.Element) -> int:
    """How many elements are drawn when every `use` is followed; more than the limit counts as one more."""
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    sizes: dict[ET.Element, int] = {}
    open_now: set[ET.Element] = set()

    def size(element: ET.Element, depth: int) -> int:
        if element in sizes:
            return sizes[element]
        if element in open_now or depth > 200:
            raise UnusableSvg("The SVG's parts refer to each other in a circle, or are nested too deeply.")
        open_now.add(element)
        total = 1 + sum(size(child, depth + 1) for child in element)
        if _name(element) == "use":
            href = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == "href"), "")
            target = by_id.get(href.strip()[1:])
            total += size(target, depth + 1) if target is not None else 0
        open_now.discard(element)
        sizes[element] = min(total, MAX_ELEMENTS + 1)
        return sizes[element]

    return size(root, 0)


def _natural_size(root: ET.Element) -> tuple[float, float]:
    box = [float(n) for n in re.findall(r"-?[0-9.]+(?:[eE][+-]?\d+)?", root.get("viewBox", "")) if n.strip(".-")]
    sizes = []
    for index, key in enumerate(("width", "height")):
        match = _LENGTH.match(root.get(key, ""))
        if match is not None:
            sizes.append(float(match.group(1)) * _UNITS[match.group(2)])
        elif len(box) == 4:
            sizes.append(box[2 + index])
    if len(sizes) != 2 or min(sizes) <= 0 or max(sizes) > 1e6:
        raise UnusableSvg("The SVG has no size. Give it a viewBox, or width and height in pixels.")
    return sizes[0], sizes[1]
