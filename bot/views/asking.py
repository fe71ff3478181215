"""The weekly question as data: one block per key result, with what is known and what can be tapped (spec/07 §12.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from bot.okr.freshness import limits_of
from bot.okr.heading import data_heading
from bot.okr.model import (
    Cadence,
    CheckInKind,
    FreshnessState,
    KeyResult,
    KRType,
    ScoreMode,
    Status,
    StatusReason,
)
from bot.okr.scoring import is_reached
from bot.views.questions import ShownQuestion
from bot.views.receipt import Receipt
from bot.views.team import KRView
from storage import models as m

SCORES = (Decimal("0.3"), Decimal("0.5"), Decimal("0.7"), Decimal("1.0"))
LIKELIHOODS = (Decimal(3), Decimal(5), Decimal(7), Decimal(9))


class Question(StrEnum):
    """How a key result is asked about."""

    LANDS = "lands"
    HOW_LIKELY = "how_likely"
    LOOKS_RIGHT = "looks_right"
    FIRST_NUMBER = "first_number"


@dataclass(frozen=True, slots=True)
class Block:
    """One key result in a prompt."""

    token: str
    label: str
    title: str
    question: Question
    kr: KeyResult
    state: m.ItemState
    status: Status
    reached: bool
    """Its target is reached: it is asked whether that still holds (spec/03 §7.4)."""
    value: Decimal | None
    measured_at: datetime | None
    measured_on: date | None
    raw: Decimal | None
    score: Decimal | None
    heading: Decimal | None
    self_score: Decimal | None
    confidence: Decimal | None
    proposal: Decimal | None
    in_range: bool | None
    steps: tuple[int, int] | None
    stale_days: int | None
    ever_updated: bool
    scores: tuple[Decimal, ...]
    likelihoods: tuple[Decimal, ...]
    can_repeat: bool
    """[👍 Same …]: there is something shown that can be said again."""
    repeats_number: bool
    held_back: StatusReason | None = None
    """Why the colour is no better than at risk though it is heading for more (spec/03 §6.5, rule 8)."""
    previous: Decimal | None = None
    """The value before the last one."""
    receipt: Receipt | None = None
    """What the person said to it; or, where a co-owner did, what they said."""
    answered_by: str | None = None
    asks: ShownQuestion | None = None
    """The question back that stands inside this block."""
    asked_for: str | None = None
    """In whose place it is asked, while they are away."""

    @property
    def shown(self) -> str:
        """What 👍 would say again, as its button carries it: `44000`, `44000;0.7`, `;0.7`, `6`."""
        number = self.value if self.repeats_number else None
        return _shown(self.question, number, self.self_score, self.confidence, self.proposal)


def question_of(view: KRView) -> Question:
    """How this key result is asked about: an automated one without a heading asks like a manual one."""
    kr = view.kr
    if kr.is_binary:
        return Question.HOW_LIKELY
    if kr.type is KRType.BASELINE:
        return Question.FIRST_NUMBER
    if kr.is_automated and proposal_of(view) is not None:
        return Question.LOOKS_RIGHT
    return Question.LANDS


def proposal_of(view: KRView) -> Decimal | None:
    """What Okra would say of an automated KR: its heading (in progress mode its score), 0-1, one decimal."""
    if not view.kr.is_automated:
        return None
    figure = view.state.score if view.state.score_mode is ScoreMode.PROGRESS else view.state.heading
    if figure is None:
        return None
    return min(Decimal(1), max(Decimal(0), figure)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def can_repeat(view: KRView) -> bool:
    """Is something shown that 👍 can say again? A number KR without a last value has none (spec/07 §12.1)."""
    current = view.state.current
    match question_of(view):
        case Question.HOW_LIKELY:
            return current.confidence is not None
        case Question.LOOKS_RIGHT:
            return True
        case Question.LANDS if _has_number_of_its_own(view):
            return current.value is not None
        case Question.LANDS:
            return current.self_score is not None
        case Question.FIRST_NUMBER:
            return False


def shown_of(view: KRView) -> str:
    """What 👍 would say again about this key result as it stands now, like `Block.shown`."""
    current = view.state.current
    number = current.value if _has_number_of_its_own(view) else None
    return _shown(question_of(view), number, current.self_score, current.confidence, proposal_of(view))


def plain_number(value: Decimal) -> str:
    """A number as a button carries it: digits alone, and the same ones for 64 and 64.0."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def block(view: KRView, item: m.PromptItem, label: str) -> Block:
    """The block of one item as it stands now."""
    kr, state = view.kr, view.state
    current, fresh = state.current, state.freshness
    question = question_of(view)
    proposal = proposal_of(view) if question is Question.LOOKS_RIGHT else None
    return Block(
        token=item.token,
        label=label,
        title=kr.short_title,
        question=question,
        kr=kr,
        state=item.state,
        status=state.status,
        reached=state.reached and kr.is_number,
        value=current.value,
        measured_at=current.measured_at,
        measured_on=current.measured_on,
        raw=state.raw,
        score=state.score if current.value is not None or kr.steps else None,
        heading=state.heading,
        self_score=current.self_score,
        confidence=current.confidence,
        proposal=proposal,
        in_range=state.in_range,
        steps=(len(current.steps_done), len(kr.steps)) if kr.steps else None,
        stale_days=fresh.age if fresh.state in (FreshnessState.STALE, FreshnessState.DARK) else None,
        ever_updated=current.updated_on is not None,
        scores=tuple(one for one in SCORES if one != proposal) if question is not Question.HOW_LIKELY else (),
        likelihoods=_likelihoods(current.confidence) if question is Question.HOW_LIKELY else (),
        can_repeat=can_repeat(view),
        repeats_number=_has_number_of_its_own(view) and current.value is not None,
        held_back=None if state.capped_from is None else state.reason,
        previous=current.previous_value,
    )


