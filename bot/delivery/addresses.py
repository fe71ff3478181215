"""Where a message goes, what sending taught about an address, and both as plain data that storage can keep."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.delivery.port import Address, MessageRef
from storage import chats, ways
from storage import models as m


def where_to(session: Session, row: m.Delivery) -> Address | None:
    """The team's channel, or the address its person answered from last; None if there is no way now.

    A message that belongs to another (`thread_of` in its data: that one's key) goes into the thread of it.
    """
    if row.team_id is None:
        return _person_at(session, row)
    address = _channel_of(session, row.team_id)
    return None if address is None else _in_thread(session, address, row.data.get("thread_of"))


def _channel_of(session: Session, team_id: int) -> Address | None:
    team = session.get_one(m.Team, team_id)
    if not team.channel_ref or team.installation_id is None:
        return None
    if session.get_one(m.Installation, team.installation_id).state is not m.InstallationState.ACTIVE:
        return None
    channel = str(team.channel_ref["channel"])
    kept = {key: str(value) for key, value in team.channel_ref.items()}
    met = chats.chat(session, team.installation_id, channel)
    ref = kept if met is None else {**kept, **met.ref}  # whichever came first, the channel's name or Okra in it
    return Address(installation_id=team.installation_id, external_id=channel, is_person=False, ref=ref)


def _in_thread(session: Session, address: Address, root_id: int | None) -> Address:
    """The thread under a message that stands in this very channel; the channel itself where there is none."""
    root = None if root_id is None else session.get(m.Delivery, root_id)
    if root is None or root.message is None or root.address is None:
        return address
    stands_at = address_from(root.address)
    here = (address.installation_id, address.external_id)
    if (stands_at.installation_id, stands_at.external_id) != here:
        return address
    return replace(address, ref={**address.ref, "thread": ref_from(root.message).message_id})


def _person_at(session: Session, row: m.Delivery) -> Address | None:
    if row.person_id is None:
        return None
    found = session.execute(ways.best_address(row.person_id)).scalars().first()
    if found is None:
        return None
    return Address(found.installation_id, found.external_id, is_person=True, ref=found.dm_ref)


def page_at(session: Session, row: m.Delivery) -> Address | None:
    """Whose page this is: one address of one installation, never another; None if it is somebody else's by now."""
    found = session.get(m.Address, int(row.data["address"]))
    if found is None or found.person_id != row.person_id:
        return None
    return Address(found.installation_id, found.external_id, is_person=True)


def has_another(session: Session, row: m.Delivery, than: Address) -> bool:
    """Whether its person can be written to somewhere else."""
    if row.person_id is None:
        return False
    others = ways.best_address(row.person_id).where(
        (col(m.Address.installation_id) != than.installation_id) | (col(m.Address.external_id) != than.external_id)
    )
    return session.execute(others).scalars().first() is not None


def mark_unreachable(session: Session, address: Address, now: datetime, since: datetime | None) -> None:
    """Do not write there again until the person is heard from there; of a channel, until Okra is let in again.

    Somebody who was heard from there after `since`, when the refused message was taken, has ended the reason for it.
    """
    if not address.is_person:
        row = chats.chat(session, address.installation_id, address.external_id)
        if row is not None:
            chats.leave(session, [row], now)
        return
    stored = _stored(session, address)
    if stored is None:
        return
    heard = stored.last_answer_at
    if heard is None or since is None or heard <= since:
        stored.reachable = False
        session.add(stored)


def remember_channel(session: Session, address: Address, ref: MessageRef) -> None:
    """Keep the DM's own id that the platform told: the next message needs not ask for it."""
    stored = _stored(session, address)
    if stored is not None and stored.dm_ref.get("channel") != ref.channel:
        stored.dm_ref = {**stored.dm_ref, "channel": ref.channel}
        session.add(stored)


def _stored(session: Session, address: Address) -> m.Address | None:
    if not address.is_person:
        return None
    return session.exec(
        select(m.Address).where(
            m.Address.installation_id == address.installation_id, m.Address.external_id == address.external_id
        )
    ).first()


def plain_address(address: Address) -> dict[str, Any]:
    """An `Address` as JSON."""
    return {
        "installation_id": address.installation_id,
        "external_id": address.external_id,
        "is_person": address.is_person,
        "ref": dict(address.ref),
    }


def address_from(data: Mapping[str, Any]) -> Address:
    """The `Address` that `plain_address` wrote."""
    return Address(**data)


def plain_ref(ref: MessageRef) -> dict[str, Any]:
    """A `MessageRef` as JSON."""
    return {
        "installation_id": ref.installation_id,
        "channel": ref.channel,
        "message_id": ref.message_id,
        "ref": dict(ref.ref),
    }


def ref_from(data: Mapping[str, Any]) -> MessageRef:
    """The `MessageRef` that `plain_ref` wrote."""
    return MessageRef(**data)
