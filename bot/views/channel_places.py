"""The places that a team's boards may go to, as its settings form offers them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from storage import chats, directory
from storage import models as m
from storage.platforms import TRAITS, of_platforms

STAYS = "stay"
"""The choice to leave it as it is."""


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One entry of the choice."""

    value: str
    """What the form brings back."""
    name: str
    """What it calls itself; empty where the platform never told."""
    is_channel: bool
    is_here: bool = False
    """The form was asked for in it."""
    on: str = ""
    """The platform, where there are several to choose from."""


def place_fields(session: Session, team: m.Team, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the form: `asked` holds the channel that it was asked for in (`here`, `on` which installation)."""
    places = directory.places_for_channels(session, team)
    if not places:
        return {"has_channels": False}
    now = str((team.channel_ref or {}).get("channel", ""))
    traits = of_platforms(one.platform for one in places)
    lines, chosen, has_more = _lines(session, team, places, asked, now)
    known = any(one.value == chosen for one in lines)
    return {
        "has_channels": True,
        "has_shared": any(one.is_shared for one in traits),
        "has_guests": any(one.has_guests for one in traits),
        "places": lines,
        "has_more": has_more,
        "place": chosen if known else STAYS,
        "stays": not known or not now,
        "place_now": "" if known else now,
        "channel": "" if known and now else now,
    }


def _lines(
    session: Session, team: m.Team, places: Sequence[m.Installation], asked: Mapping[str, Any], now: str
) -> tuple[list[PlaceLine], str, bool]:
    """The channels, the one asked in first; which is chosen: what holds now, else the one asked in; and if more exist.

    Of group chats only these two: who leads a team is not thereby told what others meet about.
    """
    on, channel = asked.get("on", 0), asked.get("here", "")
    here, used = (on, channel), (team.installation_id or 0, now)
    shown = {one.id: TRAITS[one.platform].short_name if len(places) > 1 else "" for one in places}
    chats_there, has_more = directory.chats_to_choose(session, team, places, (here, used))
    found = {
        (one.installation_id, one.external_id): PlaceLine(
            value=directory.mark_of_chat(one),
            name=directory.name_of_chat(one),
            is_channel=one.kind is m.ChatKind.CHANNEL,
            on=shown[one.installation_id],
        )
        for one in chats_there
    }
    if here in found:
        found[here] = replace(found[here], is_here=True)
    elif on in shown and chats.chat(session, on, channel) is None and here != used:
        found[here] = PlaceLine(channel, "", is_channel=True, is_here=True, on=shown[on])
    chosen = found.get(used if now else here)
    lines = sorted(found.values(), key=lambda one: (not one.is_here, one.name.casefold()))
    return lines, "" if chosen is None else chosen.value, has_more
