"""The frame of a made-up company: its days, its team tree, its people, when they meet and when they are away."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from bot.cli.generating import words
from bot.cli.generating.dice import Dice
from bot.okr.localtime import instant
from bot.okr.model import Cadence
from storage import models as m
from storage.generated_values import NewAway, NewMeeting, NewPerson, NewTeam

T = TypeVar("T")
S = TypeVar("S")

CYCLE_WEEKS = 13
FIRST_DAY = date(2026, 10, 5)
"""A Monday: the first day of the cycle unless `today` is given."""
BELOW_ONE = 6
"""Teams that stand below a team."""
RECENT = 40
"""Teams whose people may lend a hand to a new one, and whose key results may be asked for something."""
NOON = time(12, 0)


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted. Every company of the same order is the same."""

    teams: int
    krs: int
    weeks: int
    seed: int
    today: date | None = None

    @property
    def name(self) -> str:
        """Says that it is pretend, and differs where the company does."""
        brand = words.BRANDS[self.seed % len(words.BRANDS)]
        day = "" if self.today is None else f", {self.today.isoformat()}"
        return f"{brand}, pretend ({self.teams} x {self.krs}, week {self.weeks}, seed {self.seed}{day})"

    @property
    def first_day(self) -> date:
        """A Monday. With `today` given that day lies in the week that was asked for."""
        if self.today is None:
            return FIRST_DAY
        monday = self.today - timedelta(days=self.today.weekday())
        return monday - timedelta(weeks=max(self.weeks, 1) - 1)

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(weeks=CYCLE_WEEKS) - timedelta(days=1)

    @property
    def day(self) -> date:
        """The day on which the company stands: the Thursday of the last week unless `today` is given."""
        return self.today or self.first_day + timedelta(weeks=max(self.weeks, 1) - 1, days=3)

    @property
    def now(self) -> datetime:
        """Noon of that day in the workspace's zone: nothing was said after it."""
        return instant(self.day, NOON, words.PLACES[0].zone)

    @property
    def cycle(self) -> str:
        """`2026 Q4`, by the middle of the cycle."""
        middle = self.first_day + timedelta(weeks=CYCLE_WEEKS // 2)
        return f"{middle.year} Q{(middle.month + 2) // 3}"


@dataclass(frozen=True, slots=True)
class Past:
    """What a team that came before may be asked for."""

    team: int
    members: tuple[NewPerson, ...]
    krs: tuple[int, ...]


@dataclass(slots=True)
class Known:
    """What later teams need of earlier ones; it does not grow with the company."""

    people: int = 0
    krs: int = 0
    recent: deque[Past] = field(default_factory=lambda: deque(maxlen=RECENT))


@dataclass(frozen=True, slots=True)
class Frame:
    """A team without its objectives, and its people by their number, borrowed ones included."""

    team: NewTeam
    place: words.Place
    crew: tuple[NewPerson, ...]
    meets: NewMeeting | None

    @property
    def chinese(self) -> bool:
        return self.team.lang is m.Language.ZH

    def say(self, both: words.Both) -> str:
        """In the team's language."""
        return both[1 if self.chinese else 0]


def frame_of(order: Order, number: int, known: Known, dice: Dice) -> Frame:
    """Team `number` of the company: 0 is the company itself."""
    place = words.PLACES[0] if number == 0 else dice.pick(words.PLACES)
    chinese = number > 0 and dice.below(10) < place.chinese
    lang = m.Language.ZH if chinese else m.Language.EN
    function, ordinal = _function(number)
    people = _people(order, known.people, dice.between(4, 8), place, lang, dice)
    borrowed = _borrowed(known, dice)
    crew = (*people, *borrowed)
    viewers = (people[-1].number,) if len(people) > 5 and dice.chance(0.3) else ()
    cadence = Cadence.BIWEEKLY if number and dice.chance(0.1) else Cadence.WEEKLY
    meetings = _meetings(number, lang, cadence, dice)
    team = NewTeam(
        number=number,
        key=function.code + _suffix(ordinal),
        name=_name(function, place, ordinal, chinese=chinese),
        parent=None if number == 0 else (number - 1) // BELOW_ONE,
        lang=lang,
        timezone=place.zone,
        holiday_calendar=place.calendar,
        channel=None if number and dice.chance(0.05) else f"#{(function.code + _suffix(ordinal)).lower()}",
        cadence=cadence,
        people=people,
        lead=people[0].number,
        members=tuple(one.number for one in crew[1:] if one.number not in viewers),
        viewers=viewers,
        meetings=meetings,
        rituals=dice.weighed(
            (({}, 7), ({"wins": True}, 2), ({"next_steps": True, "wins": True}, 1), ({"standing_board": True}, 1))
        ),
    )
    return Frame(team, place, crew, next((one for one in meetings if one.main), None))


def _function(number: int) -> tuple[words.Function, int]:
    """What the team does, and how many such there were before it."""
    if number == 0:
        return words.COMPANY, 0
    return words.FUNCTIONS[(number - 1) % len(words.FUNCTIONS)], (number - 1) // len(words.FUNCTIONS)


MOST_TEAMS = 1 + 1000 * len(words.FUNCTIONS)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _suffix(ordinal: int) -> str:
    """Two characters at most, so that a key has five: nothing, 2 to 99, A0 to Z9, AA to ZZ."""
    if ordinal < 99:
        return "" if ordinal == 0 else str(ordinal + 1)
    ordinal -= 99
    if ordinal < 260:
        return f"{_LETTERS[ordinal // 10]}{ordinal % 10}"
    ordinal -= 260
    return _LETTERS[ordinal // 26] + _LETTERS[ordinal % 26]


def _name(function: words.Function, place: words.Place, ordinal: int, *, chinese: bool) -> str:
    if function is words.COMPANY:
        return function.name[0]
    again = f" {ordinal + 1}" if ordinal else ""
    return f"{place.name[1]}{function.name[1]}{again}" if chinese else f"{function.name[0]} {place.name[0]}{again}"


# --- people -----------------------------------------------------------------------------------


def _people(
    order: Order, first: int, count: int, place: words.Place, lang: m.Language, dice: Dice
) -> tuple[NewPerson, ...]:
    bare = [_person(first + at, place, lang, dice) for at in range(count)]
    return tuple(_with_absence(order, one, bare, dice) for one in bare)


def _person(number: int, place: words.Place, team_lang: m.Language, dice: Dice) -> NewPerson:
    chinese = (team_lang is m.Language.ZH) is not dice.chance(0.08)
    if chinese:
        (family, family_spelt), (given, spelt) = _of(number, words.FAMILY_ZH, words.GIVEN_ZH)
        name, short, handle = family + given, given, f"{family_spelt}.{spelt}"
        again = number // (len(words.FAMILY_ZH) * len(words.GIVEN_ZH))
    else:
        family_name, given_name = _of(number, words.FAMILY, words.GIVEN)
        name, short, handle = f"{given_name} {family_name}", given_name, f"{given_name}.{family_name}".lower()
        again = number // (len(words.FAMILY) * len(words.GIVEN))
    handle += f"-{again + 1}" if again else ""
    # Now and then somebody lives elsewhere.
    home = dice.pick(words.PLACES) if dice.chance(0.1) else place
    return NewPerson(
        number=number,
        handle=handle,
        display_name=name,
        short_name=short,
        e_mail=f"{handle}@pretend.example",
        timezone=home.zone,
        lang=m.Language.ZH if chinese else m.Language.EN,
        holiday_calendar=home.calendar,
        number_style=m.NumberStyle.COMMA if home.calendar in ("DE", "BR") else m.NumberStyle.DOT,
        working_days=(0, 1, 2, 3) if dice.chance(0.06) else (0, 1, 2, 3, 4),
        role=m.WorkspaceRole.ADMIN if number == 0 else m.WorkspaceRole.MEMBER,
        check_in_time=time(dice.between(9, 16), 30) if dice.chance(0.1) else None,
    )


def _of(number: int, families: Sequence[T], given: Sequence[S]) -> tuple[T, S]:
    """The tables' lengths have no common factor, so every pair comes once before the first comes again."""
    return families[number % len(families)], given[number % len(given)]


def _with_absence(order: Order, one: NewPerson, team: Sequence[NewPerson], dice: Dice) -> NewPerson:
    """About a third is away for some days of the cycle, every other of them with somebody who stands in."""
    if not dice.chance(0.3):
        return one
    first = order.first_day + timedelta(days=dice.below(CYCLE_WEEKS * 7 - 14))
    last = first + timedelta(days=dice.between(2, 13))
    others = [other.number for other in team if other.number != one.number]
    away = NewAway(first, last, dice.pick(others) if dice.chance(0.5) else None)
    return replace(one, away=(away,))


def _borrowed(known: Known, dice: Dice) -> tuple[NewPerson, ...]:
    """Somebody who is in another team, too."""
    if not known.recent or not dice.chance(0.35):
        return ()
    return (dice.pick(dice.pick(known.recent).members),)


# --- meetings ---------------------------------------------------------------------------------


def _meetings(number: int, lang: m.Language, cadence: Cadence, dice: Dice) -> tuple[NewMeeting, ...]:
    """Most meet once a week; some every second, some twice, some not at all."""
    chinese = lang is m.Language.ZH
    if number and dice.chance(0.08):
        return ()
    main = NewMeeting(
        title=words.MEETING[1 if chinese else 0],
        weekdays=(dice.below(5),),
        at=time(dice.between(9, 16), dice.pick((0, 30))),
        every=2 if cadence is Cadence.BIWEEKLY or dice.chance(0.07) else 1,
        lead_minutes=dice.pick((5, 10, 10, 15)),
        duration=dice.pick((30, 45, 60)),
    )
    if not number or not dice.chance(0.08):
        return (main,)
    day = (main.weekdays[0] + 2) % 5
    second = NewMeeting(words.SECOND_MEETING[1 if chinese else 0], (day,), main.at, main=False, duration=30)
    return main, second
