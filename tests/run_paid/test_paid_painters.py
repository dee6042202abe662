"""The paid painters inside this process: both dialects, references, backdrops, and what a bad disk does."""

from __future__ import annotations

from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest
from images_server import in_thread
from images_server.contract import EDITS, GENERATIONS
from images_server.settings import Settings
from paid_project import KEY, SIZE, make_project, painting_thread
from PIL import Image

from locstore.cache import open_store
from locstore.errors import EnvironmentProblem
from locstore.layout import compose
from locstore.paint import Backdrop, LocalPainter, encode_png
from locstore.paint.contrast import MINIMUM, contrast_ratio
from locstore.run.paid import CallState
from locstore.run.paid.postprocess import finish_picture
from locstore.shots import Asset
from locstore.typeset import Box


def quick(**other):
    return Settings(key=KEY, words=False, **other)


@pytest.mark.parametrize("answer", ["b64_json", "url", "data-uri", "mixed"])
@pytest.mark.parametrize("mode", ["instant", "thinking"])
def test_the_gateway(tmp_path, answer, mode):
    settings = quick(dialect="gateway", mode="required", answer=answer, script=("ok", "error-200"))
    with in_thread.running(settings) as server:
        project = make_project(tmp_path, server.url, dialect="gateway", mode=mode, locales=("de",))
        requests = [p.request for p in project.prepared()]
        assert {r.size.name is not None for r in requests} == {True}
        assert {(r.quality, r.mode) for r in requests} == {("hd", mode)}
        done = project.paid_run()
        # The gateway that says 502, though with 200, gave up on a server that may have painted.
        assert done.codes() == ["run-call-unknown"]
        assert (len(done.painted), len(server.requests)) == (3, 4)
        again = project.paid_run(retry_unknown=True)
        assert (len(again.painted), len(server.requests)) == (1, 5), again.findings
    for o in [*done.painted, *again.painted]:
        with Image.open(tmp_path / "output" / o.path) as picture:
            assert picture.size == SIZE


@pytest.mark.parametrize("dialect", ["openai", "gateway"])
def test_references_go_through_edits(tmp_path, dialect):
    with in_thread.running(quick(dialect=dialect)) as server:
        project = make_project(tmp_path, server.url, dialect=dialect, screens=2, locales=())
        project.write("concepts/shot.png", encode_png(np.full((200, 100, 3), 90, np.uint8)))
        text = (tmp_path / "concepts/tiny.yaml").read_text()
        project.write("concepts/tiny.yaml", text.replace("  - id: s1\n", "  - id: s1\n    capture: shot.png\n"))
        keys = {p.task.shot.screen: p.key for p in project.prepared()}
        done = project.paid_run()
        assert len(done.painted) == 2, done.findings
        assert sorted(e.path for e in server.requests) == sorted([EDITS, GENERATIONS])
        project.write("concepts/shot.png", encode_png(np.full((200, 100, 3), 91, np.uint8)))
        after = {p.task.shot.screen: p.key for p in project.prepared()}
        assert set(after) == {"s1"}, "only what shows the capture changed"
        assert after["s1"] != keys["s1"]


def test_a_backdrop_is_paid_once_for_a_screen_and_a_shape(tmp_path):
    sizes = ((640, 1024), (320, 512), (512, 320))
    with in_thread.running(quick()) as server:
        project = make_project(tmp_path, server.url, displays=sizes, screens=2, locales=("de", "fr", "nl"))
        prepared = project.prepared("backdrop")
        assert len(prepared) == 24
        assert len({p.key for p in prepared}) == 4
        done = project.paid_run("backdrop")
        assert done.spent.sent == len(server.requests) == 4
        assert done.spent.cached == 20
        assert len(done.painted) == 24, done.findings
    cells = {(p.task.shot.screen, round(p.task.shot.size[0] / p.task.shot.size[1], 2)): p.key for p in prepared}
    assert len(cells) == 4
    for p in prepared:
        with Image.open(tmp_path / "output" / p.task.path) as picture:
            assert picture.size == p.task.shot.size
            assert len(picture.getcolors(1 << 20)) > 8, "there are no words"


