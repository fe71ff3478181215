"""What reaches our address and is not what it says, or not ours to hear: a table of bad requests.

Each line is a request, how it is answered, and whether anything was stored. What Slack itself sent and is not for us is
answered with 200, so that Slack does not send it again; all else gets an error.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.platforms.slack.app import SlackPlatform
from bot.platforms.slack.grants import Grant, OneGrant
from bot.platforms.slack.signed import MOST_BYTES
from tests.fakes.slack import BOT_USER, SECRET, TEAM, TOKEN, SlackFake
from tests.platforms.slack.conftest import Accepting

pytestmark = pytest.mark.usefixtures("platform")

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

COMMAND = {"command": "/okr", "text": "board", "user_id": "U1MEI", "channel_id": "C1SALES", "trigger_id": "9.9"}
EVENT = {"type": "message", "channel": "D1MEI", "channel_type": "im", "user": "U1MEI", "text": "45k", "ts": "17.1"}
PRESS = {
    "type": "block_actions",
    "user": {"id": "U1MEI", "team_id": TEAM},
    "channel": {"id": "D1MEI"},
    "container": {"type": "message", "message_ts": "1.1", "channel_id": "D1MEI"},
    "actions": [{"type": "button", "block_id": "b", "action_id": "same#1", "value": "7", "action_ts": "17.2"}],
    "trigger_id": "9.8",
}
VIEW = {"id": "V1", "hash": "1.h", "type": "modal", "callback_id": "update", "private_metadata": "t", "blocks": []}
SUBMISSION = {"type": "view_submission", "user": {"id": "U1MEI", "team_id": TEAM}, "view": VIEW | {"state": {}}}


def command(**more: str | None) -> bytes:
    """A slash command of our workspace; None leaves a field out."""
    fields = {"team_id": TEAM, **COMMAND, **more}
    return urlencode({name: value for name, value in fields.items() if value is not None}).encode()


def event(what: Mapping[str, Any] | None = None, **more: Any) -> bytes:
    """An event of our workspace; `what` changes the event itself."""
    body = {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": "Ev1",
        "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}],
        "event": {**EVENT, **(what or {})},
        **more,
    }
    return json.dumps(body).encode()


def interaction(payload: Mapping[str, Any]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def of_us(payload: Mapping[str, Any], **more: Any) -> bytes:
    """An interaction of our workspace."""
    return interaction({"team": {"id": TEAM}, **payload, **more})


@dataclass(frozen=True, slots=True)
class Case:
    """A request and what becomes of it. `age` is how many seconds ago it was signed."""

    name: str
    body: bytes
    status: int
    stored: bool = False
    content_type: str = FORM
    secret: str | None = SECRET
    signature: str | None = None
    stamp: str | None = None
    age: int = 0


WHOLE_ORG = {"is_enterprise_install": True, "enterprise": {"id": "E1"}, "team": None}
THEIRS = {"user": {"id": "U7ALIEN", "team_id": "T7THEIRS"}}

CASES = (
    Case("a command as Slack sends it", command(), 200, stored=True),
    Case("an event as Slack sends it", event(), 200, stored=True, content_type=JSON),
    Case("a type with its charset", event(), 200, stored=True, content_type="application/json; charset=utf-8"),
    Case("a press as Slack sends it", of_us(PRESS), 200, stored=True),
    # who says so
    Case("forged: another secret", command(), 401, secret="guessed"),
    Case("forged: no signature", command(), 401, secret=None),
    Case("forged: an empty signature", command(), 401, signature=""),
    Case("forged: a signature of something else", command(), 401, signature="v0=" + "0" * 64),
    Case("forged: a signature that is not ASCII", command(), 401, signature="v0=\u00e9"),
    Case("forged: claims to be a check of the address", b'{"type": "url_verification"}', 401, secret="guessed"),
    Case("forged: claims to be a check of certificates", b"ssl_check=1&token=x", 401, secret="guessed"),
    Case("stale: signed 301 s ago", command(), 401, age=301),
    Case("early: signed 301 s from now", command(), 401, age=-301),
    Case("signed 290 s ago", command(), 200, stored=True, age=290),
    Case("a time that is no number", command(), 401, stamp="yesterday"),
    Case("a time of 5,000 digits", command(), 401, stamp="1" * 5000),
    # what it looks like
    Case("another content type", command(), 415, content_type="text/plain"),
    Case("a file", command(), 415, content_type="multipart/form-data; boundary=x"),
    Case("a huge body", b"text=" + b"a" * MOST_BYTES, 413),
    Case("a huge body, forged", b"text=" + b"a" * MOST_BYTES, 413, secret="guessed"),
    Case("deeply nested JSON", b"[" * 100_000, 400, content_type=JSON),
    Case("deeply nested JSON, forged", b"[" * 100_000, 401, content_type=JSON, secret="guessed"),
    Case("not UTF-8", b'{"type": "\xff\xfe"}', 400, content_type=JSON),
    Case("half a JSON", b'{"type": ', 400, content_type=JSON),
    Case("a list", b"[]", 400, content_type=JSON),
    Case("null", b"null", 400, content_type=JSON),
    Case("a number as the payload", b"payload=1", 400),
    Case("half a payload", b"payload=%7B", 400),
    Case("nothing at all", b"", 200),
    Case("an event that is none", event(event=None), 200, content_type=JSON),
    Case("an event without a type", event(event={}), 200, content_type=JSON),
    Case("a press of nothing", of_us(PRESS, actions=[]), 200),
    Case("a press on something else", of_us(PRESS, actions=["a"]), 200),
    Case("a form that is none", of_us(SUBMISSION, view=None), 200),
    # whose it is
    Case("a command of another workspace", command(team_id="T9OTHER"), 200),
    Case("an event of another workspace", event(authorizations=[{"team_id": "T9OTHER"}]), 200, content_type=JSON),
    Case("a press in another workspace", interaction({**PRESS, "team": {"id": "T9OTHER"}}), 200),
    Case("a command that names no workspace", command(team_id=None), 200),
    Case("an event that names no workspace", event(team_id=None, authorizations=[]), 200, content_type=JSON),
    Case("a press of a user of another workspace", of_us(PRESS, **THEIRS), 200),
    Case("a form of a user of another workspace", of_us(SUBMISSION, **THEIRS), 200),
    Case("a press on another company's message", of_us(PRESS, message={"ts": "1.1", "team": "T7THEIRS"}), 200),
    Case("a message from a shared channel", event({"user_team": "T7THEIRS"}), 200, content_type=JSON),
    Case(
        "a mention from a shared channel", event({"type": "app_mention", "source_team": "T7"}), 200, content_type=JSON
    ),
    Case("a colleague of the same organisation", of_us({**PRESS, **THEIRS}, enterprise={"id": "E1"}), 200, stored=True),
    Case("a command of a whole organisation", command(is_enterprise_install="true", team_id=None), 200),
    Case("a press of a whole organisation", interaction({**PRESS, **WHOLE_ORG}), 200),
    Case(
        "an event of a whole organisation",
        event(authorizations=[{"team_id": None, "enterprise_id": "E1", "is_enterprise_install": True}]),
        200,
        content_type=JSON,
    ),
    # who said it
    Case("our own message, by its user", event({"user": BOT_USER, "bot_id": "B0OKRA"}), 200, content_type=JSON),
    Case("our own message, by its bot id alone", event({"user": None, "bot_id": "B0OKRA"}), 200, content_type=JSON),
    Case("another bot's message", event({"bot_id": "B9OTHER"}), 200, content_type=JSON),
    Case("Slack's own words", event({"user": "USLACKBOT"}), 200, content_type=JSON),
)


@pytest.fixture
def grants() -> OneGrant:
    """Okra knows which workspace it is in."""
    return OneGrant(TOKEN, TEAM)


async def ask(slack: SlackFake, case: Case) -> tuple[int, str]:
    """Send the request of a case."""
    stamp = str(int(time.time()) - case.age) if case.stamp is None else case.stamp
    headers = {"Content-Type": case.content_type, "X-Slack-Request-Timestamp": stamp}
    if case.secret is not None:
        signed = hmac.new(case.secret.encode(), b"v0:" + stamp.encode() + b":" + case.body, hashlib.sha256)
        headers["X-Slack-Signature"] = f"v0={signed.hexdigest()}" if case.signature is None else case.signature
    async with (
        aiohttp.ClientSession(max_field_size=20_000) as session,
        session.post(f"{slack.app_url}/slack/events", data=case.body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_what_becomes_of_a_request(slack: SlackFake, accept: Accepting, case: Case) -> None:
    status, _ = await ask(slack, case)
    assert (status, bool(accept.recorded)) == (case.status, case.stored)


async def test_a_request_that_is_replayed_is_stored_once_and_answered_alike(
    slack: SlackFake, accept: Accepting
) -> None:
    for case in (CASES[0], CASES[1], CASES[3]):
        first = await ask(slack, case)
        assert await ask(slack, case) == first
    assert len(accept.heard) == 6
    assert len(accept.recorded) == 3


async def test_the_address_is_verified_when_the_app_is_set_up(slack: SlackFake) -> None:
    answer = await slack.post(json.dumps({"type": "url_verification", "challenge": "abc"}), content_type=JSON)
    assert (answer.status, answer.body) == (200, {"challenge": "abc"})


async def test_whoever_is_refused_by_mistake_is_told_what_to_do(slack: SlackFake, platform: SlackPlatform) -> None:
    _, said = await ask(slack, Case("", command(team_id="T9OTHER"), 200))
    assert json.loads(said)["text"] == (
        "Okra is not installed in this workspace, so nothing was recorded. "
        "Please ask somebody who manages its apps to install it."
    )
    _, said = await ask(slack, Case("", of_us(SUBMISSION, **THEIRS), 200))
    assert "Okra works with the people of its own workspace" in said
    url = slack.response_url("C1SALES", "1.1")
    await ask(slack, Case("", of_us(PRESS, **THEIRS, response_url=url), 200))
    await platform._after.drain(2)
    (told,) = slack.responses
    assert (told["response_type"], told["replace_original"]) == ("ephemeral", False)
    assert told["text"] == "Okra works with the people of its own workspace, so nothing was recorded."


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (command(team_id="T9OTHER"), "Okra is not installed in the workspace T9OTHER."),
        (command(team_id=None), "it names no workspace."),
        (of_us(PRESS, **THEIRS), "it comes from T7THEIRS through a channel that T0PRETEND shares."),
        (interaction({**PRESS, **WHOLE_ORG}), "Okra is installed for a whole organisation, which it cannot serve;"),
    ],
)
async def test_a_refusal_is_one_clear_line_in_the_log(
    slack: SlackFake, caplog: pytest.LogCaptureFixture, body: bytes, line: str
) -> None:
    await ask(slack, Case("", body, 200))
    (record,) = [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
    assert record.getMessage().startswith(f"A request from Slack was refused: {line}")


async def test_a_forged_body_never_stands_in_the_log(slack: SlackFake, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    await ask(slack, Case("", command(text="do-not-show"), 401, secret="guessed"))
    assert "do-not-show" not in caplog.text
    assert "it has no signature of Slack's" in caplog.text


async def test_okra_is_known_by_its_workspace_from_the_start(slack: SlackFake, grants: OneGrant) -> None:
    grants.grant = Grant("T9OTHER", TOKEN)
    _, said = await ask(slack, CASES[0])
    assert "not installed" in said
