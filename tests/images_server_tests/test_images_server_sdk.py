"""OpenAI's own client works with the server: it is not fitted to ours."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import openai
import pytest
from images_server import TEST_KEY, ImagesServer, Settings, running
from plain_client import opened, png


def connect(server: ImagesServer, **options: object) -> openai.OpenAI:
    known = {"api_key": TEST_KEY, "base_url": f"{server.url}/v1", "max_retries": 0, "timeout": 10.0}
    return openai.OpenAI(**{**known, **options})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def client(server: ImagesServer) -> Iterator[openai.OpenAI]:
    with connect(server) as opened_client:
        yield opened_client


def test_generate(client: openai.OpenAI) -> None:
    answer = client.images.generate(model="gpt-image-2", prompt="A fern.", size="1328x2880", quality="medium", n=2)
    assert answer.data is not None
    assert answer.usage is not None
    assert answer.usage.output_tokens == 2 * 1538
    for item in answer.data:
        assert item.b64_json is not None
        assert opened(base64.b64decode(item.b64_json)).size == (1328, 2880)


def test_edit_with_files(client: openai.OpenAI) -> None:
    one = client.images.edit(model="gpt-image-2", prompt="A fern.", image=("a.png", png()), size="1024x1024")
    several = client.images.edit(
        model="gpt-image-2",
        prompt="A fern.",
        image=[("a.png", png()), io.BytesIO(png(file_format="WEBP"))],
        mask=("mask.png", png(mode="RGBA")),
        size="1024x1024",
        n=2,
    )
    assert one.usage is not None
    assert several.usage is not None
    assert several.usage.input_tokens_details.image_tokens == 2 * one.usage.input_tokens_details.image_tokens
    assert len(several.data or ()) == 2


def test_streams(client: openai.OpenAI) -> None:
    with client.images.generate(
        model="gpt-image-2", prompt="A fern.", size="1024x1024", stream=True, partial_images=2
    ) as stream:
        events = list(stream)
    assert [event.type for event in events] == [
        "image_generation.partial_image", "image_generation.partial_image", "image_generation.completed",
    ]  # fmt: skip
    assert all(opened(base64.b64decode(event.b64_json)).size == (1024, 1024) for event in events)
    last = events[-1]
    assert last.type == "image_generation.completed"
    assert last.usage.output_tokens == 1756


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("rate-seconds", openai.RateLimitError, "rate_limit_exceeded"),
        ("insufficient-quota", openai.RateLimitError, "insufficient_quota"),
        ("moderation", openai.BadRequestError, "moderation_blocked"),
        ("billing-hard-limit", openai.BadRequestError, "billing_hard_limit_reached"),
        ("bad-key", openai.AuthenticationError, "invalid_api_key"),
        ("unverified-org", openai.PermissionDeniedError, None),
        ("http-409", openai.ConflictError, None),
        ("http-500", openai.InternalServerError, "server_error"),
        ("html-502", openai.InternalServerError, None),
    ],
)
def test_faults_are_the_errors_that_the_sdk_knows(
    client: openai.OpenAI, fault: str, error: type[openai.APIStatusError], code: str | None
) -> None:
    with pytest.raises(error) as caught:
        client.images.generate(model="gpt-image-2", prompt="A fern.", extra_headers={"x-test-fault": fault})
    assert caught.value.code == code
    assert (caught.value.request_id or "").startswith("req_")


def test_wrong_requests_are_the_errors_that_the_sdk_knows(server: ImagesServer, client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.generate(model="gpt-image-2", prompt="A fern.", size="1320x2868")
    assert (caught.value.type, caught.value.param) == ("image_generation_user_error", "size")
    with pytest.raises(openai.BadRequestError, match="Unknown parameter: 'mode'"):
        client.images.generate(model="gpt-image-2", prompt="A fern.", extra_body={"mode": "instant"})
    with connect(server, api_key="sk-wrong") as stranger, pytest.raises(openai.AuthenticationError):
        stranger.images.generate(model="gpt-image-2", prompt="A fern.")


@pytest.mark.parametrize("fault", ["rate-ms", "rate-seconds", "http-500", "http-409", "reset-after-body"])
def test_the_sdk_tries_again(fault: str) -> None:
    with (
        running(Settings(script=(fault, "ok"), wait=0.02, words=False)) as server,
        connect(server, max_retries=1) as client,
    ):
        assert client.images.generate(model="gpt-image-2", prompt="A fern.").data
        assert [entry.fault for entry in server.requests] == [fault, "ok"]
        # A reset after the request was sent is what costs twice.
        assert server.billed == (2 if fault == "reset-after-body" else 1)


def test_a_hang_is_a_timeout(server: ImagesServer) -> None:
    with connect(server, timeout=0.2) as client, pytest.raises(openai.APITimeoutError):
        client.images.generate(model="gpt-image-2", prompt="A fern.", extra_headers={"x-test-fault": "hang"})


def test_the_gateway_is_reached_with_extra_fields(gateway: ImagesServer) -> None:
    with connect(gateway) as client:
        answer = client.images.generate(
            model="gpt-image-2",
            prompt="A fern.",
            size="vertical_3_1",
            quality="hd",
            extra_body={"mode": "thinking"},
            extra_headers={"x-test-fault": "answer-url"},
        )
    assert answer.data is not None
    assert (answer.data[0].url or "").startswith(gateway.url)