def test_screens_that_ask_for_the_same_backdrop_pay_for_it_once(tmp_path):
    with in_thread.running(quick(delay=0.3)) as server:
        project = make_project(tmp_path, server.url, screens=3, locales=("de",), concurrency=3)
        concept = (tmp_path / "concepts/tiny.yaml").read_text()
        project.write("concepts/tiny.yaml", concept.replace("#33507D", "#33507E"))
        done = project.paid_run("backdrop")
        assert len(done.painted) == 6, done.findings
        assert done.spent.sent == len(server.requests) == 2
        assert server.billed == 2


def test_a_backdrop_that_did_not_come_holds_all_its_locales(tmp_path):
    with in_thread.running(quick(script=("empty-data",))) as server:
        project = make_project(tmp_path, server.url, screens=1, locales=("de", "fr"))
        done = project.paid_run("backdrop")
        assert done.codes() == ["run-call-unknown"] * 3
        assert len(server.requests) == 1
        assert len(project.paid_run("backdrop", retry_unknown=True).painted) == 3
        assert len(server.requests) == 2


def backdrop(pixels):
    return Backdrop("of-the-test", lambda: pixels)


def noise(size, low, high):
    return np.random.default_rng(5).integers(low, high, (size[1], size[0], 3)).astype(np.uint8)


@pytest.mark.parametrize("locale", ["en", "ar", "ja"])
def test_words_on_a_backdrop_are_those_of_the_local_painter(tmp_path, make_shot, library, locale):
    words = {"en": "Say *it* now", "ar": "قلها *الآن*", "ja": "今すぐ*伝えよう*"}[locale]
    pixels = noise(SIZE, 10, 60)
    path = tmp_path / "ground.png"
    path.write_bytes(encode_png(pixels))
    asset = Asset(path, "ground.png", "0" * 64)
    shot = make_shot(
        ("headline", words),
        ("badge", "1"),
        locale=locale,
        display=SIZE,
        background={"image": "ground.png"},
        background_asset=asset,
    )
    composition = compose(shot, library, lambda _: SIZE)
    painter = LocalPainter(library)
    canvas, findings = painter.paint_on(composition, backdrop(pixels))
    assert findings == []
    assert np.array_equal(canvas, painter.paint(composition))
    assert not np.array_equal(canvas, pixels)


@pytest.mark.parametrize(
    ("ink", "ground", "ratio"),
    [
        ((0, 0, 0), (255, 255, 255), 21.0),
        ((255, 255, 255), (0, 0, 0), 21.0),
        ((0x77, 0x77, 0x77), (255, 255, 255), 4.48),
        ((0x76, 0x76, 0x76), (255, 255, 255), 4.54),
        ((0, 0, 255), (255, 255, 255), 8.59),
        ((255, 0, 0), (255, 255, 255), 4.00),
        ((0x59, 0x59, 0x59), (0x59, 0x59, 0x59), 1.0),
    ],
)
def test_the_ratio_is_that_of_wcag(ink, ground, ratio):
    canvas = np.full((40, 30, 3), ground, np.uint8)
    assert contrast_ratio(canvas, Box(3, 4, 20, 20), ink) == pytest.approx(ratio, abs=0.006)


def test_the_worst_part_of_the_ground_counts():
    canvas = np.zeros((100, 100, 3), np.uint8)
    white = (255, 255, 255)
    assert contrast_ratio(canvas, Box(0, 0, 100, 100), white) == 21
    canvas[:20] = 255
    assert contrast_ratio(canvas, Box(0, 0, 100, 100), white) == pytest.approx(1.0)
    assert contrast_ratio(canvas, Box(0, 30, 100, 50), white) == 21
    assert contrast_ratio(canvas, Box(500, 500, 10, 10), white) == 21


