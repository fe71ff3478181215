"""The clock asks: agenda rows that are due are planned, and what is due goes into the outbox under its key."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

import structlog
from sqlmodel import Session, col

from bot.okr import planning
from bot.rituals import person_messages
from bot.rituals.ahead import facts_from, merged
from bot.rituals.asking import OPEN_FOR, OtherTeams, hand_over, open_prompt
from bot.rituals.lead import NO_CHANNEL, cannot_reach, tell_lead
from bot.rituals.plain import TELLS_THE_LEAD, enter_plain, sheet_for
from bot.views.facts import MAY_PASS, facts_of_teams, team_facts
from bot.views.prompt import open_items
from bot.where import what_and_where
from storage import agendas, deliveries, pauses, taking
from storage import models as m
from storage.problems import DatabaseBusy, StorageProblem
from storage.session import Database
from storage.sheets import Sheet
from storage.teams import teams_by_id

log = structlog.get_logger()

PASSING = (
    *MAY_PASS,
    person_messages.AWAY.reason,
    person_messages.SWITCHED_OFF.reason,
    person_messages.ANSWERED.reason,
    planning.SkipReason.UPDATED_RECENTLY.value,
)
"""Reasons for which a question was left out, or taken out at the last moment, that may be gone by now: somebody is
back, or answers for more than before. What was fresh at its moment stays out of it, however old it is by now."""
AGAIN_AFTER_TROUBLE = timedelta(hours=1)
"""When a team that could not be planned is tried again."""
ALONG = timedelta(hours=12)
"""What would be looked at by then is planned along: its facts are at hand, and planning early plans nothing early."""
TOGETHER = 6
"""How many teams are planned in one transaction: few enough that nobody waits long for SQLite's one writer."""
NOTHING_BESIDE = frozenset(planning.Message) - {
    planning.Message.CHECK_IN,
    planning.Message.HEALTH,
    planning.Message.DIGEST,
    planning.Message.COMPANY_DIGEST,
    planning.Message.STANDING_BOARD,
}
"""Messages that are a row in the outbox and nothing else: no run, prompt or item, no version to be renewed."""


async def plan_due(db: Database, now: datetime) -> int:
    """Plan every ritual whose moment has come, some teams together in a transaction.

    Where one of them cannot be planned they are planned one by one: it is logged and looked at again in an hour, all
    others are asked as ever. What another process plans at this moment is left to it. Returns how many new messages
    and skips went into the outbox. Raises `StorageProblem` where the database itself is in the way, and at the end
    where somebody holds on to what one of them needs.
    """
    added = 0
    looked_at: set[int] = set()
    busy: list[DatabaseBusy] = []
    while teams := [one for one in await db.read(agendas.due_teams, now) if one not in looked_at]:
        looked_at.update(teams)
        for first in range(0, len(teams), TOGETHER):
            added += await _plan_some(db, teams[first : first + TOGETHER], now, busy)
    if busy:
        raise busy[0]
    return added


async def _plan_some(db: Database, team_ids: Sequence[int], now: datetime, busy: list[DatabaseBusy]) -> int:
    """Plan them together, or else one by one. What somebody holds is told in `busy`, and the others are planned."""
    try:
        return await db.write_in_turn(plan_teams, team_ids, now)
    except Exception as error:  # whatever is wrong with one team, the clock goes on for the others
        if isinstance(error, StorageProblem) and not _in_some_rows(db, error):
            raise
    added = 0
    for team_id in team_ids:
        try:
            added += await _plan_one(db, team_id, now)
        except DatabaseBusy as problem:
            if not _in_some_rows(db, problem):
                raise
            log.warning("cannot plan yet", team=team_id, problem=str(problem))
            busy.append(problem)
    return added


async def _plan_one(db: Database, team_id: int, now: datetime) -> int:
    try:
        return await db.write_in_turn(plan_teams, [team_id], now)
    except StorageProblem:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this team, it is looked at again later
        key = await db.write(look_later, team_id, now)
        log.error("cannot plan", team=key, error=what_and_where(error))
        return 0


def _in_some_rows(db: Database, problem: StorageProblem) -> bool:
    """Whether a lock is in the way that others need not meet: SQLite has one for all, PostgreSQL one for each row."""
    return isinstance(problem, DatabaseBusy) and not db.is_sqlite


