"""What somebody may want to type: the commands that `/okr help` shows, and the labels of key results, own first."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Line, ListBlock, Run, Style
from bot.cards.render import Cards
from bot.platforms.playground.world import Suggestion
from bot.views.help import help_card
from bot.views.person import person_view
from storage import models as m

COMMAND = "/okr"
_BETWEEN = " · "


def suggestions(session: Session, cards: Cards, person_id: int, now: datetime) -> list[Suggestion]:
    """Commands in that person's language, then `KR2`: theirs first, then those of their teams."""
    person = session.get_one(m.Person, person_id)
    lang: Lang = "zh" if person.lang is m.Language.ZH else "en"
    view = person_view(session, person, now)
    mine = {one.row.id: one for one in (*view.own, *view.standing_in_for)}
    others = {one.row.id: one for team in view.teams for one in team.key_results}
    labels = [Suggestion(view.label(one), one.kr.short_title or one.kr.title) for one in (mine | others).values()]
    return [*commands(cards, lang), *labels]


def commands(cards: Cards, lang: Lang) -> list[Suggestion]:
    """What `/okr help` names, with what it says about each."""
    found: dict[str, str] = {}
    for block in help_card(cards, "", lang).blocks:
        if isinstance(block, ListBlock):
            for item in block.items:
                for text, about in _named_in(item):
                    found.setdefault(text, about)
    return [Suggestion(text, about) for text, about in found.items()]


def _named_in(line: Line) -> Iterator[tuple[str, str]]:
    """Each command of a line, and the words behind its colon."""
    for at, part in enumerate(line):
        if not (isinstance(part, Run) and part.style is Style.CODE and _is_command(part.text)):
            continue
        after = line[at + 1] if at + 1 < len(line) else None
        told = after.text if isinstance(after, Run) and after.style is Style.PLAIN else ""
        said = told.partition(_BETWEEN.strip())[0].strip()
        yield part.text, said.lstrip(":：").strip() if said.startswith((":", "：")) else ""


def _is_command(text: str) -> bool:
    return text == COMMAND or text.startswith(f"{COMMAND} ")
