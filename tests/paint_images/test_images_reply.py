"""Every row of the table of errors, and that no answer of any kind raises or lets the key out."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from locstore.paint.images import CallResult, ImagesConfig, Reply, Secret, ServerLimit, Usage, read_reply

NOW = datetime.datetime(2026, 11, 22, 10, 0, 0, tzinfo=datetime.UTC)
KEY = "sk-proj-Zm9vYmFyYmF6cXV4"
OPENAI = ImagesConfig()
GATEWAY = ImagesConfig(dialect="gateway", base_url="https://gate.example", fetch_hosts=("cdn.example",))


def painted(kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((40, 30), 90).convert("RGB").save(stream, kind)
    return stream.getvalue()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def read(status: int, answer: Any, headers: dict[str, str] | None = None, config: ImagesConfig = OPENAI) -> Reply:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return read_reply(status, headers or {}, body, config=config, key=Secret(KEY), prompt="A garden", now=NOW)


def error(message: str = "No.", **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": None, "param": None, "code": None, **fields}}


R, F, J, S, U = CallResult.RETRY, CallResult.REFUSED, CallResult.REJECTED, CallResult.STOP, CallResult.UNKNOWN


@pytest.mark.parametrize(
    ("status", "answer", "result", "code"),
    [
        (400, error(code="missing_required_parameter", param="prompt"), J, "missing_required_parameter"),
        (400, error(code="invalid_value", param="quality"), J, "invalid_value"),
        (400, error(code="unknown_parameter", param="mode"), J, "unknown_parameter"),
        (400, error(type="image_generation_user_error", param="size", code="invalid_value"), J, "invalid_value"),
        (400, error(type="image_generation_user_error", param="size"), J, "http-400"),
        (400, error(type="image_generation_user_error", code="moderation_blocked"), F, "moderation_blocked"),
        (400, error(code="content_policy_violation"), F, "content_policy_violation"),
        (400, error(code="contentFilter"), F, "contentFilter"),
        (400, error(code="odd", innererror={"code": "ResponsibleAIPolicyViolation"}), F, "odd"),
        (401, error(code="invalid_api_key"), S, "invalid_api_key"),
        (401, error(), S, "http-401"),
        (402, error(), S, "http-402"),
        (403, error("Your organization must be verified"), S, "http-403"),
        (404, error(code="model_not_found"), S, "model_not_found"),
        (404, b"Not found", S, "http-404"),
        (405, b"", S, "http-405"),
        (301, b"", S, "http-301"),
        (413, b"", J, "http-413"),
        (422, {"detail": "size"}, J, "http-422"),
        (429, error(code="rate_limit_exceeded", type="requests"), R, "rate_limit_exceeded"),
        (429, error(), R, "http-429"),
        (429, b"slow down", R, "http-429"),
        (429, error(code="insufficient_quota", type="insufficient_quota"), S, "insufficient_quota"),
        (429, error(type="insufficient_quota"), S, "http-429"),
        (400, error(code="billing_hard_limit_reached"), S, "billing_hard_limit_reached"),
        (425, b"", R, "http-425"),
        (409, error(), R, "http-409"),
        (529, error(), R, "http-529"),
        (400, error("litellm.ContentPolicyViolationError: no", code="400"), F, "400"),
        (400, error("Your request was rejected by the safety system.", code="400"), F, "400"),
        (429, error("You exceeded your current quota, please check", type="throttling_error", code="429"), S, "429"),
        (400, error("Budget has been exceeded! Current cost: 1", type="budget_exceeded", code="400"), S, "400"),
        (426, b"", S, "http-426"),
        (500, error(type="server_error"), R, "http-500"),
        (500, error(type="invalid_request_error"), R, "http-500"),
        (503, b"", R, "http-503"),
    ],
)
def test_the_table_of_errors(status: int, answer: Any, result: CallResult, code: str) -> None:
    reply = read(status, answer)
    assert (reply.result, reply.code, reply.status) == (result, code, status)
    assert reply.message
    assert reply.data is None
    assert not reply.billed


@pytest.mark.parametrize("seconds", [0.1, 60.0])
@pytest.mark.parametrize("status", [408, 499, 502, 504, 520, 522, 524, 530])
@pytest.mark.parametrize("answer", [b"", b"<html><title>Gateway</title>", error(code="rate_limit_exceeded")])
def test_what_a_gateway_answers_may_have_been_paid_for(status: int, answer: Any, seconds: float) -> None:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    reply = read_reply(status, {}, body, config=OPENAI, seconds=seconds)
    assert (reply.result, reply.billed) == (CallResult.UNKNOWN, True)


@pytest.mark.parametrize(
    ("status", "answer", "seconds", "result"),
    [
        (500, error(), 0.5, R),
        (500, error(), 8.0, U),
        (500, b"<html>", 0.5, U),
        (500, b"", 0.5, U),
        (507, {"detail": "no room"}, 0.5, R),
        (503, b"", 0.5, R),
        (503, error(), 60.0, R),
        (503, b"<html>", 60.0, U),
        (409, b"", 0.5, U),
        (409, error(), 60.0, U),
        (429, b"", 60.0, R),
        (400, error(), 60.0, J),
    ],
)
def test_only_a_quick_error_with_words_was_surely_not_paid_for(
    status: int, answer: Any, seconds: float, result: CallResult
) -> None:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    reply = read_reply(status, {}, body, config=OPENAI, seconds=seconds)
    assert (reply.result, reply.billed) == (result, result is U)


def test_the_list_of_fastapi_says_which_fields_are_wrong() -> None:
    detail = [{"loc": ["body", "size"], "msg": "Field required", "type": "missing"}, {"msg": "odd"}, 3]
    reply = read(422, {"detail": detail})
    assert (reply.result, reply.message) == (CallResult.REJECTED, "body.size: Field required; odd")


def readable() -> list[tuple[str, Any]]:
    data = painted()
    padded = b64(data)
    completed = {
        "type": "image_generation.completed",
        "b64_json": padded,
        "usage": {"input_tokens": 3, "output_tokens": 5},
    }
    partial = {"type": "image_generation.partial_image", "b64_json": b64(painted("JPEG"))}
    stream = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in (partial, completed))
    return [
        ("the file", data),
        ("base64url", {"data": [{"b64_json": base64.urlsafe_b64encode(data).decode()}]}),
        ("no padding", {"data": [{"b64_json": padded.rstrip("=")}]}),
        ("in lines", {"data": [{"b64_json": "\n".join(padded[i : i + 76] for i in range(0, len(padded), 76))}]}),
        ("an object", {"data": {"b64_json": padded}}),
        ("strings", {"data": [padded]}),
        ("images", {"images": [padded]}),
        ("images of objects", {"images": [{"base64": padded}]}),
        ("a data URI elsewhere", {"output": {"image": f"data:image/png;base64,{padded}"}}),
        ("predictions", {"predictions": [{"mimeType": "image/png", "bytesBase64Encoded": padded}]}),
        ("a stream", stream.encode()),
        ("a stream with CRLF", stream.replace("\n", "\r\n").encode()),
    ]


@pytest.mark.parametrize(("name", "answer"), readable())
def test_whatever_can_be_read_as_a_picture_is_used(name: str, answer: Any) -> None:
    reply = read(200, answer)
    assert (reply.result, reply.code) == (CallResult.DONE, "")
    with Image.open(io.BytesIO(reply.data or b"")) as came:
        assert came.size == (40, 30)
    assert reply.answer is None
    if "stream" in name:
        assert reply.usage == Usage(3, 5)


@pytest.mark.parametrize("kind", ["GIF", "AVIF", "WEBP", "JPEG"])
def test_pictures_of_other_formats_are_used(kind: str) -> None:
    assert read(200, {"data": [{"b64_json": b64(painted(kind))}]}).result is CallResult.DONE
    whole = painted(kind)
    assert read(200, whole).data == whole


@pytest.mark.parametrize("answer", [{"images": []}, {"data": [{"docs": "https://a.example/b"}]}, {"ok": True}])
def test_an_answer_without_a_picture_is_kept_and_says_its_fields(answer: Any) -> None:
    reply = read(200, answer, {"X-Odd": KEY})
    assert (reply.result, reply.code) == (CallResult.UNKNOWN, "empty-data")
    assert next(iter(answer)) in reply.message
    assert reply.answer is not None
    assert json.loads(reply.answer.body) == answer
    assert KEY not in str(reply.answer.headers)


def test_only_drafts_of_a_stream_are_no_picture() -> None:
    event = {"type": "image_generation.partial_image", "b64_json": b64(painted())}
    reply = read(200, f"data: {json.dumps(event)}\n\n".encode())
    assert (reply.result, reply.code) == (CallResult.UNKNOWN, "empty-data")


@pytest.mark.parametrize(
    "usage", [{"input_tokens": 0, "output_tokens": 0}, {"input_tokens": 9, "output_tokens": 0}, {}]
)
def test_a_bill_without_painted_tokens_is_no_bill(usage: Any) -> None:
    reply = read(200, {"data": [{"b64_json": b64(painted())}], "usage": usage})
    assert (reply.result, reply.usage) == (CallResult.DONE, None)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (error(code="rate_limit_exceeded"), R),
        (error(code=429), R),
        (error(code="503"), R),
        (error(code=401), S),
        (error(status=400), J),
        (error(code="moderation_blocked"), F),
        (error(code="insufficient_quota"), S),
        (error(type="server_error"), R),
        (error(type="invalid_request_error"), J),
        (error(code=200), U),
        (error(code=True), U),
        (error("Something"), U),
        ({"error": "Something"}, U),
        ({"error": ["Something"]}, U),
    ],
)
def test_an_error_that_came_with_200(answer: Any, result: CallResult) -> None:
    reply = read(200, answer, config=GATEWAY)
    assert reply.result is result
    assert reply.billed is (result is U)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "not-json"),
        (b"<!doctype html><title>Sign in &amp; go</title>", "not-json"),
        (b'{"data": [{"b64_json": "iVBOR', "not-json"),
        (b"[" * 100_000, "not-json"),
        (b"[]", "empty-data"),
        (b"\xff\xfe\x00", "not-json"),
        (b'{"created": ' + b"9" * 5000 + b"}", "not-json"),
        ({"created": 1}, "empty-data"),
        ({"data": None}, "empty-data"),
        ({"data": []}, "empty-data"),
        ({"data": ["x"]}, "empty-data"),
        ({"data": [{}]}, "empty-data"),
        ({"data": [{"b64_json": None, "url": ""}]}, "empty-data"),
        ({"data": [{"b64_json": b64(painted())[:-3]}]}, "bad-base64"),
        ({"data": [{"b64_json": "§§§§"}]}, "bad-base64"),
        ({"data": [{"b64_json": "data:image/png,abc"}]}, "bad-base64"),
        ({"data": [{"b64_json": b64(b"GIF89a")}]}, "bad-picture"),
        ({"data": [{"b64_json": b64(painted()[: len(painted()) // 3 * 2])}]}, "bad-picture"),
        ({"data": [{"b64_json": b64(painted("JPEG")[:-100])}]}, "bad-picture"),
        ({"data": [{"b64_json": b64(painted("WEBP")[:-10])}]}, "bad-picture"),
    ],
)
def test_a_success_without_a_picture_may_have_been_paid_for(answer: Any, code: str) -> None:
    reply = read(200, answer)
    assert (reply.result, reply.code, reply.billed, reply.data) == (CallResult.UNKNOWN, code, True, None)
    assert reply.retry_after is None


def test_the_title_of_a_page_is_shown() -> None:
    assert 'a page titled "Sign in & go"' in read(200, b"<!doctype html><title>Sign in &amp; go</title>").message
    assert 'a page titled "502 Bad Gateway"' in read(502, b"<html><title>502 Bad Gateway</title>").message


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_and_what_it_cost(kind: str) -> None:
    data = painted(kind)
    answer = {
        "created": 1,
        "data": [{"b64_json": b64(data)}],
        "usage": {
            "total_tokens": 1806,
            "input_tokens": 50,
            "output_tokens": 1756,
            "input_tokens_details": {"text_tokens": 40, "image_tokens": 10},
        },
    }
    headers = {"X-RateLimit-Remaining-Requests": "4", "X-RateLimit-Reset-Requests": "12s"}
    reply = read(200, answer, headers)
    assert (reply.result, reply.data, reply.billed) == (CallResult.DONE, data, True)
    assert reply.usage == Usage(50, 1756, 40, 10)
    assert reply.limits is not None
    assert reply.limits.requests == ServerLimit(None, 4, 12.0)


@pytest.mark.parametrize(
    "usage", [None, 3, {}, {"input_tokens": -1, "output_tokens": 2}, {"input_tokens": True, "output_tokens": 2}]
)
def test_a_usage_that_makes_no_sense_is_none(usage: Any) -> None:
    reply = read(200, {"data": [{"b64_json": b64(painted())}], "usage": usage})
    assert (reply.result, reply.usage) == (CallResult.DONE, None)


def test_base64_as_gateways_write_it() -> None:
    data = painted()
    lines = "\n".join(b64(data)[i : i + 76] for i in range(0, len(b64(data)), 76))
    for item in (
        {"b64_json": f"data:image/png;base64,{b64(data)}"},
        {"b64_json": lines},
        {"b64_json": "", "url": f"data:image/png;base64,{b64(data)}"},
    ):
        assert read(200, {"data": [item]}, config=GATEWAY).data == data
    assert read(200, {"data": [{}, {"b64_json": b64(data)}], "error": None}).data == data


@pytest.mark.parametrize(
    ("config", "url", "fetched"),
    [
        (GATEWAY, "https://gate.example/x.png?sig=1", "https://gate.example/x.png?sig=1"),
        (GATEWAY, "https://GATE.example:8443/x.png", "https://GATE.example:8443/x.png"),
        (GATEWAY, "/x.png", "https://gate.example/x.png"),
        (GATEWAY, "https://cdn.example/x.png", "https://cdn.example/x.png"),
        (ImagesConfig(base_url="http://localhost:80"), "http://localhost:9/x", "http://localhost:9/x"),
        (ImagesConfig(base_url="http://127.0.0.1:5"), "http://127.0.0.1:9/x", "http://127.0.0.1:9/x"),
        (ImagesConfig(base_url="http://nas.lan:8080"), "http://nas.lan:8080/x", "http://nas.lan:8080/x"),
        (GATEWAY, "http://gate.example/x.png", None),
        (GATEWAY, "http://cdn.example/x.png", None),
        (ImagesConfig(base_url="http://nas.lan:8080"), "http://nas.lan:81/x", None),
        (GATEWAY, "https://evil.example/x.png", None),
        (GATEWAY, "https://gate.example.evil.example/x.png", None),
        (GATEWAY, "https://gate.example@evil.example/x.png", None),
        (GATEWAY, "https://u:p@gate.example/x.png", None),
        (GATEWAY, "//evil.example/x.png", None),
        (GATEWAY, "http://localhost/x.png", None),
        (GATEWAY, "http://169.254.169.254/latest/meta-data", None),
        (GATEWAY, "file:///etc/passwd", None),
        (GATEWAY, "https://[::1", None),
        (GATEWAY, "https://gate.example:x/", None),
    ],
)
def test_where_a_picture_may_be_fetched_from(config: ImagesConfig, url: str, fetched: str | None) -> None:
    reply = read(200, {"data": [{"url": url}]}, config=config)
    assert reply.url == fetched
    assert reply.billed
    if fetched is None:
        # Every further call would be paid for and lost in the same way.
        assert (reply.result, reply.code) == (CallResult.STOP, "url-not-allowed")
    else:
        assert reply.result is CallResult.FETCH


def test_waiting_is_asked_for_in_header_or_words() -> None:
    slow = error("Rate limit reached. Please try again in 12s.", code="rate_limit_exceeded")
    assert read(429, slow).retry_after == 12
    assert read(429, slow, {"Retry-After-Ms": "850"}).retry_after == 0.85
    assert read(429, slow, {"RETRY-AFTER": "Sun, 22 Nov 2026 10:00:30 GMT"}).retry_after == 30
    assert read(503, b"", {"retry-after": "5"}).retry_after == 5
    assert read(503, b"").retry_after is None
    # What is not tried again has nothing to wait for.
    assert read(401, slow | {"error": {"code": "invalid_api_key"}}, {"retry-after": "5"}).retry_after is None


def test_moderation_says_why() -> None:
    details = {"moderation_stage": "output", "categories": ["violence", "self-harm"]}
    reply = read(400, error("Blocked.", code="moderation_blocked", moderation_details=details))
    assert reply.message == "Blocked. (stage output; categories violence, self-harm)"


def test_neither_key_nor_prompt_is_repeated() -> None:
    prompt = "Seen: " + "the quick brown fox jumps over the lazy dog"
    answer = error(f"Bad key {KEY}, prompt was {prompt}" + "x" * 500, code=KEY)
    reply = read_reply(400, {}, json.dumps(answer).encode(), config=OPENAI, key=Secret(KEY), prompt=prompt)
    assert KEY not in repr(reply)
    assert "fox" not in repr(reply)
    assert len(reply.message) <= 300


def test_the_picture_is_not_printed() -> None:
    assert "IHDR" not in repr(read(200, {"data": [{"b64_json": b64(painted())}]}))


def test_a_number_too_long_to_print_is_no_code() -> None:
    body = b'{"error": {"code": ' + b"7" * 4000 + b', "message": "m"}}'
    assert read(400, body).code == "http-400"


FIELDS = ["error", "code", "message", "type", "status", "innererror", "moderation_details", "categories"]
FIELDS += ["data", "b64_json", "url", "usage", "input_tokens", "output_tokens", "input_tokens_details"]
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just(KEY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=12,
)
HEADERS = st.dictionaries(
    st.sampled_from(["Retry-After", "retry-after-ms", "Date", "x-ratelimit-limit-tokens", "x-ratelimit-reset-images"])
    | st.text(max_size=8),
    st.text(max_size=40) | st.just(KEY) | st.dates().map(lambda d: d.strftime("%a, %d %b %Y 00:00:00 -2400")),
    max_size=4,
)


@given(st.integers(-5, 1000), HEADERS, st.binary(max_size=200) | ANY.map(lambda a: json.dumps(a).encode()))
def test_no_answer_raises(status: int, headers: dict[str, str], body: bytes) -> None:
    for config in (OPENAI, GATEWAY):
        reply = read_reply(status, headers, body, config=config, key=Secret(KEY))
        assert KEY not in repr(reply) + str(reply) + str(dataclasses.asdict(reply) | {"url": None})
        assert (reply.data is not None) == (reply.result is CallResult.DONE)
        assert (reply.url is not None) == (reply.result is CallResult.FETCH)
        assert reply.retry_after is None or reply.retry_after >= 0
        if 200 <= status < 300 and reply.result in (CallResult.DONE, CallResult.UNKNOWN):
            assert reply.billed
