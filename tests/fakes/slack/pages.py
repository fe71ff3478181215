"""Pages to look at: a channel with its messages in order, a home page, a modal."""

import base64
import mimetypes
from datetime import UTC, datetime
from html import escape, unescape
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.fakes.slack.state import State, Workspace
from tests.fakes.slack.values import TEAM, Message
from tests.fakes.slack_look import Look, blocks_html, mrkdwn, view_html

_STYLE = (Path(__file__).parent / "look.css").read_text(encoding="utf-8")
_COLOURS = ("#4a154b", "#1264a3", "#2bac76", "#e8912d", "#cd2553", "#5f6a72")


class Pages:
    """`GET /look/{channel}`, `/look/home/{user}` and `/look/view/{number}`, of the workspace `?team=`."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """What to add to the server."""
        return [
            web.get("/look/home/{user}", self._home),
            web.get("/look/view/{number}", self._view),
            web.get("/look/{channel}", self._channel),
        ]

    async def _channel(self, request: web.Request) -> web.Response:
        workspace, channel = self._workspace(request), request.match_info["channel"]
        known = workspace.channels.get(channel)
        title = f"# {known.name}" if known else "Okra"
        said = workspace.history.get(channel, [])
        pins = workspace.pins(channel)
        parents = [each for each in said if each.thread_ts in (None, each.ts) or not _has(said, each.thread_ts)]
        shown = "".join(_message(workspace, each, each.ts in pins) + _thread(workspace, said, each) for each in parents)
        return _page(title, f'<main class="channel"><h1>{escape(title)}</h1>{shown}</main>')

    async def _home(self, request: web.Request) -> web.Response:
        workspace, user = self._workspace(request), request.match_info["user"]
        home = workspace.homes.get(user)
        tabs = '<nav><b>Okra</b><span class="now">Home</span><span>Messages</span><span>About</span></nav>'
        shown = view_html(home, look_of(workspace)) if home else "<p>Nothing was published yet.</p>"
        return _page("Okra", f"<main>{tabs}{shown}</main>")

    async def _view(self, request: web.Request) -> web.Response:
        workspace = self._workspace(request)
        try:
            view = workspace.views[int(request.match_info["number"])]
        except (ValueError, IndexError) as error:
            raise web.HTTPNotFound from error
        return _page("Form", f'<main class="over">{view_html(view, look_of(workspace))}</main>')

    def _workspace(self, request: web.Request) -> Workspace:
        workspace = self._state.workspaces.get(request.query.get("team", TEAM))
        if workspace is None:
            raise web.HTTPNotFound
        return workspace


def look_of(workspace: Workspace) -> Look:
    """What the ids of a workspace stand for."""
    names = {user: _name(person) for user, person in workspace.people.items()}
    names |= {channel: known.name for channel, known in workspace.channels.items()}
    names[workspace.bot_user] = "Okra"

    def picture(file: str) -> str | None:
        known = workspace.files.get(file)
        if known is None or known.data is None:
            return None
        kind = mimetypes.guess_type(known.name)[0] or "application/octet-stream"
        return f"data:{kind};base64,{base64.b64encode(known.data).decode()}"

    return Look(names, picture)


def _message(workspace: Workspace, message: Message, pinned: bool) -> str:
    look = look_of(workspace)
    name = look.names.get(message.user, message.user) if message.user else "Okra"
    badge = "" if message.user else '<span class="badge">APP</span>'
    colour = _COLOURS[sum(map(ord, name)) % len(_COLOURS)] if message.user else "#2bac76"
    notes = '<div class="note">📌 Pinned</div>' if pinned else ""
    if message.only_for:
        notes += '<div class="note">👁 Only visible to you</div>'
    text = mrkdwn(message.text, look) if message.mrkdwn else escape(unescape(message.text))
    body = blocks_html(message.blocks, look) if message.blocks else f'<div class="text">{text}</div>'
    files = "".join(f'<div class="file">{escape(str(file.get("name")))}</div>' for file in message.files)
    edited = '<span class="edited">(edited)</span>' if message.edited else ""
    return (
        f'<article class="{"only" if message.only_for else ""}">{notes}'
        f'<span class="avatar" style="background:{colour}">{escape(name[:1])}</span>'
        f"<div><b>{escape(name)}</b>{badge}<time>{_time(message.ts)}</time>"
        f'<div class="blocks">{body}{edited}{files}</div></div></article>'
    )


def _thread(workspace: Workspace, said: list[Message], parent: Message) -> str:
    replies = [each for each in said if each.thread_ts == parent.ts and each is not parent]
    if not replies:
        return ""
    shown = "".join(_message(workspace, each, pinned=False) for each in replies)
    count = "1 reply" if len(replies) == 1 else f"{len(replies)} replies"
    return f'<div class="thread"><div class="count">{count}</div>{shown}</div>'


def _has(said: list[Message], ts: str | None) -> bool:
    return any(each.ts == ts for each in said)


def _name(person: dict[str, Any]) -> str:
    return str(person["profile"].get("display_name") or person["real_name"])


def _time(ts: str) -> str:
    return datetime.fromtimestamp(float(ts), UTC).strftime("%H:%M")


def _page(title: str, body: str) -> web.Response:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return web.Response(text=f"<!doctype html><html lang='en'>{head}{body}</html>", content_type="text/html")
