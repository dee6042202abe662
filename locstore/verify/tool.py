"""The upload tools whose folders are recognized."""

from __future__ import annotations

from enum import StrEnum

from locstore.stores import Store


class Tool(StrEnum):
    """Who reads a folder of pictures, as messages name it."""

    DELIVER = "fastlane deliver"
    SUPPLY = "fastlane supply"
    GRADLE = "gradle-play-publisher"

    @property
    def store(self) -> Store:
        """The store that the tool uploads to."""
        return Store.APPLE if self is Tool.DELIVER else Store.PLAY
