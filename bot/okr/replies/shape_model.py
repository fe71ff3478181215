"""What a statement with a number is: its form, its numbers, and what its words say of it (spec/05 §10.3)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.okr.replies.atoms import Atom

_TEN = Decimal(10)


class Form(StrEnum):
    PLAIN = "plain"
    FRACTION = "fraction"
    MOVE = "move"
    RANGE = "range"
    CHANGE = "change"
    PRODUCT = "product"


class Label(StrEnum):
    """What a word beside a number says it is. Words beat shapes (spec/05 §10.6)."""

    SCORE = "score"
    VALUE = "value"
    CONFIDENCE = "confidence"
    PROGRESS = "progress"
    OF_WAY = "of_way"
    OF_TARGET = "of_target"


@dataclass(frozen=True, slots=True)
class Shape:
    """One statement with a number. `start`, `end` cover its introducing and closing words, `raw` the numbers.

    `a` of `b`, from `a` to `b`, `a` to `b`; a plain number or change is `a` alone. `down`: a change downwards.
    `slash`: a fraction written `a/b`. `past`: not today's number, but one that was, is aimed at or is missing.
    `bound`: the number is only above or below this.
    """

    form: Form
    a: Atom
    b: Atom | None
    start: int
    end: int
    raw: str
    label: Label | None = None
    introduced: bool = False
    approx: bool = False
    past: bool = False
    down: bool = False
    slash: bool = False
    bound: bool = False
    has_unit: bool = False
    future: str | None = None

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def is_of_ten(self) -> bool:
        """`7/10`, `7 out of 10`."""
        return self.form is Form.FRACTION and self.b is not None and self.b.value == _TEN


def change_of(shape: Shape) -> Decimal:
    """By how much a change moves the number: negative downwards."""
    return -abs(shape.a.value) if shape.down or shape.a.sign == "-" else shape.a.value
