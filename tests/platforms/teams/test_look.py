"""The pages that pictures are taken of show what was sent and said, and trust none of it."""

import html
import json
import re
from datetime import UTC, datetime

from bot.clock import MovableClock
from tests.fakes.teams import TeamsFake
from tests.fakes.teams.look import page
from tests.fakes.teams.values import Message

CHAT = "19:retro@thread.v2"
CARD = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": '</script><b>"it\'s"'}]}


def a_page(seen_by: str = "") -> str:
    teams = TeamsFake(MovableClock(datetime(2026, 11, 12, 9, 0, tzinfo=UTC)))
    teams.add_person("mei", "Mei <Tan>")
    chat = teams.add_chat(CHAT, "mei")
    chat.history += [
        Message("1", {"text": "<at>Okra</at> board <script>"}, person="mei"),
        Message("2", {"attachments": [{"content": CARD}]}, edits=1),
        Message("3", {"text": "Done."}, thread="2"),
    ]
    return page(teams, CHAT, "Retro & more", "/* the library */", seen_by=seen_by)


def test_a_card_is_handed_to_the_library_as_it_was_sent() -> None:
    (card,) = re.findall(r'data-card="([^"]*)"', a_page())

    assert json.loads(html.unescape(card)) == CARD


def test_what_people_wrote_is_text_and_mentions_are_names() -> None:
    shown = a_page()

    assert '<div class="said">@Okra board &lt;script&gt;</div>' in shown
    assert "Mei &lt;Tan&gt;" in shown
    assert "<h1>Retro &amp; more</h1>" in shown


def test_ones_own_messages_edits_and_answers_in_threads_can_be_told() -> None:
    shown = a_page(seen_by="mei")

    assert '<article class="mine">' in shown
    assert "Okra · Edited" in shown
    assert '<div class="thread"><article class="app">' in shown


def test_nothing_is_fetched() -> None:
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", a_page())
