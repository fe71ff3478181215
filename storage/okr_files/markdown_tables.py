"""OKRs from a table in Markdown, read by the headings of its columns as a spreadsheet is."""

from dataclasses import replace

from storage.okr_files.drafts import DraftKeyResult, Unread
from storage.okr_files.markdown_blocks import Table, Words, first_words
from storage.okr_files.markdown_parts import ObjectiveParts, key_result_from, objective_from
from storage.okr_files.table_columns import Column, column_of
from storage.okr_files.table_headings import Row, find_heading
from storage.okr_files.tables import read_table

NO_OBJECTIVE = "A table of key results, and no objective stands above it."


def objectives_of_table(
    table: Table, above: ObjectiveParts | None, unread: list[Unread]
) -> list[ObjectiveParts] | None:
    """The objectives that a table begins; where it has no column for them, its key results go to the one `above`.

    None where the table holds nothing of the kind.
    """
    columns = [column_of(cell) for cell in table.header]
    rows = [Row(table.line, table.header), *(Row(row.line, tuple(one.text for one in row.cells)) for row in table.rows)]
    if Column.KEY_RESULT in columns and Column.OBJECTIVE not in columns:
        if above is None:
            unread.append(Unread(table.line, first_words(" | ".join(table.header)), NO_OBJECTIVE))
            return []
        first, *others = rows
        rows = [replace(first, cells=("Objective", *first.cells))]
        rows += [replace(one, cells=(above.text, *one.cells)) for one in others if any(one.cells)]
    heading = find_heading(rows)
    if heading is None or heading.index != 0:
        return None
    draft = read_table(rows, "", heading).draft
    unread += draft.unread
    marks = {row.line: row.cells for row in table.rows}
    found: list[ObjectiveParts] = []
    for objective in draft.objectives:
        parts = above if above is not None and objective.title == above.text else None
        if parts is None:
            parts = objective_from(Words(objective.line, objective.title), unread)
            parts.team, parts.cycle, parts.why = objective.team, objective.cycle, objective.why
            parts.owner = objective.owner or parts.owner
            found.append(parts)
        for kr in objective.key_results:
            refined = _refined(kr, marks.get(kr.line, ()), unread)
            if refined is not None:
                parts.drafted.append(refined)
    return found


def _refined(kr: DraftKeyResult, cells: tuple[Words, ...], unread: list[Unread]) -> DraftKeyResult | None:
    """What stands in the text of the cell itself: people, tags, scores, masked numbers, a line through it."""
    own = next((cell for cell in cells if kr.title and kr.title in cell.text), Words(kr.line, kr.title))
    parts = key_result_from(replace(own, line=kr.line, text=kr.title))
    parts.fields.update(kr.fields)
    found = parts.draft(unread)
    if found is None:
        return None
    return replace(
        found,
        owner=kr.owner or found.owner,
        score=found.score if kr.score is None else kr.score,
        done=kr.done,
        tag=kr.tag or found.tag,
        note="; ".join(one for one in (kr.note, found.note) if one) or None,
    )
