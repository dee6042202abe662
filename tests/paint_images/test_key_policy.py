"""Which key goes to which server: by the project file alone, and by what the user allows."""

from __future__ import annotations

import pytest

from locstore.paint.images import ImagesConfig, key_problem


@pytest.mark.parametrize(
    ("url", "variable", "allowed", "good"),
    [
        ("https://api.openai.com", "OPENAI_API_KEY", (), True),
        ("https://api.openai.com/v1", "OPENAI_API_KEY", (), True),
        ("https://api.openai.com", "GITHUB_TOKEN", (), False),
        ("https://api.openai.com:444", "OPENAI_API_KEY", (), False),
        ("http://api.openai.com", "OPENAI_API_KEY", (), False),
        ("https://api.openai.com.evil.example", "OPENAI_API_KEY", (), False),
        ("https://api.x.ai", "XAI_API_KEY", (), True),
        ("https://evil.example", "OPENAI_API_KEY", (), False),
        ("https://evil.example", "OPENAI_API_KEY", ("good.example",), False),
        ("https://good.example", "ANY", ("good.example",), True),
        ("https://GOOD.example", "ANY", ("Good.Example",), True),
        ("https://good.example:8443", "ANY", ("good.example",), False),
        ("https://good.example:8443", "ANY", ("good.example:8443",), True),
        ("https://good.example", "ANY", ("good.example:8443",), False),
        ("http://good.example", "ANY", ("good.example",), False),
        ("http://good.example", "ANY", ("good.example:80",), False),
        ("http://good.example", "ANY", ("https://good.example",), False),
        ("http://litellm:4000", "ANY", ("http://litellm:4000",), True),
        ("http://litellm:4001", "ANY", ("http://litellm:4000",), False),
        ("https://sub.good.example", "ANY", ("good.example",), False),
        ("http://127.0.0.1:4000", "OPENAI_API_KEY", (), True),
        ("http://localhost:4000", "OPENAI_API_KEY", (), True),
        ("http://127.0.0.1:4000", "ANY", (), False),
        ("http://127.0.0.1:4000", "ANY", ("127.0.0.1",), True),
        ("http://127.0.0.1:4000", "ANY", ("127.0.0.1:4001",), False),
        ("https://good.example", "ANY", ("good.example:x", "[", ""), False),
    ],
)
def test_who_may_have_which_key(url: str, variable: str, allowed: tuple[str, ...], good: bool) -> None:
    problem = key_problem(ImagesConfig(base_url=url), variable, allowed)
    assert (problem is None) == good
    if problem is not None:
        assert "--allow-host" in problem
