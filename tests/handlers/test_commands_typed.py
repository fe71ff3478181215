"""`/okr` as people type it: every verb in both languages, and everything that is no verb (spec/06 §11)."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.handlers.verbs import VERBS
from bot.intake.conversation import Answer, FormRequest
from bot.okr.model import CheckInSource, KRType
from bot.views.help import NAMES_ZH, TOPICS
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.asked import Office, at


def week_six(office: Office) -> None:
    """The three key results of the specification's sample."""
    mrr = office.kr(1, "Enterprise MRR", ends=("30000", "60000"), unit="$")
    renewals = office.renewals()
    sso = office.kr(5, "SSO live", KRType.MILESTONE, ends=None, due=date(2026, 12, 15))
    office.say(mrr, at(10, 11), value="46000")
    office.say(renewals, at(30, 11, month=10), value="28")
    office.say(sso, at(5, 11), confidence="5")
    office.say(sso, at(11, 11), confidence="6")


def stored(office: Office) -> list[m.CheckIn]:
    return list(office.session.exec(select(m.CheckIn).where(m.CheckIn.source == CheckInSource.COMMAND)))


# --- nothing: my key results ------------------------------------------------------------------------


def test_the_sample_of_the_specification(talk: Talk) -> None:
    week_six(talk.office)

    assert talk.says("").splitlines() == [
        "Your KRs · 2026 Q4 · week 6 of 13",
        "🔵 KR1 Enterprise MRR $46k → $60k · 0.53 · heading for 1.00+ · updated Tue",
        "🟢 KR2 Self-serve renewals 28% → 50% · 0.27 · heading for 0.84 · ⏰ 9 working days",
        "🟢 KR5 SSO live 0/1 · 6/10 ▲ from 5 · due 15 Dec",
        "Coming up · question Mon 10:00 · board Tue 10:00",
        "[Update all] [Board] [I'm away]",
    ]


def test_a_day_that_is_over_is_said(talk: Talk) -> None:
    row = talk.office.renewals()
    talk.office.say(row, at(10, 11), value="28")
    row.due = date(2026, 10, 31)
    talk.office.session.flush()

    assert "was due 31 Oct" in talk.says("").splitlines()[1]


def test_the_sample_in_chinese(talk_zh: Talk) -> None:
    week_six(talk_zh.office)

    assert talk_zh.says("　").splitlines()[0] == "你的 KR · 2026 Q4 · 第 6/13 周"
    assert talk_zh.says("").splitlines()[2] == "🟢 KR2 自助续费率 28% → 50% · 0.27 · 预计 0.84 · ⏰ 9 个工作日"


def test_who_owns_nothing_is_shown_the_way(talk: Talk) -> None:
    talk.office.renewals()

    assert talk.says("", by=talk.office.bea) == (
        "You own no key results in this cycle. /okr board shows your team's.\nComing up · board Tue 10:00\n[Board]"
    )
    assert talk.says("", by=talk.office.li) == "You own no key results in this cycle. /okr board shows your team's."


def test_a_line_says_what_is_special(talk: Talk) -> None:
    office = talk.office
    steps = office.kr(1, "Launch", KRType.MILESTONE, ends=None)
    office.steps(steps, "Draft", "Test")
    office.say(steps, at(12, 9), steps_done=(1,))
    blocked = office.renewals()
    office.say(blocked, at(12, 9), value="60", blocked=True, blocker="legal")
    owner_only = office.kr(3, "Just begun")
    owner_only.start = date(2026, 11, 9)
    office.say(owner_only, at(12, 9), value="20", self_score="0.7")
    paused = office.kr(4, "Paused")
    paused.state, paused.paused_until = paused.state.PAUSED, date(2026, 12, 1)
    office.kr(6, "Never read")

    lines = talk.says("").splitlines()
    assert "KR1 Launch 1 of 2 steps · 0.50 · updated Thu" in lines[1]
    assert "KR2 Self-serve renewals 60% → 50% · 1.00 (133%)" in lines[2]
    assert lines[2].endswith("⛔ blocked · updated Thu")
    assert "heading for 0.70 (owner)" in lines[3]
    assert lines[4].endswith("paused until 1 Dec")
    assert lines[5].startswith("⚪ KR6 Never read – → 50")


def test_the_open_question_stands_below(talk: Talk) -> None:
    talk.office.renewals()
    talk.says("KR2 0.31%")

    text = talk.says("")
    assert "❓" in text
    assert "❓" not in talk.says("", by=talk.office.li)


