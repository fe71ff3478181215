"""A company's OKR file sent in the direct message: an admin sees what it would change, and imports it with one tap."""

import hashlib
from collections.abc import Sequence, Set
from dataclasses import astuple
from decimal import Decimal
from typing import Any

from sqlmodel import select

from bot.handlers.file_text import in_utf8
from bot.handlers.order import Topic
from bot.handlers.pasting import pasted_set
from bot.handlers.saying import N_, notice
from bot.handlers.showing import shows_in_place
from bot.handlers.written import NOT_YOURS
from bot.intake.conversation import Answer, Reply, Turn
from bot.intake.inbound import Attached, Nothing, Typed
from bot.intake.stored import from_json
from bot.okr.access import may_draft, may_set_workspace
from bot.okr.model import Commitment, KRType
from bot.views.rights import actor_of
from storage import homes, writing
from storage import models as m
from storage.okr_files import Effect, OkrFile, Preview, apply, preview
from storage.okr_files.drafts import Draft, DraftKeyResult, DraftObjective, DraftStep, Unread
from storage.okr_files.scalars import plain
from storage.okr_files.schema import KeyResultEntry, ObjectiveEntry
from storage.okr_files.sources import Found, read_source
from storage.settings import is_archived
from storage.teams import lead_of

ANSWER = "import_preview"
OTHER_WORKSPACE = N_(
    "{file} is about the workspace '{theirs}', and this one is called '{mine}', so nothing of it is imported. "
    "If it is meant for here, change that name in the file and send it again."
)
NOTHING_NEW = N_("Everything in {file} stands here already, so there is nothing to import.")
ELSEWHERE = N_("Left out of {file}: {list}.")
FOR_TEAM = N_("OKRs of {team} (ask {who})")
BY_ITSELF = N_("OKRs of {team} (send them in a file of their own)")
OF_COMPANY = N_("people, teams and settings (ask {who})")
ADMINS = N_("an admin")
ADMINS_ONLY = N_("A file with people, teams and settings is imported by an admin, so nothing of {file} is imported.")
GONE = N_("That card is of no use any more, and nothing was imported. Please send the file again.")
MOST_SETS = 5
"""Teams of one file whose sets are shown, each in a message of its own."""
MOST_ROWS = 12
MOST_NOTES = 4
_LONGEST = 160
NO_ONE_WAY = N_("It is measured in a way that only an import by an admin takes over.")
STANDS = N_("It stands here already.")
BY_IMPORT = N_("Only an import by an admin takes this over.")
MOST_UNFIT = 5
"""Key results that no set can take, named where nothing else of the file is shown."""
_OF_KR = frozenset(
    ["title", "type", "from", "to", "unit", "owner", "co_owners", "weight", "due", "committed", "tag", "steps"]
)
_OF_OBJECTIVE = frozenset(["team", "cycle", "title", "why", "visibility", "key_results"])
_ANEW = frozenset(["id", "number", "start", "published_on", "decimals"])
"""What every draft is given anew."""
_ALIVE = ("draft", "active")


def imported(turn: Turn, file: Attached, number: int, found: OkrFile) -> list[Reply]:
    """What an OKR file gets for an answer: of an admin its preview, of others their own team's part of it."""
    workspace = turn.session.get_one(m.Workspace, turn.person.workspace_id)
    if found.workspace.name != workspace.name:
        names = {"theirs": found.workspace.name[:_LONGEST], "mine": workspace.name}
        return [notice(OTHER_WORKSPACE, file=file.name, **names)]
    if not may_set_workspace(actor_of(turn.session, turn.person)):
        return _own_part(turn, file, number, found)
    shown = preview(turn.session, found)
    if shown.is_empty:
        return [notice(NOTHING_NEW, file=file.name)]
    data = {"import": as_told(shown), "file": file.name, "at": number, "inbox": turn.inbox.id, "done": None}
    row = writing.keep(turn.session, turn.person, turn.inbox, data, part=f":import:{number}")
    return [Answer(ANSWER, {"record": row.id})]


