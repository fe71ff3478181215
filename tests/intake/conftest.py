"""Fixtures of the intake tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.intake import accept
from tests.intake.desk import Desk, open_desk
from tests.storage.databases import Kind


@pytest.fixture(autouse=True)
def _on_each(each_database: Kind) -> None:
    """Every test here runs on both databases."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An intake with everything around it."""
    opened = open_desk(tmp_path)
    yield opened
    opened.db.close()


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other process has anything in hand, unless a test says so."""
    monkeypatch.setattr(accept, "ABANDONED_AFTER", 0.0)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """No log on the screen: a drawn traceback takes longer than most tests."""
    with capture_logs():
        yield
