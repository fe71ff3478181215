"""What a request asks for: as whom, where, in which language and which light."""

from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from bot.cards.i18n import LANGUAGES, Lang
from bot.platforms.console.room import Spot
from bot.platforms.playground.faces import channel_path, dm_path
from bot.platforms.playground.world import Human, World

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
LANG_COOKIE = "okra-language"
THEME_COOKIE = "okra-theme"
A_YEAR = 365 * 24 * 3600


class NotHereError(LookupError):
    """There is no such person or channel in the company."""


@dataclass(frozen=True, slots=True)
class Where:
    """As whom somebody looks, and at which conversation."""

    me: Human
    channel: str | None

    @property
    def spot(self) -> Spot:
        """The conversation in the room."""
        return Spot(self.me.id, is_person=True) if self.channel is None else Spot(self.channel, is_person=False)

    @property
    def path(self) -> str:
        """Its address."""
        return dm_path(self.me.id) if self.channel is None else channel_path(self.me.id, self.channel)


def where_of(world: World, person: str, channel: str | None) -> Where:
    """The person and one of their channels. Raises `NotHereError`."""
    me = next((one for one in world.people if one.id == person), None)
    if me is None or (channel is not None and channel not in me.channels):
        raise NotHereError
    return Where(me, channel)


def lang_of(request: web.Request) -> Lang:
    """The language of the pages: what was chosen, else the first of ours that the browser asks for."""
    chosen = request.cookies.get(LANG_COOKIE)
    wanted = [chosen or "", *request.headers.get("Accept-Language", "").split(",")]
    for one in wanted:
        tag = one.split(";")[0].strip().lower().split("-")[0]
        for lang in LANGUAGES:
            if tag == lang:
                return lang
    return "en"


def theme_of(request: web.Request) -> Theme:
    """Light, dark, or as the system has it."""
    chosen = request.cookies.get(THEME_COOKIE)
    return next((one for one in THEMES if one == chosen), "auto")


def keep_look(response: web.Response, name: str, value: str) -> None:
    """Let the browser remember a choice for a year."""
    response.set_cookie(name, value, max_age=A_YEAR, path="/", httponly=True, samesite="Strict")


def is_our_path(path: str) -> bool:
    """Whether it leads to a page of ours, and nowhere else."""
    return path.startswith("/as/") and "\\" not in path and path.isprintable()
