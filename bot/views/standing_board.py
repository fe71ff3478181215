"""The standing board: a digest's board and foot, kept up to date in the channel and on pages (spec/08 §13.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.digesting import CUTS, OBJECTIVES, Rows, fits
from bot.okr.rollup import Participation
from bot.views.digest_facts import board_facts, digest_facts
from bot.views.digest_lines import DigestLines, ObjectiveLine, digest_lines
from bot.views.team import TeamView
from bot.views.visible import Audience, Seen
from storage import agreements, changes, merging
from storage import models as m
from storage.settings import is_archived

SHOWN = ("team", "team_key", "week", "objectives", "folded", "updated")


def standing_board_card(session: Session, cards: Cards, team: m.Team, now: datetime) -> Card:
    """The team's board as it stands at `now`, in the team's language and within a digest's limits.

    That of a team that is not worked with any more ends with one line.
    """
    if is_archived(team):
        return _end(session, cards, team)
    facts = digest_facts(session, team, None, now, Audience.TEAM)
    objectives = min(len(facts.seen), OBJECTIVES)
    for cut in CUTS:
        lines = digest_lines(facts, cut, team.lang.value)
        card = cards.card("standing_board", team.lang.value, **{name: lines[name] for name in SHOWN})
        if fits(plain_text(card), objectives):
            break
    return card


@dataclass(frozen=True, slots=True)
class BoardOnPage:
    """The board of one team among other things, as far as one reader sees it."""

    team: str
    team_key: str
    week: tuple[int, int] | None
    objectives: tuple[ObjectiveLine, ...]
    folded: Rows | None
    updated: Participation


def _end(session: Session, cards: Cards, team: m.Team) -> Card:
    lang: Lang = team.lang.value
    into = merging.merged_into(session, team)
    if into is None:
        text = cards.text(N_("{team} is archived, so this board ends here."), lang, team=team.name)
    else:
        msgid = N_("{team} is a part of {into} now, so this board ends here. The other one: /okr board {key}")
        text = cards.text(msgid, lang, team=team.name, into=into.name, key=into.key)
    return cards.card("notice", lang, text=text)


def boards_on_page(
    session: Session, boards: Sequence[tuple[TeamView, tuple[Seen, ...]]], lang: Lang
) -> tuple[BoardOnPage, ...]:
    """The boards of some teams for one reader, in their language: two queries, and three a team."""
    krs = [one.row.id for _view, seen in boards for part in seen for one in part.key_results]
    refused = agreements.refused(session, krs)
    changed = frozenset(changes.since_last_board(session, krs, boards[0][0].now) if boards else ())
    return tuple(_on_page(session, view, seen, lang, refused, changed) for view, seen in boards)


def _on_page(
    session: Session,
    view: TeamView,
    seen: tuple[Seen, ...],
    lang: Lang,
    refused: Mapping[int, str],
    changed: frozenset[int],
) -> BoardOnPage:
    facts = board_facts(session, view, seen, refused, changed)
    lines = DigestLines(facts, CUTS[0], lang)
    return BoardOnPage(
        view.team.name, view.team.key, view.week, lines.objectives(), lines.folded(), facts.participation
    )
