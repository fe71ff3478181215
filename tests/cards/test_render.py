"""A template and its data become a card in a language."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

from bot.cards.i18n import N_, Catalogues, Lang
from bot.cards.model import Form, Run, Text, TextField
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.cards.tree import MarkupError

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "%(who)s has <b>%(n)s</b>, 100%%."
msgstr "%(who)s有<b>%(n)s</b>个，100%%。"

msgid "one step"
msgid_plural "%(n)s steps"
msgstr[0] "%(n)s 步"

msgid "Back to {value}."
msgstr "已恢复为 {value}。"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "sample.po").write_text(PO, encoding="utf-8")
    return tmp_path


def make(folder: Path, **templates: str) -> Cards:
    for name, text in templates.items():
        (folder / f"{name}.xml").write_text(text, encoding="utf-8")
    return Cards(folder, Catalogues(folder))


def first_line(cards: Cards, name: str, lang: Lang = "en", /, **data: object) -> str:
    return plain_text(cards.card(name, lang, **data))


SENTENCE = "<card><text>{% trans who, n %}{{ who }} has <b>{{ n }}</b>, 100%.{% endtrans %}</text></card>"


def test_a_sentence_is_translated_and_filled(folder: Path) -> None:
    cards = make(folder, a=SENTENCE)

    assert first_line(cards, "a", who="Mei", n=3) == "Mei has 3, 100%."
    assert first_line(cards, "a", "zh", who="梅", n=3) == "梅有3个，100%。"


def test_the_language_is_the_card_s(folder: Path) -> None:
    cards = make(folder, a="<card><text>{{ lang }}</text></card>")

    assert cards.card("a", "zh").lang == "zh"
    assert first_line(cards, "a", "zh") == "zh"


def test_what_people_typed_is_text_wherever_it_stands(folder: Path) -> None:
    cards = make(folder, a=SENTENCE, b="<card><text>{{ x }}</text><text>{{ _('{y}', y=x) }}</text></card>")
    evil = "</text><b>&amp; {{ 1 }} %(n)s {n}\u202e"

    assert first_line(cards, "a", who=evil, n=1) == "</text><b>&amp; {{ 1 }} %(n)s {n} has 1, 100%."
    assert first_line(cards, "b", x=evil).splitlines() == ["</text><b>&amp; {{ 1 }} %(n)s {n}"] * 2


def test_stored_text_that_xml_cannot_hold_breaks_no_card(folder: Path) -> None:
    cards = make(folder, a='<card summary="{{ x }}"><text>{{ x }}</text></card>')

    card = cards.card("a", "en", x="a\x00b\ud800c\uffff\x1b")

    assert card.summary == "abc"
    assert card.blocks == (Text(((Run("abc"),),)),)


def test_one_and_many(folder: Path) -> None:
    template = "<card><text>{% trans n %}one step{% pluralize %}{{ n }} steps{% endtrans %}</text></card>"
    cards = make(folder, a=template)

    assert [first_line(cards, "a", n=n) for n in (1, 4)] == ["one step", "4 steps"]
    assert [first_line(cards, "a", "zh", n=n) for n in (1, 4)] == ["1 步", "4 步"]


def test_a_plain_sentence(folder: Path) -> None:
    cards = make(folder)

    assert cards.text(N_("Back to {value}."), "en", value="31%") == "Back to 31%."
    assert cards.text(N_("Back to {value}."), "zh", value="31%") == "已恢复为 31%。"
    assert cards.text("Not translated {n}", "zh", n=2) == "Not translated 2"
    assert cards.text("{x}", "en", x="a\x00{y}\u202e") == "a{y}"
    with pytest.raises(KeyError, match="value"):
        cards.text("Back to {value}.", "en")


def test_data_that_is_wanting_is_an_error(folder: Path) -> None:
    cards = make(folder, a="<card><text>{{ x }}</text></card>", b=SENTENCE)

    with pytest.raises(UndefinedError, match="'x' is undefined"):
        cards.card("a", "en")
    with pytest.raises(UndefinedError, match="'n' is undefined"):
        cards.card("b", "en", who="Mei")


@pytest.mark.parametrize("value", [Decimal("0.5"), date(2026, 11, 12), 0.5, None, ["x"]])
def test_what_has_no_form_of_its_own_is_not_printed_raw(folder: Path, value: object) -> None:
    cards = make(folder, a="<card><text>{{ x }}</text></card>")

    with pytest.raises(TypeError, match="print"):
        cards.card("a", "en", x=value)


def test_filters_speak_the_language(folder: Path) -> None:
    template = """<card><text>{{ v | amount_pair(t, "", 0) }} · {{ d | day }} · {{ s | score }} ·
      {{ names | join_names }} · {{ d | weekday(long=true) }} · {{ "Self-serve" | clip(5) }} ·
      {{ t | amount("", 0) }}</text></card>"""
    cards = make(folder, a=template)
    data = {
        "v": Decimal(46000),
        "t": Decimal(60000),
        "d": date(2026, 12, 31),
        "s": Decimal("0.525"),
        "names": ["a", "b"],
    }

    assert first_line(cards, "a", **data) == "46k / 60k · 31 Dec · 0.53 · a and b · Thursday · Self… · 60,000"
    assert first_line(cards, "a", "zh", **data) == "4.6万 / 6万 · 12月31日 · 0.53 · a 和 b · 星期四 · Self… · 60,000"


def test_a_form_keeps_what_was_typed_line_by_line(folder: Path) -> None:
    template = """<form name="f" token="{{ token }}" title="T" submit="S" cancel="C">
      <textfield name="a" label="A" initial="{{ x }}" multiline="{{ many }}"/></form>"""
    cards = make(folder, f=template)

    form = cards.form("f", "zh", token='"<&', x="one\r\n  two", many=True)

    assert isinstance(form, Form)
    assert (form.token, form.lang) == ('"<&', "zh")
    assert form.parts == (TextField("a", "A", "one\n  two", multiline=True),)


def test_mistakes_name_the_template(folder: Path) -> None:
    cards = make(folder, a="<card>\n<nothing/></card>", b="<card>\n{% if %}</card>")

    with pytest.raises(MarkupError, match=r"^a\.xml, line 2 "):
        cards.card("a", "en")
    with pytest.raises(TemplateSyntaxError) as caught:
        cards.card("b", "en")
    assert (caught.value.name, caught.value.lineno) == ("b.xml", 2)


@pytest.mark.parametrize("name", ["nowhere", "../secret", "a/b", "", "A"])
def test_a_template_that_is_none_is_not_found(folder: Path, name: str) -> None:
    with pytest.raises(TemplateNotFound):
        make(folder).card(name, "en")


def test_two_files_may_say_the_same_but_not_different_things(folder: Path) -> None:
    (folder / "zh" / "other.po").write_text(PO, encoding="utf-8")
    assert Catalogues(folder).gettext("zh", "Back to {value}.") == "已恢复为 {value}。"

    (folder / "zh" / "other.po").write_text(PO.replace("已恢复为", "回到"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"sample\.po and other\.po translate 'Back to"):
        Catalogues(folder)


def test_words_of_several_files_are_one_catalogue(folder: Path) -> None:
    (folder / "zh" / "other.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "Later"\nmsgstr "稍后"\n', encoding="utf-8")

    catalogues = Catalogues(folder)

    assert [catalogues.gettext("zh", words) for words in ("Later", "Back to {value}.")] == [
        "稍后",
        "已恢复为 {value}。",
    ]
    assert catalogues.ngettext("zh", "one step", "%(n)s steps", 1) == "%(n)s 步"
