"""What the lines of a pasted set become: each key result is read by the same reader as one that is typed alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.handlers import jotting
from bot.handlers.adding import drafted, read_line
from bot.handlers.line_people import Owned, owned_line_as_far
from bot.handlers.written import team_day
from bot.intake.conversation import Turn
from bot.okr.days import read_day
from bot.okr.draft_data import as_data
from bot.okr.drafts import LINES, TITLE, UNIT, KRDraft, StepDraft, places_of, problems
from bot.okr.kr_lines import KRLine, read_amount, read_kr_line
from bot.okr.model import Commitment, KRType
from bot.okr.replies.context import NumberStyle
from bot.okr.writing import Asks, asks, left_of
from bot.views.pasting import UNITS_DIFFER
from storage import models as m
from storage.okr_files.drafts import DraftKeyResult, DraftObjective, Unread
from storage.okr_files.pasted_text import Left, LeftOut, PastedKR, PastedObjective

MOST_WHY = 300
MOST_TEXT = 80
"""Of a line that is left out, so much is shown."""
_YES = ("yes", "true", "committed", "x", "1", "是", "承诺")
_SAYS_STEPS = re.compile(r"\b(?:steps?|phases?|milestones?)\b|步骤|阶段|里程碑|分步", re.IGNORECASE)

Kept = dict[str, Any]


@dataclass(slots=True)
class Reading:
    """Where a set would be saved, and what of it is left out so far."""

    team: m.Team
    cycle: m.Cycle
    today: date
    left: list[Kept] = field(default_factory=list)

    def leave(self, line: int, text: str, why: str) -> None:
        self.left.append({"line": line, "text": text[:MOST_TEXT], "why": why})


@dataclass(frozen=True, slots=True)
class _Written:
    """A key result as it was written, in a line or in the columns of a table."""

    line: int
    text: str
    below: Sequence[tuple[int, str]] = ()
    fields: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    says_steps: bool = False


def reading(turn: Turn, team: m.Team, cycle: m.Cycle) -> Reading:
    return Reading(team, cycle, team_day(turn, team))


def keep_left(into: Reading, left: Sequence[LeftOut] | Sequence[Unread]) -> None:
    for one in left:
        into.leave(one.line, one.text, str(one.why))


def keep_pasted(turn: Turn, one: PastedObjective, into: Reading) -> Kept:
    """An objective of a text, with its key results."""
    krs = [_key_result(turn, _of_text(each), into) for each in one.key_results]
    return _objective(turn, one.line, one.title, one.why, krs, into)


def keep_drafted(turn: Turn, one: DraftObjective, into: Reading) -> Kept:
    """An objective of a table or of a file."""
    krs = [_key_result(turn, _of_table(each), into) for each in one.key_results]
    return _objective(turn, one.line, one.title, one.why or "", krs, into)


def _objective(turn: Turn, line: int, title: str, why: str, krs: list[Kept], into: Reading) -> Kept:
    """What is longer than an objective may be is told, never cut in silence."""
    title = jotting.in_words(turn, title)
    if len(title) > TITLE:
        cut = title[: TITLE + 1].rpartition(" ")[0] or title[:TITLE]
        into.leave(line, title[len(cut) :].strip(), Left.LONG)
        title = cut[:TITLE]
    if len(why) > MOST_WHY:
        into.leave(line, why[MOST_WHY:], Left.LONG)
    return {"title": title, "why": why[:MOST_WHY], "krs": krs}


def _of_text(one: PastedKR) -> _Written:
    text = one.text
    fields: dict[str, tuple[int, str]] = {}
    for line, name, value in one.fields:
        if name == "owner":
            text = f"{text}, Owner: {value}"
        else:
            fields.setdefault(name, (line, value))
    return _Written(one.line, text, tuple(one.below), fields, one.says_steps)


def _of_table(one: DraftKeyResult) -> _Written:
    """The importer took the owner out of the text; the reader of lines is told of it again."""
    text = one.title if not one.owner else f"{one.title}, Owner: {one.owner}"
    below = [(each.line, each.title) for each in one.steps]
    fields = {name: (one.line, value) for name, value in one.fields.items() if value.strip()}
    return _Written(one.line, text, below, fields, bool(below))


def _key_result(turn: Turn, one: _Written, into: Reading) -> Kept:
    """What its line says and what stands beside and below it; `wrong` says why it cannot be saved so."""
    style: NumberStyle = turn.person.number_style.value
    owned: Owned = owned_line_as_far(turn, one.text)
    line = replace(read_line(turn, owned.text), people=owned.people)
    if line.reason:
        into.leave(one.line, line.reason, Left.REASON)
    read = read_kr_line(line.title, style)
    draft = drafted(turn, line, read, into.cycle.first_day, into.cycle.last_day, into.today)
    draft = _with_fields(turn, draft, one, into)
    draft = _with_steps(turn, draft, read, one, into)
    wrong = next(iter(problems(draft, into.today).values()), None)
    clash = asks(draft, left_of(read)) is Asks.UNITS
    return {
        "line": one.line,
        "draft": as_data(draft),
        "wrong": UNITS_DIFFER if clash else None if wrong is None else wrong.value,
        "unknown_owner": ", ".join(owned.unknown)[:60],
        "owned": bool(owned.people),
    }


def _with_fields(turn: Turn, draft: KRDraft, one: _Written, into: Reading) -> KRDraft:
    """What columns say, or lines of their own below it. What cannot be read is told."""
    style: NumberStyle = turn.person.number_style.value

    def unread(name: str) -> None:
        line, value = one.fields[name]
        into.leave(line, value, Left.UNREAD_FIELD)

    def amount(name: str) -> tuple[Decimal, str] | None:
        found = read_amount(one.fields[name][1], style) if name in one.fields else None
        if found is None and name in one.fields:
            unread(name)
        return found

    start, target, weight = amount("from"), amount("to"), amount("weight")
    unit = one.fields["unit"][1] if "unit" in one.fields else None
    if target is not None:
        kind = draft.type if draft.type is KRType.DECREASE else KRType.INCREASE
        draft = replace(draft, type=kind, target=target[0], unit=(unit or target[1] or draft.unit)[:UNIT])
    if start is not None and draft.goal is not None:
        kind = KRType.INCREASE if draft.goal >= start[0] else KRType.DECREASE
        draft = replace(draft, type=kind, baseline=start[0], unit=draft.unit or start[1][:UNIT])
    shown = [one for one in (draft.baseline, draft.target) if one is not None]
    draft = replace(draft, decimals=max(draft.decimals, places_of(shown)))
    if "due" in one.fields:
        due = read_day(one.fields["due"][1], into.today)
        if due is None:
            unread("due")
        draft = draft if due is None else replace(draft, due=due)
    if weight is not None and weight[0] > 0:
        draft = replace(draft, weight=weight[0])
    if "committed" in one.fields and one.fields["committed"][1].strip().casefold() in _YES:
        draft = replace(draft, stretch=Commitment.COMMITTED)
    return draft


def _with_steps(turn: Turn, draft: KRDraft, read: KRLine, one: _Written, into: Reading) -> KRDraft:
    """What stands below is its steps where it is done or not, or says itself that it has some; else it is told."""
    if not one.below:
        return draft
    is_plain = draft.type in (None, KRType.MILESTONE) and (draft.baseline, draft.goal, read.relative) == (None,) * 3
    says_steps = one.says_steps or _SAYS_STEPS.search(draft.title) is not None
    is_measured = read.from_ is not None and read.from_ != 0
    if not is_plain and not (says_steps and draft.type in LINES and not is_measured and "from" not in one.fields):
        for line, text in one.below:
            into.leave(line, text, Left.NO_STEPS)
        return draft
    steps = [StepDraft(jotting.in_words(turn, text)) for _line, text in one.below if text]
    bare = replace(draft, type=KRType.MILESTONE, baseline=None, target=None, unit="", decimals=0)
    return replace(bare, steps=(*draft.steps, *steps))
