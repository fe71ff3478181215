"""The moment at which a request leaves: once, before its fence, and while somebody waits for it."""

import math
import socket

import pytest

from bot.delivery.port import Fence, FencePassed
from bot.delivery.timing import Timing
from bot.platforms import sockets
from bot.platforms.departure import Departure


def test_what_left_in_time_has_left_whatever_happens_then() -> None:
    departure = Departure(Fence(10.0, lambda: 9.0))
    departure.leave()
    assert departure.end()


def test_what_nobody_waits_for_any_more_never_leaves() -> None:
    departure = Departure(Fence(math.inf))
    assert not departure.end()
    with pytest.raises(FencePassed, match="Nobody waited"):
        departure.leave()
    assert not departure.end()


def test_what_was_refused_once_stays_refused_though_its_clock_goes_back() -> None:
    times = iter((10.0, 9.0))
    departure = Departure(Fence(10.0, lambda: next(times)))
    for _ in range(2):
        with pytest.raises(FencePassed):
            departure.leave()
    assert departure.refusal is not None


def test_the_system_gives_up_old_bytes_long_before_a_message_counts_as_absent() -> None:
    timing = Timing()
    assert timing.fence < timing.lease
    assert timing.grace / 2 >= sockets.GIVE_UP_SECONDS


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no TCP_USER_TIMEOUT")
def test_a_socket_is_told_when_to_give_up() -> None:
    with sockets.opened((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 0))) as made:
        assert made.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000
