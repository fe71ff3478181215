"""One HTTP server for all platforms: their routes side by side, and whether Okra is well."""

from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

HEALTH_PATH = "/healthz"
SHUTDOWN_SECONDS = 10.0
"""How long requests that are under way may take when the server stops."""

Health = Callable[[], Awaitable[str | None]]
"""None when all is well, else one sentence that says what is not."""


def application(routes: Iterable[web.RouteDef], health: Health) -> web.Application:
    """The platforms' routes, and `/healthz`: 200 `ok`, or 503 with the sentence."""

    async def healthz(_: web.Request) -> web.Response:
        problem = await health()
        return web.Response(text=problem or "ok", status=503 if problem else 200)

    app = web.Application()
    app.add_routes([*routes, web.get(HEALTH_PATH, healthz)])
    return app


class Server:
    """The application on a port. `start` raises OSError where the port cannot be had."""

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)

    async def start(self, host: str, port: int) -> str:
        """Listen, and return the address; port 0 takes any that is free."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        taken = self._runner.addresses[0]
        return f"http://{_in_url(str(taken[0]))}:{taken[1]}"

    async def stop(self) -> None:
        """Take nothing more, and let what is under way end."""
        await self._runner.cleanup()


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
