"""The web server of the playground: its addresses, and what is said where something cannot be done."""

import logging
import math

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.cards.i18n import LANGUAGES, N_
from bot.platforms.playground.ahead import Ahead
from bot.platforms.playground.asked import (
    LANG_COOKIE,
    THEME_COOKIE,
    THEMES,
    NotHereError,
    Where,
    is_our_path,
    keep_look,
    lang_of,
    theme_of,
    where_of,
)
from bot.platforms.playground.assets import Assets
from bot.platforms.playground.deeds import DeedProblem, Deeds, key_in
from bot.platforms.playground.events import Events
from bot.platforms.playground.faces import dm_path
from bot.platforms.playground.pages import Light, PageMaker, Trouble
from bot.platforms.playground.security import LOGIN, LONGEST_FILE, TOO_BIG, Guard, Refused, put_headers
from bot.platforms.playground.world import World
from bot.where import what_and_where

logger = logging.getLogger(__name__)

NOBODY = N_("There is nobody in this company, so there is nobody to be.")
NOT_HERE = N_("There is no such person or channel in this company.")
NO_PAGE = N_("There is no page at this address.")
BROKEN = N_("Something went wrong on our side. Look whether what you did is there before you do it again.")
WRONG = N_("That is not the passphrase.")
TOO_OFTEN = N_("That was tried often just now. Please wait {seconds} seconds and try again.")
OPEN = "X-Open"
"""Said by an open page that fetches itself again."""
UNSEEN = "X-Unseen"
"""Said by a page that fetches itself while nobody looks at it: then its messages do not count as seen."""


