"""`GET /metrics` as Prometheus reads it: what is under way, and how people are understood; no text, no names."""

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlmodel import Session

from bot.clock import Clock
from bot.views.counts import Counts, counts
from bot.views.traffic import Traffic, traffic
from storage.problems import StorageProblem
from storage.questions import Answered
from storage.session import Database

PATH = "/metrics"
REFUSED = "This needs the token of METRICS_TOKEN: Authorization: Bearer ..."
NOT_NOW = "The database cannot be read just now."


@dataclass(frozen=True, slots=True)
class OfProcess:
    """What this process alone knows, since its start."""

    throttled: int = 0
    problems: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Lines of its log by room and level."""
    findings: Mapping[str, int] = field(default_factory=dict)
    """What its last audit found, by kind of finding."""


def metrics_routes(
    token: str, db: Database, clock: Clock, of_process: Callable[[], OfProcess] = OfProcess
) -> list[web.RouteDef]:
    """The page, computed of the database when it is fetched. Whoever comes without the token is told nothing."""
    wanted = f"Bearer {token}".encode()

    async def fetch(request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, wanted):
            return web.Response(text=REFUSED, status=401, headers={"WWW-Authenticate": "Bearer"})
        try:
            found, flow = await db.read(_look, clock.now())
        except StorageProblem:
            return web.Response(text=NOT_NOW, status=503)
        body = generate_latest(_registry(found, flow, of_process()))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4, "Cache-Control": "no-store"})

    return [web.get(PATH, fetch, allow_head=False)]


def _look(session: Session, now: datetime) -> tuple[Counts, Traffic]:
    """Everything in one snapshot."""
    return counts(session, now), traffic(session, now)


class _Page(Collector):
    """One scrape."""

    def __init__(self, found: Counts, flow: Traffic, process: OfProcess) -> None:
        self._found = found
        self._flow = flow
        self._process = process

    def collect(self) -> Iterable[Metric]:
        """The families, in the order in which they are shown."""
        yield from self._messages()
        yield from self._lags()
        yield from self._participation()
        yield from self._of_process()
        yield from self._questions()

    def _messages(self) -> Iterable[Metric]:
        every = GaugeMetricFamily(
            "okra_deliveries",
            "Messages: all that are planned, being sent or unknown; sent, failed or skipped those of the last 7 days.",
            labels=("state", "kind"),
        )
        for (state, kind), number in sorted(self._flow.messages.items()):
            every.add_metric((state, kind), number)
        skipped = GaugeMetricFamily(
            "okra_deliveries_skipped",
            "Messages of the last 7 days that were left out, and why.",
            labels=("kind", "reason"),
        )
        for (kind, reason), number in sorted(self._flow.skipped.items()):
            skipped.add_metric((kind, reason), number)
        yield from (every, skipped)

    def _lags(self) -> Iterable[Metric]:
        lags = self._flow.lags
        yield GaugeMetricFamily(
            "okra_delivery_lag_seconds", "Since when the oldest message is due that could leave now.", lags.delivery
        )
        yield GaugeMetricFamily("okra_pauses", "Pauses that a platform asked for and that are not over.", lags.pauses)
        yield GaugeMetricFamily(
            "okra_inbox_lag_seconds", "Since when the oldest thing waits that was said and not handled.", lags.inbox
        )
        yield GaugeMetricFamily(
            "okra_inbox_broken", "Things that were said, are kept, and could not be handled.", lags.broken
        )
        yield GaugeMetricFamily(
            "okra_tick_lag_seconds", "Since when the oldest ritual waits to be looked at.", lags.tick
        )

    def _participation(self) -> Iterable[Metric]:
        asked = GaugeMetricFamily(
            "okra_participation_asked",
            "Key results asked about in a team's last closed week; only where three people or more were asked.",
            labels=("workspace", "team"),
        )
        answered = GaugeMetricFamily(
            "okra_participation_answered", "Those of them that were answered.", labels=("workspace", "team")
        )
        for one in self._flow.participation:
            asked.add_metric((one.workspace, one.team), one.asked)
            answered.add_metric((one.workspace, one.team), one.answered)
        yield from (asked, answered)

    def _of_process(self) -> Iterable[Metric]:
        yield CounterMetricFamily(
            "okra_throttled", "How often a platform asked this process to wait.", self._process.throttled
        )
        problems = CounterMetricFamily(
            "okra_problems", "Warnings and errors in this process's log, by room.", labels=("room", "level")
        )
        for (room, level), number in sorted(self._process.problems.items()):
            problems.add_metric((room, level), number)
        findings = GaugeMetricFamily(
            "okra_audit_findings", "What the last hourly audit of this process found.", labels=("finding",)
        )
        for finding, number in sorted(self._process.findings.items()):
            findings.add_metric((finding,), number)
        yield from (problems, findings)

    def _questions(self) -> Iterable[Metric]:
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


def _registry(found: Counts, flow: Traffic, process: OfProcess) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Page(found, flow, process))
    return registry
