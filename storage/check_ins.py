"""Writing down what people said: check-ins and readings, appended; the newest kept on the key result; undo."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from bot.okr import model as okr
from bot.okr.history import History, advance, replay
from storage import models as m

UNDO_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said about one key result, ready to be written (spec/02 §4.7)."""

    kind: okr.CheckInKind = okr.CheckInKind.UPDATE
    value: Decimal | None = None
    self_score: Decimal | None = None
    confidence: Decimal | None = None
    status_said: okr.Band | None = None
    done: bool | None = None
    steps_done: tuple[int, ...] | None = None
    blocked: bool | None = None
    blocker: str | None = None
    help_wanted: str | None = None
    note: str | None = None
    approx: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Who said it, when and where; the same for all key results of one reply."""

    by_id: int
    at: datetime
    source: okr.CheckInSource
    inbox_id: int | None = None
    prompt_id: int | None = None
    raw_text: str | None = None
    on_behalf_of_id: int | None = None
    after_meeting: bool = False
    told_in_id: int | None = None
    """What brought it, where it belongs to an earlier reply (`inbox_id`)."""


def record(
    session: Session,
    row: m.KeyResult,
    definition: okr.KeyResult,
    said: Said,
    origin: Origin,
    day: date,
    supersedes_id: int | None = None,
    measured: m.Reading | None = None,
) -> m.CheckIn:
    """Append what was said, its reading if it holds a value, and the newest on the key result: all in this transaction.

    `day` is the lead owner's calendar day. A confirmed value of an automated KR is no new reading (spec/02 §4.7).
    `measured`: the reading whose value was only copied from a row that this one replaces; it keeps its moment and
    its age, because nobody looked at the number again.
    """
    check_in = _check_in(row, said, origin, day, supersedes_id)
    session.add(check_in)
    session.flush()
    readings = []
    reading = _reading_of(row, definition, said, check_in, measured)
    if reading is not None:
        session.add(reading)
        session.flush()
        readings.append(reading_value(reading))
    current = advance(
        definition,
        row.current,
        readings=readings,
        check_ins=[check_in_value(check_in)],
        history=lambda: history_of(session, row.id),
    )
    _stand(session, row, current, flush=False)  # what follows from it is written with it
    return check_in


def record_reading(
    session: Session,
    row: m.KeyResult,
    definition: okr.KeyResult,
    *,
    value: Decimal,
    at: datetime,
    day: date,
    source: okr.ReadingSource,
) -> m.Reading:
    """Append a measured value that nobody said: from a feed or an import."""
    reading = m.Reading(
        workspace_id=row.workspace_id, kr_id=row.id, value=value, measured_at=at, day=day, source=source
    )
    session.add(reading)
    session.flush()
    current = advance(
        definition, row.current, readings=[reading_value(reading)], history=lambda: history_of(session, row.id)
    )
    _stand(session, row, current)
    return reading


@dataclass(frozen=True, slots=True)
class Past:
    """One row of a history that is brought in whole: what somebody said, or (`origin` None) a value that was read."""

    said: Said
    at: datetime
    day: date
    origin: Origin | None = None
    source: okr.ReadingSource = okr.ReadingSource.IMPORT
    supersedes_id: int | None = None
    measured: m.Reading | None = None
    token: str | None = None


def record_histories(session: Session, histories: Sequence[tuple[m.KeyResult, okr.KeyResult, Sequence[Past]]]) -> None:
    """What `record` and `record_reading` would append one after the other, of many key results in few statements.

    Each history is in the order of time. The newest on a key result is the same either way.
    """
    said: dict[int, m.CheckIn] = {}
    for row, _definition, entries in histories:
        for entry in entries:
            if entry.origin is None:
                continue
            check_in = said[id(entry)] = _check_in(row, entry.said, entry.origin, entry.day, entry.supersedes_id)
            if entry.token is not None:
                check_in.token = entry.token
            session.add(check_in)
    session.flush()
    read: dict[int, m.Reading] = {}
    for row, definition, entries in histories:
        for entry in entries:
            reading = (
                _reading(row, entry)
                if entry.origin is None
                else _reading_of(row, definition, entry.said, said[id(entry)], entry.measured)
            )
            if reading is not None:
                read[id(entry)] = reading
                session.add(reading)
    session.flush()
    for row, definition, entries in histories:
        current = advance(
            definition,
            row.current,
            readings=[reading_value(read[id(one)]) for one in entries if id(one) in read],
            check_ins=[check_in_value(said[id(one)]) for one in entries if id(one) in said],
            history=partial(history_of, session, row.id),
        )
        _stand(session, row, current, flush=False)
    session.flush()


def _check_in(row: m.KeyResult, said: Said, origin: Origin, day: date, supersedes_id: int | None) -> m.CheckIn:
    return m.CheckIn(
        workspace_id=row.workspace_id,
        kr_id=row.id,
        by_id=origin.by_id,
        on_behalf_of_id=origin.on_behalf_of_id,
        at=origin.at,
        day=day,
        kind=said.kind,
        value=said.value,
        self_score=said.self_score,
        confidence=said.confidence,
        status_said=said.status_said,
        done=said.done,
        steps_done=None if said.steps_done is None else list(said.steps_done),
        blocked=said.blocked,
        blocker=_cut(said.blocker, 140),
        help_wanted=_cut(said.help_wanted, 140),
        note=_cut(said.note, 500),
        approx=said.approx,
        source=origin.source,
        raw_text=_cut(origin.raw_text, 2000),
        inbox_id=origin.inbox_id,
        prompt_id=origin.prompt_id,
        after_meeting=origin.after_meeting,
        supersedes_id=supersedes_id,
        told_in_id=origin.told_in_id,
    )


def _reading(row: m.KeyResult, entry: Past) -> m.Reading | None:
    """A value that nobody said."""
    if entry.said.value is None:
        return None
    return m.Reading(
        workspace_id=row.workspace_id,
        kr_id=row.id,
        value=entry.said.value,
        measured_at=entry.at,
        day=entry.day,
        source=entry.source,
    )


def _reading_of(
    row: m.KeyResult, definition: okr.KeyResult, said: Said, check_in: m.CheckIn, measured: m.Reading | None
) -> m.Reading | None:
    """The reading that a check-in brings; a confirmed value of an automated key result is none."""
    if said.value is None or (definition.is_automated and said.kind is okr.CheckInKind.CONFIRM):
        return None
    return m.Reading(
        workspace_id=row.workspace_id,
        kr_id=row.id,
        value=said.value,
        measured_at=check_in.at if measured is None else measured.measured_at,
        day=check_in.day if measured is None else measured.day,
        source=okr.ReadingSource.MANUAL,
        checkin_id=check_in.id,
        approx=said.approx,
    )


def take_back(
    session: Session, rows: Iterable[m.CheckIn], definitions: dict[int, okr.KeyResult], now: datetime
) -> None:
    """Mark check-ins as undone and put every key result back to what its other rows say."""
    touched = set()
    for row in rows:
        row.undone_at = now
        session.add(row)
        touched.add(row.kr_id)
    session.flush()
    for kr_id in sorted(touched):
        rebuild(session, session.get_one(m.KeyResult, kr_id), definitions[kr_id])


def rebuild(session: Session, row: m.KeyResult, definition: okr.KeyResult) -> None:
    """Put the newest on the key result from all its rows."""
    rows = history_of(session, row.id)
    _stand(session, row, replay(definition, rows.readings, rows.check_ins))


def last_entry(session: Session, person_id: int, now: datetime) -> Sequence[m.CheckIn]:
    """What a person said last, within 24 hours and not undone: all rows of that one reply."""
    newest = session.exec(
        select(m.CheckIn)
        .where(m.CheckIn.by_id == person_id, col(m.CheckIn.undone_at).is_(None), m.CheckIn.at > now - UNDO_WITHIN)
        .order_by(col(m.CheckIn.at).desc(), col(m.CheckIn.id).desc())
    ).first()
    if newest is None:
        return []
    return [newest] if newest.inbox_id is None else rows_of_inbox(session, newest.inbox_id)


def reading_of(session: Session, check_in_id: int) -> m.Reading | None:
    """The reading that a check-in brought."""
    return session.exec(select(m.Reading).where(m.Reading.checkin_id == check_in_id)).first()


def last_inbox(session: Session, person_id: int, now: datetime) -> int | None:
    """The last thing a person said that stored anything (a check-in, a next step, a win), within 24 hours."""
    since = now - UNDO_WITHIN
    check_in = session.exec(
        select(m.CheckIn.inbox_id)
        .where(m.CheckIn.by_id == person_id, col(m.CheckIn.undone_at).is_(None), m.CheckIn.at > since)
        .order_by(col(m.CheckIn.at).desc(), col(m.CheckIn.id).desc())
    ).first()
    step = session.exec(
        select(m.NextStep.inbox_id)
        .join(m.Inbox, col(m.Inbox.id) == col(m.NextStep.inbox_id))
        # Whoever wrote it down takes it back, not whom they wrote down to do it.
        .where(func.coalesce(col(m.Inbox.person_id), col(m.NextStep.owner_id)) == person_id)
        .where(m.NextStep.state == m.NextStepState.OPEN, m.NextStep.at > since)
        .order_by(col(m.NextStep.id).desc())
    ).first()
    win = session.exec(
        select(m.Win.inbox_id).where(m.Win.by_id == person_id, m.Win.at > since).order_by(col(m.Win.id).desc())
    ).first()
    return max((one for one in (check_in, step, win) if one is not None), default=None)


@dataclass(frozen=True, slots=True)
class Words:
    """What came with one reply beside its check-ins."""

    steps: Sequence[m.NextStep]
    wins: Sequence[m.Win]


def take_back_words(session: Session, inbox_id: int) -> Words:
    """Take back the next steps and wins that came with one reply; returns what they were."""
    words = words_of(session, inbox_id)
    for step in words.steps:
        step.state = m.NextStepState.DROPPED
        session.add(step)
    for win in words.wins:
        session.delete(win)
    session.flush()
    return words


def words_of(session: Session, inbox_id: int) -> Words:
    """The next steps that are open and the wins that stand, of one reply."""
    steps = session.exec(
        select(m.NextStep).where(m.NextStep.inbox_id == inbox_id, m.NextStep.state == m.NextStepState.OPEN)
    ).all()
    return Words(steps, session.exec(select(m.Win).where(m.Win.inbox_id == inbox_id)).all())


def rows_of_inbox(session: Session, inbox_id: int) -> Sequence[m.CheckIn]:
    """The check-ins that one reply, press or form led to and that still count, in order."""
    return session.exec(
        select(m.CheckIn)
        .where(m.CheckIn.inbox_id == inbox_id, col(m.CheckIn.undone_at).is_(None))
        .order_by(col(m.CheckIn.id))
    ).all()


def brought_last(rows: Sequence[m.CheckIn]) -> Sequence[m.CheckIn]:
    """Of the check-ins that one reply led to, those that came last: with the reply itself, or with an answer to a
    question about it. What only completes another belongs to that."""
    by_id = {row.id: row for row in rows}

    def came_with(row: m.CheckIn) -> int | None:
        while row.supersedes_id in by_id:
            row = by_id[row.supersedes_id]
        return row.told_in_id

    return [row for row in rows if came_with(row) == came_with(rows[-1])]


def taken_back_of_inbox(session: Session, inbox_id: int) -> Sequence[int]:
    """The key results of the check-ins that one reply, press or form led to and that were taken back."""
    return session.exec(
        select(m.CheckIn.kr_id)
        .where(m.CheckIn.inbox_id == inbox_id, col(m.CheckIn.undone_at).is_not(None))
        .distinct()
        .order_by(col(m.CheckIn.kr_id))
    ).all()


def by_ids(session: Session, ids: Iterable[int]) -> dict[int, m.CheckIn]:
    """These check-ins, by their key."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    return {row.id: row for row in session.exec(select(m.CheckIn).where(col(m.CheckIn.id).in_(wanted)))}


