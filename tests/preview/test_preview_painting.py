"""Pictures at the page's size: the same lines as the shelved ones, about the same pixels, and who is painted first."""

from __future__ import annotations

import asyncio
import io
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from projects import CONCEPT, Folder, capture, make_folder, with_capture

from locstore.preview.live import Live, fitting_width
from locstore.preview.paint import check, paint
from locstore.preview.pool import Lane, Painters
from locstore.preview.project_state import read_project_state
from locstore.preview.scale import scaled
from locstore.run import PaintSettings
from locstore.run.render import Renderer
from locstore.shots import Selection, Shot

LONG = CONCEPT.replace("Say it", "Say it in a good many *words* that break").replace(
    'comment: "Verb first."', "highlight: {color: '#FFCC00'}, pill: '#222222'"
)


def shots_of(folder: Folder) -> tuple[PaintSettings, dict[str, Shot]]:
    project_state = read_project_state(folder.root, {})
    assert project_state.settings is not None
    shot_views = next(iter(project_state.concepts.values())).shot_views(Selection())
    return project_state.settings, {s.place.key: s.shot for s in shot_views if s.shot is not None}


@pytest.mark.parametrize("width", [40, 75, 100, 150, 199])
@pytest.mark.parametrize("locale", ["en_US", "ar_XB"])
def test_a_small_picture_is_the_large_one_reduced(tmp_path: Path, width: int, locale: str) -> None:
    concept = with_capture(LONG, "hero", "c.png").replace("screens:", "brand: {logo: c.png}\nscreens:")
    folder = make_folder(tmp_path / "p", concept=concept.replace("  - id: hero\n", "  - id: hero\n    logo: true\n"))
    folder.write("concepts/c.png", capture())
    settings, shots = shots_of(folder)
    renderer = Renderer(settings)
    composition = renderer.compose(shots[f"hero/{locale}/tiny"])
    small = scaled(composition, width)
    lines = [[line.text for line in slot.text_layout.lines] for slot in composition.slots]
    assert len(lines[0]) > 1
    assert [[line.text for line in slot.text_layout.lines] for slot in small.slots] == lines
    painted = renderer.painter.paint(small)
    assert painted.shape == (width * 2, width, 3)
    whole = Image.fromarray(renderer.painter.paint(composition)).resize((width, width * 2), Image.Resampling.BOX)
    difference = np.abs(np.asarray(whole).astype(int) - painted.astype(int))
    assert difference.mean() < 6


def test_nothing_is_enlarged(folder: Folder) -> None:
    settings, shots = shots_of(folder)
    composition = Renderer(settings).compose(shots["hero/de/tiny"])
    assert scaled(composition, 200) is composition
    assert scaled(composition, 5000) is composition


@pytest.mark.parametrize(
    ("wanted", "full", "painted"), [(1, 2000, 120), (121, 2000, 240), (5000, 2000, 1600), (500, 200, 200)]
)
def test_widths(wanted: int, full: int, painted: int) -> None:
    assert fitting_width(wanted, full) == painted


def test_a_picture_its_findings_and_its_places(folder: Folder) -> None:
    settings, shots = shots_of(folder)
    painted = paint(settings, shots["hero/de/tiny"], 120, whole=True)
    with Image.open(io.BytesIO(painted.picture)) as picture:
        assert picture.size == (120, 240)
    (facts,) = painted.slots
    assert facts.lines == ("Sag es",)
    assert facts.over == 0
    assert all(0 <= edge <= 1 for edge in facts.box)
    assert check(settings, (shots["hero/de/tiny"],))[0].slots == painted.slots


def test_words_that_are_too_long_say_by_how_much(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "p", words={"de": {"hero/headline": ("Say it", "Sag " + "es sehr lang " * 20)}})
    settings, shots = shots_of(folder)
    painted = paint(settings, shots["hero/de/tiny"], 120, whole=True)
    assert {f.code for f in painted.findings} & {"typeset-overflow", "typeset-below-minimum"}
    assert painted.slots[0].over > 0.1
    assert painted.findings[0].file == "locales/de/LC_MESSAGES/tiny.po"


