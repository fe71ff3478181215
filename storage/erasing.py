"""Erasing a person who left: their check-ins and numbers stay, under "former owner" (spec/10 §16.8)."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, or_, select

from storage import agendas, deliveries, directory, owning
from storage import models as m
from storage.forgetting import (
    FORGOTTEN,
    LASTING,
    NO_WORDS,
    figures_of,
    forget_deliveries,
    say_no_more,
    without_said,
    without_words,
)

FORMER = {m.Language.EN: "former owner", m.Language.ZH: "前负责人"}
"""What somebody who was erased is called, in the language of the workspace."""
ERASED = "person erased"
REASON = "this person was erased"
PAGE = 500
"""Rows that are looked through at a time."""
_PLAIN = {"synchronize_session": False}
_SETTLED = (m.DeliveryState.SENT, m.DeliveryState.FAILED, m.DeliveryState.SKIPPED, m.DeliveryState.UNKNOWN)
_NOT_ENDED = (m.DeliveryState.PLANNED, m.DeliveryState.SENDING, m.DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Erased:
    """What became, or would become, of somebody: how many of each."""

    addresses: int
    memberships: int
    leads: Sequence[str]
    """Keys of teams that have no lead afterwards."""
    key_results: Sequence[str]
    """Labels of key results without a lead owner afterwards."""
    messages: int
    """What they did, as it came in."""
    check_ins: int
    """That stay, without the very words."""
    deliveries: int
    found: Sequence[tuple[str, int]] = ()
    """Where their name still stands, and how often: what others wrote."""


def people(session: Session, workspace_id: int) -> Sequence[m.Person]:
    """Everybody of a workspace, who is active first."""
    return session.exec(
        select(m.Person)
        .where(m.Person.workspace_id == workspace_id)
        .order_by(col(m.Person.active).desc(), col(m.Person.handle))
    ).all()


def person_by_handle(session: Session, workspace_id: int, handle: str) -> m.Person | None:
    """Who is meant by `@handle`."""
    return session.exec(
        select(m.Person).where(m.Person.workspace_id == workspace_id, m.Person.handle == handle.removeprefix("@"))
    ).first()


def would_erase(session: Session, person: m.Person) -> Erased:
    """What `erase` would do, told without changing anything."""

    def number_of(table: type[m.OwnedRow], column: Any) -> int:
        return session.exec(select(sa.func.count()).select_from(table).where(col(column) == person.id)).one()

    return Erased(
        number_of(m.Address, m.Address.person_id),
        number_of(m.Membership, m.Membership.person_id),
        _left_teams(session, person),
        [_label(session, row) for row, others in _owned(session, person) if not others],
        number_of(m.Inbox, m.Inbox.person_id),
        number_of(m.CheckIn, m.CheckIn.by_id),
        number_of(m.Delivery, m.Delivery.person_id),
        where_named(session, names_of(session, person), but=_goes(person)),
    )


def erase(session: Session, person: m.Person, now: datetime) -> Erased:
    """Take out who they were, and what they said in their very words; numbers, notes and states stay.

    Where others named them is not looked for here: that goes through everything, and nobody should wait for it.
    """
    addresses = session.exec(select(m.Address).where(m.Address.person_id == person.id)).all()
    names = names_of(session, person)
    team_ids = directory.teams_of(session, [person.id])
    labels = _without_owner(session, person, now)
    leads = _left_teams(session, person)
    _forget_chats(session, addresses)
    messages = _forget_messages(session, person)
    check_ins = session.exec(select(sa.func.count()).where(m.CheckIn.by_id == person.id)).one()
    session.execute(
        sa.update(m.CheckIn)
        .where(col(m.CheckIn.by_id) == person.id, col(m.CheckIn.raw_text).is_not(None))
        .values(raw_text="")
    )
    _forget_remarks(session, person)
    sent = _forget_deliveries(session, person, names)
    _forget_audit(session, person, names)
    memberships = _delete(session, m.Membership, col(m.Membership.person_id) == person.id)
    _delete(session, m.Away, col(m.Away.person_id) == person.id)
    session.execute(sa.update(m.Away).where(col(m.Away.delegate_id) == person.id).values(delegate_id=None))
    _delete(session, m.Address, col(m.Address.person_id) == person.id)
    _rename(session, person)
    session.add(m.AuditEvent(workspace_id=person.workspace_id, what=ERASED, at=now, after={"person": person.id}))
    session.flush()
    agendas.look_again(session, team_ids, now)
    _show_anew(session, person.workspace_id)
    return Erased(len(addresses), memberships, leads, labels, messages, check_ins, sent)


def names_of(session: Session, person: m.Person) -> list[str]:
    """What somebody is called, here and on platforms; nothing that can be told once they are erased."""
    addresses = session.exec(select(m.Address).where(m.Address.person_id == person.id))
    told = (person.handle, person.display_name, person.short_name, person.e_mail)
    names = {one for one in told if one} | {one.external_id for one in addresses}
    return sorted(names, key=len, reverse=True)


def _rename(session: Session, person: m.Person) -> None:
    workspace = session.get_one(m.Workspace, person.workspace_id)
    name = FORMER[workspace.default_lang]
    blank = m.Person(
        workspace_id=person.workspace_id, handle=f"former-{person.id}", display_name=name, short_name=name, active=False
    )
    for field, value in blank.model_dump(exclude={"id", "workspace_id", "created_at", "updated_at"}).items():
        setattr(person, field, value)
    session.add(person)


def _without_owner(session: Session, person: m.Person, now: datetime) -> list[str]:
    """Their key results go to nobody: each has a line in its history, and its team's lead is asked."""
    left: list[str] = []
    for row, others in _owned(session, person):
        owning.hand_over(session, row, others, None, now)
        if not others:
            left.append(_label(session, row))
    for table in (m.Objective, m.HealthMetric):
        session.execute(sa.update(table).where(col(table.owner_id) == person.id).values(owner_id=None))
    return left


