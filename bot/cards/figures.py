"""How figures are written: amounts with their unit, scores, likelihoods."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.cards.i18n import Lang
from bot.okr.shown import shown_heading, two_decimals

_BEFORE = frozenset("$€£¥₹₩₽₿")
_AFTER = frozenset({"%", "‰", "°"})

_SIGNIFICANT = 3
"""Digits that a short figure keeps: 46,500 is `46.5k`, 123,456 is `123k`."""


@dataclass(frozen=True, slots=True)
class _Scale:
    one: Decimal
    sign: str


_SCALES: dict[Lang, tuple[_Scale, ...]] = {
    "en": (_Scale(Decimal(10) ** 9, "B"), _Scale(Decimal(10) ** 6, "M"), _Scale(Decimal(10) ** 3, "k")),
    "zh": (_Scale(Decimal(10) ** 8, "亿"), _Scale(Decimal(10) ** 4, "万")),
}
_IN_FULL_BELOW = Decimal(10_000)
"""A figure below this is as short in full (`1,250`) as with a sign, unless it is round (`$5k`)."""


def amount(value: Decimal, unit: str, decimals: int, lang: Lang = "en") -> str:  # noqa: ARG001 - as its neighbours
    """A value in full, with its unit: `$45,000`, `31%`, `3.5 weeks`, `12,000人`.

    Rounded half up to `decimals` (spec/02 §4.4); zeros at the end are dropped.
    """
    return _with_unit(_full(_rounded(value, decimals), _pad(unit, decimals)), unit, words=True)


def amount_exact(value: Decimal, unit: str, lang: Lang = "en") -> str:
    """A value as short as it can be without losing anything, for an echo of what was stored.

    `$46k` for 46,000, but `$46,540` for 46,540; `31.25%` even where the board shows no decimals.
    """
    short = _short(value, lang, exact=True)
    return _with_unit(short if short is not None else _full(value), unit, words=True)


def amount_short(value: Decimal, unit: str, decimals: int, lang: Lang = "en") -> str:
    """A value as boards show it: `$46k`, `$46.5k`, `28%`, `372`, `4.6万` (spec/08 §13.3).

    Rounded to `decimals`, then to three digits where it is long; units that are words are left out.
    """
    rounded = _rounded(value, decimals)
    short = _short(rounded, lang, exact=False)
    return _with_unit(short if short is not None else _full(rounded, _pad(unit, decimals)), unit, words=False)


def amount_pair(value: Decimal, target: Decimal, unit: str, decimals: int, lang: Lang = "en") -> str:
    """Value and target of a board row: `$46k / $60k` (spec/08 §13.3).

    Where the short form would make two different values look the same, both are written in full.
    """
    short = amount_short(value, unit, decimals, lang), amount_short(target, unit, decimals, lang)
    if value != target and short[0] == short[1]:
        short = _in_full(value, unit), _in_full(target, unit)
    return " / ".join(short)


def amount_change(old: Decimal, new: Decimal, unit: str, lang: Lang = "en") -> str:
    """What changed, for an echo: `31% → 33%`, `380 → 372 calls` (spec/07 §12.2). Nothing is rounded."""
    short = _short(old, lang, exact=True)
    before = _with_unit(short if short is not None else _full(old), unit, words=False)
    return f"{before} → {amount_exact(new, unit, lang)}"


def digits(value: Decimal) -> str:
    """A value for a chart, which writes it itself: all its digits and nothing else."""
    return _plain(value)


def score(value: Decimal) -> str:
    """A score: two decimals, half up: `0.53` (spec/03 §5)."""
    return two_decimals(value)


def heading(value: Decimal | None) -> str:
    """A heading: `0.84`, `1.00+` above 1, `0.00` below 0, `–` where there is none (spec/03 §6.2)."""
    return shown_heading(value)


def self_score(value: Decimal) -> str:
    """A self-score as people say it: at least one decimal, no idle zeros: `0.7`, `1.0`, `0.65`."""
    text = f"{value.normalize():f}"
    return text if "." in text else f"{text}.0"


def likelihood(value: Decimal) -> str:
    """A likelihood, 0-10, as `6/10`."""
    return f"{_plain(value)}/10"


def _in_full(value: Decimal, unit: str) -> str:
    return _with_unit(_full(value), unit, words=False)


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    """All digits, no exponent, no idle zeros, no negative zero."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _full(value: Decimal, pad: int = 0) -> str:
    whole, point, fraction = _plain(value).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{fraction.ljust(pad, '0') if fraction else ''}"


def _pad(unit: str, decimals: int) -> int:
    """Cents come in twos: `$45.50`."""
    return 2 if unit in _BEFORE and decimals >= 2 else 0


def _short(value: Decimal, lang: Lang, *, exact: bool) -> str | None:
    """The figure with a sign for thousands, or None where it is better written in full."""
    size = abs(value)
    scales = _SCALES[lang]
    for position, scale in enumerate(scales):
        if size < scale.one:
            continue
        scaled = _to_significant(value / scale.one)
        if abs(scaled) * scale.one >= (scales[position - 1].one if position else Decimal("Infinity")):
            # Rounding up reached the next sign: 999,960 is 1M, not 1000k.
            scale = scales[position - 1]
            scaled = _to_significant(value / scale.one)
        lossless = scaled * scale.one == value
        if exact and not lossless:
            return None
        if size < _IN_FULL_BELOW and not (lossless and len(scaled.normalize().as_tuple().digits) <= 2):
            return None
        return f"{_plain(scaled)}{scale.sign}"
    return None


def _to_significant(value: Decimal) -> Decimal:
    """Rounded half up to three digits, or to a whole number where there are more before the point (1235万)."""
    if value == 0:
        return value
    exponent = min(value.adjusted() - _SIGNIFICANT + 1, 0)
    return value.quantize(Decimal(1).scaleb(exponent), ROUND_HALF_UP)


def _with_unit(figure: str, unit: str, *, words: bool) -> str:
    if not unit:
        return figure
    if unit in _BEFORE:
        return f"-{unit}{figure[1:]}" if figure.startswith("-") else f"{unit}{figure}"
    if unit in _AFTER:
        return f"{figure}{unit}"
    if not words:
        return figure
    # A unit in Latin letters stands apart (`350 ms`, `20 °C`), one in Chinese does not (`12,000人`).
    return f"{figure} {unit}" if re.match(r"[°\u0000-\u024f]", unit) else f"{figure}{unit}"
