"""What a page can do: have unsaved words painted, save an entry, decide about a picture."""

from __future__ import annotations

import dataclasses
import io
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from projects import CONCEPT, Folder, make_folder
from starlette.testclient import TestClient

from locstore.preview.app import make_app
from locstore.preview.guard import Endpoint
from locstore.preview.live import Live
from locstore.preview.project_state import read_project_state
from locstore.review import ReviewState, read_review
from locstore.shots import Selection

PORT = 8484
BASE = f"http://127.0.0.1:{PORT}"
PLURALS = CONCEPT.replace("screens:", "values: {n: {number: 3}}\nscreens:").replace(
    'text: "And how"', 'text: "{n} thing", plural: "{n} things", count: n'
)
PO_PLURAL = """
msgctxt "how/headline"
msgid "{n} thing"
msgid_plural "{n} things"
msgstr[0] "{n} Ding"
msgstr[1] "{n} Dinge"
"""


@dataclasses.dataclass
class Page:
    """A browser's tab, as far as requests go."""

    client: TestClient
    folder: Folder
    live: Live

    def post(self, path: str, **body: object) -> Any:
        headers = {"origin": BASE, "sec-fetch-site": "same-origin"}
        return self.client.post(f"/api/{path}", json={"concept": "tiny", **body}, headers=headers)

    def paint(self, key: str, **words: object) -> tuple[dict[str, Any], tuple[int, int]]:
        answer = self.post("paint", key=key, width=100, words=words)
        assert answer.status_code == 200, answer.text
        (length,) = struct.unpack(">I", answer.content[:4])
        with Image.open(io.BytesIO(answer.content[4 + length :])) as picture:
            return json.loads(answer.content[4 : 4 + length]), picture.size

    def entry(self, slot: str = "headline", address: str = "/de/hero") -> dict[str, Any]:
        page = self.client.get(address).text
        data = json.loads(page.partition('id="entry">')[2].partition("</script>")[0])
        return next(entry for entry in data["entries"] if entry["slot"] == slot)

    def save(self, text: str | list[str], expected: str, *, context: str = "hero/headline", fuzzy: bool = False) -> Any:
        forms = [text] if isinstance(text, str) else text
        return self.post("save", locale="de", context=context, forms=forms, fuzzy=fuzzy, expected=expected)

    def digest(self, key: str) -> str:
        shot_view = self.live.project_state.concepts["tiny"].shot_view(key)
        assert shot_view is not None
        return shot_view.digest

    def review(self, key: str, state: str, comment: str = "", digest: str = "") -> Any:
        digest = digest or self.digest(key)
        return self.post("review", key=key, digest=digest, state=state, comment=comment, by="Lina")


def page_of(folder: Folder) -> Iterator[Page]:
    live = Live(read_project_state(folder.root, {}), {}, 1)
    app = make_app(live, Endpoint(PORT, True), Selection())
    with TestClient(app, base_url=BASE) as client:
        yield Page(client, folder, live)


@pytest.fixture
def page(folder: Folder) -> Iterator[Page]:
    yield from page_of(folder)


@pytest.fixture
def plurals(tmp_path: Path) -> Iterator[Page]:
    folder = make_folder(tmp_path / "p", concept=PLURALS, words={"de": {"hero/headline": ("Say it", "Sag es")}})
    folder.po.write_text(folder.po.read_text(encoding="utf-8") + PO_PLURAL, encoding="utf-8")
    yield from page_of(folder)


def words(*forms: str, shown: int | None = None, fuzzy: bool = False) -> dict[str, Any]:
    return {"forms": forms, "shown": shown, "fuzzy": fuzzy}


# -- painting


def test_unsaved_words_are_painted_and_nothing_is_written(page: Page) -> None:
    before = page.folder.po.read_bytes()
    head, size = page.paint("hero/de/tiny", headline=words("Sag doch mal"))
    assert size == (120, 240)
    assert "".join(head["slots"]["headline"]["lines"]).replace(" ", "") == "Sagdochmal"
    assert head["findings"] == {"headline": []}
    assert page.folder.po.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sag " + "es sehr lang " * 30, "typeset-overflow"),
        ("Sag {es}", "catalog-placeholder-unknown"),
        ("Sag \u202ees", "catalog-character"),
        ("Sag \U00013000", "typeset-missing-glyph"),
        ("Sag *es", "catalog-highlight-malformed"),
        (" Sag es", "catalog-whitespace"),
    ],
)
def test_what_is_wrong_is_said_without_the_entrys_name(page: Page, text: str, code: str) -> None:
    head, _ = page.paint("hero/de/tiny", headline=words(text))
    found = head["findings"]["headline"]
    assert code in [f["code"] for f in found]
    assert not any("msgctxt" in f["message"] for f in found)
    assert all(f["message"][0].isupper() or not f["message"][0].isalpha() for f in found)


