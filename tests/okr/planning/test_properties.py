"""Whatever the clock does: nothing twice, nothing lost, nothing in the night."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.okr.localtime import QuietHours, days, monday_of
from bot.okr.planning import (
    LOOK_AHEAD,
    Delegation,
    KeyResultFacts,
    MeetingFacts,
    Message,
    PersonFacts,
    Ritual,
    SkipReason,
    TeamFacts,
    asked_together,
    next_turn,
    period_of,
    plan,
)
from bot.okr.workdays import WorkCalendar
from tests.okr.planning.simulation import REMINDERS, World, may_be_written_to, week_of

ZONES = (
    "Africa/Cairo",
    "America/Los_Angeles",
    "America/New_York",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Europe/Madrid",
    "Pacific/Apia",
    "Pacific/Auckland",
)
STARTS = tuple(
    datetime(*day, 6, tzinfo=UTC)
    for day in (
        (2011, 12, 22),  # Samoa leaves out Fri 30 Dec
        (2026, 3, 4),  # North America's clocks go forward
        (2026, 3, 25),  # Europe's
        (2026, 4, 1),  # New Zealand's and Lord Howe's go back
        (2026, 4, 20),  # Cairo loses a midnight
        (2026, 10, 21),  # Europe's go back
        (2026, 10, 28),  # North America's and Cairo's go back
    )
)
SPAN = timedelta(days=12)
MODEST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

half_hours = st.integers(0, 47).map(lambda n: time(n // 2, 30 * (n % 2)))
daytime = st.integers(14, 40).map(lambda n: time(n // 2, 30 * (n % 2)))
weekdays = st.integers(0, 6)
zones = st.sampled_from(ZONES)
quiet_hours = st.sampled_from(
    [
        QuietHours(time(18), time(9)),
        QuietHours(time(22), time(11, 30)),
        QuietHours(time(0), time(0)),
        QuietHours(time(12), time(14)),
        QuietHours(time(20), time(2, 30)),
    ]
)


@st.composite
def calendars(draw: st.DrawFn, start: datetime) -> WorkCalendar:
    near = days(start.date() - timedelta(days=7), start.date() + timedelta(days=20))
    away_from = draw(st.sampled_from(near))
    away = ((away_from, away_from + timedelta(days=draw(st.integers(0, 9)))),) if draw(st.booleans()) else ()
    return WorkCalendar(
        working_days=draw(st.sampled_from([frozenset(range(5)), frozenset({6, 0, 1, 2, 3}), frozenset({0, 2})])),
        off=frozenset(draw(st.lists(st.sampled_from(near), max_size=4))),
        make_up=frozenset(draw(st.lists(st.sampled_from(near), max_size=1))),
        away=away,
    )


@st.composite
def persons(draw: st.DrawFn, number: int, start: datetime) -> PersonFacts:
    own = draw(st.booleans())
    return PersonFacts(
        id=number,
        name=f"Mei {number}",
        zone=draw(zones),
        calendar=draw(calendars(start)),
        quiet=draw(quiet_hours),
        check_in_weekday=draw(weekdays) if own else None,
        check_in_time=draw(half_hours) if own else None,
    )


@st.composite
def with_stand_in(draw: st.DrawFn, one: PersonFacts, numbers: list[int]) -> PersonFacts:
    """Somebody, perhaps themselves, perhaps away as well, stands in while they are away; or nobody."""
    stand_in = draw(st.none() | st.sampled_from(numbers))
    if stand_in is None:
        return one
    return replace(one, delegations=tuple(Delegation(first, last, stand_in) for first, last in one.calendar.away))


@st.composite
def meeting_of(draw: st.DrawFn, number: int, *, main: bool) -> MeetingFacts:
    return MeetingFacts(
        id=number,
        main=main,
        weekdays=(draw(weekdays),),
        at=draw(daytime),
        zone=draw(zones),
        every=draw(st.sampled_from([1, 1, 1, 2])),
        lead_minutes=draw(st.sampled_from([0, 30])),
    )


@st.composite
def key_results(draw: st.DrawFn, number: int, people: dict[int, PersonFacts], start: datetime) -> KeyResultFacts:
    owners = draw(st.permutations(sorted(people)).map(lambda all_: tuple(all_[:1])) | st.just(tuple(sorted(people))))
    first = start.date() - timedelta(days=30)
    quiet_for = draw(st.none() | st.integers(0, 20))
    return KeyResultFacts(
        id=number,
        owner_ids=owners,
        start=first,
        due=first + timedelta(days=91),
        counts_from=start.date() - timedelta(days=draw(st.integers(0, 20))),
        calendar=people[owners[0]].calendar,
        asked_biweekly=draw(st.sampled_from([False, False, True])),
        updated_on=None if quiet_for is None else start.date() - timedelta(days=quiet_for),
    )


@dataclass(frozen=True)
class Setting:
    start: datetime
    teams: dict[int, TeamFacts]

    @property
    def end(self) -> datetime:
        return self.start + SPAN

    def person(self, number: int | None) -> PersonFacts:
        """All teams of a setting have the same people."""
        assert number is not None
        return self.teams[1].people[number]


@st.composite
def worlds(draw: st.DrawFn, teams: int = 2) -> Setting:
    start = draw(st.sampled_from(STARTS))
    people = {number: draw(persons(number, start)) for number in range(1, draw(st.integers(1, 2)) + 1)}
    people = {number: draw(with_stand_in(one, sorted(people))) for number, one in people.items()}
    found = {}
    for number in range(1, draw(st.integers(1, teams)) + 1):
        first = 10 * number
        shapes = st.sampled_from([(), (True,), (True, False)])
        meetings = tuple(draw(meeting_of(first + n, main=main)) for n, main in enumerate(draw(shapes)))
        found[number] = TeamFacts(
            id=number,
            zone=draw(zones),
            known_since=start - timedelta(days=draw(st.sampled_from([0, 40]))),
            cycle=(start.date() - timedelta(days=30), start.date() + timedelta(days=draw(st.sampled_from([8, 60])))),
            meetings=meetings,
            people=people,
            key_results=tuple(draw(key_results(first + n, people, start)) for n in range(draw(st.integers(1, 2)))),
            has_channel=True,
            lead_id=1,
            off=frozenset(draw(st.lists(st.sampled_from(days(start.date(), start.date() + SPAN)), max_size=2))),
            biweekly=draw(st.sampled_from([False, False, False, True])),
            reminders=draw(st.integers(0, 2)),
        )
    return Setting(start, found)


def run(setting: Setting, ticks: list[datetime]) -> World:
    world = World(dict(setting.teams))
    for now in ticks:
        world.tick(now)
    return world


def run_on_time(setting: Setting) -> World:
    """Looks only when the planner said to look again."""
    world = World(dict(setting.teams))
    now = setting.start
    while now <= setting.end:
        world.tick(now)
        now = world.next_tick()
    return world


def every(step: timedelta, setting: Setting) -> list[datetime]:
    return [setting.start + n * step for n in range(SPAN // step + 1)]


# --- never later than the true next due moment -----------------------------------------------------


@settings(MODEST, max_examples=4)
@given(worlds(teams=1))
def test_looking_only_when_the_planner_says_finds_what_looking_all_the_time_finds(setting: Setting) -> None:
    often = World(dict(setting.teams))
    for now in every(timedelta(minutes=30), setting):
        often.look_again()
        often.tick(now)
    assert run_on_time(setting).decisions() == often.decisions()


@MODEST
@given(worlds(teams=1), st.integers(0, 12 * 24 * 60), st.floats(0, 1))
def test_between_now_and_the_next_look_nothing_becomes_due(setting: Setting, minutes: int, share: float) -> None:
    facts, now = setting.teams[1], setting.start + timedelta(minutes=minutes)
    for ritual in Ritual:
        found = plan(facts, ritual, now)
        assert found.next_due_at is not None
        known = {(one.message, one.subject, one.period) for one in (*found.messages, *found.skips)}
        next_look = min(found.next_due_at, next_turn(facts, now) or found.next_due_at)
        for between in (now + (next_look - now) * share, next_look - timedelta(microseconds=1)):
            if between >= next_look:
                continue
            later = plan(facts, ritual, between)
            assert {(one.message, one.subject, one.period) for one in (*later.messages, *later.skips)} <= known


# --- nothing lost ----------------------------------------------------------------------------------


LOST = (SkipReason.TOO_LATE, SkipReason.MOMENT_PASSED, SkipReason.DIGEST_PASSED, SkipReason.DAY_OFF, SkipReason.AWAY)


@settings(MODEST, max_examples=25)
@given(worlds(), st.lists(st.integers(1, 36 * 60), min_size=10, max_size=40))
def test_what_is_looked_at_in_time_goes_out_or_has_a_reason(setting: Setting, gaps: list[int]) -> None:
    ticks = [setting.start]
    for gap in gaps:
        ticks.append(ticks[-1] + timedelta(minutes=gap))
    late = World(dict(setting.teams))
    for now in ticks:
        late.look_again()
        late.tick(now)
    found_at_the_start = run(setting, [setting.start]).outbox
    for key, row in run_on_time(setting).outbox.items():
        one = row.planned
        found_at = next((now for now in ticks if now >= one.due_at), None)
        others = one.message not in (Message.CHECK_IN, Message.STALE, Message.DARK, Message.DIGEST)
        if not row.is_message or found_at is None or key in found_at_the_start or others:
            continue
        if one.message is Message.DIGEST:
            assert one.meeting_at is not None
            in_time = found_at <= one.meeting_at + timedelta(minutes=10)
        else:
            person = setting.person(one.person_id)
            in_time = found_at <= one.due_at + timedelta(hours=24)
            assert not in_time or key in late.outbox
            at_once = may_be_written_to(person, found_at) and (one.digest_at is None or found_at < one.digest_at)
            in_time = in_time and at_once and one.message is Message.CHECK_IN
        assert not in_time or late.outbox[key].planned.skip not in LOST


# --- nothing twice, nothing in the night -----------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One thing that happens: the clock moves, and something is changed or goes wrong."""

    minutes: int
    what: str
    team: int
    person: int
    weekday: int
    at: time
    zone: str


