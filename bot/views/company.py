"""The company: its board and its digest, one line a team, in the order of the team tree (spec/08 §13.7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import Actor, Sight, sight_of
from bot.okr.company import Place, TreeTeam, in_order, told
from bot.okr.digesting import fold, short_of
from bot.okr.localtime import local_day
from bot.okr.rollup import StatusCount, counts_in_objective, weighted_mean
from bot.okr.workdays import WorkCalendar
from bot.views.board_rows import Gap, gap_of
from bot.views.company_links import Links, links_upward
from bot.views.rights import actor_of
from bot.views.shapes import Data, View
from bot.views.team import KRView, TeamView, person_calendar, team_views
from bot.views.visible import NOBODY, Seen, seen_by_actor
from storage import company
from storage import models as m
from storage.company import BetweenTeams, ChangedKR
from storage.settings import is_archived
from storage.teams import team_zone

MOST_LOADED = 1000
"""In a larger company the teams that are summed up are counted without their colours."""
OPEN_FOR = 10
"""Working days after which what is open between teams is told to the company."""
FIRST_LOOKS_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """A team in one line; `below` teams are summed up in it, `counts_below` are their colours."""

    name: str
    depth: int
    title: str | None
    locked: bool
    has_objective: bool
    more: int
    score: Decimal | None
    counts: tuple[StatusCount, ...]
    short: "ShortOfTeam | None"
    below: int
    counts_below: tuple[StatusCount, ...]
    supports: tuple[str, ...] = ()
    """What its objectives and key results serve elsewhere, by key."""


@dataclass(frozen=True, slots=True)
class ShortOfTeam:
    """The team's first short key result: by how much, or what holds it up."""

    key: str
    title: str
    gap: Gap | None
    blocked: bool
    owner: str | None


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A conflict between two key results, or an agreement that another team has not given yet."""

    conflict: bool
    first: str
    second: str
    kr: str
    text: str
    since: date


@dataclass(frozen=True, slots=True)
class ChangeLine:
    key: str
    title: str
    dropped: bool
    reason: str


def company_board(session: Session, cards: Cards, person: m.Person, now: datetime) -> Card:
    """Every team in one line, as far as this person may see it."""
    workspace = session.get_one(m.Workspace, person.workspace_id)
    actor = actor_of(session, person)
    views, lines = _lines(session, workspace, now, person.lang.value, actor, with_links=True)
    return cards.card("company", person.lang.value, **_heading(workspace, views), lines=lines, digest=False)


def company_digest(session: Session, cards: Cards, team: m.Team, now: datetime, sent_at: datetime | None) -> Card:
    """What opens the company's meeting: every team, what is open between teams, and what was changed.

    Everyone reads it, so it holds what the workspace may see. `sent_at` is the moment it went out, if it did: it
    looks back to the one before.
    """
    workspace = session.get_one(m.Workspace, team.workspace_id)
    lang: Lang = team.lang.value
    views, lines = _lines(session, workspace, now, lang, NOBODY)
    zone = team_zone(team, workspace)
    since = company.last_company_digest(session, team.id, sent_at or now) or (sent_at or now) - FIRST_LOOKS_BACK
    changes = company.changed_since(session, workspace.id, since, local_day(since, zone))
    own = next((view for view in views if view.team.id == team.id), None)
    calendar = WorkCalendar() if own is None else person_calendar(own.rows, None, now)
    return cards.card(
        "company",
        lang,
        **_heading(workspace, views),
        lines=lines,
        digest=True,
        open=_open(company.open_between_teams(session, workspace.id, now), calendar, zone, now),
        changes=tuple(_change(one) for one in changes if sight_of(NOBODY, one.objective.visibility, 0) is Sight.ALL),
    )


def _heading(workspace: m.Workspace, views: Sequence[TeamView]) -> dict[str, Any]:
    return {"name": workspace.name, "week": next((view.week for view in views if view.week is not None), None)}


# --- one line a team --------------------------------------------------------------------------


def _lines(
    session: Session, workspace: m.Workspace, now: datetime, lang: Lang, actor: Actor, *, with_links: bool = False
) -> tuple[list[TeamView], tuple[CompanyLine, ...]]:
    rows = {team.id: team for team in company.teams_of(session, workspace.id) if not is_archived(team)}
    links = links_upward(session, workspace.id, actor) if with_links else Links()
    places = told(in_order(_in_tree(team, links) for team in rows.values()))
    wanted = list(rows) if len(rows) <= MOST_LOADED else [place.team_id for place in places]
    views = {view.team.id: view for view in team_views(session, workspace, [rows[one] for one in wanted], now)}
    lines = tuple(replace(_line(views, place, lang, actor), supports=links.of(place.team_id)) for place in places)
    return [views[place.team_id] for place in places], lines


def _in_tree(team: m.Team, links: Links) -> TreeTeam:
    """Below its parent; a team without one below the team that it works for by its links."""
    is_company = team.kind is m.TeamKind.COMPANY
    parent = team.parent_team_id if is_company else team.parent_team_id or links.parent(team.id)
    return TreeTeam(team.id, team.key, parent, is_company)


def _line(views: Mapping[int, TeamView], place: Place, lang: Lang, actor: Actor) -> CompanyLine:
    view = views[place.team_id]
    seen = seen_by_actor(view, actor)
    krs = [one for part in seen for one in part.key_results]
    first = seen[0] if seen else None
    below = [views[one] for one in place.below if one in views]
    return CompanyLine(
        name=view.team.name,
        depth=min(place.depth, 3),
        title=None if first is None else first.title,
        locked=first is not None and first.sight is not Sight.ALL,
        has_objective=first is not None,
        more=max(0, len(seen) - 1),
        score=_score(view, seen),
        counts=_colours(krs),
        short=_short(krs, lang),
        below=len(place.below),
        counts_below=_colours(
            [one for other in below for part in seen_by_actor(other, actor) for one in part.key_results]
        ),
    )


def _score(view: TeamView, seen: Sequence[Seen]) -> Decimal | None:
    """The plain mean of the objectives that are seen; what is private never enters it (spec/10 §16)."""
    if not view.rows.workspace.score_objectives:
        return None
    scores = [one.objective.state.score for one in seen if one.sight is Sight.ALL]
    return weighted_mean((score, Decimal(1)) for score in scores if score is not None)


def _colours(krs: Iterable[KRView]) -> tuple[StatusCount, ...]:
    return tuple(reversed(fold(kr.state for kr in krs if counts_in_objective(kr.kr))))


def _short(krs: Iterable[KRView], lang: Lang) -> ShortOfTeam | None:
    by_id = {one.row.id: one for one in krs}
    first = next(iter(short_of(one.state for one in by_id.values())), None)
    if first is None:
        return None
    one = by_id[first.kr.id]
    return ShortOfTeam(
        key=one.kr.key,
        title=one.kr.short_title,
        gap=gap_of(first, lang),
        blocked=first.current.blocked,
        owner=one.owner_name,
    )


# --- between teams ----------------------------------------------------------------------------


def _open(found: Iterable[BetweenTeams], calendar: WorkCalendar, zone: str, now: datetime) -> tuple[OpenLine, ...]:
    today = local_day(now, zone)
    lines = []
    for one in found:
        since = local_day(one.alignment.asked_at, zone)
        objectives = [one.from_objective, *([one.to_objective] if one.to_objective else [])]
        private = any(sight_of(NOBODY, objective.visibility, 0) is not Sight.ALL for objective in objectives)
        if private or calendar.count(since, today) <= OPEN_FOR:
            continue
        conflict = one.alignment.kind is m.AlignmentKind.CONFLICTS
        mine, theirs = _key(one.from_team, one.from_kr), _key(one.to_team, one.to_kr)
        lines.append(
            OpenLine(
                conflict=conflict,
                first=(mine or one.from_team.name) if conflict else one.from_team.name,
                second=(theirs or one.to_team.name) if conflict else one.to_team.name,
                kr="" if conflict else mine,
                text=one.alignment.text,
                since=since,
            )
        )
    return tuple(sorted(lines, key=lambda line: not line.conflict))


def _key(team: m.Team, row: m.KeyResult | None) -> str:
    return "" if row is None else f"{team.key}-{row.number}"


def _change(one: ChangedKR) -> ChangeLine:
    key = _key(one.team, one.row)
    return ChangeLine(key, one.row.short_title, one.dropped, (one.row.dropped_because or "") if one.dropped else "")


def _board(session: Session, cards: Cards, person: m.Person, _data: Data, now: datetime) -> Card:
    return company_board(session, cards, person, now)


ANSWERS: Mapping[str, View] = {"company_board": _board}
