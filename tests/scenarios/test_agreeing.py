"""Two teams come to an agreement: asked, worded anew, agreed, near its date, slipping, done; and every way it can fail."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.intake.inbound import FormErrors, Result, Say
from bot.okr.model import KRState
from storage import models as m
from tests.scenarios.conftest import _live
from tests.scenarios.week import Place, Pretend, Week

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
