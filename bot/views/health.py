"""Health metrics as they are shown: the list, and their part of the weekly question."""

from collections.abc import Mapping

from bot.views.shapes import View

ANSWERS: Mapping[str, View] = {}
