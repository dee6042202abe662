"""The server refuses what the API refuses, in its words, and takes what it takes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images_server import TEST_KEY, ImagesServer, Settings, running
from images_server.multipart import read_form
from images_server.tokens import output_tokens
from plain_client import EDITS, GENERATIONS, asked, fetch, form, opened, png, post

INVALID, PICTURE = "invalid_request_error", "image_generation_user_error"


ABOVE = "Expected a string with maximum length 32000, but got a string with length 32001 instead."
BELOW = "Expected a string with minimum length 1, but got an empty string instead."


@pytest.mark.parametrize(
    ("field", "value", "message", "code"),
    [
        ("mode", "instant", "Unknown parameter: 'mode'.", "unknown_parameter"),
        ("style", "vivid", "Unknown parameter: 'style'.", "unknown_parameter"),
        ("response_format", "url", "Unknown parameter: 'response_format'.", "unknown_parameter"),
        ("mask", "x", "Unknown parameter: 'mask'.", "unknown_parameter"),
        ("complexity", "low", "Unknown parameter: 'complexity'.", "unknown_parameter"),
        ("prompt", None, "Missing required parameter: 'prompt'.", "missing_required_parameter"),
        ("model", None, "Missing required parameter: 'model'.", "missing_required_parameter"),
        ("prompt", "", f"Invalid 'prompt': empty string. {BELOW}", "empty_string"),
        ("prompt", "a" * 32_001, f"Invalid 'prompt': string too long. {ABOVE}", "string_above_max_length"),
        ("prompt", 7, "Invalid type for 'prompt': expected a string, but got an integer instead.", "invalid_type"),
        (
            "n",
            11,
            "Invalid 'n': integer above maximum value. Expected a value <= 10, but got 11 instead.",
            "integer_above_max_value",
        ),
        (
            "n",
            0,
            "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
            "integer_below_min_value",
        ),
        ("n", True, "Invalid type for 'n': expected an integer, but got a boolean instead.", "invalid_type"),
        (
            "quality",
            "hd",
            "Invalid value: 'hd'. Supported values are: 'low', 'medium', 'high', and 'auto'.",
            "invalid_value",
        ),
        (
            "background",
            "transparent",
            "Invalid value: 'transparent'. Supported values are: 'opaque' and 'auto'.",
            "invalid_value",
        ),
        ("moderation", "off", "Invalid value: 'off'. Supported values are: 'low' and 'auto'.", "invalid_value"),
        (
            "output_format",
            "gif",
            "Invalid value: 'gif'. Supported values are: 'png', 'jpeg', and 'webp'.",
            "invalid_value",
        ),
    ],
)
def test_what_is_wrong_is_refused(server: ImagesServer, field: str, value: object, message: str, code: str) -> None:
    reply = post(server, asked(**{field: value}))
    assert reply.status == 400
    assert reply.json == {"error": {"message": message, "type": INVALID, "param": field, "code": code}}


@pytest.mark.parametrize(
    ("size", "why"),
    [
        ("1320x2868", "Width and height must both be divisible by 16."),
        ("vertical_3_1", "Expected WIDTHxHEIGHT, for example '1824x1024'."),
    ],
)
def test_a_bad_size_is_the_users_error(server: ImagesServer, size: str, why: str) -> None:
    reply = post(server, asked(size=size))
    assert reply.status == 400
    assert reply.error == {
        "message": f"Invalid size '{size}'. {why}", "type": PICTURE, "param": "size", "code": "invalid_value",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("model", "size"),
    [
        ("gpt-image-2", "3856x2048"),
        ("gpt-image-2", "3200x1024"),
        ("gpt-image-2", "640x1008"),
        ("gpt-image-2", "3072x2704"),
        ("gpt-image-2", "0x1024"),
        ("gpt-image-1.5", "1328x2880"),
        ("gpt-image-1-mini", "1008x1024"),
    ],
)
def test_sizes_out_of_bounds_are_refused(server: ImagesServer, model: str, size: str) -> None:
    reply = post(server, asked(model=model, size=size))
    assert (reply.status, reply.error["type"], reply.error["param"]) == (400, PICTURE, "size")


@pytest.mark.parametrize(
    ("model", "size"),
    [
        ("gpt-image-2", "1328x2880"),
        ("gpt-image-2", "2064x2752"),
        ("gpt-image-2.6-flare", "640x1024"),
        ("gpt-image-2-2026-04-21", "3840x2160"),
        ("gpt-image-1.5", "1024x1536"),
    ],
)
def test_legal_sizes_are_painted(server: ImagesServer, model: str, size: str) -> None:
    reply = post(server, asked(model=model, size=size))
    picture = reply.picture()
    assert f"{picture.width}x{picture.height}" == size == reply.json["size"]
    assert (picture.format, picture.mode) == ("PNG", "RGB")


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "gpt-image-2.5-flare", "quality": "max"},
        {"model": "gpt-image-2.6-flare", "complexity": "high"},
        {"size": None, "quality": None},
        {"size": "auto", "quality": "auto", "n": None, "moderation": "low", "background": "opaque"},
        {"prompt": "a" * 32_000},
        {"output_format": "jpeg", "output_compression": 40},
        {"output_format": "webp"},
    ],
)
def test_what_is_right_is_painted(server: ImagesServer, changes: dict[str, object]) -> None:
    reply = post(server, asked(**changes))
    assert reply.status == 200, reply.body
    assert reply.picture().format == str(changes.get("output_format", "png")).upper()


def test_the_answer_says_what_was_painted_and_what_it_cost(server: ImagesServer) -> None:
    reply = post(server, asked(n=3, quality="high", prompt="A fern."))
    assert len(reply.json["data"]) == 3
    assert reply.json["usage"] == {
        "total_tokens": 2 + 3 * 7024,
        "input_tokens": 2,
        "output_tokens": 3 * 7024,
        "input_tokens_details": {"text_tokens": 2, "image_tokens": 0},
    }
    assert {reply.json[k] for k in ("quality", "size", "output_format", "background")} == {
        "high", "1024x1024", "png", "opaque",
    }  # fmt: skip
    assert len({reply.picture(i).tobytes() for i in range(3)}) > 1


def test_a_bare_answer_has_nothing_optional() -> None:
    with running(Settings(bare=True, words=False)) as server:
        assert set(post(server, asked()).json) == {"created", "data"}


@pytest.mark.parametrize(("size", "tokens"), [((1024, 1024), (196, 1756, 7024)), ((1024, 1536), (158, 1372, 5488))])
def test_tokens_are_those_of_the_published_table(size: tuple[int, int], tokens: tuple[int, int, int]) -> None:
    assert tuple(output_tokens(size, quality) for quality in ("low", "medium", "high")) == tokens


def test_the_key_is_checked_and_not_shown(server: ImagesServer) -> None:
    without = post(server, asked(), key=None)
    assert (without.status, without.error["code"]) == (401, None)
    wrong = "sk-proj-abcdefghijklmnop"
    reply = post(server, asked(), key=wrong)
    assert (reply.status, reply.error["code"], reply.error["type"]) == (401, "invalid_api_key", INVALID)
    assert reply.error["message"] == (
        "Incorrect API key provided: sk-proj-************mnop. You can find your API key at "
        "https://platform.openai.com/account/api-keys."
    )
    assert wrong.encode() not in reply.body
    assert post(server, asked(), key=TEST_KEY).status == 200


def test_paths_methods_and_content_types_are_checked(server: ImagesServer) -> None:
    assert post(server, asked(), "/v1/images").error["message"] == "Invalid URL (POST /v1/images)"
    assert post(server, b"", method="GET").status == 405
    assert fetch(server, "/files/7-0.png").status == 404
    text = post(server, asked(), content_type="text/plain")
    assert (text.status, text.error["code"]) == (400, "unsupported_content_type")
    for body in (b"{", b"[]", b"\xff"):
        assert "could not parse the JSON body" in post(server, body).error["message"]


@pytest.mark.parametrize("model", ["gpt-image-1", "dall-e-3"])
def test_retired_models_are_gone(server: ImagesServer, model: str) -> None:
    reply = post(server, asked(model=model))
    assert (reply.status, reply.error["code"]) == (404, "model_not_found")


def test_references_come_by_form(server: ImagesServer) -> None:
    body, kind = form(
        ("model", None, b"gpt-image-2"),
        ("prompt", None, "Ein Farn äöü".encode()),
        ("size", None, b"1024x1536"),
        ("n", None, b"2"),
        ("image[]", "a.png", png()),
        ("image[]", "b.jpg", png(file_format="JPEG")),
        ("image[]", "c.webp", png(file_format="WEBP")),
        ("mask", "mask.png", png(mode="RGBA")),
    )
    reply = post(server, body, EDITS, content_type=kind)
    assert reply.status == 200, reply.body
    assert len(reply.json["data"]) == 2
    assert reply.json["usage"]["input_tokens_details"]["image_tokens"] > 0


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], "missing_required_parameter"),
        ([("image[]", "a.png", b"no picture")], "invalid_image_file"),
        ([("image[]", "a.gif", png(file_format="GIF"))], "invalid_image_file"),
        ([("image", None, b"text")], "invalid_type"),
        ([("image[]", "a.png", png())] * 17, "array_above_max_length"),
        ([("image", "a.png", png()), ("mask", "m.png", png())], "invalid_image_file"),
        ([("image", "a.png", png()), ("mask", "m.png", png((32, 32), "RGBA"))], "invalid_image_file"),
        ([("image", "a.png", png()), ("input_fidelity", None, b"high")], "unknown_parameter"),
        ([("image", "a.png", png()), ("n", None, b"two")], "invalid_type"),
        ([("image", "a.png", png()), ("strange", "a.png", png())], "unknown_parameter"),
    ],
)
def test_forms_are_checked(server: ImagesServer, parts: list[tuple[str, str | None, bytes]], code: str) -> None:
    body, kind = form(("model", None, b"gpt-image-2"), ("prompt", None, b"A fern."), *parts)
    reply = post(server, body, EDITS, content_type=kind)
    assert (reply.status, reply.error["code"]) == (400, code)


@pytest.mark.parametrize("body", [b"", b"--x\r\n\r\n", b"--x\r\nno head\r\n--x--", b"--x\r\nA: b\r\n\r\n\r\n--x--"])
def test_broken_forms_are_refused(server: ImagesServer, body: bytes) -> None:
    reply = post(server, body, EDITS, content_type="multipart/form-data; boundary=x")
    assert reply.status == 400
    assert "multipart form" in reply.error["message"]


def _uri(data: bytes) -> dict[str, str]:
    return {"image_url": "data:image/png;base64," + base64.b64encode(data).decode()}


def test_references_come_by_json(server: ImagesServer) -> None:
    fields = asked(images=[_uri(png()), _uri(png())], mask=_uri(png(mode="RGBA")))
    assert post(server, fields, EDITS).status == 200
    # A generation has no references: there the same field is unknown.
    assert post(server, fields, GENERATIONS).error["code"] == "unknown_parameter"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({}, 400, "missing_required_parameter"),
        ({"image": "x"}, 400, "unknown_parameter"),
        ({"images": "x"}, 400, "invalid_type"),
        ({"images": ["x"]}, 400, "invalid_type"),
        ({"images": [{}]}, 400, "missing_required_parameter"),
        ({"images": [{"url": "x"}]}, 400, "unknown_parameter"),
        ({"images": [{"image_url": "http://127.0.0.1:1/a.png"}]}, 400, "invalid_image_url"),
        ({"images": [{"image_url": "data:image/png;base64,*"}]}, 400, "invalid_base64"),
        ({"images": [_uri(b"no picture")]}, 400, "invalid_image_file"),
        ({"images": [{"file_id": "file-1"}]}, 404, "not_found"),
    ],
)
def test_json_references_are_checked(server: ImagesServer, changes: dict[str, object], status: int, code: str) -> None:
    reply = post(server, asked(**changes), EDITS)
    assert (reply.status, reply.error["code"]) == (status, code)


@pytest.mark.parametrize(
    ("size", "pixels"),
    [("vertical_3_1", (832, 2512)), ("square_1_1", (1456, 1456)), ("1320x2868", (1320, 2868)), ("auto", (1024, 1024))],
)
def test_a_gateway_takes_modes_and_names_of_sizes(gateway: ImagesServer, size: str, pixels: tuple[int, int]) -> None:
    reply = post(gateway, asked(size=size, mode="thinking", quality="hd"))
    assert reply.status == 200, reply.body
    assert reply.picture().size == pixels
    assert reply.json["quality"] == "hd"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mode": None}, "missing_required_parameter"),
        ({"mode": "slow"}, "invalid_value"),
        ({"quality": "low"}, "invalid_value"),
        ({"size": "vertical_9_1"}, "invalid_value"),
        ({"size": "5000x100"}, "invalid_value"),
        ({"stream": True}, "unknown_parameter"),
    ],
)
def test_a_gateway_refuses_what_it_does_not_know(gateway: ImagesServer, changes: dict[str, object], code: str) -> None:
    reply = post(gateway, asked(**{"mode": "instant", "quality": "standard", **changes}))
    assert (reply.status, reply.error["code"]) == (400, code)


def test_a_gateway_hands_pictures_over_in_several_ways() -> None:
    with running(Settings(dialect="gateway", answer="mixed", words=False)) as server:
        seen = set()
        for number in range(30):
            prompt = f"Fern {number}"
            item = post(server, asked(prompt=prompt, quality="hd")).json["data"][0]
            repeated = post(server, asked(prompt=prompt, quality="hd")).json["data"][0]
            if "url" in item:
                seen.add("url")
                assert item["url"].startswith(f"{server.url}/files/")
                file = fetch(server, item["url"])
                assert file.headers["content-type"] == "image/png"
                data = file.body
            else:
                assert repeated == item
                head, comma, text = item["b64_json"].rpartition(",")
                seen.add("data-uri" if comma else "b64_json")
                assert head == ("data:image/png;base64" if comma else "")
                data = base64.b64decode(text, validate=True)
            assert opened(data).size == (1024, 1024)
        assert seen == {"url", "data-uri", "b64_json"}


@given(
    st.lists(
        st.tuples(
            st.text("abcxyz[]", min_size=1), st.sampled_from([None, "a.png", "b c.webp"]), st.binary(max_size=200)
        ),
        max_size=5,
    )
)
def test_any_form_reads_back(parts: list[tuple[str, str | None, bytes]]) -> None:
    body, kind = form(*parts, boundary="7d1f0c-a-fence-that-no-data-holds")
    assert [(part.name, part.filename, part.data) for part in read_form(body, kind)] == parts
