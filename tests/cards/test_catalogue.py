"""Every sentence is translated, whole, and in words that we use."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.cards.i18n import LANGUAGES, TRANSLATIONS, merged, placeholders
from bot.cards.words import all_words
from bot.okr.replies.questions import PER_CLASH_MSGID, PER_KR_MSGID, PER_NUMBER_MSGID, QUESTIONS
from tests.cards.catalogue import PAGES, Message, forbidden, in_python, in_templates, marked


@pytest.fixture(scope="module")
def used() -> dict[Message, str]:
    return {**in_python(), **in_templates(), **in_templates(PAGES, "html"), **in_questions()}


def in_questions() -> dict[Message, str]:
    """The sentences and buttons of the questions back, which stand in a table of data."""
    found: dict[Message, str] = {
        PER_KR_MSGID: "PER_KR_MSGID",
        PER_NUMBER_MSGID: "PER_NUMBER_MSGID",
        PER_CLASH_MSGID: "PER_CLASH_MSGID",
    }
    for code, question in QUESTIONS.items():
        labels = (option.msgid for option in question.options)
        found |= dict.fromkeys((question.msgid, *question.variants.values(), *labels), code.value)
    return found


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return merged(TRANSLATIONS / "zh", "zh")


def test_every_message_is_in_the_catalogue(used: dict[Message, str], catalogue: Catalog) -> None:
    assert {where: message for message, where in used.items() if catalogue.get(message) is None} == {}


def test_no_entry_is_unused(used: dict[Message, str], catalogue: Catalog) -> None:
    assert [message.id for message in catalogue if message.id and message.id not in used] == []


def test_no_entry_is_fuzzy_or_empty(catalogue: Catalog) -> None:
    entries = [message for message in catalogue if message.id]

    assert [message.id for message in entries if message.fuzzy or not all(_forms(message.string))] == []


def test_a_translation_has_the_placeholders_of_its_sentence(catalogue: Catalog) -> None:
    for message in catalogue:
        # One of several English forms may say the number in words.
        names = frozenset[str]().union(*map(placeholders, _forms(message.id)))
        for form in _forms(message.string):
            if message.id:
                assert placeholders(form) == names, message.id


def test_a_translation_has_the_tags_of_its_sentence(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            for form in _forms(message.string):
                for sign in ("<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "<br/>"):
                    assert form.count(sign) == _forms(message.id)[0].count(sign), message.id


def test_no_message_has_a_forbidden_word(used: dict[Message, str], catalogue: Catalog) -> None:
    texts = [form for message in used for form in _forms(message)]
    texts += [form for message in catalogue if message.id for form in _forms(message.string)]

    assert {text: words for text in [*texts, *all_words()] if (words := forbidden(text))} == {}


def test_forbidden_words_are_found_as_whole_words() -> None:
    assert forbidden("KR2 is late; please remember it. Forgot?") == ["late", "please remember", "Forgot"]
    assert forbidden("KR2 已逾期") == ["逾期"]
    assert forbidden("Translate the latest plate, later") == []


def test_every_file_can_be_read_by_the_usual_tools() -> None:
    paths = sorted(TRANSLATIONS.rglob("*.po"))

    assert {path.parent.name for path in paths} == set(LANGUAGES) - {"en"}
    for path in paths:
        with path.open("rb") as file:
            assert len(read_po(file, abort_invalid=True)) > 0, path


def test_marks_are_found_wherever_they_stand(tmp_path: Path) -> None:
    source = """
from x import N_
A = N_("one {x}")
B = [Words("two"), y.N_("three"), self._cards.text("four", lang), cards.text(A, lang), other.text("five"), N_(A)]
"""
    assert [message for _, message in marked(source)] == ["one {x}", "two", "three", "four"]

    (tmp_path / "a.xml").write_text(
        "<card>{% trans n %}\n one\n step{% pluralize %}{{ n }} steps 5%{% endtrans %}{{ _('x {y}', y=1) }}</card>",
        encoding="utf-8",
    )
    assert in_templates(tmp_path) == {("one step", "%(n)s steps 5%%"): "a.xml:1", "x {y}": "a.xml:3"}


def _forms(text: Message | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))
