"""What Okra writes about itself: to stderr, for people as text or for machines as JSON."""

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import Processor

from bot.cli.tallies import TALLIES

Form = Literal["text", "json"]


def configure_logs(form: Form, level: int = logging.INFO) -> None:
    """Set up structlog and the standard library's logging alike, once, at the start of a command."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor
    if form == "json":
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    structlog.configure(
        processors=[TALLIES, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    logging.getLogger("bot.platforms.slack.app.bolt").addFilter(_is_news)
    for chatty in ("apscheduler", "alembic", "aiohttp.access", "azure", "urllib3", "botbuilder", "slack_bolt"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))


def _is_news(record: logging.LogRecord) -> bool:
    """Bolt warns that it leaves SLACK_BOT_TOKEN alone, at every start; Okra hands the token over itself."""
    return not record.getMessage().startswith("As `installation_store` or `authorize` has been used")
