"""The end of the demo: what was not sent and why, the counts, and where to go next."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cli import words
from bot.cli.narrator import names
from storage import models as m
from storage import outcomes

Part = tuple[str, list[str]]
"""A title and its lines."""


def epilogue(session: Session, since: datetime, lang: Lang) -> list[Part]:
    """The parts of the end, for a story that began at `since`."""
    return [
        (words.NOT_SENT.say(lang), _not_sent(session, outcomes.not_sent(session, since), lang)),
        (words.COUNTS_TITLE.say(lang), [_counts(session, since, lang)]),
        (words.WHERE_NEXT.say(lang), [words.NOTHING_KEPT.say(lang), *(one.say(lang) for one in words.NEXT)]),
    ]


def _not_sent(session: Session, found: Sequence[outcomes.NotSent], lang: Lang) -> list[str]:
    if not found:
        return [words.NOTHING_UNSENT.say(lang)]
    readers: dict[tuple[str, str], list[str]] = {}
    for one in found:
        readers.setdefault((one.kind, one.reason), []).append(_reader(session, one))
    return [
        words.NOT_SENT_LINE.say(
            lang, what=words.KINDS[kind].say(lang), names=names(who, lang), why=words.reason(reason, lang)
        )
        for (kind, reason), who in readers.items()
    ]


def _reader(session: Session, one: outcomes.NotSent) -> str:
    if one.person_id is not None:
        return session.get_one(m.Person, one.person_id).short_name
    return session.get_one(m.Team, one.team_id).name


def _counts(session: Session, since: datetime, lang: Lang) -> str:
    states = outcomes.counts(session)
    in_doubt = sum(states.get(one, 0) for one in (m.DeliveryState.UNKNOWN, m.DeliveryState.FAILED))
    return words.COUNTS.say(
        lang,
        sent=states.get(m.DeliveryState.SENT, 0),
        skipped=states.get(m.DeliveryState.SKIPPED, 0),
        answers=outcomes.answers(session, since),
        open=in_doubt,
    )
