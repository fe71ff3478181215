"""`GET /readyz`: whether this process may be sent requests, for a load balancer; one word for each part."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

PATH = "/readyz"


@dataclass(frozen=True, slots=True)
class Ready:
    """How the parts are, one word each, and one sentence where they are not well enough."""

    parts: Mapping[str, str]
    problem: str | None = None


def ready_routes(look: Callable[[], Awaitable[Ready]]) -> list[web.RouteDef]:
    """200 and the parts as JSON, or 503 and the sentence beside them."""

    async def readyz(_: web.Request) -> web.Response:
        found = await look()
        body: dict[str, object] = {"ready": found.problem is None, **found.parts}
        if found.problem is not None:
            body["problem"] = found.problem
        status = 200 if found.problem is None else 503
        return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})

    return [web.get(PATH, readyz)]
