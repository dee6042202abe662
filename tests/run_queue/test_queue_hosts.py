"""The servers that a worker sends its key to, or fetches pictures from: all of them must be allowed."""

from __future__ import annotations

import zlib
from types import SimpleNamespace

import pytest

from locstore.errors import EnvironmentProblem
from locstore.paint.images import ImagesConfig
from locstore.run.queue.messages import DamagedMessage, RunSpec, pack_spec, unpack_spec
from locstore.run.queue.paid_executor import PaidExecutor

VARIABLE = "TEST_IMAGES_KEY"


def decide(monkeypatch: pytest.MonkeyPatch, config: ImagesConfig, hosts: tuple[str, ...], variable: str) -> str | None:
    """Why a worker refuses a run with this configuration, or None."""
    monkeypatch.setenv(variable, "sk-test")
    executor = SimpleNamespace(_hosts=hosts, _key_env=variable)
    opened = SimpleNamespace(spec=SimpleNamespace(images=config))
    try:
        PaidExecutor._config(executor, opened)  # type: ignore[arg-type]
    except EnvironmentProblem as problem:
        return str(problem)
    return None


@pytest.mark.parametrize(
    ("fetch", "refused"),
    [
        ((), None),
        (("cdn.example.com",), None),
        (("CDN.example.com", "ported.example", "plain.example"), None),
        (("cdn.example.com", "elsewhere.example"), "elsewhere.example"),
        (("127.0.0.1",), "127.0.0.1"),
    ],
)
def test_hosts_to_fetch_from_are_checked_too(
    monkeypatch: pytest.MonkeyPatch, fetch: tuple[str, ...], refused: str | None
) -> None:
    hosts = ("api.openai.com", "cdn.example.com", "ported.example:8443", "http://plain.example:80/")
    problem = decide(monkeypatch, ImagesConfig(fetch_hosts=fetch), hosts, VARIABLE)
    if refused is None:
        assert problem is None
    else:
        assert problem is not None
        assert f"--allow-host {refused}," in problem


@pytest.mark.parametrize(
    ("url", "hosts", "good"),
    [
        ("https://api.openai.com", ("api.openai.com",), True),
        ("https://api.openai.com:8443", ("api.openai.com",), False),
        ("http://api.openai.com", ("api.openai.com",), False),
        ("http://api.openai.com:443", ("api.openai.com",), False),
        ("https://gate.example:8443", ("gate.example:8443",), True),
        ("https://gate.example:8444", ("gate.example:8443",), False),
        ("http://gate.example:8443", ("gate.example:8443",), False),
        ("http://litellm:4000", ("http://litellm:4000",), True),
        ("https://litellm:4000", ("http://litellm:4000",), False),
        ("http://127.0.0.1:4000", ("127.0.0.1",), True),
        ("http://127.0.0.1:4000", ("api.openai.com",), False),
        ("http://localhost:4000", (), False),
    ],
)
def test_the_key_goes_to_the_very_server_that_is_allowed(
    monkeypatch: pytest.MonkeyPatch, url: str, hosts: tuple[str, ...], good: bool
) -> None:
    problem = decide(monkeypatch, ImagesConfig(base_url=url), hosts, "OPENAI_API_KEY")
    assert (problem is None) == good
    if problem is not None:
        assert "--allow-host" in problem
        assert "sk-test" not in problem


def test_a_run_cannot_send_the_key_to_another_virtual_host() -> None:
    """The validators of `ImagesConfig` hold for what comes from a queue, too."""
    good = pack_spec(RunSpec(painter="images", images=ImagesConfig(headers={"X-Team": "a"})))
    assert unpack_spec(good).images is not None
    packed = zlib.decompress(good)
    assert packed.count(b'"X-Team"') == 1
    for name in (b'"Host"', b'"host"'):
        with pytest.raises(DamagedMessage):
            unpack_spec(zlib.compress(packed.replace(b'"X-Team"', name)))
