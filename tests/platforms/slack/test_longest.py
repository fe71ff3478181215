"""Every card and form, in both languages, with every word in it stretched far beyond reason: Slack would take it."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest

from bot.cards.i18n import LANGUAGES, Lang
from bot.cards.model import Aim, Chart, Mention, Series
from bot.cards.render import Cards
from bot.platforms.slack.blocks import render_home, render_message, render_view
from bot.platforms.slack.chart_blocks import as_native, as_pictures, as_text
from tests.cards.samples import CARDS, FORMS
from tests.fakes import block_kit

_WORDS = frozenset(
    {"text", "label", "hint", "alt", "title", "caption", "placeholder", "summary", "submit", "cancel", "columns"}
)
_NAMED = (Aim, Mention, Series)
"""Whose `name` people see; a field's is an id."""


_TIMES = 12
_LONGEST = 2000
"""More than people can type into most fields."""


def longer(words: str) -> str:
    return words if len(words) >= _LONGEST else ((words + " ") * _TIMES).strip()[:_LONGEST]


def stretched(node: Any) -> Any:
    """The same card or form with every word that people see many times as long; ids and values stay."""
    if isinstance(node, tuple):
        return tuple(stretched(each) for each in node)
    if not dataclasses.is_dataclass(node) or isinstance(node, type):
        return node
    changes: dict[str, Any] = {}
    for each in dataclasses.fields(node):
        value = getattr(node, each.name)
        if isinstance(value, str):
            if each.name in _WORDS or (each.name == "name" and isinstance(node, _NAMED)):
                changes[each.name] = longer(value)
        elif each.name == "options" and all(isinstance(option, tuple) for option in value):
            changes[each.name] = tuple((longer(label), chosen) for label, chosen in value)
        else:
            changes[each.name] = stretched(value)
    return dataclasses.replace(node, **changes)


def some(samples: Sequence[Any]) -> Sequence[Any]:
    """The first, the last and two between: `tests/cards/test_templates.py` tries all of them at their own length."""
    return samples[:: max(1, (len(samples) - 1) // 3)] if len(samples) > 4 else samples


@pytest.fixture(scope="module")
def cards() -> Cards:
    return Cards()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", sorted(CARDS))
def test_a_message_passes_the_gate_with_every_kind_of_chart(cards: Cards, name: str, lang: Lang) -> None:
    for data in some(CARDS[name]):
        card = stretched(cards.card(name, lang, **data))
        charts = {block: "F1" for block in card.blocks if isinstance(block, Chart)}
        for chart in (as_text, as_native, as_pictures(charts)) if charts else (as_text,):
            blocks, text = render_message(card, chart)
            assert block_kit.problems(blocks, picture=lambda _file: None) == []
            assert block_kit.text_problems(text) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_a_person_passes_the_gate(cards: Cards, lang: Lang) -> None:
    for data in some(CARDS["home"]):
        assert block_kit.view_problems(render_home(stretched(cards.card("home", lang, **data)))) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_passes_the_gate(cards: Cards, name: str, lang: Lang) -> None:
    for data in some(FORMS[name]):
        assert block_kit.view_problems(render_view(stretched(cards.form(name, lang, **data)))) == []
