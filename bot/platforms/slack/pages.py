"""The few pages of an installation: plain HTML that brings nothing from elsewhere and runs nothing."""

import base64
import hashlib
from dataclasses import dataclass
from html import escape

from aiohttp import web

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#1d1c1d;"
    "background:#fff}h1{font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}p{overflow-wrap:anywhere}"
    "a.do{display:inline-block;padding:.7rem 1.2rem;border-radius:.4rem;background:#2f5d3a;color:#fff;"
    "text-decoration:none;font-weight:600}a.do:focus{outline:3px solid #1264a3;outline-offset:2px}"
    "@media(prefers-color-scheme:dark){body{background:#1a1d21;color:#e8e8e8}a.do{background:#3d7a4c}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True, slots=True)
class Link:
    """The one thing that can be done on a page."""

    label: str
    address: str


def page(title: str, *sentences: str, link: Link | None = None, status: int = 200) -> web.Response:
    """A page of a heading, some sentences and at most one link. All of it is escaped here."""
    body = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    if link is not None:
        body += f'<p><a class="do" href="{escape(link.address)}">{escape(link.label)}</a></p>'
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)
