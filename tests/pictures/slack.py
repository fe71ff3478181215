"""Pictures of Okra in Slack, taken of the pretend Slack."""

import tempfile
from datetime import time
from pathlib import Path

from pydantic import SecretStr

from bot.cli.composing import Connection
from bot.clock import MovableClock
from bot.okr.localtime import instant
from bot.settings import Settings
from storage import models as m
from tests.fakes.slack import SECRET, TEAM, TOKEN, Message, SlackFake
from tests.pictures.camera import picture
from tests.scenarios.running import BEGIN, MADRID, running
from tests.scenarios.test_slack_installing import START, Town
from tests.scenarios.test_slack_setting_up import CHANNEL as NEW_CHANNEL
from tests.scenarios.test_slack_setting_up import lives_until_the_first_board

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK", "ana": "U3ANA", "li": "U4LI"}
NAMES = {"mei": "Mei Tan", "jack": "Jack Moreno", "ana": "Ana Prado", "li": "Li Chen"}
CHANNEL = "C1GROWTH"
OTHER = "C2OTHER"
SIZES = {"dm": (760, 710), "form": (760, 1000), "digest": (760, 590), "home": (760, 730), "show": (760, 930)}
"""Width and height of each picture's window."""
NEW_TEAM = {"setup": (760, 900), "draft": (760, 900), "first-board": (760, 760)}
"""The same, of a workspace in which a team is set up."""


async def take(folder: Path) -> None:
    """Live the week until the board, and a new team's first days, and take pictures of what people see."""
    await _week(folder)
    await _new_team(folder)


async def _new_team(folder: Path) -> None:
    clock = MovableClock(START)
    slack = SlackFake(clock)
    slack.add_person("U1MEI", NAMES["mei"], tz=MADRID)
    slack.add_person("U2JACK", NAMES["jack"], tz=MADRID)
    slack.add_channel(NEW_CHANNEL, "U1MEI", "U2JACK", name="plants")
    await slack.start()

    async def look(what: str, where: str) -> None:
        await picture(f"{slack.url}/look/{where}", folder / f"slack-{what}.png", *NEW_TEAM[what])

    with tempfile.TemporaryDirectory() as data:
        town = Town(Path(data), slack, clock)
        async with town.okra(town.one()) as okra:
            await lives_until_the_first_board(okra, slack, look)
    await slack.stop()


async def _week(folder: Path) -> None:
    clock = MovableClock(instant(BEGIN.date(), BEGIN.time(), MADRID))
    slack = SlackFake(clock)
    for handle, user in PEOPLE.items():
        slack.add_person(user, NAMES[handle], tz=MADRID)
    slack.add_channel(CHANNEL, *PEOPLE.values(), name="growth")
    slack.add_channel(OTHER, *PEOPLE.values(), name="tea-talk")
    await slack.start()
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=slack.api_url,
    )
    connection = Connection(m.Platform.SLACK, TEAM, "Pretend")
    with tempfile.TemporaryDirectory() as data:
        async with running(Path(data), settings, connection, PEOPLE, {"GRO": CHANNEL}) as okra:
            slack.app_url = okra.url
            clock.move_to(instant(BEGIN.date(), time(10, 0), MADRID))
            await okra.at("2026-11-12 10:00")
            asked = next(one for one in slack.messages["D1MEI"] if "Weekly check-in" in one.text)
            await slack.press(_button(asked, "0.7"), user="U1MEI", channel="D1MEI", message_ts=asked.ts)
            await slack.message("KR1 46k, closed one of three pilots", user="U1MEI")
            await okra.settled()
            await _picture(f"{slack.url}/look/D1MEI", folder / "slack-dm.png", "dm")

            asked = next(one for one in slack.messages["D2JACK"] if "Weekly check-in" in one.text)
            await slack.press(_entry(asked, "Update…"), user="U2JACK", channel="D2JACK", message_ts=asked.ts)
            await _picture(f"{slack.url}/look/view/{len(slack.views) - 1}", folder / "slack-form.png", "form")

            await slack.command("show GRO-1", user="U2JACK", channel=OTHER)
            await okra.settled()
            await _picture(f"{slack.url}/look/{OTHER}", folder / "slack-show.png", "show")

            await okra.at("2026-11-13 09:50")
            await _picture(f"{slack.url}/look/{CHANNEL}", folder / "slack-digest.png", "digest")

            await slack.open_home("U1MEI")
            await okra.settled()
            await _picture(f"{slack.url}/look/home/U1MEI", folder / "slack-home.png", "home")
    await slack.stop()


def _button(message: Message, label: str) -> dict[str, object]:
    elements = [element for block in message.blocks for element in block.get("elements", ())]
    return next(one for one in elements if one.get("text", {}).get("text") == label)


def _entry(message: Message, label: str) -> dict[str, object]:
    for block in message.blocks:
        for element in block.get("elements", ()):
            for option in element.get("options", ()):
                if option["text"]["text"] == label:
                    return {"type": element["type"], "action_id": element["action_id"], "selected_option": option}
    raise SystemExit(f"{label} is not offered.")


async def _picture(url: str, file: Path, what: str) -> None:
    await picture(url, file, *SIZES[what])
