"""What stands behind `/okr`: verbs in English and Chinese, each a short function (spec/06 §11)."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.handlers import forms
from bot.handlers.digest_now import digest_now
from bot.handlers.naming import NotOneError, people_named, the_key_result, the_person, visible_teams
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.typed import reply_in_words, undo_last
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.days import read_period
from bot.okr.model import CheckInSource
from bot.views.help import NAMES_ZH, TOPICS
from bot.views.person import PersonView
from storage import agendas, calendars
from storage import models as m

MOST_TEXT = 2000
_LABEL = re.compile(r"^(?:kr\s*\d+|#\d+|关键结果\s*\d+|[A-Za-z]{2,5}-\d+)(?=$|[\s:：，,])", re.IGNORECASE)
_PREFIX = re.compile(r"^/?okr(?=$|\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """A command being done: who says it, and what stands after the verb."""

    turn: Turn
    view: PersonView
    rest: str


def command(turn: Turn, text: str) -> Reply:
    """Do what `text` says. Nothing: my key results; a label first: an update; an unknown verb: the three closest."""
    words = _PREFIX.sub("", " ".join(text.split())).strip()
    if len(words) > MOST_TEXT:
        return notice(N_("That is longer than 2,000 characters, so I did not read it. Please say it shorter."))
    if not words:
        return Answer("my_krs", {})
    view = fresh_view(turn)
    if _LABEL.match(words) or _starts_with_a_name(view, words):
        return reply_in_words(turn, words, source=CheckInSource.COMMAND)
    verb, rest = _split(words)
    done = VERBS.get(verb)
    if done is None:
        return _unknown(turn, verb)
    try:
        return done(Order(turn, view, rest))
    except NotOneError as error:
        return error.reply


def is_plain_verb(text: str) -> bool:
    """True for a command typed without a slash in a DM; never for what could answer a check-in."""
    words = " ".join(text.split())
    if _PREFIX.match(words):
        return True
    verb, rest = _split(words)
    if verb not in _PLAIN:
        return False
    return not rest or verb in ("show", "查看", "why", "为什么") or _fits(verb, rest)


def _fits(verb: str, rest: str) -> bool:
    first = rest.split()[0].lower()
    match verb:
        case "board" | "看板":
            return first in ("team", "me", "attention", "团队", "我", "关注") or first.startswith(("@", "<"))
        case "lang" | "语言":
            return first in _LANGUAGES
        case "help" | "帮助":
            return first in TOPICS or first in NAMES_ZH
        case "digest" | "简报":
            return first in ("preview", "now", "预览", "现在")
        case "away" | "请假":
            return True
        case _:
            return False


def pressed_command(turn: Turn, action: str, value: str) -> Reply | None:
    """The buttons that are commands; None for any other."""
    view = fresh_view(turn)
    match action:
        case "my_krs":
            return Answer("my_krs", {})
        case "board":
            return _board(Order(turn, view, value and f"team {value}"))
        case "lang":
            return _lang(Order(turn, view, value))
        case "show" | "why":
            return _about_key_result(Order(turn, view, value), action)
        case _:
            return None


# --- what each verb does ----------------------------------------------------------------------------


def _board(order: Order) -> Reply:
    what, _, name = order.rest.partition(" ")
    match what.lower():
        case "me" | "我":
            return Answer("person_board", {"person": order.turn.person.id})
        case "attention" | "关注":
            return Answer("attention", {})
        case "" | "team" | "团队":
            return _team_board(order, name)
    if people_named(order.rest):
        return Answer("person_board", {"person": the_person(order.turn, order.rest).id})
    return _team_board(order, order.rest)


def _team_board(order: Order, name: str) -> Reply:
    teams = visible_teams(order.turn, order.view, name)
    if not teams and name:
        return notice(N_("I don't know a team called {name}. Try its key, such as GRO."), name=name[:40])
    if not teams:
        return notice(N_("You are in no team yet, so there is no board to show."))
    if len(teams) == 1:
        return Answer("board", {"team": teams[0].id})
    return Answer("which_team", {"teams": [team.id for team in teams[:10]], "action": "board"})


def _update(order: Order) -> Reply:
    if order.rest:
        return reply_in_words(order.turn, order.rest, source=CheckInSource.COMMAND)
    return forms.update_all_form(order.view)


def _show(order: Order) -> Reply:
    return _about_key_result(order, "show")


def _why(order: Order) -> Reply:
    return _about_key_result(order, "why")


def _about_key_result(order: Order, name: str) -> Reply:
    return Answer(name, {"kr": the_key_result(order.turn, order.view, order.rest).id})


def _digest(order: Order) -> Reply:
    what, _, name = order.rest.partition(" ")
    what = {"预览": "preview", "现在": "now"}.get(what, what.lower())
    teams = visible_teams(order.turn, order.view, name if what in ("preview", "now") else order.rest)
    if not teams:
        return notice(N_("You are in no team yet, so there is no board to show."))
    if what == "now":
        led = [team for team in teams if len(teams) == 1 or _leads(order, team)]
        return digest_now(order.turn, led[0] if led else teams[0])
    return Answer("digest_preview", {"team": teams[0].id})


def _leads(order: Order, team: m.Team) -> bool:
    return any(one.team.id == team.id and one.rows.lead_id == order.turn.person.id for one in order.view.teams)


def _away(order: Order) -> Reply:
    turn = order.turn
    delegate = the_person(turn, order.rest) if people_named(order.rest) else None
    text = re.sub(r"<@[^>]*>|@\S+", " ", order.rest)
    today = turn.now.astimezone(order.view.tz).date()
    period = read_period(text, today)
    if period is None:
        return notice(N_("From when to when? Try: away 3-14 Dec, or away until Friday."))
    first, last = period
    if last < first:
        return notice(N_("The last day lies before the first one, so I noted nothing. Try: away 3-14 Dec."))
    if last < today:
        return notice(N_("Those days are over, so I noted nothing."))
    if delegate is not None and delegate.id == turn.person.id:
        return notice(N_("You cannot stand in for yourself; name somebody else, or nobody."))
    row = calendars.go_away(turn.session, turn.person, first, last, delegate)
    agendas.look_again_for_person(turn.session, turn.person.id, turn.now)
    dates = {"first": row.first_day.isoformat(), "last": row.last_day.isoformat()}
    return Answer("away", {**dates, "delegate": None if delegate is None else delegate.short_name})


def _back(order: Order) -> Reply:
    turn = order.turn
    today = turn.now.astimezone(order.view.tz).date()
    ended = calendars.come_back(turn.session, turn.person, today)
    if ended is None:
        return notice(N_("You are not noted as away."))
    agendas.look_again_for_person(turn.session, turn.person.id, turn.now)
    return notice(N_("Welcome back. I ask you again from today on."))


def _undo(order: Order) -> Reply:
    return undo_last(order.turn, order.view)


_LANGUAGES = {
    "zh": m.Language.ZH,
    "中文": m.Language.ZH,
    "chinese": m.Language.ZH,
    "en": m.Language.EN,
    "english": m.Language.EN,
    "英文": m.Language.EN,
}


def _lang(order: Order) -> Reply:
    lang = _LANGUAGES.get(order.rest.lower())
    if lang is None:
        return notice(N_("I speak English and 简体中文: /okr lang en or /okr lang zh."))
    order.turn.person.lang = lang
    order.turn.session.add(order.turn.person)
    order.turn.session.flush()
    return notice(N_("From now on I write to you in English."))


def _help(order: Order) -> Reply:
    return Answer("help", {"topic": order.rest.lower()})


VERBS: dict[str, Callable[[Order], Reply]] = {
    "board": _board,
    "看板": _board,
    "update": _update,
    "更新": _update,
    "show": _show,
    "查看": _show,
    "why": _why,
    "为什么": _why,
    "digest": _digest,
    "简报": _digest,
    "away": _away,
    "请假": _away,
    "back": _back,
    "回来": _back,
    "undo": _undo,
    "撤销": _undo,
    "lang": _lang,
    "语言": _lang,
    "help": _help,
    "帮助": _help,
}

_PLAIN = frozenset(VERBS) - {"update", "更新", "undo", "撤销"}


def _split(words: str) -> tuple[str, str]:
    """The verb and the rest; a Chinese verb may stand without a space before what follows."""
    first, _, rest = words.partition(" ")
    if first.lower() in VERBS:
        return first.lower(), rest.strip()
    for verb in VERBS:
        if not verb.isascii() and words.startswith(verb):
            return verb, words[len(verb) :].strip()
    return first.lower(), rest.strip()


def _starts_with_a_name(view: PersonView, words: str) -> bool:
    lowered = words.lower()
    return any(
        lowered.startswith(f"{alias.lower()} ")
        for one in view.own
        for alias in (*one.kr.aliases, one.kr.short_title)
        if alias
    )


def _unknown(turn: Turn, verb: str) -> Reply:
    english = [one for one in VERBS if one.isascii()]
    own = [one for one in VERBS if not one.isascii()] if turn.person.lang is m.Language.ZH else english
    close = difflib.get_close_matches(verb, own, n=3, cutoff=0.0)
    return notice(
        N_("I don't know '{verb}'. Did you mean {verbs}? /okr help lists everything."),
        verb=verb[:40],
        verbs=" · ".join(close[:3]),
    )
