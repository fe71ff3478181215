"""Shared by the tests of rituals: a week of pretend teams."""

from tests.scenarios.conftest import _cards_once, elsewhere, week

__all__ = ["_cards_once", "elsewhere", "week"]
