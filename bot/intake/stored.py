"""An `Inbound` as JSON and back: what is kept on disk before anything is acknowledged."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.cards.clean import clean
from bot.intake.inbound import (
    Command,
    Edited,
    Inbound,
    Opened,
    Place,
    Pressed,
    Shortcut,
    Submitted,
    Typed,
    What,
)

MAX_TEXT = 40_000
"""As long as the longest message of any platform (Slack's); longer text is cut, so that one cannot fill the disk."""


def fit(inbound: Inbound) -> Inbound:
    """The same with its texts made fit to keep and show: a handler sees the same at once and in a replay."""
    return replace(inbound, what=_what_from_json(_what_to_json(inbound.what)))


def to_json(inbound: Inbound) -> dict[str, Any]:
    """What is stored. The trigger is left out: it is dead seconds later, and a form is never opened again."""
    return {
        "platform": inbound.platform,
        "installation": inbound.installation,
        "key": inbound.key,
        "person": inbound.person,
        "place": inbound.place.value,
        "channel": inbound.channel,
        "at": inbound.at.isoformat(),
        "locale": inbound.locale,
        "timezone": inbound.timezone,
        "what": _what_to_json(inbound.what),
    }


def from_json(data: dict[str, Any]) -> Inbound:
    """The `Inbound` that `to_json` wrote, without its trigger."""
    return Inbound(
        platform=data["platform"],
        installation=data["installation"],
        key=data["key"],
        person=data["person"],
        place=Place(data["place"]),
        channel=data["channel"],
        at=datetime.fromisoformat(data["at"]),
        what=_what_from_json(data["what"]),
        locale=data["locale"],
        timezone=data["timezone"],
    )


def storage_key(inbound: Inbound) -> str:
    """The key under which it is stored once.

    A form that came back with a sentence beside a field is corrected and sent again under the same view; so what
    was typed is part of the key of a submission: the same input again is a duplicate, a corrected one is not.
    """
    key = inbound.key
    if isinstance(inbound.what, Submitted):
        typed = json.dumps(_what_to_json(inbound.what), sort_keys=True)
        key = f"{key}:{hashlib.sha256(typed.encode()).hexdigest()[:16]}"
    if len(key) > 255 or clean(key) != key:
        # Too long for the column, or nothing that a database takes: two such keys must stay two.
        key = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return key


def _text(text: str) -> str:
    return clean(text[:MAX_TEXT])


def _id(text: str | None) -> str | None:
    return None if text is None else clean(text)


def _what_to_json(what: What) -> dict[str, Any]:
    match what:
        case Typed(text=text, reply_to=reply_to, message_id=message_id, has_files=has_files):
            return {
                "kind": "typed",
                "text": _text(text),
                "reply_to": _id(reply_to),
                "message_id": _id(message_id),
                "has_files": has_files,
            }
        case Edited(text=text, message_id=message_id, said_at=said_at, reply_to=reply_to):
            return {
                "kind": "edited",
                "text": _text(text),
                "message_id": clean(message_id),
                "said_at": said_at.isoformat(),
                "reply_to": _id(reply_to),
            }
        case Shortcut(name=name, text=text):
            return {"kind": "shortcut", "name": _text(name), "text": _text(text)}
        case Opened():
            return {"kind": "opened"}
        case Command(text=text, message_id=message_id, aside=aside):
            return {"kind": "command", "text": _text(text), "message_id": _id(message_id), "aside": aside}
        case Pressed(action=action, value=value, message_id=message_id):
            return {
                "kind": "pressed",
                "action": _text(action),
                "value": _text(value),
                "message_id": _id(message_id),
            }
        case Submitted(form=form, token=token, values=values, within=within):
            return {
                "kind": "submitted",
                "form": _text(form),
                "token": _text(token),
                "values": {
                    _text(name): _text(value) if isinstance(value, str) else [_text(one) for one in value]
                    for name, value in values.items()
                },
                "within": _id(within),
            }


def _what_from_json(data: dict[str, Any]) -> What:
    match data["kind"]:
        case "typed":
            return Typed(data["text"], data["reply_to"], data.get("message_id"), bool(data.get("has_files")))
        case "edited":
            said_at = datetime.fromisoformat(data["said_at"])
            return Edited(data["text"], data["message_id"], said_at, data["reply_to"])
        case "shortcut":
            return Shortcut(data["name"], data["text"])
        case "opened":
            return Opened()
        case "command":
            return Command(data["text"], data.get("message_id"), bool(data.get("aside")))
        case "pressed":
            return Pressed(data["action"], data["value"], data["message_id"])
        case _:
            values = {k: v if isinstance(v, str) else tuple(v) for k, v in data["values"].items()}
            return Submitted(data["form"], data["token"], values, data.get("within"))
