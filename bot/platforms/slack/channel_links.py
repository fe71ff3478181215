"""A channel of Slack as people name it: by its id, its link or a mention."""

import re

from bot.intake.places import PlaceNamed
from storage import models as m

_CHANNEL = re.compile(r"(?:.*/(?:archives|client/\w+)/|<#)?([CG][A-Z0-9]{2,20})(?:[|/?>].*)?")
"""A channel's id, alone or in a link to it."""


def named(text: str) -> PlaceNamed | None:
    """The channel that an id or a link means; None for words that are neither."""
    found = _CHANNEL.fullmatch(text)
    return None if found is None else PlaceNamed(m.Platform.SLACK, found[1])
