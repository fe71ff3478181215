"""The question after a meeting, with the next steps as they stand: in the thread of its digest (spec/07 §12.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.views.digest_lines import WEEKDAYS_AHEAD, StepLine
from bot.views.team import TeamView, team_view
from storage import deliveries, digests
from storage import models as m
from storage.digests import StepRow

OPENERS = ("digest", "company_digest")
"""The kinds of message that open a meeting."""
MOST_OPEN = 7
MOST_DONE = 5
LOOKS_BACK = timedelta(days=1)
"""How far back ticked steps are told where nobody knows when the digest went out."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What stands on the team's list: the first of each, and how many more there are."""

    still_open: tuple[StepLine, ...]
    done: tuple[StepLine, ...]
    more: int


def opener_of(session: Session, row: m.Delivery) -> m.Delivery | None:
    """The digest that opened the meeting which a question follows; None where none was ever due."""
    found = (deliveries.delivery_of(session, kind, row.subject, row.period) for kind in OPENERS)
    known = [one for one in found if one is not None]
    return min(known, key=lambda one: one.state is m.DeliveryState.SKIPPED, default=None)


def after_meeting_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """The question, the open next steps with owner and day, and what was ticked since the digest."""
    team = session.get_one(m.Team, row.team_id)
    view = team_view(session, team, now)
    opener = opener_of(session, row)
    since = (opener.sent_at if opener else None) or (row.sending_at or now) - LOOKS_BACK
    rows = digests.next_steps_since(session, team.id, since)
    added = any(one.step.at > since for one in rows)
    none_by = None if added else row.data.get("none_by")
    return cards.card(
        "next_steps_asked",
        team.lang.value,
        team=team.name,
        team_key=team.key,
        period=row.period,
        steps=_steps(view, rows),
        none_by=None if none_by is None else session.get_one(m.Person, int(none_by)).short_name,
    )


def _steps(view: TeamView, rows: Sequence[StepRow]) -> Steps:
    still_open = [one for one in rows if one.step.state is m.NextStepState.OPEN]
    done = [one for one in rows if one.step.state is m.NextStepState.DONE]
    shown_open, shown_done = still_open[:MOST_OPEN], done[:MOST_DONE]
    return Steps(
        tuple(_line(view, one) for one in shown_open),
        tuple(_line(view, one) for one in shown_done),
        len(rows) - len(shown_open) - len(shown_done),
    )


def _line(view: TeamView, one: StepRow) -> StepLine:
    due = one.step.due
    labels = {kr.row.id: kr.kr.label for kr in view.key_results}
    return StepLine(
        text=one.step.text,
        owner=one.owner,
        due=due,
        weekday=due is not None and view.today <= due <= view.today + WEEKDAYS_AHEAD,
        label=None if one.step.kr_id is None else labels.get(one.step.kr_id),
    )
