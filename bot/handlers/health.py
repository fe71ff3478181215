"""Health metrics: listing and setting them, and the two taps of the weekly question (spec/07 §12.9)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col

from bot.handlers.form_values import one_line
from bot.handlers.jotting import own_teams, said_before, set_aside
from bot.handlers.naming import listed, the_person, which_team
from bot.handlers.order import MINE, Order, Topic
from bot.handlers.saying import N_, notice
from bot.handlers.showing import show_on_board, shows_in_place, stands_on
from bot.handlers.verbs import Verb
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Nothing, Pressed, Submitted
from bot.intake.stored import from_json
from bot.okr.access import Actor
from bot.okr.noted import WHO
from bot.views.rights import actor_of
from storage import agendas, deliveries, health, inbox, okrs, teams
from storage import models as m
from storage.health import MOST_NAME, MOST_NOTE, MOST_PER_TEAM

GONE = N_("That health metric is gone; nothing was recorded.")
SHOWS = timedelta(days=21)
"""For how long a message about health follows what is said."""
LINE_WITHIN = timedelta(hours=1)
"""For how long after the tap a line that is typed is its line."""
_COLOURS: dict[str, m.HealthStatus] = {
    **dict.fromkeys(("green", "🟢", "绿", "绿色", "绿灯"), m.HealthStatus.GREEN),
    **dict.fromkeys(("yellow", "amber", "🟡", "黄", "黄色", "黄灯"), m.HealthStatus.YELLOW),
    **dict.fromkeys(("red", "🔴", "红", "红色", "红灯"), m.HealthStatus.RED),
}
_COLOUR = re.compile(
    r"(?:^|[\s:：,，])(?P<colour>green|yellow|amber|red|🟢|🟡|🔴|[绿黄红][色灯]?)(?=[\s:：,，.。;；]|$)\s*[:：,，;；]?",
    re.I,
)
_REMOVE = re.compile(r"(?:remove|delete|删除?|去掉|移除)(?:\s+|(?=[“\"「『]))", re.I)
_ADD = re.compile(r"(?:add|new|添加|新增|增加|加)(?:\s+|(?=[“\"「『]))", re.I)
_SET = re.compile(r"(?:set|设[为置定]?)(?:\s+|(?=[“\"「『]))", re.I)
_QUOTED = re.compile(r"^[\"“”「『](?P<name>.*?)[\"“”」』]\s*[:：]?")


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed after `health`: a name, perhaps a colour with a note, perhaps who looks after it."""

    name: str
    status: m.HealthStatus | None
    note: str | None
    owner: str | None
    remove: bool
    add: bool = False
    """Surely meant as a new one: it says so, or the name is quoted."""


def read_health(raw: str) -> Said:
    """`"Team health" yellow on-call is heavy`, `Team health red`, `"Team health" @li`, `remove "Team health"`."""
    line, mentions = set_aside(raw)
    words = line
    removing, adding = _REMOVE.match(words), _ADD.match(words)
    verb = removing or adding or _SET.match(words)
    if verb is not None:
        words = words[verb.end() :]
    quoted = _QUOTED.match(words)
    rest = words if quoted is None else words[quoted.end() :]
    colour = None if removing is not None else _COLOUR.search(rest)
    before, after = (rest, "") if colour is None else (rest[: colour.start()], rest[colour.end() :])
    name = before if quoted is None else quoted["name"]
    owner = None
    if colour is None:
        found = WHO.search(rest)
        owner = None if found is None or int(found[1]) >= len(mentions) else mentions[int(found[1])]
    note = WHO.sub(lambda found: mentions[int(found[1])] if int(found[1]) < len(mentions) else "", after)
    status = None if colour is None else _COLOURS[colour["colour"].casefold()]
    return Said(
        " ".join(WHO.sub(" ", name).split()).strip(' :：,，"“”'),
        status,
        note.strip() or None,
        owner,
        removing is not None,
        adding is not None or quoted is not None,
    )


def health_verb(order: Order) -> Reply:
    """`/okr health ["name" green|yellow|red note]`; a team's key may stand first. Raises `NotOneError`."""
    turn = order.turn
    key, _, more = order.raw.strip().partition(" ")
    team = None if not key else okrs.team_by_key(turn.session, turn.person.workspace_id, key)
    raw = order.raw if team is None else more
    if not raw.strip():
        return _list(turn, team)
    said = read_health(raw)
    if not said.name:
        return notice(N_('Which one? Say for example: health "Team health" yellow on-call is heavy'))
    around = [team] if team is not None else list(own_teams(turn))
    found = _called(health.metrics_of(turn.session, [one.id for one in around]), said)
    if not found and team is None and not said.add:
        read = agendas.teams_asking(turn.session, turn.person.id)  # those they only read in are told who may
        found = _called(health.metrics_of(turn.session, [one.id for one in read]), said)
    if len(found) > 1 or (said.remove and found and not _is_called(found[0], said)):
        return notice(N_("Which one: {keys}?"), keys=listed(turn, [one.name for one in found]))
    if not found:
        return _add(turn, around, said)
    row = found[0]
    if said.remove:
        return _remove(turn, row)
    if said.owner is not None:
        return _give(turn, row, said.owner)
    if said.status is None:
        return Answer("health", {"team": row.team_id})
    return _say(turn, row, said.status, said.note)


