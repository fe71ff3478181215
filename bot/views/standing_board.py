"""The standing board: a digest's board and foot, kept up to date in the channel (spec/08 §13.6)."""

from datetime import datetime

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.digesting import CUTS, OBJECTIVES, fits
from bot.views.digest_facts import digest_facts
from bot.views.digest_lines import digest_lines
from bot.views.visible import Audience
from storage import models as m

SHOWN = ("team", "team_key", "week", "objectives", "folded", "updated")


def standing_board_card(session: Session, cards: Cards, team: m.Team, now: datetime) -> Card:
    """The team's board as it stands at `now`, in the team's language and within a digest's limits."""
    facts = digest_facts(session, team, None, now, Audience.TEAM)
    objectives = min(len(facts.seen), OBJECTIVES)
    for cut in CUTS:
        lines = digest_lines(facts, cut, team.lang.value)
        card = cards.card("standing_board", team.lang.value, **{name: lines[name] for name in SHOWN})
        if fits(plain_text(card), objectives):
            break
    return card
