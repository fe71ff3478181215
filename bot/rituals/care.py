"""When people or teams fall silent: another time, another rhythm, fewer questions (spec/07 §12.3, §12.5)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import Compose, Later, MessageKind, Registry, Skip
from bot.okr.model import FreshnessState, KRState
from bot.okr.planning.care import low_weeks, quiet_since, silent_since
from bot.okr.planning.facts import Ritual, TeamFacts
from bot.rituals.person_messages import ANSWERED, NOTHING_ASKED, SWITCHED_OFF, allowed_now
from bot.views.care import bad_time_card, feed_quiet_card, participation_card, team_quiet_card
from bot.views.facts import team_facts
from bot.views.prompt import kr_view
from storage import care
from storage import models as m

BAD_TIME_AGAIN = timedelta(weeks=6)
PARTICIPATION_AGAIN = timedelta(weeks=4)

ASKED_BEFORE = Skip("asked in the last weeks already")
NOT_THE_LEAD = Skip("somebody else leads the team by now")
UPDATED = Skip("something was updated meanwhile")

Render = Callable[[Session, Cards, m.Delivery, datetime], Card]


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""

    def composing(render: Render) -> Compose:
        def compose(session: Session, row: m.Delivery, now: datetime) -> Card:
            return render(session, cards, row, now)

        return compose

    return {
        "bad_time": MessageKind(composing(bad_time_card), bad_time_wanted),
        "team_quiet": MessageKind(composing(team_quiet_card), team_quiet_wanted),
        "participation": MessageKind(composing(participation_card), participation_wanted),
        "feed_quiet": MessageKind(composing(feed_quiet_card), feed_quiet_wanted),
    }


def bad_time_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """They are still silent, and were not asked the same in the last six weeks."""
    facts = _facts(session, row, now)
    if Ritual.WEEKLY_CHECK_IN not in facts.on:
        return SWITCHED_OFF
    person = facts.people.get(row.person_id or 0)
    since = None if person is None else silent_since(person)
    if since is None or row.period != f"since:{since.isoformat()}":
        return ANSWERED
    last = care.last_sent(session, row.kind, person_id=row.person_id, but=row.id)
    if last is not None and now < last + BAD_TIME_AGAIN:
        return ASKED_BEFORE
    return allowed_now(session, row, now)


def team_quiet_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """Nothing was updated since, and its reader leads the team."""
    facts = _facts(session, row, now)
    refused = _not_for_the_lead(facts, row)
    if refused is not None:
        return refused
    since = quiet_since(facts)
    if since is None or row.period != f"since:{since.isoformat()}":
        return UPDATED
    return allowed_now(session, row, now)


def participation_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """Few answer still, and the lead was not asked about it in the last four weeks."""
    facts = _facts(session, row, now)
    refused = _not_for_the_lead(facts, row)
    if refused is not None:
        return refused
    weeks = low_weeks(facts)
    if not weeks or row.period != f"week:{weeks[-1].period}":
        return UPDATED
    last = care.last_sent(session, row.kind, team_id=facts.id, but=row.id)
    if last is not None and now < last + PARTICIPATION_AGAIN:
        return ASKED_BEFORE
    return allowed_now(session, row, now)


def feed_quiet_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """The feed is still quiet, and the key result in force."""
    kr_id = int(row.data["krs"][0])
    if session.get_one(m.KeyResult, kr_id).state is not KRState.ACTIVE:
        return NOTHING_ASKED
    fresh = kr_view(session, kr_id, now).state.freshness
    if fresh.state is not FreshnessState.FEED_QUIET or fresh.counted_from is None:
        return ANSWERED
    if row.period != f"since:{fresh.counted_from.isoformat()}":
        return ANSWERED
    return allowed_now(session, row, now)


def _facts(session: Session, row: m.Delivery, now: datetime) -> TeamFacts:
    return team_facts(session, session.get_one(m.Team, int(row.data["team"])), now)


def _not_for_the_lead(facts: TeamFacts, row: m.Delivery) -> Skip | None:
    if Ritual.WEEKLY_CHECK_IN not in facts.on:
        return SWITCHED_OFF
    return NOT_THE_LEAD if facts.lead_id != row.person_id else None
