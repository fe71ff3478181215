"""The rows that a file wants of what: objectives, key results, and what goes with them."""

from collections.abc import Iterator
from datetime import datetime

from storage.okr_files.cells import (
    Cell,
    Cells,
    Wanted,
    cycle_ref,
    kr_key,
    kr_ref,
    objective_key,
    objective_ref,
    person_ref,
    side_key,
    team_ref,
)
from storage.okr_files.schema import (
    AgreementEntry,
    HealthEntry,
    KeyResultEntry,
    KRRef,
    NextStepEntry,
    ObjectiveEntry,
    WinEntry,
)
from storage.okr_files.stored import Key, Kind, Ref, Stored, exact_key, said_key


def objective_row(entry: ObjectiveEntry) -> Wanted:
    cell = Cells(entry)
    return Wanted(
        Kind.OBJECTIVE,
        objective_key(entry),
        entry.line,
        (
            Cell("team_id", "team", team_ref(entry.team)),
            Cell("cycle_id", "cycle", cycle_ref(entry.cycle_team, entry.cycle)),
            Cell("number", "number", entry.number),
            cell("title", entry.title),
            cell("why", entry.why),
            cell("serves", entry.serves),
            cell("owner", person_ref(entry.owner), "owner_id"),
            cell("state", entry.state),
            cell("visibility", entry.visibility),
        ),
        title=entry.title,
    )


def key_result_row(entry: KeyResultEntry, objective: ObjectiveEntry) -> Wanted:
    cell, measure, anchors = Cells(entry), entry.measure, entry.measure.anchors
    return Wanted(
        Kind.KEY_RESULT,
        kr_key(entry.ref),
        entry.line,
        (
            Cell("objective_id", "objective", Ref(Kind.OBJECTIVE, objective_key(objective))),
            Cell("team_id", "team", team_ref(entry.ref.team)),
            Cell("cycle_id", "cycle", cycle_ref(entry.ref.cycle_team, entry.ref.cycle)),
            Cell("number", "number", entry.ref.number),
            cell("title", entry.title),
            cell("short_title", entry.short_title),
            cell("tag", entry.tag),
            cell("metric", entry.metric),
            Cell("type", "type", measure.type),
            Cell("baseline", "from", measure.baseline),
            Cell("target", "to", measure.target),
            Cell("anchor_03", "anchor 0.3", anchors.a03 if anchors else None),
            Cell("anchor_07", "anchor 0.7", anchors.a07 if anchors else None),
            Cell("anchor_10", "anchor 1.0", anchors.a10 if anchors else None),
            Cell("range_lo", "at least", measure.range_lo),
            Cell("range_hi", "at most", measure.range_hi),
            Cell("range_tol", "tolerance", measure.range_tol),
            Cell("unit", "unit", measure.unit, measure.unit_given),
            cell("decimals", measure.decimals),
            cell("strict", entry.strict),
            cell("committed", entry.commitment, "stretch"),
            cell("weight", entry.weight),
            cell("start", entry.start),
            cell("due", entry.due),
            cell("pace", entry.pace, None, "checkpoints"),
            cell("owner", person_ref(entry.owner), "lead_owner_id"),
            cell("answer_policy", entry.answer_policy),
            cell("source", entry.source),
            cell("max_age_days", entry.max_age_days, "auto_max_age_days"),
            cell("cadence", entry.cadence),
            cell("state", entry.state),
            cell("reason", _dropped_because(entry), "dropped_because", "state"),
            cell("paused_from", entry.paused_from),
            cell("paused_until", entry.paused_until),
            cell("published_on", entry.published_on),
            cell("initial_confidence", entry.initial_confidence),
            cell("final_score", entry.final_score),
            cell("parent", kr_ref(entry.serves), "parent_kr_id"),
            cell("aliases", list(entry.aliases), "alias"),
        ),
        title=entry.short_title,
        reason=entry.reason,
        token=entry.id,
    )


def _dropped_because(entry: KeyResultEntry) -> str | None:
    """Of an export the reason is the column's own, whatever the state has become since."""
    return entry.reason if entry.state.value == "dropped" or entry.id is not None else None


def rows_of_key_result(entry: KeyResultEntry) -> Iterator[Wanted]:
    key = kr_key(entry.ref)
    mine = Cell("kr_id", "key result", kr_ref(entry.ref))
    for step in entry.steps:
        cell = Cells(step)
        cells = (cell("title", step.title), cell("weight", step.weight), cell("due", step.due))
        number = Cell("number", "number", step.number)
        yield Wanted(Kind.STEP, (*key, step.number), step.line, (mine, number, *cells), step.title)
    for point in entry.checkpoints:
        points = (Cell("day", "day", point.day), Cell("expected_score", "expected", point.expected_score))
        yield Wanted(Kind.CHECKPOINT, (*key, point.day.isoformat()), point.line, (mine, *points))
    for handle in entry.co_owners:
        person = Cell("person_id", "person", person_ref(handle))
        yield Wanted(Kind.CO_OWNER, (*key, handle), entry.line, (mine, person))


