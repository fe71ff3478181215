"""Where Okra can write in Teams: conversations it was let into, since Teams gives no other way to anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.delivery.port import Address

CHANNEL_TYPE = "channel_type"
"""In an address's `ref`: what kind of channel it is, where it is not an ordinary one."""
SHARED_CHANNEL = "shared"
"""A channel that other teams, of this company or another one, have too."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """An installation in Teams' own terms, as the newest authentic activity told them."""

    id: str
    service_url: str
    """Where Teams' connector is for this tenant."""
    bot_id: str
    """Okra's own id in conversations (`28:` and the app id)."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A team or group chat that Okra is in, whose members can be read."""

    conversation: str
    ref: Mapping[str, str] = field(default_factory=dict)
    team: str = ""
    """The team's id; a group chat has none."""


class Places(Protocol):
    """What is known of them; the rows are storage's (`StoredPlaces`)."""

    async def chat_of(self, tenant: str, person: str) -> Address | None:
        """The personal chat of somebody who has one, whoever they are; None if Okra never met them or was removed."""
        ...

    async def tenant(self, installation_id: int) -> Tenant | None:
        """The tenant of an installation; None while no activity came from there yet."""
        ...

    async def name_of(self, installation_id: int, conversation: str) -> str:
        """What a channel or group chat is called, as far as Teams told; empty where it did not."""
        ...

    async def team_of(self, installation_id: int, conversation: str) -> str:
        """The team that a channel is in; a group chat is its own. Empty where nobody told."""
        ...

    async def rosters(self, installation_id: int) -> list[Roster]:
        """Every team and group chat that Okra is in."""
        ...
