"""Who may reach the preview: hosts, origins, tokens, sizes, paths, and the headers of every answer."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from projects import Folder, make_folder
from starlette.testclient import TestClient

from locstore.preview.app import make_app
from locstore.preview.guard import MAX_BODY, POLICY, Endpoint
from locstore.preview.live import Live
from locstore.preview.project_state import read_project_state
from locstore.shots import Selection

PORT = 8484
BASE = f"http://127.0.0.1:{PORT}"
POST = {"origin": BASE, "content-type": "application/json", "sec-fetch-site": "same-origin"}
EVIL = "<script>window.evil = 1</script>&\"'"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    words = {"de": {"hero/headline": ("Say it", EVIL.replace('"', '\\"')), "how/headline": ("And how", "Und wie")}}
    return make_folder(tmp_path_factory.mktemp("guard"), words=words)


def client_of(project: Folder, endpoint: Endpoint, base: str = BASE) -> TestClient:
    live = Live(read_project_state(project.root, {}), {}, 1)
    return TestClient(make_app(live, endpoint, Selection()), base_url=base)


@pytest.fixture(scope="module")
def client(project: Folder) -> Iterator[TestClient]:
    with client_of(project, Endpoint(PORT, loopback=True)) as opened:
        yield opened


@pytest.fixture(scope="module")
def private(project: Folder) -> Iterator[TestClient]:
    """Bound beyond loopback."""
    endpoint = Endpoint(PORT, False, "let-me-in")
    with client_of(project, endpoint, f"http://192.0.2.7:{PORT}") as opened:
        yield opened


def save_body(**changes: object) -> dict[str, object]:
    return {
        "concept": "tiny",
        "locale": "de",
        "context": "how/headline",
        "forms": ["Und so"],
        "fuzzy": False,
        "expected": "none",
        **changes,
    }


# -- names


@pytest.mark.parametrize("host", ["127.0.0.1:8484", "localhost:8484", "[::1]:8484", "LOCALHOST:8484"])
def test_its_own_names(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8484",
        "127.0.0.1:80",
        "127.0.0.1",
        "127.0.0.1.evil.example:8484",
        "192.0.2.7:8484",
        "",
        "a b",
        "x:y",
    ],
)
def test_a_name_that_somebody_points_at_us(client: TestClient, host: str) -> None:
    """DNS rebinding: the browser thinks that it talks to evil.example."""
    for path in ("/", "/picture/hero/de/tiny", "/events", "/static/page.js"):
        assert client.get(path, headers={"host": host}).status_code == 421
    assert client.post("/api/save", json=save_body(), headers={**POST, "host": host}).status_code == 421


def test_beyond_loopback_addresses_and_own_names_will_do() -> None:
    endpoint = Endpoint(80, False, "x")
    own = socket.gethostname().lower()
    assert all(map(endpoint.knows, ["192.0.2.7", "192.0.2.7:80", "[2001:db8::1]:80", "localhost", own]))
    assert not any(map(endpoint.knows, ["evil.example", "192.0.2.7:81", "192.0.2.7.nip.io", f"{own}.evil.example"]))


# -- other pages


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"{BASE}.evil.example"},
        {"origin": BASE.replace("http", "https")},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_a_form_or_script_of_another_page(client: TestClient, project: Folder, headers: dict[str, str]) -> None:
    before = project.po.read_bytes()
    for path, body in (("/api/save", save_body()), ("/api/review", {}), ("/api/paint", {})):
        assert client.post(path, json=body, headers={**POST, **headers}).status_code == 403
    assert project.po.read_bytes() == before


def test_a_post_without_an_origin(client: TestClient) -> None:
    headers = {name: value for name, value in POST.items() if name != "origin"}
    assert client.post("/api/save", json=save_body(), headers=headers).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json(client: TestClient, kind: str) -> None:
    """What a form of another page can send without being asked for leave."""
    body = json.dumps(save_body()).encode()
    assert client.post("/api/save", content=body, headers={**POST, "content-type": kind}).status_code == 415


@pytest.mark.parametrize("path", ["/picture/hero/de/tiny?w=120", "/events", "/static/page.js", "/de"])
def test_other_pages_may_link_but_not_load(client: TestClient, path: str) -> None:
    loading = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert client.get(path, headers=loading).status_code == 403
    if path == "/de":
        link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        assert client.get(path, headers=link).status_code == 200
        framed = {**link, "sec-fetch-dest": "iframe"}
        assert client.get(path, headers=framed).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_no_other_method(client: TestClient, method: str) -> None:
    answer = client.request(method, "/api/save", headers=POST)
    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers


# -- sizes


def test_a_body_that_is_too_long(client: TestClient) -> None:
    long = json.dumps(save_body(forms=["x" * MAX_BODY])).encode()
    assert client.post("/api/save", content=long, headers=POST).status_code == 413
    assert client.post("/api/save", content=iter([long]), headers=POST).status_code == 411  # chunked: no length
    lying = {**POST, "content-length": "10"}
    assert client.post("/api/save", content=long, headers=lying).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"concept": 1}',
        json.dumps(save_body(forms=[])).encode(),
        json.dumps(save_body(forms=["a"] * 11)).encode(),
        json.dumps(save_body(more=1)).encode(),
        json.dumps(save_body(expected=None)).encode(),
        b"[" * 5000,
    ],
)
def test_a_body_that_is_none(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/save", content=body, headers=POST)
    assert answer.status_code == 400
    assert answer.json()["message"]


# -- paths


@pytest.mark.parametrize(
    "path",
    [
        "/../locstore.toml",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/guard.py",
        "/static//etc/passwd",
        "/static/page.js%00",
        "/picture/..%2f..%2flocstore.toml/de/tiny",
        "/picture/hero/de/..%2f..",
        "/picture/hero/..%5c/tiny",
        "/picture/hero/xx/tiny",
        "/picture/hero/de/tiny?w=-1",
        "/picture/hero/de/tiny?w=1e9",
        "/picture/hero/de/tiny?w=%EF%BC%91",
        "/locstore.toml",
        "/review.json",
        "/.locstore/ledger.db",
        "/de/..%2f..%2flocstore.toml",
        "/screens/nowhere",
        "/?concept=../x",
        "/de?display=../x",
    ],
)
def test_no_address_reaches_a_file(client: TestClient, path: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == 404
    assert "concepts =" not in answer.text


@pytest.mark.parametrize(
    "changes",
    [{"concept": "../x"}, {"locale": "../de"}, {"context": "hero/../how"}, {"locale": "en_US"}, {"locale": "fr"}],
)
def test_no_edit_reaches_a_file_of_another_name(client: TestClient, project: Folder, changes: dict[str, str]) -> None:
    before = project.po.read_bytes()
    assert client.post("/api/save", json=save_body(**changes), headers=POST).status_code == 404
    assert project.po.read_bytes() == before


# -- what an answer says


@pytest.mark.parametrize("path", ["/", "/de", "/de/hero", "/nowhere", "/static/page.js", "/picture/hero/de/tiny?w=120"])
def test_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert "'unsafe" not in POLICY
    assert "default-src 'none'" in POLICY
    assert "frame-ancestors 'none'" in POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    kept = "no-store" if not path.startswith(("/static", "/picture")) else "no-cache"
    assert kept in headers["cache-control"]
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/", "/de", "/de/hero", "/screens/hero"])
def test_markup_in_words_is_text_and_no_script_or_style_stands_in_a_page(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert "<script>window" not in page
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    for tag in page.split("<script")[1:]:
        assert tag.startswith((' src="/static/', ' type="application/json"'))
    if path != "/":
        assert "&lt;script&gt;window.evil = 1&lt;/script&gt;" in page


# -- the token


def test_without_the_token(private: TestClient) -> None:
    for path in ("/", "/de", "/events", "/picture/hero/de/tiny", "/static/page.js", "/?token=", "/?token=wrong"):
        answer = private.get(path)
        assert answer.status_code == 403
        assert "let-me-in" not in answer.text
    origin = f"http://192.0.2.7:{PORT}"
    assert private.post("/api/save", json=save_body(), headers={**POST, "origin": origin}).status_code == 403
    assert private.post("/api/save?token=let-me-in", json={}, headers={**POST, "origin": origin}).status_code == 403


def test_the_token_becomes_a_strict_cookie_and_leaves_the_address(private: TestClient) -> None:
    first = private.get("/de/hero?display=tiny&token=let-me-in", follow_redirects=False)
    assert first.status_code == 200
    assert first.headers["refresh"] == "0; url=/de/hero?display=tiny"
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert f"locstore_preview_{PORT}=" in cookie
    assert private.get("/de/hero").status_code == 200  # the client sends the cookie now
    private.cookies.clear()


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "///evil.example"])
def test_the_entrance_leads_nowhere_else(private: TestClient, path: str) -> None:
    answer = private.get(f"http://192.0.2.7:{PORT}{path}?token=let-me-in", follow_redirects=False)
    if "refresh" in answer.headers:
        target = answer.headers["refresh"].partition("url=")[2]
        assert target.startswith("/")
        assert not target.startswith(("//", "/\\"))
    private.cookies.clear()


def test_a_cookie_that_is_none(private: TestClient) -> None:
    for cookie in ("\x7f=;;", f"locstore_preview_{PORT}=wrong", f"locstore_preview_{PORT}", "=" * 3000):
        assert private.get("/", headers={"cookie": cookie}).status_code == 403


def test_the_port_that_is_taken(project: Folder) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = project.process("preview", "--no-open", "--port", str(taken.getsockname()[1]))
    assert said.code == 3
    assert "Choose one with --port" in said.err
    assert "Traceback" not in said.err


def test_a_host_that_is_none(project: Folder, tmp_path: Path) -> None:
    assert project.process("preview", "--no-open", "--host", "nowhere.invalid").code == 2
    assert project.process("preview", "--no-open", "--port", "0", "--host", "192.0.2.1").code == 3
    assert project.process("preview", "--no-open", "-l", "tlh").code == 2
