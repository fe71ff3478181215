"""What is to be changed of a key result: whether this person may, and what their words would make of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.handlers import pausing
from bot.handlers.edit_sentences import FED, impossible, unreadable
from bot.handlers.naming import NotOneError
from bot.handlers.saying import notice
from bot.intake.conversation import Turn
from bot.okr.access import may_draft, sees_drafts
from bot.okr.drafts import KRDraft, Problem, problems
from bot.okr.edit_values import ORDER, Known, Unreadable, changed, read_part
from bot.okr.edit_words import Part
from bot.okr.localtime import local_day
from bot.okr.model import KeyResult, KRState, KRType, Source, Step
from bot.okr.replies.context import NumberStyle
from bot.views.rights import actor_of
from bot.views.team import KRView
from storage import changes, okrs
from storage import models as m
from storage.drafts import draft_of
from storage.teams import person_zone

_PARTS_OF: Mapping[str, Part] = {"range_lo": Part.RANGE, "range_tol": Part.TOLERANCE}


@dataclass(frozen=True, slots=True)
class Target:
    """The key result that is changed: as it is drafted, and as it stands on its board; None for a draft."""

    row: m.KeyResult
    team: m.Team
    kr: KeyResult
    draft: KRDraft
    steps: tuple[Step, ...]
    today: date
    view: KRView | None

    @property
    def is_draft(self) -> bool:
        return self.view is None


def read(turn: Turn, one: Target, parts: Sequence[tuple[Part, str]]) -> tuple[dict[str, Any], dict[Part, str]]:
    """The values that the words mean together, and a sentence for each field that cannot be."""
    values: dict[str, Any] = {}
    wrong: dict[Part, str] = {}
    draft = one.draft
    for part, words in sorted(parts, key=lambda piece: ORDER.index(piece[0]) if piece[0] in ORDER else len(ORDER)):
        try:
            values |= read_part(part, words, Known(draft, one.steps, style_of(turn), one.today))
        except Unreadable as why:
            wrong[part] = unreadable(turn, why)
        else:
            draft = changed(one.draft, values)
    if wrong:
        return values, wrong
    values |= _first_value(one, draft)
    draft = changed(one.draft, values)
    fed = one.row.source is Source.AUTO and draft.type in (KRType.MILESTONE, KRType.BASELINE)
    if fed and draft.type is not one.row.type:
        wrong[Part.TYPE] = turn.say(FED)
    before = problems(one.draft)
    for name, problem in problems(draft).items():
        if before.get(name) is not problem or _touches(problem, values):
            part = _beside(name, [part for part, _ in parts])
            wrong.setdefault(part, impossible(turn, problem, draft, one.today))
    return values, wrong


def _touches(problem: Problem, values: Mapping[str, Any]) -> bool:
    """What was impossible before is told only to whoever changes its numbers."""
    return problem in (Problem.SAME, Problem.WRONG_WAY, Problem.NOT_IN_ORDER) and not {
        "baseline", "target", "anchors", "type",
    }.isdisjoint(values)  # fmt: skip


def _beside(name: str, parts: Sequence[Part]) -> Part:
    """The field that a sentence stands beside: the one that is impossible, or one that was written."""
    part = _PARTS_OF.get(name) or (Part(name) if name in tuple(Part) else Part.TITLE)
    return part if part in parts or not parts else parts[0]


def _first_value(one: Target, draft: KRDraft) -> dict[str, Any]:
    """What was to be found out first is where the way begins, once there is a target."""
    found = one.row.type is KRType.BASELINE and draft.type in (KRType.INCREASE, KRType.DECREASE)
    if found and draft.baseline is None and one.row.current.value is not None:
        return {"baseline": one.row.current.value}
    return {}


def style_of(turn: Turn) -> NumberStyle:
    """How this person writes numbers."""
    return turn.person.number_style.value


# --- who may ----------------------------------------------------------------------------------------------


def the_target(turn: Turn, row: m.KeyResult) -> Target:
    """What may be changed by this person. Raises `NotOneError` and `NotAllowedError`."""
    team = turn.session.get_one(m.Team, row.team_id)
    parts = okrs.parts_of(turn.session, [row.id])
    kr = okrs.definition(row, team, parts)
    view = None
    if row.state is KRState.DRAFT:
        actor = actor_of(turn.session, turn.person)
        if row.workspace_id != turn.person.workspace_id or not sees_drafts(actor, team.id):
            raise NotOneError(notice(pausing.NOT_THERE))
        if not may_draft(actor, team.id):
            raise NotOneError(notice(pausing.MEMBERS_ONLY, team=team.name))
        workspace = turn.session.get_one(m.Workspace, turn.person.workspace_id)
        today = local_day(turn.now, person_zone(turn.person, workspace))
    else:
        view = pausing.view_of(turn, row)
        if view is None:
            raise NotOneError(notice(pausing.GONE))
        pausing.allowed(turn, view)
        if row.state not in (KRState.ACTIVE, KRState.PAUSED):
            raise NotOneError(pausing.over(turn, view))
        today = view.today
    return Target(row, team, kr, draft_of(turn.session, row), changes.steps_of(turn.session, row), today, view)
