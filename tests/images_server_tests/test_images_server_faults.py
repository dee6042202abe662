"""Every fault does what its name says, when it was asked for, and the same in every run."""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import time
from email.utils import parsedate_to_datetime

import pytest
from images_server import ALL, USUAL, ImagesServer, Settings, running, spread
from images_server.errors import ApiError
from images_server.faults import (
    ANSWERS,
    CONNECTION,
    ERRORS,
    GATEWAY,
    HANDOVERS,
    ODD,
    PICTURES,
    STOPPERS,
    FaultPlan,
)  # fmt: skip
from plain_client import PROMPT, Reply, asked, fetch, post


def fault(server: ImagesServer, name: str, **changes: object) -> Reply:
    return post(server, asked(**changes), x_test_fault=name)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("http-408", 408, None),
        ("http-409", 409, None),
        ("http-500", 500, "server_error"),
        ("http-503", 503, "server_error"),
        ("error-200", 200, 502),
        ("moderation", 400, "moderation_blocked"),
        ("rate-seconds", 429, "rate_limit_exceeded"),
        ("rate-ms", 429, "rate_limit_exceeded"),
        ("rate-date", 429, "rate_limit_exceeded"),
        ("rate-bare", 429, "rate_limit_exceeded"),
        ("bad-key", 401, "invalid_api_key"),
        ("unverified-org", 403, None),
        ("insufficient-quota", 429, "insufficient_quota"),
        ("billing-hard-limit", 400, "billing_hard_limit_reached"),
    ],
)
def test_errors(server: ImagesServer, name: str, status: int, code: str | int | None) -> None:
    billed = server.billed
    reply = fault(server, name)
    assert (reply.status, reply.error["code"]) == (status, code)
    assert set(reply.error) - {"moderation_details"} == {"message", "type", "param", "code"}
    assert server.billed == billed
    assert server.requests[-1].fault == name


def test_a_proxys_error_is_no_json(server: ImagesServer) -> None:
    reply = fault(server, "html-502")
    assert (reply.status, reply.headers["content-type"]) == (502, "text/html; charset=UTF-8")
    with pytest.raises(json.JSONDecodeError):
        _ = reply.json


def test_moderation_says_at_which_stage(server: ImagesServer) -> None:
    reply = fault(server, "moderation")
    assert reply.error["moderation_details"] == {"moderation_stage": "input", "categories": ["violence"]}
    assert reply.error["type"] == "image_generation_user_error"
    assert reply.headers["x-request-id"] in reply.error["message"]


def test_retry_after_comes_in_all_forms() -> None:
    with running(Settings(wait=1.2, words=False)) as server:
        seconds, ms, date, bare = (fault(server, f"rate-{form}") for form in ("seconds", "ms", "date", "bare"))
    assert seconds.headers["retry-after"] == "2"
    assert (ms.headers["retry-after-ms"], ms.headers.get("retry-after")) == ("1200", None)
    assert 0 < parsedate_to_datetime(date.headers["retry-after"]).timestamp() - time.time() < 3
    assert not {"retry-after", "retry-after-ms"} & bare.headers.keys()
    assert all("Please try again in 1.2s." in reply.error["message"] for reply in (seconds, ms, date, bare))


@pytest.mark.parametrize("name", ["reset-before-body", "reset-after-body"])
@pytest.mark.parametrize("listed", [False, True])
def test_resets_break_the_connection(server: ImagesServer, name: str, *, listed: bool) -> None:
    billed = server.billed
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected, BrokenPipeError)):
        fault(server, f"{name},{name}" if listed else name, prompt="Large. " * 4000)
    entry = server.requests[-1]
    assert (entry.fault, entry.status) == (name, None)
    # What was not read cannot have been billed, what was read may have been.
    assert server.billed - billed == (name == "reset-after-body")


def test_a_reset_in_the_middle_leaves_half_an_answer(server: ImagesServer) -> None:
    billed = server.billed
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        fault(server, "reset-mid-answer")
    assert server.billed == billed + 1