def plan_teams(session: Session, team_ids: Sequence[int], now: datetime) -> int:
    """Plan what is due of these teams, as `plan_team` would one after the other, in few statements.

    What another process holds at this moment is left to it. Returns how many new messages and skips went into the
    outbox.
    """
    taken = taking.take(session, team_ids, now, now + ALONG)
    shared = taking.asked_of_several(session, taken, now.date()) if taken else {}
    held = taking.hold_people(session, set[int]().union(*shared.values()))
    free = [team_id for team_id in taken if shared.get(team_id, set()) <= held]
    teams = {team.id: team for team in teams_by_id(session, free)}
    alone = taking.teams_with_ended_pauses(session, free, now) if free else set()
    facts = facts_of_teams(session, [teams[one] for one in free if one not in alone], now)
    passed_on = _passed_on(session, facts, now)
    plans = {
        team_id: {row.kind: planning.plan(mine, planning.Ritual(row.kind.value), now) for row in taken[team_id]}
        for team_id, mine in facts.items()
        if team_id not in passed_on
    }
    sheet = sheet_for(
        session,
        [
            (teams[team_id], one)
            for team_id, mine in plans.items()
            for plan in mine.values()
            for one in (*plan.messages, *plan.skips)
        ],
        now,
    )
    added, unsure = 0, set[int]()
    for team_id in free:
        apart = shared.get(team_id, set())
        if team_id in plans and unsure.isdisjoint(facts[team_id].people):
            entering = _Entering(session, teams[team_id], now, sheet, apart)
            added += _plan_rituals(entering, facts[team_id], taken[team_id], plans[team_id])
        else:  # an earlier one of them has changed what this one was planned by, or it changes by itself
            sheet.write()
            added += plan_team(session, team_id, now)
        unsure |= apart | passed_on.get(team_id, set())
    sheet.write()
    return added


def _passed_on(session: Session, facts: Mapping[int, planning.TeamFacts], now: datetime) -> dict[int, set[int]]:
    """The teams in which a question goes to somebody else now, with those whom it was asked."""
    found: dict[int, set[int]] = {}
    for team_id, items in taking.items_in_question(session, facts, now - OPEN_FOR).items() if facts else ():
        krs = {kr.id: kr for kr in facts[team_id].key_results if kr.ask}
        for item in items:
            kr = krs.get(item.kr_id)
            is_open = item.state is m.ItemState.OPEN
            if kr is not None and planning.answers_for(facts[team_id], item.person_id, kr, now) is not is_open:
                found.setdefault(team_id, set()).add(item.person_id)
    return found


def plan_team(session: Session, team_id: int, now: datetime) -> int:
    """Plan a team's rituals that are due. Returns how many new messages and skips went into the outbox."""
    team = session.get_one(m.Team, team_id)
    pauses.end_pauses(session, team, now)
    facts = team_facts(session, team, now)
    hand_over(session, team, facts, now)
    rows = taking.take(session, [team_id], now + ALONG, now + ALONG).get(team_id, [])
    return _plan_rituals(_Entering(session, team, now), facts, rows, {})


@dataclass
class _Entering:
    """One team's plans on their way into the outbox."""

    session: Session
    team: m.Team
    now: datetime
    sheet: Sheet | None = None
    """Where plain messages are put down; without one, each is entered by itself."""
    apart: Collection[int] = ()
    """Whom other teams ask as well: they are looked at closely."""


def _plan_rituals(
    entering: _Entering,
    facts: planning.TeamFacts,
    rows: Sequence[taking.Taken],
    plans: Mapping[m.RitualKind, planning.Plan],
) -> int:
    session, team, now = entering.session, entering.team, entering.now
    added = 0
    others = OtherTeams(session, team, now)
    turn = planning.next_turn(facts, now)
    for row in rows:
        ritual = planning.Ritual(row.kind.value)
        plan = plans[row.kind] if row.kind in plans else planning.plan(facts, ritual, now)
        entered = _enter_all(entering, plan, others)
        if Entered.AFTER_ALL in entered:
            # What follows a question that is back, its reminders, that plan did not know of.
            facts, plans = team_facts(session, team, now), {}
            entering = _Entering(session, team, now)
            plan = planning.plan(facts, ritual, now)
            entered += _enter_all(entering, plan, others)
        added += sum(one is not Entered.OLD for one in entered)
        next_due_at = min((at for at in (plan.next_due_at, turn) if at is not None), default=None)
        if entering.sheet is None:
            taking.look_at(session, row.id, next_due_at, now)
        else:
            entering.sheet.look_again(row.id, next_due_at)
    return added


def look_later(session: Session, team_id: int, now: datetime) -> str:
    """Leave a team's rituals that are due alone for an hour. Returns the team's key."""
    for row in agendas.due_agendas_of(session, team_id, now):
        row.next_due_at = now + AGAIN_AFTER_TROUBLE
        session.add(row)
    return session.get_one(m.Team, team_id).key


def look_ahead(session: Session, team: m.Team, now: datetime, until: datetime) -> Sequence[planning.Planned]:
    """What will be sent to whom and when, if nothing changes: messages and skips in time order; stores nothing."""
    facts = facts_from(session, team, now)
    found: list[planning.Planned] = []
    for ritual in planning.Ritual:
        plan = planning.plan(facts, ritual, now, until)
        found += [*plan.messages, *plan.skips]
    found = merged(session, facts, found, now, until)
    return sorted(found, key=lambda one: (one.due_at, one.message.value, one.subject))


