"""Cards as Block Kit: what it looks like, and Slack's limits."""

import json
from typing import Any

import pytest

from bot.cards.markup import parse_card
from bot.cards.model import (
    Actions,
    Button,
    Card,
    Divider,
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
from bot.platforms.slack.blocks import parse_action, render_home, render_message
from tests.fakes import block_kit


def blocks_of(*blocks: Any) -> list[dict[str, Any]]:
    rendered, text = render_message(Card(blocks))
    assert block_kit.problems(rendered) == []
    assert block_kit.text_problems(text) == []
    return rendered


def text(words: str, *styled: Any) -> Text:
    return Text(((Run(words), *styled),))


def test_a_text_is_rich_text_so_that_nothing_in_it_formats() -> None:
    block = text("*a* ", Run("b", Style.BOLD), Link("c", "https://x.example"), Mention("Mei", "U0MEI"), Mention("Li"))

    assert blocks_of(block) == [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "*a* "},
                        {"type": "text", "text": "b", "style": {"bold": True}},
                        {"type": "link", "url": "https://x.example", "text": "c"},
                        {"type": "user", "user_id": "U0MEI"},
                        {"type": "text", "text": "Li"},
                    ],
                }
            ],
        }
    ]


def test_a_channel_is_linked_by_its_id_and_called_by_its_name_elsewhere() -> None:
    channel = Mention("the channel you chose", "C0GROWTH", is_channel=True)
    (block,) = blocks_of(text("To ", channel))

    assert block["elements"][0]["elements"][1] == {"type": "channel", "channel_id": "C0GROWTH"}
    (other,) = blocks_of(text("To ", Mention("General", "19:abc", is_channel=True)))
    assert other["elements"][0]["elements"][1] == {"type": "text", "text": "General"}


def test_an_id_that_is_none_of_slack_s_is_no_mention() -> None:
    (block,) = blocks_of(text("by ", Mention("Mei", "29:abc> <!here")))

    assert block["elements"][0]["elements"][1] == {"type": "text", "text": "Mei"}


def test_a_control_at_the_end_stands_beside_its_text() -> None:
    (plain,) = blocks_of(Text(((Run("*Updated* 3 of 4"),),), Button("Full board", "board", "t")))
    (styled,) = blocks_of(Text(((Run("Bold", Style.BOLD), Run(" & <3")),), Button("Full board", "board")))

    assert plain["text"] == {"type": "plain_text", "text": "*Updated* 3 of 4", "emoji": True}
    assert plain["accessory"] == {
        "type": "button",
        "text": {"type": "plain_text", "text": "Full board", "emoji": True},
        "action_id": "board#1",
        "value": "t",
    }
    assert styled["text"] == {"type": "mrkdwn", "text": "*Bold* &amp; &lt;3", "verbatim": True}


@pytest.mark.parametrize("typed", ["a *b* c", "_b_", "~b~", "`b`", "> b", "a\n> b", "a|b"])
def test_a_styled_text_that_could_format_goes_out_as_rich_text_with_its_control_below(typed: str) -> None:
    rendered = blocks_of(Text(((Run("Bold", Style.BOLD), Run(" ")), (Run(typed),)), Button("Full board", "board")))

    assert [block["type"] for block in rendered] == ["rich_text", "actions"]


def test_a_mark_beside_a_letter_would_be_shown_so_it_is_not_written() -> None:
    rendered = blocks_of(Text(((Run("增长组", Style.BOLD), Run("的看板")),), Button("看", "board")))

    assert [block["type"] for block in rendered] == ["rich_text", "actions"]


def test_broadcasts_and_shortcodes_are_broken_by_an_invisible_joiner() -> None:
    (block,), top_level = render_message(Card((text("@here @Channel <!everyone> :tada: 09:50:00 a@hereford.example"),)))

    shown = block["elements"][0]["elements"][0]["text"]
    assert shown == "@\u2060here @\u2060Channel <\u2060!everyone> :\u2060tada: 09:50:00 a@hereford.example"
    assert "@here " not in top_level
    assert "&lt;\u2060!everyone&gt;" in top_level


