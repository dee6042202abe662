"""The request: its cache key, and what goes over the wire in either dialect."""

from __future__ import annotations

import dataclasses
import email
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.paint.images import (
    ImageRequest,
    ImagesConfig,
    Reference,
    ReferenceProblem,
    Secret,
    image_request,
    reference_from,
)
from locstore.paint.images.http import build_request
from locstore.prompt import RequestSize

KEY = Secret("sk-test-0123456789")
SIZE = RequestSize(1328, 2880, covers=True)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30


def ask(prompt: str = "A garden", config: ImagesConfig | None = None, **options: Any) -> ImageRequest:
    return image_request(config or ImagesConfig(), prompt, SIZE, **options)


def body_of(request: httpx.Request) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.read())
    return found


def parts_of(request: httpx.Request) -> list[tuple[str, str | None, str, bytes]]:
    """(field, file name, media type, content) of a multipart body."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + request.read())
    found = []
    for part in message.walk():
        if part.is_multipart():
            continue
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found.append((name, part.get_filename(), part.get_content_type(), content))
    return found


def test_openai_sends_known_fields_only() -> None:
    config = ImagesConfig()
    built = build_request(ask(config=config, mode="thinking"), config, KEY)
    assert body_of(built) == {
        "model": "gpt-image-2",
        "prompt": "A garden",
        "size": "1328x2880",
        "quality": "high",
        "n": 1,
        "output_format": "png",
        "background": "opaque",
    }
    assert built.method == "POST"
    assert built.headers["authorization"] == "Bearer sk-test-0123456789"
    assert built.headers["content-type"] == "application/json"


def test_openai_names_a_moderation_that_is_not_the_default() -> None:
    config = ImagesConfig(moderation="low", output_format="webp")
    body = body_of(build_request(ask(config=config), config, KEY))
    assert (body["moderation"], body["output_format"]) == ("low", "webp")


def test_the_gateway_sends_mode_and_a_name_for_the_size() -> None:
    config = ImagesConfig(dialect="gateway")
    size = RequestSize(956, 2868, covers=False, name="vertical_3_1")
    built = build_request(image_request(config, "A garden", size, mode="thinking"), config, KEY)
    assert body_of(built) == {
        "model": "gpt-image-2",
        "prompt": "A garden",
        "size": "vertical_3_1",
        "quality": "hd",
        "mode": "thinking",
    }


def test_fields_are_renamed_left_out_and_added() -> None:
    config = ImagesConfig(dialect="gateway", fields={"size": "image_size", "model": "", "steps": 4, "safe": True})
    body = body_of(build_request(ask(config=config), config, KEY))
    assert body["image_size"] == "1328x2880"
    assert not {"size", "model"} & set(body)
    assert (body["steps"], body["safe"]) == (4, True)


def test_words_of_all_scripts_go_out_as_utf8() -> None:
    config = ImagesConfig()
    built = build_request(ask('水やりを忘れない \u2068أبداً\u2069 🌱 "q"\n'), config, KEY)
    assert body_of(built)["prompt"] == '水やりを忘れない \u2068أبداً\u2069 🌱 "q"\n'


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str, bytes], Reference]:
    def make(name: str, data: bytes) -> Reference:
        path = tmp_path / name
        path.write_bytes(data)
        return reference_from(path, name)

    return make


def test_edits_repeat_image_in_order_and_hide_file_names(picture: Callable[[str, bytes], Reference]) -> None:
    config = ImagesConfig()
    references = (picture("secret-plan.png", PNG), picture("logo.jpg", b"\xff\xd8\xff\xe0"))
    request = ask(config=config, references=references, mask=picture("mask.png", PNG + b"m"))
    built = build_request(request, config, KEY)
    assert str(built.url) == "https://api.openai.com/v1/images/edits"
    parts = parts_of(built)
    assert [part for part in parts if part[1]] == [
        ("image[]", "image-1.png", "image/png", PNG),
        ("image[]", "image-2.jpg", "image/jpeg", b"\xff\xd8\xff\xe0"),
        ("mask", "mask.png", "image/png", PNG + b"m"),
    ]
    texts = {name: content.decode() for name, file, _, content in parts if not file}
    assert texts == {
        "model": "gpt-image-2",
        "prompt": "A garden",
        "size": "1328x2880",
        "quality": "medium",
        "n": "1",
        "output_format": "png",
        "background": "opaque",
    }


def test_gateway_edits_carry_mode_and_extra_fields_as_text(picture: Callable[[str, bytes], Reference]) -> None:
    config = ImagesConfig(dialect="gateway", fields={"safe": True})
    built = build_request(ask(config=config, references=(picture("a.png", PNG),)), config, KEY)
    texts = {name: content for name, file, _, content in parts_of(built) if not file}
    assert (texts["mode"], texts["quality"], texts["safe"]) == (b"instant", b"hd", b"true")


def test_a_reference_that_changed_is_not_sent(picture: Callable[[str, bytes], Reference]) -> None:
    reference = picture("a.png", PNG)
    reference.path.write_bytes(PNG + b"changed")
    with pytest.raises(ReferenceProblem, match=r"a\.png has changed"):
        build_request(ask(references=(reference,)), ImagesConfig(), KEY)


def test_too_many_references_and_odd_ones_are_refused(picture: Callable[[str, bytes], Reference]) -> None:
    reference = picture("a.png", PNG)
    with pytest.raises(ReferenceProblem, match="17 reference images"):
        build_request(ask(references=(reference,) * 17), ImagesConfig(), KEY)
    with pytest.raises(ReferenceProblem, match="image/gif"):
        build_request(ask(references=(dataclasses.replace(reference, media_type="image/gif"),)), ImagesConfig(), KEY)
    with pytest.raises(ReferenceProblem, match="not a PNG"):
        picture("a.gif", b"GIF89a")
    assert picture("a.webp", b"RIFF\0\0\0\0WEBPVP8 ").media_type == "image/webp"


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ({}, {"authorization": "Bearer sk-test-0123456789"}),
        ({"api-key": "{key}"}, {"api-key": "sk-test-0123456789"}),
        ({"X-Team": "shots"}, {"authorization": "Bearer sk-test-0123456789", "x-team": "shots"}),
        ({"X-Auth": "Token {key}"}, {"x-auth": "Token sk-test-0123456789"}),
    ],
)
def test_where_the_key_goes(headers: dict[str, str], sent: dict[str, str]) -> None:
    config = ImagesConfig(headers=headers)
    built = build_request(ask(config=config), config, KEY)
    names = ("authorization", "api-key", "x-team", "x-auth")
    assert {name: built.headers[name] for name in names if name in built.headers} == sent
    assert "sk-test" not in repr(built) + str(built) + repr(built.headers) + str(built.headers) + str(built.url)


def test_without_a_key_no_header_that_needs_one_is_sent() -> None:
    config = ImagesConfig(headers={"api-key": "{key}", "X-Team": "shots"})
    built = build_request(ask(config=config), config, None)
    assert "api-key" not in built.headers
    assert "authorization" not in built.headers
    assert built.headers["x-team"] == "shots"


def test_the_key_of_the_cache_is_the_documented_hash() -> None:
    text = (
        '{"dialect":"openai","endpoint":"generations","extra":{},"mask":null,"mode":"","model":"gpt-image-2",'
        '"prompt":"Größe","quality":"medium","references":[],"size":"1328x2880"}'
    )
    assert ask("Größe").key() == hashlib.sha256(b"locstore-image-1\0" + text.encode()).hexdigest()


def test_what_does_not_decide_pixels_does_not_change_the_key() -> None:
    base = ask().key()
    other = ImagesConfig(
        base_url="https://gate.example", key_env="OTHER", headers={"api-key": "{key}"}, moderation="low", deadline=9
    )
    assert ask(config=other).key() == base
    # In this dialect the mode is told by the quality alone.
    assert ask(config=ImagesConfig(quality="medium"), mode="thinking").key() == base


def test_what_decides_pixels_changes_the_key(picture: Callable[[str, bytes], Reference]) -> None:
    one, two = picture("a.png", PNG), picture("b.png", PNG + b"2")
    gateway = ImagesConfig(dialect="gateway")
    requests = [
        ask(),
        ask("A garden."),
        ask(mode="thinking"),
        ask(config=ImagesConfig(model="gpt-image-2-2026-04-21")),
        ask(config=ImagesConfig(fields={"complexity": "high"})),
        ask(config=gateway),
        ask(config=gateway, mode="thinking"),
        ask(references=(one,)),
        ask(references=(one, two)),
        ask(references=(two, one)),
        ask(references=(one,), mask=two),
        dataclasses.replace(ask(), size=RequestSize(1024, 1024, covers=False)),
    ]
    assert len({request.key() for request in requests}) == len(requests)


def test_names_and_paths_of_references_do_not_change_the_key(picture: Callable[[str, bytes], Reference]) -> None:
    assert ask(references=(picture("a.png", PNG),)).key() == ask(references=(picture("b.png", PNG),)).key()


@given(st.text(max_size=50).filter(lambda t: not any("\ud800" <= c <= "\udfff" for c in t)))
def test_every_prompt_has_a_stable_key_and_survives_the_wire(prompt: str) -> None:
    request = ask(prompt)
    assert request.key() == ask(prompt).key()
    assert body_of(build_request(request, ImagesConfig(), KEY))["prompt"] == prompt
    assert "prompt" not in repr(request)