def order_of(view: KRView, answer: m.CheckIn | None = None) -> tuple[int, Decimal, int]:
    """Worst heading first, then without one, then binary, then automated, then done (spec/07 §12.1).

    `answer` is what was said to the question since: the order stays as it was before, so that no block jumps away
    under a thumb.
    """
    state = view.state
    heading, reached = (state.shown_heading, state.reached) if answer is None else _before(view, answer)
    if reached:
        group = 4
    elif view.kr.is_automated:
        group = 3
    elif view.kr.is_binary:
        group = 2
    else:
        group = 0 if heading is not None else 1
    return group, heading or Decimal(0), view.kr.number


def fit_for_one_tap(view: KRView, now: datetime, asked_on: date | None = None) -> bool:
    """May this KR be among [👍 All as shown]? Its value, likelihood or proposal is at most a cadence old, and it was
    not confirmed unchanged in both of the last two weeks (spec/07 §12.1).

    The age is that of the day on which it was asked (`asked_on`): a button is not refused because a night went by.
    """
    known_on = _known_on(view)
    if not can_repeat(view) or known_on is None:
        return False
    oldest = limits_of(view.kr.cadence, done=view.state.reached, thresholds=view.state.thresholds).fresh
    return view.calendar.count(known_on, asked_on or view.today) <= oldest and unchanged_weeks(view, now) < 2


def unchanged_weeks(view: KRView, now: datetime) -> int:
    """How many weeks running, up to this one, the newest word on the KR was "no change".

    A week is a question with all that was said to it; what was said to none counts by its calendar week. What is
    being said at `now`, and to the same question before, is this week and does not count.
    """
    said = [row for row in view.recent if row.kind is not CheckInKind.SKIP]
    this_week = {row.prompt_id for row in said if row.at >= now and row.prompt_id is not None}
    earlier = [row for row in said if row.at < now and row.prompt_id not in this_week]
    weeks, since = 0, now
    for newest in _newest_of_each_week(earlier):
        # The question of this week may stand open for as long as a week before it is answered.
        if newest.kind is not CheckInKind.CONFIRM or since - newest.at >= _cadence(view) + timedelta(days=7):
            break
        weeks, since = weeks + 1, newest.at
    return weeks


def _newest_of_each_week(rows: list[m.CheckIn]) -> Iterator[m.CheckIn]:
    """The last row said to each question, newest first."""
    seen = set()
    for row in reversed(rows):
        week = row.prompt_id or row.day - timedelta(days=row.day.weekday())
        if week not in seen:
            seen.add(week)
            yield row


def _cadence(view: KRView) -> timedelta:
    biweekly = view.kr.cadence is Cadence.BIWEEKLY or view.state.reached
    return timedelta(days=14 if biweekly else 7)


def _has_number_of_its_own(view: KRView) -> bool:
    """A number that its owner tells, and that 👍 attests."""
    return view.kr.is_number and not view.kr.is_automated


def _shown(
    question: Question,
    number: Decimal | None,
    self_score: Decimal | None,
    confidence: Decimal | None,
    proposal: Decimal | None,
) -> str:
    match question:
        case Question.HOW_LIKELY:
            told = [confidence]
        case Question.LOOKS_RIGHT:
            told = [proposal]
        case Question.LANDS:
            told = [number] if self_score is None else [number, self_score]
        case Question.FIRST_NUMBER:
            told = []
    return ";".join("" if one is None else plain_number(one) for one in told)


def _known_on(view: KRView) -> date | None:
    """The day of what 👍 would say again: the number's, the likelihood's, or else that of the last word."""
    current = view.state.current
    if view.kr.is_number:
        return current.measured_on
    if view.kr.is_binary:
        return next((row.day for row in reversed(view.recent) if row.confidence is not None), None)
    return current.updated_on


def _before(view: KRView, answer: m.CheckIn) -> tuple[Decimal | None, bool]:
    """Where it was heading, and whether its target was reached, before an answer, as far as recent check-ins tell."""
    kr, current = view.kr, view.state.current
    earlier = [row for row in view.recent if row.at < answer.at and not _same_question(row, answer)]
    valued = next((row for row in reversed(earlier) if row.value is not None), None)
    stepped = next((row for row in reversed(earlier) if row.steps_done is not None), None)
    told = _has_number_of_its_own(view)  # a feed's number is not moved by what is said
    if told and valued is not None:
        current = replace(current, value=valued.value, measured_on=valued.day, measured_at=valued.at)
    elif told and current.measured_at == answer.at:
        current = replace(current, value=current.previous_value, measured_on=current.previous_measured_on)
    if answer.done or answer.steps_done is not None:
        steps = () if stepped is None else stepped.steps_done or ()
        current = replace(current, done=False, steps_done=dict.fromkeys(steps, answer.day))
    heading = data_heading(kr, current, view.state.thresholds)
    if heading is None and view.state.score_mode is ScoreMode.FORECAST:
        heading = next((row.self_score for row in reversed(earlier) if row.self_score is not None), None)
    return heading, is_reached(kr, current, view.today)


def _same_question(row: m.CheckIn, answer: m.CheckIn) -> bool:
    return row.prompt_id is not None and row.prompt_id == answer.prompt_id


def _likelihoods(last: Decimal | None) -> tuple[Decimal, ...]:
    """One up and one down from the last; four to choose from where there is none."""
    if last is None:
        return LIKELIHOODS
    return tuple(one for one in (last + 1, last - 1) if 0 <= one <= 10)
