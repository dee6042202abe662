"""The small project, painted; and one whose pictures an image model is said to have painted."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from projects import STORE_DISPLAY, Folder, folder, locstore, make_folder

from locstore.project import FileDigests
from locstore.project.inventory import take_inventory
from locstore.readings import SlotReading, Verdict
from locstore.shots import Selection

__all__ = ["folder", "locstore"]

Verdicts = dict[str, tuple[Verdict, str]]


@pytest.fixture
def painted(folder: Folder) -> Folder:
    """The small project on a display of the App Store, painted: hero and how in en_US, de and ja."""
    folder.replace("concepts/tiny.yaml", "displays: [{id: tiny, size: [200, 400]}]", f"displays: [{STORE_DISPLAY}]")
    assert folder.run().ok
    return folder


@pytest.fixture
def by_model(tmp_path: Path) -> Callable[[Verdicts], Folder]:
    """Makes the small project with pictures that count as a model's; (verdict, what was read) by shot."""

    def make(verdicts: Verdicts) -> Folder:
        folder = make_folder(tmp_path / "model")
        folder.replace("concepts/tiny.yaml", "displays: [{id: tiny, size: [200, 400]}]", f"displays: [{STORE_DISPLAY}]")
        assert folder.run().ok
        folder.write("locstore.toml", (folder.root / "locstore.toml").read_text() + 'painter = "images"\n')
        project = folder.open()
        with project.ledger() as ledger:
            plan = project.plan(
                project.snapshot(Selection(), FileDigests(ledger)), ledger, FileDigests(ledger), overwrite=False
            )
            for planned in plan.shots:
                assert planned.record is not None
                verdict, read = verdicts.get(planned.shot.key, (Verdict.EXACT, ""))
                asked = planned.shot.slots[0].markup
                text = SlotReading(slot="headline", verdict=verdict, asked=asked, read=read or asked, reader="made up")
                pixels = hashlib.sha256(planned.path.encode()).hexdigest()
                record = dataclasses.replace(planned.record, digests=dict(planned.digests), text=(text,), pixels=pixels)
                stat = (project.output / planned.path).stat()
                ledger.put(project.output, planned.path, record, stat.st_size, stat.st_mtime_ns)
        assert all(p.current for p in take_inventory(folder.open(), Selection()).pictures)
        return folder

    return make
