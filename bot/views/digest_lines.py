"""The blocks of a digest as lines of data: facts and a cut in, what the template prints out (spec/08 §13.2)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.cards.graphemes import clip
from bot.cards.i18n import Lang
from bot.okr.access import Sight
from bot.okr.assess import Assessment
from bot.okr.digest_improve import Improve
from bot.okr.digest_question import Question, Topic
from bot.okr.digesting import (
    BOARD_LINES,
    BOARD_LINES_TWO,
    OBJECTIVES,
    Cut,
    Rows,
    all_well,
    brief,
    fold,
    newly_ahead,
    rows_of,
    short_of,
    trend_of,
)
from bot.okr.model import Band, Judgement, KRState, Status, StatusReason
from bot.okr.rollup import Participation, StatusCount, counts_in_objective
from bot.views.board_rows import Gap, Row, gap_of, row_of, steps_of
from bot.views.digest_facts import DigestFacts
from bot.views.team import KRView
from bot.views.visible import Seen
from storage import models as m
from storage.digests import WinRow

OPEN_STEPS = 3
WEEKDAYS_AHEAD = timedelta(days=6)
"""A day up to here is named by its weekday; beyond, the weekday would be one of two."""


@dataclass(frozen=True, slots=True)
class PausedLine:
    """A key result that rests, and its last day of rest if it has one."""

    label: str
    until: date | None


@dataclass(frozen=True, slots=True)
class ObjectiveLine:
    """An objective, its average where scores are on, how many key results have which colour, and their rows.

    Without a title only its being there is told; `locked` says that others see more of it.
    """

    label: str
    title: str | None
    locked: bool
    score: Decimal | None
    counts: tuple[StatusCount, ...]
    rows: tuple[Row, ...]
    paused: tuple[PausedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class AheadLine:
    """Something that went well: a key result that is newly ahead or done, a win, or a win of that key result."""

    label: str | None
    done: bool
    gap: Gap | None
    win: str
    by: str | None
    thanks: str | None


@dataclass(frozen=True, slots=True)
class ShortLine:
    """A key result that is short: by how much, what holds it up, what would help, and whose it is.

    Without a gap in the metric's unit it is said otherwise: likelihood, steps, the owner's own word, or the heading.
    """

    label: str
    gap: Gap | None
    sure: Decimal | None
    steps: tuple[int, int] | None
    self_score: Decimal | None
    said: Band | None
    fell_to: Decimal | None
    heading: Decimal | None
    blocked: bool
    blocker: str
    note: str
    help: str
    owner: str | None


@dataclass(frozen=True, slots=True)
class ImproveLine:
    """A line of Improve: its kind and what its sentence needs."""

    improve: Improve
    label: str | None
    owner: str | None
    note: str
    since: date | None


@dataclass(frozen=True, slots=True)
class StepLine:
    """An open next step. `weekday` says that the day is near enough to be called by its weekday."""

    text: str
    owner: str | None
    due: date | None
    weekday: bool
    label: str | None


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """The question of the week, by its topic."""

    topic: Topic
    label: str | None
    other: str | None


def digest_lines(facts: DigestFacts, cut: Cut, lang: Lang) -> dict[str, Any]:
    """What `digest.xml` prints, under the names that it uses."""
    lines = DigestLines(facts, cut, lang)
    done, still_open = facts.done_steps, len(facts.open_steps)
    return {
        "team": lines.words(facts.view.team.name, cut.text),
        "team_key": facts.view.team.key,
        "week": facts.view.week,
        "holiday_week": facts.holiday_week,
        "few": few_of(facts.participation),
        "updated": facts.participation,
        "objectives": lines.objectives(),
        "folded": lines.folded(),
        "ahead": lines.ahead(),
        "short": lines.short(),
        "all_well": all_well(facts.states),
        "improve": lines.improve(),
        "question": lines.question(),
        "steps": lines.steps(),
        "steps_done": done,
        "steps_all": done + still_open,
    }


def few_of(participation: Participation) -> bool:
    """True where fewer than half are updated (spec/08 §13.5)."""
    return 2 * participation.updated < participation.due


class DigestLines:
    """Builds the blocks of one digest under one cut."""

    def __init__(self, facts: DigestFacts, cut: Cut, lang: Lang) -> None:
        self._facts = facts
        self._cut = cut
        self._lang = lang
        # Paused and dropped ones too: a win or a next step keeps the label of its key result.
        self._views = {one.row.id: one for part in facts.seen for one in part.key_results}
        self._rows = self._choose_rows()

    def words(self, text: str, limit: int | None) -> str:
        """A title in at most so many characters, and not in many more words than those usually hold."""
        return text if limit is None else clip(brief(" ".join(text.split()), limit), limit)

    def objectives(self) -> tuple[ObjectiveLine, ...]:
        """The first two objectives; the rows of further ones are folded."""
        shown = self._facts.seen[:OBJECTIVES]
        return tuple(self._objective(one, len(self._facts.seen) > 1) for one in shown)

    def folded(self) -> Rows | None:
        """The rows that there is no room for, by colour."""
        return self._rows if self._rows.folded else None

    def ahead(self) -> tuple[AheadLine, ...]:
        """What is newly done or ahead, each with its win if it has one; then the other wins (spec/08 §13.2)."""
        return tuple(self._ahead(state, win) for state, win in self._ahead_pairs())

    def wins_shown(self) -> tuple[int, ...]:
        """The keys of the wins that Ahead tells."""
        return tuple(win.win.id for _, win in self._ahead_pairs() if win is not None)

    def short(self) -> tuple[ShortLine, ...]:
        return tuple(self._short(one) for one in short_of(self._facts.states)[: self._cut.short])

    def improve(self) -> tuple[ImproveLine, ...]:
        return tuple(self._improve(one) for one in self._facts.improve[: self._cut.improve])

    def question(self) -> QuestionLine | None:
        question = self._facts.question if self._cut.question else None
        return None if question is None else _question(question)

    def steps(self) -> tuple[StepLine, ...]:
        """The open next steps that come first."""
        today, cut = self._facts.today, self._cut
        return tuple(
            StepLine(
                text=self.words(one.step.text, cut.text),
                owner=self._name(one.owner),
                due=one.step.due,
                weekday=one.step.due is not None and today <= one.step.due <= today + WEEKDAYS_AHEAD,
                label=self._label(one.step.kr_id),
            )
            for one in self._facts.open_steps[:OPEN_STEPS]
        )

    # --- one line each ------------------------------------------------------------------------

    def _choose_rows(self) -> Rows:
        seen = self._facts.seen
        limit = BOARD_LINES if len(seen) < OBJECTIVES else BOARD_LINES_TWO
        beyond = {kr.row.id for part in seen[OBJECTIVES:] for kr in part.key_results}
        return rows_of(self._facts.states, limit, folded=self._facts.unchanged | beyond)

    def _objective(self, one: Seen, several: bool) -> ObjectiveLine:
        row = one.objective.row
        shown = {state.kr.id for state in self._rows.shown}
        inside = bool(one.key_results)
        return ObjectiveLine(
            label=f"O{row.number}" if several else "O",
            title=None if one.title is None else self.words(one.title, self._cut.text),
            locked=one.sight is not Sight.ALL,
            score=one.objective.state.score if inside and self._facts.view.rows.workspace.score_objectives else None,
            counts=tuple(reversed(fold(kr.state for kr in one.key_results if counts_in_objective(kr.kr)))),
            rows=tuple(self._row(kr) for kr in one.key_results if kr.row.id in shown),
            paused=self._paused(one),
        )

    def _paused(self, one: Seen) -> tuple[PausedLine, ...]:
        """What rests; in one line, which makes room before anything that is worked on does."""
        if not self._cut.question:
            return ()
        resting = [kr for kr in one.key_results if kr.kr.state is KRState.PAUSED]
        return tuple(PausedLine(kr.kr.label, kr.row.paused_until) for kr in resting)

    def _row(self, one: KRView) -> Row:
        row = row_of(
            one,
            self._lang,
            title=self.words(one.kr.short_title, self._cut.title),
            trend=trend_of(one.state, self._facts.last.before.get(one.row.id)),
        )
        changed = one.row.id in self._facts.changed
        return replace(row, no_agreement=self._facts.refused.get(one.row.id, ""), changed=changed)

    def _ahead_pairs(self) -> list[tuple[Assessment | None, WinRow | None]]:
        rest = list(self._facts.wins)
        pairs: list[tuple[Assessment | None, WinRow | None]] = []
        for state in newly_ahead(self._facts.states, self._facts.last.before):
            win = next((one for one in rest if one.win.kr_id == state.kr.id), None)
            if win is not None:
                rest.remove(win)
            pairs.append((state, win))
        pairs += [(None, one) for one in rest]
        return pairs[: self._cut.ahead]

    def _ahead(self, state: Assessment | None, win: WinRow | None) -> AheadLine:
        kr_id = state.kr.id if state is not None else None if win is None else win.win.kr_id
        by = self._owner(kr_id) if win is None else self._name(win.by)
        if win is not None and win.win.source is m.WinSource.AUTO:
            by = None  # no automatic win is ever phrased about a person (spec/07 §12.8)
        return AheadLine(
            label=self._label(kr_id),
            done=state is not None and state.status is Status.DONE,
            gap=None if state is None else gap_of(state, self._lang),
            win="" if win is None else self._note(win.win.text),
            by=by,
            thanks=None if win is None or win.thanks is None else self.words(win.thanks, self._cut.text),
        )

    def _short(self, state: Assessment) -> ShortLine:
        current = state.current
        gap = gap_of(state, self._lang)
        gloomier = gap is None and state.reason in (StatusReason.OWNER_MORE_CAUTIOUS, StatusReason.OWNER_ONLY)
        # A note speaks of the update that it came with; an older one is of no consequence any more.
        newest = current.note_on is not None and (current.updated_on is None or current.note_on >= current.updated_on)
        return ShortLine(
            label=state.kr.label,
            gap=gap,
            sure=current.confidence if state.kr.is_binary else None,
            steps=steps_of(state),
            self_score=current.self_score if gloomier and current.band_from is Judgement.SELF_SCORE else None,
            said=current.status_said if gloomier and current.band_from is Judgement.STATUS else None,
            fell_to=state.score if gap is None and state.reason is StatusReason.FELL_BACK else None,
            heading=state.shown_heading,
            blocked=current.blocked,
            blocker=self._note(current.blocker) if current.blocked else "",
            note=self._note(current.note) if newest and not current.blocked else "",
            help=self._note(current.help_wanted),
            owner=self._owner(state.kr.id),
        )

    def _improve(self, one: Improve) -> ImproveLine:
        since = None
        if one.agreement is not None:
            since = one.agreement.since
        elif one.state is not None:
            since = one.state.current.measured_on
        return ImproveLine(
            improve=one,
            label=one.agreement.label if one.agreement else None if one.state is None else one.state.kr.label,
            owner=None if one.state is None else self._owner(one.state.kr.id),
            note=self._note(one.health.note) if one.health else "",
            since=since,
        )

    def _label(self, kr_id: int | None) -> str | None:
        view = None if kr_id is None else self._views.get(kr_id)
        return None if view is None else view.kr.label

    def _owner(self, kr_id: int | None) -> str | None:
        view = None if kr_id is None else self._views.get(kr_id)
        return None if view is None else self._name(view.owner_name)

    def _name(self, name: str | None) -> str | None:
        return None if name is None else self.words(name, self._cut.text)

    def _note(self, text: str | None) -> str:
        """What someone wrote, as a clause: cut, and without the full stop that our own sentence brings."""
        if not text or not self._cut.notes:
            return ""
        return self.words(text, self._cut.notes).rstrip(" .。;；,，")


def _question(question: Question) -> QuestionLine:
    return QuestionLine(
        question.topic,
        None if question.kr is None else question.kr.kr.label,
        None if question.other is None else question.other.kr.label,
    )
