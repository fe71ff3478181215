"""Files behind a link: one click makes one file, with the rights that its reader has at that moment."""

from aiohttp import web

from bot.clock import Clock
from bot.views.exports import Asked, File, file_of
from bot.views.file_links import PATH, FileLinks
from storage.problems import StorageProblem
from storage.session import Database

LONGEST = 400
"""Characters of a word in an address that are looked at."""
NOT_HERE = "There is no file here. Ask for it again with /okr export."
OVER = "This link held for 15 minutes, and they are over. Ask for the file again with /okr export."
NOT_NOW = "The file cannot be made just now. Please try again in a few minutes."
NEVER_KEPT = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def file_routes(links: FileLinks, db: Database, clock: Clock) -> list[web.RouteDef]:
    """`GET /files/<sealed word>`. Whoever guesses hears the same as whoever comes to nothing."""

    async def fetch(request: web.Request) -> web.Response:
        word = request.match_info["word"]
        opened = links.open(word, clock.now()) if len(word) <= LONGEST else None
        if opened is None:
            return _sentence(NOT_HERE, 404)
        if opened.is_over:
            return _sentence(OVER, 410)
        try:
            file = await db.read(file_of, Asked.of(opened.text))
        except StorageProblem:
            return _sentence(NOT_NOW, 503)
        return _sentence(NOT_HERE, 404) if file is None else _attachment(file)

    return [web.get(f"{PATH}{{word}}", fetch, allow_head=False)]


def _attachment(file: File) -> web.Response:
    headers = {**NEVER_KEPT, "Content-Disposition": f'attachment; filename="{file.name}"'}
    return web.Response(body=file.data, content_type=file.content_type, charset="utf-8", headers=headers)


def _sentence(text: str, status: int) -> web.Response:
    return web.Response(text=text, status=status, headers=NEVER_KEPT)