def has_said_anything(session: Session, person_id: int) -> bool:
    """True if this person ever recorded anything, taken back or not."""
    return session.exec(select(m.CheckIn.id).where(m.CheckIn.by_id == person_id).limit(1)).first() is not None


_RECENT = (
    select(m.CheckIn)
    .where(col(m.CheckIn.kr_id).in_(sa.bindparam("krs", expanding=True)))
    .where(col(m.CheckIn.at) >= sa.bindparam("since"), col(m.CheckIn.undone_at).is_(None))
    .order_by(col(m.CheckIn.at), col(m.CheckIn.id))
)


_ROW = m.Row.metadata.tables["check_in"].c
_SAID = (
    sa.select(
        _ROW.id,
        _ROW.kr_id,
        _ROW.by_id,
        _ROW.at,
        _ROW.day,
        _ROW.kind,
        _ROW.value,
        _ROW.self_score,
        _ROW.confidence,
        _ROW.status_said,
        _ROW.done,
        sa.func.nullif(sa.cast(_ROW.steps_done, sa.Text), "null"),
        _ROW.blocked,
        _ROW.blocker,
        _ROW.help_wanted,
        _ROW.note,
        _ROW.approx,
        _ROW.supersedes_id,
    )
    .where(_ROW.kr_id.in_(sa.bindparam("krs", expanding=True)))
    .where(_ROW.at >= sa.bindparam("since"), _ROW.undone_at.is_(None))
    .order_by(_ROW.kr_id, _ROW.at, _ROW.id)  # as they stand in the index: nothing is sorted
)
"""The columns of `okr.CheckIn`, in its order; the steps as text, because hardly a row has any."""


def said_lately(session: Session, kr_ids: Iterable[int], since: datetime) -> dict[int, list[okr.CheckIn]]:
    """`recent_check_ins` as the domain's values, for whoever only looks: of many, rows cost several times as much."""
    rows = session.execute(_SAID, {"krs": list(kr_ids), "since": since})
    said = [one if one.steps_done is None else _with_steps(one) for one in (okr.CheckIn(*row) for row in rows)]
    corrected = {one.supersedes_id for one in said}
    found: dict[int, list[okr.CheckIn]] = {}
    for one in said:
        if one.id not in corrected:
            found.setdefault(one.kr_id, []).append(one)
    return found


def _with_steps(said: okr.CheckIn) -> okr.CheckIn:
    return replace(said, steps_done=tuple(json.loads(str(said.steps_done))))


def recent_check_ins(session: Session, kr_ids: Iterable[int], since: datetime) -> dict[int, list[m.CheckIn]]:
    """Check-ins that count since a moment, by KR, oldest first: one bounded query, never a history."""
    rows = session.exec(_RECENT, params={"krs": list(kr_ids), "since": since}).all()
    corrected = {row.supersedes_id for row in rows}
    found: dict[int, list[m.CheckIn]] = {}
    for row in rows:
        if row.id not in corrected:
            found.setdefault(row.kr_id, []).append(row)
    return found


