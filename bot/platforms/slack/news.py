"""What Slack tells about its people and channels, read into `News`; None where it is nothing to us."""

from collections.abc import Mapping
from typing import Any

from bot.delivery.news import News

EVENTS: tuple[str, ...] = ()
"""The events that are read here; the manifest subscribes to them."""


def from_event(_body: Mapping[str, Any], _installation: str) -> News | None:
    """The news of an event, if it is one of `EVENTS` and says something new."""
    return None