def as_told(shown: Preview) -> dict[str, Any]:
    """A preview as plain data: how many of what, the first rows that change, and notes. `all` tells whether any of the
    others is another one by now."""
    rows = [one for one in shown.rows if one.effect in (Effect.NEW, Effect.CHANGED)]
    return {
        "counts": [[one.effect.value, one.kind.value, one.count] for one in shown.counts()],
        "rows": [
            {
                "effect": one.effect.value,
                "kind": one.kind.value,
                "label": one.label[:_LONGEST],
                "changes": [f"{each.field} {each.old} → {each.new}"[:_LONGEST] for each in one.changes[:3]],
            }
            for one in rows[:MOST_ROWS]
        ],
        "more": max(0, len(rows) - MOST_ROWS),
        "all": hashlib.sha256(repr([astuple(one) for one in rows]).encode()).hexdigest(),
        "notes": [one.sentence[: 2 * _LONGEST] for one in shown.notes[:MOST_NOTES]],
    }


# --- the taps -----------------------------------------------------------------------------------------------


def import_now(turn: Turn, token: str) -> Reply:
    """Write the file whole, as the command `import` does: what it does not name stays."""
    row = writing.held(turn.session, token)
    if row is None or "import" not in row.data:
        return notice(GONE)
    if row.person_id != turn.person.id:
        return notice(NOT_YOURS)
    if row.data["done"] is not None or row.data.get("dropped"):
        return _show(turn, row)
    if not may_set_workspace(actor_of(turn.session, turn.person)):
        return notice(ADMINS_ONLY, file=row.data["file"])
    file = _read_again(turn, row)
    if file is None:
        return notice(GONE)
    fresh = as_told(preview(turn.session, file))
    if fresh != row.data["import"]:
        writing.put(turn.session, row, **{"import": fresh, "changed": True})
        return _show(turn, row)
    apply(turn.session, file, turn.now, by_id=turn.person.id)
    homes.show_everybody(turn.session, turn.person.workspace_id, turn.now)
    writing.put(turn.session, row, done=turn.now.isoformat())
    return _show(turn, row)


def forget_import(turn: Turn, token: str) -> Reply:
    row = writing.held(turn.session, token)
    if row is None or "import" not in row.data:
        return notice(GONE)
    if row.person_id != turn.person.id:
        return notice(NOT_YOURS)
    if row.data["done"] is None:
        writing.put(turn.session, row, dropped=True)
    return _show(turn, row)


def _show(turn: Turn, row: m.Delivery) -> Reply:
    return Nothing() if shows_in_place(turn) else Answer(ANSWER, {"record": row.id})


def _read_again(turn: Turn, row: m.Delivery) -> OkrFile | None:
    """The file from the message that it came with; None once that is forgotten."""
    inbox = turn.session.get(m.Inbox, row.data["inbox"])
    what = None if inbox is None else from_json(inbox.body).what
    if not isinstance(what, Typed) or row.data["at"] >= len(what.files):
        return None
    file = what.files[row.data["at"]]
    found = None if file.content is None else read_source(in_utf8(file.content, file.name), file.name)
    return found if isinstance(found, OkrFile) else None


# --- what concerns one's own team ---------------------------------------------------------------------------


def _own_part(turn: Turn, file: Attached, number: int, found: OkrFile) -> list[Reply]:
    """The objectives of the teams that the person writes in become sets to save as drafts; the rest is named."""
    actor = actor_of(turn.session, turn.person)
    rows = turn.session.exec(select(m.Team).where(m.Team.workspace_id == turn.person.workspace_id)).all()
    teams = {row.key: row for row in rows if not is_archived(row)}
    by_team: dict[str, list[ObjectiveEntry]] = {}
    for one in found.objectives:
        by_team.setdefault(one.team, []).append(one)
    replies: list[Reply] = []
    left: list[str] = []
    for at, (key, objectives) in enumerate(by_team.items()):
        team = teams.get(key)
        if team is None or not may_draft(actor, team.id):
            left.append(for_team(turn, key if team is None else team.name, team))
            continue
        if len(replies) == MOST_SETS:
            left.append(turn.say(BY_ITSELF, team=team.name))
            continue
        some = _as_found(turn, file.name, team, objectives)
        if some.draft.objectives:
            name = set_name(file.name, team)
            replies.append(pasted_set(turn, some, file=name, number=(number + 1) * 100 + at, team=team))
        else:
            unfit = [one for one in some.draft.unread if one.why != STANDS]
            left += [f"{one.text[:_LONGEST]} ({turn.say(one.why).rstrip('.。')})" for one in unfit[:MOST_UNFIT]]
    if found.people or found.teams:
        left.append(turn.say(OF_COMPANY, who=turn.say(ADMINS)))
    if not replies and not left:
        return [notice(NOTHING_NEW, file=file.name)]
    return [*replies, *([left_out(file.name, left)] if left else [])]


