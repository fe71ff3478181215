"""The parts of an export that say what: objectives, key results, what was read and said about them, and changed."""

from datetime import datetime
from decimal import Decimal

from bot.okr import model as okr
from bot.okr.access import Sight
from bot.okr.localtime import local_day
from storage import models as m
from storage.okr_files.changes import PERSON_FIELDS
from storage.okr_files.exporting_scope import Scope
from storage.okr_files.exporting_values import Doc, Value, doc, unless, value_of
from storage.okr_files.stored import Kind

LINES = (okr.KRType.INCREASE, okr.KRType.DECREASE)


def objective_docs(scope: Scope) -> list[Value]:
    """The objectives with everything below them; of some only the title may be seen."""
    parts = _Parts(scope)
    return [_objective(row, sight, scope, parts) for row, sight in scope.objectives]


class _Parts:
    """Steps, checkpoints and co-owners by key result."""

    def __init__(self, scope: Scope) -> None:
        self.steps: dict[int, list[m.KRStep]] = {}
        self.checkpoints: dict[int, list[m.PaceCheckpoint]] = {}
        self.co_owners: dict[int, list[int]] = {}
        for row in scope.stored.rows.values():
            if isinstance(row, m.KRStep):
                self.steps.setdefault(row.kr_id, []).append(row)
            if isinstance(row, m.PaceCheckpoint):
                self.checkpoints.setdefault(row.kr_id, []).append(row)
            if isinstance(row, m.CoOwner):
                self.co_owners.setdefault(row.kr_id, []).append(row.person_id)


def _objective(row: m.Objective, sight: Sight, scope: Scope, parts: _Parts) -> Doc:
    cycle = scope.stored.name(Kind.CYCLE, row.cycle_id) or ("", "")
    place = doc(team=scope.team(row.team_id), cycle=str(cycle[1]), number=row.number, title=row.title)
    visibility = doc(visibility=unless(row.visibility, m.Visibility.WORKSPACE))
    if sight is not Sight.ALL:
        return place | visibility
    return {
        **place,
        **doc(why=row.why, serves=row.serves),
        "owner": scope.person(row.owner_id),  # none is not the same as the team's lead
        **visibility,
        **doc(
            state=unless(row.state, m.ObjectiveState.ACTIVE),
            key_results=[_key_result(one, scope, parts) for one in scope.key_results.get(row.id, [])],
            changes=_changes(Kind.OBJECTIVE, row.id, scope),
        ),
    }


def _key_result(row: m.KeyResult, scope: Scope, parts: _Parts) -> Doc:
    steps = sorted(parts.steps.get(row.id, []), key=lambda one: one.number)
    points = sorted(parts.checkpoints.get(row.id, []), key=lambda one: one.day)
    co_owners = sorted(filter(None, map(scope.person, parts.co_owners.get(row.id, []))))
    owner = scope.person(row.lead_owner_id)
    return {
        **doc(id=row.token, number=row.number, title=row.title, short_title=row.short_title, type=row.type),
        **_measure(row),
        **doc(
            tag=row.tag,
            metric=row.metric,
            committed=True if row.stretch is okr.Commitment.COMMITTED else None,
            weight=unless(row.weight, Decimal(1)),
            start=row.start,
            due=row.due,
        ),
        "published_on": value_of(row.published_on),
        **({"owner": owner} if owner is not None or co_owners else {}),
        **doc(
            pace=row.pace,
            checkpoints=[doc(day=one.day, expected=one.expected_score) for one in points]
            if row.pace is okr.PaceProfile.STEPS
            else None,
            co_owners=co_owners,
            answer_policy=unless(row.answer_policy, m.AnswerPolicy.ANY),
            source=unless(row.source, okr.Source.MANUAL),
            max_age_days=unless(row.auto_max_age_days, 3),
            cadence=unless(row.cadence, m.CadenceOfKR.INHERIT),
            state=unless(row.state, okr.KRState.ACTIVE),
            reason=row.dropped_because,
            paused_from=row.paused_from,
            paused_until=row.paused_until,
            initial_confidence=row.initial_confidence,
            final_score=row.final_score,
            parent=scope.key_result(row.parent_kr_id),
            aliases=list(row.alias),
            steps=[doc(title=one.title, weight=unless(one.weight, Decimal(1)), due=one.due) for one in steps]
            if row.type is okr.KRType.MILESTONE
            else None,
            history=_history(row, scope),
            changes=_changes(Kind.KEY_RESULT, row.id, scope),
        ),
    }


