"""What was said about a team's key results week by week: answers and silences, absences, corrections, feeds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from bot.cli.generating.dice import Dice
from bot.cli.generating.frame import Frame, Order
from bot.cli.generating.goals import Goal
from bot.cli.generating.saying import Voice
from bot.okr import model as okr
from bot.okr.localtime import instant, local_day
from storage import models as m
from storage.check_ins import Origin, Said
from storage.generated_values import NewCheckIn, NewPerson

LEAST, MOST = 0.55, 0.90
"""The share of questions that a team answers lies between these two."""
_USUALLY = time(10, 0)
_FEED_AT = time(6, 15)
_FEED_DAYS = (0, 3)
_MONDAY = 0
_SILENT = 0.08
_SKIPS = 0.06

_SOURCES = (
    (okr.CheckInSource.DM, 45),
    (okr.CheckInSource.BUTTON, 40),
    (okr.CheckInSource.MODAL, 10),
    (okr.CheckInSource.COMMAND, 5),
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One question to one owner that could have been answered, and when it would have been."""

    goal: int
    week: int
    at: datetime
    day: date
    by: int
    behalf: int | None
    after_meeting: bool


def check_ins_of(order: Order, frame: Frame, goals: Sequence[Goal], dice: Dice) -> list[tuple[NewCheckIn, ...]]:
    """Everything that was said, by key result and in time order."""
    slots = [slot for at, goal in enumerate(goals) for slot in _slots(order, frame, at, goal, dice)]
    answered, skipped = _answered(order, goals, slots, dice)
    voices = [Voice(frame, goal, dice) for goal in goals]
    told: list[list[NewCheckIn]] = [[] for _ in goals]
    for slot in sorted(slots, key=lambda one: (one.at, one.goal)):
        if slot in skipped:
            told[slot.goal].append(_once(slot, Said(kind=okr.CheckInKind.SKIP), okr.CheckInSource.BUTTON))
        elif slot in answered and not voices[slot.goal].is_through:
            _tell(told[slot.goal], voices[slot.goal], slot, dice)
    return [tuple(entries) for entries in told]


def readings_of(order: Order, goal: Goal, dice: Dice) -> tuple[okr.Reading, ...]:
    """What a feed brought, twice a week; some feeds have gone quiet."""
    if not goal.definition.is_automated:
        return ()
    weeks = order.weeks - (dice.between(1, 3) if dice.chance(0.15) else 0)
    return tuple(_fed(order, goal, weeks))


def _fed(order: Order, goal: Goal, weeks: int) -> Iterator[okr.Reading]:
    voice_of = goal.course.points
    kr = goal.definition
    for week in range(max(weeks, 0)):
        for weekday in _FEED_DAYS:
            day = order.first_day + timedelta(weeks=week, days=weekday)
            at = instant(day, _FEED_AT, goal.owner.timezone)
            if kr.start <= day and at < order.now and kr.baseline is not None and kr.target is not None:
                before = voice_of[week - 1] if week else 0.0
                share = before + (voice_of[week] - before) * (weekday + 1) / 5
                value = kr.baseline + (kr.target - kr.baseline) * Decimal(round(share * 1000)) / 1000
                exact = value.quantize(Decimal(1).scaleb(-kr.decimals))
                yield okr.Reading(max(exact, Decimal(0)), at, day, okr.ReadingSource.AUTO)


# --- who is asked when ------------------------------------------------------------------------


def _slots(order: Order, frame: Frame, at: int, goal: Goal, dice: Dice) -> Iterator[Slot]:
    """Every question about one key result that somebody was there to answer."""
    kr = goal.definition
    if kr.is_automated:
        return
    every = frame.meets.every if frame.meets is not None else 1
    rarely = m.CadenceOfKR.BIWEEKLY is goal.cadence or frame.team.cadence is okr.Cadence.BIWEEKLY
    for week in range(0, order.weeks, 2 if rarely else every):
        slot = _slot(order, frame, at, goal, week, dice)
        if slot is None or slot.at >= order.now or slot.day < kr.start:
            continue
        if goal.ends is None or slot.day < goal.ends:
            yield slot


