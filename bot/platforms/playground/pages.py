"""The pages themselves: what stands on them, put together from the company and rendered."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from markupsafe import Markup, escape

from bot.cards.graphemes import clip
from bot.cards.i18n import LANGUAGES, Lang
from bot.cards.moments import clock_time
from bot.platforms.playground.ahead import Ahead
from bot.platforms.playground.asked import NotHereError, Theme, Where
from bot.platforms.playground.assets import Assets
from bot.platforms.playground.dialog import dialog
from bot.platforms.playground.faces import LONGEST_NAME, SEEN_AT_A_GLANCE, day_label, dm_path, faces, talks
from bot.platforms.playground.hints import hint_of
from bot.platforms.playground.panel import panel
from bot.platforms.playground.talk import Rendered, conversation
from bot.platforms.playground.world import World

TEMPLATES = Path(__file__).parent / "templates"
MOST_WAYS_ON = 50
"""People that are offered where somebody asked for one who is not there."""
_LOCALE: dict[Lang, str] = {"en": "en", "zh": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Light:
    """In which language and light a page is shown, and where its look is changed back to."""

    lang: Lang
    theme: Theme
    path: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A sentence about what was not done, and what was typed then."""

    sentence: str
    status: int
    draft: str = ""
    date: str = ""
    key: str = ""
    """Under which it was sent, so that the same sent again is the same also without a script."""


NO_TROUBLE = Trouble("", 200)


class PageMaker:
    """Renders what a request asks for."""

    def __init__(self, world: World, assets: Assets, ahead: Ahead) -> None:
        self._world = world
        self._ahead = ahead
        self._rendered = Rendered()
        self._of_age = world.age
        self._jinja = {lang: world.cards.pages(TEMPLATES, lang) for lang in LANGUAGES}
        for jinja in self._jinja.values():
            jinja.trim_blocks = jinja.lstrip_blocks = True
            jinja.filters["as_is"] = _as_is
            jinja.globals["asset"] = assets.urls.__getitem__

    async def chat(
        self,
        where: Where,
        light: Light,
        *,
        whole: bool = False,
        keeps_plans: bool = False,
        trouble: Trouble = NO_TROUBLE,
    ) -> web.Response:
        """A conversation with all around it.

        `whole`: from its first message on. `keeps_plans`: an open page that asks has what is to come, and asks for it
        alone; so it need not wait for it now.
        """
        world, me, lang = self._world, where.me, light.lang
        if self._of_age != world.age:
            self._of_age, self._rendered = world.age, Rendered()
        upcoming, is_fresh = (None, False) if keeps_plans else await self._ahead.soon(lang)
        room, now = world.room, world.now
        here = now.astimezone(ZoneInfo(me.zone))
        people = faces(world.people, room, me, now, lang)
        by_id = {one.id: one for one in people}
        if me.id not in by_id:  # somebody entered another company meanwhile
            raise NotHereError
        channels = talks(me, world.channels, room, where.channel)
        entries = room.entries(where.spot, me.id)
        text = (
            self._jinja[lang]
            .get_template("chat.html")
            .render(
                light=light,
                locale=_LOCALE[lang],
                trouble=trouble,
                key=trouble.key or uuid.uuid4().hex,
                age=world.age,
                revision=room.revision,
                me=by_id[me.id],
                people=people,
                at_a_glance=SEEN_AT_A_GLANCE,
                news=by_id[me.id].unread + sum(one.unread for one in channels),
                dm_path=dm_path(me.id),
                channels=channels,
                channel=next((one for one in channels if one.is_here), None),
                talk=conversation(entries, room, me, lang, self._rendered, by_id, whole=whole),
                dialog=dialog(opened, world.people) if (opened := room.forms.get(me.id)) is not None else False,
                hint=hint_of(room),
                time=clock_time(here),
                day=day_label(here, lang),
                zone=me.zone,
                moment=here.strftime("%Y-%m-%dT%H:%M"),
                date=trouble.date,
                passing=world.is_passing,
                panel=panel(*upcoming, me, lang) if upcoming is not None else False,
                is_fresh=is_fresh,
                keeps_plans=keeps_plans,
                company=world.company,
                companies=list(world.companies),
                locale_of=_LOCALE,
            )
        )
        return _html(text, trouble.status)

    async def plans(self, where: Where, lang: Lang) -> web.Response:
        """What is to come, alone: for a page that did not wait for it."""
        shown = panel(*await self._ahead.now(lang), where.me, lang)
        text = self._jinja[lang].get_template("_plans.html").render(panel=shown, is_fresh=True, keeps_plans=False)
        return _html(text, 200)

    def sentence(
        self,
        light: Light,
        sentence: str,
        status: int,
        *,
        draft: str = "",
        back: str = "",
        names_people: bool = False,
    ) -> web.Response:
        """A page of one sentence with a way home, and what was typed if it could not be sent.

        `names_people`: offers those who are here, to somebody who may know them.
        """
        people = [(dm_path(one.id), clip(one.name, LONGEST_NAME)) for one in self._world.people[:MOST_WAYS_ON]]
        text = (
            self._jinja[light.lang]
            .get_template("sentence.html")
            .render(
                light=light,
                locale=_LOCALE[light.lang],
                sentence=sentence,
                status=status,
                draft=draft,
                back=back or "/",
                people=people if names_people else [],
            )
        )
        return _html(text, status)

    def login(self, light: Light, *, sentence: str = "", status: int = 200) -> web.Response:
        """Where the passphrase is asked for."""
        text = (
            self._jinja[light.lang]
            .get_template("login.html")
            .render(light=light, locale=_LOCALE[light.lang], sentence=sentence)
        )
        return _html(text, status)


def _as_is(text: str) -> Markup:
    """What goes back unchanged when the page's form is sent: escaped, and nothing else."""
    return Markup(str(escape(text)).replace("\n", "&#10;"))  # noqa: S704 - escaped just here


def _html(text: str, status: int) -> web.Response:
    return web.Response(body=text.encode(errors="replace"), content_type="text/html", charset="utf-8", status=status)
