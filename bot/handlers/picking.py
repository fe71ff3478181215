"""A message that somebody picked by its menu: its words become a next step or a win, in the form of either."""

import re
from collections.abc import Callable

from bot.cards.graphemes import clip
from bot.handlers import jotting, next_steps, wins
from bot.handlers.order import Topic
from bot.handlers.saying import N_, notice
from bot.intake.conversation import Reply, Turn
from bot.intake.inbound import Nothing, Shortcut
from bot.intake.stored import from_json
from storage import models as m
from storage import okrs

IN_NO_TEAM = N_("You are in no team yet, so nothing was recorded.")
GONE = N_("That button has nothing to do any more; nothing was recorded.")
ENOUGH = 1_000
"""Signs of a message that are looked at: more than any form takes."""
_UNKNOWN = re.compile(r"<@[^<>|]*(?:\|([^<>]*))?>")
_LOOSE = re.compile(r" +([,.;:!?)，。；：！？）])")

_ACTIONS = {"next_step": "picked_step", "win": "picked_win"}


def picked(turn: Turn, what: Shortcut) -> Reply:
    """The form with the words of the message in it; whose team it is for is asked where there are several.

    Raises `NotOneError` for somebody who may add nothing there.
    """
    action = _ACTIONS.get(what.name)
    if action is None:
        return Nothing()
    teams = jotting.own_teams(turn)
    if not teams:
        return notice(IN_NO_TEAM)
    if len(teams) > 1:
        return jotting.which_team(turn, action)
    return _form(turn, turn.inbox.id, teams[0], what)


def in_team(name: str) -> Callable[[Turn, str], Reply]:
    """The button that says for which team: `inbox:KEY`."""

    def pressed(turn: Turn, value: str) -> Reply:
        number, _, key = value.partition(":")
        row = jotting.of_person(turn, number)
        team = okrs.team_by_key(turn.session, turn.person.workspace_id, key)
        if row is None or team is None:
            return notice(GONE)
        what = from_json(row.body).what
        return _form(turn, row.id, team, what) if isinstance(what, Shortcut) and what.name == name else notice(GONE)

    return pressed


def _form(turn: Turn, inbox_id: int, team: m.Team, what: Shortcut) -> Reply:
    if what.name == "win":
        return wins.form_with(turn, team, shortened(turn, what.text, wins.MOST_TEXT), f"{inbox_id}:{team.key}")
    text = shortened(turn, what.text, next_steps.MOST_TEXT)
    return next_steps.form_with(turn, team, text, f"{inbox_id}:{team.key}")


def shortened(turn: Turn, text: str, most: int) -> str:
    """The message on one line, with everybody it mentions by name; what is too long ends with a whole word."""
    line = _UNKNOWN.sub(r"\1", jotting.in_words(turn, text[:ENOUGH]))
    line = " ".join(_LOOSE.sub(r"\1", line).split())
    if len(line) <= most:
        return line
    words, _, _ = line[:most].rpartition(" ")
    return f"{words.rstrip(' ,;:，；：')}…" if len(words) >= most // 2 else clip(line, most)


TOPIC = Topic(buttons={action: in_team(name) for name, action in _ACTIONS.items()})
