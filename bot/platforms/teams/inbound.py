"""What Teams sends, read into `Inbound`; None where it is nothing that a person said to us."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.intake.inbound import Command, Inbound, Place, Pressed, Submitted, Typed, What
from bot.platforms.edge import heard_at
from bot.platforms.teams.cards import parse_submit
from bot.platforms.teams.gate import tenant_of

PLATFORM = "teams"

Body = Mapping[str, Any]

_COMMAND = re.compile(r"/okr\b|okr(?=\s|$)", re.IGNORECASE)
"""`/okr board` and `okr board` (spec/06 §11.5)."""

_REFERENCE = ("service_url", "conversation_id", "tenant_id", "bot_id")


class NotAnActivity(Exception):
    """Authentic, and not in the shape of an activity."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An activity whose frame is sound: who, where, and what it was."""

    body: Body
    id: str
    kind: str
    tenant: str
    person: str
    name: str
    service_url: str
    conversation: str
    """With the thread: where an answer goes."""
    bot: str
    is_personal: bool
    locale: str | None
    timezone: str | None

    @property
    def channel(self) -> str:
        """The conversation without the thread (`19:…;messageid=…`)."""
        return self.conversation.partition(";messageid=")[0]

    @property
    def is_ourselves(self) -> bool:
        """Whether the bot is told of its own doing."""
        return _part(self.body, "from").get("id") == self.bot

    @property
    def ref(self) -> dict[str, str]:
        """What an `Address` of this conversation holds, thread included."""
        values = (self.service_url, self.conversation, self.tenant, self.bot)
        return dict(zip(_REFERENCE, values, strict=True))

    @property
    def card_id(self) -> str | None:
        """The message that a button stands on, or that a text answers."""
        reply_to = self.body.get("replyToId")
        return reply_to if isinstance(reply_to, str) and reply_to else None


def read(body: Body) -> Heard:
    """The frame of an activity. Raises `NotAnActivity` where one of its parts is not there."""
    sender, conversation, bot = (_part(body, name) for name in ("from", "conversation", "recipient"))
    kind = _text(conversation, "conversationType", "personal" if not conversation.get("isGroup") else "channel")
    return Heard(
        body=body,
        id=_text(body, "id", ""),
        kind=_needed(body, "type"),
        tenant=tenant_of(body) or "",
        person=_text(sender, "aadObjectId", "") or _needed(sender, "id"),
        name=_text(sender, "name", ""),
        service_url=_needed(body, "serviceUrl"),
        conversation=_needed(conversation, "id"),
        bot=_needed(bot, "id"),
        is_personal=kind == "personal",
        locale=_text(body, "locale", "") or None,
        timezone=_text(body, "localTimezone", "") or None,
    )


def said(heard: Heard, now: datetime) -> Inbound | None:
    """What the person said or pressed. Nothing for a message without words, or a card that is not ours."""
    if heard.kind != "message" or heard.is_ourselves:
        return None
    if not heard.id:
        raise NotAnActivity("The message has no id.")
    what = _what(heard)
    if what is None:
        return None
    place = Place.DM if heard.is_personal else Place.CHANNEL
    return Inbound(
        platform=PLATFORM,
        installation=heard.tenant,
        key=f"{heard.conversation}/{heard.id}",
        person=heard.person,
        place=Place.FORM if isinstance(what, Submitted) else place,
        channel=heard.channel,
        at=heard_at(_instant(heard.body.get("timestamp")), now),
        what=what,
        # A form is a card in the chat here, so that anything at all can open one.
        trigger=heard.id,
        locale=heard.locale,
        timezone=heard.timezone,
    )


def _what(heard: Heard) -> What | None:
    value = heard.body.get("value")
    if value is not None:
        pressed = parse_submit(value)
        if isinstance(pressed, Pressed):
            return Pressed(pressed.action, pressed.value, heard.card_id)
        return pressed
    text = _without_us(heard.body)
    command = _COMMAND.match(text)
    if command is not None:
        return Command(text[command.end() :].strip())
    if not heard.is_personal:
        # A bot hears in a channel only what names it, and there that stands for the slash.
        return Command(text)
    return Typed(text, reply_to=heard.card_id) if text else None


def _without_us(body: Body) -> str:
    """The text without the mention of the bot itself; mentions of people stay."""
    text = _text(body, "text", "")
    bot = _part(body, "recipient").get("id")
    entities = body.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        if not isinstance(entity, Mapping) or entity.get("type") != "mention":
            continue
        mentioned, shown = entity.get("mentioned"), entity.get("text")
        if isinstance(mentioned, Mapping) and mentioned.get("id") == bot and isinstance(shown, str) and shown:
            text = re.sub(rf"\s*{re.escape(shown)}\s*", " ", text)
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ").strip()


def _part(body: Body, name: str) -> Mapping[str, Any]:
    part = body.get(name)
    if not isinstance(part, Mapping):
        raise NotAnActivity(f"The activity has no {name}.")
    return part


def _needed(part: Mapping[str, Any], name: str) -> str:
    text = _text(part, name, "")
    if not text:
        raise NotAnActivity(f"The activity has no {name}.")
    return text


def _text(part: Mapping[str, Any], name: str, default: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else default


def _instant(value: object) -> datetime | None:
    """Teams' timestamp; one without a zone is UTC."""
    if not isinstance(value, str):
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
