"""What is said when people, teams or feeds fall silent (spec/07 §12.3, §12.5, spec/03 §8.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.localtime import monday_of
from bot.okr.model import Cadence, FreshnessState
from bot.okr.planning.care import average_of, low_weeks
from bot.views.facts import team_facts
from bot.views.person import person_view
from bot.views.prompt import kr_view
from bot.views.shapes import View
from storage import models as m

ANSWERS: Mapping[str, View] = {}

OTHER_TIMES = ((1, time(10, 0)), (3, time(16, 0)), (4, time(11, 0)))
"""Weekday (0 is Monday) and time that are offered to somebody whose time of week does not suit."""
NAMED_BY_WEEKDAY = 6
"""A moment up to so many days ago is named by its weekday; beyond, the weekday would be one of two."""


@dataclass(frozen=True, slots=True)
class OtherTime:
    """A time of week on a button: how the button names it to us, and a moment that falls on it."""

    value: str
    at: datetime


def bad_time_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """To someone who left three questions unanswered: would another time suit? Their own is not offered."""
    person = session.get_one(m.Person, row.person_id)
    own = (person.check_in_weekday, person.check_in_time)
    monday = monday_of(now.date())
    offered = [
        OtherTime(f"{weekday}T{at:%H:%M}", datetime.combine(monday + timedelta(days=weekday), at, UTC))
        for weekday, at in OTHER_TIMES
        if (weekday, at) != own
    ]
    return cards.card("bad_time", person.lang.value, times=offered)


def team_quiet_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """To the lead of a team in which nothing was updated for two cadences."""
    del now
    lead = session.get_one(m.Person, row.person_id)
    team = session.get_one(m.Team, int(row.data["team"]))
    biweekly = team.cadence is Cadence.BIWEEKLY
    return cards.card("team_quiet", lead.lang.value, team=team.name, team_key=team.key, biweekly=biweekly)


def participation_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """To the lead, after three weeks in which few key results were updated. Raises `LookupError` if there were none."""
    lead = session.get_one(m.Person, row.person_id)
    team = session.get_one(m.Team, int(row.data["team"]))
    weeks = low_weeks(team_facts(session, team, now))
    if not weeks:
        raise LookupError("participation is not low any more")
    average = average_of(weeks)
    return cards.card(
        "participation",
        lead.lang.value,
        team=team.name,
        team_key=team.key,
        n=average.updated,
        m=average.due,
        biweekly=team.cadence is Cadence.BIWEEKLY,
    )


def feed_quiet_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """To the owner and the admins: a feed has stopped. Who cannot update the key result here is asked to look."""
    person = session.get_one(m.Person, row.person_id)
    view = person_view(session, person, now)
    kr_id = int(row.data["krs"][0])
    mine = view.by_id.get(kr_id)
    one = mine or kr_view(session, kr_id, now)
    measured = one.state.current.measured_at
    since = None if measured is None else measured.astimezone(view.tz)
    today = now.astimezone(view.tz).date()
    return cards.card(
        "feed_quiet",
        person.lang.value,
        label=one.kr.key if mine is None else view.label(mine),
        title=one.kr.short_title,
        quiet=one.state.freshness.state is FreshnessState.FEED_QUIET,
        since=since,
        by_weekday=since is not None and (today - since.date()).days <= NAMED_BY_WEEKDAY,
        kr_token=one.row.token,
        may_type=mine is not None,
    )
