"""Forgetting what people said long ago: their words go; numbers, scores, states and dates stay."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from bot.okr.model import Current
from storage import homes
from storage import models as m

FORGOTTEN = "forgotten"
"""The mark, in a value of many parts, that its words are gone."""
NO_WORDS = "…"
"""In place of a text that must be there."""
LASTING = (homes.KIND, m.RitualKind.STANDING_BOARD.value)
"""Messages that stand for good and are shown anew: they tell what is true now, and a page what was just said there."""
BATCH = 100
"""Rows of one transaction: nobody waits long for it."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """A workspace that keeps what people said for so many days."""

    workspace_id: int
    days: int
    zone: str


@dataclass(frozen=True, slots=True)
class Until:
    """Whose words go, and up to when."""

    workspace_id: int
    moment: datetime
    day: date


Condition = Callable[[Until], sa.ColumnElement[bool]]
"""Which rows of a table still hold words that are to go."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One table's words."""

    table: type[SQLModel]
    holds: Condition
    forget: Callable[[Session, Sequence[int], Until], object]


def keeping(session: Session) -> list[Keeping]:
    """The workspaces that do not keep everything."""
    rows = session.exec(
        select(m.Workspace.id, m.Workspace.retention_days, m.Workspace.timezone)
        .where(col(m.Workspace.retention_days).is_not(None))
        .order_by(col(m.Workspace.id))
    )
    return [Keeping(key, days, zone) for key, days, zone in rows if days is not None]


def to_forget(session: Session, sort: Sort, until: Until, after: int) -> list[int]:
    """The next rows of this sort that hold words that are to go."""
    key = _column(sort.table, "id")
    found = sa.select(key).where(_column(sort.table, "workspace_id") == until.workspace_id, sort.holds(until))
    return list(session.execute(found.where(key > after).order_by(key).limit(BATCH)).scalars())


def forget(session: Session, sort: Sort, until: Until, ids: Sequence[int]) -> int:
    """Take the words out of these rows; what holds none (any more) stays as it is. Returns how many held some."""
    key = _column(sort.table, "id")
    held = session.execute(sa.select(key).where(key.in_(ids), sort.holds(until))).scalars().all()
    if held:
        sort.forget(session, held, until)
    return len(held)


def _column(table: type[SQLModel], name: str) -> Any:
    return table.__table__.c[name]  # type: ignore[attr-defined]  # every table of ours has one


# --- what people did, as it came in ------------------------------------------------------------------------


def _not_yet(column: Any) -> sa.ColumnElement[bool]:
    is_forgotten: sa.ColumnElement[bool] = column[FORGOTTEN].as_string().is_(None)
    return is_forgotten


def without_words(body: Mapping[str, Any]) -> dict[str, Any]:
    """What came in, as something that can still be read, without a word of it and without whose it was."""
    what = dict(body.get("what") or {"kind": "opened"})
    for name in ("text", "value"):
        if name in what:
            what[name] = ""
    if "values" in what:
        what["values"] = {}
    what.pop("files", None)
    return {**body, "person": "", "what": what, FORGOTTEN: True}


def _forget_inbox(session: Session, ids: Sequence[int], _until: Until) -> None:
    rows = session.execute(
        sa.select(col(m.Inbox.id), col(m.Inbox.body), col(m.Inbox.problem)).where(col(m.Inbox.id).in_(ids))
    ).all()
    _put(
        session,
        m.Inbox,
        ({"key": key, "body": without_words(body), "problem": _kind_of(problem)} for key, body, problem in rows),
    )
    _blank(session, m.Inbox, ids, errors=sa.null())


def _kind_of(problem: str | None) -> str | None:
    """What went wrong without what it may quote."""
    return None if problem is None else problem.partition("(")[0].strip()


# --- what was recorded -------------------------------------------------------------------------------------

_SAID = ("raw_text", "note", "blocker", "help_wanted")


def _check_in_holds(until: Until) -> sa.ColumnElement[bool]:
    row = m.CheckIn
    words = [sa.func.coalesce(_column(row, name), "") != "" for name in _SAID]
    return sa.and_(col(row.at) < until.moment, sa.or_(*words))


def _forget_check_ins(session: Session, ids: Sequence[int], _until: Until) -> None:
    """That it was told in words is a state, and counted; so an empty text stays behind."""
    typed = sa.case((col(m.CheckIn.raw_text).is_not(None), ""), else_=sa.null())
    _blank(session, m.CheckIn, ids, raw_text=typed, note=None, blocker=None, help_wanted=None)