def _measure(row: m.KeyResult) -> Doc:
    shown = doc(unit=row.unit, decimals=row.decimals)
    if row.type in LINES:
        has_anchors = row.anchor_03 is not None and row.anchor_07 is not None and row.anchor_10 is not None
        start: Doc = {} if row.baseline is None else {"from": row.baseline}
        anchors = [row.anchor_03, row.anchor_07, row.anchor_10]
        return start | (doc(anchors=anchors) if has_anchors else doc(to=row.target)) | shown
    if row.type is okr.KRType.RANGE:
        start = {} if row.baseline is None else {"from": row.baseline}
        bounds = doc(at_least=row.range_lo, at_most=row.range_hi, tolerance=row.range_tol)
        return start | bounds | doc(strict=unless(row.strict, usual=False)) | shown
    return shown


def _history(row: m.KeyResult, scope: Scope) -> list[Doc]:
    """What counts, in the order in which it counts: what was taken back or corrected is left out."""
    readings = scope.stored.readings.get(row.id, [])
    check_ins = scope.stored.check_ins.get(row.id, [])
    corrected = {one.supersedes_id for one in check_ins if one.undone_at is None}
    said = [one for one in check_ins if one.undone_at is None and one.id not in corrected]
    values = {one.checkin_id: one for one in readings if one.checkin_id is not None}
    bare = {one.measured_at: one for one in readings if one.checkin_id is None}  # of one moment the last counts
    zone = scope.zone_of(row)
    found: list[tuple[tuple[datetime, bool, int], Doc]] = [
        *(((one.measured_at, False, one.id), _reading(one, row, zone)) for one in bare.values()),
        *(((one.at, True, one.id), _check_in(one, values.get(one.id), scope, zone)) for one in said),
    ]
    return [entry for _place, entry in sorted(found, key=lambda each: each[0])]


def _reading(one: m.Reading, row: m.KeyResult, zone: str) -> Doc:
    usual = okr.ReadingSource.AUTO if row.source is okr.Source.AUTO else okr.ReadingSource.IMPORT
    source = okr.ReadingSource.IMPORT if one.source is okr.ReadingSource.MANUAL else one.source
    return doc(
        at=one.measured_at,
        value=one.value,
        source=unless(source, usual),
        day=unless(one.day, local_day(one.measured_at, zone)),
    )


def _check_in(one: m.CheckIn, reading: m.Reading | None, scope: Scope, zone: str) -> Doc:
    return doc(
        id=one.token,
        at=one.at,
        by=scope.person(one.by_id),
        on_behalf_of=scope.person(one.on_behalf_of_id),
        day=unless(one.day, local_day(one.at, zone)),
        kind=unless(one.kind, okr.CheckInKind.UPDATE),
        value=one.value,
        measured=None if reading is None else unless(reading.measured_at, one.at),
        self_score=one.self_score,
        confidence=one.confidence,
        status=one.status_said,
        done=one.done,
        blocked=one.blocked,
        blocker=one.blocker,
        help=one.help_wanted,
        note=one.note,
        approx=unless(one.approx, usual=False),
    ) | ({} if one.steps_done is None else {"steps_done": list(one.steps_done)})


def _changes(kind: Kind, row_id: int, scope: Scope) -> list[Doc]:
    return [
        doc(
            at=one.at,
            field=one.field,
            old=_changed(one.field, one.old, scope),
            new=_changed(one.field, one.new, scope),
            reason=one.reason,
            category=one.category,
            by=scope.person(one.by_id),
        )
        for one in scope.stored.changes.get((kind, row_id), [])
    ]


def _changed(field: str, value: object, scope: Scope) -> Value:
    """Rows stand in the record by their keys, which mean nothing elsewhere: here they stand by their names."""
    if isinstance(value, int) and not isinstance(value, bool):
        if field in PERSON_FIELDS:
            return scope.person(value)
        if field == "parent_kr_id":
            return scope.key_result(value)
        if field == "team_id":
            return scope.stored.team(value)
        if field == "cycle_id":
            return str((scope.stored.name(Kind.CYCLE, value) or ("", ""))[1])
        if field == "objective_id":
            return str((scope.stored.name(Kind.OBJECTIVE, value) or ("",))[-1])
    return value_of(value) if not isinstance(value, dict | float) else str(value)


