"""Where a team's boards go, as its settings form has it: a channel, and whether another company may read them there."""

import re
from dataclasses import dataclass

from bot.delivery.channels import send_after_all
from bot.delivery.port import Why
from bot.handlers.form_values import Fields
from bot.handlers.saying import N_
from bot.intake.conversation import Turn
from storage import boards, directory, settings
from storage import models as m

_CHANNEL = re.compile(r"(?:.*/(?:archives|client/\w+)/|<#)?([CG][A-Z0-9]{2,20})(?:[|/?>].*)?")
"""A channel's id, alone or in a link to it."""

_OF_ITS_READERS = (Why.SHARED, Why.UNSEEN)
"""Refusals that are over once the team allows whoever reads there."""
_OF_THE_CHANNEL = (Why.NOT_MEMBER, Why.ARCHIVED, Why.GONE, *_OF_ITS_READERS)
"""Refusals that are over with another channel."""


@dataclass(frozen=True, slots=True)
class Place:
    """What was chosen. No channel: the one there is, or none, stays."""

    installation_id: int
    channel: str
    shared_allowed: bool


def read(turn: Turn, fields: Fields, team: m.Team) -> Place | None:
    """What the form says of the channel; None where it does not show that part."""
    installation = directory.place_for_channel(turn.session, team)
    if installation is None:
        return None
    typed = fields.text("channel", 200)
    found = _CHANNEL.fullmatch(typed)
    if typed and found is None:
        fields.problem("channel", N_("I cannot read that channel; copy its link from the channel's menu."))
    return Place(installation.id, "" if found is None else found[1], bool(fields.ticked("shared")))


def choose(turn: Turn, team: m.Team, place: Place | None) -> None:
    """Let the boards go there from now on; one that was refused just now goes out after all, if that was the reason."""
    if place is None:
        return
    before = team.channel_ref or {}
    channel = place.channel or before.get("channel")
    if channel is None:
        return
    is_same = before.get("channel") == channel
    kept = {name: value for name, value in before.items() if is_same and name != "shared"}
    shared = {"shared": settings.SHARED_ALLOWED} if place.shared_allowed else {}
    team.channel_ref = {**kept, "channel": channel, **shared}
    team.installation_id = place.installation_id
    turn.session.add(team)
    turn.session.flush()
    if is_same and not place.shared_allowed:
        return
    over = _OF_ITS_READERS if is_same else _OF_THE_CHANNEL
    send_after_all(turn.session, boards.refused(turn.session, [team.id], turn.now), over, turn.now)
