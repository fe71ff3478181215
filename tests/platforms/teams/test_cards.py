"""Cards and forms as Adaptive Cards: what they look like, and Teams' limits."""

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.cards.clean import user_text
from bot.cards.form_markup import parse_form
from bot.cards.model import (
    Actions,
    Button,
    ButtonStyle,
    Card,
    Checkboxes,
    Choice,
    Divider,
    Form,
    FormWithin,
    Header,
    Image,
    Link,
    ListBlock,
    Mention,
    Menu,
    Note,
    Option,
    PersonField,
    Run,
    Style,
    Table,
    Text,
    TextField,
)
from bot.cards.plain import plain_text
from bot.intake.inbound import Pressed, Submitted
from bot.platforms.teams.budget import MAX_BYTES, size
from bot.platforms.teams.cards import parse_submit, render_card
from bot.platforms.teams.form_cards import render_form
from bot.platforms.teams.texts import inert
from tests.cards.hostile import HOSTILE
from tests.fakes import adaptive_cards


def card_of(*blocks: Any) -> dict[str, Any]:
    rendered = render_card(Card(blocks))
    assert adaptive_cards.problems(rendered) == []
    return rendered


def form_of(*parts: Any, **more: Any) -> dict[str, Any]:
    rendered = render_form(Form("update", "tok", "KR2", "Save", "Cancel", parts), **more)
    assert adaptive_cards.problems(rendered) == []
    return rendered


def test_a_card_says_version_language_and_everything_as_plain_text() -> None:
    rendered = render_card(Card((Header("Growth"), Text(((Run("one"),), (Run("two"),)), Button("Go", "go"))), "zh"))

    assert (rendered["version"], rendered["lang"], rendered["msteams"]) == ("1.5", "zh-CN", {"width": "full"})
    assert rendered["fallbackText"] == "Growth\none\ntwo [Go]"


def test_lines_are_rich_text_one_element_a_line() -> None:
    rendered = card_of(
        Text(
            (
                (Run("a"), Run("b", Style.BOLD), Run("c", Style.ITALIC), Run("d", Style.CODE)),
                (Link("e", "https://x.example"),),
            )
        )
    )

    assert rendered["body"] == [
        {
            "type": "RichTextBlock",
            "inlines": [
                {"type": "TextRun", "text": "a"},
                {"type": "TextRun", "text": "b", "weight": "Bolder"},
                {"type": "TextRun", "text": "c", "italic": True},
                {"type": "TextRun", "text": "d", "fontType": "Monospace"},
            ],
        },
        {
            "type": "RichTextBlock",
            "inlines": [
                {"type": "TextRun", "text": "e", "selectAction": {"type": "Action.OpenUrl", "url": "https://x.example"}}
            ],
            "spacing": "None",
        },
    ]


def test_a_channel_of_elsewhere_is_its_name() -> None:
    rendered = card_of(Text(((Run("To "), Mention("#growth", "C0GROWTH", is_channel=True)),)))

    shown = str(rendered)
    assert "#growth" in shown
    assert "C0GROWTH" not in shown
    assert "<at>" not in shown


def test_a_mention_is_a_tag_with_its_entity_and_a_bare_name_is_none() -> None:
    rendered = card_of(Text(((Run("*by* "), Mention("Mei", "29:mei"), Run(" and "), Mention("Li")),)))

    assert rendered["body"] == [{"type": "TextBlock", "text": "\u2217by\u2217 <at>Mei</at> and Li", "wrap": True}]
    assert rendered["msteams"]["entities"] == [
        {"type": "mention", "text": "<at>Mei</at>", "mentioned": {"id": "29:mei", "name": "Mei"}}
    ]


def test_two_people_of_one_name_stay_two_and_one_person_twice_is_one() -> None:
    rendered = card_of(ListBlock(((Mention("Mei", "29:a"),), (Mention("Mei", "29:b"),), (Mention("Mei", "29:a"),))))

    entities = rendered["msteams"]["entities"]
    assert [entity["mentioned"]["id"] for entity in entities] == ["29:a", "29:b"]
    assert rendered["body"][0]["text"] == rendered["body"][2]["text"] != rendered["body"][1]["text"]


def test_a_name_cannot_mention_anyone_else() -> None:
    rendered = card_of(Text(((Mention("x</at><at>Boss", "29:mei"),),)))

    assert rendered["body"][0]["text"].count("<at>") == 1
    assert len(rendered["msteams"]["entities"]) == 1


