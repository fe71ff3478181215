"""`ChatPort` for Microsoft Teams."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationAccount, ConversationParameters

from bot.cards.model import Card, Form
from bot.cards.plain import plain_form, summary_line
from bot.delivery.news import ChatNews
from bot.delivery.port import (
    NO_FENCE,
    Address,
    Fence,
    MessageRef,
    NotDelivered,
    OutcomeUnknown,
    Profile,
    Rejected,
    Unreachable,
    Why,
)
from bot.platforms.teams.cards import render_card
from bot.platforms.teams.channels import channels_of
from bot.platforms.teams.config import CHANNEL
from bot.platforms.teams.connector import Connector, Operation
from bot.platforms.teams.errors import NotFound
from bot.platforms.teams.ids import is_place, kind_of
from bot.platforms.teams.people import Everybody, colleagues, pages_of, profile_of
from bot.platforms.teams.places import CHANNEL_TYPE, Places, Roster
from bot.platforms.teams.readers import Readers
from storage import models as m

CARD_TYPE = "application/vnd.microsoft.card.adaptive"

_NO_MESSAGE = "ActivityNotFound"
"""What Teams answers where the message that a thread hangs on was deleted."""
_LONGEST_PLACE = 80
"""Characters of a channel's name in the reason of a refusal."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A conversation, and what it takes to write there."""

    service_url: str
    conversation: str
    tenant: str
    bot: str

    @property
    def has_threads(self) -> bool:
        return kind_of(self.conversation) is m.ChatKind.CHANNEL

    @property
    def roster(self) -> Roster:
        ref = {"service_url": self.service_url, "tenant_id": self.tenant, "bot_id": self.bot}
        return Roster(self.conversation, ref)


