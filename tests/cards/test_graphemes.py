"""Cutting text where a reader sees a border."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.graphemes import clip, pieces
from tests.cards.hostile import FAMILY


def test_short_text_is_left_alone() -> None:
    assert clip("word", 4) == "word"


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    assert clip("Self-serve renewals", 10) == "Self-serv…"
    assert clip("Self serve", 6) == "Self…"


def test_an_emoji_or_an_accent_is_never_cut_in_two() -> None:
    assert clip(f"ab{FAMILY}cd", 6) == "ab…"
    assert clip("re\u0301sume\u0301", 3) == "r…"
    assert clip("a🇩🇪🇨🇳", 4) == "a🇩🇪…"
    assert clip("a👍🏽b", 3) == "a…"


def test_an_isolate_that_is_cut_is_closed_again() -> None:
    cut = clip("\u2068" + "ש" * 20 + "\u2069", 8)

    assert len(cut) <= 8
    assert cut.count("\u2068") == cut.count("\u2069") == 1


def test_long_text_is_cut_at_line_ends_then_at_blanks() -> None:
    assert pieces("one\ntwo three", 9) == ["one", "two three"]
    assert pieces("aaaa bbbb cccc", 10) == ["aaaa bbbb", "cccc"]
    assert pieces("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


@settings(max_examples=200)
@given(st.text(), st.integers(min_value=2, max_value=30))
def test_no_piece_is_too_long_and_nothing_but_white_space_is_lost(text: str, limit: int) -> None:
    parts = pieces(text, limit)

    assert all(0 < len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert len(clip(text, limit)) <= limit
