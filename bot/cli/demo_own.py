"""A week of any company: who answers how is fixed by the order of the file, so that it is the same every time."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.cli import words
from bot.cli.acts import Act
from bot.cli.own_file import as_of, asked, beginning, first_teams, with_running_cycle
from bot.cli.own_people import OwnPeople
from bot.cli.telling import Teller
from bot.okr.planning import Message
from bot.rituals.planner import look_ahead
from storage import models as m
from storage import teams
from storage.okr_files import OkrFile

LONGEST = timedelta(days=15)
"""Teams that meet less often than every two weeks are not waited for."""
AFTER_DIGEST = timedelta(minutes=15)

Sentence = tuple[words.Both, dict[str, str]]


def own_acts(file: OkrFile) -> list[Act]:
    """One act; none where no key result in a running cycle has an owner."""
    whole = with_running_cycle(file)
    told = first_teams(whole)
    known = asked(told)
    if not known:
        return []
    start = beginning(told, known)
    all_teams = len(whole.teams)

    async def live(week: Teller) -> None:
        """From the next question until just after the first digest of each team."""
        week.says(words.OWN_BEGINS)
        if len(told.teams) < all_teams:
            week.says(words.FIRST_TEAMS, told=len(told.teams), all=all_teams)
        for sentence, given in await week.stage.db.read(_gaps):
            week.says(sentence, **given)
        await OwnPeople(week).live(await week.stage.db.read(_end, week.stage.clock.now()))

    return [Act(as_of(told, start), start, live)]


def _end(session: Session, now: datetime) -> datetime:
    """Just after the first digest of each team; a team that has none to come is not waited for."""
    return max(_first_digests(session, now), default=now + timedelta(days=7))


def _first_digests(session: Session, now: datetime) -> list[datetime]:
    found = []
    for team in session.exec(select(m.Team).order_by(col(m.Team.id))):
        digests = [
            one.meeting_at or one.due_at + AFTER_DIGEST
            for one in look_ahead(session, team, now, now + LONGEST)
            if one.message is Message.DIGEST and one.skip is None
        ]
        found += digests[:1]
    return [one + timedelta(minutes=1) for one in found]


def _gaps(session: Session) -> list[Sentence]:
    """A sentence for each team without a channel, a meeting or people."""
    found: list[Sentence] = []
    for team in session.exec(select(m.Team).order_by(col(m.Team.id))):
        members = session.exec(select(m.Membership.id).where(m.Membership.team_id == team.id)).first()
        if members is None:
            found.append((words.NO_PEOPLE, {"team": team.name}))
        if team.channel_ref is None:
            found.append((words.NO_CHANNEL, {"team": team.name}))
        if not teams.meetings_of(session, team.id):
            found.append((words.NO_MEETING, {"team": team.name}))
    return found
