"""Who is asked in whose place while somebody is away (spec/03 §7.1)."""

from datetime import datetime

from bot.okr.localtime import local_day
from bot.okr.planning.facts import KeyResultFacts, PersonFacts, TeamFacts


def stand_in_of(facts: TeamFacts, owner: PersonFacts, at: datetime) -> PersonFacts | None:
    """Who is asked in the place of `owner` at a moment; None where the owner is asked, or nobody.

    A stand-in who is away as well, whose account is off or who asked for silence is not asked, and nobody in
    their place: a chain or a circle ends at its first link.
    """
    here = local_day(at, owner.zone)
    for one in owner.delegations:
        delegate = facts.people.get(one.person_id)
        if one.first <= here <= one.last and delegate is not None and delegate.id != owner.id:
            return delegate if _is_here(delegate, at) else None
    return None


def stood_in_for(facts: TeamFacts, person: PersonFacts, at: datetime) -> frozenset[int]:
    """Whose key results a person is asked about at a moment, besides their own."""
    absent = set()
    for owner in facts.people.values():
        if owner.delegations:
            delegate = stand_in_of(facts, owner, at)
            if delegate is not None and delegate.id == person.id:
                absent.add(owner.id)
    return frozenset(absent)


def asked_of(facts: TeamFacts, person: PersonFacts, at: datetime) -> list[KeyResultFacts]:
    """The key results a person is asked about at a moment: their own, and those they stand in for."""
    answering = stood_in_for(facts, person, at) | {person.id}
    return [kr for kr in facts.key_results if kr.ask and not answering.isdisjoint(kr.owner_ids)]


def answers_for(facts: TeamFacts, person_id: int, kr: KeyResultFacts, at: datetime) -> bool:
    """True while a question about a key result is this person's: an owner here, or who stands in for one.

    An owner who is away stays responsible unless somebody is asked in their place.
    """
    person = facts.people.get(person_id)
    if person is None:
        return False
    if person_id in kr.owner_ids:
        return stand_in_of(facts, person, at) is None
    return not stood_in_for(facts, person, at).isdisjoint(kr.owner_ids)


def _is_here(person: PersonFacts, at: datetime) -> bool:
    """Weekends and holidays only move a question; away, it is not asked."""
    here = local_day(at, person.zone)
    muted = person.muted_until is not None and here <= person.muted_until
    return person.active and not muted and not any(first <= here <= last for first, last in person.calendar.away)
