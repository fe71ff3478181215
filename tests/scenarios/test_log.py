"""One number leads through the log from what came in to what answered it; nothing secret and nothing said is in it."""

import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.cli.logs import configure_logs
from bot.clock import MovableClock
from bot.okr.localtime import instant
from tests.fakes.slack import SlackFake
from tests.fakes.slack.values import APP_TOKEN, SECRET, TOKEN
from tests.scenarios.running import MADRID, Running
from tests.scenarios.slack_world import behind, slack_time, started, typed
from tests.scenarios.test_slack_week import control, dm, question

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK", "ana": "U3ANA", "li": "U4LI"}
MARKER = "xylophone"
"""Part of everything that is said here."""


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What `serve` writes with LOG_FORMAT=json."""
    written = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        configure_logs("json")
    yield written
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def slack_clock() -> MovableClock:
    return slack_time()


@pytest.fixture
async def slack(slack_clock: MovableClock) -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_clock)
    for handle, user in PEOPLE.items():
        fake.add_person(user, f"{handle.title()} Pretend", tz=MADRID)
    async with started(fake, PEOPLE.values()):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake, log: io.StringIO) -> AsyncIterator[Running]:
    del log
    async with behind(slack, tmp_path, PEOPLE) as one:
        yield one


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def test_a_reply_is_followed_by_its_number(okra: Running, slack: SlackFake, log: io.StringIO) -> None:
    await slack.message("KR1 46k", user=PEOPLE["mei"])
    await okra.settled()

    (received,) = [one for one in lines(log) if one["event"] == "received"]
    number = received["inbox"]
    told = [one for one in lines(log) if one.get("inbox") == number]

    assert [one["event"] for one in told] == ["received", "handled", "delivery"]
    assert (told[2]["kind"], told[2]["state"]) == ("answer", "sent")
    (row,) = okra.said_of("GRO-1")
    assert row.inbox_id == number, "it is the number that `inbox show` takes"


async def test_of_a_week_nothing_that_was_said_is_in_the_log(
    okra: Running, slack: SlackFake, slack_clock: MovableClock, log: io.StringIO
) -> None:
    async def at(moment: str) -> None:
        wall = datetime.fromisoformat(moment)
        slack_clock.move_to(instant(wall.date(), wall.time(), MADRID))
        await okra.at(moment)

    await at("2026-11-12 10:00")
    mei, jack = question(slack, "mei"), question(slack, "jack")
    await slack.press(control(mei.blocks, "0.7"), user=PEOPLE["mei"], channel=dm("mei"), message_ts=mei.ts)
    await slack.press(control(jack.blocks, "Update…"), user=PEOPLE["jack"], channel=dm("jack"), message_ts=jack.ts)
    (view,) = slack.views
    await slack.submit(view, typed(value=MARKER), user=PEOPLE["jack"])
    await slack.submit(view, typed(value="372", note=f"a {MARKER} rang"), user=PEOPLE["jack"])
    await slack.message(f"KR2 31%, blocked on {MARKER}", user=PEOPLE["li"])
    await okra.settled()
    ts = slack.said(PEOPLE["li"], dm("li"))[-1].ts
    await slack.edit_message(PEOPLE["li"], ts, f"KR2 32%, blocked on {MARKER}s")
    await slack.command(f"note KR3 {MARKER}", user=PEOPLE["ana"])
    await slack.message(f"{MARKER} {MARKER}", user="U9NOBODY")
    await okra.settled()
    for day in ("2026-11-13 08:50", "2026-11-13 10:00", "2026-11-16 09:00", "2026-11-19 10:00"):
        await at(day)
        await okra.settled()

    assert MARKER in (okra.said_of("GRO-2")[-1].raw_text or ""), "it was understood and kept"
    told = log.getvalue()
    seen = {one["event"] for one in lines(log)}
    assert {"received", "handled", "delivery", "planned"} <= seen
    assert len([one for one in lines(log) if one["event"] == "received"]) >= 6
    for marker in (MARKER, TOKEN, APP_TOKEN, SECRET):
        assert marker not in told
    assert "Bearer" not in told
