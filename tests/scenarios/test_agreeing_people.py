"""Agreements when people leave, when both sides press at once, and when three teams are in each other's way."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from bot.okr.model import KRState
from storage import models as m
from tests.scenarios.conftest import _live
from tests.scenarios.week import Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough
ASKS = 'depends KR2 on @Support "Phone script for online orders" by 20 Nov'


@pytest.fixture
async def teams(tmp_path: Path) -> AsyncIterator[Week]:
    """A week of two teams that need each other."""
    async for one in _live(Week(tmp_path, "two_teams.yaml")):
        await one.at("2026-11-12 10:05")
        yield one


@pytest.fixture
def jack(teams: Week) -> Pretend:
    """Answers for GRO-2, in Growth."""
    return teams.person("jack")


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def lines(week: Week) -> list[m.Alignment]:
    return week.look(lambda session: list(session.exec(select(m.Alignment).order_by(col(m.Alignment.id)))))


def goes(week: Week, handle: str) -> None:
    """Somebody's account is off."""

    def off(session: Session) -> None:
        person = session.exec(select(m.Person).where(m.Person.handle == handle)).one()
        person.active = False
        session.add(person)

    week.change(off)


def turns(week: Week, label: str, state: KRState) -> None:
    """A key result is in another state by now."""
    key, _, number = label.partition("-")

    def turn(session: Session) -> None:
        row = session.exec(select(m.KeyResult).join(m.Team).where(m.Team.key == key, m.KeyResult.number == int(number)))
        one = row.one()
        one.state = state
        session.add(one)

    week.change(turn)


async def test_where_the_other_lead_has_left_nobody_is_asked_until_there_is_a_new_one(
    teams: Week, jack: Pretend
) -> None:
    goes(teams, "tom")
    told = said(await jack.types(f"/okr {ASKS}"))
    assert told.startswith("Nobody leads Support yet. I keep it, and ask as soon as somebody does.")
    await teams.person("zoe").types("/okr members lead @ute to SUP")
    await teams.at("2026-11-13 10:01")
    teams.person("ute").sees("Phone script for online orders", "[Agree]")


async def test_where_the_owner_has_left_the_lead_hears_the_answer(teams: Week, jack: Pretend) -> None:
    await jack.types(f"/okr {ASKS}")
    goes(teams, "jack")
    await teams.person("tom").taps("同意")
    teams.person("mei").sees("汤姆 of Support agrees.")


async def test_a_draft_of_another_team_reads_as_if_it_were_not_there_and_a_paused_one_can_be_served(
    teams: Week, jack: Pretend
) -> None:
    turns(teams, "SUP-1", KRState.DRAFT)
    draft = said(await jack.types("/okr align KR2 supports SUP-1"))
    nothing = said(await jack.types("/okr align KR2 supports SUP-9"))
    assert draft.replace("SUP-1", "SUP-9") == nothing
    assert lines(teams) == []
    turns(teams, "SUP-1", KRState.DROPPED)
    assert "not worked on any more" in said(await jack.types("/okr align KR2 supports SUP-1"))
    turns(teams, "SUP-1", KRState.PAUSED)
    await jack.types("/okr align KR2 supports SUP-1")
    assert [one.kind for one in lines(teams)] == [m.AlignmentKind.SUPPORTS]


async def test_both_sides_press_at_once_and_each_reads_how_it_stands(teams: Week, jack: Pretend) -> None:
    tom = teams.person("tom")
    await jack.types(f"/okr {ASKS}")
    yes, no_need = tom.finds("同意"), jack.finds("Not needed")
    await jack.taps_on(*no_need)
    await tom.taps_on(*yes)
    tom.sees("Phone script for online orders", "Growth 不再需要了。")
    row = lines(teams)[0]
    assert (row.state, row.agreed_text) == (m.AlignmentState.DECLINED, None)
    jack.sees_nothing_of("agrees")


async def test_a_conflict_of_three_is_a_pair_for_each_two_and_ends_pair_by_pair(teams: Week, jack: Pretend) -> None:
    zoe, tom, mei = teams.person("zoe"), teams.person("tom"), teams.person("mei")
    await jack.types('/okr conflict KR2 with SUP-1 "both need the phones"')
    taps = [(tom, tom.finds("已经谈妥")), (mei, mei.finds("It is settled"))]
    await jack.types('/okr conflict KR2 with CO-1 "both need the vans"')
    await tom.types("/okr 冲突 SUP-1 与 CO-1 “争车”")
    assert len(lines(teams)) == 3
    zoe.sees("both need the vans")
    zoe.sees("争车")
    for who, tap in taps:
        await who.taps_on(*tap)
    assert [one.state.value for one in lines(teams)] == ["done", "proposed", "proposed"]


async def test_a_number_for_another_teams_key_result_is_never_ones_own(teams: Week, jack: Pretend) -> None:
    ute = teams.person("ute")
    for who, text, sentence in (
        (ute, "GRO-2 5", "Only Jack or Mei can change GRO-2. Nothing was recorded."),
        (ute, "CO-1: 170", "Only Zoe can change CO-1. Nothing was recorded."),
        (ute, "350 for gro-2", "Only Jack or Mei can change GRO-2. Nothing was recorded."),
        (jack, "SUP-1 250", "Only Ute or 汤姆 can change SUP-1. Nothing was recorded."),
        (jack, "/okr update SUP-1 250", "Only Ute or 汤姆 can change SUP-1. Nothing was recorded."),
        (jack, "actually SUP-1 at risk", "Only Ute or 汤姆 can change SUP-1. Nothing was recorded."),
    ):
        result = await who.types(text)
        assert sentence in (plain_text(result.card) if isinstance(result, Say) else who.texts()[-1]), text
    for label in ("GRO-2", "SUP-1", "CO-1"):
        assert teams.said_of(label) == [], label

    await ute.types("250, GRO-2 sends us 40 calls")  # only mentioned

    assert [row.note for row in teams.said_of("SUP-1")][-1] == "GRO-2 sends us 40 calls"