def test_a_control_at_the_end_stands_beside_its_text() -> None:
    (row,) = card_of(Text(((Run("Updated"),),), Button("Full board", "board", "t", hint="All of it")))["body"]

    assert [column["width"] for column in row["columns"]] == ["stretch", "auto"]
    assert row["columns"][1]["items"] == [
        {
            "type": "ActionSet",
            "actions": [
                {
                    "type": "Action.Submit",
                    "title": "Full board",
                    "data": {"action": "board", "value": "t"},
                    "tooltip": "All of it",
                }
            ],
        }
    ]


def test_buttons_come_six_a_row_and_menus_go_under_the_dots() -> None:
    buttons = tuple(Button(str(n), "a", str(n), ButtonStyle.PRIMARY) for n in range(8))
    first, second = card_of(Actions((*buttons, Menu("⋯", (Option("Skip", "skip", "t"),), "More"))))["body"]

    assert [action["title"] for action in first["actions"]] == list("012345")
    assert {action["style"] for action in first["actions"]} == {"positive"}
    assert second["actions"][2] == {
        "type": "Action.Submit",
        "title": "Skip",
        "mode": "secondary",
        "data": {"action": "skip", "value": "t"},
    }


def test_a_table_has_its_names_as_its_head() -> None:
    row = ((Run("KR1"),), ())
    (named,) = card_of(Table(("KR", "Score"), (row,)))["body"]
    (bare,) = card_of(Table(("", ""), (row,)))["body"]

    assert named["firstRowAsHeaders"] is True
    assert len(named["rows"]) == 2
    assert named["rows"][0]["cells"][1]["items"][0]["inlines"] == [
        {"type": "TextRun", "text": "Score", "weight": "Bolder"}
    ]
    assert named["rows"][1]["cells"][1]["items"] == []
    assert bare["firstRowAsHeaders"] is False
    assert len(bare["rows"]) == 1


def test_a_divider_is_a_line_above_what_follows() -> None:
    rendered = card_of(Divider(), Text(((Run("a"),),)), Divider(), Divider(), Text(((Run("b"),),)), Divider())

    assert [element.get("separator", False) for element in rendered["body"]] == [False, True]


def test_notes_headers_and_images() -> None:
    header, note, image = card_of(Header("Growth"), Note(((Run("small"),),)), Image("https://x.example", "A line"))[
        "body"
    ]

    assert (header["style"], header["wrap"]) == ("heading", True)
    assert note["inlines"] == [{"type": "TextRun", "text": "small", "isSubtle": True, "size": "Small"}]
    assert image["altText"] == "A line"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2 * 3", "2 \u2217 3"),
        ("snake_case stays", "snake_case stays"),
        ("_x_", "\u2060_\u2060x\u2060_\u2060"),
        ("[a](b)", "[a]\u2060(b)"),
        ("- one", "\u2060- one"),
        ("1. one", "1\u2060. one"),
        ("well - known", "well \u2060- known"),
        ("<at>Mei</at>", "<\u2060at>Mei<\u2060/at>"),
        ("a < b", "a < b"),
        ("{{DATE(x)}}", "{\u2060{DATE(x)}}"),
        ("[0.3] [0.5]", "[0.3] [0.5]"),
    ],
)
def test_only_what_could_take_effect_is_broken(typed: str, shown: str) -> None:
    assert inert(typed) == shown


# --- forms ------------------------------------------------------------------------------------


