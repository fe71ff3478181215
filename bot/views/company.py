"""The company: its board and its digest, one line a team, in the order of the team tree (spec/08 §13.7)."""

from collections.abc import Mapping

from bot.views.shapes import View

ANSWERS: Mapping[str, View] = {}
