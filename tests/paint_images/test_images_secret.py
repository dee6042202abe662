"""The key is held so that it cannot be printed, and is taken out of what others say."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.paint.images import Secret, cleaned, secret_from

KEY = "sk-proj-abc/def+ghi="


def test_a_secret_prints_as_stars() -> None:
    secret = Secret(f" {KEY}\n")
    assert secret.reveal() == KEY
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r:>10}", f"{[secret]}", "%s" % secret]  # noqa: UP031
    assert all("***" in text and "proj" not in text for text in shown)


def test_a_secret_is_not_pickled_or_copied() -> None:
    for act in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError):
            act(Secret(KEY))


@pytest.mark.parametrize("value", ["", "  ", "a b", "schlüssel", "a\x00b", "a\r\nX: y"])
def test_what_is_no_key_is_refused_without_being_repeated(value: str) -> None:
    with pytest.raises(ValueError, match="holds characters") as caught:
        Secret(value)
    assert not value.strip() or value not in str(caught.value)


def test_the_environment_names_the_key() -> None:
    found = secret_from({"K": KEY}, "K")
    assert found is not None
    assert found.reveal() == KEY
    assert secret_from({}, "K") is None
    assert secret_from({"K": " "}, "K") is None


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: {KEY}.",
        "bad key sk-proj-abc%2Fdef%2Bghi%3D here",
        "Incorrect API key provided: sk-proj-********xyz9.",
        "header was Bearer abc/def+ghi=",
        "x" * 290 + KEY,
    ],
)
def test_keys_whole_masked_and_encoded_are_removed(text: str) -> None:
    shown = cleaned(text, Secret(KEY))
    assert "ghi" not in shown
    assert "xyz9" not in shown
    assert "proj" not in shown
    assert len(shown) <= 300


def test_prompts_are_removed_whole_and_in_part() -> None:
    prompt = '[Typography]\nThe headline reads: "Never forget to water again"\nonce.\n'
    text = f"invalid prompt {prompt!s} and: 'The headline reads: \"Never forget to w...' is bad"
    shown = cleaned(text, None, prompt)
    assert shown == "invalid prompt [prompt] and: '[prompt]...' is bad"
    assert cleaned("bad: A garden", None, "A garden") == "bad: [prompt]"


def test_a_message_is_one_line() -> None:
    assert cleaned("a\r\n\x1b[31mb\u2028c\t d", None) == "a [31mb c d"


@given(st.text(max_size=400), st.text(max_size=60))
def test_no_text_lets_the_key_through(before: str, prompt: str) -> None:
    key = "zq9-K3Y_zq9"
    shown = cleaned(f"{before}{key}{before}", Secret(key), prompt)
    assert key not in shown
    assert len(shown) <= 300
    assert "\n" not in shown