def _owned(session: Session, person: m.Person) -> list[tuple[m.KeyResult, list[int]]]:
    """What they answer for, with who else does."""
    shared = select(m.CoOwner.kr_id).where(m.CoOwner.person_id == person.id)
    rows = session.exec(
        select(m.KeyResult)
        .where(or_(m.KeyResult.lead_owner_id == person.id, col(m.KeyResult.id).in_(shared)))
        .order_by(col(m.KeyResult.id))
    ).all()
    return [(row, [one for one in owning.owners_now(session, row) if one != person.id]) for row in rows]


def _label(session: Session, row: m.KeyResult) -> str:
    return f"{session.get_one(m.Team, row.team_id).key}-{row.number}"


def _left_teams(session: Session, person: m.Person) -> list[str]:
    led = (
        select(m.Team.key)
        .join(m.Membership, col(m.Membership.team_id) == col(m.Team.id))
        .where(m.Membership.person_id == person.id, m.Membership.role == m.TeamRole.LEAD)
    )
    return sorted(session.exec(led))


def _forget_chats(session: Session, addresses: Iterable[m.Address]) -> None:
    for one in addresses:
        session.execute(
            sa.delete(m.Chat).where(
                col(m.Chat.installation_id) == one.installation_id, col(m.Chat.person) == one.external_id
            )
        )


def _forget_messages(session: Session, person: m.Person) -> int:
    rows = session.exec(select(m.Inbox).where(m.Inbox.person_id == person.id)).all()
    for row in rows:
        whose = {"key": "", "channel": None, "locale": None, "timezone": None}
        row.body = {**without_words(row.body), **whose}
        row.key, row.message_id = f"erased:{row.id}", None
        row.errors = row.problem = None
        row.state = m.InboxState.DONE
        session.add(row)
    mine = col(m.Clarification.person_id) == person.id
    session.execute(sa.update(m.Clarification).where(mine).values(ask={FORGOTTEN: True}, note=None, answered=FORGOTTEN))
    session.execute(
        sa.update(m.Clarification)
        .where(mine, col(m.Clarification.closed_at).is_(None))
        .values(closed_at=col(m.Clarification.asked_at))
    )
    return len(rows)


def _forget_remarks(session: Session, person: m.Person) -> None:
    """That they commented, asked or sent something back stays; their words go."""
    session.execute(sa.update(m.Remark).where(col(m.Remark.by_id) == person.id).values(text=NO_WORDS))
    session.execute(sa.update(m.Approval).where(col(m.Approval.approver_id) == person.id).values(note=None))


def _forget_deliveries(session: Session, person: m.Person, names: Sequence[str]) -> int:
    """Theirs are not sent and not brought up to date any more, and what others were told loses their name."""
    mine = session.exec(select(m.Delivery).where(m.Delivery.person_id == person.id)).all()
    for row in mine:
        if row.state in _NOT_ENDED or row.kind in LASTING:
            row.state, row.reason = m.DeliveryState.SKIPPED, REASON
            row.fence += 1  # whoever sends it at this moment, or looks for it, writes nothing back
            row.lease_until = row.not_before = row.doubtful_since = None
        row.data = {**figures_of(without_said(row.data)), FORGOTTEN: True}
        row.address = row.message = row.message_id = None
        row.shown_rev = row.wanted_rev
        row.sweep_at = None
        session.add(row)
    session.flush()
    row_of = m.Delivery
    lasting = col(row_of.kind).in_(LASTING)
    of_others = (_of(person, row_of), col(row_of.state).in_(_SETTLED))
    for ids in _named(session, row_of, names, [col(row_of.data)], *of_others, ~lasting):
        forget_deliveries(session, ids)
    for ids in _named(session, row_of, names, [col(row_of.data)], *of_others, lasting):
        say_no_more(session, ids)
    return len(mine)


