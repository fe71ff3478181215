"""The markup of templates, parsed into a card."""

import pytest

from bot.cards.markup import MarkupError, parse_card
from bot.cards.model import (
    Actions,
    Button,
    ButtonStyle,
    Card,
    Divider,
    Handout,
    Header,
    Image,
    Link,
    ListBlock,
    Mention,
    Menu,
    Note,
    Option,
    Run,
    Style,
    Table,
    Text,
)


def parse(body: str, attributes: str = "") -> Card:
    return parse_card(f"<card {attributes}>{body}</card>", "sample.xml")


def test_every_block_is_understood() -> None:
    card = parse(
        """
        <header>Growth</header>
        <text>One<br/>two</text>
        <note>small</note>
        <list><item>☐ a</item><item>☐ b</item></list>
        <table><col>KR</col><col>Score</col><row><cell>KR1</cell><cell>0.53</cell></row></table>
        <divider/>
        <image url="https://okra.example/a.png" alt="A chart"/>
        <actions>
          <button action="same" value="t1" style="primary" hint="Same as last week">👍</button>
          <menu label="⋯" hint="More"><option action="skip" value="t2">Skip</option></menu>
        </actions>
        """,
        'summary="In short"',
    )

    assert card.summary == "In short"
    assert card.blocks == (
        Header("Growth"),
        Text(((Run("One"),), (Run("two"),))),
        Note(((Run("small"),),)),
        ListBlock(((Run("☐ a"),), (Run("☐ b"),))),
        Table(("KR", "Score"), (((Run("KR1"),), (Run("0.53"),)),)),
        Divider(),
        Image("https://okra.example/a.png", "A chart"),
        Actions(
            (
                Button("👍", "same", "t1", ButtonStyle.PRIMARY, "Same as last week"),
                Menu("⋯", (Option("Skip", "skip", "t2"),), "More"),
            )
        ),
    )


def test_every_inline_is_understood() -> None:
    card = parse(
        '<text>a <b>b</b> <i>i</i> <code>c</code> <link url="https://x.example/?a=1&amp;b=2">l</link>'
        ' <person name="Mei" id="U1"/><person name="Li"/><channel name="#growth" id="C1"/></text>'
    )

    assert card.blocks == (
        Text(
            (
                (
                    Run("a "),
                    Run("b", Style.BOLD),
                    Run(" "),
                    Run("i", Style.ITALIC),
                    Run(" "),
                    Run("c", Style.CODE),
                    Run(" "),
                    Link("l", "https://x.example/?a=1&b=2"),
                    Run(" "),
                    Mention("Mei", "U1"),
                    Mention("Li"),
                    Mention("#growth", "C1", is_channel=True),
                ),
            )
        ),
    )


def test_indentation_is_no_text() -> None:
    card = parse("<text>\n    one\n    <b> two</b>\n    three\n  <br/>\n\n  four\n</text>")

    assert card.blocks == (Text(((Run("one "), Run("two", Style.BOLD), Run(" three")), (Run("four"),))),)


def test_sentences_in_chinese_stay_together_where_the_template_breaks_the_line() -> None:
    card = parse("<text>\n  第一句。\n  第二句，\n  完。\n</text>")

    assert card.blocks == (Text(((Run("第一句。第二句，完。"),),)),)


def test_a_space_that_is_no_white_space_of_a_template_is_kept() -> None:
    assert parse("<text>a\u00a0\u3000b</text>").blocks == (Text(((Run("a\u00a0\u3000b"),),)),)


def test_a_control_at_the_end_of_a_text_is_its_control() -> None:
    card = parse('<text>Updated 3 of 4 · <button action="board">Full board</button>\n</text>')

    assert card.blocks == (Text(((Run("Updated 3 of 4 ·"),),), Button("Full board", "board")),)


