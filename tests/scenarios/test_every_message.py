"""Every message of the weekly conversation, reached by what people do, in the order of spec/07 §12.1-12.6 and 12.10."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.okr.model import ScoreMode
from storage import models as m
from tests.scenarios.conftest import _live
from tests.scenarios.week import Pretend, Week

pytestmark = (
    pytest.mark.sqlite_is_enough
)  # what the messages say; test_several_teams and the two weeks ask the same of both

EVERY_KIND = "every_kind.yaml"


@pytest.fixture
async def kinds(tmp_path: Path) -> AsyncIterator[Week]:
    """A week of a team with a key result of every kind."""
    async for one in _live(Week(tmp_path, EVERY_KIND)):
        yield one


@pytest.fixture
def pia(kinds: Week) -> Pretend:
    """Leads Growth; owns a number, a yes or no, and an automated key result."""
    return kinds.person("pia")


@pytest.fixture
def quin(kinds: Week) -> Pretend:
    """Owns one of each other kind, eight in all."""
    return kinds.person("quin")


@pytest.fixture
def yun(kinds: Week) -> Pretend:
    """Is asked in Chinese, by two teams."""
    return kinds.person("yun")


def progress(session: Session) -> None:
    """Self-scores say how much is done."""
    workspace = session.exec(select(m.Workspace)).one()
    workspace.score_mode = ScoreMode.PROGRESS
    session.add(workspace)


def steps_of(session: Session) -> list[tuple[str, int | None]]:
    """Open next steps and their key results' numbers."""
    rows = session.exec(
        select(m.NextStep, m.KeyResult.number)
        .join(m.KeyResult, col(m.KeyResult.id) == col(m.NextStep.kr_id), isouter=True)
        .where(m.NextStep.state == m.NextStepState.OPEN)
    )
    return [(step.text, number) for step, number in rows]


# --- §12.1 the weekly DM ------------------------------------------------------------------------------------


