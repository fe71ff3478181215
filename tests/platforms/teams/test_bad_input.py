"""Genuine and broken: whatever stands in an activity, Teams gets a clear status, and nobody an error of ours."""

import copy
import io
import json
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
import requests

from bot.intake.inbound import Say
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.request import MOST_BYTES
from tests.delivery.contract import card
from tests.fakes.teams import BOT, TeamsFake
from tests.platforms.teams.conftest import SALES, App

pytestmark = pytest.mark.usefixtures("platform")

Path = tuple[str | int, ...]

NESTED: list[Any] = []
for _ in range(300):
    NESTED = [NESTED]

JUNK: tuple[Any, ...] = (None, 0, "", "\x00" + "x" * 5_000, "\ud800", [[{}]], {"id": {"id": 7}}, NESTED)


def _text(teams: TeamsFake) -> dict[str, Any]:
    return teams.activity(text="KR2 31%", replyToId="m1")


def _mention(teams: TeamsFake) -> dict[str, Any]:
    mention = {"type": "mention", "text": "<at>Okra</at>", "mentioned": {"id": BOT, "name": "Okra"}}
    body = teams.activity(conversation=SALES, text="<at>Okra</at> board")
    return {**body, "entities": [*body.get("entities", []), mention]}


def _press(teams: TeamsFake) -> dict[str, Any]:
    value = {"okra": "press", "action": "same", "value": "7", "shown": "{}", "field.KR1": "45"}
    return teams.activity(value=value, replyToId="m1")


def _edit(teams: TeamsFake) -> dict[str, Any]:
    data = teams.activity()["channelData"] | {"eventType": "editMessage"}
    return teams.activity(type="messageUpdate", text="KR2 32%", channelData=data)


def _installed(teams: TeamsFake) -> dict[str, Any]:
    return teams.activity(type="installationUpdate", action="add")


def _joined(teams: TeamsFake) -> dict[str, Any]:
    return teams.activity(type="conversationUpdate", conversation=SALES, membersAdded=[{"id": BOT}], membersRemoved=[])


def _meeting(teams: TeamsFake) -> dict[str, Any]:
    value = {"Title": "Weekly", "Id": "m", "StartTime": "2026-11-12T09:00:00Z", "MeetingType": "Recurring"}
    return teams.activity(type="event", name="application/vnd.microsoft.meetingStart", value=value)


def _invoke(teams: TeamsFake) -> dict[str, Any]:
    value = {"action": {"type": "Action.Execute", "verb": "same", "data": {"a": 1}}, "trigger": "manual"}
    return teams.activity(type="invoke", name="adaptiveCard/action", value=value)


MADE = (_text, _mention, _press, _edit, _installed, _joined, _meeting, _invoke)


def _paths(found: object, here: Path = ()) -> Iterator[Path]:
    if here:
        yield here
    items: Any = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for name, each in items:
        yield from _paths(each, (*here, name))


def _with(body: dict[str, Any], path: Path, junk: object) -> dict[str, Any]:
    """The activity with one part in another shape; None takes it away."""
    changed = copy.deepcopy(body)
    part: Any = changed
    for name in path[:-1]:
        part = part[name]
    if junk is None:
        del part[path[-1]]
    else:
        part[path[-1]] = junk
    return changed


@pytest.mark.parametrize("made", MADE, ids=[made.__name__.strip("_") for made in MADE])
async def test_a_genuine_activity_with_one_part_of_another_shape_is_never_an_error(
    teams: TeamsFake, app: App, platform: TeamsPlatform, made: Any, caplog: pytest.LogCaptureFixture
) -> None:
    body = made(teams)
    headers = {"Authorization": f"Bearer {teams.token()}"}
    allowed = {200, 400, 401, 403} | ({501} if made is _invoke else set())
    async with aiohttp.ClientSession(teams.app_url, headers=headers) as session:
        for path in _paths(body):
            for junk in JUNK:
                async with session.post("/api/messages", json=_with(body, path, junk)) as answer:
                    assert answer.status in allowed, (path, junk)
    await platform._after.drain(2)
    assert "Traceback" not in caplog.text


async def test_what_is_heard_all_the_same_is_still_answered(
    teams: TeamsFake, app: App, platform: TeamsPlatform
) -> None:
    app.result = Say(card("Saved"))
    broken = {"locale": 7, "localTimezone": [], "timestamp": {}, "attachments": "x", "entities": {}, "textFormat": 7}
    assert (await teams.says("45k", **broken)).status == 200
    await platform._after.drain(2)
    assert len(app.recorded) == 1
    assert teams.texts("a:mei-object-id") == ["Saved"]


@pytest.mark.parametrize(
    "name",
    [
        "adaptiveCard/action",
        "task/fetch",
        "task/submit",
        "message/submitAction",
        "config/fetch",
        "config/submit",
        "composeExtension/query",
        "fileConsent/invoke",
        "signin/verifyState",
        "tab/fetch",
        "a/kind/of/tomorrow",
        "",
        7,
        None,
    ],
)
async def test_an_invoke_is_answered_by_saying_that_we_offer_no_such_thing(
    teams: TeamsFake, app: App, name: object
) -> None:
    executed = {"action": {"type": "Action.Execute", "verb": "same", "data": {}}}
    values: list[Any] = [None, 7, "text", [], {}, {"action": None}, executed]
    for value in values:
        answer = await teams.post(teams.activity(type="invoke", name=name, value=value))
        assert (answer.status, answer.text) == (501, "")
    assert (app.heard, teams.calls) == ([], [])


@pytest.mark.parametrize("mode", ["expectReplies", "notification", "ephemeral", 7])
async def test_however_an_answer_is_wanted_it_goes_to_the_chat(
    teams: TeamsFake, app: App, platform: TeamsPlatform, mode: object
) -> None:
    app.result = Say(card("Saved"))
    answer = await teams.says("45k", deliveryMode=mode)
    await platform._after.drain(2)
    assert (answer.status, answer.text) == (200, "")
    assert teams.texts("a:mei-object-id") == ["Saved"]


async def test_a_message_of_100_kb_is_within_what_is_taken(teams: TeamsFake, app: App) -> None:
    """Written out twice, once as HTML, with every character escaped."""
    text = "是" * 50_000
    data = io.BytesIO(json.dumps(teams.activity(text=text)).encode())
    assert 600_000 < len(data.getvalue()) < MOST_BYTES
    headers = {"Authorization": f"Bearer {teams.token()}", "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession(teams.app_url, headers=headers) as session,
        session.post("/api/messages", data=data) as answer,
    ):
        assert answer.status == 200
    assert len(app.heard) == 1


async def test_a_turn_needs_no_http_client_of_its_own(
    teams: TeamsFake, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK would make two for each, which takes longer than everything else."""
    made = []

    class Counted(requests.Session):
        def __init__(self) -> None:
            made.append(self)
            super().__init__()

    monkeypatch.setattr(requests, "Session", Counted)
    await teams.says("45k")
    assert (len(app.heard), made) == (1, [])
