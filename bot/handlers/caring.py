"""What the buttons of the messages about silence do: another time, another rhythm, fewer questions (spec/07 §12.5)."""

from collections.abc import Callable, Mapping

from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.team_settings import on_team, saved
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.clock_words import read_time
from bot.okr.model import Cadence
from storage import agendas, settings
from storage import models as m


def _ask_me_at(turn: Turn, value: str) -> Reply:
    """`1T10:00`: on Tuesdays at 10:00 from now on."""
    day, _, clock = value.partition("T")
    at = read_time(clock)
    if at is None or day not in set("0123456"):
        return notice(N_("That button has nothing to do any more; nothing was changed."))
    before = settings.of_person(turn.person)
    turn.person.check_in_weekday, turn.person.check_in_time = int(day), at
    return saved_mine(turn, before, moved=True)


def saved_mine(turn: Turn, before: settings.Values, *, moved: bool = False) -> Answer:
    """File what a person changed of their own ways, plan anew, and say it; `moved` offers another time."""
    turn.session.add(turn.person)
    turn.session.flush()
    after = settings.of_person(turn.person)
    changes = settings.changed(before, after)
    if changes:
        settings.note(
            turn.session, turn.person.workspace_id, turn.person.id, "settings of a person", before, after, turn.now
        )
        agendas.look_again_for_person(turn.session, turn.person.id, turn.now)
    return Answer("my_settings_saved", {"changes": changes, "moved": moved})


def _not_mine_any(turn: Turn, _value: str) -> Reply:
    """Which of mine is it: a button for each, which tells the lead."""
    mine = [one.row.id for one in fresh_view(turn).own]
    return Answer("which_not_mine", {"krs": mine[:10]}) if mine else notice(N_("You own no key results in this cycle."))


def _rhythm(cadence: Cadence) -> Callable[[Turn, m.Team], Reply]:
    def does(turn: Turn, team: m.Team) -> Reply:
        before = settings.of_team(team)
        team.cadence = cadence
        turn.session.add(team)
        turn.session.flush()
        return saved(turn, team, before, settings.of_team(team))

    return does


def _questions(*, on: bool) -> Callable[[Turn, m.Team], Reply]:
    def does(turn: Turn, team: m.Team) -> Reply:
        before = settings.of_team(team)
        settings.switch(turn.session, team, "weekly_checkin", on=on)
        return saved(turn, team, before, settings.of_team(team))

    return does


def _fewer(_turn: Turn, team: m.Team) -> Reply:
    return Answer("fewer_krs", {"team": team.id})


def _automate(_turn: Turn, team: m.Team) -> Reply:
    return Answer("automated_krs", {"team": team.id})


BUTTONS: Mapping[str, Callable[[Turn, str], Reply]] = {
    "ask_me_at": _ask_me_at,
    "not_mine_any": _not_mine_any,
    "team_biweekly": on_team(_rhythm(Cadence.BIWEEKLY)),
    "team_weekly": on_team(_rhythm(Cadence.WEEKLY)),
    "team_stop": on_team(_questions(on=False)),
    "team_start": on_team(_questions(on=True)),
    "fewer_krs": on_team(_fewer),
    "automate": on_team(_automate),
}