def _current_holds(_until: Until) -> sa.ColumnElement[bool]:
    current = sa.type_coerce(col(m.KeyResult.current), sa.JSON)
    names = ("note", "band_note", "blocker", "help_wanted")
    return sa.or_(*(current[name].as_string().is_not(None) for name in names))


def _forget_current(session: Session, ids: Sequence[int], until: Until) -> None:
    """What stands beside a key result is what its check-ins say; older words go there too, "blocked" itself stays."""
    stuck = _said_since(session, ids, col(m.CheckIn.blocker), until)
    asking = _said_since(session, ids, col(m.CheckIn.help_wanted), until)
    found: list[dict[str, Any]] = []
    for key, current in session.execute(
        sa.select(col(m.KeyResult.id), col(m.KeyResult.current)).where(col(m.KeyResult.id).in_(ids))
    ):
        left = replace(
            _older_words_gone(current, until.day),
            blocker=current.blocker if key in stuck else None,
            help_wanted=current.help_wanted if key in asking else None,
        )
        if left != current:
            found.append({"key": key, "current": left})
    _put(session, m.KeyResult, found)


def _older_words_gone(current: Current, day: date) -> Current:
    note_is_old = current.note_on is None or current.note_on < day
    band_is_old = current.band_on is None or current.band_on < day
    return replace(
        current,
        note=None if note_is_old else current.note,
        band_note=None if band_is_old else current.band_note,
    )


def _said_since(session: Session, kr_ids: Sequence[int], words: Any, until: Until) -> set[int]:
    row = m.CheckIn
    said = sa.select(col(row.kr_id)).where(col(row.kr_id).in_(kr_ids), col(row.at) >= until.moment, words.is_not(None))
    return set(session.execute(said.where(col(row.undone_at).is_(None))).scalars())


def _step_holds(until: Until) -> sa.ColumnElement[bool]:
    row = m.NextStep
    ended = sa.func.coalesce(col(row.done_at), col(row.at), type_=_column(row, "at").type)
    return sa.and_(col(row.state) != m.NextStepState.OPEN, ended < until.moment, col(row.text) != NO_WORDS)


def _win_holds(until: Until) -> sa.ColumnElement[bool]:
    return sa.and_(col(m.Win.at) < until.moment, col(m.Win.text) != NO_WORDS)


def _remark_holds(until: Until) -> sa.ColumnElement[bool]:
    return sa.and_(col(m.Remark.at) < until.moment, col(m.Remark.text) != NO_WORDS)


def _approval_holds(until: Until) -> sa.ColumnElement[bool]:
    return sa.and_(col(m.Approval.answered_at) < until.moment, col(m.Approval.note).is_not(None))


def _question_holds(until: Until) -> sa.ColumnElement[bool]:
    row = m.Clarification
    return sa.and_(col(row.closed_at) < until.moment, _not_yet(col(row.ask)))


def _forget_questions(session: Session, ids: Sequence[int], _until: Until) -> None:
    row = m.Clarification
    _blank(session, row, ids, ask={FORGOTTEN: True}, note=None)
    typed = sa.and_(col(row.answered).is_not(None), col(row.answered) != "button")
    session.execute(
        sa.update(row).where(col(row.id).in_(ids), typed).values(answered=FORGOTTEN), execution_options=_PLAIN
    )


# --- what was written --------------------------------------------------------------------------------------

_SETTLED = (m.DeliveryState.SENT, m.DeliveryState.FAILED, m.DeliveryState.SKIPPED, m.DeliveryState.UNKNOWN)


def _delivery_holds(until: Until) -> sa.ColumnElement[bool]:
    row = m.Delivery
    last = sa.func.coalesce(col(row.shown_at), col(row.sent_at), col(row.due_at), type_=_column(row, "due_at").type)
    return sa.and_(
        col(row.state).in_(_SETTLED),
        col(row.kind).not_in(LASTING),
        last < until.moment,
        sa.or_(_not_yet(col(row.data)), col(row.wanted_rev) > col(row.shown_rev)),
    )


def figures_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a message told: numbers, keys, yes and no, and days; no word."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            found[name] = figures_of(value)
        elif isinstance(value, list):
            found[name] = [one for one in value if _is_figure(one)]
        elif _is_figure(value):
            found[name] = value
    return found


