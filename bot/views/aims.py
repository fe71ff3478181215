"""What a key result is after, in a few words: `20% → 50%`, `hold 70% - 80%`, `done or not`."""

from decimal import Decimal

from bot.cards.figures import amount_exact
from bot.cards.i18n import N_, Lang
from bot.cards.render import Cards
from bot.okr.model import KeyResult, KRType
from bot.okr.ranges import starts_outside


def aim_words(cards: Cards, lang: Lang, kr: KeyResult) -> str:
    """From where to where it is to go, by its kind; drafts may leave that open."""

    def exact(value: Decimal) -> str:
        return amount_exact(value, kr.unit, lang)

    match kr.type:
        case KRType.RANGE if kr.baseline is not None and starts_outside(kr):
            return f"{exact(kr.baseline)} → {range_words(lang, kr)}"
        case KRType.RANGE if kr.strict:
            return cards.text(N_("hold {range} without a break"), lang, range=range_words(lang, kr))
        case KRType.RANGE:
            return cards.text(N_("hold {range}"), lang, range=range_words(lang, kr))
        case KRType.MILESTONE if kr.is_binary:
            return cards.text(N_("done or not"), lang)
        case KRType.MILESTONE:
            return cards.text(N_("steps to take: {n}"), lang, n=len(kr.steps))
        case KRType.BASELINE:
            return cards.text(N_("find a first value"), lang)
        case _ if kr.target is None:
            return _without_target(cards, lang, None if kr.baseline is None else exact(kr.baseline))
        case _ if kr.baseline is None:
            return cards.text(N_("target {target}, start still open"), lang, target=exact(kr.target))
    ends = f"{exact(kr.baseline)} → {exact(kr.target)}"
    if kr.anchors is None:
        return ends
    marks = {"low": exact(kr.anchors.a03), "high": exact(kr.anchors.a07)}
    return cards.text(N_("{ends} (0.3 at {low}, 0.7 at {high})"), lang, ends=ends, **marks)


def _without_target(cards: Cards, lang: Lang, start: str | None) -> str:
    if start is None:
        return cards.text(N_("start and target still open"), lang)
    return cards.text(N_("from {start}, target still open"), lang, start=start)


def range_words(lang: Lang, kr: KeyResult) -> str:
    """`70% - 80%`, `≥ 70%`: the limits that there are."""
    lo = None if kr.range_lo is None else amount_exact(kr.range_lo, kr.unit, lang)
    hi = None if kr.range_hi is None else amount_exact(kr.range_hi, kr.unit, lang)
    if lo is not None and hi is not None:
        return f"{lo} - {hi}"
    return f"≥ {lo}" if lo is not None else f"≤ {hi}" if hi is not None else "–"