steps = st.builds(
    Step,
    minutes=st.integers(-8 * 60, 30 * 60) | st.integers(0, 4 * 60),
    what=st.sampled_from(["tick", "twice", "restart", "move", "meeting zone", "person zone", "answer", "away"]),
    team=st.integers(1, 2),
    person=st.integers(1, 2),
    weekday=weekdays,
    at=daytime,
    zone=zones,
)


def happen(world: World, step: Step, now: datetime) -> None:
    """Change what the step changes; every change makes the planner look again."""
    facts = world.teams.get(step.team)
    if facts is None:
        return
    if step.what in ("move", "meeting zone") and facts.meetings:
        main, *others = facts.meetings
        moved = {"weekdays": (step.weekday,), "at": step.at} if step.what == "move" else {"zone": step.zone}
        world.teams[step.team] = replace(facts, meetings=(replace(main, **moved), *others))
    if step.what == "answer":
        krs = tuple(replace(kr, updated_on=now.date()) for kr in facts.key_results[:1])
        world.teams[step.team] = replace(facts, key_results=(*krs, *facts.key_results[1:]))
    if step.what in ("person zone", "away") and step.person in facts.people:
        person = facts.people[step.person]
        today = now.date()
        if step.what == "person zone":
            person = replace(person, zone=step.zone)
        else:
            away = ((today, today + timedelta(days=step.weekday)),)
            person = replace(person, calendar=replace(person.calendar, away=away))
        for number, team in world.teams.items():
            world.teams[number] = replace(team, people={**team.people, person.id: person})
    if step.what != "tick":
        world.look_again()


