"""The report's page in a real browser: policy, filters, the copied command, a phone's width. Skips without Chromium."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from browsing import BROWSER, Browser
from PIL import Image
from test_gallery_browser import browser

from locstore.pages import Crop, LocaleRow, Report, ShotRow, SlotRow, render_report
from locstore.readings import SlotReading, Verdict
from locstore.typeset import FontLibrary
from locstore.typeset.subsetting import web_fonts

__all__ = ["browser"]
pytestmark = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed (Debian: chromium)")

WORDS = {"ar": "لن تنسى سقي نباتاتك", "ja": "もう水やりを忘れない"}


def _crop() -> Crop:
    stream = io.BytesIO()
    Image.new("RGB", (960, 300), "#436850").save(stream, "JPEG")
    return Crop(stream.getvalue(), (960, 300))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    rows = []
    for code, words in WORDS.items():
        shots = []
        for screen, verdict in (("hero", Verdict.MISMATCH), ("week", Verdict.LIKELY)):
            key = f"{screen}/{code}/iphone_69"
            slot = SlotRow(
                slot="headline",
                msgid="Never forget",
                file=f"locales/{code}/LC_MESSAGES/garden.po",
                line=20,
                language=code,
                direction="rtl" if code == "ar" else "ltr",
                reading=SlotReading(slot="headline", verdict=verdict, asked=words, read=words[:-1]),
                doubtful=True,
                command=f"locstore accept {key} headline",
                crop=_crop(),
            )
            shots.append(
                ShotRow(
                    shot=key,
                    screen=screen,
                    locale=code,
                    display="iphone_69",
                    display_name="iPhone",
                    path=f"{key}.png",
                    picture="painted",
                    why="",
                    standing="waiting",
                    composed=True,
                    slots=(slot,),
                )
            )
        rows.append(
            LocaleRow(
                locale=code,
                name=code.upper(),
                bcp47=code,
                direction="ltr",
                translated=2,
                fuzzy=0,
                missing=0,
                shots=tuple(shots),
            )
        )
    fonts = web_fonts(FontLibrary.for_project(None, system=False), WORDS.values(), weight=600)
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    report = Report(concept="garden", painter="images", output="output", locales=tuple(rows), fonts=fonts)
    path.write_text(render_report(report), encoding="utf-8")
    return path.as_uri()


SHOWN = "[...document.querySelectorAll('.item')].filter(i => i.checkVisibility()).map(i => i.id)"


def choose(browser: Browser, name: str, value: str) -> None:
    browser.run(
        f"(s => {{ s.value = '{value}'; s.dispatchEvent(new Event('input', {{bubbles: true}})) }})"
        f"(document.getElementById('{name}'))"
    )


def test_crops_and_fonts_load_and_nothing_is_blocked(browser: Browser, page: str) -> None:
    browser.visit(page, height=4000)
    browser.wait("[...document.images].every(i => i.naturalWidth > 0)")
    browser.run("document.fonts.ready.then(() => null)")
    assert browser.run("[...document.fonts].filter(f => f.status === 'loaded').length") >= 2
    assert browser.complaints() == []


def test_filters(browser: Browser, page: str) -> None:
    browser.visit(page)
    assert len(browser.run(SHOWN)) == 4
    choose(browser, "verdict", "likely")
    assert browser.run(SHOWN) == ["week/ar/iphone_69/headline", "week/ja/iphone_69/headline"]
    choose(browser, "locale", "ja")
    assert browser.run(SHOWN) == ["week/ja/iphone_69/headline"]
    assert browser.run("document.getElementById('shown').textContent") == "1 of 4 slots"
    browser.run("location.hash = '#hero/ar/iphone_69/headline'")
    browser.wait(f"{SHOWN}.length === 4")


def test_the_command_is_selected_for_copying(browser: Browser, page: str) -> None:
    browser.visit(page)
    browser.run("document.querySelector('.command button').click()")
    assert browser.run("String(getSelection())") == "locstore accept hero/ar/iphone_69 headline"
    browser.wait("document.querySelector('.command button').textContent === 'Copied'")


def test_without_a_script_all_of_it_is_there(browser: Browser, page: str) -> None:
    browser.visit(page, script=False)
    html = browser.call("DOM.getOuterHTML", nodeId=browser.call("DOM.getDocument")["root"]["nodeId"])["outerHTML"]
    assert 'id="tools" aria-label="Choose slots" autocomplete="off" hidden' in html
    assert html.count('class="item"') == 4


@pytest.mark.parametrize("width", [390, 860, 1280])
def test_no_width_scrolls_sideways(browser: Browser, page: str, width: int) -> None:
    browser.visit(page, width=width)
    assert browser.run("document.documentElement.scrollWidth <= innerWidth")
    left, right = browser.run(
        "(r => [r.left, r.right])(document.querySelector('dl[dir=rtl] .asked').getBoundingClientRect())"
    )
    assert left >= 0
    assert right <= width
