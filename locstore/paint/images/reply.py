"""What an answer of an images API means for the call: done, try again, refused, stop, or nobody knows.

No input or output here: bytes in, a `Reply` out, so every row of the table of errors is a test without a network.
Sources: /images/generations of OpenAI's API reference and error guide, openai-python 3.54's retry policy, 2026-11.
"""

from __future__ import annotations

import binascii
import dataclasses
import datetime
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin

from locstore.paint.images.codes import Verdict, verdict_for_error, verdict_for_status
from locstore.paint.images.fetching import url_problem
