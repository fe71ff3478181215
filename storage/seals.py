"""What an approver was shown, in a few letters each: by them it is known what was changed since (spec/09 §15.1)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session

from bot.okr.model import KRState
from storage import models as m
from storage import okrs
from storage.drafts import key_results_of

LENGTH = 12
_COLUMNS = (
    "title", "type", "unit", "baseline", "target", "anchor_03", "anchor_07", "anchor_10", "range_lo", "range_hi",
    "range_tol", "strict", "stretch", "weight", "start", "due", "lead_owner_id",
)  # fmt: skip
"""What a card shows of a key result, or what its score depends on."""

Seals = Mapping[str, str]
"""By label, `O2` and `KR7`: a few letters that are others as soon as something of it is."""


@dataclass(frozen=True, slots=True)
class Differing:
    """What is different between two of them, by label."""

    changed: tuple[str, ...]
    added: tuple[str, ...]
    left_out: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.left_out)


def seals_of(session: Session, objective: m.Objective) -> dict[str, str]:
    """An objective and its key results as they are now. Being published changes none of it."""
    rows = [one for one in key_results_of(session, objective.id) if one.state is not KRState.DROPPED]
    parts = okrs.parts_of(session, [one.id for one in rows])
    found = {f"O{objective.number}": _letters([objective.title, objective.why or ""])}
    for row in rows:
        steps = [(one.title, one.weight, one.due) for one in parts.steps.get(row.id, ())]
        co_owners = sorted(parts.co_owners.get(row.id, ()))
        found[f"KR{row.number}"] = _letters([*(getattr(row, name) for name in _COLUMNS), steps, co_owners])
    return found


def as_one(seals: Seals) -> str:
    """All of them together, short enough for a button."""
    return _letters(sorted(seals.items()))


def differing(before: Seals, after: Seals) -> Differing:
    """What was changed, added and left out between two moments."""
    return Differing(
        changed=tuple(one for one in after if one in before and before[one] != after[one]),
        added=tuple(one for one in after if one not in before),
        left_out=tuple(one for one in before if one not in after),
    )


def _letters(values: Sequence[object]) -> str:
    return hashlib.sha256("\n".join(_plain(one) for one in values).encode()).hexdigest()[:LENGTH]


def _plain(value: object) -> str:
    """A number is the same however many zeros it was kept with."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return repr([_plain(one) for one in value] if isinstance(value, tuple | list) else value)
