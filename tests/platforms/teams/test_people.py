"""Who is in the teams and chats that Okra is in is read page by page, and only colleagues are told of."""

import pytest

from bot.delivery.news import ChatNews
from bot.delivery.port import HasDirectory, NotDelivered, OutcomeUnknown, Profile, RateLimited
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.port import TeamsPort
from storage import models as m
from tests.fakes.http import Broken, Dropped, Refused, TooMany, Trouble
from tests.fakes.teams import BOT, TENANT, TeamsFake
from tests.platforms.teams.conftest import JACK, MEI, SALES, App

CHAT = "19:chat@thread.v2"


def enter(app: App, teams: TeamsFake, conversation: str, kind: m.ChatKind = m.ChatKind.CHANNEL) -> None:
    """Okra is let into a team or group chat."""
    ref = {"service_url": teams.service_url, "conversation_id": conversation, "tenant_id": TENANT, "bot_id": BOT}
    app.news.append(ChatNews("teams", TENANT, conversation, kind, ref))


async def everybody(port: TeamsPort) -> list[Profile]:
    return [profile async for page in port.people(1) for profile in page]


@pytest.fixture
def port(platform: TeamsPlatform) -> TeamsPort:
    assert isinstance(platform.port, HasDirectory)
    return platform.port


async def test_before_okra_is_anywhere_there_is_nobody_to_read(teams: TeamsFake, port: TeamsPort) -> None:
    assert await everybody(port) == []
    assert teams.calls == []


async def test_all_members_are_read_with_what_it_takes_to_write_to_them(
    teams: TeamsFake, port: TeamsPort, app: App
) -> None:
    enter(app, teams, SALES)
    mei, jack = await everybody(port)

    assert (mei.external_id, mei.display_name, mei.short_name, mei.e_mail) == (
        MEI,
        "Mei Lin",
        "Mei",
        "mei@example.com",
    )
    assert (mei.is_guest, mei.active, mei.timezone, mei.locale) == (False, True, None, None)
    assert mei.ref == {
        "service_url": teams.service_url,
        "tenant_id": TENANT,
        "bot_id": BOT,
        "user_id": f"29:{MEI}",
    }
    assert (jack.external_id, jack.is_guest) == (JACK, True)
    assert len(teams.called("members")) == 2  # the fake gives one at a time


async def test_people_of_other_tenants_are_guests_and_bots_and_the_nameless_are_nobody(
    teams: TeamsFake, port: TeamsPort, app: App
) -> None:
    teams.add_person("far", "Far Away", tenantId="another-tenant")
    teams.add_person("near", "", tenantId=TENANT.upper(), userPrincipalName="someone@example.com")
    teams.add_person("other-bot", "Helper", id="28:helper")
    teams.add_person("role-bot", "Helper", userRole="bot")
    teams.add_person("anonymous", "Somebody")
    teams.people["anonymous"] |= {"aadObjectId": None, "objectId": None, "userRole": "anonymous"}
    teams.add_chat(CHAT, "far", "near", "other-bot", "role-bot", "anonymous")
    enter(app, teams, CHAT, m.ChatKind.GROUP)

    far, near = await everybody(port)
    assert (far.external_id, far.is_guest) == ("far", True)
    assert (near.external_id, near.is_guest, near.display_name) == ("near", False, "someone")


async def test_a_page_that_is_refused_by_a_rate_limit_is_the_next_one_again(
    teams: TeamsFake, port: TeamsPort, app: App
) -> None:
    enter(app, teams, SALES)
    reading = port.people(1)
    (mei,) = await anext(reading)
    teams.play("members", TooMany(0))
    with pytest.raises(RateLimited):
        await anext(reading)
    (jack,) = await anext(reading)
    with pytest.raises(StopAsyncIteration):
        await anext(reading)
    assert (mei.external_id, jack.external_id) == (MEI, JACK)


@pytest.mark.parametrize("code", [(403, "BotNotInConversationRoster"), (404, "ConversationNotFound"), (400, "Bad")])
async def test_a_roster_that_is_gone_or_closed_does_not_stop_the_others(
    teams: TeamsFake, port: TeamsPort, app: App, code: tuple[int, str]
) -> None:
    teams.add_chat(CHAT, MEI)
    enter(app, teams, CHAT, m.ChatKind.GROUP)
    enter(app, teams, SALES)
    status, name = code
    teams.play("members", Refused(name, status))

    assert [one.external_id for one in await everybody(port)] == [MEI, JACK]


async def test_a_roster_that_closes_in_the_middle_leaves_what_was_read(
    teams: TeamsFake, port: TeamsPort, app: App
) -> None:
    enter(app, teams, SALES)
    reading = port.people(1)
    await anext(reading)
    teams.teams[SALES].has_app = False
    with pytest.raises(StopAsyncIteration):
        await anext(reading)


@pytest.mark.parametrize("trouble", [Broken(502), Dropped()])
async def test_what_nobody_knows_ends_the_reading(
    teams: TeamsFake, port: TeamsPort, app: App, trouble: Trouble
) -> None:
    enter(app, teams, SALES)
    teams.play("members", trouble)
    with pytest.raises((OutcomeUnknown, NotDelivered)):
        await everybody(port)


async def test_the_same_person_in_two_teams_is_told_of_in_both(teams: TeamsFake, port: TeamsPort, app: App) -> None:
    teams.add_team("19:other@thread.tacv2", "Other", MEI)
    enter(app, teams, SALES)
    enter(app, teams, "19:other@thread.tacv2")
    assert [one.external_id for one in await everybody(port)] == [MEI, JACK, MEI]


async def test_a_large_roster_is_read_in_few_pages(teams: TeamsFake, port: TeamsPort, app: App) -> None:
    people = [f"p{number}" for number in range(1200)]
    for one in people:
        teams.add_person(one, "Some Body", installed=False)
    teams.add_team("19:all@thread.tacv2", "All", *people)
    teams.page_size = None
    enter(app, teams, "19:all@thread.tacv2")

    assert [one.external_id for one in await everybody(port)] == people
    assert len(teams.called("members")) == 3
