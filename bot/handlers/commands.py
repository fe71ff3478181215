"""What stands behind `/okr`: each verb a short function (spec/06 §11)."""

from collections.abc import Callable

from bot.handlers import forms
from bot.handlers.away import go_away, return_from_away
from bot.handlers.digest_now import digest_now
from bot.handlers.draft_words import COMMENT_WORDS, said_of_draft
from bot.handlers.naming import (
    NotOneError,
    begins_with_name,
    meant_here,
    people_named,
    the_key_result,
    the_person,
    visible_teams,
    which_team,
)
from bot.handlers.order import MINE, Order
from bot.handlers.plain_orders import asked_which, understood
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.setting_up import nobody_yet
from bot.handlers.starting import no_cycle
from bot.handlers.telling import show
from bot.handlers.topics import VERBS
from bot.handlers.typed import reply_in_words, undo_last
from bot.handlers.verbs import (
    ATTENTION_WORDS,
    COMPANY_WORDS,
    FORM_WORDS,
    LANGUAGE_WORDS,
    ME_WORDS,
    NOW_WORDS,
    PREVIEW_WORDS,
    TEAM_WORDS,
    Verb,
    asks_for_mine,
    begins_with_label,
    closest,
    folded,
    split,
    without_filler,
    without_prefix,
)
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.model import CheckInSource
from bot.views.help import TOPICS, topic_named
from storage import models as m

MOST_TEXT = 2000
NO_TEAM = N_("You are in no team yet, so there is no board to show.")


def command(turn: Turn, text: str) -> Reply:
    """Do what `text` says. Nothing: my key results; a label first: an update; an unknown verb: the three closest."""
    words = without_prefix(text)
    if len(words) > MOST_TEXT and split(words).verb is not Verb.IMPORT:
        return notice(N_("That is longer than 2,000 characters, so I did not read it. Please say it shorter."))
    if not words:
        return nobody_yet(turn) or Answer("my_krs", {})
    view = fresh_view(turn)
    spoken = split(words)
    meant = understood(turn, view, words) if spoken.verb is None else None
    if meant is not None:
        return command(turn, meant.command) if meant.sure else asked_which(turn, meant, words)
    if begins_with_label(words) or begins_with_name(view, words, spoken):
        return reply_in_words(turn, meant_here(turn, view, words), source=CheckInSource.COMMAND)
    if asks_for_mine(words):
        return Answer("my_krs", {})
    if spoken.verb is None:
        commented = said_of_draft(turn, view, words) if spoken.first.casefold() in COMMENT_WORDS else None
        return commented or _unknown(turn, spoken.first)
    return _done(Order(turn, view, spoken.rest), _DOES[spoken.verb])


def pressed_command(turn: Turn, action: str, value: str) -> Reply | None:
    """The buttons that are commands; None for any other."""
    if action == "my_krs":
        return Answer("my_krs", {})
    does = _ON_BUTTONS.get(action)
    if does is None:
        return None
    return _done(Order(turn, fresh_view(turn), "" if value == MINE else value), does)


def _done(order: Order, does: Callable[[Order], Reply]) -> Reply:
    try:
        return does(order)
    except NotOneError as error:
        return error.reply


# --- what each verb does ----------------------------------------------------------------------------


def _board(order: Order) -> Reply:
    rest = without_filler(f"{Verb.BOARD} {order.rest}").removeprefix(Verb.BOARD).strip()  # `board please`
    what, _, name = rest.partition(" ")
    what = what.casefold()
    if what in ME_WORDS:
        return Answer("person_board", {"person": order.turn.person.id})
    if what in ATTENTION_WORDS:
        return Answer("attention", {})
    if what in TEAM_WORDS:
        return _board_of(order, name)
    if what in COMPANY_WORDS:
        return Answer("company_board", {})
    if people_named(order.rest):
        return Answer("person_board", {"person": the_person(order.turn, order.rest).id})
    return _board_of(order, rest)


