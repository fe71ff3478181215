"""Text that people typed, made fit to store and to show."""

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.clean import clean, user_text, without_bidi_controls
from tests.cards.hostile import FAMILY

FSI, PDI = "\u2068", "\u2069"


def test_what_xml_cannot_hold_is_taken_out() -> None:
    assert clean("a\x00b\x1bc\ud800d\ufffee\uffff\U0001fffef\ufdd0g") == "abcdefg"


def test_everything_that_is_left_can_stand_in_xml() -> None:
    """XML 1.0, Char: tab, line ends, U+0020-D7FF, U+E000-FFFD, U+10000-10FFFF."""
    left = clean("".join(map(chr, range(sys.maxunicode + 1))))

    assert all(c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000" for c in left)
    assert len(left) > 1_000_000


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_line_ends_of_every_kind_become_one_kind(end: str) -> None:
    assert clean(f"one{end}two") == "one\ntwo"


def test_emoji_made_of_several_characters_survive() -> None:
    assert clean(FAMILY) == user_text(FAMILY) == FAMILY


def test_an_override_cannot_reorder_what_follows() -> None:
    assert clean("a\u202eb\u2067c\u2069") == "abc"
    assert user_text("a\u202eb\u2067c") == "abc"


def test_right_to_left_writing_is_isolated() -> None:
    assert user_text("שלום 12") == f"{FSI}שלום 12{PDI}"
    assert user_text("left") == "left"


def test_a_sentence_around_an_isolated_name_is_left_alone() -> None:
    sentence = f"{user_text('שלום')} said 12"

    assert user_text(sentence) == sentence


def test_an_isolate_that_is_not_closed_is_taken_out() -> None:
    assert user_text(f"{FSI}open") == "open"
    assert user_text(f"close{PDI}") == "close"
    assert user_text(f"{PDI}שלום{FSI}") == f"{FSI}שלום{PDI}"


def test_an_address_carries_no_isolates() -> None:
    assert without_bidi_controls(user_text("https://x.example/שלום")) == "https://x.example/שלום"


@settings(max_examples=200)
@given(st.text())
def test_shown_text_is_closed_in_itself_and_twice_is_once(text: str) -> None:
    shown = user_text(text)

    assert user_text(shown) == shown
    assert shown.count(FSI) == shown.count(PDI)
    assert clean(clean(text)) == clean(text)
    assert not any(unicodedata.bidirectional(c) in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI"} for c in shown)
