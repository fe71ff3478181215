"""A report is asked for in the week it tells of."""

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from tests.scenarios.week import Pretend, Week


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


async def test_what_was_said_this_week_is_in_the_report(week: Week, mei: Pretend, jack: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    await jack.types("KR3 61, 0.7, two signed in Lyon")

    mine = said(await jack.types("/okr report"))
    assert mine.startswith("Report · my KRs · 6 Nov - 12 Nov")
    assert "- KR3 went 58 → 61." in mine
    assert "two signed in Lyon" in mine
    assert "KR1" not in mine

    team = said(await mei.types("/okr report team week"))
    assert "- KR3 went 58 → 61." in team
    assert "KR1 Enterprise MRR" in team


async def test_a_report_of_the_quarter_begins_with_it(week: Week, mei: Pretend) -> None:
    assert said(await mei.types("/okr 周报 团队 季度")).startswith("Report · Growth · 1 Oct - 12 Nov")
    assert week.not_sent() == set()
