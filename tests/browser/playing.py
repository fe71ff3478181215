"""`app.py play` as somebody starts it, in a process of its own; to be killed and started again."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

ROOT = Path(__file__).resolve().parents[2]
_TOKEN = re.compile(r'name="csrf" content="(\w+)"')
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


class Playing:
    """The playground over `folder`, with the arguments that stand behind `play`."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.url = ""
        self._folder = folder
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None

    def start(self, port: int = 0) -> None:
        """Start it and wait until it says where it is. Raises RuntimeError with all that it said instead."""
        asked = [sys.executable, "app.py", "play", "--folder", str(self._folder), "--port", str(port)]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [*asked, *self._arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self._process.stdout is not None
        said: list[str] = []
        for line in self._process.stdout:
            said.append(line)
            if found := _ADDRESS.search(line):
                self.url = found[0]
                return
        self.end(signal.SIGKILL)
        raise RuntimeError("".join(said))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def begin_anew(self, company: str = "teebee") -> None:
        """Enter a company as if nothing had happened, as its button does."""
        browser = build_opener(HTTPCookieProcessor())
        with browser.open(f"{self.url}/") as page:
            where, text = page.url, page.read().decode()
        found = _TOKEN.search(text)
        assert found is not None, text
        fields = {"csrf": found[1], "do": "enter", "company": company}
        with browser.open(Request(where, urlencode(fields).encode(), {"Origin": self.url})) as page:  # noqa: S310 - ours
            assert page.status == 200

    def end(self, number: signal.Signals = signal.SIGTERM) -> str:
        """End it with a signal, and wait until it is over. What it said since it started."""
        if self._process is None:
            return ""
        self._process.send_signal(number)
        said, _ = self._process.communicate(timeout=30)
        self._process = None
        return said
