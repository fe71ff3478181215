"""A `Result` on its way back to Teams: everything is a message there, new or in the place of another."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from bot.cards.model import Card, Form
from bot.delivery.lines import Sleep
from bot.delivery.port import ChatError, NotDelivered, RateLimited, Unreachable
from bot.intake.inbound import FormErrors, Inbound, Nothing, OpenForm, Result, Say, Submitted, Update
from bot.platforms.edge import WAIT, Afterwards, AnsweredKeys, until_delivered
from bot.platforms.teams.forms import form_card, typed_into
from bot.platforms.teams.ids import is_place
from bot.platforms.teams.inbound import Heard
from bot.platforms.teams.places import Places
from bot.platforms.teams.port import TeamsPort, card_activity, form_activity, text_activity
from bot.platforms.teams.words import words

logger = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 90.0
"""Seconds that an answer waits until Teams takes it: three times its longest window but for that of an hour. The
request was acknowledged long before, so nothing but the person waits."""

_Message = Callable[[Mapping[str, str]], Any]
"""Makes the message for the conversation it is going to."""


class Answers:
    """Turns results into messages, after the request was acknowledged."""

    def __init__(self, port: TeamsPort, places: Places, after: Afterwards, sleep: Sleep = WAIT) -> None:
        self._port = port
        self._places = places
        self._after = after
        self._sleep = sleep
        self._answered = AnsweredKeys()

    def answer(self, heard: Heard, inbound: Inbound, result: Result) -> None:
        """Say what there is to say, once.

        What is wrong with a form is said at every press of its button: by then something else may stand beside it.
        """
        sent = inbound.what if isinstance(inbound.what, Submitted) else None
        once = replace(inbound, key=heard.key) if isinstance(result, FormErrors) else inbound
        if (isinstance(result, Nothing) and sent is None) or not self._answered.first_time(once):
            return
        if sent is not None:
            self._after.start(self._to_form(heard, sent, result), "answering a form")
        else:
            self._after.start(self._to_message(heard, result), "answering a message")

    async def not_saved(self, heard: Heard, inbound: Inbound) -> None:
        """Tell the person at once that nothing was recorded. Raises `ChatError`."""
        sentence = words(heard.locale).not_saved
        if isinstance(inbound.what, Submitted) and inbound.what.within is None:
            form = typed_into(heard.body.get("value"), inbound.what.values)
            if form is not None and form.fields and heard.card_id is not None and heard.is_personal:
                await self._show_form(heard, heard.card_id, form, {form.fields[0].name: sentence})
                return
        await self._tell(heard, sentence)

    async def take_form_away(self, heard: Heard) -> None:
        """The person cancelled: the form goes, and nothing happened.

        Forms stand in personal chats alone, so what somebody makes up elsewhere takes nobody's message away.
        """
        if heard.card_id is not None and heard.is_personal:
            await self._port.take_away(heard.service_url, heard.conversation, heard.card_id)

    # --- a text, a command or a press -------------------------------------------------------------

    async def _to_message(self, heard: Heard, result: Result) -> None:
        match result:
            case Say(card, private):
                await self._say(heard, card, private)
            case Update(card):
                if not await self._replaced(heard, card):
                    await self._say(heard, card, private=True)
            case OpenForm(form, errors):
                await self._open(heard, form, errors)
            case FormErrors(errors):
                await self._tell_alone(heard, _sentences(errors))

    async def _say(self, heard: Heard, card: Card, private: bool) -> None:
        await self._post(heard, lambda ref: card_activity(card, ref), private)

    async def _open(self, heard: Heard, form: Form, errors: Mapping[str, str]) -> None:
        await self._post(heard, lambda ref: form_activity(form, form_card(form, errors), ref), private=True)

    async def _tell_alone(self, heard: Heard, sentence: str) -> None:
        await self._post(heard, lambda ref: text_activity(sentence, ref), private=True)

    async def _post(self, heard: Heard, message: _Message, private: bool) -> None:
        """In a channel nothing is for one person only, so a private answer goes to their own chat (spec/06 §11.5).

        Who joined a meeting without an account has no such chat; the one sentence for strangers is told in the open.
        """
        if heard.is_personal or not private or not heard.has_account:
            await self._post_to(heard.ref, message)
            return
        try:
            await self._post_to(await self._own_chat(heard), message)
        except Unreachable as error:
            logger.info("There is no personal chat to answer in: %s", error)
            await self._tell(heard, words(heard.locale).write_to_me_first)
            return
        except (NotDelivered, RateLimited) as error:
            logger.warning("A private answer could not be given: %s", error)
            await self._tell(heard, words(heard.locale).could_not_write)
            return
        if not isinstance(heard.body.get("value"), Mapping):
            # Only to a question that all could read; a press is answered without a word in the channel.
            await self._tell(heard, words(heard.locale).sent_privately)

    async def _own_chat(self, heard: Heard) -> Mapping[str, str]:
        """Where one writes to whoever was heard, as an `Address.ref` says it; opened where it is not known yet.

        Raises `ChatError` where Teams opens none: Okra may be added to a team and not to its members' own chats.
        """
        address = await self._places.chat_of(heard.tenant, heard.person)
        known = "" if address is None else address.ref.get("conversation_id", "")
        if address is not None and known and not is_place(known):
            return address.ref
        user = heard.body["from"]["id"]
        opened = await self._patiently(lambda: self._port.open_chat(heard.service_url, heard.bot, heard.tenant, user))
        return {**heard.ref, "conversation_id": opened}

    async def _post_to(self, ref: Mapping[str, str], message: _Message) -> None:
        await self._patiently(lambda: self._port.post(ref["service_url"], ref["conversation_id"], message(ref)))

    # --- a form -----------------------------------------------------------------------------------

    async def _to_form(self, heard: Heard, sent: Submitted, result: Result) -> None:
        """The form gives way to its receipt, to the next form, or to itself with sentences beside its fields.

        A message in which a form stands stays as it is: delivery brings it up to date, like after a tap, and a form
        that has to be corrected opens below it with what was typed, for Teams would lose that if the message changed.
        """
        if sent.within is not None or not heard.is_personal:
            await self._to_message(heard, result)
            return
        match result:
            case Nothing():
                await self.take_form_away(heard)
            case Say(card) | Update(card):
                if not await self._replaced(heard, card):
                    await self._say(heard, card, private=True)
            case OpenForm(form, errors):
                if heard.card_id is None:
                    await self._open(heard, form, errors)
                else:
                    await self._show_form(heard, heard.card_id, form, errors)
            case FormErrors(errors):
                shown = typed_into(heard.body.get("value"), sent.values)
                if shown is None or not shown.fields or heard.card_id is None:
                    await self._tell(heard, _sentences(errors))
                else:
                    await self._show_form(heard, heard.card_id, shown, _placed(shown, errors))

    async def _show_form(self, heard: Heard, card_id: str, form: Form, errors: Mapping[str, str]) -> None:
        activity = form_activity(form, form_card(form, errors), heard.ref)
        await self._patiently(lambda: self._port.replace(heard.service_url, heard.conversation, card_id, activity))

    # --- ways -------------------------------------------------------------------------------------

    async def _replaced(self, heard: Heard, card: Card) -> bool:
        card_id = heard.card_id
        if card_id is None:
            return False
        activity = card_activity(card, heard.ref)
        try:
            await self._patiently(lambda: self._port.replace(heard.service_url, heard.conversation, card_id, activity))
        except ChatError as error:
            logger.warning("A card is answered beside it instead of in its place: %s", error)
            return False
        return True

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        return await until_delivered(attempt, PATIENCE, self._sleep)

    async def _tell(self, heard: Heard, sentence: str) -> None:
        await self._post_to(heard.ref, lambda ref: text_activity(sentence, ref))


def _sentences(errors: Mapping[str, str]) -> str:
    return "\n\n".join(errors.values())


def _placed(form: Form, errors: Mapping[str, str]) -> dict[str, str]:
    """Each sentence at its field; one whose field is not shown stands at the first."""
    names = [each.name for each in form.fields]
    placed = {name: text for name, text in errors.items() if name in names}
    rest = [text for name, text in errors.items() if name not in names]
    if rest:
        placed[names[0]] = " ".join([*filter(None, [placed.get(names[0])]), *rest])
    return placed
