"""In Slack, by its buttons and forms: a key result is added, changed, published and approved."""

from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.okr.model import KRState
from storage import models as m
from tests.fakes.slack import SlackFake
from tests.scenarios.running import Running
from tests.scenarios.slack_world import CHANNEL, behind, slack_time, started, typed
from tests.scenarios.test_slack_week import NAMES, PEOPLE, control, dm

pytestmark = pytest.mark.sqlite_is_enough
TITLE = "Make every first order a pleasure"


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    for handle, user in PEOPLE.items():
        fake.add_person(user, NAMES[handle], tz="Europe/Madrid")
    async with started(fake, PEOPLE.values()):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, PEOPLE) as one:
        yield one


def jack_approves(session: Session) -> None:
    """Mei leads Growth, and whoever administers has to approve what she publishes."""
    session.exec(select(m.Workspace)).one().approval = m.ApprovalRule.REQUIRED
    for one in session.exec(select(m.Person)):
        one.role = m.WorkspaceRole.ADMIN if one.handle == "jack" else m.WorkspaceRole.MEMBER


def repeat_orders(session: Session) -> m.KeyResult:
    return session.exec(select(m.KeyResult).where(m.KeyResult.title == "Repeat orders from 20% to 30%")).one()


async def taps(okra: Running, slack: SlackFake, handle: str, label: str) -> None:
    """Somebody presses the newest button of that label in their DM."""
    for message in reversed(slack.messages[dm(handle)]):
        try:
            element = control(message.blocks, label)
        except AssertionError:
            continue
        await slack.press(element, user=PEOPLE[handle], channel=dm(handle), message_ts=message.ts)
        await okra.settled()
        return
    raise AssertionError(f"no [{label}] in {slack.texts(dm(handle))}")


async def sends(okra: Running, slack: SlackFake, handle: str, values: Mapping[str, Any]) -> None:
    """They fill in the form before them."""
    answer = await slack.submit(slack.open_views[-1], dict(values), user=PEOPLE[handle])
    assert answer.status == 200
    assert "errors" not in (answer.body or {}), answer.body
    await okra.settled()


async def test_from_a_form_to_an_approval(okra: Running, slack: SlackFake) -> None:
    okra.house.db.write_now(jack_approves)
    await slack.message(f'add objective "{TITLE}"', user=PEOPLE["mei"])
    await okra.settled()

    await taps(okra, slack, "mei", "Add a key result")
    await sends(okra, slack, "mei", typed(line="Repeat orders from 20% to 30%"))
    assert "increase, 20% → 30%" in slack.texts(dm("mei"))[-1]
    await taps(okra, slack, "mei", "Change")
    await sends(okra, slack, "mei", typed(target="35%"))
    assert "increase, 20% → 35%" in slack.texts(dm("mei"))[-1]
    await taps(okra, slack, "mei", "Save")
    await taps(okra, slack, "mei", "See the draft")
    await taps(okra, slack, "mei", "Publish")
    await sends(okra, slack, "mei", typed(sufficiency="More stock"))

    await okra.house.tick()
    assert any("I've asked Jack to approve" in text for text in slack.texts(dm("mei")))
    assert any(TITLE in text and "Repeat orders · 20% → 35%" in text for text in slack.texts(dm("jack")))
    assert not any("KR4" in text for text in slack.texts(dm("jack"))), "advice on another objective"
    await taps(okra, slack, "jack", "Approve")
    await okra.house.tick()

    row = okra.house.db.read_now(repeat_orders)
    assert (row.state, row.target) == (KRState.ACTIVE, Decimal(35))
    assert any("Approved by Jack." in text and TITLE in text for text in slack.texts(CHANNEL))
