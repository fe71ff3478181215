"""Texts to paste: what a person or team did in a week or a quarter; nothing is added up per person (spec/06 §11.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import Sight
from bot.okr.localtime import instant
from bot.okr.model import KRState
from bot.views.board_rows import Row, row_of
from bot.views.person import person_view
from bot.views.shapes import Data, View
from bot.views.show_changes import change_line, people_in
from bot.views.team import KRView, TeamView, team_shown
from bot.views.visible import Seen, seen_by
from storage import check_ins, digests, reports
from storage import models as m
from storage.digests import StepRow
from storage.teams import people_by_id

WEEK = timedelta(days=6)
"""A week's report reaches back to this day before today."""
MOST_NOTES = 8
"""The newest notes of a key result; of the earlier ones their number is told."""


@dataclass(frozen=True, slots=True)
class NoteLine:
    """What somebody said beside a figure."""

    by: str
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class KRLines:
    """A key result: how it stands, what it was before, and what was said about it in these days."""

    row: Row
    owners: tuple[str, ...]
    was: str
    now: str
    updated: bool
    paused: bool
    dropped: bool
    paused_until: date | None
    blocked: bool
    blocker: str
    help: str
    notes: tuple[NoteLine, ...]
    earlier_notes: int
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """A next step; `label` is empty where it moves no key result."""

    text: str
    owner: str
    due: date | None
    label: str


@dataclass(frozen=True, slots=True)
class WinLine:
    text: str
    by: str
    label: str


@dataclass(frozen=True, slots=True)
class ObjectiveLines:
    """An objective and its key results; without a title where only its being is told."""

    title: str | None
    locked: bool
    score: Decimal | None
    krs: tuple[KRLines, ...]


@dataclass(frozen=True, slots=True)
class TeamLines:
    """A team's part of a report."""

    name: str
    week: tuple[int, int] | None
    objectives: tuple[ObjectiveLines, ...]
    done: tuple[StepLine, ...]
    open: tuple[StepLine, ...]
    wins: tuple[WinLine, ...]

    @property
    def is_empty(self) -> bool:
        """True where nothing was told, done or won in these days."""
        krs = [kr for one in self.objectives for kr in one.krs]
        return not (self.done or self.wins or any(kr.updated or kr.notes or kr.changes for kr in krs))


