"""What the fake Slack sends for what people do: the shapes, and what their answers change."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.http import Server
from tests.fakes.slack import SlackFake
from tests.fakes.slack.values import Json
from tests.platforms.slack.test_fake import client
from tests.platforms.slack.test_fake_state import DIVIDER, FORM

BUTTON = {"type": "button", "action_id": "board#1", "value": "GRO"}


class App:
    """An app that hears everything and answers with `says`."""

    def __init__(self) -> None:
        self.heard: list[Json] = []
        self.says: Json | None = None

    async def receive(self, request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            self.heard.append(await request.json())
        else:
            form = await request.post()
            self.heard.append(json.loads(str(form["payload"])) if "payload" in form else dict(form))
        return web.json_response(self.says) if self.says is not None else web.Response()


@pytest.fixture
async def app(slack: SlackFake) -> AsyncIterator[App]:
    app = App()
    served = web.Application()
    served.router.add_post("/slack/events", app.receive)
    server = Server(served)
    await server.start()
    slack.app_url = server.url
    yield app
    await server.stop()


async def test_an_answer_to_a_command_stands_for_its_asker_or_for_all(slack: SlackFake, app: App) -> None:
    app.says = {"text": "Only you", "response_type": "ephemeral"}
    await slack.command("board")
    app.says = {"text": "All of you", "response_type": "in_channel"}
    await slack.command("board")

    assert slack.texts("C1SALES") == ["All of you"]
    assert [(said.text, said.only_for) for said in slack.history["C1SALES"]] == [
        ("Only you", "U1MEI"),
        ("All of you", None),
    ]
    assert app.heard[0]["user_id"] == "U1MEI"


async def test_an_answer_to_a_command_that_slack_cannot_show_fails_the_test(slack: SlackFake, app: App) -> None:
    app.says = {"text": "x", "blocks": [{"type": "banner"}]}

    with pytest.raises(AssertionError, match="unknown block 'banner'"):
        await slack.command("board")


async def test_a_press_brings_the_message_and_five_answers(slack: SlackFake, app: App) -> None:
    board = slack.put("C1SALES", "Board")
    await slack.press(BUTTON, channel="C1SALES", message_ts=board.ts)
    (pressed,) = app.heard
    assert (pressed["container"]["type"], pressed["message"]["text"]) == ("message", "Board")
    async with aiohttp.ClientSession() as session:
        answers = [
            await session.post(pressed["response_url"], json={"text": f"Board {number}", "replace_original": True})
            for number in range(6)
        ]
        assert [answer.status for answer in answers] == [200] * 5 + [404]
        assert slack.texts("C1SALES") == ["Board 4"]
        bad = await session.post(slack.response_url("C1SALES"), json={"text": "x", "blocks": [{"type": "banner"}]})
        assert (bad.status, (await bad.json())["error"]) == (400, "invalid_blocks")


async def test_a_press_on_a_page_or_form_has_no_message(slack: SlackFake, app: App) -> None:
    await client(slack).views_publish(user_id="U1MEI", view={"type": "home", "blocks": [DIVIDER]})
    await slack.press(BUTTON, view=slack.homes["U1MEI"])
    await client(slack).views_open(trigger_id=slack.trigger(), view=FORM)
    await slack.press(BUTTON, view=slack.views[0])
    home, form = app.heard
    assert home["container"] == {"type": "view", "view_id": slack.homes["U1MEI"]["id"]}
    assert (home["view"]["type"], form["view"]["type"]) == ("home", "modal")
    assert not {"channel", "message", "response_url"} & set(home)
    await client(slack).views_push(trigger_id=form["trigger_id"], view=FORM)
    assert [view["previous_view_id"] for view in slack.open_views] == [None, slack.views[0]["id"]]


async def test_a_form_follows_its_answer(slack: SlackFake, app: App) -> None:
    await client(slack).views_open(trigger_id=slack.trigger(), view=FORM)
    (view,) = slack.views
    first = view["hash"]
    app.says = {"response_action": "errors", "errors": {"KR1": "Is it 45 or 45,000?"}}
    await slack.submit(view, {})
    assert (slack.open_views, view["hash"]) == ([view], first)
    app.says = {"response_action": "update", "view": {**FORM, "callback_id": "next"}}
    await slack.submit(view, {})
    assert view["callback_id"] == "next"
    assert view["hash"] != first
    app.says = None
    await slack.submit(view, {})
    assert slack.open_views == []


async def test_a_closed_form_is_told_only_where_it_was_asked_for(slack: SlackFake, app: App) -> None:
    for wanted in (False, True):
        await client(slack).views_open(trigger_id=slack.trigger(), view={**FORM, "notify_on_close": wanted})
        await slack.close_view(slack.views[-1])
    assert [payload["type"] for payload in app.heard] == ["view_closed"]


async def test_a_shortcut_brings_the_message_it_was_picked_on(slack: SlackFake, app: App) -> None:
    said = slack.put("C1SALES", "Acme renewed", user="U2JACK")
    await slack.shortcut("win", said.ts)
    (picked,) = app.heard
    assert (picked["type"], picked["callback_id"], picked["user"]["id"]) == ("message_action", "win", "U1MEI")
    assert (picked["message"]["user"], picked["message"]["text"], picked["message_ts"]) == (
        "U2JACK",
        "Acme renewed",
        said.ts,
    )
    assert {"trigger_id", "response_url", "channel"} <= set(picked)


async def test_people_and_channels_change_and_the_app_is_told(slack: SlackFake, app: App) -> None:
    await slack.change_person("U1MEI", deleted=True, profile={"status_text": "Away"})
    await slack.rename_channel("C1SALES", "revenue")
    await slack.archive_channel("C1SALES")
    await slack.remove_from_channel("C1SALES")
    events = [payload["event"] for payload in app.heard]
    assert [event["type"] for event in events] == ["user_change", "channel_rename", "channel_archive", "channel_left"]
    assert (events[0]["user"]["deleted"], events[0]["user"]["profile"]["status_text"]) == (True, "Away")
    assert (events[1]["channel"]["name"], events[2]["channel"]) == ("revenue", "C1SALES")
    sales = slack.channels["C1SALES"]
    assert (sales.name, sales.is_archived, sales.is_member) == ("revenue", True, False)
