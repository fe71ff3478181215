"""The style sheet, the script and the pictures of the pages: read once, named by what is in them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
KEPT = "private, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _Asset:
    body: bytes
    content_type: str
    mark: str


class Assets:
    """What the pages bring along. `urls` by file name; a new content has a new address, so it may be kept for ever."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._assets = {path.name: _read(path) for path in sorted(folder.iterdir()) if path.suffix in TYPES}
        self.urls: Mapping[str, str] = {name: f"/static/{name}?{one.mark}" for name, one in self._assets.items()}

    async def fetch(self, request: web.Request) -> web.Response:
        """`GET /static/{name}`."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        kept = KEPT if request.query_string == asset.mark else "no-cache"
        headers = {"Cache-Control": kept, "ETag": f'"{asset.mark}"'}
        return web.Response(body=asset.body, content_type=asset.content_type, charset="utf-8", headers=headers)


def _read(path: Path) -> _Asset:
    body = path.read_bytes()
    return _Asset(body, TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:12])