def set_name(file: str, team: m.Team) -> str:
    """How a file's part for one team is called."""
    return f"{file} · {team.name}"


def left_out(file: str, left: Sequence[str]) -> Reply:
    """What of a file is for others, in one sentence."""
    return notice(ELSEWHERE, file=file, list=", ".join(dict.fromkeys(left)))


def for_team(turn: Turn, name: str, team: m.Team | None) -> str:
    """Whose OKRs are left out, and who can add them."""
    lead = None if team is None else lead_of(turn.session, team.id)
    who = lead.short_name if lead is not None and lead.active else turn.say(ADMINS)
    return turn.say(FOR_TEAM, team=name, who=who)


def _as_found(turn: Turn, name: str, team: m.Team, objectives: Sequence[ObjectiveEntry]) -> Found:
    """Objectives of an OKR file as a person would have written them; what stands already is not written twice."""
    known = select(m.KeyResult.title).where(m.KeyResult.team_id == team.id)
    there = {title.casefold() for title in turn.session.exec(known)}
    unread: list[Unread] = []
    drafts: list[DraftObjective] = []
    for one in objectives:
        krs = []
        for kr in one.key_results:
            drafted = None if kr.title.casefold() in there else _as_draft(kr)
            if drafted is None:
                why = STANDS if kr.title.casefold() in there else NO_ONE_WAY
                unread.append(Unread(kr.line, kr.title, why))
            else:
                krs.append(drafted)
                unread += _by_import(kr.line, kr.title, _further(kr))
        if krs:
            visibility = one.visibility.value if one.gives("visibility") else None
            drafts.append(
                DraftObjective(one.line, one.title, why=one.why, key_results=tuple(krs), visibility=visibility)
            )
            lead = lead_of(turn.session, team.id)
            is_led = lead is not None and lead.handle == one.owner
            unread += _by_import(one.line, one.title, _not_in(one, _OF_OBJECTIVE | ({"owner"} if is_led else set())))
    draft = Draft(name, tuple(drafts), tuple(unread))
    return Found(draft, len(drafts), len(draft.key_results), exact=True)


def _by_import(line: int, title: str, keys: Sequence[str]) -> list[Unread]:
    return [Unread(line, f"{', '.join(keys)} ({title})", BY_IMPORT)] if keys else []


def _further(kr: KeyResultEntry) -> list[str]:
    """What the file says of a key result and no columns tell, by its keys."""
    of_steps = {key for step in kr.steps for key in step.given} - {"title"}
    return [*_not_in(kr, _OF_KR), *([f"steps: {', '.join(sorted(of_steps))}"] if of_steps else [])]


def _not_in(entry: ObjectiveEntry | KeyResultEntry, taken: Set[str]) -> list[str]:
    is_alive = entry.state.value in _ALIVE
    return sorted(entry.given - taken - _ANEW - ({"state"} if is_alive else set()))


def _as_draft(kr: KeyResultEntry) -> DraftKeyResult | None:
    """One key result with its columns; None for a kind that no columns tell."""
    measure = kr.measure
    fields = {"due": kr.due.isoformat(), "weight": plain(kr.weight)}
    if kr.co_owners:
        fields["co_owners"] = ", ".join(kr.co_owners)
    if kr.commitment is Commitment.COMMITTED:
        fields["committed"] = "yes"
    steps: tuple[DraftStep, ...] = ()
    match measure.type:
        case KRType.INCREASE | KRType.DECREASE:
            fields |= {name: _amount(value) for name, value in (("from", measure.baseline), ("to", measure.target))}
            fields["unit"] = measure.unit
        case KRType.MILESTONE:
            steps = tuple(DraftStep(one.line, one.title) for one in kr.steps)
        case _:
            return None
    named = {key: value for key, value in fields.items() if value}
    return DraftKeyResult(kr.line, kr.title, owner=kr.owner, tag=kr.tag, steps=steps, fields=named)


def _amount(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


TOPIC = Topic(buttons={"import_now": import_now, "import_forget": forget_import})
