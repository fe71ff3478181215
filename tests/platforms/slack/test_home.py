"""The Home tab at Slack's edge: what comes in, where it is shown, and how that can fail."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.cards.model import Actions, Button, Card, Header, Run, Text
from bot.delivery.port import Address, ChatError, OutcomeUnknown, RateLimited, ShowsHome
from bot.intake.inbound import Opened, Place, Pressed
from bot.platforms.slack import inbound as read
from bot.platforms.slack.app import SlackPlatform
from tests.fakes.http import Broken, Dropped, Refused, TooMany
from tests.fakes.slack import SlackFake

NOW = datetime(2026, 11, 12, 9, tzinfo=UTC)
CARD = Card((Header("Your OKRs"), Text(((Run("KR1"),),)), Actions((Button("0.7", "score", "t:0.7"),))))
MEI = Address(1, "U1MEI", is_person=True, ref={"channel": "D1MEI"})


def opened(**event: Any) -> dict[str, Any]:
    event = {"type": "app_home_opened", "user": "U1MEI", "channel": "D1MEI", "tab": "home", "event_ts": "1.2"} | event
    return {"event_id": "Ev1", "event": {name: value for name, value in event.items() if value is not None}}


def test_the_home_tab_is_opened_and_no_other() -> None:
    heard = read.from_opened_home(opened(), "T1", NOW)
    assert heard is not None
    assert (heard.place, heard.what, heard.person, heard.key) == (Place.HOME, Opened(), "U1MEI", "event:Ev1")
    assert heard.trigger is None

    for event in ({"tab": "messages"}, {"tab": None}, {"user": None}, {"tab": "about"}):
        assert read.from_opened_home(opened(**event), "T1", NOW) is None


@pytest.mark.parametrize("event_ts", [None, "", "soon", "9" * 400])
def test_an_odd_moment_is_no_trouble(event_ts: str | None) -> None:
    heard = read.from_opened_home(opened(event_ts=event_ts), "T1", NOW)

    assert heard is not None
    assert heard.at == NOW


def press(view_type: str) -> dict[str, Any]:
    return {
        "user": {"id": "U1MEI"},
        "container": {"type": "view", "view_id": "V1"},
        "view": {"id": "V1", "type": view_type},
        "actions": [{"type": "button", "action_id": "score#3", "value": "t:0.7", "action_ts": "1.3"}],
        "trigger_id": "tr",
    }


@pytest.mark.parametrize(("view_type", "place"), [("home", Place.HOME), ("modal", Place.FORM), ("", Place.FORM)])
def test_a_press_tells_a_page_from_a_form(view_type: str, place: Place) -> None:
    heard = read.from_press(press(view_type), "T1", NOW)

    assert heard is not None
    assert (heard.place, heard.what, heard.trigger) == (place, Pressed("score", "t:0.7"), "tr")


async def test_the_page_is_shown_to_its_person_whole_and_twice_is_as_once(
    slack: SlackFake, platform: SlackPlatform
) -> None:
    assert isinstance(platform.port, ShowsHome)
    for _ in range(2):
        ref = await platform.port.show_home(MEI, CARD)

    assert list(slack.homes) == ["U1MEI"]
    assert [block["type"] for block in slack.homes["U1MEI"]["blocks"]] == ["header", "rich_text", "actions"]
    assert (ref.installation_id, ref.channel, ref.message_id) == (1, "U1MEI", slack.homes["U1MEI"]["id"])
    assert slack.messages.get("D1MEI", []) == []


@pytest.mark.parametrize(
    ("trouble", "error"),
    [(TooMany(7), RateLimited), (Broken(500), OutcomeUnknown), (Dropped(), OutcomeUnknown)],
    ids=str,
)
async def test_what_goes_wrong_says_what_may_be_done_next(
    slack: SlackFake, platform: SlackPlatform, trouble: Any, error: type[ChatError]
) -> None:
    slack.play("views.publish", trouble)
    with pytest.raises(error):
        await platform.port.show_home(MEI, CARD)

    assert len(slack.called("views.publish")) == 1


@pytest.mark.parametrize(
    "code", ["user_not_found", "invalid_arguments", "view_too_large", "not_enabled", "token_revoked"]
)
async def test_a_refusal_is_an_error_of_ours(slack: SlackFake, platform: SlackPlatform, code: str) -> None:
    slack.play("views.publish", Refused(code))
    with pytest.raises(ChatError, match=code):
        await platform.port.show_home(MEI, CARD)
