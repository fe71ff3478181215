"""Wins: telling one, thanking a team, and the [＋ Win] of the Friday message (spec/06 §11.1, spec/07 §12.8)."""

from bot.handlers.order import Topic

TOPIC = Topic()
