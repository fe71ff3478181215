"""What of a team a reader may see, objective by objective (spec/10 §16, point 1)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.okr.access import Actor, Sight, sight_of
from bot.views.team import KRView, ObjectiveView, TeamView
from storage import models as m

NOBODY = Actor(person_id=0)


class Audience(StrEnum):
    """Who reads a message that goes to many: the team in its own channel, or the whole workspace."""

    TEAM = "team"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True)
class Seen:
    """An objective as far as a reader may see it; its key results only where the sight is ALL."""

    objective: ObjectiveView
    sight: Sight

    @property
    def key_results(self) -> tuple[KRView, ...]:
        return self.objective.key_results if self.sight is Sight.ALL else ()

    @property
    def title(self) -> str | None:
        """The title, or None for an objective of which only its being is shown."""
        return None if self.sight is Sight.NOTHING else self.objective.row.title


def seen_by_audience(view: TeamView, audience: Audience) -> tuple[Seen, ...]:
    """The team's objectives as a channel may see them."""
    return _seen(view, NOBODY if audience is Audience.WORKSPACE else _insider(view))


def seen_by_actor(view: TeamView, actor: Actor, *, dropped: bool = False) -> tuple[Seen, ...]:
    """The same for a reader whose teams are known already; who answers for a key result of a team belongs to it."""
    if view.team.id in actor.sees or not any(one.owned_by(actor.person_id) for one in view.key_results):
        return _seen(view, actor, dropped=dropped)
    return _seen(view, replace(actor, sees=actor.sees | {view.team.id}), dropped=dropped)


def seen_by(view: TeamView, viewer: m.Person | None, *, dropped: bool = False) -> tuple[Seen, ...]:
    """The team's objectives as this person may see them; None is somebody of whom nothing is known.

    Who answers for a key result of a team belongs to it, member or not. What was dropped as a whole stands on the
    full board alone, which asks for it by `dropped`.
    """
    if viewer is None:
        return _seen(view, NOBODY, dropped=dropped)
    actor = Actor(
        person_id=viewer.id,
        is_admin=viewer.role is m.WorkspaceRole.ADMIN,
        sees=frozenset({view.team.id}) if viewer.id in view.rows.roles else frozenset(),
    )
    return seen_by_actor(view, actor, dropped=dropped)


def _insider(view: TeamView) -> Actor:
    return Actor(person_id=0, sees=frozenset({view.team.id}))


def _seen(view: TeamView, actor: Actor, *, dropped: bool = False) -> tuple[Seen, ...]:
    return tuple(
        Seen(one, sight_of(actor, one.row.visibility, view.team.id))
        for one in view.objectives
        if dropped or one.row.state is not m.ObjectiveState.DROPPED
    )
