"""All that one digest is made of, loaded in a bounded number of queries and not yet put into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from sqlmodel import Session

from bot.okr.assess import Assessment
from bot.okr.digest_improve import Agreement, Difference, Health, Improve, Lack, difference_of, improve_of, told_first
from bot.okr.digest_question import Question, QuestionFacts, fraction_of, question_of, standing_of
from bot.okr.digesting import has_changed, is_on_board
from bot.okr.localtime import local, local_day
from bot.okr.model import FreshnessState, KRState, KRType
from bot.okr.participation import WeekOfKR, participation
from bot.okr.planning.meetings import is_holiday_week
from bot.okr.quality import Item
from bot.okr.rollup import KRWeek, Participation, participation_of
from bot.okr.workdays import WorkCalendar
from bot.views.digest_data import LastDigest, decode
from bot.views.team import KRView, TeamView, person_calendar, team_shown
from bot.views.visible import Audience, Seen, seen_by_audience
from storage import advice, agreements, changes, digests
from storage import models as m
from storage.digests import StepRow, WinRow
from storage.teams import person_zone

FIRST_LOOKS_BACK = timedelta(days=7)
"""How far a team's first digest looks back for wins and next steps that are done."""
NOTICE_AT = time(10)
"""When owners get the private notice of a stale key result (spec/10 §17)."""
ONE_WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)
ADVISED = {"T01": Lack.TWO_OBJECTIVES, "T03": Lack.ONLY_MILESTONES}
"""The only checks that a digest tells (spec/04 §9), beside agreements that are open."""


@dataclass(frozen=True)
class DigestFacts:
    """A team, what happened since its last digest, and what of it the audience may see."""

    view: TeamView
    seen: tuple[Seen, ...]
    last: LastDigest
    participation: Participation
    wins: tuple[WinRow, ...]
    open_steps: tuple[StepRow, ...]
    done_steps: int
    loose_steps: int
    agreements: tuple[Agreement, ...]
    refused: Mapping[int, str]
    """Key results whose need another team declined, with that team."""
    changed: frozenset[int]
    """What somebody changed since the last digest."""
    health: tuple[Health, ...]
    differences: dict[int, Difference]
    untold: frozenset[int]
    several_a_week: bool
    holiday_week: bool
    set_aside: frozenset[Lack] = frozenset()
    """Advice on the team as a whole that it does not want to hear again."""

    @property
    def today(self) -> date:
        return self.view.today

    @cached_property
    def key_results(self) -> tuple[KRView, ...]:
        """The visible key results of the board, in order of objective and number."""
        return tuple(one for part in self.seen for one in part.key_results if is_on_board(one.state))

    @cached_property
    def states(self) -> tuple[Assessment, ...]:
        return tuple(one.state for one in self.key_results)

    @cached_property
    def unchanged(self) -> frozenset[int]:
        """What folds because a team that meets more than once a week saw it just so (spec/08 §13.2)."""
        if not self.several_a_week or self.last.at is None:
            return frozenset()
        before = self.last.before
        return frozenset(one.kr.id for one in self.states if not has_changed(one, before.get(one.kr.id)))

    @cached_property
    def nothing_new(self) -> bool:
        """True where a digest less than a day ago said all this: key results, wins, next steps (spec/08 §13.1)."""
        last = self.last
        if last.at is None or self.view.now - last.at >= ONE_DAY or self.wins or self.done_steps:
            return False
        if {one.kr.id for one in self.states} != set(last.before):
            return False
        same_steps = {one.step.id for one in self.open_steps} == last.open_steps
        return same_steps and not any(has_changed(one, last.before.get(one.kr.id)) for one in self.states)

    @cached_property
    def improve(self) -> tuple[Improve, ...]:
        active = [one for one in self.seen if one.objective.row.state is m.ObjectiveState.ACTIVE]
        return improve_of(
            self.states,
            untold=self.untold,
            objectives=len(active),
            health=self.health,
            agreements=self.agreements,
            differences=self.differences,
            set_aside=self.set_aside,
        )

    @cached_property
    def question(self) -> Question | None:
        cycle = self.view.rows.cycle
        if cycle is None:
            return None
        fraction = fraction_of(cycle.first_day, cycle.last_day, self.today)
        return question_of(
            QuestionFacts(
                states=self.states,
                before=self.last.before,
                objectives=[
                    standing_of([kr.state for kr in one.key_results], one.objective.state.score, fraction)
                    for one in self.seen
                    if one.key_results
                ],
                first_day=cycle.first_day,
                last_day=cycle.last_day,
                today=self.today,
                loose_steps=self.loose_steps,
                asked=self.last.asked,
                last_digest=self.last.on,
            )
        )


