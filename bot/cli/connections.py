"""A place on a platform that the settings give us the keys to."""

from dataclasses import dataclass

from storage import models as m


@dataclass(frozen=True, slots=True)
class Connection:
    """What must be written down before anything goes out there."""

    platform: m.Platform
    external_id: str
    name: str
    bot_id: str | None = None
