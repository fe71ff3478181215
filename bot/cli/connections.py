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


def teams_connection(settings: Settings) -> Connection:
    """The tenant of the settings."""
    tenant = (settings.teams_tenant_id or "").lower()
    return Connection(m.Platform.TEAMS, tenant, f"the tenant {tenant}", settings.teams_app_id)
