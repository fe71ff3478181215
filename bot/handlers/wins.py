"""Wins: telling one, thanking a team, and the [＋ Win] of the Friday message (spec/06 §11.1, spec/07 §12.8)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import col, select

from bot.handlers import jotting
from bot.handlers.form_values import one_line
from bot.handlers.jotting import Jotted, must_belong
from bot.handlers.naming import UNKNOWN_TEAM, NotOneError, people_named, the_person, which_team
from bot.handlers.order import MINE, Order, Topic
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import show_on_board, show_wins, shows_in_place
from bot.handlers.verbs import Verb
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Nothing, Submitted
from bot.okr.noted import WHO
from bot.views.wins import plan_thanks
from storage import conversations, okrs
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.wins import win_of

MOST_TEXT = 200
MOST_TEAMS = 100
GONE = N_("That button has nothing to do any more; nothing was recorded.")
_THANKS = re.compile(r"[\s,，;；(（]*(?:\bthanks(?:\s+to)?\b|感谢|谢谢|多谢)\s*[:：]?\s*", re.IGNORECASE)
_AFTER = re.compile(r"[)）]|[\s,，.。;；]|$")


def win_verb(order: Order) -> Reply:
    """`/okr win "text" [KR2] [thanks @team]`; without words the form. Raises `NotOneError`."""
    if not order.raw:
        return _form_of_mine(order.turn)
    line, thanked = _read(order.turn, order.raw, order)
    team, row = jotting.the_team(order.turn, order.view, line.noted.label, "win_team")
    text = line.words(order.turn)
    if not any(sign.isalnum() or ord(sign) > 0x2FFF for sign in text):
        return notice(N_('What went well? Say for example: win "Acme renewed early" KR1 thanks @support'))
    if len(text) > MOST_TEXT:
        return notice(N_("A win has at most {most} characters; nothing was recorded."), most=MOST_TEXT)
    if team is None:
        return jotting.which_team(order.turn, "win_team")
    return _note(order.turn, text, team, row, thanked, order.turn.inbox)


def _read(turn: Turn, raw: str, order: Order | None = None) -> tuple[Jotted, m.Team | None]:
    """The line, and the team it thanks; thanks to anybody else are part of its words."""
    view = fresh_view(turn) if order is None else order.view
    line, mentions = jotting.set_aside(raw)
    teams = turn.session.exec(select(m.Team).where(m.Team.workspace_id == turn.person.workspace_id)).all()
    rest, thanked = line, None
    for found in reversed(list(_THANKS.finditer(line))):
        team, end = _team_at(turn, teams, mentions, line, found.end())
        if team is not None:
            rest, thanked = f"{line[: found.start()]} {line[end:].lstrip(')） ')}", team
            break
    read = jotting.jotted(turn, view, rest, turn.now, days=False, keeps_signs=True)
    return replace(read, mentions=mentions), thanked


def _team_at(
    turn: Turn, teams: Sequence[m.Team], mentions: Sequence[str], line: str, at: int
) -> tuple[m.Team | None, int]:
    """The team that is named at this place, and where its name ends. A mention must be a team or a person.

    Raises `NotOneError` for a mention that is neither.
    """
    sign = WHO.match(line, at)
    if sign is not None and int(sign[1]) < len(mentions):
        mention = mentions[int(sign[1])]
        name = _plain((people_named(mention) or [mention])[0])
        known = next((team for team in teams if name in (_plain(team.key), _plain(team.name))), None)
        if known is None and not _is_somebody(turn, mention):
            raise NotOneError(notice(UNKNOWN_TEAM, name=name[:40]))
        return known, sign.end()
    folded = line.casefold()
    names = sorted(((one, team) for team in teams for one in (team.name, team.key)), key=lambda one: -len(one[0]))
    for name, team in names:
        end = at + len(name)
        if folded.startswith(name.casefold(), at) and (_AFTER.match(line, end) or not name[-1].isascii()):
            return team, end
    return None, at


def _is_somebody(turn: Turn, mention: str) -> bool:
    try:
        the_person(turn, mention)
    except NotOneError:
        return False
    return True


def _plain(name: str) -> str:
    """A team's name as a handle has it: without spaces and dashes, in one case."""
    return "".join(one for one in unicodedata.normalize("NFKC", name).casefold() if one.isalnum())


