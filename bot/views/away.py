"""What is said about time away: noted, still to come, and ended."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from storage import models as m
from storage.calendars import is_away_between

Data = Mapping[str, Any]

NOTHING_FROM = N_("I ask nothing from {first} to {last}, and your key results do not age. Back sooner? Just say: back.")
NOTHING_ON = N_("I ask nothing on {first}, and your key results do not age. Back sooner? Just say: back.")
STANDS_IN_FROM = N_("I ask you nothing from {first} to {last}; {name} may answer for you. Back sooner? Just say: back.")
STANDS_IN_ON = N_("I ask you nothing on {first}; {name} may answer for you. Back sooner? Just say: back.")
STILL_NOTED = N_("You are not away today. {first} to {last} stays noted; to take that back, say: back {first}")
STILL_NOTED_DAY = N_("You are not away today. {first} stays noted; to take that back, say: back {first}")


def away_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """The days that are noted, and who may answer meanwhile; whether they are away on any of them, too."""
    lang: Lang = person.lang.value
    days = _days(data, lang, now)
    one_day = data["first"] == data["last"]
    if data["delegate"] is None:
        msgid = NOTHING_ON if one_day else NOTHING_FROM
        return cards.card("notice", lang, text=cards.text(msgid, lang, **days))
    delegate = session.get_one(m.Person, data["delegate"])
    msgid = STANDS_IN_ON if one_day else STANDS_IN_FROM
    text = cards.text(msgid, lang, name=delegate.short_name, **days)
    first, last = date.fromisoformat(data["first"]), date.fromisoformat(data["last"])
    if is_away_between(session, delegate.id, first, last):
        also = N_("{name} is away on some of these days, too; you may want to name somebody else.")
        text = f"{text} {cards.text(also, lang, name=delegate.short_name)}"
    return cards.card("notice", lang, text=text)


def not_away_card(_session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """Someone came back who is not away now, but will be: how to take that back."""
    lang: Lang = person.lang.value
    msgid = STILL_NOTED_DAY if data["first"] == data["last"] else STILL_NOTED
    return cards.card("notice", lang, text=cards.text(msgid, lang, **_days(data, lang, now)))


def back_card(_session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """The day from which questions come again."""
    lang: Lang = person.lang.value
    day = say.day(date.fromisoformat(data["day"]), lang, now.date())
    return cards.card("notice", lang, text=cards.text(N_("Noted. I ask you again from {day} on."), lang, day=day))


def away_asked_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """Whether a status means an absence; once that is answered, what holds now."""
    person = session.get_one(m.Person, row.person_id)
    lang: Lang = person.lang.value
    match row.data.get("answer"):
        case "yes":
            return away_card(session, cards, person, row.data["noted"], now)
        case "no":
            text = cards.text(N_("Noted nothing: I go on asking as ever."), lang)
        case None:
            last = date.fromisoformat(row.data["last"])
            return cards.card("away_asked", lang, day=last, today=now.date(), token=row.token)
        case _:
            text = cards.text(N_("Your status says something else by now, so I noted nothing."), lang)
    return cards.card("notice", lang, text=text)


def _days(data: Data, lang: Lang, now: datetime) -> dict[str, str]:
    """The first and the last day in words; a single day is named once."""
    names = ("first",) if data["first"] == data["last"] else ("first", "last")
    return {name: say.day(date.fromisoformat(data[name]), lang, now.date()) for name in names}
