"""Every template, in every language, on every platform, from sample data: it renders, and within the limits."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.cards.html import card_html, form_html
from bot.cards.i18n import LANGUAGES, Lang
from bot.cards.model import Actions, Button, Card, Control, Menu, Text
from bot.cards.plain import plain_form, plain_text, summary_line
from bot.cards.render import Cards
from bot.platforms.slack.blocks import render_message, render_view
from bot.platforms.teams.cards import render_card
from bot.platforms.teams.form_cards import render_form
from tests.cards.samples import CARDS, FORMS, Samples
from tests.cards.test_html import Reader
from tests.fakes import adaptive_cards, block_kit


def _each(samples: Samples) -> list[Any]:
    return [
        pytest.param(name, lang, data, id=f"{name}-{number}-{lang}")
        for name, all_data in sorted(samples.items())
        for number, data in enumerate(all_data)
        for lang in LANGUAGES
    ]


def test_every_template_has_samples_and_every_sample_a_template(cards: Cards) -> None:
    assert set(CARDS) | set(FORMS) == set(cards.names())
    assert all([*CARDS.values(), *FORMS.values()]), "a template without a single sample"


@pytest.mark.parametrize(("name", "lang", "data"), _each(CARDS))
def test_a_message_renders_everywhere(cards: Cards, name: str, lang: Lang, data: dict[str, object]) -> None:
    card = cards.card(name, lang, **data)
    blocks, text = render_message(card)

    assert plain_text(card).strip()
    assert Reader(card_html(card)).all("article")
    assert block_kit.problems(blocks) == []
    assert block_kit.text_problems(text) == []
    assert adaptive_cards.problems(render_card(card)) == []
    assert unspeakable(card) == []


@pytest.mark.parametrize(("name", "lang", "data"), _each(FORMS))
def test_a_form_renders_everywhere(cards: Cards, name: str, lang: Lang, data: dict[str, object]) -> None:
    form = cards.form(name, lang, **data)

    assert plain_form(form).strip()
    assert Reader(form_html(form)).all("form")
    assert block_kit.view_problems(render_view(form)) == []
    assert adaptive_cards.problems(render_form(form)) == []


def test_a_sign_without_words_is_found() -> None:
    card = Card((Actions((Button("👍", "a"), Button("👍", "b", hint="Same"), Menu("⋯", ()), Button("0.3", "c"))),))

    assert unspeakable(card) == ["👍", "⋯"]


def unspeakable(card: Card) -> list[str]:
    """Labels that a screen reader cannot say, and that have no hint."""
    return [
        control.label
        for control in _controls(card)
        if not control.hint and not any(character.isalnum() for character in control.label)
    ]


def _controls(card: Card) -> Iterator[Control]:
    for block in card.blocks:
        if isinstance(block, Actions):
            yield from block.controls
        elif isinstance(block, Text) and block.control:
            yield block.control


def test_a_notification_is_one_line(cards: Cards) -> None:
    for name, all_data in CARDS.items():
        assert "\n" not in summary_line(cards.card(name, "en", **all_data[0])), name