def _called(rows: Sequence[m.HealthMetric], said: Said) -> Sequence[m.HealthMetric]:
    """Those of this name; for what is no new one, those that have it as a part of theirs."""
    in_full = [one for one in rows if _is_called(one, said)]
    return in_full or [one for one in rows if not said.add and said.name.casefold() in one.name.casefold()]


def _is_called(row: m.HealthMetric, said: Said) -> bool:
    return row.name.casefold() == said.name.casefold()


def _list(turn: Turn, team: m.Team | None) -> Reply:
    found = [team] if team is not None else list(own_teams(turn))
    if len(found) == 1:
        return Answer("health", {"team": found[0].id})
    return which_team(found, "health_list", N_("You are in no team yet, so there is no health to show."))


def list_button(turn: Turn, value: str) -> Reply:
    """The health of the team that a button names."""
    team = None if value in ("", MINE) else okrs.team_by_key(turn.session, turn.person.workspace_id, value)
    return _list(turn, team) if team is not None or value in ("", MINE) else notice(GONE)


# --- setting ----------------------------------------------------------------------------------------------


def _add(turn: Turn, around: Sequence[m.Team], said: Said) -> Reply:
    """A name that is new: only the lead adds it, for the team they lead; a bare name may be a slip, so it is asked."""
    actor = actor_of(turn.session, turn.person)
    led = [one for one in around if _leads(actor, one.id)]
    if said.remove or not led:
        return notice(
            N_("I don't know a health metric called {name}; the team's lead can add it."), name=said.name[:40]
        )
    if len(led) > 1:
        keys = " / ".join(one.key for one in led)
        return notice(N_("For which team? Say its key first: {keys}"), keys=keys)
    problem = _cannot_add(turn, led[0], said)
    if problem is not None:
        return problem
    if said.add:
        return _added(turn, led[0], said)
    return Answer("health_new", {"team": led[0].id, "name": said.name, "asked": turn.inbox.id})


def _cannot_add(turn: Turn, team: m.Team, said: Said) -> Reply | None:
    if len(said.name) > MOST_NAME:
        return notice(N_("A name has at most {most} characters; nothing was recorded."), most=MOST_NAME)
    if said.note is not None and len(said.note) > MOST_NOTE:
        return notice(N_("A note has at most {most} characters; nothing was recorded."), most=MOST_NOTE)
    if len(health.metrics_of(turn.session, [team.id])) >= MOST_PER_TEAM:
        return notice(
            N_('{team} has three health metrics already. One makes room with: health remove "name"'), team=team.name
        )
    return None


def _added(turn: Turn, team: m.Team, said: Said) -> Reply:
    lead = teams.lead_of(turn.session, team.id)
    owner = the_person(turn, said.owner) if said.owner is not None else lead or turn.person
    row = health.add_metric(turn.session, team, said.name, owner.id, turn.person.id, turn.now)
    if said.status is None:
        return _done(turn, row)
    return _say(turn, row, said.status, said.note)


def add_button(turn: Turn, value: str) -> Reply:
    """The name that was typed is meant as a new one: it is read again as it was said."""
    before = said_before(turn, value)
    if before is None:
        return notice(GONE)
    _inbox, team, raw = before
    key, _, more = raw.strip().partition(" ")
    said = read_health(more if key.casefold() == team.key.casefold() else raw)
    if not _leads(actor_of(turn.session, turn.person), team.id):
        return notice(N_("Only the lead of {team} can change that. Nothing was recorded."), team=team.name)
    if any(_is_called(one, said) for one in health.metrics_of(turn.session, [team.id])):
        return Answer("health", {"team": team.id})
    return _cannot_add(turn, team, said) or _added(turn, team, said)


def not_added(_turn: Turn, _value: str) -> Reply:
    """It was a slip."""
    return notice(N_("OK, nothing was added. /okr health lists those there are."))


def _say(turn: Turn, row: m.HealthMetric, status: m.HealthStatus, note: str | None) -> Reply:
    refused = _refused(turn, row)
    if refused is not None:
        return refused
    if note is not None and len(note) > MOST_NOTE:
        return notice(N_("A note has at most {most} characters; nothing was recorded."), most=MOST_NOTE)
    health.set_status(turn.session, row, status, note, turn.person.id, turn.now)
    return _done(turn, row)


def _give(turn: Turn, row: m.HealthMetric, mention: str) -> Reply:
    if not _leads(actor_of(turn.session, turn.person), row.team_id):
        return _not_led(turn, row)
    owner = the_person(turn, mention)
    if not owner.active:
        return notice(N_("{name} is no longer here, so nothing was changed."), name=owner.short_name)
    health.set_owner(turn.session, row, owner.id, turn.person.id, turn.now)
    return _done(turn, row)


