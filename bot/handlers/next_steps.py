"""Next steps: adding, listing, ticking off, and the question after the meeting (spec/06 §11.1, spec/07 §12.8)."""

from bot.handlers.order import Topic

TOPIC = Topic()