def _report(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """One of `data["team"]`, or of everything the reader answers for."""
    whole = data["team"] is not None
    if whole:
        views: Sequence[TeamView] = [team_shown(session, session.get_one(m.Team, data["team"]), now)]
    else:
        mine = person_view(session, person, now)
        views = [one for one in mine.teams if any(kr.owned_by(person.id) for kr in one.key_results)]
    spans = [_span(one, quarter=data["quarter"]) for one in views]
    parts = [_Writer(session, cards, person, view, span, whole).team() for view, span in zip(views, spans, strict=True)]
    return cards.card(
        "report",
        person.lang.value,
        mine=not whole,
        teams=parts,
        first=min((span[0] for span in spans), default=now.date()),
        last=max((span[1] for span in spans), default=now.date()),
        quiet=all(one.is_empty for one in parts),
    )


def _span(view: TeamView, *, quarter: bool) -> tuple[date, date]:
    """The days of a report, both ends included."""
    cycle = view.rows.cycle
    if quarter and cycle is not None:
        return cycle.first_day, max(cycle.first_day, min(view.today, cycle.last_day))
    return view.today - WEEK, view.today


class _Writer:
    """Builds the part of one team; five queries, however many key results it has."""

    def __init__(
        self, session: Session, cards: Cards, person: m.Person, view: TeamView, span: tuple[date, date], whole: bool
    ) -> None:
        self._cards, self._view, self._whole = cards, view, whole
        self._lang: Lang = person.lang.value
        self._person = person
        self._seen = seen_by(view, person)
        shown = [kr for one in self._seen for kr in one.key_results if whole or kr.owned_by(person.id)]
        self._krs = {kr.row.id: kr for kr in shown}
        self._since = instant(span[0], time(0), view.zone)
        self._before = reports.values_before(session, self._krs, span[0])
        self._said = check_ins.recent_check_ins(session, list(self._krs), self._since)
        self._changes = reports.changes_since(session, self._krs, self._since)
        self._steps = digests.next_steps_since(session, view.team.id, self._since)
        self._wins = reports.wins_since(session, [view.team.id], self._since)
        authors = {row.by_id for rows in self._said.values() for row in rows}
        self._people = people_by_id(session, authors | people_in(self._changes))

    def team(self) -> TeamLines:
        steps = [one for one in self._steps if self._is_shown(one.step.kr_id, one.step.owner_id)]
        return TeamLines(
            name=self._view.team.name,
            week=self._view.week,
            objectives=tuple(
                one for one in map(self._objective, self._seen) if one.krs or (self._whole and one.locked)
            ),
            done=tuple(self._step(one) for one in steps if one.step.state is m.NextStepState.DONE),
            open=tuple(self._step(one) for one in steps if one.step.state is m.NextStepState.OPEN),
            wins=tuple(
                WinLine(
                    one.win.text,
                    "" if one.by is None or one.win.source is m.WinSource.AUTO else one.by,
                    self._label(one.win.kr_id),
                )
                for one in self._wins
                if self._is_shown(one.win.kr_id, one.win.by_id)
            ),
        )

    def _is_shown(self, kr_id: int | None, person_id: int | None) -> bool:
        """What belongs to a key result goes with it; what belongs to none is the team's, or mine."""
        if kr_id is not None:
            return kr_id in self._krs
        return self._inside if self._whole else person_id == self._person.id

    @property
    def _inside(self) -> bool:
        view = self._view
        return self._person.id in view.rows.roles or any(one.owned_by(self._person.id) for one in view.key_results)

    def _objective(self, one: Seen) -> ObjectiveLines:
        state = one.objective.state
        scored = self._whole and one.sight is Sight.ALL and self._view.rows.workspace.score_objectives
        return ObjectiveLines(
            title=one.title,
            locked=one.sight is not Sight.ALL,
            score=state.score if scored else None,
            krs=tuple(self._kr(kr) for kr in one.key_results if kr.row.id in self._krs),
        )

    def _kr(self, one: KRView) -> KRLines:
        current, said = one.state.current, self._said.get(one.row.id, [])
        was, value = self._before.get(one.row.id), current.value
        differs = one.kr.is_number and was is not None and value is not None and was != value
        noted = [row for row in said if row.note]
        return KRLines(
            row=row_of(one, self._lang, trend=None),
            owners=tuple(owner.short_name for owner in one.owners),
            was=say.amount_exact(was, one.kr.unit, self._lang) if differs and was is not None else "",
            now=say.amount_exact(value, one.kr.unit, self._lang) if differs and value is not None else "",
            updated=any(check_ins.check_in_value(row).is_substantive for row in said),
            paused=one.kr.state is KRState.PAUSED,
            dropped=one.kr.state is KRState.DROPPED,
            paused_until=one.row.paused_until,
            blocked=current.blocked,
            blocker=current.blocker or "" if current.blocked else "",
            help=current.help_wanted or "",
            notes=tuple(self._note(row) for row in noted[-MOST_NOTES:]),
            earlier_notes=max(0, len(noted) - MOST_NOTES),
            changes=tuple(
                change_line(self._cards, self._lang, one.kr, change, self._people, self._view.today)
                for change in self._changes
                if change.entity_id == one.row.id
            ),
        )

    def _note(self, row: m.CheckIn) -> NoteLine:
        return NoteLine(self._people[row.by_id].short_name, row.day, row.note or "")

    def _step(self, one: StepRow) -> StepLine:
        return StepLine(one.step.text, one.owner or "", one.step.due, self._label(one.step.kr_id))

    def _label(self, kr_id: int | None) -> str:
        return self._krs[kr_id].kr.label if kr_id in self._krs else ""


ANSWERS: Mapping[str, View] = {"report": _report}
