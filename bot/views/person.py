"""A person and everything they answer for, over all their teams: what replies are read against."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.okr.localtime import zone
from bot.okr.model import KRState
from bot.okr.replies import ReplyContext, ReplyKR
from bot.views.asking import proposal_of
from bot.views.team import KRView, TeamView, teams_in_full
from storage import agendas, conversations
from storage import models as m
from storage.calendars import stood_in_for
from storage.okrs import Concerned
from storage.teams import person_zone, teams_by_id

_ANSWERED_FOR = (KRState.ACTIVE, KRState.PAUSED)


@dataclass(frozen=True, slots=True)
class PersonView:
    """Someone's teams and key results as they stand at `now`."""

    person: m.Person
    workspace: m.Workspace
    now: datetime
    teams: tuple[TeamView, ...]
    own: tuple[KRView, ...]
    """The key results they answer for, in order of team and number."""
    absent: frozenset[int] = frozenset()
    """Who is away today and named them to stand in."""
    others: tuple[TeamView, ...] = ()
    """The teams of `absent` that they are not in themselves."""

    @property
    def tz(self) -> ZoneInfo:
        """Where they live by the clock."""
        return zone(person_zone(self.person, self.workspace))

    @property
    def by_id(self) -> dict[int, KRView]:
        """Every key result of their teams, and those they stand in for, by its key."""
        of_teams = {one.row.id: one for team in self.teams for one in team.key_results}
        return of_teams | {one.row.id: one for one in self.standing_in_for}

    def team_of(self, view: KRView) -> TeamView:
        """The team a key result belongs to."""
        return next(team for team in (*self.teams, *self.others) if team.team.id == view.row.team_id)

    def label(self, view: KRView) -> str:
        """`KR2`; the full key where this person answers for several teams, and for a team not their own."""
        teams = {one.row.team_id for one in self.own} or {team.team.id for team in self.teams}
        teams |= {one.row.team_id for one in self.standing_in_for}
        alone = len(teams) == 1 and view.row.team_id in teams
        return view.kr.label if alone else view.kr.key

    @property
    def led(self) -> tuple[KRView, ...]:
        """The key results of the teams they lead: they may record for an owner (spec/06 §11.3)."""
        return tuple(one for team in self.teams if team.rows.lead_id == self.person.id for one in team.key_results)

    @property
    def standing_in_for(self) -> tuple[KRView, ...]:
        """The key results of those who are away and named them to stand in: they may answer (spec/03 §7.1)."""
        found = (one for team in (*self.teams, *self.others) for one in team.key_results)
        return tuple(one for one in found if any(owner.id in self.absent for owner in one.owners))


def person_view(session: Session, person: m.Person, now: datetime) -> PersonView:
    """Load a person's teams and what they own: as many queries for fifteen teams as for one."""
    return _view(session, person, now)


def answering_view(session: Session, person: m.Person, kr_id: int, now: datetime) -> PersonView:
    """As much of `person_view` as it takes to answer for one key result: of their teams, this one and their own.

    What it is called is the same; `led` is empty, and the teams show neither their members nor their status.
    """
    return _view(session, person, now, kr_id)


def _view(session: Session, person: m.Person, now: datetime, only: int | None = None) -> PersonView:
    workspace = session.get_one(m.Workspace, person.workspace_id)
    absent = stood_in_for(session, person.id, now)
    asking = agendas.teams_asking(session, person.id)
    concerned = None if only is None else Concerned(absent | {person.id}, frozenset((only,)))
    loaded = teams_in_full(session, workspace, [*asking, *_teams_of(session, absent, asking)], now, concerned)
    teams, others = tuple(loaded[: len(asking)]), tuple(loaded[len(asking) :])
    own = tuple(
        one for team in teams for one in team.key_results if one.owned_by(person.id) and one.kr.state in _ANSWERED_FOR
    )
    return PersonView(person, workspace, now, teams, own, absent, others)


def _teams_of(session: Session, absent: Collection[int], besides: Sequence[m.Team]) -> Sequence[m.Team]:
    """The teams in which those who are away answer for something, `besides` the person's own."""
    if not absent:
        return ()
    theirs = conversations.owned_by_any(session, absent)
    return teams_by_id(session, {row.team_id for row in theirs} - {team.id for team in besides})


def reply_context(view: PersonView, open_ids: Sequence[int], focus: int | None = None) -> ReplyContext:
    """What a reply of this person is read against: the prompt's open KRs first, then all they may name."""
    by_id = view.by_id
    named = {one.row.id: one for one in (*view.own, *view.led, *view.standing_in_for)}
    in_force = [one for one in named.values() if one.kr.state in _ANSWERED_FOR]
    open_krs = [by_id[one] for one in open_ids if one in by_id]
    return ReplyContext(
        lang=view.person.lang.value,
        number_style=view.person.number_style.value,
        percent_means=view.person.percent_means.value,
        key_results=tuple(reply_kr(view, one) for one in open_krs),
        known=tuple(reply_kr(view, one) for one in in_force),
        focus=view.label(by_id[focus]) if focus is not None and focus in by_id else None,
        score_mode=view.workspace.score_mode,
    )


def reply_kr(view: PersonView, one: KRView) -> ReplyKR:
    """A key result as far as reading a reply needs it."""
    kr, current = one.kr, one.state.current
    anchors = () if kr.anchors is None else (kr.anchors.a03, kr.anchors.a07, kr.anchors.a10)
    return ReplyKR(
        label=view.label(one),
        key=kr.key,
        title=kr.title,
        short_title=kr.short_title,
        aliases=kr.aliases,
        type=kr.type,
        unit=kr.unit,
        decimals=kr.decimals,
        baseline=kr.baseline,
        target=kr.target,
        anchors=anchors,
        range_lo=kr.range_lo,
        range_hi=kr.range_hi,
        last_value=current.value,
        last_confidence=current.confidence,
        last_self_score=current.self_score,
        automated=kr.is_automated,
        proposed_self_score=proposal_of(one),
        has_steps=bool(kr.steps),
        metric=kr.metric,
        own=one.owned_by(view.person.id) or any(one.row.id == other.row.id for other in view.standing_in_for),
    )
