"""Whom Okra hears in Slack: people of a workspace that it is installed in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from slack_bolt.async_app import AsyncBoltRequest

from bot.platforms.slack.grants import Grant, Grants

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further: for the log, and what the person hears."""

    why: str
    told: Literal["not_installed", "not_yours"]


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
    grant = await grants.of_team(team)
    if grant is None:
        return Refusal(f"Okra is not installed in the workspace {team}", "not_installed")
    # The people of one organisation work in all its workspaces: there the directory knows who is who.
    if context.enterprise_id is None:
        for theirs in _teams_named(request.body):
            if theirs != team:
                return Refusal(f"it comes from {theirs} through a channel that {team} shares", "not_yours")
    return grant


def is_readable(body: Body) -> bool:
    """Whether an event has what every event has."""
    if body.get("type") != "event_callback":
        return True
    event = body.get("event")
    return isinstance(event, dict) and isinstance(event.get("type"), str)


def _teams_named(body: Body) -> Iterator[str]:
    """The workspaces of whoever did this, as far as Slack names them; channels may be shared between companies."""
    event = _part(body, "event")
    named = (
        _part(body, "user").get("team_id"),
        _part(body, "message").get("team"),
        *(part.get(name) for part in (event, _part(event, "message")) for name in ("user_team", "source_team")),
    )
    for team in named:
        if isinstance(team, str) and team:
            yield team


def _part(body: Body, name: str) -> Body:
    part = body.get(name)
    return part if isinstance(part, dict) else {}
