"""The facts that the quality checks look at, from what is stored (spec/04 §9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from bot.okr.drafts import KRDraft, StepDraft
from bot.okr.localtime import local_day
from bot.okr.model import Cadence, Commitment
from bot.okr.quality import Clash, Earlier, KRFacts, ObjectiveFacts, OtherKR, OtherTeam, TeamFacts, Waiting
from bot.okr.workdays import WorkCalendar
from storage import advice, calendars
from storage import models as m
from storage.advice import Written
from storage.okrs import Parts
from storage.teams import team_zone

UNSETTLED = (m.AlignmentState.PROPOSED, m.AlignmentState.CHANGED)
OVER = (m.AlignmentState.DONE, m.AlignmentState.DECLINED)
HELPS = (m.AlignmentKind.PARENT, m.AlignmentKind.SUPPORTS)


@dataclass(frozen=True, slots=True)
class ObjectiveLoaded:
    row: m.Objective
    cycle: m.Cycle
    facts: ObjectiveFacts
    key_results: tuple[tuple[m.KeyResult, KRFacts], ...]


@dataclass(frozen=True, slots=True)
class CycleLoaded:
    """A team in one of its cycles."""

    cycle: m.Cycle
    facts: TeamFacts


@dataclass(frozen=True, slots=True)
class Loaded:
    """A team with all it writes or works on, as rows and as facts."""

    team: m.Team
    today: date
    objectives: tuple[ObjectiveLoaded, ...]
    cycles: tuple[CycleLoaded, ...]
    links: Mapping[int, m.Alignment]
    """By id."""


def loaded(session: Session, team: m.Team, now: datetime) -> Loaded:
    """Everything that is checked of a team: at most eighteen queries, however much it is."""
    workspace = session.get_one(m.Workspace, team.workspace_id)
    zone = team_zone(team, workspace)
    today = local_day(now, zone)
    calendar = _calendar(session, team, workspace, today)
    written = advice.written(session, team.id)
    changes = advice.title_changes(session, [one.id for one, _cycle in written.objectives])
    objectives = []
    for row, cycle in written.objectives:
        rows = written.key_results.get(row.id, ())
        krs = tuple((one, _kr_facts(one, cycle, written)) for one in rows)
        change = None if row.published_at is None else changes.get(row.id)
        facts = ObjectiveFacts(
            title=row.title,
            why=row.why,
            due=cycle.last_day,
            is_draft=row.state is not m.ObjectiveState.ACTIVE,
            key_results=tuple(one for _row, one in krs),
            working_days=0 if row.created_at is None else calendar.count(local_day(row.created_at, zone), today),
            was=None if change is None else str(change.old or ""),
            reason="" if change is None else change.reason or "",
        )
        objectives.append(ObjectiveLoaded(row, cycle, facts, krs))
    ids = [one.row.id for one in objectives]
    kr_ids = [row.id for one in objectives for row, _facts in one.key_results]
    links = advice.links_of(session, ids, kr_ids)
    beside = _Beside(session, team, links, today)
    cycles = {one.cycle.id: one.cycle for one in objectives}
    return Loaded(
        team=team,
        today=today,
        objectives=tuple(objectives),
        cycles=tuple(
            CycleLoaded(cycle, beside.facts(cycle, [one for one in objectives if one.cycle.id == cycle.id], calendar))
            for cycle in cycles.values()
        ),
        links={one.id: one for one in links},
    )


def _calendar(session: Session, team: m.Team, workspace: m.Workspace, today: date) -> WorkCalendar:
    """The team's days: Monday to Friday without holidays."""
    own = calendars.own_dates(session, team.workspace_id)
    code = team.holiday_calendar or workspace.holiday_calendar
    off, make_up = calendars.off_days(code, own, (today.year - 1, today.year + 1))
    return WorkCalendar(off=off, make_up=make_up, freeze=calendars.freezes(workspace))


def _kr_facts(row: m.KeyResult, cycle: m.Cycle, written: Written) -> KRFacts:
    owner = written.people.get(row.lead_owner_id or 0)
    return KRFacts(
        draft=draft_from(row, written.parts),
        id=row.id,
        number=row.number,
        state=row.state,
        cycle=(cycle.first_day, cycle.last_day),
        owner_active=owner is None or owner.active,
        drafted_by=row.drafted_by_id,
    )


