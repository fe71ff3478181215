"""`conversations.*` and `pins.*`."""

from tests.fakes.slack.chat import shown
from tests.fakes.slack.state import Ask, dm_of
from tests.fakes.slack.values import Channel, Json, Message, Refusal

FEW = 15
"""The most that apps outside the Marketplace read of a history at once."""


def info(ask: Ask) -> Json:
    """conversations.info"""
    return {"channel": ask.workspace.channel(ask.text("channel")).shown()}


def open_dm(ask: Ask) -> Json:
    """conversations.open"""
    user = ask.workspace.people.get(ask.text("users"))
    if user is None:
        raise Refusal("user_not_found")
    if user.get("deleted"):
        raise Refusal("user_disabled")
    if user.get("is_bot"):
        raise Refusal("cannot_dm_bot")
    return {"channel": {"id": dm_of(user["id"])}}


def history(ask: Ask) -> Json:
    """conversations.history and conversations.replies"""
    channel = _readable(ask)
    if not ask.state.marketplace:
        ask.arguments["limit"] = min(ask.number("limit", FEW), FEW)
    thread = ask.text("ts")
    if thread and ask.workspace.message(channel.id, thread) is None:
        raise Refusal("thread_not_found")
    oldest, latest = float(ask.text("oldest") or 0), float(ask.text("latest") or "inf")
    said = [each for each in ask.workspace.history.get(channel.id, []) if each.only_for is None]
    said = said if thread else said[::-1]
    found = [
        shown(ask.workspace, message, with_metadata=ask.flag("include_all_metadata"))
        for message in said
        if oldest < float(message.ts) < latest and _stands_in(message, thread)
    ]
    page = ask.page("messages", found)
    return {**page, "has_more": bool(page["response_metadata"]["next_cursor"])}


def members(ask: Ask) -> Json:
    """conversations.members"""
    channel = ask.workspace.channel(ask.text("channel"))
    there = [channel.user] if channel.user is not None else list(channel.members)
    if channel.is_member:
        there.append(ask.workspace.bot_user)
    return ask.page("members", there)


def every(ask: Ask) -> Json:
    """conversations.list"""
    return ask.page("channels", [each.shown() for each in _listed(ask)])


def own(ask: Ask) -> Json:
    """users.conversations"""
    return ask.page("channels", [each.shown() for each in _listed(ask) if each.is_member])


def pin(ask: Ask) -> Json:
    """pins.add"""
    channel, ts = _pinnable(ask)
    if ts in channel.pins:
        raise Refusal("already_pinned")
    channel.pins.append(ts)
    return {}


def unpin(ask: Ask) -> Json:
    """pins.remove"""
    channel, ts = _pinnable(ask)
    if ts not in channel.pins:
        raise Refusal("no_pin")
    channel.pins.remove(ts)
    return {}


def pins(ask: Ask) -> Json:
    """pins.list"""
    channel = _readable(ask)
    found = [ask.workspace.message(channel.id, ts) for ts in channel.pins]
    return {
        "items": [
            {"type": "message", "channel": channel.id, "message": shown(ask.workspace, each, with_metadata=False)}
            for each in found
            if each is not None
        ]
    }


def _readable(ask: Ask) -> Channel:
    channel = ask.workspace.channel(ask.text("channel"))
    if not channel.is_member:
        raise Refusal("not_in_channel")
    return channel


def _pinnable(ask: Ask) -> tuple[Channel, str]:
    channel = _readable(ask)
    if channel.is_archived:
        raise Refusal("is_archived")
    if ask.workspace.message(channel.id, ask.text("timestamp")) is None:
        raise Refusal("message_not_found")
    return channel, ask.text("timestamp")


def _listed(ask: Ask) -> list[Channel]:
    kinds = (ask.text("types") or "public_channel").split(",")
    private = {"public_channel": False, "private_channel": True}
    wanted = {private[kind] for kind in kinds if kind in private}
    return [
        each
        for each in ask.workspace.channels.values()
        if each.is_private in wanted
        and (each.is_member or not each.is_private)
        and not (ask.flag("exclude_archived") and each.is_archived)
    ]


def _stands_in(message: Message, thread: str) -> bool:
    """A thread is its parent and its replies; a channel's history leaves the replies out."""
    if thread:
        return thread in (message.ts, message.thread_ts)
    return message.thread_ts in (None, message.ts)


METHODS = {
    "conversations.info": info,
    "conversations.open": open_dm,
    "conversations.history": history,
    "conversations.replies": history,
    "conversations.members": members,
    "conversations.list": every,
    "users.conversations": own,
    "pins.add": pin,
    "pins.remove": unpin,
    "pins.list": pins,
}
