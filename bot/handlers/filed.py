"""Files sent in the direct message: recognised by name and content, and shown as the set of OKRs that they hold."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import select

from bot.handlers.file_text import in_utf8
from bot.handlers.importing import BY_ITSELF, MOST_SETS, for_team, imported, left_out, set_name
from bot.handlers.naming import NotOneError
from bot.handlers.pasting import pasted_set
from bot.handlers.saying import N_, notice
from bot.intake.conversation import ANSWER_KIND, OPEN_FORM, Answer, FormRequest, Reply, Turn
from bot.intake.inbound import Attached, FileProblem
from bot.okr.access import may_draft
from bot.views.rights import actor_of
from storage import deliveries
from storage import models as m
from storage.okr_files import OkrFile, Problem
from storage.okr_files.drafts import DraftObjective
from storage.okr_files.sources import Found, SourceKind, kind_of, read_source, unpacked_size
from storage.okr_files.table_values import is_nothing
from storage.settings import is_archived

PROBLEMS = {
    FileProblem.OTHER_KIND: N_(
        "I can't read {file}, so nothing was recorded. OKRs I read from md, txt, csv, xlsx, yaml and json files; "
        "an answer is a line, for example: KR2 31%"
    ),
    FileProblem.TOO_LARGE: N_(
        "{file} is larger than 1 MB, so nothing of it is saved. Send only the sheet or the lines with the OKRs, "
        "or paste them here."
    ),
    FileProblem.TOO_MANY: N_("I read up to three files at once, so {file} is left out. Please send it by itself."),
    FileProblem.NO_LEAVE: N_(
        "I may not read files here, so nothing of {file} is saved. Paste its lines here instead; "
        "whoever runs Okra can allow me to read files."
    ),
    FileProblem.NOT_FETCHED: N_(
        "I could not get {file} just now, so nothing of it is saved. Please send it again, or paste its lines here."
    ),
}
EMPTY = N_("{file} is empty, so there is nothing to save.")
NOT_USABLE = N_("I can't use {file} as it is, so nothing of it is saved. {why}")
NO_SET = N_("I see no objective with key results in {file}, so nothing of it is saved. {why}")
HOW = N_("Begin a line with 'Objective:', and each line below it with 'KR:'; or send a table with such headings.")
LINES = N_("Look at line {lines}.")
TOO_LONG_HERE = N_(
    "{file} is larger than 256 KB, which is more than I read in the chat, so nothing of it is imported. "
    "Send it in parts, or ask whoever runs Okra to import it."
)
LARGE_UNPACKED = N_(
    "Unpacked, the workbook is larger than a list of OKRs ever is; save only the sheet that holds them."
)
WHOLE = (
    N_("This is not a workbook, although it is named so. If it is a table in plain text, name it .csv."),
    N_(
        "The workbook is protected by a password, or is of the old .xls kind; take the password off, or save it "
        "as .xlsx."
    ),
    N_("The workbook is damaged; open it in your spreadsheet program and save it again."),
    LARGE_UNPACKED,
    N_("This is not a text file; save the table as CSV, or import the spreadsheet itself (.xlsx)."),
    N_("An OKR file begins with keys such as 'workspace:', 'people:' and 'teams:'."),
    N_(
        "There are no objectives and key results here that can be told; begin an objective with 'Objective:' and each "
        "of its key results, in a list below it, with 'KR:'."
    ),
)
"""What the importer says of a file as a whole, as far as it is told in every language."""
MOST_COMPANY = 256 * 1024
"""Bytes of an OKR file: to read one takes longest of all kinds, and others wait for the database meanwhile."""
MOST_WORKBOOK = 4 * 1024 * 1024
"""Bytes of a workbook that is unpacked, for the same reason: some ten thousand rows, and a set has fifty."""
MOST_TOLD = 3
_LONGEST = 200


def shown_files(turn: Turn, files: Sequence[Attached], *, beside_words: bool = False) -> list[Reply]:
    """What each file gets for an answer. A picture beside words is the words' own affair: it is not spoken of."""
    found: list[Reply] = []
    for number, one in enumerate(files):
        if beside_words and one.problem is FileProblem.OTHER_KIND:
            continue
        try:
            found += _shown(turn, one, number)
        except NotOneError as error:
            found.append(error.reply)
    return found


