"""Every row of the specification's reply table (spec/05 §10.9) is read as it says."""

import pytest

from bot.okr.replies import Segment, read_reply
from tests.okr.replies.contexts import context
from tests.okr.replies.told import Row, as_table, row_name, rows

_ROWS = rows("replies.jsonl")


def test_the_table_is_whole() -> None:
    assert len(_ROWS) == 192


@pytest.mark.parametrize("row", _ROWS, ids=row_name)
def test_the_grammar_reads_the_row_in_full(row: Row) -> None:
    reply = read_reply(row["reply"], context(row["context"]))
    assert reply.defect is None
    assert as_table(reply, row["result"]) == row["result"]


@pytest.mark.parametrize("row", _ROWS, ids=row_name)
def test_a_question_of_the_table_stores_nothing(row: Row) -> None:
    reply = read_reply(row["reply"], context(row["context"]))
    for segment in reply.segments:
        if segment.ask is not None:
            assert not segment.stores_something
            assert segment == Segment(segment.label, note=segment.note, ask=segment.ask)
