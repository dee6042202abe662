"""Files and batches of the contract-test server, as OpenAI's own client uses them."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from images_server import TEST_KEY, ImagesServer, Settings, running
from plain_client import opened, png


def connect(server: ImagesServer) -> openai.OpenAI:
    return openai.OpenAI(api_key=TEST_KEY, base_url=f"{server.url}/v1", max_retries=0, timeout=10.0)


@pytest.fixture
def server() -> Iterator[ImagesServer]:
    with running(Settings(words=False)) as started:
        yield started


def line(number: int, endpoint: str = "/v1/images/generations", **more: Any) -> dict[str, Any]:
    body = {"model": "gpt-image-2", "prompt": f"Fern {number}.", "size": "1024x1024", "quality": "low", **more}
    return {"custom_id": f"n{number}", "method": "POST", "url": endpoint, "body": body}


def start(client: openai.OpenAI, lines: list[Any], endpoint: Any = "/v1/images/generations", **more: Any) -> Any:
    data = "".join(json.dumps(one) + "\n" for one in lines).encode()
    file = client.files.create(file=("a.jsonl", io.BytesIO(data)), purpose="batch")
    assert (file.bytes, file.purpose, file.filename) == (len(data), "batch", "a.jsonl")
    return client.batches.create(completion_window="24h", endpoint=endpoint, input_file_id=file.id, **more)


def answers(client: openai.OpenAI, file: str | None) -> dict[str, Any]:
    assert file is not None
    lines = client.files.content(file).text.splitlines()
    return {one["custom_id"]: one for one in map(json.loads, lines)}


def test_from_lines_to_pictures(server: ImagesServer) -> None:
    with connect(server) as client:
        made = start(client, [line(n) for n in range(8)], metadata={"who": "me"})
        done = client.batches.retrieve(made.id)
        assert (done.status, done.metadata, done.endpoint) == ("completed", {"who": "me"}, "/v1/images/generations")
        assert done.request_counts is not None
        assert (done.request_counts.total, done.request_counts.completed, done.request_counts.failed) == (8, 8, 0)
        got = answers(client, done.output_file_id)
        assert list(got) != sorted(got)
        assert sorted(got) == [f"n{n}" for n in range(8)]
        for one in got.values():
            assert (one["error"], one["response"]["status_code"]) == (None, 200)
            body = one["response"]["body"]
            assert opened(base64.b64decode(body["data"][0]["b64_json"])).size == (1024, 1024)
            assert body["usage"]["output_tokens"] == 196
        assert done.error_file_id is None
        assert server.billed == 8
        assert server.requests == []


def test_the_states_in_their_order() -> None:
    with running(Settings(words=False, batch_delay=0.8)) as server, connect(server) as client:
        made = start(client, [line(1)])
        seen = [made.status]
        while seen[-1] != "completed":
            status = client.batches.retrieve(made.id).status
            if status != seen[-1]:
                seen.append(status)
            time.sleep(0.02)
        assert seen == ["validating", "in_progress", "finalizing", "completed"]


def test_edits(server: ImagesServer) -> None:
    image = {"image_url": "data:image/png;base64," + base64.b64encode(png()).decode()}
    with connect(server) as client:
        made = start(client, [line(1, "/v1/images/edits", images=[image])], "/v1/images/edits")
        got = answers(client, client.batches.retrieve(made.id).output_file_id)
        assert got["n1"]["response"]["body"]["usage"]["input_tokens_details"]["image_tokens"] == 1024


def test_what_is_refused_alone_is_refused_in_a_batch(server: ImagesServer) -> None:
    with connect(server) as client:
        made = start(client, [line(1, size="1320x2868"), line(2), line(3, mode="instant")])
        done = client.batches.retrieve(made.id)
        assert sorted(answers(client, done.output_file_id)) == ["n2"]
        wrong = answers(client, done.error_file_id)
        assert {one["response"]["status_code"] for one in wrong.values()} == {400}
        assert wrong["n3"]["response"]["body"]["error"]["code"] == "unknown_parameter"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([line(1), line(1)], "duplicate_custom_id"),
        ([line(1, "/v1/images/edits")], "invalid_json_line"),
        (["no request"], "invalid_json_line"),
        ([], "empty_file"),
    ],
)
def test_files_that_are_no_batches(server: ImagesServer, lines: list[Any], code: str) -> None:
    with connect(server) as client:
        made = start(client, lines)
        failed = client.batches.retrieve(made.id)
        assert failed.status == "failed"
        assert failed.errors is not None
        assert failed.errors.data is not None
        assert failed.errors.data[0].code == code
    assert server.billed == 0


def test_listing_in_pages(server: ImagesServer) -> None:
    with connect(server) as client:
        made = [start(client, [line(1)]).id for _ in range(5)]
        assert [batch.id for batch in client.batches.list(limit=2)] == made[::-1]
        assert len(client.batches.list(limit=2).data) == 2
        with pytest.raises(openai.BadRequestError):
            client.batches.list(limit=101)


def test_cancelling() -> None:
    with running(Settings(words=False, batch_delay=60)) as server, connect(server) as client:
        made = start(client, [line(n) for n in range(4)])
        assert client.batches.cancel(made.id).status == "cancelling"
        done = client.batches.retrieve(made.id)
        assert done.status == "cancelled"
        codes = {one["error"]["code"] for one in answers(client, done.error_file_id).values()}
        assert codes == {"batch_cancelled"}
        with pytest.raises(openai.ConflictError):
            client.batches.cancel(made.id)


def test_expiring_with_some_done() -> None:
    with running(Settings(words=False, batch_end="expired", batch_done=0.25)) as server, connect(server) as client:
        done = client.batches.retrieve(start(client, [line(n) for n in range(8)]).id)
        assert done.status == "expired"
        assert len(answers(client, done.output_file_id)) == 2
        assert len(answers(client, done.error_file_id)) == 6
        assert server.billed == 2


def test_a_share_of_failing_lines_is_the_same_each_time() -> None:
    def failing() -> list[str]:
        with running(Settings(words=False, batch_failing=0.3, seed=4)) as server, connect(server) as client:
            done = client.batches.retrieve(start(client, [line(n) for n in range(30)]).id)
            return sorted(answers(client, done.error_file_id))

    first = failing()
    assert 3 <= len(first) <= 18
    assert failing() == first


def test_wrong_requests_are_the_errors_that_the_sdk_knows(server: ImagesServer) -> None:
    with connect(server) as client:
        with pytest.raises(openai.NotFoundError):
            client.batches.retrieve("batch_no")
        with pytest.raises(openai.NotFoundError):
            client.files.content("file-no")
        with pytest.raises(openai.BadRequestError, match="Invalid input file"):
            client.batches.create(completion_window="24h", endpoint="/v1/images/edits", input_file_id="file-no")
        with pytest.raises(openai.BadRequestError, match=r"Must be \.jsonl"):
            client.files.create(file=("a.txt", io.BytesIO(b"x")), purpose="batch")
        file = client.files.create(file=("a.jsonl", io.BytesIO(b"x")), purpose="batch")
        with pytest.raises(openai.BadRequestError, match="Supported values are: '24h'"):
            client.batches.create(completion_window="1h", endpoint="/v1/images/edits", input_file_id=file.id)  # type: ignore[arg-type]
        assert client.files.retrieve(file.id).id == file.id
        assert [listed.id for listed in client.files.list(purpose="batch")] == [file.id]
        assert client.files.delete(file.id).deleted
        with pytest.raises(openai.NotFoundError):
            client.files.retrieve(file.id)
        with openai.OpenAI(api_key="sk-no", base_url=f"{server.url}/v1", max_retries=0) as stranger:
            with pytest.raises(openai.AuthenticationError):
                stranger.batches.list()
            with pytest.raises(openai.AuthenticationError):
                stranger.files.list()


def test_from_some_byte_on(server: ImagesServer) -> None:
    with connect(server) as client:
        done = client.batches.retrieve(start(client, [line(n) for n in range(3)]).id)
        whole = client.files.content(done.output_file_id or "").content
        for begin in (1, len(whole) // 2, len(whole) - 1):
            part = client.files.with_raw_response.content(
                done.output_file_id or "", extra_headers={"range": f"bytes={begin}-"}
            )
            assert (part.http_response.status_code, part.content) == (206, whole[begin:])
