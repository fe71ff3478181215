"""Reads the places that people name, on whichever platform they are."""

from bot.intake.places import PlaceNamed
from bot.platforms.slack import channel_links as slack
from bot.platforms.teams import channel_links as teams


def place_named(text: str) -> PlaceNamed | None:
    """The channel or group chat that an id or a link means; None for words that are neither."""
    return slack.named(text) or teams.named(text)
