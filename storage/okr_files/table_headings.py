"""Where the heading of a spreadsheet's list of OKRs is, and what its columns hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.okr_files.table_columns import Column, column_of, is_numbered_kr, known_headings, plain_heading

MOST_ROWS = 10_000
MOST_COLUMNS = 200
MOST_CELL = 5_000
HEADING_WITHIN = 30
MOST_HEADING = 200

NO_HEADING = (
    "No row names the columns that are needed: 'Objective' and 'Key result', or 'Title' and 'Type'. "
    "Known headings, in any order: {known}; the same in Chinese, such as 目标 and 关键结果."
)
NO_ROWS = "There is a heading and nothing below it."
TOO_MANY = f"It has more than {MOST_ROWS:,} rows; a list of OKRs is far shorter. Take out what does not belong to it."


@dataclass(frozen=True, slots=True)
class Row:
    """One row as text. `merged` are the columns whose text stands in a merged cell that began further up."""

    line: int
    cells: tuple[str, ...]
    merged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Heading:
    """The row that names the columns."""

    index: int
    row: Row
    columns: Mapping[Column, int]
    wide: tuple[int, ...]
    """Columns such as `KR 1` and `KR 2`, each with a key result of the row's objective."""

    def is_mixed(self) -> bool:
        """True where objectives and key results stand one below the other in one column."""
        return Column.KEY_RESULT not in self.columns and not self.wide


def find_heading(rows: Sequence[Row]) -> Heading | None:
    """The first row that names the columns of a list of OKRs; None where there is none among the first thirty."""
    looked = 0
    for index, row in enumerate(rows):
        if not any(cell.strip() for cell in row.cells):
            continue
        looked += 1
        if looked > HEADING_WITHIN:
            return None
        heading = _heading(index, row)
        if heading is not None:
            return heading
    return None


def _heading(index: int, row: Row) -> Heading | None:
    columns: dict[Column, int] = {}
    wide = tuple(at for at, cell in enumerate(row.cells[:MOST_COLUMNS]) if is_numbered_kr(cell))
    for at, cell in enumerate(row.cells[:MOST_COLUMNS]):
        column = column_of(cell) if cell.strip() and len(cell) <= MOST_HEADING else None
        if column is not None:
            columns.setdefault(column, at)
    has_krs = Column.KEY_RESULT in columns or bool(wide)
    goal = columns.get(Column.TO)
    if has_krs and Column.OBJECTIVE not in columns and goal is not None and plain_heading(row.cells[goal]) == "goal":
        columns[Column.OBJECTIVE] = columns.pop(Column.TO)
    if has_krs and Column.OBJECTIVE in columns:
        columns.pop(Column.TITLE, None)
    elif has_krs or Column.TITLE not in columns or not {Column.TYPE, Column.ID} & columns.keys():
        return None
    return Heading(index, row, columns, wide)


def no_heading() -> str:
    """Which headings are known."""
    return NO_HEADING.format(known=known_headings())
