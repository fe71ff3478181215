"""Companies on the playground for tests: entered in a folder, and what stands in their conversations."""

import atexit
import functools
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import app
from bot.cards.plain import notification_text
from bot.cli.playing.companies import built_in
from bot.cli.playing.folder import PlayFolder
from bot.cli.playing.world import Playing
from bot.clock import Clock
from bot.platforms.console.room import Standing


@functools.cache
def _laid_out(company: str) -> Path:
    """A folder in which a company is about to begin, made once; copying it is faster than importing for every test."""
    path = Path(tempfile.mkdtemp(prefix="okra-play-"))
    atexit.register(shutil.rmtree, path)
    folder = PlayFolder(path)
    with folder.held():
        new = folder.new()
        built_in(company, "en").lay_out(new)
        folder.enter(new)
    return path


def lay_out(path: Path, company: str) -> None:
    """Let a company stand in a folder that is not there yet."""
    if not path.exists():
        shutil.copytree(_laid_out(company), path)


@asynccontextmanager
async def playing(
    path: Path, company: str = "teebee", *, present: Clock | None = None, patience: float = 600.0
) -> AsyncIterator[Playing]:
    """The company at work in a folder: what is there goes on, in a new folder it begins."""
    lay_out(path, company)
    folder = PlayFolder(path)
    with folder.held():
        world = await Playing.open(app.build_house, folder, None, present=present, patience=patience)
        try:
            yield world
        finally:
            await world.close()


Seen = tuple[str, str, str, int]


def seen(standing: list[Standing]) -> list[Seen]:
    """What people see: where, when, what, and how often it was changed."""
    return sorted((one.spot.id, one.at.isoformat(), notification_text(one.card), one.edits) for one in standing)


def texts(world: Playing, spot: str) -> list[str]:
    """The messages of one conversation: `@mei`, `#growth`."""
    return [notification_text(one.card) for one in world.room.standing if one.spot.id == spot]
