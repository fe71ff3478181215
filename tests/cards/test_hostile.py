"""Whatever people type, a card has the same buttons, links, people and fields, and stays within every limit."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from bot.cards.html import card_html, form_html
from bot.cards.model import Card, Form
from bot.cards.plain import plain_form, plain_text
from bot.cards.render import Cards
from bot.platforms.slack.blocks import render_message, render_view
from bot.platforms.teams.cards import render_card
from bot.platforms.teams.form_cards import render_form
from tests.cards.hostile import HOSTILE
from tests.cards.test_html import Reader
from tests.fakes import adaptive_cards, block_kit

CALM = "calm"
each_text = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
_MARKDOWN = MarkdownIt("commonmark").enable("strikethrough").enable("table")


@pytest.fixture(scope="module")
def everything() -> Cards:
    return Cards(Path(__file__).parent / "templates")


def make(everything: Cards, text: str) -> tuple[Card, Form]:
    return everything.card("everything", "en", t=text), everything.form("everything_form", "zh", t=text)


@each_text
def test_the_card_is_made_of_the_same_parts(everything: Cards, text: str) -> None:
    (card, form), (calm_card, calm_form) = make(everything, text), make(everything, CALM)

    assert [type(block) for block in card.blocks] == [type(block) for block in calm_card.blocks]
    assert [type(part) for part in form.parts] == [type(part) for part in calm_form.parts]


@each_text
def test_plain_text_holds_no_character_a_terminal_obeys(everything: Cards, text: str) -> None:
    card, form = make(everything, text)
    calm, calm_form = make(everything, CALM)

    for shown in (plain_text(card), plain_form(form)):
        assert all(
            character.isprintable() or character in "\n\u200d\u2068\u2069" for character in shown.replace("\u3000", "")
        )
        shown.encode("utf-8")
    assert plain_text(card).count("\n") == plain_text(calm).count("\n")
    assert plain_form(calm_form).count("[S ") == plain_form(form).count("[S ") == 1


@each_text
def test_html_has_the_same_elements(everything: Cards, text: str) -> None:
    (card, form), (calm_card, calm_form) = make(everything, text), make(everything, CALM)

    for html, calm in ((card_html(card), card_html(calm_card)), (form_html(form), form_html(calm_form))):
        assert [(tag, sorted(attributes)) for tag, attributes in Reader(html).seen] == [
            (tag, sorted(attributes)) for tag, attributes in Reader(calm).seen
        ]


def _slack_census(blocks: list[dict[str, Any]]) -> Counter[str]:
    kinds = {
        "button",
        "overflow",
        "static_select",
        "user",
        "link",
        "image",
        "broadcast",
        "usergroup",
        "channel",
        "input",
    }
    found: Counter[str] = Counter()
    for node in adaptive_cards.walk(blocks):
        if node.get("type") in kinds:
            found[node["type"]] += 1
        if node.get("type") == "mrkdwn":
            found["link"] += node["text"].count("<http")
            found["user"] += node["text"].count("<@")
    return found


@each_text
def test_block_kit_has_the_same_controls_people_and_links_within_its_limits(everything: Cards, text: str) -> None:
    (card, form), (calm_card, _) = make(everything, text), make(everything, CALM)
    blocks, top_level = render_message(card)
    view = render_view(form)

    assert json.loads(json.dumps(blocks)) == blocks
    assert block_kit.problems(blocks) == []
    assert block_kit.view_problems(view) == []
    assert block_kit.text_problems(top_level) == []
    assert _slack_census(blocks) == _slack_census(render_message(calm_card)[0])
    for words in _strings([blocks, view, top_level], but="initial_value"):  # which is data, and is given back as it is
        assert not any(f"@{everyone}" in words for everyone in ("here", "channel", "everyone"))
        assert "<!" not in words
        assert ":tada:" not in words


@each_text
def test_where_slack_formats_nothing_that_was_typed_can_format(everything: Cards, text: str) -> None:
    blocks, _ = render_message(make(everything, text)[0])

    for node in adaptive_cards.walk(blocks):
        if node.get("type") == "mrkdwn":
            assert node["verbatim"] is True
            ours = node["text"].replace("*Bold*", "").replace("_slanted_", "").replace("*says*", "")
            assert not set(ours) & set("*_~`|\\"), node


@each_text
def test_an_adaptive_card_has_the_same_actions_inputs_and_people_within_its_limits(
    everything: Cards, text: str
) -> None:
    (card, form), (calm_card, calm_form) = make(everything, text), make(everything, CALM)
    kinds = ("Action.", "Input.", "Image", "mention")

    for rendered, calm in ((render_card(card), render_card(calm_card)), (render_form(form), render_form(calm_form))):
        assert json.loads(json.dumps(rendered)) == rendered
        assert adaptive_cards.problems(rendered) == []
        census, calm_census = (
            Counter(kind for node in adaptive_cards.walk(tree) if (kind := str(node.get("type"))).startswith(kinds))
            for tree in (rendered, calm)
        )
        assert census == calm_census


@each_text
def test_where_teams_reads_markdown_nothing_that_was_typed_is_any(everything: Cards, text: str) -> None:
    card, form = make(everything, text)

    for tree in (render_card(card), render_form(form)):
        texts = [node.get("text") or node.get("title") or "" for node in adaptive_cards.walk(tree)]
        for words in [*texts, *tree["fallbackText"].split("\n")]:
            assert "{{" not in words
            tokens = [token for block in _MARKDOWN.parse(words) for token in (block, *(block.children or ()))]
            harmless = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak"}
            unsafe = {token.type for token in tokens} - harmless
            # Teams knows neither HTML nor code, escapes or entities in Markdown: what stays is shown as typed.
            assert unsafe <= {"html_inline", "html_block", "code_inline", "code_block", "text_special", "fence"}, words


@each_text
def test_no_word_is_lost_where_it_fits(everything: Cards, text: str) -> None:
    if len(text) > 200:
        return
    card, _ = make(everything, text)
    blocks, top_level = render_message(card)
    words = next(line for line in plain_text(card).split("\n") if line.startswith("☐ "))

    unescaped = top_level.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\u2060", "")
    assert words in unescaped
    fallback = str(render_card(card)["fallbackText"]).replace("\u2060", "").replace("\u2217", "*")
    assert words in fallback
    in_blocks = "".join(
        str(node["text"]) for node in adaptive_cards.walk(blocks) if node.get("type") == "text" and "text" in node
    )
    assert words in in_blocks.replace("\u2060", "")


def _strings(node: Any, but: str) -> list[str]:
    if isinstance(node, dict):
        return [words for key, value in node.items() if key != but for words in _strings(value, but)]
    if isinstance(node, list):
        return [words for value in node for words in _strings(value, but)]
    return [node] if isinstance(node, str) else []
