"""Fixtures of the delivery tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.delivery.office import Office, open_office
from tests.storage.databases import Kind


@pytest.fixture(autouse=True)
def _on_each(each_database: Kind) -> None:
    """Every test here runs on both databases."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A pump with everything around it."""
    opened = open_office(tmp_path)
    yield opened
    opened.db.close()


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """No log on the screen: a drawn traceback takes longer than most tests."""
    with capture_logs():
        yield
