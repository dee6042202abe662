"""The base of every part of a concept."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Spec(BaseModel):
    """Base of all parts: unknown keys are errors, values do not change after loading.

    `later_keys` are those that came after the first release: they are part of a picture's digest only where they are
    given, so that the pictures of older concepts keep theirs.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)
    later_keys: ClassVar[frozenset[str]] = frozenset()

    def digest_data(self) -> dict[str, Any]:
        """JSON-ready data for digests."""
        data = self.model_dump(mode="json")
        return {k: v for k, v in data.items() if v is not None or k not in self.later_keys}
