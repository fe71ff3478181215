"""Slack at its limits: many at once, rate limits everywhere, a board whose readers cannot be seen, an old button."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.okr.localtime import instant
from bot.platforms.edge import AnsweredKeys
from tests.fakes.http import Refused, TooMany
from tests.fakes.slack import SlackFake
from tests.scenarios.running import MADRID, Running
from tests.scenarios.slack_world import CHANNEL, behind, slack_time, started
from tests.scenarios.test_slack_week import control

pytestmark = pytest.mark.sqlite_is_enough  # about Slack's limits; test_slack_week asks the same of both

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK", "ana": "U3ANA", "li": "U4LI"}
NAMES = {"mei": "Mei Tan", "jack": "Jack Moreno", "ana": "Ana Prado", "li": "Li Chen"}


@pytest.fixture
def clock() -> MovableClock:
    return slack_time()


@pytest.fixture
async def slack(clock: MovableClock) -> AsyncIterator[SlackFake]:
    fake = SlackFake(clock)
    for handle, user in PEOPLE.items():
        fake.add_person(user, NAMES[handle], tz=MADRID)
    async with started(fake, PEOPLE.values()):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, PEOPLE) as one:
        yield one


async def at(okra: Running, clock: MovableClock, moment: str) -> None:
    """It is then, here and in Slack."""
    wall = datetime.fromisoformat(moment)
    clock.move_to(instant(wall.date(), wall.time(), MADRID))
    await okra.at(moment)


def keys(slack: SlackFake) -> Counter[str]:
    """How often each message stands in Slack."""
    standing = [message for messages in slack.messages.values() for message in messages]
    return Counter(message.metadata["event_payload"]["key"] for message in standing if message.metadata is not None)


async def test_a_lead_hears_once_that_okra_cannot_see_who_reads_the_channel(
    okra: Running, slack: SlackFake, clock: MovableClock
) -> None:
    slack.play("conversations.info", *[Refused("missing_scope")] * 5)

    await at(okra, clock, "2026-11-13 09:50")
    await at(okra, clock, "2026-11-13 09:51")

    told = [text for text in slack.texts("D1MEI") if "whether another company reads the channel of Growth" in text]
    assert len(told) == 1
    assert "installed again" in told[0]
    assert not any("OKR board" in text for text in slack.texts(CHANNEL))


async def test_a_second_delivery_after_a_restart_says_nothing_of_an_answer_elsewhere(
    okra: Running, slack: SlackFake, clock: MovableClock
) -> None:
    async def names_okra(text: str, ts: str) -> None:
        event = {"type": "app_mention", "channel": CHANNEL, "user": "U1MEI", "ts": ts, "event_ts": ts}
        await slack.event({**event, "text": f"<@U0OKRA> {text}"}, event_id=f"Ev-{ts}")
        await okra.settled()

    await names_okra("board", "1794470400.000101")
    await names_okra("KR1 46k", "1794470400.000102")
    told = [said["text"].splitlines()[0] for said in slack.ephemeral]
    assert told[1:] == ["My answer is in our direct messages."]

    assert okra.composed.slack is not None
    okra.composed.slack._answers._answered = AnsweredKeys()  # as in another process, or after a restart
    await names_okra("board", "1794470400.000101")
    await names_okra("KR1 46k", "1794470400.000102")

    assert len(slack.ephemeral) == len(told)


def stand_still(okra: Running) -> None:
    """No real minute passes, however slow the machine is: a board waits for either time's minute."""
    object.__setattr__(okra.house.pump._means, "monotonic", lambda: 0.0)


async def test_fifty_check_ins_in_a_minute_are_one_update_of_the_board(
    okra: Running, slack: SlackFake, clock: MovableClock
) -> None:
    await at(okra, clock, "2026-11-12 10:00")
    await at(okra, clock, "2026-11-13 09:50")
    (board,) = slack.messages[CHANNEL]
    stand_still(okra)

    for number in range(50):
        await slack.message(f"KR1 {46000 + number}")
    await okra.house.tick()
    assert board.edits == 0
    await at(okra, clock, "2026-11-13 09:52")
    await at(okra, clock, "2026-11-13 09:54")

    updates = [call for call in slack.called("chat.update") if call["channel"] == CHANNEL]
    assert (len(updates), board.edits) == (1, 1)
    assert len(okra.said_of("GRO-1")) == 50
    assert "1 of 5 updated" in board.text


async def test_rate_limits_everywhere_lose_nothing_and_double_nothing(
    okra: Running, slack: SlackFake, clock: MovableClock
) -> None:
    slack.play("*", *[TooMany(0)] * 20)
    await at(okra, clock, "2026-11-12 10:00")
    slack.play("*", *[TooMany(0)] * 5)
    await at(okra, clock, "2026-11-13 09:50")

    questions = [sum("Weekly check-in" in text for text in slack.texts(f"D{user[1:]}")) for user in PEOPLE.values()]
    assert questions == [1, 1, 1, 1]
    assert sum("Growth · OKR board" in text for text in slack.texts(CHANNEL)) == 1
    assert set(keys(slack).values()) == {1}


async def test_a_button_of_a_message_still_answers_a_month_later(
    okra: Running, slack: SlackFake, clock: MovableClock
) -> None:
    await at(okra, clock, "2026-11-12 10:00")
    (question,) = [message for message in slack.messages["D1MEI"] if "Weekly check-in" in message.text]
    button = control(question.blocks, "0.7")

    await at(okra, clock, "2026-12-11 12:00")
    answer = await slack.press(button, user="U1MEI", channel="D1MEI", message_ts=question.ts)
    await okra.settled()

    assert answer.status == 200
    (said,) = okra.said_of("GRO-5")
    assert str(said.self_score) == "0.7"
