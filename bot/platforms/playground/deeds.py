"""What a page can do: say something, press a button, send a form, let time pass, enter another company."""

import logging
import re
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import web

from bot.cards.i18n import N_, Lang
from bot.cards.model import FieldValue, brings_several
from bot.delivery.port import ChatError
from bot.intake.inbound import Attached, FileProblem
from bot.platforms.attached import MOST_FILES, held
from bot.platforms.playground.asked import Where
from bot.platforms.playground.dialog import FIELD
from bot.platforms.playground.hints import HINTS
from bot.platforms.playground.platform import GoneError
from bot.platforms.playground.security import Fields
from bot.platforms.playground.world import World, WorldProblem

logger = logging.getLogger(__name__)

LONGEST_TEXT = 40_000
"""Characters of what somebody writes, as on other platforms."""
MOST_KEYS = 2000
HOURS = {"hour": 1, "day": 24}

TOO_LONG = N_("That has more than 40,000 characters, so it was not sent. Please make it shorter.")
NOT_KEPT = N_("That could not all be kept just now. Please send it again; nothing is done twice.")
NO_FILE = N_("Choose a file first.")
NOT_UNDERSTOOD = N_("This page asked for something that is not there, so nothing was done. Open it again.")

ATTACHED = "attached"
"""The field of the files that come with what somebody writes."""
_KEY = re.compile(r"[\w-]{8,64}")
_OF_THE_PAGE = ("csrf", "file")
"""What a form carries beside what it asks for."""


