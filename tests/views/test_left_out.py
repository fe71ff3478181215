"""Why a line is left out is told in the reader's language, whoever read the line."""

import pytest

from bot.cards.render import Cards
from bot.views.left_out import OF_FILES, REASONS, reason
from storage.okr_files import markdown_files, markdown_parts, markdown_tables, table_cells, tables, xlsx_files
from storage.okr_files.pasted_text import Left

GIVEN = (
    *(tables.TOTALS, tables.ABOVE, tables.NO_OBJECTIVE, tables.NOT_AN_OKR, tables.NOT_KNOWN, tables.NO_NAME),
    *(tables.NUMBERED, tables.OF_OBJECTIVE, tables.SAME_AGAIN, tables.INITIATIVE),
    *(table_cells.OTHER_STATUS, table_cells.OTHER_TYPE, markdown_tables.NO_OBJECTIVE),
    *(markdown_files.CONTENTS, markdown_files.ASIDE, markdown_files.NO_OBJECTIVE, markdown_files.NO_LABEL),
    *(markdown_parts.EMPTY, markdown_parts.EMPTY_OBJECTIVE, markdown_parts.PROSE, markdown_parts.NO_STEP),
    *(markdown_parts.MASKED, markdown_parts.NO_OUTCOME, markdown_parts.NO_SCORE, markdown_parts.NO_TAG),
    *(markdown_parts.NO_BOX, markdown_parts.UNREADABLE),
    *(xlsx_files.HIDDEN_ROW, xlsx_files.HIDDEN_SHEET, xlsx_files.OTHER_SHEET),
)


@pytest.mark.parametrize("why", [*Left, *GIVEN])
def test_each_reason_has_words_in_chinese(cards: Cards, why: str) -> None:
    filled = str(why).format(name="Mood", cells="good") if "{name}" in why else str(why)

    told = reason(cards, "zh", filled)

    assert why in REASONS or why in OF_FILES
    assert told.endswith("。")
    assert not any("a" <= one <= "z" for one in told.replace("Mood", "").replace("good", "").replace("OKR", "")[:8])


def test_what_is_said_of_a_single_cell_is_told_in_general(cards: Cards) -> None:
    said = "'x' is not a number; write 31, 4.5, 45k, 1.2万, $46k or 31%."

    assert reason(cards, "en", said) == said
    assert reason(cards, "zh", said) == "这里读不了它。"
    assert reason(cards, "zh", "It has 200 characters; at most 60 fit.") == "它有 200 个字符，最多可放 60 个。"
