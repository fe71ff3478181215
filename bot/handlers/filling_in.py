"""What a written key result leaves open is answered by its buttons and forms, until it can be saved (spec/04 §9.3)."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.handlers.edit_sentences import impossible, unreadable
from bot.handlers.form_values import Fields, one_line
from bot.handlers.order import Topic
from bot.handlers.people_fields import read_people, read_person
from bot.handlers.saying import N_, notice
from bot.handlers.written import Written, found, on_written, put, show, shown, team_day
from bot.intake.conversation import FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr import writing
from bot.okr.drafts import LINES, KRDraft, Problem, StepDraft, places_of, problems
from bot.okr.edit_values import ORDER, Cannot, Known, Unreadable, read_part
from bot.okr.edit_words import Part
from bot.okr.kr_lines import read_amount
from bot.okr.model import KRType, PaceProfile, Step
from bot.okr.replies.context import NumberStyle
from bot.okr.writing import Left, left_from
from bot.views.changing import fields_of, shown_now
from storage import drafts
from storage import models as m
from storage.teams import people_by_id

FIRST_FORM = (Part.TITLE, Part.TYPE, Part.BASELINE, Part.TARGET, Part.RANGE, Part.UNIT, Part.DUE)
SECOND_FORM = (Part.STEPS, Part.STRETCH, Part.WEIGHT, Part.PACE, Part.PHASES, Part.ANCHORS)
"""Together they are all that can be said of a key result; seven fields at a time are pleasant."""
NEEDED = (Part.TITLE, Part.DUE)
_FIELD_OF: Mapping[str, str] = {"range_lo": "range", "range_hi": "range", "short_title": "title"}
"""Where a problem is told whose own field is not in the form."""


# --- taps -------------------------------------------------------------------------------------------------


def _for(turn: Turn, one: Written, token: str) -> Reply:
    """Which objective it is for: one of those that were offered."""
    row = drafts.objective_by_token(turn.session, token)
    if row is None or row.id not in one.data.get("choices", ()) or row.state not in drafts.TAKES_KEY_RESULTS:
        return notice(N_("That objective is not worked on any more, so nothing was saved."))
    cycle = turn.session.get_one(m.Cycle, row.cycle_id)
    today = team_day(turn, turn.session.get_one(m.Team, row.team_id))
    start = cycle.first_day
    if row.state not in drafts.BEING_WRITTEN:
        start = min(max(cycle.first_day, today), cycle.last_day)
    before = turn.session.get_one(m.Objective, one.data["choices"][0])
    usual = turn.session.get_one(m.Cycle, before.cycle_id).last_day
    due = cycle.last_day if one.draft.due == usual else one.draft.due
    put(turn, one, replace(one.draft, start=start, due=due), objective=row.id, team=row.team_id)
    return show(turn, one)


def _starts(turn: Turn, one: Written, value: Decimal, unit: str = "") -> Written:
    draft, left = writing.starts_at(one.draft, left_from(one.data["left"]), value, unit)
    return put(turn, one, draft, left=writing.as_data(left))


def _zero(turn: Turn, one: Written, _argument: str) -> Reply:
    return show(turn, _starts(turn, one, Decimal(0)))


def _leave(turn: Turn, one: Written, _argument: str) -> Reply:
    left = replace(left_from(one.data["left"]), waived=True)
    return show(turn, put(turn, one, left=writing.as_data(left)))


def _yes_no(turn: Turn, one: Written, _argument: str) -> Reply:
    return show(turn, put(turn, one, replace(one.draft, type=KRType.MILESTONE)))


def _relative(turn: Turn, one: Written, argument: str) -> Reply:
    left = left_from(one.data["left"])
    if left.relative is None or argument not in ("relative", "points"):
        return show(turn, one)
    return show(turn, put(turn, one, left=writing.as_data(replace(left, points=argument == "points"))))


def _baseline_first(turn: Turn, one: Written, _argument: str) -> Reply:
    title = turn.say(N_("Find out where it stands today: {title}"), title=one.draft.title)
    draft = writing.baseline_first(one.draft, title)
    return show(turn, put(turn, one, draft, left=writing.as_data(Left())))


# --- forms: opening ---------------------------------------------------------------------------------------


def _enter(_turn: Turn, one: Written, _argument: str) -> Reply:
    data = {"token": f"{one.row.token}:{one.data['rev']}", "title": one.draft.title}
    return FormRequest("kr_start_form", data, action="kr_enter", value=data["token"])


def _change(turn: Turn, one: Written, _argument: str) -> Reply:
    return _form(turn, one, "kr_change", FIRST_FORM)


def _more(turn: Turn, one: Written, _argument: str) -> Reply:
    return _form(turn, one, "kr_more", SECOND_FORM)


def _form(turn: Turn, one: Written, action: str, parts: tuple[Part, ...]) -> FormRequest:
    """The fields with what the draft holds now, written as this person types it."""
    draft = one.draft
    people = people_by_id(turn.session, {each for each in (draft.lead_owner, *draft.co_owners) if each is not None})
    holds = shown_now(parts, draft, _steps(draft), turn.person.number_style.value)
    lead = people.get(draft.lead_owner or 0)
    data = {
        "token": f"{one.row.token}:{one.data['rev']}",
        "title": draft.title,
        "fields": fields_of(parts, holds, {}, turn.say),
        "owner": "" if lead is None else lead.short_name,
        "co_owners": ", ".join(f"@{people[each].handle}" for each in draft.co_owners if each in people),
    }
    return FormRequest(f"{action}_form", data, action=action, value=str(data["token"]))


def _steps(draft: KRDraft) -> tuple[Step, ...]:
    return tuple(Step(number, each.title, each.weight, each.due) for number, each in enumerate(draft.steps, 1))


# --- forms: reading ---------------------------------------------------------------------------------------


def _of_form(turn: Turn, what: Submitted) -> Written | Reply:
    """What a form is about; one that was opened before something else was changed says so and keeps what was typed."""
    token, _, rev = what.token.partition(":")
    one = found(turn, token)
    if not isinstance(one, Written):
        return one
    first = next(iter(what.values), "title")
    if one.is_saved:
        said = N_("This is saved already. To change it: /okr edit")
        return FormErrors({first: turn.say(said)})
    if rev != str(one.data["rev"]):
        said = N_("It was changed while your form was open. Please open it again from the newest card.")
        return FormErrors({first: turn.say(said)})
    return one


def _start_submitted(turn: Turn, what: Submitted) -> Reply:
    one = _of_form(turn, what)
    if not isinstance(one, Written):
        return one
    text = one_line(what.values.get("start"))
    amount = read_amount(text, turn.person.number_style.value)
    if amount is None:
        return FormErrors({"start": unreadable(turn, Unreadable(Cannot.NO_NUMBER, text=text[:40] or "–"))})
    value, unit = amount
    own = one.draft.unit
    left = left_from(one.data["left"])
    is_share = left.relative is not None and not left.points
    if own and unit and unit != own and not is_share:
        return FormErrors({"start": unreadable(turn, Unreadable(Cannot.OTHER_UNIT, text=text[:40], unit=own))})
    done = _starts(turn, one, value, unit)
    return shown(done.row)


def _change_submitted(turn: Turn, what: Submitted) -> Reply:
    one = _of_form(turn, what)
    if not isinstance(one, Written):
        return one
    fields = Fields(turn, what.values)
    draft = _read(turn, one, what, FIRST_FORM, fields)
    draft = _directed(one.draft, draft)
    return _put_or_errors(turn, one, draft, fields, FIRST_FORM)


def _more_submitted(turn: Turn, what: Submitted) -> Reply:
    one = _of_form(turn, what)
    if not isinstance(one, Written):
        return one
    fields = Fields(turn, what.values)
    draft = _read(turn, one, what, SECOND_FORM, fields)
    owner = read_person(turn, fields, "owner", what)
    shared = read_people(turn, fields, "co_owners", what)
    lead = one.draft.lead_owner if owner is None else owner.id
    draft = replace(draft, lead_owner=lead, co_owners=tuple(each.id for each in shared if each.id != lead))
    return _put_or_errors(turn, one, draft, fields, (*SECOND_FORM,))


def _read(turn: Turn, one: Written, what: Submitted, parts: tuple[Part, ...], fields: Fields) -> KRDraft:
    """The draft as the fields have it; what cannot be read stands beside its field."""
    style: NumberStyle = turn.person.number_style.value
    today = team_day(turn, turn.session.get_one(m.Team, one.data["team"]))
    draft = _with_unit(one.draft, what, style)
    ordered = [part for part in ORDER if part in parts] + [part for part in parts if part not in ORDER]
    for part in ordered:
        words = what.values.get(part.value)
        text = words.strip() if isinstance(words, str) else ""
        if part is Part.PHASES and draft.pace is not PaceProfile.STEPS and text == _phases_of(one.draft, style):
            continue  # another pace was chosen, and the days of the phases are as they were
        if not text and part not in NEEDED:
            draft = _emptied(part, draft)
            continue
        try:
            values = read_part(part, text, Known(draft, _steps(draft), style, today))
        except Unreadable as error:
            fields.problems.setdefault(part.value, unreadable(turn, error))
            continue
        draft = replace(draft, **_as_steps(values))
    return draft


def _phases_of(draft: KRDraft, style: NumberStyle) -> str:
    return shown_now((Part.PHASES,), draft, (), style)[Part.PHASES]


def _with_unit(draft: KRDraft, what: Submitted, style: NumberStyle) -> KRDraft:
    """Where the unit's own field is empty, it is the one that the numbers are typed with."""
    if Part.UNIT.value in what.values or not {"baseline", "target"} & what.values.keys():
        return draft
    for name in ("baseline", "target"):
        amount = read_amount(one_line(what.values.get(name)), style)
        if amount is not None and amount[1]:
            return replace(draft, unit=amount[1])
    return draft


