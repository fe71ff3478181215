"""What an owner says about one key result when asked: numbers, self-scores, likelihoods, steps, notes, blockers."""

from dataclasses import replace
from decimal import Decimal

from bot.cli.generating import words
from bot.cli.generating.dice import Dice, exact
from bot.cli.generating.frame import CYCLE_WEEKS, Frame
from bot.cli.generating.goals import Goal, shown
from bot.okr import model as okr
from storage.check_ins import Said

_FINDS = (4, 9)
"""Weeks between which the value of a baseline is found."""


class Voice:
    """Remembers what was said before, because "no change" repeats it and a blocker stays until it is gone."""

    def __init__(self, frame: Frame, goal: Goal, dice: Dice) -> None:
        self._frame = frame
        self._goal = goal
        self._dice = dice
        self._kr = goal.definition
        self._last: Said | None = None
        self._blocked = False
        self._sure = dice.around(5.5, 1.2)
        self._found_in = dice.between(*_FINDS)
        self._found: Decimal | None = None
        self.is_through = False
        """True once it is done: then nobody is asked any more."""

    def says(self, week: int) -> Said:
        """The answer of a week."""
        if self._last is not None and self._dice.chance(0.15):
            last = self._last
            return Said(
                kind=okr.CheckInKind.CONFIRM,
                value=last.value,
                self_score=last.self_score,
                confidence=last.confidence,
            )
        said = self._with_words(self._figures(week))
        if said.done:
            self.is_through = True
        self._last = said
        return said

    def slip_of(self, said: Said) -> Said | None:
        """The same with a digit too many, where there is a number to slip on."""
        if said.value is None or said.value == 0 or said.kind is not okr.CheckInKind.UPDATE:
            return None
        return replace(said, value=said.value * 10)

    def typed(self, said: Said) -> str | None:
        """How it may have been typed."""
        if said.kind is not okr.CheckInKind.UPDATE:
            return "没有变化" if self._frame.chinese else "no change"
        parts = [] if said.value is None else [shown(said.value, self._kr.unit).replace(",", "")]
        parts += [] if said.self_score is None else [format(said.self_score, "f")]
        parts += [] if said.confidence is None else [f"{said.confidence}/10"]
        parts += ["完成" if self._frame.chinese else "done"] if said.done else []
        parts += [] if said.note is None else [said.note]
        return f"{self._kr.key} {', '.join(parts)}" if parts else None

    # --- figures ----------------------------------------------------------------------------------

    def _figures(self, week: int) -> Said:
        match self._kr.type:
            case okr.KRType.MILESTONE:
                return self._steps(week) if self._kr.steps else self._likely(week)
            case okr.KRType.BASELINE:
                return self._baseline(week)
            case _:
                return self._number(week)

    def _number(self, week: int) -> Said:
        kr = self._kr
        value = self._level(week) if self._goal.level is not None else None
        if kr.baseline is not None and kr.target is not None:
            way = float(kr.target - kr.baseline)
            value = exact(float(kr.baseline) + way * self._goal.course.points[week], kr.decimals)
        value = None if value is None else max(value, Decimal(0))
        score = self._lands(week) if self._dice.chance(0.75) else None
        if score is not None and self._dice.chance(0.1):
            value = None  # only where it will land: the number is not in yet
        band = self._band() if score is None and self._dice.chance(0.15) else None
        approx = value is not None and self._dice.chance(0.04)
        return Said(value=value, self_score=score, status_said=band, approx=approx)

    def _level(self, week: int) -> Decimal:
        level = self._goal.level
        assert level is not None  # noqa: S101 - asked by `_number` alone
        middle = float(level.middle)
        if self._kr.baseline is not None and self._kr.baseline == Decimal(level.outside).scaleb(-level.decimals):
            share = min(1.0, self._goal.course.points[week] * 1.3)
            middle = level.outside + (level.middle - level.outside) * share
        value = int(self._dice.around(middle, float(level.spread)) + 0.5)
        return Decimal(value).scaleb(-level.decimals)

    def _likely(self, week: int) -> Said:
        self._sure = min(10.0, max(0.0, self._sure + self._dice.around(self._goal.course.landing - 0.7, 0.9)))
        if week > 3 and self._goal.course.points[week] > 0.75 and self._dice.chance(0.4):
            return Said(done=True)
        return Said(confidence=exact(self._sure, 0))

    def _steps(self, week: int) -> Said:
        count = len(self._kr.steps)
        before = 0 if self._last is None or self._last.steps_done is None else len(self._last.steps_done)
        done = max(before, min(count, int(max(0.0, self._goal.course.points[week]) * (count + 0.5))))
        steps = tuple(range(1, done + 1))
        if done == count:
            return Said(steps_done=steps, done=True)
        return Said(steps_done=steps, self_score=self._lands(week) if self._dice.chance(0.6) else None)

    def _baseline(self, week: int) -> Said:
        if week < self._found_in:
            return Said(confidence=exact(min(10.0, max(0.0, self._sure)), 0))
        if self._found is None:
            self._found = Decimal(self._dice.between(5, 45))
        return Said(value=self._found)

    def _lands(self, week: int) -> Decimal:
        """Where it will land, rounded as people do; the nearer the end, the better they know."""
        doubt = 0.18 * (1.0 - week / CYCLE_WEEKS)
        return min(Decimal(1), max(Decimal(0), exact(self._dice.around(self._goal.course.landing, doubt), 1)))

    def _band(self) -> okr.Band:
        landing = self._goal.course.landing
        if landing >= 0.9:
            return okr.Band.AHEAD
        if landing >= 0.6:
            return okr.Band.ON_TRACK
        return okr.Band.AT_RISK if landing >= 0.4 else okr.Band.OFF_TRACK

    # --- words ------------------------------------------------------------------------------------

    def _with_words(self, said: Said) -> Said:
        if said.done:
            self._blocked = False
            return said
        if self._dice.chance(0.22) and said.note is None:
            said = replace(said, note=self._say(words.NOTES))
        if self._blocked and self._dice.chance(0.5):
            self._blocked = False
            return replace(said, blocked=False)
        if not self._blocked and self._dice.chance(0.06):
            self._blocked = True
            help_wanted = self._say(words.HELP) if self._dice.chance(0.3) else None
            return replace(said, blocked=True, blocker=self._say(words.BLOCKERS), help_wanted=help_wanted)
        return said

    def _say(self, these: tuple[words.Both, ...]) -> str:
        return self._frame.say(self._dice.pick(these))
