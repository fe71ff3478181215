"""From the bytes of an OKR file to what it says, or to every line that cannot be read and why (docs/okr-file.md)."""

from storage import models as m
from storage.okr_files import scalars
from storage.okr_files.fields import Fields
from storage.okr_files.reading_okrs import find_kr, find_objective, names_kr, read_objectives
from storage.okr_files.reading_people import (
    SOME_DAY,
    Known,
    person_ref,
    read_cycles,
    read_people,
    read_teams,
    read_workspace,
    team_ref,
)
from storage.okr_files.schema import (
    AgreementEntry,
    HealthEntry,
    KRRef,
    Moment,
    NextStepEntry,
    ObjectiveRef,
    OkrFile,
    Problem,
    WinEntry,
)
from storage.okr_files.tree import Mapping, Report, read_tree

MOST_HEALTH_METRICS = 3
"""Per team (spec/02 §4.9)."""
NOT_KEYS = "An OKR file begins with keys such as 'workspace:', 'people:' and 'teams:'."
SOME_MOMENT = Moment(SOME_DAY)


def read_okr_file(text: bytes, name: str) -> OkrFile | list[Problem]:
    """Read a whole file. `name` is what people call it, for the record of the import.

    All problems come at once, by line; nothing of the file is used unless there is none.
    """
    report = Report()
    root = read_tree(text, report)
    if root is None:
        return report.sorted()
    if not isinstance(root, Mapping):
        report.add(root.line, "", NOT_KEYS)
        return report.sorted()
    return file_of_tree(root, report, name)


def file_of_tree(root: Mapping, report: Report, name: str) -> OkrFile | list[Problem]:
    """The same from a tree, wherever it comes from; `report` may hold what was found on the way to it."""
    fields = Fields(root, "", report, "An OKR file")
    found_before = len(report.found)
    fields.get("okra", scalars.version, scalars.VERSION)
    if len(report.found) > found_before:
        return report.sorted()  # in another version the rest may mean something else
    known = Known()
    if not fields.has("workspace"):
        report.add(1, "workspace", "The file does not say whose OKRs these are; begin with 'workspace: {name: ...}'.")
    workspace = read_workspace(fields.inner("workspace", "The workspace"), known)
    people = read_people(fields, known)
    teams = read_teams(fields, known)
    cycles = read_cycles(fields, known)
    objectives = read_objectives(fields, teams, known)
    result = OkrFile(
        name=name,
        workspace=workspace,
        people=people,
        teams=teams,
        cycles=cycles,
        objectives=objectives,
        next_steps=tuple(_next_step(one, known) for one in fields.each("next_steps", "A next step")),
        wins=tuple(_win(one, known) for one in fields.each("wins", "A win")),
        health=_health(fields, known),
        agreements=tuple(_agreement(one, known) for one in fields.each("agreements", "An agreement")),
    )
    fields.done()
    # What only follows from a day that could not be read (its place is taken by a day of ours) is no news.
    told = [problem for problem in report.sorted() if SOME_DAY.isoformat() not in problem.sentence]
    return told if report.found else result


def _team_and_kr(fields: Fields, known: Known) -> tuple[str, KRRef | None]:
    """`key_result: GRO-2` says the team as well."""
    ref = find_kr(fields, "key_result", known)
    team = team_ref(fields, "team", known)
    if fields.has("key_result"):
        if ref is not None and team is not None and team != ref.team:
            fields.problem("team", f"{ref.label} belongs to {ref.team}, not to {team}.")
        return (ref.team if ref else ""), ref
    if not fields.has("team"):
        fields.report.add(fields.line, fields.at("team"), "Whose is this? Give 'team: GRO' or 'key_result: GRO-2'.")
    return team or "", None


def _next_step(fields: Fields, known: Known) -> NextStepEntry:
    team, ref = _team_and_kr(fields, known)
    entry = NextStepEntry(
        line=fields.line,
        team=team,
        key_result=ref,
        text=fields.need("text", scalars.one_line(140), "What is to be done? Give a 'text'.") or "",
        owner=person_ref(fields, "owner", known),
        due=fields.maybe("due", scalars.day),
        state=fields.get("state", scalars.choice(m.NextStepState), m.NextStepState.OPEN),
        at=fields.need("at", scalars.moment, "When was it taken on? Give 'at: 2026-11-05'.") or SOME_MOMENT,
        done_at=fields.maybe("done_at", scalars.moment),
        id=fields.maybe("id", scalars.token),
        given=fields.given,
    )
    if entry.done_at is not None and entry.state is not m.NextStepState.DONE:
        fields.problem("done_at", "It has a day on which it was done; then say 'state: done'.")
    fields.done()
    return entry


def _win(fields: Fields, known: Known) -> WinEntry:
    team, ref = _team_and_kr(fields, known)
    entry = WinEntry(
        line=fields.line,
        team=team,
        key_result=ref,
        text=fields.need("text", scalars.one_line(200), "What went well? Give a 'text'.") or "",
        by=person_ref(fields, "by", known),
        thanks=team_ref(fields, "thanks", known),
        at=fields.need("at", scalars.moment, "When was that? Give 'at: 2026-11-05'.") or SOME_MOMENT,
        given=fields.given,
    )
    fields.done()
    return entry


