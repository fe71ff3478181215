"""Buttons of a piece of advice that do what it says: ask once more, move a draft, keep a level as health (spec/04)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote

from sqlmodel import col, select

from bot.handlers import changing
from bot.handlers.agreeing import link_objectives
from bot.handlers.edit_reading import Target, read, style_of, the_target
from bot.handlers.saying import N_, notice, sentence
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.access import may_draft, may_make_team, may_set_team
from bot.okr.agreements import OPEN_STATES, Side
from bot.okr.edit_words import Part
from bot.okr.kr_lines import read_kr_line
from bot.okr.localtime import local_day
from bot.okr.model import KRState
from bot.okr.replies.context import NumberStyle
from bot.views import agreement_news as news
from bot.views.agreements import ASKED_KIND, OPEN_KIND, speaker
from bot.views.changing import mark_of, shown_now
from bot.views.reasons import CATEGORIES
from bot.views.rights import actor_of
from storage import advice, agreements, conversations, drafts, health, moving, okrs
from storage import models as m
from storage.health import MOST_NAME, MOST_PER_TEAM
from storage.settings import is_archived
from storage.teams import person_zone, teams_by_id

GONE = N_("That advice is about something that is gone, so nothing has changed.")
ONCE_A_DAY = timedelta(hours=24)
MOST_CHOICES = 5


def _choose(text: dict[str, object], choices: Sequence[tuple[object, str, str]]) -> Answer:
    """A sentence with buttons, each (words, action, value)."""
    return Answer("advice_choose", {"text": text, "choices": [list(one) for one in choices]})


# --- T06: what is needed of another team -------------------------------------------------------------------


def _ask_again(turn: Turn, token: str) -> Reply:
    """The other side is asked once more, at most once a day."""
    ends = agreements.held_by_token(turn.session, token)
    if ends is None or ends.row.workspace_id != turn.person.workspace_id:
        return notice(GONE)
    if not may_draft(actor_of(turn.session, turn.person), ends.from_team.id):
        return notice(N_("Only those who work in {team} ask for it. Nothing has changed."), team=ends.from_team.name)
    one = agreements.value_of(ends.row)
    if one.state not in OPEN_STATES:
        return notice(N_("{team} has answered that already."), team=ends.to_team.name)
    side = one.waits_for or Side.TO
    person = speaker(turn.session, ends, side)
    if person is None:
        return notice(N_("Nobody of {team} can be asked yet."), team=ends.team(side).name)
    lately = turn.session.exec(
        select(m.Delivery.id)
        .where(col(m.Delivery.kind).in_((ASKED_KIND, OPEN_KIND)), m.Delivery.person_id == person.id)
        .where(m.Delivery.subject == news.subject_of(ends.row.id, person.id))
        .where(m.Delivery.due_at > turn.now - ONCE_A_DAY)
        .limit(1)
    ).first()
    if lately is not None:
        return notice(N_("{name} was asked today already. Once a day is enough."), name=person.short_name)
    news.ask(turn.session, ends, side, turn.now, again=f"again{turn.inbox.id}", by=turn.person)
    return notice(N_("I've asked {name} once more."), name=person.short_name)


# --- T04: what it helps --------------------------------------------------------------------------------------


def _choose_above(turn: Turn, key: str) -> Reply:
    """The objectives above, one button each."""
    team = _team(turn, key)
    own = None if team is None else _unlinked(turn, team)
    if team is None or own is None:
        return notice(GONE)
    above = advice.goals_above(turn.session, team)[:MOST_CHOICES]
    names = {one.id: one.key for one in teams_by_id(turn.session, {one.team_id for one in above})}
    return _choose(
        sentence(N_("What does {objective} help?"), objective=own.title),
        [
            (f"{names[one.team_id]} O{one.number}: {one.title}", "advice_helps", f"{own.token}:{one.token}")
            for one in above
            if one.token
        ],
    )


def _unlinked(turn: Turn, team: m.Team) -> m.Objective | None:
    """The first objective of the team that helps nothing yet."""
    found = [row for row, _cycle in advice.written(turn.session, team.id).objectives]
    links = advice.links_of(turn.session, [one.id for one in found], [])
    linked = {one.from_objective_id for one in links}
    return next((one for one in found if one.id not in linked and one.token), None)


def _helps(turn: Turn, value: str) -> Reply:
    ours, _, theirs = value.partition(":")
    own, above = drafts.objective_by_token(turn.session, ours), drafts.objective_by_token(turn.session, theirs)
    found = [one for one in (own, above) if one is not None and one.workspace_id == turn.person.workspace_id]
    return link_objectives(turn, *found) if len(found) == 2 else notice(GONE)


# --- T01: two objectives -------------------------------------------------------------------------------------


def _next_cycle(turn: Turn, key: str) -> Reply:
    """The draft that was begun last waits for the next cycle."""
    team = _team(turn, key)
    if team is None:
        return notice(GONE)
    row = moving.newest_draft(turn.session, team)
    if row is None:
        return notice(ONLY_DRAFTS, team=team.name)
    cycle = turn.session.get_one(m.Cycle, row.cycle_id)
    after = moving.cycle_after(turn.session, team, cycle)
    if after is None:
        text = sentence(N_("There is no cycle after {cycle} yet. Start it, then press again."), cycle=cycle.name)
        return _choose(text, [(sentence(N_("Start a cycle")), "start_cycle", team.key)])
    return _moved(turn, row, team, after)


ONLY_DRAFTS = N_("Only a draft can be put elsewhere, and {team} has none beside another objective.")


def _own_team(turn: Turn, key: str) -> Reply:
    """Where the draft could go: the teams that one writes in; admins make a new one first."""
    team = _team(turn, key)
    row = None if team is None else moving.newest_draft(turn.session, team)
    if team is None or row is None:
        return notice(GONE) if team is None else notice(ONLY_DRAFTS, team=team.name)
    actor = actor_of(turn.session, turn.person)
    others = [
        one for one in advice.teams_beside(turn.session, team)
        if may_draft(actor, one.id) and not is_archived(one)
    ]  # fmt: skip
    choices: list[tuple[object, str, str]] = [
        (one.name, "advice_move", f"{row.token}:{row.cycle_id}:{one.key}") for one in others[:MOST_CHOICES]
    ]
    if may_make_team(actor):
        choices.append((sentence(N_("Make a new team")), "setup_team", "new"))
    if not choices:
        return notice(N_("You write in no other team. An admin makes one: /okr setup"))
    return _choose(sentence(N_("Which team takes {objective}?"), objective=row.title), choices)


def _move(turn: Turn, value: str) -> Reply:
    """`token:cycle:KEY`: there, or back again."""
    token, _, rest = value.partition(":")
    number, _, key = rest.partition(":")
    row = drafts.objective_by_token(turn.session, token)
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, key)
    cycle = turn.session.get(m.Cycle, int(number)) if number.isascii() and number.isdigit() else None
    if row is None or team is None or cycle is None or is_archived(team):
        return notice(GONE)
    if {row.workspace_id, cycle.workspace_id} != {turn.person.workspace_id} or cycle.team_id not in (None, team.id):
        cycle = _running(turn, team) if row.workspace_id == turn.person.workspace_id else None
    return notice(GONE) if cycle is None else _moved(turn, row, team, cycle)


def _running(turn: Turn, team: m.Team) -> m.Cycle | None:
    workspace = turn.session.get_one(m.Workspace, team.workspace_id)
    return okrs.active_cycle(turn.session, team, local_day(turn.now, person_zone(turn.person, workspace)))


def _moved(turn: Turn, row: m.Objective, team: m.Team, cycle: m.Cycle) -> Reply:
    was_team, was_cycle = turn.session.get_one(m.Team, row.team_id), row.cycle_id
    actor = actor_of(turn.session, turn.person)
    for one in (was_team, team):
        if not may_draft(actor, one.id):
            return notice(N_("Only those who work in {team} write there. Nothing has changed."), team=one.name)
    if not moving.move_draft(turn.session, row, team, cycle):
        return notice(N_("{objective} is no draft any more, so it stays where it is."), objective=row.title)
    text = sentence(
        N_("{objective} is a draft of {team} for {cycle} now, with its key results."),
        objective=row.title, team=team.name, cycle=cycle.name,
    )  # fmt: skip
    return _choose(text, [(sentence(N_("Undo")), "advice_move", f"{row.token}:{was_cycle}:{was_team.key}")])


# --- K17: a level that is held -------------------------------------------------------------------------------


def _to_health(turn: Turn, token: str) -> Reply:
    """The draft becomes a health metric of its team."""
    row = conversations.key_result_by_token(turn.session, token)
    if row is None or row.workspace_id != turn.person.workspace_id or row.state is not KRState.DRAFT:
        return notice(GONE)
    team = turn.session.get_one(m.Team, row.team_id)
    if not may_set_team(actor_of(turn.session, turn.person), team.id):
        return notice(N_("Only the lead of {team} can change that. Nothing was recorded."), team=team.name)
    name, title = row.short_title[:MOST_NAME], row.title
    known = health.metrics_of(turn.session, [team.id])
    if not any(one.name.casefold() == name.casefold() for one in known):
        if len(known) >= MOST_PER_TEAM:
            return notice(
                N_('{team} has three health metrics already. One makes room with: health remove "name"'), team=team.name
            )
        health.add_metric(turn.session, team, name, row.lead_owner_id or turn.person.id, turn.person.id, turn.now)
    if drafts.remove(turn.session, row):
        said = N_('{name} is a health metric of {team} now. To have the draft back: /okr add kr "{title}"')
    else:
        said = N_("{name} is a health metric of {team} now. Its draft stays: somebody has said something about it.")
    return notice(said, name=name, team=team.name, title=title)


# --- K10: relative, or in percentage points ------------------------------------------------------------------


def _relative(turn: Turn, value: str) -> Reply:
    """With a start the form has the new target ready; without one it asks where it stands today."""
    found = _change_of(turn, value)
    if found is None:
        return notice(GONE)
    one, amount, points = found
    if one.draft.baseline is not None:
        goal = _goal(one, one.draft.baseline, amount, points=points, style=style_of(turn))
        return changing.edit_button(turn, f"{one.row.token}:target={quote(goal)}")
    categories = [[kind.value, turn.say(words)] for kind, words in CATEGORIES.items()]
    data = {
        "token": value, "label": one.kr.key, "title": one.row.short_title, "draft": one.is_draft,
        "categories": categories,
    }  # fmt: skip
    return FormRequest("relative_form", data, action="advice_relative", value=value)


def _relative_sent(turn: Turn, what: Submitted) -> Reply:
    """Start and target at once, the way the form of a key result takes them."""
    found = _change_of(turn, what.token)
    if found is None:
        return notice(GONE)
    one, amount, points = found
    typed = what.values.get("baseline")
    text = typed.strip() if isinstance(typed, str) else ""
    values, _wrong = read(turn, one, [(Part.BASELINE, text)])
    start = values.get("baseline")
    if not isinstance(start, Decimal):
        return FormErrors({"baseline": turn.say(N_("Where is it today? Please write a number."))})
    style = style_of(turn)
    both = (Part.BASELINE, Part.TARGET)
    marks = shown_now(both, one.draft, one.steps, style)
    token = f"{one.row.token}:{','.join(f'{part.value}={mark_of(text)}' for part, text in marks.items())}"
    goal = _goal(one, start, amount, points=points, style=style)
    filled = {**what.values, Part.BASELINE.value: text, Part.TARGET.value: goal}
    reply = changing.TOPIC.forms["edit_kr"](turn, replace(what, token=token, values=filled))
    if isinstance(reply, FormErrors) and "target" in reply.errors:
        return FormErrors({"baseline": reply.errors["target"]})
    return reply


def _change_of(turn: Turn, value: str) -> tuple[Target, Decimal, bool] | None:
    """`token:relative` or `token:points`: the key result, the change that its title says, and how it is meant."""
    token, _, kind = value.partition(":")
    row = conversations.key_result_by_token(turn.session, token)
    if row is None or row.workspace_id != turn.person.workspace_id or kind not in ("relative", "points"):
        return None
    amount = read_kr_line(row.title).relative
    return None if amount is None else (the_target(turn, row), amount, kind == "points")


def _goal(one: Target, start: Decimal, amount: Decimal, *, points: bool, style: NumberStyle) -> str:
    goal = start + amount if points else start * (100 + amount) / 100
    return shown_now((Part.TARGET,), replace(one.draft, baseline=start, target=goal), one.steps, style)[Part.TARGET]


def _team(turn: Turn, key: str) -> m.Team | None:
    return okrs.team_by_key(turn.session, turn.person.workspace_id, key)


BUTTONS: Mapping[str, Callable[[Turn, str], Reply]] = {
    "advice_ask": _ask_again,
    "advice_choose": _choose_above,
    "advice_helps": _helps,
    "advice_next_cycle": _next_cycle,
    "advice_own_team": _own_team,
    "advice_move": _move,
    "advice_health": _to_health,
    "advice_relative": _relative,
}
FORMS: Mapping[str, Callable[[Turn, Submitted], Reply]] = {"advice_relative": _relative_sent}