def _show_anew(session: Session, workspace_id: int) -> None:
    """What stands for good shows another name from now on; where it says so is not looked for: it is little."""
    row_of = m.Delivery
    stands = (col(row_of.state) == m.DeliveryState.SENT, col(row_of.kind).in_(LASTING))
    deliveries.want_newest(session, col(row_of.workspace_id) == workspace_id, *stands)


def _forget_audit(session: Session, person: m.Person, names: Sequence[str]) -> None:
    row_of = m.AuditEvent
    where = sa.or_(_of(person, row_of), col(row_of.workspace_id).is_(None))
    for ids in _named(session, row_of, names, [col(row_of.before), col(row_of.after)], where):
        nothing = {"before": sa.JSON.NULL, "after": sa.JSON.NULL}
        session.execute(sa.update(row_of).where(col(row_of.id).in_(ids)).values(nothing), execution_options=_PLAIN)


def _of(person: m.Person, table: type[m.Delivery | m.AuditEvent]) -> sa.ColumnElement[bool]:
    return col(table.workspace_id) == person.workspace_id


def _named(
    session: Session,
    table: type[m.Delivery | m.AuditEvent],
    names: Sequence[str],
    columns: Sequence[Any],
    *where: sa.ColumnElement[bool],
) -> Iterator[list[int]]:
    """The rows in whose columns any of the names stands, a page at a time: a workspace has years of them."""
    after = 0
    key = col(table.id)
    while page := session.execute(sa.select(key, *columns).where(*where, key > after).order_by(key).limit(PAGE)).all():
        after = page[-1][0]
        found = [number for number, *values in page if _names_any(values, names)]
        if found:
            yield found


def _names_any(value: object, names: Collection[str]) -> bool:
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in names), re.IGNORECASE)
    return pattern.search(str(value)) is not None


Goes = Mapping[str, sa.ColumnElement[bool]]
"""By column (`table.column`, or `table.*` for all of them): the rows in which nothing of it stays."""


def where_named(session: Session, names: Sequence[str], but: Goes | None = None) -> list[tuple[str, int]]:
    """Every column in which any of the names stands as a word, and in how many rows. It goes through everything."""
    but, found = but or {}, []
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.Integer | sa.Boolean | sa.Date | sa.DateTime | sa.Time | sa.Enum):
                continue
            place = f"{table.name}.{column.name}"
            text = sa.cast(column, sa.Text)
            alike = [sa.func.lower(text).contains(one.lower(), autoescape=True) for one in names]
            goes = [but[one] for one in (place, f"{table.name}.*") if one in but]
            stays = [sa.func.coalesce(one, sa.false()).is_(sa.false()) for one in goes]
            values = session.execute(sa.select(text).where(sa.or_(*alike), *stays)).scalars()
            number = sum(_names_any(one, names) for one in values)
            if number:
                found.append((place, number))
    return found


def _goes(person: m.Person) -> Goes:
    """What `erase` takes out."""
    chats = select(m.Address.external_id).where(m.Address.person_id == person.id)
    settled = sa.and_(_of(person, m.Delivery), col(m.Delivery.state).in_(_SETTLED))
    theirs = col(m.Delivery.person_id) == person.id
    audited = sa.or_(_of(person, m.AuditEvent), col(m.AuditEvent.workspace_id).is_(None))
    return {
        "person.*": col(m.Person.id) == person.id,
        "address.*": col(m.Address.person_id) == person.id,
        "chat.*": col(m.Chat.person).in_(chats),
        "inbox.*": col(m.Inbox.person_id) == person.id,
        "check_in.raw_text": col(m.CheckIn.by_id) == person.id,
        "clarification.*": col(m.Clarification.person_id) == person.id,
        "remark.text": col(m.Remark.by_id) == person.id,
        "approval.note": col(m.Approval.approver_id) == person.id,
        "delivery.data": sa.or_(theirs, settled),
        "delivery.address": theirs,
        "delivery.message": sa.or_(theirs, settled),
        "delivery.message_id": theirs,
        "audit_event.before": audited,
        "audit_event.after": audited,
    }


def _delete(session: Session, table: type[SQLModel], where: sa.ColumnElement[bool]) -> int:
    done: Any = session.execute(sa.delete(table).where(where))
    return int(done.rowcount)
