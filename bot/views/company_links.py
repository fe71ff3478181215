"""What teams serve elsewhere by their links, as far as a reader may see it: for the company's tree."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import Session

from bot.okr.access import Actor, Sight, sight_of
from bot.okr.agreements import Side
from bot.views.agreements import name_of
from storage import agreements

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Links:
    """By team: the keys of what it serves in other teams, and which team that is for the most part."""

    keys: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    parents: Mapping[int, int] = field(default_factory=dict)

    def of(self, team_id: int) -> tuple[str, ...]:
        return self.keys.get(team_id, ())

    def parent(self, team_id: int) -> int | None:
        return self.parents.get(team_id)


def links_upward(session: Session, workspace_id: int, actor: Actor) -> Links:
    """The links between teams, each once; what is private at either end is left out: one query."""
    keys: dict[int, list[str]] = {}
    teams: dict[int, Counter[int]] = {}
    for ends in agreements.upward_of(session, workspace_id):
        far = ends.to_objective
        if far is None or ends.from_team.id == ends.to_team.id or not agreements.is_in_force(ends):
            continue
        shown = (ends.from_objective, far)
        if any(sight_of(actor, one.visibility.value, one.team_id) is not Sight.ALL for one in shown):
            continue
        name = name_of(ends, Side.TO, actor, title=False)
        named = keys.setdefault(ends.from_team.id, [])
        if name not in named and len(named) < MOST_NAMED:
            named.append(name)
        teams.setdefault(ends.from_team.id, Counter())[ends.to_team.id] += 1
    return Links(
        {team_id: tuple(found) for team_id, found in keys.items()},
        {team_id: min(found, key=lambda one: (-found[one], one)) for team_id, found in teams.items()},
    )
