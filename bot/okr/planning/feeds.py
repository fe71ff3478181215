"""Quiet feeds: told to the owner and to whoever looks after the workspace, never counted against anyone."""

from datetime import date

from bot.okr.localtime import local_day
from bot.okr.planning.book import Book
from bot.okr.planning.facts import KeyResultFacts, Message, Planned, Ritual, TeamFacts
from bot.okr.planning.meetings import is_in_cycle
from bot.okr.planning.mornings import enter_in_the_morning
from bot.okr.planning.stale import day_of_age


def plan_feeds(book: Book) -> None:
    """Enter the notice of every feed that is quiet, once per silence, in the readers' mornings (spec/03 §7.3)."""
    facts = book.facts
    today = local_day(book.now, facts.zone)
    if Ritual.WEEKLY_CHECK_IN not in facts.on or not is_in_cycle(facts, today):
        return
    for kr in facts.key_results:
        if not kr.ask or not kr.automated or today > kr.due:
            continue
        since = fed_since(kr)
        on = quiet_from(facts, kr, since)
        if on is None:
            continue
        for person_id in dict.fromkeys((*kr.owner_ids[:1], *facts.admin_ids)):
            person = facts.people.get(person_id)
            if person is not None:
                subject, period = f"kr:{kr.id}:person:{person_id}", f"since:{since.isoformat()}"
                planned = Planned(Message.FEED_QUIET, subject, period, book.now, kr_ids=(kr.id,))
                enter_in_the_morning(book, person, planned, on)


def fed_since(kr: KeyResultFacts) -> date:
    """The day of the last reading; before the first one, the day from which the key result counts."""
    return max(kr.fed_on or kr.counts_from, kr.counts_from)


def quiet_from(facts: TeamFacts, kr: KeyResultFacts, since: date) -> date | None:
    """The first day on which a feed is quiet: its last reading is older than it may be (spec/03 §7.3).

    None where the key result is not in force on that day.
    """
    day = day_of_age(kr.calendar, since, kr.feed_max_age + 1)
    return day if day is not None and day <= kr.due and is_in_cycle(facts, day) else None
