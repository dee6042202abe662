"""A small client of headless Chromium over its debugging pipe."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, _NAMES)), None)
_SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
]
# The protocol's pipe is file descriptors 3 (in) and 4 (out); this puts ours there and becomes the browser.
_BECOME = """
import os, sys
from fcntl import F_DUPFD, fcntl
reading, writing = (fcntl(int(n), F_DUPFD, 10) for n in sys.argv[1:3])
os.dup2(reading, 3)
os.dup2(writing, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
KEYS = {"ArrowLeft": 37, "ArrowRight": 39, "Escape": 27, "Enter": 13, "Tab": 9}
PATIENCE = 30.0


class Browser:
    """As much of the Chrome DevTools Protocol as the tests of pages need."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._buffer = b""
        self._number = self._visits = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        pages = [t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page"]
        attached = self.call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._answers], [], [], PATIENCE)[0], "the browser does not answer"
            chunk = os.read(self._answers, 1 << 20)
            assert chunk, "the browser has gone"
            self._buffer += chunk
        message, self._buffer = self._buffer.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        if answer.get("method") == "Page.javascriptDialogOpening":
            self._send("Page.handleJavaScriptDialog", accept=True)
        return answer

    def _send(self, method: str, **parameters: Any) -> int:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        return self._number

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = self._send(method, **parameters)
        while (answer := self._read()).get("id") != number:
            self.events.append(answer)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def size(self, width: int, height: int, *, scale: float = 1, dark: bool = False) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}],
        )

    def visit(self, url: str, *, width: int = 1280, height: int = 800, script: bool = True) -> None:
        """Open a page from disk, anew even where only the fragment is another."""
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.size(width, height)
        page, _, fragment = url.partition("#")
        self._visits += 1  # another query each time, or only the fragment would change and nothing load anew
        self.open(f"{page}?visit={self._visits}#{fragment}")

    def open(self, url: str) -> None:
        self.events.clear()
        loader = self.call("Page.navigate", url=url)["loaderId"]
        self.loaded(loader)

    def loaded(self, loader: str | None = None) -> None:
        """Until a page has loaded: this one, or any other than before."""
        wanted = {"name": "load", **({"loaderId": loader} if loader else {})}
        while not any(wanted.items() <= e.get("params", {}).items() for e in self.events):
            self.events.append(self._read())

    def run(self, expression: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Until it is true."""
        end = time.monotonic() + PATIENCE
        while not self._try(expression):
            assert time.monotonic() < end, f"never came true: {expression}"
            time.sleep(0.02)

    def _try(self, expression: str) -> bool:
        number = self._send("Runtime.evaluate", expression=f"Boolean({expression})", returnByValue=True)
        while (answer := self._read()).get("id") != number:
            self.events.append(answer)
        # While another page comes there is nobody to answer, and the expression may make no sense yet.
        result = answer.get("result", {})
        return "exceptionDetails" not in result and bool(result.get("result", {}).get("value"))

    def pictures(self) -> None:
        """Until every picture in the window has loaded."""
        self.wait(
            "[...document.images].filter(i => { const b = i.getBoundingClientRect(); return i.checkVisibility()"
            " && b.top < innerHeight && b.bottom > 0 && b.left < innerWidth && b.right > 0 })"
            ".every(i => i.complete && i.naturalWidth > 0)"
        )

    def press(self, key: str, *, control: bool = False) -> None:
        code = KEYS.get(key) or ord(key.upper())
        text = {} if key in KEYS or control else {"text": key}
        common = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 2 if control else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown", **common, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def click(self, selector: str) -> None:
        """With the mouse, in the middle of the element."""
        x, y = self.run(
            f"(e => {{ e.scrollIntoView({{block: 'center', behavior: 'instant'}}); const b = e.getBoundingClientRect();"
            f" return [b.x + b.width / 2, b.y + b.height / 2] }})(document.querySelector({json.dumps(selector)}))"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def type(self, text: str) -> None:
        """Into what has the focus, as an input method does."""
        self.call("Input.insertText", text=text)

    def text(self, selector: str) -> str:
        return str(self.run(f"document.querySelector({json.dumps(selector)})?.textContent.trim() ?? ''"))

    def fill(self, selector: str, text: str) -> None:
        """Replace a field's text by typing."""
        self.run(f"(f => {{ f.focus(); f.select() }})(document.querySelector({json.dumps(selector)}))")
        self.type(text)

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))

    def complaints(self) -> list[str]:
        """Uncaught errors and what the console was told, a blocked script or picture among it."""
        self.run("0")
        wanted = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"}
        return [json.dumps(e) for e in self.events if e.get("method") in wanted]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a profile of its own."""
    assert BROWSER is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        their_end, commands = os.pipe()
        answers, our_end = os.pipe()
        start = [sys.executable, "-c", _BECOME, str(their_end), str(our_end)]
        process = subprocess.Popen(
            [*start, BROWSER, *_SWITCHES, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(their_end, our_end),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_end)
        os.close(our_end)
        try:
            yield Browser(commands, answers)
        finally:
            os.close(commands)  # the browser ends with its pipe
            os.close(answers)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                process.kill()
                process.wait()
