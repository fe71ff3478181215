"""Every card and form there is comes back from the journal as it was."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.cards.i18n import LANGUAGES
from bot.cards.model import Aim, ButtonStyle, Card, Chart, Handout, Point, Series
from bot.cards.render import Cards
from bot.delivery.port import MessageRef, Profile, Status
from bot.platforms.playground.codec import dumps, loads
from tests.cards.samples import CARDS, FORMS

CHART = Chart(
    "KR1 · MRR",
    "31k to 45k",
    "MRR rose from 31k to 45k.",
    "€",
    Series("Readings", (Point(date(2026, 11, 5), Decimal("31000.50")), Point(date(2026, 11, 12), Decimal("4.5E+4")))),
    aim=Aim("Target", None, Decimal(50)),
)


@pytest.fixture(scope="module")
def cards() -> Cards:
    return Cards()


@pytest.mark.parametrize("name", sorted(CARDS))
def test_every_message_comes_back_as_it_was(cards: Cards, name: str) -> None:
    for data in CARDS[name]:
        for lang in LANGUAGES:
            card = cards.card(name, lang, **data)
            assert loads(dumps(card)) == card


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_form_comes_back_as_it_was(cards: Cards, name: str) -> None:
    for data in FORMS[name]:
        for lang in LANGUAGES:
            form = cards.form(name, lang, **data)
            assert loads(dumps(form)) == form


@pytest.mark.parametrize(
    "value",
    [
        Card((CHART,), lang="zh", summary="线\n\u2028\x00", handout=Handout("export:1", "All of it.", "Sent to you.")),
        Profile("mei", "Mei", "Mei", status=Status("Away", until=datetime(2026, 11, 12, 9, 0, tzinfo=UTC))),
        MessageRef(1, "@mei", "m-1", {"thread": "m-0"}),
        ButtonStyle.DANGER,
        {"left": None, "right": (True, 1, "two", ())},
        "half a character: \ud800",
    ],
)
def test_what_a_room_holds_comes_back_as_it_was(value: object) -> None:
    again = loads(dumps(value))

    assert again == value
    assert type(again) is type(value)


def test_a_number_keeps_the_digits_it_was_written_with() -> None:
    again = loads(dumps(CHART))

    assert [str(point.value) for point in again.readings.points] == ["31000.50", "4.5E+4"]


def test_a_line_is_one_line() -> None:
    assert "\n" not in dumps({"text": "one\ntwo\r\nthree"})


def test_what_no_room_holds_is_refused_when_it_is_written() -> None:
    with pytest.raises(TypeError, match="complex has no place in a room"):
        dumps({"value": 1j})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"~":"Tea"}',
        '{"~":"Card"}',
        '{"~":"Card","blocks":[],"colour":"red"}',
        '{"~":"ButtonStyle","value":"loud"}',
        '{"~":"Decimal","value":"many"}',
        '{"~":"datetime","value":"today"}',
        '{"~":"date","value":5}',
        '{"~":["Card"]}',
    ],
)
def test_what_nobody_wrote_is_no_line(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own sentence differs from ours
        loads(text)
