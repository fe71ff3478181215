"""Looking ahead over all teams of a person: what several teams ask becomes one question, as it will (spec/03 §7.4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot.okr import planning
from bot.views.facts import team_facts
from storage import agendas
from storage import models as m

REMINDERS = (planning.Message.REMINDER_1, planning.Message.REMINDER_2)


@dataclass(frozen=True, slots=True)
class _Of:
    """A planned message, and the team that planned it."""

    facts: planning.TeamFacts
    planned: planning.Planned


def facts_from(session: Session, team: m.Team, now: datetime) -> planning.TeamFacts:
    """A team's facts; one may look from before it was known."""
    facts = team_facts(session, team, now)
    return replace(facts, known_since=min(facts.known_since, now))


def merged(
    session: Session, facts: planning.TeamFacts, found: Sequence[planning.Planned], now: datetime, until: datetime
) -> list[planning.Planned]:
    """A team's messages without the questions that another team's asks as well, and with what its own ask for others.

    The reminders go the way of their question. Each other team is planned once, and only for who is in several.
    """
    others: dict[int, list[_Of]] = {}
    result = list(found)
    asked = {one.person_id for one in found if one.message is planning.Message.CHECK_IN and one.skip is None}
    for person_id in sorted(one for one in asked if one is not None):
        teams = agendas.other_teams_asking(session, person_id, facts.id, now.date())
        for team in teams:
            if team.id not in others:
                others[team.id] = _questions_of(session, team, now, until)
        theirs = [one for team in teams for one in others[team.id] if one.planned.person_id == person_id]
        mine = [_Of(facts, one) for one in result if _is_question(one, person_id)]
        if not theirs:
            continue
        for head, with_it in _together(facts.people[person_id], mine + theirs):
            for absorbed in with_it:
                if absorbed.facts.id == facts.id:
                    result = [one for one in result if not _belongs(one, absorbed.planned)]
            if with_it and head.facts.id == facts.id:
                result = [_joined(one, head, with_it) if _belongs(one, head.planned) else one for one in result]
    return result


def _questions_of(session: Session, team: m.Team, now: datetime, until: datetime) -> list[_Of]:
    try:
        facts = facts_from(session, team, now)
    except ValueError:  # what is wrong with another team is told of that one
        return []
    plan = planning.plan(facts, planning.Ritual.WEEKLY_CHECK_IN, now, until + planning.LOOK_AHEAD)
    return [_Of(facts, one) for one in plan.messages]


def _together(person: planning.PersonFacts, questions: Sequence[_Of]) -> Iterator[tuple[_Of, list[_Of]]]:
    """Each question that goes out, in order of time, with those of other teams that it asks as well."""
    left = sorted(questions, key=lambda one: (one.planned.due_at, one.facts.id))
    while left:
        head = left.pop(0)
        if head.planned.message is not planning.Message.CHECK_IN:
            continue
        near = planning.asked_together(
            person, head.planned, [one.planned for one in left if one.facts.id != head.facts.id]
        )
        with_it = [one for one in left if one.facts.id != head.facts.id and one.planned in near]
        left = [one for one in left if one not in with_it]
        yield head, with_it


def _joined(one: planning.Planned, head: _Of, with_it: Sequence[_Of]) -> planning.Planned:
    """The question (or its reminder) as it asks for all of these teams."""
    at = head.planned.due_at
    more = [
        planning.as_asked_at(each.facts, each.facts.people[head.planned.person_id or 0], each.planned, at)
        for each in with_it
    ]
    kr_ids = (*one.kr_ids, *(kr_id for each in more for kr_id in each.kr_ids))
    return replace(one, kr_ids=kr_ids, period=planning.period_of([head.planned, *more]))


def _is_question(one: planning.Planned, person_id: int) -> bool:
    asks = one.message in (planning.Message.CHECK_IN, planning.Message.HEALTH)
    return asks and one.person_id == person_id and one.skip is None


def _belongs(one: planning.Planned, question: planning.Planned) -> bool:
    """True for the question itself and for its reminders."""
    if one.person_id != question.person_id or one.period != question.period:
        return False
    follows = question.message is planning.Message.CHECK_IN and one.message in REMINDERS
    return one.message is question.message or follows