def next_step_row(entry: NextStepEntry, zone: str, stored: Stored) -> Wanted:
    cell, at = Cells(entry), entry.at.instant(zone)
    by_id = None if entry.id is None else stored.said.get((Kind.NEXT_STEP, entry.id))
    return Wanted(
        Kind.NEXT_STEP,
        by_id or _said_key(Kind.NEXT_STEP, entry, at, zone, stored),
        entry.line,
        (
            Cell("team_id", "team", team_ref(entry.team)),
            Cell("kr_id", "key result", kr_ref(entry.key_result)),
            Cell("text", "text", entry.text),
            Cell("at", "at", at, given=False),
            cell("owner", person_ref(entry.owner), "owner_id"),
            cell("due", entry.due),
            cell("state", entry.state),
            cell("done_at", None if entry.done_at is None else entry.done_at.instant(zone)),
        ),
        token=entry.id,
    )


def _said_key(kind: Kind, entry: NextStepEntry | WinEntry, at: datetime, zone: str, stored: Stored) -> Key:
    """How the row is called: by the instant where the file tells it, else by the day."""
    kr = None if entry.key_result is None else kr_key(entry.key_result)
    exact = stored.said.get(exact_key(kind, entry.team, kr, entry.text, at)) if entry.at.is_exact else None
    return exact or said_key(entry.team, kr, entry.text, at, zone)


def win_row(entry: WinEntry, zone: str, stored: Stored) -> Wanted:
    cell, at = Cells(entry), entry.at.instant(zone)
    return Wanted(
        Kind.WIN,
        _said_key(Kind.WIN, entry, at, zone, stored),
        entry.line,
        (
            Cell("team_id", "team", team_ref(entry.team)),
            Cell("kr_id", "key result", kr_ref(entry.key_result)),
            Cell("text", "text", entry.text),
            Cell("at", "at", at, given=False),
            cell("by", person_ref(entry.by), "by_id"),
            cell("thanks", team_ref(entry.thanks), "thanks_team_id"),
        ),
    )


def health_row(entry: HealthEntry, zone: str) -> Wanted:
    cell = Cells(entry)
    return Wanted(
        Kind.HEALTH,
        (entry.team, entry.name),
        entry.line,
        (
            Cell("team_id", "team", team_ref(entry.team)),
            Cell("name", "name", entry.name),
            cell("owner", person_ref(entry.owner), "owner_id"),
            cell("status", entry.status),
            cell("note", entry.note),
            cell("at", None if entry.said is None else entry.said.instant(zone), "said_at"),
        ),
    )


def agreement_row(entry: AgreementEntry, zone: str) -> Wanted:
    cell = Cells(entry)
    target: Key = side_key(entry.to) if entry.to else (entry.to_team or "",)
    source, to = (one if isinstance(one, KRRef) else None for one in (entry.source, entry.to))
    return Wanted(
        Kind.AGREEMENT,
        (*side_key(entry.source), entry.kind.value, *target, entry.text),
        entry.line,
        (
            Cell("from_kr_id", "key result", kr_ref(source)),
            Cell("from_objective_id", "objective", objective_ref(entry.source)),
            Cell("to_kr_id", "to", kr_ref(to)),
            Cell("to_objective_id", "to", objective_ref(entry.to)),
            Cell("to_team_id", "to", team_ref(entry.to_team)),
            Cell("kind", "kind", entry.kind),
            Cell("text", "text", entry.text),
            cell("needed_by", entry.needed_by),
            cell("asked", entry.asked.instant(zone), "asked_at"),
            cell("state", entry.state),
            cell("agreed_by", person_ref(entry.agreed_by), "agreed_by_id"),
            cell("agreed", None if entry.agreed is None else entry.agreed.instant(zone), "agreed_at"),
            cell("state", entry.agreed_text, "agreed_text"),
            cell("asked_by", person_ref(entry.asked_by), "asked_by_id"),
            cell("wording", entry.wording, "rev"),
            cell("asking_said_yes_to", entry.asking_said_yes_to, "from_agreed_rev"),
            cell("asked_said_yes_to", entry.asked_said_yes_to, "to_agreed_rev"),
            cell("because", entry.because, "note"),
            cell("slips_to", entry.slips_to),
        ),
    )
