"""Reports: text to paste (spec/06 §11.1)."""

from bot.handlers.order import Topic

TOPIC = Topic()
