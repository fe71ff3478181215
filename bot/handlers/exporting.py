"""Exports: a file with the OKRs and their history (spec/06 §11.1)."""

from bot.handlers.order import Topic

TOPIC = Topic()