@settings(MODEST, max_examples=80)
@given(worlds(), st.lists(steps, min_size=5, max_size=40))
def test_whatever_happens_nothing_is_sent_twice_or_in_the_night(setting: Setting, happenings: list[Step]) -> None:
    world, now = World(dict(setting.teams)), setting.start
    for step in happenings:
        now += timedelta(minutes=step.minutes)
        happen(world, step, now)
        world.tick(now)
        if step.what == "twice":
            world.look_again()
            world.tick(now)
    asked = Counter(
        (row.planned.person_id, week_of_period(row.planned.period), team_of(row.planned.meeting_id))
        for row in world.messages(Message.CHECK_IN)
    )
    assert all(count == 1 for count in asked.values()), "one question per person, team and week of the meeting"
    boards = Counter(
        (row.planned.team_id, row.planned.meeting_id, week_of_period(row.planned.period))
        for row in world.messages(Message.DIGEST)
    )
    assert all(count == 1 for count in boards.values()), "one board per meeting and week"


def week_of_period(period: str) -> date:
    return monday_of(date.fromisoformat(period[:10]))


def team_of(meeting_id: int | None) -> int | None:
    return None if meeting_id is None else meeting_id // 10


@settings(MODEST, max_examples=25)
@given(worlds())
def test_nobody_gets_more_than_one_question_and_two_reminders_a_week(setting: Setting) -> None:
    world = run_on_time(setting)

    def weeks(*kinds: Message) -> Counter[tuple[int, date]]:
        return Counter(
            (number, week_of(row.goes_at, setting.person(number).zone))
            for row in world.messages(*kinds)
            if (number := row.planned.person_id) is not None
        )

    asked, reminded = weeks(Message.CHECK_IN), weeks(*REMINDERS)
    assert all(count == 1 for count in asked.values())
    assert all(count <= 2 for count in reminded.values())


@MODEST
@given(worlds())
def test_the_order_in_which_people_are_listed_changes_nothing(setting: Setting) -> None:
    facts = setting.teams[1]
    shuffled = replace(facts, people=dict(reversed(list(facts.people.items()))))
    now = setting.start + timedelta(days=5)
    for ritual in Ritual:
        assert plan(facts, ritual, now) == plan(shuffled, ritual, now)


@settings(MODEST, max_examples=40)
@given(worlds(teams=4), st.integers(0, 11 * 24 * 4))
def test_whichever_team_is_planned_first_the_question_is_the_same(setting: Setting, quarters: int) -> None:
    now = setting.start + timedelta(minutes=15 * quarters)
    asked = Ritual.WEEKLY_CHECK_IN
    ahead = {number: plan(facts, asked, now, now + LOOK_AHEAD).messages for number, facts in setting.teams.items()}
    for person in setting.teams[1].people.values():
        bundles = set()
        for number, facts in setting.teams.items():
            others = [one for other in ahead if other != number for one in ahead[other]]
            for question in plan(facts, asked, now).messages:
                if question.message is Message.CHECK_IN and question.person_id == person.id:
                    bundle = (question, *asked_together(person, question, others, now))
                    krs = frozenset(kr for one in bundle for kr in (*one.kr_ids, *one.suppressed_kr_ids))
                    bundles.add((period_of(bundle), krs))
        assert len(bundles) <= 1
