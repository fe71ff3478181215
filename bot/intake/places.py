"""A channel or group chat as people name it. How its ids and links look is each platform's own business."""

from collections.abc import Callable
from dataclasses import dataclass

from storage import models as m


@dataclass(frozen=True, slots=True)
class PlaceNamed:
    """What a link or an id means."""

    platform: m.Platform
    channel: str
    """The platform's id."""
    organisation: str = ""
    """The workspace or tenant that a link says it is in; empty where it does not say."""


NamesPlace = Callable[[str], PlaceNamed | None]
"""Reads an id or a link; None for words that are neither."""


def names_nothing(_text: str) -> PlaceNamed | None:
    """Where there is no platform whose places could be named."""
    return None
