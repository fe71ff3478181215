"""How days and times are written: in people's own zone, short, in their language."""

from datetime import date, datetime, timedelta, tzinfo

from babel.dates import format_date

from bot.cards.i18n import Lang

_NOON = 12
_WORDS: dict[Lang, dict[str, str]] = {
    "en": {"morning": "this morning", "today": "today", "yesterday": "yesterday"},
    "zh": {"morning": "今早", "today": "今天", "yesterday": "昨天"},
}


def day(on: date, lang: Lang = "en", today: date | None = None) -> str:
    """`31 Dec` / `12月31日`; with the year where `today` is given and the years differ."""
    with_year = today is not None and today.year != on.year
    if lang == "zh":
        return f"{on.year}年{on.month}月{on.day}日" if with_year else f"{on.month}月{on.day}日"
    return format_date(on, "d MMM y" if with_year else "d MMM", locale="en")


def iso_day(on: date) -> str:
    """`2026-12-31`, for a chart, which writes days itself."""
    return on.isoformat()


def weekday(on: date, lang: Lang = "en", *, long: bool = False) -> str:
    """`Fri` / `周五`; long: `Friday` / `星期五`."""
    return format_date(on, "EEEE" if long else "EEE", locale=lang)


def clock_time(at: datetime) -> str:
    """`09:50`, in the zone that `at` carries."""
    return f"{_aware(at):%H:%M}"


def weekday_time(at: datetime, lang: Lang = "en") -> str:
    """`Fri 09:50` / `周五 09:50`, in the zone that `at` carries."""
    return f"{weekday(at.date(), lang)} {clock_time(at)}"


def weekday_at(at: datetime, lang: Lang = "en") -> str:
    """The same within a sentence: `Friday at 09:50` / `周五 09:50`."""
    return weekday_time(at, lang) if lang == "zh" else f"{weekday(at.date(), lang, long=True)} at {clock_time(at)}"


def when(at: datetime, now: datetime, tz: tzinfo, lang: Lang = "en", *, on: bool = False) -> str:
    """How long ago, as people say it: `this morning`, `today`, `yesterday`, else the day, all as seen in `tz`.

    With `on`, a day in English gets its preposition: `on 5 Nov`.
    """
    local, local_now = _aware(at).astimezone(tz), _aware(now).astimezone(tz)
    words = _WORDS[lang]
    if local.date() == local_now.date():
        return words["morning"] if local.hour < _NOON else words["today"]
    if local.date() == local_now.date() - timedelta(days=1):
        return words["yesterday"]
    shown = day(local.date(), lang, local_now.date())
    return f"on {shown}" if on and lang == "en" else shown


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A moment needs its zone.")
    return at
