"""People and places of Teams, lived on the whole app: who is known, who is reached, and what happens when Okra goes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.delivery.directory import A_WHILE
from storage import models as m
from tests.fakes.http import Refused
from tests.fakes.teams import TeamsFake
from tests.scenarios.running import MADRID, Running
from tests.scenarios.teams_world import behind, started, teams_time

pytestmark = pytest.mark.sqlite_is_enough  # about Teams' people; tests/delivery/test_directory asks the same of both

MEI = "mei-object-id"
JACK = "jack-object-id"
KIM = "kim-object-id"
GAST = "gast-object-id"
GENERAL = "19:general@thread.tacv2"
BOARD = "19:board@thread.tacv2"
OTHER = "19:other@thread.tacv2"
HEADER = "Growth · OKR board"


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    """A tenant in which Okra is nowhere yet."""
    fake = TeamsFake(teams_time())
    fake.add_person(MEI, "Mei Tan", installed=False, zone=MADRID)
    fake.add_person(JACK, "Jack Moreno", installed=False, zone=MADRID)
    fake.add_person(KIM, "Kim Sun", installed=False, zone="Asia/Seoul", locale="zh-CN")
    fake.add_person(GAST, "Gast Far", installed=False, userRole="guest")
    fake.add_team(GENERAL, "Growth", MEI, JACK, KIM, channels={BOARD: "The board"}, has_app=False)
    fake.add_team(OTHER, "Other", KIM, GAST, has_app=False)
    fake.page_size = None
    async with started(fake):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    people = {"mei": MEI, "jack": JACK}
    async with behind(teams, tmp_path, people, {"GRO": BOARD}) as one:
        yield one


async def reads(okra: Running) -> None:
    """A quarter of an hour passes, and rosters are read if there is a reason."""
    okra.clock.move_to(okra.clock.now() + A_WHILE)
    await okra.house.directory.look()
    await okra.settled()


def person_at(okra: Running, external_id: str) -> tuple[m.Person, m.Address] | None:
    def read(session: Session) -> tuple[m.Person, m.Address] | None:
        query = select(m.Person, m.Address).where(
            col(m.Address.person_id) == col(m.Person.id), m.Address.external_id == external_id
        )
        found = session.exec(query).first()
        return None if found is None else (found[0], found[1])

    return okra.house.db.read_now(read)


def sent(okra: Running, kind: str) -> list[tuple[m.DeliveryState, str | None]]:
    def read(session: Session) -> list[tuple[m.DeliveryState, str | None]]:
        rows = session.exec(select(m.Delivery).where(m.Delivery.kind == kind).order_by(col(m.Delivery.id)))
        return [(row.state, row.reason) for row in rows]

    return okra.house.db.read_now(read)


def boards(teams: TeamsFake, conversation: str = BOARD) -> list[str]:
    return [text for text in teams.texts(conversation) if HEADER in text]


async def test_who_is_in_a_team_is_known_soon_after_okra_came_and_guests_are_not(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.adds_to(OTHER)
    await reads(okra)

    found = person_at(okra, KIM)
    assert found is not None
    kim, address = found
    assert (kim.display_name, kim.e_mail, address.dm_ref["user_id"]) == ("Kim Sun", "kim@example.com", f"29:{KIM}")
    assert person_at(okra, GAST) is None


async def test_people_are_asked_without_ever_having_written_because_they_are_in_a_team_with_okra(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.adds_to(BOARD)
    await reads(okra)
    await okra.at("2026-11-12 10:00")
    await okra.settled()

    assert any("Weekly check-in" in text for text in teams.texts(f"a:{MEI}"))


async def test_whoever_wrote_before_being_known_is_known_by_that_chat_and_is_answered_in_their_language(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.says("hello", person=KIM)
    await teams.adds_to(BOARD)
    await reads(okra)
    await teams.says("okr", person=KIM)
    await okra.settled()

    found = person_at(okra, KIM)
    assert found is not None
    assert (found[0].timezone, found[0].lang) == ("Asia/Seoul", m.Language.ZH)
    assert len(okra.house.db.read_now(lambda session: session.exec(select(m.Person)).all())) == 11


async def test_the_same_person_in_two_teams_is_one_and_is_still_reached_when_they_leave_one(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.adds_to(BOARD)
    await teams.adds_to(OTHER, person=KIM)
    await reads(okra)
    await teams.leaves(KIM, GENERAL)
    found = person_at(okra, KIM)
    assert found is not None
    assert found[1].dm_ref == {}

    await reads(okra)
    found = person_at(okra, KIM)
    assert found is not None
    assert (found[1].dm_ref["user_id"], found[1].reachable, found[0].active) == (f"29:{KIM}", True, True)


async def test_who_took_okra_out_of_their_chat_stays_without_it_when_they_leave_a_team(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.installs(KIM)
    await teams.adds_to(BOARD)
    await teams.adds_to(OTHER, person=KIM)
    await reads(okra)
    await teams.uninstalls(KIM)
    await teams.leaves(KIM, OTHER)
    await reads(okra)

    found = person_at(okra, KIM)
    assert found is not None
    assert not found[1].reachable


async def test_the_channels_of_a_team_are_known_by_name_soon_after_okra_came(okra: Running, teams: TeamsFake) -> None:
    await teams.adds_to(GENERAL)
    await reads(okra)

    rows = okra.house.db.read_now(lambda session: session.exec(select(m.Chat).order_by(col(m.Chat.id))).all())
    named = {row.external_id: (row.parent, row.parent_name, row.name, row.left_at) for row in rows}
    assert named[GENERAL][1:] == ("Growth", "", None)
    assert named[BOARD] == (GENERAL, "Growth", "The board", None)


async def test_a_team_that_is_gone_when_its_channels_are_listed_stops_no_other(okra: Running, teams: TeamsFake) -> None:
    await teams.adds_to(GENERAL)
    await teams.adds_to(OTHER)
    teams.play("team", Refused("NotFound", 404))
    await reads(okra)

    rows = okra.house.db.read_now(lambda session: session.exec(select(m.Chat)).all())
    assert {row.external_id for row in rows} == {GENERAL, OTHER}


async def test_a_guest_who_becomes_a_member_is_known(okra: Running, teams: TeamsFake) -> None:
    await teams.adds_to(OTHER)
    await reads(okra)
    teams.people[GAST]["userRole"] = "user"
    okra.clock.move_to(okra.clock.now() + timedelta(days=1))
    await reads(okra)
    assert person_at(okra, GAST) is not None


async def test_a_board_that_was_refused_before_okra_came_goes_out_once_it_is_there(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.installs(MEI)
    await okra.at("2026-11-13 09:50")
    await okra.settled()
    assert boards(teams) == []
    ((state, reason),) = sent(okra, "digest")
    assert (state, (reason or "").startswith("not_member")) == (m.DeliveryState.FAILED, True)

    await teams.adds_to(BOARD)
    await okra.settled()
    assert len(boards(teams)) == 1
    await teams.adds_to(BOARD)
    await okra.settled()
    assert len(boards(teams)) == 1


async def test_okra_goes_in_mid_ritual_the_lead_hears_once_and_after_it_is_back_it_goes_on(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.installs(MEI)
    await teams.adds_to(BOARD)
    await teams.removes_from(BOARD)
    await okra.at("2026-11-13 09:50")
    await okra.settled()
    await okra.at("2026-11-13 09:55")
    await okra.settled()
    about = [text for text in teams.texts(f"a:{MEI}") if "so its board was not shown" in text or "not in" in text]
    assert len(about) == 1
    assert len([one for one in teams.called("members") if BOARD in one.path]) == 1

    tried = len(sent(okra, "digest"))
    await teams.adds_to(BOARD)
    await okra.settled()
    assert (len(boards(teams)), len(sent(okra, "digest"))) == (1, tried)


async def test_who_takes_okra_away_is_asked_again_once_it_is_back(okra: Running, teams: TeamsFake) -> None:
    await teams.installs(MEI)
    await teams.uninstalls(MEI)
    await okra.settled()
    before = len(teams.texts(f"a:{MEI}"))
    await okra.at("2026-11-12 10:00")
    await okra.settled()
    assert len(teams.texts(f"a:{MEI}")) == before

    await teams.installs(MEI)
    await okra.settled()
    await okra.at("2026-11-19 10:00")
    await okra.settled()
    assert any("Weekly check-in" in text for text in teams.texts(f"a:{MEI}"))


async def test_an_upgrade_takes_nobody_away(okra: Running, teams: TeamsFake) -> None:
    await teams.installs(MEI)
    await teams.upgrades(MEI)
    await teams.adds_to(BOARD)
    await teams.upgrades(MEI, GENERAL)
    await okra.settled()
    rows = okra.house.db.read_now(lambda session: session.exec(select(m.Chat)).all())
    assert {row.external_id for row in rows if row.left_at is None} == {f"a:{MEI}", GENERAL}


async def test_channels_are_followed_through_names_deletion_and_return(okra: Running, teams: TeamsFake) -> None:
    await teams.installs(MEI)
    await teams.adds_to(BOARD)
    await teams.renames_channel(BOARD, "Renamed board")
    await teams.deletes_channel(BOARD)
    await okra.at("2026-11-13 09:50")
    await okra.settled()
    ((state, reason),) = sent(okra, "digest")
    assert (state, (reason or "").partition(":")[0]) == (m.DeliveryState.FAILED, 'gone #"Growth › Renamed board"')

    await teams.restores_channel(BOARD)
    await okra.settled()
    assert len(boards(teams)) == 1


async def test_a_team_that_is_deleted_takes_its_boards_away_and_brings_them_back(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.installs(MEI)
    await teams.adds_to(BOARD, channel=BOARD)
    await teams.deletes_team(GENERAL)
    await okra.at("2026-11-13 09:50")
    await okra.settled()
    assert boards(teams) == []

    await teams.restores_team(GENERAL)
    await okra.settled()
    assert len(boards(teams)) == 1


async def test_a_team_that_was_archived_gets_its_board_once_it_is_open_again(okra: Running, teams: TeamsFake) -> None:
    await teams.installs(MEI)
    await teams.adds_to(BOARD, channel=BOARD)
    await teams.archives_team(GENERAL)
    await okra.at("2026-11-13 09:50")
    await okra.settled()
    assert boards(teams) == []
    told = [text for text in teams.texts(f"a:{MEI}") if "so its board was not shown" in text.lower()]
    assert len(told) == 1
    assert "perhaps its team is archived" in told[0]
    assert "Add the app" not in told[0]

    await teams.unarchives_team(GENERAL)
    await okra.settled()
    assert len(boards(teams)) == 1