class TeamsPort:
    """Posts and changes messages. Teams cannot be read back. Also `HasDirectory`.

    An address's `ref` may hold `service_url`, `conversation_id`, `tenant_id` and `bot_id`, as `ChatNews.ref` gave
    them, `user_id` and `channel`, the personal chat that was opened with a person, and `thread`, the id of the message
    under which to answer, `channel_type`, and `shared` (`allowed` where a place may be read by others than
    colleagues). What it does not hold is looked up: nothing but the address itself is needed.
    """

    def __init__(self, connector: Connector, places: Places) -> None:
        self._connector = connector
        self._places = places
        self.readers = Readers(connector, places)

    async def send(
        self,
        address: Address,
        card: Card,
        key: str,  # noqa: ARG002 - see `find`
        fence: Fence = NO_FENCE,
    ) -> MessageRef:
        """Post a message. To a person it opens the chat itself; in a channel it is a new thread. Raises `ChatError`."""
        spot = await self._spot(address)
        activity = card_activity(card, {"bot_id": spot.bot})
        thread = address.ref.get("thread")
        try:
            if not address.is_person:
                await self.readers.must_be_ours(address.installation_id, spot.roster, address.ref)
            if spot.has_threads and thread is None:
                conversation, posted = await self._new_thread(spot, activity, fence)
            else:
                conversation = f"{spot.conversation};messageid={thread}" if spot.has_threads else spot.conversation
                posted = await self.post(spot.service_url, conversation, activity, fence)
        except Unreachable as error:
            if thread is not None and _NO_MESSAGE in str(error):
                raise Rejected(f"The message that this belongs to is gone. {error}") from error
            raise await self._explained(address, error) from error
        ref = {**_kept(address), **spot.roster.ref, "conversation_id": conversation}
        return MessageRef(address.installation_id, spot.conversation, posted, ref)

    async def update(self, ref: MessageRef, card: Card, key: str) -> None:  # noqa: ARG002 - see `find`
        """Replace a message in place. Raises `ChatError`."""
        service_url, conversation = _stands(ref)
        if is_place(ref.channel):
            place = Roster(ref.channel, ref.ref)
            await self.readers.must_be_ours(ref.installation_id, place, ref.ref)
        await self.replace(service_url, conversation, ref.message_id, card_activity(card, ref.ref))

    async def delete(self, ref: MessageRef) -> None:
        """Take a message away; one that is gone already is no error. Raises `ChatError`."""
        service_url, conversation = _stands(ref)
        await self.take_away(service_url, conversation, ref.message_id)

    async def find(
        self,
        address: Address,  # noqa: ARG002 - the contract's signature
        key: str,  # noqa: ARG002
        since: datetime,  # noqa: ARG002
    ) -> MessageRef | None:
        """Always raises `OutcomeUnknown`: a bot cannot read a chat in Teams, so a key would be written in vain."""
        raise OutcomeUnknown("Teams cannot be read back.")

    async def person(self, installation_id: int, external_id: str, /) -> Profile | None:
        """Who this is, for someone who was heard from or is in a team or chat with us; None for anyone else.

        Raises `ChatError`.
        """
        tenant = await self._places.tenant(installation_id)
        if tenant is None:
            return None
        chat = await self._places.chat_of(tenant.id, external_id)
        own = [] if chat is None else [Roster(chat.ref["conversation_id"], chat.ref)]
        for roster in (*own, *(await self._places.rosters(installation_id))):
            try:
                member = await self._connector.call(
                    roster.ref["service_url"], _member_of(roster.conversation, external_id)
                )
            except (Unreachable, Rejected):
                continue
            profile = profile_of(member, tenant.id)
            return None if profile is None else replace(profile, external_id=external_id)
        return None

    async def members(self, address: Address) -> list[Profile]:
        """The people of a channel or chat, page by page, without bots. Raises `ChatError`."""
        roster = (await self._spot(address)).roster
        return [one async for page in pages_of(self._connector, roster) for one in colleagues(page, roster)]

    def people(self, installation_id: int) -> AsyncIterator[list[Profile]]:
        """The members of every team and group chat that Okra is in, page by page. Raises `ChatError`."""
        return Everybody(self._connector, self._places, installation_id)

    async def list_channels(self, installation_id: int) -> list[ChatNews]:
        """The channels of every team that Okra is in, by name. Raises `ChatError`."""
        tenant = await self._places.tenant(installation_id)
        if tenant is None:
            return []
        return await channels_of(self._connector, self._places, installation_id, tenant.id)

    # --- where ------------------------------------------------------------------------------------

    async def _spot(self, address: Address) -> _Spot:
        """The conversation of an address; that of a person who has none yet is opened. Raises `ChatError`."""
        ref = address.ref
        conversation = ref.get("conversation_id") or ref.get("channel", "")
        if not address.is_person:
            conversation = conversation or address.external_id
        if conversation and ref.get("service_url"):
            return _Spot(ref["service_url"], conversation, ref.get("tenant_id", ""), ref.get("bot_id", ""))
        tenant = await self._places.tenant(address.installation_id)
        if tenant is None:
            why = Why.OTHER if address.is_person else Why.NOT_MEMBER
            raise Unreachable("Okra is not installed in Teams yet: its app has to be added there first.", why)
        if address.is_person and not conversation:
            known = await self._places.chat_of(tenant.id, address.external_id)
            if known is not None:
                conversation, ref = known.ref["conversation_id"], known.ref
        service_url, bot = ref.get("service_url") or tenant.service_url, ref.get("bot_id") or tenant.bot_id
        if not conversation:
            conversation = await self.open_chat(service_url, bot, tenant.id, ref.get("user_id") or address.external_id)
        return _Spot(service_url, conversation, tenant.id, bot)

    async def open_chat(self, service_url: str, bot: str, tenant: str, user: str) -> str:
        """The personal chat with somebody. Opening it once more gives the same one, and shows nobody anything.

        Raises `ChatError`.
        """
        parameters = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=bot),
            members=[ChannelAccount(id=user)],
            tenant_id=tenant,
            channel_data={"tenant": {"id": tenant}},
        )
        try:
            made = await self._connector.call(service_url, lambda calls: calls.create_conversation(parameters))
        except OutcomeUnknown as error:
            raise NotDelivered(f"The chat could not be opened. {error}") from error
        except Rejected as error:
            raise Unreachable(f"Teams opens no chat with this person. {error}") from error
        name = getattr(made, "id", None)
        if not isinstance(name, str) or not name:
            raise NotDelivered("Teams opened a chat and did not name it.")
        return name

    async def _new_thread(self, spot: _Spot, activity: Activity, fence: Fence) -> tuple[str, str]:
        """Begin a thread in a channel. Returns its conversation and the id of its first message."""
        parameters = ConversationParameters(
            is_group=True,
            bot=ChannelAccount(id=spot.bot) if spot.bot else None,
            activity=activity,
            tenant_id=spot.tenant or None,
            channel_data={"channel": {"id": spot.conversation}, "tenant": {"id": spot.tenant}},
        )
        made = await self._connector.call(spot.service_url, lambda calls: calls.create_conversation(parameters), fence)
        conversation = getattr(made, "id", None) or ""
        posted = getattr(made, "activity_id", None) or conversation.partition(";messageid=")[2]
        if not posted:
            raise OutcomeUnknown("Teams accepted a message and did not name it.")
        return f"{spot.conversation};messageid={posted}", posted

    async def _explained(self, address: Address, error: Unreachable) -> Unreachable:
        """Of a channel: why, as far as somebody can do something about it, and what it is called."""
        if address.is_person:
            return error
        why = error.why
        if why is Why.OTHER:
            why = Why.GONE if isinstance(error, NotFound) else Why.NOT_MEMBER
        place = await self._places.name_of(address.installation_id, address.external_id)
        return Unreachable(error.said, why, place[:_LONGEST_PLACE])

    # --- by conversation, for the edge itself -----------------------------------------------------

    async def post(self, service_url: str, conversation: str, activity: Activity, fence: Fence = NO_FENCE) -> str:
        """Post an activity once, and not behind `fence`; returns its id. Raises `ChatError`."""
        activity.conversation = ConversationAccount(id=conversation)
        posted = await self._connector.call(
            service_url, lambda calls: calls.send_to_conversation(conversation, activity), fence
        )
        name = getattr(posted, "id", None)
        if not isinstance(name, str) or not name:
            raise OutcomeUnknown("Teams accepted a message and did not name it.")
        return name

    async def replace(self, service_url: str, conversation: str, message_id: str, activity: Activity) -> None:
        """Replace a message in place. Raises `ChatError`; one that is gone cannot be replaced."""
        activity.id = message_id
        activity.conversation = ConversationAccount(id=conversation)
        try:
            await self._connector.call(
                service_url, lambda calls: calls.update_activity(conversation, message_id, activity)
            )
        except NotFound as error:
            raise Rejected(str(error)) from error

    async def take_away(self, service_url: str, conversation: str, message_id: str) -> None:
        """Take a message away, if it is still there. Raises `ChatError`."""
        try:
            await self._connector.call(service_url, lambda calls: calls.delete_activity(conversation, message_id))
        except NotFound:
            return


