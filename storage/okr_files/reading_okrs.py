"""Reads the parts of an OKR file that say what: objectives and key results."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.okr import model as okr
from bot.okr.short_titles import SHORT_TITLE, proposed_short_title
from storage import models as m
from storage.okr_files import scalars
from storage.okr_files.fields import Fields, unknown
from storage.okr_files.measures import read_measure
from storage.okr_files.reading_history import About, read_changes, read_history
from storage.okr_files.reading_people import SOME_DAY, Known, people_ref, person_ref, team_ref
from storage.okr_files.schema import (
    CheckpointEntry,
    CycleEntry,
    KeyResultEntry,
    KRRef,
    Measure,
    Moment,
    ObjectiveEntry,
    ObjectiveRef,
    StepEntry,
    TeamEntry,
)
from storage.okr_files.tree import Scalar

O02 = "Write the objective in one short sentence."
NO_SUCH_CYCLE = CycleEntry(line=0, name="", team=None, first_day=SOME_DAY, last_day=SOME_DAY, state=m.CycleState.ACTIVE)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an objective belongs, found before its details are read so that others can refer to its key results."""

    fields: Fields
    team: str
    cycle: CycleEntry
    number: int
    key_results: tuple[tuple[Fields, KRRef], ...]


def read_objectives(fields: Fields, teams: tuple[TeamEntry, ...], known: Known) -> tuple[ObjectiveEntry, ...]:
    """All objectives with their key results. Numbers that are left out go on from the last of team and cycle."""
    places = _places(fields, known)
    leads = {team.key: team.lead for team in teams}
    objectives = tuple(_objective(place, leads.get(place.team), known) for place in places)
    _refuse_chains(places, objectives)
    return objectives


def _refuse_chains(places: list[_Place], objectives: tuple[ObjectiveEntry, ...]) -> None:
    """A sprint result serves a quarterly one, and that one serves none (spec/02 §4.6)."""
    serving = {kr.ref: kr.serves for objective in objectives for kr in objective.key_results}
    for place in places:
        for fields, ref in place.key_results:
            parent = serving.get(ref)
            if parent not in (None, ref) and serving.get(parent) is not None:
                fields.problem("parent", f"{parent.label} serves a key result itself; name that one.")


def find_kr(fields: Fields, key: str, known: Known) -> KRRef | None:
    """The key result that `GRO-2`, or its `id`, names; where several cycles have one, `cycle` says which."""
    by_id = known.ids.get(str(fields.maybe(key, str)))
    if by_id is not None:
        fields.maybe("cycle", scalars.one_line(20))
        return by_id
    named = fields.maybe(key, scalars.kr_key)
    if named is None:
        return None
    cycle = fields.maybe("cycle", scalars.one_line(20))
    team, number = named
    found = [
        ref
        for ref in known.key_results
        if ref.team == team and ref.number == number and (cycle is None or ref.cycle == cycle)
    ]
    if len(found) == 1:
        return found[0]
    label = f"{team}-{number}"
    if found:
        fields.problem(key, f"{label} is in more than one cycle; say which with 'cycle'.")
    else:
        fields.problem(key, unknown("key result", label, [ref.label for ref in known.key_results]))
    return None


def find_objective(fields: Fields, key: str, known: Known) -> ObjectiveRef | None:
    """The objective that `GRO-O1` names; where several cycles have one, `GRO-O1 (2026 Q4)`."""
    named = fields.maybe(key, scalars.objective_key)
    if named is None:
        return None
    team, number, cycle = named
    found = [one for one in known.objectives if (one.team, one.number) == (team, number) and cycle in (None, one.cycle)]
    if len(found) == 1:
        return found[0]
    label = f"{team}-O{number}"
    if found:
        fields.problem(key, f"{label} is in more than one cycle; say which, as in '{label} ({found[0].cycle})'.")
    else:
        fields.problem(key, unknown("objective", label, sorted(one.label for one in known.objectives)))
    return None


def names_kr(text: str, known: Known) -> bool:
    """True where a text names a key result and not a team."""
    return text in known.ids or scalars.is_kr_key(text)


