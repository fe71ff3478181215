"""When to ask, remind, flag and post: the planner (spec/10 §17)."""

from bot.okr.planning.allowed import next_allowed
from bot.okr.planning.check_ins import prompt_due_at
from bot.okr.planning.facts import (
    KeyResultFacts,
    MeetingFacts,
    Message,
    OpenedRun,
    PersonFacts,
    Plan,
    Planned,
    Ritual,
    SentPrompt,
    SkipReason,
    TeamFacts,
)
from bot.okr.planning.merging import asked_together
from bot.okr.planning.plan import plan

__all__ = [
    "KeyResultFacts",
    "MeetingFacts",
    "Message",
    "OpenedRun",
    "PersonFacts",
    "Plan",
    "Planned",
    "Ritual",
    "SentPrompt",
    "SkipReason",
    "TeamFacts",
    "asked_together",
    "next_allowed",
    "plan",
    "prompt_due_at",
]
