"""PO files for the catalog tests, written to a temporary folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalog_files import HEADER, Load, Write

from locstore.catalog import Catalog, load_catalog
from locstore.findings import Finding


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes entries below the usual header, or a whole text or bytes without it."""

    def write(entries: str | bytes, *, header: str = HEADER, name: str = "fr.po") -> Path:
        path = tmp_path / name
        path.write_bytes(entries if isinstance(entries, bytes) else (header + entries).encode())
        return path

    return write


@pytest.fixture
def load(write: Write) -> Load:
    """Writes a file and loads it as the French catalog `fr.po`."""

    def load(entries: str | bytes, *, header: str = HEADER, code: str = "fr") -> tuple[Catalog | None, list[Finding]]:
        return load_catalog(write(entries, header=header), code=code, display_path="fr.po")

    return load
