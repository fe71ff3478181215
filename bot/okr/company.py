"""The team tree: in which order a company's teams are told, and how deep before the rest is summed up: pure.

No team is ranked (spec/08 §13.7): the order is that of the tree, and of the keys within one parent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LINES = 30
"""The most teams that are told one by one."""


@dataclass(frozen=True, slots=True)
class TreeTeam:
    """A team as far as the tree goes."""

    id: int
    key: str
    parent_id: int | None = None
    is_company: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A team's place in what is told: how deep it stands, and the teams below it that are summed up in its line."""

    team_id: int
    depth: int
    below: tuple[int, ...] = ()


def in_order(teams: Iterable[TreeTeam]) -> list[Place]:
    """Every team once, parents before children, the company first; whoever is part of a circle stands at the top."""
    known = {team.id: team for team in teams}
    children: dict[int | None, list[TreeTeam]] = {}
    for team in known.values():
        children.setdefault(team.parent_id if team.parent_id in known else None, []).append(team)
    placed: dict[int, Place] = {}

    def walk(team: TreeTeam, depth: int) -> None:
        if team.id in placed:
            return
        placed[team.id] = Place(team.id, depth)
        for child in _sorted(children.get(team.id, ())):
            walk(child, depth + 1)

    for root in _sorted(children.get(None, ())):
        walk(root, 0)
    for left in _sorted(team for team in known.values() if team.id not in placed):
        walk(left, 0)
    return list(placed.values())


def told(places: Sequence[Place], lines: int = LINES) -> list[Place]:
    """The places that get a line of their own: as many levels of the tree as fit, what is deeper in its ancestor's.

    Where even the first level is too long, the first of it; the last line then sums up the others.
    """
    if len(places) <= lines:
        return list(places)
    deepest = max((depth for depth in range(1, 50) if _count(places, depth) <= lines), default=0)
    found: list[Place] = []
    for place in places:
        room = len(found) < lines
        if place.depth <= deepest and room:
            found.append(place)
        else:
            last = found[-1]
            found[-1] = Place(last.team_id, last.depth, (*last.below, place.team_id))
    return found


def _count(places: Sequence[Place], depth: int) -> int:
    return sum(place.depth <= depth for place in places)


def _sorted(teams: Iterable[TreeTeam]) -> list[TreeTeam]:
    return sorted(teams, key=lambda team: (not team.is_company, team.key, team.id))
