"""The pretend Teams itself: what it takes, what it refuses as Teams does, and what it tells the app."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.clock import MovableClock
from tests.fakes.http import Broken, Dropped, Refused, Server, TooMany
from tests.fakes.teams import ACCESS_TOKEN, BOT, TENANT, Garbled, Message, TeamsFake

MEI, JACK, LI = "mei-object-id", "jack-object-id", "li-object-id"
GENERAL = "19:general@thread.tacv2"
BOARD = "19:board@thread.tacv2"
GROUP = "19:leads@thread.v2"
MEETING = "19:meeting_weekly@thread.v2"
HELLO = {"type": "message", "text": "Hello"}


class Caller:
    """Calls the connector as an SDK does."""

    def __init__(self, fake: TeamsFake, session: aiohttp.ClientSession) -> None:
        self._fake, self._session = fake, session
        self.token = ACCESS_TOKEN

    async def __call__(self, verb: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the JSON; of a refusal its code."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self._fake.service_url}v3/{path}"
        async with self._session.request(verb, url, json=body, headers=headers) as answer:
            text = await answer.text()
            told = json.loads(text) if text.startswith("{") else None
            code = told["error"]["code"] if isinstance(told, dict) and "error" in told else told
            return answer.status, code

    async def sends(self, conversation: str, text: str = "Hello") -> tuple[int, Any]:
        return await self("POST", f"conversations/{conversation}/activities", {"type": "message", "text": text})


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 11, 12, 9, 0, tzinfo=UTC))


@pytest.fixture
def told() -> list[dict[str, Any]]:
    """What the app was told."""
    return []


@pytest.fixture
async def fake(clock: MovableClock, told: list[dict[str, Any]]) -> AsyncIterator[TeamsFake]:
    async def hear(request: web.Request) -> web.Response:
        told.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/api/messages", hear)
    server = Server(app)
    await server.start()
    fake = TeamsFake(clock)
    fake.add_person(MEI, "Mei Lin", zone="Europe/Madrid")
    fake.add_person(JACK, "Jack Ode", installed=False)
    fake.add_person(LI, "Li Chen", installed=False)
    fake.add_team(GENERAL, "Growth", MEI, JACK, channels={BOARD: "Board"})
    fake.add_chat(GROUP, MEI, LI)
    fake.add_chat(MEETING, MEI, JACK)
    await fake.start()
    fake.app_url = server.url
    yield fake
    await fake.stop()
    await server.stop()


@pytest.fixture
async def call(fake: TeamsFake) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(fake, session)


def personal(person: str, **more: Any) -> dict[str, Any]:
    return {"bot": {"id": BOT}, "members": [{"id": person}], "tenantId": TENANT, **more}


def thread(channel: str, **more: Any) -> dict[str, Any]:
    return {"isGroup": True, "channelData": {"channel": {"id": channel}}, "activity": HELLO, **more}


# --- conversations ----------------------------------------------------------------------------------


async def test_somebodys_chat_is_the_same_each_time_by_either_id(fake: TeamsFake, call: Caller) -> None:
    first = await call("POST", "conversations", personal(MEI))
    assert first == await call("POST", "conversations", personal(f"29:{MEI}")) == (201, {"id": f"a:{MEI}"})


async def test_who_is_only_in_a_team_can_be_written_to_and_who_is_nowhere_cannot(fake: TeamsFake, call: Caller) -> None:
    assert (await call("POST", "conversations", personal(JACK)))[0] == 201
    assert (await call.sends(f"a:{JACK}"))[0] == 201
    assert await call("POST", "conversations", personal(LI)) == (403, "ForbiddenOperationException")

    fake.teams[GENERAL].has_app = False
    assert (await call.sends(f"a:{JACK}"))[0] == 403


async def test_a_thread_begins_in_a_channel_and_is_answered_by_its_id(fake: TeamsFake, call: Caller) -> None:
    status, begun = await call("POST", "conversations", thread(BOARD))
    assert (status, begun["id"]) == (201, f"{BOARD};messageid={begun['activityId']}")
    assert (await call.sends(begun["id"], "Under it"))[0] == 201
    assert await call.sends(f"{BOARD};messageid=17") == (404, "ActivityNotFoundInConversation")
    (root, answer) = fake.messages(BOARD)
    assert fake.thread(root) == [answer]
    assert fake.texts(GENERAL) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        (personal(MEI, members=[]), 400),
        (personal(MEI, members=[{"id": MEI}, {"id": JACK}]), 400),
        (personal(MEI, isGroup=True), 400),
        (personal(MEI, tenantId="another"), 400),
        (personal(MEI, bot={"id": "28:another"}), 400),
        (personal("nobody"), 400),
        (thread(BOARD, activity=None), 400),
        (thread(BOARD, isGroup=False), 400),
        (thread(GROUP), 400),
        (thread("19:gone@thread.tacv2"), 404),
        (thread(BOARD, activity={"type": "message"}), 400),
    ],
)
async def test_wrong_parameters_make_no_conversation(
    fake: TeamsFake, call: Caller, body: dict[str, Any], status: int
) -> None:
    assert (await call("POST", "conversations", body))[0] == status
    assert fake.books() == {}


# --- messages ---------------------------------------------------------------------------------------


async def test_only_ones_own_messages_that_still_stand_are_changed(fake: TeamsFake, call: Caller) -> None:
    await fake.says("Hi")
    (theirs,) = fake.said(MEI)
    _, posted = await call.sends(f"a:{MEI}")
    at = f"conversations/a:{MEI}/activities"

    assert (await call("PUT", f"{at}/{posted['id']}", {**HELLO, "text": "Bye"}))[0] == 200
    assert fake.texts(f"a:{MEI}") == ["Bye"]
    assert (await call("PUT", f"{at}/{theirs.id}", HELLO))[0] == 403
    assert (await call("DELETE", f"{at}/{posted['id']}"))[0] == 200
    assert await call("DELETE", f"{at}/{posted['id']}") == (404, "ActivityNotFoundInConversation")


async def test_where_the_app_is_not_it_cannot_write(fake: TeamsFake, call: Caller) -> None:
    await fake.uninstalls(MEI)
    await fake.removes_from(GROUP)
    await fake.archives_team(GENERAL)
    assert await call.sends(f"a:{MEI}") == (403, "MessageWritesBlocked")
    assert await call.sends(GROUP) == (403, "BotNotInConversationRoster")
    assert await call.sends(BOARD) == (403, "MessageWritesBlocked")
    await fake.unarchives_team(GENERAL)
    await fake.deletes_channel(BOARD)
    assert await call.sends(BOARD) == (404, "ConversationNotFound")
    await fake.restores_channel(BOARD)
    await fake.installs(MEI)
    await fake.adds_to(GROUP)
    assert [(await call.sends(each))[0] for each in (BOARD, GROUP, f"a:{MEI}")] == [201] * 3
    assert await call.sends("19:never@thread.v2") == (404, "ConversationNotFound")


async def test_without_the_right_token_nothing_is_done(fake: TeamsFake, call: Caller) -> None:
    call.token = "another"
    assert await call.sends(GROUP) == (401, "Unauthorized")
    assert fake.texts(GROUP) == []


async def test_an_empty_message_and_one_that_is_too_long_are_refused(call: Caller) -> None:
    assert (await call.sends(GROUP, ""))[0] == 400
    assert await call.sends(GROUP, "x" * 60_000) == (413, "MessageSizeTooBig")


async def test_a_card_that_teams_would_show_wrongly_is_remembered(fake: TeamsFake, call: Caller) -> None:
    wrong = {"type": "AdaptiveCard", "version": "1.6", "fallbackText": "x", "body": [{"type": "Marquee"}]}
    attached = [{"contentType": "application/vnd.microsoft.card.adaptive", "content": wrong}]
    await call("POST", f"conversations/{GROUP}/activities", {"type": "message", "attachments": attached})
    with pytest.raises(AssertionError, match="Marquee"):
        await fake.stop()
    assert len(fake.forgive()) == 2


# --- rosters ----------------------------------------------------------------------------------------


async def test_a_team_has_pages_and_a_chat_has_none(fake: TeamsFake, call: Caller) -> None:
    _, first = await call("GET", f"conversations/{BOARD}/pagedmembers?pageSize=200")
    _, second = await call("GET", f"conversations/{BOARD}/pagedmembers?continuationToken={first['continuationToken']}")
    assert [each["name"] for each in first["members"] + second["members"]] == ["Mei Lin", "Jack Ode"]
    _, chat = await call("GET", f"conversations/{GROUP}/pagedmembers")
    assert len(chat["members"]) == 2


@pytest.mark.parametrize(("asked", "given"), [(10, 50), (60, 60), (900, 500)])
async def test_pages_have_fifty_to_five_hundred_members(fake: TeamsFake, call: Caller, asked: int, given: int) -> None:
    fake.page_size = None
    for number in range(600):
        fake.add_person(f"p{number}", f"Person {number}", installed=False)
        fake.teams[GENERAL].members.append(fake.people[f"p{number}"])
    _, page = await call("GET", f"conversations/{GENERAL}/pagedmembers?pageSize={asked}")
    assert len(page["members"]) == given


async def test_a_team_tells_its_name_and_channels(fake: TeamsFake, call: Caller) -> None:
    _, team = await call("GET", f"teams/{GENERAL}")
    _, channels = await call("GET", f"teams/{GENERAL}/conversations")
    assert team["name"] == "Growth"
    assert channels["conversations"] == [{"id": GENERAL, "name": None}, {"id": BOARD, "name": "Board"}]
    assert (await call("GET", "teams/19:none@thread.tacv2"))[0] == 404
    assert (await call("GET", f"conversations/{GENERAL}/members/{LI}")) == (404, "MemberNotFoundInConversation")


# --- limits and troubles ----------------------------------------------------------------------------


async def test_a_conversation_takes_seven_a_second_and_sixty_in_thirty(
    fake: TeamsFake, call: Caller, clock: MovableClock
) -> None:
    fake.limits.on = True
    assert [(await call.sends(GROUP))[0] for _ in range(8)] == [201] * 7 + [429]
    assert (await call.sends(MEETING))[0] == 201
    clock.move_to(clock.now() + timedelta(seconds=1))
    assert [(await call.sends(GROUP))[0] for _ in range(2)] == [201, 429]
    for _ in range(70):
        clock.move_to(clock.now() + timedelta(seconds=0.4))
        await call.sends(GROUP)
    assert len(fake.texts(GROUP)) == 60


async def test_what_is_played_happens_once_in_its_order(fake: TeamsFake, call: Caller) -> None:
    fake.play("send", TooMany(3), Refused("PreconditionFailed", 412), Broken(502), Broken(504, stored=True), Garbled())
    assert [(await call.sends(GROUP))[0] for _ in range(4)] == [429, 412, 502, 504]
    assert len(fake.texts(GROUP)) == 1
    assert (await call.sends(GROUP, "Garbled"))[0] == 200
    assert fake.texts(GROUP)[1:] == ["Garbled"]

    fake.play("POST", Dropped(stored=False))
    with pytest.raises(aiohttp.ClientError):
        await call.sends(GROUP, "Lost before")
    fake.play("*", Dropped())
    with pytest.raises(aiohttp.ClientError):
        await call.sends(GROUP, "Lost after")
    assert fake.texts(GROUP)[2:] == ["Lost after"]


# --- what the app is told ---------------------------------------------------------------------------


async def test_a_message_brings_zone_language_and_html(fake: TeamsFake, told: list[dict[str, Any]]) -> None:
    await fake.says("1 < 2")
    (said,) = told
    assert (said["localTimezone"], said["localTimestamp"]) == ("Europe/Madrid", "2026-11-12T10:00:00+01:00")
    assert said["entities"][0]["type"] == "clientInfo"
    assert said["attachments"] == [{"contentType": "text/html", "content": "<p>1 &lt; 2</p>"}]


async def test_being_let_in_and_out_is_told_with_the_team(fake: TeamsFake, told: list[dict[str, Any]]) -> None:
    await fake.adds_to(GENERAL, channel=BOARD)
    await fake.removes_from(BOARD)
    added, installed, removed, gone = told
    assert added["membersAdded"] == [{"id": BOT, "name": "Okra"}]
    assert installed["channelData"]["settings"]["selectedChannel"]["id"] == BOARD
    assert (removed["channelData"]["team"]["name"], gone["action"]) == ("Growth", "remove")
    assert "localTimezone" not in installed
    assert "locale" not in added


async def test_members_channels_and_teams_change(fake: TeamsFake, told: list[dict[str, Any]]) -> None:
    await fake.joins(LI, BOARD)
    await fake.leaves(LI, GENERAL)
    await fake.creates_channel(GENERAL, "19:new@thread.tacv2", "New")
    await fake.renames_channel("19:new@thread.tacv2", "Newer")
    await fake.renames_team(GENERAL, "Sales")
    await fake.deletes_team(GENERAL)
    events = [each["channelData"]["eventType"] for each in told]
    assert events == [
        "teamMemberAdded", "teamMemberRemoved", "channelCreated", "channelRenamed", "teamRenamed", "teamDeleted",
    ]  # fmt: skip
    assert told[0]["membersAdded"] == [{"id": f"29:{LI}", "aadObjectId": LI}]
    assert told[3]["channelData"]["channel"]["name"] == "Newer"


async def test_a_meeting_an_edit_a_sign_and_a_second_delivery(
    fake: TeamsFake, call: Caller, told: list[dict[str, Any]]
) -> None:
    await fake.meeting_starts(MEETING, title="Weekly")
    await fake.says("31")
    await fake.edits(fake.said(MEI)[-1], "32")
    await fake.again()
    await call.sends(f"a:{MEI}")
    await fake.reacts(fake.messages(f"a:{MEI}")[0])
    meeting, said, edited, again, liked = told
    assert (meeting["name"], meeting["value"]["Title"]) == ("application/vnd.microsoft.meetingStart", "Weekly")
    assert (edited["type"], edited["id"], edited["text"]) == ("messageUpdate", said["id"], "32")
    assert again == edited
    assert liked["reactionsAdded"] == [{"type": "like"}]


async def test_a_button_sends_what_its_own_card_holds(fake: TeamsFake, told: list[dict[str, Any]]) -> None:
    def field(name: str, value: str) -> dict[str, Any]:
        return {"type": "Input.Text", "id": name, "label": name, "value": value}

    save = {"type": "Action.Submit", "title": "Save", "data": {"do": "save"}}
    tap = {"type": "Action.Submit", "title": "0.7", "data": {"do": "tap"}, "associatedInputs": "none"}
    inner = {"type": "AdaptiveCard", "body": [field("inner", "1"), field("empty", "")], "actions": [save]}
    other = {"type": "AdaptiveCard", "body": [field("other", "2")]}
    unfolding = [{"type": "Action.ShowCard", "title": "x", "card": each} for each in (inner, other)]
    card = {"body": [field("outer", "3")], "actions": [*unfolding, tap]}
    message = Message("17", {"attachments": [{"content": card}]}, conversation=f"a:{MEI}")

    await fake.presses(message, save, {"inner": "45"})
    await fake.presses(message, tap)
    assert [each["value"] for each in told] == [{"do": "save", "inner": "45", "outer": "3"}, {"do": "tap"}]
    with pytest.raises(AssertionError, match="unfolds"):
        await fake.presses(message, message.button("x"))


async def test_what_nobody_read_is_told(fake: TeamsFake, call: Caller) -> None:
    await call.sends(GROUP, "One")
    assert [each.text for each in fake.read(GROUP)] == ["One"]
    await call.sends(GROUP, "Two")
    assert fake.unread == {GROUP: ["Two"]}
    assert fake.books() == {GROUP: ["One", "Two"]}
