"""What the lines of a pasted set become: each key result is read by the same reader as one that is typed alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.handlers import jotting
from bot.handlers.adding import drafted, due_of, read_line, read_of
from bot.handlers.line_people import Owned, owned_line_as_far
from bot.handlers.people_fields import with_mail
from bot.handlers.written import team_day
from bot.intake.conversation import Turn
from bot.okr.draft_data import as_data
from bot.okr.drafts import LINES, TITLE, UNIT, KRDraft, StepDraft, places_of, problems
from bot.okr.kr_due import read_due
from bot.okr.kr_lines import KRLine, read_amount
from bot.okr.model import Commitment, KRType
from bot.okr.replies.context import NumberStyle
from bot.okr.writing import Asks, asks, left_of
from bot.views.pasting import UNITS_DIFFER
from storage import models as m
from storage.okr_files.drafts import DraftKeyResult, DraftObjective, Unread
from storage.okr_files.pasted_text import Left, LeftOut, PastedKR, PastedObjective
from storage.okr_files.table_values import NOT_A_DAY

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
    exact: bool = False
    """Its columns were read already: their numbers have a decimal point, whoever sent them."""
    left: list[Kept] = field(default_factory=list)
    days: dict[int, str] = field(default_factory=dict)
    """What stands in a column of days and is one only for whoever knows today: `15 Dec`, by its line."""

    def leave(self, line: int, text: str, why: str) -> None:
        self.left.append({"line": line, "text": text[:MOST_TEXT], "why": why})


@dataclass(frozen=True, slots=True)
class _Written:
    """A key result as it was written, in a line or in the columns of a table."""

    line: int
    text: str
    owners: Sequence[str] = ()
    below: Sequence[tuple[int, str]] = ()
    fields: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    says_steps: bool = False


def reading(turn: Turn, team: m.Team, cycle: m.Cycle) -> Reading:
    return Reading(team, cycle, team_day(turn, team))


def keep_left(into: Reading, left: Sequence[LeftOut] | Sequence[Unread]) -> None:
    """To be called before the key results of the same source are kept."""
    for one in left:
        if one.why.endswith(NOT_A_DAY) and read_due(one.text, into.today) is not None:
            into.days[one.line] = one.text
        else:
            into.leave(one.line, one.text, str(one.why))


def keep_pasted(turn: Turn, one: PastedObjective, into: Reading) -> Kept:
    """An objective of a text, with its key results."""
    krs = [_key_result(turn, _of_text(each), into) for each in one.key_results]
    return _objective(turn, one.line, one.title, one.why, krs, into)


def keep_drafted(turn: Turn, one: DraftObjective, into: Reading) -> Kept:
    """An objective of a table or of a file."""
    krs = [_key_result(turn, _of_table(turn, each, into.days.get(each.line, "")), into) for each in one.key_results]
    return {**_objective(turn, one.line, one.title, one.why or "", krs, into), "visibility": one.visibility}


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
    fields: dict[str, tuple[int, str]] = {}
    for line, name, value in one.fields:
        if name != "owner":
            fields.setdefault(name, (line, value))
    owners = [value for _line, name, value in one.fields if name == "owner"]
    return _Written(one.line, one.text, owners, tuple(one.below), fields, one.says_steps)


def _of_table(turn: Turn, one: DraftKeyResult, day: str) -> _Written:
    below = [(each.line, each.title) for each in one.steps]
    fields = {name: (one.line, value) for name, value in one.fields.items() if value.strip()}
    if day:
        fields.setdefault("due", (one.line, day))
    further = [name for name in one.fields.get("co_owners", "").split(",") if name.strip()]
    owners = [_called(turn, name) for name in (one.owner or "", *further) if name.strip()]
    return _Written(one.line, one.title, owners, below, fields, bool(below))


def _called(turn: Turn, name: str) -> str:
    """`Mei <mei@example.org>` names her twice: by whichever of the two she is known here."""
    called, _, mail = (part.strip() for part in name.partition("<"))
    return mail.strip(">") if mail and with_mail(turn, mail.strip(">")) else called or name


def _key_result(turn: Turn, one: _Written, into: Reading) -> Kept:
    """What its line says and what stands beside and below it; `wrong` says why it cannot be saved so."""
    owned: Owned = owned_line_as_far(turn, one.text, one.owners)
    line = replace(read_line(turn, owned.text), people=owned.people)
    if line.reason:
        into.leave(one.line, line.reason, Left.REASON)
    read = read_of(turn, line)
    first, last, name = into.cycle.first_day, into.cycle.last_day, into.cycle.name
    draft = drafted(turn, line, read, first, last, into.today, name)
    due = due_of(line, into.today, name, last)
    if due is not None and due.day is None and "due" not in one.fields:
        into.leave(one.line, due.words, Left.UNREAD_FIELD)
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
    style: NumberStyle = "dot" if into.exact else turn.person.number_style.value

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
        due = read_due(one.fields["due"][1], into.today)
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
