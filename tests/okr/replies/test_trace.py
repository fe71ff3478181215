"""Whoever listens to a reading hears every joint of it, and changes nothing of what it comes to."""

import json
from dataclasses import replace

from bot.cli.read_steps import Steps
from bot.okr.replies import read_reply
from bot.okr.replies.trace import NOBODY
from tests.okr.replies.contexts import DATA, context

ROWS = [json.loads(line) for line in (DATA / "replies.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]


def test_listening_changes_no_reading_of_the_table() -> None:
    for row in ROWS:
        against = context(row["context"])
        steps = Steps()

        heard = read_reply(row["reply"], replace(against, trace=steps))

        assert heard.defect is None
        assert heard == read_reply(row["reply"], against)
        assert steps.lines[0].about == "text"
        assert sum(one.about == "rule" for one in steps.lines) in range(1, 5)


def test_nobody_listens_unless_asked() -> None:
    against = context("M")

    assert against.trace is NOBODY
    assert against == replace(against, trace=Steps()), "who listens is no part of what a reply is read against"


def test_every_number_is_told_with_what_became_of_it() -> None:
    steps = Steps()

    read_reply("2 new deals worth 4k, now at 45k", replace(context("M"), trace=steps))

    told = [(one.about, one.found) for one in steps.lines]
    assert ("taken", "'45k'") in told
    assert ("left", "'4k' stays in the note") in told
    assert ("number", "'2' = 2") in told
