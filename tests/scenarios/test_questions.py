"""Anyone who sees a key result asks about it in one line; its owner answers, and the asker reads the answer."""

import pytest
from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from bot.rituals.forgetting import Forgetting
from storage import models as m
from storage.erasing import erase
from tests.scenarios.drafted import person
from tests.scenarios.week import Pretend, Week

TOLD = "Legal took three weeks. It is signed now."


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def token_of(week: Week, number: int) -> str:
    return week.look(lambda session: session.exec(select(m.KeyResult.token).where(m.KeyResult.number == number)).one())


async def asks(who: Pretend, number: int, text: str) -> None:
    await who.types(f"/okr show GRO-{number}")
    await who.taps("Question")
    await who.fills_in(text=text)


async def test_a_question_is_answered(week: Week, jack: Pretend, li: Pretend) -> None:
    await asks(jack, 2, "What happened in October?")
    jack.sees("I've asked Li about GRO-2; you get the answer from me.")

    li.sees("Jack asks about GRO-2 Self-serve renewals: What happened in October?")
    old = li.finds("Answer")
    await li.taps("Answer")
    await li.fills_in(text=TOLD)

    jack.sees("Li answers about GRO-2 Self-serve renewals: Legal took three weeks. It is signed now.")
    li.sees("What happened in October?", "It is answered.")
    assert said(await li.taps_on(*old)) == "That question is answered already; nothing was sent."
    [remark] = week.look(lambda session: session.exec(select(m.Remark)).all())
    assert (remark.kind, remark.text) == (m.RemarkKind.QUESTION, "What happened in October?")
    assert remark.settled_at is not None


async def test_a_question_in_chinese(week: Week, jack: Pretend, li: Pretend) -> None:
    def chinese(session: Session) -> None:
        for name in ("jack", "li"):
            person(session, name).lang = m.Language.ZH

    week.change(chinese)
    await jack.types("/okr 查看 GRO-2")
    await jack.taps("提问")
    await jack.fills_in(text="十月发生了什么？")

    li.sees("Jack 询问 GRO-2", "十月发生了什么？")
    await li.taps("回答")
    await li.fills_in(text="法务花了三周。")
    jack.sees("Li 回答了关于 GRO-2", "法务花了三周。")


async def test_a_question_below_the_board(week: Week, ana: Pretend, li: Pretend) -> None:
    await ana.types("/okr board")
    await ana.taps("Question")
    await ana.fills_in(text="Which price?")
    assert "Please choose the key result you ask about." in ana.form()

    await ana.fills_in(kr=token_of(week, 2), text="Which price?")

    li.sees("Ana asks about GRO-2 Self-serve renewals: Which price?")


async def test_one_s_own_is_not_asked_about(week: Week, li: Pretend) -> None:
    await li.types("/okr show GRO-2")

    assert "Question" not in li.offered()


async def test_an_empty_and_a_long_question_keep_the_form_open(week: Week, jack: Pretend, li: Pretend) -> None:
    await asks(jack, 2, " ")
    assert "Please ask in one line; nothing was sent." in jack.form()
    await jack.fills_in(text="x" * 301)
    assert "That is longer than 300 characters." in jack.form()
    li.sees_nothing_of("asks about")


@pytest.mark.parametrize("value", [m.Visibility.TEAM, m.Visibility.TITLE_ONLY])
async def test_what_may_not_be_seen_cannot_be_asked_about(
    week: Week, jack: Pretend, li: Pretend, value: m.Visibility
) -> None:
    def hides(session: Session) -> None:
        session.exec(select(m.Objective)).one().visibility = value
        ana = person(session, "ana").id
        session.delete(session.exec(select(m.Membership).where(m.Membership.person_id == ana)).one())
        for row in session.exec(select(m.KeyResult)):
            row.lead_owner_id = person(session, "li").id
        for shared in session.exec(select(m.CoOwner)):
            session.delete(shared)

    ana = week.person("ana")
    await ana.types("/okr show GRO-2")
    button = ana.finds("Question")
    await ana.types("/okr board GRO")
    board = ana.finds("Question")
    week.change(hides)

    assert said(await ana.taps_on(*button)) == "That key result is gone, so nobody was asked."
    assert said(await ana.taps_on(*board)) == "That key result is gone, so nobody was asked."
    li.sees_nothing_of("asks about")


async def test_the_owner_is_gone_and_nobody_leads(week: Week, jack: Pretend) -> None:
    def nobody(session: Session) -> None:
        person(session, "li").active = False
        person(session, "mei").active = False

    week.change(nobody)

    await asks(jack, 2, "Who does this now?")

    jack.sees("Nobody answers for GRO-2 just now, so your question waits on its list.")


async def test_handed_over_meanwhile_the_old_owner_does_not_answer(week: Week, jack: Pretend, li: Pretend) -> None:
    await asks(jack, 2, "What happened in October?")
    old = li.finds("Answer")
    await week.person("mei").types("/okr own KR2 @bea")

    assert said(await li.taps_on(*old)) == "That key result is with somebody else now, so nothing was sent."


async def test_what_was_asked_is_forgotten_with_whoever_asked(week: Week, jack: Pretend) -> None:
    await asks(jack, 2, "What happened in October?")

    week.change(lambda session: erase(session, person(session, "jack"), week.clock.now()))

    [remark] = week.look(lambda session: session.exec(select(m.Remark)).all())
    assert remark.text == "…"


async def test_what_was_asked_is_forgotten_in_time(week: Week, jack: Pretend) -> None:
    def forgets(session: Session) -> None:
        session.exec(select(m.Workspace)).one().retention_days = 30

    await asks(jack, 2, "What happened in October?")
    week.change(forgets)
    await week.at("2026-12-20 12:00")
    await Forgetting(week.stage.db, week.clock).look()

    [remark] = week.look(lambda session: session.exec(select(m.Remark)).all())
    assert remark.text == "…"
