"""What Teams sends, read into `Inbound`; None where it is nothing that a person said to us."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.cards.clean import clean
from bot.intake.inbound import Command, Edited, Inbound, Place, Submitted, Typed, What
from bot.platforms.edge import heard_at
from bot.platforms.teams.cards import parse_submit
from bot.platforms.teams.gate import tenant_of
from bot.platforms.teams.ids import MOST_CONVERSATION, MOST_PERSON, is_place, without_thread
from bot.platforms.teams.parts import instant, part, text
from bot.platforms.teams.written import Written, written
from storage.accounts import account_id

PLATFORM = "teams"

Body = Mapping[str, Any]

_SLASH = re.compile(r"[/／]\s*okr(?![\w-])", re.IGNORECASE)
_MILLISECOND = re.compile(r"1[5-9]\d{11}|[2-3]\d{12}", re.ASCII)

_LONGEST = 512

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
    locale: str | None
    timezone: str | None

    @property
    def channel(self) -> str:
        """The conversation without the thread (`19:…;messageid=…`)."""
        return without_thread(self.conversation)

    @property
    def is_personal(self) -> bool:
        """Whether nobody but the person reads what is written there."""
        return not is_place(self.conversation)

    @property
    def key(self) -> str:
        """Of one delivery: conversation and activity."""
        return f"{self.conversation}/{self.id}"

    @property
    def is_ourselves(self) -> bool:
        """Whether the bot is told of its own doing."""
        return part(self.body, "from").get("id") == self.bot

    @property
    def has_account(self) -> bool:
        """Whether it was somebody of an organisation, and no guest of a meeting who gave only a name."""
        return bool(text(part(self.body, "from"), "aadObjectId"))

    @property
    def is_a_bot(self) -> bool:
        """Whether another bot said it."""
        sender = part(self.body, "from")
        return sender.get("role") == "bot" or text(sender, "id").startswith("28:")

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
    """The frame of an activity. Raises `NotAnActivity` where a part of it is missing, or no id that can be kept."""
    sender, conversation, bot = (part(body, name) for name in ("from", "conversation", "recipient"))
    where = _needed(conversation, "id", "conversation")
    _fits(without_thread(where), "conversation", MOST_CONVERSATION)
    return Heard(
        body=body,
        id=_fits(text(body, "id"), "activity"),
        kind=_needed(body, "type", "activity"),
        tenant=tenant_of(body) or "",
        person=_fits(account_id(text(sender, "aadObjectId") or _needed(sender, "id", "sender")), "sender", MOST_PERSON),
        name=clean(text(sender, "name"))[:MOST_PERSON],
        service_url=_fits(_needed(body, "serviceUrl", "activity"), "service"),
        conversation=_fits(where, "conversation"),
        bot=_fits(_needed(bot, "id", "recipient"), "recipient"),
        locale=_short(body, "locale"),
        timezone=_short(body, "localTimezone"),
    )


def said(heard: Heard, now: datetime) -> Inbound | None:
    """What the person said, edited or pressed. Nothing for a message without words, or a card that is not ours.

    What bots say, ourselves too, is nothing, and neither is a message that was deleted: it was told all the same.
    """
    if heard.kind not in ("message", "messageUpdate") or heard.is_ourselves or heard.is_a_bot:
        return None
    if not heard.id:
        raise NotAnActivity("The message has no id.")
    at = heard_at(instant(heard.body.get("timestamp")), now)
    what = _what(heard) if heard.kind == "message" else _edited(heard, at)
    if what is None:
        return None
    place = Place.DM if heard.is_personal else Place.CHANNEL
    return Inbound(
        platform=PLATFORM,
        installation=heard.tenant,
        key=_key(heard, what),
        person=heard.person,
        place=Place.FORM if isinstance(what, Submitted) else place,
        channel=heard.channel,
        at=at,
        what=what,
        # A form is a card in the chat here, so that anything at all can open one.
        trigger=heard.id,
        locale=heard.locale,
        timezone=heard.timezone,
    )


def _key(heard: Heard, what: What) -> str:
    """Conversation and activity; of an edit, which has the id of what was edited, also when and to what it was.

    A form that is a card of its own stands until its receipt comes, and every press of its button is an activity: the
    same card with the same in it is one thing. One within a message stands on, and may mean the same anew.
    """
    match what:
        case Edited(text=text, reply_to=reply_to):
            return f"{heard.key}/edit:{_digest(heard.body.get('timestamp'), text, reply_to)}"
        case Submitted(form, token, values, within=None) if heard.is_personal and heard.card_id is not None:
            return f"{heard.conversation}/{heard.card_id}/form:{_digest(form, token, sorted(values.items()))}"
        case _:
            return heard.key


def _digest(*told: object) -> str:
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:20]


def _what(heard: Heard) -> What | None:
    pressed = parse_submit(heard.body.get("value"), heard.card_id)
    if pressed is not None:
        return pressed
    message = written(heard.body)
    if not heard.is_personal:
        if not _is_for_us(message):
            return None
        # What names us in a channel stands for the slash (spec/06 §11.5).
        return Command(message.text, heard.id, aside=message.names_us and not message.begins_with_us)
    if not message.text and not message.has_files:
        return Command("") if message.names_us else None
    return Typed(message.text, message.quotes or heard.card_id, heard.id, message.has_files)


def _edited(heard: Heard, at: datetime) -> Edited | None:
    """Other words in a message that a person typed. What was deleted and brought back says what it said."""
    data = heard.body.get("channelData")
    change = data.get("eventType") if isinstance(data, Mapping) else None
    if change not in (None, "editMessage", "undeleteMessage"):
        return None
    message = written(heard.body)
    if not heard.is_personal and not _is_for_us(message):
        return None
    return Edited(message.text, heard.id, heard_at(_typed_at(heard.id), at), message.quotes or heard.card_id)


def _is_for_us(message: Written) -> bool:
    """A bot hears in a channel only what names it; where it is allowed to hear more, that is said to others."""
    return message.names_us or _SLASH.match(message.text) is not None


def _typed_at(message_id: str) -> datetime | None:
    """Teams' ids of messages are mostly the millisecond in which they were typed."""
    if not _MILLISECOND.fullmatch(message_id):
        return None
    return datetime.fromtimestamp(int(message_id) / 1000, UTC)


def _needed(whole: Body, name: str, of: str) -> str:
    found = text(whole, name)
    if not found:
        raise NotAnActivity(f"The {of} has no {name}.")
    return found


def _fits(name: str, of: str, most: int = _LONGEST) -> str:
    """An id that can be kept as it is. Raises `NotAnActivity`."""
    if len(name) > most or clean(name) != name:
        raise NotAnActivity(f"The id of the {of} is none.")
    return name


def _short(body: Body, name: str) -> str | None:
    """What a client says of itself, where it is fit to be kept."""
    told = text(body, name)
    return told if 0 < len(told) <= 64 and clean(told) == told else None
