"""Every row of the specification's reply table (spec/05 §10.9) is read as it says."""

import json
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from bot.okr.replies import Ask, AskFacts, Reply, Segment, read_reply
from tests.okr.replies.contexts import DATA, context

_ROWS: list[dict[str, Any]] = [
    json.loads(line, parse_float=Decimal, parse_int=Decimal)
    for line in (DATA / "replies.jsonl").read_text(encoding="utf-8").splitlines()
]
_NAMES = {"kr": "label", "reason": "skip_reason"}
_FACTS = {f.name for f in fields(AskFacts)}


def _told(segment: Segment) -> dict[str, Any]:
    """What a segment says, under the table's names."""
    back = {ours: theirs for theirs, ours in _NAMES.items()}
    empty = Segment(segment.label)
    said = {
        back.get(f.name, f.name): getattr(segment, f.name)
        for f in fields(Segment)
        if f.name not in ("ask", "note", "computed_from_percent", "percent_basis")
        and (f.name == "label" or getattr(segment, f.name) != getattr(empty, f.name))
    }
    if segment.note is not None and segment.ask is None:
        said["note"] = segment.note
    return said


def _asked(ask: Ask, expected: dict[str, Any]) -> dict[str, Any]:
    """The question with those facts the table lists for it."""
    return {"ask": ask.code.value} | {name: getattr(ask.facts, name) for name in expected if name in _FACTS}


def _as_table(reply: Reply, expected: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if reply.ask is not None:
        return _asked(reply.ask, expected)
    if reply.intent is not None and reply.intent.value != "update":
        told["intent"] = reply.intent.value
    if reply.snooze_until_text is not None:
        told["until"] = reply.snooze_until_text
    if reply.segments:
        wanted = expected.get("segments", [])
        told["segments"] = [
            _told(segment) | (_asked(segment.ask, wanted[at] if at < len(wanted) else {}) if segment.ask else {})
            for at, segment in enumerate(reply.segments)
        ]
    return told


def _name(row: dict[str, Any]) -> str:
    return f"{row['context']}: {row['reply']}"


def test_the_table_is_whole() -> None:
    assert len(_ROWS) == 192


@pytest.mark.parametrize("row", _ROWS, ids=_name)
def test_the_grammar_reads_the_row_in_full(row: dict[str, Any]) -> None:
    reply = read_reply(row["reply"], context(row["context"]))
    assert reply.defect is None
    assert _as_table(reply, row["result"]) == row["result"]


@pytest.mark.parametrize("row", _ROWS, ids=_name)
def test_a_question_of_the_table_stores_nothing(row: dict[str, Any]) -> None:
    reply = read_reply(row["reply"], context(row["context"]))
    for segment in reply.segments:
        if segment.ask is not None:
            assert not segment.stores_something
            assert segment == Segment(segment.label, note=segment.note, ask=segment.ask)