class Entered(Enum):
    """What became of one planned message."""

    OLD = "it was there"
    NEW = "it is new"
    AFTER_ALL = "it was left out, and is asked after all"


def _enter_all(entering: _Entering, plan: planning.Plan, others: OtherTeams) -> list[Entered]:
    """Put a plan into the outbox. Most of it stands there already, which one query tells."""
    session, team, now = entering.session, entering.team, entering.now
    planned: Sequence[planning.Planned] = [*plan.messages, *plan.skips]
    entered = []
    if entering.sheet is not None and planned:
        new, planned = enter_plain(entering.sheet, team, planned, entering.apart)
        entered = [Entered.NEW] * new
        if planned:
            entering.sheet.write()
    if not planned:
        return entered
    standing = deliveries.standing(session, [(one.message.value, one.subject, one.period) for one in planned])
    for one in planned:
        there = standing.get((one.message.value, one.subject, one.period))
        if there is not None and _stays(one, there):
            entered.append(Entered.OLD)
        else:
            entered.append(_enter(session, team, one, there, now, others))
    return entered


def _stays(one: planning.Planned, there: deliveries.Standing) -> bool:
    """True where entering a message that is there already would change nothing at all."""
    same = one.skip is not None or there.keeps(one.due_at)
    return same and one.message in NOTHING_BESIDE and one.skip not in TELLS_THE_LEAD


def _enter(
    session: Session,
    team: m.Team,
    one: planning.Planned,
    there: deliveries.Standing | None,
    now: datetime,
    others: OtherTeams,
) -> Entered:
    """Put one planned message (or skip) into the outbox, where `there` may stand for it already.

    A question also gets its run, prompt and items.
    """
    prompt = None
    match one.message:
        case planning.Message.CHECK_IN:
            together = others.asked_with(one) if there is None or there.is_skipped else []
            period = planning.period_of([one, *(each for _, each in together)])
            prompt = open_prompt(session, team, one, one.asked_in or period, now)
            for other, each in together:
                open_prompt(session, other, each, period, now)
            if together:
                agendas.look_again(session, [other.id for other, _ in together], now)
                digests = [each.digest_at for each in (one, *(each for _, each in together)) if each.digest_at]
                there = there if period == one.period else None
                one = replace(one, period=period, digest_at=min(digests, default=None))
        case planning.Message.HEALTH if one.asked_in is not None:
            open_prompt(session, team, one, one.asked_in, now)
        case planning.Message.REMINDER_1 | planning.Message.REMINDER_2:
            prompt = None if one.person_id is None else agendas.prompt_of(session, one.person_id, one.period)
        case planning.Message.DIGEST | planning.Message.COMPANY_DIGEST if one.skip is None:
            agendas.open_run(
                session,
                team,
                m.RitualKind(one.message.value),
                one.period,
                meeting_id=one.meeting_id,
                meeting_at=one.meeting_at,
                digest_at=one.digest_at,
            )
    if one.skip is planning.SkipReason.ACCOUNT_OFF and one.person_id is not None:
        cannot_reach(session, team, one.person_id, now)
    if one.skip is planning.SkipReason.NO_CHANNEL:
        tell_lead(session, team, f"channel:{team.id}", NO_CHANNEL, now, team=team.name)
    data: dict[str, object] = {"team": team.id}
    if one.kr_ids:
        data["krs"] = list(one.kr_ids)
    if one.health_ids:
        data["health"] = list(one.health_ids)
    if one.digest_at is not None:
        data["digest_at"] = one.digest_at.isoformat()
    stays = there is not None and (one.skip is not None or there.keeps(one.due_at))
    new = not stays and deliveries.plan_delivery(
        session,
        workspace_id=team.workspace_id,
        kind=one.message.value,
        subject=one.subject,
        period=one.period,
        due_at=one.due_at,
        now=now,
        person_id=one.person_id,
        team_id=one.team_id,
        prompt_id=None if prompt is None else prompt.id,
        data=data,
        skipped=None if one.skip is None else one.skip.value,
    )
    if one.message is planning.Message.STANDING_BOARD and not new:
        deliveries.want_newest(  # time passes on it as well: what was fresh is stale
            session,
            col(m.Delivery.kind) == one.message.value,
            col(m.Delivery.subject) == one.subject,
            col(m.Delivery.period) == one.period,
        )
    asks = one.message is planning.Message.CHECK_IN and one.skip is None and (there is None or there.is_skipped)
    after_all = False
    if not new and asks and prompt is not None and open_items(session, prompt):
        after_all = agendas.ask_after_all(
            session,
            person_id=prompt.person_id,
            period=one.period,
            reasons=PASSING,
            due_at=one.due_at,
            now=now,
            prompt_id=prompt.id,
            data=data,
        )
    if new or after_all:
        log.info("planned", team=team.key, kind=one.message.value, subject=one.subject, period=one.period)
    if after_all:
        return Entered.AFTER_ALL
    return Entered.NEW if new else Entered.OLD
