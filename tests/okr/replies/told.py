"""What a reply said, in the words of the reply tables."""

import json
from dataclasses import fields
from decimal import Decimal
from typing import Any

from bot.okr.replies import Ask, AskFacts, Reply, Segment
from tests.okr.replies.contexts import DATA

_NAMES = {"label": "kr", "skip_reason": "reason"}
_FACTS = {f.name for f in fields(AskFacts)}
_NOT_COMPARED = ("ask", "note", "computed_from_percent", "percent_basis")

Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    """The rows of a table of replies: context, reply and result."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in lines]


def row_name(row: Row) -> str:
    return f"{row['context']}: {row['reply'][:60]}"


def as_table(reply: Reply, expected: Row) -> Row:
    """The reply as a row's result; of a question's facts, those that `expected` lists.

    Beside a question about the whole reply, what was read of it only where `expected` tells that.
    """
    told: Row = {}
    if reply.ask is not None:
        told = _asked(reply.ask, expected)
        if "segments" not in expected:
            return told
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


def _told(segment: Segment) -> Row:
    empty = Segment(segment.label)
    said = {
        _NAMES.get(f.name, f.name): getattr(segment, f.name)
        for f in fields(Segment)
        if f.name not in _NOT_COMPARED and (f.name == "label" or getattr(segment, f.name) != getattr(empty, f.name))
    }
    if segment.note is not None and segment.ask is None:
        said["note"] = segment.note
    return said


def _asked(ask: Ask, expected: Row) -> Row:
    return {"ask": ask.code.value} | {name: getattr(ask.facts, name) for name in expected if name in _FACTS}
