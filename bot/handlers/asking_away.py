"""The question whether somebody is away, from what they wrote in passing: until when, and who answers meanwhile."""

import re
from datetime import date, timedelta

from bot.handlers.answering import ask_back
from bot.handlers.away import MOST_DAYS, note_away
from bot.handlers.naming import NotOneError, people_named, the_person
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import without_people
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.days import read_day, read_period
from bot.okr.replies import Ask, AskFacts, Code
from bot.views.person import PersonView
from storage import conversations
from storage import models as m
from storage.teams import lead_of

FROM_WHEN = N_("From when to when? Try: away 3-14 Dec, or away until Friday.")
OVER = N_("Those days are over, so I noted nothing.")
AT_FIRST = timedelta(days=14)
"""For how long somebody who says `stop` is offered to be left alone; they may name another day."""
_MOST_WORDS = 80
_ONLY_NUMBER = re.compile(r"[\d\s.,%/kKmMwW万$€£¥+-]*")


def ask_away(turn: Turn, view: PersonView, words: str, *, at_first: timedelta | None = None) -> Reply | None:
    """Ask whether to pause the person's questions; a sentence where their words name no days. None: it is asked.

    `at_first`: for how long, where no days are named.
    """
    today = turn.now.astimezone(view.tz).date()
    period = named_days(without_people(words), today)
    if period is None and at_first is not None:
        period = today, today + at_first
    if period is None:
        return notice(FROM_WHEN)
    first, last = period
    if last < today:
        return notice(OVER)
    if last < first or (last - first).days > MOST_DAYS:
        return notice(FROM_WHEN)
    instead = _stand_in(turn, view, words)
    facts = AskFacts(
        first=None if first <= today and last > today else first.isoformat(),
        until=last.isoformat(),
        name=None if instead is None else instead.short_name,
        person=None if instead is None else instead.id,
    )
    ask_back(turn, view, Ask(Code.Q_AWAY, facts=facts))
    return None


def answered_with_days(turn: Turn, view: PersonView, question: m.Clarification, text: str) -> Reply | None:
    """`until Friday` in answer to the question is its answer, with another day; None for anything else."""
    if Code(question.code) is not Code.Q_AWAY or _ONLY_NUMBER.fullmatch(text):
        return None
    today = turn.now.astimezone(view.tz).date()
    day = read_day(text, today)
    period = (today, day) if day is not None else read_period(text, today)
    if period is None or period[1] < max(today, period[0]):
        return None
    question.answered_in_id = turn.inbox.id
    conversations.close_question(turn.session, question, turn.now, text[:40])
    return Answer("away", note_away(turn, *period))


def named_days(words: str, today: date) -> tuple[date, date] | None:
    """The days that stand somewhere in the words: the longest end of them that names any."""
    words = words[:_MOST_WORDS].strip(" .,!。，！")
    for at in range(len(words)):
        if at and words[at - 1].isascii() and words[at - 1].isalnum() and words[at].isascii() and words[at].isalnum():
            continue
        period = read_period(words[at:].strip(), today)
        if period is not None:
            return period
    return None


def _stand_in(turn: Turn, view: PersonView, words: str) -> m.Person | None:
    """Who would answer meanwhile: whoever they mention, else who shares a key result with them, else their lead."""
    if people_named(words):
        try:
            return the_person(turn, words)
        except NotOneError:
            return None
    for one in view.own:
        for owner in one.owners:
            if owner.id != turn.person.id:
                return turn.session.get_one(m.Person, owner.id)
    lead = None if not view.own else lead_of(turn.session, view.own[0].row.team_id)
    return None if lead is None or lead.id == turn.person.id or not lead.active else lead
