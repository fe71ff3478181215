"""Who answers for a key result: handing over, and accepting (spec/06 §11.1)."""

from bot.handlers.order import Topic

TOPIC = Topic()
