"""Time away: noting it, and coming back earlier (spec/06 §11.1)."""

from datetime import date

from bot.handlers.naming import people_named, the_person
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import without_people
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.days import read_day, read_period
from bot.views.person import PersonView
from storage import agendas, calendars
from storage import models as m

MOST_DAYS = 366


def go_away(turn: Turn, view: PersonView, words: str, delegate: m.Person | None = None) -> Reply:
    """Note the days that `words` name, with `delegate` or whoever they mention as stand-in.

    Raises `NotOneError` for a mention that names nobody.
    """
    delegate = the_person(turn, words) if people_named(words) else delegate
    today = turn.now.astimezone(view.tz).date()
    period = read_period(without_people(words), today)
    if period is None:
        return notice(N_("From when to when? Try: away 3-14 Dec, or away until Friday."))
    first, last = period
    if last < first:
        return notice(N_("The last day lies before the first one, so I noted nothing. Try: away 3-14 Dec."))
    if last < today:
        return notice(N_("Those days are over, so I noted nothing."))
    if (last - first).days > MOST_DAYS:
        return notice(N_("That is more than a year, so I noted nothing. Try: away 3-14 Dec."))
    if delegate is not None and delegate.id == turn.person.id:
        return notice(N_("You cannot stand in for yourself; name somebody else, or nobody."))
    if delegate is not None and not delegate.active:
        return notice(N_("{name} is no longer here, so I noted nothing."), name=delegate.short_name)
    return Answer("away", note_away(turn, first, last, delegate))


def note_away(turn: Turn, first: date, last: date, delegate: m.Person | None = None) -> dict[str, str | int | None]:
    """Write the days down and plan anew. Returns what the answer "away" tells."""
    row = calendars.go_away(turn.session, turn.person, first, last, delegate)
    agendas.look_again_for_person(turn.session, turn.person.id, turn.now)
    return {"first": row.first_day.isoformat(), "last": row.last_day.isoformat(), "delegate": row.delegate_id}


def return_from_away(turn: Turn, view: PersonView, words: str) -> Reply:
    """End the time away that holds today, or the day that `words` name: from that day on questions come again."""
    today = turn.now.astimezone(view.tz).date()
    day = read_day(words, today) if words else today
    if day is None or day < today:
        return notice(N_("From which day on? Say back, or back Monday."))
    ended = calendars.come_back(turn.session, turn.person, day)
    if ended is None:
        coming = calendars.next_away(turn.session, turn.person, today)
        if coming is None:
            return notice(N_("You are not noted as away."))
        dates = {"first": coming.first_day.isoformat(), "last": coming.last_day.isoformat()}
        return Answer("not_away", dates)
    agendas.look_again_for_person(turn.session, turn.person.id, turn.now)
    if day == today:
        return notice(N_("Welcome back. I ask you again from today on."))
    return Answer("back", {"day": day.isoformat()})
