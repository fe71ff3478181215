"""A browser without a screen: it keeps cookies, sends forms as a page would, and follows where they lead."""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser

import aiohttp
from aiohttp import web

from bot.web.server import Server

Pairs = Iterable[tuple[str, str]]


@dataclass
class Page:
    """What came back: the address it came from in the end, and what stands on it."""

    status: int
    path: str
    html: str
    headers: dict[str, str]

    @property
    def text(self) -> str:
        """The words of the page, folded, as a reader without style sheets has them."""
        reader = _Words()
        reader.feed(self.html)
        return " ".join("".join(reader.words).split())

    @property
    def token(self) -> str:
        """What its forms carry."""
        found = re.search(r'name="csrf" value="(\w+)"', self.html)
        assert found is not None, self.text
        return found[1]

    @property
    def trouble(self) -> str:
        """The sentence about what was not done."""
        found = re.search(r'<p class="trouble" role="alert">(?:<span[^>]*>[^<]*</span>)?([^<]*)</p>', self.html)
        return "" if found is None else found[1]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words.append(" ")


@dataclass
class Browser:
    """One browser at `url`. `headers` go with each request; a form sent by `post` carries what a browser adds."""

    url: str
    session: aiohttp.ClientSession
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> Page:
        """Open a page."""
        async with self.session.get(self.url + path, headers={**self.headers, **_named(headers)}) as response:
            return await _page(response)

    async def post(self, path: str, pairs: Pairs, *, token: str | None = None, **headers: str) -> Page:
        """Send a form from the page at `path`, with its token unless another is given."""
        if token is None:
            token = (await self.get(path if path.startswith("/as/") else "/login")).token
        body = aiohttp.FormData([("csrf", token), *pairs])
        sent = {"Origin": self.url, "Sec-Fetch-Site": "same-origin", **self.headers, **_named(headers)}
        async with self.session.post(self.url + path, data=body, headers=sent) as response:
            return await _page(response)

    async def says(self, path: str, text: str, key: str = "") -> Page:
        """Type something and send it."""
        return await self.post(path, [("do", "say"), ("text", text), ("key", key)])


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


async def _page(response: aiohttp.ClientResponse) -> Page:
    return Page(response.status, response.url.raw_path_qs, await response.text(), dict(response.headers))


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """The application on a port of its own; its address."""
    server = Server(app)
    url = await server.start("127.0.0.1", 0)
    try:
        yield url
    finally:
        await server.stop()


@asynccontextmanager
async def browser_at(url: str) -> AsyncIterator[Browser]:
    """A browser that has been nowhere yet."""
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address without a name
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Browser(url, session)
