"""Reports of a person and of a team, as text to paste."""

from collections.abc import Mapping

from bot.views.shapes import View

ANSWERS: Mapping[str, View] = {}
