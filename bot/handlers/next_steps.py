"""Next steps: adding, listing, ticking off, and the question after the meeting (spec/06 §11.1, spec/07 §12.8)."""

import re
from datetime import date

from sqlmodel import col

from bot.handlers import jotting
from bot.handlers.form_values import one_line
from bot.handlers.jotting import must_belong
from bot.handlers.naming import NotOneError, the_person, which_team
from bot.handlers.order import MINE, Order, Topic
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import show_next_steps, shows_in_place, stands_on
from bot.handlers.verbs import LIST_WORDS, TEAM_WORDS, Verb, folded
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Nothing, Submitted
from bot.okr.days import read_day
from bot.okr.model import IN_FORCE
from bot.views.next_meeting import next_meeting
from bot.views.person import PersonView
from storage import conversations, deliveries, next_steps, okrs
from storage import models as m

MOST_TEXT = 140
GONE = N_("That button has nothing to do any more; nothing was recorded.")
UNREAD_DAY = N_("I cannot read that day; try Fri, 20 Nov or 2026-11-20.")
DAY_OVER = N_("That day is over; please give one to come.")
TOO_LONG = N_("That is longer than {most} characters.")
_DONE = re.compile(
    r"(?:done|did|tick(?: off)?)\b[:：]?\s*|(?P<chinese>完成了?|做完了?|打勾)\s*[:：]?\s*", re.IGNORECASE
)
SAY_WHAT = N_("Please say in a few words what happens next.")


def next_verb(order: Order) -> Reply:
    """`/okr next "text" [@who] [by Fri] [KR2]`; without words, or with a team, its list; `done …` ticks one off.

    Raises `NotOneError`.
    """
    asks_for_list = order.rest.casefold() in ("", *LIST_WORDS)
    team = None if asks_for_list else _named_team(order)
    if asks_for_list or team is not None:
        return _list(order.turn, team)
    ticked = _ticked_off(order)
    if ticked is not None:
        return ticked
    line = jotting.jotted(order.turn, order.view, order.raw, order.turn.now)
    team, row = jotting.the_team(order.turn, order.view, line.noted.label, "step_team")
    refused = _refused(order.turn, order.view, line)
    if refused is not None:
        return refused
    if team is None:
        line.person(order.turn)
        return jotting.which_team(order.turn, "step_team")
    return _note(order.turn, line, team, row, order.turn.inbox)


def _named_team(order: Order) -> m.Team | None:
    """The team in `next GRO` and `next team GRO`: a key alone is no next step."""
    what, _, name = order.rest.partition(" ")
    key = name if what.casefold() in TEAM_WORDS else order.rest
    return okrs.team_by_key(order.turn.session, order.turn.person.workspace_id, key)


def _ticked_off(order: Order) -> Reply | None:
    """`done call the bank` ticks the one open step that it means; None for what is a new one.

    完成 may begin a new step as well, so it ticks only what is there.
    """
    found = _DONE.match(order.rest)
    if found is None:
        return None
    turn, words = order.turn, order.rest[found.end() :].strip(' "“”「」.。').casefold()
    steps = next_steps.open_steps(turn.session, [team.id for team in jotting.own_teams(turn)])
    same = [one for one in steps if folded(one.text).casefold() == words]
    meant = same or [one for one in steps if words and words in folded(one.text).casefold()]
    meant = meant if len(meant) <= 1 else [one for one in meant if one.owner_id == turn.person.id]
    if len(meant) != 1:
        return None if found["chinese"] else _list(turn, None)
    return _settled(turn, meant[0], m.NextStepState.DONE)


def _refused(turn: Turn, view: PersonView, line: jotting.Jotted) -> Reply | None:
    """One sentence for a line without words, with too many, or with a day that is over or read in two ways."""
    text = line.words(turn)
    if not any(sign.isalnum() for sign in text) and not any(ord(sign) > 0x2FFF for sign in text):
        return notice(N_('What happens next? Say for example: next "call GC" @li by Fri KR2'))
    if len(text) > MOST_TEXT:
        return notice(N_("A next step has at most {most} characters; nothing was recorded."), most=MOST_TEXT)
    if line.noted.no_day is not None:
        return notice(
            N_("The calendar has no {day}, so nothing was recorded; try 20 Nov or 2026-11-20."), day=line.noted.no_day
        )
    if line.noted.unread_day is not None:
        return notice(
            N_("I can read {day} in two ways, so nothing was recorded; try 20 Nov or 2026-11-20."),
            day=line.noted.unread_day,
        )
    day = line.noted.day
    if day is not None and day < turn.now.astimezone(view.tz).date():
        return Answer("day_is_over", {"day": day.isoformat(), "text": text})
    return None


