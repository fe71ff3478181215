"""What was recorded, said back in one line per key result: the echo (spec/07 §12.2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session

from bot.okr.digest_improve import LIKELIHOODS_DIFFER, SCORES_DIFFER
from bot.okr.model import Band, CheckInKind, KRType, ScoreMode, Status
from bot.okr.replies import ReplyKR, ToldPercent, told_percent
from bot.okr.replies.assign import NO_DATA_REASON
from bot.views.team import KRView
from storage import conversations
from storage import models as m
from storage.conversations import Before

LOW = (Status.AT_RISK, Status.OFF_TRACK)
LOW_SELF_SCORE = Decimal("0.4")
LOW_CONFIDENCE = Decimal(3)
"""Below these a person is thanked for saying so early (spec/07 §12.2, spec/10 §16.5)."""

SMALL_WEEKLY_STEP = Decimal(3)
"""Whole numbers that move by no more than this a week can be told by one tap (spec/07 §12.1)."""
_MEASURED = frozenset("%‰°$€£¥₹₩₽₿")
"""Units of what is measured, not counted: percentages and money come with fractions."""


ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OtherView:
    """What another owner said of the key result this week, far from what was said now; both are kept (spec/03 §7.6)."""

    name: str
    said: Decimal
    on: date
    now: Decimal
    likelihood: bool = False
    """Likelihoods 0-10, not self-scores."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one person said about one key result. Only what was said is shown; figures are as they stand now."""

    label: str
    token: str
    """The check-in's: what Undo takes back."""
    item_token: str
    """The question it answers, for [Still 31%] and [Enter number]; empty outside a prompt."""
    kr_token: str
    unit: str
    decimals: int
    old: Decimal | None = None
    """The value before, where this one differs."""
    value: Decimal | None = None
    percent: ToldPercent | None = None
    """What the value was computed from."""
    approx: bool = False
    attested: bool = False
    """The value was confirmed, not told anew."""
    no_change: bool = False
    self_score: Decimal | None = None
    confidence: Decimal | None = None
    trend: str = ""
    said: Band | None = None
    done: bool = False
    still_open: bool = False
    steps: tuple[int, int] | None = None
    in_range: bool | None = None
    blocked: bool = False
    unblocked: bool = False
    blocker: str | None = None
    help_wanted: str | None = None
    note: str | None = None
    skipped: bool = False
    no_data: bool = False
    """Skipped, because there is no number yet."""
    low: bool = False
    """It does not look good, and the owner says so: that is thanked for."""
    score: Decimal | None = None
    raw: Decimal | None = None
    heading: Decimal | None = None
    status: Status | None = None
    """None where the echo shows no colour: low numbers are thanked for, not coloured red (spec/10 §16)."""
    number: Decimal | None = None
    """The number that still stands, from an earlier day, where only a judgement was given."""
    number_on: date | None = None
    never_measured: bool = False
    """A judgement about a number that nobody has told yet: it may be told right away."""
    asks_score: bool = False
    """The number was confirmed and there never was a self-score: the score buttons stay (spec/07 §12.1)."""
    offers_next_step: bool = False
    nearby: tuple[Decimal, ...] = ()
    """Whole numbers that can be told by one tap, for KRs that move by ones (spec/07 §12.1)."""
    mine: bool = True
    """The reader said it, within a day: it can be taken back by a tap."""
    other: OtherView | None = None
    """A co-owner sees it differently."""

    @property
    def asks_number(self) -> bool:
        """True where [Still 31%] and [Enter number] follow; not after bad news, which is thanked for instead."""
        return self.number is not None and not self.low

    @property
    def wants_number(self) -> bool:
        """True where a number may be told right away."""
        return self.asks_number or self.never_measured

    @property
    def has_buttons(self) -> bool:
        """True where more than an Undo follows."""
        return self.wants_number or self.offers_next_step

    @property
    def stands_at(self) -> str:
        """What [Still 31%] carries: where it stands, and the number that is shown."""
        return f"{self.item_token or self.kr_token}:{'' if self.number is None else f'{self.number:f}'}"

    def tells(self, value: Decimal) -> str:
        """What a button carries that tells this value."""
        return f"{self.item_token}:{value:f}"


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that one person said to one question, oldest first; the last row is what counts where rows differ."""

    view: KRView
    rows: tuple[m.CheckIn, ...]
    item_token: str = ""
    label: str = ""


def receipt(session: Session, view: KRView, row: m.CheckIn, item_token: str = "") -> Receipt:
    """The line for one check-in, with the figures as they stand after it."""
    return tell(session, [Spoken(view, (row,), item_token)])[0]


def receipts(
    session: Session,
    views: Mapping[int, KRView],
    rows: Iterable[m.CheckIn],
    item_tokens: Mapping[int, str] | None = None,
    labels: Mapping[int, str] | None = None,
) -> list[Receipt]:
    """A line per key result; a row that a later answer to the same reply replaced is left out.

    `item_tokens`: the questions that stand in the person's DM, by key result; `labels`: what the reader calls them.
    """
    tokens, called = item_tokens or {}, labels or {}
    rows = [row for row in rows if row.kr_id in views]
    replaced = {row.supersedes_id for row in rows}
    by_kr: dict[int, list[m.CheckIn]] = {}
    for row in rows:
        if row.id not in replaced:
            by_kr.setdefault(row.kr_id, []).append(row)
    return tell(
        session,
        [
            Spoken(views[kr_id], tuple(said), tokens.get(kr_id, ""), called.get(kr_id, ""))
            for kr_id, said in by_kr.items()
        ],
    )


def tell(session: Session, spoken: Sequence[Spoken]) -> list[Receipt]:
    """A line for each, in two queries however many there are."""
    firsts = [row.id for one in spoken for row in _firsts(_counting(one.rows))]
    before = conversations.before(session, firsts)
    planned = conversations.with_open_next_step(session, [one.view.row.id for one in spoken])
    return [_receipt(one, before, has_step=one.view.row.id in planned) for one in spoken]


def _percent(view: KRView, row: m.CheckIn | None) -> ToldPercent | None:
    """The percentage that was typed and that the value was computed from."""
    if row is None or row.value is None or row.raw_text is None or row.kind is CheckInKind.CONFIRM:
        return None
    return told_percent(row.raw_text, _as_read(view), row.value)


def _as_read(view: KRView) -> ReplyKR:
    kr = view.kr
    anchors = () if kr.anchors is None else (kr.anchors.a03, kr.anchors.a07, kr.anchors.a10)
    return ReplyKR(
        kr.label,
        kr.key,
        kr.title,
        kr.short_title,
        kr.aliases,
        kr.type,
        unit=kr.unit,
        baseline=kr.baseline,
        target=kr.target,
        anchors=anchors,
    )


def _firsts(rows: Sequence[m.CheckIn]) -> list[m.CheckIn]:
    """The rows that first gave a value and a likelihood: what was before them is what they changed."""
    valued = [row for row in rows if row.value is not None][:1]
    return valued + [row for row in rows if row.confidence is not None][:1]


def _counting(rows: Sequence[m.CheckIn]) -> Sequence[m.CheckIn]:
    """A skip takes back what was said before it, and is taken back by what is said after it."""
    if rows[-1].kind is CheckInKind.SKIP:
        return rows[-1:]
    return [row for row in rows if row.kind is not CheckInKind.SKIP]


def _receipt(spoken: Spoken, before: Mapping[int, Before], *, has_step: bool) -> Receipt:
    view, rows = spoken.view, _counting(spoken.rows)
    kr, state, last = view.kr, view.state, rows[-1]
    valued = _last_with(rows, "value")
    judged = _last_with(rows, "self_score")
    sure = _last_with(rows, "confidence")
    named = _last_with(rows, "status_said")
    closed = _last_with(rows, "done")
    stepped = _last_with(rows, "steps_done")
    stuck = _last_with(rows, "blocked")
    helped = _last_with(rows, "help_wanted")
    noted = _last_with(rows, "note")
    skipped = last.kind is CheckInKind.SKIP
    value = None if valued is None else valued.value
    was = before[next(row.id for row in rows if row.value is not None)].value if valued is not None else None
    self_score = None if judged is None else judged.self_score
    confidence = None if sure is None else sure.confidence
    said = None if named is None else named.status_said
    low = not skipped and _is_low(view, self_score, confidence, said)
    # Whoever reads an older answer again is shown the figures of that day, or none.
    stands = valued is not None and state.current.measured_at == valued.at and kr.type is not KRType.BASELINE
    # Two replies at the same moment: the figures are those of the later one.
    stands = stands and state.current.value == value
    stepped_now = stepped is not None and set(stepped.steps_done or ()) == set(state.current.steps_done)
    figures = (stands and not kr.is_binary) or stepped_now
    only_judged = valued is None and not (stuck is not None and stuck.blocked)
    judged_by_owner = judged is not None or sure is not None or named is not None
    number = _standing_number(view, last) if only_judged and judged_by_owner else None
    red = low or state.status in (Status.OFF_TRACK, Status.MISSED)
    return Receipt(
        label=spoken.label or kr.label,
        token=last.token,
        item_token=spoken.item_token,
        kr_token=view.row.token,
        unit=kr.unit,
        decimals=kr.decimals,
        old=was if value is not None and was is not None and was != value else None,
        value=value,
        percent=_percent(view, valued),
        approx=valued is not None and valued.approx,
        attested=valued is not None and valued.kind is CheckInKind.CONFIRM,
        no_change=all(row.kind is CheckInKind.CONFIRM for row in rows),
        self_score=self_score,
        confidence=confidence,
        trend=_trend(rows, before, confidence),
        said=said,
        done=(closed is not None and closed.done is True) or (stepped_now and state.reached),
        still_open=closed is not None and closed.done is False,
        steps=None if stepped is None else (len(stepped.steps_done or ()), len(kr.steps)),
        in_range=state.in_range if stands else None,
        blocked=stuck is not None and stuck.blocked is True,
        unblocked=stuck is not None and stuck.blocked is False,
        blocker=None if stuck is None else stuck.blocker,
        help_wanted=None if helped is None else helped.help_wanted,
        note=_note_of_skip(last) if skipped else None if noted is None else noted.note,
        skipped=skipped,
        no_data=skipped and last.note == NO_DATA_REASON,
        low=low,
        score=state.score if figures else None,
        raw=state.raw if figures else None,
        heading=state.heading if figures else None,
        status=state.status if figures and not red else None,
        number=number,
        number_on=None if number is None else state.current.measured_on,
        never_measured=only_judged and judged_by_owner and not low and _is_unmeasured(view),
        asks_score=_asks_score(view, rows) and value is not None,
        offers_next_step=not skipped and not has_step and state.status in LOW,
        nearby=_nearby(view) if number is not None and spoken.item_token else (),
        other=None if skipped else _other_view(view, last, self_score, confidence),
    )


def _note_of_skip(last: m.CheckIn) -> str | None:
    """What was said beside a skip is kept, and told."""
    return None if last.note == NO_DATA_REASON else last.note


def _other_view(view: KRView, last: m.CheckIn, score: Decimal | None, likelihood: Decimal | None) -> OtherView | None:
    """The newest word of another owner in the week before that is far from this one, where this one still counts."""
    current = view.state.current
    for name, mine, stands, line in (
        ("self_score", score, current.self_score, SCORES_DIFFER),
        ("confidence", likelihood, current.confidence, LIKELIHOODS_DIFFER),
    ):
        if mine is None or mine != stands:
            continue
        for row in reversed(view.recent):
            theirs = getattr(row, name)
            if theirs is None or row.by_id == last.by_id or row.at > last.at or last.day - row.day >= ONE_WEEK:
                continue
            owner = next((one for one in view.owners if one.id == row.by_id), None)
            if owner is not None and view.owned_by(last.by_id) and abs(theirs - mine) >= line:
                return OtherView(owner.short_name, theirs, row.day, mine, likelihood=name == "confidence")
    return None


def _is_unmeasured(view: KRView) -> bool:
    return view.kr.is_number and not view.kr.is_automated and view.state.current.value is None


def _last_with(rows: Sequence[m.CheckIn], name: str) -> m.CheckIn | None:
    return next((row for row in reversed(rows) if getattr(row, name) is not None), None)


def _trend(rows: Sequence[m.CheckIn], before: Mapping[int, Before], confidence: Decimal | None) -> str:
    if confidence is None:
        return ""
    was = before[next(row.id for row in rows if row.confidence is not None)].confidence
    if was is None or was == confidence:
        return ""
    return "▲" if confidence > was else "▼"


def _is_low(view: KRView, self_score: Decimal | None, confidence: Decimal | None, said: Band | None) -> bool:
    """Bad news told by its owner. In progress mode a small number is only bad news where the pace says so."""
    if said is Band.OFF_TRACK or (confidence is not None and confidence < LOW_CONFIDENCE):
        return True
    if self_score is None:
        return False
    if view.state.score_mode is ScoreMode.PROGRESS:
        return view.state.owner_band is Band.OFF_TRACK
    return self_score < LOW_SELF_SCORE


def _standing_number(view: KRView, row: m.CheckIn) -> Decimal | None:
    """The number of an earlier day that a judgement left as it was; None where it is of the same day or newer."""
    current = view.state.current
    if not view.kr.is_number or view.kr.is_automated or current.measured_on is None:
        return None
    return current.value if current.measured_on < row.day else None


def _asks_score(view: KRView, rows: Sequence[m.CheckIn]) -> bool:
    if not view.kr.is_number or view.kr.is_automated or view.state.reached:
        return False
    return view.state.current.self_score is None and all(row.kind is CheckInKind.CONFIRM for row in rows)


def _nearby(view: KRView) -> tuple[Decimal, ...]:
    """[Still 7] [8] [9]: only where the KR counts whole things and expects at most three a week."""
    kr, now = view.kr, view.state.current.value
    if now is None or kr.target is None or kr.baseline is None or kr.decimals or kr.unit in _MEASURED:
        return ()
    whole = all(point == point.to_integral_value() for point in (kr.baseline, kr.target, now))
    # The weekly step is the way to go ÷ the weeks there are (spec/03 §6.1), compared without dividing.
    small = abs(kr.target - kr.baseline) * 7 <= SMALL_WEEKLY_STEP * (kr.due - kr.start).days
    if not (whole and small):
        return ()
    step = 1 if kr.target > kr.baseline else -1
    return tuple(value for value in (now + step, now + 2 * step) if value >= 0)
