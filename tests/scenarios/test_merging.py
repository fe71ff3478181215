"""One team becomes a part of another: what moves, who is asked, what is told, and the way back."""

from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from storage import models as m
from tests.scenarios.conftest import _live
from tests.scenarios.week import Pretend, Week
from tests.storage.okr_files.exports import assert_goes_round

TWO_TEAMS = "two_teams.yaml"
ASKS = 'depends KR2 on @Support "Phone script for online orders" by 27 Nov'


@pytest.fixture
async def teams(tmp_path: Path) -> AsyncIterator[Week]:
    """A week of two teams; the question of Growth is out."""
    async for one in _live(Week(tmp_path, TWO_TEAMS)):
        await one.at("2026-11-12 10:05")
        yield one


@pytest.fixture
def jack(teams: Week) -> Pretend:
    """Answers for GRO-2, in Growth."""
    return teams.person("jack")


@pytest.fixture
def zoe(teams: Week) -> Pretend:
    """Looks after Okra, and leads the company."""
    return teams.person("zoe")


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def labels(week: Week) -> dict[str, str]:
    """Every key result by its short title, with its label."""

    def look(session: Session) -> dict[str, str]:
        rows = session.exec(select(m.KeyResult, m.Team).join(m.Team, col(m.Team.id) == col(m.KeyResult.team_id)))
        return {row.short_title: f"{team.key}-{row.number}" for row, team in rows}

    return week.look(look)


def people_of(week: Week, key: str) -> dict[str, str]:
    """Who is in a team, and as what."""

    def look(session: Session) -> dict[str, str]:
        rows = session.exec(
            select(m.Person, m.Membership)
            .join(m.Membership, col(m.Membership.person_id) == col(m.Person.id))
            .join(m.Team, col(m.Team.id) == col(m.Membership.team_id))
            .where(m.Team.key == key)
        )
        return {person.handle: membership.role.value for person, membership in rows}

    return week.look(look)


async def merges(zoe: Pretend) -> str:
    """Growth becomes a part of Support; what she read before the tap."""
    await zoe.types("/okr members GRO")
    await zoe.taps("Merge into another team …")
    await zoe.fills_in(into="SUP")
    asked = zoe.newest()
    await zoe.taps("Merge them")
    return asked


async def test_everything_of_the_running_cycle_moves_and_the_old_label_still_finds_it(
    teams: Week, jack: Pretend, zoe: Pretend
) -> None:
    before = len(teams.said_of("GRO-2"))
    asked = await merges(zoe)

    assert "Make Growth a part of Support?" in asked
    assert "Jack and Mei join Support." in asked
    assert "2 key results move with all that was said about them." in asked
    assert labels(teams)["Phone support calls"] == "SUP-3"
    assert people_of(teams, "GRO") == {}
    assert people_of(teams, "SUP") == {"tom": "lead", "ute": "member", "mei": "member", "jack": "member"}
    for channel, words in (
        ("#growth", "Zoe made Growth a part of Support."),
        ("#support", "Zoe 把 Growth 并入了 Support。"),
    ):
        teams.channel(channel).sees(words, "GRO-1 → SUP-2, GRO-2 → SUP-3")
    assert "SUP-3 Phone support calls" in said(await zoe.types("/okr show GRO-2"))
    await jack.types("GRO-2 360")
    assert len(teams.said_of("SUP-3")) == before + 1
    assert "label GRO-2 → SUP-3" in said(await jack.types("/okr show KR3"))


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize("weekday", [4, 0], ids=["the same day", "another day"])
async def test_nobody_is_asked_twice_in_the_week_of_a_merger(teams: Week, jack: Pretend, weekday: int) -> None:
    def meets(session: Session) -> None:
        support = session.exec(select(m.Meeting).join(m.Team).where(m.Team.key == "SUP")).one()
        support.weekdays, support.time = [weekday], time(12)
        session.add(support)

    await teams.at("2026-11-19 10:05")
    teams.change(meets)
    await merges(teams.person("zoe"))
    before = teams.channel("#growth").texts()
    await teams.at("2026-11-22 20:00")

    for one in (jack, teams.person("mei")):
        assert sum("Weekly check-in" in header for header in one.headers()) == 1
    await jack.types("SUP-3 355")
    assert len(teams.said_of("SUP-3")) == 1
    assert teams.channel("#growth").texts() == before


@pytest.mark.sqlite_is_enough
async def test_what_the_two_asked_of_each_other_ends_with_a_line(teams: Week, jack: Pretend, zoe: Pretend) -> None:
    tom = teams.person("tom")
    await jack.types(f"/okr {ASKS}")
    pressed = tom.finds("同意")
    asked = await merges(zoe)

    assert "One agreement between the two ends." in asked
    tom.sees("双方现在是同一个团队（Support），不再需要团队之间的约定。")
    jack.sees("Two teams were made one.", "Both are one team now, Support, so nothing is asked of another.")
    assert "同一个团队" in said(await tom.taps_on(*pressed))
    row = teams.look(lambda session: session.exec(select(m.Alignment)).one())
    assert row.state is m.AlignmentState.PROPOSED, "what was is not rewritten"
    assert "Phone script" not in said(await jack.types("/okr show KR3"))
    await teams.at("2026-11-20 12:00")
    jack.sees_nothing_of("Have you agreed on it together?")


@pytest.mark.sqlite_is_enough
async def test_what_a_third_team_asked_is_asked_of_the_team_that_stays(teams: Week, zoe: Pretend) -> None:
    await zoe.types('/okr depends CO-1 on @Growth "A list of restaurants" by 27 Nov')
    yes = teams.person("mei").finds("Agree")
    await merges(zoe)

    assert "Only 汤姆 can answer that for Support" in said(await teams.person("mei").taps_on(*yes))
    await teams.at("2026-11-13 10:01")
    tom = teams.person("tom")
    tom.sees("A list of restaurants", "[同意]")
    await tom.taps("同意")
    zoe.sees("汤姆 of Support agrees.")


