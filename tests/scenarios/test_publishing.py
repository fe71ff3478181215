"""A draft is commented on, published, approved or sent back; the channel reads one message, and nobody waits."""

import asyncio
from datetime import timedelta

from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from bot.okr.model import KRState
from bot.platforms.console.buttons import Pressable, pressables
from bot.platforms.console.room import Standing
from bot.rituals.approvals import settle
from storage import models as m
from storage.session import Database
from tests.scenarios.drafted import TITLE, above, draft_of_two, growth, person, state_of
from tests.scenarios.week import Place, Pretend, Week

REQUIRED = m.ApprovalRule.REQUIRED


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def states_of(week: Week, *numbers: int) -> list[KRState]:
    query = select(m.KeyResult).where(m.KeyResult.number.in_(numbers))  # type: ignore[attr-defined]  # the column
    return week.look(lambda session: [row.state for row in session.exec(query).all()])


def posts(week: Week, kind: str) -> list[m.DeliveryState]:
    rows = week.look(lambda session: session.exec(select(m.Delivery).where(m.Delivery.kind == kind)).all())
    return [row.state for row in rows]


def in_chinese(session: Session) -> None:
    for one in session.exec(select(m.Person)):
        one.lang = m.Language.ZH
        session.add(one)
    growth(session).lang = m.Language.ZH


async def publishes(who: Pretend, **values: str | tuple[str, ...]) -> Result:
    await who.types("/okr publish GRO")
    await who.taps("Publish")
    return await who.fills_in(**values)


# --- at once ------------------------------------------------------------------------------------------------


async def test_a_draft_is_published_and_the_lead_above_is_told(
    week: Week, mei: Pretend, jack: Pretend, growth: Place
) -> None:
    above(week, "jack")
    draft_of_two(week)
    await week.at("2026-11-12 10:05")

    await mei.types("/okr publish")
    mei.sees("Growth · draft for 2026 Q4", TITLE, "KR6 · Repeat orders · 20% → 35% · Li", "KR7", "Bea")
    await mei.taps("Publish")
    await mei.fills_in()

    assert state_of(week) is m.ObjectiveState.ACTIVE
    assert states_of(week, 6, 7) == [KRState.ACTIVE, KRState.ACTIVE]
    mei.sees(f"O2 {TITLE} is published with 2 key results.", "The channel reads it.")
    mei.sees("The question of this week asks about it already.")
    growth.sees("Mei published an objective of Growth for 2026 Q4.", TITLE, "Repeat orders", "Delivery complaints")
    jack.sees(f"Mei published '{TITLE}' for Growth; key results: 2. You need not do anything.")
    assert growth.count() == 1


async def test_a_draft_is_published_in_chinese(week: Week, mei: Pretend, jack: Pretend, growth: Place) -> None:
    above(week, "jack")
    draft_of_two(week)
    week.change(in_chinese)

    await mei.types("/okr 发布")
    mei.sees("Growth · 2026 Q4 草稿", "草稿：只有团队看得到")
    await mei.taps("发布")
    await mei.fills_in()

    growth.sees("Mei 发布了 Growth 在 2026 Q4 的一个目标。", "Repeat orders")
    jack.sees("Mei 为 Growth 发布了", TITLE, "关键结果 2 个。")
    mei.sees("已发布，共 2 个关键结果")


async def test_what_is_published_is_asked_about_and_a_draft_is_not(week: Week, mei: Pretend, li: Pretend) -> None:
    draft_of_two(week)
    await week.at("2026-11-12 10:05")
    li.sees("Weekly check-in")
    li.sees_nothing_of("Repeat orders")

    await publishes(mei)
    await week.minutes(2)
    mei.sees("The question of this week asks about it already.")
    li.sees("Weekly check-in", "Repeat orders")

    await week.at("2026-11-19 10:05")
    assert any("Repeat orders" in text and "week 8" in text for text in li.texts())


async def test_what_the_publisher_expects_is_kept(week: Week, mei: Pretend) -> None:
    row = draft_of_two(week)
    tokens = week.look(
        lambda session: list(session.exec(select(m.KeyResult.token).where(m.KeyResult.objective_id == row.id)).all())
    )

    await publishes(mei, **{tokens[0]: "7/10", tokens[1]: "６,5"}, unsure=(tokens[1],), sufficiency="More stock")

    krs = week.look(lambda session: session.exec(select(m.KeyResult).where(m.KeyResult.objective_id == row.id)).all())
    assert [f"{one.initial_confidence}" for one in krs] == ["7", "6.5"]
    assert week.look(lambda session: session.get_one(m.Objective, row.id)).sufficiency == "More stock"
    mei.sees("You are not sure about KR7. What would prove it better?")
    [remark] = week.look(lambda session: session.exec(select(m.Remark)).all())
    assert (remark.kr_id, remark.text) == (
        krs[1].id,
        "Not sure that it brings the objective closer. What would prove it better?",
    )


