"""`/okr why`: the arithmetic behind score, heading, status and freshness in five lines (spec/06 §11.6)."""

from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.views.team import KRView
from bot.views.why_lines import Speaker, WhyLines
from storage import models as m


def why_card(
    session: Session,
    cards: Cards,
    view: KRView,
    label: str,
    lang: Lang,
    now: datetime,  # noqa: ARG001 - as its neighbours; `view` was derived at this moment
    viewer: m.Person | None = None,
) -> Card:
    """The sums behind every figure that the board shows of a key result, each from what is stored.

    `label` is how the reader calls it, `viewer` who asks: "You said" is said to nobody else. One or two queries, for
    who it was that judged.
    """
    lines = WhyLines(cards, lang, view.state, label, _speaker(session, view, viewer)).all()
    return cards.card("why", lang, lines=lines)


def _speaker(session: Session, view: KRView, viewer: m.Person | None) -> Speaker | None:
    """Who gave the judgement that stands; the owner where a lead recorded it for them."""
    said_in = view.state.current.band_check_in_id
    row = None if said_in is None else session.get(m.CheckIn, said_in)
    if row is None:
        return None
    person = session.get_one(m.Person, row.on_behalf_of_id or row.by_id)
    return Speaker(person.short_name, is_reader=viewer is not None and viewer.id == person.id)
