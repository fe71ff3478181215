"""The storyteller's verbs: let time pass, say a sentence, show a message, let somebody do something."""

from bot.cards.model import FieldValue
from bot.cli.narrator import Narrator
from bot.cli.passing import pass_until
from bot.cli.stage import Stage
from bot.cli.words import Both
from bot.platforms.console.buttons import Pressable
from bot.platforms.console.room import Spot, Standing


class Teller:
    """Plays a script on a stage while the narrator tells it. Times are those of the zone the teller is in."""

    def __init__(self, stage: Stage, narrator: Narrator) -> None:
        self.stage = stage
        self.narrator = narrator
        self.zone = stage.cast.zone

    async def until(self, moment: str) -> None:
        """Let time pass until a wall time in the teller's zone."""
        await pass_until(self.stage.house, self.stage.clock, self.stage.moment(moment, self.zone))
        self.narrator.tell()

    def says(self, sentence: Both, **given: object) -> None:
        """A sentence of the storyteller."""
        self.narrator.tell()
        self.narrator.painter.narrate(sentence.say(self.narrator.lang, **given))

    def looks_at(self, *names: str) -> None:
        """Whose messages are told in full from now on."""
        self.narrator.spotlight = frozenset(names)

    def shows(self, person: str, newest: int = 1) -> None:
        """The newest messages before a person, as they stand now."""
        for message in self.stage.room.at(Spot(person, is_person=True), person)[-newest:]:
            self.narrator.show(message)

    async def taps(self, person: str, label: str, about: str = "") -> None:
        """A person presses a button of the newest message that has it."""
        await self.stage.console.presses(person, label, about)
        await self._follows()

    async def types(self, person: str, text: str, channel: str | None = None) -> None:
        """A person writes to Okra."""
        await self.stage.console.types(person, text, channel=channel)
        await self._follows()

    async def fills_in(self, person: str, **values: FieldValue) -> None:
        """A person fills in the form before them and sends it."""
        await self.stage.console.submits(person, values)
        await self._follows()

    async def presses_on(self, person: str, message: Standing, button: Pressable) -> None:
        """A person presses a button that was found before."""
        await self.stage.console.presses_on(person, message, button)
        await self._follows()

    async def _follows(self) -> None:
        await self.stage.acts()
        self.narrator.tell()
