"""What help says: every topic of the specification, short, in both languages, and nothing that does not exist."""

import re

import pytest
from sqlmodel import select

from bot.cards.plain import plain_text
from bot.handlers.verbs import VERBS, Verb, split
from bot.intake.conversation import Answer
from bot.views.help import NAMES_ZH, TOPICS
from storage import models as m
from tests.handlers.talk import Talk

MOST_LINES = 8


def test_every_topic_of_the_specification_is_there_under_both_names() -> None:
    assert list(TOPICS) == [
        "start", "setup", "write", "publish", "change", "agree", "reply", "scores", "types", "status", "digest",
        "review", "workshop", "conflicts", "settings", "privacy", "commands",
    ]  # fmt: skip
    assert set(NAMES_ZH.values()) == set(TOPICS)


@pytest.mark.parametrize("topic", ["", *TOPICS])
def test_help_is_short_and_names_only_commands_that_exist(talk: Talk, topic: str) -> None:
    lines = talk.says(f"help {topic}").splitlines()

    assert 2 < len(lines) <= MOST_LINES
    for verb in re.findall(r"/okr ([a-z]+)", " ".join(lines)):
        assert verb in VERBS, verb


@pytest.mark.parametrize("topic", ["", *NAMES_ZH])
def test_help_in_chinese(talk_zh: Talk, topic: str) -> None:
    lines = talk_zh.says(f"帮助 {topic}").splitlines()

    assert 2 < len(lines) <= MOST_LINES
    for verb in re.findall(r"/okr ([\u4e00-\u9fff]+)", " ".join(lines)):
        assert verb in VERBS, verb
    assert not re.search(r"[A-Za-z]{4,} [A-Za-z]{3,} [A-Za-z]{3,}", " ".join(lines))


def test_the_short_help_names_the_topics(talk: Talk) -> None:
    last = talk.says("help").splitlines()[-2]

    assert last == f"• /okr help {' | '.join(TOPICS)}"


def test_what_a_command_does_stands_behind_a_colon(talk: Talk) -> None:
    assert talk.says("help").splitlines()[2] == (
        "• /okr: your KRs · /okr board: the team's board · /okr show KR2: everything about one "
        "· /okr update: a form for all"
    )


def test_what_a_command_does_in_chinese(talk_zh: Talk) -> None:
    assert "/okr：你的 KR · /okr 看板：团队看板 · /okr 查看 KR2：" in talk_zh.says("帮助")


def test_every_verb_that_a_newcomer_needs_is_named(talk: Talk) -> None:
    said = " ".join(talk.says(f"help {topic}") for topic in ("", *TOPICS))

    assert {verb.value for verb in set(VERBS.values())} - set(re.findall(r"/okr ([a-z]+)", said)) == set()
    assert "/okr board company" in said
    assert "/okr board attention" in said


def test_what_is_no_topic_is_answered_with_those_there_are(talk: Talk) -> None:
    assert talk.says("help nonsense") == f"I have no help on 'nonsense'. There is: {' | '.join(TOPICS)}"


@pytest.mark.parametrize("words", ["my KRs", "my krs please", "mine", "show my KRs", "我的 KR", "我的KR", "查看我的KR"])
def test_the_words_of_the_help_are_understood(talk: Talk, words: str) -> None:
    talk.office.renewals()

    assert talk.says(words) == talk.says("")


@pytest.mark.parametrize("words", ["update form", "更新 表单"])
def test_a_form_is_a_form(talk: Talk, words: str) -> None:
    talk.office.renewals()

    assert talk.says(words) == talk.says("update")


@pytest.mark.parametrize("words", ["board team", "board please", "看板 团队"])
def test_a_board_asked_for_kindly_is_the_board(talk: Talk, words: str) -> None:
    talk.office.renewals()

    assert talk.says(words) == talk.says("board")


def test_how_to_reply_is_told_with_ones_own_key_results(talk: Talk) -> None:
    talk.office.renewals()

    lines = talk.says("help reply").splitlines()

    assert 3 < len(lines) <= 8
    assert any("%: the number now" in line for line in lines)
    assert any("no change · KR" in line for line in lines)


def test_whoever_owns_nothing_sees_the_usual_examples(talk: Talk) -> None:
    assert len(talk.says("help reply").splitlines()) == len(TOPICS["reply"])


def test_somebody_new_finds_how_to_write_okrs(talk: Talk) -> None:
    said = talk.says("help")
    for command in ("add kr", "import", "check", "publish", "setup", "edit KR2"):
        assert f"/okr {command}" in said, command
    assert "write" in said.splitlines()[-2]

    lines = talk.says("help write").splitlines()
    for command in ("add objective", "add kr", "import", "check", "publish"):
        assert f"/okr {command}" in " ".join(lines), command
    assert talk.says("help okrs") == talk.says("help write")


def test_somebody_new_finds_it_in_chinese(talk_zh: Talk) -> None:
    assert "/okr 新增 KR" in talk_zh.says("帮助 写作")


_UNREAD = re.compile(r"don't|can't|which team|没有这个|没能|没读|哪个团队", re.IGNORECASE)


@pytest.mark.parametrize("verb", Verb)
def test_every_command_has_an_example_that_works_when_it_is_typed(talk: Talk, verb: Verb) -> None:
    _works(talk, verb)


@pytest.mark.parametrize("verb", Verb)
def test_the_examples_work_in_chinese(talk_zh: Talk, verb: Verb) -> None:
    _works(talk_zh, verb)


def _works(talk: Talk, verb: Verb) -> None:
    office = talk.office
    office.renewals()
    sales = office.found_team("SAL", "Sales")
    office.session.exec(select(m.Membership).where(m.Membership.team_id == sales.id)).one().person_id = office.li.id
    office.kr(3, "Calls answered", team=sales, owner=office.li)
    told = talk.render(Answer("help", {"topic": verb.value, "verb": verb.value}), office.bea)

    typed = plain_text(told).splitlines()[1].removeprefix("• ")

    assert split(typed.removeprefix("/okr ")).verb is verb
    if verb is not Verb.SETUP:  # it sends a message of its own
        said = talk.says(typed, by=office.bea)
        assert not _UNREAD.search(said), said


def test_help_of_a_command_uses_what_is_ones_own(talk: Talk) -> None:
    talk.office.renewals(7)

    assert talk.says("help edit").splitlines()[1] == "• /okr edit KR7 weight 2 because it matters most"
    assert talk.says("help add kr") == talk.says("help /okr add") == talk.says("help 新增")
