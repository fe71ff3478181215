"""Shared by the tests of handlers: an office whose people use commands, in English and in Chinese."""

import pytest

from tests.handlers.talk import Talk
from tests.scenarios.conftest import _cards_once, ana, bea, elsewhere, jack, li, mei, week
from tests.views.asked import Office
from tests.views.conftest import cards, db, office, office_zh

__all__ = [
    "_cards_once", "ana", "bea", "cards", "db", "elsewhere", "jack", "li", "mei", "office", "office_zh", "talk",
    "talk_zh", "week",
]  # fmt: skip


@pytest.fixture
def talk(office: Office) -> Talk:
    """Mei, Li and Bea, who leads, in English."""
    return Talk(office)


@pytest.fixture
def talk_zh(office_zh: Office) -> Talk:
    """The same in Chinese."""
    return Talk(office_zh)