def _emptied(part: Part, draft: KRDraft) -> KRDraft:
    """What was emptied is gone, and what has to be something stays as it is."""
    match part:
        case Part.TARGET:
            return replace(draft, target=None, anchors=None)
        case Part.RANGE:
            return replace(draft, range_lo=None, range_hi=None)
        case Part.BASELINE:
            return replace(draft, baseline=None)
        case Part.STEPS:
            return replace(draft, steps=())
        case Part.ANCHORS:
            return replace(draft, anchors=None)
        case Part.PHASES:
            return replace(draft, checkpoints=())
        case Part.WEIGHT:
            return replace(draft, weight=Decimal(1))
        case _:
            return draft


def _as_steps(values: dict[str, Any]) -> dict[str, Any]:
    """Steps of a draft have no numbers of their own yet."""
    if "steps" not in values:
        return values
    return {**values, "steps": tuple(StepDraft(one.title, one.weight, one.due) for one in values["steps"])}


def _directed(before: KRDraft, draft: KRDraft) -> KRDraft:
    """Where nobody chose another kind, it follows from the numbers; what does not belong to a kind is dropped."""
    kind = draft.type
    chosen = kind is not before.type
    has_range = draft.range_lo is not None or draft.range_hi is not None
    if not chosen and kind in (None, KRType.MILESTONE) and has_range and draft.goal is None:
        kind = KRType.RANGE
    if not chosen and kind in (None, KRType.MILESTONE, *LINES) and draft.goal is not None:
        start = draft.baseline
        if start is not None and start != draft.goal:
            kind = KRType.INCREASE if draft.goal > start else KRType.DECREASE
        elif kind not in LINES:
            kind = KRType.INCREASE
    if kind not in LINES:
        draft = replace(draft, target=None, anchors=None)
    if kind is not KRType.RANGE:
        draft = replace(draft, range_lo=None, range_hi=None, range_tol=None)
    if kind not in (*LINES, KRType.RANGE):
        draft = replace(draft, baseline=None)
    if kind is not KRType.MILESTONE:
        draft = replace(draft, steps=())
    numbers = [one for one in (draft.baseline, draft.goal, draft.range_lo, draft.range_hi) if one is not None]
    return replace(draft, type=kind, decimals=places_of(numbers))