def next_step_docs(scope: Scope) -> list[Value]:
    """What was taken on: of key results in the export, and of teams whose inner matters the reader may read."""
    rows = [row for row in scope.stored.rows.values() if isinstance(row, m.NextStep)]
    found = sorted(rows, key=lambda row: (scope.stored.team(row.team_id), row.at, row.id))
    return [
        doc(
            id=row.token,
            team=scope.team(row.team_id),
            key_result=scope.key_result(row.kr_id),
            text=row.text,
            at=row.at,
            owner=scope.person(row.owner_id),
            due=row.due,
            state=unless(row.state, m.NextStepState.OPEN),
            done_at=row.done_at if row.state is m.NextStepState.DONE else None,
        )
        for row in found
        if _is_seen(row, scope)
    ]


def win_docs(scope: Scope) -> list[Value]:
    """What went well, likewise."""
    rows = [row for row in scope.stored.rows.values() if isinstance(row, m.Win)]
    found = sorted(rows, key=lambda row: (scope.stored.team(row.team_id), row.at, row.id))
    return [
        doc(
            team=scope.team(row.team_id),
            key_result=scope.key_result(row.kr_id),
            text=row.text,
            at=row.at,
            by=scope.person(row.by_id),
            thanks=scope.team(row.thanks_team_id),
        )
        for row in found
        if _is_seen(row, scope)
    ]


def health_docs(scope: Scope) -> list[Value]:
    """What must not get worse."""
    mine = {team.id for team in scope.teams}
    rows = [row for row in scope.stored.rows.values() if isinstance(row, m.HealthMetric)]
    found = sorted(rows, key=lambda row: (scope.stored.team(row.team_id), row.name))
    return [
        doc(
            team=scope.team(row.team_id),
            name=row.name,
            owner=scope.person(row.owner_id),
            status=row.status,
            note=row.note,
            at=row.said_at,
        )
        for row in found
        if row.team_id in mine and scope.reads(row.team_id)
    ]


def agreement_docs(scope: Scope) -> list[Value]:
    """Agreements of key results in the export with teams, or with key results that are in it, too."""
    rows = [row for row in scope.stored.rows.values() if isinstance(row, m.Alignment)]
    found = sorted(
        rows,
        key=lambda row: (
            scope.key_result(row.from_kr_id) or scope.objective(row.from_objective_id) or "",
            row.asked_at,
            row.text,
            row.id,
        ),
    )
    return [
        doc(
            key_result=scope.key_result(row.from_kr_id),
            objective=scope.objective(row.from_objective_id),
            to=scope.key_result(row.to_kr_id) or scope.objective(row.to_objective_id) or scope.team(row.to_team_id),
            kind=unless(row.kind, m.AlignmentKind.DEPENDS_ON),
            text=row.text or None,
            asked=row.asked_at,
            asked_by=scope.person(row.asked_by_id),
            needed_by=row.needed_by,
            slips_to=row.slips_to,
            state=unless(row.state, m.AlignmentState.PROPOSED),
            agreed_by=scope.person(row.agreed_by_id),
            agreed=row.agreed_at,
            wording=row.rev,
            asking_said_yes_to=row.from_agreed_rev,
            asked_said_yes_to=row.to_agreed_rev,
            because=row.note or None,
        )
        for row in found
        if _can_be_told(row, scope)
    ]


def _can_be_told(row: m.Alignment, scope: Scope) -> bool:
    wordless = row.kind is m.AlignmentKind.DEPENDS_ON and not row.text.strip()
    if row.kind is m.AlignmentKind.PARENT or wordless:
        return False
    if scope.key_result(row.from_kr_id) is None and scope.objective(row.from_objective_id) is None:
        return False
    if row.kind is not m.AlignmentKind.SUPPORTS and _is_within_a_team(row, scope):
        return False
    if row.to_kr_id is not None or row.to_objective_id is not None:
        return scope.key_result(row.to_kr_id) is not None or scope.objective(row.to_objective_id) is not None
    return row.to_team_id is not None


def _is_within_a_team(row: m.Alignment, scope: Scope) -> bool:
    """Two teams agreed on it and became one since: it is over, and nothing that a file could say."""
    ends = [
        scope.row(Kind.KEY_RESULT, kr_id) or scope.row(Kind.OBJECTIVE, objective_id)
        for kr_id, objective_id in ((row.from_kr_id, row.from_objective_id), (row.to_kr_id, row.to_objective_id))
    ]
    teams = [one.team_id if isinstance(one, m.KeyResult | m.Objective) else None for one in ends]
    return teams[0] == (row.to_team_id or teams[1])


def _is_seen(row: m.NextStep | m.Win, scope: Scope) -> bool:
    if row.kr_id is not None:
        return scope.key_result(row.kr_id) is not None
    return any(team.id == row.team_id for team in scope.teams) and scope.reads(row.team_id)