def test_parts_without_content_are_left_out() -> None:
    card = parse(
        "<header> </header><text> <br/> </text><text><b></b></text><note/><list><item> </item></list><table/>"
        '<actions></actions><actions><menu label="x"/></actions><text>kept</text>'
    )

    assert card.blocks == (Text(((Run("kept"),),)),)


def test_a_text_with_nothing_but_a_button_is_a_row_of_one() -> None:
    assert parse('<text><button action="a">A</button></text>').blocks == (Actions((Button("A", "a"),)),)


def test_an_address_that_is_none_is_shown_and_leads_nowhere() -> None:
    for url in ("javascript:alert(1)", "http://[", "https://a b", "mailto:x", "https://x.example/" + "y" * 3000):
        assert parse(f'<text><link url="{url}">click</link></text>').blocks == (Text(((Run("click"),),)),)


def test_what_people_left_empty_loses_no_message() -> None:
    card = parse('<text>by <person name=" "/></text><actions><button action="a"> </button></actions>')

    assert card.blocks == (Text(((Run("by"),),)), Actions((Button("…", "a"),)))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("words", "directly in <card>"),
        ("<para>x</para>", "<para> cannot stand in <card>"),
        ("<text>a<u>b</u></text>", "<u> cannot stand"),
        ("<text><b><i>x</i></b></text>", "one style at a time"),
        ('<text>a <button action="x">B</button> c</text>', "at the end"),
        ('<text><button action="x">B</button><button action="y">C</button></text>', "at the end"),
        ('<text bold="true">a</text>', "no attribute 'bold'"),
        ("<list><item>a<br/>b</item></list>", "one line"),
        ("<list>a</list>", "directly in <list>"),
        ("<table><col>A</col><row><cell>1</cell><cell>2</cell></row></table>", "2 cells, the table has 1 columns"),
        ("<header>a <b>b</b></header>", "<b> cannot stand in <header>"),
        ("<actions><button>B</button></actions>", "needs the attribute 'action'"),
        ('<actions><button action="Not this">B</button></actions>', "is no action"),
        ('<actions><button action="a" style="loud">B</button></actions>', "no style 'loud'"),
        (f'<actions><button action="a" value="{"x" * 151}">B</button></actions>', "at most 150"),
        (f'<actions><menu><option action="a" value="{"x" * 149}">B</option></menu></actions>', "at most 149"),
        ('<actions><menu><option action="a">1</option><option action="a">2</option></menu></actions>', "do the same"),
        ('<image url="/relative" alt="x"/>', "web address"),
        ('<image url="https://x.example/a.png"/>', "needs the attribute 'alt'"),
        ("<text>&nbsp;</text>", "undefined entity"),
        ("<text>", "mismatched tag"),
        ("", "empty"),
    ],
)
def test_a_mistake_is_told_with_template_and_line(body: str, says: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse_card(f"<card>\n{body}</card>", "sample.xml")

    assert says in str(caught.value)
    line = 1 if body in ("words", "") else 2  # what is wrong with the card itself is told where it begins
    assert str(caught.value).startswith(f"sample.xml, line {line} as rendered: ")


def test_a_doctype_is_refused_and_so_is_what_it_could_do() -> None:
    bomb = '<!DOCTYPE card [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><card><text>&b;</text></card>'

    with pytest.raises(MarkupError, match=r"sample\.xml, line 1 .*DOCTYPE"):
        parse_card(bomb, "sample.xml")


def test_a_form_is_no_card() -> None:
    with pytest.raises(MarkupError, match="not a <form>"):
        parse_card("<form/>", "sample.xml")


def test_a_file_may_stand_for_the_card_where_a_platform_takes_one() -> None:
    card = parse("<text>or fetch it here</text>", 'file="7 csv 3" file_words="3 key results" file_sent="Sent to you"')

    assert card.handout == Handout("7 csv 3", "3 key results", "Sent to you")
    assert parse("<text>x</text>").handout is None
    with pytest.raises(MarkupError, match="file_sent"):
        parse("<text>x</text>", 'file="7 csv 3" file_words="3 key results"')
