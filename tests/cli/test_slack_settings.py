"""Slack's settings: what goes together, what contradicts, and which token stands in the wrong place."""

import pytest

from bot.settings import Settings, SettingsProblem, read_settings
from tests.cli.conftest import Line

BOT = {"SLACK_BOT_TOKEN": "xoxb-pretend-bot"}
SOCKET = {"SLACK_APP_TOKEN": "xapp-pretend-app"}
HTTP = {"SLACK_SIGNING_SECRET": "pretend-signing"}
CLIENT = {"SLACK_CLIENT_ID": "111.222", "SLACK_CLIENT_SECRET": "pretend-client"}
SAFE = {"SECRET_KEY": "a secret of thirty-two characters", "BASE_URL": "https://okra.example.com/base"}


def read(line: Line, *parts: dict[str, str]) -> Settings:
    """The settings of an environment that holds `parts`."""
    for part in parts:
        line.set(**part)
    return read_settings(None)


@pytest.mark.parametrize(
    "parts",
    [
        (BOT, SOCKET),
        (BOT, HTTP),
        (BOT, SOCKET, HTTP),
        (CLIENT, SAFE, SOCKET),
        (CLIENT, SAFE, HTTP),
        (CLIENT, SAFE, HTTP, {"BASE_URL": "http://127.0.0.1:3978"}),
        (CLIENT, SAFE, HTTP, {"BASE_URL": "http://localhost:3978/okra"}),
        (CLIENT, SAFE, HTTP, {"BASE_URL": "http://[::1]:3978"}),
    ],
)
def test_what_goes_together(line: Line, parts: tuple[dict[str, str], ...]) -> None:
    settings = read(line, *parts)

    assert settings.has_slack
    assert settings.installs_slack is (parts[0] is CLIENT)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (
            (BOT,),
            "SLACK_APP_TOKEN is not set; Slack needs it, or SLACK_SIGNING_SECRET where Okra has a public address.",
        ),
        (
            (CLIENT, SAFE),
            "SLACK_SIGNING_SECRET is not set; Slack needs it, or SLACK_APP_TOKEN to reach Okra by Socket Mode.",
        ),
        (
            (SOCKET,),
            "SLACK_BOT_TOKEN is not set; SLACK_APP_TOKEN needs it, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET "
            "for several workspaces.",
        ),
        (
            (HTTP,),
            "SLACK_BOT_TOKEN is not set; SLACK_SIGNING_SECRET needs it, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET "
            "for several workspaces.",
        ),
        (
            (BOT, HTTP, CLIENT, SAFE),
            "SLACK_BOT_TOKEN and SLACK_CLIENT_ID contradict each other: the token is for one workspace, the client "
            "for several; leave one of them out.",
        ),
        (
            (HTTP, SAFE, {"SLACK_CLIENT_ID": "111.222"}),
            "SLACK_CLIENT_SECRET is not set; several workspaces need both SLACK_CLIENT_ID and its secret.",
        ),
        (
            (HTTP, SAFE, {"SLACK_CLIENT_SECRET": "pretend-client"}),
            "SLACK_CLIENT_ID is not set; several workspaces need both SLACK_CLIENT_ID and its secret.",
        ),
        (
            (CLIENT, HTTP, {"BASE_URL": "https://okra.example.com"}),
            "SECRET_KEY is not set; with SLACK_CLIENT_ID the tokens of workspaces are kept by it.",
        ),
        (
            (CLIENT, HTTP, {"SECRET_KEY": SAFE["SECRET_KEY"]}),
            "BASE_URL is not set; with SLACK_CLIENT_ID browsers come to BASE_URL/slack/install.",
        ),
        (
            (CLIENT, HTTP, SAFE, {"BASE_URL": "http://okra.example.com"}),
            "BASE_URL must begin with https:// where SLACK_CLIENT_ID lets people install Okra.",
        ),
        (
            (BOT, SOCKET, {"SLACK_API_URL": "slack.com/api"}),
            "SLACK_API_URL is an address that begins with https://, such as https://slack.com/api/, without a "
            "question mark.",
        ),
    ],
)
def test_what_is_missing_or_contradicts_is_one_sentence(
    line: Line, parts: tuple[dict[str, str], ...], sentence: str
) -> None:
    with pytest.raises(SettingsProblem) as problem:
        read(line, *parts)

    assert str(problem.value) == sentence


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1", "holds an app-level token (xapp-); what belongs there begins with xoxb-."),
        ("SLACK_BOT_TOKEN", "xoxp-1", "holds a user's token (xoxp-); what belongs there begins with xoxb-."),
        ("SLACK_BOT_TOKEN", "a word", "is no such token; what belongs there begins with xoxb-."),
        (
            "SLACK_BOT_TOKEN",
            "xoxe.xoxb-1",
            "holds a token that is renewed all the time (xoxe), which Okra does not support; "
            "what belongs there begins with xoxb-.",
        ),
        ("SLACK_APP_TOKEN", "xoxb-1", "holds a bot token (xoxb-); what belongs there begins with xapp-."),
        ("SLACK_APP_TOKEN", "a word", "is no such token; what belongs there begins with xapp-."),
        ("SLACK_SIGNING_SECRET", "xoxb-1", "holds a bot token (xoxb-), which belongs elsewhere (docs/settings.md)."),
        (
            "SLACK_SIGNING_SECRET",
            "xapp-1",
            "holds an app-level token (xapp-), which belongs elsewhere (docs/settings.md).",
        ),
        ("SLACK_CLIENT_ID", "xoxb-1", "holds a bot token (xoxb-), which belongs elsewhere (docs/settings.md)."),
        ("SLACK_CLIENT_SECRET", "xoxb-1", "holds a bot token (xoxb-), which belongs elsewhere (docs/settings.md)."),
    ],
)
def test_a_token_in_the_wrong_place_is_told_and_not_shown(line: Line, name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsProblem) as problem:
        read(line, BOT, HTTP, {name: value + "-hidden"})

    assert str(problem.value) == f"{name} {sentence}"
    assert "hidden" not in str(problem.value)


def test_charts_are_slack_s_own_only_on_request(line: Line) -> None:
    assert read(line, BOT, SOCKET).slack_native_charts is False
    assert read(line, {"SLACK_NATIVE_CHARTS": "true"}).slack_native_charts is True
