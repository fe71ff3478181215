"""Objectives and key results from the rows of a spreadsheet, by the headings of its columns."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.okr.kr_lines import without_label
from storage.okr_files import scalars, table_values
from storage.okr_files.drafts import Draft, DraftKeyResult, DraftObjective, Unread
from storage.okr_files.table_cells import KEY_RESULTS, MEASURES, MOST_CELL, Cells
from storage.okr_files.table_columns import Column, column_of, plain_heading
from storage.okr_files.table_headings import Heading, Row

MOST_SHOWN = 200

TOTALS = "A row of totals follows from the others."
ABOVE = "It stands above the heading."
NO_OBJECTIVE = "No objective stands above this key result."
NOT_AN_OKR = "It is neither an objective nor a key result."
NOT_KNOWN = "'{name}' is no heading that is known here, so the column is not taken over ({cells})."
NO_NAME = "Column {name} has no heading, so it is not taken over ({cells})."
NUMBERED = "Objectives and key results are numbered anew here, so the column '{name}' is not taken over ({cells})."
OF_OBJECTIVE = "What an objective has reached follows from its key results."
SAME_AGAIN = "It belongs to the key result above, which is read from its first row."
INITIATIVE = "A task or initiative is no key result; keep it as a next step."

_OBJECTIVES = frozenset(
    ("objective", "objectives", "o", "goal", "company objective", "team objective", "目标", "团队目标")
)
_INITIATIVES = frozenset(
    ("initiative", "task", "action", "step", "project", "to do", "todo", "任务", "举措", "行动", "项目")
)
_TOTAL = re.compile(
    r"(?:grand |sub ?-?)?(?:totals?|sum|average|mean|overall|合计|总计|总分|平均|平均分|小计)"
    r"\s*(?:score|progress)?\s*[:：]?",
    re.IGNORECASE,
)
_LABELLED_O = re.compile(r"(?:objective|目标|o)\s*[0-9]*(?:\.[0-9]+)*\s*[:：.、)）-]\s*", re.IGNORECASE)
_ID_O = re.compile(r"o(?:bj(?:ective)?)?[ .-]?[0-9]+", re.IGNORECASE)
_ID_KR = re.compile(r"(?:o[0-9]+[ .-]?)?kr[ .-]?[0-9.]+|[0-9]+\.[0-9]+", re.IGNORECASE)
_ID_NUMBER = re.compile(r"[0-9]+\.?")
_BULLET = re.compile(r"\s*(?:[-*•·▪]|[0-9]{1,2}[.)、]|KR ?[0-9]+[:：.])\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """What a table says. `missed` counts key results that are among `draft.unread`."""

    draft: Draft
    missed: int = 0


def read_table(rows: Sequence[Row], name: str, heading: Heading, *, comma_is_likely: bool = False) -> Table:
    """Everything below the heading. What cannot be used is `unread` with its reason, never left out silently."""
    reader = _Reader(rows, heading, comma_is_likely=comma_is_likely)
    for row in rows[: heading.index]:
        if text := _as_text(row.cells):
            reader.leave(row.line, text, ABOVE)
    for row in rows[heading.index + 1 :]:
        reader.row(row)
    reader.tell_columns()
    unread = sorted(reader.unread, key=lambda one: one.line)
    return Table(Draft(name, reader.objectives(), tuple(unread)), reader.missed)


@dataclass(slots=True)
class _Objective:
    line: int
    title: str
    team: str | None
    cycle: str | None
    owner: str | None = None
    why: str | None = None
    key_results: list[DraftKeyResult] = field(default_factory=list)


class _Reader:
    """Goes through the rows; remembers the objective, team and cycle that the rows below may leave out."""

    def __init__(self, rows: Sequence[Row], heading: Heading, *, comma_is_likely: bool) -> None:
        self.unread: list[Unread] = []
        self.missed = 0
        self._heading = heading
        self._body = rows[heading.index + 1 :]
        self._found: dict[tuple[str | None, str | None, str], _Objective] = {}
        self._now: _Objective | None = None
        self._last: str | None = None
        self._cells = Cells(heading, self._body, self.leave, comma_is_likely=comma_is_likely)

    def objectives(self) -> tuple[DraftObjective, ...]:
        return tuple(
            DraftObjective(one.line, one.title, one.team, one.cycle, one.owner, one.why, tuple(one.key_results))
            for one in self._found.values()
        )

    def leave(self, line: int, text: str, why: str) -> None:
        """Note what is not taken over."""
        short = text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
        self.unread.append(Unread(line, short, why))

    def row(self, row: Row) -> None:
        text = _as_text(row.cells)
        if not text or [plain_heading(one) for one in row.cells] == [plain_heading(o) for o in self._heading.row.cells]:
            return
        titles = self._titles(row)
        first = next((one for one in (cell.strip() for cell in row.cells) if one), "")
        if (
            _TOTAL.fullmatch(first)
            and not self._heading.wide
            and all(not one or _TOTAL.fullmatch(one) for one in titles)
        ):
            self.leave(row.line, text, TOTALS)
            return
        if self._heading.is_mixed():
            self._mixed(row, text)
        else:
            self._beside(row, text, *titles)

    def tell_columns(self) -> None:
        """One line for each column that is not taken over and holds something."""
        used = {*self._heading.columns.values(), *self._heading.wide}
        if not self._heading.is_mixed():
            used.discard(self._heading.columns.get(Column.ID, -1))
        width = max((len(row.cells) for row in self._body), default=0)
        filled = [0] * width
        for row in self._body:
            for at, cell in enumerate(row.cells):
                filled[at] += bool(cell.strip())
        for at in range(width):
            if at in used or not filled[at]:
                continue
            name = self._heading.row.cells[at].strip() if at < len(self._heading.row.cells) else ""
            cells = f"{filled[at]} cell" if filled[at] == 1 else f"{filled[at]} cells"
            why = NOT_KNOWN if name else NO_NAME
            if name and column_of(name) is Column.ID:
                why = NUMBERED
            shown = " ".join(name.split())[:60] or _letter(at)
            self.leave(self._heading.row.line, shown, why.format(name=shown, cells=cells))

    # --- rows -------------------------------------------------------------------------------------------

    def _beside(self, row: Row, text: str, objective: str, key_result: str) -> None:
        """Objective and key result in columns of their own; whichever is left out goes on from above."""
        texts = [self._cells.cell(row, at) for at in self._heading.wide]
        key_results = [one for one in texts if one]
        at = self._heading.columns.get(Column.KEY_RESULT)
        if key_result:
            is_again = at in row.merged or (key_result == self._last and not objective and self._is_bare(row))
            if is_again:
                self.leave(row.line, text, SAME_AGAIN)
                return
            key_results[:0] = self._several(row, at)
        if objective and not table_values.is_nothing(objective):
            self._begin(row, objective)
        elif not key_results:
            self.leave(row.line, text, NOT_AN_OKR)
            return
        elif self._now is not None:
            self._begin(row, self._now.title)
        if not key_results or all(table_values.is_nothing(one) for one in key_results):
            self._of_objective(row)
            return
        for one in key_results:
            if not table_values.is_nothing(one):
                self._add(row, one)

    def _mixed(self, row: Row, text: str) -> None:
        """Objectives and key results in one column; type or number says which is which."""
        title = self._cells.at(row, Column.TITLE) or self._cells.at(row, Column.OBJECTIVE)
        kind = plain_heading(self._cells.at(row, Column.TYPE))
        number = self._cells.at(row, Column.ID)
        is_kr = kind in KEY_RESULTS or (kind not in _OBJECTIVES and bool(_ID_KR.fullmatch(number)))
        is_objective = kind in _OBJECTIVES or (not is_kr and bool(_ID_O.fullmatch(number)))
        if not is_kr and not is_objective and Column.TYPE not in self._heading.columns:
            is_objective = bool(_ID_NUMBER.fullmatch(number))
        if not title:
            self.leave(row.line, text, NOT_AN_OKR)
        elif kind in _INITIATIVES:
            self.leave(row.line, text, INITIATIVE)
        elif is_objective:
            self._begin(row, title)
            self._of_objective(row)
        elif is_kr or (kind and self._now is not None and kind in MEASURES):
            if self._now is not None:
                self._begin(row, self._now.title)
            self._add(row, title)
        else:
            self.leave(row.line, text, NOT_AN_OKR)

    def _begin(self, row: Row, title: str) -> None:
        """The objective that a row names, made where it is new; team and cycle go on from above."""
        whole = _LABELLED_O.sub("", title, count=1) or title if _LABELLED_O.match(title) else title
        above = self._now
        team = self._cells.at(row, Column.TEAM) or (above.team if above else None)
        cycle = self._cells.at(row, Column.CYCLE) or (above.cycle if above else None)
        key = (team, cycle, " ".join(whole.casefold().split()))
        found = self._found.get(key)
        if found is None:
            why = self._cells.at(row, Column.WHY) or None
            found = self._found[key] = _Objective(row.line, whole, team, cycle, why=why)
            self._last = None
        self._now = found

    def _of_objective(self, row: Row) -> None:
        """The cells beside an objective without a key result: its owner, and what only a key result has."""
        if self._now is None:
            return
        owner, _others = self._cells.people(row)
        self._now.owner = owner or self._now.owner
        measured = (
            *(Column.FROM, Column.TO, Column.VALUE, Column.UNIT, Column.SCORE, Column.STATUS, Column.NOTE, Column.DUE),
            *(Column.WEIGHT, Column.CONFIDENCE, Column.METRIC, Column.COMMITTED, Column.TAG, Column.START),
        )
        cells = [self._cells.at(row, one) for one in measured]
        if told := [one for one in cells if one and not table_values.is_nothing(one)]:
            self.leave(row.line, " · ".join(told), OF_OBJECTIVE)

    def _add(self, row: Row, title: str) -> None:
        """A key result of the present objective."""
        if self._now is None:
            self.leave(row.line, title, NO_OBJECTIVE)
            self.missed += 1
            return
        self._last = title
        owner, others = self._cells.people(row)
        fields = dict(self._cells.fields(row, title))
        if others:
            fields["co_owners"] = ", ".join(others)
        done = True if fields.pop("done", None) else None
        self._now.key_results.append(
            DraftKeyResult(
                line=row.line,
                title=without_label(title),
                owner=owner,
                score=self._cells.score(row),
                done=done,
                note=self._cells.at(row, Column.NOTE) or None,
                tag=self._cells.limited(row, Column.TAG, 12),
                fields=fields,
            )
        )

    def _titles(self, row: Row) -> tuple[str, str]:
        return self._cells.at(row, Column.OBJECTIVE), self._cells.at(row, Column.KEY_RESULT)

    def _several(self, row: Row, at: int | None) -> list[str]:
        """A cell with a list of key results, one a line, is as many key results; else it is one."""
        raw = row.cells[at] if at is not None and at < len(row.cells) else ""
        lines = [one for one in raw.splitlines() if one.strip()]
        has_numbers = any(self._cells.filled(row, one) for one in (Column.FROM, Column.TO, Column.VALUE, Column.SCORE))
        if len(lines) > 1 and all(_BULLET.match(one) for one in lines) and not has_numbers:
            return [scalars.tidy(_BULLET.sub("", one, count=1)) for one in lines]
        return [scalars.tidy(raw[:MOST_CELL])]

    def _is_bare(self, row: Row) -> bool:
        """True where nothing but names stand in a row."""
        return not any(self._cells.filled(row, one) for one in (Column.FROM, Column.TO, Column.VALUE, Column.SCORE))


def _as_text(cells: Iterable[str]) -> str:
    return " · ".join(" ".join(cell[:MOST_CELL].split()) for cell in cells if cell.strip())[: MOST_SHOWN * 2]


def _letter(at: int) -> str:
    """`A` for the first column, `AB` for the 28th."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name
