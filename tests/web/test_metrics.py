"""The page of the metrics: every name, unit and label as Prometheus' own linter wants them, and nobody by name."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import Session

from bot.clock import MovableClock
from bot.okr.planning import SkipReason
from bot.views.traffic import OTHER, REASONS, label_of, traffic
from bot.web.metrics import NOT_NOW, OfProcess, metrics_routes
from storage import models as m
from storage.session import Database
from tests.storage.databases import MORNING, Company, found_company, new_database

TOKEN = "a token of more than thirty-two characters"
ROOT = Path(__file__).parents[2]
PROCESS = OfProcess(3, {("bot.delivery", "warning"): 2}, {"due_but_no_outcome": 1})


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = new_database(tmp_path, MovableClock(MORNING))
    db.write_now(_post, db.write_now(found_company))
    yield db
    db.close()


def _post(session: Session, company: Company) -> None:
    for number, (state, reason) in enumerate(
        (("planned", None), ("skipped", "away"), ("skipped", "Mei said: secret words"), ("failed", "secret words"))
    ):
        session.add(
            m.Delivery(
                workspace_id=company.workspace,
                kind="check_in",
                subject=f"Mei {number}",
                period="p",
                person_id=company.mei,
                state=m.DeliveryState(state),
                reason=reason,
                due_at=MORNING - timedelta(minutes=10),
            )
        )


async def page_of(db: Database) -> tuple[int, str]:
    app = web.Application()
    app.add_routes(metrics_routes(TOKEN, db, MovableClock(MORNING), lambda: PROCESS))
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        return answer.status, await answer.text()


async def test_what_is_under_way_is_told(db: Database) -> None:
    status, page = await page_of(db)

    assert status == 200
    for line in (
        'okra_deliveries{kind="check_in",state="planned"} 1.0',
        'okra_deliveries{kind="check_in",state="skipped"} 2.0',
        'okra_deliveries_skipped{kind="check_in",reason="away"} 1.0',
        'okra_deliveries_skipped{kind="check_in",reason="other"} 1.0',
        "okra_delivery_lag_seconds 600.0",
        "okra_throttled_total 3.0",
        'okra_problems_total{level="warning",room="bot.delivery"} 2.0',
        'okra_audit_findings{finding="due_but_no_outcome"} 1.0',
        "okra_tick_lag_seconds 0.0",
    ):
        assert line in page.splitlines()


async def test_no_name_and_nothing_that_was_said_is_on_the_page(db: Database) -> None:
    _, page = await page_of(db)

    assert "secret" not in page
    assert "Mei" not in page


async def test_names_units_and_help_are_as_prometheus_wants_them(db: Database) -> None:
    """The rules of `promtool check metrics`, as far as they concern us."""
    _, page = await page_of(db)
    families = list(text_string_to_metric_families(page))

    assert len(families) >= 12
    assert len({one.name for one in families}) == len(families)
    for one in families:
        assert re.fullmatch(r"okra_[a-z]+(_[a-z]+)*", one.name), one.name
        assert one.documentation.endswith("."), one.name
        assert one.type in ("counter", "gauge"), one.name
        assert not re.search(r"(^|_)(counter|gauge|count|sum|bucket|info|ms|minutes|milliseconds)(_|$)", one.name)
        assert ("lag" in one.name) == one.name.endswith("_seconds"), one.name
        for sample in one.samples:
            assert sample.name == one.name + ("_total" if one.type == "counter" else "")
            assert set(sample.labels) <= {
                "workspace", "code", "answered", "read", "state", "kind", "reason", "team", "room", "level", "finding"
            }  # fmt: skip


def ruin(db: Database) -> None:
    db.engine.dispose()
    Path(str(db.engine.url.database)).write_bytes(b"no database any more" * 1000)


async def test_without_a_database_it_says_so(db: Database) -> None:
    ruin(db)

    assert await page_of(db) == (503, NOT_NOW)


def test_every_reason_to_skip_has_a_label() -> None:
    """Those of the planner, and those that stand in the rituals and in delivery."""
    written = set(SkipReason)
    for file in (*(ROOT / "bot/rituals").glob("*.py"), *(ROOT / "bot/delivery").glob("*.py")):
        written |= set(re.findall(r'Skip\(\s*"([^"]+)"', file.read_text()))

    assert len(written) > 40
    assert [one for one in sorted(written) if label_of(one) == OTHER] == []


def test_labels_are_few_and_each_reason_has_one() -> None:
    reasons = [str(one) for every in REASONS.values() for one in every]

    assert len(reasons) == len(set(reasons))
    assert all(re.fullmatch(r"[a-z_]{3,20}", label) for label in REASONS)


def test_an_empty_reason_is_another_one(db: Database) -> None:
    assert label_of("") == OTHER
    assert db.read_now(traffic, MORNING).skipped == {("check_in", "away"): 1, ("check_in", OTHER): 1}
