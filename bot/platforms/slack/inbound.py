"""What Slack sends, read into `Inbound`; None where it is nothing that a person said to us."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.intake.inbound import Command, Inbound, Place, Pressed, Typed
from bot.platforms.edge import heard_at
from bot.platforms.slack.blocks import parse_action
from bot.platforms.slack.views import parse_view

PLATFORM = "slack"

Payload = Mapping[str, Any]

_SPOKEN_SUBTYPES = frozenset({None, "file_share", "me_message", "thread_broadcast"})
"""Every other subtype is an edit, a deletion, a join, a bot, ... (Slack: message events)."""


def from_command(body: Payload, installation: str, now: datetime) -> Inbound:
    """A slash command. It has no id of its own; its trigger is used once, so it serves as one."""
    channel = body["channel_id"]
    return Inbound(
        platform=PLATFORM,
        installation=installation,
        key=f"command:{body['trigger_id']}",
        person=body["user_id"],
        place=Place.DM if channel.startswith("D") else Place.CHANNEL,
        channel=channel,
        at=now,
        what=Command(body.get("text", "").strip()),
        trigger=body["trigger_id"],
    )


def from_message(body: Payload, installation: str, now: datetime) -> Inbound | None:
    """A message in our DM; bots (ourselves too), edits, deletions and empty ones are nothing."""
    event = body["event"]
    text = event.get("text", "").strip()
    if event.get("channel_type") != "im" or not _is_a_person_speaking(event) or not text:
        return None
    return Inbound(
        platform=PLATFORM,
        installation=installation,
        key=f"event:{body['event_id']}",
        person=event["user"],
        place=Place.DM,
        channel=event["channel"],
        at=heard_at(_instant(event["ts"]), now),
        what=Typed(_without_us(text, body), reply_to=_parent(event)),
    )


def from_mention(body: Payload, installation: str, now: datetime) -> Inbound | None:
    """`@Okra board` in a channel means what `/okr board` means (spec/06 §11.5)."""
    event = body["event"]
    if not _is_a_person_speaking(event):
        return None
    return Inbound(
        platform=PLATFORM,
        installation=installation,
        key=f"event:{body['event_id']}",
        person=event["user"],
        place=Place.CHANNEL,
        channel=event["channel"],
        at=heard_at(_instant(event["ts"]), now),
        what=Command(_without_us(event.get("text", ""), body)),
    )


def from_press(body: Payload, installation: str, now: datetime) -> Inbound | None:
    """A button or menu entry. A link button is followed by the client and means nothing more."""
    pressed = body["actions"][0]
    value = pressed.get("value") or (pressed.get("selected_option") or {}).get("value") or ""
    if "url" in pressed:
        return None
    action, value = parse_action(pressed["action_id"], value)
    container = body.get("container") or {}
    in_view = container.get("type") == "view"
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    stands_on = container.get("view_id" if in_view else "message_ts")
    person = body["user"]["id"]
    place = Place.FORM if in_view else (Place.DM if channel.startswith("D") else Place.CHANNEL)
    return Inbound(
        platform=PLATFORM,
        installation=installation,
        key=f"press:{person}:{channel}:{stands_on}:{pressed['action_ts']}",
        person=person,
        place=place,
        channel=channel,
        at=heard_at(_instant(pressed["action_ts"]), now),
        what=Pressed(action, value, None if in_view else stands_on),
        trigger=body.get("trigger_id"),
    )


def from_opened_home(_body: Payload, _installation: str, _now: datetime) -> Inbound | None:
    """Somebody opened the Home tab."""
    return None


def from_shortcut(_body: Payload, _installation: str, _now: datetime) -> Inbound | None:
    """Somebody picked a message for something."""
    return None


def from_submission(body: Payload, installation: str, now: datetime) -> Inbound:
    """A modal that was sent.

    Its key holds the values besides view id and hash: answering with errors leaves the hash as it was, and the same
    form with corrected values is a new submission, not the old one again.
    """
    view = body["view"]
    sent = parse_view(view)
    told = json.dumps(dict(sent.values), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(told.encode()).hexdigest()[:20]
    return Inbound(
        platform=PLATFORM,
        installation=installation,
        key=f"form:{view['id']}:{view.get('hash', '')}:{digest}",
        person=body["user"]["id"],
        place=Place.FORM,
        channel="",
        at=now,
        what=sent,
        trigger=body.get("trigger_id"),
    )


def input_blocks(view: Payload) -> list[str]:
    """The block ids of a view's input fields, in order: where an error can be shown."""
    return [block["block_id"] for block in view.get("blocks", ()) if block.get("type") == "input"]


def _is_a_person_speaking(event: Payload) -> bool:
    return (
        bool(event.get("user"))
        and event["user"] != "USLACKBOT"
        and not event.get("bot_id")
        and not event.get("hidden")
        and event.get("subtype") in _SPOKEN_SUBTYPES
    )


def _without_us(text: str, body: Payload) -> str:
    """The text without the mention of our own bot; mentions of people stay."""
    us = [grant["user_id"] for grant in body.get("authorizations", ()) if grant.get("user_id")]
    for bot in us:
        text = re.sub(rf" *<@{re.escape(bot)}(\|[^>]*)?> *", " ", text)
    if not us and body["event"].get("type") == "app_mention":
        text = re.sub(r"^\s*<@\w+(\|[^>]*)?>", "", text)
    return text.strip()


def _parent(event: Payload) -> str | None:
    """The message a reply stands under; a message that begins a thread answers nothing."""
    thread = event.get("thread_ts")
    return thread if thread != event["ts"] else None


def _instant(ts: str) -> datetime | None:
    """Slack's `1700000000.000100` as an instant."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
