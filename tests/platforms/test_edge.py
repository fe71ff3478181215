"""What the platforms' edges share."""

import asyncio
import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bot.platforms
from bot.delivery.port import NotDelivered, OutcomeUnknown, RateLimited, Rejected
from bot.intake.inbound import Command, Inbound, Place
from bot.platforms.edge import Afterwards, AnsweredKeys, for_the_log, heard_at, patiently, until_delivered
from storage.problems import StorageProblem

PLATFORMS = Path(bot.platforms.__file__ or "").parent
NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


def inbound(key: str, installation: str = "T1") -> Inbound:
    return Inbound("slack", installation, key, "U1", Place.DM, "D1", NOW, Command(""))


def test_what_was_said_is_dated_by_its_platform_and_never_in_the_future() -> None:
    assert heard_at(NOW - timedelta(hours=1), NOW) == NOW - timedelta(hours=1)
    assert heard_at(NOW + timedelta(hours=1), NOW) == NOW
    assert heard_at(None, NOW) == NOW


def test_a_key_is_answered_once_in_its_installation() -> None:
    keys = AnsweredKeys()
    assert keys.first_time(inbound("a"))
    assert not keys.first_time(inbound("a"))
    assert keys.first_time(inbound("a", "T2"))


def test_only_so_many_keys_are_remembered_and_the_oldest_go_first() -> None:
    keys = AnsweredKeys(capacity=2)
    for key in ("a", "b", "a", "c"):
        keys.first_time(inbound(key))
    assert not keys.first_time(inbound("a"))
    assert keys.first_time(inbound("b"))


async def test_what_runs_on_is_waited_for_and_then_ended() -> None:
    done: list[str] = []

    async def work(seconds: float, name: str) -> None:
        try:
            async with asyncio.timeout(seconds):
                await asyncio.Event().wait()
        except TimeoutError:
            done.append(name)
        except asyncio.CancelledError:
            done.append(f"{name} ended")
            raise

    after = Afterwards()
    await after.drain(0.1)
    after.start(work(0.01, "short"), "short")
    after.start(work(60, "long"), "long")
    await after.drain(0.1)
    assert done == ["short", "long ended"]


async def test_draining_waits_for_what_the_running_work_starts() -> None:
    after, done = Afterwards(), asyncio.Event()

    async def second() -> None:
        await asyncio.sleep(0)
        done.set()

    async def first() -> None:
        after.start(second(), "the second")

    after.start(first(), "the first")
    await after.drain(2)
    assert done.is_set()


async def test_an_error_in_what_runs_on_is_logged_with_its_name(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise Rejected("too big")

    after = Afterwards()
    with caplog.at_level(logging.ERROR):
        after.start(broken(), "answering a press")
        await asyncio.sleep(0)
        await after.drain(1)
    assert "answering a press" in caplog.text
    assert "too big" in caplog.text


@pytest.mark.parametrize(
    ("problems", "attempts"),
    [
        ([RateLimited(0)], 2),
        ([RateLimited(0), RateLimited(0)], 2),
        ([RateLimited(60)], 1),
        ([Rejected("no")], 1),
    ],
)
async def test_only_a_short_rate_limit_is_worth_one_more_attempt(problems: list[Exception], attempts: int) -> None:
    made = 0

    async def attempt() -> str:
        nonlocal made
        made += 1
        if len(problems) >= made:
            raise problems[made - 1]
        return "done"

    if len(problems) < attempts:
        assert await patiently(attempt) == "done"
    else:
        with pytest.raises(type(problems[0])):
            await patiently(attempt)
    assert made == attempts


@pytest.mark.parametrize(
    ("problems", "waited"),
    [
        ([RateLimited(5), NotDelivered("full", 20.5), RateLimited(30)], [5, 20.5, 30]),
        ([NotDelivered("refused")] * 4, [1, 2, 4, 8]),
        ([RateLimited(0)] * 3, [0.1] * 3),
    ],
)
async def test_an_answer_that_somebody_waits_for_is_tried_until_it_is_out(
    problems: list[Exception], waited: list[float]
) -> None:
    left, slept = list(problems), []

    async def attempt() -> str:
        if left:
            raise left.pop(0)
        return "done"

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    assert await until_delivered(attempt, 60, sleep) == "done"
    assert slept == waited


@pytest.mark.parametrize(
    ("problem", "attempts"),
    [
        (RateLimited(61), 1),
        (NotDelivered("for an hour", 3600), 1),
        (NotDelivered("refused"), 6),
        (RateLimited(20), 4),
        (OutcomeUnknown("lost"), 1),
        (Rejected("no"), 1),
    ],
)
async def test_it_is_given_up_in_the_end_and_never_tried_where_it_may_have_arrived(
    problem: Exception, attempts: int
) -> None:
    made, slept = 0, 0.0

    async def attempt() -> None:
        nonlocal made
        made += 1
        raise problem

    async def sleep(seconds: float) -> None:
        nonlocal slept
        slept += seconds

    with pytest.raises(type(problem)):
        await until_delivered(attempt, 60, sleep)
    assert made == attempts
    assert slept <= 60


# --- the log --------------------------------------------------------------------------------------


def test_the_log_says_what_broke_and_where_and_nothing_that_was_said() -> None:
    assert for_the_log(ValueError("cannot read 'we lost Acme'")) == "ValueError at elsewhere"
    assert for_the_log(StorageProblem("The disk is full.")) == "The disk is full."
    assert for_the_log(Rejected("Slack: msg_too_long")) == "Slack: msg_too_long"


async def test_nor_does_it_where_work_after_an_acknowledgement_breaks(caplog: pytest.LogCaptureFixture) -> None:
    async def breaks() -> None:
        raise ValueError("cannot read 'we lost Acme'")

    after = Afterwards()
    after.start(breaks(), "answering")
    await after.drain(1)
    assert "After the acknowledgement, answering: ValueError" in caplog.text
    assert "Acme" not in caplog.text


def test_no_platform_logs_an_error_whole() -> None:
    whole = re.compile(r"exc_info|\.exception\((?!\))")
    modules = list(PLATFORMS.rglob("*.py"))
    assert PLATFORMS / "slack" / "app.py" in modules
    assert [file.name for file in modules if whole.search(file.read_text("utf-8"))] == []
