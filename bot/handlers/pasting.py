"""A whole set of OKRs pasted into the direct message: recognised, shown, and saved as drafts with one tap."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.handlers.adding import begins, cycles_of
from bot.handlers.order import Order, Topic
from bot.handlers.pasted_lines import Kept, Reading, keep_drafted, keep_left, keep_pasted, reading
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import shows_in_place
from bot.handlers.verbs import Verb
from bot.handlers.writing_for import ARCHIVED, team_in, writing_teams
from bot.handlers.written import NOT_YOURS
from bot.intake.conversation import Answer, Reply, Turn
from bot.intake.inbound import Nothing
from bot.okr.access import may_draft
from bot.okr.draft_data import from_data
from bot.okr.pasted import MOST_LINES, is_table, is_too_long
from bot.okr.pasted_heads import with_labels, with_titles
from bot.views.rights import actor_of
from storage import drafts, writing
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.okr_files.pasted_text import PastedText, read_pasted
from storage.okr_files.sources import Found, SourceKind, kind_of, read_source
from storage.settings import is_archived

PASTED = "pasted"
"""The answer that shows a set; any other refuses it."""
MOST_OBJECTIVES, MOST_KEY_RESULTS = 10, 50
TOO_LONG = N_(
    "That has {n} lines, and I take up to {most} in a message, so nothing was saved. "
    "For a whole company, an admin sends me a file."
)
TOO_MANY = N_(
    "That is more than {most} key results at once, so nothing was saved. Please paste it team by team; "
    "for a whole company, an admin sends me a file."
)
NOT_READ = N_(
    "I see no objective with key results in that, so nothing was saved. Begin a line with 'Objective:', "
    "and each line below it with 'KR:'."
)
GONE = N_("That card is of no use any more, and nothing was saved. Please paste it again.")
STAYS = N_("What was changed or spoken about since stays: {list}. The rest is taken back.")


def pasted(turn: Turn, text: str, *, unsure: bool = False) -> Reply:
    """Show what was understood, with what is left out; nothing is saved before a tap. `unsure` asks whether it is a
    set at all. Raises `NotOneError`."""
    text, named = _for_team(turn, text)
    if is_too_long(text):
        return notice(TOO_LONG, n=text.count("\n") + 1, most=MOST_LINES)
    content = text.encode("utf-8", "replace")
    if is_table(text):
        return pasted_source(turn, content, "pasted.md" if text.lstrip().startswith("|") else "pasted.csv", named)
    found = read_pasted(text)
    if found.key_results:
        return _pasted_lines(turn, found, named, unsure=unsure)
    return _from_source(turn, content, "pasted.md", named)


def _for_team(turn: Turn, text: str) -> tuple[str, m.Team | None]:
    """The lines below a first one that only names a team, `for GRO`, and that team. Raises `NotOneError`."""
    first, _, below = text.lstrip().partition("\n")
    rest, named = team_in(turn, first) if below else ("", None)
    if named is None or rest.strip(" :：*#"):
        return text, None
    return below, writing_teams(turn, fresh_view(turn), named)[0]


def pasted_source(turn: Turn, content: bytes, name: str, team: m.Team | None = None) -> Reply:
    """The same for a table or a text of any kind the importer reads, called `name`. Raises `NotOneError`."""
    if kind_of(content, name) is SourceKind.MARKDOWN:
        found = read_pasted(content.decode("utf-8", "replace"))
        if found.key_results:
            return _pasted_lines(turn, found, team)
    return _from_source(turn, content, name, team)


def _from_source(turn: Turn, content: bytes, name: str, team: m.Team | None) -> Reply:
    comma = turn.person.number_style is m.NumberStyle.COMMA
    source = read_source(content, name, comma_is_likely=comma)
    if not isinstance(source, Found) or not source.draft.key_results:
        return notice(NOT_READ)
    return pasted_set(turn, source, team=team)


def _pasted_lines(turn: Turn, found: PastedText, team: m.Team | None, *, unsure: bool = False) -> Reply:
    if found.key_results > MOST_KEY_RESULTS or len(found.objectives) > MOST_OBJECTIVES:
        return notice(TOO_MANY, most=MOST_KEY_RESULTS)
    teams, place = _places(turn, team)
    objectives = [keep_pasted(turn, one, place) for one in found.objectives]
    keep_left(place, found.left)
    return _kept(turn, objectives, place, teams, unsure=unsure)


def pasted_set(turn: Turn, found: Found, *, file: str = "", number: int = 0, team: m.Team | None = None) -> Reply:
    """Show a set that was read already; `file` and `number` tell those of a message's files apart. It goes to `team`,
    or to whichever of their teams the person taps. Raises `NotOneError`."""
    if found.key_results > MOST_KEY_RESULTS or found.objectives > MOST_OBJECTIVES:
        return notice(TOO_MANY, most=MOST_KEY_RESULTS)
    teams, place = _places(turn, team)
    place.exact = found.exact
    keep_left(place, found.draft.unread)
    objectives = [keep_drafted(turn, one, place) for one in found.draft.objectives]
    return _kept(turn, objectives, place, teams, file=file, number=number)


def _places(turn: Turn, team: m.Team | None) -> tuple[Sequence[m.Team], Reading]:
    """The teams it may go to, and the first of them, by whose cycle it is read."""
    teams = writing_teams(turn, fresh_view(turn)) if team is None else [team]
    cycles = cycles_of(turn, teams)
    teams = [one for one in teams if one.id in cycles]
    return teams, reading(turn, teams[0], cycles[teams[0].id])


def _kept(
    turn: Turn,
    objectives: list[Kept],
    place: Reading,
    teams: Sequence[m.Team],
    *,
    file: str = "",
    number: int = 0,
    unsure: bool = False,
) -> Answer:
    data = {
        "paste": objectives,
        "unread": sorted(place.left, key=lambda one: one["line"]),
        "teams": [one.id for one in teams],
        "last": place.cycle.last_day.isoformat(),
        "inbox": turn.inbox.id,
        "file": file,
        "unsure": unsure,
        "saved": None,
    }
    part = f":paste:{number}" if number else ":paste"
    return _shown(writing.keep(turn.session, turn.person, turn.inbox, data, part=part))


def _shown(row: m.Delivery) -> Answer:
    return Answer(PASTED, {"record": row.id})


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
    if is_archived(team):
        return notice(ARCHIVED, team=team.name)
    if not may_draft(actor_of(turn.session, turn.person), team.id):
        return notice(N_("You do not write in {team} any more, so nothing was saved."), team=team.name)
    cycle = cycles_of(turn, [team])[team.id]
    known = drafts.open_objectives(turn.session, {team.id: cycle.id})
    written = [one for one in known if one.state is m.ObjectiveState.DRAFT]
    made: list[int] = []
    krs: list[int] = []
    for one in row.data["paste"]:
        seen_by = one.get("visibility")
        same = [each for each in written if each.title.casefold() == one["title"].casefold()]
        objective = next((each for each in same if seen_by in (None, each.visibility.value)), None)
        if objective is None:
            objective = drafts.draft_objective(
                turn.session, team, cycle, one["title"], why=one["why"] or None, by_id=turn.person.id, now=turn.now
            )
            objective.visibility = objective.visibility if seen_by is None else m.Visibility(seen_by)
            made.append(objective.id)
        krs += _save_key_results(turn, objective, cycle, one["krs"], row.data.get("last", ""))
    rows = [turn.session.get_one(m.KeyResult, each) for each in krs]
    as_saved = {str(each.id): writing.as_saved(turn.session, each) for each in rows}
    saved = {"objectives": made, "krs": krs, "team": team.id, "as_saved": as_saved}
    writing.put(turn.session, row, saved=saved, saved_at=turn.now.isoformat(), undone=False)
    return show(turn, row)


def _save_key_results(turn: Turn, objective: m.Objective, cycle: m.Cycle, kept: Sequence[Kept], last: str) -> list[int]:
    """What is due at the end of the cycle it was read by is due at the end of its own."""
    start = begins(objective, cycle, cycle.first_day)
    made = []
    for one in kept:
        if one["wrong"] is not None:
            continue
        draft = from_data(one["draft"])
        due = cycle.last_day if draft.due.isoformat() == last else max(draft.due, start)
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
    """Lines behind it are a set, however they are written; alone it says how OKRs come in."""
    several = len(order.raw.split("\n")) > 1
    return pasted(order.turn, with_titles(with_labels(order.raw))) if several else Answer("import_how", {})


TOPIC = Topic(
    verbs={Verb.IMPORT: _import},
    buttons={
        "paste_save": on_paste(_save),
        "paste_forget": on_paste(_forget),
        "paste_undo": on_paste(_undo),
    },
)
