"""`cache`: the project's store of paid pictures, opened, made ready, verified, and copied to and from others."""

from __future__ import annotations

import dataclasses

from locstore.cache import (
    FileStore,
    PictureStore,
    Pushed,
    ReadThroughStore,
    find_problems,
    image_key,
    open_store,
    transfer,
)
from locstore.findings import Finding, sort_findings
from locstore.project.project import Project


@dataclasses.dataclass(frozen=True, slots=True)
class CacheCheck:
    """What verifying found: `entries` and their `bytes` are counted before the `removed` keys went.

    Of a bucket they are the bucket's and those that wait to be sent; the copies on this machine are verified, too.
    """

    entries: int
    bytes: int
    findings: tuple[Finding, ...]
    removed: tuple[str, ...]


def open_cache(project: Project) -> PictureStore:
    """The project's store of paid pictures. Raises UsageError if `cache` names what cannot be a store."""
    return open_store(project.config.cache, project.root)


def cache_place(project: Project, store: PictureStore) -> str:
    """The store as messages name it."""
    if isinstance(store, ReadThroughStore):
        return store.shared.bucket.display_url
    return project.display_path(store.root) if isinstance(store, FileStore) else project.config.cache


def verify_cache(project: Project, store: PictureStore, *, remove_damaged: bool) -> CacheCheck:
    """Read every paid picture and make its digest and key again; on request remove those that can never be used."""
    sizes = [entry.bytes for entry in store.entries()]
    findings: list[Finding] = list(store.findings()) if isinstance(store, ReadThroughStore) else []
    removed: dict[str, None] = {}
    for place, part in _parts(project, store):
        problems = list(find_problems(part, image_key))
        findings += [dataclasses.replace(p.finding, file=f"{place}/{p.finding.file}") for p in problems]
        unusable = dict.fromkeys(p.key for p in problems if p.unusable and p.key is not None)
        if remove_damaged:
            removed |= dict.fromkeys(key for key in unusable if part.remove(key))
    return CacheCheck(len(sizes), sum(sizes), tuple(sort_findings(findings)), tuple(removed))


def push_cache(project: Project, url: str | None = None) -> Pushed:
    """Send the pictures of this machine to the project's bucket; or those of the project's cache to another store."""
    store = open_cache(project)
    if url is not None:
        return transfer(store, open_store(url, project.root))
    return store.push() if isinstance(store, ReadThroughStore) else Pushed()


def pull_cache(project: Project, url: str | None = None) -> Pushed:
    """Fetch the pictures of the project's bucket to this machine; or those of another store to the project's cache."""
    store = open_cache(project)
    if url is not None:
        return transfer(open_store(url, project.root), store)
    return store.pull() if isinstance(store, ReadThroughStore) else Pushed()


def _parts(project: Project, store: PictureStore) -> list[tuple[str, PictureStore]]:
    """A store and its name; of a bucket the copies, too, for reading a picture does not look at both."""
    place = cache_place(project, store)
    if not isinstance(store, ReadThroughStore):
        return [(place, store)]
    here: list[tuple[str, PictureStore]] = [(project.display_path(s.root), s) for s in (store.copy, store.waiting)]
    return [(place, store.shared), *here]