# --- boards -----------------------------------------------------------------------------------------


def test_a_board_of_my_team_of_another_of_mine_of_somebody_and_of_what_needs_attention(talk: Talk) -> None:
    office = talk.office
    week_six(office)
    support = office.found_team("SUP", "Support")
    office.kr(1, "Hire agents", team=support, owner=office.li)

    assert talk.says("board").startswith("Growth · OKR board · week 6 of 13\n")
    assert talk.says("Board team").startswith("Growth · OKR board")
    assert talk.says("BOARD team sup").startswith("Support · OKR board")
    assert talk.says("board SUP").startswith("Support · OKR board")
    assert talk.says("board Support").startswith("Support · OKR board")
    assert talk.says("board me").startswith("Your KRs\nGrowth\n")
    assert talk.says("board @Li").startswith("KRs of Li\nSupport\n")
    assert talk.says("board attention").splitlines()[2].startswith("🟢 on track · GRO-2 Self-serve renewals")
    assert talk.says("board XYZ") == "I don't know a team called XYZ. Try its key, such as GRO."
    assert talk.says("board", by=office.person("Tom")) == "You are in no team yet, so there is no board to show."


def test_boards_in_chinese_with_or_without_blanks(talk_zh: Talk) -> None:
    office = talk_zh.office
    week_six(office)

    for words in ("看板", "看板　团队", "看板团队 GRO", "看板 gro"):
        assert talk_zh.says(words).startswith("增长组 · OKR 看板 · 第 6/13 周"), words
    for words in ("看板 我", "看板我"):
        assert talk_zh.says(words).startswith("你的 KR\n"), words
    assert "GRO-2" in talk_zh.says("看板 关注")


def test_who_is_in_several_teams_chooses_by_a_button(talk: Talk) -> None:
    office = talk.office
    office.renewals()
    support = office.found_team("SUP", "Support")
    office.kr(1, "Hire agents", team=support)

    (first, second) = talk.buttons("board")
    assert (first.label, second.label) == ("GRO", "SUP")
    assert talk.presses(second.action, second.value).startswith("Support · OKR board")
    preview = talk.buttons("digest preview")[1]
    assert talk.presses(preview.action, preview.value).startswith("Support · OKR board")


# --- updates ----------------------------------------------------------------------------------------


def test_update_without_words_is_the_form_of_all(talk: Talk) -> None:
    assert talk.says("update") == "You own no key results in this cycle."

    talk.office.renewals()
    assert talk.says("update") == talk.says("更新") == "[form update_all_form]"


@pytest.mark.parametrize(
    "words",
    [
        "KR2 31%",
        "kr2: 31%",
        "GRO-2 31%",
        "#2 31%",
        "ＫＲ２ 31%",
        "update KR2 31%",
        "Update KR2 to 31%",
        "更新 KR2 31%",
        "更新KR2 31%",
        "churn 31%",
        "Self-serve renewals 31%",
        "/okr KR2 31%",
    ],
)
def test_a_label_an_alias_or_the_verb_first_is_an_update(talk: Talk, words: str) -> None:
    talk.office.renewals().alias = ["churn"]

    told = talk.says(words)

    assert told.startswith("✓ KR2")
    assert "[Undo]" in told
    (row,) = stored(talk.office)
    assert (row.value, row.raw_text is not None) == (Decimal(31), True)


def test_an_alias_that_is_a_verb_stays_the_verb(talk: Talk) -> None:
    talk.office.renewals().alias = ["board", "board packs"]

    assert talk.says("board me").startswith("Your KRs")
    assert talk.says("board packs 31%").startswith("✓ KR2")


def test_somebody_else_s_key_result_is_not_changed(talk: Talk) -> None:
    office = talk.office
    office.renewals()
    office.kr(3, "Mine", owner=office.li)

    told = talk.says("GRO-2 31%", by=office.li)

    assert stored(office) == []
    assert "✓" not in told


def test_undo_takes_back_what_a_command_stored(talk: Talk) -> None:
    office = talk.office
    row = office.renewals()
    talk.says("KR2 31%")

    talk.says("undo")

    assert row.current.value is None
    assert talk.says("撤销") == "There is nothing to take back: no entry of yours in the last 24 hours."


# --- the rest of the verbs --------------------------------------------------------------------------