def _note(turn: Turn, line: jotting.Jotted, team: m.Team, row: m.KeyResult | None, inbox: m.Inbox) -> Reply:
    owner = line.person(turn) or turn.person
    step = next_steps.noted_with(turn.session, inbox.id, team.id)
    if step is None:
        due, meeting_id = line.noted.day, None
        if due is None:
            due, meeting_id = next_meeting(turn.session, team, turn.now)
        step = next_steps.add_step(
            turn.session,
            team,
            line.words(turn),
            owner_id=owner.id,
            kr_id=None if row is None else row.id,
            due=due,
            meeting_id=meeting_id,
            inbox_id=inbox.id,
            now=turn.now,
        )
        show_next_steps(turn, team.id)
    return noted(turn, step)


def noted(turn: Turn, step: m.NextStep) -> Answer:
    """The list, with the question which key result it moves where none is named."""
    return Answer("next_step_noted", {"step": step.id, "asks": True, "inbox_id": turn.inbox.id})


# --- the list and its buttons ---------------------------------------------------------------------------


def _list(turn: Turn, team: m.Team | None) -> Reply:
    teams = [team] if team is not None else list(jotting.own_teams(turn))
    if len(teams) == 1:
        return Answer("next_steps", {"team": teams[0].id})
    return which_team(teams, "next_steps", N_("You are in no team yet, so there are no next steps to show."))


def list_button(turn: Turn, value: str) -> Reply:
    """The list of the team that a button names, or of mine."""
    team = None if value in ("", MINE) else okrs.team_by_key(turn.session, turn.person.workspace_id, value)
    return _list(turn, team) if team is not None or value in ("", MINE) else notice(GONE)


def tick(turn: Turn, value: str) -> Reply:
    """`token:done` or `token:open`: the button says what it wants, so pressing it twice says the same twice."""
    token, _, wanted = value.partition(":")
    step = next_steps.step_by_token(turn.session, token)
    state = {"done": m.NextStepState.DONE, "open": m.NextStepState.OPEN}.get(wanted)
    if step is None or state is None:
        return notice(GONE)
    if step.state is m.NextStepState.DROPPED:
        return notice(N_("That next step was dropped, so nothing has changed."))
    return _settled(turn, step, state)


def drop(turn: Turn, value: str) -> Reply:
    """Take a next step off the list; it stays in the history as dropped."""
    step = next_steps.step_by_token(turn.session, value)
    return notice(GONE) if step is None else _settled(turn, step, m.NextStepState.DROPPED)


def _settled(turn: Turn, step: m.NextStep, state: m.NextStepState) -> Reply:
    if step.owner_id != turn.person.id:
        must_belong(turn, turn.session.get_one(m.Team, step.team_id))
    if next_steps.settle_step(turn.session, step, state, turn.now):
        show_next_steps(turn, step.team_id)
    return Nothing() if shows_in_place(turn) else Answer("next_steps", {"team": step.team_id})


def move_kr(turn: Turn, value: str) -> Reply:
    """Which key result a next step moves: `token:key result` or `token:none`; the message becomes the list."""
    token, _, name = value.partition(":")
    step = next_steps.step_by_token(turn.session, token)
    row = conversations.key_result_by_token(turn.session, name)
    if step is None or step.state is m.NextStepState.DROPPED or (row is None and name != "none"):
        return notice(GONE)
    if row is not None and (row.team_id != step.team_id or row.state not in IN_FORCE):
        return notice(GONE)
    must_belong(turn, turn.session.get_one(m.Team, step.team_id))
    step.kr_id = None if row is None else row.id
    turn.session.add(step)
    turn.session.flush()
    show_next_steps(turn, step.team_id)
    standing = stands_on(turn)
    if standing is not None and standing.data.get("name") == "next_step_noted":
        standing.data = {**standing.data, "data": {**standing.data["data"], "asks": False}}
        turn.session.add(standing)
        turn.session.flush()
    return Nothing() if shows_in_place(turn) else Answer("next_steps", {"team": step.team_id})


def for_team(turn: Turn, value: str) -> Reply:
    """Someone in several teams said which one their line was for; it is read again as it was typed then."""
    said = jotting.said_before(turn, value)
    if said is None:
        return notice(GONE)
    inbox, team, raw = said
    must_belong(turn, team)
    line = jotting.jotted(turn, fresh_view(turn), raw, inbox.at)
    return _note(turn, line, team, jotting.labelled_in(turn, team, line.noted.label), inbox)


def none_today(turn: Turn, value: str) -> Reply:
    """Nothing was agreed on in the meeting: the question of `team:KEY:period` says so from now on."""
    _, _, rest = value.partition(":")
    key, _, period = rest.partition(":")
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, key)
    asked = None if team is None else next_steps.question_after_meeting(turn.session, team.id, period)
    if team is None or asked is None:
        return notice(GONE)
    must_belong(turn, team)
    if asked.data.get("none_by") is None:
        asked.data = {**asked.data, "none_by": turn.person.id}
        turn.session.add(asked)
        turn.session.flush()
        deliveries.want_newest(turn.session, col(m.Delivery.id) == asked.id)
    return notice(N_("Thank you. I noted that there are none today."))