def test_every_action_id_differs_and_gives_its_action_back() -> None:
    menu = Menu("⋯", tuple(Option(str(n), "score", f"kr:{n}") for n in range(3)), "More")
    rendered = blocks_of(Actions((Button("A", "same", "1"), Button("B", "same", "2"), menu)))

    ids = [element["action_id"] for element in rendered[0]["elements"]]
    assert ids == ["same#1", "same#2", "#3"]
    assert parse_action(ids[1], "2") == ("same", "2")
    assert parse_action(ids[2], rendered[0]["elements"][2]["options"][1]["value"]) == ("score", "kr:1")


def test_what_was_not_ours_comes_back_unharmed() -> None:
    assert parse_action("board", None) == ("board", "")
    assert parse_action("#1", None) == ("", "")
    assert parse_action("", "x y") == ("x", "y")
    assert parse_action("a#b#2", "a b") == ("a#b", "a b")


def test_a_menu_of_few_is_an_overflow_and_one_of_many_a_select_that_says_what_it_is() -> None:
    few, many = (
        Menu("⋯", tuple(Option(str(n), "a", str(n)) for n in range(count)), "More for KR2") for count in (5, 6)
    )
    (block,) = blocks_of(Actions((few, many)))

    assert [element["type"] for element in block["elements"]] == ["overflow", "static_select"]
    assert block["elements"][1]["placeholder"]["text"] == "More for KR2"


def test_an_option_that_carries_too_much_is_refused_rather_than_cut() -> None:
    with pytest.raises(ValueError, match="more than 150"):
        render_message(Card((Actions((Menu("⋯", (Option("x", "a", "y" * 150),)),)),)))


def test_a_table_reads_as_lines() -> None:
    cells = ((Run("🔵 KR1"),), (), (Run("0.53", Style.BOLD),))
    (block,) = blocks_of(Table(("KR", "Value", "Score"), (cells, cells)))

    words = "".join(element["text"] for element in block["elements"][0]["elements"])
    assert words == "🔵 KR1 · 0.53\n🔵 KR1 · 0.53"


def test_a_note_is_context() -> None:
    (plain,) = blocks_of(Note(((Run("*small*"),),)))
    (styled,) = blocks_of(Note(((Run("try "), Run("45k", Style.CODE)),)))

    assert plain == {"type": "context", "elements": [{"type": "plain_text", "text": "*small*", "emoji": True}]}
    assert styled["elements"][0]["text"] == "try `45k`"


def test_long_labels_are_cut_and_long_headers_are_not_lost() -> None:
    rendered = blocks_of(
        Header("h" * 151),
        Header("h" * 150),
        Actions((Button("b" * 100, "a", hint="h" * 100),)),
        Image("https://x.example", "a" * 3000),
    )

    assert [block["type"] for block in rendered] == ["rich_text", "header", "actions", "image"]
    assert rendered[0]["elements"][0]["elements"] == [{"type": "text", "text": "h" * 151, "style": {"bold": True}}]
    assert rendered[2]["elements"][0]["text"]["text"] == "b" * 74 + "…"


@pytest.mark.parametrize("words", ["word " * 2000, "x" * 9000, "@here " * 1500, "👨‍👩‍👧‍👦" * 900, "a\nb" * 3000])
def test_a_long_text_is_split_and_nothing_of_it_is_lost(words: str) -> None:
    rendered = blocks_of(Text(((Run(words),),)), Text(((Run(words),),), Button("B", "b")), Note(((Run(words),),)))

    def joined(node: Any) -> str:
        if isinstance(node, dict):
            own = node["text"] if isinstance(node.get("text"), str) else ""
            return own + "".join(joined(value) for key, value in node.items() if key != "accessory")
        return "".join(joined(value) for value in node) if isinstance(node, list) else ""

    shown = joined(rendered).replace("\u2060", "")
    assert "".join(shown.split()) == "".join((words * 3).split())


