"""The table `[images]` of locstore.toml: which images API is asked, and how."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from locstore.prompt import ImageModel, image_models

Dialect = Literal["openai", "gateway"]
Mode = Literal["instant", "thinking"]
Quality = Literal["", "low", "medium", "high", "xhigh", "max", "auto", "hd", "standard"]
Ratio = tuple[Annotated[int, Field(gt=0)], Annotated[int, Field(gt=0)]]

# What a request of locstore consists of; `fields` renames these and adds others.
FIELDS = ("model", "prompt", "size", "quality", "mode", "n", "output_format", "background", "moderation")

_SECRET_HEADER = re.compile(r"auth|key|token|secret|credential|cookie", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"\b(?:sk|pk|rk)-\w|\bBearer\s+(?!\{key\})\S", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9_\-+/=]{28,}")
# OpenAI asks for a hash of the user here (safety guide, 2026-11), which is as long and as mixed as a key.
_HASHES = frozenset({"user", "safety_identifier", "prompt_cache_key"})
_PRICES = ("text_in", "image_in", "image_out", "picture", "batch")


def _looks_secret(value: str) -> bool:
    """Whether a text looks like a key: by its beginning, or because it is long and mixes letters with digits."""
    mixed = (sum(c.isdigit() for c in run) >= 2 and sum(c.isalpha() for c in run) >= 2 for run in _RUN.findall(value))
    return bool(_SECRET_VALUE.search(value)) or any(mixed)


class SizeRules(BaseModel):
    """A table `[images.sizes.MODEL]`: the sizes that a model or deployment takes.

    Either `fixed`, a list of [width, height], or bounds of free sizes, all in pixels.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fixed: tuple[Ratio, ...] = Field((), description="The only sizes that it takes, such as [[1024, 1536]].")
    multiple: int = Field(16, ge=1, le=1024, description="Both edges are multiples of this.")
    longest: int = Field(3840, ge=64, le=16384, description="The longest edge.")
    ratio: float = Field(3.0, ge=1, le=100, description="How much longer one edge may be than the other.")
    pixels: Ratio = Field((655_360, 8_294_400), description="The least and the greatest area.")