def test_a_scrim_makes_words_readable_and_is_told(make_shot, library):
    shot = make_shot(("headline", "Say it now", {"color": "#ffffff"}), display=SIZE)
    composition = compose(shot, library, lambda _: SIZE)
    pixels = np.full((SIZE[1], SIZE[0], 3), 190, np.uint8)
    line = composition.slots[0].text_layout.lines[0].box
    assert contrast_ratio(pixels, line, (255, 255, 255)) < MINIMUM
    canvas, findings = LocalPainter(library).paint_on(composition, backdrop(pixels))
    assert [(f.code, f.severity) for f in findings] == [("paint-scrim-added", "note")]
    beside = canvas[int(line.y) : int(line.bottom), :20]
    assert contrast_ratio(beside, Box(0, 0, 20, line.height), (255, 255, 255)) >= MINIMUM
    assert (canvas[-1] == 190).all(), "the scrim covers what has no words"
    assert (pixels == 190).all()


def test_words_that_no_scrim_can_help_are_an_error(make_shot, library):
    shot = make_shot(
        ("headline", "White words", {"color": "#ffffff"}),
        ("caption", "Black words", {"color": "#000000"}),
        display=SIZE,
    )
    composition = compose(shot, library, lambda _: SIZE)
    stripes = noise(SIZE, 0, 255)
    _, findings = LocalPainter(library).paint_on(composition, backdrop(stripes))
    assert "paint-low-contrast" in [f.code for f in findings if f.severity == "error"]


def test_a_damaged_picture_in_the_cache_is_a_finding(tmp_path):
    with in_thread.running(quick()) as server:
        project = make_project(tmp_path, server.url, screens=2, locales=())
        prepared = project.prepared()
        for p in prepared[:1]:
            project.store().put_new(p.key, b"not a picture", p.request.cache_inputs(), {})
            path = project.store().path_of(p.key)
            path.write_bytes(b"x" * len(path.read_bytes()))
        done = project.paid_run()
        assert done.codes() == ["cache-damaged"]
        assert len(done.painted) == len(server.requests) == 1


class FullDisk:
    """A store that takes all pictures but one."""

    def __init__(self, store, key):
        self._store, self._key = store, key

    def put_new(self, key, *rest):
        if key == self._key:
            raise EnvironmentProblem("No space left on device")
        return self._store.put_new(key, *rest)

    def __contains__(self, key):
        return key in self._store


def test_a_full_disk_ends_the_run_when_the_other_calls_are_in(tmp_path):
    with in_thread.running(quick(delay=0.3)) as server:
        project = make_project(tmp_path, server.url, screens=4, locales=("de",), concurrency=3)
        # Not the first call, which goes alone.
        unlucky = next(p for p in project.prepared() if p.task.shot.key == "s1/de/d0")
        store = FullDisk(open_store(".locstore/cache", tmp_path), unlucky.key)
        with pytest.raises(EnvironmentProblem, match="No space left"):
            project.paid_run(store=store)
        assert len(server.requests) <= 6
        states = {c.shot: c.state for c in project.calls()}
        assert states.pop("s1/de/d0") is CallState.UNKNOWN
        assert set(states.values()) == {CallState.DONE}
        assert len(states) == len(server.requests) - 1


class Dying(Executor):
    """A pool whose workers die at the second picture that they are to finish; the first call goes alone."""

    def __init__(self):
        self._finished = 0

    def submit(self, work, /, *arguments, **named):
        self._finished += work is finish_picture
        if self._finished > 1:
            raise BrokenProcessPool("a worker died")
        return painting_thread().submit(work, *arguments, **named)


def test_workers_that_die_do_not_cost_the_calls_in_flight(tmp_path):
    with in_thread.running(quick(delay=0.3)) as server:
        project = make_project(tmp_path, server.url, screens=4, locales=("de",), concurrency=3)
        with pytest.raises(BrokenProcessPool):
            project.paid_run(pool=Dying())
        assert 4 <= len(server.requests) <= 6
        assert {c.state for c in project.calls()} == {CallState.DONE}
        asked = len(server.requests)
        assert len(project.paid_run().painted) == 7
        assert len(server.requests) == 8
    assert asked < 8
