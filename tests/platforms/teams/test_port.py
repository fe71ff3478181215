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
    Why,
    why_of,
)
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.port import TeamsPort
from storage import models as m
from tests.delivery.contract import ChatPortContract, World, card
from tests.fakes.http import Broken, Dropped, Refused, Slow, TooMany, Trouble
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
        # Jack is a guest there.
        self.channel = Address(1, SALES, is_person=False, ref=ref(fake, SALES) | {"shared": "allowed"})
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


async def test_someone_who_is_not_in_the_tenant_is_unreachable(teams: TeamsFake, world: TeamsWorld) -> None:
    with pytest.raises(Unreachable, match="opens no chat"):
        await world.port.send(Address(1, "li-object-id", is_person=True), card("Hello"), "key-1")
    assert [call.operation for call in teams.calls] == ["create"]


# --- people without a conversation ------------------------------------------------------------------------


async def test_whoever_was_never_heard_from_is_written_to_in_a_chat_that_is_opened_once(
    teams: TeamsFake, world: TeamsWorld
) -> None:
    teams.add_person("kim", "Kim Sun")
    kim = Address(1, "kim", is_person=True)

    first = await world.port.send(kim, card("Hello"), "key-1")
    kept = replace(kim, ref={"channel": first.channel})
    second = await world.port.send(kept, card("Once more"), "key-2")

    assert teams.texts("a:kim") == ["Hello", "Once more"]
    assert first.channel == second.channel == "a:kim"
    assert [call.operation for call in teams.calls] == ["create", "send", "send"]
    (member,) = teams.called("create")[0].body["members"]
    assert member["id"] == "kim"


async def test_the_id_that_a_roster_told_opens_the_chat(teams: TeamsFake, world: TeamsWorld) -> None:
    teams.add_person("kim", "Kim Sun")
    told = {"service_url": teams.service_url, "tenant_id": TENANT, "bot_id": BOT, "user_id": "29:kim"}

    message = await world.port.send(Address(1, "kim", is_person=True, ref=told), card("Hello"), "key-1")
    await world.port.update(message, card("Hello, Kim"), "key-1")

    (member,) = teams.called("create")[0].body["members"]
    assert member["id"] == "29:kim"
    assert teams.texts("a:kim") == ["Hello, Kim"]


async def test_a_chat_that_is_known_is_used_even_if_the_address_does_not_hold_it(
    teams: TeamsFake, world: TeamsWorld
) -> None:
    await world.port.send(Address(1, MEI, is_person=True), card("Hello"), "key-1")
    assert teams.texts(f"a:{MEI}") == ["Hello"]
    assert [call.operation for call in teams.calls] == ["send"]


async def test_for_whom_the_app_is_not_installed_is_unreachable(teams: TeamsFake, world: TeamsWorld) -> None:
    teams.add_person("kim", "Kim Sun", installed=False)
    with pytest.raises(Unreachable, match="403"):
        await world.port.send(Address(1, "kim", is_person=True), card("Hello"), "key-1")


@pytest.mark.parametrize("trouble", [Broken(502), Broken(500, True), Dropped(True), Slow(1.5)])
async def test_a_chat_that_may_or_may_not_have_been_opened_is_opened_again_since_nothing_was_posted(
    teams: TeamsFake, world: TeamsWorld, trouble: Trouble
) -> None:
    teams.add_person("kim", "Kim Sun")
    teams.play("create", trouble)
    with pytest.raises(NotDelivered):
        await world.port.send(Address(1, "kim", is_person=True), card("Hello"), "key-1")
    await world.port.send(Address(1, "kim", is_person=True), card("Hello"), "key-1")
    assert teams.texts("a:kim") == ["Hello"]


@pytest.mark.parametrize("is_person", [True, False])
async def test_where_nothing_was_ever_heard_from_okra_is_not_installed(
    teams: TeamsFake, platform: TeamsPlatform, is_person: bool
) -> None:
    with pytest.raises(Unreachable, match="not installed in Teams yet") as raised:
        await platform.port.send(Address(1, "kim", is_person=is_person), card("Hello"), "key-1")
    assert raised.value.why is (Why.OTHER if is_person else Why.NOT_MEMBER)
    assert teams.calls == []


# --- channels ---------------------------------------------------------------------------------------------


async def test_a_board_is_a_new_thread_of_its_channel_even_if_only_the_id_of_it_is_known(
    teams: TeamsFake, world: TeamsWorld
) -> None:
    board = await world.port.send(
        Address(1, SALES, is_person=False, ref={"channel": SALES, "shared": "allowed"}), card("Board"), "key-1"
    )

    (call,) = teams.called("create")
    assert call.body["channelData"] == {"channel": {"id": SALES}, "tenant": {"id": TENANT}}
    assert call.body["isGroup"] is True
    assert board.channel == SALES
    assert board.ref["conversation_id"] == f"{SALES};messageid={board.message_id}"

    await world.port.update(board, card("Newer board"), "key-1")
    assert teams.called("update")[0].path.endswith(
        f"/{SALES};messageid={board.message_id}/activities/{board.message_id}"
    )
    assert teams.texts(SALES) == ["Newer board"]


async def test_a_channel_that_refuses_us_says_why_and_how_it_is_called(
    teams: TeamsFake, world: TeamsWorld, app: App
) -> None:
    app.news.append(ChatNews("teams", TENANT, SALES, m.ChatKind.CHANNEL, ref(teams, SALES), name="Sales and more"))
    teams.teams[SALES].has_app = False
    with pytest.raises(Unreachable) as raised:
        await world.port.send(world.channel, card("The board"), "key-1")
    assert why_of(str(raised.value)) == (Why.NOT_MEMBER, "Sales and more")

    teams.conversations[SALES].deleted = True
    with pytest.raises(Unreachable) as raised:
        await world.port.send(world.channel, card("The board"), "key-1")
    assert why_of(str(raised.value)) == (Why.GONE, "Sales and more")


async def test_an_answer_to_a_message_that_was_deleted_says_nothing_of_its_channel(
    teams: TeamsFake, world: TeamsWorld
) -> None:
    with pytest.raises(Rejected, match="is gone"):
        await world.port.send(_under(world.channel, "12345"), card("Next steps?"), "key-1")


async def test_a_person_is_known_from_a_team_that_we_are_in(teams: TeamsFake, world: TeamsWorld, app: App) -> None:
    teams.add_person("kim", "Kim Sun", installed=False)
    teams.add_conversation("19:gone@thread.v2")
    without = [f"19:chat{number}@thread.v2" for number in range(12)]
    for chat in without:
        teams.add_conversation(chat, MEI)
    teams.add_conversation("19:chat@thread.v2", "kim")
    for chat in ("19:gone@thread.v2", *without, "19:chat@thread.v2"):
        app.news.append(ChatNews("teams", TENANT, chat, m.ChatKind.GROUP, ref(teams, chat)))
    del teams.conversations["19:gone@thread.v2"]

    found = await world.port.person(1, "kim")
    assert found is not None
    assert (found.display_name, found.short_name, found.e_mail) == ("Kim Sun", "Kim", "kim@example.com")


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
