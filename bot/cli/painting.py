"""How the demo looks: panels and colours in a terminal, plain lines in a pipe."""

import re
from collections.abc import Sequence
from typing import Protocol

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.cli.output import say

_BUTTON = re.compile(r"\[[^\[\]]+\]")


class Painter(Protocol):
    """Puts the parts of the story before whoever reads it."""

    def title(self, text: str) -> None:
        """The beginning of a part."""
        ...

    def narrate(self, text: str) -> None:
        """A sentence of the storyteller."""
        ...

    def message(self, header: str, lines: Sequence[str]) -> None:
        """A message as its reader sees it."""
        ...

    def change(self, header: str, lines: Sequence[str]) -> None:
        """What is new in a message that changed in place."""
        ...

    def act(self, text: str) -> None:
        """What somebody did."""
        ...

    def brief(self, text: str) -> None:
        """Something that is told in one line."""
        ...

    def plain(self, lines: Sequence[str]) -> None:
        """Lines as they are."""
        ...


class PlainPainter:
    """Plain text, for pipes and files; the same story gives the same bytes."""

    def title(self, text: str) -> None:
        say()
        say(f"=== {text} ===")

    def narrate(self, text: str) -> None:
        say()
        say(f"-- {text}")

    def message(self, header: str, lines: Sequence[str]) -> None:
        say()
        say(header)
        self._indented("  | ", lines)

    def change(self, header: str, lines: Sequence[str]) -> None:
        say(f"↻ {header}")
        self._indented("  | ", lines)

    def act(self, text: str) -> None:
        say()
        say(f"> {text}")

    def brief(self, text: str) -> None:
        say(f"· {text}")

    def plain(self, lines: Sequence[str]) -> None:
        for line in lines:
            say(line)

    def _indented(self, mark: str, lines: Sequence[str]) -> None:
        for line in lines:
            say(f"{mark}{line}".rstrip())


class RichPainter:
    """Panels and colours, for somebody who looks on."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def title(self, text: str) -> None:
        self._console.print()
        self._console.rule(Text(text, style="bold"))

    def narrate(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(text, style="italic"))

    def message(self, header: str, lines: Sequence[str]) -> None:
        self._panel(header, lines, "cyan")

    def change(self, header: str, lines: Sequence[str]) -> None:
        self._panel(f"↻ {header}", lines, "bright_black")

    def act(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(f"▸ {text}", style="bold yellow"))

    def brief(self, text: str) -> None:
        self._console.print(Text(f"· {text}", style="bright_black"))

    def plain(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._console.print(Text(line))

    def _panel(self, header: str, lines: Sequence[str], colour: str) -> None:
        body = Text("\n".join(lines))
        body.highlight_regex(_BUTTON, "bold blue")
        self._console.print(
            Panel(body, title=Text(header, style="bold"), title_align="left", border_style=colour, expand=False)
        )