def _board_of(order: Order, name: str) -> Reply:
    teams = visible_teams(order.turn, order.view, name)
    if len(teams) == 1:
        return no_cycle(order.turn, teams[0]) or Answer("board", {"team": teams[0].id})
    return which_team(teams, "board", NO_TEAM, name)


def _team_board(order: Order) -> Reply:
    return _board_of(order, order.rest)


def _update(order: Order) -> Reply:
    if order.raw and order.rest.casefold() not in FORM_WORDS:
        return reply_in_words(order.turn, order.raw, source=CheckInSource.COMMAND)
    return forms.update_all_form(order.view)


def _why(order: Order) -> Reply:
    return _about_key_result(order, "why")


def _about_key_result(order: Order, name: str) -> Reply:
    return Answer(name, {"kr": the_key_result(order.turn, order.view, order.rest, asks=name).id})


def _digest(order: Order) -> Reply:
    what, _, name = order.rest.partition(" ")
    what = what.casefold()
    if what in NOW_WORDS:
        return _digest_now(Order(order.turn, order.view, name))
    return _digest_preview(Order(order.turn, order.view, name if what in PREVIEW_WORDS else order.rest))


def _digest_preview(order: Order) -> Reply:
    teams = visible_teams(order.turn, order.view, order.rest)
    if len(teams) == 1:
        return no_cycle(order.turn, teams[0]) or Answer("digest_preview", {"team": teams[0].id})
    return which_team(teams, "digest_preview", NO_TEAM, order.rest)


def _digest_now(order: Order) -> Reply:
    """Without a name it is the team that one leads; who leads none is told who may."""
    led = [one.team for one in order.view.teams if one.rows.lead_id == order.turn.person.id]
    teams = led if led and not order.rest else visible_teams(order.turn, order.view, order.rest)
    if len(teams) == 1:
        return digest_now(order.turn, teams[0])
    return which_team(teams, "digest_now", NO_TEAM, order.rest)


def _away(order: Order) -> Reply:
    return go_away(order.turn, order.view, order.rest)


def _back(order: Order) -> Reply:
    return return_from_away(order.turn, order.view, order.rest)


def _undo(order: Order) -> Reply:
    return undo_last(order.turn, order.view)


def _lang(order: Order) -> Reply:
    lang = LANGUAGE_WORDS.get(order.rest.casefold())
    if lang is None:
        return notice(N_("I speak English and 简体中文: /okr lang en or /okr lang zh."))
    order.turn.person.lang = m.Language(lang)
    order.turn.session.add(order.turn.person)
    order.turn.session.flush()
    return notice(N_("From now on I write to you in English."))


def _help(order: Order) -> Reply:
    """The short help, a topic, or a command: `help add`, `help /okr add kr`."""
    topic = folded(without_prefix(order.rest)).casefold()
    if topic_named(topic) in TOPICS:
        return Answer("help", {"topic": topic})
    verb = split(topic).verb if topic else None
    return Answer("help", {"topic": topic} if verb is None else {"topic": topic, "verb": verb.value})


_DOES: dict[Verb, Callable[[Order], Reply]] = {
    Verb.BOARD: _board,
    Verb.UPDATE: _update,
    Verb.SHOW: show,
    Verb.WHY: _why,
    Verb.DIGEST: _digest,
    Verb.AWAY: _away,
    Verb.BACK: _back,
    Verb.UNDO: _undo,
    Verb.LANG: _lang,
    Verb.HELP: _help,
    **VERBS,
}
_ON_BUTTONS: dict[str, Callable[[Order], Reply]] = {
    "board": _team_board,
    "digest_preview": _digest_preview,
    "digest_now": _digest_now,
    "lang": _lang,
    "show": show,
    "why": _why,
    "away": _away,
    "back": _back,
    "help": _help,
    "attention": lambda _order: Answer("attention", {}),
    "company_board": lambda _order: Answer("company_board", {}),
}


def _unknown(turn: Turn, verb: str) -> Reply:
    return notice(
        N_("I don't know '{verb}'. Did you mean {verbs}? /okr help lists everything."),
        verb=verb[:40],
        verbs=" · ".join(closest(verb, turn.person.lang.value)),
    )
