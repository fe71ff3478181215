"""Whether a value that was written down was computed from a percentage, and from which (spec/07 §12.2)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from bot.okr.replies.atoms import find_atoms
from bot.okr.replies.claim_percent import of_target, of_way
from bot.okr.replies.context import ReplyKR
from bot.okr.replies.normalise import normalise


@dataclass(frozen=True, slots=True)
class ToldPercent:
    """`number` is 70 for 70%: of the way from the start, or of the target itself."""

    number: Decimal
    of: Literal["way", "target"]


def told_percent(text: str, kr: ReplyKR, value: Decimal) -> ToldPercent | None:
    """The percentage in `text` that makes `value`; None where none does, or where it is the value itself.

    From a start of nothing both readings are the same number, which is then of the target.
    """
    for atom in find_atoms(normalise(text).text, "dot", kr):
        p = atom.value
        if not atom.percent or (kr.unit == "%" and p == value):
            continue
        if value == of_way(p, kr) and kr.baseline != 0:
            return ToldPercent(p, "way")
        if value == of_target(p, kr):
            return ToldPercent(p, "target")
    return None
