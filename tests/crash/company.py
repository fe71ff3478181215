"""A pretend company of any size: each person owns one key result, half of the teams are on Slack and half on Teams."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from bot.cli.composing import Connection
from bot.cli.import_file import read_file, write
from bot.rituals.lead import NO_CHANNEL
from storage import deliveries
from storage import models as m
from storage.session import Database
from tests.fakes.slack import TEAM as SLACK_TEAM
from tests.fakes.teams import TENANT

LET_IN = datetime(2026, 11, 12, 8, 30, tzinfo=UTC)
"""A Thursday morning, 9:30 in Madrid: nothing is due yet."""
ASKED = datetime(2026, 11, 12, 9, 11, tzinfo=UTC)
"""The weekly question is due for everybody, for the meeting of the next day at ten."""
LATER = (timedelta(hours=6), timedelta(hours=23, minutes=41), timedelta(days=7))
"""From there to the first reminder, to the digest, and to the next question."""
NOTICE = "lead_notice"
"""A message of a real kind that can be planned at any time."""
WEEKS = 6
"""Until the cycle ends."""
MOST = 1000
"""The target of every key result: as many different replies can be told apart."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person, where they are, and the key result they own."""

    number: int
    team: int
    place: int
    """Which of their team they are, from 1: their key result has the same number."""
    on_teams: bool

    @property
    def handle(self) -> str:
        return f"p{self.number}"

    @property
    def external_id(self) -> str:
        """As their platform calls them."""
        return f"person-{self.number}-object-id" if self.on_teams else f"U{self.number}PERSON"

    @property
    def name(self) -> str:
        return f"Person{self.number} Pretend"


@dataclass(frozen=True, slots=True)
class Company:
    """So many teams of so many people."""

    teams: int
    people_in_each: int

    def people(self) -> Iterator[Somebody]:
        """Everybody, in order."""
        for team in range(self.teams):
            for place in range(1, self.people_in_each + 1):
                yield Somebody(team * self.people_in_each + place, team, place, self.on_teams(team))

    def on_teams(self, team: int) -> bool:
        """Whether a team is on Microsoft Teams."""
        return team % 2 == 1

    def channel(self, team: int) -> str:
        """Where the boards of a team go."""
        return f"19:channel{team}@thread.tacv2" if self.on_teams(team) else f"C{team}CHANNEL"

    def found(self, db: Database, folder: Path, now: datetime) -> None:
        """Write the company into an empty database, as an import does."""
        path = folder / "company.yaml"
        path.write_text(self._as_file(), encoding="utf-8")
        connections = (
            Connection(m.Platform.SLACK, SLACK_TEAM, "Pretend"),
            Connection(m.Platform.TEAMS, TENANT, "the tenant"),
        )
        db.write_now(write, read_file(path), connections, now)

    def _as_file(self) -> str:
        lines = ["okra: 1", "workspace: {name: Pretend, timezone: Europe/Madrid, language: en}", "people:"]
        for one in self.people():
            platform = "teams" if one.on_teams else "slack"
            lines.append(
                f"  - {{handle: {one.handle}, name: {one.name}, short_name: {one.handle.title()}, "
                f"timezone: Europe/Madrid, address: {{{platform}: '{one.external_id}'}}}}"
            )
        lines.append("teams:")
        for team in range(self.teams):
            people = [one.handle for one in self.people() if one.team == team]
            platform = "teams" if self.on_teams(team) else "slack"
            lines.append(
                f"  - {{key: T{team}, name: Team {team}, lead: {people[0]}, members: [{', '.join(people[1:])}], "
                f"channel: {{{platform}: '{self.channel(team)}'}}, timezone: Europe/Madrid, "
                "meetings: [{title: Weekly, weekdays: fri, time: '10:00'}]}"
            )
        lines += ["cycles:", "  - {name: 2026 Q4, first_day: 2026-10-01, last_day: 2026-12-31}", "objectives:"]
        for team in range(self.teams):
            lines += [
                f"  - team: T{team}",
                "    cycle: 2026 Q4",
                f"    title: Be the best team {team}",
                "    key_results:",
            ]
            lines += [
                f"      - {{title: Number {one.number}, from: 0, to: {MOST}, owner: {one.handle}}}"
                for one in self.people()
                if one.team == team
            ]
        return "\n".join(lines) + "\n"


def plan_notices(session: Session, numbers: Mapping[int, str], now: datetime) -> None:
    """Plan notices of a real kind, due at once: `numbers` names for each the handle of whoever gets it."""
    people = {
        one.handle: one for one in session.exec(select(m.Person).where(col(m.Person.handle).in_(numbers.values())))
    }
    for number, handle in numbers.items():
        person = people[handle]
        deliveries.plan_delivery(
            session,
            workspace_id=person.workspace_id,
            kind=NOTICE,
            subject=f"notice:{number}",
            period="once",
            due_at=now,
            now=now,
            person_id=person.id,
            data={"msgid": NO_CHANNEL, "params": {"team": f"Number {number}"}},
        )
