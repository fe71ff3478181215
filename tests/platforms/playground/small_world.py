"""A company of three for the pages: no database, an Okra that says what it heard, and a clock that counts its moves."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cards.i18n import N_, Lang
from bot.cards.model import (
    Actions,
    Button,
    Card,
    Checkboxes,
    Choice,
    Form,
    Header,
    Line,
    Menu,
    Option,
    PersonField,
    Run,
    Text,
    TextField,
)
from bot.cards.render import Cards
from bot.clock import MovableClock
from bot.delivery.port import Profile
from bot.intake.inbound import (
    Command,
    FormErrors,
    Inbound,
    OpenForm,
    Pressed,
    Result,
    Say,
    Submitted,
    Typed,
    Update,
)
from bot.platforms.console.room import Spot
from bot.platforms.playground.platform import PlaygroundPlatform
from bot.platforms.playground.room import PlaygroundRoom
from bot.platforms.playground.world import Channel, Coming, Company, Human, Suggestion, WorldProblem

START = datetime(2026, 11, 12, 8, tzinfo=UTC)
SMALL = Company("small", "Pretend Tea", "Three people who sell tea.", "en", "三个卖茶的人。")
OTHER = Company("other", "Pretend Coffee", "Nobody yet.", "en")
ANA = Human("ana", "Ana Prado", "Ana", "Two key results", "Europe/Madrid", "en", ("growth",))
TOM = Human("tom", "Tom Hale", "Tom", "Leads Growth", "Pacific/Auckland", "en", ("growth",))
MEI = Human("lin/mei", "林梅", "梅", "一个关键结果", "Asia/Shanghai", "zh", ())
FORM = Form(
    "update",
    "token-1",
    "Update KR1",
    "Save",
    "Cancel",
    (
        TextField("value", "MRR", hint="Type it as you would say it", max_length=40, optional=False),
        TextField("note", "Note", multiline=True),
        Choice("blocked", "Blocked?", (("Yes", "yes"), ("No", "no"))),
        Checkboxes("steps", "Which steps?", (("Scope", "1"), ("Audit", "2"))),
        PersonField("owner", "Who owns it?"),
    ),
)


def words(*lines: str) -> Card:
    """A message of plain lines."""
    return Card((Text(tuple(_line(one) for one in lines)),))


def question() -> Card:
    """A message that can be answered by a press."""
    return Card(
        (
            Header("Weekly check-in"),
            Text((_line("KR1 · Where will it land?"),)),
            Actions(
                (
                    Button("0.7", "score", "KR1 0.7", hint="KR1 lands at 0.7"),
                    Button("Update", "form", "KR1"),
                    Menu("⋯", (Option("Skip this week", "skip", "KR1"),), hint="More for KR1"),
                )
            ),
        ),
        summary="Where will KR1 land?",
    )


def _line(text: str) -> Line:
    return (Run(text),)


@dataclass
class SmallWorld:
    """A `World`. `heard` is what reached Okra; `problem` is said whenever time is to pass."""

    folder: Path
    cards: Cards
    people: list[Human] = field(default_factory=lambda: [ANA, TOM, MEI])
    channels: list[Channel] = field(
        default_factory=lambda: [Channel("growth", "Growth", "Europe/Madrid", "en", ("ana", "tom"))]
    )
    companies: tuple[Company, ...] = (SMALL, OTHER)
    company: Company = SMALL
    age: int = 1
    is_passing: bool = False
    heard: list[Inbound] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)
    brought: list[tuple[str, bytes]] = field(default_factory=list)
    next: list[Coming] = field(default_factory=list)
    unsent: list[Coming] = field(default_factory=list)
    looked: int = 0
    problem: str = ""

    def __post_init__(self) -> None:
        self.clock = MovableClock(START)
        self._enter()

    def _enter(self) -> None:
        self.room = PlaygroundRoom(self.clock, self.folder / f"room-{self.age}.jsonl")
        for one in self.people:
            self.room.people[one.id] = Profile(one.id, one.name, one.short_name, timezone=one.zone)
        self.room.channels["growth"] = ["ana", "tom"]
        self.platform = PlaygroundPlatform(
            self.room, accept=self.accept, clock=self.clock, installation="small", installation_id=1
        )

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def accept(self, inbound: Inbound) -> Result:
        """What Okra answers: an echo, the pressed score, or a form that wants a number."""
        self.heard.append(inbound)
        match inbound.what:
            case Typed(text) | Command(text):
                return Say(words(f"Noted: {text}"))
            case Pressed("form"):
                return OpenForm(FORM)
            case Pressed(_, value):
                return Update(words(f"Noted: {value}."))
            case Submitted(values=values) if not str(values.get("value", "")).isdigit():
                return FormErrors({"value": "A number, please."})
            case Submitted(values=values):
                return Say(words(f"Saved: {values['value']}."))
        raise AssertionError(inbound)

    def ask(self, person: str = "ana") -> str:
        """Let Okra ask somebody; the message's id."""
        return self.room.post(1, Spot(person, is_person=True), question(), f"ask {person}").ref.message_id

    async def coming(self, lang: Lang) -> tuple[list[Coming], list[Coming]]:
        self.looked += 1
        return self.next, self.unsent

    async def suggestions(self, person: str) -> list[Suggestion]:
        return [Suggestion("/okr board", "The board"), Suggestion("KR1", "MRR")]

    async def to_next_check_in(self, lang: Lang) -> None:
        self._move("check-in", 24)
        self.ask()

    async def to_meeting(self, lang: Lang) -> None:
        self._move("meeting", 48)
        self.room.post(1, Spot("growth", is_person=False), words("The board of Growth"), "")

    async def pass_hours(self, hours: int, lang: Lang) -> None:
        self._move(f"{hours} h", hours)

    async def move_to(self, text: str, zone: str, lang: Lang) -> None:
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
        if moment < self.now:
            raise WorldProblem(self.cards.text(N_("Time does not run backwards here."), lang))
        self._move(text, 0)
        self.clock.move_to(moment)

    async def to_the_present(self, lang: Lang) -> None:
        self._move("present", 0)

    def stop_passing(self) -> None:
        self.moves.append("stop")
        self.is_passing = False

    async def start_over(self, company: str, lang: Lang) -> None:
        if company not in {one.id for one in self.companies}:
            raise WorldProblem("There is no such company.")
        before, self.age = self.room, self.age + 1
        self.company = next(one for one in self.companies if one.id == company)
        self._enter()
        before.touch()
        before.close()

    async def bring(self, file_name: str, body: bytes, lang: Lang) -> None:
        self.brought.append((file_name, body))
        await self.start_over("other", lang)

    async def settle(self) -> None:
        """Nothing more is due."""

    def _move(self, way: str, hours: int) -> None:
        if self.problem:
            raise WorldProblem(self.problem)
        self.moves.append(way)
        self.clock.move_to(self.clock.now() + timedelta(hours=hours))
        self.room.touch()
