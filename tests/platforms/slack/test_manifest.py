"""Manifests, code and docs/slack.md say the same: nothing that is used is missing, nothing is asked for in vain."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.platforms.slack.app import COMMAND, EVENTS, PATH
from bot.platforms.slack.inbound import SHORTCUTS
from bot.platforms.slack.oauth import REDIRECT_PATH, SCOPES

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "bot" / "platforms" / "slack"
SOCKET = "manifest.yaml"
HTTP = "manifest-http.yaml"
DOCS = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")

CHANNELS = ("channels", "groups")
METHODS: dict[str, frozenset[str]] = {
    "apps.connections.open": frozenset(),  # the app-level token's own scope, connections:write
    "auth.revoke": frozenset(),
    "auth.test": frozenset(),
    "oauth.v2.access": frozenset(),
    "chat.delete": frozenset({"chat:write"}),
    "chat.postEphemeral": frozenset({"chat:write"}),
    "chat.postMessage": frozenset({"chat:write"}),
    "chat.update": frozenset({"chat:write"}),
    "conversations.history": frozenset({"channels:history", "groups:history", "im:history"}),
    "conversations.info": frozenset({"channels:read", "groups:read"}),
    "conversations.members": frozenset({"channels:read", "groups:read"}),
    "conversations.open": frozenset({"im:write"}),
    "conversations.replies": frozenset({"channels:history", "groups:history", "im:history"}),
    "files.completeUploadExternal": frozenset({"files:write"}),
    "files.getUploadURLExternal": frozenset({"files:write"}),
    "files.info": frozenset({"files:read"}),
    "pins.add": frozenset({"pins:write"}),
    "users.info": frozenset({"users:read"}),
    "users.list": frozenset({"users:read"}),
    "views.open": frozenset(),
    "views.publish": frozenset(),
    "views.update": frozenset(),
}
"""What each method of the Web API needs where we call it (docs.slack.dev/reference/methods)."""

EVENT_SCOPES: dict[str, frozenset[str]] = {
    "app_home_opened": frozenset(),
    "app_mention": frozenset({"app_mentions:read"}),
    "app_uninstalled": frozenset(),
    "tokens_revoked": frozenset(),
    "message.im": frozenset({"im:history"}),
    "member_joined_channel": frozenset({"channels:read", "groups:read"}),
    "member_left_channel": frozenset({"channels:read", "groups:read"}),
    "team_join": frozenset({"users:read"}),
    "user_change": frozenset({"users:read"}),
    "channel_id_changed": frozenset({"channels:read", "groups:read"}),
    "channel_shared": frozenset({"channels:read", "groups:read"}),
    "channel_unshared": frozenset({"channels:read", "groups:read"}),
    **{
        f"channel_{name}": frozenset({"channels:read"})
        for name in ("archive", "deleted", "left", "rename", "unarchive")
    },
    **{f"group_{name}": frozenset({"groups:read"}) for name in ("archive", "deleted", "left", "rename", "unarchive")},
}
"""What each event needs (docs.slack.dev/reference/events)."""

BESIDES = frozenset({"commands", "users:read.email"})
"""Scopes of what is no method and no event: commands and shortcuts, and the e-mail address within a profile."""

METHOD = re.compile(r"[a-z]+(\.v2)?(\.[a-zA-Z]+){1,2}")
FAMILIES = (
    "apps.",
    "auth.",
    "bots.",
    "chat.",
    "conversations.",
    "files.",
    "oauth.",
    "pins.",
    "reactions.",
    "team.",
    "users.",
    "views.",
)


def manifest(name: str) -> dict[str, Any]:
    found = yaml.safe_load((ROOT / "deploy" / "slack" / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def scopes(name: str) -> list[str]:
    found = manifest(name)["oauth_config"]["scopes"]
    assert list(found) == ["bot"], "Okra acts for nobody, so it asks for no user scopes"
    return list(found["bot"])


def called_methods(folder: Path) -> Iterator[str]:
    """Every text in the code that names a method of the Web API."""
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if METHOD.fullmatch(text) and text.startswith(FAMILIES):
                yield text


@pytest.mark.parametrize("name", [SOCKET, HTTP])
def test_every_scope_is_needed_and_none_is_missing(name: str) -> None:
    needed = set(BESIDES)
    for method in set(called_methods(SOURCES)):
        needed |= METHODS[method]
    for event in EVENTS:
        needed |= EVENT_SCOPES[event]
    assert scopes(name) == sorted(needed)


def test_the_scopes_that_are_asked_for_by_oauth_are_those_of_the_manifest() -> None:
    assert sorted(SCOPES) == scopes(HTTP)


def test_a_method_that_nobody_wrote_down_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text('async def react(api):\n    await api.call("reactions.add", name="tada")\n')
    assert set(called_methods(tmp_path)) - set(METHODS) == {"reactions.add"}


@pytest.mark.parametrize("name", [SOCKET, HTTP])
def test_every_event_that_is_listened_to_is_subscribed_and_no_other(name: str) -> None:
    assert manifest(name)["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)


@pytest.mark.parametrize("name", [SOCKET, HTTP])
def test_the_command_and_the_shortcuts_are_those_of_the_code(name: str) -> None:
    features = manifest(name)["features"]
    assert [one["command"] for one in features["slash_commands"]] == [COMMAND]
    assert all(one["should_escape"] for one in features["slash_commands"]), "mentions must come as ids"
    assert {one["callback_id"] for one in features["shortcuts"]} == set(SHORTCUTS)
    assert {one["type"] for one in features["shortcuts"]} == {"message"}


@pytest.mark.parametrize("name", [SOCKET, HTTP])
def test_people_can_write_to_okra_and_see_its_home(name: str) -> None:
    assert manifest(name)["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


@pytest.mark.parametrize("name", [SOCKET, HTTP])
def test_it_is_within_what_slack_takes(name: str) -> None:
    found = manifest(name)
    told, features = found["display_information"], found["features"]
    assert len(told["name"]) <= 35
    assert len(told["description"]) <= 140
    assert 175 <= len(told["long_description"]) <= 4000
    assert len(features["bot_user"]["display_name"]) <= 80
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    assert len(found["settings"]["event_subscriptions"]["bot_events"]) <= 100


def test_the_two_differ_in_addresses_alone() -> None:
    socket, http = manifest(SOCKET), manifest(HTTP)
    host = "https://okra.example.com"
    events = host + PATH
    assert http["features"]["slash_commands"][0].pop("url") == events
    assert http["settings"]["event_subscriptions"].pop("request_url") == events
    assert http["settings"]["interactivity"].pop("request_url") == events
    assert http["oauth_config"].pop("redirect_urls") == [host + REDIRECT_PATH]
    assert (socket["settings"].pop("socket_mode_enabled"), http["settings"].pop("socket_mode_enabled")) == (True, False)
    assert socket == http


@pytest.mark.parametrize("name", [SOCKET, HTTP])
def test_what_is_not_built_is_off(name: str) -> None:
    settings = manifest(name)["settings"]
    assert settings["org_deploy_enabled"] is False
    assert settings["token_rotation_enabled"] is False


def test_every_scope_is_justified_in_the_docs_and_no_other() -> None:
    table = DOCS.partition("## What Okra may do, and why")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    named = [scope for row in rows for scope in re.findall(r"`([a-z_.]+:[a-z.]+|commands)`", row.split("|")[1])]
    assert sorted(named) == scopes(SOCKET)
    assert all(len(row.split("|")[2].split()) >= 4 for row in rows), "each with its reason"
