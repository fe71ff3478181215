"""A `Result` on its way back to Slack: in the acknowledgement where it fits, right after it where it does not."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.cards.model import Card
from bot.delivery.port import ChatError, Unreachable
from bot.intake.inbound import Command, FormErrors, Inbound, Nothing, OpenForm, Place, Result, Say, Update
from bot.platforms.edge import Afterwards, AnsweredKeys, patiently
from bot.platforms.slack.api import Answer, SlackApi
from bot.platforms.slack.blocks import render_home
from bot.platforms.slack.grants import Grant
from bot.platforms.slack.handing import Handing, MakeFile
from bot.platforms.slack.inbound import input_blocks
from bot.platforms.slack.port import content, open_form
from bot.platforms.slack.showing import Content, Showing, Way
from bot.platforms.slack.texts import escaped
from bot.platforms.slack.views import render_view
from bot.platforms.slack.words import Words

logger = logging.getLogger(__name__)

T = TypeVar("T")

Ack = dict[str, Any]
"""The body of an acknowledgement."""

BARE = ""
"""An acknowledgement that says nothing."""

PATIENCE_SECONDS = 1.0
"""How long an acknowledgement is held back for the answer, once what was said is stored."""

ACK_SECONDS = 2.5
"""Slack drops an acknowledgement after 3 s; beyond this the answer goes the other way as well."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request from Slack that was understood: what it says, and the ways back."""

    inbound: Inbound
    body: Mapping[str, Any]
    api: SlackApi
    """Speaks in the workspace that the request came from."""
    grant: Grant
    deadline: float
    """Loop time until which the acknowledgement reaches Slack."""

    @property
    def response_url(self) -> str | None:
        """Where this command or press can be answered for 30 minutes, five times."""
        url = self.body.get("response_url")
        return url if isinstance(url, str) and url else None


class Answers:
    """Turns results into what Slack is told."""

    def __init__(
        self, after: Afterwards, words: Words, *, native_charts: bool = False, make_file: MakeFile | None = None
    ) -> None:
        self._after = after
        self._words = words
        self._showing = Showing(native=native_charts)
        self._handing = Handing(make_file)
        self._answered = AnsweredKeys()

    # --- commands ---------------------------------------------------------------------------------

    async def to_command(self, exchange: Exchange, result: Result | None) -> Ack | str:
        """The acknowledgement of a command; None means that it could not be stored."""
        if isinstance(result, Say | Update):
            hidden = isinstance(result, Update) or result.private
            if self._takes_longer(exchange, result.card):
                self._respond_card(exchange, result.card, hidden=hidden)
                return BARE
            if self._showing.will_draw(exchange.grant, result.card):
                below = self._below(exchange, hidden=hidden)
                drawing = self._showing.draw(exchange.api, exchange.grant, result.card, below)
                self._after.start(drawing, "drawing a chart")
        ack = await self._command_ack(exchange, result)
        if ack and asyncio.get_running_loop().time() > exchange.deadline:
            # Slack has told the person of a time-out by now; the answer still reaches them this way.
            self._respond(exchange, ack)
            return BARE
        return ack or BARE

    async def after_command(self, exchange: Exchange, answering: "asyncio.Task[Result | None]") -> None:
        """Answer a command whose acknowledgement could not wait for it."""
        result = await answering
        if isinstance(result, Say | Update):
            self._respond_card(exchange, result.card, hidden=isinstance(result, Update) or result.private)
        elif ack := await self._command_ack(exchange, result):
            self._respond(exchange, ack)

    async def after_press(self, exchange: Exchange, answering: "asyncio.Task[Result | None]") -> None:
        """Answer a press whose acknowledgement could not wait for it."""
        await self.to_press(exchange, await answering)

    async def _command_ack(self, exchange: Exchange, result: Result | None) -> Ack:
        match result:
            case None:
                return _hidden(_ours(self._words.not_saved))
            case Nothing():
                return {}
            case Say(card, private):
                return _message(card, private=private)
            case Update(card):
                return _message(card, private=True)
            case FormErrors(errors):
                return _hidden(_beside_fields(errors))
            case OpenForm():
                return {} if await self._opened(exchange, result) else _hidden(_ours(self._words.form_not_opened))

    # --- presses ----------------------------------------------------------------------------------

    async def to_press(self, exchange: Exchange, result: Result | None) -> None:
        """Say what there is to say to a press; its acknowledgement is always bare."""
        match result:
            case None:
                self._tell(exchange, _ours(self._words.not_saved))
            case Nothing():
                pass
            case Say(card, private):
                self._say_after_press(exchange, card, private)
            case Update(card):
                self._after.start(self._replace(exchange, card), "replacing the pressed message")
            case FormErrors(errors):
                self._tell(exchange, _beside_fields(errors))
            case OpenForm():
                if not await self._opened(exchange, result):
                    self._tell(exchange, _ours(self._words.form_not_opened))

    def _say_after_press(self, exchange: Exchange, card: Card, private: bool) -> None:
        if exchange.response_url is None:
            self._after.start(self._to_person(exchange, card), "answering a press")
            return
        # What is shown to one person is not kept by Slack; in a DM nobody else can see it anyway.
        self._respond_card(exchange, card, hidden=private and exchange.inbound.place is not Place.DM)

    async def _replace(self, exchange: Exchange, card: Card) -> None:
        """Replace the pressed message; one that only its reader sees can be reached through its own URL alone."""
        container = exchange.body.get("container") or {}
        if not container.get("is_ephemeral") and (ts := container.get("message_ts")):
            metadata = (exchange.body.get("message") or {}).get("metadata")
            where = {"channel": exchange.inbound.channel, "ts": ts, "metadata": metadata}
            update = self._updating(exchange, where)
            try:
                await self._say(exchange, card, update, lambda _: Way(update, replaces=True))
            except ChatError as error:
                logger.warning("A pressed message is replaced through its URL instead: %s", error)
            else:
                return
        if exchange.response_url is None:
            await self._to_person(exchange, card)
        else:
            replace = self._responding(exchange, {"replace_original": True})
            await self._say(exchange, card, replace, lambda _: Way(replace, replaces=True))

    # --- forms ------------------------------------------------------------------------------------

    async def to_submission(self, exchange: Exchange, result: Result | None) -> Ack | str:
        """The acknowledgement of a modal: closed, kept open with sentences beside its fields, or the next form."""
        view = exchange.body["view"]
        match result:
            case None:
                return _keep_open(view, {}, self._words.not_saved)
            case Nothing():
                return BARE
            case FormErrors(errors):
                return _keep_open(view, errors, _sentences(errors))
            case OpenForm(form):
                return {"response_action": "update", "view": render_view(form)}
            case Say(card) | Update(card):
                self._after.start(self._to_person(exchange, card), "answering a form")
                return BARE

    # --- shortcuts --------------------------------------------------------------------------------

    async def to_shortcut(self, exchange: Exchange, result: Result | None) -> None:
        """Say what there is to say to a message's menu entry, as to a press: but it is not ours to replace."""
        if isinstance(result, Say | Update):
            self._say_after_press(exchange, result.card, private=True)
        else:
            await self.to_press(exchange, result)

    # --- home -------------------------------------------------------------------------------------

    def to_opened_home(self, exchange: Exchange, result: Result) -> None:
        """Show what there is to say to somebody who has no page; a page itself comes through delivery."""
        if isinstance(result, Say) and self._answered.first_time(exchange.inbound):
            self._after.start(self._show_home(exchange, result.card), "showing the home page")

    async def _show_home(self, exchange: Exchange, card: Card) -> None:
        view = render_home(card)
        await patiently(lambda: exchange.api.call("views.publish", user_id=exchange.inbound.person, view=view))

    # --- events -----------------------------------------------------------------------------------

    def to_event(self, exchange: Exchange, result: Result) -> None:
        """Say what there is to say to a message, once; an event's acknowledgement cannot carry it."""
        if isinstance(result, Nothing) and not (result.goes_out and _is_order(exchange.inbound)):
            return
        if not self._answered.first_time(exchange.inbound):
            return
        self._after.start(self._answer_event(exchange, result), "answering a message")

    async def _answer_event(self, exchange: Exchange, result: Result) -> None:
        inbound, event = exchange.inbound, exchange.body["event"]
        thread = event.get("thread_ts") or (event["ts"] if inbound.place is Place.CHANNEL else None)
        where: dict[str, Any] = {"channel": inbound.channel, "thread_ts": thread}
        match result:
            case Say(card, private):
                pass
            case Update(card):
                private = True
            case FormErrors(errors):
                await self._sentence(exchange, where, _beside_fields(errors))
                return
            case Nothing():
                await self._sentence(exchange, where, _ours(self._words.answered_in_dm))
                return
            case _:
                await self._sentence(exchange, where, _ours(self._words.form_needs_a_press))
                return
        if inbound.place is Place.DM or not private:
            await self._post_card(exchange, card, **where)
            return

        async def to_one(said: Content) -> None:
            await self._privately(exchange, where, said)

        try:
            await self._say(exchange, card, to_one, lambda _: Way(to_one, replaces=False))
        except Unreachable:
            await self._to_person(exchange, card)

    async def _sentence(self, exchange: Exchange, where: Mapping[str, Any], said: Content) -> None:
        """A sentence, where the message stood that it answers; in a channel to its writer alone."""
        if exchange.inbound.place is Place.DM:
            await self._post(exchange, **where, **said)
            return
        try:
            await self._privately(exchange, where, said)
        except Unreachable:
            await self._post(exchange, channel=exchange.inbound.person, **said)

    # --- refusals ---------------------------------------------------------------------------------

    def to_refused(self, body: Mapping[str, Any], sentence: str, api: SlackApi) -> Ack | str:
        """The acknowledgement of what is not heard, so that Slack stops; a person is told why where that is easy."""
        url = body.get("response_url")
        if "command" in body:
            return _hidden(_ours(sentence))
        if body.get("type") == "view_submission":
            return _keep_open(body["view"], {}, sentence)
        if isinstance(url, str) and url:
            said = _hidden(_ours(sentence)) | {"replace_original": False}
            self._after.start(api.respond(url, said), "refusing a press")
        return BARE

    # --- ways -------------------------------------------------------------------------------------

    async def _opened(self, exchange: Exchange, result: OpenForm) -> bool:
        """Whether the form stands open; its trigger dies three seconds after the press."""
        trigger = exchange.inbound.trigger
        left = exchange.deadline - asyncio.get_running_loop().time()
        if trigger is None or left <= 0:
            return False
        try:
            async with asyncio.timeout(left):
                await open_form(exchange.api, trigger, result.form)
        except (ChatError, TimeoutError) as error:
            logger.warning("A form was not opened: %s", error)
            return False
        return True

    def _tell(self, exchange: Exchange, said: Content) -> None:
        if exchange.response_url is None:
            self._after.start(self._post(exchange, channel=exchange.inbound.person, **said), "telling a person")
        else:
            self._respond(exchange, _hidden(said) | {"replace_original": False})

    def _respond(self, exchange: Exchange, message: Ack) -> None:
        url = exchange.response_url
        if url is not None:
            self._after.start(patiently(lambda: exchange.api.respond(url, message)), "answering by response_url")

    def _takes_longer(self, exchange: Exchange, card: Card) -> bool:
        """Whether an acknowledgement cannot carry it: a file goes with it, or a block that Slack may refuse."""
        return self._handing.will_hand(exchange.grant, card) or self._showing.must_be_heard(exchange.grant, card)

    def _respond_card(self, exchange: Exchange, card: Card, *, hidden: bool) -> None:
        self._after.start(self._below_it(exchange, card, hidden), "answering by response_url")

    async def _below_it(self, exchange: Exchange, card: Card, hidden: bool) -> None:
        """Say it below what was pressed or typed. What is said this way has no name by which it could be replaced."""
        below = self._below(exchange, hidden=hidden)
        handout = card.handout
        if handout is not None and await self._handing.hand(exchange.api, exchange.grant, exchange.inbound, handout):
            if exchange.inbound.place is not Place.DM:  # there it stands before their eyes
                await below.show({"text": escaped(handout.sent), "mrkdwn": False})
            return
        await self._say(exchange, card, below.show, lambda _: below)

    def _below(self, exchange: Exchange, *, hidden: bool) -> Way:
        kind = "ephemeral" if hidden else "in_channel"
        return Way(self._responding(exchange, {"response_type": kind, "replace_original": False}), replaces=False)

    def _responding(self, exchange: Exchange, how: Mapping[str, Any]) -> Callable[[Content], Awaitable[None]]:
        async def respond(said: Content) -> None:
            url = exchange.response_url
            if url is not None:
                await patiently(lambda: exchange.api.respond(url, {**said, **how}))

        return respond

    def _updating(self, exchange: Exchange, where: Mapping[str, Any]) -> Callable[[Content], Awaitable[object]]:
        async def update(said: Content) -> object:
            return await patiently(lambda: exchange.api.call("chat.update", **where, **said))

        return update

    async def _say(
        self, exchange: Exchange, card: Card, say: Callable[[Content], Awaitable[T]], way: Callable[[T], Way]
    ) -> None:
        await self._showing.say(exchange.api, exchange.grant, card, say, way)

    async def _post(self, exchange: Exchange, **message: Any) -> Answer:
        post = {"unfurl_links": False, "unfurl_media": False, **message}
        return await patiently(lambda: exchange.api.call("chat.postMessage", **post))

    async def _privately(self, exchange: Exchange, where: Mapping[str, Any], said: Content) -> None:
        person = exchange.inbound.person
        await patiently(lambda: exchange.api.call("chat.postEphemeral", **where, **said, user=person))

    async def _post_card(self, exchange: Exchange, card: Card, **where: Any) -> None:
        async def post(said: Content) -> Answer:
            return await self._post(exchange, **where, **said)

        def in_place(posted: Answer) -> Way:
            stands = {"channel": posted.get("channel"), "ts": posted.get("ts")}
            return Way(self._updating(exchange, stands), replaces=True)

        await self._say(exchange, card, post, in_place)

    async def _to_person(self, exchange: Exchange, card: Card) -> None:
        await self._post_card(exchange, card, channel=exchange.inbound.person)


def _is_order(inbound: Inbound) -> bool:
    """A mention in a channel that asked for something: what it stored is answered in the direct messages."""
    what = inbound.what
    return inbound.place is Place.CHANNEL and isinstance(what, Command) and not what.aside


def _message(card: Card, *, private: bool) -> Ack:
    return content(card) | {"response_type": "ephemeral" if private else "in_channel"}


def _ours(sentence: str) -> Content:
    """A sentence of the edge's own words, with their format."""
    return {"text": sentence}


def _beside_fields(errors: Mapping[str, str]) -> Content:
    """The sentences of a form that is not shown; they may hold what somebody typed, which is text and nothing more."""
    return {"text": escaped(_sentences(errors)), "mrkdwn": False}


def _hidden(said: Content) -> Ack:
    """The same for one person alone."""
    return said | {"response_type": "ephemeral"}


def _sentences(errors: Mapping[str, str]) -> str:
    return "\n".join(errors.values())


def _keep_open(view: Mapping[str, Any], errors: Mapping[str, str], otherwise: str) -> Ack:
    """Keep a modal open. Slack refuses errors for fields it does not show, so those stand at the first field."""
    fields = input_blocks(view)
    if not fields:
        return {"response_action": "update", "view": _with_sentence(view, otherwise)}
    known = {name: text for name, text in errors.items() if name in fields}
    rest = [text for name, text in errors.items() if name not in fields] if errors else [otherwise]
    if rest:
        known[fields[0]] = " ".join([*filter(None, [known.get(fields[0])]), *rest])
    return {"response_action": "errors", "errors": known}


def _with_sentence(view: Mapping[str, Any], sentence: str) -> dict[str, Any]:
    """The same modal with a sentence at its end: for one that asks without any field."""
    kept = ("type", "title", "submit", "close", "private_metadata", "callback_id", "notify_on_close")
    said = {"type": "section", "text": {"type": "plain_text", "text": sentence}}
    blocks = [block for block in view.get("blocks", ()) if block.get("block_id") != _SAID]
    return {name: view[name] for name in kept if view.get(name)} | {"blocks": [*blocks, said | {"block_id": _SAID}]}


_SAID = "okra_said"