def _places(fields: Fields, known: Known) -> list[_Place]:
    places: list[_Place] = []
    numbers: dict[tuple[str, str | None, str], dict[int, int]] = {}
    kr_numbers: dict[tuple[str, str | None, str], dict[int, int]] = {}
    for one in fields.each("objectives", "An objective"):
        team = _team_of(one, known)
        cycle = _cycle_of(one, team, known)
        scope = (team, cycle.team, cycle.name)
        number = _number(one, numbers.setdefault(scope, {}), "objective")
        known.objectives.add(ObjectiveRef(team, cycle.team, cycle.name, number))
        key_results = []
        for kr in one.each("key_results", "A key result"):
            ref = KRRef(team, cycle.team, cycle.name, _number(kr, kr_numbers.setdefault(scope, {}), "key result"))
            known.key_results.setdefault(ref, kr.line)
            _remember_id(kr, ref, known)
            key_results.append((kr, ref))
        places.append(_Place(one, team, cycle, number, tuple(key_results)))
    return places


def _remember_id(fields: Fields, ref: KRRef, known: Known) -> None:
    found = fields.maybe("id", scalars.token)
    if found is None:
        return
    if found in known.ids:
        fields.problem("id", f"{known.ids[found].label} has this id already; leave it out for a new key result.")
    known.ids.setdefault(found, ref)


def _team_of(fields: Fields, known: Known) -> str:
    if not fields.has("team"):
        if len(known.teams) == 1:
            return next(iter(known.teams))
        fields.report.add(fields.line, fields.at("team"), "Which team's objective is this? Give 'team: GRO'.")
        return ""
    return team_ref(fields, "team", known) or ""


def _cycle_of(fields: Fields, team: str, known: Known) -> CycleEntry:
    """A team's own cycle goes before the workspace's of the same name."""
    if not fields.has("cycle"):
        mine = [one for (owner, _name), one in known.cycles.items() if owner in (None, team)]
        if len(mine) == 1:
            return mine[0]
        fields.report.add(fields.line, fields.at("cycle"), "For which cycle is this objective? Give 'cycle: 2026 Q4'.")
        return NO_SUCH_CYCLE
    name = fields.maybe("cycle", scalars.one_line(20))
    if name is None:
        return NO_SUCH_CYCLE
    found = known.cycles.get((team, name)) or known.cycles.get((None, name))
    if found is None:
        names = [cycle for owner, cycle in known.cycles if owner in (None, team)]
        fields.problem("cycle", unknown("cycle", name, names))
        return NO_SUCH_CYCLE
    return found


def _number(fields: Fields, taken: dict[int, int], what: str) -> int:
    number = fields.maybe("number", scalars.whole(1, 9999))
    if number is None:
        number = max(taken, default=0) + 1
    elif number in taken:
        fields.problem("number", f"There is {what} {number} in this team and cycle already (line {taken[number]}).")
    taken.setdefault(number, fields.line)
    return number


def _objective(place: _Place, lead: str | None, known: Known) -> ObjectiveEntry:
    fields = place.fields
    owner = person_ref(fields, "owner", known)
    entry = ObjectiveEntry(
        line=fields.line,
        team=place.team,
        cycle_team=place.cycle.team,
        cycle=place.cycle.name,
        number=place.number,
        title=fields.need("title", _objective_title, O02) or "",
        why=fields.maybe("why", scalars.one_line(300)),
        serves=fields.maybe("serves", scalars.one_line(140)),
        owner=owner if fields.has("owner") else lead,
        visibility=fields.get("visibility", scalars.choice(m.Visibility), m.Visibility.WORKSPACE),
        state=fields.get("state", scalars.choice(m.ObjectiveState), m.ObjectiveState.ACTIVE),
        key_results=tuple(_key_result(kr, ref, place.cycle, known) for kr, ref in place.key_results),
        changes=read_changes(fields, known),
        given=fields.given,
    )
    fields.done()
    return entry


def _objective_title(text: str) -> str:
    try:
        return scalars.one_line(140)(text)
    except scalars.Unreadable as error:
        raise scalars.Unreadable(f"{O02} {error}") from None


