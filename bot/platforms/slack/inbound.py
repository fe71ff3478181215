"""What Slack sends, read into `Inbound`; None where it is nothing that a person said to us."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.intake.inbound import Command, Edited, Inbound, Opened, Place, Pressed, Shortcut, Typed
from bot.platforms.edge import heard_at
from bot.platforms.slack.blocks import parse_action
from bot.platforms.slack.mrkdwn import read_text
from bot.platforms.slack.views import parse_view

PLATFORM = "slack"

Payload = Mapping[str, Any]

SHORTCUTS = ("next_step", "win")
"""What a message can be picked for: the callback ids of the manifest."""

_SIGNS = {"amp": "&", "lt": "<", "gt": ">"}
_ESCAPED = re.compile("&(amp|lt|gt);")
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
        what=Command(_unescaped(body.get("text", "")).strip()),
        trigger=body["trigger_id"],
    )


def from_message(body: Payload, installation: str, now: datetime) -> Inbound | None:
    """A message in our DM, or what it was edited to; what bots say (ourselves too) and deletions are nothing.

    A reply that was deleted was told all the same: what it said is kept.
    """
    event = body["event"]
    if not _is_our_dm(event):
        return None
    if event.get("subtype") == "message_changed":
        return _from_edit(body, installation, now)
    text, person, ts = _words(event), event.get("user"), event.get("ts")
    more = any(event.get(name) for name in ("files", "attachments", "blocks"))
    if not _is_a_person_speaking(event) or not isinstance(ts, str) or not (text or more):
        return None
    said = _without_us(text, body)
    has_files = bool(event.get("files")) or not text
    asks_for_mine = text and not said and not has_files
    return Inbound(
        platform=PLATFORM,
        installation=installation,
        key=f"event:{body['event_id']}",
        person=str(person),
        place=Place.DM,
        channel=event["channel"],
        at=heard_at(_instant(ts), now),
        what=Command("") if asks_for_mine else Typed(said, _parent(event), ts, has_files),
    )


def _from_edit(body: Payload, installation: str, now: datetime) -> Inbound | None:
    """Other words in a message that a person typed; a preview of a link or a reply below it changes no words."""
    event = body["event"]
    message, before = _part(event, "message"), _part(event, "previous_message")
    edited, ts = _part(message, "edited"), message.get("ts")
    if not _is_a_person_speaking(message) or not edited or not isinstance(ts, str):
        return None
    if edited.get("user") not in (None, message["user"]) or (before and _words(before) == _words(message)):
        return None
    at = _edited_at(edited, event)
    return Inbound(
        platform=PLATFORM,
        installation=installation,
        key=f"event:{body['event_id']}",
        person=message["user"],
        place=Place.DM,
        channel=event["channel"],
        at=heard_at(at, now),
        what=Edited(_without_us(_words(message), body), ts, heard_at(_instant(ts), now), _parent(message)),
    )


def from_mention(body: Payload, installation: str, now: datetime) -> Inbound | None:
    """`@Okra board` in a channel or thread means what `/okr board` means (spec/06 §11.5).

    Slack sends it again when the message was edited. In a DM it comes as the message that it is.
    """
    event = body["event"]
    channel, ts = event.get("channel"), event.get("ts")
    if not _is_a_person_speaking(event) or not isinstance(channel, str) or not isinstance(ts, str):
        return None
    if channel.startswith("D"):
        return None
    text, edited = _words(event), _part(event, "edited")
    said = _without_us(text, body)
    what = (
        Edited(said, ts, heard_at(_instant(ts), now)) if edited else Command(said, ts, not _begins_with_us(text, body))
    )
    return Inbound(
        platform=PLATFORM,
        installation=installation,
        key=f"event:{body['event_id']}",
        person=event["user"],
        place=Place.CHANNEL,
        channel=channel,
        at=heard_at(_edited_at(edited, event) if edited else _instant(ts), now),
        what=what,
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
    place = _of_view(body) if in_view else (Place.DM if channel.startswith("D") else Place.CHANNEL)
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


def from_opened_home(body: Payload, installation: str, now: datetime) -> Inbound | None:
    """Somebody opened the Home tab; the other tabs of our App Home show what stands there anyway."""
    event = body["event"]
    if event.get("tab") != "home" or not event.get("user"):
        return None
    return Inbound(
        platform=PLATFORM,
        installation=installation,
        key=f"event:{body['event_id']}",
        person=event["user"],
        place=Place.HOME,
        channel=event.get("channel") or "",
        at=heard_at(_instant(event.get("event_ts") or ""), now),
        what=Opened(),
    )


def from_shortcut(body: Payload, installation: str, now: datetime) -> Inbound | None:
    """Somebody picked a message of anybody's for something.

    Whatever is said to it is for them alone, also where the message stands in a talk between two people.
    """
    name, message = body.get("callback_id"), _part(body, "message")
    if body.get("type") != "message_action" or name not in SHORTCUTS:
        return None
    person, channel = body["user"]["id"], _part(body, "channel").get("id") or ""
    picked = body.get("message_ts") or message.get("ts") or ""
    action_ts = str(body.get("action_ts") or "")
    return Inbound(
        platform=PLATFORM,
        installation=installation,
        key=f"shortcut:{person}:{channel}:{picked}:{action_ts or body.get('trigger_id')}",
        person=person,
        place=Place.CHANNEL,
        channel=channel,
        at=heard_at(_instant(action_ts), now),
        what=Shortcut(name, read_text(_words(message))),
        trigger=body.get("trigger_id"),
    )


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


def _of_view(body: Payload) -> Place:
    return Place.HOME if (body.get("view") or {}).get("type") == "home" else Place.FORM


def input_blocks(view: Payload) -> list[str]:
    """The block ids of a view's input fields, in order: where an error can be shown."""
    return [block["block_id"] for block in view.get("blocks", ()) if block.get("type") == "input"]


