"""How people are understood, in numbers: what is asked back, how that ends, and what needed no question."""

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import Session

from bot.views.counts import Counts, counts
from bot.web.metrics import REFUSED, metrics_routes
from storage.questions import Answered, Asked
from tests.scenarios.week import Pretend, Week
from tests.views.counting import statements

TOKEN = "a token of more than thirty-two characters"


def found(week: Week) -> Counts:
    return week.look(lambda session: counts(session, week.clock.now()))


def ends(week: Week, code: str) -> dict[str, int]:
    return {one.answered.value: one.number for one in found(week).questions if one.code == code}


async def test_every_end_of_a_question_is_counted(week: Week, mei: Pretend, li: Pretend, jack: Pretend) -> None:
    await mei.types("70%")
    await mei.taps("Of the way")
    await li.types("KR2 +2%")
    await li.types("yes")
    await jack.types("KR3 1.250")
    await jack.types("KR3 61")

    assert ends(week, "Q_PERCENT_MEANS") == {"button": 1}
    assert ends(week, "Q_DELTA") == {"words": 1}
    assert ends(week, "Q_SEPARATOR") == {"overtaken": 1}


async def test_a_question_is_open_and_expires_with_the_next_weekly_one(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 11:00")
    await jack.types("KR3 1.250")
    assert ends(week, "Q_SEPARATOR") == {"open": 1}

    await week.at("2026-11-19 11:00")

    assert ends(week, "Q_SEPARATOR") == {"expired": 1}


async def test_replies_that_needed_no_question(week: Week, mei: Pretend, li: Pretend, jack: Pretend) -> None:
    await mei.types("46k")  # where it lands is asked to know more, not to understand
    await li.types("KR2 31%, on track")
    await jack.types("KR3 1.250")
    await jack.taps("1,250")

    (read,) = found(week).replies

    assert (read.workspace, read.at_once, read.asked) == ("Teebee", 2, 1)
    assert read.share == 2 / 3


async def test_it_takes_four_queries(week: Week, jack: Pretend) -> None:
    await jack.types("KR3 1.250")

    def number(session: Session) -> int:
        return len(statements(session, lambda: counts(session, week.clock.now())))

    assert week.look(number) == 4


async def test_prometheus_reads_it_with_the_token_and_nobody_else(week: Week, mei: Pretend, jack: Pretend) -> None:
    await mei.types("70% of secret words")
    await mei.types("70%")
    await mei.taps("Landing")
    await jack.types("KR3 1.250")
    app = web.Application()
    app.add_routes(metrics_routes(TOKEN, week.stage.house.db, week.clock))
    async with TestClient(TestServer(app)) as client:
        for headers in ({}, {"Authorization": "Bearer no"}, {"Authorization": TOKEN}):
            refused = await client.get("/metrics", headers=headers)
            assert (refused.status, await refused.text()) == (401, REFUSED)

        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        page = await answer.text()

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'okra_questions_total{answered="button",code="Q_PERCENT_MEANS",workspace="Teebee"} 1.0' in page
    assert 'okra_questions_open{code="Q_SEPARATOR",workspace="Teebee"} 1.0' in page
    assert 'read="at_once"' in page
    assert "secret" not in page
    assert "Mei" not in page


def test_nothing_that_was_typed_is_part_of_a_count() -> None:
    assert set(Asked.__dataclass_fields__) == {"workspace", "code", "answered", "number"}
    assert {one.value for one in Answered} == {"button", "words", "overtaken", "expired", "open"}