async def test_a_number_that_cannot_be_read_keeps_the_form_open(week: Week, mei: Pretend) -> None:
    row = draft_of_two(week)
    token = week.look(
        lambda session: session.exec(select(m.KeyResult.token).where(m.KeyResult.objective_id == row.id)).first()
    )
    assert token is not None

    for typed in ("11", "very", "-1", "7/9"):
        await publishes(mei, **{token: typed})
        assert "Please give a number from 0 to 10, such as 7/10." in mei.form()

    assert state_of(week) is m.ObjectiveState.DRAFT


async def test_who_owns_something_for_the_first_time_is_welcomed_once(week: Week, mei: Pretend) -> None:
    def newcomer(session: Session) -> None:
        bea = person(session, "bea")
        for row in session.exec(select(m.KeyResult).where(m.KeyResult.lead_owner_id == bea.id)):
            row.lead_owner_id = person(session, "li").id
            session.add(row)

    week.change(newcomer)
    draft_of_two(week)

    await publishes(mei)

    bea = week.person("bea")
    bea.sees("Hi, I'm the OKR bot for Teebee. Mei added you as owner of one key result.")
    await week.at("2026-11-19 10:05")
    assert sum("I'm the OKR bot" in text for text in bea.texts()) == 1


async def test_it_is_taken_back_while_nobody_has_answered(week: Week, mei: Pretend, li: Pretend, growth: Place) -> None:
    draft_of_two(week)
    await publishes(mei)

    await mei.taps("Undo")

    assert state_of(week) is m.ObjectiveState.DRAFT
    assert states_of(week, 6, 7) == [KRState.DRAFT, KRState.DRAFT]
    growth.sees("Mei published an objective of Growth for 2026 Q4. (Taken back.)")
    await week.at("2026-11-12 10:05")
    li.sees_nothing_of("Repeat orders")
    await publishes(mei)
    assert state_of(week) is m.ObjectiveState.ACTIVE
    assert len(posts(week, "published")) == 2


async def test_undo_is_understood_in_words(week: Week, mei: Pretend, growth: Place) -> None:
    draft_of_two(week)
    await publishes(mei)

    await mei.types("undo")

    assert state_of(week) is m.ObjectiveState.DRAFT
    growth.sees("(Taken back.)")
    mei.sees(f"O2 {TITLE} is a draft again; nobody is asked about it.")


async def test_what_was_answered_is_not_taken_back(week: Week, mei: Pretend, li: Pretend) -> None:
    draft_of_two(week)
    await publishes(mei)
    old = mei.finds("Undo")
    await li.types("/okr update GRO-6 22%")

    assert said(await mei.taps_on(*old)).startswith("That stays, for others have worked with it since. Answered: KR6.")
    assert state_of(week) is m.ObjectiveState.ACTIVE


async def test_a_day_later_it_is_not_taken_back(week: Week, mei: Pretend) -> None:
    draft_of_two(week)
    await publishes(mei)
    old = mei.finds("Undo")
    await week.at("2026-11-13 09:05")

    assert said(await mei.taps_on(*old)).startswith("That stays")


# --- the team is asked --------------------------------------------------------------------------------------


async def test_the_team_comments_and_an_editor_settles(
    week: Week, mei: Pretend, ana: Pretend, jack: Pretend, growth: Place
) -> None:
    draft_of_two(week)
    await mei.types("/okr publish")
    await mei.taps("Ask the team")
    growth.sees("Growth · draft for 2026 Q4", "Mei asks you all", "Repeat orders")

    await jack.taps_on(*_found_in(growth, "Comment"))
    await jack.fills_in(text="Is 35% enough?")

    growth.sees("💬 Jack: Is 35% enough?")
    await ana.types("/okr publish")
    ana.sees("💬 Jack: Is 35% enough?", "Only Mei or an admin can publish what Growth has written.")
    assert "Publish" not in ana.offered()
    await ana.taps("Settle")
    growth.sees_nothing_of("Is 35% enough?")
    growth.sees("1 comment settled")
    await publishes(mei)
    growth.sees("This is published by now; thank you for your comments.")


def _found_in(place: Place, label: str) -> tuple[Standing, Pressable]:
    message = place.messages()[-1]
    return message, next(one for one in pressables(message.card) if one.label == label)


async def test_asked_twice_it_is_posted_once(week: Week, mei: Pretend, growth: Place) -> None:
    draft_of_two(week)
    await mei.types("/okr publish")
    old = mei.finds("Ask the team")
    await mei.taps_on(*old)

    assert "The team is asked already" in said(await mei.taps_on(*old))
    assert growth.count() == 1


# --- approval -----------------------------------------------------------------------------------------------


async def test_it_is_published_once_it_is_approved(week: Week, mei: Pretend, jack: Pretend, growth: Place) -> None:
    above(week, "jack", REQUIRED)
    draft_of_two(week)

    await publishes(mei)

    mei.sees("I've asked Jack to approve")
    assert state_of(week) is m.ObjectiveState.APPROVAL
    assert growth.count() == 0
    jack.sees("Mei asks you to approve this.", "KR6 · Repeat orders", "Written by Ana")
    await jack.taps("Approve")
    assert state_of(week) is m.ObjectiveState.ACTIVE
    growth.sees("Mei published an objective of Growth for 2026 Q4.", "Approved by Jack.")
    jack.sees("You approved this.")
    await week.at("2026-11-20 12:00")
    assert growth.texts()[0].count("Approved by Jack.") == 1
    jack.sees_nothing_of("still waits for your word")


