"""Where a team's boards go, as its settings form has it: a channel, and whether another company may read them there."""

from dataclasses import dataclass

from bot.delivery.channels import send_after_all
from bot.delivery.port import OF_ITS_READERS, Why
from bot.handlers.form_values import Fields
from bot.handlers.saying import N_
from bot.intake.conversation import Turn
from bot.intake.inbound import Place as Spoken
from bot.views.channel_places import STAYS
from storage import boards, chats, directory, settings
from storage import models as m

LONGEST_LINK = 1000
UNREAD = N_("I cannot read that channel; copy its link from the channel's menu.")
ELSEWHERE = N_("That channel is in another organisation than this one, so no board of yours goes there.")
NOT_MET = N_(
    "I was never in that channel or chat. Add the app Okra to its team or chat, if it is not there yet; then write "
    "@Okra settings in it."
)

_OF_THE_CHANNEL = (Why.NOT_MEMBER, Why.ARCHIVED, Why.GONE, *OF_ITS_READERS)
"""Refusals that are over with another channel."""


@dataclass(frozen=True, slots=True)
class Place:
    """What was chosen. No channel: the one there is, or none, stays."""

    installation_id: int
    channel: str
    shared_allowed: bool


def here(turn: Turn) -> dict[str, object]:
    """The channel that one is asked in, as the form wants it; of a personal chat, nothing."""
    if turn.inbound.place is not Spoken.CHANNEL:
        return {}
    return {"here": turn.inbound.channel, "on": turn.inbox.installation_id}


def is_new_place(turn: Turn) -> bool:
    """Whether it was said in a channel or group chat that Okra was let into and that is no team's place yet."""
    if turn.inbound.place is not Spoken.CHANNEL:
        return False
    on, channel = turn.inbox.installation_id, turn.inbound.channel
    if chats.chat(turn.session, on, channel) is None:
        return False
    return not directory.teams_with_channel(turn.session, on, channel)


def read(turn: Turn, fields: Fields, team: m.Team) -> Place | None:
    """What the form says of the channel; None where it does not show that part."""
    places = directory.places_for_channels(turn.session, team)
    if not places:
        return None
    now = str((team.channel_ref or {}).get("channel", ""))
    shared = bool(fields.ticked("shared"))
    typed, picked = fields.text("channel", LONGEST_LINK), fields.text("place", LONGEST_LINK)
    if typed and typed != now:
        return _named(turn, fields, "channel", typed, places, shared)
    if picked and picked != STAYS:
        chat = directory.chat_by_mark(turn.session, places, picked)
        if chat is not None:
            return Place(chat.installation_id, chat.external_id, shared)
        return _named(turn, fields, "place", picked, places, shared)
    return Place(team.installation_id or places[0].id, "", shared)


def _named(
    turn: Turn, fields: Fields, field: str, text: str, places: list[m.Installation], shared: bool
) -> Place | None:
    """The channel of that link or id, if it is in this workspace and Okra can be there; else the sentence why not."""
    found = turn.place_named(text)
    place = next((one for one in places if found is not None and one.platform is found.platform), None)
    if found is None or place is None:
        fields.problem(field, UNREAD)
        return None
    if found.organisation and found.organisation.lower() != place.external_id.lower():
        fields.problem(field, ELSEWHERE)
        return None
    chat = chats.chat(turn.session, place.id, found.channel)
    is_in = chat is not None and chat.left_at is None and chat.kind is not m.ChatKind.PERSONAL
    if not is_in and directory.is_let_in(turn.session, place.id):
        fields.problem(field, NOT_MET)
        return None
    return Place(place.id, found.channel, shared)


def choose(turn: Turn, team: m.Team, place: Place | None) -> None:
    """Let the boards go there from now on; one that was refused just now goes out after all, if that was the reason."""
    if place is None:
        return
    before = team.channel_ref or {}
    channel = place.channel or before.get("channel")
    if channel is None:
        return
    is_same = (team.installation_id, before.get("channel")) == (place.installation_id, channel)
    kept = {name: value for name, value in before.items() if is_same and name != "shared"}
    shared = {"shared": settings.SHARED_ALLOWED} if place.shared_allowed else {}
    team.channel_ref = {**kept, "channel": channel, **shared}
    team.installation_id = place.installation_id
    turn.session.add(team)
    turn.session.flush()
    if is_same and not place.shared_allowed:
        return
    over = OF_ITS_READERS if is_same else _OF_THE_CHANNEL
    send_after_all(turn.session, boards.refused(turn.session, [team.id], turn.now), over, turn.now)
