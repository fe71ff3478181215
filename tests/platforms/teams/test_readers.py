"""Nothing is posted where a guest or another company reads, unless the team allows it."""

import pytest

from bot.delivery.news import ChatNews, MemberNews
from bot.delivery.port import Address, ChatError, MessageRef, NotDelivered, RateLimited, Unreachable, Why
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.inbound import read
from bot.platforms.teams.news import news_of
from bot.platforms.teams.port import TeamsPort
from bot.platforms.teams.readers import REMEMBERED_SECONDS
from storage import models as m
from tests.delivery.contract import card
from tests.fakes.http import Broken, Dropped, Refused, TooMany, Trouble
from tests.fakes.teams import BOT, TENANT, TeamsFake
from tests.fakes.teams.values import Json
from tests.platforms.teams.conftest import JACK, MEI, SALES, App

BOARD = "19:board@thread.tacv2"
CHAT = "19:chat@thread.v2"

OUTSIDERS = [
    pytest.param({"userRole": "guest"}, id="a guest"),
    pytest.param({"tenantId": "another-tenant"}, id="another tenant's"),
    pytest.param({"userRole": "anonymous", "aadObjectId": None, "objectId": None}, id="without an account"),
]


def at(teams: TeamsFake, conversation: str, **more: str) -> Address:
    ref = {"service_url": teams.service_url, "conversation_id": conversation, "tenant_id": TENANT, "bot_id": BOT}
    return Address(1, conversation, is_person=False, ref={**ref, **more})


@pytest.fixture
def port(platform: TeamsPlatform, teams: TeamsFake, app: App) -> TeamsPort:
    """Okra is in a team with two channels, and in a group chat, among colleagues."""
    teams.people[JACK]["userRole"] = "user"
    teams._state.add_channel(teams.teams[SALES], BOARD, "The board")
    teams.add_chat(CHAT, MEI, JACK)
    for place, kind, parent in (
        (SALES, m.ChatKind.CHANNEL, SALES),
        (BOARD, m.ChatKind.CHANNEL, SALES),
        (CHAT, m.ChatKind.GROUP, ""),
    ):
        ref = dict(at(teams, place).ref)
        app.news.append(ChatNews("teams", TENANT, place, kind, ref, parent=parent, name=f"name of {place}"))
    return platform.port


async def refused(port: TeamsPort, address: Address) -> Unreachable:
    with pytest.raises(Unreachable) as error:
        await port.send(address, card("board"), "key")
    return error.value


@pytest.mark.parametrize("place", [BOARD, CHAT])
@pytest.mark.parametrize("outsider", OUTSIDERS)
async def test_where_others_read_no_board_is_posted(
    teams: TeamsFake, port: TeamsPort, place: str, outsider: Json
) -> None:
    teams.people[JACK] |= outsider
    error = await refused(port, at(teams, place))
    assert (error.why, error.place) == (Why.SHARED, f"name of {place}")
    assert teams.texts(place) == []


async def test_colleagues_and_bots_are_no_strangers(teams: TeamsFake, port: TeamsPort) -> None:
    teams.add_person("helper", "Helper", id="28:helper", aadObjectId=None, objectId=None, tenantId=None)
    teams.people[JACK]["tenantId"] = TENANT.upper()
    teams.teams[SALES].members.append(teams.people["helper"])
    await port.send(at(teams, BOARD), card("board"), "key")
    assert teams.texts(BOARD) == ["board"]


async def test_where_the_team_allows_it_nobody_is_looked_for(teams: TeamsFake, port: TeamsPort) -> None:
    teams.people[JACK]["userRole"] = "guest"
    posted = await port.send(at(teams, BOARD, shared="allowed"), card("board"), "key")
    await port.update(posted, card("newer"), "key")
    assert teams.texts(BOARD) == ["newer"]
    assert teams.called("members") == []


async def test_a_shared_channel_is_refused_whoever_is_in_it(teams: TeamsFake, port: TeamsPort) -> None:
    heard = teams.activity(conversation=BOARD)
    heard["channelData"]["channel"]["type"] = "shared"
    (news,) = (one for one in news_of(read(heard)) if isinstance(one, ChatNews))

    error = await refused(port, Address(1, BOARD, is_person=False, ref=news.ref))
    assert (error.why, teams.called("members")) == (Why.SHARED, [])
    await port.send(Address(1, BOARD, is_person=False, ref={**news.ref, "shared": "allowed"}), card("board"), "key")