def _put_or_errors(turn: Turn, one: Written, draft: KRDraft, fields: Fields, parts: tuple[Part, ...]) -> Reply:
    today = team_day(turn, turn.session.get_one(m.Team, one.data["team"]))
    names = {part.value for part in parts}
    for name, problem in problems(draft, today).items():
        field = _FIELD_OF.get(name, name)
        if field in names and problem is not Problem.NO_TARGET:
            fields.problems.setdefault(field, impossible(turn, problem, draft, today))
    if fields.problems:
        return FormErrors(fields.problems)
    left = left_from(one.data["left"])
    if draft.goal is not None or draft.type not in (None, *LINES):
        left = replace(left, relative=None, points=None)
    kept = {"which_day": ""} if Part.DUE.value in names else {}
    done = put(turn, one, draft, left=writing.as_data(replace(left, units_clash=False)), **kept)
    return shown(done.row)


TOPIC = Topic(
    buttons={
        "kr_for": on_written(_for),
        "kr_zero": on_written(_zero),
        "kr_leave": on_written(_leave),
        "kr_yes_no": on_written(_yes_no),
        "kr_relative": on_written(_relative),
        "kr_baseline_first": on_written(_baseline_first),
        "kr_enter": on_written(_enter),
        "kr_change": on_written(_change),
        "kr_more": on_written(_more),
    },
    forms={"kr_start": _start_submitted, "kr_change": _change_submitted, "kr_more": _more_submitted},
)
