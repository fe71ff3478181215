"""Whom Okra hears in Slack: people of a workspace that it is installed in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from slack_bolt.async_app import AsyncBoltRequest

from bot.platforms.slack.grants import CannotSpeak, Grant, Grants

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further: for the log, and what the person hears."""

    why: str
    told: Literal["not_installed", "not_yours", "not_saved"]
    passes: bool = False
    """Whoever runs Okra can mend it: what Slack repeats, it should repeat."""


async def admitted(request: AsyncBoltRequest, grants: Grants) -> Grant | Refusal:
    """The grant under which a request is heard, or why it is not."""
    context = request.context
    if context.is_enterprise_install:
        return Refusal(
            "Okra is installed for a whole organisation, which it cannot serve; install it in the workspace itself",
            "not_installed",
        )
    team = context.team_id
    if not isinstance(team, str) or not team:
        return Refusal("it names no workspace", "not_installed")
    try:
        grant = await grants.of_team(team)
    except CannotSpeak as problem:
        return Refusal(str(problem), "not_saved", passes=True)
    if grant is None:
        return Refusal(f"Okra is not installed in the workspace {team}", "not_installed")
    # The people of one organisation work in all its workspaces: there the directory knows who is who.
    if context.enterprise_id is None:
        for theirs in _teams_named(request.body):
            if theirs != team:
                return Refusal(f"it comes from {theirs} through a channel that {team} shares", "not_yours")
    return grant


def is_readable(body: Body) -> bool:
    """Whether an event or a press has what every one of its kind has; Bolt breaks over one that has not."""
    match body:
        case {"type": "event_callback"}:
            return isinstance(_part(body, "event").get("type"), str)
        case {"type": "block_actions"}:
            actions = body.get("actions")
            return isinstance(actions, list) and bool(actions) and all(map(_is_action, actions))
        case {"type": "view_submission" | "view_closed"}:
            return bool(_part(body, "view"))
        case _:
            return True


def _is_action(action: object) -> bool:
    return isinstance(action, dict) and isinstance(action.get("action_id"), str)


def _teams_named(body: Body) -> Iterator[str]:
    """The workspaces of whoever did this, as far as Slack names them; channels may be shared between companies."""
    event = _part(body, "event")
    pressed = _part(body, "message") if body.get("type") == "block_actions" else {}
    named = (
        _part(body, "user").get("team_id"),
        pressed.get("team"),
        *(part.get(name) for part in (event, _part(event, "message")) for name in ("user_team", "source_team")),
    )
    for team in named:
        if isinstance(team, str) and team:
            yield team


def _part(body: Body, name: str) -> Body:
    part = body.get(name)
    return part if isinstance(part, dict) else {}