def draft_from(row: m.KeyResult, parts: Parts) -> KRDraft:
    """A key result as it would be written now, from rows that are loaded already."""
    low, middle, high = row.anchor_03, row.anchor_07, row.anchor_10
    anchors = None if low is None or middle is None or high is None else (low, middle, high)
    return KRDraft(
        title=row.title,
        short_title=row.short_title,
        type=row.type,
        start=row.start,
        due=row.due,
        metric=row.metric,
        unit=row.unit,
        decimals=row.decimals,
        baseline=row.baseline,
        target=row.target if anchors is None else anchors[2],
        anchors=anchors,
        range_lo=row.range_lo,
        range_hi=row.range_hi,
        stretch=row.stretch,
        pace=row.pace,
        cadence=None if row.cadence is m.CadenceOfKR.INHERIT else Cadence(row.cadence.value),
        steps=tuple(StepDraft(one.title, one.weight, one.due) for one in parts.steps.get(row.id, ())),
        lead_owner=row.lead_owner_id,
        co_owners=tuple(parts.co_owners.get(row.id, ())),
        parent_kr_id=row.parent_kr_id,
        initial_confidence=row.initial_confidence,
    )


class _Beside:
    """What lies between a team and others, and what it had before: loaded once for all its cycles."""

    def __init__(self, session: Session, team: m.Team, links: Sequence[m.Alignment], today: date) -> None:
        self._session, self._team, self._links, self._today = session, team, links, today
        self._others = advice.teams_beside(session, team)
        self._goal_above = advice.has_goal_above(session, team)
        ends = {one for link in links for one in (link.from_kr_id, link.to_kr_id) if one is not None}
        clashing = any(link.kind is m.AlignmentKind.CONFLICTS for link in links)
        self._ends = advice.seen_by_all(session, ends if clashing else ())

    def facts(self, cycle: m.Cycle, objectives: Sequence[ObjectiveLoaded], calendar: WorkCalendar) -> TeamFacts:
        krs = tuple(pair for one in objectives for pair in one.key_results)
        numbers = {row.id: row.number for row, _facts in krs}
        ids = {one.row.id for one in objectives}
        own = [link for link in self._links if link.from_kr_id in numbers or link.from_objective_id in ids]
        names = {one.id: one.name for one in self._others}
        before = advice.earlier(self._session, self._team.id, cycle.first_day)
        newest = next((one.id for _row, one in before), None)
        needs = [link for link in own if link.kind is m.AlignmentKind.DEPENDS_ON]
        return TeamFacts(
            key=self._team.key,
            objectives=len(objectives),
            is_draft=any(one.facts.is_draft for one in objectives),
            key_results=tuple(facts for _row, facts in krs),
            cycle_day=calendar.count(cycle.first_day, self._today) + calendar.is_working(cycle.first_day),
            may_link=self._goal_above,
            is_linked=any(link.kind in HELPS for link in own),
            stretch_scores=_stretch_scores(before),
            others=tuple(OtherTeam(one.name, one.key) for one in self._others),
            asked=frozenset((link.from_kr_id or 0, names.get(link.to_team_id or 0, "")) for link in needs),
            waiting=tuple(
                Waiting(link.id, names[link.to_team_id], numbers.get(link.from_kr_id or 0, 0))
                for link in needs
                if link.state in UNSETTLED and link.to_team_id in names
            ),
            elsewhere=tuple(
                OtherKR(f"{one.team.key}-{one.row.number}", one.team.name, draft_from(one.row, Parts()))
                for one in advice.elsewhere(self._session, self._team, cycle.first_day, cycle.last_day)
            ),
            clashes=tuple(self._clashes(numbers)),
            earlier=tuple(Earlier(row.title, row.target) for row, one in before if one.id == newest),
        )

    def _clashes(self, numbers: Mapping[int, int]) -> Sequence[Clash]:
        found = []
        for link in self._links:
            if link.kind is not m.AlignmentKind.CONFLICTS or link.state in OVER:
                continue
            ours, theirs = link.from_kr_id or 0, link.to_kr_id or 0
            if ours not in numbers:
                ours, theirs = theirs, ours
            other = self._ends.get(theirs)
            if ours not in numbers or other is None or other.team.id == self._team.id:
                continue
            label = f"{self._team.key}-{numbers[ours]}"
            metric = other.row.metric or other.row.short_title
            found.append(Clash(link.id, label, f"{other.team.key}-{other.row.number}", metric, other.team.name))
        return found


def _stretch_scores(before: Sequence[tuple[m.KeyResult, m.Cycle]]) -> tuple[tuple[Decimal, ...], ...]:
    """Final scores by cycle, newest first; a cycle that is not scored to the end ends the list."""
    found: list[tuple[Decimal, ...]] = []
    for cycle_id in dict.fromkeys(cycle.id for _row, cycle in before):
        rows = [row for row, cycle in before if cycle.id == cycle_id and row.stretch is Commitment.STRETCH]
        scores = [row.final_score for row in rows if row.final_score is not None]
        if len(scores) < len(rows):
            break
        found.append(tuple(scores))
    return tuple(found)
