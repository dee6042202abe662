"""The table [images]: what it takes, what it refuses, and that no key can stand in it unseen."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from locstore.paint.images import ImagesConfig

KEY = "sk-proj-Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6"


def test_the_defaults_are_those_of_openai() -> None:
    config = ImagesConfig()
    assert config.url("generations") == "https://api.openai.com/v1/images/generations"
    assert config.url("edits") == "https://api.openai.com/v1/images/edits"
    assert (config.model, config.key_env, config.max_attempts) == ("gpt-image-2", "OPENAI_API_KEY", 6)
    assert config.names is None


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://gate.example/v1", "https://gate.example/v1/images/generations"),
        ("https://gate.example/v1/", "https://gate.example/v1/images/generations"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1/images/generations"),
        ("https://gate.example/api/openai/v1", "https://gate.example/api/openai/v1/images/generations"),
    ],
)
def test_base_urls_with_and_without_v1(given: str, url: str) -> None:
    assert ImagesConfig(base_url=given).url("generations") == url


def test_azure_is_configuration() -> None:
    config = ImagesConfig(
        base_url="https://garden.openai.azure.com",
        model="my image/2",
        headers={"api-key": "{key}"},
        generations_path="/openai/deployments/{model}/images/generations?api-version=2026-02-01",
    )
    assert config.url("generations") == (
        "https://garden.openai.azure.com/openai/deployments/my%20image%2F2/images/generations?api-version=2026-02-01"
    )


@pytest.mark.parametrize(
    ("dialect", "quality", "mode", "sent"),
    [
        ("openai", "", "instant", "medium"),
        ("openai", "", "thinking", "high"),
        ("openai", "low", "thinking", "low"),
        ("gateway", "", "instant", "hd"),
        ("gateway", "", "thinking", "hd"),
        ("gateway", "standard", "thinking", "standard"),
    ],
)
def test_the_quality_that_is_sent(dialect: Any, quality: Any, mode: Any, sent: str) -> None:
    assert ImagesConfig(dialect=dialect, quality=quality).quality_for(mode) == sent


def test_a_gateway_without_names_uses_the_default_table() -> None:
    assert ImagesConfig(dialect="gateway").names == {}
    assert ImagesConfig(dialect="gateway", size_names={"tall": (1, 2)}).names == {"tall": (1, 2)}


@pytest.mark.parametrize(
    "options",
    [
        {"base_url": "ftp://a.example"},
        {"base_url": "api.openai.com"},
        {"base_url": "https://"},
        {"base_url": "https://a.example:99999"},
        {"base_url": "https://u:p@a.example"},
        {"base_url": "https://a.example?x=1"},
        {"base_url": "https://a.example/a b"},
        {"generations_path": "images"},
        {"generations_path": "//evil.example/x"},
        {"edits_path": "/x/{key}"},
        {"quality": "hd"},
        {"quality": "ultra"},
        {"headers": {"Host": "other.example"}},
        {"prices": {"m": {"text_inn": 1.0}}},
        {"prices": {"m": {"picture": float("inf")}}},
        {"sizes": {"m": {"pixels": [9, 3]}}},
        {"sizes": {"m": {"fixd": [[1024, 1024]]}}},
        {"dialect": "gateway", "size_names": {"tall": [0, 2]}},
        {"fields": {"size": 3}},
        {"headers": {"X-Team": "{model}"}},
        {"headers": {"X Team": "a"}},
        {"headers": {"X-Team": "a\r\nb"}},
        {"deadline": 0},
        {"concurrency": 0},
        {"max_attempts": 0},
        {"modle": "gpt-image-2"},
    ],
)
def test_what_cannot_work_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ImagesConfig.model_validate(options)


@pytest.mark.parametrize(
    "options",
    [
        {"key_env": KEY},
        {"headers": {"Authorization": f"Bearer {KEY}"}},
        {"headers": {"api-key": "0123456789abcdef0123456789abcdef"}},
        {"headers": {"x-api-key": "short"}},
        {"headers": {"X-Anything": KEY}},
        {"fields": {"user": KEY}},
    ],
)
def test_a_key_in_the_file_is_refused_without_being_repeated(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        ImagesConfig.model_validate(options)
    for problem in caught.value.errors(include_url=False, include_input=False, include_context=False):
        assert "key" in problem["msg"]
    secrets = [KEY, "0123456789abcdef0123456789abcdef", "short"]
    assert not any(secret in str(caught.value) for secret in secrets)


@pytest.mark.parametrize(
    "fields",
    [
        {"style": "naturalproductphotographyxyz"},
        {"style": "a-very-long-name-of-a-style-for-pictures"},
        {"safety_identifier": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    ],
)
def test_a_long_word_is_no_key(fields: dict[str, Any]) -> None:
    assert dict(ImagesConfig(fields=fields).extra_fields) == fields


def test_a_long_mixed_value_is_a_key() -> None:
    with pytest.raises(ValidationError, match="looks like a key"):
        ImagesConfig(fields={"style": "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9v"})


def test_every_option_is_described() -> None:
    assert all(field.description for field in ImagesConfig.model_fields.values())
