"""A channel, group chat or meeting of Teams as people name it: by its id or its link."""

import re
from urllib.parse import unquote, urlsplit

from bot.intake.places import PlaceNamed
from storage import models as m

_HOSTS = ("teams.microsoft.com", "teams.cloud.microsoft")
_PLACE = re.compile(r"19:[\w.@-]{1,200}?@(?:thread\.tacv2|thread\.v2|thread\.skype|unq\.gbl\.spaces)")
_TENANT = re.compile(r"(?:\btenantId=|\"[Tt]id\": ?\")([\w-]{1,64})")
"""In the link to a channel or message, and in that to a meeting."""


def named(text: str) -> PlaceNamed | None:
    """The channel or chat that an id or a link means; None for words that are neither."""
    if _PLACE.fullmatch(text) is not None:
        return PlaceNamed(m.Platform.TEAMS, text)
    try:
        link = urlsplit(text)
    except ValueError:  # `http://[`
        return None
    if link.scheme != "https" or link.hostname not in _HOSTS:
        return None
    found = _PLACE.search(unquote(link.path))
    if found is None:
        return None
    tenant = _TENANT.search(unquote(link.query))
    return PlaceNamed(m.Platform.TEAMS, found[0], "" if tenant is None else tenant[1])
