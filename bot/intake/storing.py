"""The first half of the way in: what somebody did is on disk, once, before anything is said about it."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.cards.clean import clean
from bot.clock import Clock
from bot.intake.conversation import (
    KEPT_FOR_LATER,
    NOT_ACTIVE,
    UNKNOWN_INSTALLATION,
    UNKNOWN_PERSON,
    Conversations,
)
from bot.intake.inbound import Command, Edited, FormErrors, Inbound, Nothing, Opened, Place, Result, Say, Typed
from bot.intake.stored import storage_key, to_json
from bot.intake.together import Together
from storage import arrivals, inbox, installations
from storage import models as m
from storage.arrivals import Arrival, Stored
from storage.session import Database

MOST_MESSAGE_ID = 160


class Storing:
    """Stores what comes in: all that comes at the same moment in one transaction, what needs a closer look alone."""

    def __init__(self, db: Database, clock: Clock, conversations: Conversations) -> None:
        self._clock = clock
        self._conversations = conversations
        self._together: Together[Inbound, Stored | Result] = Together(db, self._many, self._one, _whose)

    async def __call__(self, inbound: Inbound) -> Stored | Result:
        """Where it is stored, or at once the answer to a duplicate or to someone unknown. Raises `StorageProblem`."""
        return await self._together(inbound)

    def kept(self, lang: str, inbound: Inbound) -> Say:
        """What is said while it cannot be handled: that it is kept."""
        text = inbound.what.text if isinstance(inbound.what, Typed | Edited | Command) else ""
        if text and self._conversations.kept is not None:
            return Say(self._conversations.kept(lang, text))
        return Say(self._conversations.sentence(lang, KEPT_FOR_LATER))

    def _many(self, session: Session, told: Sequence[Inbound]) -> list[Stored | Result | None]:
        plain = {number: _arrival(one) for number, one in enumerate(told) if _is_plain(one)}
        stored = dict(zip(plain, arrivals.store_all(session, list(plain.values()), self._clock.now()), strict=True))
        return [stored.get(number) for number in range(len(told))]

    def _one(self, session: Session, inbound: Inbound) -> Stored | Result:
        lang = language(inbound)
        installation = None
        if _can_be_an_id(inbound.installation):
            installation = inbox.installation_of(session, inbound.platform, inbound.installation)
        if installation is None or installation.state is not m.InstallationState.ACTIVE:
            return Say(self._conversations.sentence(lang, UNKNOWN_INSTALLATION))
        key = storage_key(inbound)
        earlier = inbox.stored_under(session, installation.id, key)
        if earlier is not None:
            return self._once_more(session, earlier, inbound)
        address = None
        if _can_be_an_id(inbound.person):
            address = installations.address(session, installation.id, inbound.person)
        if address is None:
            return Say(self._conversations.sentence(lang, UNKNOWN_PERSON))
        person = session.get_one(m.Person, address.person_id)
        if not person.active:
            return Say(self._conversations.sentence(person.lang, NOT_ACTIVE))
        now = self._clock.now()
        if _is_from_there(inbound):
            address.last_answer_at = now
            address.reachable = True
            session.add(address)
        inbox_id = inbox.store(
            session,
            installation=installation,
            key=key,
            person_id=person.id,
            body=to_json(inbound),
            at=inbound.at,
            now=now,
            message_id=_message_id(inbound),
        )
        return Nothing() if inbox_id is None else Stored(inbox_id, person.lang)

    def _once_more(self, session: Session, earlier: m.Inbox, inbound: Inbound) -> Stored | Result:
        """The answer to a second delivery: what the first one was told. One that was never handled is handled now."""
        lang = language(inbound) if earlier.person_id is None else session.get_one(m.Person, earlier.person_id).lang
        match earlier.state:
            case m.InboxState.RECEIVED:
                return Stored(earlier.id, lang)
            case m.InboxState.BROKEN:
                return self.kept(lang, inbound)
            case m.InboxState.DONE:
                return FormErrors(earlier.errors) if earlier.errors else Nothing()


def language(inbound: Inbound) -> str:
    """The language of somebody whom we do not know."""
    return "zh" if (inbound.locale or "").lower().startswith("zh") else "en"


def _whose(inbound: Inbound) -> tuple[str, str, str]:
    return inbound.platform, inbound.installation, inbound.person


def _arrival(inbound: Inbound) -> Arrival:
    return Arrival(
        platform=inbound.platform,
        installation=inbound.installation,
        person=inbound.person,
        key=storage_key(inbound),
        body=to_json(inbound),
        at=inbound.at,
        message_id=_message_id(inbound),
        from_there=_is_from_there(inbound),
    )


def _is_from_there(inbound: Inbound) -> bool:
    """Whether they speak with Okra where it writes to them; to open its page is not to speak."""
    return inbound.place is not Place.CHANNEL and not isinstance(inbound.what, Opened)


def _message_id(inbound: Inbound) -> str | None:
    """The platform's id of the message that was typed or edited; one that is too long is of no use."""
    match inbound.what:
        case Typed(message_id=message_id) | Edited(message_id=message_id) | Command(message_id=message_id):
            return message_id if message_id is None or len(message_id) <= MOST_MESSAGE_ID else None
        case _:
            return None


def _is_plain(inbound: Inbound) -> bool:
    return _can_be_an_id(inbound.installation) and _can_be_an_id(inbound.person)


def _can_be_an_id(text: str) -> bool:
    """Whether a database can be asked for it; the platforms' ids are all plain."""
    return clean(text) == text
