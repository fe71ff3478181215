"""`/okr report`: a text to paste elsewhere (spec/06 §11.1)."""

from bot.handlers.naming import visible_teams, which_team
from bot.handlers.order import Order, Topic
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_
from bot.handlers.starting import no_cycle
from bot.handlers.verbs import ME_WORDS, QUARTER_WORDS, TEAM_WORDS, WEEK_WORDS, Verb
from bot.intake.conversation import Answer, Reply, Turn


def _report(order: Order) -> Reply:
    """`[me | team [KEY]] [week | quarter]`, in any order; without words it is mine, of the last seven days."""
    words = order.rest.split()
    quarter = any(one.casefold() in QUARTER_WORDS for one in words)
    mine = any(one.casefold() in ME_WORDS for one in words)
    known = (*ME_WORDS, *TEAM_WORDS, *WEEK_WORDS, *QUARTER_WORDS)
    name = " ".join(one for one in words if one.casefold() not in known)
    if not name and (mine or not any(one.casefold() in TEAM_WORDS for one in words)):
        return Answer("report", {"team": None, "quarter": quarter})
    teams = visible_teams(order.turn, order.view, name)
    if len(teams) == 1:
        answer = Answer("report", {"team": teams[0].id, "quarter": quarter})
        return no_cycle(order.turn, teams[0]) or answer
    action = "report_quarter" if quarter else "report"
    return which_team(teams, action, N_("You are in no team yet, so there is nothing to report."), name)


def _of_team(turn: Turn, value: str) -> Reply:
    return _report(Order(turn, fresh_view(turn), f"team {value}"))


def _of_quarter(turn: Turn, value: str) -> Reply:
    return _report(Order(turn, fresh_view(turn), f"team {value} quarter"))


TOPIC = Topic(verbs={Verb.REPORT: _report}, buttons={"report": _of_team, "report_quarter": _of_quarter})
