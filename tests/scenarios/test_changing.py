"""A published key result is changed openly: by command and by form, by two people at once, and taken back."""

from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from bot.okr.model import KRState, KRType
from storage import models as m
from tests.scenarios.week import Place, Pretend, Week


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


async def hears(person: Pretend, words: str) -> str:
    """What a command is answered with: at once, or as a message of its own that can follow what happens."""
    result = await person.types(words)
    return plain_text(result.card) if isinstance(result, Say) else person.newest()


async def hears_on(person: Pretend, label: str) -> str:
    """The same for a button."""
    result = await person.taps(label)
    return plain_text(result.card) if isinstance(result, Say) else person.newest()


def key_result(week: Week, number: int) -> m.KeyResult:
    return week.look(lambda session: session.exec(select(m.KeyResult).where(m.KeyResult.number == number)).one())


def changes(week: Week) -> list[tuple[str, object, object, str | None, str | None]]:
    def rows(session: Session) -> list[tuple[str, object, object, str | None, str | None]]:
        found = session.exec(select(m.Change).order_by(col(m.Change.id))).all()
        return [(one.field, one.old, one.new, one.reason, one.category) for one in found]

    return week.look(rows)


async def test_a_target_is_lowered_openly_and_the_history_stays(week: Week, mei: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:05")
    read = week.look(lambda session: [(one.value, one.day) for one in session.exec(select(m.Reading)).all()])

    told = await hears(mei, "/okr edit KR1 target $55k because largest deal moved to January")

    assert told.splitlines()[:2] == ["GRO-1 · Enterprise MRR", "target $60k → $55k"]
    growth.sees("KR1 changed by Mei: target $60k → $55k. Because: largest deal moved to January.")
    assert changes(week)[-1] == ("target", "60000", "55000", "largest deal moved to January", None)
    assert read == week.look(lambda session: [(one.value, one.day) for one in session.exec(select(m.Reading)).all()])
    assert (await hears_on(mei, "The market moved")) == "Noted: The market moved."
    assert changes(week)[-1][-1] == "market"
    shown = await hears(mei, "/okr show KR1")
    assert "target $60k → $55k because largest deal moved to January" in shown


async def test_the_score_is_worked_out_anew_from_the_change_on(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    assert "(44k − 30k) ÷ (60k − 30k)" in (await hears(mei, "/okr why KR1")).replace("$", "")

    await mei.types("/okr edit KR1 target 55k because the deal moved")

    assert "(44k − 30k) ÷ (55k − 30k)" in (await hears(mei, "/okr why KR1")).replace("$", "")


async def test_several_fields_in_one_act_are_one_line(week: Week, mei: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:05")
    before = growth.count()

    await mei.types("/okr edit KR1 target 55k, due 15 Dec, weight 2 because the deal moved")

    growth.sees("KR1 changed by Mei: target $60k → $55k; weight 1 → 2; due 31 Dec → 15 Dec. Because: the deal moved.")
    assert growth.count() == before + 1


async def test_undo_puts_all_of_it_back(week: Week, mei: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:05")
    await mei.types("/okr edit KR1 target 55k, due 15 Dec because the deal moved")

    result = await hears_on(mei, "Undo")

    assert "Taken back: it is as it was before." in result
    growth.sees("Because: the deal moved. (Taken back.)")
    row = key_result(week, 1)
    assert (str(row.target), row.due.isoformat()) == ("60000", "2026-12-31")
    assert [one[0] for one in changes(week)] == ["target", "due", "target", "due"]


async def test_undo_typed_takes_back_a_change(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    await mei.types("/okr edit KR1 target 55k because the deal moved")

    assert "Taken back" in (await hears(mei, "/okr undo"))
    assert str(key_result(week, 1).target) == "60000"


async def test_the_form_shows_what_it_is_now_and_changes_what_is_different(
    week: Week, li: Pretend, growth: Place
) -> None:
    await week.at("2026-11-12 10:05")
    await li.types("/okr edit KR2")

    assert "50%" in li.form()
    assert "2026-12-31" in li.form()
    await li.fills_in(title="Self-serve renewals", target="much", baseline="20%", due="2026-12-31", because="x")
    assert "I cannot read 'much' as a number" in li.form()
    assert "Please choose what kind of reason it is." in li.form()
    await li.fills_in(
        target="45%", baseline="20%", due="2026-12-31", title="Self-serve renewals", because="prices", category="market"
    )

    growth.sees("KR2 changed by Li: target 50% → 45%. Because: prices.")
    assert [(one[0], one[-1]) for one in changes(week)] == [("target", "market")]


async def test_two_people_at_one_key_result_never_write_over_each_other(
    week: Week, mei: Pretend, li: Pretend, growth: Place
) -> None:
    await week.at("2026-11-12 10:05")
    await li.types("/okr edit KR2")
    await mei.types("/okr edit GRO-2 target 48% because the board asked")

    await li.fills_in(
        title="Renewals", target="45%", baseline="20%", due="2026-12-31", because="prices", category="market"
    )

    result = li.newest()
    assert "Target: Mei made it 48% while your form was open; you wrote 45%." in result
    assert str(key_result(week, 2).target) == "48"
    assert key_result(week, 2).title == "Self-serve renewals"
    told = await hears_on(li, "Use mine")
    assert "target 48% → 45%" in told
    assert (str(key_result(week, 2).target), key_result(week, 2).title) == ("45", "Renewals")
    growth.sees("KR2 changed by Li: title Self-serve renewals → Renewals; target 48% → 45%. Because: prices.")
    assert (await hears_on(li, "Use mine")) == "That is done already."


async def test_a_form_changes_nothing_that_only_the_other_one_changed(week: Week, mei: Pretend, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    await li.types("/okr edit KR2")
    await mei.types("/okr edit GRO-2 due 15 Dec because of the holidays")

    await li.fills_in(
        title="Self-serve renewals", target="45%", baseline="20%", due="2026-12-31", because="prices", category="market"
    )

    row = key_result(week, 2)
    assert (str(row.target), row.due.isoformat()) == ("45", "2026-12-15")


async def test_a_change_while_a_check_in_is_open_brings_the_question_up_to_date(
    week: Week, mei: Pretend, li: Pretend
) -> None:
    await week.at("2026-11-12 10:05")
    li.sees("Weekly check-in", "28%")

    await mei.types('/okr edit GRO-2 title "Renewals without a call" because clearer')

    li.sees("Weekly check-in", "Renewals without a call")
    await li.types("31%")
    assert [str(one.value) for one in week.said_of("GRO-2")] == ["31"]


async def test_an_open_question_about_what_it_was_is_closed_with_a_word(week: Week, mei: Pretend, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    asked = await hears(li, "KR2 900")
    assert "900" in asked
    await mei.types("/okr edit GRO-2 target 45% because the price list moved")

    li.sees("Mei changed GRO-2 (target 50% → 45%), so my question about it is closed.")


async def test_old_buttons_attest_nothing_once_the_unit_is_another(week: Week, mei: Pretend, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    message, button = li.finds("0.7", "KR2")
    await mei.types("/okr edit GRO-2 unit points because it is a score")

    await li.taps_on(message, button)

    assert week.said_of("GRO-2") == []


async def test_another_type_keeps_the_readings_in_the_history(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    told = await hears(li, "/okr edit KR2 type milestone because it is done or not")

    assert "What was read before stays in its history" in told
    assert key_result(week, 2).type is KRType.MILESTONE
    await week.at("2026-11-13 09:55")
    assert "28%" in (await hears(li, "/okr show KR2"))


async def test_replacing_is_one_tap_one_line_and_one_undo(week: Week, li: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:05")
    before = growth.count()

    shown = await hears(
        li, '/okr replace KR2 with "Lower refund rate from 0.5% to 0.2%" because nobody renews by themselves'
    )
    assert "decrease · 0.5% → 0.2% · 12 Nov - 31 Dec · Li" in shown
    assert key_result(week, 2).state is KRState.ACTIVE
    told = await hears_on(li, "Replace")

    assert "GRO-6 Lower refund rate stands in for it" in told
    growth.sees("KR2 replaced by Li with KR6 Lower refund rate. Because: nobody renews by themselves.")
    assert growth.count() == before + 1
    old, new = key_result(week, 2), key_result(week, 6)
    assert (old.state, new.state, new.replaces_id) == (KRState.DROPPED, KRState.ACTIVE, old.id)
    board = await hears(li, "/okr board")
    assert "KR6" in board
    assert "nobody renews by themselves" in board
    await li.taps("Undo")
    assert (key_result(week, 2).state, key_result(week, 6).state) == (KRState.ACTIVE, KRState.DRAFT)
    growth.sees("Because: nobody renews by themselves. (Taken back.)")


async def test_the_new_one_is_asked_about_next_week(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    await li.types('/okr replace KR2 with "Lower refund rate from 0.5% to 0.2%" because nobody renews')
    await li.taps("Replace")

    await week.at("2026-11-19 10:05")

    li.sees("week 8", "KR6")


async def test_a_replacement_that_was_answered_stays(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    await li.types('/okr replace KR2 with "Lower refund rate from 0.5% to 0.2%" because nobody renews')
    await li.taps("Replace")
    undo = li.finds("Undo")
    await li.types("/okr KR6 0.4%")

    assert said(await li.taps_on(*undo)) == "Somebody has answered about GRO-6 since, so GRO-2 stays replaced by it."
    assert (key_result(week, 2).state, key_result(week, 6).state) == (KRState.DROPPED, KRState.ACTIVE)


async def test_the_direction_changes_and_the_team_is_told_why(week: Week, mei: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:05")

    await mei.types('/okr edit objective "Be loved by fine restaurants" because they told us so')

    growth.sees(
        "The objective was changed by Mei: title Be the trusted supplier of tea for fine restaurants → Be loved"
    )
    assert "Be loved by fine restaurants" in (await hears(mei, "/okr board"))
    await mei.taps("Undo")
    growth.sees("Because: they told us so. (Taken back.)")


async def test_who_may_not_change_it_is_told_who_may(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    assert (await hears(jack, "/okr edit GRO-2 target 10% because x")).startswith("Only Li or Mei can change GRO-2.")
    told = await hears(jack, "/okr edit objective title Easy because x")
    assert told == "Only Mei or an admin can change the objective. Nothing was changed."
    assert changes(week) == []


async def test_near_the_end_a_lower_target_is_told_to_all(week: Week, mei: Pretend, growth: Place) -> None:
    await week.at("2026-12-10 12:00")

    told = await hears(mei, "/okr edit KR1 target 55k because the deal moved")

    assert "Near the end of the cycle; the retro will show both targets." in told
    growth.sees("Because: the deal moved. Near the end of the cycle; the retro will show both targets.")
    assert "Near the end" not in (await hears(mei, "/okr edit KR1 target 70k because it came back"))


async def test_the_same_in_chinese(week: Week, li: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:05")
    await li.types("/okr lang zh")

    told = await hears(li, "/okr 修改 KR2 目标值 45%，截止 12月15日 因为 客户推迟了")

    assert told.splitlines()[1:3] == ["目标值：50% → 45%", "截止：12月31日 → 12月15日"]
    growth.sees("KR2 changed by Li: target 50% → 45%; due 31 Dec → 15 Dec. Because: 客户推迟了.")
    assert "已撤回：恢复原样。" in await hears_on(li, "撤销")
    shown = await hears(li, "/okr 替换 KR2 用“将退款率从 0.5% 降到 0.2%” 因为 没人自己续费")
    assert "降低 · 0.5% → 0.2%" in shown
    await li.taps("替换")
    growth.sees("KR2 replaced by Li with KR6", "Because: 没人自己续费.")
    await li.types("/okr 修改 GRO-6")
    assert "目标值" in li.form()


async def test_a_draft_is_changed_without_a_reason_and_deleted_after_a_word(
    week: Week, li: Pretend, growth: Place
) -> None:
    await week.at("2026-11-12 10:05")
    await li.types('/okr replace KR2 with "Lower refund rate from 0.5% to 0.2%" because nobody renews')
    await li.taps("Replace")
    await li.taps("Undo")
    before = growth.count()

    assert "target 0.2% → 0.3%" in await hears(li, "/okr edit GRO-6 target 0.3%")
    assert "GRO-6 is a draft. Delete it?" in await hears(li, "/okr drop GRO-6 because not now")
    assert await hears_on(li, "Delete") == "GRO-6 is deleted."

    assert growth.count() == before
    assert week.look(lambda session: session.exec(select(m.KeyResult).where(m.KeyResult.number == 6)).first()) is None
