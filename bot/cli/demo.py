"""`demo`: a week of a team, told in the terminal and gone afterwards."""

import asyncio
import tempfile
from pathlib import Path

from rich.console import Console

from bot.cards.i18n import Lang
from bot.cli import words
from bot.cli.acts import Act
from bot.cli.demo_end import epilogue
from bot.cli.demo_own import own_acts
from bot.cli.demo_teebee import teebee_acts
from bot.cli.narrator import Narrator
from bot.cli.output import CommandProblem, is_terminal
from bot.cli.own_source import read_story
from bot.cli.painting import Painter, PlainPainter, RichPainter
from bot.cli.stage import set_up
from bot.cli.telling import Teller
from bot.cli.types import BuildHouse

TEEBEE = Path(__file__).resolve().parent.parent.parent / "examples" / "teebee.yaml"
EVERYONE_WIDE = 110
"""Columns of a panel at most: longer lines are hard to read."""


def demo(build_house: BuildHouse, path: Path | None, lang: Lang, *, plain: bool) -> None:
    """Tell the week of the company in `path`, or of TeeBee.

    Raises `CommandProblem` for a file that cannot be read, and for one that has nobody to ask.
    """
    story = read_story(path or TEEBEE)
    file = story.file
    painter: Painter = PlainPainter() if plain or not is_terminal() else RichPainter(_console())
    acts = teebee_acts(file, lang) if path is None else own_acts(file)
    narrator = Narrator(painter, lang)
    if not acts:
        raise CommandProblem(words.NOBODY_TO_ASK.say(lang, name=file.workspace.name))
    painter.title(words.TITLE.say(lang, name=file.workspace.name))
    for sentence, given in story.told:
        painter.narrate(sentence.say(lang, **given))
    for number, act in enumerate(acts):
        with tempfile.TemporaryDirectory(prefix="okra-demo-") as folder:
            asyncio.run(_play(build_house, act, narrator, Path(folder), is_last=number == len(acts) - 1))


async def _play(build_house: BuildHouse, act: Act, narrator: Narrator, folder: Path, *, is_last: bool) -> None:
    stage = set_up(build_house, act.file, folder, act.start, narrator.hear)
    try:
        narrator.cast = stage.cast
        await stage.house.start()
        await act.play(Teller(stage, narrator))
        if is_last:
            for title, lines in await stage.db.read(epilogue, act.start, narrator.lang):
                narrator.painter.title(title)
                narrator.painter.plain(lines)
    finally:
        stage.close()


def _console() -> Console:
    console = Console(highlight=False)
    return Console(highlight=False, width=min(console.width, EVERYONE_WIDE))
