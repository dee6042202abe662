"""The hosts that a worker sends its key to, or fetches pictures from: all of them must be allowed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from locstore.errors import EnvironmentProblem
from locstore.paint.images import ImagesConfig
from locstore.run.queue.paid_executor import PaidExecutor

VARIABLE = "TEST_IMAGES_KEY"


@pytest.mark.parametrize(
    ("fetch", "refused"),
    [((), None), (("cdn.example.com",), None), (("cdn.example.com", "elsewhere.example"), "elsewhere")],
)
def test_hosts_to_fetch_from_are_checked_too(
    monkeypatch: pytest.MonkeyPatch, fetch: tuple[str, ...], refused: str | None
) -> None:
    monkeypatch.setenv(VARIABLE, "sk-test")
    executor = SimpleNamespace(_hosts=("api.openai.com", "cdn.example.com"), _key_env=VARIABLE)
    opened = SimpleNamespace(spec=SimpleNamespace(images=ImagesConfig(fetch_hosts=fetch)))
    if refused is None:
        PaidExecutor._config(executor, opened)  # type: ignore[arg-type]
        return
    with pytest.raises(EnvironmentProblem, match=f"--allow-host {refused}"):
        PaidExecutor._config(executor, opened)  # type: ignore[arg-type]