def test_a_hang_outlasts_the_client(server: ImagesServer) -> None:
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        post(server, asked(), timeout=0.2, x_test_fault="hang")
    assert time.monotonic() - begun < 2
    entry = server.requests[-1]
    assert (entry.fault, entry.status, entry.billed) == ("hang", None, 1)


def test_a_hang_ends_with_a_reset() -> None:
    with running(Settings(hang=0.1)) as server, pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        fault(server, "hang")


def test_a_slow_answer_is_whole_and_keeps_idle_timeouts_from_firing() -> None:
    with running(Settings(drip=1.0, words=False)) as server:
        begun = time.monotonic()
        # Twenty blanks in a second: half a second of silence never happen.
        reply = post(server, asked(), timeout=0.5, x_test_fault="slow-drip")
        assert time.monotonic() - begun >= 1.0
    assert reply.body.startswith(b" " * 20)
    assert reply.picture().size == (1024, 1024)


def test_a_connection_said_to_stay_may_be_gone(server: ImagesServer) -> None:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)
    headers = {"content-type": "application/json", "authorization": f"Bearer {server.settings.key}"}
    try:
        body = json.dumps(asked())
        connection.request("POST", "/v1/images/generations", body, headers | {"x-test-fault": "stale-connection"})
        with connection.getresponse() as response:
            assert response.headers["connection"] == "keep-alive"
            response.read()
        # The end of the connection is already there, unannounced.
        assert connection.sock.recv(1) == b""
    finally:
        connection.close()


def test_pictures_that_are_not_what_was_asked_for(server: ImagesServer) -> None:
    size = {"size": "1328x2880"}
    assert fault(server, "wrong-size", **size).picture().size == (1024, 1024)
    assert fault(server, "wrong-size").picture().size == (1536, 1024)
    near = fault(server, "near-size", **size)
    assert near.picture().size == (992, 2160)
    assert near.json["size"] == "1328x2880"
    alpha = fault(server, "alpha").picture()
    assert (alpha.mode, alpha.getchannel("A").getextrema()) == ("RGBA", (0, 255))
    assert fault(server, "wrong-format").picture().format == "JPEG"


def test_a_misspelt_headline_is_another_picture() -> None:
    with running() as server:
        right = fault(server, "ok", prompt=PROMPT, size="640x1024").picture()
        wrong = fault(server, "misspelt", prompt=PROMPT, size="640x1024").picture()
    # The headline stands in the upper quarter; all else is the same.
    assert right.crop((0, 0, 640, 256)).tobytes() != wrong.crop((0, 0, 640, 256)).tobytes()
    assert right.crop((0, 256, 640, 1024)).tobytes() == wrong.crop((0, 256, 640, 1024)).tobytes()


def test_answers_that_lack_something(server: ImagesServer, gateway: ImagesServer) -> None:
    cut = fault(server, "truncated-base64").json["data"][0]["b64_json"]
    with pytest.raises(binascii.Error):
        base64.b64decode(cut, validate=True)
    assert len(fault(server, "missing-item", n=3).json["data"]) == 2
    assert fault(server, "empty-data", n=3).json["data"] == []
    gone = post(gateway, asked(mode="instant", quality="hd"), x_test_fault="url-gone").json["data"][0]["url"]
    assert fetch(gateway, gone).status == 404


def test_every_fault_can_be_asked_for(server: ImagesServer) -> None:
    """The table above may forget one: whatever its name, a fault is logged under it."""
    assert ALL == ERRORS | STOPPERS | CONNECTION | PICTURES | ANSWERS | HANDOVERS | ODD
    for name in sorted(ALL - {"hang", "slow-drip"}):
        try:
            fault(server, name)
        except (http.client.HTTPException, ConnectionError):
            assert name in CONNECTION
        assert server.requests[-1].fault == name


