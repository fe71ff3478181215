"""Wins as they are shown: the Friday message and the line in a thanked team."""

from collections.abc import Mapping

from bot.views.shapes import View

ANSWERS: Mapping[str, View] = {}