class DeedProblem(Exception):
    """What was asked is not done. The text is a sentence for the person, in their language."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Done:
    """It is done. `leads_away`: what stood there before is gone, so the page begins anew."""

    leads_away: bool = False


class Deeds:
    """Does what forms ask for, each once: a page that sends its form again changes nothing."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._keys: OrderedDict[str, None] = OrderedDict()
        self._by_name: Mapping[str, Callable[[Where, Fields, str, Lang], Awaitable[Done]]] = {
            "say": self._say,
            "press": self._press,
            "form": self._form,
            "clock": self._clock,
            "dismiss": self._dismiss,
            "enter": self._enter,
            "bring": self._bring,
        }

    async def do(self, where: Where, fields: Fields, lang: Lang) -> Done:
        """Do it, and what follows from it. Raises `DeedProblem`."""
        deed = self._by_name.get(_text(fields, "do"))
        if deed is None:
            raise self._problem(NOT_UNDERSTOOD, 400, lang)
        key = _key_of(where, fields)
        if key in self._keys:
            return Done()
        self._keys[key] = None
        while len(self._keys) > MOST_KEYS:
            self._keys.popitem(last=False)
        try:
            return await deed(where, fields, key, lang)
        except BaseException as error:
            self._keys.pop(key, None)  # it was not done, so it may come again
            match error:
                case WorldProblem():
                    raise DeedProblem(str(error), 422) from error
                case GoneError():
                    raise self._problem(str(error), 409, lang) from error
                case ChatError():
                    raise self._problem(NOT_KEPT, 503, lang) from error
            raise

    # --- what people do in a chat -----------------------------------------------------------------

    async def _say(self, where: Where, fields: Fields, key: str, lang: Lang) -> Done:
        text = _text(fields, "text").replace("\r\n", "\n").strip()
        if len(text) > LONGEST_TEXT:
            raise self._problem(TOO_LONG, 422, lang)
        files = _attached(fields) if where.channel is None else ()
        if text or files:  # where it was said before, the room does not show it again, and Okra answers it once
            await self._world.platform.says(where.me.id, text, channel=where.channel, key=key, files=files)
            await self._settle()
        self._world.room.see(where.spot, where.me.id)
        return Done()

    async def _press(self, where: Where, fields: Fields, key: str, __: Lang) -> Done:
        action, _, value = _text(fields, "press").partition(" ")
        await self._world.platform.presses_here(where.me.id, _text(fields, "message"), action, value, key)
        await self._settle()
        return Done()

    async def _form(self, where: Where, fields: Fields, _: str, __: Lang) -> Done:
        form_id, platform = _text(fields, "form"), self._world.platform
        if "cancel" in fields:
            platform.cancels_form(where.me.id, form_id)
            return Done()
        await platform.sends_form(where.me.id, form_id, self._values(where, fields))
        await self._settle()
        return Done()

    async def _settle(self) -> None:
        """Do what follows. Trouble in that is none of what was done before: that is kept, and is followed up later."""
        try:
            await self._world.settle()
        except WorldProblem as problem:
            logger.error("What follows from something that is kept: %s", problem)

    def _values(self, where: Where, fields: Fields) -> dict[str, FieldValue]:
        opened = self._world.room.forms.get(where.me.id)
        values: dict[str, FieldValue] = {}
        for field in () if opened is None else opened.form.fields:
            typed = tuple(
                one.replace("\r\n", "\n") for one in fields.getall(FIELD + field.name, ()) if isinstance(one, str)
            )
            values[field.name] = typed if brings_several(field) else "".join(typed[:1])
        return values

    # --- what nobody can do in a chat -------------------------------------------------------------

    async def _clock(self, where: Where, fields: Fields, _: str, lang: Lang) -> Done:
        world, way = self._world, _text(fields, "way")
        if way == "stop":
            world.stop_passing()
            return Done()
        if world.is_passing:
            return Done()  # the page says that it passes, and that its buttons are of no use meanwhile
        match way:
            case "check_in":
                await world.to_next_check_in(lang)
            case "meeting":
                await world.to_meeting(lang)
            case "present":
                await world.to_the_present(lang)
            case "date":
                await world.move_to(_text(fields, "to").strip(), where.me.zone, lang)
            case "hour" | "day":
                await world.pass_hours(HOURS[way], lang)
            case _:
                raise self._problem(NOT_UNDERSTOOD, 400, lang)
        return Done()

    async def _dismiss(self, _: Where, fields: Fields, __: str, ___: Lang) -> Done:
        hint = _text(fields, "hint")
        for one in HINTS:
            if hint in (one.value, "all"):
                self._world.room.dismiss(one.value)
        return Done()

    async def _enter(self, _: Where, fields: Fields, __: str, lang: Lang) -> Done:
        await self._world.start_over(_text(fields, "company"), lang)
        return Done(leads_away=True)

    async def _bring(self, _: Where, fields: Fields, __: str, lang: Lang) -> Done:
        file = fields.get("file")
        if not isinstance(file, web.FileField) or not file.filename:
            raise self._problem(NO_FILE, 422, lang)
        await self._world.bring(file.filename, file.file.read(), lang)
        return Done(leads_away=True)

    def _problem(self, msgid: str, status: int, lang: Lang) -> DeedProblem:
        return DeedProblem(self._world.cards.text(msgid, lang), status)


def key_in(fields: Fields) -> str:
    """The key that the page gave its form; empty for none."""
    key = _text(fields, "key")
    return key if _KEY.fullmatch(key) else ""


def _key_of(where: Where, fields: Fields) -> str:
    """The same for the same form sent again. With other contents it is another deed, though the page is the same."""
    if not key_in(fields):
        return uuid.uuid4().hex
    told = [(name, _told(value)) for name, value in fields.items() if name not in _OF_THE_PAGE]
    return sha256(repr((where.path, told)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _told(value: object) -> object:
    """A value as it tells two deeds apart: a file by its name and what it holds."""
    return value if not isinstance(value, web.FileField) else (value.filename, sha256(_content(value)).hexdigest())


def _attached(fields: Fields) -> tuple[Attached, ...]:
    """The files that come with what somebody writes; a field left empty brings none."""
    files = [one for one in fields.getall(ATTACHED, ()) if isinstance(one, web.FileField) and one.filename]
    taken = [held(one.filename, _content(one)) for one in files[:MOST_FILES]]
    left = [Attached(one.filename, None, FileProblem.TOO_MANY) for one in files[MOST_FILES : 2 * MOST_FILES]]
    return (*taken, *left)


def _content(file: web.FileField) -> bytes:
    file.file.seek(0)
    return file.file.read()


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""
