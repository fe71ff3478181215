"""Each coloured sign has a name, once, and stays with the number behind it."""

import pytest

from bot.cards.i18n import Lang
from bot.platforms.playground.colours import with_words


@pytest.mark.parametrize(("lang", "word"), [("en", "at risk"), ("zh", "有风险")])
def test_a_sign_alone_has_a_name(lang: Lang, word: str) -> None:
    assert f'<span role="img" aria-label="{word}" title="{word}">🟡</span>' in with_words(
        "<p>heading for 0.55 🟡</p>", lang
    )


def test_a_sign_whose_word_stands_beside_it_is_not_said_twice() -> None:
    assert with_words("<p>🟡 at risk</p>", "en") == '<p><span aria-hidden="true">🟡</span> at risk</p>'


def test_a_sign_stays_on_the_line_of_its_number() -> None:
    html = with_words("<p>🟢1 🟡12</p>", "en")

    assert html.count('<span class="tally">') == 2
    assert html.endswith("🟡</span>12</span></p>")


def test_what_stands_in_tags_is_left_as_it_is() -> None:
    assert with_words('<button title="🟡">Go</button>', "en") == '<button title="🟡">Go</button>'
