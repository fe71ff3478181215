"""What the platforms are like, as far as the ritual depends on it: so that nobody asks which one it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storage import models as m


@dataclass(frozen=True, slots=True)
class Traits:
    """One platform. What stands here is true of it everywhere, whatever the settings say."""

    name: str
    """As its maker calls it."""
    short_name: str
    has_channels: bool = False
    """People have channels of their own there, for one of them to be named."""
    lets_in: bool = False
    """Okra writes only to whom, and in what, it was let in, and is told of that."""
    is_shared: bool = False
    """Another company may read a channel there."""
    has_guests: bool = False
    """With `is_shared`: so may guests, by their own tenant or none."""
    links_channels: bool = False
    """A message names a channel by its id, and whoever reads it sees the name it has today."""
    has_status: bool = False
    """People say there that they are away."""


TRAITS: Mapping[m.Platform, Traits] = {
    m.Platform.SLACK: Traits("Slack", "Slack", has_channels=True, is_shared=True, links_channels=True, has_status=True),
    m.Platform.TEAMS: Traits(
        "Microsoft Teams", "Teams", has_channels=True, lets_in=True, is_shared=True, has_guests=True
    ),
    m.Platform.CONSOLE: Traits("console", "console"),
    m.Platform.PLAYGROUND: Traits("playground", "playground"),
}


def of_platforms(platforms: Iterable[m.Platform]) -> list[Traits]:
    """What each of them is like."""
    return [TRAITS[one] for one in platforms]
