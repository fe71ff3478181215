"""Settings as they are shown: the forms of a person and of a team, and what has changed."""

from collections.abc import Mapping

from bot.views.shapes import Prepare, View

ANSWERS: Mapping[str, View] = {}
FORMS: Mapping[str, Prepare] = {}
"""The forms of settings, filled with what holds now."""