def _member_of(conversation: str, person: str) -> Operation:
    return lambda calls: calls.get_conversation_member(conversation, person)


def card_activity(card: Card, ref: Any) -> Activity:
    """A message that is one card, with the line that a notification shows."""
    return _activity(render_card(card), summary_line(card), ref.get("bot_id", ""))


def form_activity(form: Form, card: dict[str, Any], ref: Any) -> Activity:
    """A message that is a form."""
    return _activity(card, plain_form(form).partition("\n")[0], ref.get("bot_id", ""))


def text_activity(sentence: str, ref: Any) -> Activity:
    """A message that is one plain sentence."""
    return Activity(
        type="message", channel_id=CHANNEL, text=sentence, text_format="plain", from_property=_bot(ref.get("bot_id"))
    )


def _activity(card: dict[str, Any], summary: str, bot: str) -> Activity:
    return Activity(
        type="message",
        channel_id=CHANNEL,
        summary=summary,
        from_property=_bot(bot),
        attachments=[Attachment(content_type=CARD_TYPE, content=card)],
    )


def _bot(bot: str | None) -> ChannelAccount | None:
    return ChannelAccount(id=bot) if bot else None


def _kept(address: Address) -> dict[str, str]:
    """What an update of the message must know of where it went."""
    return {name: address.ref[name] for name in (CHANNEL_TYPE, "shared") if address.ref.get(name)}


def _stands(ref: MessageRef) -> tuple[str, str]:
    service_url = ref.ref.get("service_url")
    if not service_url:
        raise Rejected("This reference does not say where its message stands.")
    return service_url, ref.ref.get("conversation_id") or ref.channel
