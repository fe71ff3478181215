"""May this message still go to this person now? Asked at the moment of sending, whatever was planned (spec/10 §17)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.delivery.kinds import Later, Skip
from bot.okr.localtime import local_day
from bot.okr.model import KRState
from bot.okr.planning import next_allowed
from bot.okr.planning.facts import Ritual
from bot.okr.planning.reminders import second_reminder_at
from bot.views.facts import calendar_view, person_facts, rituals_on
from bot.views.prompt import open_items
from bot.views.team import TeamView
from storage import agendas, asked, conversations
from storage import models as m
from storage.backup import MAYBE_SENT
from storage.teams import person_zone

MAY_BE_LATE = timedelta(hours=24)
REMINDER_MAY_BE_LATE = timedelta(hours=2)

ANSWERED = Skip("answered already")
ACCOUNT_OFF = Skip("the account is off")
PASSED = Skip("its digest has passed")
TOO_LATE = Skip("its time is long over")
AWAY = Skip("away until after the digest")
SNOOZED = Skip("the person asked to be asked later")
NOT_ASKED = Skip("the question itself was not sent")
NOTHING_ASKED = Skip("none of its key results is in force any more")
SWITCHED_OFF = Skip("the team switched it off")


def check_in_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """The weekly question: something is open, its digest is to come, and its reader may be written to.

    What was updated since it was planned is not asked (spec/03 §7.4).
    """
    prompt = session.get_one(m.Prompt, row.prompt_id)
    items = open_items(session, prompt)
    for item, update in asked.answered_meanwhile(session, items, prompt.person_id):
        mine = update.by_id == prompt.person_id
        item.state = m.ItemState.ANSWERED if mine else m.ItemState.ANSWERED_BY_OTHER
        item.checkin_id = update.id
        session.add(item)
    items = [item for item in items if item.state is m.ItemState.OPEN]
    if not items:
        return ANSWERED
    wanted = asking(session, items)
    if not wanted:
        return SWITCHED_OFF
    in_force = [item for item in wanted if session.get_one(m.KeyResult, item.kr_id).state is KRState.ACTIVE]
    if not in_force:
        return NOTHING_ASKED
    for item in items:
        if item not in in_force:
            item.state = m.ItemState.SUPPRESSED
            session.add(item)
    if now > row.due_at + MAY_BE_LATE:
        return TOO_LATE
    return allowed_now(session, row, now, before=_digest_of(row))


def reminder_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """A reminder: the question went out, something in it is open, and nobody asked for quiet."""
    if row.prompt_id is None:
        return NOT_ASKED
    prompt = session.get_one(m.Prompt, row.prompt_id)
    newest = agendas.newest_prompt(session, prompt.person_id)
    if newest is None or newest.id != prompt.id:
        return NOT_ASKED
    items = open_items(session, prompt)
    if not items:
        return ANSWERED
    if prompt.snoozed_until is not None:
        return SNOOZED
    if not asking(session, items):
        return SWITCHED_OFF
    if now > row.due_at + REMINDER_MAY_BE_LATE:
        return TOO_LATE
    planned_for, digest_at = _digest_of(row), _first_board(session, items, now) or _digest_of(row)
    if row.kind == "reminder_2" and planned_for is not None and digest_at is not None and digest_at > planned_for:
        return _before_the_next_board(session, row, prompt, digest_at, now)
    if digest_at is not None and now >= digest_at:
        return PASSED
    verdict = allowed_now(session, row, now, before=digest_at)
    return TOO_LATE if isinstance(verdict, Later) else verdict


def asking(session: Session, items: Sequence[m.PromptItem]) -> list[m.PromptItem]:
    """Those of a question's items whose team still has its weekly question switched on."""
    runs = {run.id: run.team_id for run in agendas.runs_by_ids(session, {item.run_id for item in items})}
    on = {one for one in set(runs.values()) if _asks(session, one)}
    return [item for item in items if runs[item.run_id] in on]


def _asks(session: Session, team_id: int) -> bool:
    return Ritual.WEEKLY_CHECK_IN in rituals_on(session.get_one(m.Team, team_id))


def _first_board(session: Session, items: Sequence[m.PromptItem], now: datetime) -> datetime | None:
    """The next digest that shows answers to these items."""
    runs = agendas.runs_by_ids(session, {item.run_id for item in items})
    return min((run.digest_at for run in runs if run.digest_at is not None and run.digest_at > now), default=None)


