"""The contract-test server: an honest images server on loopback, written from images-api.md and not from our client.

In a test: `with running(Settings(...)) as server: ... server.url`. By hand: `python -m images_server --help` with
`tests` on PYTHONPATH.
"""

from images_server.faults import ALL, USUAL, spread
from images_server.in_thread import running
from images_server.request_log import Entry, read_log
from images_server.server import ImagesServer
from images_server.settings import TEST_KEY, Settings

__all__ = ["ALL", "TEST_KEY", "USUAL", "Entry", "ImagesServer", "Settings", "read_log", "running", "spread"]