def _note(
    turn: Turn, text: str, team: m.Team, row: m.KeyResult | None, thanked: m.Team | None, inbox: m.Inbox
) -> Reply:
    known = turn.session.exec(select(m.Win).where(m.Win.inbox_id == inbox.id, m.Win.team_id == team.id)).first()
    win = known or m.Win(
        workspace_id=team.workspace_id,
        team_id=team.id,
        kr_id=None if row is None else row.id,
        text=text,
        by_id=turn.person.id,
        thanks_team_id=None if thanked is None or thanked.id == team.id else thanked.id,
        inbox_id=inbox.id,
        at=turn.now,
    )
    if known is None:
        turn.session.add(win)
        turn.session.flush()
        plan_thanks(turn.session, win, turn.now)
        show_on_board(turn, team.id)
    return Answer("win_noted", {"win": win.id, "text": win.text, "inbox_id": turn.inbox.id})


def for_team(turn: Turn, value: str) -> Reply:
    """Someone in several teams said whose win it is; it is read again as it was typed then."""
    said = jotting.said_before(turn, value)
    if said is None:
        return notice(GONE)
    inbox, team, raw = said
    must_belong(turn, team)
    line, thanked = _read(turn, raw)
    row = jotting.labelled_in(turn, team, line.noted.label)
    return _note(turn, line.words(turn)[:MOST_TEXT], team, row, thanked, inbox)


def undo_win(turn: Turn, value: str) -> Reply:
    """Take a win back, and its announcement where that is not out yet; only by whoever told it, within 24 hours."""
    win = win_of(turn.session, int(value)) if value.isascii() and value.isdigit() and len(value) < 18 else None
    if win is None:
        return notice(N_("That is taken back already."))
    if win.by_id != turn.person.id:
        return notice(N_("Somebody else told that one, so nothing has changed."))
    if win.at <= turn.now - UNDO_WITHIN:
        return notice(N_("That was more than 24 hours ago, so it stays."))
    turn.session.delete(win)
    turn.session.flush()
    show_wins(turn, win)
    return Nothing() if shows_in_place(turn) else notice(N_("Taken back: {text}"), text=win.text)


# --- the form -------------------------------------------------------------------------------------------


def win_form(turn: Turn, value: str) -> Reply:
    """What went well, for which key result, and whom to thank: for the team that the button names."""
    kind, _, name = value.partition(":")
    if value in ("", MINE):
        return _form_of_mine(turn)
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, name or kind)
    return notice(GONE) if team is None else _form(turn, team)


def _form_of_mine(turn: Turn) -> Reply:
    teams = jotting.own_teams(turn)
    if len(teams) == 1:
        return _form(turn, teams[0])
    return which_team(teams, "win_form", N_("You are in no team yet, so nothing was recorded."))


def form_with(turn: Turn, team: m.Team, text: str, picked: str) -> Reply:
    """The form for words that stand somewhere already; `picked` is the value of the button that opens the same."""
    return _form(turn, team, text, ("picked_win", picked))


def _form(turn: Turn, team: m.Team, text: str = "", button: tuple[str, str] | None = None) -> Reply:
    must_belong(turn, team)
    others = turn.session.exec(
        select(m.Team)
        .where(m.Team.workspace_id == team.workspace_id, m.Team.id != team.id)
        .order_by(col(m.Team.key))
        .limit(MOST_TEAMS)
    ).all()
    krs = jotting.offered(fresh_view(turn), team.id)
    return FormRequest(
        "win_form",
        {
            "token": team.key,
            "team": team.name,
            "krs": [{"value": one.row.token, "label": f"{one.kr.label} {one.kr.short_title}"} for one in krs],
            "teams": [{"value": one.key, "label": one.name} for one in others],
            "text": text,
        },
        *(button or ("win_form", f"team:{team.key}")),
    )


def submitted(turn: Turn, what: Submitted) -> Reply:
    """Store what the form says; one sentence beside a field that cannot be read."""
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, what.token)
    if team is None:
        return notice(N_("That team is gone; nothing was recorded."))
    must_belong(turn, team)
    text = one_line(what.values.get("text"))
    if not text:
        return FormErrors({"text": turn.say(N_("Please say in a few words what went well."))})
    if len(text) > MOST_TEXT:
        return FormErrors({"text": turn.say(N_("That is longer than {most} characters."), most=MOST_TEXT)})
    chosen = conversations.key_result_by_token(turn.session, str(what.values.get("kr", "")))
    row = chosen if chosen is not None and chosen.team_id == team.id else None
    thanked = okrs.team_by_key(turn.session, team.workspace_id, str(what.values.get("thanks", "")))
    return _note(turn, text, team, row, thanked, turn.inbox)


TOPIC = Topic(
    verbs={Verb.WIN: win_verb},
    buttons={"win_form": win_form, "win_team": for_team, "win_undo": undo_win},
    forms={"win": submitted},
)
