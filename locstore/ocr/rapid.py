"""RapidOCR behind the seam: a detector of lines for any script, and a second opinion on Latin, Japanese and Chinese."""

from __future__ import annotations

from importlib import metadata, util
from typing import TYPE_CHECKING

import numpy as np

from locstore.ocr.engine import EngineReading, Gray, Pixels, said
from locstore.ocr.rows import Row
from locstore.typeset import Box

if TYPE_CHECKING:
    from rapidocr import RapidOCR

_SIDE = 640  # of the longer side of what the detector sees

# The model's own characters are not asked for: it claims letters that it has hardly ever seen.
_SCRIPTS = frozenset({"Latn", "Jpan", "Hans", "Hant"})
_NOT = frozenset({"vi"})
# Currency signs that it writes and few of Tesseract's models do.
SIGNS = frozenset("€$£¥₹₫₺₽₴₩")


def has_rapid() -> bool:
    """Whether rapidocr and its runtime are installed; neither is imported for the answer."""
    return util.find_spec("rapidocr") is not None and util.find_spec("onnxruntime") is not None


def rapid_version() -> str:
    return metadata.version("rapidocr")


def reads_script(script: str, language: str) -> bool:
    """Whether its recogniser is worth a vote for this language (ISO 15924 script, BCP 47 language)."""
    return script in _SCRIPTS and language.partition("-")[0] not in _NOT


class Rapid:
    """The engine with the models of its wheel, loaded at the first call; one thread, nothing is downloaded."""

    def __init__(self) -> None:
        self._engine: RapidOCR | None = None

    @property
    def name(self) -> str:
        return f"rapidocr {rapid_version()}"

    def close(self) -> None:
        self._engine = None

    def _loaded(self) -> RapidOCR:
        if self._engine is None:
            from rapidocr import RapidOCR

            threads = "EngineConfig.onnxruntime"
            self._engine = RapidOCR(
                params={
                    "Global.log_level": "critical",
                    "Global.use_cls": False,
                    f"{threads}.intra_op_num_threads": 1,
                    f"{threads}.inter_op_num_threads": 1,
                    "Det.limit_side_len": _SIDE,
                    "Det.limit_type": "max",
                }
            )
        return self._engine

    def read_line(self, line: Gray) -> EngineReading:
        """The words of a line, dark on white."""
        picture = np.ascontiguousarray(np.stack([line] * 3, axis=-1))
        found = self._loaded()(picture, use_det=False, use_cls=False, use_rec=True)
        return said(" ".join(getattr(found, "txts", None) or ()))

    def recognise(self, pixels: Pixels, box: Box) -> tuple[str, float]:
        """What a box of the picture holds in any script that the model knows, and how sure it is (0 to 1)."""
        grow = 0.06 * box.height
        left, top = max(0, int(box.x - grow)), max(0, int(box.y - grow))
        part = pixels[top : int(box.bottom + grow) + 1, left : int(box.right + grow) + 1, ::-1]
        if min(part.shape[:2]) < 4:
            return "", 0.0
        found = self._loaded()(np.ascontiguousarray(part), use_det=False, use_cls=False, use_rec=True)
        texts, scores = getattr(found, "txts", None) or (), getattr(found, "scores", None) or ()
        return " ".join(texts), min((float(score) for score in scores), default=0.0)

    def find_rows(self, pixels: Pixels) -> list[Row]:
        """Lines or parts of lines of any script, turned as they stand in the picture, from top to bottom."""
        found = self._loaded()(np.ascontiguousarray(pixels[..., ::-1]), use_det=True, use_cls=False, use_rec=False)
        boxes = getattr(found, "boxes", None)
        if boxes is None:
            return []
        rows = [Row.of_corners(corners) for corners in np.asarray(boxes, np.float64).tolist()]
        return sorted(rows, key=lambda row: (row.y, row.x))

    def find_lines(self, pixels: Pixels) -> list[Box]:
        """Level boxes around lines or parts of lines of any script, from top to bottom, in pixels of the picture."""
        return sorted((row.box for row in self.find_rows(pixels)), key=lambda box: (box.y, box.x))
