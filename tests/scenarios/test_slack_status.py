"""What Okra keeps of a person's status on Slack, lived on the whole app."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from storage import models as m
from tests.fakes.slack import SlackFake
from tests.scenarios.running import Running
from tests.scenarios.slack_world import behind, slack_time, started


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    fake.add_person("U1MEI", "Mei Tan", tz="Europe/Madrid")
    async with started(fake, ("U1MEI",)):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, {"mei": "U1MEI"}) as one:
        await one.house.directory.look()
        yield one


def profile(okra: Running) -> dict[str, Any]:
    def look(session: Session) -> dict[str, Any]:
        return session.exec(select(m.Address).where(m.Address.external_id == "U1MEI")).one().profile

    return okra.house.db.read_now(look)


async def ticked(slack: SlackFake, okra: Running, *, on: bool) -> None:
    await slack.command("settings")
    options = [{"value": "ask"}] if on else []
    answer = await slack.submit(
        slack.views[-1], {"away_from_status": {"value": {"type": "checkboxes", "selected_options": options}}}
    )
    assert answer.status == 200
    await okra.settled()


async def test_a_status_is_forgotten_with_the_question_about_it(okra: Running, slack: SlackFake) -> None:
    await ticked(slack, okra, on=True)
    await slack.change_person("U1MEI", profile={"status_text": "In the mountains", "status_emoji": ":mountain:"})
    await okra.settled()
    assert profile(okra)["status"]["text"] == "In the mountains"

    await ticked(slack, okra, on=False)

    assert "status" not in profile(okra)
    assert profile(okra)["name"] == "Mei Tan"
