"""Safe HTML of cards and forms."""

from html.parser import HTMLParser

from bot.cards.form_markup import parse_form
from bot.cards.html import card_html, form_html
from bot.cards.markup import parse_card
from bot.cards.model import Card, Image, Link, Text

VOID = {"br", "hr", "img", "input"}


class Reader(HTMLParser):
    """Every element with its attributes, in order; fails on elements that are not closed as they were opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


def test_a_card_is_made_of_elements_that_mean_something() -> None:
    card = parse_card(
        """<card><header>Growth</header><text><b>a</b> <i>b</i> <code>c</code><br/><link url="https://x.example">d</link>
        <person name="Mei"/></text><note>e</note><list><item>f</item></list>
        <table><col>KR</col><row><cell>g</cell></row></table><divider/><image url="https://x.example/i.png" alt="h"/>
        <actions><button action="same" value="t" style="primary" hint="Same as last week">👍</button>
        <menu hint="More"><option action="skip" value="u">Skip</option></menu></actions></card>""",
        "x.xml",
        "zh",
    )

    read = Reader(card_html(card))

    assert read.all("article") == [{"class": "card", "lang": "zh-Hans"}]
    assert {tag for tag, _ in read.seen} >= {
        "h2",
        "b",
        "i",
        "code",
        "br",
        "a",
        "small",
        "ul",
        "li",
        "th",
        "td",
        "hr",
        "img",
    }
    assert read.all("button") == [
        {"type": "submit", "name": "press", "value": "same t", "class": "primary", "aria-label": "Same as last week"},
        {"type": "submit", "name": "press", "value": "skip u", "class": "default"},
    ]
    assert read.all("summary") == [{"aria-label": "More"}]
    assert read.all("th") == [{"scope": "col"}]


def test_a_table_without_names_has_no_head() -> None:
    card = parse_card("<card><table><col/><row><cell>g</cell></row></table></card>", "x.xml")

    assert Reader(card_html(card)).all("th") == []


def test_only_web_addresses_lead_anywhere() -> None:
    card = Card((Text(((Link("x", "javascript:alert(1)"),),)), Image("data:text/html,x", "alt")))

    read = Reader(card_html(card))

    assert [attributes["href"] for attributes in read.all("a")] == ["#"]
    assert [attributes["src"] for attributes in read.all("img")] == ["#"]


def test_every_field_of_a_form_has_its_label_and_its_error() -> None:
    form = parse_form(
        """<form name="f" token="t&quot;" title="KR2" submit="Save" cancel="Cancel"><explain>x</explain>
        <textfield name="a" label="A" initial="1" hint="h" placeholder="p" optional="false"/>
        <textfield name="b" label="B" initial="&#10;2" multiline="true"/>
        <choice name="c" label="C" initial="1"><option value="1">1</option><option value="2">2</option></choice>
        <checkboxes name="d" label="D"><option value="1" checked="true">1</option>
        <option value="2">2</option></checkboxes>
        <personfield name="e" label="E" initial="U1"/></form>""",
        "x.xml",
    )

    read = Reader(form_html(form, action="/forms", errors={"a": "Which number?"}))

    fields = {
        str(attributes["id"])
        for tag in ("input", "textarea", "select")
        for attributes in read.all(tag)
        if "id" in attributes
    }
    assert fields == {"a", "b", "c", "e"} == {attributes.get("for") for attributes in read.all("label")} - {None}
    assert {
        attributes["name"]: attributes["value"] for attributes in read.all("input") if attributes["type"] == "hidden"
    } == {
        "form": "f",
        "token": 't"',
    }
    first = next(attributes for attributes in read.all("input") if attributes.get("id") == "a")
    assert first["aria-describedby"] == "a-hint a-error"
    assert "required" in first
    assert first["aria-invalid"] == "true"
    assert {attributes["id"]: attributes["class"] for attributes in read.all("small")} == {
        "a-hint": "hint",
        "a-error": "error",
    }
    assert [attributes["value"] for attributes in read.all("input") if "checked" in attributes] == ["1"]
    assert [attributes["value"] for attributes in read.all("option") if "selected" in attributes] == ["1"]
    assert "\n\n2" in read.words
    assert "Which number?" in read.words
