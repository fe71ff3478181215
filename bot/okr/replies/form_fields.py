"""Reads a number typed into its own field of the update form: value, self-score, n/10 (spec/05 §10.1)."""

from dataclasses import replace
from decimal import Decimal

from bot.okr.model import KRType
from bot.okr.replies.claim_model import Kind, Place
from bot.okr.replies.claims import claim
from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.normalise import normalise
from bot.okr.replies.numerals import read_english, tidy
from bot.okr.replies.plausible import is_plausible
from bot.okr.replies.shape_model import Form, Label, Shape
from bot.okr.replies.shapes import find_shapes
from bot.okr.replies.types import Ask, AskFacts
from bot.okr.replies.units import has_han
from bot.okr.replies.words import is_filler

_ANY = ReplyKR("", "", "", "", (), KRType.BASELINE)
_ONE, _TEN = Decimal(1), Decimal(10)


def parse_number_field(text: str, kr: ReplyKR, context: ReplyContext) -> Decimal | Ask:
    """The value typed into the number field, in the KR's unit, or the question that says what is wrong.

    In its own field `0.7` is a value; a number far from what is known gives Q_OUTLIER with `v`, so that a
    form can let the person confirm it. What holds no number, or several, gives Q_NUMBER.
    """
    shape = _only_shape(text, kr, context)
    if shape is None or kr.type is KRType.MILESTONE:
        return Ask(Code.Q_NUMBER, kr.label, AskFacts(last=kr.last_value, raw=text[:80]))
    if shape.form is Form.PLAIN and shape.a.is_bare and shape.label is None:
        shape = replace(shape, label=Label.VALUE)
    read = claim(shape, Place(alone=True, prose=False, clause=text, reply_has_han=has_han(text)), kr, context)
    if read.kind is Kind.VALUE and (read.plausible or is_plausible(read.number, kr)):
        return tidy(read.number)
    if read.kind is Kind.VALUE or read.ask is Code.Q_SCORE_OR_VALUE:
        v = read.facts.v if read.facts.v is not None else read.number
        return Ask(Code.Q_OUTLIER, kr.label, AskFacts(v=tidy(v), last=kr.last_value, raw=shape.raw))
    code = read.ask if read.kind is Kind.ASK and read.ask is not None else Code.Q_NUMBER
    return Ask(code, kr.label, replace(read.facts, last=kr.last_value))


def parse_score_field(text: str) -> Decimal | Ask:
    """The self-score typed into its field, 0 to 1: `0.7`, `0,7`, `70%`, `七成`; else Q_OUT_OF_RANGE or Q_NUMBER."""
    shape = _only_shape(text, _ANY, ReplyContext())
    score = None if shape is None else _share(shape)
    return _within(score, _ONE, text)


def parse_confidence_field(text: str) -> Decimal | Ask:
    """The likelihood typed into its field, 0 to 10: `7`, `7/10`, `70%`, `七成`; else Q_OUT_OF_RANGE or Q_NUMBER."""
    shape = _only_shape(text, _ANY, ReplyContext())
    if shape is None:
        return _within(None, _TEN, text)
    a = shape.a
    whole = shape.form is Form.PLAIN and a.is_bare and not (a.is_score_form and a.value < 1)
    share = a.value if whole and a.readings else _share(shape)
    if share is None:
        return _within(None, _TEN, text)
    return _within(share if whole else share * 10, _TEN, text)


def _share(shape: Shape) -> Decimal | None:
    """A share of one: 0.7, 70%, 7/10. None if the number is nothing of the kind."""
    a, b = shape.a, shape.b
    if not a.readings or a.currency is not None or a.time is not None:
        return None
    if shape.form is Form.FRACTION and b is not None and b.readings and b.value:
        return a.value / b.value
    if shape.form is not Form.PLAIN:
        return None
    return a.value / 100 if a.percent else a.value


def _within(number: Decimal | None, most: Decimal, text: str) -> Decimal | Ask:
    raw = normalise(text).text[:80]
    if number is None:
        return Ask(Code.Q_NUMBER, None, AskFacts(raw=raw))
    if not 0 <= number <= most:
        return Ask(Code.Q_OUT_OF_RANGE, None, AskFacts(raw=raw, b=most))
    return tidy(number)


def _only_shape(text: str, kr: ReplyKR, context: ReplyContext) -> Shape | None:
    """The one number of the field, or None where there is none, several, or other words."""
    plain = normalise(text).text
    word = read_english(plain)
    plain = str(word) if word is not None else plain
    shapes = find_shapes(plain, kr, context)
    if len(shapes) != 1 or shapes[0].past:
        return None
    rest = plain[: shapes[0].start] + " " + plain[shapes[0].end :]
    return shapes[0] if is_filler(rest) else None
