"""`/okr report`: a text to paste elsewhere (spec/06 §11.1)."""

from bot.handlers.naming import visible_teams
from bot.handlers.order import Order, Topic
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.starting import no_cycle
from bot.handlers.verbs import ME_WORDS, QUARTER_WORDS, TEAM_WORDS, WEEK_WORDS, Verb
from bot.intake.conversation import Answer, Reply, Turn

UNKNOWN_TEAM = N_("I don't know a team called {name}. Try its key, such as GRO.")


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
    if teams:
        action = "report_quarter" if quarter else "report"
        return Answer("which_team", {"teams": [team.id for team in teams[:10]], "action": action})
    return notice(UNKNOWN_TEAM, name=name[:40]) if name else notice(N_("You are in no team yet."))


def _of_team(turn: Turn, value: str) -> Reply:
    return _report(Order(turn, fresh_view(turn), f"team {value}"))


def _of_quarter(turn: Turn, value: str) -> Reply:
    return _report(Order(turn, fresh_view(turn), f"team {value} quarter"))


TOPIC = Topic(verbs={Verb.REPORT: _report}, buttons={"report": _of_team, "report_quarter": _of_quarter})