def _is_figure(value: object) -> bool:
    if not isinstance(value, str):
        return value is None or isinstance(value, int | float)
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def forget_deliveries(session: Session, ids: Sequence[int], _until: Until | None = None) -> None:
    """The message stands where it stands; without its reference nobody updates it, and no sweep takes it away."""
    row = m.Delivery
    rows = session.execute(sa.select(col(row.id), col(row.data)).where(col(row.id).in_(ids))).all()
    _put(session, row, ({"key": key, "data": {**figures_of(data), FORGOTTEN: True}} for key, data in rows))
    _blank(session, row, ids, message=sa.null(), shown_rev=col(row.wanted_rev), sweep_at=None)


def _page_holds(until: Until) -> sa.ColumnElement[bool]:
    row = m.Delivery
    said_at = col(row.data)[("said", "at")].as_string()
    return sa.and_(col(row.kind) == homes.KIND, said_at < until.moment.isoformat())


def say_no_more(session: Session, ids: Sequence[int], _until: Until | None = None) -> None:
    """A person's page tells no more what was said to them on it; it stands, and is shown anew as ever."""
    row = m.Delivery
    rows = session.execute(sa.select(col(row.id), col(row.data)).where(col(row.id).in_(ids))).all()
    _put(session, row, ({"key": key, "data": without_said(data)} for key, data in rows))


def without_said(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a page keeps, without what was said on it."""
    return {name: value for name, value in data.items() if name != "said"}


def _audit_holds(until: Until) -> sa.ColumnElement[bool]:
    row = m.AuditEvent
    values = [sa.cast(col(one), sa.String) for one in (row.before, row.after)]
    return sa.and_(col(row.at) < until.moment, sa.or_(*(one.is_not(None) & (one != "null") for one in values)))


# --- all of it ---------------------------------------------------------------------------------------------

_PLAIN = {"synchronize_session": False}


def _put(session: Session, table: type[SQLModel], values: Iterable[Mapping[str, Any]]) -> None:
    """Each row its own values."""
    rows = [dict(one) for one in values]
    if rows:
        own = table.__table__  # type: ignore[attr-defined]  # every table of ours has one
        names = [name for name in rows[0] if name != "key"]
        new = {name: sa.bindparam(f"new_{name}", type_=own.c[name].type) for name in names}
        statement = sa.update(own).where(own.c.id == sa.bindparam("row_key")).values(new)
        session.connection().execute(
            statement, [{"row_key": one["key"], **{f"new_{name}": one[name] for name in names}} for one in rows]
        )


def _blank(session: Session, table: type[SQLModel], ids: Sequence[int], **values: Any) -> None:
    """All these rows the same values."""
    session.execute(sa.update(table).where(_column(table, "id").in_(ids)).values(values), execution_options=_PLAIN)


def _texts_of(table: type[SQLModel], **values: Any) -> Callable[[Session, Sequence[int], Until], None]:
    def gone(session: Session, ids: Sequence[int], _until: Until) -> None:
        _blank(session, table, ids, **values)

    return gone


SORTS = (
    Sort(
        m.Inbox,
        lambda until: sa.and_(
            col(m.Inbox.at) < until.moment,
            col(m.Inbox.state) != m.InboxState.RECEIVED,
            _not_yet(col(m.Inbox.body)),
        ),
        _forget_inbox,
    ),
    Sort(m.CheckIn, _check_in_holds, _forget_check_ins),
    Sort(m.KeyResult, _current_holds, _forget_current),
    Sort(m.Clarification, _question_holds, _forget_questions),
    Sort(m.NextStep, _step_holds, _texts_of(m.NextStep, text=NO_WORDS)),
    Sort(m.Win, _win_holds, _texts_of(m.Win, text=NO_WORDS)),
    Sort(m.Remark, _remark_holds, _texts_of(m.Remark, text=NO_WORDS)),
    Sort(m.Approval, _approval_holds, _texts_of(m.Approval, note=None)),
    Sort(m.Delivery, _delivery_holds, forget_deliveries),
    Sort(m.Delivery, _page_holds, say_no_more),
    Sort(m.AuditEvent, _audit_holds, _texts_of(m.AuditEvent, before=sa.JSON.NULL, after=sa.JSON.NULL)),
)
"""What is forgotten."""
