"""Every card and form, in both languages, with every word in it stretched far beyond reason: Teams would take it."""

from dataclasses import replace

import pytest

from bot.cards.i18n import LANGUAGES, Lang
from bot.cards.model import Actions, Button, FormWithin, Menu, Text
from bot.cards.render import Cards
from bot.platforms.teams.cards import render_card
from bot.platforms.teams.form_cards import render_form
from bot.platforms.teams.forms import form_card
from tests.cards.samples import CARDS, FORMS
from tests.cards.samples_check_in import OPEN_BLOCKS
from tests.cards.samples_within import NUMBER
from tests.fakes import adaptive_cards
from tests.platforms.slack.test_longest import some, stretched

TITLES = (
    "Self-serve renewals from 20% to 50% for all customers in Europe and North America who joined this year",
    "上线小程序点单，让一半以上的门店顾客用它完成下单和付款的全部流程",
)


@pytest.fixture(scope="module")
def cards() -> Cards:
    return Cards()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", sorted(CARDS))
def test_a_message_passes_the_gate(cards: Cards, name: str, lang: Lang) -> None:
    for data in some(CARDS[name]):
        card = cards.card(name, lang, **data)
        for one in (card, stretched(card)):
            rendered = render_card(one)
            assert adaptive_cards.problems(rendered) == []
            assert rendered["fallbackText"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_passes_the_gate(cards: Cards, name: str, lang: Lang) -> None:
    for data in some(FORMS[name]):
        form = cards.form(name, lang, **data)
        for one in (form, stretched(form)):
            errors = {field.name: "I cannot read that clearly. " * 3 for field in one.fields[:3]}
            assert adaptive_cards.problems(render_form(one, errors)) == []
            assert adaptive_cards.problems(form_card(one)) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("count", range(1, 8))
def test_the_biggest_question_keeps_all_its_buttons(cards: Cards, lang: Lang, count: int) -> None:
    blocks = [
        replace(block, token=f"Xk3fGh9aQwErTyUiOpAs{number}_", label=f"GRO-{number + 1}", title=TITLES[number % 2])
        for number, block in enumerate(OPEN_BLOCKS[:count])
    ]
    card = cards.card("check_in", lang, **CARDS["check_in"][0] | {"blocks": blocks, "all_same": True, "more_count": 3})
    forms = tuple(
        FormWithin("form", block.token, cards.form("update_within", lang, **NUMBER | {"token": f"{block.token}:98765"}))
        for block in blocks
    )

    rendered = render_card(replace(card, forms=forms))

    assert adaptive_cards.problems(rendered) == []
    titles = [node["title"] for node in adaptive_cards.walk(rendered) if str(node.get("type")).startswith("Action.")]
    saves = titles.count("保存" if lang == "zh" else "Save")
    assert saves == count or count > 3, "three key results have their inputs in the card"
    wanted = [label for block in card.blocks for label in _labels(block)]
    assert sorted(wanted) == sorted(title for title in titles if title not in ("保存", "Save"))
    for title in TITLES[: min(count, 2)]:
        assert title in str(rendered["body"])


def _labels(block: object) -> list[str]:
    controls = block.controls if isinstance(block, Actions) else (block.control,) if isinstance(block, Text) else ()
    labels: list[str] = []
    for control in controls:
        if isinstance(control, Button):
            labels.append(control.label)
        elif isinstance(control, Menu):
            labels.extend(option.label for option in control.options)
    return labels