async def test_it_is_taken_back_within_a_day(teams: Week, jack: Pretend, zoe: Pretend) -> None:
    before = labels(teams)
    await jack.types(f"/okr {ASKS}")
    await zoe.types('/okr depends CO-1 on @Growth "A list of restaurants" by 27 Nov')
    await merges(zoe)
    await zoe.taps("Undo")

    assert labels(teams) == before
    assert people_of(teams, "GRO") == {"mei": "lead", "jack": "member"}
    assert people_of(teams, "SUP") == {"tom": "lead", "ute": "member"}
    zoe.sees("Taken back: Growth and Support are two teams again.")
    teams.channel("#growth").sees("(Taken back.)")
    teams.person("mei").sees("A list of restaurants", "[Agree]")
    teams.person("tom").sees("[同意]", "Phone script for online orders")
    await jack.types("KR2 360")
    assert len(teams.said_of("GRO-2")) == 1
    await merges(zoe)
    assert labels(teams)["Phone support calls"] == "SUP-3"


@pytest.mark.sqlite_is_enough
async def test_undo_in_words_shows_the_card_with_its_button(teams: Week, zoe: Pretend) -> None:
    await merges(zoe)
    await zoe.types("/okr undo")
    await zoe.taps("Undo")
    zoe.sees("Taken back: Growth and Support are two teams again.")

    await zoe.types("/okr members GRO")
    await zoe.taps("Archive")
    await zoe.taps("Archive", "Archive Growth?")
    await zoe.types("/okr undo")
    await zoe.taps("Bring it back")
    assert "nothing to take back" in said(await zoe.types("/okr undo"))


@pytest.mark.sqlite_is_enough
async def test_what_others_did_since_outlives_the_way_back(teams: Week, zoe: Pretend) -> None:
    def team(session: Session, key: str) -> m.Team:
        return session.exec(select(m.Team).where(m.Team.key == key)).one()

    def person(session: Session, handle: str) -> m.Person:
        return session.exec(select(m.Person).where(m.Person.handle == handle)).one()

    def hang(session: Session, key: str, above: str) -> None:
        below = team(session, key)
        below.parent_team_id = team(session, above).id
        session.add(below)

    def since(session: Session) -> None:
        hang(session, "LAB", "CO")
        hang(session, "SUP", "LAB")
        row = session.exec(select(m.KeyResult).where(m.KeyResult.team_id == team(session, "SUP").id)).first()
        assert row is not None
        row.lead_owner_id = person(session, "jack").id
        mei = person(session, "mei")
        mei.active = False
        session.add_all([row, mei])

    teams.change(lambda session: hang(session, "LAB", "GRO"))
    await merges(zoe)
    teams.change(since)
    await zoe.taps("Undo")

    def above(session: Session) -> tuple[int | None, int | None]:
        return team(session, "LAB").parent_team_id, team(session, "SUP").parent_team_id

    assert teams.look(above) == teams.look(lambda session: (team(session, "CO").id, team(session, "LAB").id))
    assert people_of(teams, "GRO") == {"jack": "member"}
    assert people_of(teams, "SUP") == {"tom": "lead", "ute": "member", "jack": "member"}


@pytest.mark.sqlite_is_enough
async def test_once_somebody_answered_it_stays_and_says_so(teams: Week, jack: Pretend, zoe: Pretend) -> None:
    await merges(zoe)
    await jack.types("SUP-3 350")
    assert said(await zoe.taps("Undo")) == "Somebody has answered about SUP-3 since, so it stays. Nothing was changed."
    await jack.types("/okr undo")
    await jack.types("/okr pause KR3 until 1 Dec because we wait for legal")
    assert said(await zoe.taps("Undo")) == "Something of it was changed since, so it stays. Nothing was changed."
    await teams.at("2026-11-13 10:30")
    assert said(await zoe.taps("Undo")) == "That was more than 24 hours ago, so it stays."
    assert labels(teams)["Phone support calls"] == "SUP-3"


@pytest.mark.sqlite_is_enough
async def test_no_team_gets_more_health_metrics_than_a_file_may_hold(teams: Week, zoe: Pretend, tmp_path: Path) -> None:
    def look_after(session: Session) -> None:
        for key, names in (("GRO", ("Uptime", "Calm")), ("SUP", ("Backlog", "Sleep"))):
            team = session.exec(select(m.Team).where(m.Team.key == key)).one()
            for name in names:
                session.add(m.HealthMetric(workspace_id=team.workspace_id, team_id=team.id, name=name))

    teams.change(look_after)
    asked = await merges(zoe)

    assert "A team has up to 3 health metrics, so these stay with Growth: Calm." in asked
    assert_goes_round(teams.stage.house.db, tmp_path, "json")


@pytest.mark.sqlite_is_enough
async def test_two_admins_merge_once_and_nobody_else_may(teams: Week, jack: Pretend, zoe: Pretend) -> None:
    await zoe.types("/okr members GRO")
    await zoe.taps("Merge into another team …")
    await zoe.fills_in(into="SUP")
    tap = zoe.finds("Merge them")
    await zoe.taps_on(*tap, key="one")
    assert said(await zoe.taps_on(*tap, key="two")) == "Growth is archived, so nothing was changed."
    teams.person("mei").sees_nothing_of("Merge into another team")
    assert "Merge into" not in said(await teams.person("tom").types("/okr members SUP"))
