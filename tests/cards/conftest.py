"""Shared by the tests of cards: one set of templates, built once."""

import pytest

from bot.cards.render import Cards


@pytest.fixture(scope="session")
def cards() -> Cards:
    return Cards()
