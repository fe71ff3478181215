"""The pictures of the fake Slack are honest: all words are in them, nothing typed is obeyed, nothing is hidden."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import aiohttp
import pytest

from bot.cards.i18n import LANGUAGES
from bot.cards.render import Cards
from bot.platforms.slack.blocks import render_message, render_view
from tests.cards.samples import CARDS, FORMS
from tests.fakes.slack import SlackFake
from tests.fakes.slack_look import Look, blocks_html, mrkdwn, view_html
from tests.platforms.slack.test_block_kit_fake import GOOD, INPUT, LINES, PLAIN
from tests.platforms.slack.test_fake import client

NAMES = Look({"U1MEI": "Mei", "C1SALES": "sales"}, lambda file: f"data:{file}")


class Seen(HTMLParser):
    """The words of a page, with those of attributes that are read out, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words, self.tags = "", list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.words += "".join(value or "" for name, value in attrs if name in ("value", "alt", "placeholder", "href"))

    def handle_data(self, data: str) -> None:
        self.words += data


def words_of(node: Any) -> Iterator[str]:
    """Every word that a block wants to show."""
    shown = ("text", "label", "title", "alt_text", "name", "initial_value")
    if isinstance(node, dict):
        if node.get("type") != "mrkdwn":
            yield from (node[name] for name in shown if isinstance(node.get(name), str))
        for value in node.values():
            yield from words_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from words_of(value)


def squeezed(text: str) -> str:
    return "".join(text.split())


def assert_honest(blocks: list[Any], html: str) -> None:
    seen = squeezed(Seen(html).words)
    assert [words for words in words_of(blocks) if squeezed(words) not in seen] == []
    assert 'class="unknown"' not in html


def test_every_card_shows_all_of_its_words(cards: Cards) -> None:
    for name, samples in CARDS.items():
        for lang in LANGUAGES:
            blocks, _ = render_message(cards.card(name, lang, **samples[0]))
            assert_honest(blocks, blocks_html(blocks, NAMES))


def test_every_form_shows_all_of_its_words(cards: Cards) -> None:
    for name, samples in FORMS.items():
        for lang in LANGUAGES:
            view = render_view(cards.form(name, lang, **samples[0]))
            assert_honest([view], view_html(view, NAMES))


def test_every_block_that_the_gate_knows_is_drawn() -> None:
    for block in (*GOOD, INPUT, LINES):
        assert_honest([block], blocks_html([block], NAMES))


def test_what_is_not_known_is_shown_as_such() -> None:
    unknown: list[Any] = [{"type": "banner", "text": PLAIN}, "words", {"type": "section"}, {"type": "header"}]
    unknown.append({"type": "actions", "elements": [{"type": "datepicker", "action_id": "when"}]})
    html = blocks_html(unknown, NAMES)

    assert html.count('class="unknown"') == 5
    assert "banner" in html
    assert "datepicker" in html


def test_what_people_type_is_never_obeyed() -> None:
    typed = '<script>alert("x")</script> & </div>'
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": typed}},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": typed}]}],
        },
        {"type": "image", "image_url": '"><script>', "alt_text": typed},
        {"type": "section", "text": {"type": "mrkdwn", "text": typed}},
        {"type": typed},
    ]
    html = blocks_html(blocks, Look())

    assert "script" not in Seen(html).tags
    assert Seen(html).tags.count("div") == html.count("</div>")


def test_slack_s_markup_is_read_as_slack_reads_it() -> None:
    shown = mrkdwn("*Saved* by <@U1MEI> in <#C1SALES>: `a*b*` 2*3*4 &lt;3 <https://x.example|more>\n&gt; quoted", NAMES)

    assert shown == (
        '<b>Saved</b> by <span class="mention">@Mei</span> in <span class="mention">#sales</span>: <code>a*b*</code> '
        '2*3*4 &lt;3 <a href="https://x.example">more</a>\n<blockquote>quoted</blockquote>'
    )


@pytest.fixture
def cards() -> Cards:
    return Cards()


async def test_pages_show_a_channel_a_home_and_a_form(slack: SlackFake) -> None:
    api = client(slack)
    asked = slack.put("C1SALES", "What's the *board*?", user="U1MEI")
    await api.chat_postMessage(channel="C1SALES", text="Everything is here", thread_ts=asked.ts)
    pinned = await api.chat_postMessage(channel="C1SALES", text="hidden", blocks=[{"type": "header", "text": PLAIN}])
    await api.pins_add(channel="C1SALES", timestamp=pinned["ts"])
    await api.chat_postEphemeral(channel="C1SALES", user="U1MEI", text="Only you")
    await api.views_publish(user_id="U1MEI", view={"type": "home", "blocks": [{"type": "header", "text": PLAIN}]})
    form = {"type": "modal", "title": {"type": "plain_text", "text": "Update"}, "blocks": [{"type": "divider"}]}
    await api.views_open(trigger_id=slack.trigger(), view=form)

    async def page(path: str) -> str:
        async with aiohttp.ClientSession() as session, session.get(f"{slack.url}/look/{path}") as answer:
            assert answer.status == 200
            return await answer.text()

    channel = Seen(await page("C1SALES")).words
    places = [
        channel.index(words) for words in ("What's the board?", "1 reply", "Everything", "Pinned", "Only visible")
    ]
    assert places == sorted(places)
    assert "Mei" in channel
    assert "Okra" in channel
    assert "Nothing was published" in await page("home/U2JACK")
    assert "<h2>x</h2>" in await page("home/U1MEI")
    assert "Update" in await page("view/0")
