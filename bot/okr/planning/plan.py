"""The planner: from a team's facts and a moment to the messages that are due, the skips, and when to look again.

Pure and idempotent: the same facts give the same keys, so planning twice plans nothing twice (spec/10 §17).
"""

from datetime import datetime

from bot.okr.planning.agreements import plan_agreements
from bot.okr.planning.book import Book
from bot.okr.planning.care import plan_care
from bot.okr.planning.check_ins import plan_check_ins
from bot.okr.planning.company import plan_company_digests, plan_standing_board
from bot.okr.planning.digests import plan_digests
from bot.okr.planning.facts import Plan, Ritual, TeamFacts
from bot.okr.planning.feeds import plan_feeds
from bot.okr.planning.next_steps import plan_next_steps
from bot.okr.planning.stale import plan_notices
from bot.okr.planning.wins import plan_wins


def plan(facts: TeamFacts, ritual: Ritual, now: datetime, until: datetime | None = None) -> Plan:
    """What `ritual` has due up to `until` (the present moment, unless one looks ahead), as of `now`.

    Messages that were due earlier and may still go out are among `messages`: with their own due time, or the next
    allowed one where people may not be written to now. Those that may not go out any more are among `skips`; what
    was due more than eight days ago is left out. `next_due_at` is the earliest moment after `until` at which
    anything can be due.
    """
    book = Book(facts, now, now if until is None else max(now, until))
    match ritual:
        case Ritual.WEEKLY_CHECK_IN:
            plan_check_ins(book)
        case Ritual.DIGEST:
            plan_digests(book)
        case Ritual.STALE:
            plan_notices(book)
            plan_feeds(book)
        case Ritual.NEXT_STEPS:
            plan_next_steps(book)
        case Ritual.WINS:
            plan_wins(book)
        case Ritual.CARE:
            plan_care(book)
            plan_agreements(book)
        case Ritual.COMPANY_DIGEST:
            plan_company_digests(book)
        case Ritual.STANDING_BOARD:
            plan_standing_board(book)
    return book.close()