async def test_a_number_key_result_is_asked_with_what_is_known(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")

    assert pia.newest() == (
        "Weekly check-in · Growth · week 7 of 13\n"
        "Tap or reply in your own words. The board goes out Fri 09:50.\n"
        "Any of these work: 45k · KR2 31%, KR5 7/10 · no change · blocked on legal.\n"
        "\n"
        "KR1 · Self-serve renewals 20% → 50% by 31 Dec\n"
        "31% on 5 Nov · score 0.37 · heading for 0.95 🟢 · you said 0.7\n"
        "Where will it land by 31 Dec?\n"
        "[0.3] [0.5] [0.7] [1.0] [👍 Same, still 31%] [⋯]\n"
        "\n"
        "KR2 · SSO live by 15 Dec · 0/1\n"
        "Last: 6/10\n"
        "How likely by 15 Dec?\n"
        "[👍 Still 6] [7 ▲] [5 ▼] [Done] [⋯]\n"
        "\n"
        "KR3 · NPS 32 → 45 · 🤖 41 on 9 Nov · score 0.69 · heading for 1.00+ 🔵\n"
        "I'd say it lands at 1.0. Looks right?\n"
        "[👍 Yes] [0.3] [0.5] [0.7] [⋯]\n"
        "\n"
        "[👍 All as shown]"
    )


async def test_an_automated_key_result_is_answered_with_yes(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")

    await pia.taps("👍 Yes", "KR3")

    (row,) = kinds.said_of("GRO-3")
    assert (row.kind.value, row.value, str(row.self_score)) == ("confirm", None, "1.0")
    pia.sees("✓ self-score 1.0")


async def test_all_as_shown_answers_everything_with_one_tap(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")

    await pia.taps("👍 All as shown")

    said = [kinds.said_of(f"GRO-{number}") for number in (1, 2, 3)]
    assert [[row.kind.value for row in rows] for rows in said] == [["confirm"], ["confirm"], ["confirm"]]
    pia.sees("That's all, thank you. Board on Friday at 09:50.", "no change, 31%", "no change, 6/10")


async def test_the_first_time_one_line_says_what_works(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    pia.sees("Any of these work: 45k · KR2 31%, KR5 7/10 · no change · blocked on legal.")

    await kinds.at("2026-11-19 10:00")

    assert "Any of these work" not in pia.newest()


async def test_steps_ranges_baselines_and_anchors_are_asked_in_their_own_way(kinds: Week, quin: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")

    text = quin.newest()
    assert "2 of 4 steps · score 0.50 · you said 0.7" in text
    assert "76 on 5 Nov · in range" in text
    assert "Is there a first number?\n[No data yet]" in text
    assert "45 on 5 Nov · score 0.15 · heading for 0.39 🔴 · you said 0.5 · 0.3 = 50, 0.7 = 60, 1.0 = 80" in text


async def test_without_a_self_score_the_number_alone_can_be_said_again(kinds: Week, quin: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    assert "[0.3] [0.5] [0.7] [1.0] [👍 Still $44k] [⋯]" in quin.newest()
    assert "KR7 · Nothing known 0 → 900 by 31 Dec\nWhere will it land by 31 Dec?\n[0.3] [0.5] [0.7] [1.0] [⋯]" in (
        quin.newest()
    )

    await quin.taps("👍 Still $44k")

    quin.sees("✓ no change, $44k", "Where will it land by 31 Dec?")


async def test_more_than_seven_are_named_by_their_number(kinds: Week, quin: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")

    assert "and one more [Open form]" in quin.newest()
    await quin.taps("Open form")
    assert "KR13 · Use of gift cards" in quin.form()


async def test_a_key_result_that_is_done_is_asked_every_second_week(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    assert "KR11" not in pia.newest()
    await kinds.at("2026-11-19 10:00")
    assert "Still ≥ 60k?\n[👍 Still 61k] [Enter number] [⋯]" in pia.newest()

    await pia.taps("👍 Still 61k")

    pia.sees("KR11 · Guests", "✓ no change, 61k")
    await kinds.at("2026-11-26 10:00")
    assert "KR11" not in pia.newest()
    await kinds.at("2026-12-03 10:00")
    pia.sees("week 10 of 13", "Still ≥ 60k?")


async def test_a_yes_or_no_that_is_done_is_not_asked_again(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    await pia.taps("Done", "KR2")
    pia.sees("✓ done ✅")

    for day in ("19", "26"):
        await kinds.at(f"2026-11-{day} 10:00")
        assert "KR2" not in pia.newest()


async def test_small_whole_numbers_can_be_told_by_one_tap(kinds: Week, quin: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")

    await quin.taps("0.7", "KR9")

    quin.sees("number still 13 of 5 Nov", "[Still 13] [14] [15] [Other] [Undo]")
    await quin.taps("14", "KR9")
    quin.sees("✓ 13 → 14 · self-score 0.7")


async def test_progress_mode_asks_how_much_is_done(kinds: Week, pia: Pretend) -> None:
    kinds.change(progress)

    await kinds.at("2026-11-12 10:00")

    pia.sees("How much of it is done, 0 to 1?", "I'd say 0.7 done. Looks right?", "heading for 0.95 🟢")


async def third_week(week: Week, quin: Pretend) -> None:
    """KR9 is confirmed three times."""
    for day in ("12", "19", "26"):
        await week.at(f"2026-11-{day} 10:00")
        quin.sees_nothing_of("Third week")
        await quin.taps("👍 Same, still 13")


async def test_the_third_week_without_a_change_asks_what_would_move_it(kinds: Week, quin: Pretend) -> None:
    await third_week(kinds, quin)
    quin.sees("Third week at 13. What would move it?", "[Next step] [Wrong measure] [Just slow]")

    await quin.taps("Next step")
    assert "What is the next step?" in quin.form()
    await quin.fills_in(text="Call the ten largest")

    assert kinds.look(steps_of) == [("Call the ten largest", 9)]
    quin.sees_nothing_of("Third week")


async def test_a_wrong_measure_is_help_that_the_team_can_give(kinds: Week, quin: Pretend) -> None:
    await third_week(kinds, quin)

    await quin.taps("Wrong measure")

    assert kinds.said_of("GRO-9")[-1].help_wanted == "a better measure"
    quin.sees("✓ no change, 13", "help: a better measure")
    quin.sees_nothing_of("Third week")


async def test_just_slow_may_take_a_slow_start(kinds: Week, quin: Pretend) -> None:
    await third_week(kinds, quin)

    await quin.taps("Just slow")
    quin.sees("This one starts slowly?", "[Use a slow-start pace] [No]")
    await quin.taps("Use a slow-start pace")

    quin.sees("KR9 is measured against a slow start now: heading for 1.00+ 🟢.")


async def test_a_third_week_answered_in_words_is_noted(kinds: Week, quin: Pretend) -> None:
    await third_week(kinds, quin)

    await quin.types("the new price list in December")

    assert kinds.said_of("GRO-9")[-1].note == "the new price list in December"
    quin.sees_nothing_of("Third week")


# --- §12.2 the echo -------------------------------------------------------------------------------------------


async def test_a_number_is_echoed_and_where_it_lands_is_asked(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")

    await pia.types("KR1 33%")

    assert pia.newest() == (
        "✓ KR1 31% → 33% · score 0.43 · heading for 0.94 🟢 [Undo]\n"
        "And where will it land by 31 Dec?\n"
        "[0.3] [0.5] [0.7] [1.0]"
    )
    await pia.taps("0.7", "where will it land")
    assert pia.newest().startswith("✓ KR1 31% → 33% · self-score 0.7 · score 0.43")


async def test_several_answers_are_echoed_line_by_line(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")

    await pia.types("KR1 no change, KR2 7/10 blocked on Apple review")

    pia.sees("✓ KR1 no change, 31%", "✓ KR2 7/10 ▲ · blocked on Apple review", "[Undo]")


async def test_a_low_score_is_thanked_for_and_asked_what_would_help(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    await pia.types("KR1 0.3")
    pia.sees("✓ KR1 0.3", "Thanks for saying so early. What would help?", "[Ask the team] [Nothing now]")

    await pia.taps("Ask the team")
    await pia.fills_in(help="a front-end day")

    pia.sees("help: a front-end day")
    pia.sees_nothing_of("What would help?")


async def test_asking_the_team_may_be_typed(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    await pia.types("KR1 0.3")

    await pia.types("ask the team")

    assert "[Open form]" in pia.newest()
    assert [row.help_wanted for row in kinds.said_of("GRO-1")] == [None]


async def test_nothing_now_closes_the_question_of_help(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    await pia.types("KR1 0.3")

    await pia.taps("Nothing now")

    pia.sees("✓ KR1 0.3", "Thanks for saying so early.")
    pia.sees_nothing_of("What would help?")


async def test_an_amber_key_result_offers_a_next_step(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    await pia.types("KR1 27%, 0.5")
    assert "[＋ Next step] [Undo]" in pia.newest()

    await pia.taps("＋ Next step")
    await pia.fills_in(text="Call the ten largest")

    assert kinds.look(steps_of) == [("Call the ten largest", 1)]


async def test_a_percentage_is_echoed_with_what_it_makes(kinds: Week, quin: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    await quin.types("KR8 70%")
    quin.sees("70%: now 70% of the target ($42k), now 70% of the way from $30k ($51k), or where you expect to land?")

    await quin.taps("Of the way")

    quin.sees("✓ KR8 70% of the way = $51k · score 0.70")
    await quin.types("KR8 80%")
    quin.sees("✓ KR8 80% of the way = $54k")


async def test_that_is_all_names_the_board_that_comes_first(kinds: Week, yun: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    yun.sees("每周更新 · Growth + Support", "看板 周五 09:50 发出")

    await yun.taps("0.7", "GRO-12")
    await yun.taps("0.7", "SUP-1")

    yun.sees("都好了，谢谢。周五 09:50 发看板。")


async def test_an_echo_and_its_undo_in_chinese(kinds: Week, yun: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    await yun.types("GRO-12 290, 0.3")
    yun.sees("✓ 已更新 GRO-12 300 → 290", "自评 0.3", "谢谢及早告知。需要什么帮助？", "[请团队帮忙] [暂时不用]")

    await yun.types("撤销")

    yun.sees("已恢复为 300(11月5日)。")


# --- §12.3 reminders ------------------------------------------------------------------------------------------


async def test_the_first_reminder_in_chinese_lists_what_is_open(kinds: Week, yun: Pretend) -> None:
    await kinds.at("2026-11-12 16:00")

    assert yun.newest() == ("周五的看板还差两个：SUP-1 和 GRO-12。\n[👍 不变，还是 280] [👍 不变，还是 300] [稍后]")


async def test_the_first_reminder_lists_two_with_a_tap_each(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    await pia.taps("👍 Yes", "KR3")

    await kinds.at("2026-11-12 16:00")

    assert pia.newest() == ("Two to go for Friday's board: KR1 and KR2.\n[👍 Same, still 31%] [👍 Still 6/10] [Later]")


async def test_the_second_reminder_of_several_needs_one_tap(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-13 09:00")
    assert pia.newest() == (
        "The board goes out at 09:50. One tap is enough.\n"
        "KR1 31%, self-score 0.7 · KR2 6/10 · KR3 1.0\n"
        "[👍 All as shown] [Not this week]"
    )

    await pia.taps("👍 All as shown")

    assert pia.newest() == "That's all, thank you. Board on Friday at 09:50."


async def test_the_second_reminder_opens_the_form_where_nobody_knows_enough(kinds: Week, quin: Pretend) -> None:
    await kinds.at("2026-11-13 09:00")

    assert quin.newest() == "The board goes out at 09:50. A line is enough.\n[Open form] [Not this week]"


async def test_the_second_reminder_of_one_asks_it_with_its_buttons(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    await pia.taps("👍 Yes", "KR3")
    await pia.taps("7 ▲", "KR2")
    await kinds.at("2026-11-13 09:00")
    assert pia.newest() == (
        "The board goes out at 09:50. One tap is enough.\n"
        "KR1 · Self-serve renewals\n"
        "Where will it land by 31 Dec?\n"
        "[0.3] [0.5] [0.7] [1.0] [👍 Same, still 31%] [Not this week]"
    )

    await pia.taps("0.5")

    assert [str(row.self_score) for row in kinds.said_of("GRO-1")] == ["0.5"]
    assert pia.newest() == "That's all, thank you. Board on Friday at 09:50."


async def test_the_second_reminder_in_chinese(kinds: Week, yun: Pretend) -> None:
    await kinds.at("2026-11-13 09:00")

    yun.sees("看板 09:50 发出，点一下就够。", "[👍 都和上面一样] [这周跳过]")


# --- §12.4 snooze, skip, thanks ---------------------------------------------------------------------------------


async def test_later_in_the_afternoon_is_an_hour_before_the_board(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 15:30")

    await pia.types("later")

    pia.sees("OK, I'll ask again Fri 10:00.")


async def test_snooze_and_skip_in_chinese(kinds: Week, yun: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")
    await yun.types("稍后")
    yun.sees("好的，13:00 再问你。")

    await yun.types("GRO-12 跳过")

    yun.sees("本周跳过，看板上显示为未更新。")


async def test_thanks_are_returned(kinds: Week, pia: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")

    await pia.types("thanks")

    pia.sees("You're welcome.")


# --- §12.5 stale and dark ---------------------------------------------------------------------------------------


async def test_stale_in_chinese(kinds: Week, yun: Pretend) -> None:
    await kinds.at("2026-11-17 10:00")

    yun.sees("GRO-12 上次更新是 8 个工作日前（300）。现在还是 300 吗？", "[👍 还是 300] [更新]")


async def test_a_number_that_only_scores_kept_company_is_named_as_old(kinds: Week, yun: Pretend) -> None:
    for day in ("12", "19"):
        await kinds.at(f"2026-11-{day} 10:00")
        await yun.taps("0.7", "SUP-1")

    await kinds.at("2026-11-20 12:50")

    kinds.channel("#support").sees("Improve", "KR1: number is 11 working days old")
    await yun.types("/okr show SUP-1")
    yun.sees("数值已有 11 个工作日未测")


# --- §12.6 optimism -----------------------------------------------------------------------------------------------


async def test_optimism_is_asked_about_in_chinese(kinds: Week, yun: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")

    await yun.types("GRO-12 360, 0.7")

    yun.sees("按节奏约 0.43，你自评 0.7。是什么让你更乐观？（一句话就行）")


# --- §12.10 errors --------------------------------------------------------------------------------------------------


async def test_what_went_wrong_is_kept_and_read_again(
    kinds: Week, pia: Pretend, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kinds.at("2026-11-12 10:00")
    with monkeypatch.context() as patch:
        patch.setattr("bot.handlers.router.typed", _breaks)
        await pia.types("KR1 33%")
    kinds.expect("error", "inbox")
    pia.sees("Something went wrong on my side. I kept your text and will read it again: 'KR1 33%'.")
    assert kinds.said_of("GRO-1") == []

    await kinds.restarts()

    assert [str(row.value) for row in kinds.said_of("GRO-1")] == ["33"]
    pia.sees("✓ KR1 31% → 33%")


def _breaks(*_: object, **__: object) -> None:
    raise LookupError("a pretend accident")


async def test_who_may_not_change_it_hears_who_may(kinds: Week, yun: Pretend) -> None:
    await kinds.at("2026-11-12 10:00")

    await yun.types("GRO-1 33%")

    yun.sees("Pia")
    assert kinds.said_of("GRO-1") == []