def say_besides(turn: Turn, replies: Sequence[Reply]) -> None:
    """Let further answers to the same message follow the first one; said again, they follow once."""
    for number, reply in enumerate(replies, start=1):
        if isinstance(reply, FormRequest):
            reply = Answer(OPEN_FORM, {"action": reply.action, "value": reply.value})
        if isinstance(reply, Answer):
            deliveries.plan_delivery(
                turn.session,
                workspace_id=turn.person.workspace_id,
                kind=ANSWER_KIND,
                subject=f"reply:{turn.inbox.id}:{number}",
                period="once",
                due_at=turn.present,
                now=turn.present,
                person_id=turn.person.id,
                data={"name": reply.name, "data": dict(reply.data), "inbox_id": turn.inbox.id},
            )


def _shown(turn: Turn, file: Attached, number: int) -> list[Reply]:
    if file.content is None:
        return [notice(PROBLEMS[file.problem or FileProblem.NOT_FETCHED], file=file.name)]
    if not file.content.strip():
        return [notice(EMPTY, file=file.name)]
    content = in_utf8(file.content, file.name)
    kind = kind_of(content, file.name)
    if len(content) > MOST_COMPANY and kind is SourceKind.OKR_FILE:
        return [notice(TOO_LONG_HERE, file=file.name)]
    if kind is SourceKind.XLSX and unpacked_size(content) > MOST_WORKBOOK:
        return [notice(NOT_USABLE, file=file.name, why=turn.say(LARGE_UNPACKED))]
    comma = turn.person.number_style is m.NumberStyle.COMMA
    found = read_source(content, file.name, comma_is_likely=comma)
    match found:
        case OkrFile():
            return imported(turn, file, number, found)
        case Found() if found.draft.objectives:
            return _sets(turn, file, number, found)
        case Found():
            return [notice(NO_SET, file=file.name, why=turn.say(HOW))]
    return [notice(NOT_USABLE, file=file.name, why=_why(turn, found))]


def _why(turn: Turn, problems: Sequence[Problem]) -> str:
    """The first reasons. What is about a single line is told in English alone; others are told where to look."""
    if problems and problems[0].sentence in WHOLE:
        return turn.say(problems[0].sentence)
    if turn.person.lang is m.Language.EN:
        return " ".join(str(one) if one.path else one.sentence for one in problems[:MOST_TOLD])[: _LONGEST * MOST_TOLD]
    lines = ", ".join(str(one) for one in sorted({one.line for one in problems})[: MOST_TOLD * 2])
    return turn.say(LINES, lines=lines)


# --- a set for each team ------------------------------------------------------------------------------------


def _sets(turn: Turn, file: Attached, number: int, found: Found) -> list[Reply]:
    """The set of each team that the person writes in, and who can add what is for others."""
    parts, elsewhere = _by_team(turn, found)
    if not elsewhere and [team for team, _objectives in parts] == [None]:
        return [pasted_set(turn, found, file=file.name, number=number + 1)]
    actor = actor_of(turn.session, turn.person)
    replies: list[Reply] = []
    left = [for_team(turn, name, None) for name in elsewhere]
    for at, (team, objectives) in enumerate(parts):
        if team is not None and not may_draft(actor, team.id):
            left.append(for_team(turn, team.name, team))
            continue
        if len(replies) == MOST_SETS:
            left.append(turn.say(BY_ITSELF, team="…" if team is None else team.name))
            continue
        unread = () if replies else found.draft.unread
        part = replace(found.draft, objectives=tuple(objectives), unread=unread)
        some = replace(found, draft=part, objectives=len(objectives), key_results=len(part.key_results))
        name = file.name if team is None else set_name(file.name, team)
        replies.append(pasted_set(turn, some, file=name, number=(number + 1) * 100 + at, team=team))
    return [*replies, *([left_out(file.name, left)] if left else [])]


def _by_team(turn: Turn, found: Found) -> tuple[list[tuple[m.Team | None, list[DraftObjective]]], list[str]]:
    """The objectives by the team that the file names, by its key or name; under None where it names none.

    Beside them the names in a table's column that no team here has: whose OKRs these are nobody can know. What a
    heading of a text says besides is no such name.
    """
    rows = turn.session.exec(select(m.Team).where(m.Team.workspace_id == turn.person.workspace_id)).all()
    known = {name.strip().casefold(): row for row in rows if not is_archived(row) for name in (row.name, row.key)}
    teams: dict[int | None, m.Team | None] = {}
    parts: dict[int | None, list[DraftObjective]] = {}
    elsewhere: list[str] = []
    for one in found.draft.objectives:
        name = "" if one.team is None or is_nothing(one.team) else one.team.strip()
        team = known.get(name.casefold())
        if name and team is None and found.exact:
            elsewhere.append(name[:_LONGEST])
            continue
        key = None if team is None else team.id
        teams[key] = team
        parts.setdefault(key, []).append(one)
    return [(teams[key], objectives) for key, objectives in parts.items()], elsewhere
