"""Replies of our own: what people type on a phone, with what they mean by it (spec/05).

Most were written before anyone looked at how they are read; where the reader was then right by the specification, the
row says what it reads.
"""

import pytest

from bot.okr.replies import Segment, read_reply
from tests.okr.replies.contexts import context
from tests.okr.replies.told import Row, as_table, row_name, rows

_ROWS = rows("replies_unseen.jsonl")
_TABLE = {(row["context"], row["reply"]) for row in rows("replies.jsonl")}


def test_no_row_is_one_of_the_specifications() -> None:
    ours = [(row["context"], row["reply"]) for row in _ROWS]
    assert len(ours) >= 400
    assert len(set(ours)) == len(ours)
    assert _TABLE.isdisjoint(ours)


@pytest.mark.parametrize("row", _ROWS, ids=row_name)
def test_the_reply_is_read_as_a_person_meant_it(row: Row) -> None:
    reply = read_reply(row["reply"], context(row["context"]))
    assert reply.defect is None
    assert as_table(reply, row["result"]) == row["result"]
    for segment in reply.segments:
        if segment.ask is not None:
            assert segment == Segment(segment.label, note=segment.note, ask=segment.ask)
