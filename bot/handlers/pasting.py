"""A whole set of OKRs pasted into the direct message: recognised, shown, and saved as drafts with one tap."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.handlers.adding import begins, cycles_of, writing_teams
from bot.handlers.naming import NotOneError, the_person
from bot.handlers.order import Order, Topic
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import shows_in_place
from bot.handlers.verbs import Verb
from bot.handlers.written import NOT_YOURS, team_day
from bot.intake.conversation import Answer, Reply, Turn
from bot.intake.inbound import Nothing
from bot.okr.access import may_draft
from bot.okr.days import read_day
from bot.okr.draft_data import as_data, from_data
from bot.okr.drafts import MOST_STEPS, TITLE, KRDraft, StepDraft, kr_draft_of, problems
from bot.okr.kr_lines import read_amount, read_kr_line
from bot.okr.model import Commitment, KRType
from bot.okr.pasted import MOST_LINES, is_pasted, is_table, is_too_long
from bot.okr.replies.context import NumberStyle
from bot.okr.writing import Asks, asks, left_of
from bot.views.pasting import UNITS_DIFFER
from bot.views.rights import actor_of
from storage import drafts, writing
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.okr_files.drafts import DraftKeyResult, DraftObjective, Unread
from storage.okr_files.sources import Found, read_source

PASTED = "pasted"
"""The answer that shows a set; any other refuses it."""
MOST_OBJECTIVES, MOST_KEY_RESULTS = 10, 50
TOO_LONG = N_(
    "That has {n} lines, and I take up to {most} in a message, so nothing was saved. "
    "For a whole company, whoever runs Okra imports a file."
)
TOO_MANY = N_("That is more than {most} key results at once, so nothing was saved. Please paste it team by team.")
NOT_READ = N_(
    "I see no objective with key results in that, so nothing was saved. Begin a line with 'Objective:', "
    "and each line below it with 'KR:'."
)
GONE = N_("That card is of no use any more, and nothing was saved. Please paste it again.")
STAYS = N_("What was changed or spoken about since stays: {list}. The rest is taken back.")


def pasted(turn: Turn, text: str) -> Reply:
    """Show what was understood, with what is left out; nothing is saved before a tap. Raises `NotOneError`."""
    if is_too_long(text):
        return notice(TOO_LONG, n=text.count("\n") + 1, most=MOST_LINES)
    return pasted_source(turn, text.encode("utf-8", "replace"), "pasted.csv" if is_table(text) else "pasted.md")


def pasted_source(turn: Turn, content: bytes, name: str) -> Reply:
    """The same for a table or a text of any kind the importer reads, called `name`. Raises `NotOneError`."""
    found = read_source(content, name)
    if not isinstance(found, Found) or not found.draft.objectives:
        return notice(NOT_READ)
    return pasted_set(turn, found)


def pasted_set(turn: Turn, found: Found, *, file: str = "", number: int = 0, team: m.Team | None = None) -> Reply:
    """Show a set that was read already; `file` and `number` tell those of a message's files apart. It goes to `team`,
    or to whichever of their teams the person taps. Raises `NotOneError`."""
    if found.key_results > MOST_KEY_RESULTS or found.objectives > MOST_OBJECTIVES:
        return notice(TOO_MANY, most=MOST_KEY_RESULTS)
    teams = writing_teams(turn, fresh_view(turn)) if team is None else [team]
    cycles = cycles_of(turn, teams)
    teams = [one for one in teams if one.id in cycles]
    cycle = cycles[teams[0].id]
    objectives = [_objective(turn, one, teams[0], cycle) for one in found.draft.objectives]
    data = {
        "paste": objectives,
        "unread": [_unread(one) for one in found.draft.unread],
        "teams": [one.id for one in teams],
        "inbox": turn.inbox.id,
        "file": file,
        "saved": None,
    }
    part = f":paste:{number}" if number else ":paste"
    return _shown(writing.keep(turn.session, turn.person, turn.inbox, data, part=part))


def _shown(row: m.Delivery) -> Answer:
    return Answer(PASTED, {"record": row.id})


def _unread(one: Unread) -> dict[str, Any]:
    return {"line": one.line, "text": one.text[:80], "why": one.why}


def _objective(turn: Turn, one: DraftObjective, team: m.Team, cycle: m.Cycle) -> dict[str, Any]:
    krs = [_key_result(turn, each, team, cycle) for each in one.key_results]
    return {"title": one.title[:TITLE], "why": (one.why or "")[:300], "krs": krs}


def _key_result(turn: Turn, one: DraftKeyResult, team: m.Team, cycle: m.Cycle) -> dict[str, Any]:
    """What its line says and what its columns add; `wrong` says why it cannot be saved so."""
    style: NumberStyle = turn.person.number_style.value
    line = read_kr_line(one.title, style)
    draft = kr_draft_of(line, start=cycle.first_day, due=cycle.last_day, lead_owner=turn.person.id)
    draft = replace(_with_columns(turn, draft, one, team), title=draft.title[:TITLE])
    wrong = next(iter(problems(draft).values()), None)
    clash = asks(draft, left_of(line)) is Asks.UNITS
    owner = _owner(turn, one.owner)
    return {
        "line": one.line,
        "draft": as_data(draft if owner is None else replace(draft, lead_owner=owner.id)),
        "wrong": UNITS_DIFFER if clash else None if wrong is None else wrong.value,
        "unknown_owner": "" if one.owner is None or owner is not None else one.owner[:60],
    }


def _with_columns(turn: Turn, draft: KRDraft, one: DraftKeyResult, team: m.Team) -> KRDraft:
    style: NumberStyle = turn.person.number_style.value
    start, target = (read_amount(one.fields.get(name, ""), style) for name in ("from", "to"))
    if target is not None:
        draft = replace(draft, target=target[0], unit=one.fields.get("unit", target[1])[:12])
        draft = replace(draft, type=KRType.INCREASE if draft.type not in (KRType.DECREASE,) else draft.type)
    if start is not None and draft.goal is not None:
        kind = KRType.INCREASE if draft.goal >= start[0] else KRType.DECREASE
        draft = replace(draft, type=kind, baseline=start[0])
    due = read_day(one.fields.get("due", ""), team_day(turn, team))
    if due is not None:
        draft = replace(draft, due=due)
    weight = read_amount(one.fields.get("weight", ""), style)
    if weight is not None and weight[0] > Decimal(0):
        draft = replace(draft, weight=weight[0])
    if one.fields.get("committed", "").strip().casefold() in ("yes", "true", "committed", "x", "1", "是", "承诺"):
        draft = replace(draft, stretch=Commitment.COMMITTED)
    if one.steps and draft.type in (None, KRType.MILESTONE):
        steps = tuple(StepDraft(each.title[:TITLE]) for each in one.steps[:MOST_STEPS])
        draft = replace(draft, type=KRType.MILESTONE, steps=steps)
    return draft


def _owner(turn: Turn, name: str | None) -> m.Person | None:
    """Whom a line names; nobody where that is not one active person."""
    if not name:
        return None
    try:
        person = the_person(turn, name)
    except NotOneError:
        return None
    return person if person.active else None


# --- the three taps ---------------------------------------------------------------------------------------


def on_paste(does: Callable[[Turn, m.Delivery, str], Reply]) -> Callable[[Turn, str], Reply]:
    """A button of the preview, `token:argument`."""

    def pressed(turn: Turn, value: str) -> Reply:
        token, _, argument = value.partition(":")
        row = writing.held(turn.session, token)
        if row is None or "paste" not in row.data:
            return notice(GONE)
        return does(turn, row, argument) if row.person_id == turn.person.id else notice(NOT_YOURS)

    return pressed


def _save(turn: Turn, row: m.Delivery, key: str) -> Reply:
    """Everything that can be saved becomes a draft of the team; a second tap saves nothing again."""
    if row.data["saved"] is not None or row.data.get("dropped"):
        return show(turn, row)
    teams = [turn.session.get_one(m.Team, one) for one in row.data["teams"]]
    team = next((one for one in teams if one.key == key), teams[0])
    if not may_draft(actor_of(turn.session, turn.person), team.id):
        return notice(N_("You do not write in {team} any more, so nothing was saved."), team=team.name)
    cycle = cycles_of(turn, [team])[team.id]
    known = drafts.open_objectives(turn.session, {team.id: cycle.id})
    by_title = {one.title.casefold(): one for one in known if one.state is m.ObjectiveState.DRAFT}
    made: list[int] = []
    krs: list[int] = []
    for one in row.data["paste"]:
        objective = by_title.get(one["title"].casefold())
        if objective is None:
            objective = drafts.draft_objective(
                turn.session, team, cycle, one["title"], why=one["why"] or None, by_id=turn.person.id, now=turn.now
            )
            made.append(objective.id)
        krs += _save_key_results(turn, objective, cycle, one["krs"])
    rows = [turn.session.get_one(m.KeyResult, each) for each in krs]
    as_saved = {str(each.id): writing.as_saved(turn.session, each) for each in rows}
    saved = {"objectives": made, "krs": krs, "team": team.id, "as_saved": as_saved}
    writing.put(turn.session, row, saved=saved, saved_at=turn.now.isoformat(), undone=False)
    return show(turn, row)


def _save_key_results(turn: Turn, objective: m.Objective, cycle: m.Cycle, kept: Sequence[dict[str, Any]]) -> list[int]:
    start = begins(objective, cycle, cycle.first_day)
    made = []
    for one in kept:
        if one["wrong"] is not None:
            continue
        draft = from_data(one["draft"])
        due = max(min(draft.due, cycle.last_day), start)
        row = drafts.draft_key_result(
            turn.session, objective, replace(draft, start=start, due=due), by_id=turn.person.id, now=turn.now
        )
        made.append(row.id)
    return made


def show(turn: Turn, row: m.Delivery) -> Reply:
    return Nothing() if shows_in_place(turn) else _shown(row)


def _forget(turn: Turn, row: m.Delivery, _argument: str) -> Reply:
    if row.data["saved"] is None:
        writing.put(turn.session, row, dropped=True)
    return show(turn, row)


def _undo(turn: Turn, row: m.Delivery, _argument: str) -> Reply:
    """Within a day all that was saved with one tap is taken away with one."""
    saved = row.data["saved"]
    if saved is None:
        return show(turn, row)
    if datetime.fromisoformat(row.data["saved_at"]) <= turn.now - UNDO_WITHIN:
        return notice(N_("That was more than 24 hours ago, so it stays."))
    krs = [each for one in saved["krs"] if (each := turn.session.get(m.KeyResult, one)) is not None]
    left = [one for one in krs if not _taken_back(turn, one, saved.get("as_saved", {}))]
    objectives = [found for one in saved["objectives"] if (found := turn.session.get(m.Objective, one)) is not None]
    left_objectives = [one for one in objectives if not drafts.remove_objective(turn.session, one)]
    if left or left_objectives:
        kept = {**saved, "krs": [one.id for one in left], "objectives": [one.id for one in left_objectives]}
        writing.put(turn.session, row, saved=kept)
        key = turn.session.get_one(m.Team, saved["team"]).key
        names = [*(f"O{one.number}" for one in left_objectives), *(f"{key}-{one.number}" for one in left)]
        return notice(STAYS, list=", ".join(names))
    writing.put(turn.session, row, saved=None, undone=True)
    return show(turn, row)


def _taken_back(turn: Turn, row: m.KeyResult, as_saved: Mapping[str, Any]) -> bool:
    """False for what somebody has changed or spoken about since it was saved: it stays."""
    kept = as_saved.get(str(row.id))
    return writing.is_as_saved(turn.session, row, kept) and drafts.remove(turn.session, row)


# --- the verb ---------------------------------------------------------------------------------------------


def _import(order: Order) -> Reply:
    """What stands behind it is read as a paste; alone it says how OKRs come in."""
    return pasted(order.turn, order.raw) if is_pasted(order.raw) else Answer("import_how", {})


TOPIC = Topic(
    verbs={Verb.IMPORT: _import},
    buttons={
        "paste_save": on_paste(_save),
        "paste_forget": on_paste(_forget),
        "paste_undo": on_paste(_undo),
    },
)
