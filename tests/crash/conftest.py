"""The process that all children of these tests are forked from."""

from collections.abc import Iterator

import pytest

from tests.crash.processes import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Importing Okra takes seconds, so it is done once."""
    with Nursery() as one:
        yield one