def _before_the_next_board(
    session: Session, row: m.Delivery, prompt: m.Prompt, digest_at: datetime, now: datetime
) -> Skip | Later | None:
    """The second reminder belongs to the earliest digest with something open: the first one of several teams has all
    it wants, so it waits for the next (spec/10 §17)."""
    person = session.get_one(m.Person, row.person_id)
    facts = person_facts(team_of(session, row, person, now), person)
    at = second_reminder_at(facts, agendas.sent_at(session, prompt.id) or now, digest_at)
    if at is None:
        return ANSWERED
    if at > now:
        return Later(at)
    row.data = {**row.data, "digest_at": digest_at.isoformat()}
    session.add(row)
    return None


def snooze_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """What somebody asked to be asked again: still open, and their newest question."""
    prompt = session.get_one(m.Prompt, row.prompt_id)
    newest = agendas.newest_prompt(session, prompt.person_id)
    if newest is None or newest.id != prompt.id:
        return Skip("a newer question was asked meanwhile")
    if not open_items(session, prompt):
        return ANSWERED
    return TOO_LATE if now > row.due_at + MAY_BE_LATE else allowed_now(session, row, now)


def silence_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """A stale or dark notice: still silent, still in force, and not already part of today's question."""
    kr_id = int(row.data["krs"][0])
    key_result = session.get_one(m.KeyResult, kr_id)
    if key_result.state is not KRState.ACTIVE:
        return NOTHING_ASKED
    if not _asks(session, key_result.team_id):
        return SWITCHED_OFF
    since = key_result.current.updated_on
    if since is not None and row.period != f"since:{since.isoformat()}":
        return ANSWERED
    if now > row.due_at + MAY_BE_LATE:
        return TOO_LATE
    if row.kind == "stale" and _asked_today(session, row, kr_id, now):
        return Skip("part of today's question")
    return allowed_now(session, row, now)


def at_once_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """What one person sets off for another (a nudge, "not mine"): not to accounts that are off, not in quiet hours."""
    return allowed_now(session, row, now)


def welcome_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """The first word to a new owner: they answer for something still."""
    if row.person_id is None or not conversations.owned_key_results(session, row.person_id):
        return NOTHING_ASKED
    return at_once_wanted(session, row, now)


def allowed_now(
    session: Session, row: m.Delivery, now: datetime, before: datetime | None = None
) -> Skip | Later | None:
    """Quiet hours, days off and absence, as they are now. A message that would come after `before` is dropped."""
    person = session.get_one(m.Person, row.person_id)
    if not person.active:
        return ACCOUNT_OFF
    view = team_of(session, row, person, now)
    allowed = next_allowed(person_facts(view, person), now)
    if before is not None and (allowed is None or allowed >= before):
        return PASSED if now >= before else AWAY
    if allowed is None:
        return AWAY
    return None if allowed <= now else Later(allowed)


def team_of(session: Session, row: m.Delivery, person: m.Person, now: datetime) -> TeamView:
    """The team whose calendar decides, without its key results: the one the message was planned for, else the first.

    Somebody in no team at all is written to by the calendar of the workspace's first one.
    """
    team = session.get(m.Team, row.data.get("team")) if row.data.get("team") else None
    if team is None:
        team = next(iter(agendas.teams_asking(session, person.id)), None) or agendas.first_team(session, person)
    return calendar_view(session, team, person, now)


def _digest_of(row: m.Delivery) -> datetime | None:
    text = row.data.get("digest_at")
    return None if text is None else datetime.fromisoformat(text)


def _asked_today(session: Session, row: m.Delivery, kr_id: int, now: datetime) -> bool:
    person = session.get_one(m.Person, row.person_id)
    workspace = session.get_one(m.Workspace, person.workspace_id)
    here = person_zone(person, workspace)
    today = local_day(now, here)
    for one in agendas.prompt_deliveries_since(session, [person.id], now - timedelta(days=2)):
        due_today = local_day(one.sending_at or one.due_at, here) == today
        was_left_out = one.state in (m.DeliveryState.SKIPPED, m.DeliveryState.FAILED) and one.reason != MAYBE_SENT
        if due_today and not was_left_out and one.prompt_id is not None:
            about = {item.kr_id for item in agendas.items_of(session, one.prompt_id)}
            if kr_id in about:
                return True
    return False
