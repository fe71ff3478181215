"""What somebody is about to save, kept under a button's token: a line of the outbox that is never sent."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from bot.okr.draft_data import as_data, from_data
from storage import deliveries
from storage import models as m
from storage.drafts import draft_of
from storage.forgetting import FORGOTTEN
from storage.outcomes import WAITS

KIND = "being_written"


def keep(session: Session, person: m.Person, inbox: m.Inbox, data: Mapping[str, Any], part: str = "") -> m.Delivery:
    """Keep what was read from this message; read once more it is the same row, as it stands by then."""
    subject, period = f"person:{person.id}{part}", f"by:{inbox.id}"
    deliveries.plan_delivery(
        session,
        workspace_id=person.workspace_id,
        kind=KIND,
        subject=subject,
        period=period,
        due_at=inbox.at,
        now=inbox.at,
        person_id=person.id,
        data=data,
        skipped=WAITS,
    )
    row = deliveries.delivery_of(session, KIND, subject, period)
    if row is None:
        raise LookupError("what was just kept is not there")
    return row


def held(session: Session, token: str) -> m.Delivery | None:
    """What a button stands for, held until the transaction ends; None where its words are forgotten by now."""
    row = session.exec(
        select(m.Delivery)
        .where(m.Delivery.token == token, m.Delivery.kind == KIND)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    return None if row is None or FORGOTTEN in row.data else row


def as_saved(session: Session, row: m.KeyResult) -> dict[str, Any]:
    """A draft as it stands when it is saved: it is taken back only while it still stands so."""
    session.refresh(row)
    return as_data(draft_of(session, row))


def is_as_saved(session: Session, row: m.KeyResult, kept: Mapping[str, Any] | None) -> bool:
    """True while nobody has changed it since; what an older version saved kept nothing to compare with."""
    return kept is None or from_data(kept) == draft_of(session, row)


def put(session: Session, row: m.Delivery, **values: Any) -> None:
    """Change what is kept."""
    row.data = {**row.data, **values}
    session.add(row)
    session.flush()
