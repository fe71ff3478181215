"""What answers the question whether a status means an absence: two buttons."""

from collections.abc import Callable
from datetime import date

from sqlmodel import col, select

from bot.handlers.away import note_away
from bot.handlers.buttons import GONE, NOT_YOURS
from bot.handlers.order import Topic
from bot.handlers.saying import N_, notice
from bot.intake.conversation import Reply, Turn
from bot.intake.inbound import Nothing
from bot.okr.localtime import local_day
from storage import deliveries
from storage import models as m
from storage.directory import AWAY_ASKED
from storage.teams import person_zone


def _answered(answer: Callable[[Turn, m.Delivery], Reply | None]) -> Callable[[Turn, str], Reply]:
    """A button of the question: it is the presser's own, and counts once."""

    def pressed(turn: Turn, token: str) -> Reply:
        row = turn.session.exec(
            select(m.Delivery).where(m.Delivery.token == token, m.Delivery.kind == AWAY_ASKED)
        ).first()
        if row is None:
            return notice(GONE)
        if row.person_id != turn.person.id:
            return notice(NOT_YOURS)
        if row.data.get("answer") in ("yes", "no"):
            return notice(N_("You have answered that already; for anything else: /okr away or /okr back."))
        refused = answer(turn, row)
        if refused is not None:
            return refused
        turn.session.add(row)
        turn.session.flush()
        deliveries.want_newest(turn.session, col(m.Delivery.id) == row.id)
        return Nothing()

    return pressed


def _yes(turn: Turn, row: m.Delivery) -> Reply | None:
    """As `/okr away` would note it, from the day on which the status said so."""
    first, last = date.fromisoformat(row.data["first"]), date.fromisoformat(row.data["last"])
    workspace = turn.session.get_one(m.Workspace, turn.person.workspace_id)
    if last < local_day(turn.now, person_zone(turn.person, workspace)):
        return notice(N_("Those days are over, so I noted nothing."))
    row.data = {**row.data, "answer": "yes", "noted": note_away(turn, first, last)}
    return None


def _no(_turn: Turn, row: m.Delivery) -> Reply | None:
    row.data = {**row.data, "answer": "no"}
    return None


TOPIC = Topic(buttons={"away_yes": _answered(_yes), "away_no": _answered(_no)})
