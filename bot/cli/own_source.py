"""A table or a text of somebody's own as a company for the demo: what it does not tell is made up, and said so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path

from bot.cli import words
from bot.cli.output import CommandProblem
from bot.cli.reading import not_usable, read_any, refuse_whole
from bot.cli.words import Both
from bot.okr.replies.units import has_han
from storage import models as m
from storage.okr_files import OkrFile
from storage.okr_files.drafting_frame import (
    Frame,
    FrameCycle,
    FramePerson,
    FrameTeam,
    calendar_cycle,
    find_person,
    find_team,
    same_cycle,
)
from storage.okr_files.drafts import Draft, DraftKeyResult, DraftObjective, Unread
from storage.okr_files.scalars import Unreadable, day, team_key
from storage.okr_files.schema import AddressEntry, MeetingEntry, TeamEntry
from storage.okr_files.sources import Found, with_frame

ON = date(2026, 11, 12)
"""The day in whose quarter a file is lived that names none: the same story has the same bytes."""
INTO = timedelta(days=21)
"""What a file tells of how it stands is of the Monday before this day of its cycle: a week's questions follow."""
STAND_INS = ("Mei", "Jack", "Li", "Ana", "Bea", "Tom")
STAND_INS_ZH = ("小梅", "小杰", "小李", "小安", "小贝", "小唐")
EACH = 4
"""Key results of one stand-in: as many as a person would have."""
MOST_TOLD = len(STAND_INS) * EACH
"""Key results of one team for which there are stand-ins."""
MOST_STOOD_IN, MOST_OWNED = 36, 60
"""Key results of a week that is told in seconds: fewer where everybody is made up and so has to answer."""
MEETS = time(10, 0)
FRIDAY = 4
LONGEST_NAME = 40
_WORD = re.compile(r"[^\W_]+")
_NAMED = re.compile(r"\s*(?P<name>[^<>]*?)\s*<(?P<mail>[^<>\s]+@[^<>\s]+)>\s*")

