"""Agreements between teams: asked of whoever may answer, asked about while open, near their day, and when it has come.

(spec/09 §15.3.) Each once for a wording or a day, in a morning of its reader.
"""

from datetime import date, timedelta

from bot.okr.agreements import Side, near_on, unanswered_on
from bot.okr.localtime import local_day
from bot.okr.planning.book import Book
from bot.okr.planning.facts import AgreementFacts, Message, PersonFacts, Planned
from bot.okr.planning.mornings import enter_in_the_morning, look_every_morning

_NEXT = timedelta(days=1)


def plan_agreements(book: Book) -> None:
    """Enter what one side of each agreement is to be told; the other side is told by its own team's plan."""
    readers: dict[int, PersonFacts] = {}
    for one in book.facts.agreements:
        person = book.facts.people.get(one.reader_id)
        if person is not None:
            readers[person.id] = person
            _plan(book, person, one)
    for person in readers.values():
        look_every_morning(book, person)


def _plan(book: Book, person: PersonFacts, one: AgreementFacts) -> None:
    if one.is_open:
        if one.waits_here:
            # Asked at once when somebody asks; here it reaches who leads the team only since then.
            _enter(book, person, one, Message.AGREEMENT, str(one.rev), one.asked_on + _NEXT)
        elif one.side is Side.FROM:
            cycle = book.facts.cycle
            on = unanswered_on(one.asked_on, None if cycle is None else cycle[0], person.calendar)
            if on is not None:
                _enter(book, person, one, Message.AGREEMENT_OPEN, str(one.rev), on)
    elif one.by is not None:
        _plan_its_day(book, person, one, one.by)


def _plan_its_day(book: Book, person: PersonFacts, one: AgreementFacts, by: date) -> None:
    """The giver is asked some days before, the receiver on the morning after."""
    if one.side is Side.FROM:
        _enter(book, person, one, Message.AGREEMENT_DUE, by.isoformat(), by + _NEXT)
        return
    on = near_on(by, person.calendar)
    if on is not None and local_day(book.now, person.zone) <= by:
        _enter(book, person, one, Message.AGREEMENT_NEAR, by.isoformat(), on)


def _enter(book: Book, person: PersonFacts, one: AgreementFacts, message: Message, what: str, on: date) -> None:
    subject = f"agreement:{one.id}:person:{person.id}"
    enter_in_the_morning(book, person, Planned(message, subject, f"{one.side.value}:{what}", book.now), on)
