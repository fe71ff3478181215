"""The one door for "may this person do that": rights and visibility, pure (spec/06 §11.3, spec/10 §16)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Sight(StrEnum):
    """How much of an objective a reader is shown."""

    ALL = "all"
    TITLE = "title"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person of the workspace, the teams they lead, and those they are in (viewers included)."""

    person_id: int
    is_admin: bool = False
    leads: frozenset[int] = frozenset()
    works_in: frozenset[int] = frozenset()
    """Teams in which they may write: as lead or member, not as viewer."""
    sees: frozenset[int] = frozenset()
    """Teams whose inner matters they may read: lead, member or viewer."""
    stands_in_for: frozenset[int] = frozenset()
    """Owners who are away today and named them to stand in."""


def may_update(actor: Actor, owner_ids: Iterable[int], team_id: int) -> bool:
    """Owners and co-owners update their own, and while one is away whoever stands in for them.

    The lead may record for an owner; an admin may for any team.
    """
    answering = actor.stands_in_for | {actor.person_id}
    return not answering.isdisjoint(owner_ids) or team_id in actor.leads or actor.is_admin


def may_add_next_step(actor: Actor, team_id: int) -> bool:
    """Members of a team add next steps and wins; viewers read."""
    return team_id in actor.works_in or actor.is_admin


def may_post_digest(actor: Actor, team_id: int) -> bool:
    """Posting in the channel at once is the lead's."""
    return team_id in actor.leads or actor.is_admin


def sight_of(actor: Actor, visibility: str, team_id: int) -> Sight:
    """What is seen of an objective: everything, unless it is kept within its team (spec/10 §16, point 1)."""
    if visibility == "workspace" or team_id in actor.sees or actor.is_admin:
        return Sight.ALL
    return Sight.TITLE if visibility == "title_only" else Sight.NOTHING


def may_make_team(actor: Actor) -> bool:
    """New teams are made by admins."""
    return actor.is_admin


def may_set_workspace(actor: Actor) -> bool:
    """What holds for everybody is set by admins."""
    return actor.is_admin


def may_set_team(actor: Actor, team_id: int) -> bool:
    """A team's meetings, rhythm and rituals are its lead's to set, and an admin's."""
    return team_id in actor.leads or actor.is_admin


def sees_drafts(actor: Actor, team_id: int) -> bool:
    """What is being written is seen by its team, and by admins."""
    return team_id in actor.sees or actor.is_admin


def may_draft(actor: Actor, team_id: int) -> bool:
    """Members write drafts, comment on them and settle comments; viewers read."""
    return team_id in actor.works_in or actor.is_admin


def may_publish(actor: Actor, team_id: int) -> bool:
    """Asking the team and publishing are the lead's, and an admin's."""
    return team_id in actor.leads or actor.is_admin