Sentence = tuple[Both, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Story:
    """A company, and what its reader should know before its week begins."""

    file: OkrFile
    told: tuple[Sentence, ...] = ()


def read_story(path: Path, data: bytes | None = None) -> Story:
    """Any file that the import takes; with `data` the path is no more than its name.

    Raises `CommandProblem` where it cannot be used.
    """
    found = read_any(path, data)
    if isinstance(found, OkrFile):
        return Story(found)
    if not found.key_results:
        raise CommandProblem(words.NO_OKRS.say("en", name=str(path)))
    company = _Company(path, found.draft)
    file = with_frame(Found(company.draft, found.objectives, found.key_results), company.frame)
    if isinstance(file, list):
        refuse_whole(path, file)
        raise not_usable(path, file)
    counts: dict[str, object] = {
        "file": path.name,
        "objectives": len(file.objectives),
        "all": found.objectives,
        "krs": len(file.key_results),
        "all_krs": found.key_results,
    }
    told = [(words.SOURCE_READ, counts), *company.told]
    unread = [one for one in file.unread if one.text or one.why]
    if unread:
        told.append((words.SOURCE_LEFT, {"count": len(unread), "first": _shown(unread[0])}))
    return Story(company.furnished(file), tuple(told))


def _shown(one: Unread) -> str:
    """`3: 'Budget': a column that is not known`."""
    text = " ".join(one.text.split())
    why = one.why.rstrip(".")
    if not text or text in why:
        return f"{one.line}: {why}"
    return f"{one.line}: '{text if len(text) <= LONGEST_NAME else f'{text[: LONGEST_NAME - 1]}…'}': {why}"


class _Company:
    """People, teams and a cycle around a draft."""

    def __init__(self, path: Path, draft: Draft) -> None:
        self.told: list[Sentence] = []
        self._is_zh = sum(has_han(kr.title) for kr in draft.key_results) * 2 > len(draft.key_results)
        self._people: list[FramePerson] = []
        self._teams: list[FrameTeam] = []
        name = _name_of(path)
        cycle, mine = self._in_one_cycle(draft.objectives)
        self._called = {one.team for one in mine if one.team}
        objectives = [self._with_team(one, name) for one in mine]
        if any(kr.owner for one in objectives for kr in one.key_results):
            objectives = self._few(objectives, MOST_OWNED, MOST_OWNED)
        else:
            objectives = self._with_stand_ins(self._few(objectives, MOST_TOLD, MOST_STOOD_IN))
        objectives = [self._with_owners(one) for one in objectives]
        self._with_leads(objectives)
        self.draft = replace(draft, objectives=tuple(objectives))
        self.frame = Frame(
            name,
            _monday(cycle),
            tuple(self._people),
            tuple(self._teams),
            (cycle,),
            cycle=cycle.name,
        )

    # --- the cycle -----------------------------------------------------------------------------------

    def _in_one_cycle(self, objectives: tuple[DraftObjective, ...]) -> tuple[FrameCycle, list[DraftObjective]]:
        """The last of the cycles that the file names, and what belongs to it or to none."""
        named = {one.cycle: calendar_cycle(one.cycle, ON) for one in objectives if one.cycle}
        latest = max(named, key=lambda one: (known.last_day if (known := named[one]) else date.min, one), default=None)
        mine = [one for one in objectives if one.cycle is None or (latest and same_cycle(one.cycle, latest))]
        if len(mine) < len(objectives):
            self.told.append((words.SOURCE_CYCLE, {"cycle": latest}))
        found = None if latest is None else named[latest]
        if found is None:
            quarter = calendar_cycle(None, max(_due_days(mine), default=ON))
            if quarter is None:
                raise AssertionError("every day is in a quarter")
            found = quarter if latest is None or len(latest) > 20 else replace(quarter, name=latest)
        return found, [replace(one, cycle=None) for one in mine]

    # --- teams ---------------------------------------------------------------------------------------

    def _with_team(self, one: DraftObjective, name: str) -> DraftObjective:
        """The team that the file names; without one all is of one team that is called like the file."""
        team = find_team(tuple(self._teams), one.team or name)
        if team is None:
            called = " ".join((one.team or name).split())
            team = FrameTeam(self._free_key(called), called[:60].strip())
            self._teams.append(team)
        return replace(one, team=team.key)

    def _free_key(self, called: str) -> str:
        taken = {one.key for one in self._teams}
        for key in _keys(called):
            try:
                if team_key(key) == key and key not in taken:
                    return key
            except Unreadable:
                continue
        raise AssertionError("there is always one more key")

    def _with_leads(self, objectives: list[DraftObjective]) -> None:
        for at, team in enumerate(self._teams):
            mine = [one for one in objectives if one.team == team.key]
            owners = [kr.owner for one in mine for kr in one.key_results if kr.owner]
            owners += [one.owner for one in mine if one.owner]
            if owners:
                self._teams[at] = replace(team, lead=owners[0])

    # --- people --------------------------------------------------------------------------------------

    def _with_owners(self, one: DraftObjective) -> DraftObjective:
        return replace(one, owner=self._handle(one.owner), key_results=tuple(map(self._kr, one.key_results)))

    def _kr(self, kr: DraftKeyResult) -> DraftKeyResult:
        others = [self._handle(one) for one in kr.fields.get("co_owners", "").split(",")]
        fields = dict(kr.fields)
        if "co_owners" in fields:
            fields["co_owners"] = ", ".join(one for one in others if one)
        return replace(kr, owner=self._handle(kr.owner), fields=fields)

    def _handle(self, written: str | None) -> str | None:
        """Whoever is written becomes somebody of the demo."""
        if not written or not _WORD.search(written):
            return None
        named = _NAMED.fullmatch(written)
        called = (named["name"] or named["mail"]) if named else written.strip().lstrip("@")
        found = find_person(tuple(self._people), called)
        if found is None:
            name = " ".join(called.partition("@")[0].split())[:LONGEST_NAME]
            parts = _WORD.findall(name.casefold())
            taken = {one.handle for one in self._people}
            handle = "-".join(parts) or "somebody"
            while handle in taken:
                handle += "-2"
            found = FramePerson(handle, name[:1].upper() + name[1:])
            self._people.append(found)
        return found.handle

    def _few(self, objectives: list[DraftObjective], of_a_team: int, of_all: int) -> list[DraftObjective]:
        """Nobody is owner of a hundred key results: of each team the first objectives, and one at least."""
        kept: list[DraftObjective] = []
        counts: dict[str | None, int] = {}
        closed: set[str | None] = set()
        for one in objectives:
            mine, more = counts.get(one.team, 0), len(one.key_results)
            too_many = (mine and mine + more > of_a_team) or (kept and sum(counts.values()) + more > of_all)
            if one.team in closed or too_many:
                closed.add(one.team)
                continue
            counts[one.team] = mine + more
            kept.append(one)
        if len(kept) < len(objectives):
            self.told.append((words.SOURCE_FEW, {"told": len(kept), "all": len(objectives)}))
        return kept

    def _with_stand_ins(self, objectives: list[DraftObjective]) -> list[DraftObjective]:
        """Where the file names nobody, people of the demo own its key results, one objective after the other."""
        names = STAND_INS_ZH if self._is_zh else STAND_INS
        found: list[DraftObjective] = []
        first = 0
        used: dict[str, None] = {}
        for team in self._teams:
            mine = [one for one in objectives if one.team == team.key]
            count = sum(len(one.key_results) for one in mine)
            staff = min(len(names), max(1, -(-count // EACH)))
            number = 0
            for one in mine:
                krs = []
                for kr in one.key_results:
                    name = names[(first + number * staff // max(1, count)) % len(names)]
                    used[name] = None
                    krs.append(replace(kr, owner=name))
                    number += 1
                found.append(replace(one, key_results=tuple(krs)))
            first += staff
        comma = "、" if self._is_zh else ", "
        self.told.append((words.SOURCE_STAND_INS, {"names": comma.join(used)}))
        return found

    # --- a furnished room ----------------------------------------------------------------------------

    def furnished(self, file: OkrFile) -> OkrFile:
        """The teams with a channel, a meeting and their people, who speak the language of the file."""
        language = m.Language.ZH if self._is_zh else m.Language.EN
        given = frozenset({"language"})
        return replace(
            file,
            workspace=replace(file.workspace, language=language, given=file.workspace.given | given),
            people=tuple(replace(one, language=language, given=one.given | given) for one in file.people),
            teams=tuple(self._furnished(one, file, language) for one in file.teams),
        )

    def _furnished(self, team: TeamEntry, file: OkrFile, language: m.Language) -> TeamEntry:
        krs = [kr for one in file.objectives if one.team == team.key for kr in one.key_results]
        people = dict.fromkeys(name for kr in krs for name in (kr.owner, *kr.co_owners) if name and name != team.lead)
        channel = AddressEntry(
            line=1,
            platform=m.Platform.CONSOLE,
            external_id="#" + ("-".join(_WORD.findall(team.name.casefold())) or team.key.casefold()),
        )
        meeting = MeetingEntry(
            line=1,
            title="Weekly",
            weekdays=(FRIDAY,),
            time=MEETS,
            timezone=None,
            every=1,
            lead_minutes=10,
            duration=30,
            main=True,
        )
        return replace(
            team,
            members=tuple(people),
            channel=channel,
            meetings=(meeting,),
            language=language,
            given=team.given | {"members", "channel", "meetings", "language"},
        )


def _monday(cycle: FrameCycle) -> date:
    """The day that the file is of; in a short cycle its first."""
    found = cycle.first_day + INTO
    found -= timedelta(days=found.weekday())
    return found if found < cycle.last_day else cycle.first_day


def _name_of(path: Path) -> str:
    """`my-okrs.md` is a company called My OKRs."""
    found = [re.sub(r"(?i)^okr(s?)$", lambda okr: f"OKR{okr[1].lower()}", one) for one in _WORD.findall(path.stem)]
    name = " ".join(found)[:LONGEST_NAME].strip() or "OKRs"
    return name[:1].upper() + name[1:]


def _keys(called: str) -> Iterator[str]:
    """`GRO` of Growth, `SAM` of Sales and marketing; then whatever is free."""
    parts = re.findall(r"[A-Za-z0-9]+", called)
    if called.isupper() and len(parts) == 1:
        yield parts[0]
    if len(parts) > 1:
        yield "".join(part[0] for part in parts)[:5].upper()
    if parts:
        yield parts[0][:3].upper()
        yield parts[0][:5].upper()
    for number in range(1, 1000):
        yield f"T{number}"


def _due_days(objectives: list[DraftObjective]) -> Iterator[date]:
    for one in objectives:
        for kr in one.key_results:
            try:
                yield day(kr.fields.get("due", ""))
            except Unreadable:
                continue
