"""Settings of a person and of a team, and what the notices about silence offer (spec/10 §18)."""

from bot.handlers.order import Topic

TOPIC = Topic()
