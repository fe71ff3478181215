"""The questions as data: complete, with both languages, with their facts (spec/05 §10.10)."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from bot.okr.replies import QUESTIONS, Ask, AskFacts, Code, ParamKind, options, question, read_reply
from bot.okr.replies.questions import PER_CLASH_MSGID, PER_KR_MSGID, PER_NUMBER_MSGID
from tests.okr.replies.contexts import context

_TRANSLATIONS = Path(__file__).parents[3] / "bot" / "cards" / "translations"
_ENTRY = re.compile(r'^msgid ((?:"(?:[^"\\]|\\.)*"\n)+)msgstr ((?:"(?:[^"\\]|\\.)*"\n?)+)', re.MULTILINE)
_PLACE = re.compile(r"%\((\w+)\)s")


def _msgids() -> set[str]:
    found = {PER_CLASH_MSGID, PER_KR_MSGID, PER_NUMBER_MSGID}
    for asked in QUESTIONS.values():
        found |= {asked.msgid, *asked.variants.values(), *(option.msgid for option in asked.options)}
        found |= {option.known for option in asked.options if option.known is not None}
    return found


def _unquoted(lines: str) -> str:
    text = "".join(line.strip()[1:-1] for line in lines.strip().splitlines())
    return text.replace('\\"', '"').replace("\\\\", "\\")


def _chinese() -> dict[str, str]:
    return {
        _unquoted(entry[1]): _unquoted(entry[2])
        for path in sorted(_TRANSLATIONS.rglob("*.po"))
        for entry in _ENTRY.finditer(path.read_text(encoding="utf-8"))
    }


def test_every_code_has_a_question() -> None:
    assert set(QUESTIONS) == set(Code)


@pytest.mark.parametrize("msgid", sorted(_msgids()))
def test_every_sentence_and_button_has_its_chinese_with_the_same_places(msgid: str) -> None:
    chinese = _chinese().get(msgid)
    assert chinese
    assert set(_PLACE.findall(chinese)) == set(_PLACE.findall(msgid))


@pytest.mark.parametrize("code", list(Code))
def test_each_sentence_names_only_places_it_has_facts_for(code: Code) -> None:
    asked = QUESTIONS[code]
    assert set(_PLACE.findall(asked.msgid)) == set(asked.places)
    for option in asked.options:
        assert set(_PLACE.findall(option.msgid)) == set(option.places)


@pytest.mark.parametrize("code", list(Code))
def test_yes_and_no_choose_options_that_exist(code: Code) -> None:
    asked = QUESTIONS[code]
    ids = [option.id for option in asked.options]
    assert len(set(ids)) == len(ids)
    assert {asked.yes, asked.no} - {None} <= set(ids)


def _written(ask: Ask, name: str) -> str:
    words = question(ask, context(name))
    return words.msgid % {param.name: param.value for param in words.params}


def _asked(name: str, text: str) -> Ask:
    reply = read_reply(text, context(name))
    ask = reply.ask or reply.segments[0].ask
    assert ask is not None
    return ask


@pytest.mark.parametrize(
    ("name", "text", "written"),
    [
        ("M", "450000", "450000 is far from 41000.0. Sure?"),
        ("M", "done", "Has it reached 60000.0? Last I have is 41000.0."),
        ("M", "€45k", "This one is in $. What is it in $?"),
        ("M", "KR1", "What is Enterprise MRR now? Last: 41000.0."),
        ("M", "great week", "Noted. What is Enterprise MRR now?"),
        ("M", "11/10", "11/10 is outside 0-10 (or 0-100%)."),
        ("B", "slow week", "Noted. How likely by KR3?"),
        ("B", "100%", "Is SSO live for all customers done?"),
        ("three", "0.7", "Which one is '0.7' for?"),
        ("three", "same", "No change for all 3?"),
        ("three", "KR9 0.7", "I don't have KR9 for you. Yours: KR1, KR2, KR3"),
        ("A", "75%", "75% Activation rate now, or 75% of the way?"),
        ("M", "+4k", "41000.0 +4000 = 45000. Is 45000 the new total?"),
        ("M", "-5k", "41000.0 -5000 = 36000. Is 36000 the new total?"),
        ("M", "45-48k", "One number, please: 45000, 46500 or 48000?"),
        ("I", "5-8", "One number, please: 5, 6 or 8?"),
        ("I", "6-7", "One number, please: 6 or 7?"),
        ("M", "not mine", "Who owns KR1?"),
    ],
)
def test_a_question_is_written_with_its_facts(name: str, text: str, written: str) -> None:
    assert _written(_asked(name, text), name) == written


def test_the_kind_of_a_fact_says_how_it_is_written() -> None:
    kinds = {param.name: param.kind for param in question(_asked("M", "450000"), context("M")).params}
    assert kinds == {"v": ParamKind.VALUE, "last": ParamKind.VALUE}
    binary = question(Ask(Code.Q_NOTE_ONLY, "KR3"), context("B"))
    assert [param.kind for param in binary.params] == [ParamKind.DUE]


def test_an_outlier_without_a_last_value_does_not_name_one() -> None:
    ask = Ask(Code.Q_OUTLIER, "KR1", AskFacts(v=Decimal(9)))
    assert "%(last)s" not in question(ask, context("BL")).msgid


def test_the_buttons_of_where_it_lands_are_four_scores() -> None:
    labels = [option.label.params[0].value for option in options(Ask(Code.Q_LANDS, "KR1"), context("M"))]
    assert labels == [Decimal("0.3"), Decimal("0.5"), Decimal("0.7"), Decimal("1.0")]
