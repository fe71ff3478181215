"""The complete plain text of cards and forms."""

from bot.cards.form_markup import parse_form
from bot.cards.markup import parse_card
from bot.cards.plain import notification_text, plain_form, plain_text, summary_line

DIGEST = """
<card>
  <header>Growth · OKR board · week 6 of 13</header>
  <text><b>O: Be the trusted supplier of tea for fine restaurants</b> · 0.30 · 🔵1 🟢1 🟡1 🔴1</text>
  <table>
    <col>KR</col><col>Value</col><col>Score</col><col>Heading</col>
    <row><cell>🔵 KR1 Enterprise MRR</cell><cell>$46k / $60k</cell><cell>0.53 ▲</cell>
      <cell>heading 1.00+</cell></row>
    <row><cell>🟢 KR2 Self-serve renewals</cell><cell>28% / 50%</cell><cell>0.27 =</cell>
      <cell>heading 0.84 ⏰</cell></row>
    <row><cell>⚪ KR9 New</cell><cell></cell><cell></cell><cell>no recent number</cell></row>
  </table>
  <text><b>Short</b><br/>KR3: 0.3 below pace. Next survey 18 Nov (Ana)</text>
  <text><i>Is KR4's target still realistic?</i></text>
  <text><b>Next steps</b> · 2 of 3 done</text>
  <list><item>☐ Pair on the order form · <person name="Jack"/> · Thu → KR4</item></list>
  <text>☐ Add yours before you close the meeting <button action="next_step">＋ Next step</button></text>
  <text>Updated 3 of 4 · <button action="board">Full board</button></text>
</card>
"""


def test_the_digest_reads_line_by_line_as_the_sample_does() -> None:
    """spec/08 §13.3"""
    assert plain_text(parse_card(DIGEST, "digest.xml")).splitlines() == [
        "Growth · OKR board · week 6 of 13",
        "O: Be the trusted supplier of tea for fine restaurants · 0.30 · 🔵1 🟢1 🟡1 🔴1",
        "🔵 KR1 Enterprise MRR · $46k / $60k · 0.53 ▲ · heading 1.00+",
        "🟢 KR2 Self-serve renewals · 28% / 50% · 0.27 = · heading 0.84 ⏰",
        "⚪ KR9 New · no recent number",
        "Short",
        "KR3: 0.3 below pace. Next survey 18 Nov (Ana)",
        "Is KR4's target still realistic?",
        "Next steps · 2 of 3 done",
        "☐ Pair on the order form · Jack · Thu → KR4",
        "☐ Add yours before you close the meeting [＋ Next step]",
        "Updated 3 of 4 · [Full board]",
    ]


def test_every_kind_of_block_says_its_words() -> None:
    card = parse_card(
        """<card><text>See <link url="https://x.example/a">the page</link> or <link url="https://x.example/b"/></text>
        <divider/><image url="https://x.example/c.png" alt="A rising line"/><note>small</note>
        <actions><button action="a">0.3</button><button action="b">0.5</button>
        <menu hint="More"><option action="c">Skip</option></menu></actions></card>""",
        "x.xml",
    )

    assert plain_text(card).split("\n") == [
        "See the page (https://x.example/a) or https://x.example/b",
        "",
        "A rising line",
        "small",
        "[0.3] [0.5] [⋯]",
    ]


def test_a_notification_shows_the_summary_or_else_the_first_line() -> None:
    with_summary = parse_card('<card summary="In short"><text>One</text><text>Two</text></card>', "x.xml")
    without = parse_card("<card><divider/><text>One</text><text>Two</text></card>", "x.xml")

    assert summary_line(with_summary) == "In short"
    assert notification_text(with_summary) == "In short\nOne\nTwo"
    assert summary_line(without) == "One"
    assert notification_text(without) == "One\nTwo"


def test_a_summary_that_is_the_first_line_is_not_said_twice() -> None:
    card = parse_card('<card summary="One"><text>One</text><text>Two</text></card>', "x.xml")

    assert notification_text(card) == "One\nTwo"


def test_a_form_says_its_fields_and_what_they_hold() -> None:
    form = parse_form(
        """<form name="f" token="t" title="KR2" submit="Save" cancel="Cancel"><explain>Now 31%</explain>
        <textfield name="a" label="Value" initial="31%" hint="as you write it"/>
        <textfield name="b" label="Note" placeholder="a line is enough"/>
        <textfield name="e" label="Else"/>
        <choice name="c" label="Score" initial="0.7"><option value="0.3">0.3</option><option value="0.7">0.7</option>
        </choice>
        <checkboxes name="d" label="Steps"><option value="1" checked="true">One</option><option value="2">Two</option>
        </checkboxes>
        <personfield name="g" label="Owner" initial="U1"/></form>""",
        "x.xml",
    )

    assert plain_form(form).splitlines() == [
        "KR2",
        "Now 31%",
        "Value",
        "> 31%",
        "(as you write it)",
        "Note",
        "> (a line is enough)",
        "Else",
        ">",
        "Score",
        "( ) 0.3",
        "(x) 0.7",
        "Steps",
        "[x] One",
        "[ ] Two",
        "Owner",
        "> U1",
        "[Save] [Cancel]",
    ]
