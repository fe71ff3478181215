"""Shared by the tests of storage: they run on both databases."""

import pytest

from tests.storage.databases import Kind


@pytest.fixture(autouse=True)
def _on_each(each_database: Kind) -> None:
    """Every test here runs on both databases."""