def _key_result(fields: Fields, ref: KRRef, cycle: CycleEntry, known: Known) -> KeyResultEntry:
    title = fields.need("title", scalars.one_line(140), "A key result needs a title.") or ""
    written_due = fields.maybe("due", scalars.day)
    steps, steps_done = _steps(fields)
    measure = read_measure(fields, written_due or cycle.last_day, has_steps=bool(steps))
    start = fields.maybe("start", scalars.day) or cycle.first_day
    due = written_due or _default_due(measure.type, cycle)
    known_id = _readable_id(fields)
    if due <= start and cycle is not NO_SUCH_CYCLE and known_id is None:
        key = "due" if fields.has("due") else "start"
        fields.problem(key, f"It is due on {due.isoformat()}, which is not after its start on {start.isoformat()}.")
    source = fields.get("source", scalars.choice(okr.Source), okr.Source.MANUAL)
    pace, checkpoints = _pace(fields, measure)
    owner = person_ref(fields, "owner", known)
    co_owners = tuple(one for one in people_ref(fields, "co_owners", known) if one != owner)
    if co_owners and not fields.has("owner"):
        fields.problem("co_owners", "Who answers for this one? Name one 'owner'; others can be co-owners.")
    parent = find_kr(fields, "parent", known)
    if parent == ref:
        fields.problem("parent", "A key result cannot serve itself.")
    state, reason, paused = _state(fields)
    about = About(measure.type, owner, source, steps, min(start, cycle.first_day), max(due, cycle.last_day))
    entry = KeyResultEntry(
        line=fields.line,
        ref=ref,
        id=known_id if known.ids.get(known_id or "") == ref else None,
        title=title,
        short_title=fields.get("short_title", scalars.one_line(SHORT_TITLE), proposed_short_title(title)),
        tag=fields.maybe("tag", scalars.one_line(12)),
        metric=fields.get("metric", scalars.one_line(60), ""),
        measure=measure,
        strict=fields.get("strict", scalars.flag, False),
        commitment=_commitment(fields),
        weight=fields.get("weight", scalars.above_zero, Decimal(1)),
        start=start,
        due=due,
        pace=pace,
        checkpoints=checkpoints,
        steps=steps,
        owner=owner,
        co_owners=co_owners,
        answer_policy=fields.get("answer_policy", scalars.choice(m.AnswerPolicy), m.AnswerPolicy.ANY),
        source=source,
        max_age_days=fields.get("max_age_days", scalars.whole(1, 60), 3),
        cadence=fields.get("cadence", scalars.choice(m.CadenceOfKR), m.CadenceOfKR.INHERIT),
        state=state,
        reason=reason,
        paused_from=paused[0],
        paused_until=paused[1],
        published_on=_published_on(fields, cycle),
        initial_confidence=fields.maybe("initial_confidence", scalars.confidence),
        final_score=fields.maybe("final_score", scalars.share),
        serves=parent,
        aliases=tuple(one for one, _line in fields.list_of("aliases", scalars.one_line(SHORT_TITLE))),
        history=read_history(fields, about, steps_done, known),
        changes=read_changes(fields, known),
        given=fields.given,
    )
    fields.done()
    return entry


def _readable_id(fields: Fields) -> str | None:
    """The id of a key result that an export tells: it stood so in storage, so it is taken as it is."""
    node = fields.node("id")
    text = node.text.strip() if isinstance(node, Scalar) and not node.is_null else None
    return text if fields.has("id") else None


def _published_on(fields: Fields, cycle: CycleEntry) -> date | None:
    """The first day of the cycle, unless the file says a day, or `null` for none."""
    said = fields.maybe("published_on", scalars.day)
    return said if "published_on" in fields.given else cycle.first_day


def _commitment(fields: Fields) -> okr.Commitment:
    return okr.Commitment.COMMITTED if fields.get("committed", scalars.flag, False) else okr.Commitment.STRETCH


