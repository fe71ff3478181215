"""Two teams come to an agreement: asked, worded anew, agreed, near its date, slipping, done; and how it can fail."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.intake.inbound import FormErrors, Result, Say
from bot.views import company
from storage import models as m
from tests.scenarios.conftest import _live
from tests.scenarios.week import Pretend, Week

TWO_TEAMS = "two_teams.yaml"
ASKS = 'depends KR2 on @Support "Phone script for online orders" by 20 Nov'


@pytest.fixture
async def teams(tmp_path: Path) -> AsyncIterator[Week]:
    """A week of two teams that need each other."""
    async for one in _live(Week(tmp_path, TWO_TEAMS)):
        await one.at("2026-11-12 10:05")
        yield one


@pytest.fixture
def jack(teams: Week) -> Pretend:
    """Answers for GRO-2, in Growth."""
    return teams.person("jack")


@pytest.fixture
def mei(teams: Week) -> Pretend:
    """Leads Growth."""
    return teams.person("mei")


@pytest.fixture
def tom(teams: Week) -> Pretend:
    """Leads Support, in Chinese."""
    return teams.person("tom")


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def the_line(week: Week) -> m.Alignment:
    return week.look(lambda session: session.exec(select(m.Alignment)).one())


def lines(week: Week) -> list[m.Alignment]:
    return week.look(lambda session: list(session.exec(select(m.Alignment).order_by(col(m.Alignment.id)))))


async def test_what_is_asked_reaches_the_other_lead_word_for_word(teams: Week, jack: Pretend, tom: Pretend) -> None:
    told = said(await jack.types(f"/okr {ASKS}"))

    assert told.startswith("I've asked 汤姆.\nGRO-2 Phone support calls needs Support: ")
    assert "'Phone script for online orders' by 20 Nov." in told
    tom.sees("Growth 请求：到 11月20日 Phone script for online orders，用于他们的 GRO-2 Phone support calls。")
    assert tom.offered() == ["同意", "修改措辞", "先聊聊", "拒绝"]
    assert the_line(teams).state is m.AlignmentState.PROPOSED


async def test_both_have_said_yes_once_the_other_side_agrees(teams: Week, jack: Pretend, tom: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")

    await tom.taps("同意")

    row = the_line(teams)
    assert (row.state, row.agreed_text, row.rev) == (m.AlignmentState.AGREED, "Phone script for online orders", 1)
    assert row.from_agreed_rev == row.to_agreed_rev == 1
    assert row.agreed_at is not None
    tom.sees("约定已达成")
    jack.sees("汤姆 of Support agrees.", "Agreed: both teams said yes to these words.")


@pytest.mark.parametrize("text", ["同意", "可以", "接受"])
async def test_a_yes_in_words_in_place(teams: Week, jack: Pretend, tom: Pretend, text: str) -> None:
    await jack.types(f"/okr {ASKS}")
    assert the_line(teams).state is m.AlignmentState.PROPOSED

    await tom.types(text)

    assert the_line(teams).state is m.AlignmentState.AGREED
    jack.sees("汤姆 of Support agrees.")


async def test_a_no_with_its_reason_in_words(teams: Week, jack: Pretend, tom: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")
    await tom.types("拒绝，没有人手")
    assert the_line(teams).state is m.AlignmentState.DECLINED
    jack.sees("没有人手")


@pytest.mark.parametrize("text", ["可以，但要到 27 日", "接受 27 Nov", "同意，但是晚一点"])
async def test_a_yes_with_a_condition_is_asked_about(teams: Week, jack: Pretend, tom: Pretend, text: str) -> None:
    await jack.types(f"/okr {ASKS}")
    await tom.types(text)
    tom.sees("你指的是这个请求吗？还没有记录任何内容。", "Phone script for online orders")
    await tom.taps("打开")
    await tom.taps("同意")
    assert the_line(teams).state is m.AlignmentState.AGREED


async def test_talking_first_is_told_to_both_leads_once(teams: Week, jack: Pretend, mei: Pretend, tom: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")

    assert "一起花 15 分钟" in said(await tom.taps("先聊聊"))
    await tom.taps("先聊聊")

    both = "Please take 15 minutes together"
    assert [sum(both in text for text in one.texts()) for one in (jack, mei)] == [1, 1]
    assert the_line(teams).state is m.AlignmentState.PROPOSED


async def test_other_words_open_it_again_and_ask_the_other_side(teams: Week, jack: Pretend, tom: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")
    old = tom.finds("同意")
    await tom.taps("修改措辞")
    assert "Phone script for online orders" in tom.form()
    await tom.fills_in(text="A page about phone orders", by="27 Nov")

    jack.sees("汤姆 of Support proposes these words:", "'A page about phone orders' by 27 Nov.", "[Agree]")
    row = the_line(teams)
    assert (row.state, row.rev, row.from_agreed_rev, row.to_agreed_rev) == (m.AlignmentState.CHANGED, 2, None, 2)
    stale = said(await tom.taps_on(*old))
    assert "措辞后来改过，你这一下没有生效" in stale
    assert "A page about phone orders" in stale
    assert the_line(teams).state is m.AlignmentState.CHANGED

    await jack.taps("Agree")
    row = the_line(teams)
    assert (row.state, row.agreed_text) == (m.AlignmentState.AGREED, "A page about phone orders")
    tom.sees("Growth 的 Jack 同意了。")


async def test_a_tap_on_an_older_wording_agrees_to_nothing(teams: Week, jack: Pretend, tom: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")
    old = tom.finds("同意")
    await jack.taps("Change wording")
    await jack.fills_in(text="Phone script in two languages", by="20 Nov")

    told = said(await tom.taps_on(*old))

    assert "Phone script in two languages" in told
    assert the_line(teams).state is m.AlignmentState.CHANGED
    await tom.taps("同意")
    assert the_line(teams).agreed_text == "Phone script in two languages"


async def test_a_no_with_its_line_is_read_by_both_leads_and_marks_the_key_result(
    teams: Week, jack: Pretend, mei: Pretend, tom: Pretend
) -> None:
    await jack.types(f"/okr {ASKS}")
    await tom.taps("拒绝")
    empty = await tom.fills_in(why="")
    assert isinstance(empty, FormErrors)
    await tom.fills_in(why="我们十一月没有人手")

    for one in (jack, mei):
        one.sees("汤姆 of Support says no.", "Support said no: 我们十一月没有人手")
    tom.sees("Support 没有同意：我们十一月没有人手")
    board = said(await mei.types("/okr board"))
    assert "⛔ no agreement with Support" in board
    preview = said(await mei.types("/okr digest preview"))
    assert "No agreement with Support on KR2" in preview
    assert "⛔" in preview


async def test_the_giver_is_asked_near_the_day_and_the_receiver_when_it_has_come(
    teams: Week, jack: Pretend, tom: Pretend
) -> None:
    await jack.types(f"/okr {ASKS}")
    await tom.taps("同意")
    await teams.at("2026-11-17 10:01")
    tom.sees("11月20日 能按时完成吗？")
    assert [one for one in tom.offered() if one in ("是", "推到……", "否")] == ["是", "推到……", "否"]

    await tom.taps("推到……")
    errors = await tom.fills_in(by="1 Nov")
    assert isinstance(errors, FormErrors)
    assert "那天" in errors.errors["by"] or "已" in errors.errors["by"]
    await tom.fills_in(by="11月27日")
    jack.sees("汤姆 of Support says it slips to 27 Nov.", "[27 Nov is fine]")
    await jack.taps("27 Nov is fine")

    row = the_line(teams)
    assert (row.needed_by.isoformat() if row.needed_by else "", row.slips_to) == ("2026-11-27", None)
    assert (row.state, row.rev, row.from_agreed_rev, row.to_agreed_rev) == (m.AlignmentState.AGREED, 2, 2, 2)
    tom.sees("Growth 的 Jack 接受 11月27日。")

    await teams.at("2026-11-24 10:01")
    tom.sees("11月27日 能按时完成吗？")
    await tom.taps("是")
    jack.sees("汤姆 of Support is on track for 27 Nov.")
    await teams.at("2026-11-30 10:01")
    jack.sees("27 Nov has come. Have you got it?", "[Done]")
    asked = tom.count(), jack.count()
    await teams.restarts()
    await jack.taps("Done")
    assert the_line(teams).state is m.AlignmentState.DONE
    tom.sees("Growth 的 Jack 已经收到，谢谢。")
    assert asked[1] == jack.count()


async def test_what_nobody_answers_is_asked_about_once_and_stands_under_improve(
    teams: Week, jack: Pretend, mei: Pretend, tom: Pretend
) -> None:
    await jack.types('/okr depends KR2 on @SUP "Phone script" by 18 Dec')
    await teams.at("2026-11-18 12:00")
    jack.sees_nothing_of("Have you agreed on it together?")

    await teams.at("2026-11-19 10:01")
    jack.sees("This needs Support. Have you agreed on it together?", "[Ask them now]", "[Not needed]")
    before = tom.count()
    await jack.taps("Ask them now")
    assert tom.count() == before + 1
    assert "asked today already" in said(await jack.taps("Ask them now"))
    assert tom.count() == before + 1

    await jack.types("KR2 370")
    await mei.types("KR1 45k")
    await teams.at("2026-11-20 10:30")
    assert sum("Have you agreed on it together?" in text for text in jack.texts()) == 1
    assert "Agreement with Support on KR2 open since 12 Nov" in said(await mei.types("/okr digest preview"))
    await jack.taps("Not needed")
    row = the_line(teams)
    assert (row.state, row.note) == (m.AlignmentState.DECLINED, "")
    tom.sees("Growth 的 Jack 不再需要了。")
    assert "no agreement" not in said(await mei.types("/okr board"))


async def test_a_new_lead_is_asked_and_the_old_one_cannot_answer(teams: Week, jack: Pretend, tom: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")

    def swaps(session: Session) -> None:
        people = {one.handle: one.id for one in session.exec(select(m.Person))}
        for row in session.exec(select(m.Membership).where(m.Membership.role != m.TeamRole.VIEWER)):
            if row.person_id == people["tom"]:
                row.role = m.TeamRole.MEMBER
                session.add(row)
        session.flush()
        ute = session.exec(select(m.Membership).where(m.Membership.person_id == people["ute"])).one()
        ute.role = m.TeamRole.LEAD
        session.add(ute)

    teams.change(swaps)
    told = said(await tom.taps("同意"))
    assert told == "只有 Ute 能代表 Support 回答，没有记录任何内容。"
    ute = teams.person("ute")
    ute.sees_nothing_of("Phone script")

    await teams.at("2026-11-13 10:01")
    ute.sees("Growth asks: 'Phone script for online orders' by 20 Nov, for their GRO-2")
    await ute.taps("Agree")
    assert the_line(teams).state is m.AlignmentState.AGREED


async def test_a_team_without_a_lead_is_asked_once_it_has_one(teams: Week, jack: Pretend) -> None:
    told = said(await jack.types('/okr depends KR2 on Lab "Faster samples" by 18 Dec'))
    assert told.startswith("Nobody leads Lab yet. I keep it, and ask as soon as somebody does.")

    def leads(session: Session) -> None:
        ute = session.exec(select(m.Person).where(m.Person.handle == "ute")).one()
        lab = session.exec(select(m.Team).where(m.Team.key == "LAB")).one()
        session.add(m.Membership(workspace_id=ute.workspace_id, person_id=ute.id, team_id=lab.id, role=m.TeamRole.LEAD))

    teams.change(leads)
    await teams.at("2026-11-13 10:01")
    teams.person("ute").sees("Growth asks: 'Faster samples' by 18 Dec")


async def test_a_dropped_key_result_needs_nothing_any_more(teams: Week, jack: Pretend, tom: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")
    await jack.types("/okr drop KR2 because we sell otherwise")

    told = said(await tom.taps("同意"))

    assert "GRO-2 已经不再进行，所以不需要了。" in told
    assert the_line(teams).state is m.AlignmentState.PROPOSED
    await teams.at("2026-11-30 12:00")
    jack.sees_nothing_of("Have you agreed on it together?")
    assert "not worked on any more" in said(await jack.types(f"/okr {ASKS}"))


async def test_the_same_is_asked_only_once(teams: Week, jack: Pretend, tom: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")
    count = tom.count()

    told = said(await jack.types('/okr depends KR2 on SUP "phone script for  online orders" by 27 Nov'))

    assert told.startswith("That was asked already, and this is how it stands:")
    assert "by 20 Nov" in told
    assert (len(lines(teams)), tom.count()) == (1, count)


async def test_a_tap_that_comes_twice_counts_once(teams: Week, jack: Pretend, tom: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")
    yes = tom.finds("同意")
    await tom.taps_on(*yes, key="one")
    told = jack.count()

    await tom.taps_on(*yes, key="one")
    await tom.taps_on(*yes, key="two")

    assert jack.count() == told
    assert the_line(teams).state is m.AlignmentState.AGREED


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('depends KR2 on GRO "x" by 20 Nov', "GRO-2 cannot depend on its own team"),
        ('depends KR2 on @Nowhere "x" by 20 Nov', "I don't know a team called Nowhere."),
        ('depends KR2 on SUP "x" by 1 Nov', "That day is over; please give one to come."),
        ('depends KR2 on SUP "x" by soonish', "I cannot read that day"),
        ('depends KR2 on SUP "x" by 20 Nov 2029', "That is more than a year away"),
        (f'depends KR2 on SUP "{"x" * 141}" by 20 Nov', "at most 140 characters"),
        ('depends SUP-1 on GRO "x" by 20 Nov', "Only Ute or 汤姆 can change SUP-1."),
        ('depends KR9 on SUP "x" by 20 Nov', "I don't have KR9 for you."),
        ("depends", "Say for example: depends KR2 on @SUP"),
        ("align KR2 supports KR2", "GRO-2 cannot support itself."),
        ("align KR2 supports GRO", "GRO-2 is a part of that objective already."),
        ("align KR2 supports LAB", "Lab has no objective that I could link."),
        ("align KR2 supports XX-7", "I don't have XX-7 for you."),
        ("align objective supports CO", "Only the lead of Growth can link its objective."),
        ('conflict KR2 with GRO-1 "x"', "GRO-2 and GRO-1 are of one team"),
        ("conflict", "Say for example: conflict KR2 with SAL-3"),
    ],
)
async def test_what_makes_no_sense_is_one_sentence_and_asks_nobody(
    teams: Week, jack: Pretend, words: str, sentence: str
) -> None:
    assert sentence in said(await jack.types(f"/okr {words}"))
    assert lines(teams) == []


async def test_a_day_on_a_weekend_is_said_and_kept(teams: Week, jack: Pretend) -> None:
    told = said(await jack.types('/okr depends KR2 on SUP "x" by 21 Nov'))

    assert told.splitlines()[2] == "21 Nov is a Saturday."
    assert str(the_line(teams).needed_by) == "2026-11-21"


async def test_without_a_day_the_form_asks_for_it_and_keeps_what_was_said(teams: Week, jack: Pretend) -> None:
    await jack.types('/okr depends KR2 on SUP "Phone script"')

    assert jack.has_form()
    assert "Phone script" in jack.form()
    wrong = await jack.fills_in(team="Nowhere", text="", by="1 Nov")
    assert isinstance(wrong, FormErrors)
    assert set(wrong.errors) == {"team", "text", "by"}
    await jack.fills_in(team="SUP", text="Phone script", by="20 Nov")
    assert the_line(teams).text == "Phone script"


async def test_who_may_see_nothing_of_it_is_told_nothing(teams: Week, jack: Pretend, tom: Pretend) -> None:
    def within(session: Session) -> None:
        for row in session.exec(select(m.Objective)):
            row.visibility = m.Visibility.TEAM if row.number == 1 else row.visibility
            session.add(row)

    teams.change(within)
    told = said(await jack.types(f"/okr {ASKS}"))
    assert told == ("GRO-2 is kept within its team, so no other team can be asked about it. Nothing was recorded.")
    assert "I don't have SUP-1 for you." in said(await jack.types('/okr conflict KR2 with SUP-1 "x"'))
    assert "Support has no objective that I could link" in said(await jack.types("/okr align KR2 supports SUP"))
    assert lines(teams) == []


async def test_what_became_private_since_shows_no_title_to_the_other_team(
    teams: Week, jack: Pretend, tom: Pretend
) -> None:
    await jack.types(f"/okr {ASKS}")

    def within(session: Session) -> None:
        growth = session.exec(select(m.Objective).join(m.Team).where(m.Team.key == "GRO")).one()
        growth.visibility = m.Visibility.TITLE_ONLY
        session.add(growth)

    teams.change(within)
    told = await tom.taps("同意")
    assert the_line(teams).state is m.AlignmentState.AGREED
    assert "Phone support calls" not in tom.texts()[-1]
    del told


# --- links and conflicts --------------------------------------------------------------------------------


async def test_a_link_upward_is_asked_of_the_company_and_shown_on_both_ends(teams: Week, jack: Pretend) -> None:
    told = said(await jack.types("/okr align KR2 supports CO-1"))
    assert "GRO-2 Phone support calls of Growth supports CO-1 Restaurants served." in told
    zoe = teams.person("zoe")
    zoe.sees("GRO-2 Phone support calls of Growth supports CO-1 Restaurants served.", "[Agree]")
    await zoe.taps("Agree")

    assert the_line(teams).state is m.AlignmentState.AGREED
    shown = said(await jack.types("/okr show KR2"))
    assert "supports CO-1 Restaurants served · agreed" in shown
    back = said(await zoe.types("/okr align CO-1 supports GRO-2"))
    assert back == "GRO-2 leads back to CO-1 already, so that would go in a circle. Nothing was recorded."
    again = said(await jack.types("/okr align KR2 supports CO-1"))
    assert again.startswith("That was asked already")


async def test_an_objective_is_linked_by_its_lead(teams: Week, mei: Pretend) -> None:
    await mei.types("/okr align objective supports CO")

    row = the_line(teams)
    assert row.from_objective_id is not None
    assert row.to_objective_id is not None
    teams.person("zoe").sees("GRO O1 Be the trusted supplier", "supports CO O1 Good tea in every good restaurant.")
    board = said(await mei.types("/okr board company"))
    assert "↑ CO O1" in board


async def test_a_conflict_is_told_to_both_leads_with_an_example(
    teams: Week, jack: Pretend, mei: Pretend, tom: Pretend
) -> None:
    told = said(await jack.types('/okr conflict KR2 with SUP-1 "we want fewer, you want more"'))

    assert "GRO-2 Phone support calls and SUP-1 电话回访 are in each other's way." in told
    assert "qualified customers" in told
    tom.sees("互相妨碍", "we want fewer, you want more", "合格客户")
    mei.sees("are in each other's way", "[It is settled]")
    await tom.taps("已经谈妥")
    assert the_line(teams).state is m.AlignmentState.PROPOSED
    await mei.taps("It is settled")
    assert the_line(teams).state is m.AlignmentState.DONE


async def test_two_teams_that_pull_one_metric_apart_are_told_once(teams: Week, mei: Pretend, tom: Pretend) -> None:
    def same_metric(session: Session) -> None:
        for row in session.exec(select(m.KeyResult).where(m.KeyResult.metric == "callbacks a week")):
            row.metric = "Calls a week"
            session.add(row)

    teams.change(same_metric)
    await teams.at("2026-11-12 15:00")

    mei.sees("GRO-2 Phone support calls and SUP-1 电话回访 pull calls a week in opposite directions.", "qualified")
    tom.sees("往相反方向拉", "合格客户")
    assert (the_line(teams).kind, the_line(teams).asked_by_id) == (m.AlignmentKind.CONFLICTS, None)
    told = mei.count(), tom.count()
    await teams.restarts("2026-11-13 09:00")
    await teams.at("2026-11-13 09:30")
    assert len(lines(teams)) == 1
    assert (mei.count(), tom.count()) == told or all("opposite" not in text for text in mei.texts()[told[0] :])
    await tom.taps("没有冲突")
    await tom.fills_in(why="回访是我们打出去的")
    mei.sees("汤姆 of Support says no.", "回访是我们打出去的")
    await teams.at("2026-11-13 15:00")
    assert len(lines(teams)) == 1


async def test_an_archived_team_is_not_asked(teams: Week, jack: Pretend, tom: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")

    def archives(session: Session) -> None:
        team = session.exec(select(m.Team).where(m.Team.key == "SUP")).one()
        team.rituals = {**team.rituals, "archived": True}
        session.add(team)

    teams.change(archives)
    assert "Support 已归档，所以不需要了。" in said(await tom.taps("同意"))
    told = said(await jack.types('/okr depends KR2 on SUP "y" by 20 Nov'))
    assert told == "Support is archived, so nobody there can be asked. Nothing was recorded."
    assert the_line(teams).state is m.AlignmentState.PROPOSED


async def test_in_chinese_everything_reads_as_well(teams: Week, tom: Pretend, jack: Pretend) -> None:
    told = said(await tom.types("/okr 依赖 SUP-1 对 @Growth “线上订单的电话话术” 11月20日前"))

    assert told.splitlines()[:2] == [
        "已替你问了 Mei。",
        "SUP-1 电话回访 需要 Growth：到 11月20日 线上订单的电话话术。",
    ]
    mei = teams.person("mei")
    mei.sees("Support asks: '线上订单的电话话术' by 20 Nov, for their SUP-1 电话回访.")
    await mei.taps("Agree")
    tom.sees("Growth 的 Mei 同意了。", "约定已达成：双方都同意了这段话。")
    assert "支撑" in said(await tom.types("/okr 对齐 SUP-1 支撑 CO-1"))
    assert "互相妨碍" in said(await tom.types("/okr 冲突 SUP-1 与 GRO-2 “争话务”"))


# --- forms from buttons ---------------------------------------------------------------------------------


async def test_everything_can_be_asked_from_the_key_results_own_page(teams: Week, jack: Pretend, tom: Pretend) -> None:
    await jack.types("/okr show KR2")
    await jack.taps("Needs another team …")
    await jack.fills_in(team="@Support", text="Phone script", by="20 Nov")
    await jack.taps("Supports …")
    wrong = await jack.fills_in(target="nothing like it", text="")
    assert isinstance(wrong, FormErrors)
    await jack.fills_in(target="CO-1", text="fewer calls, more time for restaurants")
    await jack.taps("In conflict with …")
    await jack.fills_in(target="SUP-1", text="both need the phones")

    assert [one.kind.value for one in lines(teams)] == ["depends_on", "supports", "conflicts"]
    shown = said(await jack.types("/okr show KR2"))
    assert "depends on Support: Phone script · open · needed by 20 Nov" in shown
    tom.sees("互相妨碍", "both need the phones")
    await tom.types("/okr show SUP-1")


async def test_a_link_on_the_page_opens_with_its_buttons(teams: Week, jack: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")
    await jack.types("/okr show KR2")

    opened = said(await jack.taps("Support Phone script for online orders"))

    assert "GRO-2 Phone support calls needs Support: 'Phone script for online orders' by 20 Nov." in opened
    assert "[Not needed]" in opened


async def test_a_form_that_stood_open_while_the_wording_changed_changes_nothing(
    teams: Week, jack: Pretend, tom: Pretend
) -> None:
    await jack.types(f"/okr {ASKS}")
    await tom.taps("修改措辞")
    await jack.taps("Change wording")
    await jack.fills_in(text="Phone script in two languages", by="20 Nov")

    await tom.fills_in(text="A page", by="27 Nov")

    tom.sees("措辞后来改过", "Phone script in two languages")
    assert (the_line(teams).text, the_line(teams).rev) == ("Phone script in two languages", 2)


async def test_the_company_hears_of_what_is_open_after_ten_working_days(teams: Week, jack: Pretend) -> None:
    await jack.types('/okr depends KR2 on SUP "Phone script" by 18 Dec')
    await teams.at("2026-11-30 10:00")

    assert "Growth waits for a yes of Support on GRO-2 since 12 Nov" in teams.look(company_digest)


def company_digest(session: Session) -> str:
    """What opens the company's meeting on 30 November."""
    team = session.exec(select(m.Team).where(m.Team.key == "CO")).one()
    now = datetime(2026, 11, 30, 10, tzinfo=ZoneInfo("Europe/Madrid"))
    return plain_text(company.company_digest(session, Cards(), team, now, None))
