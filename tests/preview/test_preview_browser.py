"""The preview as a translator uses it, in a real browser. Skips without Chromium."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import BROWSER, Browser, chromium
from preview_browser import preview
from preview_sample import copy_sample

pytestmark = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed (Debian: chromium)")

HEADLINE = "#field-headline-0"
FOUND = "#found-headline"
LONG = (
    "لن تنسى أبدا *سقي نباتاتك* المنزلية الجميلة في كل يوم من أيام الأسبوع وفي كل غرفة من غرف بيتك مهما كنت مشغولا " * 3
)
PAINTED = "Number(document.querySelector('#stage .frame').dataset.painted || 0)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sample(tmp_path_factory.mktemp("preview") / "sample")


@pytest.fixture(scope="module")
def base(project: Path) -> Iterator[str]:
    with preview(project, "-j", "1") as address:
        yield address


@pytest.fixture(autouse=True)
def _fresh(browser: Browser) -> None:
    browser.size(1440, 900)


def po(project: Path, code: str) -> Path:
    return project / f"locales/{code}/LC_MESSAGES/pocket-garden.po"


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def edit(browser: Browser, text: str, field: str = HEADLINE) -> None:
    """Type into a field and wait for the picture of it."""
    before = browser.run(PAINTED)
    browser.fill(field, text)
    browser.wait(f"{PAINTED} > {before}")


def open_shot(browser: Browser, address: str) -> None:
    browser.open(address)
    browser.wait(f"{PAINTED} > 0")


def test_the_whole_way_of_a_translator(browser: Browser, base: str, project: Path) -> None:
    browser.open(f"{base}/")
    browser.pictures()
    browser.click("#row-ar h2 a")
    browser.wait("document.title.startsWith('Arabic')")
    browser.pictures()
    browser.click("#card-ar-hero-iphone_63 .open")
    browser.wait(f"document.body.dataset.page === 'shot' && {PAINTED} > 0")

    edit(browser, LONG)
    browser.wait(f"document.querySelector('{FOUND}').textContent.includes('do not fit')")
    assert "too long" in browser.text("form[data-slot=headline] [data-room]")
    assert browser.run("document.querySelector('[data-hit=headline]').classList.contains('over')")
    assert browser.run("document.querySelector('#stage img').src.startsWith('blob:')")

    edit(browser, "لن تنسى *سقي نباتاتك* أبدًا")
    browser.wait(f"!document.querySelector('{FOUND}').textContent")
    before = po(project, "ar").read_text(encoding="utf-8")
    seen = browser.run("document.querySelector('form.review').dataset.digest")
    browser.press("Enter", control=True)
    browser.wait("document.querySelector('form[data-slot=headline] [data-said]').textContent === 'Saved.'")
    after = po(project, "ar").read_text(encoding="utf-8")
    lines = [line for line in changed_lines(before, after) if "PO-Revision-Date" not in line]
    assert lines == [
        '-msgstr "لن تنسى *سقي نباتاتك* بعد اليوم"',
        '+msgstr "لن تنسى *سقي نباتاتك* أبدًا"',
    ]

    browser.wait(f"document.querySelector('form.review').dataset.digest !== {json.dumps(seen)}")
    browser.run("document.querySelector('#by').value = 'Lina'")
    browser.click("form.review [value=approved]")
    browser.wait("document.querySelector('[data-live=decision]').textContent.includes('approved')")
    decisions = json.loads((project / "review.json").read_text(encoding="utf-8"))["decisions"]
    assert [(d["shot"], d["state"], d["by"]) for d in decisions.values()] == [("hero/ar/iphone_63", "approved", "Lina")]
    assert browser.complaints() == []

    # A changed picture loses its approval, and the page says so without being asked.
    po(project, "ar").write_text(before, encoding="utf-8")
    browser.wait("document.querySelector('[data-live=decision]').textContent.includes('changed since review')")
    assert browser.run(f"document.querySelector('{HEADLINE}').value") == "لن تنسى *سقي نباتاتك* بعد اليوم"


def test_two_people_change_the_same_words(browser: Browser, base: str, project: Path) -> None:
    open_shot(browser, f"{base}/de/week")
    before = po(project, "de").read_text(encoding="utf-8")
    edit(browser, "Meine Worte")
    theirs = before.replace('msgstr "Die ganze Pflegewoche im Blick"', 'msgstr "Ihre Worte"')
    assert theirs != before
    po(project, "de").write_text(theirs, encoding="utf-8")
    browser.wait("document.querySelector('form[data-slot=headline] [data-said]').textContent.includes('other words')")
    assert browser.run(f"document.querySelector('{HEADLINE}').value") == "Meine Worte"
    browser.click("form[data-slot=headline] [type=submit]")
    browser.wait("!document.querySelector('form[data-slot=headline] [data-conflict]').hidden")
    sides = browser.run("[...document.querySelectorAll('[data-conflict] p')].map(p => p.textContent)")
    assert sides == ["Meine Worte", "Ihre Worte"]
    assert po(project, "de").read_text(encoding="utf-8") == theirs
    browser.click("form[data-slot=headline] [data-conflict] div:last-child button")
    assert browser.run(f"document.querySelector('{HEADLINE}').value") == "Ihre Worte"

    edit(browser, "Doch meine Worte")
    po(project, "de").write_text(before, encoding="utf-8")
    browser.wait("document.querySelector('form[data-slot=headline] [data-said]').textContent.includes('other words')")
    browser.press("Enter", control=True)
    browser.wait("!document.querySelector('form[data-slot=headline] [data-conflict]').hidden")
    browser.click("form[data-slot=headline] [data-conflict] div:first-child button")
    browser.wait("document.querySelector('form[data-slot=headline] [data-said]').textContent === 'Saved.'")
    assert 'msgstr "Doch meine Worte"' in po(project, "de").read_text(encoding="utf-8")


def test_unsaved_words_survive_a_reload_and_are_asked_about(browser: Browser, base: str) -> None:
    open_shot(browser, f"{base}/ja/light")
    edit(browser, "書きかけ")
    browser.events.clear()
    browser.call("Page.reload")
    browser.loaded()
    browser.wait(f"{PAINTED} > 0")
    assert browser.run(f"document.querySelector('{HEADLINE}').value") == "書きかけ"
    assert any(e.get("method") == "Page.javascriptDialogOpening" for e in browser.events)
    browser.click("form[data-slot=headline] [data-revert]")
    assert browser.run("Object.keys(sessionStorage).filter(key => key.startsWith('draft'))") == []


def test_a_caption_is_clicked_in_the_picture(browser: Browser, base: str) -> None:
    open_shot(browser, f"{base}/fr/hero")
    browser.click("[data-hit=headline]")
    assert browser.run("document.activeElement.id") == "field-headline-0"
    assert browser.run("document.querySelector('[data-hit=headline]').classList.contains('on')")


def test_each_plural_form_is_painted_with_a_number_of_its_own(browser: Browser, base: str) -> None:
    open_shot(browser, f"{base}/ar/hero")
    labels = browser.run("[...document.querySelectorAll('form[data-slot=proof] label')].map(l => l.textContent.trim())")
    assert labels[:3] == ["for 0", "for 1", "for 2"]
    assert "in the picture" in labels[5]
    before = browser.run("document.querySelector('#stage img').src")
    browser.run("document.querySelector('#field-proof-2').focus()")
    browser.wait(f"document.querySelector('#stage img').src !== {json.dumps(before)}")


def test_what_is_wrong_with_words_is_said_while_typing(browser: Browser, base: str) -> None:
    open_shot(browser, f"{base}/de/identify")
    edit(browser, "ohne Zahl", "#field-caption-0")
    browser.wait("document.querySelector('#found-caption').textContent.includes('{accuracy} of the source is lost')")
    edit(browser, "{accuracy} \u202everdreht", "#field-caption-0")
    browser.wait("document.querySelector('#found-caption').textContent.includes('U+202E')")
    browser.click("form[data-slot=caption] [type=submit]")
    browser.wait("document.querySelector('form[data-slot=caption] [data-said]').textContent.startsWith('Not saved')")
    edit(browser, "{accuracy} \U00013000", "#field-caption-0")
    browser.wait("document.querySelector('#found-caption').textContent.includes('U+13000')")
    browser.click("form[data-slot=caption] [data-revert]")


def test_markup_in_a_translation_is_text(browser: Browser, base: str, project: Path) -> None:
    evil = "<script>window.evil = 1</script><img src=x onerror='window.evil = 1'>"
    path = po(project, "fr")
    text = path.read_text(encoding="utf-8")
    found = re.search(r'msgctxt "sync/headline"\nmsgid .*\nmsgstr "(.*)"', text)
    assert found is not None
    path.write_text(text.replace(found[1], evil), encoding="utf-8")
    try:
        for address in ("/", "/fr", "/fr/sync", "/screens/sync"):
            browser.open(base + address)
            browser.wait("document.readyState === 'complete'")
            assert browser.run("window.evil") is None
            assert browser.complaints() == []
        browser.wait(f"[...document.querySelectorAll('.words dd')].some(d => d.textContent === {json.dumps(evil)})")
    finally:
        path.write_text(text, encoding="utf-8")
    browser.wait(f"![...document.querySelectorAll('.words dd')].some(d => d.textContent === {json.dumps(evil)})")


def test_a_broken_file_is_named_and_the_last_good_pictures_stay(browser: Browser, base: str, project: Path) -> None:
    browser.open(f"{base}/fr")
    browser.pictures()
    digests = "[...document.querySelectorAll('.cards img.shot')].map(i => i.dataset.digest).join()"
    before = browser.run(digests)
    path = po(project, "fr")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('msgid "One garden', "msgid One garden"), encoding="utf-8")
    try:
        browser.wait("document.querySelector('.problems')?.textContent.includes('fr/LC_MESSAGES/pocket-garden.po:')")
        assert "last good state" in browser.text(".problems")
        assert browser.run(digests) == before
    finally:
        path.write_text(text, encoding="utf-8")
    browser.wait("!document.querySelector('.problems')")


def test_the_concept_is_followed(browser: Browser, base: str, project: Path) -> None:
    browser.open(f"{base}/de")
    browser.pictures()
    digest = "document.querySelector('#card-de-sync-iphone_63 img').dataset.digest"
    before = browser.run(digest)
    concept = project / "concepts/pocket-garden.yaml"
    text = concept.read_text(encoding="utf-8")
    concept.write_text(
        text.replace('gradient: ["#12372A", "#0B241B"]', 'gradient: ["#402010", "#0B241B"]'), encoding="utf-8"
    )
    browser.wait(f"{digest} !== {json.dumps(before)}")
    concept.write_text(text, encoding="utf-8")
    browser.wait(f"{digest} === {json.dumps(before)}")


def test_by_keyboard(browser: Browser, base: str) -> None:
    browser.open(f"{base}/de")
    browser.press("j")
    browser.press("j")
    assert browser.run("document.activeElement.closest('.card').id") == "card-de-identify-iphone_63"
    browser.press("k")
    browser.press("?")
    assert browser.run("document.querySelector('#help').open")
    browser.press("Escape")
    browser.press("Enter")
    browser.wait(f"location.pathname === '/de/hero' && {PAINTED} > 0")
    browser.press("j")
    browser.wait("location.pathname === '/de/identify' && document.readyState === 'complete'")
    browser.press("]")
    browser.wait("location.pathname !== '/de/identify' && document.readyState === 'complete'")
    browser.press("u")
    browser.wait("document.body?.dataset.page === 'locale'")


@pytest.mark.parametrize("address", ["/", "/ar", "/ar/hero", "/de/hero?display=ipad_13", "/screens/week"])
@pytest.mark.parametrize("width", [320, 390, 1024, 1440])
def test_nothing_is_wider_than_the_window(browser: Browser, base: str, address: str, width: int) -> None:
    browser.size(width, 844)
    browser.open(base + address)
    inner, content = browser.run("[innerWidth, document.scrollingElement.scrollWidth]")
    assert inner == width  # a phone's browser zooms out instead of scrolling sideways
    assert content <= width


def test_filters_and_search(browser: Browser, base: str) -> None:
    browser.open(f"{base}/")
    rows = "[...document.querySelectorAll('.locale')].filter(r => r.checkVisibility()).map(r => r.id)"
    assert len(browser.run(rows)) == 10
    browser.fill("#find", "deut")
    assert browser.run(rows) == ["row-de"]
    browser.fill("#find", "zzz")
    assert browser.run("document.querySelector('#nothing').checkVisibility()")
    browser.click("[data-reset]")
    assert len(browser.run(rows)) == 10


def test_pictures_keep_their_room_before_they_load(browser: Browser, base: str) -> None:
    browser.open(f"{base}/de")
    ratio = "(r => r.height / r.width)(document.querySelector('.card img').getBoundingClientRect())"
    browser.pictures()
    loaded = browser.run(ratio)
    browser.run("(i => { i.removeAttribute('srcset'); i.removeAttribute('src') })(document.querySelector('.card img'))")
    assert browser.run(ratio) == pytest.approx(loaded, rel=0.002) == pytest.approx(2622 / 1206, rel=0.002)


def test_a_screen_reader_hears_names_and_landmarks(browser: Browser, base: str) -> None:
    open_shot(browser, f"{base}/ar/hero")
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    seen = {(n["role"]["value"], n.get("name", {}).get("value", "")) for n in tree if not n["ignored"]}
    assert {role for role, _ in seen} >= {"main", "banner", "navigation", "contentinfo", "heading", "textbox"}
    assert ("textbox", "headline in Arabic") in seen
    assert ("image", 'hero in Arabic on iPhone 6.3"') in seen
    assert all(name for role, name in seen if role in {"textbox", "button", "link", "image", "checkbox"})
