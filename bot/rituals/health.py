"""Health metrics: a message of its own for those who get no question in the week they are asked (spec/07 §12.9)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import Later, MessageKind, Registry, Skip
from bot.rituals.person_messages import ANSWERED, TOO_LATE, allowed_now
from bot.views.health import asked_lines, health_check_card
from storage import models as m

MAY_BE_LATE = timedelta(hours=24)


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""

    def compose(session: Session, row: m.Delivery, now: datetime) -> Card:
        return health_check_card(session, cards, row, now)

    return {"health": MessageKind(compose, health_wanted)}


def health_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """Some metric is still theirs to look after, and nobody has said since how it stands."""
    lines = asked_lines(session, row.data["health"], row.person_id or 0, row.created_at or row.due_at)
    if not lines:
        return Skip("none of its health metrics is theirs any more")
    if all(one.answered for one in lines):
        return ANSWERED
    if now > row.due_at + MAY_BE_LATE:
        return TOO_LATE
    digest_at = row.data.get("digest_at")
    return allowed_now(session, row, now, before=None if digest_at is None else datetime.fromisoformat(digest_at))