class ImagesConfig(BaseModel):
    """How to reach an images API. The key itself never stands in a file, only the name of its variable."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    dialect: Dialect = Field("openai", description="openai, or gateway (fields mode, named sizes, quality hd).")
    base_url: str = Field("https://api.openai.com", description="Where the API is; a /v1 at the end may be left out.")
    model: str = Field("gpt-image-2", min_length=1, description="Name of the model.")
    key_env: str = Field("OPENAI_API_KEY", description="Name of the environment variable that holds the key.")
    quality: Quality = Field("", description="low, medium, high, auto; hd, standard (gateway). Empty: by the mode.")
    mode: Mode = Field("instant", description="instant (cheap, fast) or thinking (slow, costly, better).")
    headers: dict[str, str] = Field(
        default_factory=dict,
        description="More headers; {key} stands for the key and replaces the Authorization header.",
    )
    generations_path: str = Field("/v1/images/generations", description="Path of generations; may hold {model}.")
    edits_path: str = Field("/v1/images/edits", description="Path of edits; may hold {model}.")
    size_names: dict[str, Ratio] = Field(
        default_factory=dict,
        description="Names of sizes and their ratios, such as tall = [1, 2]. gateway: a table of its own if empty.",
    )
    sizes: dict[str, SizeRules] = Field(
        default_factory=dict, description="Sizes in pixels by model or deployment, before locstore's own table."
    )
    references: bool = Field(
        True, description="Whether the model is shown captures and logos (edits_path); if not, it is told of them."
    )
    fields: dict[str, str | int | float | bool] = Field(
        default_factory=dict,
        description=f"A name of {', '.join(FIELDS)}: what the server calls it ('' leaves it out). Others: sent as is.",
    )
    moderation: Literal["auto", "low"] = Field("auto", description="openai: how strict the moderation is.")
    output_format: Literal["png", "jpeg", "webp"] = Field("png", description="openai: file format that is asked for.")
    fetch_hosts: tuple[str, ...] = Field(
        (), description="Hosts that a picture may be fetched from when the answer is a URL; base_url's always may."
    )
    connect_timeout: float = Field(5.0, gt=0, le=120, description="Seconds to connect.")
    deadline: float = Field(300.0, gt=0, le=3600, description="Seconds for a whole call, by the clock on the wall.")
    concurrency: int = Field(8, ge=1, le=256, description="Calls at the same time.")
    images_per_minute: int | None = Field(None, ge=1, description="Limit; follows the server's headers if not given.")
    tokens_per_minute: int | None = Field(None, ge=1, description="Limit; follows the server's headers if not given.")
    prices: dict[str, dict[str, Annotated[float, Field(ge=0)]]] = Field(
        default_factory=dict,
        description="US dollars by model, before locstore's own table: text_in, image_in, image_out per million "
        "tokens, or picture for each one; batch is the Batch API's part of the price.",
    )
    max_attempts: int = Field(6, ge=1, le=20, description="How often a call that may be repeated is tried.")

    @field_validator("base_url")
    @classmethod
    def _base(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            good = False
        if not good or re.search(r"[\s\x00-\x1f\x7f]", value):
            raise ValueError("base_url must begin with https:// or http:// and name a host")
        if parts.username or parts.password:
            raise ValueError("base_url must hold no user or password; put the key into the environment")
        if parts.query or parts.fragment:
            raise ValueError("base_url must hold no ? or #; put a query into generations_path and edits_path")
        return value.rstrip("/").removesuffix("/v1").rstrip("/")

    @field_validator("key_env")
    @classmethod
    def _name_not_key(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", value):
            raise ValueError(
                "key_env is the name of an environment variable, such as OPENAI_API_KEY, not the key. If the key was "
                "in this file, withdraw it"
            )
        return value

    @field_validator("headers")
    @classmethod
    def _headers(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
                raise ValueError(f"{name[:40]!r} is no name of a header")
            if name.lower() in ("host", "content-length", "transfer-encoding", "connection"):
                raise ValueError(f"the header {name} is not yours to set: the key would go to another server")
            if not text.isascii() or not text.isprintable():
                raise ValueError(f"the header {name} must be printable ASCII")
            if re.search(r"[{}]", text.replace("{key}", "")):
                raise ValueError(f"the header {name} may hold {{key}} and no other braces")
            if (_SECRET_HEADER.search(name) and "{key}" not in text) or _looks_secret(text):
                raise ValueError(
                    f"the header {name} looks like a key in a file. Write {{key}} in its place, put the key into the "
                    "environment variable that key_env names, and withdraw the one that was here"
                )
        return value

    @field_validator("generations_path", "edits_path")
    @classmethod
    def _path(cls, value: str) -> str:
        if not re.fullmatch(r"/[!-z|~]*", value.replace("{model}", "")) or "#" in value or value.startswith("//"):
            raise ValueError("the path must begin with one / and may hold {model}, no other braces and no spaces")
        return value

    @field_validator("fields")
    @classmethod
    def _fields(cls, value: dict[str, str | int | float | bool]) -> dict[str, str | int | float | bool]:
        for name, renamed in value.items():
            if name in FIELDS and not isinstance(renamed, str):
                raise ValueError(f"fields.{name} must be a name for the field, or '' to leave it out")
            if name in FIELDS or not isinstance(renamed, str):
                continue
            if name in _HASHES and not _SECRET_VALUE.search(renamed):
                continue
            if _looks_secret(renamed) or (_SECRET_HEADER.search(name) and len(renamed) >= 20):
                raise ValueError(f"fields.{name} looks like a key in a file. Send keys in headers, as {{key}}")
        return value

    @field_validator("prices")
    @classmethod
    def _prices(cls, value: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        for model, row in value.items():
            unknown = sorted(set(row) - set(_PRICES))
            if unknown:
                raise ValueError(f"prices.{model} has no {unknown[0]!r}. Known: {', '.join(_PRICES)}")
            if not all(math.isfinite(price) for price in row.values()):
                raise ValueError(f"prices.{model} must hold numbers of US dollars")
        return value

    @field_validator("sizes")
    @classmethod
    def _sizes(cls, value: dict[str, SizeRules]) -> dict[str, SizeRules]:
        for model, rules in value.items():
            if rules.pixels[0] > rules.pixels[1]:
                raise ValueError(f"sizes.{model}: pixels are the least and the greatest area, in this order")
        return value

    @model_validator(mode="after")
    def _dialect(self) -> ImagesConfig:
        if self.dialect == "openai" and self.quality in ("hd", "standard"):
            raise ValueError(f"quality {self.quality!r} is refused by the dialect openai; use low, medium or high")
        return self

    @property
    def host(self) -> str:
        """The server as messages name it: its host, with the port if that is not the scheme's own."""
        return urlsplit(self.base_url).netloc.lower()

    @property
    def names(self) -> Mapping[str, Ratio] | None:
        """What `request_size` takes as `names`: None where sizes are asked for in pixels."""
        return self.size_names if self.dialect == "gateway" or self.size_names else None

    @property
    def image_model(self) -> ImageModel:
        """The sizes that the model takes: by the table `sizes`, else by locstore's own."""
        rules = self.sizes.get(self.model)
        if rules is None:
            return image_models(self.model)
        return ImageModel(rules.fixed, rules.multiple, rules.longest, rules.ratio, rules.pixels)

    @property
    def extra_fields(self) -> tuple[tuple[str, str | int | float | bool], ...]:
        """Fields that are sent as they are, by name."""
        return tuple(sorted((name, value) for name, value in self.fields.items() if name not in FIELDS))

    def quality_for(self, mode: Mode) -> str:
        """The quality that is sent: the one given, else openai's by mode and the gateway's best."""
        if self.quality:
            return self.quality
        if self.dialect == "gateway":
            return "hd"
        return "high" if mode == "thinking" else "medium"

    def url(self, endpoint: Literal["generations", "edits"]) -> str:
        path = self.generations_path if endpoint == "generations" else self.edits_path
        return self.base_url + path.replace("{model}", quote(self.model, safe=""))
