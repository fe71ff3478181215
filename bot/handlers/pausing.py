"""Pausing, resuming and dropping a key result, each with its reason (spec/06 §11.1, spec/09 §15.2)."""

from bot.handlers.order import Topic

TOPIC = Topic()
