"""The Teams port: the contract of every port, and what is Teams' own."""

import asyncio
from dataclasses import replace

import pytest

from bot.delivery.news import ChatNews
from bot.delivery.port import (
    Address,
    ChatError,
    NotDelivered,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    ShowsHome,
    Unreachable,
)
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.port import TeamsPort
from storage import models as m
from tests.delivery.contract import ChatPortContract, World, card
from tests.fakes.http import Broken, Dropped, Refused, TooMany, Trouble
from tests.fakes.teams import BOT, TENANT, TeamsFake
from tests.platforms.teams.conftest import MEI, SALES, App


def ref(teams: TeamsFake, conversation: str) -> dict[str, str]:
    return {
        "service_url": teams.service_url,
        "conversation_id": conversation,
        "tenant_id": TENANT,
        "bot_id": BOT,
    }


class TeamsWorld(World):
    reads_back = False

    def __init__(self, fake: TeamsFake, port: TeamsPort) -> None:
        self.fake, self.port = fake, port
        self.person = Address(1, MEI, is_person=True, ref=ref(fake, f"a:{MEI}"))
        self.channel = Address(1, SALES, is_person=False, ref=ref(fake, SALES))
        self.nowhere = Address(1, "19:gone", is_person=False, ref=ref(fake, "19:gone"))

    def play(self, *troubles: Trouble) -> None:
        self.fake.play("POST", *troubles)

    def play_too_big(self) -> None:
        self.fake.play("POST", Refused("MessageSizeTooBig", 413))

    def posts(self) -> int:
        return len(self.fake.called("POST"))

    def shown(self, where: Address) -> list[str]:
        return self.fake.texts(where.ref["conversation_id"])

    async def stop(self) -> None:
        # The token is there already: it is the connector that is gone.
        await self.port.send(self.channel, card("Before"), "key-0")
        await self.fake.stop()


@pytest.fixture
def world(teams: TeamsFake, platform: TeamsPlatform, app: App) -> TeamsWorld:
    app.news.append(ChatNews("teams", TENANT, f"a:{MEI}", m.ChatKind.PERSONAL, ref(teams, f"a:{MEI}"), person=MEI))
    return TeamsWorld(teams, platform.port)


class TestTeamsPort(ChatPortContract):
    """Teams keeps the contract."""


async def test_a_message_is_one_card_with_the_line_that_a_notification_shows(
    teams: TeamsFake, world: TeamsWorld
) -> None:
    await world.port.send(world.person, card("Where will it land?"), "key-1")
    (message,) = teams.messages(f"a:{MEI}")
    assert message.card["type"] == "AdaptiveCard"
    assert message.activity["summary"] == "Where will it land?"
    assert message.activity["from"] == {"id": BOT}
    assert "text" not in message.activity


async def test_many_messages_need_one_token(teams: TeamsFake, world: TeamsWorld) -> None:
    await asyncio.gather(*(world.port.send(world.channel, card("Hello"), f"key-{n}") for n in range(8)))
    assert (teams.token_calls, len(teams.messages(SALES))) == (1, 8)


async def test_a_token_that_is_about_to_run_out_is_renewed(teams: TeamsFake, world: TeamsWorld) -> None:
    teams.token_lifetime = 200
    await world.port.send(world.channel, card("One"), "key-1")
    await world.port.send(world.channel, card("Two"), "key-2")
    assert teams.token_calls == 2


async def test_a_token_that_is_refused_is_fetched_anew_once(teams: TeamsFake, world: TeamsWorld) -> None:
    await world.port.send(world.channel, card("One"), "key-1")
    teams.accepted_token = "another"
    await world.port.send(world.channel, card("Two"), "key-2")
    assert teams.texts(SALES) == ["One", "Two"]
    assert teams.token_calls == 2