def test_a_plural_form_is_painted_with_a_number_that_chooses_it(plurals: Page) -> None:
    entry = plurals.entry(address="/de/how")
    assert entry["forms"] == ["{n} Ding", "{n} Dinge"]
    assert entry["shown"] == 1
    head, _ = plurals.paint("how/de/tiny", headline=words("{n} Ding", "{n} Dinge"))
    assert " ".join(head["slots"]["headline"]["lines"]) == "3 Dinge"
    head, _ = plurals.paint("how/de/tiny", headline=words("{n} Ding", "{n} Dinge", shown=0))
    assert " ".join(head["slots"]["headline"]["lines"]) == "1 Ding"
    head, _ = plurals.paint("how/de/tiny", headline=words("{n} Ding", "Dinge"))
    assert [f["message"][:7] for f in head["findings"]["headline"]] == ["Form 2:"]


def test_empty_words_show_the_source(page: Page) -> None:
    head, _ = page.paint("hero/de/tiny", headline=words(""))
    assert " ".join(head["slots"]["headline"]["lines"]) == "Say it"


@pytest.mark.parametrize(
    "body",
    [
        {"key": "hero/xx/tiny", "width": 100, "words": {}},
        {"key": "nowhere", "width": 100, "words": {}},
        {"key": "hero/de/tiny", "width": 100, "words": {}, "concept": "other"},
    ],
)
def test_no_such_picture(page: Page, body: dict[str, object]) -> None:
    assert page.post("paint", **body).status_code == 404


# -- saving


def test_only_the_entry_changes(page: Page) -> None:
    before = page.folder.po.read_text(encoding="utf-8").splitlines()
    answer = page.save("Sag es laut", page.entry()["version"])
    assert (answer.status_code, answer.json()["status"]) == (200, "saved")
    after = page.folder.po.read_text(encoding="utf-8").splitlines()
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [
        ('msgstr "Sag es"', 'msgstr "Sag es laut"')
    ]
    assert page.entry()["forms"] == ["Sag es laut"]
    assert page.entry()["version"] == answer.json()["version"]


def test_fuzzy_is_set_and_cleared(page: Page) -> None:
    answer = page.save("Sag es", page.entry()["version"], fuzzy=True)
    assert answer.status_code == 200
    assert "#, fuzzy" in page.folder.po.read_text(encoding="utf-8")
    assert page.entry()["state"] == "fuzzy"
    assert page.save("Sag es", page.entry()["version"]).status_code == 200
    assert "fuzzy" not in page.folder.po.read_text(encoding="utf-8")


def test_plural_forms_are_saved(plurals: Page) -> None:
    version = plurals.entry(address="/de/how")["version"]
    answer = plurals.save(["{n} Sache", "{n} Sachen"], version, context="how/headline")
    assert answer.status_code == 200
    assert 'msgstr[1] "{n} Sachen"' in plurals.folder.po.read_text(encoding="utf-8")


def test_words_that_must_not_be_painted_are_refused(page: Page) -> None:
    before = page.folder.po.read_bytes()
    answer = page.save("Sag {es}", page.entry()["version"])
    assert answer.status_code == 422
    assert answer.json()["findings"]
    assert page.folder.po.read_bytes() == before


def test_a_conflict_shows_both_and_writes_neither(page: Page) -> None:
    version = page.entry()["version"]
    page.folder.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Sprich")
    theirs = page.folder.po.read_bytes()
    answer = page.save("Rede", version)
    assert answer.status_code == 409
    said = answer.json()
    assert (said["mine"]["forms"], said["theirs"]["forms"]) == (["Rede"], ["Sprich"])
    assert page.folder.po.read_bytes() == theirs
    # Somebody who has seen theirs may decide.
    assert page.save("Rede", said["theirs"]["version"]).status_code == 200
    assert b"Rede" in page.folder.po.read_bytes()


def test_another_entry_that_changed_is_no_conflict_and_stays(page: Page) -> None:
    version = page.entry()["version"]
    page.folder.replace("locales/de/LC_MESSAGES/tiny.po", "Und wie", "Und so")
    assert page.save("Rede", version).status_code == 200
    text = page.folder.po.read_text(encoding="utf-8")
    assert "Rede" in text
    assert "Und so" in text


def test_a_broken_file_is_not_written(page: Page) -> None:
    version = page.entry()["version"]
    page.folder.replace("locales/de/LC_MESSAGES/tiny.po", 'msgid "Say it"', "msgid Say it")
    before = page.folder.po.read_bytes()
    assert page.save("Rede", version).status_code == 422
    assert page.folder.po.read_bytes() == before


# -- reviewing


def standing(page: Page, key: str) -> ReviewState:
    review, findings = read_review(page.folder.root / "review.json")
    assert findings == []
    shot_view = page.live.project_state.concepts["tiny"].shot_view(key)
    assert shot_view is not None
    return review.standing(key, shot_view.identity)


def test_a_decision_and_what_becomes_of_it(page: Page) -> None:
    key = "hero/de/tiny"
    assert standing(page, key) is ReviewState.WAITING
    assert page.review(key, "approved").status_code == 200
    assert standing(page, key) is ReviewState.APPROVED
    assert "approved" in page.client.get("/de/hero").text
    assert page.save("Sag es laut", page.entry()["version"]).status_code == 200
    assert standing(page, key) is ReviewState.STALE
    assert page.review(key, "sent-back", "Shorter, please.").status_code == 200
    assert standing(page, key) is ReviewState.SENT_BACK
    assert "Shorter, please." in page.client.get("/de").text
    assert page.review(key, "").status_code == 200
    assert standing(page, key) is not ReviewState.SENT_BACK


