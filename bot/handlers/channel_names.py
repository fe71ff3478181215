"""A channel or group chat as people name it: by its id or its link, on whichever platform it is."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from storage import models as m

_SLACK = re.compile(r"(?:.*/(?:archives|client/\w+)/|<#)?([CG][A-Z0-9]{2,20})(?:[|/?>].*)?")
"""A channel's id, alone or in a link to it."""

_TEAMS_HOSTS = ("teams.microsoft.com", "teams.cloud.microsoft")
_TEAMS = re.compile(r"19:[\w.@-]{1,200}?@(?:thread\.tacv2|thread\.v2|thread\.skype|unq\.gbl\.spaces)")
_TENANT = re.compile(r"(?:\btenantId=|\"[Tt]id\": ?\")([\w-]{1,64})")
"""In the link to a channel or message, and in that to a meeting."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a link or an id means."""

    platform: m.Platform
    channel: str
    """The platform's id."""
    organisation: str = ""
    """The tenant that a link says it is in; empty where it does not say."""


def named(text: str) -> Named | None:
    """The channel that an id or a link means; None for words that are neither."""
    found = _SLACK.fullmatch(text)
    if found is not None:
        return Named(m.Platform.SLACK, found[1])
    if _TEAMS.fullmatch(text) is not None:
        return Named(m.Platform.TEAMS, text)
    return _linked(text)


def _linked(text: str) -> Named | None:
    try:
        link = urlsplit(text)
    except ValueError:  # `http://[`
        return None
    if link.scheme != "https" or link.hostname not in _TEAMS_HOSTS:
        return None
    found = _TEAMS.search(unquote(link.path))
    if found is None:
        return None
    tenant = _TENANT.search(unquote(link.query))
    return Named(m.Platform.TEAMS, found[0], "" if tenant is None else tenant[1])
