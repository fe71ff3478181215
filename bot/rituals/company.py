"""The company digest and the standing boards (spec/08 §13.6, §13.7)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import Later, MessageKind, Registry, Skip
from bot.okr import planning
from bot.okr.localtime import local_day
from bot.okr.planning.meetings import is_in_cycle
from bot.rituals.lead import cannot_post
from bot.views.board import board_card
from bot.views.company import company_digest
from bot.views.facts import rituals_on, team_facts
from bot.views.standing_board import standing_board_card
from storage import agendas
from storage import models as m
from storage.settings import is_archived

MAY_BE_LATE = timedelta(minutes=10)
"""After the start of the company's meeting."""


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""
    kinds = _Kinds(cards)
    return {
        "company_digest": MessageKind(
            kinds.digest,
            digest_wanted,
            channel_settled,
            updates_per_minute=1,
            frozen=meeting_began,
            before_others=True,
        ),
        "standing_board": MessageKind(
            kinds.standing, standing_wanted, channel_settled, updates_per_minute=1, frozen=board_rests, pinned=True
        ),
        "board_shared": MessageKind(kinds.shared, settled=channel_settled, frozen=always_frozen, urgent=True),
    }


class _Kinds:
    """Composing, with the cards at hand."""

    def __init__(self, cards: Cards) -> None:
        self._cards = cards

    def digest(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        return company_digest(session, self._cards, session.get_one(m.Team, row.team_id), now, row.sent_at)

    def standing(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        return standing_board_card(session, self._cards, session.get_one(m.Team, row.team_id), now)

    def shared(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        """What everybody may see: whoever is in the channel reads it."""
        team = session.get_one(m.Team, row.team_id)
        return board_card(session, self._cards, team, team.lang.value, now, None)


def digest_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """Its meeting is to come, or began a few minutes ago."""
    run = _run(session, row)
    if run is None:
        return Skip("its meeting is gone")
    limit = run.meeting_at + MAY_BE_LATE if run.meeting_id is not None and run.meeting_at is not None else None
    if limit is not None and now > limit:
        return Skip("the meeting had begun")
    return Skip("its day is over") if now > row.due_at + timedelta(hours=24) else None


def meeting_began(session: Session, row: m.Delivery, now: datetime) -> bool:
    """From then on the digest stays as it is."""
    run = _run(session, row)
    return run is None or (run.meeting_at is not None and now >= run.meeting_at)


def standing_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """The team still asks for it, and its cycle is the one it was planned for."""
    return Skip("the standing board is off or its cycle is over") if board_rests(session, row, now) else None


def board_rests(session: Session, row: m.Delivery, now: datetime) -> bool:
    """True once the board is switched off, or its cycle is over: what stands there stays as it is.

    That of a team that is archived says so.
    """
    team = session.get_one(m.Team, row.team_id)
    facts = team_facts(session, team, now)
    off = planning.Ritual.STANDING_BOARD not in rituals_on(team) and not is_archived(team)
    if off or facts.cycle is None:
        return True
    here = local_day(now, facts.zone)
    return not is_in_cycle(facts, here) or row.period != f"cycle:{facts.cycle[0].isoformat()}"


def always_frozen(_session: Session, _row: m.Delivery, _now: datetime) -> bool:
    """What was shared says how it was at that moment."""
    return True


def channel_settled(session: Session, row: m.Delivery, outcome: m.DeliveryState) -> None:
    """A channel that cannot be posted in: the lead is told once a month, and what to do."""
    if outcome is m.DeliveryState.FAILED and row.team_id is not None:
        team = session.get_one(m.Team, row.team_id)
        cannot_post(session, team, row.reason, row.updated_at or row.due_at)


def _run(session: Session, row: m.Delivery) -> m.RitualRun | None:
    if row.team_id is None:
        return None
    return agendas.run_of(session, row.team_id, m.RitualKind.COMPANY_DIGEST, row.period)
