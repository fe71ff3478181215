"""A week for each scenario, and its people by name."""

import functools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import app
from bot.cards.render import Cards
from tests.scenarios.week import ELSEWHERE, Place, Pretend, Week
from tests.storage.databases import Kind


@pytest.fixture(autouse=True)
def _on_each(each_database: Kind) -> None:
    """Every test here runs on both databases."""


@pytest.fixture(scope="session", autouse=True)
def _cards_once() -> Iterator[None]:
    """Templates are compiled once for all houses; they may be shared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "Cards", functools.cache(Cards))
        yield


async def _live(week: Week) -> AsyncIterator[Week]:
    """It fails at its end where anything went wrong that the scenario did not expect."""
    with capture_logs() as logged:
        week.logged = logged
        await week.stage.house.start()
        yield week
        week.end()


@pytest.fixture
async def week(tmp_path: Path) -> AsyncIterator[Week]:
    """A week of Growth, in Madrid."""
    async for one in _live(Week(tmp_path)):
        yield one


@pytest.fixture
async def elsewhere(tmp_path: Path) -> AsyncIterator[Week]:
    """A week of a team without a channel, in London, and of one in Shanghai."""
    async for one in _live(Week(tmp_path, ELSEWHERE)):
        yield one


@pytest.fixture
def mei(week: Week) -> Pretend:
    """Leads Growth and owns KR1."""
    return week.person("mei")


@pytest.fixture
def li(week: Week) -> Pretend:
    """Owns KR2, and has been silent since 30 October."""
    return week.person("li")


@pytest.fixture
def jack(week: Week) -> Pretend:
    """Owns KR3, with Ana."""
    return week.person("jack")


@pytest.fixture
def ana(week: Week) -> Pretend:
    """Owns KR4, a yes or no, and shares KR3."""
    return week.person("ana")


@pytest.fixture
def bea(week: Week) -> Pretend:
    """Owns KR5; nobody knows her time zone."""
    return week.person("bea")


@pytest.fixture
def tom(elsewhere: Week) -> Pretend:
    """Leads Support, which has no channel."""
    return elsewhere.person("tom")


@pytest.fixture
def lin(elsewhere: Week) -> Pretend:
    """Leads the Chinese team, in Shanghai."""
    return elsewhere.person("lin")


@pytest.fixture
def growth(week: Week) -> Place:
    """The team's channel."""
    return week.channel()


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's three seconds are real time. What happens when they are over is tested at the edge, not in stories."""
    monkeypatch.setattr("bot.platforms.slack.app.ACK_SECONDS", 60.0)
    monkeypatch.setattr("bot.platforms.slack.app.PATIENCE_SECONDS", 60.0)
    monkeypatch.setattr("bot.platforms.slack.port.OPEN_FORM_SECONDS", 60.0)
    monkeypatch.setattr("tests.fakes.slack.values.SLACKS_SECONDS", 60.0)
