"""A key result that is being written as plain data, so that it can wait beside its message until somebody saves it."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from bot.okr.drafts import KRDraft, StepDraft
from bot.okr.model import Cadence, Checkpoint, Commitment, KRType, PaceProfile

_NUMBERS = frozenset({"baseline", "target", "range_lo", "range_hi", "range_tol", "weight", "initial_confidence"})
_DAYS = frozenset({"start", "due"})
_NEWER = "checkpoints"
"""What is not in a draft that was kept by an older version."""
_SETS = {"type": KRType, "stretch": Commitment, "pace": PaceProfile, "cadence": Cadence}


def as_data(draft: KRDraft) -> dict[str, Any]:
    """Numbers and days as text, sets by their value: what JSON keeps."""
    return {one.name: _plain(getattr(draft, one.name)) for one in fields(draft)}


def from_data(data: Mapping[str, Any]) -> KRDraft:
    """The draft that `as_data` made this of. Raises `KeyError` and `ValueError` for anything else."""
    values: dict[str, Any] = {one.name: data[one.name] for one in fields(KRDraft) if one.name != _NEWER}
    for name in _NUMBERS:
        values[name] = _number(values[name])
    for name in _DAYS:
        values[name] = date.fromisoformat(values[name])
    for name, kind in _SETS.items():
        values[name] = None if values[name] is None else kind(values[name])
    if values["anchors"] is not None:
        values["anchors"] = tuple(Decimal(one) for one in values["anchors"])
    values["steps"] = tuple(_step(one) for one in values["steps"])
    values[_NEWER] = tuple(
        Checkpoint(date.fromisoformat(one["on"]), Decimal(one["expected_score"])) for one in data.get(_NEWER, ())
    )
    values["co_owners"], values["aliases"] = tuple(values["co_owners"]), tuple(values["aliases"])
    return KRDraft(**values)


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case StepDraft():
            return {"title": value.title, "weight": _plain(value.weight), "due": _plain(value.due)}
        case Checkpoint():
            return {"on": value.on.isoformat(), "expected_score": _plain(value.expected_score)}
        case tuple():
            return [_plain(one) for one in value]
        case KRType() | Commitment() | PaceProfile() | Cadence():
            return value.value
        case _:
            return value


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _step(data: Mapping[str, Any]) -> StepDraft:
    due = data["due"]
    return StepDraft(data["title"], Decimal(data["weight"]), None if due is None else date.fromisoformat(due))
