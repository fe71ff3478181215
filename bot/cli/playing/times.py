"""What people type when they move the clock, as a moment; or one sentence that says why it is none."""

from datetime import date, datetime, time, timedelta

from bot.cards.i18n import Lang
from bot.cards.moments import clock_time, day, weekday
from bot.cli.playing import words
from bot.okr.localtime import instant, local
from bot.platforms.playground.world import WorldProblem

MOST_HOURS = 24 * 7 * 13
FARTHEST = timedelta(days=366)
MORNING = time(8, 0)
"""A day without a time begins when people do."""
_LONGEST = 40


def moment_of(text: str, zone: str, now: datetime, lang: Lang) -> datetime:
    """`2026-11-16` or `2026-11-16T09:00` on the wall clocks of `zone`. Raises `WorldProblem`.

    A day without a time is meant as its morning; where that is over today, as the past that it is.
    """
    typed = text.strip()
    here = local(now, zone)
    try:
        wall = datetime.fromisoformat(typed)
        on, at = wall.date(), wall.time() if len(typed) > len("2026-11-16") else MORNING
    except ValueError as error:
        example = (here.date() + timedelta(days=1)).isoformat()
        raise WorldProblem(words.NO_DATE.say(lang, text=typed[:_LONGEST], example=example)) from error
    if on.year > here.year + 2:  # what lies far beyond need not have an instant
        raise _too_far(here.date(), lang)
    if on < here.date() - timedelta(days=2):
        raise _past(here, lang)
    return held(wall if wall.tzinfo is not None else instant(on, at, zone), zone, now, lang)


def after_hours(hours: int, now: datetime, lang: Lang) -> datetime:
    """So many hours from now. Raises `WorldProblem`."""
    if not 1 <= hours <= MOST_HOURS:
        raise WorldProblem(words.NO_HOURS.say(lang, most=MOST_HOURS))
    return now + timedelta(hours=hours)


def held(moment: datetime, zone: str, now: datetime, lang: Lang) -> datetime:
    """A moment that time can pass to. Raises `WorldProblem` for the past, and beyond a year."""
    here = local(now, zone)
    if moment <= now:
        raise _past(here, lang)
    if moment > now + FARTHEST:
        raise _too_far(here.date(), lang)
    return moment


def _past(here: datetime, lang: Lang) -> WorldProblem:
    on: date = here.date()
    return WorldProblem(words.PAST.say(lang, now=f"{weekday(on, lang)} {day(on, lang)} {clock_time(here)}"))


def _too_far(today: date, lang: Lang) -> WorldProblem:
    return WorldProblem(words.TOO_FAR.say(lang, latest=(today + FARTHEST).isoformat()))
