"""The markup of forms, parsed into a form."""

import pytest

from bot.cards.form_markup import parse_form
from bot.cards.model import Checkboxes, Choice, Explain, Form, PersonField, Run, Style, TextField
from bot.cards.tree import MarkupError

HEAD = 'name="update" token="t" title="KR2" submit="Save" cancel="Cancel"'


def parse(body: str, head: str = HEAD) -> Form:
    return parse_form(f"<form {head}>\n{body}</form>", "sample.xml")


def test_every_part_is_understood() -> None:
    form = parse(
        """
        <explain>Now <b>31%</b></explain>
        <textfield name="value" label="Value" initial="31%" placeholder="45k" hint="as you write it" max_length="60"
                   optional="false"/>
        <choice name="score" label="Score" initial="0.7"><option value="0.3">0.3</option>
          <option value="0.7">0.7</option></choice>
        <checkboxes name="steps" label="Steps"><option value="1" checked="true">One</option>
          <option value="2" checked="">Two</option></checkboxes>
        <personfield name="owner" label="Owner" initial="U1"/>
        """
    )

    assert (form.name, form.token, form.title, form.submit, form.cancel) == ("update", "t", "KR2", "Save", "Cancel")
    assert form.parts == (
        Explain(((Run("Now "), Run("31%", Style.BOLD)),)),
        TextField("value", "Value", "31%", "45k", "as you write it", 60, optional=False),
        Choice("score", "Score", (("0.3", "0.3"), ("0.7", "0.7")), "0.7"),
        Checkboxes("steps", "Steps", (("One", "1"), ("Two", "2")), ("1",)),
        PersonField("owner", "Owner", "U1"),
    )


def test_the_checked_option_of_a_choice_is_its_initial_one() -> None:
    form = parse(
        '<choice name="a" label="A"><option value="1">1</option><option value="2" checked="true">2</option></choice>'
    )

    assert form.parts == (Choice("a", "A", (("1", "1"), ("2", "2")), "2"),)


def test_a_long_text_keeps_its_lines_only_where_lines_can_be_typed() -> None:
    form = parse(
        '<textfield name="a" label="A" multiline="true" initial="1&#10;  2"/>'
        '<textfield name="b" label="B" initial="1&#10;2"/>'
    )

    assert [field.initial for field in form.fields] == ["1\n  2", "1 2"]


def test_what_stands_in_a_field_has_no_invisible_isolates() -> None:
    assert parse('<textfield name="a" label="A" initial="\u2068שלום\u2069"/>').fields[0].initial == "שלום"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('<textfield label="A"/>', "needs the attribute 'name'"),
        ('<textfield name="a"/>', "needs the attribute 'label'"),
        ('<textfield name="A b" label="A"/>', "is no name"),
        ('<textfield name="a" label="A" max_length="many"/>', "from 1 to 3000"),
        ('<textfield name="a" label="A" max_length="3001"/>', "from 1 to 3000"),
        ('<textfield name="a" label="A" optional="perhaps"/>', "must be true or false"),
        ('<textfield name="a" label="A"/><personfield name="a" label="B"/>', "same name"),
        ('<choice name="a" label="A"/>', "needs options"),
        ('<choice name="a" label="A" initial="3"><option value="1">1</option></choice>', "is no option"),
        ('<checkboxes name="a" label="A"><option value="1,2">1</option></checkboxes>', "no comma"),
        ('<choice name="a" label="A"><option value="1">1</option><option value="1">2</option></choice>', "same value"),
        ("<text>x</text>", "<text> cannot stand in <form>"),
    ],
)
def test_a_mistake_is_told(body: str, says: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse(body)

    assert says in str(caught.value)
    assert str(caught.value).startswith("sample.xml, line ")


def test_a_token_that_no_platform_carries_is_refused() -> None:
    with pytest.raises(MarkupError, match="at most 2000"):
        parse("", HEAD.replace('token="t"', f'token="{"x" * 2001}"'))
