"""The static copy: whole, relative, read-only, repeatable, and never over somebody's files."""

from __future__ import annotations

import html
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from browsing import BROWSER, chromium
from preview_browser import preview
from projects import Call, Folder

from locstore.errors import FindingsError, UsageError
from locstore.preview import export
from locstore.shots import Selection

_ADDRESS = re.compile(r'(?:href|src)="([^"]*)"')


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def copy(folder: Folder, tmp_path: Path) -> Path:
    target = tmp_path / "copy"
    done = export(folder.root, {}, target, selection=Selection(), processes=1)
    # 3 locales, 2 screens: the overview, each screen, each locale and each of its screens
    assert (done.pages, done.pictures) == (1 + 2 + 3 + 6, 6)
    return target


def test_every_address_leads_somewhere_in_the_copy(copy: Path) -> None:
    pages = sorted(copy.rglob("*.html"))
    assert len(pages) == 12
    pictures = set()
    for page in pages:
        for address in _ADDRESS.findall(page.read_text(encoding="utf-8")):
            assert not re.match(r"[a-z]+:|/", address), f"{address} in {page} is not relative"
            path = unquote(address).partition("#")[0]
            if path:
                target = (page.parent / path).resolve()
                assert target.is_file(), f"{address} in {page} leads nowhere"
                assert target.is_relative_to(copy.resolve())
                pictures |= {target} if target.suffix == ".jpg" else set()
    assert len(pictures) == 6


def test_it_is_read_only(copy: Path) -> None:
    for page in copy.rglob("*.html"):
        text = html.unescape(page.read_text(encoding="utf-8"))
        assert "<textarea" not in text
        assert "edit.js" not in text
        assert "/api/" not in text
        assert "script-src 'self' file:" in text
        assert "en_XA" not in text


def test_again_it_writes_what_changed_and_removes_what_is_gone(folder: Folder, copy: Path) -> None:
    before = files(copy)
    assert export(folder.root, {}, copy, selection=Selection(), processes=1).written == 0
    assert files(copy) == before
    folder.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Rede")
    export(folder.root, {}, copy, selection=Selection(locales=("de",)), processes=1)
    after = files(copy)
    assert not any(name.startswith("ja/") for name in after)
    assert len([name for name in after if name.endswith(".jpg")]) == 4  # German, and the source beside


def test_a_folder_of_somebody_else(folder: Folder, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "index.html").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        export(folder.root, {}, target, selection=Selection())
    assert files(target) == {"index.html": b"mine"}
    with pytest.raises(UsageError, match="no copy"):
        export(folder.root, {}, target / "index.html", selection=Selection())


def test_a_project_that_cannot_be_read(folder: Folder, tmp_path: Path) -> None:
    folder.write("concepts/tiny.yaml", "concept: [")
    with pytest.raises(FindingsError):
        export(folder.root, {}, tmp_path / "copy", selection=Selection())
    assert not (tmp_path / "copy").exists()


def test_the_command(locstore: Call, folder: Folder) -> None:
    said = locstore("preview", "--static", "copy", "-l", "de,ja", "-j", "1")
    assert (said.code, said.err) == (0, "")
    assert "pages and 6 pictures in copy" in said.out
    assert (folder.root / "copy/ja/hero/index.html").is_file()
    assert locstore("preview", "--static", "copy", "-d", "nowhere").code == 2


@pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed (Debian: chromium)")
def test_it_works_from_a_disk_and_by_keyboard(copy: Path) -> None:
    with chromium() as browser:
        browser.size(1200, 900)
        browser.open((copy / "index.html").as_uri())
        browser.pictures()
        browser.press("j")
        browser.press("j")
        assert browser.run("document.activeElement.textContent") == "German"
        browser.press("Enter")
        browser.wait("document.readyState === 'complete' && document.body.dataset.page === 'locale'")
        browser.pictures()
        browser.press("]")
        browser.wait("document.title.startsWith('Japanese')")
        assert browser.complaints() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(folder: Folder, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "locstore", "preview", "--no-open", "--port", "0"],
        cwd=folder.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Preview at http://127.0.0.1:")
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "The preview has ended.\n", "")


def test_beyond_loopback_the_address_has_a_token(folder: Folder) -> None:
    with preview(folder.root, "--host", "0.0.0.0") as address:  # noqa: S104
        assert re.search(r"/\?token=[\w-]{30,}$", address)
