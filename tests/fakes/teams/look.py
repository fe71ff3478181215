"""What a conversation of the pretend Teams looks like: its messages in order, its cards drawn in the browser."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

from tests.fakes.teams.fake import TeamsFake
from tests.fakes.teams.values import Message

_FOLDER = Path(__file__).parent
_COLOURS = ("#6264a7", "#8e562e", "#3b6e8f", "#7a3b69", "#4f6b28")


def page(
    teams: TeamsFake,
    conversation: str,
    title: str,
    library: str,
    *,
    seen_by: str = "",
    last: int = 0,
    opened: Mapping[str, str] | None = None,
) -> str:
    """The conversation as HTML that needs nothing else. `library` is `adaptivecards.js` as text.

    `seen_by` is whose client it is; `last` leaves out all but so many messages; `opened` presses a button that shows
    a part of a card, by the message's id.
    """
    history = teams.conversations[conversation].history[-last:]
    shown = "".join(_message(teams, one, seen_by, (opened or {}).get(one.id, "")) for one in history)
    style, script = ((_FOLDER / f"look.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{style}</style>'
    scripts = f"<script>{library}</script><script>{script}</script>"
    body = f"<main><h1>{escape(title)}</h1>{shown}</main>{scripts}"
    return f"<!doctype html><html lang='en'>{head}<body>{body}</body></html>"


def _message(teams: TeamsFake, message: Message, seen_by: str, opened: str) -> str:
    name = "Okra" if message.person is None else str(teams.people[message.person]["name"])
    kind = "app" if message.person is None else ("mine" if message.person == seen_by else "")
    colour = _COLOURS[sum(map(ord, name)) % len(_COLOURS)] if message.person else ""
    body = f'<div class="said">{_spoken(str(message.activity.get("text", "")))}</div>'
    if message.card:
        card = escape(json.dumps(message.card, ensure_ascii=False), quote=True)
        body = f'<div class="card" data-open="{escape(opened)}" data-card="{card}"></div>'
    thread = '<div class="thread">{}</div>' if message.thread not in (None, message.id) else "{}"
    edited = " · Edited" if message.edits else ""
    return thread.format(
        f'<article class="{kind}"><span class="avatar" style="background:{colour}">{escape(name[:1])}</span>'
        f'<div><div class="who">{escape(name)}{edited}</div>{body}</div></article>'
    )


def _spoken(text: str) -> str:
    """What a person typed, with mentions as names."""
    return escape(text).replace("&lt;at&gt;", "@").replace("&lt;/at&gt;", "")
