"""What platforms deliver becomes one plain text (spec/05 §10.2)."""

import pytest

from bot.okr.replies.normalise import normalise


@pytest.mark.parametrize(
    ("delivered", "plain"),
    [
        ("<https://x.y/45|dashboard>", "dashboard"),
        ("<tel:45000|45000>", "45000"),
        ("<https://x.y/45>", "https://x.y/45"),
        ("<@U123> 45k", "45k"),
        ("<@U123|mei> 45k", "45k"),
        ("<!here> 45k", "45k"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("R&D 45k", "R&D 45k"),
        ("<at>Okra</at> 45k", "45k"),
        ("45k&nbsp;today", "45k today"),
        ("<p>45k</p><p>0.7</p>", "45k\n0.7"),
        ("1\u00a0250", "1 250"),
        ("45k，0.7；好。", "45k, 0.7; 好."),
        ("KR2：62%", "KR2: 62%"),
        ("１．２万", "1.2万"),
        ("①", "①"),
        ("m²", "m²"),
        ("“0.65”", '"0.65"'),
        ("45’000", "45'000"),
        ("28 → 31", "28 -> 31"),
        ("45–48k", "45-48k"),
        ("−5k", "-5k"),
        ("￥12", "¥12"),
        (":+1:", "👍"),
        (":white_check_mark: done", "✅ done"),
        (":large_yellow_circle:", "🟡"),
        ("45k :tada:", "45k"),
        ("12:30:45", "12:30:45"),
        ("*45k* and _0.7_", "45k and 0.7"),
        ("~45k~", "45k"),
        ("~45k", "~45k"),
        ("`45k`", "45k"),
        ("snake_case_name", "snake_case_name"),
        ("  45k \t  today \n\n ok ", "45k today\nok"),
        ("4\u200b5k\x00", "45k"),
        ("45k \ud83d", "45k"),
    ],
)
def test_the_text_is_made_plain(delivered: str, plain: str) -> None:
    assert normalise(delivered).text == plain


def test_a_full_width_comma_is_never_a_thousands_sign() -> None:
    assert normalise("已经完成，15200").text == "已经完成, 15200"


def test_two_thousand_characters_are_kept_and_more_are_cut() -> None:
    assert not normalise("x" * 2000).truncated
    cut = normalise("x" * 2001)
    assert cut.truncated
    assert cut.text == "x" * 2000


def test_escapes_do_not_count_as_characters() -> None:
    assert not normalise("&amp;" * 1000).truncated
