"""Advice that somebody asks for, and setting it aside: `/okr check [KR2]` (spec/04 §9, spec/06 §11.1)."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.handlers import advised
from bot.handlers.draft_names import draft_named
from bot.handlers.naming import NotOneError, people_named, the_key_result, visible_teams, which_team
from bot.handlers.order import MINE, Order, Topic
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import shows_in_place, stands_on
from bot.handlers.verbs import TEAM_WORDS, Verb, begins_with_label, without_filler
from bot.handlers.writing_for import asks_whose, without_for
from bot.intake.conversation import Answer, Reply, Turn
from bot.intake.inbound import Nothing
from bot.okr.access import may_add_next_step, sees_drafts
from bot.okr.quality import CHECKS, Item, Severity
from bot.views.rights import actor_of
from storage import advice, conversations, drafts, okrs
from storage import models as m

GONE = N_("That advice is about something that is gone, so nothing has changed.")
NO_TEAM = N_("You are in no team yet, so there is nothing to check.")
NOT_YOURS = N_("Advice is for those of {team}. Its board: /okr board {key}")
READS_ONLY = N_("Only those who work in {team} set advice aside. Nothing has changed.")
IMPOSSIBLE = N_("That cannot be left as it is: it would never be scored. Please change it.")


# --- asked for ----------------------------------------------------------------------------------------------


def _check(order: Order) -> Reply:
    """My team's advice; of a label or a name that of one key result; of a key or `team` that of a team."""
    words = without_for(order.turn, without_filler(order.rest))
    first, _, name = words.partition(" ")
    if not words or first.casefold() in TEAM_WORDS:
        return _of_teams(order, name)
    draft = draft_named(order.turn, words)
    if draft is not None:
        return _about(order.turn, draft)
    if not begins_with_label(words) and not people_named(words):
        teams = visible_teams(order.turn, order.view, words)
        if len(teams) == 1:
            return _on_team(order.turn, teams[0])
    return _about(order.turn, the_key_result(order.turn, order.view, words, asks="check"))


def _of_teams(order: Order, name: str) -> Reply:
    every = () if name else asks_whose(order.turn, order.view)
    teams = every or visible_teams(order.turn, order.view, name)
    return _on_team(order.turn, teams[0]) if len(teams) == 1 else which_team(teams, "check", NO_TEAM, name)


def _on_team(turn: Turn, team: m.Team) -> Reply:
    _must_belong(turn, team)
    return Answer("advice", {"team": team.id})


def _about(turn: Turn, row: m.KeyResult) -> Reply:
    """Whoever answers for a key result that is worked on hears about that one, member or not."""
    if not _answers_for(turn, row.id):
        _must_belong(turn, turn.session.get_one(m.Team, row.team_id))
    return Answer("advice", {"team": row.team_id, "kr": row.id})


def _must_belong(turn: Turn, team: m.Team) -> None:
    """Drafts, and what a coach says of them, stay within the team. Raises `NotOneError` for others."""
    if not sees_drafts(actor_of(turn.session, turn.person), team.id):
        raise NotOneError(notice(NOT_YOURS, team=team.name, key=team.key))


def _answers_for(turn: Turn, kr_id: int) -> bool:
    return any(row.id == kr_id for row in conversations.owned_key_results(turn.session, turn.person.id))


def _button(turn: Turn, value: str) -> Reply:
    """[Check]: a team's key, a key result's token, or mine."""
    if value in ("", MINE):
        return _of_teams(Order(turn, fresh_view(turn), ""), "")
    row = conversations.key_result_by_token(turn.session, value)
    if row is not None and row.workspace_id == turn.person.workspace_id:
        return _about(turn, row)
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, value)
    return notice(GONE) if team is None else _on_team(turn, team)


# --- set aside ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Meant:
    """The advice a button stands for, and the item it is about."""

    check: str
    item: tuple[str, int]
    team: m.Team
    value: str


def _on_advice(does: Callable[[Turn, _Meant], Reply]) -> Callable[[Turn, str], Reply]:
    """A button of a piece of advice, `K05:key_result:token`; only those who work in the team change anything.

    Whoever answers for a key result sets aside what is said of that one.
    """

    def pressed(turn: Turn, value: str) -> Reply:
        meant = _meant(turn, value)
        if meant is None:
            return notice(GONE)
        actor = actor_of(turn.session, turn.person)
        kind, item_id = meant.item
        own = kind == Item.KEY_RESULT and _answers_for(turn, item_id)
        if not own and not may_add_next_step(actor, meant.team.id):
            return notice(READS_ONLY, team=meant.team.name)
        return does(turn, meant)

    return pressed


def _meant(turn: Turn, value: str) -> _Meant | None:
    check, _, rest = value.partition(":")
    kind, _, token = rest.partition(":")
    if check not in CHECKS or not token:
        return None
    found = _item(turn, kind, token)
    if found is None:
        return None
    item_id, team_id = found
    team = turn.session.get(m.Team, team_id)
    if team is None or team.workspace_id != turn.person.workspace_id:
        return None
    return _Meant(check, (kind, item_id), team, value)


def _item(turn: Turn, kind: str, token: str) -> tuple[int, int] | None:
    """The key of an item, and that of its team."""
    session = turn.session
    if kind == Item.KEY_RESULT:
        row = conversations.key_result_by_token(session, token)
        return None if row is None else (row.id, row.team_id)
    if kind == Item.OBJECTIVE:
        objective = drafts.objective_by_token(session, token)
        return None if objective is None else (objective.id, objective.team_id)
    if kind == Item.TEAM:
        team = okrs.team_by_key(session, turn.person.workspace_id, token)
        return None if team is None else (team.id, team.id)
    return advice.link_by_token(session, token) if kind == Item.ALIGNMENT else None


def _dismiss(turn: Turn, meant: _Meant) -> Reply:
    """Not to be told again for that item; twice is as good as once."""
    if CHECKS[meant.check].severity is Severity.E:
        return notice(IMPOSSIBLE)
    advice.dismiss(turn.session, meant.team.workspace_id, meant.check, meant.item, turn.person.id, turn.now)
    return Nothing() if _shows_list(turn) else Answer("advice_aside", {"value": meant.value})


def _bring_back(turn: Turn, meant: _Meant) -> Reply:
    """Undo of a dismissal."""
    if not advice.bring_back(turn.session, meant.check, meant.item):
        return notice(N_("That advice is given already."))
    return Nothing() if shows_in_place(turn) else notice(N_("That advice is given again."))


def _shows_list(turn: Turn) -> bool:
    """True on a list of advice, which has the way back itself; any other message is brought up to date as well."""
    standing = stands_on(turn)
    return shows_in_place(turn) and standing is not None and standing.data.get("name") == "advice"


def _not_sure(turn: Turn, meant: _Meant) -> Reply:
    """Whether a key result proves anything: it was asked once, so it is not asked again (K22)."""
    advice.dismiss(turn.session, meant.team.workspace_id, meant.check, meant.item, turn.person.id, turn.now)
    shows_in_place(turn)
    return notice(N_("What would prove it better?"))


TOPIC = Topic(
    verbs={Verb.CHECK: _check},
    buttons={
        "check": _button,
        "advice_dismiss": _on_advice(_dismiss),
        "advice_undo": _on_advice(_bring_back),
        "advice_not_sure": _on_advice(_not_sure),
        **advised.BUTTONS,
    },
    forms=advised.FORMS,
)