@pytest.mark.parametrize("name", sorted(ODD))
def test_what_a_rough_server_answers_is_paid_for(server: ImagesServer, name: str) -> None:
    before = server.billed
    reply = fault(server, name)
    assert server.billed == before + 1
    assert reply.status == GATEWAY.get(name, 200)


def test_an_unknown_fault_is_told() -> None:
    with running(Settings(words=False)) as server:
        assert fault(server, "typo").error["code"] == "unknown_test_fault"
    with pytest.raises(ValueError, match="typo"):
        FaultPlan(1, {"typo": 0.1})
    with pytest.raises(ValueError, match="between 0 and 1"):
        FaultPlan(1, {"http-500": 0.7, "http-503": 0.7})


def test_faults_stand_in_prompts_and_follow_the_attempts(server: ImagesServer) -> None:
    body = asked(prompt="A fern. x-test-fault: http-500,rate-ms,ok")
    assert [post(server, body).status for _ in range(4)] == [500, 429, 200, 200]
    assert [entry.attempt for entry in server.requests[-4:]] == [1, 2, 3, 4]


def test_a_wrong_request_is_no_attempt(server: ImagesServer) -> None:
    prompt = "x-test-fault=http-500,ok (a wrong request first)"
    assert post(server, asked(prompt=prompt, n=99)).status == 400
    assert post(server, asked(prompt=prompt)).status == 500
    assert post(server, asked(prompt=prompt)).status == 200


def test_a_script_goes_by_the_number_of_the_request() -> None:
    with running(Settings(script=("ok", "reset-before-body", "http-503"), words=False)) as server:
        assert post(server, asked()).status == 200
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            post(server, asked())
        assert [post(server, asked()).status for _ in range(2)] == [503, 200]


def _drawn(seed: int, rates: dict[str, float], *, prompts: int = 2000) -> list[str]:
    plan = FaultPlan(seed, rates)
    return [plan.fault(number, {}, "", str(number % prompts))[0] for number in range(2000)]


def test_rates_are_kept_and_repeat_with_their_seed() -> None:
    drawn = _drawn(7, spread(0.2))
    assert drawn == _drawn(7, spread(0.2))
    assert drawn != _drawn(8, spread(0.2))
    assert 0.16 < sum(name != "ok" for name in drawn) / 2000 < 0.24
    assert set(drawn) - {"ok"} == USUAL
    assert not USUAL & STOPPERS


def test_the_order_of_prompts_does_not_matter() -> None:
    """Concurrency shuffles requests; what each prompt gets at each attempt stays."""
    one, other = FaultPlan(3, spread(0.5)), FaultPlan(3, spread(0.5))
    prompts = [f"key {number}" for number in range(50)]
    first = {key: [one.fault(0, {}, "", key) for _ in range(3)] for key in prompts}
    second = {key: [] for key in prompts}
    for _ in range(3):
        for key in reversed(prompts):
            second[key].append(other.fault(0, {}, "", key))
    assert first == second


def test_moderation_is_for_good() -> None:
    plan = FaultPlan(1, {"moderation": 0.3, "http-500": 0.3})
    for number in range(100):
        names = [plan.fault(0, {}, "", f"key {number}")[0] for _ in range(4)]
        assert names.count("moderation") in {0, 4}


def test_header_before_prompt_before_script() -> None:
    plan = FaultPlan(1, {"alpha": 1.0}, script=["http-503"])
    both = {"x-test-fault": "http-500"}
    assert plan.fault(0, both, "x-test-fault: hang", "a")[0] == "http-500"
    assert plan.fault(0, {}, "x-test-fault: hang", "b")[0] == "hang"
    assert plan.fault(0, {}, "A fern.", "c")[0] == "http-503"
    assert plan.fault(1, {}, "A fern.", "d")[0] == "ok"
    with pytest.raises(ApiError):
        plan.fault(0, {"x-test-fault": "none"}, "", "e")