class Pages:
    """The playground over a company. With a `passphrase` it may listen beyond this machine, and asks for it.

    Raises ValueError for a passphrase that is empty.
    """

    def __init__(self, world: World, passphrase: str | None = None) -> None:
        self._world = world
        self._guard = Guard(passphrase)
        self._assets = Assets()
        self._deeds = Deeds(world)
        self._events = Events(world)
        self._ahead = Ahead(world)
        self._maker = PageMaker(world, self._assets, self._ahead)

    def application(self) -> web.Application:
        """All addresses; to be served by whoever starts the playground."""
        app = web.Application(middlewares=[self._answer_problems, self._guard.check], client_max_size=LONGEST_FILE)
        app.on_response_prepare.append(put_headers)
        app.on_shutdown.extend((self._events.close, self._ahead.close))
        app.add_routes(
            [
                web.get("/", self._home),
                web.get("/as/{person}", self._person),
                web.get("/as/{person}/dm", self._look),
                web.get("/as/{person}/channel/{channel}", self._look),
                web.post("/as/{person}/dm", self._do),
                web.post("/as/{person}/channel/{channel}", self._do),
                web.get("/as/{person}/suggestions", self._suggestions),
                web.get("/as/{person}/plans", self._plans),
                web.get("/events", self._events.stream),
                web.get("/static/{name}", self._assets.fetch),
                web.post("/look", self._change_look),
                web.get(LOGIN, self._ask_passphrase),
                web.post(LOGIN, self._try_passphrase),
            ]
        )
        return app

    # --- the company ------------------------------------------------------------------------------

    async def _home(self, request: web.Request) -> web.Response:
        if not self._world.people:
            return self._maker.sentence(self._light(request), self._say(request, NOBODY), 200)
        raise web.HTTPFound(dm_path(self._world.people[0].id))

    async def _person(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(where_of(self._world, request.match_info["person"], None).path)

    async def _look(self, request: web.Request) -> web.Response:
        where = self._where(request)
        if UNSEEN not in request.headers:
            self._world.room.see(where.spot, where.me.id)
        whole, is_open = "all" in request.query, OPEN in request.headers
        return await self._maker.chat(where, self._light(request), whole=whole, keeps_plans=is_open)

    async def _do(self, request: web.Request) -> web.Response:
        fields, light = await request.post(), self._light(request)
        where = self._where(request)
        try:
            done = await self._deeds.do(where, fields, light.lang)
        except DeedProblem as problem:
            draft, date = (str(fields.get(name, "")) for name in ("text", "to"))
            trouble = Trouble(str(problem), problem.status, draft, date, key_in(fields))
            return await self._maker.chat(where, light, keeps_plans=OPEN in request.headers, trouble=trouble)
        raise web.HTTPSeeOther("/" if done.leads_away else where.path)

    async def _suggestions(self, request: web.Request) -> web.Response:
        where = self._where(request)
        found = await self._world.suggestions(where.me.id)
        return web.json_response([{"text": one.text, "about": one.about} for one in found])

    async def _plans(self, request: web.Request) -> web.Response:
        return await self._maker.plans(self._where(request), lang_of(request))

    # --- the pages' look, and the way in ----------------------------------------------------------

    async def _change_look(self, request: web.Request) -> web.Response:
        fields = await request.post()
        back = str(fields.get("back", ""))
        response = web.Response(status=303, headers={"Location": back if is_our_path(back) else "/"})
        if fields.get("language") in LANGUAGES:
            keep_look(response, LANG_COOKIE, str(fields["language"]))
        if fields.get("theme") in THEMES:
            keep_look(response, THEME_COOKIE, str(fields["theme"]))
        return response

    async def _ask_passphrase(self, request: web.Request) -> web.Response:
        if self._guard.is_let_in(request):
            raise web.HTTPFound("/")
        return self._maker.login(self._light(request))

    async def _try_passphrase(self, request: web.Request) -> web.Response:
        address, light = request.remote or "", self._light(request)
        wait = self._guard.tries.wait(address)
        if wait > 0:
            sentence = self._say(request, TOO_OFTEN, seconds=math.ceil(wait))
            response = self._maker.login(light, sentence=sentence, status=429)
            response.headers["Retry-After"] = str(math.ceil(wait))
            return response
        if not self._guard.let_in(request, str((await request.post()).get("passphrase", ""))):
            self._guard.tries.wrong(address)
            return self._maker.login(light, sentence=self._say(request, WRONG), status=403)
        self._guard.tries.right(address)
        entered = web.Response(status=303, headers={"Location": "/"})
        self._guard.mark(request, entered)
        return entered

    # --- steps ------------------------------------------------------------------------------------

    def _where(self, request: web.Request) -> Where:
        return where_of(self._world, request.match_info["person"], request.match_info.get("channel"))

    def _light(self, request: web.Request) -> Light:
        return Light(lang_of(request), theme_of(request), _address(request), self._guard.token(request))

    def _say(self, request: web.Request, msgid: str, **given: int) -> str:
        return self._world.cards.text(msgid, lang_of(request), **given)

    @web.middleware
    async def _answer_problems(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Whatever goes wrong becomes a page with one sentence and a way on."""
        try:
            return await handler(request)
        except Refused as refused:
            return await self._refused(request, refused)
        except NotHereError:
            return self._sentence(request, NOT_HERE, 404)
        except web.HTTPRequestEntityTooLarge:
            return self._sentence(request, TOO_BIG, 413)
        except web.HTTPException as answer:
            if answer.status < 400:
                raise
            return self._sentence(request, NO_PAGE, answer.status)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits is told
            logger.error("A page of the playground: %s", what_and_where(error))
            return self._sentence(request, BROKEN, 500)

    async def _refused(self, request: web.Request, refused: Refused) -> web.Response:
        if not refused.is_ours:
            return web.Response(text=self._say(request, refused.sentence), status=refused.status)
        # Its form was read before its token was found to be of no use; what was typed must not be lost with it.
        fields = await request.post() if refused.status == web.HTTPForbidden.status_code else {}
        return self._sentence(request, refused.sentence, refused.status, draft=str(fields.get("text", "")))

    def _sentence(self, request: web.Request, msgid: str, status: int, draft: str = "") -> web.Response:
        light = self._light(request)
        back = light.path if request.method == "POST" and is_our_path(light.path) else ""
        names_people = status == web.HTTPNotFound.status_code and self._guard.is_let_in(request)
        return self._maker.sentence(
            light, self._say(request, msgid), status, draft=draft, back=back, names_people=names_people
        )


def _address(request: web.Request) -> str:
    """The path as it stands in the address: a channel may be called `#growth`, and a person `a/b`."""
    return request.rel_url.raw_path
