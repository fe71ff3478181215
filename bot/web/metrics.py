"""`GET /metrics` as Prometheus reads it: how often people are asked back, and how that ends; no text, no names."""

import hmac
from collections.abc import Iterable

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from bot.clock import Clock
from bot.views.counts import Counts, counts
from storage.problems import StorageProblem
from storage.questions import Answered
from storage.session import Database

PATH = "/metrics"
REFUSED = "This needs the token of METRICS_TOKEN: Authorization: Bearer ..."
NOT_NOW = "The database cannot be read just now."


def metrics_routes(token: str, db: Database, clock: Clock) -> list[web.RouteDef]:
    """The page, computed of the database when it is fetched. Whoever comes without the token is told nothing."""
    wanted = f"Bearer {token}".encode()

    async def fetch(request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, wanted):
            return web.Response(text=REFUSED, status=401, headers={"WWW-Authenticate": "Bearer"})
        try:
            found = await db.read(counts, clock.now())
        except StorageProblem:
            return web.Response(text=NOT_NOW, status=503)
        body = generate_latest(_registry(found))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4, "Cache-Control": "no-store"})

    return [web.get(PATH, fetch, allow_head=False)]


class _Page(Collector):
    """One scrape."""

    def __init__(self, found: Counts) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        """The families, in the order in which they are shown."""
        asked = CounterMetricFamily(
            "okra_questions",
            "Questions back to people that are closed: answered by a button or by words, overtaken or expired.",
            labels=("workspace", "code", "answered"),
        )
        still = GaugeMetricFamily("okra_questions_open", "Questions back that are open.", labels=("workspace", "code"))
        for one in self._found.questions:
            if one.answered is Answered.OPEN:
                still.add_metric((one.workspace, one.code), one.number)
            else:
                asked.add_metric((one.workspace, one.code, one.answered.value), one.number)
        replies = CounterMetricFamily(
            "okra_replies",
            "Replies in words about a key result: read at once, or only after a question back.",
            labels=("workspace", "read"),
        )
        for each in self._found.replies:
            replies.add_metric((each.workspace, "at_once"), each.at_once)
            replies.add_metric((each.workspace, "asked"), each.asked)
        yield from (asked, still, replies)


def _registry(found: Counts) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Page(found))
    return registry
