"""Next steps as they are shown: the list with its tick buttons, and the question after the meeting."""

from collections.abc import Mapping

from bot.views.shapes import View

ANSWERS: Mapping[str, View] = {}
