"""A place on a platform that the settings give us the keys to."""

from dataclasses import dataclass

from bot.settings import Settings
from storage import models as m


@dataclass(frozen=True, slots=True)
class Connection:
    """What must be written down before anything goes out there."""

    platform: m.Platform
    external_id: str
    name: str
    bot_id: str | None = None


def teams_connections(settings: Settings) -> tuple[Connection, ...]:
    """The tenants of the settings; all of them belong to the one workspace."""
    return tuple(
        Connection(m.Platform.TEAMS, tenant, f"the tenant {tenant}", settings.teams_app_id)
        for tenant in settings.teams_tenants
    )
