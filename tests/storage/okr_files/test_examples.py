"""The examples that come with Okra: sound, and rich enough to show everything."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from bot.okr import model as okr
from bot.okr.ranges import is_maintained
from bot.okr.rollup import objective_score
from bot.views.team import TeamView, team_view
from storage import models as m
from storage.okr_files import Effect, Kind
from storage.session import Database
from tests.storage.okr_files.files import EXAMPLES, example, importing, previewing, problems, read

STORY = datetime(2026, 11, 12, 10, 0, tzinfo=ZoneInfo("Europe/Madrid"))


def views(db: Database, now: datetime) -> dict[str, TeamView]:
    def load(session: Session) -> dict[str, TeamView]:
        return {team.key: team_view(session, team, now) for team in session.exec(select(m.Team)).all()}

    return db.read_now(load)


@pytest.fixture
def company(db: Database) -> dict[str, TeamView]:
    importing(db, example("teebee.yaml"))
    return views(db, STORY)


def test_there_are_six_examples() -> None:
    assert sorted(path.name for path in EXAMPLES.glob("*.yaml")) == [
        "bakery-zh.yaml",
        "in_chat.yaml",
        "nobody-yet.yaml",
        "nodejs-commcomm-2020.yaml",
        "small.yaml",
        "teebee.yaml",
    ]


@pytest.mark.parametrize("name", ["bakery-zh.yaml", "nodejs-commcomm-2020.yaml", "small.yaml", "teebee.yaml"])
def test_every_example_has_no_problem_and_everyone_can_be_reached(db: Database, name: str) -> None:
    assert problems(example(name)) == []

    told = importing(db, example(name))
    assert all("has no time zone" in note.sentence for note in told.notes)
    file = read(example(name))
    assert all(person.addresses and person.addresses[0].external_id == person.handle for person in file.people)
    assert all(team.channel is not None and team.meetings and team.lead for team in file.teams)


def test_the_example_for_a_chat_platform_finds_people_by_their_e_mail_and_names_no_other_place(db: Database) -> None:
    assert problems(example("in_chat.yaml")) == []
    importing(db, example("in_chat.yaml"))

    file = read(example("in_chat.yaml"))

    assert all(person.e_mail is not None and not person.addresses for person in file.people)
    assert all(team.channel is None for team in file.teams)
    with_places = example("in_chat.yaml").replace("# channel", "channel")
    assert problems(with_places) == []


def test_the_smallest_example_stays_small() -> None:
    assert len(example("small.yaml").splitlines()) <= 25


def test_the_smallest_example_says_what_is_worth_knowing(db: Database) -> None:
    told = previewing(db, example("small.yaml"))

    assert told.summary(Effect.NEW) == (
        "1 workspace, 1 connection, 2 people, 2 addresses, 1 team, 2 memberships, 1 meeting, 1 cycle, 1 objective, "
        "2 key results"
    )
    assert [note.sentence for note in told.notes] == [
        "Mei has no time zone, so the workspace's is used: Europe/Madrid."
    ]


def test_the_demo_shows_every_status_for_every_reason_to_have_none(company: dict[str, TeamView]) -> None:
    shown = [one.state for view in company.values() for one in view.key_results]

    assert {state.status for state in shown} == set(okr.Status)
    silent = {state.reason for state in shown if state.status is okr.Status.NO_SIGNAL}
    assert {okr.StatusReason.TOO_EARLY, okr.StatusReason.DARK} <= silent


def test_the_demo_shows_every_tag(company: dict[str, TeamView]) -> None:
    assert {tag for view in company.values() for one in view.key_results for tag in one.state.tags} == set(okr.Tag)


def test_the_demo_has_every_type_of_key_result(company: dict[str, TeamView]) -> None:
    krs = [one.kr for view in company.values() for one in view.key_results]

    assert {kr.type for kr in krs} == set(okr.KRType)
    assert {is_maintained(kr) for kr in krs if kr.type is okr.KRType.RANGE} == {True, False}
    assert {kr.is_binary for kr in krs if kr.type is okr.KRType.MILESTONE} == {True, False}
    assert {kr.commitment for kr in krs} == set(okr.Commitment)
    assert any(kr.anchors is not None for kr in krs)
    assert any(kr.state is okr.KRState.DROPPED for kr in krs)


def test_the_demo_has_two_languages_three_continents_and_someone_who_is_away(company: dict[str, TeamView]) -> None:
    people = [person for view in company.values() for person in view.rows.people.values()]
    away = [row for view in company.values() for rows in view.rows.away.values() for row in rows]

    assert {view.team.lang for view in company.values()} == set(m.Language)
    assert {person.timezone for person in people} >= {None, "Europe/Madrid", "Asia/Shanghai", "Pacific/Auckland"}
    assert any(row.first_day <= STORY.date() <= row.last_day and row.delegate_id for row in away)
    assert any(len(one.owners) > 1 for view in company.values() for one in view.key_results)


def test_the_growth_team_begins_the_story_as_the_digest_of_the_specification_shows_it(
    company: dict[str, TeamView],
) -> None:
    growth = company["GRO"]
    mrr, renewals, _satisfaction, calls, _contracts = growth.key_results

    assert growth.week == (6, 13)
    assert (mrr.kr.baseline, mrr.kr.target, mrr.owner_name) == (Decimal(30000), Decimal(60000), "Mei")
    assert (renewals.state.current.value, renewals.state.freshness.age) == (Decimal(28), 9)
    assert renewals.state.freshness.state is okr.FreshnessState.STALE
    assert (calls.kr.baseline, calls.kr.target, calls.state.current.blocker) == (
        Decimal(400),
        Decimal(200),
        "the new order form",
    )
    assert objective_score([one.state for one in growth.key_results]) is not None


def test_something_goes_stale_and_something_goes_dark_while_the_story_is_told(
    db: Database, company: dict[str, TeamView]
) -> None:
    tuesday = views(db, datetime(2026, 11, 17, 10, 0, tzinfo=ZoneInfo("Europe/Madrid")))

    def states(found: dict[str, TeamView]) -> dict[str, okr.FreshnessState]:
        return {one.kr.key: one.state.freshness.state for view in found.values() for one in view.key_results}

    before, after = states(company), states(tuesday)
    assert (before["SUP-4"], after["SUP-4"]) == (okr.FreshnessState.DUE, okr.FreshnessState.STALE)
    assert (before["GRO-2"], after["GRO-2"]) == (okr.FreshnessState.STALE, okr.FreshnessState.DARK)


def test_nothing_of_the_demo_happens_after_the_story_begins(db: Database) -> None:
    importing(db, example("teebee.yaml"))

    def newest(session: Session) -> datetime:
        said = [row.at for row in session.exec(select(m.CheckIn)).all()]
        read_ = [row.measured_at for row in session.exec(select(m.Reading)).all()]
        wins = [row.at for row in session.exec(select(m.Win)).all()]
        return max(*said, *read_, *wins)

    assert db.read_now(newest) < STORY


def test_the_community_committee_has_a_week_to_live(db: Database) -> None:
    told = importing(db, example("nodejs-commcomm-2020.yaml"))
    (view,) = views(db, datetime(2020, 2, 13, 10, 0, tzinfo=ZoneInfo("UTC"))).values()

    assert told.count(Effect.NEW, Kind.OBJECTIVE) == 4
    assert view.week == (7, 26)
    articles = next(one for one in view.key_results if one.kr.label == "KR3")
    assert (articles.kr.baseline, articles.kr.target) == (Decimal(125000), Decimal(200000))
    assert {okr.Status.AHEAD, okr.Status.ON_TRACK, okr.Status.OFF_TRACK, okr.Status.NO_SIGNAL} <= {
        one.state.status for one in view.key_results
    }


def test_the_community_committee_names_its_source_and_its_licence() -> None:
    text = example("nodejs-commcomm-2020.yaml")

    assert "github.com/nodejs/community-committee at 908a710483b7031ded7dedbf35604e7a83ef5b74" in text
    assert "MIT, (c) 2017 Node.js Foundation" in text
