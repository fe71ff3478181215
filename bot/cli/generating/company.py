"""A whole made-up company, team by team: the same order gives the same company, on every machine and every Python."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.cli.generating import words
from bot.cli.generating.dice import Dice
from bot.cli.generating.frame import Frame, Known, Order, Past, frame_of
from bot.cli.generating.goals import Goal, goals_of
from bot.cli.generating.weeks import check_ins_of, readings_of
from bot.okr import model as okr
from storage import models as m
from storage.generated_values import (
    NewAlignment,
    NewCheckIn,
    NewCompany,
    NewHealth,
    NewKeyResult,
    NewNextStep,
    NewObjective,
    NewTeam,
    NewWin,
)

KRS_OF_OBJECTIVE = 5
"""A sixth key result begins another objective."""
_VISIBLE = (
    (m.Visibility.WORKSPACE, 88),
    (m.Visibility.TEAM, 7),
    (m.Visibility.TITLE_ONLY, 5),
)
_HEALTH = ((m.HealthStatus.GREEN, 6), (m.HealthStatus.YELLOW, 3), (m.HealthStatus.RED, 1))
_STEPS = ((m.NextStepState.OPEN, 4), (m.NextStepState.DONE, 5), (m.NextStepState.DROPPED, 1))
_AGREED = (
    (m.AlignmentState.PROPOSED, 5),
    (m.AlignmentState.AGREED, 3),
    (m.AlignmentState.DECLINED, 1),
    (m.AlignmentState.DONE, 1),
)


def company_of(order: Order) -> NewCompany:
    """The company; its teams are made only while somebody goes through them."""
    return NewCompany(
        name=order.name,
        mission=words.MISSION,
        timezone=words.PLACES[0].zone,
        holiday_calendar=words.PLACES[0].calendar,
        cycle=order.cycle,
        first_day=order.first_day,
        last_day=order.last_day,
        now=order.now,
        holidays=(("CN", _saturday(order.first_day), m.HolidayKind.WORKING, "调休"),),
        teams=lambda: _teams(order),
    )


def _saturday(monday: date) -> date:
    return monday + timedelta(days=5)


def _teams(order: Order) -> Iterator[NewTeam]:
    known = Known()
    for number in range(order.teams):
        dice = Dice(order.seed, f"team {number}")
        frame = frame_of(order, number, known, dice)
        goals = list(goals_of(order, frame, known.krs, dice))
        team = _Team(order, frame, goals, known, dice).whole()
        yield team
        known.people += len(team.people)
        known.krs += len(goals)
        known.recent.append(Past(number, frame.crew, tuple(goal.definition.id for goal in goals)))


@dataclass(frozen=True, slots=True)
class _Team:
    order: Order
    frame: Frame
    goals: Sequence[Goal]
    known: Known
    dice: Dice

    def whole(self) -> NewTeam:
        """The team with everything that was said and agreed in it."""
        told = check_ins_of(self.order, self.frame, self.goals, self.dice)
        return replace(
            self.frame.team,
            objectives=tuple(self._objectives(told)),
            next_steps=tuple(self._next_steps()),
            wins=tuple(self._wins()),
            health=tuple(self._health()),
            alignments=tuple(self._alignments()),
        )

    def _objectives(self, told: Sequence[tuple[NewCheckIn, ...]]) -> Iterator[NewObjective]:
        titles = self.dice.shuffled(words.OBJECTIVES)
        key_results = [self._key_result(goal, said) for goal, said in zip(self.goals, told, strict=True)]
        for number, first in enumerate(range(0, len(key_results), KRS_OF_OBJECTIVE), 1):
            is_company = self.frame.team.number == 0
            yield NewObjective(
                number=number,
                title=self._say(titles[(number - 1) % len(titles)]),
                why=self._say(self.dice.pick(words.WHYS)) if self.dice.chance(0.6) else None,
                serves=self._say(self.dice.pick(words.SERVES)) if self.dice.chance(0.4) else None,
                owner=self.frame.team.lead,
                visibility=m.Visibility.WORKSPACE if is_company else self.dice.weighed(_VISIBLE),
                key_results=tuple(key_results[first : first + KRS_OF_OBJECTIVE]),
            )

    def _key_result(self, goal: Goal, said: tuple[NewCheckIn, ...]) -> NewKeyResult:
        kr = goal.definition
        return NewKeyResult(
            definition=kr,
            owner=goal.owner.number,
            published_on=kr.start,
            co_owners=goal.co_owners,
            cadence=goal.cadence,
            initial_confidence=Decimal(self.dice.between(4, 6)) if self.dice.chance(0.5) else None,
            paused_from=goal.ends if kr.state is okr.KRState.PAUSED else None,
            paused_until=goal.paused_until,
            dropped_because=goal.reason,
            readings=readings_of(self.order, goal, self.dice),
            check_ins=said,
            changes=goal.changes,
        )

    # --- what surrounds them ----------------------------------------------------------------------

    def _next_steps(self) -> Iterator[NewNextStep]:
        for _ in range(self.dice.below(5)):
            at = self._moment()
            state = self.dice.weighed(_STEPS)
            done_at = min(at + timedelta(days=self.dice.between(1, 6)), self.order.now)
            yield NewNextStep(
                text=self._say(self.dice.pick(words.NEXT_STEPS)),
                kr=self._some_kr(),
                owner=self.dice.pick(self.frame.crew).number,
                due=self.order.day + timedelta(days=self.dice.between(-3, 7)) if self.dice.chance(0.7) else None,
                state=state,
                at=at,
                done_at=done_at if state is m.NextStepState.DONE else None,
            )

    def _wins(self) -> Iterator[NewWin]:
        for text in self.dice.shuffled(words.WINS)[: self.dice.below(4)]:
            thanks = self.dice.pick(self.known.recent).team if self.known.recent and self.dice.chance(0.25) else None
            by = self.dice.pick(self.frame.crew).number
            yield NewWin(self._say(text), self._some_kr(), by, self._moment(), thanks)

    def _health(self) -> Iterator[NewHealth]:
        for name in self.dice.shuffled(words.HEALTH)[: self.dice.weighed(((0, 5), (1, 3), (2, 1), (3, 1)))]:
            status = self.dice.weighed(_HEALTH)
            note = None if status is m.HealthStatus.GREEN else self._say(self.dice.pick(words.HEALTH_NOTES))
            owner = self.dice.pick(self.frame.team.people).number
            yield NewHealth(self._say(name), owner, status, note, self._moment())

    def _alignments(self) -> Iterator[NewAlignment]:
        """A third asks another team for something; now and then two stand in each other's way."""
        asked_of = [past for past in self.known.recent if past.krs]
        if not self.goals or not asked_of:
            return
        if self.dice.chance(0.33):
            yield self._agreement(self.dice.pick(asked_of))
        if self.dice.chance(0.04):
            other = self.dice.pick(asked_of)
            text = self._say(self.dice.pick(words.CONFLICTS))
            mine, theirs = self.dice.pick(self.goals).definition.id, self.dice.pick(other.krs)
            yield NewAlignment(mine, None, theirs, m.AlignmentKind.CONFLICTS, text, self._moment())

    def _agreement(self, other: Past) -> NewAlignment:
        state = self.dice.weighed(_AGREED)
        asked_at = self._moment()
        settled = state in (m.AlignmentState.AGREED, m.AlignmentState.DONE)
        return NewAlignment(
            from_kr=self.dice.pick(self.goals).definition.id,
            to_team=other.team,
            to_kr=None,
            kind=m.AlignmentKind.DEPENDS_ON,
            text=self._say(self.dice.pick(words.AGREEMENTS)),
            asked_at=asked_at,
            needed_by=self.order.day + timedelta(days=self.dice.between(3, 30)) if self.dice.chance(0.7) else None,
            state=state,
            agreed_by=other.members[0].number if settled else None,
            agreed_at=min(asked_at + timedelta(days=2), self.order.now) if settled else None,
        )

    def _some_kr(self) -> int | None:
        return self.dice.pick(self.goals).definition.id if self.goals and self.dice.chance(0.7) else None

    def _moment(self) -> datetime:
        """Some working hour of the last three weeks, or of the first day where there was no more time."""
        days = min(20, (self.order.day - self.order.first_day).days)
        day = self.order.day - timedelta(days=self.dice.between(1, days) if days else 0)
        at = self.order.now - timedelta(days=(self.order.day - day).days, minutes=self.dice.below(180))
        return min(at, self.order.now)

    def _say(self, both: words.Both) -> str:
        return self.frame.say(both)
