"""Starting a cycle for a team that has none (spec/07 §12.10)."""

from bot.handlers.order import Topic

TOPIC = Topic()
