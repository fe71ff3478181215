"""`Places` over our own tables."""

from sqlmodel import Session

from bot.delivery.port import Address
from bot.platforms.teams.places import Roster, Tenant
from storage import chats, directory, installations
from storage import models as m
from storage.session import Database


class StoredPlaces:
    """Reads what news of chats wrote down."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def chat_of(self, tenant: str, person: str) -> Address | None:
        """The personal chat of somebody who has one."""
        return await self._db.read(_chat_of, tenant, person)

    async def tenant(self, installation_id: int) -> Tenant | None:
        """The tenant of an installation, as the newest activity told it."""
        return await self._db.read(_tenant, installation_id)

    async def name_of(self, installation_id: int, conversation: str) -> str:
        """What a channel or group chat is called, as far as Teams told; a channel with its team."""
        return await self._db.read(directory.told_name_of_channel, installation_id, conversation)

    async def team_of(self, installation_id: int, conversation: str) -> str:
        """The team that a channel is in; a group chat is its own."""
        return await self._db.read(_team_of, installation_id, conversation)

    async def rosters(self, installation_id: int) -> list[Roster]:
        """Every team and group chat that Okra is in."""
        return await self._db.read(_rosters, installation_id)


def _chat_of(session: Session, tenant: str, person: str) -> Address | None:
    place = installations.installation(session, m.Platform.TEAMS, tenant)
    row = None if place is None else chats.personal(session, place.id, person)
    if place is None or row is None:
        return None
    return Address(place.id, person, is_person=True, ref=row.ref)


def _tenant(session: Session, installation_id: int) -> Tenant | None:
    row = chats.newest(session, installation_id)
    if row is None:
        return None
    return Tenant(row.ref["tenant_id"], row.ref["service_url"], row.ref["bot_id"])


def _team_of(session: Session, installation_id: int, conversation: str) -> str:
    row = chats.chat(session, installation_id, conversation)
    return "" if row is None else row.parent or ("" if row.kind is m.ChatKind.CHANNEL else conversation)


def _rosters(session: Session, installation_id: int) -> list[Roster]:
    rows = chats.with_rosters(session, installation_id)
    return [
        Roster(row.external_id, row.ref, (row.parent or row.external_id) if row.kind is m.ChatKind.CHANNEL else "")
        for row in rows
    ]
