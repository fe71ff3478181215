"""Fixtures of the delivery tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.office import Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A pump with everything around it."""
    opened = open_office(tmp_path)
    yield opened
    opened.db.close()
