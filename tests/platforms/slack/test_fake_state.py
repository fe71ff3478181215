"""What the fake Slack remembers and refuses, told by Slack's own client."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import MovableClock
from tests.fakes.http import Refused, Server, TooMany
from tests.fakes.slack import CLIENT_ID, CLIENT_SECRET, TEAM, TOKEN, SlackFake
from tests.fakes.slack.values import Json
from tests.platforms.slack.conftest import NOW
from tests.platforms.slack.test_fake import client, refused

DIVIDER = {"type": "divider"}
PLAIN = {"type": "plain_text", "text": "x"}
FIELD = {"type": "plain_text_input", "action_id": "value", "initial_value": "45k"}
FORM: Json = {
    "type": "modal",
    "title": PLAIN,
    "submit": PLAIN,
    "callback_id": "update",
    "blocks": [{"type": "input", "block_id": "KR1", "label": PLAIN, "element": FIELD}],
}


@pytest.fixture
def api(slack: SlackFake) -> AsyncWebClient:
    return client(slack)


@pytest.fixture
async def heard(slack: SlackFake) -> AsyncIterator[list[Json]]:
    """What an app heard that acknowledges everything."""
    payloads: list[Json] = []

    async def receive(request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            payloads.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", receive)
    server = Server(app)
    await server.start()
    slack.app_url = server.url
    yield payloads
    await server.stop()


# --- messages -------------------------------------------------------------------------------------


async def test_what_is_wrong_with_a_message_is_named(slack: SlackFake, api: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as told:
        await api.chat_postMessage(channel="U1MEI", text="x", blocks=[DIVIDER, {"type": "banner"}])
    assert told.value.response["error"] == "invalid_blocks"
    assert told.value.response["response_metadata"]["messages"] == ["[ERROR] blocks[1]: unknown block 'banner'"]
    assert await refused(api.chat_postMessage(channel="U1MEI", text="x" * 40_001)) == "msg_too_long"
    bad = {"event_type": "x", "event_payload": {}, "more": 1}
    assert await refused(api.chat_postMessage(channel="U1MEI", text="x", metadata=bad)) == "invalid_metadata_format"
    assert slack.history == {}


async def test_every_state_of_a_place_has_its_code(slack: SlackFake, api: AsyncWebClient) -> None:
    slack.add_person("U3GONE", "Ana", deleted=True)
    slack.add_person("U4BOT", "Helper", is_bot=True)
    slack.add_channel("C2OLD", is_archived=True)
    slack.add_channel("C3OUT", is_member=False)
    slack.add_channel("G4OUT", is_member=False, is_private=True)
    codes = {
        "C9NONE": "channel_not_found",
        "U9NONE": "channel_not_found",
        "U3GONE": "user_disabled",
        "U4BOT": "cannot_dm_bot",
        "C2OLD": "is_archived",
        "C3OUT": "not_in_channel",
        "G4OUT": "channel_not_found",
    }
    for channel, code in codes.items():
        assert await refused(api.chat_postMessage(channel=channel, text="x")) == code, channel
    assert (await api.conversations_info(channel="C2OLD"))["channel"]["is_archived"] is True
    assert await refused(api.chat_postEphemeral(channel="C1SALES", user="U3GONE", text="x")) == "user_not_in_channel"


async def test_only_own_messages_are_changed_and_a_thread_is_no_part_of_the_history(
    slack: SlackFake, api: AsyncWebClient
) -> None:
    theirs = slack.put("C1SALES", "Morning", user="U1MEI")
    own = await api.chat_postMessage(channel="C1SALES", text="Board", metadata={"event_type": "k", "event_payload": {}})
    await api.chat_postMessage(channel="C1SALES", text="Reply", thread_ts=own["ts"])
    assert await refused(api.chat_update(channel="C1SALES", ts=theirs.ts, text="x")) == "cant_update_message"
    assert await refused(api.chat_delete(channel="C1SALES", ts=theirs.ts)) == "cant_delete_message"
    assert await refused(api.chat_update(channel="C1SALES", ts="1.1", text="x")) == "message_not_found"
    history = await api.conversations_history(channel="C1SALES", include_all_metadata=True)
    assert [message["text"] for message in history["messages"]] == ["Board", "Morning"]
    assert history["messages"][0]["metadata"]["event_payload"] == {}
    replies = await api.conversations_replies(channel="C1SALES", ts=own["ts"])
    assert [message["text"] for message in replies["messages"]] == ["Board", "Reply"]


async def test_a_reading_method_takes_no_json(api: AsyncWebClient) -> None:
    assert await refused(api.api_call("users.info", json={"user": "U1MEI"})) == "user_not_found"
    assert (await api.users_info(user="U1MEI", include_locale=True))["user"]["locale"] == "zh-CN"


async def test_people_come_in_pages_with_the_bot_among_them(api: AsyncWebClient) -> None:
    first = await api.users_list(limit=2)
    second = await api.users_list(limit=2, cursor=first["response_metadata"]["next_cursor"])
    ids = [person["id"] for page in (first, second) for person in page["members"]]
    assert (ids, second["response_metadata"]["next_cursor"]) == (["U1MEI", "U2JACK", "U0OKRA"], "")
    assert await refused(api.users_list(cursor="guessed")) == "invalid_cursor"


async def test_a_message_is_pinned_once(slack: SlackFake, api: AsyncWebClient) -> None:
    board = await api.chat_postMessage(channel="C1SALES", text="Board")
    where = {"channel": "C1SALES", "timestamp": board["ts"]}
    await api.pins_add(**where)
    assert await refused(api.pins_add(**where)) == "already_pinned"
    assert [item["message"]["text"] for item in (await api.pins_list(channel="C1SALES"))["items"]] == ["Board"]
    await api.pins_remove(**where)
    assert await refused(api.pins_remove(**where)) == "no_pin"


# --- what people do with what they wrote ------------------------------------------------------------


async def test_an_edit_and_a_deletion_come_as_slack_sends_them(slack: SlackFake, heard: list[Json]) -> None:
    await slack.message("KR1 45k")
    (said,) = slack.said("U1MEI")
    await slack.edit_message("U1MEI", said.ts, "KR1 46k")
    await slack.delete_message("U1MEI", said.ts)
    edit, deletion = (payload["event"] for payload in heard[1:])
    assert (edit["subtype"], edit["hidden"], edit["channel"], edit["channel_type"]) == (
        "message_changed",
        True,
        "D1MEI",
        "im",
    )
    assert (edit["message"]["text"], edit["previous_message"]["text"]) == ("KR1 46k", "KR1 45k")
    assert edit["message"]["ts"] == edit["previous_message"]["ts"] == said.ts
    assert edit["message"]["edited"] == {"user": "U1MEI", "ts": edit["event_ts"]}
    assert (deletion["subtype"], deletion["deleted_ts"]) == ("message_deleted", said.ts)
    assert slack.said("U1MEI") == []


async def test_what_has_replies_leaves_a_tombstone(slack: SlackFake, heard: list[Json]) -> None:
    await slack.message("KR1 45k")
    (said,) = slack.said("U1MEI")
    await client(slack).chat_postMessage(channel="D1MEI", text="Saved", thread_ts=said.ts)
    await slack.delete_message("U1MEI", said.ts)
    assert (heard[-1]["event"]["subtype"], heard[-1]["event"]["message"]["subtype"]) == ("message_changed", "tombstone")


async def test_a_file_and_a_link_preview(slack: SlackFake, heard: list[Json]) -> None:
    await slack.share_file("plan.pdf")
    (said,) = slack.said("U1MEI")
    await slack.unfurl_message("U1MEI", said.ts)
    shared, unfurled = (payload["event"] for payload in heard)
    assert (shared["subtype"], shared["text"], shared["files"][0]["name"]) == ("file_share", "", "plan.pdf")
    assert "edited" not in unfurled["message"]
    assert unfurled["message"]["text"] == unfurled["previous_message"]["text"]


# --- files ----------------------------------------------------------------------------------------


async def test_a_picture_stands_in_a_block_only_after_slack_has_processed_it(
    slack: SlackFake, api: AsyncWebClient
) -> None:
    slack.looks_until_processed = 2
    asked = await api.files_getUploadURLExternal(filename="kr2.png", length=3)
    file = {"id": asked["file_id"]}
    image = {"type": "image", "slack_file": file, "alt_text": "KR2"}
    async with aiohttp.ClientSession() as session:
        assert (await session.post(asked["upload_url"], data=b"longer")).status == 400
        assert await refused(api.files_completeUploadExternal(files=[file])) == "file_not_found"
        assert (await session.post(asked["upload_url"], data=b"png")).status == 200
    await api.files_completeUploadExternal(files=[file])
    for mimetype in ("", "image/png"):
        assert await refused(api.chat_postMessage(channel="U1MEI", text="x", blocks=[image])) == "invalid_blocks"
        assert (await api.files_info(file=file["id"]))["file"]["mimetype"] == mimetype
    await api.chat_postMessage(channel="U1MEI", text="x", blocks=[image])


async def test_slack_s_own_upload_works(slack: SlackFake, api: AsyncWebClient) -> None:
    await api.files_upload_v2(filename="okrs.csv", content="a,b", channel="C1SALES", initial_comment="Here it is")
    (shared,) = slack.messages["C1SALES"]
    assert (shared.text, [file["name"] for file in shared.files]) == ("Here it is", ["okrs.csv"])


# --- views ----------------------------------------------------------------------------------------


async def opened(slack: SlackFake, **more: Any) -> Json:
    trigger = slack.trigger()
    await client(slack).views_open(trigger_id=trigger, view={**FORM, **more})
    return slack.views[-1]


async def test_a_trigger_opens_one_form_and_not_a_wrong_one(slack: SlackFake, api: AsyncWebClient) -> None:
    assert await refused(api.views_open(trigger_id="guessed", view=FORM)) == "invalid_trigger_id"
    trigger = slack.trigger()
    await api.views_open(trigger_id=trigger, view=FORM)
    assert await refused(api.views_open(trigger_id=trigger, view=FORM)) == "exchanged_trigger_id"
    for fault, code in (({"title": {"type": "plain_text", "text": "x" * 25}}, "invalid_arguments"),):
        trigger = slack.trigger()
        assert await refused(api.views_open(trigger_id=trigger, view={**FORM, **fault})) == code
    large = {**FORM, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 90}
    trigger = slack.trigger()
    assert await refused(api.views_open(trigger_id=trigger, view=large)) == "view_too_large"


async def test_a_view_that_was_changed_meanwhile_is_not_changed_again(slack: SlackFake, api: AsyncWebClient) -> None:
    view = await opened(slack)
    old = view["hash"]
    await api.views_update(view_id=view["id"], view={**FORM, "callback_id": "next"}, hash=old)
    assert slack.views[-1]["callback_id"] == "next"
    assert await refused(api.views_update(view_id=view["id"], view=FORM, hash=old)) == "hash_conflict"
    assert await refused(api.views_update(view_id="V0", view=FORM)) == "not_found"


async def test_three_forms_stand_on_each_other(slack: SlackFake, api: AsyncWebClient) -> None:
    view = await opened(slack)
    for _ in range(2):
        await api.views_push(trigger_id=slack.trigger(view=view["id"]), view=FORM)
    assert {each["root_view_id"] for each in slack.open_views} == {view["id"]}
    assert [each["previous_view_id"] for each in slack.open_views[:2]] == [None, view["id"]]
    trigger = slack.trigger(view=view["id"])
    assert await refused(api.views_push(trigger_id=trigger, view=FORM)) == "push_limit_reached"


async def test_a_form_sends_every_field_and_only_to_its_viewer(slack: SlackFake) -> None:
    view = await opened(slack)
    slack.mode, slack.ack_seconds = "socket", 0.05
    async with aiohttp.ClientSession() as session:
        url = (await client(slack).apps_connections_open(app_token="xapp-pretend"))["url"]
        socket = await session.ws_connect(url)
        await socket.receive_json()
        await slack.submit(view, {})
        sent = (await socket.receive_json())["payload"]
        await slack.close_view(view)
    assert sent["view"]["state"]["values"] == {"KR1": {"value": {"type": "plain_text_input", "value": "45k"}}}
    assert "viewer" not in sent["view"]
    assert slack.open_views == []
    with pytest.raises(AssertionError, match="U2JACK does not see"):
        await slack.submit(view, {}, user="U2JACK")


async def test_a_home_is_one_for_each_person_and_told_when_it_is_opened(
    slack: SlackFake, api: AsyncWebClient, heard: list[Json]
) -> None:
    await slack.open_home()
    await api.views_publish(user_id="U1MEI", view={"type": "home", "blocks": [DIVIDER]})
    first = dict(slack.homes["U1MEI"])
    await api.views_publish(user_id="U1MEI", view={"type": "home", "blocks": [DIVIDER, DIVIDER]})
    await slack.open_home()
    assert [payload["event"].get("view", {}).get("id") for payload in heard] == [None, first["id"]]
    assert (heard[0]["event"]["tab"], heard[0]["event"]["channel"]) == ("home", "D1MEI")
    assert len(slack.homes["U1MEI"]["blocks"]) == 2
    call = api.views_publish(user_id="U1MEI", view={"type": "home", "blocks": [DIVIDER]}, hash=first["hash"])
    assert await refused(call) == "hash_conflict"
    assert await refused(api.views_publish(user_id="U1MEI", view=FORM)) == "invalid_arguments"


async def test_an_answer_that_slack_cannot_show_fails_the_test(slack: SlackFake) -> None:
    view = await opened(slack)
    answers = [{"response_action": "errors", "errors": {"KR9": "no such field"}}, {"response_action": "explode"}]

    async def receive(request: web.Request) -> web.Response:
        return web.json_response(answers.pop(0))

    app = web.Application()
    app.router.add_post("/slack/events", receive)
    server = Server(app)
    await server.start()
    slack.app_url = server.url
    with pytest.raises(AssertionError, match="no field"):
        await slack.submit(view, {})
    with pytest.raises(AssertionError, match="explode"):
        await slack.submit(view, {})
    await server.stop()


# --- tokens ---------------------------------------------------------------------------------------


async def test_a_scope_that_is_missing_is_named(slack: SlackFake, api: AsyncWebClient) -> None:
    slack.tokens[TOKEN].scopes = {"chat:write", "users:read"}
    with pytest.raises(SlackApiError) as told:
        await api.pins_add(channel="C1SALES", timestamp="1.1")
    assert (told.value.response["needed"], told.value.response["provided"]) == ("pins:write", "chat:write,users:read")
    answer = await api.users_info(user="U1MEI")
    assert "email" not in answer["user"]["profile"]
    assert answer.headers["x-oauth-scopes"] == "chat:write,users:read"


async def test_a_token_that_is_lost_says_how(slack: SlackFake, api: AsyncWebClient, heard: list[Json]) -> None:
    assert await refused(client(slack, "xoxb-guessed").auth_test()) == "invalid_auth"
    assert await refused(client(slack, "").auth_test()) == "not_authed"
    await api.auth_revoke()
    assert await refused(api.auth_test()) == "token_revoked"
    await slack.uninstall(order=("app_uninstalled", "tokens_revoked"))
    assert await refused(api.auth_test()) == "account_inactive"
    assert [payload["event"]["type"] for payload in heard] == ["app_uninstalled", "tokens_revoked"]
    assert heard[1]["event"]["tokens"]["bot"] == ["U0OKRA"]


async def test_each_workspace_has_its_own_people_and_token(slack: SlackFake, heard: list[Json]) -> None:
    other = slack.add_workspace("T2OTHER", "Other", "E1ORG", token="xoxb-other")
    other.add_person("U7ZOE", "Zoe")
    await client(slack, "xoxb-other").chat_postMessage(channel="U7ZOE", text="Hello")
    assert (other.texts("D7ZOE"), slack.history) == (["Hello"], {})
    assert await refused(client(slack).chat_postMessage(channel="U7ZOE", text="x")) == "channel_not_found"
    await slack.message("45k", user="U7ZOE", team="T2OTHER")
    assert (heard[0]["team_id"], heard[0]["enterprise_id"]) == ("T2OTHER", "E1ORG")
    assert slack.calls[-1].team == TEAM


# --- OAuth ----------------------------------------------------------------------------------------


def authorize(slack: SlackFake, **more: str) -> str:
    asked = {"client_id": CLIENT_ID, "scope": "chat:write,commands", "state": "s1", "redirect_uri": "https://okra/back"}
    return f"{slack.url}/oauth/v2/authorize?{urlencode({**asked, **more})}"


async def exchanged(slack: SlackFake, code: str, secret: str = CLIENT_SECRET) -> Any:
    form = {"client_id": CLIENT_ID, "client_secret": secret, "code": code}
    return await client(slack, "").api_call("oauth.v2.access", data=form)


async def test_a_workspace_is_installed_by_a_code_that_works_once(slack: SlackFake, clock: MovableClock) -> None:
    slack.add_workspace("T2OTHER", "Other")
    back = urlsplit(slack.oauth.consent(authorize(slack), "T2OTHER"))
    code = parse_qs(back.query)["code"][0]
    assert parse_qs(back.query)["state"] == ["s1"]
    assert await refused(exchanged(slack, code, "guessed")) == "bad_client_secret"
    answer = await exchanged(slack, code)
    assert (answer["team"], answer["scope"]) == ({"id": "T2OTHER", "name": "Other"}, "chat:write,commands")
    assert (answer["bot_user_id"], answer["authed_user"]["id"]) == ("U0OKRA", "U1MEI")
    assert (await client(slack, answer["access_token"]).auth_test())["team_id"] == "T2OTHER"
    assert await refused(exchanged(slack, code)) == "code_already_used"
    assert await refused(exchanged(slack, "guessed")) == "invalid_code"
    late = parse_qs(urlsplit(slack.oauth.consent(authorize(slack), "T2OTHER")).query)["code"][0]
    clock.move_to(NOW + timedelta(minutes=11))
    assert await refused(exchanged(slack, late)) == "invalid_code"


async def test_an_organisation_installs_for_all_of_its_workspaces(slack: SlackFake) -> None:
    slack.add_workspace("T2OTHER", "Other", "E1ORG")
    back = slack.oauth.consent(authorize(slack), "T2OTHER", org_wide=True)
    answer = await exchanged(slack, parse_qs(urlsplit(back).query)["code"][0])
    assert (answer["team"], answer["is_enterprise_install"], answer["enterprise"]["id"]) == (None, True, "E1ORG")
    everywhere = client(slack, answer["access_token"])
    assert await refused(everywhere.auth_test()) == "missing_argument"
    assert (await everywhere.auth_test(team_id="T2OTHER"))["team_id"] == "T2OTHER"


async def test_the_page_that_asks_leads_back_either_way(slack: SlackFake) -> None:
    async with aiohttp.ClientSession() as session:
        page = await (await session.get(authorize(slack))).text()
        assert "Allow in Pretend" in page
        assert (await session.get(authorize(slack, client_id="other"))).status == 400
        allow = await session.get(
            authorize(slack).replace("authorize", "consent") + f"&allow={TEAM}", allow_redirects=False
        )
        assert "code=" in allow.headers["Location"]
    assert slack.oauth.refuse(authorize(slack)) == "https://okra/back?error=access_denied&state=s1"


# --- limits and troubles ----------------------------------------------------------------------------


async def waits(call: Any) -> int:
    with pytest.raises(SlackApiError) as told:
        await call
    assert told.value.response["error"] == "ratelimited"
    return int(told.value.response.headers["retry-after"])


async def test_limits_count_each_method_in_windows_that_a_test_moves(
    slack: SlackFake, api: AsyncWebClient, clock: MovableClock
) -> None:
    slack.limits.on = True
    for _ in range(20):
        await api.users_list()
    assert await waits(api.users_list()) == 60
    await api.users_info(user="U1MEI")
    clock.move_to(NOW + timedelta(seconds=60))
    await api.users_list()
    await api.apps_connections_open(app_token="xapp-pretend")
    assert await waits(api.apps_connections_open(app_token="xapp-pretend")) == 60


async def test_a_channel_takes_one_message_a_second(slack: SlackFake, api: AsyncWebClient, clock: MovableClock) -> None:
    slack.limits.on = True
    await api.chat_postMessage(channel="C1SALES", text="1")
    await api.chat_postMessage(channel="U1MEI", text="1")
    assert await waits(api.chat_postMessage(channel="C1SALES", text="2")) == 1
    clock.move_to(NOW + timedelta(seconds=1))
    await api.chat_postMessage(channel="C1SALES", text="2")
    assert slack.texts("C1SALES") == ["1", "2"]


async def test_apps_outside_the_marketplace_read_15_messages_a_minute(slack: SlackFake, api: AsyncWebClient) -> None:
    for number in range(20):
        slack.put("C1SALES", str(number))
    slack.marketplace, slack.limits.on = False, True
    assert len((await api.conversations_history(channel="C1SALES", limit=200))["messages"]) == 15
    assert await waits(api.conversations_history(channel="C1SALES")) == 60


async def test_a_trouble_may_meet_whatever_comes_next(slack: SlackFake, api: AsyncWebClient) -> None:
    slack.play("*", TooMany(7), Refused("internal_error"))
    assert await waits(api.users_list()) == 7
    assert await refused(api.auth_test()) == "internal_error"
    await api.auth_test()


async def test_calls_at_the_same_time_do_not_disturb_each_other(slack: SlackFake, api: AsyncWebClient) -> None:
    await asyncio.gather(*(api.chat_postMessage(channel="C1SALES", text=str(number)) for number in range(20)))
    assert sorted(slack.texts("C1SALES"), key=int) == [str(number) for number in range(20)]
    assert len({message.ts for message in slack.messages["C1SALES"]}) == 20