@pytest.mark.parametrize("trouble", [Refused("BadArgument", 400), Refused("Forbidden", 403)])
async def test_where_it_cannot_be_seen_who_reads_nothing_is_posted(
    teams: TeamsFake, port: TeamsPort, trouble: Trouble
) -> None:
    teams.play("members", trouble)
    assert (await refused(port, at(teams, BOARD))).why is Why.UNSEEN
    assert teams.texts(BOARD) == []

    await port.send(at(teams, BOARD), card("board"), "key")
    assert teams.texts(BOARD) == ["board"]


async def test_where_okra_is_not_that_is_what_is_said(teams: TeamsFake, port: TeamsPort) -> None:
    teams.teams[SALES].has_app = False
    assert (await refused(port, at(teams, BOARD))).why is Why.NOT_MEMBER
    teams.teams[SALES].deleted = True
    assert (await refused(port, at(teams, BOARD))).why is Why.GONE


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [(Broken(502), NotDelivered), (Dropped(), NotDelivered), (TooMany(3), RateLimited), (TooMany(1800), NotDelivered)],
)
async def test_when_nobody_answers_nothing_was_sent(
    teams: TeamsFake, port: TeamsPort, trouble: Trouble, kind: type[ChatError]
) -> None:
    teams.play("members", trouble)
    with pytest.raises(kind):
        await port.send(at(teams, BOARD), card("board"), "key")
    assert teams.texts(BOARD) == []


async def test_members_are_not_read_at_every_update(teams: TeamsFake, port: TeamsPort) -> None:
    now = [0.0]
    port.readers._monotonic = lambda: now[0]
    teams.page_size = None
    posted = await port.send(at(teams, BOARD), card("board"), "key")
    for number in range(5):
        await port.update(posted, card(f"board {number}"), "key")
    assert len(teams.called("members")) == 1

    teams.people[JACK]["userRole"] = "guest"
    now[0] = REMEMBERED_SECONDS
    with pytest.raises(Unreachable):
        await port.update(posted, card("newest"), "key")
    assert teams.texts(BOARD) == ["board 4"]


async def test_whoever_joins_is_known_at_once_in_every_channel_of_their_team_and_nowhere_else(
    teams: TeamsFake, port: TeamsPort
) -> None:
    teams.page_size = None
    teams.add_person("gast", "Gast Far", installed=False, userRole="guest")
    board = await port.send(at(teams, BOARD), card("board"), "key")
    chat = await port.send(at(teams, CHAT), card("board"), "key")

    await teams.joins("gast", SALES)
    before = len(teams.called("members"))
    with pytest.raises(Unreachable):
        await port.update(board, card("newer"), "key")
    await port.update(chat, card("newer"), "key")
    assert len(teams.called("members")) == before + 1

    await teams.leaves("gast", SALES)
    await port.update(board, card("newer"), "key")
    assert (teams.texts(BOARD), teams.texts(CHAT)) == (["newer"], ["newer"])


async def test_of_five_thousand_members_ten_pages_are_read_and_none_after_a_stranger(
    teams: TeamsFake, port: TeamsPort
) -> None:
    people = [f"p{number}" for number in range(5000)]
    for one in people:
        teams.add_person(one, "Some Body", installed=False)
    teams.add_team("19:all@thread.tacv2", "All", *people)
    teams.page_size = None
    await port.send(at(teams, "19:all@thread.tacv2"), card("board"), "key")
    assert len(teams.called("members")) == 10

    teams.people["p600"]["userRole"] = "guest"
    port.readers.hear(MemberNews("teams", TENANT))
    await refused(port, at(teams, "19:all@thread.tacv2"))
    assert len(teams.called("members")) == 12


async def test_in_a_personal_chat_nobody_is_looked_for(teams: TeamsFake, port: TeamsPort) -> None:
    ref = at(teams, f"a:{MEI}").ref
    posted = await port.send(Address(1, MEI, is_person=True, ref=ref), card("question"), "key")
    await port.update(posted, card("receipt"), "key")
    await port.update(MessageRef(1, posted.channel, posted.message_id, ref), card("receipt"), "key")
    assert teams.called("members") == []
