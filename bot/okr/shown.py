"""How figures are rounded for people: two decimals, half up (spec/03 §5)."""

from decimal import ROUND_HALF_UP, Context, Decimal

from bot.okr.exact import ONE, TOLERANCE, above, clip

NO_FIGURE = "–"
"""What stands where there is no score yet (spec/03 §5.1)."""

_WIDE = Context(prec=100)  # the default 28 digits refuse to round very large figures


def rounded(value: Decimal, decimals: int = 2) -> Decimal:
    """`value` with so many decimals, halves away from zero; never a negative zero."""
    # In two steps, because a division that ends in ...4999999 was meant to end in 5.
    exact = value.quantize(TOLERANCE, ROUND_HALF_UP, _WIDE)
    result = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE)
    return abs(result) if result == 0 else result


def two_decimals(value: Decimal) -> str:
    """`0.53`."""
    return f"{rounded(value):f}"


def shown_score(raw: Decimal | None, score: Decimal | None) -> str:
    """`0.53`; overshoot keeps its true figure as `1.00 (120%)`; `–` where nothing was read (spec/03 §5.1)."""
    if score is None:
        return NO_FIGURE
    percent = rounded((raw if raw is not None else score) * 100, 0)
    return f"{two_decimals(score)} ({percent:f}%)" if percent > 100 else two_decimals(score)


def shown_heading(heading: Decimal | None) -> str:
    """`0.84`; `1.00+` above 1, `0.00` below 0, `–` where there is none (spec/03 §6.2)."""
    if heading is None:
        return NO_FIGURE
    if above(heading, ONE):
        return "1.00+"
    return two_decimals(clip(heading))
