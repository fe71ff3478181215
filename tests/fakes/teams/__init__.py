"""A real, stateful, strict Microsoft Teams for tests: the Bot Connector, its tokens and keys, and its deliveries."""

from tests.fakes.teams.fake import TeamsFake
from tests.fakes.teams.login import rsa_key
from tests.fakes.teams.state import Conversation, Team
from tests.fakes.teams.values import (
    ACCESS_TOKEN,
    APP_ID,
    BOT,
    ISSUER,
    PASSWORD,
    TENANT,
    Answer,
    Call,
    Garbled,
    Message,
)

__all__ = [
    "ACCESS_TOKEN",
    "APP_ID",
    "BOT",
    "ISSUER",
    "PASSWORD",
    "TENANT",
    "Answer",
    "Call",
    "Conversation",
    "Garbled",
    "Message",
    "Team",
    "TeamsFake",
    "rsa_key",
]
