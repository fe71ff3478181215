"""Health metrics: listing and setting them, and the two taps of the weekly question (spec/07 §12.9)."""

from bot.handlers.order import Topic

TOPIC = Topic()