def history_of(session: Session, kr_id: int) -> History:
    """All rows of one key result, for replaying them."""
    readings = session.exec(select(m.Reading).where(m.Reading.kr_id == kr_id)).all()
    check_ins = session.exec(select(m.CheckIn).where(m.CheckIn.kr_id == kr_id)).all()
    return History([reading_value(row) for row in readings], [check_in_value(row) for row in check_ins])


def reading_value(row: m.Reading) -> okr.Reading:
    """A row as the domain's value."""
    return okr.Reading(row.value, row.measured_at, row.day, row.source, row.approx, row.id, row.checkin_id)


def check_in_value(row: m.CheckIn) -> okr.CheckIn:
    """A row as the domain's value."""
    return okr.CheckIn(
        id=row.id,
        kr_id=row.kr_id,
        by_id=row.by_id,
        at=row.at,
        on=row.day,
        kind=row.kind,
        value=row.value,
        self_score=row.self_score,
        confidence=row.confidence,
        status_said=row.status_said,
        done=row.done,
        steps_done=None if row.steps_done is None else tuple(row.steps_done),
        blocked=row.blocked,
        blocker=row.blocker,
        help_wanted=row.help_wanted,
        note=row.note,
        approx=row.approx,
        supersedes_id=row.supersedes_id,
        undone=row.undone_at is not None,
    )


def replies_about(session: Session, kr_ids: Iterable[int], since: datetime) -> Sequence[int]:
    """What came in and still counts as said about these key results since a moment, by the inbox's key."""
    rows = session.exec(
        select(m.CheckIn.inbox_id)
        .where(col(m.CheckIn.kr_id).in_(list(kr_ids)), m.CheckIn.at >= since, col(m.CheckIn.undone_at).is_(None))
        .distinct()
    )
    return [one for one in rows if one is not None]


def _stand(session: Session, row: m.KeyResult, current: okr.Current, *, flush: bool = True) -> None:
    row.current = current
    row.current_at = current.updated_at
    session.add(row)
    if flush:
        session.flush()


def _cut(text: str | None, most: int) -> str | None:
    return text if text is None or len(text) <= most else text[: most - 1] + "…"
