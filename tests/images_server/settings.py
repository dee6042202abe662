"""What the contract-test server can be told: its dialect, its delays, its faults and its limits."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Dialect = Literal["openai", "gateway"]
AnswerKind = Literal["b64_json", "url", "data-uri", "mixed"]

TEST_KEY = "sk-test-0123456789-images-server"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All times in seconds. The default is a prompt server without faults that speaks OpenAI's own dialect.

    `faults` gives a rate (0 to 1) by the name of the fault, `script` names the fault of the first, second, ...
    images request instead (`ok`: none). `answer` says how a picture is handed over; `mixed` chooses by seed and
    prompt. `mode` says whether the gateway dialect insists on the field of that name. `wait` is what a 429 asks the
    client to wait, `hang` how long a hanging request is held, `drip` how long a slow answer takes; `delay` is from a
    request to its picture, errors come at once, and so do the first `undelayed` pictures. `bare` leaves out of an
    answer what is optional: all but `created` and `data`. `words` off paints flat colours, fast; `pad_to` is the least
    size of a PNG in bytes. `misspell` is the share (0 to 1) of headlines that are painted with a spelling mistake in
    their first `misspell_tries` pictures, whatever else the prompts say; a headline is known by its words and place.

    A batch takes `batch_delay` seconds and comes to `batch_end`; one that does not complete does the share `batch_done`
    of its lines, and of those the share `batch_failing` fails. `batch_script` says what becomes of the first, second,
    ... batch that is made: ok, lost, refused, made-500. The first `batch_cuts` downloads break after `batch_cut_at`
    bytes; without `batch_ranges` every download begins at the beginning.
    """

    dialect: Dialect = "openai"
    mode: Literal["required", "allowed"] = "allowed"
    key: str = TEST_KEY
    seed: int = 1
    faults: Mapping[str, float] = dataclasses.field(default_factory=dict)
    script: tuple[str, ...] = ()
    answer: AnswerKind = "b64_json"
    delay: float = 0.0
    undelayed: int = 0
    wait: float = 1.0
    hang: float = 600.0
    drip: float = 5.0
    images_per_minute: int | None = None
    tokens_per_minute: int | None = None
    rate_headers: bool = True
    bare: bool = False
    words: bool = True
    pad_to: int = 0
    misspell: float = 0.0
    misspell_tries: int = 1
    log: Path | None = None
    port: int = 0
    batch_delay: float = 0.0
    batch_end: Literal["completed", "expired"] = "completed"
    batch_done: float = 0.5
    batch_failing: float = 0.0
    batch_script: tuple[str, ...] = ()
    batch_cuts: int = 0
    batch_cut_at: int = 0
    batch_ranges: bool = True
