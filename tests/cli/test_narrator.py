"""The storyteller: what is told, in whose time, and what is left out."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.cards.model import Actions, Button, Card, Divider, Run, Text
from bot.cli.narrator import Narrator
from bot.cli.stage import Actor, Cast
from bot.platforms.console.room import Changed, Posted, Spot, Tapped, Wrote

AT = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
MEI = Spot("mei", is_person=True)
GROWTH = Spot("#growth", is_person=False)
CAST = Cast(
    people={"mei": Actor("Mei", "Europe/Madrid", "en", 1), "lin": Actor("梅", "Asia/Shanghai", "zh", 2)},
    channels={"#growth": Actor("#growth", "Europe/Madrid", "en", 1)},
    zone="Europe/Madrid",
    installation="Teebee",
    installation_id=1,
)


class Page:
    """A painter that writes everything down."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def title(self, text: str) -> None:
        self.said.append(text)

    def narrate(self, text: str) -> None:
        self.said.append(text)

    def message(self, header: str, lines: Sequence[str]) -> None:
        self.said += [header, *lines]

    def change(self, header: str, lines: Sequence[str]) -> None:
        self.said += [f"↻ {header}", *lines]

    def act(self, text: str) -> None:
        self.said.append(f"> {text}")

    def brief(self, text: str) -> None:
        self.said.append(f"· {text}")

    def plain(self, lines: Sequence[str]) -> None:
        self.said += lines


def card(*lines: str) -> Card:
    """A message of these lines."""
    return Card(tuple(Text(((Run(line),),)) for line in lines))


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def narrator(page: Page) -> Narrator:
    found = Narrator(page, "en")
    found.cast = CAST
    return found


def test_a_message_is_told_with_its_reader_s_own_time(narrator: Narrator, page: Page) -> None:
    narrator.hear(Posted(AT, MEI, card("Where will it land?")))
    narrator.hear(Posted(AT, Spot("lin", is_person=True), card("会落在哪？")))
    narrator.tell()

    assert page.said == [
        "Thu 12 Nov 10:00 · Mei (DM)",
        "Where will it land?",
        "Thu 12 Nov 17:00 (Shanghai) · 梅 (DM)",
        "会落在哪？",
    ]


def test_the_story_can_be_told_in_chinese(page: Page) -> None:
    narrator = Narrator(page, "zh")
    narrator.cast = CAST
    narrator.hear(Tapped(AT, "mei", MEI, "0.7", "KR1"))
    narrator.hear(Wrote(AT, "lin", GROWTH, "/okr"))
    narrator.tell()

    assert page.said == [
        "> 11月12日 周四 10:00 · Mei 在 KR1 点了 [0.7]",
        "> 11月12日 周四 17:00 (上海) · 梅 在 #growth 输入：/okr",
    ]


def test_beside_the_spotlight_a_message_is_one_line(narrator: Narrator, page: Page) -> None:
    narrator.spotlight = frozenset({"#growth"})
    narrator.hear(Posted(AT, MEI, card("Where will it land?", "One tap is enough.")))
    narrator.hear(Changed(AT, MEI, card("a"), card("b")))
    narrator.tell()

    assert page.said == ["· Thu 12 Nov 10:00 · Mei (DM): Where will it land?"]


def test_of_a_message_that_changed_only_the_news_is_told(narrator: Narrator, page: Page) -> None:
    before = Card((*card("Growth").blocks, Divider(), Actions((Button("0.7", "score"),))))
    after = Card((*card("Growth", "✓ 0.7").blocks, Divider(), Actions((Button("Undo", "undo"),))))
    narrator.hear(Changed(AT, GROWTH, before, after))
    narrator.tell()

    assert page.said == ["↻ Thu 12 Nov 10:00 · #growth · the same message now says", "✓ 0.7", "[Undo]"]


def test_the_same_news_in_a_second_message_is_told_once(narrator: Narrator, page: Page) -> None:
    narrator.hear(Changed(AT, MEI, card("asked"), card("✓ 0.7", "Thank you.")))
    narrator.hear(Changed(AT, MEI, card("reminded"), card("Thank you.")))
    narrator.tell()

    assert page.said == ["↻ Thu 12 Nov 10:00 · Mei (DM) · the same message now says", "✓ 0.7", "Thank you."]


def test_what_one_person_sees_in_a_channel_says_so(narrator: Narrator, page: Page) -> None:
    narrator.hear(Posted(AT, GROWTH, card("Your KRs"), seen_by="mei"))
    narrator.tell()

    assert page.said[0] == "Thu 12 Nov 10:00 · #growth, only Mei sees it"


class ClosedPage(Page):
    """Nobody reads any more."""

    def message(self, header: str, lines: Sequence[str]) -> None:
        raise BrokenPipeError


def test_a_reader_who_turns_away_does_not_trouble_what_happens() -> None:
    narrator = Narrator(ClosedPage(), "en")
    narrator.hear(Posted(AT, MEI, card("Where will it land?")))

    with pytest.raises(BrokenPipeError):
        narrator.tell()


def test_an_answer_in_a_thread_says_under_what_it_stands(narrator: Narrator, page: Page) -> None:
    narrator.hear(Posted(AT, GROWTH, card("Next steps from today?"), answers=card("Growth · OKR board", "more")))
    narrator.tell()

    assert page.said == ["Thu 12 Nov 10:00 · #growth, under “Growth · OKR board”", "Next steps from today?"]
