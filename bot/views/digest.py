"""The digest that opens a meeting, and what of it is kept for the next one (spec/08 §13)."""

import hashlib
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.digest_question import Question, remembered
from bot.okr.digesting import CUTS, OBJECTIVES, Cut, fits
from bot.okr.localtime import local
from bot.views.digest_data import encode
from bot.views.digest_facts import DigestFacts, digest_facts
from bot.views.digest_lines import DigestLines, digest_lines
from bot.views.visible import Audience
from storage import digests
from storage import models as m


def digest_card(
    session: Session, cards: Cards, run: m.RitualRun, now: datetime, audience: Audience = Audience.TEAM
) -> Card:
    """The digest of a run as it reads at `now`, in its team's language; the same data and minute give the same card.

    Where nothing has changed since a digest less than a day ago, it is one line that says so (spec/08 §13.1).
    """
    team = session.get_one(m.Team, run.team_id)
    facts = digest_facts(session, team, run, now, audience)
    if facts.nothing_new and facts.last.at is not None:
        return _same(cards, facts, facts.last.at, team.lang.value)
    return _fitting(cards, facts, team.lang.value)[0]


def digest_preview(
    session: Session, cards: Cards, team: m.Team, lang: Lang, now: datetime, audience: Audience = Audience.TEAM
) -> Card:
    """What the team's next digest would say if it were posted at `now`."""
    return _fitting(cards, digest_facts(session, team, None, now, audience), lang)[0]


def snapshot(session: Session, cards: Cards, run: m.RitualRun, now: datetime) -> dict[str, Any]:
    """The figures of a run's digest as JSON, for `Digest.data`: what the next digest compares with."""
    team = session.get_one(m.Team, run.team_id)
    facts = digest_facts(session, team, run, now, Audience.TEAM)
    return _data(facts, _fitting(cards, facts, team.lang.value)[1], team.lang.value)


def record_digest(session: Session, cards: Cards, run: m.RitualRun, now: datetime) -> m.Digest:
    """Keep the digest of a run as it reads at `now`: its data, and a hash of its words.

    Called again while the message is brought up to date, it renews both; the moment of the first call stays, so that
    no win between the two is lost. Once the meeting began what was shown last is kept.
    """
    team = session.get_one(m.Team, run.team_id)
    row = digests.digest_of(session, run.id)
    if row is not None and run.meeting_at is not None and now >= run.meeting_at:
        return row
    facts = digest_facts(session, team, run, now, Audience.TEAM)
    card, cut = _fitting(cards, facts, team.lang.value)
    if facts.nothing_new and facts.last.at is not None:
        card = _same(cards, facts, facts.last.at, team.lang.value)
    if row is None:
        row = m.Digest(workspace_id=run.workspace_id, team_id=team.id, meeting_id=run.meeting_id, run_id=run.id, at=now)
    row.body_hash = body_hash(card)
    row.data = _data(facts, cut, team.lang.value)
    session.add(row)
    session.flush()
    return row


def body_hash(card: Card) -> str:
    """SHA-256 of everything that a card says: equal where nothing changed between two digests (spec/08 §13.1)."""
    return hashlib.sha256(plain_text(card).encode()).hexdigest()


def _fitting(cards: Cards, facts: DigestFacts, lang: Lang) -> tuple[Card, Cut]:
    """The fullest digest that keeps the limits, and how much was cut for it (spec/08 §13.2)."""
    objectives = min(len(facts.seen), OBJECTIVES)
    for cut in CUTS:
        card = cards.card("digest", lang, **digest_lines(facts, cut, lang))
        if fits(plain_text(card), objectives):
            break
    return card, cut


def _same(cards: Cards, facts: DigestFacts, since: datetime, lang: Lang) -> Card:
    return cards.card("digest_same", lang, team_key=facts.view.team.key, since=local(since, facts.view.zone))


def _data(facts: DigestFacts, cut: Cut, lang: Lang) -> dict[str, Any]:
    question: Question | None = facts.question if cut.question else None
    return encode(
        on=facts.today,
        states=facts.states,
        objectives={
            one.objective.row.id: (one.objective.state.score, one.objective.state.status) for one in facts.seen
        },
        participation=facts.participation,
        question=question,
        asked=remembered(facts.last.asked, question, facts.today),
        wins=DigestLines(facts, cut, lang).wins_shown(),
        open_steps=(one.step.id for one in facts.open_steps),
    )
