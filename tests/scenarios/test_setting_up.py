"""From an empty workspace to a team's first digest, in the chat alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from storage import models as m
from tests.scenarios.week import Pretend, Week

NOBODY = "../../examples/nobody-yet.yaml"


@pytest.fixture
async def fern(tmp_path: Path) -> AsyncIterator[Week]:
    """People on the console, and nothing set up."""
    with capture_logs() as logged:
        week = Week(tmp_path, NOBODY)
        week._untouched = False
        week.logged = logged
        for name in ("#plant-care", "#养护组"):  # where Slack and Teams have channels, the console has rooms
            week.room.channels[name] = list(week.room.people)
        await week.stage.house.start()
        yield week
        week.end()


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def steps(person: Pretend) -> list[str]:
    """The messages with the steps, as they stand."""
    return [text for text in person.texts() if "/okr setup" in text]


async def test_a_team_from_nothing_to_its_first_board(fern: Week) -> None:
    rosa = fern.person("rosa")
    await rosa.types("/okr setup")
    rosa.sees("Set up a team", "from now on you do", "☐ 1 Team and channel", "☐ 2 Meeting")
    await rosa.taps("Make a team")
    await rosa.fills_in(name="Plant care", members="@pau, Ines Rey")
    assert len(steps(rosa)) == 1, "one message, brought up to date in place"
    rosa.sees("Set up Plant care", "✓ 1 Team and channel", "Plant care (PC) · lead Rosa · 3 people", "#plant-care")

    await rosa.taps("Set the meeting")
    await rosa.fills_in(meeting_days=("4",), time="10:00", lead_minutes="10")
    rosa.sees("✓ 2 Meeting", "Fri 10:00; the board comes 10 minutes before.")
    await rosa.taps("Start a cycle")
    await rosa.fills_in(name="2026 Q4", first="2026-10-01", last="2026-12-31")
    await rosa.taps("Demo: TeeBee")
    rosa.sees("3 in draft", "Drafts are seen by the team alone")


async def with_a_meeting(lead: Pretend, name: str, *labels: str, **form: str) -> None:
    """A team with a meeting on Fridays and a cycle; `labels` are those of the buttons."""
    team, meeting, cycle = labels
    await lead.taps(team)
    await lead.fills_in(name=name, **form)
    await lead.taps(meeting)
    await lead.fills_in(meeting_days=("4",), time="10:00")
    await lead.taps(cycle)
    await lead.fills_in(name="2026 Q4", first="2026-10-01", last="2026-12-31")


async def test_from_the_first_word_to_the_first_board(fern: Week) -> None:
    rosa = fern.person("rosa")
    said_at_first = said(await rosa.types("/okr"))
    assert "Hi Rosa, I'm Okra." in said_at_first
    assert "It takes about five minutes." in said_at_first

    await rosa.types("/okr setup")
    await with_a_meeting(
        rosa, "Plant care", "Make a team", "Set the meeting", "Start a cycle", key="PLA", members="pau"
    )
    await rosa.taps("Send a test to me")
    rosa.sees("with a made-up key result", "Customers who come back", "Where will it land")
    await rosa.taps("Add an objective")
    await rosa.fills_in(title="Be the place where plants get well")
    await rosa.types('/okr add kr "Raise plants that recover from 60% to 80%"')
    await rosa.taps("Save")
    rosa.sees("Set up Plant care", "one in draft")
    await rosa.taps("Send a test to me")
    rosa.sees("with the drafts of Plant care", "Raise plants that recover", "60% → 80%")
    await rosa.taps("Look at the draft and publish")
    await rosa.taps("Publish")
    await rosa.fills_in()
    rosa.sees("Set up Plant care", "✓ 4 Objective and key results", "First question goes out Thu", "first board Fri")

    assert "Plant care added you" not in "".join(rosa.texts()), "she did it herself"

    await rosa.taps("Send a test to me")
    rosa.sees("A test, for you alone", "Raise plants that recover", "Where will it land")
    assert fern.look(lambda session: session.exec(select(m.Prompt)).all()) == []
    assert said(await rosa.taps("0.7")).startswith("That was the test: nothing is recorded.")
    assert fern.said_of("PLA-1") == []

    await fern.at("2026-11-12 10:01")
    rosa.sees("Weekly check-in · Plant care", "60% → 80%")
    await rosa.types("64%, 0.7")
    await fern.at("2026-11-13 09:51")
    fern.channel("#plant-care").sees("Plant care · OKR board", "64%")


async def test_the_same_in_chinese(fern: Week) -> None:
    zhou = fern.person("zhou")
    assert "周明你好，我是 Okra。" in said(await zhou.types("/okr"))
    await zhou.types("/okr 开始")
    zhou.sees("建一个团队", "从现在起由你管理", "☐ 1 团队和频道")
    await with_a_meeting(zhou, "养护组", "建团队", "设置例会", "开始周期", key="YH")
    zhou.sees("设置养护组", "养护组（YH）· 组长 周明", "✓ 2 例会", "看板用 简体中文")

    await zhou.taps("演示：TeeBee")
    zhou.sees("3 个草稿", "草稿只有团队能看到")
    await zhou.taps("查看草稿并发布")
    await zhou.taps("发布")
    await zhou.fills_in()
    zhou.sees("✓ 4 目标和关键结果", "首次提问 周四 10:00，首个看板 周五 09:50")

    await fern.at("2026-11-19 10:01", "Asia/Shanghai")
    zhou.sees("每周更新 · 养护组", "自助续费率")
    await zhou.types("KR1 4万")
    await fern.at("2026-11-20 09:51", "Asia/Shanghai")
    fern.channel("#养护组").sees("养护组 · OKR 看板", "企业月收入")
