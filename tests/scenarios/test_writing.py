"""OKRs are written in the chat: a line, one tap, what is open asked with buttons, a pasted set; in both languages."""

from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Attached, Result, Say
from bot.okr.model import KRState
from storage import models as m
from tests.scenarios.week import Place, Pretend, Week

SHANGHAI = "Asia/Shanghai"
SET = """Objective: Make every first order a pleasure
KR1: Repeat orders from 20% to 35% @Li
KR2: Delivery complaints from 20 to 5
KR3: Reach 80 percent of orders on time"""


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def drafted(week: Week) -> list[tuple[str, str]]:
    """All drafts of key results, with who answers for each."""

    def read(session: Session) -> list[tuple[str, str]]:
        rows = session.exec(
            select(m.KeyResult, m.Person)
            .join(m.Person, col(m.Person.id) == col(m.KeyResult.lead_owner_id))
            .where(m.KeyResult.state == KRState.DRAFT)
            .order_by(col(m.KeyResult.id))
        ).all()
        return [(row.title, person.handle) for row, person in rows]

    return week.look(read)


async def test_an_objective_and_its_first_key_result_in_four_steps(week: Week, ana: Pretend, mei: Pretend) -> None:
    await week.at("2026-11-12 09:10")

    await ana.types('add objective "Make every first order a pleasure"')
    ana.sees("O2 is saved as a draft of Growth, 2026 Q4:", "[Add a key result]")
    await ana.taps("Add a key result")
    await ana.fills_in(line="The share of repeat orders reaches 35%")
    ana.sees("New key result for O2 Make every first order a pleasure (Growth, a draft)", "increase, ? → 35%")
    await ana.taps("Enter")
    await ana.fills_in(start="20%")
    ana.sees("increase, 20% → 35%, stretch, due 31 Dec, owner you")
    await ana.taps("Save")
    ana.sees("GRO-6 is saved as a draft; nobody is asked about it yet.")

    assert drafted(week) == [("The share of repeat orders reaches 35%", "ana")]
    await week.at("2026-11-12 10:05")
    ana.sees("Weekly check-in")
    mei.sees_nothing_of("repeat orders")
    ana.sees_nothing_of("KR6")


async def test_what_is_added_to_published_okrs_is_told_and_asked_about(
    week: Week, mei: Pretend, jack: Pretend, growth: Place
) -> None:
    await week.at("2026-11-12 10:05")

    await mei.types('add kr "Lower refund rate from 0.5% to 0.2%" @Jack because refunds eat the margin')
    mei.sees("New key result for O1", "(Growth, published)", "owner Jack")
    await mei.taps("Save")

    growth.sees("KR6 added by Mei: Lower refund rate, 0.5% → 0.2%, due 31 Dec. Because: refunds eat the margin.")
    await week.at("2026-11-19 10:05")
    jack.sees("Weekly check-in · Growth · week 8", "Lower refund rate")


async def test_a_member_proposes_what_is_published_and_the_lead_adds_it(
    week: Week, li: Pretend, mei: Pretend, growth: Place
) -> None:
    await week.at("2026-11-12 10:05")

    await li.types('add kr "Lower refund rate from 0.5% to 0.2%"')
    await li.taps("Propose it")
    li.sees("I sent it to Mei, who can add it with one tap.")
    mei.sees("Li proposes this key result.", "decrease, 0.5% → 0.2%, stretch, due 31 Dec, owner Li")
    await mei.taps("We learned something")

    growth.sees("KR6 added by Mei: Lower refund rate")
    await mei.taps("Undo", "GRO-6")
    growth.sees("KR6 added by Mei: Lower refund rate", "(Taken back.)")


async def test_a_sprint_result_of_ones_own_key_result(week: Week, li: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:05")

    await li.types('add sprint KR2 "Interview 10 customers"')
    li.sees("By the end of 25 Nov, Li will interview 10 customers.")
    await li.taps("Save")

    growth.sees("KR6 added by Li as a sprint result for KR2: Interview 10 customers, 0 → 10, due 25 Nov.")

    await li.types('add sprint KR2 "Raise signups to 500 by 20 Nov"')
    await li.taps("Save")
    growth.sees(
        "KR7 added by Li as a sprint result for KR2: Raise signups to 500, target 500, start still open, due 20 Nov."
    )


async def test_a_pasted_set_is_saved_with_one_tap_and_taken_back_with_one(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    await ana.types(SET)
    ana.sees(
        "Is this a new set of OKRs, or an update?", "• Repeat orders from 20% to 35%: increase, 20% → 35%", "owner Li"
    )
    assert drafted(week) == []
    await ana.taps("Save as draft")
    ana.sees("Saved as drafts of Growth", "GRO-6 Repeat orders from 20% to 35%")
    assert [owner for _title, owner in drafted(week)] == ["li", "ana", "ana"]
    await ana.taps("Undo", "Take all")
    assert drafted(week) == []


async def test_a_reply_of_several_lines_stays_a_reply(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    await li.types("KR2: 31%\n- legal still has it")

    assert [str(one.value) for one in week.said_of("GRO-2")] == ["31"]


async def test_what_was_no_set_after_all_is_read_as_an_update(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    await li.types("Objective: Win more\nKR2: renewals 31%")
    await li.taps("It's an update")

    assert [str(one.value) for one in week.said_of("GRO-2")] == ["31"]
    assert drafted(week) == []


async def test_a_press_that_comes_twice_saves_once(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 09:10")
    await ana.types('add objective "Make every first order a pleasure"')
    await ana.types('add kr "Repeat orders from 20% to 35%"')
    await ana.taps("O2")

    await ana.taps("Save", key="one press")
    await ana.taps("Add another")
    await ana.fills_in(line="Repeat orders from 20% to 35%")
    ana.sees("almost the same thing")

    assert len(drafted(week)) == 1


async def test_the_story_in_chinese(elsewhere: Week, lin: Pretend) -> None:
    await elsewhere.at("2026-11-13 09:30", SHANGHAI)

    await lin.types("/okr 新增 目标 成为街坊愿意带朋友来的店")
    lin.sees("已存为", "草稿")
    await lin.taps("新增 KR")
    await lin.fills_in(line="将复购率从 5% 提高到 15%")
    lin.sees("5% → 15%", "负责人：你")
    await lin.taps("保存")
    lin.sees("已存为草稿；现在还不会询问。")

    assert [title for title, _owner in drafted(elsewhere)] == ["将复购率从 5% 提高到 15%"]


async def test_a_file_in_the_pretend_chat_is_shown_and_taken_back(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    file = Attached("okrs.md", SET.encode())
    await week.stage.console.types("ana", "/okr import", files=[file])
    await week.stage.acts()
    ana.sees("I read this in okrs.md:", "owner Li")
    await ana.taps("Save as draft")
    assert [owner for _title, owner in drafted(week)] == ["li", "ana", "ana"]
    await ana.taps("Undo", "Take all")
    assert drafted(week) == []