def test_more_than_25_buttons_are_several_rows() -> None:
    rendered = blocks_of(Actions(tuple(Button(str(n), "a", str(n)) for n in range(60))))

    assert [len(block["elements"]) for block in rendered] == [25, 25, 10]


def test_more_than_50_blocks_are_joined_before_anything_is_dropped() -> None:
    rendered = blocks_of(*(block for n in range(40) for block in (text(f"line {n}"), text(f"more {n}"), Divider())))

    assert len(rendered) <= 50
    assert [line for block in rendered for line in _words(block).splitlines()] == [
        f"{kind} {n}" for n in range(40) for kind in ("line", "more")
    ]


def _words(block: dict[str, Any]) -> str:
    return "".join(element["text"] for section in block["elements"] for element in section["elements"])


def test_what_cannot_be_joined_ends_in_an_ellipsis_but_the_text_is_complete() -> None:
    blocks = tuple(Text(((Run(f"line {n}"),),), Button("B", "b")) for n in range(80))
    rendered, top_level = render_message(Card(blocks))

    assert block_kit.problems(rendered) == []
    assert len(rendered) == 50
    assert rendered[-1]["elements"][0]["text"] == "…"
    assert "line 79 [B]" in top_level


def test_a_home_holds_a_hundred() -> None:
    home = render_home(Card(tuple(Text(((Run(f"line {n}"),),), Button("B", "b")) for n in range(80))))

    assert len(home["blocks"]) == 80
    assert block_kit.view_problems(home) == []


def test_a_home_is_never_larger_than_slack_takes() -> None:
    home = render_home(Card(tuple(Text(((Run("好" * 2900),),), Button("B", "b")) for _ in range(60))))

    assert block_kit.view_problems(home) == []
    assert len(json.dumps(home)) <= 250_000
    assert home["blocks"][-1]["elements"][0]["text"] == "…"


def test_the_text_is_complete_and_begins_with_the_summary() -> None:
    card = parse_card(
        '<card summary="Three to go &amp; more"><header>H</header>'
        '<text>a &lt; b <button action="x">Go</button></text></card>',
        "x.xml",
    )

    assert render_message(card)[1] == "Three to go &amp; more\nH\na &lt; b [Go]"


def test_a_text_beyond_40_000_is_cut_outside_of_an_entity() -> None:
    _, top_level = render_message(Card((ListBlock(((Run("<" * 30_000),),)),)))

    assert len(top_level) <= 40_000
    assert top_level.endswith("&lt;…")


def test_a_list_of_plain_items_has_bullets_and_one_with_marks_has_none() -> None:
    plain_items = ListBlock(((Run("KR1: done"),), (Run("KR2: "), Run("ahead", Style.BOLD)), (Run("结果"),)))
    (bulleted,) = blocks_of(plain_items)
    (marked,) = blocks_of(ListBlock(((Run("☐ call"),), (Run("done"),))))

    (found,) = bulleted["elements"]
    assert (found["type"], found["style"]) == ("rich_text_list", "bullet")
    assert [[element["text"] for element in item["elements"]] for item in found["elements"]] == [
        ["KR1: done"],
        ["KR2: ", "ahead"],
        ["结果"],
    ]
    assert marked["elements"][0]["type"] == "rich_text_section"


def test_lists_among_too_many_blocks_are_joined_without_losing_an_item() -> None:
    rendered = blocks_of(
        *(block for n in range(40) for block in (text(f"line {n}"), ListBlock(((Run(f"item {n}"),),)), Divider()))
    )

    assert len(rendered) <= 50
    assert block_kit.problems(rendered) == []
    shown = json.dumps(rendered)
    assert all(f'"{kind} {n}"' in shown for n in range(40) for kind in ("line", "item"))


def test_the_dot_before_a_control_goes_where_the_control_stands_beside() -> None:
    (section,) = blocks_of(Text(((Run("Updated 3 of 4 ·"),),), Button("Full board", "board")))
    (alone,) = blocks_of(Text(((Run(" ·"),),), Button("B", "b")))

    assert section["text"]["text"] == "Updated 3 of 4"
    assert alone["text"]["text"] == " ·"
