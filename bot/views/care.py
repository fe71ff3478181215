"""What is said when people or teams fall silent (spec/07 §12.3, §12.5, spec/03 §8.3)."""

from collections.abc import Mapping

from bot.views.shapes import View

ANSWERS: Mapping[str, View] = {}