def _is_our_dm(event: Payload) -> bool:
    """Whether it stands between a person and us; an edit need not name the type of its channel."""
    channel = event.get("channel")
    return isinstance(channel, str) and channel.startswith("D") and event.get("channel_type") in (None, "im")


def _is_a_person_speaking(event: Payload) -> bool:
    person = event.get("user")
    return (
        isinstance(person, str)
        and person not in ("", "USLACKBOT")
        and not event.get("bot_id")
        and not event.get("hidden")
        and event.get("subtype") in _SPOKEN_SUBTYPES
    )


def _words(message: Payload) -> str:
    """What a message says; one that came without its text says it in its blocks."""
    text = message.get("text")
    said = text if isinstance(text, str) and text.strip() else "".join(_in_blocks(message.get("blocks")))
    return said.strip()


def _in_blocks(parts: object) -> Iterator[str]:
    """The text of rich text, as a client sends it for what somebody typed."""
    for part in parts if isinstance(parts, list) else ():
        if not isinstance(part, dict):
            continue
        match part:
            case {"type": "text", "text": str(text)}:
                yield text
            case {"type": "link", "url": str(url)}:
                yield part.get("text") or url
            case {"type": "user", "user_id": str(user)}:
                yield f"<@{user}>"
            case {"type": "emoji", "name": str(name)}:
                yield f":{name}:"
            case {"elements": elements}:
                yield from _in_blocks(elements)
                yield "\n"


def _our_names(body: Payload) -> str:
    """A pattern of our own mentions; of any, where Slack does not say who we are."""
    us = [one["user_id"] for one in body.get("authorizations") or () if isinstance(one, dict) and one.get("user_id")]
    return "|".join(map(re.escape, us)) if us else r"\w+"


def _begins_with_us(text: str, body: Payload) -> bool:
    return re.match(rf"<@(?:{_our_names(body)})(?:\|[^>]*)?>", text) is not None


def _without_us(text: str, body: Payload) -> str:
    """The text without the mention of our own bot; mentions of people stay."""
    ours = _our_names(body)
    if ours == r"\w+":
        named = body["event"].get("type") == "app_mention"
        return _unescaped(re.sub(r"^\s*<@\w+(\|[^>]*)?>", "", text) if named else text).strip()
    return _unescaped(re.sub(rf" *<@(?:{ours})(?:\|[^>]*)?> *", " ", text)).strip()


def _unescaped(text: str) -> str:
    """The text with the three signs that Slack escapes as they were typed; read once, `&amp;lt;` is `&lt;`."""
    return _ESCAPED.sub(lambda found: _SIGNS[found[1]], text)


def _parent(event: Payload) -> str | None:
    """The message a reply stands under; a message that begins a thread answers nothing."""
    thread = event.get("thread_ts")
    return thread if isinstance(thread, str) and thread != event.get("ts") else None


def _edited_at(edited: Payload, event: Payload) -> datetime | None:
    """When a message was edited. Slack tells it in whole seconds; within one, the event's own time tells the order."""
    told, heard = str(edited.get("ts") or ""), str(event.get("event_ts") or "")
    same_second = told.partition(".")[0] == heard.partition(".")[0]
    return _instant(heard if same_second else told)


def _part(payload: Payload, name: str) -> Payload:
    part = payload.get(name)
    return part if isinstance(part, dict) else {}


def _instant(ts: str) -> datetime | None:
    """Slack's `1700000000.000100` as an instant."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