def _health(fields: Fields, known: Known) -> tuple[HealthEntry, ...]:
    found: list[HealthEntry] = []
    for one in fields.each("health", "A health metric"):
        entry = HealthEntry(
            line=one.line,
            team=team_ref(one, "team", known) or "",
            name=one.need("name", scalars.one_line(40), "A health metric needs a name.") or "",
            owner=person_ref(one, "owner", known),
            status=one.get("status", scalars.choice(m.HealthStatus), m.HealthStatus.GREEN),
            note=one.maybe("note", scalars.one_line(200)),
            said=one.maybe("at", scalars.moment),
            given=one.given,
        )
        if not one.has("team"):
            one.report.add(one.line, one.at("team"), "Whose is this? Give 'team: GRO'.")
        mine = [other for other in found if other.team == entry.team]
        if any(other.name == entry.name for other in mine):
            one.problem("name", f"{entry.team} has a health metric '{entry.name}' already.")
        elif len(mine) == MOST_HEALTH_METRICS:
            one.report.add(one.line, one.path, f"{entry.team} has three health metrics already; three are the most.")
        one.done()
        found.append(entry)
    return tuple(found)


def _agreement(fields: Fields, known: Known) -> AgreementEntry:
    by_objective = find_objective(fields, "objective", known)
    source = find_kr(fields, "key_result", known) or by_objective
    if not fields.has("key_result") and not fields.has("objective"):
        fields.report.add(fields.line, fields.at("key_result"), "Which key result is it for? Give 'key_result: GRO-2'.")
    if fields.has("key_result") and fields.has("objective"):
        fields.problem("objective", "It is for a key result or for an objective; give one of them.")
    kind = fields.get("kind", scalars.choice(m.AlignmentKind, m.AlignmentKind.PARENT), m.AlignmentKind.DEPENDS_ON)
    to_team, to = _other_side(fields, source, known, kind)
    agreed_by, agreed = person_ref(fields, "agreed_by", known), fields.maybe("agreed", scalars.moment)
    if kind is m.AlignmentKind.DEPENDS_ON:
        text = fields.need("text", scalars.one_line(140), "What is agreed? Give a 'text'.") or ""
    else:  # a link says enough by what it links
        text = fields.get("text", scalars.one_line(140), "")
    state = fields.get("state", scalars.choice(m.AlignmentState), m.AlignmentState.PROPOSED)
    if (agreed_by or agreed) and state not in (m.AlignmentState.AGREED, m.AlignmentState.DONE):
        fields.problem("state", f"It was agreed, and yet the state is '{state.value}'. Which is right?")
    entry = AgreementEntry(
        line=fields.line,
        source=source or KRRef("", None, "", 0),
        to_team=to_team,
        to=to,
        kind=kind,
        text=text,
        needed_by=fields.maybe("needed_by", scalars.day),
        asked=fields.need("asked", scalars.moment, "When was it asked? Give 'asked: 2026-11-04'.") or SOME_MOMENT,
        state=state,
        agreed_by=agreed_by,
        agreed=agreed,
        agreed_text=text if state in (m.AlignmentState.AGREED, m.AlignmentState.DONE) else None,
        asked_by=person_ref(fields, "asked_by", known),
        wording=fields.maybe("wording", scalars.whole(0, 9999)),
        asking_said_yes_to=fields.maybe("asking_said_yes_to", scalars.whole(0, 9999)),
        asked_said_yes_to=fields.maybe("asked_said_yes_to", scalars.whole(0, 9999)),
        because=fields.maybe("because", scalars.one_line(200)),
        slips_to=fields.maybe("slips_to", scalars.day),
        given=fields.given,
    )
    fields.done()
    return entry


def _other_side(
    fields: Fields, source: KRRef | ObjectiveRef | None, known: Known, kind: m.AlignmentKind
) -> tuple[str | None, KRRef | ObjectiveRef | None]:
    """`to` is a team, a key result or an objective, of another team; what something supports may be of its own."""
    if not fields.has("to"):
        fields.report.add(fields.line, fields.at("to"), "With whom? Give 'to: SUP' or 'to: SUP-1'.")
        return None, None
    named = fields.maybe("to", str)
    is_team = named is not None and not names_kr(named, known) and not scalars.is_objective_key(named)
    to = None if is_team else _named(fields, named, known)
    to_team = team_ref(fields, "to", known) if is_team else to.team if to else None
    supports_own = kind is m.AlignmentKind.SUPPORTS and to is not None and to != source
    if source is not None and to_team == source.team and not supports_own:
        fields.problem("to", f"An agreement is with another team, and {source.label} is {to_team}'s own.")
    return (None if to else to_team), to


def _named(fields: Fields, named: str | None, known: Known) -> KRRef | ObjectiveRef | None:
    """The objective or the key result that `to` names."""
    is_objective = named is not None and scalars.is_objective_key(named)
    return find_objective(fields, "to", known) if is_objective else find_kr(fields, "to", known)