async def test_many_messages_whose_token_is_refused_need_one_new_token(teams: TeamsFake, world: TeamsWorld) -> None:
    await world.port.send(world.channel, card("One"), "key-1")
    teams.accepted_token = "another"
    await asyncio.gather(*(world.port.send(world.channel, card("Two"), f"key-{n}") for n in range(6)))
    assert (teams.token_calls, len(teams.messages(SALES))) == (2, 7)


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [(TooMany(9), RateLimited), (Broken(503), NotDelivered), (Dropped(), NotDelivered)],
)
async def test_without_a_token_nothing_was_sent(
    teams: TeamsFake, world: TeamsWorld, trouble: Trouble, kind: type[ChatError]
) -> None:
    teams.token_trouble = trouble
    with pytest.raises(kind):
        await world.port.send(world.channel, card("Hello"), "key-1")
    assert teams.called("POST") == []


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "MessageWritesBlocked", Unreachable),
        (403, "BotNotInConversationRoster", Unreachable),
        (404, "ConversationNotFound", Unreachable),
        (413, "MessageSizeTooBig", Rejected),
        (400, "BadSyntax", Rejected),
        (412, "PreconditionFailed", NotDelivered),
        (502, "BadGateway", OutcomeUnknown),
    ],
)
async def test_every_status_has_its_class(
    teams: TeamsFake, world: TeamsWorld, status: int, code: str, kind: type[ChatError]
) -> None:
    teams.play("POST", Refused(code, status))
    with pytest.raises(kind, match=code):
        await world.port.send(world.channel, card("Hello"), "key-1")
    assert len(teams.called("POST")) == 1


async def test_a_person_who_took_the_app_away_is_unreachable(teams: TeamsFake, world: TeamsWorld) -> None:
    teams.conversations[f"a:{MEI}"].blocked = True
    with pytest.raises(Unreachable):
        await world.port.send(world.person, card("Hello"), "key-1")


async def test_someone_who_was_never_seen_is_unreachable(teams: TeamsFake, world: TeamsWorld) -> None:
    with pytest.raises(Unreachable):
        await world.port.send(Address(1, "li-object-id", is_person=True), card("Hello"), "key-1")
    assert teams.calls == []


@pytest.mark.parametrize("trouble", [Dropped(False), Broken(503), Broken(504)])
async def test_even_an_update_is_repeated_by_delivery_alone(
    teams: TeamsFake, world: TeamsWorld, trouble: Trouble
) -> None:
    message = await world.port.send(world.channel, card("Old"), "key-1")
    teams.play("PUT", trouble)
    with pytest.raises(OutcomeUnknown):
        await world.port.update(message, card("New"), "key-1")
    assert len(teams.called("PUT")) == 1
    await world.port.update(message, card("New"), "key-1")
    assert teams.texts(SALES) == ["New"]


async def test_teams_has_no_page_of_okras_own(world: TeamsWorld) -> None:
    assert not isinstance(world.port, ShowsHome)


async def test_an_answer_goes_under_its_message_in_a_channel_and_into_the_chat_where_there_are_no_threads(
    teams: TeamsFake, world: TeamsWorld
) -> None:
    root = await world.port.send(world.channel, card("The board"), "key-1")
    await world.port.send(_under(world.channel, root.message_id), card("Next steps?"), "key-2")
    assert teams.called("POST")[-1].path.endswith(f"/{SALES};messageid={root.message_id}/activities")

    teams.add_conversation("19:chat@thread.v2", MEI)
    chat = Address(1, "19:chat@thread.v2", is_person=False, ref=ref(teams, "19:chat@thread.v2"))
    await world.port.send(_under(chat, "m1"), card("Next steps?"), "key-3")
    assert teams.called("POST")[-1].path.endswith("/19:chat@thread.v2/activities")


async def test_an_answer_in_a_thread_is_brought_up_to_date_in_place(teams: TeamsFake, world: TeamsWorld) -> None:
    root = await world.port.send(world.channel, card("The board"), "key-1")
    answer = await world.port.send(_under(world.channel, root.message_id), card("Next steps?"), "key-2")
    await world.port.update(answer, card("None today"), "key-2")
    assert teams.texts(SALES) == ["The board", "None today"]


def _under(address: Address, message_id: str) -> Address:
    return replace(address, ref={**address.ref, "thread": message_id})
