"""The front door: reads the settings, puts the rooms together and hands over to the command line."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card, Form
from bot.cards.render import Cards
from bot.cli.house import House
from bot.cli.main import run
from bot.cli.place_links import place_named
from bot.clock import Clock, real_seconds
from bot.delivery.directory import Directory
from bot.delivery.news import Follows
from bot.delivery.pacing import Pacer
from bot.delivery.port import ChatPort
from bot.delivery.pump import Pump
from bot.delivery.timing import Timing
from bot.handlers.router import handle
from bot.intake.accept import Intake
from bot.intake.conversation import Answer, Conversations, FormRequest
from bot.rituals.absence import status_changed
from bot.rituals.boards import channel_opened
from bot.rituals.meeting import meeting_began
from bot.rituals.messages import message_kinds
from bot.rituals.setting_up import people_came
from bot.views.answers import kept_card, render_answer, sentence_card
from bot.views.forms import render_form
from storage import models as m
from storage.session import Database

SENDS_PER_SECOND = 4.0


def build_house(
    db: Database, clock: Clock, *, sends_per_second: float = SENDS_PER_SECOND, timing: Timing | None = None
) -> House:
    """Compose the rooms over a database. Platforms are added to `ports` by whoever starts them."""
    cards = Cards()
    ports: dict[str, ChatPort] = {}
    wake = asyncio.Event()

    def render(session: Session, person: m.Person, answer: Answer, now: datetime) -> Card:
        return render_answer(session, cards, person, answer.name, answer.data, now)

    def form(session: Session, person: m.Person, asked: FormRequest, now: datetime) -> Form:
        return render_form(session, cards, person, asked.name, asked.data, now)

    def translate(lang: str, msgid: str, params: Mapping[str, Any]) -> str:
        return cards.text(msgid, _lang(lang), **params)

    conversations = Conversations(
        handle=handle,
        render=render,
        form=form,
        translate=translate,
        sentence=lambda lang, name: sentence_card(cards, _lang(lang), name),
        place_named=place_named,
        kept=lambda lang, text: kept_card(cards, _lang(lang), text),
    )
    follows = Follows(status_changed, channel_opened, meeting_began, people_came)
    return House(
        db=db,
        clock=clock,
        cards=cards,
        intake=Intake(db, clock, conversations, wake=wake.set),
        pump=Pump(
            db,
            clock,
            message_kinds(cards),
            ports,
            Pacer(sends_per_second, real_seconds, db=db),
            real_seconds,
            timing=timing or Timing(),
        ),
        ports=ports,
        wake=wake,
        directory=Directory(db, clock, ports, follows, wake=wake.set),
    )


def _lang(lang: str) -> Lang:
    return "zh" if lang == "zh" else "en"


if __name__ == "__main__":
    run(build_house)
