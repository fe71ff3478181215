"""Turns a draft into an OKR file that the ordinary reader reads, so that all its checks apply (docs/import.md)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from storage.okr_files import scalars
from storage.okr_files.drafting_frame import (
    Frame,
    FrameCycle,
    FramePerson,
    FrameTeam,
    SaidBefore,
    find_person,
)
from storage.okr_files.drafting_known import KnownMeasure, Place
from storage.okr_files.drafting_matching import Numbers, Written, WrittenObjective, numbered
from storage.okr_files.drafting_measure import DraftMeasure, measure_of
from storage.okr_files.drafting_places import Places, Taken, places_of
from storage.okr_files.drafts import Draft, DraftKeyResult, DraftObjective, Unread
from storage.okr_files.fields import Fields
from storage.okr_files.markdown_parts import MASKED
from storage.okr_files.reading_history import AFTER, BEFORE
from storage.okr_files.reading_okrs import read_objectives
from storage.okr_files.reading_people import Known, read_cycles, read_people, read_teams, read_workspace
from storage.okr_files.schema import Note, OkrFile, Problem
from storage.okr_files.tree import Mapping, Node, Pair, Report, Scalar
from storage.okr_files.tree import Sequence as Listed

LONGEST_TITLE = 140
LONGEST_WHY = 300
LONGEST_NOTE = 500
LONGEST_TAG = 12
NOT_KNOWN = "not known here: add to people"
NO_OWNER = "a co-owner of a key result without an owner; name the owner"
NOBODY_SAID = "nobody here could have said it: name an owner, or a lead of the team"
NO_VALUE = "done or not done, so it has no value"
NO_STEPS = "measured by its number, so its sub-tasks are not kept as steps"
SCORE_OF_DONE = "a score on done or not done: kept in the note"
TICKED = "ticked, and its number is not told: kept in the note; say what it reads"
_SHOWN_LINES = 12
_SHOWN_LEFT = 20
_SHOWN_TITLE = 60
_OWN_KEYS = ("co_owners", "value", "confidence", "status")
_MEASURE_KEYS = ("type", "from", "to", "anchors", "keep", "at_least", "at_most", "tolerance", "unit")


def draft_file(draft: Draft, frame: Frame) -> OkrFile | list[Problem]:
    """The OKR file that a draft means within a frame, or every reason why it is none.

    Objectives and key results that stand in storage keep their numbers, whatever their order in the draft; new ones get
    the next free numbers of their team and cycle. `OkrFile.unread` holds what was not taken over, the draft's own and
    what was found here; `OkrFile.notes` what was taken over otherwise than it is written.
    """
    places = places_of(draft, frame)
    if not isinstance(places, Places):
        return places
    maker = _Maker(frame, draft.name)
    maker.number(places.taken)
    objectives = [maker.objective(at, *one) for at, one in enumerate(places.taken)]
    for one in draft.unread:
        if one.why == MASKED:  # the key result itself is taken over
            maker.tell(one.line, MASKED.rstrip("."))
    told = (one for one in draft.unread if one.why != MASKED)
    unread = (*told, *places.left, *maker.unread)
    root = _root(frame, places, maker, objectives)
    return _read(root, draft.name, tuple(sorted(dict.fromkeys(unread), key=lambda one: one.line)), maker.notes())


def _read(root: Mapping, name: str, unread: tuple[Unread, ...], notes: tuple[Note, ...]) -> OkrFile | list[Problem]:
    report, known = Report(), Known()
    fields = Fields(root, "", report, "An OKR file")
    workspace = read_workspace(fields.inner("workspace", "The workspace"), known)
    people, teams, cycles = read_people(fields, known), read_teams(fields, known), read_cycles(fields, known)
    objectives = read_objectives(fields, teams, known)
    fields.done()
    if report.found:
        return report.sorted()
    return OkrFile(name, workspace, people, teams, cycles, objectives, unread=unread, notes=notes)


# --- building the tree --------------------------------------------------------------------------------


def _scalar(text: str, line: int) -> Scalar:
    """Always quoted: `null` and `~` are texts in a draft."""
    return Scalar(text, line, quoted=True)


def _mapping(line: int, pairs: Iterable[tuple[str, Node | str | None]]) -> Mapping:
    found = []
    for key, value in pairs:
        if value is not None:
            node = _scalar(value, line) if isinstance(value, str) else value
            found.append(Pair(Scalar(key, line), node))
    return Mapping(tuple(found), line)


def _list(line: int, items: Sequence[Node]) -> Listed | None:
    return Listed(tuple(items), line) if items else None


def _root(frame: Frame, places: Places, maker: "_Maker", objectives: list[Mapping]) -> Mapping:
    """Everything that the objectives name; what stands in storage is only named, and so stays as it is."""
    teams = {team.key: team for _one, (team, _cycle) in places.taken}
    cycles = {(cycle.team, cycle.name): cycle for _one, (_team, cycle) in places.taken}
    owning_teams = {team: one for team in {cycle.team for cycle in cycles.values()} - {None} for one in frame.teams}
    teams |= {one.key: one for one in frame.teams if one.key in owning_teams}
    handles = dict.fromkeys([*maker.handles, *(one.lead for one in teams.values() if one.lead)])
    known = {one.handle: one for one in frame.people}
    people = [known.get(handle, FramePerson(handle)) for handle in handles]
    maker.told.extend(places.notes)
    return _mapping(
        1,
        (
            ("workspace", _mapping(1, (("name", frame.workspace), ("timezone", frame.timezone)))),
            ("people", _list(1, [_person(one, frame) for one in people])),
            ("teams", _list(1, [_team(one, frame) for one in teams.values()])),
            ("cycles", _list(1, [_cycle(one) for one in cycles.values()])),
            ("objectives", _list(1, objectives)),
        ),
    )


def _person(one: FramePerson, frame: Frame) -> Mapping:
    if frame.is_stored:
        return _mapping(1, (("handle", one.handle),))
    named = (("name", one.name or None), ("short_name", one.short_name or None), ("e_mail", one.e_mail))
    return _mapping(1, (("handle", one.handle), *named))


def _team(one: FrameTeam, frame: Frame) -> Mapping:
    name = None if frame.is_stored else one.name or None
    return _mapping(1, (("key", one.key), ("name", name), ("lead", one.lead)))


def _cycle(one: FrameCycle) -> Mapping:
    days = (("first_day", one.first_day.isoformat()), ("last_day", one.last_day.isoformat()))
    return _mapping(1, (("name", one.name), ("team", one.team), *days, ("state", one.state.value)))


class _Maker:
    """Objectives and key results as nodes of the tree, with the lines of the source."""

    def __init__(self, frame: Frame, name: str) -> None:
        self._frame = frame
        self._name = name
        self._numbers: dict[int, int] = {}
        """Of each objective by its place in the draft."""
        self._kr_numbers: dict[int, list[int]] = {}
        self._measures: dict[int, list[DraftMeasure]] = {}
        self._grouped: dict[str, list[int]] = {}
        self.told: list[Note] = []
        self.unread: list[Unread] = []
        self.handles: dict[str, None] = {}

    def notes(self) -> tuple[Note, ...]:
        """One sentence for all lines to which it applies: a hundred key results make no hundred notes."""
        grouped = (Note(lines[0], f"{why} ({_lines(lines)}).") for why, lines in self._grouped.items())
        return tuple(sorted((*self.told, *grouped), key=lambda one: one.line))

    def number(self, taken: Sequence[Taken]) -> None:
        """Know everything again that stands in storage, and tell what stands there and not in the draft."""
        places: dict[Place, list[int]] = {}
        for at, (one, (team, cycle)) in enumerate(taken):
            places.setdefault(Place(team.key, cycle.team, cycle.name), []).append(at)
            self._measures[at] = [measure_of(kr) for kr in one.key_results]
        for place, mine in places.items():
            found = numbered([self._written(at, taken[at][0]) for at in mine], self._frame.known.at(place))
            self._numbers |= dict(zip(mine, found.objectives, strict=True))
            self._kr_numbers |= dict(zip(mine, found.key_results, strict=True))
            if left := _left(place, found):
                self.told.append(Note(0, left))

    def _written(self, at: int, one: DraftObjective) -> WrittenObjective:
        """As it will be stored; nothing of it is told here."""
        return WrittenObjective(
            _cut(one.title, LONGEST_TITLE),
            self._known_as(one.owner),
            tuple(
                Written(_cut(kr.title, LONGEST_TITLE), self._known_as(kr.owner), _held(measure))
                for kr, measure in zip(one.key_results, self._measures[at], strict=True)
            ),
        )

    def _known_as(self, written: str | None) -> str | None:
        found = find_person(self._frame.people, written) if written else None
        return None if found is None else found.handle

    def objective(self, at: int, one: DraftObjective, where: tuple[FrameTeam, FrameCycle]) -> Mapping:
        team, cycle = where
        krs = [
            self._key_result(*each, team, cycle)
            for each in zip(one.key_results, self._kr_numbers[at], self._measures[at], strict=True)
        ]
        why = None if one.why is None else self._short(one.why, LONGEST_WHY, one.line, "reason")
        return _mapping(
            one.line,
            (
                ("team", team.key),
                ("cycle", cycle.name),
                ("number", str(self._numbers[at])),
                ("title", self._short(one.title, LONGEST_TITLE, one.line, "title")),
                ("why", why),
                ("owner", self._person(one.owner, one.line)),
                ("key_results", _list(one.line, krs)),
            ),
        )

    def _key_result(
        self, kr: DraftKeyResult, number: int, measure: DraftMeasure, team: FrameTeam, cycle: FrameCycle
    ) -> Mapping:
        owner = self._person(kr.owner, kr.line)
        for note in measure.notes if kr.fields.get("state") != "dropped" else ():
            self.tell(kr.line, note)
        steps = self._steps(kr, measure)
        said = self._history(kr, measure, owner or team.lead, owner, steps, (team, cycle, number))
        others = {key: text for key, text in kr.fields.items() if key not in (*_OWN_KEYS, *_MEASURE_KEYS) and text}
        return _mapping(
            kr.line,
            (
                ("number", str(number)),
                ("title", self._short(kr.title, LONGEST_TITLE, kr.line, "title")),
                ("owner", owner),
                ("co_owners", self._co_owners(kr, owner)),
                ("tag", self._tag(kr)),
                *measure.fields.items(),
                *others.items(),
                ("steps", _list(kr.line, steps)),
                ("history", _list(kr.line, said)),
            ),
        )

    # --- people --------------------------------------------------------------------------------------

    def _person(self, written: str | None, line: int) -> str | None:
        if not written:
            return None
        found = find_person(self._frame.people, written)
        if found is None:
            self.unread.append(Unread(line, written, NOT_KNOWN))
            return None
        self.handles[found.handle] = None
        return found.handle

    def _co_owners(self, kr: DraftKeyResult, owner: str | None) -> Listed | None:
        names = [one.strip() for one in kr.fields.get("co_owners", "").split(",") if one.strip()]
        if owner is None:
            self.unread += [Unread(kr.line, one, NO_OWNER) for one in names]
            return None
        found = [self._person(one, kr.line) for one in names]
        return _list(kr.line, [_scalar(one, kr.line) for one in dict.fromkeys(found) if one and one != owner])

    # --- texts ---------------------------------------------------------------------------------------

    def _short(self, text: str, most: int, line: int, what: str) -> str:
        """Cut at a word where it is too long; the note tells the whole."""
        whole = " ".join(text.split())
        if len(whole) > most:
            told = f"The {what} has {len(whole)} characters and is cut at {most}; in full: {whole}"
            self.told.append(Note(line, told))
        return _cut(whole, most)

    def _tag(self, kr: DraftKeyResult) -> str | None:
        if kr.tag is None or len(kr.tag) <= LONGEST_TAG:
            return kr.tag
        words, kept = kr.tag.split(), ""
        for number, word in enumerate(words):
            if len(f"{kept} {word}".strip()) > LONGEST_TAG:
                rest = " ".join(words[number:])
                self.unread.append(Unread(kr.line, rest, f"a tag has at most {LONGEST_TAG} characters"))
                break
            kept = f"{kept} {word}".strip()
        return kept or None

    def tell(self, line: int, why: str) -> None:
        """A note on a line; lines of which the same is to be said share one sentence."""
        self._grouped.setdefault(f"{why[0].upper()}{why[1:]}", []).append(line)

    # --- steps and history ---------------------------------------------------------------------------

    def _steps(self, kr: DraftKeyResult, measure: DraftMeasure) -> list[Node]:
        if measure.is_number:
            self.unread += [Unread(one.line, one.title, NO_STEPS) for one in kr.steps]
            return []
        return [
            _mapping(one.line, (("title", self._short(one.title, LONGEST_TITLE, one.line, "step")),))
            for one in kr.steps
        ]

    def _history(
        self,
        kr: DraftKeyResult,
        measure: DraftMeasure,
        by: str | None,
        owner: str | None,
        steps: list[Node],
        where: tuple[FrameTeam, FrameCycle, int],
    ) -> list[Node]:
        """What the source says of today: a reading, and what somebody said; never a value that is not written."""
        found: list[Node] = []
        team, cycle, number = where
        at = self._day(cycle)
        place = (team.key, cycle.name, number)
        value = kr.fields.get("value")
        if value and not measure.is_number:
            self.unread.append(Unread(kr.line, value, NO_VALUE))
        elif value and SaidBefore(*place, value=_decimal(value)) not in self._frame.said:
            found.append(_mapping(kr.line, (("at", at), ("value", value))))
        said = self._said(kr, measure, bool(steps))
        if not said or self._before(place, said) in self._frame.said:
            return found
        if by is None:
            text = "; ".join(f"{key} {text}" for key, text in said.items())
            self.unread.append(Unread(kr.line, text, NOBODY_SAID))
            return found
        self.handles[by] = None
        pairs: list[tuple[str, Node | str | None]] = [("at", at), ("by", None if owner else by)]
        for key, text in said.items():
            if key == "steps_done":
                pairs.append((key, _list(kr.line, [_scalar(one, kr.line) for one in text.split()])))
            else:
                pairs.append((key, text))
        return [*found, _mapping(kr.line, pairs)]

    def _said(self, kr: DraftKeyResult, measure: DraftMeasure, has_steps: bool) -> dict[str, str]:
        said: dict[str, str] = {}
        notes = [kr.note] if kr.note else []
        done_steps = [str(number) for number, one in enumerate(kr.steps, 1) if one.done]
        is_yes_or_no = not measure.is_number and not has_steps
        if kr.score is not None and is_yes_or_no and kr.score != 1:
            notes.insert(0, f"Score {scalars.plain(kr.score)}")
            self.tell(kr.line, SCORE_OF_DONE)
        elif kr.score is not None and not is_yes_or_no:
            said["self_score"] = scalars.plain(kr.score)
        if kr.done and measure.is_number:
            notes.insert(0, f"Ticked off in {self._name}")
            self.tell(kr.line, TICKED)
        elif kr.done or (is_yes_or_no and kr.score == 1):
            said["done"] = "yes"
        if has_steps and done_steps:
            said["steps_done"] = " ".join(done_steps)
        said |= {key: kr.fields[key] for key in ("confidence", "status") if kr.fields.get(key)}
        if notes:
            said["note"] = self._short("; ".join(notes), LONGEST_NOTE, kr.line, "note")
        return said

    @staticmethod
    def _before(place: tuple[str, str, int], said: dict[str, str]) -> SaidBefore:
        steps = said.get("steps_done")
        return SaidBefore(
            *place,
            self_score=_decimal(said.get("self_score")),
            confidence=_decimal(said.get("confidence")),
            status=said.get("status"),
            done=True if "done" in said else None,
            steps_done=None if steps is None else tuple(int(one) for one in steps.split()),
            note=said.get("note"),
        )

    def _day(self, cycle: FrameCycle) -> str:
        """The beginning of the day of the import, so that what is said later that day is newer.

        Far from the cycle it is the last day of the cycle: nobody said in 2026 how 2018 went.
        """
        today = self._frame.today
        near = cycle.first_day - BEFORE + timedelta(1) <= today <= cycle.last_day + AFTER - timedelta(1)
        return f"{(today if near else cycle.last_day).isoformat()} 00:00"


def _cut(text: str, most: int) -> str:
    """At a word, as a title is stored."""
    whole = " ".join(text.split())
    if len(whole) <= most:
        return whole
    cut = whole[: most - 1]
    word = cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut
    return f"{word.rstrip(' ,，;；')}…"


def _held(measure: DraftMeasure) -> KnownMeasure:
    """The numbers of a measure, to be held against stored ones."""
    numbers = [_decimal(measure.fields.get(key)) for key in ("from", "to", "at_least", "at_most")]
    return KnownMeasure(*numbers)


def _left(place: Place, found: Numbers) -> str:
    """What stands here and not in the file, in a sentence; nothing where there is none."""
    names = [f"{place.team} O{one.number} {_cut(one.title, _SHOWN_TITLE)}" for one in found.left.objectives]
    names += [f"{place.team}-{one.number} {_cut(one.title, _SHOWN_TITLE)}" for one in found.left.key_results]
    if not names:
        return ""
    more = f" and {len(names) - _SHOWN_LEFT} more" if len(names) > _SHOWN_LEFT else ""
    listed = "; ".join(names[:_SHOWN_LEFT])
    known = "Not in the file any more" if found.is_known else "Here already and not in the file"
    stay = "it stays as it is" if len(names) == 1 else "they stay as they are"
    return f"{known}, and {stay}: {listed}{more}."


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else scalars.amount(text).value
    except scalars.Unreadable:
        return None


def _lines(lines: list[int]) -> str:
    """`line 4`, `lines 4, 7 and 9`; a long row of them is cut."""
    shown = [str(one) for one in lines[:_SHOWN_LINES]]
    more = len(lines) - len(shown)
    if more:
        return f"lines {', '.join(shown)} and {more} more"
    return f"line {shown[0]}" if len(shown) == 1 else f"lines {', '.join(shown[:-1])} and {shown[-1]}"
