"""Says what each number of a segment could be for its key result (spec/05 §10.6, the table)."""

import re
from dataclasses import replace
from decimal import Decimal

from bot.okr.replies.claim_model import Claim, Kind, Place, ask
from bot.okr.replies.claim_pair import fraction, movement, product, range_of
from bot.okr.replies.claim_plain import plain
from bot.okr.replies.claim_value import change
from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.shape_model import Form, Shape
from bot.okr.replies.types import AskFacts


def claim(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """What this number could be, before it is weighed against the others of the segment."""
    if shape.past:
        return Claim(Kind.NOTHING, shape)
    if not shape.a.readings or (shape.b is not None and not shape.b.readings):
        return _unreadable(shape)
    read = _BY_FORM[shape.form](shape, place, kr, context)
    if shape.bound and read.kind in (Kind.VALUE, Kind.SCORE, Kind.CONFIDENCE) and not read.weak:
        # `over 45k`, `0.7 isn't realistic`: near the number, or not; the person says.
        read = ask(shape, Code.Q_CONFIRM)
    if not place.prose:
        return read
    return replace(read, prose=True, weak=read.weak or read.kind is Kind.ASK)


def _unreadable(shape: Shape) -> Claim:
    """`1,250,5`: grouped wrongly, so either sign may be the decimal one."""
    raw = shape.a.raw if not shape.a.readings else (shape.b or shape.a).raw
    digits = re.sub(r"[^0-9]", "", raw)
    last = max(raw.rfind(","), raw.rfind("."))
    if last < 0 or not digits:
        return Claim(Kind.NOTHING, shape)
    places = len(re.sub(r"[^0-9]", "", raw[last:]))
    whole = Decimal(digits)
    return ask(shape, Code.Q_SEPARATOR, AskFacts(raw=raw, a=whole.scaleb(-places), b=whole))


_BY_FORM = {
    Form.PLAIN: plain,
    Form.FRACTION: fraction,
    Form.MOVE: movement,
    Form.RANGE: range_of,
    Form.CHANGE: change,
    Form.PRODUCT: product,
}
