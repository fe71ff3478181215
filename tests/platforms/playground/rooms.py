"""A room of the playground on a disk that can be full, and what stands in it."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.cards.model import Actions, Button, Card, Checkboxes, Choice, Form, Menu, Option, Run, Text, TextField
from bot.cards.plain import plain_text
from bot.clock import MovableClock
from bot.delivery.port import Profile
from bot.platforms.console.room import Spot, Standing
from bot.platforms.playground.room import PlaygroundRoom, Said

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
MEI = Spot("mei", is_person=True)
LIN = Spot("lin", is_person=True)
GROWTH = Spot("growth", is_person=False)
FORM = Form(
    "update",
    "token-1",
    "Update KR1",
    "Save",
    "Cancel",
    (
        TextField("value", "MRR", initial="31k"),
        TextField("note", "Note", initial="none"),
        Choice("score", "Score", (("0.3", "0.3"), ("0.7", "0.7")), initial="0.7"),
        Checkboxes("steps", "Steps", (("One", "1"), ("Two", "2")), initial=("1",)),
    ),
)


def words(text: str) -> Card:
    """A message of one line."""
    return Card((Text(((Run(text),),)),))


def asking() -> Card:
    """A question with a button and a menu."""
    menu = Menu("⋯", (Option("Skip", "skip", "KR1"),), hint="More for KR1")
    return Card((Text(((Run("KR1 · where will it land?"),),)), Actions((Button("0.7", "score", "KR1:0.7"), menu))))


def furnished(path: Path, clock: MovableClock | None = None) -> PlaygroundRoom:
    """The room that is kept at `path`, with two people in one channel."""
    room = PlaygroundRoom(clock or MovableClock(NOW), path)
    room.people = {
        "mei": Profile("mei", "Mei Lin", "Mei", timezone="Europe/Madrid", locale="en-GB"),
        "lin": Profile("lin", "林梅", "梅", locale="zh-CN"),
    }
    room.channels = {"growth": ["mei", "lin"]}
    return room


def shown(room: PlaygroundRoom, spot: Spot, reader: str) -> list[str]:
    """What that person reads in a conversation, who wrote it in front."""
    return [_words(entry.what) for entry in room.entries(spot, reader)]


def _words(what: Standing | Said) -> str:
    return f"{what.person}: {what.text}" if isinstance(what, Said) else plain_text(what.card)


@contextmanager
def full_disk(path: Path, left: int = 0) -> Iterator[None]:
    """Nothing on this machine grows beyond the size that `path` has, and `left` bytes more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
