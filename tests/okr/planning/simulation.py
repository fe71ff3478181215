"""A pretend outbox that is filled by the planner, tick by tick, and refuses what must never happen."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.okr.localtime import local, monday_of
from bot.okr.planning import (
    MAY_PASS,
    Message,
    OpenedRun,
    PersonFacts,
    Planned,
    Ritual,
    SentPrompt,
    SkipReason,
    TeamFacts,
    next_turn,
    plan,
)

Key = tuple[Message, str, str]

REMINDERS = (Message.REMINDER_1, Message.REMINDER_2)


def key_of(one: Planned) -> Key:
    return one.message, one.subject, one.period


def week_of(moment: datetime, zone: str) -> date:
    return monday_of(local(moment, zone).date())


def may_be_written_to(person: PersonFacts, moment: datetime) -> bool:
    """A working day outside quiet hours, worked out without the planner's help."""
    here = local(moment, person.zone)
    on, wall = here.date(), here.time()
    calendar = person.calendar
    works = on in calendar.make_up or (on.weekday() in calendar.working_days and on not in calendar.off)
    away = any(first <= on <= last for first, last in (*calendar.away, *calendar.freeze))
    start, end = person.quiet.start, person.quiet.end
    quiet = start <= wall < end if start <= end else not end <= wall < start
    return works and not away and not quiet


@dataclass
class Row:
    """One message in the outbox. What is due later goes out when it is due, if it is still wanted."""

    planned: Planned
    goes_at: datetime
    left: bool = False

    @property
    def is_message(self) -> bool:
        return self.planned.skip is None


@dataclass
class World:
    """Teams that share their people, one outbox, and an agenda row per team and ritual."""

    teams: dict[int, TeamFacts]
    outbox: dict[Key, Row] = field(default_factory=dict)
    runs: dict[tuple[int, Ritual, str], int | None] = field(default_factory=dict)
    agenda: dict[tuple[int, Ritual], datetime] = field(default_factory=dict)

    def tick(self, now: datetime) -> None:
        """What the clock does: plan every agenda row that is due; enter what comes out; send what is due."""
        self._send(now)
        for team_id in self.teams:
            for ritual in Ritual:
                if self.agenda.get((team_id, ritual), now) > now:
                    continue
                facts = self.facts(team_id)
                found = plan(facts, ritual, now)
                assert found == plan(facts, ritual, now), "the same facts give the same plan"
                assert found.next_due_at is not None
                assert now < found.next_due_at <= now + timedelta(days=1)
                for one in (*found.messages, *found.skips):
                    self._enter(facts, one, now)
                self.agenda[team_id, ritual] = min(found.next_due_at, next_turn(facts, now) or found.next_due_at)
                self._send(now)

    def look_again(self) -> None:
        """Something the plans depend on has changed, or the process was started anew: only the outbox is kept."""
        self.agenda.clear()

    def next_tick(self) -> datetime:
        return min(self.agenda.values())

    def facts(self, team_id: int) -> TeamFacts:
        """A team with what the outbox knows about its people and runs."""
        facts = self.teams[team_id]
        opened = tuple(
            OpenedRun(ritual, period, meeting_id)
            for (team, ritual, period), meeting_id in self.runs.items()
            if team == team_id
        )
        people = {number: self._person(person) for number, person in facts.people.items()}
        return replace(facts, people=people, opened=opened)

    def messages(self, *kinds: Message) -> Iterator[Row]:
        return (row for (message, _, _), row in self.outbox.items() if message in kinds and row.is_message)

    def decisions(self) -> dict[Key, tuple[datetime, SkipReason | None]]:
        return {key: (row.planned.due_at, row.planned.skip) for key, row in self.outbox.items()}

    def _person(self, person: PersonFacts) -> PersonFacts:
        mine = [row for (_, subject, _), row in self.outbox.items() if subject == f"person:{person.id}"]
        asked = [row for row in mine if row.planned.message is Message.CHECK_IN]
        return replace(
            person,
            prompts=tuple(SentPrompt(row.planned.period, row.goes_at) for row in asked if row.is_message),
            prompts_skipped=frozenset(
                row.planned.period for row in asked if not row.is_message and row.planned.skip not in MAY_PASS
            ),
            reminded=tuple(row.goes_at for row in mine if row.planned.message in REMINDERS and row.is_message),
        )

    def _enter(self, facts: TeamFacts, one: Planned, now: datetime) -> None:
        assert (one.person_id is None) != (one.team_id is None), "a message has one addressee"
        if one.skip is None and one.message in (Message.CHECK_IN, Message.DIGEST):
            ritual = Ritual.WEEKLY_CHECK_IN if one.message is Message.CHECK_IN else Ritual.DIGEST
            self.runs[facts.id, ritual, one.period] = one.meeting_id
        row = self.outbox.get(key_of(one))
        if row is not None and not row.is_message and one.skip is None and one.message is Message.CHECK_IN:
            row = None if row.planned.skip in MAY_PASS else row  # asked after all
        if row is not None and (not row.is_message or row.left or one.skip is not None):
            return
        goes_at = max(one.due_at, now)
        person = None if one.person_id is None else facts.people[one.person_id]
        if one.skip is None and person is not None and row is None:
            assert may_be_written_to(person, goes_at), f"{one} at {local(goes_at, person.zone)}"
            self._check_person(person, one, goes_at)
        self.outbox[key_of(one)] = Row(one, goes_at)

    def _send(self, now: datetime) -> None:
        """Send what is due. Whether it is still wanted is asked again, for what changed since it was planned."""
        people = {number: person for facts in self.teams.values() for number, person in facts.people.items()}
        for row in self.outbox.values():
            if not row.is_message or row.left or row.goes_at > now:
                continue
            one = row.planned
            if one.person_id is not None and not may_be_written_to(people[one.person_id], row.goes_at):
                row.planned = replace(one, skip=SkipReason.AWAY)
            elif one.message is Message.CHECK_IN and not one.kr_ids:
                row.planned = replace(one, skip=SkipReason.UPDATED_RECENTLY)
            row.left = True

    def _check_person(self, person: PersonFacts, one: Planned, goes_at: datetime) -> None:
        mine = {
            key: row
            for key, row in self.outbox.items()
            if row.planned.person_id == person.id and row.is_message and key != key_of(one)
        }
        if one.message is Message.CHECK_IN:
            assert one.kr_ids, "a question asks something"
            assert one.digest_at is None or goes_at < one.digest_at, "a question comes before its digest"
            weeks = {week_of(row.goes_at, person.zone) for key, row in mine.items() if key[0] is Message.CHECK_IN}
            assert week_of(goes_at, person.zone) not in weeks, "one question a week"
        if one.message in REMINDERS:
            question = mine.get((Message.CHECK_IN, one.subject, one.period))
            assert question is not None, "a reminder reminds of a question"
            assert question.goes_at + timedelta(minutes=60) <= goes_at, "a reminder leaves time to answer"
