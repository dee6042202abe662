"""What a request costs in tokens, by the formula of images-api.md."""

from __future__ import annotations

_FACTORS = {"low": 16, "medium": 48, "high": 96, "xhigh": 96, "max": 96}
# Nobody publishes these two; a client must take them from `usage`, not compute them.
_CHARACTERS_PER_TOKEN = 4
_TOKENS_PER_REFERENCE = 1024


def output_tokens(size: tuple[int, int], quality: str) -> int:
    """Tokens of a picture of gpt-image-2. `xhigh` and `max` have no published factor and count as `high`."""
    width, height = size
    factor = _FACTORS[quality]
    longer, shorter = max(size), min(size)
    scaled = (2 * factor * shorter + longer) // (2 * longer)
    return (factor * scaled * (2_000_000 + width * height) + 3_999_999) // 4_000_000


def usage(prompt: str, size: tuple[int, int], quality: str, *, pictures: int, references: int) -> dict[str, object]:
    """The `usage` object of an answer."""
    text = -(-len(prompt) // _CHARACTERS_PER_TOKEN)
    images = references * _TOKENS_PER_REFERENCE
    output = pictures * output_tokens(size, quality)
    return {
        "total_tokens": text + images + output,
        "input_tokens": text + images,
        "output_tokens": output,
        "input_tokens_details": {"text_tokens": text, "image_tokens": images},
    }
