"""Reads the parts of an OKR file that say who and when: workspace, people, teams, cycles."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from bot.okr import model as okr
from storage import models as m
from storage.accounts import account_id
from storage.calendars import EVERYONE
from storage.okr_files import scalars
from storage.okr_files.fields import Fields, unknown
from storage.okr_files.schema import (
    AddressEntry,
    AwayEntry,
    CycleEntry,
    KRRef,
    MeetingEntry,
    ObjectiveRef,
    OwnDateEntry,
    PersonEntry,
    RitualSwitch,
    Stretch,
    TeamEntry,
    Threshold,
    WorkspaceEntry,
)
from storage.settings import ARCHIVED

SOME_DAY = date(2000, 1, 1)
"""Stands where a day could not be read; the problem is reported, and nothing is imported."""
RITUALS = (
    *(kind.value for kind in m.RitualKind if kind is not m.RitualKind.STALE),
    *("review", "close", "pulse", "health", ARCHIVED),
)
SHORT_NAME = 20


@dataclass(slots=True)
class Known:
    """What the file contains, for the names that refer to it."""

    calendars: set[str] = field(default_factory=set)
    handles: dict[str, int] = field(default_factory=dict)
    """Handle to line."""
    teams: dict[str, int] = field(default_factory=dict)
    cycles: dict[tuple[str | None, str], CycleEntry] = field(default_factory=dict)
    key_results: dict[KRRef, int] = field(default_factory=dict)
    objectives: set[ObjectiveRef] = field(default_factory=set)
    ids: dict[str, KRRef] = field(default_factory=dict)
    """Key results by the `id` that the file gives them."""


def person_ref(fields: Fields, key: str, known: Known) -> str | None:
    """A handle that must stand under `people`."""
    return fields.refers(key, scalars.handle, known.handles, "person")


def people_ref(fields: Fields, key: str, known: Known) -> tuple[str, ...]:
    """A list of handles, each once."""
    found = []
    for handle, line in fields.list_of(key, scalars.handle):
        if handle not in known.handles:
            fields.report.add(line, fields.at(key), unknown("person", handle, known.handles))
        else:
            found.append(handle)
    return tuple(dict.fromkeys(found))


def team_ref(fields: Fields, key: str, known: Known) -> str | None:
    """A team key that must stand under `teams`."""
    return fields.refers(key, scalars.team_key, known.teams, "team")


def read_workspace(fields: Fields, known: Known) -> WorkspaceEntry:
    """The organisation. Reads its own days off first, because calendars may be named after them."""
    holidays = tuple(_own_date(one) for one in fields.each("holidays", "A day off"))
    known.calendars.update(one.calendar for one in holidays if one.calendar != EVERYONE)
    quiet = fields.get("quiet_hours", _quiet_hours, (time(18, 0), time(9, 0)))
    entry = WorkspaceEntry(
        line=fields.line,
        name=fields.need("name", scalars.one_line(80), "The workspace needs a name.") or "",
        mission=fields.maybe("mission", scalars.one_line(200)),
        vision=fields.maybe("vision", scalars.one_line(200)),
        strategy=fields.maybe("strategy", scalars.one_line(200)),
        timezone=fields.get("timezone", scalars.zone_name, "UTC"),
        language=fields.get("language", scalars.language, m.Language.EN),
        score_mode=fields.get("score_mode", scalars.choice(okr.ScoreMode), okr.ScoreMode.FORECAST),
        score_objectives=fields.get("score_objectives", scalars.flag, True),
        personal_okrs=fields.get("personal_okrs", scalars.flag, False),
        holiday_calendar=fields.maybe("holiday_calendar", scalars.holiday_calendar(known.calendars)),
        quiet_from=quiet[0],
        quiet_to=quiet[1],
        freeze=tuple(Stretch(*_stretch(one)) for one in _closed(fields.each("freeze", "A shutdown"))),
        retention_days=fields.maybe("retention_days", scalars.whole(30, 36500)),
        thresholds=_thresholds(fields.inner("thresholds", "A set of thresholds")),
        holidays=holidays,
        given=fields.given,
    )
    fields.done()
    return entry


def read_people(fields: Fields, known: Known) -> tuple[PersonEntry, ...]:
    """Everyone. All handles are read first, because a delegate may stand further down."""
    entries = list(fields.each("people", "A person"))
    for one in entries:
        handle = one.need("handle", scalars.handle, "A person needs a handle, such as 'mei'.")
        if handle is not None:
            _once(one, "handle", known.handles, handle)
    addresses: dict[str, int] = {}
    return tuple(_person(one, known, addresses) for one in entries)


def read_teams(fields: Fields, known: Known) -> tuple[TeamEntry, ...]:
    """All teams. Their keys are read first, because a parent may stand further down."""
    entries = list(fields.each("teams", "A team"))
    for one in entries:
        key = one.need("key", scalars.team_key, "A team needs a key, such as GRO.")
        if key is not None:
            _once(one, "key", known.teams, key)
    teams = tuple(_team(one, known) for one in entries)
    _refuse_circles(teams, entries)
    return teams


def read_cycles(fields: Fields, known: Known) -> tuple[CycleEntry, ...]:
    """All cycles. Within a scope (the workspace, or a team of its own) two active ones must not overlap."""
    found: list[CycleEntry] = []
    for one in fields.each("cycles", "A cycle"):
        entry = _cycle(one, known)
        key = (entry.team, entry.name)
        if key in known.cycles:
            one.problem("name", f"The cycle '{entry.name}' stands here a second time.")
        for other in found:
            if _overlap(entry, other):
                again = "one cycle is active at a time; give the older one 'state: closed'."
                one.problem("first_day", f"It overlaps with '{other.name}' (line {other.line}): {again}")
        known.cycles[key] = entry
        found.append(entry)
    return tuple(found)


def _own_date(fields: Fields) -> OwnDateEntry:
    entry = OwnDateEntry(
        line=fields.line,
        calendar=fields.get("calendar", scalars.one_line(16), EVERYONE),
        day=fields.need("day", scalars.day, "Which day? Give 'day: 2026-10-10'.") or SOME_DAY,
        kind=fields.get("kind", scalars.choice(m.HolidayKind), m.HolidayKind.OFF),
        name=fields.get("name", scalars.one_line(80), ""),
        given=fields.given,
    )
    fields.done()
    return entry


def _closed(entries: Iterable[Fields]) -> Iterable[Fields]:
    for one in entries:
        yield one
        one.done()


def _stretch(fields: Fields) -> tuple[date, date]:
    first = fields.need("from", scalars.day, "From which day on?")
    last = fields.need("to", scalars.day, "Up to which day?")
    if first is not None and last is not None and last < first:
        fields.problem("to", f"It ends on {last.isoformat()}, before it begins on {first.isoformat()}.")
    return first or SOME_DAY, last or SOME_DAY


def _quiet_hours(text: str) -> tuple[time, time]:
    if text.strip().lower() == "none":
        return time(0), time(0)
    first, dash, last = text.partition("-")
    if not dash:
        raise scalars.Unreadable("Quiet hours are written as 18:00-09:00, or 'none'.")
    return scalars.clock_time(first), scalars.clock_time(last)


def _thresholds(fields: Fields) -> tuple[Threshold, ...]:
    found: list[tuple[str, str | None]] = [
        *((key, fields.maybe(key, _bands)) for key in ("stretch", "committed")),
        ("outcome", fields.maybe("outcome", _outcome)),
        ("early_pace", fields.maybe("early_pace", _early_pace)),
        ("grace_days", fields.maybe("grace_days", lambda text: str(scalars.whole(0, 5)(text)))),
        ("dark_factor", fields.maybe("dark_factor", lambda text: str(scalars.whole(2, 4)(text)))),
    ]
    fields.done()
    return tuple(Threshold(name, value) for name, value in found if value is not None)


def _bands(text: str) -> str:
    parts = [scalars.decimal_number(part) for part in text.split("/")]
    if len(parts) != 3 or not parts[0] > parts[1] > parts[2] > 0:
        raise scalars.Unreadable("Three lines are needed, the highest first, such as 1.00/0.60/0.40.")
    return "/".join(format(part, "f") for part in parts)


def _outcome(text: str) -> str:
    parts = [scalars.share(part) for part in text.split("/")]
    if len(parts) != 2 or not 0 < parts[0] < parts[1]:
        raise scalars.Unreadable("Two lines are needed, the lower first, such as 0.60/0.80.")
    return "/".join(format(part, "f") for part in parts)


def _early_pace(text: str) -> str:
    value = scalars.share(text)
    if value > Decimal("0.3"):
        raise scalars.Unreadable("It goes from 0 to 0.3.")
    return format(value, "f")


def _once(fields: Fields, key: str, seen: dict[str, int], name: str) -> None:
    if name in seen:
        fields.problem(key, f"'{name}' stands here a second time (first in line {seen[name]}).")
    seen.setdefault(name, fields.line_of(key))


def _person(fields: Fields, known: Known, addresses: dict[str, int]) -> PersonEntry:
    handle = fields.maybe("handle", scalars.handle) or ""
    name = fields.get("name", scalars.one_line(200), handle)
    short = name if len(name) <= SHORT_NAME else handle
    if len(short) > SHORT_NAME and not fields.has("short_name"):
        fields.problem("name", "The name is long; give a 'short_name' of up to 20 characters for messages.")
    entry = PersonEntry(
        line=fields.line,
        handle=handle,
        name=name,
        short_name=fields.get("short_name", scalars.one_line(SHORT_NAME), short),
        e_mail=fields.maybe("e_mail", scalars.e_mail),
        timezone=fields.maybe("timezone", scalars.zone_name),
        language=fields.maybe("language", scalars.language),
        number_style=fields.get("number_style", scalars.choice(m.NumberStyle), m.NumberStyle.DOT),
        working_days=_weekdays(fields, "working_days", (0, 1, 2, 3, 4)),
        holiday_calendar=fields.maybe("holiday_calendar", scalars.holiday_calendar(known.calendars)),
        check_in_day=fields.maybe("check_in_day", scalars.weekday),
        check_in_time=fields.maybe("check_in_time", scalars.clock_time),
        role=fields.get("role", scalars.choice(m.WorkspaceRole), m.WorkspaceRole.MEMBER),
        active=fields.get("active", scalars.flag, True),
        muted_until=fields.maybe("muted_until", scalars.day),
        away=tuple(_away(one, handle, known) for one in fields.each("away", "A time away")),
        addresses=_addresses(fields, "address", addresses),
        given=fields.given,
    )
    if len({one.first for one in entry.away}) < len(entry.away):
        fields.problem("away", "Two times away begin on the same day; keep one.")
    fields.done()
    return entry


def _away(fields: Fields, handle: str, known: Known) -> AwayEntry:
    first, last = _stretch(fields)
    delegate = person_ref(fields, "delegate", known)
    if delegate is not None and delegate == handle:
        fields.problem("delegate", "Nobody stands in for themselves; name someone else, or leave it out.")
    fields.done()
    return AwayEntry(line=fields.line, first=first, last=last, delegate=delegate, given=fields.given)


def _weekdays(fields: Fields, key: str, default: tuple[int, ...]) -> tuple[int, ...]:
    listed = fields.list_of(key, scalars.weekday_range)
    found = sorted({number for numbers, _line in listed for number in numbers})
    return tuple(found) or default


def _addresses(fields: Fields, key: str, seen: dict[str, int] | None = None) -> tuple[AddressEntry, ...]:
    """`{slack: U0123, console: mei}`: where a person or channel is, by platform."""
    found = []
    for platform, external in fields.pairs(key):
        path = f"{fields.at(key)}.{platform.text}"
        try:
            kind = scalars.choice(m.Platform)(platform.text)
            if external.is_blank:
                sign = " An id that begins with # must stand in quotes." if key == "channel" else ""
                raise scalars.Unreadable(f"The id is missing.{sign}")
            account = account_id(scalars.one_line(128)(external.text))
            entry = AddressEntry(line=platform.line, platform=kind, external_id=account)
        except scalars.Unreadable as error:
            fields.report.add(external.line, path, str(error))
            continue
        name = f"{entry.platform.value} {entry.external_id}"
        if seen is not None and name in seen:
            fields.report.add(external.line, path, f"{name} is somebody else's address already (line {seen[name]}).")
        elif seen is not None:
            seen[name] = external.line
        found.append(entry)
    return tuple(found)


def _team(fields: Fields, known: Known) -> TeamEntry:
    key = fields.maybe("key", scalars.team_key) or ""
    lead = person_ref(fields, "lead", known)
    members = people_ref(fields, "members", known)
    viewers = people_ref(fields, "viewers", known)
    for handle in viewers:
        if handle == lead or handle in members:
            fields.problem("viewers", f"'{handle}' is a member already; a viewer only reads.")
    channels = _addresses(fields, "channel")
    if len(channels) > 1:
        fields.problem("channel", "A team has one channel; name one platform.")
    review = fields.get("review_every_weeks", scalars.whole(3, 6), 6)
    entry = TeamEntry(
        line=fields.line,
        key=key,
        name=fields.get("name", scalars.one_line(60), key),
        lead=lead,
        members=tuple(one for one in members if one != lead),
        viewers=viewers,
        channel=channels[0] if channels else None,
        language=fields.maybe("language", scalars.language),
        timezone=fields.maybe("timezone", scalars.zone_name),
        holiday_calendar=fields.maybe("holiday_calendar", scalars.holiday_calendar(known.calendars)),
        parent=team_ref(fields, "parent", known),
        kind=fields.get("kind", scalars.choice(m.TeamKind), m.TeamKind.TEAM),
        cadence=fields.get("cadence", scalars.choice(okr.Cadence), okr.Cadence.WEEKLY),
        reminders=fields.get("reminders", scalars.whole(0, 2), 2),
        review_every_weeks=review,
        rituals=_rituals(fields),
        meetings=_meetings(fields, key),
        given=fields.given,
    )
    fields.done()
    return entry


def _rituals(fields: Fields) -> tuple[RitualSwitch, ...]:
    found = []
    for name, value in fields.pairs("rituals"):
        try:
            if name.text not in RITUALS:
                named = [one for one in RITUALS if one != ARCHIVED]  # what an export says of a team that is over
                hint = scalars.did_you_mean(name.text, named)
                raise scalars.Unreadable(f"'{name.text[:40]}' is not one of {', '.join(named)}{hint}")
            found.append(RitualSwitch(name.text, scalars.flag(value.text)))
        except scalars.Unreadable as error:
            fields.report.add(name.line, fields.at("rituals"), str(error))
    return tuple(found)


def _meetings(fields: Fields, team: str) -> tuple[MeetingEntry, ...]:
    entries = list(fields.each("meetings", "A meeting"))
    meetings = [_meeting(one, first=number == 0) for number, one in enumerate(entries)]
    titles: dict[str, int] = {}
    for one, meeting in zip(entries, meetings, strict=True):
        _once(one, "title", titles, meeting.title)
    if sum(one.main for one in meetings) > 1:
        fields.problem("meetings", f"{team or 'A team'} has one main meeting; say 'main: no' for the others.")
    return tuple(meetings)


def _meeting(fields: Fields, *, first: bool) -> MeetingEntry:
    weekdays = _weekdays(fields, "weekdays", ())
    if not fields.has("weekdays"):
        fields.report.add(fields.line, fields.at("weekdays"), "On which weekday? Give 'weekdays: fri'.")
    entry = MeetingEntry(
        line=fields.line,
        title=fields.get("title", scalars.one_line(80), "Weekly"),
        weekdays=weekdays,
        time=fields.need("time", scalars.clock_time, "At what time? Give 'time: 10:00'.") or time(0),
        timezone=fields.maybe("timezone", scalars.zone_name),
        every=fields.get("every", _every, 1),
        lead_minutes=fields.get("lead_minutes", scalars.whole(0, 60), 10),
        duration=fields.get("duration", scalars.whole(5, 480), 60),
        main=fields.get("main", scalars.flag, first),
        given=fields.given,
    )
    fields.done()
    return entry


def _every(text: str) -> int:
    weeks = scalars.whole(1, 4)(text)
    if weeks == 3:
        raise scalars.Unreadable("A meeting is held every 1, 2 or 4 weeks.")
    return weeks


def _refuse_circles(teams: tuple[TeamEntry, ...], entries: list[Fields]) -> None:
    parent = {one.key: one.parent for one in teams}
    for team, fields in zip(teams, entries, strict=True):
        above, seen = team.parent, {team.key}
        while above is not None and above not in seen:
            seen.add(above)
            above = parent.get(above)
        if above == team.key:
            fields.problem("parent", f"{team.key} would be its own parent.")
            return  # the others of the circle are named by this one


def _cycle(fields: Fields, known: Known) -> CycleEntry:
    first = fields.need("first_day", scalars.day, "On which day does the cycle begin?")
    last = fields.need("last_day", scalars.day, "On which day does the cycle end?")
    if first is not None and last is not None:
        weeks = ((last - first).days + 1) // 7
        if last <= first:
            fields.problem("last_day", f"It ends on {last.isoformat()}, before it begins on {first.isoformat()}.")
        elif not okr.LEAST_WEEKS <= weeks <= okr.MOST_WEEKS:
            fields.problem("last_day", f"It is {weeks} weeks long; a cycle has {okr.LEAST_WEEKS} to {okr.MOST_WEEKS}.")
    entry = CycleEntry(
        line=fields.line,
        name=fields.need("name", scalars.one_line(20), "A cycle needs a name, such as '2026 Q4'.") or "",
        team=team_ref(fields, "team", known),
        first_day=first or SOME_DAY,
        last_day=last or SOME_DAY,
        state=fields.get("state", scalars.choice(m.CycleState), m.CycleState.ACTIVE),
        given=fields.given,
    )
    fields.done()
    return entry


def _overlap(one: CycleEntry, other: CycleEntry) -> bool:
    active = (m.CycleState.ACTIVE, m.CycleState.CLOSING)
    if SOME_DAY in (one.first_day, other.first_day):
        return False  # a day that could not be read is reported once, not compared
    if one.team != other.team or one.state not in active or other.state not in active:
        return False
    return one.first_day <= other.last_day and other.first_day <= one.last_day
