"""An `Inbound` as JSON and back: what is kept on disk before anything is acknowledged."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.cards.clean import clean
from bot.intake.inbound import (
    Attached,
    Command,
    Edited,
    FileProblem,
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
MAX_NAME = 200
"""Characters of a file's name that are kept."""


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
    """The `Inbound` that `to_json` wrote, without its trigger.

    What an older version wrote is read as it was meant; `ValueError` for what is nothing that this one knows.
    """
    try:
        return Inbound(
            platform=_known(data["platform"]),
            installation=_known(data["installation"]),
            key=_known(data["key"]),
            person=_known(data["person"]),
            place=Place(data["place"]),
            channel=_known(data["channel"]),
            at=_moment(data["at"]),
            what=_what_from_json(data["what"]),
            locale=_perhaps(data["locale"]),
            timezone=_perhaps(data["timezone"]),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


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
        case Typed(text=text, reply_to=reply_to, message_id=message_id, has_files=has_files, files=files):
            return {
                "kind": "typed",
                "text": _text(text),
                "reply_to": _id(reply_to),
                "message_id": _id(message_id),
                "has_files": has_files,
                **({"files": [_file_to_json(one) for one in files]} if files else {}),
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
            text, reply_to = _known(data["text"]), _perhaps(data["reply_to"])
            files = tuple(_file_from_json(one) for one in data.get("files", ()))
            return Typed(text, reply_to, _perhaps(data.get("message_id")), bool(data.get("has_files")), files)
        case "edited":
            said_at, reply_to = _moment(data["said_at"]), _perhaps(data["reply_to"])
            return Edited(_known(data["text"]), _known(data["message_id"]), said_at, reply_to)
        case "shortcut":
            return Shortcut(_known(data["name"]), _known(data["text"]))
        case "opened":
            return Opened()
        case "command":
            return Command(_known(data["text"]), _perhaps(data.get("message_id")), bool(data.get("aside")))
        case "pressed":
            return Pressed(_known(data["action"]), _known(data["value"]), _perhaps(data["message_id"]))
        case "submitted":
            values = {k: v if isinstance(v, str) else tuple(map(_known, v)) for k, v in data["values"].items()}
            return Submitted(_known(data["form"]), _known(data["token"]), values, _perhaps(data.get("within")))
        case kind:
            raise ValueError(f"nobody does a {kind!r}")


def _file_to_json(file: Attached) -> dict[str, Any]:
    return {
        "name": clean(file.name[:MAX_NAME]),
        "content": None if file.content is None else base64.b64encode(file.content).decode(),
        "problem": None if file.problem is None else file.problem.value,
    }


def _file_from_json(data: dict[str, Any]) -> Attached:
    content, problem = _perhaps(data["content"]), _perhaps(data["problem"])
    return Attached(
        _known(data["name"]),
        None if content is None else base64.b64decode(content, validate=True),
        None if problem is None else FileProblem(problem),
    )


def _known(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{type(text).__name__} where a text should stand")
    return text


def _perhaps(text: object) -> str | None:
    return None if text is None else _known(text)


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(_known(text))
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment
