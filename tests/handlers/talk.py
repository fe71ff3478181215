"""A conversation with the handlers alone: what somebody types or presses, and what they are told, as plain text."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.cards.model import Button, Card
from bot.cards.plain import plain_text
from bot.cli.place_links import place_named
from bot.handlers.commands import command, pressed_command
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import Command, Inbound, Place
from bot.views.answers import render_answer
from storage import models as m
from tests.views.asked import ASKED_AT, Office, controls


@dataclass
class Talk:
    """People of an office use commands; `now` is theirs to move. Nothing is sent: answers are rendered at once."""

    office: Office
    now: datetime = ASKED_AT

    def says(self, text: str, *, by: m.Person | None = None) -> str:
        """What is answered to `/okr text`; a form by its name in brackets."""
        return self._told(by, lambda turn: command(turn, text))

    def presses(self, action: str, value: str = "", *, by: m.Person | None = None) -> str:
        """What a button that is a command says."""
        return self._told(by, lambda turn: _not_none(pressed_command(turn, action, value)))

    def card(self, text: str, *, by: m.Person | None = None) -> Card:
        """The same as `says`, as a card."""
        person = by or self.office.mei
        reply = command(self.turn(person), text)
        assert isinstance(reply, Answer), reply
        return self.render(reply, person)

    def buttons(self, text: str, *, by: m.Person | None = None) -> list[Button]:
        """The buttons below an answer."""
        return [one for one in controls(self.card(text, by=by)) if isinstance(one, Button)]

    def reply(self, text: str, *, by: m.Person | None = None) -> Reply:
        """What the handler returns."""
        return command(self.turn(by or self.office.mei), text)

    def turn(self, person: m.Person) -> Turn:
        """One thing that this person does."""
        inbox = self.office.session.get_one(m.Inbox, self.office.reply())
        inbound = Inbound(
            "console", "console", inbox.key, str(person.id), Place.DM, str(person.id), self.now, Command("")
        )
        say = lambda msgid, **params: self.office.cards.text(msgid, person.lang.value, **params)  # noqa: E731
        return Turn(
            self.office.session, inbox, inbound, person, self.now, can_open_forms=True, say=say, place_named=place_named
        )

    def render(self, answer: Answer, person: m.Person) -> Card:
        """The card of an answer that waited in the outbox: its data went through JSON."""
        data = json.loads(json.dumps(dict(answer.data)))
        return render_answer(self.office.session, self.office.cards, person, answer.name, data, self.now)

    def _told(self, by: m.Person | None, does: Callable[[Turn], Reply]) -> str:
        person = by or self.office.mei
        reply = does(self.turn(person))
        self.office.session.flush()
        if isinstance(reply, FormRequest):
            return f"[form {reply.name}]"
        assert isinstance(reply, Answer), reply
        return plain_text(self.render(reply, person))


def _not_none(reply: Reply | None) -> Reply:
    assert reply is not None, "no such button"
    return reply
