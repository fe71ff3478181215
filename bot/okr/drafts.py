"""A key result as it is being written, before it has a row; what is impossible about it (spec/02 §4.6, spec/04 §9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from bot.okr.kr_lines import KRLine
from bot.okr.model import Cadence, Checkpoint, Commitment, KRType, PaceProfile
from bot.okr.short_titles import SHORT_TITLE, proposed_short_title

TITLE, METRIC, UNIT, TAG = 140, 60, 12, 12
"""The most characters of each."""
MOST_STEPS = 30
MOST_PLACES = 4
LINES = (KRType.INCREASE, KRType.DECREASE)


@dataclass(frozen=True, slots=True)
class StepDraft:
    """One step of a milestone."""

    title: str
    weight: Decimal = Decimal(1)
    due: date | None = None


@dataclass(frozen=True, slots=True)
class KRDraft:
    """What a key result would be. `type` is None where its line says nothing that could be measured or done.

    People are named by their keys. `cadence` None means the team's.
    """

    title: str
    short_title: str
    type: KRType | None
    start: date
    due: date
    metric: str = ""
    unit: str = ""
    decimals: int = 0
    baseline: Decimal | None = None
    target: Decimal | None = None
    anchors: tuple[Decimal, Decimal, Decimal] | None = None
    """The values that score 0.3, 0.7 and 1.0; the last one is the target."""
    range_lo: Decimal | None = None
    range_hi: Decimal | None = None
    range_tol: Decimal | None = None
    strict: bool = False
    stretch: Commitment = Commitment.STRETCH
    weight: Decimal = Decimal(1)
    pace: PaceProfile = PaceProfile.LINEAR
    tag: str | None = None
    cadence: Cadence | None = None
    answer_policy: Literal["any", "lead"] = "any"
    steps: tuple[StepDraft, ...] = ()
    lead_owner: int | None = None
    co_owners: tuple[int, ...] = ()
    aliases: tuple[str, ...] = ()
    parent_kr_id: int | None = None
    initial_confidence: Decimal | None = None
    checkpoints: tuple[Checkpoint, ...] = ()
    """What is expected by when, where the pace goes in phases."""

    @property
    def goal(self) -> Decimal | None:
        """The target, or the 1.0 anchor that stands for it."""
        return self.anchors[2] if self.anchors is not None else self.target


class Problem(StrEnum):
    """Why a draft cannot be a key result at all; where spec/04 §9.3 has a check for it, that is the value."""

    NO_TITLE = "no_title"
    LONG = "long"
    NO_TARGET = "K03"
    WRONG_WAY = "K16"
    SAME = "K23"
    NOT_IN_ORDER = "K24"
    NO_BOUNDS = "no_bounds"
    UPSIDE_DOWN = "upside_down"
    NOT_ABOVE_ZERO = "not_above_zero"
    DUE_BEFORE_START = "due_before_start"
    DUE_OVER = "due_over"
    STEPS_ELSEWHERE = "steps_elsewhere"
    """Steps belong to a milestone."""
    MANY_STEPS = "many_steps"
    NO_PHASES = "no_phases"
    """Its pace goes in phases, and none has a day."""
    NO_CONFIDENCE = "no_confidence"
    """A confidence is a number from 0 to 10."""


def kr_draft_of(
    line: KRLine,
    *,
    start: date,
    due: date,
    lead_owner: int | None = None,
    parent_kr_id: int | None = None,
) -> KRDraft:
    """What a line that was read would become between these days; what it leaves open is empty.

    A baseline is due half way, for the rest needs its number (spec/03 §5.5), and a level that is held has a flat pace.
    """
    numbers = [one for one in (line.from_, line.to, line.lo, line.hi) if one is not None]
    is_early = line.kind is KRType.BASELINE and parent_kr_id is None
    return KRDraft(
        title=line.title,
        short_title=proposed_short_title(line.title),
        type=line.kind,
        start=start,
        due=start + (due - start) // 2 if is_early else due,
        unit=line.unit[:UNIT],
        decimals=places_of(numbers),
        baseline=line.from_,
        target=line.to,
        range_lo=line.lo,
        range_hi=line.hi,
        pace=PaceProfile.FLAT if line.kind is KRType.RANGE else PaceProfile.LINEAR,
        lead_owner=lead_owner,
        parent_kr_id=parent_kr_id,
    )


def places_of(numbers: Iterable[Decimal]) -> int:
    """As many decimals as these numbers show."""
    shown = (-int(one.normalize().as_tuple().exponent) for one in numbers)
    return max(0, min(MOST_PLACES, max(shown, default=0)))


def problems(draft: KRDraft, today: date | None = None) -> Mapping[str, Problem]:
    """What is impossible about a draft, by the name of its field; advice is given elsewhere (`bot.okr.quality`).

    With `today`, a due date that is over counts as well.
    """
    found: dict[str, Problem] = {}
    if not draft.title.strip():
        found["title"] = Problem.NO_TITLE
    lengths = {"title": TITLE, "short_title": SHORT_TITLE, "metric": METRIC, "unit": UNIT, "tag": TAG}
    for name, most in lengths.items():
        if len(getattr(draft, name) or "") > most:
            found[name] = Problem.LONG
    found.update(_of_numbers(draft))
    found.update(_of_steps(draft))
    for name in ("weight", "range_tol"):
        value = getattr(draft, name)
        if value is not None and value <= 0:
            found[name] = Problem.NOT_ABOVE_ZERO
    if draft.pace is PaceProfile.STEPS and not draft.checkpoints:
        found["pace"] = Problem.NO_PHASES
    if draft.due < draft.start:
        found["due"] = Problem.DUE_BEFORE_START
    elif today is not None and draft.due < today:
        found["due"] = Problem.DUE_OVER
    if draft.initial_confidence is not None and not 0 <= draft.initial_confidence <= 10:
        found["initial_confidence"] = Problem.NO_CONFIDENCE
    return found


def _of_numbers(draft: KRDraft) -> Mapping[str, Problem]:
    if draft.type is KRType.RANGE:
        if draft.range_lo is None and draft.range_hi is None:
            return {"range_lo": Problem.NO_BOUNDS}
        if draft.range_lo is not None and draft.range_hi is not None and draft.range_lo > draft.range_hi:
            return {"range_lo": Problem.UPSIDE_DOWN}
        return {}
    if draft.type not in (None, *LINES):
        return {}
    start, goal = draft.baseline, draft.goal
    if draft.type in LINES and goal is None:
        return {"target": Problem.NO_TARGET}
    if draft.anchors is not None:
        points = [one for one in (start, *draft.anchors) if one is not None]
        steps = {later > earlier for earlier, later in pairwise(points)}
        if len(steps) > 1 or len(set(points)) < len(points):
            return {"anchors": Problem.NOT_IN_ORDER}
    if start is not None and start == goal:
        return {"target": Problem.SAME}
    if start is None or goal is None or draft.type is None:
        return {}
    return {} if (goal > start) is (draft.type is KRType.INCREASE) else {"target": Problem.WRONG_WAY}


def _of_steps(draft: KRDraft) -> Mapping[str, Problem]:
    if draft.steps and draft.type not in (None, KRType.MILESTONE):
        return {"steps": Problem.STEPS_ELSEWHERE}
    if len(draft.steps) > MOST_STEPS:
        return {"steps": Problem.MANY_STEPS}
    if any(len(one.title) > TITLE for one in draft.steps):
        return {"steps": Problem.LONG}
    return {}
