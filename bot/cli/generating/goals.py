"""Made-up key results of every type, each with the course that its numbers will take."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from bot.cli.generating import metrics, words
from bot.cli.generating.dice import Dice, exact
from bot.cli.generating.frame import CYCLE_WEEKS, Frame, Order
from bot.cli.generating.trends import Course, Shape, course_of
from bot.okr import model as okr
from bot.okr.localtime import instant
from storage import models as m
from storage.generated_values import NewChange, NewPerson

_KINDS = (("number", 56), ("automated", 8), ("level", 13), ("milestone", 9), ("steps", 10), ("baseline", 4))
_BEFORE = ("$", "¥", "€")
_MORNING = time(11, 0)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Goal:
    """A key result as it is defined, who answers for it, and what will become of it."""

    definition: okr.KeyResult
    owner: NewPerson
    co_owners: tuple[int, ...]
    course: Course
    cadence: m.CadenceOfKR = m.CadenceOfKR.INHERIT
    level: metrics.Level | None = None
    ends: date | None = None
    """From this day on nobody speaks of it: it is paused or dropped."""
    paused_until: date | None = None
    changes: tuple[NewChange, ...] = ()

    @property
    def reason(self) -> str | None:
        """Why it was dropped."""
        return self.changes[-1].reason if self.definition.state is okr.KRState.DROPPED else None


def goals_of(order: Order, frame: Frame, first: int, dice: Dice) -> Iterator[Goal]:
    """The key results of a team, in order; `first` is the number of its first one in the company."""
    tables = _Tables(dice)
    owners = [one for one in frame.crew if one.number not in frame.team.viewers]
    for at in range(order.krs):
        owner = owners[at % len(owners)] if dice.chance(0.7) else dice.pick(owners)
        kind = dice.weighed(_KINDS)
        course = course_of(CYCLE_WEEKS, dice)
        bare, level = _measured(kind, frame, tables, dice)
        kr = _framed(bare, order, frame, first + at, at + 1, course, dice)
        others = [one.number for one in owners if one.number != owner.number]
        co_owners = (dice.pick(others),) if others and dice.chance(0.15) else ()
        cadence = m.CadenceOfKR.BIWEEKLY if dice.chance(0.04) else m.CadenceOfKR.INHERIT
        yield _ended(Goal(kr, owner, co_owners, course, cadence, level), order, frame, dice)


@dataclass(frozen=True, slots=True)
class _Bare:
    title: str
    short: str
    type: okr.KRType
    metric: str = ""
    unit: str = ""
    decimals: int = 0
    baseline: Decimal | None = None
    target: Decimal | None = None
    anchors: okr.Anchors | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    strict: bool = False
    steps: tuple[str, ...] = ()
    automated: bool = False


class _Tables:
    """Each table in an order of this team's own, taken from the top, and from the top again when it is through."""

    def __init__(self, dice: Dice) -> None:
        self.numbers = _forever(dice.shuffled(metrics.NUMBERS))
        self.levels = _forever(dice.shuffled(metrics.LEVELS))
        self.milestones = _forever(dice.shuffled(metrics.MILESTONES))
        self.stepped = _forever(dice.shuffled(metrics.STEPPED))
        self.baselines = _forever(dice.shuffled(metrics.BASELINES))


def _forever(these: Sequence[T]) -> Iterator[T]:
    while True:
        yield from these


# --- what is measured -------------------------------------------------------------------------


def _measured(kind: str, frame: Frame, tables: _Tables, dice: Dice) -> tuple[_Bare, metrics.Level | None]:
    match kind:
        case "number" | "automated":
            return _number(next(tables.numbers), frame, dice, automated=kind == "automated"), None
        case "level":
            level = next(tables.levels)
            return _level(level, frame, dice), level
        case "baseline":
            found = next(tables.baselines)
            name = frame.say(found.name)
            title = f"摸清{name}" if frame.chinese else f"Find out: {name}"
            kept = _Bare(title, name, okr.KRType.BASELINE, unit=found.unit, decimals=found.decimals)
            return kept, None
        case _:
            one = next(tables.milestones if kind == "milestone" else tables.stepped)
            steps = tuple(frame.say(step) for step in one.steps)
            return _Bare(frame.say(one.title), frame.say(one.short), okr.KRType.MILESTONE, steps=steps), None