def digest_facts(
    session: Session, team: m.Team, run: m.RitualRun | None, now: datetime, audience: Audience
) -> DigestFacts:
    """Load what the digest of `run` shows at `now`; without a run, what the next one would show."""
    view = team_shown(session, team, now)
    seen = seen_by_audience(view, audience)
    last = decode(digests.last_digest(session, team.id, now, None if run is None else run.id))
    since = last.at or now - FIRST_LOOKS_BACK
    visible = {one.row.id for part in seen for one in part.key_results}
    hidden = {one.row.id for one in view.key_results} - visible
    wins = [one for one in digests.wins_between(session, team.id, since, now) if one.win.kr_id not in hidden]
    steps = [one for one in digests.next_steps_since(session, team.id, since) if one.step.kr_id not in hidden]
    open_steps = [one for one in steps if one.step.state is m.NextStepState.OPEN]
    krs = [one for part in seen for one in part.key_results]
    refused = agreements.refused(session, visible)
    meeting = None if run is None or run.meeting_id is None else session.get(m.Meeting, run.meeting_id)
    return DigestFacts(
        view=view,
        seen=seen,
        last=last,
        participation=_participation(session, view, krs, run, now),
        wins=tuple(one for one in wins if one.win.id not in last.wins),
        open_steps=tuple(open_steps),
        done_steps=len(steps) - len(open_steps),
        loose_steps=sum(one.step.kr_id is None for one in steps),
        agreements=_agreements(session, view, seen, refused),
        refused=refused,
        changed=changes.changed_after(session, visible, since),
        health=tuple(
            Health(one.name, one.status is m.HealthStatus.RED, one.note)
            for one in digests.health_not_green(session, team.id)
        ),
        differences=_differences(krs, now),
        untold=frozenset(one.row.id for one in krs if not _told(view, one)),
        several_a_week=meeting is not None and meeting.every == 1 and len(set(meeting.weekdays)) > 1,
        holiday_week=is_holiday_week(person_calendar(view.rows, None, view.now), view.today),
        set_aside=_set_aside(session, view),
    )


def board_facts(
    session: Session, view: TeamView, seen: tuple[Seen, ...], refused: Mapping[int, str], changed: frozenset[int]
) -> DigestFacts:
    """The same for the board alone, of a team that is loaded already and for one reader: three queries more."""
    krs = [one for part in seen for one in part.key_results]
    return DigestFacts(
        view=view,
        seen=seen,
        last=decode(digests.last_digest(session, view.team.id, view.now)),
        participation=_participation(session, view, krs, None, view.now),
        wins=(),
        open_steps=(),
        done_steps=0,
        loose_steps=0,
        agreements=(),
        refused=refused,
        changed=changed,
        health=(),
        differences={},
        untold=frozenset(),
        several_a_week=False,
        holiday_week=False,
    )


# --- participation ----------------------------------------------------------------------------