def test_a_capture_that_cannot_be_decoded(folder: Folder) -> None:
    folder.write("concepts/tiny.yaml", with_capture(CONCEPT, "hero", "c.png"))
    folder.write("concepts/c.png", b"\x89PNG\r\n\x1a\nno")
    settings, shots = shots_of(folder)
    painted = paint(settings, shots["hero/de/tiny"], 120, whole=True)
    assert painted.picture == b""
    assert [f.code for f in painted.findings] == ["paint-picture-unreadable"]


# -- the processes


def in_pool(folder: Folder, work: Callable[[Painters, dict[str, Shot]], Awaitable[None]]) -> None:
    settings, shots = shots_of(folder)

    async def main() -> None:
        painters = Painters(settings, 1)
        try:
            await work(painters, shots)
        finally:
            await painters.close()

    asyncio.run(main())


def test_what_is_typed_is_painted_before_what_nobody_looks_at(folder: Folder) -> None:
    async def work(painters: Painters, shots: dict[str, Shot]) -> None:
        done: list[str] = []

        async def one(name: str, wanted: Awaitable[object]) -> None:
            await wanted
            done.append(name)

        shot = shots["hero/de/tiny"]
        await painters.paint(shot, 120, Lane.EDIT)  # the process has started
        jobs = [one(f"check {n}", painters.check(tuple(shots.values()))) for n in range(4)]
        jobs += [
            one("beside", painters.paint(shot, 120, Lane.BESIDE)),
            one("page", painters.paint(shot, 120, Lane.PAGE)),
        ]
        jobs += [one("edit", painters.paint(shot, 120, Lane.EDIT))]
        await asyncio.gather(*jobs)
        assert done.index("page") < done.index("beside") < done.index("check 3")
        assert done.index("edit") < done.index("check 3")

    in_pool(folder, work)


def test_what_nobody_wants_any_more_is_not_painted(folder: Folder) -> None:
    async def work(painters: Painters, shots: dict[str, Shot]) -> None:
        shot = shots["hero/de/tiny"]
        first = asyncio.create_task(painters.paint(shot, 120, Lane.EDIT))
        stale = [asyncio.create_task(painters.paint(shot, 120, Lane.EDIT)) for _ in range(50)]
        await asyncio.sleep(0)
        for task in stale:
            task.cancel()
        await first
        await asyncio.gather(*stale, return_exceptions=True)
        assert await painters.paint(shot, 120, Lane.EDIT)
        assert painters._tasks == []

    in_pool(folder, work)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_process_that_dies_is_replaced(folder: Folder) -> None:
    async def work(painters: Painters, shots: dict[str, Shot]) -> None:
        shot = shots["hero/de/tiny"]
        before = await painters.paint(shot, 120, Lane.EDIT)
        desk = painters._workers[0]
        for process in list(desk._pool._processes):
            os.kill(process, signal.SIGKILL)
        assert (await painters.paint(shot, 120, Lane.EDIT)).picture == before.picture

    in_pool(folder, work)


def test_other_fonts_go_on_with_what_waits(folder: Folder) -> None:
    async def work(painters: Painters, shots: dict[str, Shot]) -> None:
        waiting = asyncio.create_task(painters.paint(shots["hero/de/tiny"], 120, Lane.PAGE))
        await asyncio.sleep(0)
        project_state = read_project_state(folder.root, {"system_fonts": True})
        assert project_state.settings is not None
        await painters.use(project_state.settings)
        assert (await waiting).picture

    in_pool(folder, work)


def test_a_picture_is_painted_once_for_all_who_ask(folder: Folder) -> None:
    project_state = read_project_state(folder.root, {})
    shot_view = next(iter(project_state.concepts.values())).shot_view("hero/de/tiny")
    assert shot_view is not None

    async def main() -> None:
        live = Live(project_state, {}, 1)
        await live.start(checking=False)
        try:
            first, second = await asyncio.gather(live.picture(shot_view, 100), live.picture(shot_view, 110))
            assert first is second
            assert await live.picture(shot_view, 120) is first
            await live.checked(shot_view)
            assert live.facts(shot_view.digest) is not None
        finally:
            await live.close()

    asyncio.run(main())
