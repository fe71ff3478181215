"""What Okra plans next, what it decided not to send, and when the next question or board is due."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cli import plan, words
from bot.platforms.playground.world import Coming
from storage import models as m
from storage import outcomes

AHEAD = timedelta(days=14)
LATELY = timedelta(days=7)
MOST_LATELY = 50
"""Older skips than these are no news."""
_HORIZONS = (timedelta(days=2), timedelta(days=8), timedelta(days=35), timedelta(days=100))
"""How far is looked for the next question or board: a little at first, since there is mostly one soon."""


def coming(session: Session, now: datetime, lang: Lang) -> tuple[list[Coming], list[Coming]]:
    """What is to be sent, in the order of time; and what lately was not, the newest first, or will not be."""
    lines, _ = plan.lines_ahead(session, now, now + AHEAD, lang)
    ahead = [Coming(one.at, one.reader, one.what, one.about, one.why_not) for one in lines]
    not_sent = [*lately(session, now, lang), *(one for one in ahead if one.why_not)]
    return [one for one in ahead if not one.why_not], not_sent


def lately(session: Session, now: datetime, lang: Lang) -> list[Coming]:
    """What was decided against in the last days, the newest first."""
    rows = [one for one in outcomes.not_sent(session, now - LATELY) if one.due_at <= now]
    found = []
    for one in reversed(rows[-MOST_LATELY:]):
        team = None if one.team_id is None else session.get(m.Team, one.team_id)
        found.append(
            Coming(
                at=plan.local_moment(session, one.due_at, one.person_id, team),
                reader=plan.reader_of(session, one.person_id, one.team_id, team, lang),
                what=words.KINDS[one.kind].say(lang),
                about=plan.labels_of(session, one.kr_ids) or ("" if team is None else team.name),
                why_not=words.reason(one.reason, lang),
            )
        )
    return found


def next_of(session: Session, kind: str, now: datetime) -> datetime | None:
    """When the next message of a kind goes out, if nothing changes; None where none is ahead."""
    for horizon in _HORIZONS:
        ahead, _ = plan.messages_ahead(session, now, now + horizon)
        due = [one.due_at for one in ahead if one.kind == kind and one.skip is None and one.due_at > now]
        if due:
            return min(due)
    return None
