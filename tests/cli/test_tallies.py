"""Problems are counted by the room that writes them, and how often a platform asked to wait."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from bot.cli import tallies
from bot.cli.tallies import Tallies
from bot.clock import real_seconds
from bot.delivery.scopes import Real, Scope, bounded_wait


@pytest.fixture
def counted() -> Iterator[Tallies]:
    found = Tallies()
    with capture_logs(processors=[found]):
        yield found


async def test_a_platform_that_asks_to_wait_is_counted(counted: Tallies) -> None:
    scope = Scope("installation:1", Real(real_seconds))
    await scope.pause(3.0)
    await scope.pause(4.0)

    assert counted.throttled == 2
    assert counted.problems == {}


def test_a_warning_belongs_to_the_room_that_writes_it(counted: Tallies) -> None:
    bounded_wait(-1.0)
    structlog.get_logger().error("from a test")
    structlog.get_logger().info("no problem")

    assert counted.problems == {("bot.delivery", "warning"): 1, ("elsewhere", "error"): 1}
    assert Path(tallies.__file__).is_relative_to(tallies._ROOT)
