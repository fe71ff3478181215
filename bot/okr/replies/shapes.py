"""Puts numbers into shapes: fraction, range, movement, change or plain (spec/05 §10.3)."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from bot.okr.replies import units
from bot.okr.replies.atoms import ONE, Atom, find_atoms
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.masks import DAY_OR_WEEK_BEFORE
from bot.okr.replies.plausible import is_plausible
from bot.okr.replies.shape_model import Form, Label, Shape
from bot.okr.replies.shape_words import MAKES_PAST, clause_start, with_words
from bot.okr.replies.words import both, is_filler

_TEN = Decimal(10)
# Words that say what a number is stand close to it.
_WINDOW = 80

_I = re.IGNORECASE
_LEFT = r"(?<![A-Za-z0-9])"
_FRACTION = re.compile(r"\s?/\s?|\s?(?:out of|of)\s(?:the |a |our )?(?:target(?: of)? |total )?", _I)
_FRACTION_ZH = re.compile(r"\s?(?:个|人|元)?(?:里面?|中|当中)(?:已经?)?(?:完成|达成|做完|做|实现|签)?了?\s?")
_ARROW = re.compile(r"\s?(?:-+>|=+>|>)\s?")
_TO = re.compile(r"\s(?:up |down )?to\s|\s?[涨升降跌增提长高加减少下上变做]{0,3}(?:到|至|成)了?\s?", _I)
_RANGE = re.compile(r"\s?[-~]\s?|\s(?:to|or)\s|\s?(?:到|至|或者?)\s?", _I)
_TIMES = re.compile(r"\s?[*×+]\s?|\sx\s", _I)
_AND = re.compile(r"\s(?:and|&)\s|\s?和\s?", _I)
_FROM = re.compile(rf"(?:{_LEFT}(?:(?:went|moved|grew|rose|came|jumped|improved|dropped|fell) )?from|从|由)\s?$", _I)
_BETWEEN = re.compile(rf"(?:{_LEFT}between|在)\s?$", _I)
_OF_TEN = re.compile(r"\s?/\s?10(?![0-9.,])")
_MOVED_BY = re.compile(rf"{both('moved_by')}\s?$", _I)
_MISSING_TO = re.compile(both("missing_to"), _I)
_PERHAPS = re.compile(both("perhaps"), _I)
_NOTHING_COUNTED = re.compile(r"\s*(?:$|[,.;!?\n])")
_SURE = re.compile(rf"\s?{both('confidence_suffix')}\s?", _I)
_UNIT_SUFFIX = re.compile(rf" ?{both('unit_suffix')}", _I)


def find_shapes(text: str, kr: ReplyKR, context: ReplyContext) -> list[Shape]:
    """All statements with a number in the text of one KR, in order."""
    atoms = find_atoms(text, context.number_style, kr, context.trace)
    shapes: list[Shape] = []
    at = floor = 0
    while at < len(atoms):
        pair = _pair(text, atoms[at], atoms[at + 1]) if at + 1 < len(atoms) else None
        shape = pair or _single(atoms[at])
        at += 2 if pair else 1
        shape = with_words(text, _with_unit(text, shape, kr), floor, kr)
        if shape.a.spelt and not _spelt_counts(text, shape):
            continue
        if shapes and shapes[-1].past and _MISSING_TO.fullmatch(text, shapes[-1].a.end, shape.a.start):
            # `4k short of 50k`: what the missing part leads to is not reached.
            shape = replace(shape, past=True)
        shapes.append(_beside(shapes[-1] if shapes else None, shape, text, kr))
        floor = shape.end
    return shapes


def _beside(before: Shape | None, shape: Shape, text: str, kr: ReplyKR) -> Shape:
    """The number as what stands right before it makes it: another likelihood, or a day of a month."""
    in_doubt = shape.is_of_ten or " " in shape.a.raw.strip()
    if in_doubt and DAY_OR_WEEK_BEFORE.search(text, max(0, shape.start - _WINDOW), shape.start):
        # `slipped to May 9/10`: days, or a likelihood? The person says.
        return replace(shape, bound=True)
    if before is None or shape.label is not None or shape.form is not Form.PLAIN:
        return shape
    between = text[(before.b or before.a).end : shape.a.start]
    rating = before.is_of_ten and shape.a.is_bare and shape.a.value <= _TEN and not shape.a.is_score_form
    if rating and _PERHAPS.fullmatch(between) and _NOTHING_COUNTED.match(text, shape.a.end):
        # `5/10 maybe 6`
        return replace(shape, label=Label.CONFIDENCE, start=before.end)
    both_percent = before.a.percent and shape.a.percent and before.b is None
    clear = kr.unit == "%" and is_plausible(shape.a.value, kr) and not is_plausible(before.a.value, kr)
    if both_percent and not clear and before.label is Label.CONFIDENCE and _SURE.fullmatch(between):
        # `31% confidence 70%`: which of them is it?
        return replace(shape, label=Label.CONFIDENCE)
    return shape


def _single(atom: Atom) -> Shape:
    form = Form.CHANGE if atom.sign == "+" else Form.PLAIN
    if atom.over is not None:
        whole = Atom(atom.start, atom.end, atom.raw, (atom.over,))
        part = replace(atom, over=None)
        return Shape(Form.FRACTION, part, whole, atom.start, atom.end, atom.raw, slash=True)
    return Shape(form, atom, None, atom.start, atom.end, atom.raw)


def _pair(text: str, a: Atom, b: Atom) -> Shape | None:
    """Two numbers that are one statement, or None."""
    between, before = text[a.end : b.start], text[max(0, a.start - 16) : a.start]
    if len(between) > 24 or (a.over, b.over) != (None, None):
        return None
    form, start = None, a.start
    if (came := _FROM.search(before)) and (_TO.fullmatch(between) or _ARROW.fullmatch(between)):
        form, start = Form.MOVE, a.start - (len(before) - came.start())
    elif _ARROW.fullmatch(between):
        form = Form.MOVE
    elif (came := _BETWEEN.search(before)) and _AND.fullmatch(between):
        form, start = Form.RANGE, a.start - (len(before) - came.start())
    elif _FRACTION.fullmatch(between):
        form = Form.FRACTION
    elif _FRACTION_ZH.fullmatch(between):
        return _scaled(Shape(Form.FRACTION, b, a, a.start, b.end, text[a.start : b.end]))
    elif _RANGE.fullmatch(between) and not b.sign and _may_be_range(a, b, between) and not _leads_to(before, a, b):
        form = Form.RANGE
    elif _TIMES.fullmatch(between) and not b.is_score_form and not _OF_TEN.match(text, b.end):
        form = Form.PRODUCT
    if form is None:
        return None
    end = b.end
    if form is Form.RANGE and (ten := _OF_TEN.match(text, end)):
        end = ten.end()
    return _scaled(Shape(form, a, b, start, end, text[start:end], slash="/" in between))


def _leads_to(before: str, a: Atom, b: Atom) -> bool:
    """True for `need 3k to 45k`, `dropped by 2k to 39k`: the first is a part, the second where it leads."""
    return MAKES_PAST.search(before) is not None or (_MOVED_BY.search(before) is not None and 2 * a.value < b.value)


def _may_be_range(a: Atom, b: Atom, between: str) -> bool:
    """Two kinds of number with a dash between them are no range: `45k - 0.7`, `up 10% to 45k`, `45k - 2 deals`."""
    if between == " - " and b.is_bare and a.scale != ONE and a.value > b.value:
        return False
    return a.is_score_form == b.is_score_form and not (a.percent and not b.percent)


def _scaled(shape: Shape) -> Shape:
    """A multiplier or sign on the second number counts for the first where that is more than 50 times smaller."""
    a, b = shape.a, shape.b
    if b is None:
        return shape
    small, large = (a, b) if a.start < b.start else (b, a)
    if small.is_bare and not small.is_score_form and small.readings and large.readings:
        if large.percent:
            small = replace(small, percent=True)
        elif large.scale != ONE and large.readings[0] > 50 * small.readings[0]:
            readings = tuple(reading * large.scale for reading in small.readings)
            small = replace(small, readings=readings, scale=large.scale, currency=large.currency)
        elif large.time is not None:
            small = replace(small, time=large.time)
    a, b = (small, large) if a.start < b.start else (large, small)
    return replace(shape, a=a, b=b)


def _with_unit(text: str, shape: Shape, kr: ReplyKR) -> Shape:
    """Takes in the KR's own unit, or a measure word, after the number."""
    unit = kr.unit.strip()
    has_unit = (shape.b or shape.a).percent if unit == "%" else False
    has_unit = has_unit or (shape.a.currency is not None and shape.a.currency == units.unit_currency(unit))
    own = _unit_pattern(unit).match(text, shape.end) if unit else None
    if own:
        return replace(shape, end=own.end(), has_unit=True)
    measure = _UNIT_SUFFIX.match(text, shape.end)
    if measure and not shape.a.percent:
        return replace(shape, end=measure.end(), has_unit=has_unit)
    has_unit = has_unit or (shape.a.time is not None and shape.a.time == units.time_of(unit))
    return replace(shape, has_unit=True) if has_unit else shape


@lru_cache(maxsize=256)
def _unit_pattern(unit: str) -> re.Pattern[str]:
    return re.compile(rf" ?{re.escape(unit)}(?![A-Za-z])", _I)


def _spelt_counts(text: str, shape: Shape) -> bool:
    """一 and 十 stand in many words; a numeral counts where it cannot be one of them (spec/05 §10.3)."""
    atom = shape.a
    if (
        atom.percent
        or shape.b is not None
        or atom.currency
        or atom.time
        or shape.has_unit
        or shape.introduced
        or shape.label
    ):
        return True
    long = len(atom.raw.strip()) > 1
    if long and re.search("[百千万亿点]", atom.raw):
        return True
    start = clause_start(text, shape.start)
    rest = text[start : shape.start] + " " + re.split(r"[,;!?\n]", text[shape.end :])[0]
    return is_filler(rest)
