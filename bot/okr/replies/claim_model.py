"""What one number of a segment could be for its key result (spec/05 §10.6)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.okr.replies.codes import Code
from bot.okr.replies.context import PercentMeans
from bot.okr.replies.shape_model import Shape
from bot.okr.replies.types import AskFacts

_NO_FACTS = AskFacts()


class Kind(StrEnum):
    VALUE = "value"
    SCORE = "score"
    CONFIDENCE = "confidence"
    NOT_DONE = "not_done"
    ASK = "ask"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Place:
    """How a number stands in its clause. `alone`: beside filler only. `prose`: in a sentence of other words."""

    alone: bool
    prose: bool
    clause: str
    reply_has_han: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One number's meaning. `weak` claims give way to others and end in the note.

    `strong`: it carries the KR's own unit. `ask` is what an ASK claim, or an implausible VALUE, asks.
    """

    kind: Kind
    shape: Shape
    number: Decimal = Decimal(0)
    ask: Code | None = None
    facts: AskFacts = _NO_FACTS
    plausible: bool = True
    strong: bool = False
    weak: bool = False
    prose: bool = False
    percent: Decimal | None = None
    basis: PercentMeans | None = None


def ask(shape: Shape, code: Code, facts: AskFacts | None = None, *, weak: bool = False) -> Claim:
    """A claim that asks; by default with what was typed of the number."""
    return Claim(Kind.ASK, shape, ask=code, facts=facts or AskFacts(raw=shape.raw), weak=weak)