def test_an_approval_holds_for_a_run(page: Page) -> None:
    assert page.review("hero/de/tiny", "approved").status_code == 200
    page.folder.run()
    review, _ = read_review(page.folder.root / "review.json")
    records = {p.shot.key: p.record for p in page.folder.plan().shots}
    record = records["hero/de/tiny"]
    assert record is not None
    assert review.decisions[record.identity].state == "approved"


@pytest.mark.parametrize(
    ("state", "comment", "digest", "status"),
    [
        ("approved", "", "0" * 64, 409),
        ("sent-back", " ", "", 422),
        ("maybe", "", "", 400),
        ("approved", "x" * 2001, "", 400),
    ],
)
def test_decisions_that_cannot_be(page: Page, state: str, comment: str, digest: str, status: int) -> None:
    assert page.review("hero/de/tiny", state, comment, digest).status_code == status
    assert not (page.folder.root / "review.json").exists()


def test_what_is_not_ready_cannot_be_approved(page: Page) -> None:
    assert page.save("Sag es", page.entry()["version"], fuzzy=True).status_code == 200
    assert page.review("hero/de/tiny", "approved").status_code == 422
    assert page.save("Sag " + "es sehr lang " * 30, page.entry()["version"]).status_code == 200
    answer = page.review("hero/de/tiny", "approved")
    assert answer.status_code == 422
    assert "errors" in answer.json()["message"]
    assert page.review("hero/ar_XB/tiny", "approved").status_code == 422


def test_a_review_file_that_cannot_be_read_is_kept(page: Page) -> None:
    path = page.folder.write("review.json", "{")
    assert page.review("hero/de/tiny", "approved").status_code == 422
    assert path.read_text() == "{"


def test_pictures_that_an_image_model_paints_are_not_reviewed_here(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "p", config='concepts = ["concepts/*.yaml"]\npainter = "images"\n')
    for page in page_of(folder):
        assert page.review("hero/de/tiny", "approved").status_code == 422
        assert "only proofs" in page.client.get("/de/hero").text


# -- pages and pictures


def test_pictures_are_kept_by_their_digest(page: Page) -> None:
    digest = page.digest("hero/de/tiny")
    answer = page.client.get(f"/picture/hero/de/tiny?w=120&v={digest[:16]}")
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]
    again = page.client.get("/picture/hero/de/tiny?w=120", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    old = page.client.get("/picture/hero/de/tiny?w=120&v=0000")
    assert "no-cache" in old.headers["cache-control"]
    assert old.content == answer.content


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["German", "Deutsch", "Japanese", "日本語", "en-XA"[:2]]),
        ("/de", ["hero", "how", "Sag es"]),
        ("/de/hero", ["Say it", "Sag es", "Verb first."]),
        ("/screens/hero", ["German", "Japanese", "Say it"]),
        ("/de/hero?display=tiny", ["Sag es"]),
        ("/de/hero?concept=tiny", ["Sag es"]),
        ("/ar_XB/hero", ["Made from the source text"]),
        ("/en_US/hero", ["stands in the concept"]),
    ],
)
def test_pages(page: Page, path: str, words: list[str]) -> None:
    answer = page.client.get(path)
    assert answer.status_code == 200
    for word in words:
        assert word in answer.text


def test_another_spelling_of_a_locale_leads_on(page: Page) -> None:
    answer = page.client.get("/de-DE/hero?display=tiny", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/de/hero?display=tiny")


def test_a_broken_project_has_a_page(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "p")
    folder.write("concepts/tiny.yaml", "concept: [")
    for page in page_of(folder):
        answer = page.client.get("/")
        assert answer.status_code == 200
        assert "concepts/tiny.yaml:" in answer.text
        assert page.client.get("/de/hero").status_code == 200  # it shows the same, and will follow


def test_the_event_stream_tells_of_files(page: Page) -> None:
    """Starlette's client waits for whole answers, so that the generator itself is asked."""
    import asyncio

    from locstore.preview.app import _Server
    from locstore.preview.pages import Pages

    async def listen() -> list[str]:
        live = Live(page.live.project_state, {}, 1)
        news = _Server(live, Pages(live, Selection()))._news()
        heard = [await anext(news)]
        coming = asyncio.ensure_future(anext(news))
        await asyncio.sleep(0)
        live.tell()
        heard.append(await coming)
        coming = asyncio.ensure_future(anext(news))
        await asyncio.sleep(0)
        live.project_state = dataclasses.replace(live.project_state)
        live.tell()
        heard.append(await coming)
        live.closed = True
        live.tell()
        heard += [item async for item in news]
        return heard

    kinds = [text.rpartition("event: ")[2].partition("\n")[0] for text in asyncio.run(listen())]
    assert kinds == ["hello", "facts", "files"]
