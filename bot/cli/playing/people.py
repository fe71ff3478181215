"""Who one can be, and which channels there are: read anew whenever something may have changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from bot.cards.i18n import Lang
from bot.cards.moments import day
from bot.cli.playing import words
from bot.cli.stage import Cast
from bot.okr.localtime import local_day
from bot.okr.model import KRState
from bot.platforms.playground.world import Channel, Human
from storage import models as m
from storage.teams import person_zone, team_zone

_RUNNING = (m.CycleState.ACTIVE, m.CycleState.CLOSING)
_IN_FORCE = (KRState.ACTIVE, KRState.PAUSED)


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """The people and the channels of a company."""

    people: tuple[Human, ...]
    channels: tuple[Channel, ...]


def inhabitants(session: Session, cast: Cast, now: datetime) -> Inhabitants:
    """Everyone whose account is on, and every channel, as they are now, in the order in which they came."""
    teams = session.exec(select(m.Team).order_by(col(m.Team.id))).all()
    members = _members(session, teams)
    channels = list(_channels(session, teams, members, cast))
    rooms = {name: [one.name for one in channels if name in one.members] for name in cast.people}
    mine = _own_channels(session, teams, cast)
    led, within = _led(session, teams), _within(session, teams)
    counts = _counts(session)
    away = _away(session)
    people = []
    for name, actor in cast.people.items():
        person = session.get_one(m.Person, actor.id)
        if not person.active:
            continue
        zone = person_zone(person, session.get_one(m.Workspace, person.workspace_id))
        lang = _lang(person.lang)
        until = next((last for first, last in away.get(person.id, ()) if first <= local_day(now, zone) <= last), None)
        own = mine.get(person.id, [])
        people.append(
            Human(
                id=name,
                name=person.display_name,
                short_name=person.short_name,
                role=_role(led.get(person.id, []), within.get(person.id, []), counts.get(person.id, 0), until, lang),
                zone=zone,
                lang=lang,
                channels=tuple(dict.fromkeys([*own, *rooms[name]])),
            )
        )
    return Inhabitants(tuple(people), tuple(channels))


def _role(leads: Sequence[str], within: Sequence[str], krs: int, until: date | None, lang: Lang) -> str:
    """`Leads Growth · 2 key results`."""
    comma = words.COMMA.say(lang)
    parts = [words.LEADS.say(lang, teams=comma.join(leads))] if leads else []
    if within and not leads:
        parts.append(comma.join(within))
    if not parts:
        parts.append(words.NO_TEAM.say(lang))
    if krs:
        parts.append(words.ONE_KEY_RESULT.say(lang) if krs == 1 else words.KEY_RESULTS.say(lang, count=krs))
    if until is not None:
        parts.append(words.AWAY_UNTIL.say(lang, day=day(until, lang)))
    return " · ".join(parts)


def _members(session: Session, teams: Sequence[m.Team]) -> dict[int, set[int]]:
    """Who is in a team or in one below it, by the team: the company's own channel is everybody's."""
    found: dict[int, set[int]] = {team.id: set() for team in teams}
    for person_id, team_id in session.exec(select(m.Membership.person_id, m.Membership.team_id)):
        found[team_id].add(person_id)
    parents = {team.id: team.parent_team_id for team in teams}
    own = {team_id: frozenset(who) for team_id, who in found.items()}
    for team_id, who in own.items():
        for above in _above(team_id, parents):
            found[above] |= who
    return found


def _above(team_id: int, parents: Mapping[int, int | None]) -> Iterator[int]:
    seen = {team_id}
    while (parent := parents.get(team_id)) is not None and parent not in seen:
        yield parent
        seen.add(parent)
        team_id = parent


def _channels(
    session: Session, teams: Sequence[m.Team], members: Mapping[int, set[int]], cast: Cast
) -> Iterator[Channel]:
    """One of each name; where two teams share one, both are in it."""
    found: dict[str, tuple[m.Team, set[int]]] = {}
    for team in teams:
        if team.channel_ref and team.installation_id == cast.installation_id:
            _, who = found.setdefault(str(team.channel_ref["channel"]), (team, set()))
            who |= members[team.id]
    for name, (team, who) in found.items():
        zone = team_zone(team, session.get_one(m.Workspace, team.workspace_id))
        inside = tuple(one for one, actor in cast.people.items() if actor.id in who)
        yield Channel(name=name, team=team.name, zone=zone, lang=_lang(team.lang), members=inside)


def _own_channels(session: Session, teams: Sequence[m.Team], cast: Cast) -> dict[int, list[str]]:
    """The channels of the teams that somebody is in themselves; those of the teams they lead first."""
    by_team = {
        team.id: str(team.channel_ref["channel"])
        for team in teams
        if team.channel_ref and team.installation_id == cast.installation_id
    }
    found: dict[int, list[str]] = {}
    rows = session.exec(select(m.Membership)).all()
    for row in sorted(rows, key=lambda one: (one.role is not m.TeamRole.LEAD, one.team_id)):
        if row.team_id in by_team:
            found.setdefault(row.person_id, []).append(by_team[row.team_id])
    return found


def _led(session: Session, teams: Sequence[m.Team]) -> dict[int, list[str]]:
    return _named(session, teams, (m.TeamRole.LEAD,))


def _within(session: Session, teams: Sequence[m.Team]) -> dict[int, list[str]]:
    return _named(session, teams, (m.TeamRole.LEAD, m.TeamRole.MEMBER, m.TeamRole.VIEWER))


def _named(session: Session, teams: Sequence[m.Team], roles: Sequence[m.TeamRole]) -> dict[int, list[str]]:
    names = {team.id: team.name for team in teams}
    found: dict[int, list[str]] = {}
    rows = session.exec(select(m.Membership).where(col(m.Membership.role).in_(roles)).order_by(col(m.Membership.id)))
    for row in rows:
        found.setdefault(row.person_id, []).append(names[row.team_id])
    return found


def _counts(session: Session) -> dict[int, int]:
    """How many key results in a running cycle somebody answers for, alone or with others."""
    running = (
        select(m.KeyResult.id, m.KeyResult.lead_owner_id)
        .join(m.Cycle, col(m.Cycle.id) == col(m.KeyResult.cycle_id))
        .where(col(m.Cycle.state).in_(_RUNNING), col(m.KeyResult.state).in_(_IN_FORCE))
    )
    owners = {kr_id: {owner} if owner is not None else set() for kr_id, owner in session.exec(running)}
    for kr_id, person_id in session.exec(select(m.CoOwner.kr_id, m.CoOwner.person_id)):
        if kr_id in owners:
            owners[kr_id].add(person_id)
    found: dict[int, int] = {}
    for who in owners.values():
        for one in who:
            found[one] = found.get(one, 0) + 1
    return found


def _away(session: Session) -> dict[int, list[tuple[date, date]]]:
    found: dict[int, list[tuple[date, date]]] = {}
    for row in session.exec(select(m.Away)):
        found.setdefault(row.person_id, []).append((row.first_day, row.last_day))
    return found


def _lang(lang: m.Language) -> Lang:
    return "zh" if lang is m.Language.ZH else "en"
