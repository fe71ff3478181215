"""Which objective is meant: by number, team or title, of those that a person may see; drafts included."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.handlers.naming import visible_teams
from bot.handlers.verbs import folded, without_filler
from bot.intake.conversation import Turn
from bot.okr.access import Sight, sees_drafts, sight_of
from bot.okr.localtime import local_day
from bot.views.person import PersonView
from bot.views.rights import actor_of
from storage import drafts, okrs
from storage import models as m
from storage.teams import team_zone

_NAMED = re.compile(
    r"(?:(?P<team>[a-z]{2,5})[\s-]+)?(?:(?:the|our|my)\s+)?"
    r"(?:objective(?:\s*o?\s*(?P<number>\d{1,2}))?|o\s*(?P<o>\d{1,2})|目标\s*o?(?P<zh>\d{1,2})?)(?![a-z0-9.-])"
    r"(?:\s+(?:of\s+)?(?P<of>[a-z]{2,5})$)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NamedObjective:
    """What stands first in some words: the objectives it may mean, and what follows it."""

    found: Sequence[m.Objective]
    rest: str


def objective_at_start(turn: Turn, view: PersonView, words: str) -> NamedObjective | None:
    """`O2 …`, `GRO O2 …`, `objective of GRO`, `目标2 …`: None where no objective is named so."""
    text = folded(words)
    label = _NAMED.match(text)
    if label is None:
        return None
    number = label["number"] or label["o"] or label["zh"]
    found = objectives_of(turn, view, label["of"] or label["team"] or "", None if number is None else int(number))
    return NamedObjective(found, text[label.end() :].strip(" ,，:：-–—"))


def objectives_called(turn: Turn, view: PersonView, words: str) -> Sequence[m.Objective]:
    """The objectives of one's own teams that have just this title."""
    title = without_filler(folded(words)).casefold().strip(' "“”')
    found = objectives_of(turn, view, "", None) if title else []
    return [one for one in found if folded(one.title).casefold() == title]


def objectives_of(turn: Turn, view: PersonView, team_key: str, number: int | None) -> Sequence[m.Objective]:
    """Those that may be meant: of the team that is named, that one leads, or that one is in; drafts after the rest."""
    led = [one.team for one in view.teams if one.rows.lead_id == turn.person.id]
    wanted = visible_teams(turn, view, team_key) if team_key else led or [one.team for one in view.teams]
    found: list[m.Objective] = []
    for team in wanted:
        workspace = turn.session.get_one(m.Workspace, team.workspace_id)
        cycle = okrs.active_cycle(turn.session, team, local_day(turn.now, team_zone(team, workspace)))
        if cycle is None:
            continue
        found += okrs.objectives_of(turn.session, {team.id: cycle.id}).get(team.id, [])
        found += [one.objective for one in drafts.drafts_of(turn.session, team, cycle)]
    return [one for one in found if number in (None, one.number) and is_seen(turn, one)]


def is_seen(turn: Turn, row: m.Objective) -> bool:
    """True for an objective that this person may read in full, drafts of their teams included."""
    actor = actor_of(turn.session, turn.person)
    if row.workspace_id != turn.person.workspace_id:
        return False
    if not okrs.is_on_board(row):
        return sees_drafts(actor, row.team_id) and row.state in drafts.BEING_WRITTEN
    return sight_of(actor, row.visibility, row.team_id) is Sight.ALL