def _number(one: metrics.Number, frame: Frame, dice: Dice, *, automated: bool) -> _Bare:
    start = _in_steps(dice, one.start, one.step)
    way = _in_steps(dice, one.way, one.step)
    baseline, target = (Decimal(value).scaleb(-one.decimals) for value in (start, start + way))
    name = frame.say(one.name)
    unit = one.chinese_unit if frame.chinese and one.chinese_unit is not None else one.unit
    rises = way > 0
    low, high = shown(baseline, unit), shown(target, unit)
    title = f"{name}从 {low} {'提高' if rises else '降'}到 {high}" if frame.chinese else f"{name} from {low} to {high}"
    anchors = None
    if dice.chance(0.1) and abs(way) >= 8:
        third, most = (Decimal(start + int(way * share)).scaleb(-one.decimals) for share in (0.25, 0.6))
        anchors = okr.Anchors(third, most, target)
    return _Bare(
        title=title,
        short=name,
        type=okr.KRType.INCREASE if rises else okr.KRType.DECREASE,
        metric=name,
        unit=unit,
        decimals=one.decimals,
        baseline=baseline,
        target=target,
        anchors=anchors,
        automated=automated,
    )


def _in_steps(dice: Dice, ends: tuple[int, int], step: int) -> int:
    low, high = ends
    return low + step * dice.below((high - low) // step + 1)


def _level(one: metrics.Level, frame: Frame, dice: Dice) -> _Bare:
    enters = dice.chance(0.4)
    low, high = (None if value is None else Decimal(value).scaleb(-one.decimals) for value in (one.low, one.high))
    name = frame.say(one.name)
    baseline = None
    if enters or dice.chance(0.5):
        baseline = Decimal(one.outside if enters else one.middle).scaleb(-one.decimals)
    return _Bare(
        title=_level_title(name, low, high, one.unit, chinese=frame.chinese),
        short=name,
        type=okr.KRType.RANGE,
        metric=name,
        unit=one.unit,
        decimals=one.decimals,
        baseline=baseline,
        low=low,
        high=high,
        strict=not enters and dice.chance(0.2),
    )


def _level_title(name: str, low: Decimal | None, high: Decimal | None, unit: str, *, chinese: bool) -> str:
    if low is not None and high is not None:
        between = (shown(low, unit), shown(high, unit))
        return (
            f"{name}保持在 {between[0]} 到 {between[1]}" if chinese else f"{name} between {between[0]} and {between[1]}"
        )
    if low is not None:
        return f"{name}不低于 {shown(low, unit)}" if chinese else f"{name} at least {shown(low, unit)}"
    most = shown(high or Decimal(0), unit)
    return f"{name}不超过 {most}" if chinese else f"{name} at most {most}"


def shown(value: Decimal, unit: str) -> str:
    """As a title says it: $45,000, 31%, 12 min."""
    text = f"{value:,f}"
    if unit in _BEFORE:
        return unit + text
    return text + ("%" if unit == "%" else f" {unit}" if unit else "")


# --- when and how sure ------------------------------------------------------------------------


def _framed(
    bare: _Bare, order: Order, frame: Frame, number: int, place: int, course: Course, dice: Dice
) -> okr.KeyResult:
    start, due = order.first_day, order.last_day
    if bare.type is okr.KRType.BASELINE:
        due = start + timedelta(weeks=CYCLE_WEEKS // 2)
    elif dice.chance(0.06):
        start += timedelta(weeks=2)
    elif dice.chance(0.06):
        due -= timedelta(weeks=3)
    pace = _pace(bare, course, dice)
    share = Decimal(1) / 4
    return okr.KeyResult(
        id=number,
        team_key=frame.team.key,
        number=place,
        title=bare.title,
        short_title=bare.short,
        type=bare.type,
        start=start,
        due=due,
        metric=bare.metric,
        unit=bare.unit,
        decimals=bare.decimals,
        baseline=bare.baseline,
        target=bare.target,
        anchors=bare.anchors,
        range_lo=bare.low,
        range_hi=bare.high,
        strict=bare.strict,
        commitment=okr.Commitment.COMMITTED if dice.chance(0.2) else okr.Commitment.STRETCH,
        weight=Decimal(2) if dice.chance(0.08) else Decimal(1),
        pace=pace,
        checkpoints=tuple(
            okr.Checkpoint(start + timedelta(weeks=weeks), share * at) for at, weeks in enumerate((3, 6, 9), 1)
        )
        if pace is okr.PaceProfile.STEPS
        else (),
        steps=tuple(
            okr.Step(at, title, Decimal(1 + at % 2), start + timedelta(weeks=2 * at + 1))
            for at, title in enumerate(bare.steps, 1)
        ),
        source=okr.Source.AUTO if bare.automated else okr.Source.MANUAL,
        auto_max_age_days=5 if bare.automated else 3,
    )


def _pace(bare: _Bare, course: Course, dice: Dice) -> okr.PaceProfile:
    if bare.type is okr.KRType.RANGE:
        return okr.PaceProfile.FLAT
    if bare.type not in (okr.KRType.INCREASE, okr.KRType.DECREASE):
        return okr.PaceProfile.LINEAR
    if course.shape is Shape.LATE and dice.chance(0.5):
        return okr.PaceProfile.SLOW_START
    if course.shape is Shape.FAST and dice.chance(0.3):
        return okr.PaceProfile.FAST_START
    return okr.PaceProfile.STEPS if dice.chance(0.05) else okr.PaceProfile.LINEAR


# --- what was decided about it ----------------------------------------------------------------


def _ended(goal: Goal, order: Order, frame: Frame, dice: Dice) -> Goal:
    """A few are paused or dropped after some weeks, and of a few the target was changed; each with its reason."""
    at = dice.share()
    if order.weeks < 4 or at > 0.09 or goal.definition.is_automated:
        return goal
    day = order.first_day + timedelta(weeks=dice.between(2, order.weeks - 2), days=dice.below(4))
    moment = instant(day, _MORNING, frame.team.timezone)
    lead = frame.team.lead
    kr = goal.definition
    if at < 0.03:
        until = order.day + timedelta(days=dice.between(3, 20)) if dice.chance(0.7) else None
        reason = frame.say(dice.pick(words.PAUSED))
        turned = _change("state", "active", "paused", reason, lead, moment)
        limited = () if until is None else (_change("paused_until", None, until.isoformat(), reason, lead, moment),)
        paused = replace(kr, state=okr.KRState.PAUSED)
        return replace(goal, definition=paused, ends=day, paused_until=until, changes=(*limited, turned))
    if at < 0.06:
        reason = frame.say(dice.pick(words.DROPPED))
        change = _change("state", "active", "dropped", reason, lead, moment)
        return replace(goal, definition=replace(kr, state=okr.KRState.DROPPED), ends=day, changes=(change,))
    if kr.target is None or kr.baseline is None or kr.anchors is not None:
        return goal
    old = kr.target + (kr.target - kr.baseline) * Decimal("0.5")
    change = _change(
        "target",
        format(exact(float(old), kr.decimals), "f"),
        format(kr.target, "f"),
        frame.say(words.NOTES[5]),
        lead,
        moment,
    )
    return replace(goal, changes=(change,))


def _change(field: str, old: str | None, new: str, reason: str, by: int, at: datetime) -> NewChange:
    return NewChange(field, old, new, reason, "learned" if field == "target" else "priority", by, at)