def test_a_language_is_confirmed_in_itself(talk: Talk) -> None:
    office = talk.office
    office.renewals()

    assert talk.says("lang zh") == "以后用中文和你说。"
    assert office.mei.lang is m.Language.ZH
    assert talk.says("").startswith("你的 KR")
    assert talk.says("语言 English") == talk.presses("lang", "en") == "From now on I write to you in English."
    assert talk.says("lang fr") == "I speak English and 简体中文: /okr lang en or /okr lang zh."
    assert talk.says("lang") == talk.says("lang fr")


@pytest.mark.parametrize("topic", ["", *TOPICS, *NAMES_ZH, "REPLY", "nonsense"])
def test_help_is_short_and_names_only_commands_that_exist(talk: Talk, topic: str) -> None:
    _is_good_help(talk.says(f"help {topic}"))


@pytest.mark.parametrize("topic", ["", *TOPICS, *NAMES_ZH, "REPLY", "nonsense"])
def test_help_in_chinese_is_short_and_names_only_commands_that_exist(talk_zh: Talk, topic: str) -> None:
    _is_good_help(talk_zh.says(f"help {topic}"))


def _is_good_help(text: str) -> None:
    """Eight lines at most; what stands behind each `/okr` is a verb, or words of a sentence about `/okr` alone."""
    lines = text.splitlines()
    assert 1 <= len(lines) <= 8
    for named in re.findall(r"/okr ([a-z]+|[\u4e00-\u9fff]+)", text):
        assert named in VERBS, named


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_is_its_own(talk: Talk, topic: str) -> None:
    chinese = {english: word for word, english in NAMES_ZH.items()}

    assert talk.says(f"help {topic}") != talk.says("help")
    assert talk.says(f"help {topic}") == talk.says(f"帮助 {chinese[topic]}")


@pytest.mark.parametrize(
    ("typed", "closest"),
    [("bord", "board"), ("shwo KR2", "show"), ("wyh", "why"), ("halp", "help"), ("digset", "digest"), ("lnag", "lang")],
)
def test_an_unknown_verb_is_answered_with_the_three_closest(talk: Talk, typed: str, closest: str) -> None:
    told = talk.says(typed)

    assert told.startswith(f"I don't know '{typed.split()[0]}'. Did you mean {closest} · ")
    assert told.count(" · ") == 2


def test_an_unknown_verb_in_chinese(talk_zh: Talk) -> None:
    assert talk_zh.says("看版 GRO").startswith("没有“看版”这个命令。你是想说 看板")


@pytest.mark.parametrize(
    "later",
    ["review", "close", "复盘"],
)
def test_what_comes_later_is_not_claimed_to_exist(talk: Talk, later: str) -> None:
    talk.office.renewals()
    told = talk.says(later)

    assert told.startswith(f"I don't know '{later.split()[0]}'.")
    named = told.split("Did you mean ")[1].split("?")[0].split(" · ")
    assert len(set(named)) == 3
    assert set(named) <= set(VERBS)
    assert stored(talk.office) == []


# --- odd input --------------------------------------------------------------------------------------


def test_three_thousand_characters_are_not_read(talk: Talk) -> None:
    talk.office.renewals()
    too_long = "That is longer than 2,000 characters, so I did not read it. Please say it shorter."

    assert talk.says("KR2 31% " + "x" * 3000) == too_long
    assert talk.says("x" * 2000).startswith("I don't know '")
    assert stored(talk.office) == []


@pytest.mark.parametrize(
    "text", ["\x00\x01\x02", "\ud83d", "\u202e\u2066", "/", "@", "<@>", "🟢", "'; DROP TABLE", "%s {x}"]
)
def test_binary_and_signs_are_answered_with_a_sentence(talk: Talk, text: str) -> None:
    assert talk.says(text).endswith("/okr help lists everything.")


ODD = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{} {}".format,
        st.sampled_from(sorted(VERBS)),
        st.one_of(st.text(max_size=30), st.sampled_from(["me", "KR2", "@Li", "GRO", "now", "3-14 Dec", "until", "zh"])),
    ),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ODD)
def test_anything_typed_gets_an_answer(talk: Talk, text: str) -> None:
    reply = talk.reply(text)

    assert isinstance(reply, Answer | FormRequest)
    if isinstance(reply, Answer):
        assert talk.render(reply, talk.office.mei).blocks
