"""The page of a person's own, as delivery shows it."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import MessageKind, Surface
from bot.views.home import home_card
from storage import homes
from storage import models as m


def kinds(cards: Cards) -> Mapping[str, MessageKind]:
    """What others do shows on a page at most once a minute; what its person does, at once."""

    def compose(session: Session, row: m.Delivery, now: datetime) -> Card:
        address = session.get_one(m.Address, row.data["address"])
        person = session.get_one(m.Person, address.person_id)
        is_guest = bool(address.profile.get("guest"))
        return home_card(session, cards, person, now, is_guest=is_guest, said=row.data.get("said"))

    return {homes.KIND: MessageKind(compose, updates_per_minute=1, surface=Surface.HOME, frozen=_is_gone)}


def _is_gone(session: Session, row: m.Delivery, _now: datetime) -> bool:
    """Nothing is shown to somebody who left."""
    return row.person_id is None or not session.get_one(m.Person, row.person_id).active
