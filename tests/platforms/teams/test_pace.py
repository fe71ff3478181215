"""Teams is spoken to just below its limits, and one busy conversation holds nobody else up for long."""

import asyncio
import json
from bisect import bisect_left

import pytest

from bot.delivery.port import NotDelivered
from bot.platforms.teams.config import Limits
from bot.platforms.teams.pace import Pace, Where, where_to

SERVICE = "https://smba.example.com/emea/tenant/"
TEAMS_LIMITS = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
"""What Teams allows a bot in one conversation (Teams: rate limits)."""


class Seconds:
    """Real time that passes by waiting alone."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


def to(conversation: str = "19:sales@thread.tacv2", rest: str = "/activities") -> Where:
    return where_to(f"{SERVICE}v3/conversations/{conversation}{rest}")


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def pace(seconds: Seconds) -> Pace:
    return Pace(Limits(), seconds, seconds.sleep)


def within(times: list[float], seconds: float) -> int:
    """The most calls in any stretch of so many seconds."""
    return max(bisect_left(times, start + seconds) - number for number, start in enumerate(times))


@pytest.mark.parametrize("per_second", [0.6, 3, 20])
async def test_a_conversation_never_meets_teams_limits(pace: Pace, seconds: Seconds, per_second: int) -> None:
    sent = []
    for _ in range(4_000):
        try:
            await pace.turn(to(), reads=False)
            sent.append(seconds.now)
        except NotDelivered:
            pass
        seconds.now += 1 / per_second
    assert len(sent) > 100
    for most, stretch in TEAMS_LIMITS:
        assert within(sent, stretch) < most


async def test_members_may_be_read_twice_as_fast(pace: Pace, seconds: Seconds) -> None:
    read = []
    for _ in range(300):
        await pace.turn(to(rest="/pagedmembers"), reads=True)
        read.append(seconds.now)
    for most, stretch in TEAMS_LIMITS:
        assert within(read, stretch) < 2 * most
    assert within(read, 2.0) > 8


async def test_all_conversations_together_stay_at_ten_a_second(pace: Pace, seconds: Seconds) -> None:
    sent = []
    for number in range(60):
        await pace.turn(to(f"a:{number}"), reads=False)
        sent.append(seconds.now)
    assert within(sent, 1.0) == 10
    assert seconds.now - 100.0 == pytest.approx(5.0)


async def test_tenants_do_not_wait_for_each_other(pace: Pace, seconds: Seconds) -> None:
    for number in range(10):
        await pace.turn(to(f"a:{number}"), reads=False)
    await pace.turn(Where("smba.example.com/emea/another", "a:1"), reads=False)
    assert seconds.waited == []


async def test_a_short_wait_is_waited_and_threads_count_with_their_channel(pace: Pace, seconds: Seconds) -> None:
    for number in range(8):
        await pace.turn(to(f"19:sales@thread.tacv2%3Bmessageid%3D{number}"), reads=False)
    assert sum(seconds.waited) == pytest.approx(2.0)
    assert max(seconds.waited) < 3


async def test_a_conversation_that_had_its_share_is_told_at_once_and_nobody_else_waits(
    pace: Pace, seconds: Seconds
) -> None:
    for _ in range(50):
        await pace.turn(to(), reads=False)
        seconds.now += 0.3
    before = seconds.now
    with pytest.raises(NotDelivered, match=r"there is room in \d+ s"):
        await pace.turn(to(), reads=False)
    await pace.turn(to("a:mei"), reads=False)
    assert seconds.now == before
    seconds.now += 30
    await pace.turn(to(), reads=False)


async def test_a_conversation_that_teams_wants_left_alone_is_left_alone(pace: Pace, seconds: Seconds) -> None:
    pace.pause(to(), 2.0)
    pace.pause(to(), 1.0)
    await pace.turn(to("a:mei"), reads=False)
    assert seconds.waited == []
    await pace.turn(to(rest="/activities/m1"), reads=False)
    assert seconds.waited == [2.0]
    pace.pause(to(), 60.0)
    with pytest.raises(NotDelivered):
        await pace.turn(to(), reads=False)


async def test_a_pause_that_begins_while_somebody_waits_counts_for_them_too(seconds: Seconds) -> None:
    async def sleep(length: float) -> None:
        if not seconds.waited:
            slow.pause(to(), 4.5)
        await seconds.sleep(length)

    slow = Pace(Limits(writing=((1, 2.0),)), seconds, sleep)
    await slow.turn(to(), reads=False)
    await slow.turn(to(), reads=False)
    assert seconds.waited == [2.0, 2.5]


async def test_what_is_over_is_forgotten(pace: Pace, seconds: Seconds) -> None:
    for number in range(2_000):
        await pace.turn(to(f"a:{number}"), reads=False)
    seconds.now += 3_700
    await pace.turn(to("a:last"), reads=False)
    assert list(pace._writing) == ["a:last"]


async def test_many_at_once_wait_in_turn_without_real_time(seconds: Seconds) -> None:
    pace = Pace(Limits(), seconds, seconds.sleep)
    results = await asyncio.gather(
        *(pace.turn(to(f"a:{number}"), reads=False) for number in range(30)), return_exceptions=True
    )
    assert results == [None] * 30


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("http://h:1/emea/v3/conversations/a%3A1/activities", Where("h:1/emea", "a:1")),
        (
            "http://h/v3/conversations/19%3Ax%40thread.tacv2%3Bmessageid%3D17/activities/9",
            Where("h", "19:x@thread.tacv2"),
        ),
        ("http://h/emea/t/v3/conversations", Where("h/emea/t", "")),
        ("http://h/emea/t/v3/teams/19%3Ax/conversations", Where("h/emea/t", "")),
        ("http://h/elsewhere", Where("h/elsewhere", "")),
    ],
)
def test_an_address_tells_the_service_and_the_conversation(address: str, found: Where) -> None:
    assert where_to(address) == found


@pytest.mark.parametrize(
    ("body", "conversation"),
    [
        ({"channelData": {"channel": {"id": "19:x@thread.tacv2"}}, "members": []}, "19:x@thread.tacv2"),
        ({"members": [{"id": "29:mei"}], "channelData": {"tenant": {"id": "t"}}}, "29:mei"),
        ({"members": []}, ""),
        ({"channelData": 7}, ""),
        ([], ""),
        (7, ""),
    ],
)
def test_what_begins_a_thread_or_a_chat_tells_it_in_its_body(body: object, conversation: str) -> None:
    assert where_to("http://h/v3/conversations", json.dumps(body)).conversation == conversation
