"""The edge of the playground: what a page sends becomes an `Inbound`, as on every platform."""

import re
from collections.abc import Mapping, Sequence

from bot.cards.i18n import N_
from bot.cards.model import FieldValue, brings_several
from bot.clock import Clock
from bot.intake.inbound import Attached, Command, Nothing, Result
from bot.platforms.console.buttons import Pressable, pressables
from bot.platforms.console.platform import ConsolePlatform
from bot.platforms.console.room import Spot, Standing, Wrote
from bot.platforms.edge import Accept
from bot.platforms.playground.room import PlaygroundRoom

_NAMED = re.compile(r"@okra(?![A-Za-z0-9_-])[,:，：]?", re.IGNORECASE)
"""Chinese goes on without a space: `@Okra看板`."""


class GoneError(LookupError):
    """What was pressed or sent does not stand there any more. The text is the msgid of a sentence for the person."""


class PlaygroundPlatform(ConsolePlatform):
    """The room in a browser. `key` names what one page sent once, however often it arrives."""

    name = "playground"

    def __init__(
        self, room: PlaygroundRoom, *, accept: Accept, clock: Clock, installation: str, installation_id: int
    ) -> None:
        super().__init__(room, accept=accept, clock=clock, installation=installation, installation_id=installation_id)
        self._playground = room

    async def says(
        self, person: str, text: str, *, channel: str | None, key: str, files: Sequence[Attached] = ()
    ) -> Result:
        """Write as people do in a chat: in a channel Okra hears only what is a command or names it, and no files."""
        if channel is None:
            return await self.types(person, text, key=key, files=files)
        if text.startswith("/okr"):
            return await self.types(person, text, channel=channel, key=key)
        spot = Spot(channel, is_person=False)
        self._room.tell(Wrote(self._clock.now(), person, spot, text, key))
        if not _NAMED.search(text):
            return Nothing()
        meant = Command(_NAMED.sub("", text).strip(), aside=_NAMED.match(text) is None)
        return await self._hear(person, spot, meant, key)

    async def presses_here(self, person: str, message_id: str, action: str, value: str, key: str) -> Result:
        """Press what stands on the message of that id. Raises `GoneError` where that person sees no such thing."""
        message, button = self._standing(person, message_id, action, value)
        return await self.presses_on(person, message, button, key=key)

    async def sends_form(self, person: str, form_id: str, values: Mapping[str, FieldValue]) -> Result:
        """Send the form of that id. Raises `GoneError` where the person has another before them, or none."""
        opened = self._room.forms.get(person)
        if opened is None or opened.id != form_id:
            raise GoneError(N_("That form was closed, or sent from another tab. Nothing was sent twice."))
        # What was emptied is empty, not as it was.
        empty = {field.name: () if brings_several(field) else "" for field in opened.form.fields}
        return await self.submits(person, {name: values.get(name, none) for name, none in empty.items()})

    def cancels_form(self, person: str, form_id: str) -> None:
        """Close the form of that id; one that is gone already is no error."""
        opened = self._room.forms.get(person)
        if opened is not None and opened.id == form_id:
            self._room.close_form(person)

    def _standing(self, person: str, message_id: str, action: str, value: str) -> tuple[Standing, Pressable]:
        message = self._room.message(message_id)
        mine = Spot(person, is_person=True)
        if (
            message is None
            or message.seen_by not in (None, person)
            or (message.spot.is_person and message.spot != mine)
        ):
            raise GoneError(N_("That message is not there any more."))
        for button in pressables(message.card):
            if (button.action, button.value) == (action, value):
                return message, button
        raise GoneError(N_("That button is not there any more: the message has changed since."))