def _remove(turn: Turn, row: m.HealthMetric) -> Reply:
    if not _leads(actor_of(turn.session, turn.person), row.team_id):
        return _not_led(turn, row)
    name, team_id = row.name, row.team_id
    health.remove_metric(turn.session, row, turn.person.id, turn.now)
    _touched(turn, team_id)
    return notice(N_("{name} is no health metric any more; its history stays."), name=name)


def _done(turn: Turn, row: m.HealthMetric) -> Answer:
    _touched(turn, row.team_id)
    return Answer("health", {"team": row.team_id, "said": row.id, "inbox_id": turn.inbox.id})


def _touched(turn: Turn, team_id: int) -> None:
    """The board and the questions that ask about health show the newest, and who is asked is planned anew."""
    show_on_board(turn, team_id)
    agendas.look_again(turn.session, [team_id], turn.now)
    prompts = health.prompts_asking(turn.session, team_id, turn.now - SHOWS)
    deliveries.want_newest(turn.session, col(m.Delivery.prompt_id).in_(prompts))
    deliveries.want_newest(
        turn.session,
        col(m.Delivery.kind) == "health",
        col(m.Delivery.person_id).in_(health.asked_people(turn.session, team_id)),
        col(m.Delivery.due_at) >= turn.now - SHOWS,
    )


# --- buttons and the form -----------------------------------------------------------------------------------


def tap(turn: Turn, value: str) -> Reply:
    """`metric:green`: the colour it has from now on; the message shows it in place."""
    row = _of_button(turn, value)
    status = _COLOURS.get(value.partition(":")[2])
    if row is None or status is None:
        return notice(GONE)
    refused = _refused(turn, row)
    if refused is not None:
        return refused
    health.set_status(turn.session, row, status, None, turn.person.id, turn.now)
    answer = _done(turn, row)
    return Nothing() if _in_place(turn) else Answer("health", {"team": row.team_id, "said": answer.data["said"]})


def note_form(turn: Turn, value: str) -> Reply:
    """The line behind a yellow or a red."""
    row = _of_button(turn, value)
    if row is None:
        return notice(GONE)
    refused = _refused(turn, row)
    if refused is not None:
        return refused
    data = {"token": str(row.id), "name": row.name, "status": row.status.value, "note": row.note or ""}
    return FormRequest("health_form", data, action="health_note", value=str(row.id))


def submitted(turn: Turn, what: Submitted) -> Reply:
    """Store the line."""
    row = _of_button(turn, what.token)
    if row is None:
        return notice(GONE)
    refused = _refused(turn, row)
    if refused is not None:
        return refused
    note = one_line(what.values.get("note"))
    if not note:
        return FormErrors({"note": turn.say(N_("Please say in one line what is behind it."))})
    if len(note) > MOST_NOTE:
        return FormErrors({"note": turn.say(N_("That is longer than {most} characters."), most=MOST_NOTE)})
    health.set_note(turn.session, row, note, turn.now)
    return _done(turn, row)


def typed_line(turn: Turn, text: str) -> Reply | None:
    """The line behind a yellow or a red that was pressed just before; None where no line is waited for."""
    last = None if turn.inbox.person_id is None else inbox.last_before(turn.session, turn.inbox, turn.now - LINE_WITHIN)
    what = None if last is None else from_json(last.body).what
    if not isinstance(what, Pressed) or what.action != "health":
        return None
    row = _of_button(turn, what.value)
    if row is None or row.status is m.HealthStatus.GREEN or row.note or _refused(turn, row) is not None:
        return None
    return _say(turn, row, row.status, " ".join(text.split()))


def _of_button(turn: Turn, value: str) -> m.HealthMetric | None:
    number = value.partition(":")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    row = turn.session.get(m.HealthMetric, int(number))
    return row if row is not None and row.workspace_id == turn.person.workspace_id else None


def _refused(turn: Turn, row: m.HealthMetric) -> Reply | None:
    """Whoever looks after it, the team's lead and admins say how it stands; others are told who does."""
    if row.owner_id == turn.person.id or _leads(actor_of(turn.session, turn.person), row.team_id):
        return None
    owner = None if row.owner_id is None else turn.session.get(m.Person, row.owner_id)
    if owner is None:
        return _not_led(turn, row)
    said = N_("Only {owner} or the team's lead says how {name} stands. Nothing was recorded.")
    return notice(said, owner=owner.short_name, name=row.name)


def _not_led(turn: Turn, row: m.HealthMetric) -> Answer:
    team = turn.session.get_one(m.Team, row.team_id)
    return notice(N_("Only the lead of {team} can change that. Nothing was recorded."), team=team.name)


def _leads(actor: Actor, team_id: int) -> bool:
    return team_id in actor.leads or actor.is_admin


def _in_place(turn: Turn) -> bool:
    """Whether the message that was pressed shows it itself."""
    standing = stands_on(turn)
    asks = standing is not None and standing.kind != "answer" and standing.person_id == turn.person.id
    return asks or shows_in_place(turn)


TOPIC = Topic(
    verbs={Verb.HEALTH: health_verb},
    buttons={
        "health": tap,
        "health_list": list_button,
        "health_note": note_form,
        "health_add": add_button,
        "health_not": not_added,
    },
    forms={"health": submitted},
)
