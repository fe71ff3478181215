"""The weekly question as data: one block per key result, with what is known and what can be tapped (spec/07 §12.1)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from bot.okr.model import Cadence, CheckInKind, FreshnessState, KeyResult, KRType, ScoreMode, Status
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
    value: Decimal | None
    measured_at: datetime | None
    measured_on: date | None
    score: Decimal | None
    heading: Decimal | None
    self_score: Decimal | None
    confidence: Decimal | None
    proposal: Decimal | None
    in_range: bool | None
    steps: tuple[int, int] | None
    stale_days: int | None
    scores: tuple[Decimal, ...]
    likelihoods: tuple[Decimal, ...]
    can_repeat: bool
    """[👍 Same …]: there is something shown that can be said again."""
    repeats_number: bool
    lead: str | None
    shared_with: tuple[str, ...]
    receipt: Receipt | None = None
    answered_by: str | None = None
    asks: ShownQuestion | None = None
    """The question back that stands inside this block."""


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


def block(view: KRView, item: m.PromptItem, label: str) -> Block:
    """The block of one item as it stands now."""
    kr, state = view.kr, view.state
    current = state.current
    question = question_of(view)
    proposal = proposal_of(view) if question is Question.LOOKS_RIGHT else None
    number_known = current.value is not None and kr.is_number and not kr.is_automated
    can_repeat = {
        Question.LANDS: number_known or current.self_score is not None,
        Question.HOW_LIKELY: current.confidence is not None,
        Question.LOOKS_RIGHT: True,
        Question.FIRST_NUMBER: False,
    }[question]
    fresh = state.freshness
    return Block(
        token=item.token,
        label=label,
        title=kr.short_title,
        question=question,
        kr=kr,
        state=item.state,
        status=state.status,
        value=current.value,
        measured_at=current.measured_at,
        measured_on=current.measured_on,
        score=state.score if current.value is not None or kr.steps else None,
        heading=state.heading,
        self_score=current.self_score,
        confidence=current.confidence,
        proposal=proposal,
        in_range=state.in_range,
        steps=(len(current.steps_done), len(kr.steps)) if kr.steps else None,
        stale_days=fresh.age if fresh.state in (FreshnessState.STALE, FreshnessState.DARK) else None,
        scores=tuple(one for one in SCORES if one != proposal) if question is not Question.HOW_LIKELY else (),
        likelihoods=_likelihoods(current.confidence) if question is Question.HOW_LIKELY else (),
        can_repeat=can_repeat,
        repeats_number=number_known,
        lead=view.owner_name,
        shared_with=tuple(owner.short_name for owner in view.owners),
    )


def order_of(view: KRView) -> tuple[int, Decimal, int]:
    """Worst heading first, then without one, then binary, then automated, then done (spec/07 §12.1)."""
    if view.state.reached:
        group = 4
    elif view.kr.is_automated:
        group = 3
    elif view.kr.is_binary:
        group = 2
    else:
        group = 0 if view.state.shown_heading is not None else 1
    return group, view.state.shown_heading or Decimal(0), view.kr.number


def fit_for_one_tap(view: KRView, now: datetime) -> bool:
    """May this KR be among [👍 All as shown]? Something shown, at most a cadence old, not unchanged twice running."""
    current = view.state.current
    if question_of(view) is Question.FIRST_NUMBER:
        return False
    if question_of(view) is not Question.LOOKS_RIGHT:
        known = current.value is not None or current.confidence is not None or current.self_score is not None
        age = None if current.updated_on is None else view.calendar.count(current.updated_on, view.today)
        if not known or age is None or age > (10 if view.kr.cadence is Cadence.BIWEEKLY else 5):
            return False
    return unchanged_weeks(view, now) < 2


def unchanged_weeks(view: KRView, now: datetime) -> int:
    """How many weeks running, up to this one, the newest word on the KR was "no change"."""
    weeks = 0
    before = now - timedelta(days=3)
    for _ in range(4):
        since = before - timedelta(days=7)
        said = [row for row in view.recent if since <= row.at < before and row.kind is not CheckInKind.SKIP]
        if not said or said[-1].kind is not CheckInKind.CONFIRM:
            return weeks
        weeks += 1
        before = since
    return weeks


def _likelihoods(last: Decimal | None) -> tuple[Decimal, ...]:
    """One up and one down from the last; four to choose from where there is none."""
    if last is None:
        return LIKELIHOODS
    return tuple(one for one in (last + 1, last - 1) if 0 <= one <= 10)
