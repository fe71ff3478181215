"""The database goes away for a while, or its disk is full: nothing is lost or doubled, and people are told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.rituals.ticker import Every, _safely, _Trouble
from storage.problems import StorageProblem
from tests.fakes.slack import SlackFake
from tests.scenarios.running import Running
from tests.scenarios.slack_world import behind, slack_time, started
from tests.storage.away import away, disk_full, rows
from tests.storage.databases import Kind

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK"}
KEPT = ("prompt", "prompt_item", "ritual_run", "check_in", "inbox", "delivery")
LONG = "KR1 46k, " + "and nobody knows why " * 400


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    fake.add_person("U1MEI", "Mei Tan", tz="Europe/Madrid")
    fake.add_person("U2JACK", "Jack Moreno", tz="Europe/Madrid")
    async with started(fake, ("U1MEI", "U2JACK")):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, PEOPLE) as one:
        yield one


def counted(okra: Running) -> dict[str, int]:
    return {table: rows(okra.house.db, table) for table in KEPT}


def each_once(okra: Running, slack: SlackFake) -> None:
    """Whoever can be written to was asked, and no message stands there twice."""
    sent = "SELECT count(*) FROM delivery WHERE kind = 'check_in' AND state = 'sent'"
    assert okra.house.db.read_now(lambda session: session.execute(sa.text(sent)).scalar_one()) == len(PEOPLE)
    for channel in ("D1MEI", "D2JACK"):
        texts = slack.texts(channel)
        assert len(texts) > 1
        assert len(texts) == len(set(texts)), texts


async def test_a_minute_without_a_database_loses_nothing_and_doubles_nothing(okra: Running, slack: SlackFake) -> None:
    await okra.at("2026-11-12 09:30")
    before = counted(okra)
    okra.clock.move_to(okra.clock.now().replace(hour=9, minute=1))  # 10:01 in Madrid: the question is due

    with away(okra.house.db):
        with pytest.raises(StorageProblem) as raised:
            await okra.house.tick()
        answer = await slack.message("KR1 46k", user="U1MEI")
        pressed = await slack.command("blocked KR1 no stock", user="U2JACK", channel="D2JACK")

    assert str(raised.value).count("\n") == 0
    assert answer.status >= 500, "Slack sends it again"
    assert "Nothing was recorded; please try again" in str(pressed), "a command is not sent again"
    assert counted(okra) == before

    await slack.retry()
    await okra.house.tick()
    await okra.settled()

    assert [row.value for row in okra.said_of("GRO-1")] == [46_000], slack.texts("D1MEI")
    each_once(okra, slack)


@pytest.mark.sqlite_only  # another way to say it has a server alone: code 53100, which is read in the same place
async def test_a_full_disk_takes_nothing_and_goes_on_when_there_is_room(okra: Running, slack: SlackFake) -> None:
    await okra.at("2026-11-12 09:30")
    okra.clock.move_to(okra.clock.now().replace(hour=9, minute=1))

    with disk_full(okra.house.db):
        before = counted(okra)
        with pytest.raises(StorageProblem) as raised:
            await okra.house.tick()
        answer = await slack.message(LONG, user="U1MEI")
        asked = await slack.command(LONG, user="U2JACK", channel="D2JACK")

    assert str(raised.value) == "The disk is full, so nothing can be saved; make room and try again."
    assert answer.status >= 500
    assert "Nothing was recorded; please try again" in str(asked)
    assert counted(okra) == before, "nothing is half-done"

    await slack.retry()
    await okra.house.tick()
    await okra.settled()

    assert [row.value for row in okra.said_of("GRO-1")] == [46_000], slack.texts("D1MEI")
    each_once(okra, slack)


@pytest.mark.sqlite_only  # no database is asked
async def test_trouble_is_told_once_and_once_more_when_it_is_over(each_database: Kind) -> None:
    trouble, wrong = _Trouble(), ["The disk is full."]

    async def work() -> None:
        if wrong:
            raise StorageProblem(wrong[0])

    jobs = [Every(15, name, work) for name in ("plan", "send", "sweep")]
    with capture_logs() as logged:
        for _ in range(20):
            for job in jobs:
                await _safely(job, trouble)
        wrong[:] = ["The database cannot be reached."]
        for job in jobs:
            await _safely(job, trouble)
        wrong.clear()
        for _ in range(2):
            for job in jobs:
                await _safely(job, trouble)

    assert [(one["log_level"], one.get("problem") or one["over"]) for one in logged] == [
        ("warning", "The disk is full."),
        ("warning", "The database cannot be reached."),
        ("info", "The database cannot be reached."),
    ]