# --- the form -------------------------------------------------------------------------------------------


def next_step_form(turn: Turn, token: str) -> Reply:
    """A next step for the key result (`kr:…`) or the team (`team:…`) that the button names.

    Raises `NotOneError` for those who add none there.
    """
    team, row = _meant(turn, token)
    return notice(GONE) if team is None else _form(turn, team, row, token)


def form_with(turn: Turn, team: m.Team, text: str, picked: str) -> Reply:
    """The form for words that stand somewhere already; `picked` is the value of the button that opens the same."""
    return _form(turn, team, None, f"team:{team.key}", text, ("picked_step", picked))


def _form(
    turn: Turn, team: m.Team, row: m.KeyResult | None, token: str, text: str = "", button: tuple[str, str] | None = None
) -> Reply:
    must_belong(turn, team)
    krs = jotting.offered(fresh_view(turn), team.id)
    due, _ = next_meeting(turn.session, team, turn.now)
    return FormRequest(
        "next_step_form",
        {
            "token": token,
            "choices": [{"value": one.row.token, "label": f"{one.kr.label} {one.kr.short_title}"} for one in krs],
            "chosen": row.token if row is not None else "",
            "text": text,
            "without": None if due is None else due.isoformat(),
        },
        *(button or ("next_step", token)),
    )


def submitted(turn: Turn, what: Submitted) -> Reply:
    """Store what the form says; one sentence beside each field that cannot be read. Raises `NotOneError`.

    The form asked which key result it moves, so nobody is asked that again.
    """
    team, row = _meant(turn, what.token)
    if team is None:
        return notice(N_("That team is gone; nothing was recorded."))
    must_belong(turn, team)
    view = fresh_view(turn)
    problems: dict[str, str] = {}
    text = one_line(what.values.get("text"))
    if not text:
        problems["text"] = turn.say(SAY_WHAT)
    elif len(text) > MOST_TEXT:
        problems["text"] = turn.say(TOO_LONG, most=MOST_TEXT)
    due = _due(turn, view, one_line(what.values.get("due")), problems)
    owner = _owner(turn, one_line(what.values.get("owner")), problems)
    if problems:
        return FormErrors(problems)
    chosen = conversations.key_result_by_token(turn.session, one_line(what.values.get("kr"))) or row
    if chosen is not None and (chosen.team_id != team.id or chosen.state not in IN_FORCE):
        chosen = None
    meeting_id = None
    if due is None:
        due, meeting_id = next_meeting(turn.session, team, turn.now)
    next_steps.add_step(
        turn.session,
        team,
        text,
        owner_id=owner.id,
        kr_id=None if chosen is None else chosen.id,
        due=due,
        meeting_id=meeting_id,
        inbox_id=turn.inbox.id,
        now=turn.now,
    )
    show_next_steps(turn, team.id)
    return notice(N_("Next step noted: {text}"), text=text)


def _meant(turn: Turn, token: str) -> tuple[m.Team | None, m.KeyResult | None]:
    kind, _, name = token.partition(":")
    row = conversations.key_result_by_token(turn.session, name) if kind == "kr" else None
    if row is not None:
        return turn.session.get_one(m.Team, row.team_id), row
    return okrs.team_by_key(turn.session, turn.person.workspace_id, name), None


def _due(turn: Turn, view: PersonView, text: str, problems: dict[str, str]) -> date | None:
    if not text:
        return None
    day = read_day(text, turn.now.astimezone(view.tz).date())
    if day is None:
        problems["due"] = turn.say(UNREAD_DAY)
    elif day < turn.now.astimezone(view.tz).date():
        problems["due"] = turn.say(DAY_OVER)
    return day


def _owner(turn: Turn, name: str, problems: dict[str, str]) -> m.Person:
    """Who does it: whoever fills in the form, unless it names somebody."""
    if not name:
        return turn.person
    try:
        person = the_person(turn, name)
    except NotOneError:
        problems["owner"] = turn.say(N_("I don't know {name} here."), name=name[:41])
        return turn.person
    if not person.active:
        problems["owner"] = turn.say(N_("{name} is no longer here."), name=person.short_name)
    return person


TOPIC = Topic(
    verbs={Verb.NEXT: next_verb},
    buttons={
        "next_step": next_step_form,
        "next_steps": list_button,
        "no_next_steps": none_today,
        "step_done": tick,
        "step_drop": drop,
        "step_kr": move_kr,
        "step_team": for_team,
    },
    forms={"next_step": submitted},
)