def _default_due(kind: okr.KRType, cycle: CycleEntry) -> date:
    """The end of the cycle; the middle of it for a baseline, whose number the rest needs (spec/03 §5.5)."""
    if kind is okr.KRType.BASELINE:
        return cycle.first_day + (cycle.last_day - cycle.first_day) // 2
    return cycle.last_day


def _steps(fields: Fields) -> tuple[tuple[StepEntry, ...], tuple[tuple[int, Moment], ...]]:
    steps, done = [], []
    for number, one in enumerate(fields.each("steps", "A step"), 1):
        entry = StepEntry(
            line=one.line,
            number=number,
            title=one.need("title", scalars.one_line(140), "A step needs a title.") or "",
            weight=one.get("weight", scalars.above_zero, Decimal(1)),
            due=one.maybe("due", scalars.day),
            given=one.given,
        )
        finished = one.maybe("done", scalars.moment)
        if finished is not None:
            done.append((number, finished))
        one.done()
        steps.append(entry)
    return tuple(steps), tuple(done)


def _pace(fields: Fields, measure: Measure) -> tuple[okr.PaceProfile, tuple[CheckpointEntry, ...]]:
    checkpoints: list[CheckpointEntry] = []
    for one in fields.each("checkpoints", "A checkpoint"):
        on = one.need("day", scalars.day, "On which day?")
        expected = one.need("expected", scalars.share, "What score is expected by then?")
        if checkpoints and on is not None and on <= checkpoints[-1].day:
            one.problem("day", "Checkpoints stand in the order of their days.")
        checkpoints.append(
            CheckpointEntry(line=one.line, day=on or SOME_DAY, expected_score=expected or Decimal(0), given=one.given)
        )
        one.done()
    pace = fields.get("pace", scalars.choice(okr.PaceProfile), _default_pace(measure, bool(checkpoints)))
    if pace is okr.PaceProfile.STEPS and not checkpoints:
        fields.problem("pace", "A pace in steps needs 'checkpoints': days, and the score expected by each.")
    if checkpoints and pace is not okr.PaceProfile.STEPS:
        fields.problem("checkpoints", f"Checkpoints belong to 'pace: steps', and this says '{pace.value}'.")
    return pace, tuple(checkpoints)


def _default_pace(measure: Measure, has_checkpoints: bool) -> okr.PaceProfile:
    """Linear; flat for a level that is held (spec/02 §4.6)."""
    if has_checkpoints:
        return okr.PaceProfile.STEPS
    if measure.type is not okr.KRType.RANGE:
        return okr.PaceProfile.LINEAR
    value = measure.baseline
    below = value is not None and measure.range_lo is not None and value < measure.range_lo
    above = value is not None and measure.range_hi is not None and value > measure.range_hi
    return okr.PaceProfile.LINEAR if below or above else okr.PaceProfile.FLAT


def _state(fields: Fields) -> tuple[okr.KRState, str | None, tuple[date | None, date | None]]:
    state = fields.get("state", scalars.choice(okr.KRState), okr.KRState.ACTIVE)
    reason = fields.maybe("reason", scalars.one_line(200))
    since, until = fields.maybe("paused_from", scalars.day), fields.maybe("paused_until", scalars.day)
    if _readable_id(fields) is not None:
        return state, reason, (since, until)
    if state is okr.KRState.DROPPED and not fields.has("reason"):
        fields.problem("state", "Why was it dropped? Give a 'reason'; it stays on the board beside it.")
    if state is okr.KRState.PAUSED and not fields.has("paused_from"):
        fields.problem("state", "Since when is it paused? Give 'paused_from'.")
    if reason is not None and state not in (okr.KRState.DROPPED, okr.KRState.PAUSED):
        fields.problem("reason", f"A reason belongs to a dropped or paused key result, and this is {state.value}.")
    if since is not None and until is None and state is not okr.KRState.PAUSED:
        fields.problem("paused_from", "Until when was it paused? Give 'paused_until', or 'state: paused'.")
    if until is not None and (since is None or until < since):
        fields.problem("paused_until", "A pause has a 'paused_from', and ends after it begins.")
    return state, reason, (since, until)
