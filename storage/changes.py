"""Changing what a key result or an objective is: its columns, a line of history for each, and the way back.

What was said and read stays as it is; only what counts now is worked out anew (spec/09 §15.2).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.okr.model import Checkpoint, Commitment, KRState, KRType, PaceProfile, Step
from storage import check_ins, okrs
from storage import models as m
from storage.draft_messages import show_draft
from storage.pauses import Decision
from storage.shown import ENTITY

OBJECTIVE = "objective"
"""How changes of an objective are filed."""

Plain = dict[str, Any]
"""Values by field as they are kept: text, numbers, lists."""

_ENUMS: Mapping[str, type[StrEnum]] = {
    "type": KRType,
    "stretch": Commitment,
    "pace": PaceProfile,
    "cadence": m.CadenceOfKR,
    "answer_policy": m.AnswerPolicy,
}
_DECIMALS = frozenset(
    ("baseline", "target", "anchor_03", "anchor_07", "anchor_10", "range_lo", "range_hi", "range_tol", "weight")
)
_DAYS = frozenset(("start", "due"))
_COLUMNS = (
    "title", "short_title", "type", "metric", "unit", "decimals", "tag", "baseline", "target", "anchor_03",
    "anchor_07", "anchor_10", "range_lo", "range_hi", "range_tol", "strict", "stretch", "weight", "start", "due",
    "pace", "cadence", "answer_policy", "alias",
)  # fmt: skip
_STEPS = "steps"
_CO_OWNERS = "co_owners"
_CHECKPOINTS = "checkpoints"
_COUNTS = frozenset(("type", "range_lo", "range_hi", "baseline", "start", "due", _STEPS))
"""What the newest that counts may depend on: where one of these changes, it is worked out from all rows again."""
_OF_OBJECTIVE = ("title", "why", "serves", "visibility")


def plain_of(session: Session, row: m.KeyResult) -> Plain:
    """Everything that can be changed of a key result, as it is kept; three queries."""
    parts = okrs.parts_of(session, [row.id])
    found: Plain = {name: _plain(getattr(row, name)) for name in _COLUMNS}
    found[_STEPS] = [_plain_step(one) for one in parts.steps.get(row.id, ())]
    found[_CHECKPOINTS] = [_plain_checkpoint(one) for one in parts.checkpoints.get(row.id, ())]
    found[_CO_OWNERS] = sorted(parts.co_owners.get(row.id, ()))
    return found


def steps_of(session: Session, row: m.KeyResult) -> tuple[Step, ...]:
    """Its steps with their numbers."""
    rows = okrs.parts_of(session, [row.id]).steps.get(row.id, ())
    return tuple(Step(one.number, one.title, one.weight, one.due) for one in rows)


def change_key_result(
    session: Session, row: m.KeyResult, values: Mapping[str, Any], decision: Decision
) -> Sequence[m.Change]:
    """Give a key result these values, by the names of `KRDraft`; `steps` are `Step`s, number 0 for a new one.

    One `Change` for each field that is different now; a draft has no history, so there is none for it.
    """
    before = plain_of(session, row)
    _write(session, row, _columns(values))
    if row.state is KRState.DRAFT:
        show_draft(session, row.objective_id)
    return _done(session, row, before, decision)


def put_back(session: Session, row: m.KeyResult, was: Plain, decision: Decision) -> Sequence[m.Change]:
    """As it was before a change, by what was kept of it: a change like any other."""
    before = plain_of(session, row)
    _write(session, row, {name: _value(name, value) for name, value in was.items()})
    if row.state is KRState.DRAFT:
        show_draft(session, row.objective_id)
    return _done(session, row, before, decision)


def holds(session: Session, row: m.KeyResult, after: Plain) -> bool:
    """True while everything that a change set is as it set it."""
    now = plain_of(session, row)
    return all(now[name] == value for name, value in after.items())


def differing(before: Plain, after: Plain) -> tuple[Plain, Plain]:
    """What is different between two states: as it was, and as it is."""
    names = [name for name in before if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def newest_of(session: Session, entity: str, entity_id: int, field: str) -> m.Change | None:
    """Who changed a field last."""
    return session.exec(
        select(m.Change)
        .where(m.Change.entity == entity, m.Change.entity_id == entity_id, m.Change.field == field)
        .order_by(col(m.Change.at).desc(), col(m.Change.id).desc())
    ).first()


# --- objectives ---------------------------------------------------------------------------------------------


def plain_of_objective(row: m.Objective) -> Plain:
    """Everything that can be changed of an objective, as it is kept."""
    return {name: _plain(getattr(row, name)) for name in _OF_OBJECTIVE}


def change_objective(session: Session, row: m.Objective, values: Plain, decision: Decision) -> Sequence[m.Change]:
    """Give an objective these values; one `Change` for each that is different now, none for a draft."""
    before = plain_of_objective(row)
    for name, value in values.items():
        setattr(row, name, m.Visibility(value) if name == "visibility" else value)
    session.add(row)
    session.flush()
    if not okrs.is_on_board(row):
        show_draft(session, row.id)
        return []
    was, now = differing(before, plain_of_objective(row))
    return [_file(session, row, OBJECTIVE, name, was[name], now[name], decision) for name in was]


def turn_objective(session: Session, row: m.Objective, state: m.ObjectiveState, decision: Decision) -> m.Change:
    """Let an objective that was published go over into another state, with a line of history."""
    before, row.state = row.state, state
    session.add(row)
    session.flush()
    return _file(session, row, OBJECTIVE, "state", before.value, state.value, decision)


def objective_holds(row: m.Objective, after: Plain) -> bool:
    """True while everything that a change set of an objective is as it set it."""
    now = plain_of_objective(row)
    return all(now[name] == value for name, value in after.items())


# --- pieces -------------------------------------------------------------------------------------------------


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """By the names of the columns; with anchors the target is the last of them."""
    found = dict(values)
    if "anchors" in found:
        anchors = found.pop("anchors")
        if anchors is None:
            found |= {"anchor_03": None, "anchor_07": None, "anchor_10": None}
        else:
            found |= dict(zip(("anchor_03", "anchor_07", "anchor_10"), anchors, strict=True))
            found["target"] = anchors[2]
    if "aliases" in found:
        aliases = found.pop("aliases")
        found["alias"] = list(aliases)
    if found.get("cadence", "") is None:
        found["cadence"] = m.CadenceOfKR.INHERIT
    for name, kind in _ENUMS.items():
        if name in found:
            found[name] = kind(str(found[name]))
    return found


def _write(session: Session, row: m.KeyResult, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name == _STEPS:
            _write_steps(session, row, value)
        elif name == _CHECKPOINTS:
            _write_checkpoints(session, row, value)
        elif name == _CO_OWNERS:
            _write_co_owners(session, row, value)
        else:
            setattr(row, name, value)
    session.add(row)
    session.flush()


def _write_steps(session: Session, row: m.KeyResult, steps: Sequence[Step]) -> None:
    """A step keeps its number, by which it was said to be done; a new one gets a number that none ever had."""
    known = {one.number: one for one in session.exec(select(m.KRStep).where(m.KRStep.kr_id == row.id))}
    highest = max((0, *known, *row.current.steps_done, *(one.number for one in steps)))
    kept = set()
    for step in steps:
        number = step.number
        if number == 0:
            highest += 1
            number = highest
        one = known.get(number) or m.KRStep(workspace_id=row.workspace_id, kr_id=row.id, number=number, title="")
        one.title, one.weight, one.due = step.title, step.weight, step.due
        kept.add(number)
        session.add(one)
    for number, one in known.items():
        if number not in kept:
            session.delete(one)


def _write_checkpoints(session: Session, row: m.KeyResult, points: Sequence[Checkpoint]) -> None:
    session.execute(sa.delete(m.PaceCheckpoint).where(col(m.PaceCheckpoint.kr_id) == row.id))
    for one in points:
        session.add(
            m.PaceCheckpoint(workspace_id=row.workspace_id, kr_id=row.id, day=one.on, expected_score=one.expected_score)
        )


def _write_co_owners(session: Session, row: m.KeyResult, people: Sequence[int]) -> None:
    shared = {one.person_id: one for one in session.exec(select(m.CoOwner).where(m.CoOwner.kr_id == row.id))}
    wanted = [one for one in dict.fromkeys(people) if one != row.lead_owner_id]
    for person_id, one in shared.items():
        if person_id not in wanted:
            session.delete(one)
    for person_id in wanted:
        if person_id not in shared:
            session.add(m.CoOwner(workspace_id=row.workspace_id, kr_id=row.id, person_id=person_id))


def _done(session: Session, row: m.KeyResult, before: Plain, decision: Decision) -> Sequence[m.Change]:
    was, now = differing(before, plain_of(session, row))
    if row.state is KRState.DRAFT:
        return []
    changes = [_file(session, row, ENTITY, name, was[name], now[name], decision) for name in was]
    if not _COUNTS.isdisjoint(was):
        team = session.get_one(m.Team, row.team_id)
        check_ins.rebuild(session, row, okrs.definition(row, team, okrs.parts_of(session, [row.id])))
    session.flush()
    return changes


def _file(
    session: Session,
    row: m.KeyResult | m.Objective,
    entity: str,
    field: str,
    old: object,
    new: object,
    decision: Decision,
) -> m.Change:
    change = m.Change(
        workspace_id=row.workspace_id,
        entity=entity,
        entity_id=row.id,
        field=field,
        old=old,
        new=new,
        reason=decision.reason,
        category=None if decision.category is None else decision.category.value,
        by_id=decision.by_id,
        at=decision.at,
    )
    session.add(change)
    session.flush()
    return change


def _plain(value: object) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return _digits(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, list) else value


def _digits(value: Decimal) -> str:
    """The same text for 50 and 50.0."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain_step(step: m.KRStep) -> Plain:
    return {"number": step.number, "title": step.title, "weight": _plain(step.weight), "due": _plain(step.due)}


