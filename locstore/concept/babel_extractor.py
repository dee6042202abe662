"""The extractor that Babel finds by its entry point: `pybabel extract` reads concepts as it reads code.

A mapping file needs one line, `[locstore: concepts/**.yaml]`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from locstore.concept.loader import parse_concept
from locstore.concept.messages import concept_messages
from locstore.errors import FindingsError
from locstore.findings import has_errors

_KEYS = tuple(re.compile(rb"^%b[ \t]*:" % key, re.MULTILINE) for key in (b"concept", b"screens"))

Extracted = tuple[int, str, tuple[str, ...], list[str]]


def extract(
    fileobj: IO[bytes],
    keywords: Collection[str],
    comment_tags: Collection[str],  # noqa: ARG001 - Babel's signature
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[Extracted]:
    """(line, function, arguments, comments) of every message; nothing for a YAML file that is no concept.

    The function is `pgettext` or `npgettext`, which Babel knows by default; comments come with or without
    `comment_tags`, for all of a concept's are written for translators. Raises FindingsError for a concept with
    errors: to go on without it would empty the POT file in silence.
    """
    raw = fileobj.read()
    name = str(getattr(fileobj, "name", "concept"))
    loaded, findings = parse_concept(raw, Path(name), name)
    if has_errors(findings) and all(key.search(raw) for key in _KEYS):
        raise FindingsError(findings)
    for message in concept_messages(loaded) if loaded is not None else ():
        comments = [line.strip() for comment in message.comments for line in comment.splitlines() if line.strip()]
        if message.plural is None and "pgettext" in keywords:
            yield message.line, "pgettext", (message.context, message.source), comments
        elif message.plural is not None and "npgettext" in keywords:
            yield message.line, "npgettext", (message.context, message.source, message.plural), comments
