"""The gallery in a real browser: its script, its policy, the keyboard, a phone's width. Skips without Chromium."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import BROWSER, PATIENCE, Browser, chromium
from PIL import Image

from locstore.findings import Finding
from locstore.pages import GalleryPicture, GallerySummary, render_gallery

pytestmark = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed (Debian: chromium)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


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
    browser.visit(gallery, height=4000)
    browser.wait("[...document.images].every(i => i.naturalWidth > 0)")
    assert browser.run("window.evil") is None
    assert browser.complaints() == []


def test_a_script_that_is_not_ours_is_blocked(browser: Browser, gallery: str, tmp_path: Path) -> None:
    html = Path(gallery.removeprefix("file://").replace("%20", " ")).read_text(encoding="utf-8")
    page = tmp_path / "tampered.html"
    page.write_text(html.replace("<h1>", "<script>window.evil = 1</script><h1>"), encoding="utf-8")
    browser.visit(page.as_uri())
    assert browser.run("window.evil") is None
    assert "Content Security Policy" in "".join(browser.complaints())


def test_the_view_by_screen_and_back(browser: Browser, gallery: str) -> None:
    browser.visit(gallery)
    before = browser.run(SHOWN)
    assert len(before) == 16
    click(browser, "input[value=screen]")
    display_path = browser.run(SHOWN)
    assert [c.split("/")[1:] for c in display_path[:4]] == [["hero", "iphone_69"]] * 4
    assert [c.split("/")[0] for c in display_path[:4]] == ["ar", "de", "nb", "pt_BR"]
    assert sorted(display_path) == sorted(before)
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
    browser.visit(gallery)
    type_into(browser, "#find", wish)
    assert {c.split("/")[0] for c in browser.run(SHOWN)} == locales
    count = "16 pictures" if not wish else f"{4 * len(locales)} of 16 pictures"
    assert browser.run("document.querySelector('#shown').value") == count
    assert browser.run("document.querySelector('#nothing').checkVisibility()") is not bool(locales)


def test_filters_by_display_and_findings_and_their_undoing(browser: Browser, gallery: str) -> None:
    browser.visit(gallery)
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
    browser.visit(gallery)
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
    browser.visit(gallery)
    click(browser, ".card .open")
    browser.run("history.back()")
    browser.wait("!viewer.open")
    browser.run("history.forward()")
    browser.wait("viewer.open")


@pytest.mark.parametrize("address", ["pt_BR/week/iphone_69", "week/pt_BR/iphone_69"])
def test_a_link_to_a_picture_opens_it(browser: Browser, gallery: str, address: str) -> None:
    browser.visit(f"{gallery}#{address}")
    browser.wait("viewer.open")
    assert browser.run("document.querySelector('#viewer-title').textContent") == "week"
    assert "Needs 4 lines." in browser.run("document.querySelector('#viewer-findings').textContent")
    browser.press("Escape")
    browser.wait("!viewer.open && !location.hash")
    assert browser.complaints() == []


def test_a_link_to_a_screen_shows_the_view_by_screen(browser: Browser, gallery: str) -> None:
    browser.visit(f"{gallery}#screen/week")
    browser.wait("document.body.dataset.view === 'screen'")
    browser.wait("Math.abs(document.getElementById('screen/week').getBoundingClientRect().top) < 200")
    assert not browser.run("viewer.open")


@pytest.mark.parametrize("address", ["", "#screen/hero", "#pt_BR/week/iphone_69"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_is_wider_than_the_window(browser: Browser, gallery: str, address: str, width: int) -> None:
    browser.visit(gallery + address, width=width, height=844)
    inner, content = browser.run("[innerWidth, document.scrollingElement.scrollWidth]")
    assert inner == width  # a phone's browser zooms out instead of scrolling sideways
    assert content <= width


def test_pictures_keep_their_room_before_they_load(browser: Browser, gallery: str) -> None:
    browser.visit(gallery)
    ratio = "(r => r.height / r.width)(document.querySelector('.card img').getBoundingClientRect())"
    loaded = browser.run(ratio)
    browser.run("document.querySelector('.card img').removeAttribute('src')")
    assert browser.run(ratio) == pytest.approx(loaded) == pytest.approx(286 / 132, rel=0.01)


def test_without_javascript_it_is_a_plain_page_by_locale(browser: Browser, gallery: str) -> None:
    browser.visit(gallery, height=4000, script=False)
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    seen = [(n["role"]["value"], n.get("name", {}).get("value")) for n in tree if not n["ignored"]]
    assert ("heading", "Arabic") in seen
    assert ("heading", "week") not in seen
    assert sum(role == "DisclosureTriangle" and name == "Words" for role, name in seen) > 0
    assert not any(role == "searchbox" for role, _ in seen)
    assert any(name and "Needs 4 lines." in name for _, name in seen)


def test_a_screen_reader_hears_the_picture_and_its_words(browser: Browser, gallery: str) -> None:
    browser.visit(gallery)
    link = None
    end = time.monotonic() + PATIENCE
    while link is None:  # the tree grows for a while after the page has loaded
        assert time.monotonic() < end, "no such link is told of"
        tree = browser.call("Accessibility.getFullAXTree")["nodes"]
        links = [n for n in tree if not n["ignored"] and n["role"]["value"] == "link"]
        link = next((n for n in links if n["name"]["value"] == "hero in Arabic on iPhone 6.9″"), None)
    assert EVIL in link["description"]["value"]