def _plain_checkpoint(one: m.PaceCheckpoint) -> Plain:
    """With the words it is told in."""
    share = _digits(one.expected_score)
    told = f"{one.day.isoformat()} {_digits(one.expected_score * 100)}%"
    return {"day": one.day.isoformat(), "expected": share, "title": told}


def _value(name: str, kept: Any) -> Any:
    """What was kept of a field, as its column holds it."""
    if name == _STEPS:
        return tuple(
            Step(one["number"], one["title"], Decimal(one["weight"]), _value("due", one["due"])) for one in kept
        )
    if name == _CHECKPOINTS:
        return tuple(Checkpoint(date.fromisoformat(one["day"]), Decimal(one["expected"])) for one in kept)
    if name == _CO_OWNERS:
        return tuple(kept)
    if kept is None:
        return None
    if name in _ENUMS:
        return _ENUMS[name](kept)
    if name in _DECIMALS:
        return Decimal(kept)
    return date.fromisoformat(kept) if name in _DAYS else kept


def since_last_board(session: Session, kr_ids: Collection[int], now: datetime) -> set[int]:
    """Which of these key results are different since their team's last digest before `now`: one query.

    What was taken back is no change. That it was begun, paused or dropped is told on the board in its own way.
    """
    if not kr_ids:
        return set()
    last = (
        sa.select(sa.func.max(m.Digest.at))
        .where(col(m.Digest.team_id) == col(m.KeyResult.team_id), col(m.Digest.at) < now)
        .scalar_subquery()
    )
    return _different(session, kr_ids, sa.or_(last.is_(None), col(m.Change.at) > last))


def changed_after(session: Session, kr_ids: Collection[int], moment: datetime) -> frozenset[int]:
    """The same since a moment."""
    return frozenset(_different(session, kr_ids, col(m.Change.at) > moment) if kr_ids else ())


def _different(session: Session, kr_ids: Collection[int], since: sa.ColumnElement[bool]) -> set[int]:
    rows = session.execute(
        sa.select(col(m.Change.entity_id), col(m.Change.field), col(m.Change.old), col(m.Change.new))
        .join(m.KeyResult, col(m.KeyResult.id) == col(m.Change.entity_id))
        .where(col(m.Change.entity) == ENTITY, col(m.Change.entity_id).in_(sorted(kr_ids)))
        .where(*_BY_SOMEBODY)
        .where(since)
        .order_by(col(m.Change.id))
    )
    before: dict[tuple[int, str], Any] = {}
    after: dict[tuple[int, str], Any] = {}
    for entity_id, field, old, new in rows:
        before.setdefault((entity_id, field), old)
        after[entity_id, field] = new
    return {entity_id for (entity_id, field), old in before.items() if after[entity_id, field] != old}


_BY_SOMEBODY = (col(m.Change.by_id).is_not(None), col(m.Change.field) != "state")
