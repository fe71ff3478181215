"""A real, stateful, strict Slack for tests: Web API, deliveries by HTTP and by Socket Mode."""

from tests.fakes.slack.fake import SlackFake
from tests.fakes.slack.values import (
    APP_TOKEN,
    BOT_ID,
    BOT_USER,
    CLIENT_ID,
    CLIENT_SECRET,
    SECRET,
    TEAM,
    TOKEN,
    Answer,
    Call,
    Message,
)

__all__ = [
    "APP_TOKEN",
    "BOT_ID",
    "BOT_USER",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "SECRET",
    "TEAM",
    "TOKEN",
    "Answer",
    "Call",
    "Message",
    "SlackFake",
]
