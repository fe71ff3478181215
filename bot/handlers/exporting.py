"""Exports: a file with the OKRs and their history (spec/06 §11.1)."""

from collections.abc import Callable

from bot.handlers.naming import visible_teams, which_team
from bot.handlers.order import MINE, Order, Topic
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_
from bot.handlers.verbs import TEAM_WORDS, Verb
from bot.intake.conversation import Answer, Reply, Turn
from bot.views.exports import Format

COMPANY_WORDS = ("company", "all", "公司", "全部")
NO_TEAM = N_("You are in no team yet. For everything you may see: /okr export company")


def _export(order: Order) -> Reply:
    """`csv|json`, then `team`, `company` or a team's name; without any the CSV of one's own team."""
    words = order.rest.split(" ") if order.rest else []
    formats = [one for one in words if one.casefold() in tuple(Format)]
    kind = Format(formats[0].casefold()) if formats else Format.CSV
    rest = " ".join(one for one in words if one not in formats)
    first, _, name = rest.partition(" ")
    if rest.casefold() in COMPANY_WORDS:
        return _file(kind, None)
    return _of_team(order, kind, name if first.casefold() in TEAM_WORDS else rest)


def _of_team(order: Order, kind: Format, name: str) -> Reply:
    teams = visible_teams(order.turn, order.view, name)
    if len(teams) == 1:
        return _file(kind, teams[0].id)
    return which_team(teams, f"export_{kind.value}", NO_TEAM, name)


def _file(kind: Format, team_id: int | None) -> Answer:
    return Answer("export", {"format": kind.value, "team": team_id})


def _button(kind: Format) -> Callable[[Turn, str], Reply]:
    def pressed(turn: Turn, value: str) -> Reply:
        name = "" if value == MINE else value
        return _of_team(Order(turn, fresh_view(turn), name), kind, name)

    return pressed


TOPIC = Topic(
    verbs={Verb.EXPORT: _export},
    buttons={f"export_{kind.value}": _button(kind) for kind in Format},
)
