"""The console edge: what a pretend person does becomes an `Inbound`, and its result appears in the room."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.cards.i18n import Lang
from bot.cards.model import Checkboxes, Explain, Field, FieldValue, Form
from bot.clock import Clock
from bot.delivery.port import Profile
from bot.intake.inbound import (
    Attached,
    Command,
    FormErrors,
    Inbound,
    Nothing,
    OpenForm,
    Place,
    Pressed,
    Result,
    Say,
    Submitted,
    Typed,
    Update,
    What,
)
from bot.platforms.console.buttons import Pressable, find_button
from bot.platforms.console.port import ConsolePort
from bot.platforms.console.room import FilledIn, Room, Spot, Standing, Tapped, Wrote
from bot.platforms.console.words import not_saved
from bot.platforms.edge import Accept, for_the_log

logger = logging.getLogger(__name__)


class NoOpenFormError(LookupError):
    """The person has no form before them, or it lacks a field of that name."""


class ConsolePlatform:
    """Okra in one room. `port` sends; the verbs are what people do.

    `installation` and `installation_id` are the console's own row of the workspace.
    """

    name = "console"

    def __init__(self, room: Room, *, accept: Accept, clock: Clock, installation: str, installation_id: int) -> None:
        self._room = room
        self._accept = accept
        self._clock = clock
        self._installation = installation
        self._installation_id = installation_id
        self.port = ConsolePort(room)

    async def types(
        self,
        person: str,
        text: str,
        *,
        channel: str | None = None,
        reply_to: str | None = None,
        key: str | None = None,
        files: Sequence[Attached] = (),
    ) -> Result:
        """Write to Okra: in one's own conversation, or naming it in a channel. `/okr …` is a command.

        `key` is the delivery's own; giving one again is a second delivery of the same thing. Anything that goes wrong
        in storing it is told to the person.
        """
        spot = self._spot(person, channel)
        key = key or self._room.next_id("typed")
        shown = "\n".join([*([text] if text else []), *(f"📎 {one.name}" for one in files)])
        self._room.tell(Wrote(self._clock.now(), person, spot, shown, key))
        what: What = Typed(text, reply_to, has_files=bool(files), files=tuple(files))
        if _is_command(text) and not files:
            what = Command(text[4:].strip())
        if channel is not None and isinstance(what, Typed):
            what = Command(text)  # a bot hears in a channel only what names it, and there that stands for the slash
        return await self._hear(person, spot, what, key)

    async def presses(
        self, person: str, label: str, about: str = "", *, channel: str | None = None, key: str | None = None
    ) -> Result:
        """Press the button (or pick the entry) of that label on the newest message that has one.

        `about` tells which, where several key results have the same. Raises `NoSuchButtonError`.
        """
        message, button = self.find(person, label, about, channel=channel)
        return await self.presses_on(person, message, button, about=about, key=key)

    async def presses_on(
        self, person: str, message: Standing, button: Pressable, *, about: str = "", key: str | None = None
    ) -> Result:
        """Press a button that was found before, perhaps on a message that has changed since."""
        self._room.tell(Tapped(self._clock.now(), person, message.spot, button.label, about))
        what = Pressed(button.action, button.value, message.ref.message_id)
        return await self._hear(person, message.spot, what, key or self._room.next_id("press"), pressed=message)

    def find(
        self, person: str, label: str, about: str = "", *, channel: str | None = None
    ) -> tuple[Standing, Pressable]:
        """The button that a person means. Raises `NoSuchButtonError`."""
        return find_button(self._room.at(self._spot(person, channel), person), label, about)

    async def submits(self, person: str, values: Mapping[str, FieldValue]) -> Result:
        """Send the form before one, with `values` by the names of its fields; the others stay as they are.

        Raises `NoOpenFormError`.
        """
        opened = self._room.forms.get(person)
        if opened is None:
            raise NoOpenFormError(f"{person} has no form open.")
        fields = {field.name: field for field in opened.form.fields}
        unknown = sorted(set(values) - set(fields))
        if unknown:
            raise NoOpenFormError(f"The form has no {unknown}; it has {sorted(fields)}.")
        form = _filled(opened.form, values)
        shown = {fields[name].label: value for name, value in values.items()}
        self._room.tell(FilledIn(self._clock.now(), person, form, shown))
        opened.form = form
        given = {field.name: field.initial for field in form.fields if field.initial}
        what = Submitted(form.name, form.token, given)
        return await self._hear(person, Spot(person, is_person=True), what, opened.id)

    # --- steps ------------------------------------------------------------------------------------

    def _spot(self, person: str, channel: str | None) -> Spot:
        return Spot(person, is_person=True) if channel is None else Spot(channel, is_person=False)

    async def _hear(self, person: str, spot: Spot, what: What, key: str, *, pressed: Standing | None = None) -> Result:
        profile = self._room.people.get(person) or Profile(person, person, person)
        place = Place.DM if spot.is_person else Place.CHANNEL
        inbound = Inbound(
            platform=self.name,
            installation=self._installation,
            key=key,
            person=person,
            place=Place.FORM if isinstance(what, Submitted) else place,
            channel=spot.id,
            at=self._clock.now(),
            what=what,
            trigger=None if isinstance(what, Typed | Submitted) else self._room.next_id("trigger"),
            locale=profile.locale,
            timezone=profile.timezone,
        )
        try:
            result = await self._accept(inbound)
        except Exception as error:  # noqa: BLE001 - whatever the reason, the person must be told that nothing was kept
            logger.error("A %s was not stored: %s", type(what).__name__, for_the_log(error))
            result = Say(not_saved(_lang(profile)))
            if isinstance(what, Submitted):  # the form stays open, with what was typed
                self._show(person, spot, result, None)
                return result
        if isinstance(what, Submitted):
            opened = self._room.forms.get(person)
            if opened is None or opened.id != key:  # they closed it meanwhile, or have another before them
                if isinstance(result, FormErrors):
                    return result
            elif not isinstance(result, FormErrors):
                self._room.close_form(person)
        self._show(person, spot, result, pressed)
        return result

    def _show(self, person: str, spot: Spot, result: Result, pressed: Standing | None) -> None:
        match result:
            case Nothing():
                pass
            case Say(card, private):
                seen_by = person if private and not spot.is_person else None
                self._room.post(self._installation_id, spot, card, "", seen_by)
            case Update(card):
                if pressed is None:
                    self._room.post(self._installation_id, spot, card, "", person)
                else:
                    self._room.change(pressed.ref, card)
            case OpenForm(form):
                self._room.open_form(person, form)
            case FormErrors(errors):
                self._room.refuse_form(person, errors)


def _is_command(text: str) -> bool:
    return text == "/okr" or text.startswith("/okr ")


def _lang(profile: Profile) -> Lang:
    return "zh" if (profile.locale or "").lower().startswith("zh") else "en"


def _filled(form: Form, values: Mapping[str, FieldValue]) -> Form:
    """The form with what was typed in its fields."""
    return replace(form, parts=tuple(_part_filled(part, values) for part in form.parts))


def _part_filled(part: Explain | Field, values: Mapping[str, FieldValue]) -> Explain | Field:
    if isinstance(part, Explain) or part.name not in values:
        return part
    typed = values[part.name]
    if isinstance(part, Checkboxes):
        return replace(part, initial=typed if isinstance(typed, tuple) else (typed,))
    return replace(part, initial=typed if isinstance(typed, str) else ",".join(typed))
