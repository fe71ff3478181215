"""The fields of a settings form, read one by one; what cannot be read gets one sentence beside its field."""

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import TypeVar

from bot.handlers.saying import N_
from bot.intake.conversation import Turn
from bot.okr.clock_words import read_time
from bot.okr.days import read_day
from bot.okr.zone_names import near_zones, read_zone
from storage import calendars

E = TypeVar("E", bound=StrEnum)

BY_MEETING = "meeting"
"""The choice of no day of one's own: the team's meeting decides."""


def one_line(value: object) -> str:
    """What was typed into a field, on one line; empty where it holds no text."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def no_zone(text: str) -> tuple[str, dict[str, str]]:
    """The sentence for words that name no time zone, with those that may have been meant."""
    near = near_zones(text)
    if near:
        return N_("I don't know that time zone. Did you mean {zones}?"), {"zones": " · ".join(near)}
    return N_("I don't know that time zone; name one like Europe/Madrid or Asia/Shanghai."), {}


class Fields:
    """What a form brought, and the sentences that it goes back with."""

    def __init__(self, turn: Turn, values: Mapping[str, object]) -> None:
        self._turn = turn
        self._values = values
        self.problems: dict[str, str] = {}

    def problem(self, name: str, msgid: str, /, **params: str | int) -> None:
        """The sentence beside a field; the first one that is found stays."""
        self.problems.setdefault(name, self._turn.say(msgid, **params))

    def text(self, name: str, most: int) -> str:
        """What was typed, on one line; a problem where it is longer than `most` characters."""
        text = one_line(self._values.get(name))
        if len(text) > most:
            self.problem(name, N_("That is longer than {most} characters."), most=most)
            return ""
        return text

    def choice(self, name: str, kind: type[E], unless: E) -> E:
        """One of a closed set; what stands now where nothing of it was chosen."""
        value = self._values.get(name)
        return kind(value) if isinstance(value, str) and value in tuple(kind) else unless

    def ticked(self, name: str) -> tuple[str, ...]:
        """The ticked values of checkboxes; some platforms bring a single one as text."""
        value = self._values.get(name)
        if isinstance(value, str):
            return (value,) if value else ()
        return tuple(value) if isinstance(value, tuple | list) else ()

    def days(self, name: str) -> list[int]:
        """Weekdays, Monday is 0, in order."""
        return sorted({int(one) for one in self.ticked(name) if one in set("0123456")})

    def weekday(self, name: str) -> int | None:
        """A weekday, or None for "by the team's meeting"."""
        value = self._values.get(name)
        return int(value) if isinstance(value, str) and value in set("0123456") else None

    def whole(self, name: str, least: int, most: int, unless: int) -> int:
        """A whole number within its limits; `unless` where nothing was typed."""
        text = self.text(name, 40)
        if not text:
            return unless
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
        if not least <= number <= most:
            self.problem(name, N_("Please give a whole number from {least} to {most}."), least=least, most=most)
            return unless
        return number

    def time(self, name: str) -> time | None:
        """A time of day; None where nothing was typed."""
        text = self.text(name, 40)
        found = read_time(text) if text else None
        if text and found is None:
            self.problem(name, N_("I cannot read that time; try 9:30, 9.30am or 上午9点半."))
        return found

    def zone(self, name: str) -> str | None:
        """An IANA zone, also by its city; None where nothing was typed."""
        text = self.text(name, 80)
        found = read_zone(text) if text else None
        if text and found is None:
            msgid, params = no_zone(text)
            self.problem(name, msgid, **params)
        return found

    def holidays(self, name: str) -> str | None:
        """A holiday calendar: a country, a part of it, or one of the workspace's own; None where nothing was typed."""
        text = self.text(name, 16)
        if not text:
            return None
        own = calendars.own_dates(self._turn.session, self._turn.person.workspace_id)
        known = next((one for one in own if one.casefold() == text.casefold() and one != calendars.EVERYONE), None)
        if known is not None:
            return known
        year = self._turn.now.year
        try:
            calendars.public_holidays(text.upper(), year, year)
        except ValueError:
            self.problem(name, N_("I don't know that holiday calendar; use a country such as ES, or a part: ES-MD."))
            return None
        return text.upper()

    def day(self, name: str, today: date) -> date | None:
        """A calendar day; a problem where none was given."""
        text = self.text(name, 60)
        found = read_day(text, today) if text else None
        if found is None:
            self.problem(name, N_("Please give a day such as 4 Jan 2027 or 2027-01-04."))
        return found