def _participation(
    session: Session, view: TeamView, krs: Sequence[KRView], run: m.RitualRun | None, now: datetime
) -> Participation:
    """Updated of due (spec/03 §8.3): by what was asked for this digest, and where nothing was, by freshness.

    By freshness: due is every active key result with somebody at work today, updated is what is fresh.
    """
    if run is None:
        asking = digests.open_check_in_run(session, view.team.id, now)
    else:
        asking = digests.check_in_run(session, view.team.id, run.period)
    asked: dict[int, list[m.PromptItem]] = {}
    if asking is not None:
        for item in digests.items_of_run(session, asking.id):
            asked.setdefault(item.kr_id, []).append(item)
    calendars = _calendars(view, krs)
    if asking is None or not asked:
        return participation_of(
            KRWeek(
                one.kr,
                at_work=any(calendars[owner.id].is_working(view.today) for owner in one.owners),
                updated=one.state.freshness.state is FreshnessState.FRESH,
            )
            for one in krs
        )
    began = asking.created_at or now
    until = now if asking.meeting_at is None else min(now, asking.meeting_at)
    return participation(
        (_week_of(one, asked[one.row.id], calendars) for one in krs if one.row.id in asked),
        asked_at=began,
        until=until,
        first_day=local_day(began, view.zone),
        last_day=view.today,
    )


def _week_of(one: KRView, items: Iterable[m.PromptItem], calendars: Mapping[int, WorkCalendar]) -> WeekOfKR:
    return WeekOfKR(
        one.kr,
        calendars=tuple(calendars[owner.id] for owner in one.owners),
        updates=tuple(said.at for said in one.said if said.is_substantive),
        suppressed=any(item.state is m.ItemState.SUPPRESSED for item in items),
        # a feed that reads is an update (spec/03 §7.3)
        fed=one.kr.is_automated and one.state.freshness.state is FreshnessState.FRESH,
    )


def _calendars(view: TeamView, krs: Iterable[KRView]) -> dict[int, WorkCalendar]:
    """The calendar of everybody who answers for any of these."""
    owners = {owner.id: owner for one in krs for owner in one.owners}
    return {owner_id: person_calendar(view.rows, owner, view.now) for owner_id, owner in owners.items()}


# --- improve ----------------------------------------------------------------------------------


def _agreements(
    session: Session, view: TeamView, seen: Iterable[Seen], refused: Mapping[int, str]
) -> tuple[Agreement, ...]:
    parts = [one for one in seen if one.key_results]
    objectives = {one.objective.row.id for one in parts}
    labels = {kr.row.id: kr.kr.label for one in parts for kr in one.key_results if is_on_board(kr.state)}
    calendar = person_calendar(view.rows, None, view.now)
    found = []
    cycle = view.rows.cycle
    for row in digests.open_agreements(session, objectives, labels, view.now):
        asked = local_day(row.alignment.asked_at, view.zone)
        # What was asked while the cycle was being drafted has until its fifth working day (spec/09 §15.3).
        counted_from = asked if cycle is None else max(asked, cycle.first_day - ONE_DAY)
        label = None if row.alignment.from_kr_id is None else labels.get(row.alignment.from_kr_id)
        found.append(Agreement(row.team, label, asked, calendar.count(counted_from, view.today)))
    found += [
        Agreement(team, labels[kr_id], view.today, 0, declined=True)
        for kr_id, team in refused.items()
        if kr_id in labels
    ]
    return tuple(found)


def _set_aside(session: Session, view: TeamView) -> frozenset[Lack]:
    """Most teams have one objective, and a number in it: of them nothing is asked."""
    active = [one.kr.type for one in view.key_results if one.kr.state is KRState.ACTIVE]
    if len(view.objectives) < 2 and any(kind is not KRType.MILESTONE for kind in active):
        return frozenset()
    known = advice.dismissed(session, {Item.TEAM: [view.team.id]})
    return frozenset(lack for check, lack in ADVISED.items() if (check, Item.TEAM, view.team.id) in known)


def _differences(krs: Iterable[KRView], now: datetime) -> dict[int, Difference]:
    found = {}
    for one in krs:
        if len(one.owners) < 2:
            continue
        week = [said for said in one.said if said.at > now - ONE_WEEK]
        difference = difference_of(week, [owner.id for owner in one.owners])
        if difference is not None:
            found[one.row.id] = difference
    return found


def _told(view: TeamView, one: KRView) -> bool:
    if not one.calendar.is_working(one.today):
        return True  # it was the last working day on which the notice went out
    zone = person_zone(one.owners[0], view.rows.workspace) if one.owners else view.zone
    return told_first(one.state, before_ten=local(view.now, zone).time() < NOTICE_AT)