def test_a_form_has_labelled_inputs_and_says_which_are_needed() -> None:
    rendered = form_of(
        TextField("value", "Value", "31%", "45k", "as you write it", 60, optional=False),
        Choice("score", "Score", (("0.3", "0.3"), ("0.7", "0.7")), "0.7"),
        Checkboxes("steps", "Steps", (("One", "1"), ("Two", "2")), ("1", "2")),
        PersonField("owner", "Owner", "aad-1"),
    )

    title, value, hint, score, steps, owner, actions = rendered["body"]
    assert title["text"] == "KR2"
    assert value == {
        "type": "Input.Text",
        "maxLength": 60,
        "placeholder": "45k",
        "value": "31%",
        "id": "field.value",
        "label": "Value",
        "isRequired": True,
        "errorMessage": "This one is needed.",
    }
    assert hint["inlines"][0]["text"] == "as you write it"
    assert (score["style"], score["value"]) == ("expanded", "0.7")
    assert (steps["id"], steps["isMultiSelect"], steps["value"]) == ("many.steps", True, "1,2")
    assert owner["choices.data"] == {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
    assert [action["data"] for action in actions["actions"]] == [
        {"action": "submit_form", "value": "", "form": "update", "token": "tok"},
        {"action": "cancel_form", "value": "update"},
    ]


def test_an_error_stands_beside_its_field() -> None:
    rendered = form_of(TextField("a", "A"), TextField("b", "B"), errors={"a": "Which *number*?"})

    assert rendered["body"][2]["inlines"] == [
        {"type": "TextRun", "text": "⚠ Which \u2217number\u2217?", "color": "Attention"}
    ]
    assert rendered["fallbackText"].splitlines()[1] == "⚠ Which \u2217number\u2217?"


def test_what_was_pressed_or_sent_comes_back() -> None:
    assert parse_submit({"action": "same", "value": "t"}) == Pressed("same", "t")
    assert parse_submit({"action": "cancel_form", "value": "update"}) == Pressed("cancel_form", "update")
    sent = {
        "action": "submit_form",
        "value": "",
        "form": "update",
        "token": "tok",
        "field.value": "45k",
        "field.action": "x",
        "field.empty": "",
        "many.steps": "1,2",
        "field.number": 3,
        "other": "y",
    }
    assert parse_submit(sent) == Submitted("update", "tok", {"value": "45k", "action": "x", "steps": ("1", "2")})


@pytest.mark.parametrize(
    "data", [None, "x", [], {}, {"action": 1, "value": "x"}, {"action": "a"}, {"action": "submit_form", "form": 1}]
)
def test_what_is_none_of_ours_is_nothing(data: object) -> None:
    assert parse_submit(data) is None


# --- forms within a message -------------------------------------------------------------------

ROW = Actions(
    (Button("0.7", "score", "t:0.7"), Menu("⋯", (Option("Update…", "form", "t"), Option("Skip", "skip", "t"))))
)
SHORT = Form("update", "tok", "KR2", "Save", "Cancel", (TextField("value", "Number", hint="As you say it"),))


def within(*forms: FormWithin, blocks: tuple[Any, ...] = (ROW,)) -> dict[str, Any]:
    rendered = render_card(Card(blocks, forms=forms))
    assert adaptive_cards.problems(rendered) == []
    return rendered


def test_a_form_unfolds_where_the_control_that_would_open_it_stood() -> None:
    (row,) = within(FormWithin("form", "t", SHORT))["body"]

    score, update, skip = row["actions"]
    assert (score["associatedInputs"], skip["associatedInputs"], skip["mode"]) == ("none", "none", "secondary")
    assert (update["type"], update["title"]) == ("Action.ShowCard", "Update…")
    assert [each.get("id") for each in update["card"]["body"]] == ["0.field.value", None]
    (save,) = update["card"]["actions"]
    assert save["data"] == {"action": "submit_form", "form": "update", "token": "tok", "within": "0."}
    assert "associatedInputs" not in save


def test_several_forms_do_not_mix_what_is_typed_into_them() -> None:
    other = Actions((Menu("⋯", (Option("Update…", "form", "u"),)),))
    rendered = within(FormWithin("form", "t", SHORT), FormWithin("form", "u", SHORT), blocks=(ROW, other))

    ids = [node["id"] for node in adaptive_cards.walk(rendered) if "id" in node]
    assert ids == ["0.field.value", "1.field.value"]
    typed = {"action": "submit_form", "form": "update", "token": "tok", "within": "1."}
    typed |= {"0.field.value": "12", "1.field.value": "45k", "1.many.steps": "1,2", "field.value": "7"}
    assert parse_submit(typed, "m1") == Submitted("update", "tok", {"value": "45k", "steps": ("1", "2")}, "m1")


def test_a_form_whose_control_is_nowhere_is_left_out_and_two_controls_show_it_once() -> None:
    twice = Actions((Button("Enter number", "form", "t"), Menu("⋯", (Option("Update…", "form", "t"),))))

    assert "ShowCard" not in str(within(FormWithin("form", "x", SHORT)))
    (row,) = within(FormWithin("form", "t", SHORT), blocks=(twice,))["body"]
    assert [each["type"] for each in row["actions"]] == ["Action.ShowCard", "Action.Submit"]


def test_forms_give_way_from_the_last_on_before_any_word_does() -> None:
    rows = tuple(Actions((Menu("⋯", (Option("Update…", "form", str(n)),)),)) for n in range(9))
    words = Text(((Run("t" * 600),),))
    big = Form("update", "tok", "K", "Save", "No", tuple(TextField(f"f{n}", "l" * 150) for n in range(8)))

    rendered = within(*(FormWithin("form", str(n), big) for n in range(9)), blocks=(words, *rows))

    kinds = [row["actions"][0]["type"] for row in rendered["body"][1:]]
    shown = kinds.count("Action.ShowCard")
    assert 0 < shown < 9
    assert kinds == ["Action.ShowCard"] * shown + ["Action.Submit"] * (9 - shown)
    assert "t" * 600 in str(rendered["body"])


def test_buttons_of_a_long_card_carry_their_data_in_short() -> None:
    rendered = card_of(Text(((Run("t" * 13_000),),)), Actions((Button("0.7", "score", "tok:0.7 x"),)))

    assert rendered["body"][-1]["actions"][0]["data"] == {"do": "score tok:0.7 x"}
    assert parse_submit({"do": "score tok:0.7 x"}, "m1") == Pressed("score", "tok:0.7 x", "m1")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_people_typed_is_never_formatting_a_mention_or_a_function(text: str) -> None:
    shown = user_text(text) or "-"
    form = replace(SHORT, parts=(TextField("value", shown, initial=shown[:40], placeholder=shown, hint=shown),))
    table = Table((shown, shown), ((((Run(shown),)), (Link(shown, "https://x.example"),)),))
    rendered = within(
        FormWithin("form", "t", form),
        blocks=(Header(shown), Text(((Run(shown), Mention(shown, "29:mei")),)), table, ROW),
    )

    assert len(rendered["msteams"]["entities"]) == 1
    words = [node[key] for node in adaptive_cards.walk(rendered) for key in ("text", "label", "title") if key in node]
    for each in words:
        visible = str(each).replace(rendered["msteams"]["entities"][0]["text"], "")
        assert not re.search(r"\]\(|\{\{|<at>|<https?:|\*|(?m:^)[-+#>]\s", visible), visible


# --- the budget -------------------------------------------------------------------------------


def test_a_card_that_fits_is_left_alone() -> None:
    card = Card((Note(((Run("n" * 500),),)), Text(((Run("t" * 500),),))))

    assert "n" * 500 in str(render_card(card)["body"])
    assert render_card(card)["fallbackText"] == plain_text(card)


def test_notes_go_before_texts_and_buttons_stay() -> None:
    note, words = Note(((Run("n" * 12_000),),)), Text(((Run("t" * 3000),),))

    rendered = card_of(note, words, Actions((Button("Same", "same"),)))

    assert "n" * 59 + "…" in str(rendered["body"])
    assert "t" * 3000 in str(rendered["body"])
    assert "Same" in str(rendered["body"])


def test_texts_go_before_rows() -> None:
    rendered = card_of(*(Text(((Run("t" * 3000),),)) for _ in range(10)))

    assert str(rendered["body"]).count("t" * 399 + "…") == 10


@pytest.mark.parametrize(
    "blocks",
    [
        [Text(((Run("👨‍👩‍👧‍👦" * 2000),),)) for _ in range(60)],
        [Table(("A", "B"), tuple(((Run("a"),), (Run("b"),)) for _ in range(500)))],
        [ListBlock(tuple((Run("item"),) for _ in range(2000)))],
        [Actions(tuple(Button("Press me", "a", str(n)) for n in range(300)))],
        [Text(((Run("x"),),), Button("Press", "a", "v" * 150)) for _ in range(100)],
        [Header("h" * 20_000), Image("https://x.example", "a" * 20_000)],
        [Note(((Mention("m" * 20_000, "29:m"),),))],
    ],
)
def test_whatever_the_card_holds_it_fits(blocks: list[Any]) -> None:
    rendered = card_of(*blocks)

    assert size(rendered) <= MAX_BYTES
    assert rendered["body"]


def test_what_a_long_list_lost_is_said_to_be_lost() -> None:
    body = card_of(ListBlock(tuple((Run(f"item {n}"),) for n in range(2000))))["body"]

    assert body[0]["inlines"][0]["text"] == "item 0"
    assert body[-1]["inlines"][0]["text"] == "…"


def test_the_longest_form_fits() -> None:
    fields = "".join(
        f'<textfield name="f{n}" label="{"l" * 900}" initial="{"中" * 3000}" hint="{"h" * 900}" max_length="3000"'
        f' placeholder="{"p" * 900}" multiline="true"/>'
        for n in range(12)
    )
    form = parse_form(
        f'<form name="f" token="{"t" * 2000}" title="T" submit="S" cancel="C">'
        f"<explain>{'e' * 9000}</explain>{fields}</form>",
        "x.xml",
    )

    rendered = render_form(form)

    assert adaptive_cards.problems(rendered) == []
    assert sum(str(element["type"]).startswith("Input.") for element in rendered["body"]) == 12
