"""A headless Chromium that is spoken to over a pipe (the DevTools protocol): real keys, media and measurements."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
)  # fmt: skip
KEYS = {"Escape": 27, "Enter": 13, "ArrowDown": 40, "ArrowUp": 38, "Home": 36, "End": 35, "Tab": 9}
"""Keys without a character, by their Windows key code."""


class BrowserError(Exception):
    """What the browser refused, or a script that threw."""


@dataclass
class Tab:
    """One tab; `complaints` are errors, warnings and refused loads, `requests` what it asked for."""

    to: BinaryIO
    back: BinaryIO
    session: str = ""
    last: int = 0
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def ask(self, method: str, **params: object) -> Any:
        """A command and its answer; what happens in between is remembered."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.to.write(json.dumps(message).encode() + b"\0")
        self.to.flush()
        while True:
            found = self.heard()
            if found.get("id") == self.last:
                if "error" in found:
                    raise BrowserError(f"{method}: {found['error']}")
                return found["result"]

    def heard(self) -> dict[str, Any]:
        """The next message."""
        data = bytearray()
        while (byte := self.back.read(1)) != b"\0":
            if not byte:
                raise BrowserError("the browser is gone")
            data += byte
        found: dict[str, Any] = json.loads(data)
        self.note(found.get("method", ""), found.get("params", {}))
        return found

    def note(self, method: str, params: dict[str, Any]) -> None:
        """Remembers what happened."""
        self.events.append(method)
        match method:
            case "Runtime.exceptionThrown":
                self.complaints.append(str(params["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if params["type"] in {"error", "warning", "assert"}:
                self.complaints.append(str(params["args"]))
            case "Log.entryAdded" if params["entry"]["level"] in {"error", "warning"}:
                self.complaints.append(params["entry"]["text"])
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])

    def show(self, page: Path) -> None:
        """Opens a file and waits until it is loaded."""
        self.events.clear()
        self.ask("Page.navigate", url=page.as_uri())
        while "Page.loadEventFired" not in self.events:
            self.heard()

    def run(self, script: str) -> Any:
        """The value of an expression, awaited where it is a promise."""
        found = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise BrowserError(str(found["exceptionDetails"]))
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """A key, pressed and let go; then the page has time to answer."""
        code = KEYS.get(key, ord(key[0].upper()))
        text = {"Enter": "\r"}.get(key, "" if key in KEYS else key)
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, text=text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)
        self.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    def write(self, text: str) -> None:
        """Letters, one after the other."""
        for letter in text:
            self.press(letter)

    def media(self, kind: str = "screen", **features: str) -> None:
        """Paper or screen, and what the reader prefers: `prefers_color_scheme="dark"`."""
        wanted = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.ask("Emulation.setEmulatedMedia", media=kind, features=wanted)

    def size(self, width: int, height: int = 900) -> None:
        """How large the window is, in pixels."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)


@contextmanager
def tab(chromium: str, folder: Path) -> Iterator[Tab]:
    """A browser of its own with one tab; it ends with the block."""
    (theirs, ours), (heard, said) = os.pipe(), os.pipe()
    command = [chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", "about:blank"]
    words = ["bash", "-c", f'exec "$@" 3<&{theirs} 4>&{said}', "bash", *command]
    process = subprocess.Popen(words, pass_fds=(theirs, said), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    os.close(theirs)
    os.close(said)
    with os.fdopen(ours, "wb") as to, os.fdopen(heard, "rb") as back:
        try:
            found = Tab(to, back)
            target = found.ask("Target.createTarget", url="about:blank")["targetId"]
            found.session = found.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                found.ask(f"{domain}.enable")
            found.size(1280)
            yield found
        finally:
            process.kill()
            process.wait()
