"""`cache`: the project's store of paid pictures, opened and verified."""

from __future__ import annotations

import dataclasses

from locstore.cache import FileStore, PictureStore, find_problems, image_key, open_store
from locstore.findings import Finding, sort_findings
from locstore.project.project import Project


@dataclasses.dataclass(frozen=True, slots=True)
class CacheCheck:
    """What verifying found: `entries` and their `bytes` are counted before the `removed` keys went."""

    entries: int
    bytes: int
    findings: tuple[Finding, ...]
    removed: tuple[str, ...]


def open_cache(project: Project) -> PictureStore:
    """The project's store of paid pictures. Raises UsageError if `cache` names what this version does not have."""
    return open_store(project.config.cache, project.root)


def cache_place(project: Project, store: PictureStore) -> str:
    """The store as messages name it."""
    return project.shown(store.root) if isinstance(store, FileStore) else project.config.cache


def verify_cache(project: Project, store: PictureStore, *, remove_damaged: bool) -> CacheCheck:
    """Read every paid picture and make its digest and key again; on request remove those that can never be used."""
    sizes = [entry.bytes for entry in store.entries()]
    problems = list(find_problems(store, image_key))
    unusable = dict.fromkeys(p.key for p in problems if p.unusable and p.key is not None)
    place = cache_place(project, store)
    return CacheCheck(
        len(sizes),
        sum(sizes),
        tuple(sort_findings(dataclasses.replace(p.finding, file=f"{place}/{p.finding.file}") for p in problems)),
        tuple(key for key in unusable if store.remove(key)) if remove_damaged else (),
    )
