"""Reads what a key result is measured by, infers its type, and refuses what cannot be (spec/03 §5, spec/04 §9.3)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from bot.okr import model as okr
from storage.okr_files.fields import Fields
from storage.okr_files.scalars import Amount, Unreadable, above_zero, amount, choice, one_line, plain, whole
from storage.okr_files.schema import Measure
from storage.okr_files.tree import Mapping, Scalar

MOST_PLACES = 4

SAME = (
    "Start and target are the same. To hold a level use 'keep above' or 'keep between': "
    "in a file 'at_least', 'at_most' or 'keep'."
)
NO_TARGET = "What number would be full success by {due}? Give 'to', or three 'anchors'."
NO_START = "Where is it today? Without a starting number progress can't be shown; give 'from'."
WRONG_WAY = "You wrote {verb}, but it goes from {start} to {end}. Which is right?"
NOT_IN_ORDER = "0.3, 0.7 and 1.0 must lie in order between start and best."
NO_BOUNDS = "A range needs at least one bound: 'keep: [low, high]', 'at_least' or 'at_most'."
UPSIDE_DOWN = "The lower bound {low} is above the upper bound {high}."

_ANCHOR_NAMES = {"0.3": 0, "0.7": 1, "1": 2, "1.0": 2}
_LINE_KEYS = ("from", "to", "anchors")
_RANGE_KEYS = ("keep", "at_least", "at_most", "tolerance")


def read_measure(fields: Fields, due: date | None, *, has_steps: bool) -> Measure:
    """The measure of a key result. What is wrong is reported; what is returned then only keeps reading going."""
    kind = fields.maybe("type", choice(okr.KRType))
    start, end = fields.maybe("from", amount), fields.maybe("to", amount)
    anchors = _anchors(fields)
    low, high = _bounds(fields)
    tolerance = fields.maybe("tolerance", above_zero)
    has_range = any(fields.has(key) for key in ("keep", "at_least", "at_most"))
    type_ = kind or _inferred(fields, start, end, anchors, has_range=has_range)
    numbers = [one for one in (start, end, *anchors, low, high) if one is not None]
    unit = _unit(fields, numbers)
    _refuse_strangers(fields, type_, has_steps=has_steps)
    is_export = fields.has("id")  # what stood so in storage is taken as it is
    if type_ in (okr.KRType.INCREASE, okr.KRType.DECREASE) and not is_export:
        _check_line(fields, type_, start, end, anchors, due)
    if type_ is okr.KRType.RANGE and not is_export:
        _check_range(fields, low, high, has_range=has_range)
    is_line = type_ in (okr.KRType.INCREASE, okr.KRType.DECREASE)
    is_range = type_ is okr.KRType.RANGE
    best = anchors[2] if len(anchors) == 3 else end
    return Measure(
        type=type_,
        baseline=start.value if start and (is_line or is_range) else None,
        target=best.value if best and is_line else None,
        anchors=okr.Anchors(*(one.value for one in anchors)) if len(anchors) == 3 and is_line else None,
        range_lo=low.value if low and is_range else None,
        range_hi=high.value if high and is_range else None,
        range_tol=tolerance if is_range else None,
        unit=unit or "",
        unit_given=unit is not None,
        decimals=fields.get("decimals", whole(0, MOST_PLACES), _places(numbers)),
    )


def _inferred(
    fields: Fields, start: Amount | None, end: Amount | None, anchors: tuple[Amount, ...], *, has_range: bool
) -> okr.KRType:
    """From and to make an increase or a decrease, bounds a range, steps or nothing at all a milestone."""
    if has_range or fields.has("tolerance"):
        return okr.KRType.RANGE
    if not any(fields.has(key) for key in _LINE_KEYS):
        return okr.KRType.MILESTONE
    best = anchors[2] if len(anchors) == 3 else end
    falls = start is not None and best is not None and best.value < start.value
    return okr.KRType.DECREASE if falls else okr.KRType.INCREASE


def _refuse_strangers(fields: Fields, kind: okr.KRType, *, has_steps: bool) -> None:
    """Keys that belong to another type: silently dropped, they would mean something to whoever wrote them."""
    strangers: tuple[str, ...] = ()
    if kind in (okr.KRType.INCREASE, okr.KRType.DECREASE):
        strangers = (*_RANGE_KEYS, "strict")
    elif kind is okr.KRType.RANGE:
        strangers = ("to", "anchors")
    else:
        strangers = (*_LINE_KEYS, *_RANGE_KEYS, "strict")
    for key in strangers:
        if fields.has(key):
            fields.problem(key, f"'{key}' does not belong to {_article(kind)} key result.")
    if has_steps and kind is not okr.KRType.MILESTONE:
        fields.problem("steps", f"'steps' belong to a milestone, and this is {_article(kind)} key result.")


def _article(kind: okr.KRType) -> str:
    return f"an {kind.value}" if kind is okr.KRType.INCREASE else f"a {kind.value}"


def _check_line(
    fields: Fields,
    kind: okr.KRType,
    start: Amount | None,
    end: Amount | None,
    anchors: tuple[Amount, ...],
    due: date | None,
) -> None:
    wrote_start, wrote_end, wrote_anchors = (fields.has(key) for key in _LINE_KEYS)
    if not wrote_end and not wrote_anchors:
        fields.problem("to", NO_TARGET.format(due=due.isoformat() if due else "the end of the cycle"))
    elif not wrote_start:
        fields.problem("from", NO_START)
    if start is None:
        return
    if len(anchors) == 3:
        if end is not None and end.value != anchors[2].value:
            fields.problem("to", "The target is the 1.0 anchor; leave 'to' out, or make the two the same.")
        _check_anchors(fields, kind, [start.value, *(one.value for one in anchors)])
    elif end is not None and not wrote_anchors:
        _check_ends(fields, kind, start.value, end.value)


def _check_ends(fields: Fields, kind: okr.KRType, start: Decimal, end: Decimal) -> None:
    if start == end:
        fields.problem("to", SAME)
    elif (end > start) is not (kind is okr.KRType.INCREASE):
        fields.problem("type", WRONG_WAY.format(verb=kind.value, start=plain(start), end=plain(end)))


def _check_anchors(fields: Fields, kind: okr.KRType, points: list[Decimal]) -> None:
    ordered = sorted(points)
    if len(set(points)) < len(points) or points not in (ordered, ordered[::-1]):
        fields.problem("anchors", NOT_IN_ORDER)
    else:
        _check_ends(fields, kind, points[0], points[-1])


def _check_range(fields: Fields, low: Amount | None, high: Amount | None, *, has_range: bool) -> None:
    if not has_range:
        fields.problem("type", NO_BOUNDS)
    if low is not None and high is not None and low.value > high.value:
        key = "keep" if fields.has("keep") else "at_least"
        fields.problem(key, UPSIDE_DOWN.format(low=plain(low.value), high=plain(high.value)))


def _bounds(fields: Fields) -> tuple[Amount | None, Amount | None]:
    keep = fields.list_of("keep", amount)
    if fields.has("keep") and len(keep) != 2:
        fields.problem("keep", "'keep' has two bounds: [low, high]. For one bound use 'at_least' or 'at_most'.")
    low, high = fields.maybe("at_least", amount), fields.maybe("at_most", amount)
    if len(keep) == 2:
        if low is not None or high is not None:
            fields.problem("keep", "The bounds stand here twice; use 'keep', or 'at_least' and 'at_most'.")
        return keep[0][0], keep[1][0]
    return low, high


def _anchors(fields: Fields) -> tuple[Amount, ...]:
    """The values for 0.3, 0.7 and 1.0, from a list of three or from a mapping; empty where there are none."""
    if not fields.has("anchors"):
        return ()
    if not isinstance(fields.node("anchors"), Mapping):
        listed = fields.list_of("anchors", amount)
        if len(listed) != 3:
            fields.problem("anchors", "There are three anchors: the values for 0.3, 0.7 and 1.0.")
            return ()
        return tuple(one for one, _line in listed)
    found: dict[int, Amount] = {}
    for key, value in fields.pairs("anchors"):
        place = _ANCHOR_NAMES.get(key.text)
        if place is None:
            fields.report.add(key.line, fields.at("anchors"), "Anchors are for 0.3, 0.7 and 1.0.")
            return ()
        read = _amount_of(fields, value)
        if read is not None:
            found[place] = read
    if sorted(found) != [0, 1, 2]:
        fields.problem("anchors", "There are three anchors: the values for 0.3, 0.7 and 1.0.")
        return ()
    return found[0], found[1], found[2]


def _amount_of(fields: Fields, value: Scalar) -> Amount | None:
    try:
        return amount(value.text)
    except Unreadable as error:
        fields.report.add(value.line, fields.at("anchors"), str(error))
        return None


def _unit(fields: Fields, numbers: Iterable[Amount]) -> str | None:
    """The unit as given, or the sign that the numbers carry; None where the file says nothing of it."""
    unit = fields.maybe("unit", one_line(12))
    signs = list(dict.fromkeys(one.unit for one in numbers if one.unit is not None))
    if unit is None:
        if len(signs) > 1:
            fields.problem("from", f"The numbers carry different units: {' and '.join(signs)}.")
        return signs[0] if signs else ("" if "unit" in fields.given else None)
    for sign in signs:
        if sign != unit and not (sign == "¥" and unit in ("元", "CNY", "RMB", "JPY")):
            fields.problem("unit", f"A number is written with {sign}, but the unit is '{unit}'.")
    return unit


def _places(numbers: Iterable[Amount]) -> int:
    """As many decimals as the numbers of the measure show."""
    return min(MOST_PLACES, max((one.places for one in numbers), default=0))