async def test_it_is_sent_back_with_a_note(
    week: Week, mei: Pretend, ana: Pretend, jack: Pretend, growth: Place
) -> None:
    above(week, "jack", REQUIRED)
    draft_of_two(week)
    await publishes(mei)

    await jack.taps("Send back…")
    await jack.fills_in(note="Two of these would be enough")

    assert state_of(week) is m.ObjectiveState.DRAFT
    assert growth.count() == 0
    ana.sees(f"Jack sent '{TITLE}' back: 'Two of these would be enough'")
    mei.sees("sent", "Two of these would be enough")
    await mei.taps("Open the draft")
    mei.sees("Jack sent it back: 'Two of these would be enough'")
    await publishes(mei)
    assert state_of(week) is m.ObjectiveState.APPROVAL
    assert len([text for text in jack.texts() if "Mei asks you to approve this." in text]) == 1


async def test_a_note_is_asked_for(week: Week, mei: Pretend, jack: Pretend) -> None:
    above(week, "jack", REQUIRED)
    draft_of_two(week)
    await publishes(mei)

    await jack.taps("Send back…")
    await jack.fills_in()

    assert "Please say in a line what they should look at again." in jack.form()
    assert state_of(week) is m.ObjectiveState.APPROVAL


async def test_nobody_waits_on_a_silent_approver(week: Week, mei: Pretend, jack: Pretend, growth: Place) -> None:
    above(week, "jack", REQUIRED)
    draft_of_two(week)
    await publishes(mei)  # on a Thursday

    await week.at("2026-11-17 09:55")
    jack.sees_nothing_of("still waits for your word")
    await week.at("2026-11-17 10:05")
    jack.sees("Mei still waits for your word on this. In two working days it is published without it.")
    await week.at("2026-11-19 09:55")
    assert state_of(week) is m.ObjectiveState.APPROVAL

    await week.at("2026-11-19 10:05")

    assert state_of(week) is m.ObjectiveState.ACTIVE
    growth.sees("Mei published an objective of Growth", "Approval open: Jack has not answered yet.")
    mei.sees(f"Jack has not answered in five working days, so '{TITLE}' is published now, with its approval open.")
    jack.sees("This is published; your approval is still open.")
    await jack.taps("Approve")
    growth.sees("Approved by Jack.")
    assert posts(week, "published") == [m.DeliveryState.SENT]


async def test_company_shutdowns_and_a_restart_do_not_publish_early_or_twice(
    week: Week, mei: Pretend, growth: Place
) -> None:
    def freeze(session: Session) -> None:
        workspace = session.exec(select(m.Workspace)).one()
        workspace.freeze = [["2026-11-16", "2026-11-18"]]
        session.add(workspace)

    above(week, "jack", REQUIRED)
    draft_of_two(week)
    week.change(freeze)
    await publishes(mei)

    await week.at("2026-11-19 11:00")
    assert state_of(week) is m.ObjectiveState.APPROVAL
    await week.restarts("2026-11-24 10:30")
    await week.minutes(5)

    assert state_of(week) is m.ObjectiveState.ACTIVE
    assert sum("Mei published" in text for text in growth.texts()) == 1


async def test_an_approver_who_is_gone_is_followed_by_another(week: Week, mei: Pretend, jack: Pretend) -> None:
    def leaves(session: Session) -> None:
        person(session, "jack").active = False
        person(session, "li").role = m.WorkspaceRole.ADMIN

    above(week, "jack", REQUIRED)
    draft_of_two(week)
    await publishes(mei)
    week.change(leaves)

    await week.minutes(5)

    week.person("li").sees("Mei asks you to approve this.")
    assert state_of(week) is m.ObjectiveState.APPROVAL
    await week.person("li").taps("Approve")
    assert state_of(week) is m.ObjectiveState.ACTIVE


async def test_with_nobody_to_ask_it_is_published_at_once(week: Week, mei: Pretend) -> None:
    above(week, "mei", REQUIRED)
    draft_of_two(week)

    await publishes(mei)

    assert state_of(week) is m.ObjectiveState.ACTIVE


async def test_two_processes_publish_what_nobody_answered_once(week: Week, mei: Pretend, growth: Place) -> None:
    above(week, "jack", REQUIRED)
    draft_of_two(week)
    await publishes(mei)
    approval = week.look(lambda session: session.exec(select(m.Approval.id)).one())
    week.clock.move_to(week.clock.now() + timedelta(days=8))
    now, other = week.clock.now(), Database(week.url, week.clock)

    done = await asyncio.gather(week.stage.db.write(settle, approval, now), other.write(settle, approval, now))

    other.close()
    assert sorted(done) == [0, 1]
    assert len(posts(week, "published")) == 1
    await week.minutes(1)
    assert growth.count() == 1
