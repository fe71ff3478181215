"""Wins as they are shown: the Friday message and the line in a thanked team (spec/07 §12.8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col

from bot.cards.graphemes import clip
from bot.cards.i18n import N_
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.wins import AutomaticWin, KRSince, automatic_wins
from bot.views.shapes import View
from bot.views.team import KRView, team_shown
from bot.views.visible import Audience, seen_by_audience
from storage import deliveries, digests, wins
from storage import models as m
from storage.digests import WinRow

ANSWERS: Mapping[str, View] = {}

MOST_TOLD = 8
LONGEST = 120
"""Characters of what somebody told; the rest of a longer one stays on the board."""
A_WEEK = timedelta(days=7)
LOOKS_BACK = timedelta(days=14)
"""After a Friday without a message the next one reaches back to the last, but no further than this."""
WENT_OUT = (m.DeliveryState.SENT, m.DeliveryState.UNKNOWN)
TAKEN_BACK = N_("A word of thanks stood here; it was taken back.")
FOLLOWS_FOR = timedelta(days=1)
"""For how long the Friday message shows what is added to it."""


@dataclass(frozen=True, slots=True)
class WinLine:
    """One win: a figure's own (`kind` of `WinKind`), or what somebody `said`."""

    kind: str
    label: str = ""
    title: str = ""
    line: Decimal | None = None
    before: Decimal | None = None
    after: Decimal | None = None
    days: int = 0
    text: str = ""
    by: str | None = None
    thanks: str | None = None


def week_of_wins(session: Session, row: m.Delivery, now: datetime) -> tuple[WinLine, ...]:
    """What the Friday message `row` tells: what the figures say first, then what people said, oldest first."""
    team = session.get_one(m.Team, row.team_id)
    since = _since(session, row, now)
    view = team_shown(session, team, now)
    krs = [one for part in seen_by_audience(view, Audience.TEAM) for one in part.key_results]
    values = wins.values_at(session, [one.row.id for one in krs], since)
    told = [_automatic(win) for one in krs for win in automatic_wins(_kr_since(one, since, values.get(one.row.id)))]
    return (*told, *(_said(one) for one in digests.wins_between(session, team.id, since, now)))


def wins_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """The Friday message, in its team's language."""
    team = session.get_one(m.Team, row.team_id)
    told = week_of_wins(session, row, now)
    return cards.card(
        "wins",
        team.lang.value,
        team=team.name,
        team_key=team.key,
        wins=told[:MOST_TOLD],
        more=max(0, len(told) - MOST_TOLD),
    )


def win_thanks_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """To a team that is thanked, in its own language and channel; once the win was taken back, that."""
    del now
    win = wins.win_of(session, int(row.data["win"]))
    team = session.get_one(m.Team, row.team_id)
    if win is None:
        return cards.card("notice", team.lang.value, text=cards.text(TAKEN_BACK, team.lang.value))
    by = None if win.by_id is None else session.get_one(m.Person, win.by_id).short_name
    said = _said(WinRow(win, by, None))
    thanks = session.get_one(m.Team, win.team_id).name
    return cards.card("win_thanks", team.lang.value, team=thanks, text=said.text, by=said.by)


def plan_thanks(session: Session, win: m.Win, now: datetime) -> None:
    """Call this with every win that is stored: the team it thanks reads it in its channel, and the message of this
    Friday, if it went out already, shows it.

    A win of an objective that is kept within its team stays there (spec/10 §16, point 1).
    """
    session.flush()
    deliveries.want_newest(session, wins.told_within(now, FOLLOWS_FOR), col(m.Delivery.team_id) == win.team_id)
    if win.thanks_team_id is None or win.thanks_team_id == win.team_id or wins.is_private(session, win):
        return
    if session.get_one(m.Team, win.thanks_team_id).channel_ref is None:
        return
    deliveries.plan_delivery(
        session,
        workspace_id=win.workspace_id,
        kind="win_thanks",
        subject=f"win:{win.id}",
        period="once",
        due_at=now,
        now=now,
        team_id=win.thanks_team_id,
        data={"win": win.id},
    )


def _since(session: Session, row: m.Delivery, now: datetime) -> datetime:
    """The last message that went out. After a Friday on which none did, the week before it is told as well."""
    told_at = row.sending_at or now
    before = wins.fridays_before(session, row)
    if not before:
        return told_at - A_WEEK
    sent = next((one.sending_at for one in before if one.sending_at is not None and one.state in WENT_OUT), None)
    return told_at - LOOKS_BACK if sent is None else max(sent, told_at - LOOKS_BACK)


def _kr_since(one: KRView, since: datetime, value_before: Decimal | None) -> KRSince:
    return KRSince(one.state, since, one.calendar, value_before, one.said)


def _automatic(win: AutomaticWin) -> WinLine:
    return WinLine(
        kind=win.kind.value,
        label=win.kr.label,
        title=win.kr.short_title,
        line=win.line,
        before=win.before,
        after=win.after,
        days=win.days,
    )


def _said(one: WinRow) -> WinLine:
    by = None if one.win.source is m.WinSource.AUTO else one.by
    text = clip(" ".join(one.win.text.split()), LONGEST).rstrip(" .。;；,，")
    return WinLine(kind="said", text=text, by=by, thanks=one.thanks)
