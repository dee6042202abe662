"""The gallery in a real browser: its script, its policy, the keyboard, a phone's width. Skips without Chromium."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from locstore.findings import Finding
from locstore.shelve.gallery import GalleryPicture, GallerySummary, render_gallery

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, _NAMES)), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed (Debian: chromium)")

_SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
]
# The protocol's pipe is file descriptors 3 (in) and 4 (out); this puts ours there and becomes the browser.
_BECOME = """
import os, sys
from fcntl import F_DUPFD, fcntl
reading, writing = (fcntl(int(n), F_DUPFD, 10) for n in sys.argv[1:3])
os.dup2(reading, 3)
os.dup2(writing, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_KEYS = {"ArrowLeft": 37, "ArrowRight": 39, "Escape": 27}
_PATIENCE = 30.0


class Browser:
    """As much of the Chrome DevTools Protocol as these tests need."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._buffer = b""
        self._number = self._visits = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        pages = [t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page"]
        attached = self.call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._answers], [], [], _PATIENCE)[0], "the browser does not answer"
            chunk = os.read(self._answers, 1 << 20)
            assert chunk, "the browser has gone"
            self._buffer += chunk
        message, self._buffer = self._buffer.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        return answer

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, url: str, *, width: int = 1280, height: int = 800, script: bool = True) -> None:
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.events.clear()
        page, _, fragment = url.partition("#")
        self._visits += 1  # another query each time, or only the fragment would change and nothing load anew
        visit = f"{page}?visit={self._visits}#{fragment}"
        loader = self.call("Page.navigate", url=visit)["loaderId"]
        loaded = {"name": "load", "loaderId": loader}
        while not any(loaded.items() <= e.get("params", {}).items() for e in self.events):
            self.events.append(self._read())

    def run(self, expression: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Until it is true."""
        end = time.monotonic() + _PATIENCE
        while not self.run(f"Boolean({expression})"):
            assert time.monotonic() < end, f"never came true: {expression}"
            time.sleep(0.02)

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=_KEYS[key])

    def complaints(self) -> list[str]:
        """Uncaught errors and what the console was told, a blocked script or picture among it."""
        self.run("0")
        wanted = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"}
        return [json.dumps(e) for e in self.events if e.get("method") in wanted]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    assert BROWSER is not None
    profile = tmp_path_factory.mktemp("profile")
    their_end, commands = os.pipe()
    answers, our_end = os.pipe()
    start = [sys.executable, "-c", _BECOME, str(their_end), str(our_end)]
    process = subprocess.Popen(
        [*start, BROWSER, *_SWITCHES, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=(their_end, our_end),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(their_end)
    os.close(our_end)
    try:
        yield Browser(commands, answers)
    finally:
        os.close(commands)  # the browser ends with its pipe
        os.close(answers)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        if process.poll() is None:
            process.kill()
            process.wait()


LOCALES = [
    ("ar", "Arabic", "rtl"),
    ("de", "German", "ltr"),
    ("nb", "Norwegian Bokmål", "ltr"),
    ("pt_BR", "Portuguese", "ltr"),
]
SCREENS = ["hero", "week"]
DISPLAYS = [("iphone_69", "iPhone 6.9″", "apple", (132, 286)), ("play_phone", "Phone", "play", (108, 192))]
EVIL = "<script>window.evil = 1</script><img src=x onerror='window.evil = 1'>"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A gallery of 16 pictures on disk, one with a finding; its address."""
    output = tmp_path_factory.mktemp("out put")
    finding = Finding(code="typeset-does-not-fit", message="Needs 4 lines.", slot="headline")
    pictures = []
    for locale, name, direction in LOCALES:
        for number, screen in enumerate(SCREENS, 1):
            for display, title, store, size in DISPLAYS:
                path = f"{locale}/ü {number}_{display}.png"
                (output / locale).mkdir(exist_ok=True)
                Image.new("RGB", size, "#436850").save(output / path)
                marked = (locale, screen, display) == ("pt_BR", "week", "iphone_69")
                pictures.append(
                    GalleryPicture(
                        path=path,
                        screen=screen,
                        number=number,
                        locale=locale,
                        locale_name=name,
                        bcp47=locale.replace("_", "-"),
                        direction=direction,
                        display=display,
                        display_name=title,
                        store=store,
                        size=size,
                        findings=(finding,) if marked else (),
                        words=(("headline", f"{locale} {EVIL}"),),
                    )
                )
    summary = GallerySummary(
        concept="pocket-garden", locales=4, screens=2, displays=2, pictures=16, errors=1, warnings=0
    )
    page = output / "index.html"
    page.write_text(render_gallery(summary, pictures), encoding="utf-8")
    return page.as_uri()


SHOWN = "[...document.querySelectorAll('.card')].filter(c => c.checkVisibility()).map(c => c.id)"


def type_into(browser: Browser, selector: str, value: str) -> None:
    browser.run(
        f"(f => {{ f.value = {json.dumps(value)}; f.dispatchEvent(new Event('input', {{bubbles: true}})) }})"
        f"(document.querySelector({json.dumps(selector)}))"
    )


def click(browser: Browser, selector: str) -> None:
    browser.run(f"document.querySelector({json.dumps(selector)}).click()")


def test_pictures_load_from_disk_and_no_word_runs(browser: Browser, gallery: str) -> None:
    browser.open(gallery, height=4000)
    browser.wait("[...document.images].every(i => i.naturalWidth > 0)")
    assert browser.run("window.evil") is None
    assert browser.complaints() == []


def test_a_script_that_is_not_ours_is_blocked(browser: Browser, gallery: str, tmp_path: Path) -> None:
    html = Path(gallery.removeprefix("file://").replace("%20", " ")).read_text(encoding="utf-8")
    page = tmp_path / "tampered.html"
    page.write_text(html.replace("<h1>", "<script>window.evil = 1</script><h1>"), encoding="utf-8")
    browser.open(page.as_uri())
    assert browser.run("window.evil") is None
    assert "Content Security Policy" in "".join(browser.complaints())


def test_the_view_by_screen_and_back(browser: Browser, gallery: str) -> None:
    browser.open(gallery)
    before = browser.run(SHOWN)
    assert len(before) == 16
    click(browser, "input[value=screen]")
    shown = browser.run(SHOWN)
    assert [c.split("/")[1:] for c in shown[:4]] == [["hero", "iphone_69"]] * 4
    assert [c.split("/")[0] for c in shown[:4]] == ["ar", "de", "nb", "pt_BR"]
    assert sorted(shown) == sorted(before)
    click(browser, "input[value=locale]")
    assert browser.run(SHOWN) == before


@pytest.mark.parametrize(
    ("wish", "locales"),
    [
        ("", {"ar", "de", "nb", "pt_BR"}),
        ("de", {"de"}),
        ("pt-br, AR", {"pt_BR", "ar"}),
        ("bokmal", {"nb"}),
        ("norwegian bok", {"nb"}),
        ("norwegian german", set()),
    ],
)
def test_the_search_finds_locales_by_name_and_code(
    browser: Browser, gallery: str, wish: str, locales: set[str]
) -> None:
    browser.open(gallery)
    type_into(browser, "#find", wish)
    assert {c.split("/")[0] for c in browser.run(SHOWN)} == locales
    count = "16 pictures" if not wish else f"{4 * len(locales)} of 16 pictures"
    assert browser.run("document.querySelector('#shown').value") == count
    assert browser.run("document.querySelector('#nothing').checkVisibility()") is not bool(locales)


def test_filters_by_display_and_findings_and_their_undoing(browser: Browser, gallery: str) -> None:
    browser.open(gallery)
    click(browser, "input[value=screen]")
    type_into(browser, "#display", "iphone_69")
    assert {c.split("/")[2] for c in browser.run(SHOWN)} == {"iphone_69"}
    click(browser, "#marked")
    assert browser.run(SHOWN) == ["pt_BR/week/iphone_69"]
    assert browser.run("[...document.querySelectorAll('section')].filter(s => s.checkVisibility()).length") == 1
    type_into(browser, "#find", "ar")
    assert browser.run(SHOWN) == []
    click(browser, "#reset")
    assert len(browser.run(SHOWN)) == 16
    assert browser.run("document.querySelector('input[value=screen]').checked")


def test_the_large_view_by_keyboard(browser: Browser, gallery: str) -> None:
    browser.open(gallery)
    browser.run("document.querySelector('.card .open').focus()")
    browser.run("document.activeElement.click()")
    assert browser.run("viewer.open && location.hash") == "#ar/hero/iphone_69"
    assert browser.run("viewer.querySelector('dd').dir") == "rtl"
    assert browser.run("viewer.querySelector('dd').textContent") == f"ar {EVIL}"
    assert browser.run("document.querySelector('#viewer-file a').textContent") == "ar/ü 1_iphone_69.png"
    assert browser.run("document.querySelector('#previous').ariaDisabled") == "true"
    browser.press("ArrowLeft")
    assert browser.run("location.hash") == "#ar/hero/iphone_69"
    browser.press("ArrowRight")
    assert browser.run("location.hash") == "#ar/week/iphone_69"
    assert browser.run("place.textContent") == "2 / 16"
    assert browser.run("spoken.textContent") == "week in Arabic on iPhone 6.9″, picture 2 of 16"
    assert browser.run("window.evil") is None
    browser.press("Escape")
    browser.wait("!viewer.open && !location.hash")
    browser.wait("document.activeElement.closest('.card')?.id === 'ar/week/iphone_69'")


def test_back_closes_the_large_view_and_forward_opens_it(browser: Browser, gallery: str) -> None:
    browser.open(gallery)
    click(browser, ".card .open")
    browser.run("history.back()")
    browser.wait("!viewer.open")
    browser.run("history.forward()")
    browser.wait("viewer.open")


@pytest.mark.parametrize("address", ["pt_BR/week/iphone_69", "week/pt_BR/iphone_69"])
def test_a_link_to_a_picture_opens_it(browser: Browser, gallery: str, address: str) -> None:
    browser.open(f"{gallery}#{address}")
    browser.wait("viewer.open")
    assert browser.run("document.querySelector('#viewer-title').textContent") == "week"
    assert "Needs 4 lines." in browser.run("document.querySelector('#viewer-findings').textContent")
    browser.press("Escape")
    browser.wait("!viewer.open && !location.hash")
    assert browser.complaints() == []


def test_a_link_to_a_screen_shows_the_view_by_screen(browser: Browser, gallery: str) -> None:
    browser.open(f"{gallery}#screen/week")
    browser.wait("document.body.dataset.view === 'screen'")
    browser.wait("Math.abs(document.getElementById('screen/week').getBoundingClientRect().top) < 200")
    assert not browser.run("viewer.open")


@pytest.mark.parametrize("address", ["", "#screen/hero", "#pt_BR/week/iphone_69"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_is_wider_than_the_window(browser: Browser, gallery: str, address: str, width: int) -> None:
    browser.open(gallery + address, width=width, height=844)
    inner, content = browser.run("[innerWidth, document.scrollingElement.scrollWidth]")
    assert inner == width  # a phone's browser zooms out instead of scrolling sideways
    assert content <= width


def test_pictures_keep_their_room_before_they_load(browser: Browser, gallery: str) -> None:
    browser.open(gallery)
    ratio = "(r => r.height / r.width)(document.querySelector('.card img').getBoundingClientRect())"
    loaded = browser.run(ratio)
    browser.run("document.querySelector('.card img').removeAttribute('src')")
    assert browser.run(ratio) == pytest.approx(loaded) == pytest.approx(286 / 132, rel=0.01)


def test_without_javascript_it_is_a_plain_page_by_locale(browser: Browser, gallery: str) -> None:
    browser.open(gallery, height=4000, script=False)
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    seen = [(n["role"]["value"], n.get("name", {}).get("value")) for n in tree if not n["ignored"]]
    assert ("heading", "Arabic") in seen
    assert ("heading", "week") not in seen
    assert sum(role == "DisclosureTriangle" and name == "Words" for role, name in seen) > 0
    assert not any(role == "searchbox" for role, _ in seen)
    assert any(name and "Needs 4 lines." in name for _, name in seen)


def test_a_screen_reader_hears_the_picture_and_its_words(browser: Browser, gallery: str) -> None:
    browser.open(gallery)
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    links = [n for n in tree if not n["ignored"] and n["role"]["value"] == "link"]
    link = next(n for n in links if n["name"]["value"] == "hero in Arabic on iPhone 6.9″")
    assert EVIL in link["description"]["value"]
