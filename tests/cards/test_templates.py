"""Every template, in every language, on every platform, from sample data: it renders, and within the limits."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from bot.cards.html import card_html, form_html
from bot.cards.i18n import LANGUAGES, Lang
from bot.cards.model import Actions, Button, Card, Control, Form, Menu, Text
from bot.cards.plain import plain_form, plain_text, summary_line
from bot.cards.render import Cards
from bot.platforms.slack.blocks import render_message, render_view
from bot.platforms.teams.cards import render_card
from bot.platforms.teams.form_cards import render_form
from tests.cards.samples import CARDS, FORMS, Samples
from tests.cards.test_html import Reader
from tests.fakes import adaptive_cards, block_kit

Data = dict[str, Any]


def _each(samples: Samples) -> list[Any]:
    return [
        pytest.param(name, lang, all_data, id=f"{name}-{lang}")
        for name, all_data in sorted(samples.items())
        for lang in LANGUAGES
    ]


def test_every_template_has_samples_and_every_sample_a_template(cards: Cards) -> None:
    assert set(CARDS) | set(FORMS) == set(cards.names())
    assert all([*CARDS.values(), *FORMS.values()]), "a template without a single sample"


@pytest.mark.parametrize(("name", "lang", "all_data"), _each(CARDS))
def test_a_message_renders_everywhere(cards: Cards, name: str, lang: Lang, all_data: Sequence[Data]) -> None:
    found = {number: _wrong_in_message(cards.card(name, lang, **data)) for number, data in enumerate(all_data)}

    assert {number: wrong for number, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(("name", "lang", "all_data"), _each(FORMS))
def test_a_form_renders_everywhere(cards: Cards, name: str, lang: Lang, all_data: Sequence[Data]) -> None:
    found = {number: _wrong_in_form(cards.form(name, lang, **data)) for number, data in enumerate(all_data)}

    assert {number: wrong for number, wrong in found.items() if wrong} == {}


def _wrong_in_message(card: Card) -> list[str]:
    blocks, text = render_message(card)
    return [
        *_empty(plain_text(card), Reader(card_html(card)).all("article")),
        *block_kit.problems(blocks),
        *block_kit.text_problems(text),
        *adaptive_cards.problems(render_card(card)),
        *unspeakable(card),
    ]


def _wrong_in_form(form: Form) -> list[str]:
    return [
        *_empty(plain_form(form), Reader(form_html(form)).all("form")),
        *block_kit.view_problems(render_view(form)),
        *adaptive_cards.problems(render_form(form)),
    ]


def _empty(plain: str, page: Sequence[object]) -> list[str]:
    return [*([] if plain.strip() else ["nothing in plain text"]), *([] if page else ["nothing on a page"])]


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
