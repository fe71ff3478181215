"""Storing what many people did at the same moment, in as few statements as for one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from storage import models as m


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one person did, as it is to be stored. Installation and person are named as the platform names them."""

    platform: str
    installation: str
    person: str
    key: str
    body: Mapping[str, Any]
    at: datetime
    message_id: str | None
    from_there: bool
    """Whether they spoke with Okra where they are written to, so that they can be."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands in the inbox now."""

    inbox_id: int
    lang: str
    """The person's own language."""


@dataclass(frozen=True, slots=True)
class _Whose:
    """A person who is active, on an installation that is."""

    address_id: int
    person_id: int
    lang: str
    installation_id: int
    workspace_id: int


def store_all(session: Session, arrivals: Sequence[Arrival], now: datetime) -> list[Stored | None]:
    """Store each, in this order. None where there is more to it, and nothing was stored.

    Somebody is unknown or left, it came before, or another transaction holds the address at this moment; nobody waits
    for that. Each address is written, so that on PostgreSQL whoever deletes one meanwhile hears of it and begins anew.
    """
    whose = _people(session, arrivals)
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for one, person in zip(arrivals, whose, strict=True):
        if person is not None:
            rows.setdefault((person.installation_id, one.key), _row(one, person, now))
    ids = _insert(session, rows.values()) if rows else {}
    stored: list[Stored | None] = []
    heard: dict[bool, set[int]] = {True: set(), False: set()}
    for one, person in zip(arrivals, whose, strict=True):
        inbox_id = None if person is None else ids.pop((person.installation_id, one.key), None)
        if person is None or inbox_id is None:
            stored.append(None)
        else:
            stored.append(Stored(inbox_id, person.lang))
            heard[one.from_there].add(person.address_id)
    _heard(session, heard[True], updated_at=now, last_answer_at=now, reachable=True)
    _heard(session, heard[False] - heard[True], updated_at=now)
    return stored


def _people(session: Session, arrivals: Sequence[Arrival]) -> list[_Whose | None]:
    place = attrgetter("platform", "installation")
    found: dict[tuple[str, str, str], _Whose] = {}
    for (platform, installation), group in groupby(sorted(arrivals, key=place), key=place):
        named = {one.person for one in group}
        found |= {(platform, installation, name): one for name, one in _on(session, platform, installation, named)}
    return [found.get((one.platform, one.installation, one.person)) for one in arrivals]


def _on(session: Session, platform: str, installation: str, named: set[str]) -> Iterator[tuple[str, _Whose]]:
    address, person, place = col(m.Address.id), col(m.Person.id), col(m.Installation.id)
    rows = session.execute(
        sa.select(
            col(m.Address.external_id), address, person, col(m.Person.lang), place, col(m.Installation.workspace_id)
        )
        .join(m.Person, person == col(m.Address.person_id))
        .join(m.Installation, place == col(m.Address.installation_id))
        .where(
            col(m.Installation.platform) == platform,
            col(m.Installation.external_id) == installation,
            col(m.Installation.state) == m.InstallationState.ACTIVE,
            col(m.Address.external_id).in_(named),
            col(m.Person.active).is_(True),
        )
        .with_for_update(of=m.Address, skip_locked=True)
    )
    for name, address_id, person_id, lang, installation_id, workspace_id in rows:
        yield name, _Whose(address_id, person_id, lang, installation_id, workspace_id)


def _row(one: Arrival, whose: _Whose, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": whose.workspace_id,
        "installation_id": whose.installation_id,
        "key": one.key,
        "person_id": whose.person_id,
        "body": dict(one.body),
        "at": one.at,
        "message_id": one.message_id,
        "state": m.InboxState.RECEIVED,
        "created_at": now,
        "updated_at": now,
    }


def _insert(session: Session, rows: Iterable[Mapping[str, Any]]) -> dict[tuple[int, str], int]:
    """The numbers of those that were not there yet, by installation and key."""
    table = m.Inbox.__table__  # type: ignore[attr-defined]  # the table behind the model
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = (
        insert(table)
        .on_conflict_do_nothing(index_elements=["installation_id", "key"])
        .returning(table.c.id, table.c.installation_id, table.c.key)
    )
    written = session.connection().execute(statement, [dict(row) for row in rows])
    return {(installation_id, key): inbox_id for inbox_id, installation_id, key in written}


def _heard(session: Session, address_ids: set[int], **values: Any) -> None:
    if address_ids:
        statement = sa.update(m.Address).where(col(m.Address.id).in_(address_ids)).values(values)
        session.execute(statement, execution_options={"synchronize_session": False})
