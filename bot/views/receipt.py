"""What was recorded, said back in one line per key result: the echo (spec/07 §12.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session

from bot.okr.model import Band, CheckInKind, Status
from bot.views.team import KRView
from storage import conversations
from storage import models as m

LOW = (Status.AT_RISK, Status.OFF_TRACK)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One stored check-in as the person reads it. Only what was said is shown; figures are as they stand now."""

    label: str
    token: str
    """The check-in's: what Undo takes back."""
    item_token: str
    """The question it answers, for [Still 31%] and [Enter number]; empty outside a prompt."""
    kr_token: str
    unit: str
    decimals: int
    old: Decimal | None = None
    value: Decimal | None = None
    approx: bool = False
    no_change: bool = False
    self_score: Decimal | None = None
    confidence: Decimal | None = None
    trend: str = ""
    said: Band | None = None
    done: bool = False
    still_open: bool = False
    steps: tuple[int, int] | None = None
    blocked: bool = False
    unblocked: bool = False
    blocker: str | None = None
    help_wanted: str | None = None
    note: str | None = None
    skipped: bool = False
    score: Decimal | None = None
    heading: Decimal | None = None
    status: Status | None = None
    """None where the echo shows no colour: low numbers are thanked for, not coloured red (spec/10 §16)."""
    number: Decimal | None = None
    """The number that still stands, where only a judgement was given."""
    number_on: date | None = None
    offers_next_step: bool = False
    nearby: tuple[Decimal, ...] = ()
    """Whole numbers that can be told by one tap, for KRs that move by ones (spec/07 §12.1)."""


def receipt(session: Session, view: KRView, row: m.CheckIn, item_token: str = "") -> Receipt:
    """The line for one check-in, with the figures as they stand after it."""
    kr, state = view.kr, view.state
    before = conversations.value_before(session, row) if row.value is not None else None
    moved = row.value is not None and before is not None and before != row.value
    measured_today = state.current.measured_on == view.today
    only_judged = row.value is None and kr.is_number and not kr.is_automated and not measured_today
    off_track = state.status in (Status.OFF_TRACK, Status.MISSED)
    done = row.done is True or (row.steps_done is not None and state.reached)
    return Receipt(
        label=kr.label,
        token=row.token,
        item_token=item_token,
        kr_token=view.row.token,
        unit=kr.unit,
        decimals=kr.decimals,
        old=before if moved else None,
        value=row.value,
        approx=row.approx,
        no_change=row.kind is CheckInKind.CONFIRM,
        self_score=row.self_score,
        confidence=row.confidence,
        trend=_trend(session, row),
        said=row.status_said,
        done=done,
        still_open=row.done is False,
        steps=None if row.steps_done is None else (len(row.steps_done), len(kr.steps)),
        blocked=row.blocked is True,
        unblocked=row.blocked is False,
        blocker=row.blocker,
        help_wanted=row.help_wanted,
        note=row.note,
        skipped=row.kind is CheckInKind.SKIP,
        score=state.score if row.value is not None and not kr.is_binary else None,
        heading=state.heading if row.value is not None else None,
        status=None if off_track or row.value is None else state.status,
        number=state.current.value if only_judged and row.kind is not CheckInKind.SKIP else None,
        number_on=state.current.measured_on if only_judged else None,
        offers_next_step=_offers_next_step(session, view, row),
        nearby=_nearby(view, row),
    )


def receipts(session: Session, views: dict[int, KRView], rows: Iterable[m.CheckIn]) -> list[Receipt]:
    """A line per check-in that counts; one that a later answer to the same reply replaced is left out."""
    rows = list(rows)
    replaced = {row.supersedes_id for row in rows}
    return [receipt(session, views[row.kr_id], row) for row in rows if row.id not in replaced and row.kr_id in views]


def _trend(session: Session, row: m.CheckIn) -> str:
    if row.confidence is None:
        return ""
    before = conversations.confidence_before(session, row)
    if before is None or before == row.confidence:
        return ""
    return "▲" if row.confidence > before else "▼"


def _offers_next_step(session: Session, view: KRView, row: m.CheckIn) -> bool:
    if row.kind is CheckInKind.SKIP or view.state.status not in LOW:
        return False
    return not conversations.open_next_step(session, view.row.id)


def _nearby(view: KRView, row: m.CheckIn) -> tuple[Decimal, ...]:
    """[Still 7] [8] [9]: only where the KR counts whole things and expects at most three a week."""
    kr, current = view.kr, view.state.current
    if row.value is not None or row.kind is CheckInKind.SKIP or not kr.is_number or kr.is_automated:
        return ()
    points = [point for point in (kr.baseline, kr.target, current.value) if point is not None]
    if current.value is None or kr.target is None or kr.baseline is None or kr.unit == "%":
        return ()
    weeks = Decimal(max(1, (kr.due - kr.start) // timedelta(days=7)))
    if any(point != point.to_integral_value() for point in points) or abs(kr.target - kr.baseline) / weeks > 3:
        return ()
    step = 1 if kr.target > kr.baseline else -1
    return tuple(value for value in (current.value + step, current.value + 2 * step) if value >= 0)
