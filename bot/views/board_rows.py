"""One key result as one line of a board or a digest: its figures, ready for a template."""

from dataclasses import dataclass
from decimal import Decimal

from bot.cards.figures import amount_pair, amount_short
from bot.cards.i18n import Lang
from bot.okr.assess import Assessment
from bot.okr.digesting import Trend
from bot.okr.exact import ZERO, compare
from bot.okr.model import KRType, Status, StatusReason, Tag
from bot.okr.ranges import is_maintained
from bot.okr.shown import NO_FIGURE, rounded, shown_heading, shown_score
from bot.views.team import KRView

_SYMBOLS = frozenset("$€£¥₹₩₽₿%‰°")


@dataclass(frozen=True, slots=True)
class Row:
    """What a line shows; what does not apply is empty.

    `steps` are done and all; `sure` is the likelihood of a yes/no KR; `reason` says in a word why there is no colour.
    """

    id: int
    label: str
    title: str
    status: Status
    reason: StatusReason
    value: str
    steps: tuple[int, int] | None
    sure: Decimal | None
    done: bool
    score: str
    trend: str
    heading: str
    heading_from_owner: bool
    tags: tuple[Tag, ...]
    no_agreement: str = ""
    """The team that said no to what it needs."""
    changed: bool = False
    """Somebody changed what it is since the last board."""

    @property
    def dark(self) -> bool:
        """True where the colour is gone for want of news."""
        return self.reason is StatusReason.DARK


def row_of(one: KRView, lang: Lang, *, label: str | None = None, title: str | None = None, trend: Trend | None) -> Row:
    """The line of a key result. `label` and `title` stand in for its own where they must be longer or shorter."""
    kr, state = one.kr, one.state
    dark = state.reason is StatusReason.DARK
    heading = shown_heading(state.shown_heading) if state.shown_heading is not None else ""
    return Row(
        id=kr.id,
        label=label or kr.label,
        title=title or kr.short_title,
        status=state.status,
        reason=state.reason,
        value=value_of(state, lang),
        steps=steps_of(state),
        sure=state.current.confidence if kr.is_binary and not state.current.done and not dark else None,
        done=state.status is Status.DONE,
        score="" if dark or kr.is_binary else shown_score(state.raw, state.score),
        trend=trend.value if trend is not None and not dark and not (kr.is_binary and state.current.done) else "",
        heading="" if dark or state.status is Status.DONE else heading,
        heading_from_owner=state.heading_from_owner,
        tags=tuple(tag for tag in state.tags if tag is not Tag.BINARY),
    )


def value_of(state: Assessment, lang: Lang) -> str:
    """Value and target as boards show them: `$46k / $60k`, `76 / 70-80%`, `0/1`; empty for steps."""
    kr, value = state.kr, state.current.value
    if kr.is_binary:
        return "1/1" if state.current.done else "0/1"
    if kr.type is KRType.MILESTONE:
        return ""
    if kr.type is KRType.RANGE:
        return f"{_amount(state, value, lang)} / {_range(state, lang)}"
    if kr.target is None or kr.type is KRType.BASELINE:
        return _amount(state, value, lang)
    if value is None:
        return f"{NO_FIGURE} / {amount_short(kr.target, kr.unit, kr.decimals, lang)}"
    return amount_pair(value, kr.target, kr.unit, kr.decimals, lang)


def steps_of(state: Assessment) -> tuple[int, int] | None:
    """Done and all steps of a milestone that has some; steps that are no longer part of it do not count."""
    if not state.kr.steps:
        return None
    numbers = {step.number for step in state.kr.steps}
    return len(numbers & state.current.steps_done.keys()), len(numbers)


def _amount(state: Assessment, value: Decimal | None, lang: Lang) -> str:
    return NO_FIGURE if value is None else amount_short(value, state.kr.unit, state.kr.decimals, lang)


def _range(state: Assessment, lang: Lang) -> str:
    lo, hi = state.kr.range_lo, state.kr.range_hi
    if lo is not None and hi is not None:
        return f"{_amount(state, lo, lang)} - {_amount(state, hi, lang)}"
    return f"≥ {_amount(state, lo, lang)}" if lo is not None else f"≤ {_amount(state, hi, lang)}"


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a value is from its pace: `64 calls above pace`.

    `counted`: the unit is a word for things, of which there are more or fewer; else the figure is higher or lower.
    `points`: a difference of percentages. `from_range`: the distance to a range that is held.
    """

    figure: str
    unit: str
    above: bool
    counted: bool
    points: bool
    from_range: bool


def gap_of(state: Assessment, lang: Lang) -> Gap | None:
    """The gap to the pace on the day of the reading, in the metric's unit; None where there is none to tell.

    Only what the digest is about: for a key result that is ahead how far beyond, for any other how far short.
    """
    kr, gap = state.kr, state.gap_value
    if gap is None or compare(gap, ZERO) == 0 or (gap > 0) is (state.status in (Status.AHEAD, Status.DONE)):
        return None
    word = kr.unit not in _SYMBOLS
    unit = "" if word or kr.unit == "%" else kr.unit
    return Gap(
        figure=_visible(abs(gap), unit, kr.decimals, lang),
        unit=kr.unit if word else "",
        above=_is_above(state, gap),
        counted=bool(kr.unit) and any("\u3400" <= character <= "\u9fff" for character in kr.unit),
        points=kr.unit == "%",
        from_range=is_maintained(kr),
    )


def _is_above(state: Assessment, gap: Decimal) -> bool:
    kr, value = state.kr, state.current.value
    if kr.type is KRType.RANGE:
        return kr.range_hi is not None and value is not None and value > kr.range_hi
    return (gap > 0) is (kr.type is KRType.DECREASE)


def _visible(gap: Decimal, unit: str, decimals: int, lang: Lang) -> str:
    """The gap in the KR's decimals, in more where it would else read 0."""
    places = decimals
    while places < 9 and rounded(gap, places) == 0:
        places += 1
    return amount_short(gap, unit, places, lang)
