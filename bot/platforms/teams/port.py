"""`ChatPort` for Microsoft Teams."""

from datetime import datetime
from typing import Any

from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationAccount

from bot.cards.model import Card, Form
from bot.cards.plain import plain_form, summary_line
from bot.delivery.port import Address, MessageRef, OutcomeUnknown, Profile, Rejected, Unreachable
from bot.platforms.teams.cards import render_card
from bot.platforms.teams.config import CHANNEL
from bot.platforms.teams.connector import Connector, Operation
from bot.platforms.teams.errors import NotFound
from bot.platforms.teams.places import Places

CARD_TYPE = "application/vnd.microsoft.card.adaptive"

_PAGE = 200
_CHANNELS = ("@thread.tacv2", "@thread.skype")
"""How the ids of channels end; those of group chats end otherwise."""
_MOST_PAGES = 100


class TeamsPort:
    """Posts and changes messages. Teams cannot be read back.

    An address's `ref` holds `service_url`, `conversation_id`, `tenant_id` and `bot_id`, as `ChatNews.ref` gave
    them, and may hold `thread`, the id of the message under which to answer.
    """

    def __init__(self, connector: Connector, places: Places) -> None:
        self._connector = connector
        self._places = places

    async def send(self, address: Address, card: Card, key: str) -> MessageRef:  # noqa: ARG002 - see `find`
        """Post a message. Raises `ChatError`."""
        service_url, conversation = _where(address)
        conversation = _thread(conversation, address.ref.get("thread"))
        posted = await self.post(service_url, conversation, card_activity(card, address.ref))
        ref = {"service_url": service_url, "conversation_id": conversation, "bot_id": address.ref.get("bot_id", "")}
        return MessageRef(address.installation_id, conversation, posted, ref)

    async def update(self, ref: MessageRef, card: Card, key: str) -> None:  # noqa: ARG002 - see `find`
        """Replace a message in place. Raises `ChatError`."""
        service_url, conversation = _stands(ref)
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
        """Who this is, for someone who was heard from; None for anyone else. Raises `ChatError`."""
        tenant = await self._places.tenant(installation_id)
        address = None if tenant is None else await self._places.chat_of(tenant.id, external_id)
        if address is None:
            return None
        service_url, conversation = _where(address)
        try:
            member = await self._connector.call(
                service_url, lambda calls: calls.get_conversation_member(conversation, external_id)
            )
        except NotFound:
            return None
        return _profile(member, external_id)

    async def members(self, address: Address) -> list[Profile]:
        """The people of a channel or chat, page by page. Raises `ChatError`."""
        service_url, conversation = _where(address)
        found: list[Profile] = []
        following: str | None = None
        for _ in range(_MOST_PAGES):
            page = await self._connector.call(service_url, _page_of(conversation, following))
            found.extend(_profile(member) for member in page.members or ())
            following = page.continuation_token
            if not following:
                return found
        raise OutcomeUnknown("Teams' member list has more pages than are read.")

    # --- by conversation, for the edge itself -----------------------------------------------------

    async def post(self, service_url: str, conversation: str, activity: Activity) -> str:
        """Post an activity once and return its id. Raises `ChatError`."""
        activity.conversation = ConversationAccount(id=conversation)
        posted = await self._connector.call(
            service_url, lambda calls: calls.send_to_conversation(conversation, activity)
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


def _page_of(conversation: str, token: str | None) -> Operation:
    return lambda calls: calls.get_teams_conversation_paged_members(
        conversation, page_size=_PAGE, continuation_token=token
    )


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


def _where(address: Address) -> tuple[str, str]:
    service_url, conversation = address.ref.get("service_url"), address.ref.get("conversation_id")
    if not service_url or not conversation:
        raise Unreachable("Teams needs a conversation that was seen before; this address has none.")
    return service_url, conversation


def _thread(conversation: str, thread: str | None) -> str:
    """The thread under a message of a channel. Group chats have none: there it is the chat itself."""
    if thread is None or not conversation.endswith(_CHANNELS):
        return conversation
    return f"{conversation};messageid={thread}"


def _stands(ref: MessageRef) -> tuple[str, str]:
    service_url = ref.ref.get("service_url")
    if not service_url:
        raise Rejected("This reference does not say where its message stands.")
    return service_url, ref.channel


def _profile(member: Any, external_id: str | None = None) -> Profile:
    more = member.additional_properties or {}
    object_id = getattr(member, "aad_object_id", None) or more.get("objectId")
    name = member.name or "" or more.get("userPrincipalName", "")
    given = getattr(member, "given_name", None) or more.get("givenName") or (name.split() or [""])[0]
    role = getattr(member, "user_role", None) or more.get("userRole") or ""
    return Profile(
        external_id=external_id or object_id or member.id,
        display_name=name,
        short_name=given,
        e_mail=getattr(member, "email", None) or more.get("email"),
        is_guest=role.lower() in ("guest", "anonymous"),
    )