def _slot(order: Order, frame: Frame, at: int, goal: Goal, week: int, dice: Dice) -> Slot | None:
    monday = order.first_day + timedelta(weeks=week)
    meets = None if frame.meets is None else monday + timedelta(days=frame.meets.weekdays[0])
    asked = monday if meets is None else _working_day_before(meets)
    by, behalf = _answering(frame, goal, asked, dice)
    if by is None:
        return None
    late = meets is not None and frame.meets is not None and dice.chance(0.04)
    if late and meets is not None and frame.meets is not None:
        moment = instant(meets, frame.meets.at, frame.team.timezone) + timedelta(minutes=dice.between(5, 40))
    else:
        moment = instant(asked, by.check_in_time or _USUALLY, by.timezone)
        moment += timedelta(minutes=dice.between(1, 90) if dice.chance(0.65) else dice.between(90, 420))
    moment += timedelta(seconds=dice.below(60))
    return Slot(at, week, moment, local_day(moment, goal.owner.timezone), by.number, behalf, late)


def _working_day_before(day: date) -> date:
    return day - timedelta(days=3 if day.weekday() == _MONDAY else 1)


def _answering(frame: Frame, goal: Goal, day: date, dice: Dice) -> tuple[NewPerson | None, int | None]:
    """Who answers on a day, and for whom: the owner, now and then a co-owner, whoever stands in, or nobody."""
    owner = goal.owner
    crew = {one.number: one for one in frame.crew}
    away = next((one for one in owner.away if one.first_day <= day <= one.last_day), None)
    if away is not None:
        stands_in = crew.get(away.delegate) if away.delegate is not None else None
        return (stands_in, owner.number) if stands_in is not None else (None, None)
    if goal.co_owners and dice.chance(0.2):
        return crew[goal.co_owners[0]], None
    return owner, None


def _answered(
    order: Order, goals: Sequence[Goal], slots: Sequence[Slot], dice: Dice
) -> tuple[frozenset[Slot], frozenset[Slot]]:
    """Which questions were answered, and which were waved away; a few key results fell silent weeks ago."""
    share = LEAST + (MOST - LEAST) * dice.share()
    quiet_from = {
        at: order.weeks - dice.between(2, 5) for at in range(len(goals)) if order.weeks > 5 and dice.chance(_SILENT)
    }
    could = [one for one in slots if one.week < quiet_from.get(one.goal, order.weeks)]
    answered = frozenset(dice.shuffled(could)[: int(share * len(slots) + 0.5)])
    skipped = [one for one in could if one not in answered and dice.chance(_SKIPS)]
    return answered, frozenset(skipped)


# --- what is written down ---------------------------------------------------------------------


def _tell(told: list[NewCheckIn], voice: Voice, slot: Slot, dice: Dice) -> None:
    """One answer; now and then with a slip before it that was corrected or taken back."""
    source = dice.weighed(_SOURCES)
    said = voice.says(slot.week)
    slip = voice.slip_of(said) if dice.chance(0.045) else None
    if slip is None:
        told.append(_once(slot, said, source, voice.typed(said)))
        return
    wrong = _once(slot, slip, okr.CheckInSource.DM, voice.typed(slip))
    later = replace(slot, at=slot.at + timedelta(minutes=dice.between(1, 6)))
    right = _once(later, said, okr.CheckInSource.DM, voice.typed(said))
    if dice.chance(0.5):
        told += [wrong, replace(right, corrects=len(told))]
    else:
        told += [replace(wrong, undone_at=later.at), right]


def _once(slot: Slot, said: Said, source: okr.CheckInSource, typed: str | None = None) -> NewCheckIn:
    origin = Origin(
        by_id=slot.by,
        at=slot.at,
        source=source,
        raw_text=typed if source is okr.CheckInSource.DM else None,
        on_behalf_of_id=slot.behalf,
        after_meeting=slot.after_meeting,
    )
    return NewCheckIn(said, origin, slot.day)
